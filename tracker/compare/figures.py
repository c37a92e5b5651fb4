"""Differences between paired figures: one change a fact, with its places and the places that were forgotten.

Amounts are compared exactly in their smallest unit; two places say the same when they agree at the coarser of their
published precisions (1,728.5 and 1,728.50; the same decimals must be the same digits: T1 of the checks).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from tracker.amounts import FEN, half_ulp
from tracker.model import Axis, Change, Figure, Role

Aspect = Literal["value", "unit", "sign", "decimals"]
Place = tuple[float, int, int]

MOVEMENTS: frozenset[Role] = frozenset({"delta", "percent", "prior"})
"""What a document itself says of the year before: compared like all else, but no size of a movement."""

_MULTIPLES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure in the smallest unit of its ``dimension`` (¥, %, 人次 …), with half a unit of its last digit."""

    value: Decimal
    radius: Decimal
    dimension: str

    def says(self, other: "Amount") -> bool:
        """Say whether both may stand for one amount: equal at the coarser published precision."""
        if self.dimension != other.dimension:
            return False
        if self.value == other.value or self.radius == other.radius:
            return self.value == other.value
        return abs(self.value - other.value) <= max(self.radius, other.radius)


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure before and after; one of them is None where it was added or removed. ``at`` is its place."""

    before: Figure | None
    after: Figure | None
    at: Place


@dataclass(slots=True)
class _Group:
    """Pairs of one fact that changed alike."""

    pairs: list[Pair]
    before: Amount | None
    after: Amount | None
    aspect: Aspect


def multiple(unit: str | None) -> tuple[Decimal, str]:
    """Return what one of ``unit`` is, in the smallest unit of its dimension, and the dimension: 万元 → 1000000, ¥."""
    if unit is None:
        return Decimal(1), ""
    if unit in FEN:
        return Decimal(FEN[unit]), "¥"
    if len(unit) > 1 and unit[0] in _MULTIPLES:
        return _MULTIPLES[unit[0]], unit[1:]
    return Decimal(1), unit


def amount(figure: Figure) -> Amount:
    """Return a figure's exact amount."""
    return exact(figure.value, figure.unit)


@lru_cache(maxsize=8192)
def exact(value: str, unit: str | None) -> Amount:
    """Return the exact amount of a published value: one amount stands in many places and is asked for many times."""
    factor, dimension = multiple(unit)
    return Amount(Decimal(value) * factor, half_ulp(value) * factor, dimension)


def plain(value: Decimal) -> str:
    """Return a decimal string without exponent; zero has no sign."""
    return format(abs(value) if value == 0 else value, "f")


def movement(before: Figure | None, after: Figure | None) -> tuple[str | None, str | None]:
    """Return the difference in the unit after, exact, and in percent of the amount before (two decimals, half up)."""
    if before is None or after is None:
        present = after or before
        return (present.value if after or not present else plain(-Decimal(present.value))) if present else None, None
    old_factor, old_dimension = multiple(before.unit)
    factor, dimension = multiple(after.unit)
    if old_dimension != dimension:
        return None, None
    old = Decimal(before.value) * old_factor / factor
    delta = Decimal(after.value) - old
    return plain(delta), percent(delta, old)


def percent(delta: Decimal, base: Decimal) -> str | None:
    """Return ``delta`` in percent of ``base``: two decimals, rounded half up; None on base 0."""
    return None if base == 0 else plain((delta * 100 / base).quantize(_CENT, rounding=ROUND_HALF_UP))


def difference(before: Figure, after: Figure) -> Aspect | None:
    """Return in what two figures differ, or None."""
    if before.value == after.value and before.unit == after.unit:
        return None
    old, new = amount(before), amount(after)
    if before.unit != after.unit and (before.value == after.value or old.says(new)):
        return "unit"
    if old.dimension == new.dimension:
        if old.value == new.value:
            return "decimals" if before.decimals != after.decimals else None
        if old.value == -new.value:
            return "sign"
    return "value"


def name(figure: Figure) -> tuple[str, Role]:
    """Return what identifies what a figure says: its fact, else its key, and its role."""
    return figure.fact or figure.key, figure.role


def facts(figures: Sequence[Figure]) -> dict[tuple[str, Role], list[Figure]]:
    """Return a document's figures by what they say."""
    found: defaultdict[tuple[str, Role], list[Figure]] = defaultdict(list)
    for figure in figures:
        found[name(figure)].append(figure)
    return dict(found)


def _same(one: Amount | None, two: Amount | None) -> bool:
    return (one is None and two is None) or (one is not None and two is not None and one.says(two))


def _grouped(pairs: Sequence[Pair], axis: Axis) -> list[_Group]:
    groups: defaultdict[tuple[str, Role], list[_Group]] = defaultdict(list)
    found: list[_Group] = []
    for pair in pairs:
        old, new = pair.before, pair.after
        aspect: Aspect | None = "value"
        if old is not None and new is not None:
            aspect = difference(old, new)
        figure = new or old
        if aspect is None or figure is None:
            continue
        if axis != "revision" and aspect == "decimals":
            continue
        before, after = None if old is None else amount(old), None if new is None else amount(new)
        if axis != "revision" and aspect == "unit" and before is not None and after is not None and before.says(after):
            continue
        fact = name(figure)
        for group in groups[fact]:
            if group.aspect == aspect and _same(group.before, before) and _same(group.after, after):
                group.pairs.append(pair)
                break
        else:
            group = _Group([pair], before, after, aspect)
            groups[fact].append(group)
            found.append(group)
    return found


def places(figures: Sequence[Figure]) -> tuple[str, ...]:
    """Return the keys of some figures, the heading added where two of a section have one key."""
    if len(figures) == 1:
        return (figures[0].key,)
    counts: defaultdict[str, int] = defaultdict(int)
    for figure in figures:
        counts[figure.key] += 1
    written = (f"{f.key}#{f.heading}" if counts[f.key] > 1 and f.heading else f.key for f in figures)
    return tuple(dict.fromkeys(written))


def _first(pairs: Sequence[Pair]) -> Pair:
    """Return the pair that speaks for its group: from a table, most decimals, first in the document."""

    def rank(pair: Pair) -> tuple[bool, Decimal, Place]:
        figure = pair.after or pair.before
        if figure is None:
            return True, Decimal(0), pair.at
        return figure.statement is None, amount(figure).radius, pair.at

    return pairs[0] if len(pairs) == 1 else min(pairs, key=rank)


def changes(pairs: Sequence[Pair], after: Sequence[Figure], axis: Axis) -> list[tuple[Place, Change]]:
    """Return one change a fact and movement, each with its place in the document. ``after`` are all figures after."""
    groups = _grouped(pairs, axis)
    known = facts(after) if groups else {}
    found: list[tuple[Place, Change]] = []
    for group in groups:
        speaks = _first(group.pairs)
        old, new = speaks.before, speaks.after
        figure = new or old
        if figure is None:
            continue
        stale: list[Figure] = []
        if figure.fact is not None and group.before is not None and axis == "revision":
            for place in known.get(name(figure), []):
                value = amount(place)
                if value.says(group.before) and not (group.after is not None and value.says(group.after)):
                    stale.append(place)
        delta, growth = movement(old, new)
        change = Change(
            axis=axis,
            subject="figure",
            kind="added" if old is None else "removed" if new is None else "changed",
            aspect=group.aspect,
            mask=figure.fact or figure.key,
            key=figure.key,
            key_before=None if old is None else old.key,
            fact=figure.fact,
            section=figure.section,
            statement=figure.statement,
            code=figure.code,
            label=figure.label,
            measure=figure.measure,
            role=figure.role,
            before=None if old is None else old.value,
            after=None if new is None else new.value,
            unit_before=None if old is None else old.unit,
            unit_after=None if new is None else new.unit,
            delta=delta,
            percent=growth,
            places=places([one for one in (pair.after or pair.before for pair in group.pairs) if one is not None]),
            stale_places=places(stale),
        )
        found.append((min(pair.at for pair in group.pairs), change))
    return found
