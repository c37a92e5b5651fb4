"""Parts of a disclosure by their ids: which it has, and the disclosure without some of them. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from tracker.model import Disclosure, Figure, Passage


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


def only(disclosure: Disclosure, kept: Parts) -> Disclosure:
    """Return those parts of ``disclosure`` and nothing else."""
    return without(disclosure, parts(disclosure) - kept)


def without(disclosure: Disclosure, out: Parts) -> Disclosure:
    """Return ``disclosure`` without those parts."""
    if not out:
        return disclosure
    kept = [n for n, figure in enumerate(disclosure.figures) if not _is_out(figure, out)]
    now = {old: new for new, old in enumerate(kept)}
    passages = tuple(
        replace(p, spans=tuple(replace(s, figure=now[s.figure]) for s in p.spans if s.figure in now))
        for p in disclosure.passages
        if not _is_out(p, out)
    )
    statements = tuple(
        replace(s, lines=tuple(replace(line, figures=tuple(now[f] for f in line.figures)) for line in s.lines))
        for s in disclosure.statements
        if s.id not in out.statements
    )
    figures = tuple(disclosure.figures[n] for n in kept)
    sections = tuple(section for section in disclosure.sections if section not in out.sections)
    return replace(disclosure, passages=passages, statements=statements, figures=figures, sections=sections, digest="")


def _is_out(each: Figure | Passage, out: Parts) -> bool:
    return each.statement in out.statements or (each.statement is None and each.section in out.sections)


def _placed(disclosure: Disclosure) -> Iterator[Figure | Passage]:
    yield from disclosure.figures
    yield from disclosure.passages
