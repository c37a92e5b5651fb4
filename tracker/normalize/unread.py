"""Pages that could not be read (pictures, letters that mean nothing), and what may stand on them. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tracker.model import Disclosure, Figure, Passage

UNREAD = "part.unread"
"""The problem of a file some of whose pages could not be read: they stand in its quote."""

_RUN = re.compile(r"(\d+)(?:–(\d+))?")


@dataclass(frozen=True, slots=True)
class Parts:
    """Statements and sections by their ids."""

    statements: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()

    def __or__(self, other: "Parts") -> "Parts":
        """Return what is in either."""
        return Parts(self.statements | other.statements, self.sections | other.sections)

    def __sub__(self, other: "Parts") -> "Parts":
        """Return what is not in ``other``."""
        return Parts(self.statements - other.statements, self.sections - other.sections)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.statements or self.sections)


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


def parts(disclosure: Disclosure, on: Collection[int] | None = None) -> Parts:
    """Return what stands in ``disclosure``: all of it, or what has any part on one of the pages ``on``."""
    statements = {s.id for s in disclosure.statements if s.state != "missing" and (on is None or s.page in on)}
    sections: set[str] = set()
    for each in _placed(disclosure):
        if on is None or each.page in on:
            if each.statement is not None:
                statements.add(each.statement)
            elif each.section is not None:
                sections.add(each.section)
    return Parts(frozenset(statements), frozenset(sections))


def illegible(disclosure: Disclosure, other: Disclosure) -> Parts:
    """Return what can't be told of ``disclosure`` beside ``other`` because pages of it were not read: what
    stands on the pages beside them (it may go on there), and what only ``other`` has."""
    unread = pages(disclosure)
    if not unread:
        return Parts()
    beside = {page + step for page in unread for step in (-1, 0, 1)}
    return parts(disclosure, beside) | (parts(other) - parts(disclosure))


def _placed(disclosure: Disclosure) -> Iterator[Figure | Passage]:
    yield from disclosure.figures
    yield from disclosure.passages
