"""Every planted change is recorded once, with its kind, aspect and places, and nothing else is.

A sample of each layout and rendering runs with the suite; `make soak` runs the full number. The layout held back from
tuning is reported apart: what it shows is how the readers do on a layout that they were never written for.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.generator.layouts import HELD_BACK
from tests.generator.render import RENDERS
from tests.properties.laws import breaches
from tests.properties.planted import (
    TUNED,
    Outcome,
    Pair,
    follow,
    mutated,
    mutated_years,
    revisions,
    tally,
    written,
    years,
)

SOAK = range(100, 112)
"""Seeds of the long run: over 17 revisions, 10 events of years, two layouts, three renderings and two real texts."""

Record = Callable[[str, object], None]


def _follow(pairs: Iterable[Pair], record: Record) -> list[Outcome]:
    outcomes = [follow(pair) for pair in pairs]
    right = sum(not outcome.problem for outcome in outcomes)
    record("pairs", f"{right} of {len(outcomes)} right ({tally(outcomes)})")
    return outcomes


def _all_right(pairs: Iterable[Pair], record: Record, *, least: int) -> None:
    outcomes = _follow(pairs, record)
    assert len(outcomes) >= least
    assert "\n".join(outcome.problem for outcome in outcomes if outcome.problem) == ""
    broken = [(o.pair.name, told) for o in outcomes for change in o.changes for told in breaches(change)]
    assert broken == []


@pytest.mark.parametrize(("layout", "how"), [("hubei", "tsv"), ("hubei", "wrapped"), ("shanghai", "html")])
def test_planted_revisions_are_recorded_once(layout: str, how: str, record_property: Record) -> None:
    _all_right(revisions(layout, how, range(1)), record_property, least=17)


@pytest.mark.parametrize(("layout", "how"), [("hubei", "wrapped"), ("shanghai", "tsv")])
def test_planted_years_are_recorded_once(layout: str, how: str, record_property: Record) -> None:
    _all_right(years(layout, how, range(1)), record_property, least=10)


@pytest.mark.parametrize("seed_name", ["wuhan", "gedian"])
def test_mutations_of_real_texts_are_recorded_once(
    request: pytest.FixtureRequest, seed_name: str, record_property: Record
) -> None:
    path: Path = request.getfixturevalue(seed_name)
    _all_right(mutated(seed_name, path.read_text(encoding="utf-8"), range(2)), record_property, least=40)


@pytest.mark.parametrize("seed_name", ["wuhan", "gedian"])
def test_mutations_of_real_texts_are_recorded_once_a_year_later(
    request: pytest.FixtureRequest, seed_name: str, record_property: Record
) -> None:
    path: Path = request.getfixturevalue(seed_name)
    _all_right(mutated_years(seed_name, path.read_text(encoding="utf-8"), range(1)), record_property, least=6)


def test_the_layout_held_back_is_reported_apart(record_property: Record) -> None:
    outcomes = _follow(revisions(HELD_BACK, "tsv", range(1)), record_property)
    assert sum(not outcome.problem for outcome in outcomes) * 2 >= len(outcomes)
    # Whatever is not placed as planted, no planted revision passes without any record.
    assert [o.pair.name for o in outcomes if o.pair.expected and not o.held and not o.changes] == []


@pytest.mark.soak
@pytest.mark.parametrize("how", RENDERS)
@pytest.mark.parametrize("layout", TUNED)
def test_many_planted_revisions_are_recorded_once(layout: str, how: str, record_property: Record) -> None:
    _all_right(revisions(layout, how, SOAK), record_property, least=200)


@pytest.mark.soak
@pytest.mark.parametrize("how", RENDERS)
@pytest.mark.parametrize("layout", TUNED)
def test_many_planted_years_are_recorded_once(layout: str, how: str, record_property: Record) -> None:
    _all_right(years(layout, how, SOAK), record_property, least=120)


@pytest.mark.soak
@pytest.mark.parametrize("seed_name", ["wuhan", "gedian"])
def test_many_mutations_of_real_texts_are_recorded_once(
    request: pytest.FixtureRequest, seed_name: str, record_property: Record
) -> None:
    path: Path = request.getfixturevalue(seed_name)
    text = path.read_text(encoding="utf-8")
    _all_right(mutated(seed_name, text, SOAK), record_property, least=200)
    _all_right(mutated_years(seed_name, text, SOAK), record_property, least=80)


@pytest.mark.soak
@pytest.mark.parametrize("how", ["tsv", "wrapped"])
@pytest.mark.parametrize("layout", TUNED)
def test_many_mutations_of_generated_texts_are_recorded_once(layout: str, how: str, record_property: Record) -> None:
    for seed in range(3):
        name = f"{layout} {how} {seed}"
        _all_right(mutated(name, written(layout, how, seed), range(2)), record_property, least=36)


@pytest.mark.soak
@pytest.mark.parametrize("how", RENDERS)
def test_the_layout_held_back_is_reported_apart_in_the_long_run(how: str, record_property: Record) -> None:
    changed = _follow(revisions(HELD_BACK, how, SOAK), record_property)
    followed = _follow(years(HELD_BACK, how, range(100, 103)), record_property)
    assert [o.pair.name for o in (*changed, *followed) if o.pair.expected and not o.held and not o.changes] == []
