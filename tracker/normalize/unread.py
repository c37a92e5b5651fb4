"""Pages and pictures that could not be read, and what may stand on them. Pure."""

import re
from collections.abc import Collection

from tracker.model import Disclosure
from tracker.parts import Parts, parts

UNREAD = "part.unread"
"""The problem of a file some of whose pages could not be read: they stand in its quote."""
PICTURE = "part.picture"
"""The problem of a file without pages of which pictures could not be read that may hold a table."""

_RUN = re.compile(r"(\d+)(?:–(\d+))?")


def written(pages: Collection[int]) -> str:
    """Return pages as people write them: ``3、5–9``."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1][1:] = [page]
        else:
            runs.append([page])
    return "、".join("–".join(map(str, run)) for run in runs)


def pages(disclosure: Disclosure) -> set[int]:
    """Return the pages that could not be read."""
    found: set[int] = set()
    for problem in disclosure.problems:
        if problem.code == UNREAD:
            for first, last in _RUN.findall(problem.quote):
                found.update(range(int(first), int(last or first) + 1))
    return found


def illegible(disclosure: Disclosure, other: Disclosure) -> Parts:
    """Return what can't be told of ``disclosure`` beside ``other`` because pages or pictures of it were not read: what
    stands on the pages beside them (it may go on there), and what only ``other`` has. The words around a picture are
    whole."""
    unread = pages(disclosure)
    if not unread and not any(problem.code == PICTURE for problem in disclosure.problems):
        return Parts()
    beside = {page + step for page in unread for step in (-1, 0, 1)}
    return parts(disclosure, beside) | (parts(other) - parts(disclosure))
