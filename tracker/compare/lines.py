"""Lines of statements on both sides: which is which, by what evidence.

In a revision a line is its id; a line without a code whose label or parent was edited is found again. Across years a
code is not enough (2040405 was 150.00 in 2017 and 1,895.00 in 2018, four lines had become one): the code counts when
the name means the same and last year's amount, where this year's text implies one, does not speak against it. Then
count declared renumberings, the implied amount alone or as a sum of several lines, and name with parent.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from rapidfuzz import fuzz

from tracker.compare.figures import Amount, amount
from tracker.compare.priors import Prior
from tracker.model import Disclosure, Figure, Line, LineLink, Statement

Evidence = Literal["code", "renumbered", "implied", "name"]

_SAME_CONCEPT = 60
_CANDIDATES = 12
_PARTS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its figures, and the ``total`` that speaks for it: its first amount spent or planned."""

    line: Line
    figures: tuple[Figure, ...]
    total: Figure | None
    parent: str

    @property
    def amount(self) -> Amount | None:
        """The exact amount of the total."""
        return None if self.total is None else amount(self.total)


@dataclass(frozen=True, slots=True)
class Link:
    """Lines (by id) before that are lines after; several on one side for a merger or a split."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    evidence: Evidence
    quote: str = ""


def rows(statement: Statement, disclosure: Disclosure) -> tuple[Row, ...]:
    """Return the lines of a statement with their figures."""
    found: list[Row] = []
    for line in statement.lines:
        own = tuple(disclosure.figures[n] for n in line.figures)
        total = next((figure for figure in own if figure.role in ("actual", "budget")), None)
        parent = "" if line.parent is None else statement.lines[line.parent].label
        found.append(Row(line, own, total, parent or "".join(line.path[-1:])))
    return tuple(found)


def across_years(
    before: Sequence[Row],
    after: Sequence[Row],
    priors: Sequence[Prior],
    declared: Iterable[tuple[tuple[str, ...], tuple[str, ...]]],
    same_concept: Callable[[Row, Row], bool],
) -> list[Link]:
    """Return the links that do not follow from equal ids, or that speak against them (``before`` and ``after`` hold
    only lines with an amount). A link whose ``after`` is empty says that a code of last year is not this year's."""
    old = {row.line.id: row for row in before if row.total is not None}
    new = {row.line.id: row for row in after if row.total is not None}
    implied = {line: prior for line, row in new.items() if (prior := _prior(row, priors)) is not None}
    free_old = {line: row for line, row in old.items() if line not in new}
    free_new = {line: row for line, row in new.items() if line not in old}
    found: list[Link] = []

    def take(link: Link) -> None:
        found.append(link)
        for line in link.before:
            free_old.pop(line, None)
        for line in link.after:
            free_new.pop(line, None)

    for codes_before, codes_after in declared:
        if all(code in free_old for code in codes_before) and all(code in free_new for code in codes_after):
            take(Link(codes_before, codes_after, "renumbered"))
    for line in [line for line in new if line in old]:
        prior, last = implied.get(line), old[line].amount
        same = same_concept(old[line], new[line])
        if last is None or (prior is not None and prior.allows(last)):
            continue
        if prior is not None:
            parts = _sum(prior, [old[line], *_siblings(new[line], free_old.values())])
            if len(parts) > 1:
                take(Link(parts, (line,), "implied", prior.quote))
                continue
            others = [row for row in _siblings(old[line], free_new.values()) if row.line.id in implied]
            parts = _split(old[line], [new[line], *others], implied)
            if line in parts:
                take(Link((line,), parts, "implied", prior.quote))
                continue
        if not same and new[line].line.code is not None:
            free_old[line], free_new[line] = old[line], new[line]
    for line, row in list(free_new.items()):
        prior = implied.get(line)
        parts = () if prior is None else _sum(prior, _siblings(row, free_old.values()))
        if prior is not None and parts and line in free_new:
            take(Link(parts, (line,), "implied", prior.quote))
    for line, row in list(free_old.items()):
        parts = _split(row, [one for one in _siblings(row, free_new.values()) if one.line.id in implied], implied)
        if parts and line in free_old:
            take(Link((line,), parts, "implied", implied[parts[0]].quote))
    for line, row in list(free_old.items()):
        named = [
            other.line.id
            for other in free_new.values()
            if other.line.id != line
            and other.line.code is not None
            and row.line.code is not None
            and len(other.line.code) == len(row.line.code)
            and (other.line.label, other.parent) == (row.line.label, row.parent)
        ]
        if len(named) == 1:
            take(Link((line,), (named[0],), "name"))
    found += [Link((line,), (), "code") for line in free_old if line in new]
    return found


def _prior(row: Row, priors: Sequence[Prior]) -> Prior | None:
    """Return last year's amount that the text implies for a line: same code, and the text means this very amount."""
    here = row.amount
    if here is None or row.line.code is None:
        return None
    return next((p for p in priors if p.actual.code == row.line.code and amount(p.actual).says(here)), None)


def _siblings(row: Row, others: Iterable[Row]) -> list[Row]:
    """Return the lines of the same level under the same 类, at most as many as can be tried."""
    code = row.line.code
    if code is None:
        return []
    found = [
        other
        for other in others
        if other.line.code is not None
        and other.line.id != row.line.id
        and len(other.line.code) == len(code)
        and other.line.code[:3] == code[:3]
    ]
    return found[:_CANDIDATES]


def _sum(prior: Prior, candidates: Sequence[Row]) -> tuple[str, ...]:
    """Return the only smallest set of lines whose amounts sum to what is implied, or nothing."""
    amounts = [(row.line.id, value) for row in candidates if (value := row.amount) is not None and value.value > 0]
    for size in range(1, min(_PARTS, len(amounts)) + 1):
        fitting = [parts for parts in combinations(amounts, size) if prior.allows(_total([v for _, v in parts]))]
        if len(fitting) == 1:
            return tuple(line for line, _ in fitting[0])
        if fitting:
            return ()
    return ()


def _split(row: Row, candidates: Sequence[Row], implied: dict[str, Prior]) -> tuple[str, ...]:
    """Return the only smallest set of new lines whose implied amounts sum to what a line was, or nothing."""
    last = row.amount
    if last is None:
        return ()
    for size in range(2, min(_PARTS, len(candidates)) + 1):
        fitting: list[tuple[str, ...]] = []
        for parts in combinations(candidates, size):
            whole = _total([implied[part.line.id].amount for part in parts])
            if whole.dimension == last.dimension and abs(whole.value - last.value) <= whole.radius + last.radius:
                fitting.append(tuple(part.line.id for part in parts))
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            return ()
    return ()


def _total(amounts: Sequence[Amount]) -> Amount:
    dimension = amounts[0].dimension
    return Amount(
        sum((one.value for one in amounts), start=0 * amounts[0].value),
        sum((one.radius for one in amounts), start=0 * amounts[0].radius),
        dimension,
    )


def edited(
    before: Sequence[Row],
    after: Sequence[Row],
    label: tuple[Callable[[str], str], Callable[[str], str]],
    *,
    years: bool = False,
) -> list[tuple[Row, Row, Literal["moved", "renamed", "recoded"]]]:
    """Return the lines that are one although their ids differ: another parent, another label, another code.

    ``label`` gives each side's labels as they are compared. Over ``years`` a line below another is one only with its
    name and parent: that two amounts are equal, or two projects buy the same thing, says nothing there.
    """
    ids_before, ids_after = {row.line.id for row in before}, {row.line.id for row in after}
    old = [row for row in before if row.line.id not in ids_after]
    new = [row for row in after if row.line.id not in ids_before]
    found: list[tuple[Row, Row, Literal["moved", "renamed", "recoded"]]] = []
    if not old or not new:
        return found
    one, two = label
    for row in list(old):
        coded = row.line.code is not None
        same = [
            other
            for other in new
            if (other.line.code is not None) == coded
            and one(row.line.label) == two(other.line.label)
            and (not coded or _values(row) == _values(other))
            and not (years and not coded and row.line.path and other.line.path and row.line.path != other.line.path)
        ]
        if len(same) == 1 and one(row.line.label):
            found.append((row, same[0], "recoded" if coded else "moved"))
            old.remove(row)
            new.remove(same[0])
    for row in list(old):
        coded = row.line.code is not None
        # A label that is no longer the name of its code leaves a line without one; two codes are never one line.
        alike = [
            other
            for other in new
            if not (coded and other.line.code is not None)
            and other.parent == row.parent
            and other.line.side == row.line.side
            and not (years and (row.line.path != other.line.path or len(row.line.path) > 1))
            and _one_line(row, other, one, two, years=years)
        ]
        if len(alike) == 1:
            found.append((row, alike[0], "renamed"))
            old.remove(row)
            new.remove(alike[0])
    return found


def _one_line(row: Row, other: Row, one: Callable[[str], str], two: Callable[[str], str], *, years: bool) -> bool:
    if fuzz.ratio(one(row.line.label), two(other.line.label)) >= _SAME_CONCEPT:
        return True
    codes = row.line.code is not None or other.line.code is not None
    return not years and not codes and bool(_values(row)) and _values(row) == _values(other)


def alike(one: str, two: str) -> bool:
    """Say whether two labels, as they are compared, may name one thing."""
    return one == two or fuzz.ratio(one, two) >= _SAME_CONCEPT


def _values(row: Row) -> tuple[str, ...]:
    return tuple(figure.value for figure in row.figures)


def evident(statement: str, before: Sequence[Row], after: Sequence[Row], links: Sequence[Link]) -> list[LineLink]:
    """Return the links of a statement for the record: those given, and the lines whose ids are equal."""
    apart = {line for link in links for line in link.before} | {line for link in links for line in link.after}
    found = [
        LineLink(statement=statement, before=k.before, after=k.after, evidence=k.evidence, quote=k.quote)
        for k in links
        if k.after
    ]
    ids = {row.line.id for row in after if row.figures}
    for row in before:
        if row.figures and row.line.id in ids and row.line.id not in apart:
            evidence: Evidence = "code" if row.line.code is not None else "name"
            found.append(LineLink(statement=statement, before=(row.line.id,), after=(row.line.id,), evidence=evidence))
    return found
