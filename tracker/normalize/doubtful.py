"""Figures read in pictures against the arithmetic of their tables: a sum that does not close finds a misreading. Pure.

Nothing is changed by it. Where one digit of one figure, read as one that looks like it, would close every sum that the
figure stands in, the problem says which value that is; it may as well be the publisher's own mistake.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.model import Disclosure, Figure, Problem, Statement
from tracker.sums import Breach, sums
from tracker.taxonomy.statements import Form, Forms

_ALIKE = frozenset(
    frozenset(pair) for pair in ("06", "08", "09", "17", "12", "14", "23", "27", "35", "38", "39", "49", "56", "58")
) | frozenset(frozenset(pair) for pair in ("59", "68", "69", "79", "89", "46", "47", "36"))
_MOST = 400
"""Readings of a table that are tried; one with more sums that do not close was not misread by a digit."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A figure, by its index, and the value that it may have; ``closes`` are the sums that it would close."""

    figure: int
    value: str
    closes: frozenset[int]


def doubtful(disclosure: Disclosure, forms: Forms) -> Iterator[Problem]:
    """Yield a problem ``ocr.doubtful`` for each recognized figure that keeps sums from closing, and for each such sum
    of which nobody can say which of its figures it is: then for the one that was read least surely."""
    if not any(figure.origin == "ocr" for figure in disclosure.figures):
        return
    for statement in disclosure.statements:
        recognized = [n for line in statement.lines for n in line.figures if disclosure.figures[n].origin == "ocr"]
        if recognized:
            yield from _of(
                statement,
                disclosure.figures,
                recognized,
                forms.get(statement.id),
            )


def _of(statement: Statement, figures: Sequence[Figure], recognized: Sequence[int], form: Form | None) -> list[Problem]:
    told = list(sums(statement, figures, form))
    open_ = [n for n, breach in enumerate(told) if breach.sum.verdict == "open"]
    readings = _readings(statement, figures, recognized, form, told, open_)
    found: dict[int, str | None] = {}
    for n in open_:
        fitting = [reading for reading in readings if n in reading.closes]
        most = max((len(reading.closes) for reading in fitting), default=0)
        best = [reading for reading in fitting if len(reading.closes) == most]
        if len(best) == 1:
            found[best[0].figure] = best[0].value
    for n in open_:
        if not any(n in reading.closes and found.get(reading.figure) == reading.value for reading in readings):
            least = min(
                _standing(told[n], figures, recognized), key=lambda at: (_sureness(figures[at]), at), default=None
            )
            if least is not None:
                found.setdefault(least, None)
    return [_problem(statement, figures[at], value) for at, value in sorted(found.items())]


def _readings(
    statement: Statement,
    figures: Sequence[Figure],
    recognized: Sequence[int],
    form: Form | None,
    told: Sequence[Breach],
    open_: Sequence[int],
) -> list[_Reading]:
    """Return the readings of one figure, a digit apart, that close every sum in which it stands."""
    tried = dict.fromkeys((at, value) for n in open_ for at, value in _closing(told[n], figures, recognized))
    found: list[_Reading] = []
    for at, value in list(tried)[:_MOST]:
        read = replace(figures[at], value=value)
        after = list(sums(statement, [*figures[:at], read, *figures[at + 1 :]], form))
        standing = [n for n, (old, new) in enumerate(zip(told, after, strict=True)) if old.sum != new.sum]
        if standing and all(after[n].sum.verdict != "open" for n in standing):
            found.append(_Reading(at, value, frozenset(standing) & frozenset(open_)))
    return found


def _closing(breach: Breach, figures: Sequence[Figure], recognized: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the figures of a sum with the value that would close it, where that is a digit apart."""
    for at in _standing(breach, figures, recognized):
        value = figures[at].value
        wanted = {Decimal(value) - breach.sum.difference} if value == breach.sum.total else set[Decimal]()
        wanted |= {Decimal(value) + sign * breach.sum.difference for term, sign in breach.sum.terms if term == value}
        for other in sorted(wanted):
            written = f"{other:f}"
            if _is_alike(value, written):
                yield at, written


def _standing(breach: Breach, figures: Sequence[Figure], recognized: Sequence[int]) -> list[int]:
    """Return the recognized figures that may stand in a sum: those with one of its values."""
    values = {term for term, _ in breach.sum.terms} | {breach.sum.total}
    return [at for at in recognized if figures[at].value in values]


def _is_alike(read: str, other: str) -> bool:
    """Say whether two amounts differ in one digit that is taken for the other."""
    apart = [frozenset(pair) for pair in zip(read, other, strict=False) if pair[0] != pair[1]]
    return len(read) == len(other) and len(apart) == 1 and apart[0] in _ALIKE


def _sureness(figure: Figure) -> Decimal:
    return Decimal(figure.confidence or "1")


def _problem(statement: Statement, figure: Figure, value: str | None) -> Problem:
    details = [("key", figure.key), ("label", figure.label), ("value", figure.value)]
    if value is not None:
        details.append(("fits", value))
    if figure.confidence is not None:
        details.append(("confidence", figure.confidence))
    return Problem(code="ocr.doubtful", place=statement.id, quote=figure.quote or figure.value, details=tuple(details))
