"""What a diff is worth to a reader: how much it marks as changed, and whether it cuts figures in two."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

Operation = tuple[Literal["=", "-", "+"], str]

NUMBER = re.compile(r"\d[\d,.]*\d")


_SPACE = re.compile(r"\s+")


def marked(operations: Iterable[Operation]) -> int:
    """Characters that the operations delete or insert; white space, which is no content, is not counted."""
    return sum(len(_SPACE.sub("", text)) for sign, text in operations if sign != "=")


def figures_cut(operations: Sequence[Operation]) -> int:
    """Figures that the edge of a change cuts in two, on both sides."""
    return sum(_cut([operation for operation in operations if operation[0] in {"=", side}]) for side in ("-", "+"))


def _cut(operations: Sequence[Operation]) -> int:
    edges: set[int] = set()
    at = 0
    for (sign, text), (following, _) in pairwise([*operations, ("=", "")]):
        at += len(text)
        if sign != following:
            edges.add(at)
    whole = "".join(text for _, text in operations)
    return sum(not edges.isdisjoint(range(match.start() + 1, match.end())) for match in NUMBER.finditer(whole))
