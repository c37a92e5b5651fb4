"""Pairs of texts with what must be recorded between them, and what is: the harness of the tests of events."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from scrapers.decode import decode
from tests.generator import events, mutate
from tests.generator.layouts import HELD_BACK, LAYOUTS, document
from tests.generator.ledger import make
from tests.generator.render import RENDERS, render
from tests.generator.truth import Expected
from tests.generator.verdict import Verdict, judge
from tracker.compare import compare
from tracker.holds import comparable, holds_any, lost_content
from tracker.model import Axis, Change, Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy, load

TUNED = tuple(layout for layout in LAYOUTS if layout != HELD_BACK)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts and what must be recorded between them; ``held``: the second is damaged, and nothing is."""

    name: str
    axis: Axis
    before: str
    after: str
    expected: tuple[Expected, ...]
    held: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """``problem`` says why a pair is wrong, "" if it is right."""

    pair: Pair
    held: bool
    changes: tuple[Change, ...]
    verdict: Verdict

    @property
    def problem(self) -> str:
        if self.held != self.pair.held:
            return f"{self.pair.name}: held is {self.held}"
        if self.held or self.verdict.clean:
            return ""
        told = [f"{self.pair.name}:"]
        told += [f"  missing {_expected(want)}" for want in self.verdict.missing[:6]]
        told += [f"  extra {_change(change)}" for change in self.verdict.extra[:6]]
        told += [
            f"  misplaced {_change(change)} wanted {[p.where for p in want.places]} and {[p.where for p in want.stale]}"
            for want, change in self.verdict.misplaced[:6]
        ]
        return "\n".join(told)


def _expected(want: Expected) -> str:
    text = (
        f"{(want.text_before or '')[:160]!r} → {(want.text_after or '')[:160]!r}" if want.subject == "passage" else ""
    )
    wheres = [f"{p.where}/{p.code or p.label}/{p.role}" for p in want.places]
    return f"{want.subject} {want.kind} {want.aspect} {want.fact} {want.before}→{want.after} {wheres} {text}"


def _change(change: Change) -> str:
    text = f"{(change.text_before or '')[:160]!r} → {(change.text_after or '')[:160]!r}" if change.ops else ""
    return (
        f"{change.subject} {change.kind} {change.aspect} {change.key} {change.before}→{change.after} "
        f"{list(change.places)} stale {list(change.stale_places)} {text}"
    )


@cache
def taxonomy() -> Taxonomy:
    return load()


@lru_cache(maxsize=32)
def read(text: str) -> Disclosure:
    return normalize(decode(text.encode()), taxonomy())


def follow(pair: Pair) -> Outcome:
    """Take the way of a document through the house: hold the later one, or compare the two."""
    before, after = read(pair.before), read(pair.after)
    assert not [p for p in before.problems if holds_any(p)], (pair.name, before.problems)
    if pair.axis == "revision":
        held = bool([p for p in after.problems if holds_any(p)] or lost_content(before, after))
    else:
        held = bool([p for p in after.problems if holds_any(p)])
        before, after = comparable(before, after)
    if held:
        return Outcome(pair, True, (), judge((), ()))
    changes = compare(before, after, pair.axis, taxonomy()).changes
    return Outcome(pair, False, changes, judge(pair.expected, changes))


def revisions(layout: str, how: str, seeds: range) -> Iterator[Pair]:
    """Every planted revision of one layout and rendering."""
    for name, seed in product(events.REVISIONS, seeds):
        yield _rendered(events.revision(name, seed, layout), layout, how, seed)


def years(layout: str, how: str, seeds: range) -> Iterator[Pair]:
    """Every planted event between two years of one layout and rendering."""
    for name, seed in product(events.YEARS, seeds):
        yield _rendered(events.year(name, seed, layout), layout, how, seed)


def planned_years(how: str, seeds: range) -> Iterator[Pair]:
    """Every event that a budget has room for, between the budgets of two years in one rendering."""
    for name, seed in product(events.PLANNED, seeds):
        yield _rendered(events.year(name, seed, "budget"), "budget", how, seed)


def _rendered(event: events.Event, layout: str, how: str, seed: int) -> Pair:
    before, after = (_render(doc, how, seed) for doc in (event.before, event.after))
    axis: Axis = "revision" if event.axis == "revision" else "year"
    return Pair(f"{event.name} {layout} {how} {seed}", axis, before, after, event.expected, event.held)


def _render(doc: events.Document, how: str, seed: int) -> str:
    return next(render(doc, one, seed=seed) for one in RENDERS if one == how)


def mutated(name: str, text: str, seeds: range) -> Iterator[Pair]:
    """Every mutation of a text, and every one back."""
    for kind, seed in product(mutate.MUTATIONS, seeds):
        try:
            there = mutate.mutate(kind, text, seed)
        except mutate.NoPlaceError:
            continue
        back = mutate.reversed_(there, text)
        yield Pair(f"{kind} {name} {seed}", "revision", text, there.text, there.expected)
        yield Pair(f"{kind} {name} {seed} back", "revision", there.text, text, back.expected)


def mutated_years(name: str, text: str, seeds: range) -> Iterator[Pair]:
    """A text, and every mutation of it said a year later. It still states the difference to a last year that is not
    the first text: a restatement, which is recorded once. Stated movements are no records of their own on this axis,
    nor are the decimals of an equal amount, so those mutations are left out."""
    for kind, seed in product(mutate.MUTATIONS, seeds):
        if kind in ("unit_only", "decimals_only"):
            continue
        try:
            there = mutate.mutate(kind, text, seed)
        except mutate.NoPlaceError:
            continue
        at = next(n for n, (a, b) in enumerate(zip(text, there.text, strict=False)) if a != b)
        if there.expected[0].subject == "figure" and _MOVEMENT.search(re.sub(r"\s", "", text[max(0, at - 40) : at])):
            continue
        yield Pair(f"{kind} {name} {seed} a year later", "year", text, later(there.text), (*there.expected, _RESTATED))


_MOVEMENT = re.compile(r"(?:增加|减少|增长|下降|降低|增幅|降幅|提高|上升)[为了约]?[\d.,]*$")
_RESTATED = Expected("figure", "changed", "restated")


def later(text: str, year: int = 2023) -> str:
    """The text with its own year and its neighbours each a year later: on the axis of years, nothing changed."""
    near = {str(year + n): str(year + n + 1) for n in (-1, 0, 1)}
    return re.sub(r"(?<!\d)20\d\d(?=\s*(?:年|-))", lambda m: near.get(m[0], m[0]), text)


def written(layout: str, how: str, seed: int) -> str:
    return _render(document(make(seed), layout), how, seed)


def tally(outcomes: Sequence[Outcome]) -> str:
    """How many pairs are right, by event."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for outcome in outcomes:
        event = outcome.pair.name.split()[0]
        every[event] += 1
        right[event] += not outcome.problem
    return ", ".join(f"{event} {right[event]}/{count}" for event, count in sorted(every.items()))
