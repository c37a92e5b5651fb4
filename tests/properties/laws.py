"""What must hold of every recorded change, whatever it records."""

import re
from collections.abc import Iterator
from itertools import accumulate

from tracker.model import Change

_WHOLE = re.compile(r"\d(?:[\d,.，．]*\d)?[%％]?|[A-Za-z]+")
"""A figure or a Latin word: what operations never cut."""


def breaches(change: Change) -> Iterator[str]:
    """Yield what a change breaks of the laws of operations; nothing if it keeps them."""
    before = "".join(text for op, text in change.ops if op != "+")
    after = "".join(text for op, text in change.ops if op != "-")
    if change.ops and before != (change.text_before or ""):
        yield f"operations do not begin at text_before: {change.ops}"
    if change.ops and after != (change.text_after or ""):
        yield f"operations do not give text_after: {change.ops}"
    if change.subject == "passage" and not change.ops:
        yield f"a passage changed without operations: {change}"
    for skipped, text in (("+", before), ("-", after)):
        cuts = set(accumulate(len(piece) for op, piece in change.ops if op != skipped))
        for token in _WHOLE.finditer(text):
            cut = [at for at in range(token.start() + 1, token.end()) if at in cuts]
            if cut:
                yield f"{token[0]!r} is cut: {change.ops}"
