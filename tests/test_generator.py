# ruff: noqa: E501  Chinese counts double
"""The generator itself: its ledgers add up, its noise keeps content, its events change what they say."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from tests.generator import events, mutate, noise, samples
from tests.generator.events import REVISIONS, YEARS
from tests.generator.layouts import LAYOUTS, document
from tests.generator.ledger import evolve, make
from tests.generator.numbers import grouped, ratio, scaled, trimmed
from tests.generator.paper import Document, Sheet
from tests.generator.render import RENDERS, Render, render
from tests.generator.truth import Expected, Place, by_fact, differences, figures, paragraphs
from tests.generator.verdict import judge
from tests.generator.vocabulary import CLASSES, ECONOMIC, NAMES
from tracker.folding import fold
from tracker.model import Change

SEEDS = range(40)


# -- the ledger ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ledger_adds_up_by_row_by_tree_and_across_tables(seed: int) -> None:
    for ledger in (make(seed), evolve(make(seed), seed)):
        amount = ledger.amount
        for code in ledger.tree():
            line = f"line.{code}"
            parents = [c for c in ledger.tree() if len(c) == len(code) + 2 and c.startswith(code)]
            kinds = ("spent", "basic", "project", "general", "general.basic", "income", "fund")
            if len(code) < 7:
                assert all(amount(f"{line}.{k}") == sum(amount(f"line.{c}.{k}") for c in parents) for k in kinds)
            assert amount(f"{line}.spent") == amount(f"{line}.basic") + amount(f"{line}.project")
            assert amount(f"{line}.general") == amount(f"{line}.general.basic") + amount(f"{line}.general.project")
            assert amount(f"{line}.fiscal") == sum(amount(f"{line}.{k}") for k in ("general", "fund", "capital"))
            assert amount(f"{line}.income") == sum(
                amount(f"{line}.income.{k}") for k in ("fiscal", "business", "other")
            )
        sources = ("general", "fund", "capital", "superior", "business", "operating", "subsidiary", "other")
        assert amount("income") == sum(amount(f"income.{source}") for source in sources)
        assert amount("grand") == amount("income") + amount("carried.begin")
        assert amount("grand") == amount("expenditure") + amount("carried.end")
        assert amount("expenditure") == sum(amount(f"line.{code}.spent") for code, _ in CLASSES)
        assert amount("general.basic") == amount("economic.personnel") + amount("economic.public")
        assert amount("economic.personnel") == amount("economic.301") + amount("economic.303")
        for group in ("301", "302", "303", "310"):
            items = [code for code, _ in ECONOMIC if len(code) == 5 and code.startswith(group)]
            assert amount(f"economic.{group}") == sum(amount(f"economic.{code}") for code in items)
        assert amount("line.2080505.general") == amount("economic.30108")
        assert amount("line.2210201.general") == amount("economic.30113")
        assert amount("fund.end") == amount("fund.begin") + amount("fund.income") - amount("fund.spent")
        for kind in ("budget", "actual"):
            parts = ("abroad", "cars", "reception")
            assert amount(f"three.{kind}.total") == sum(amount(f"three.{kind}.{part}") for part in parts)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_next_year_moves_every_total_in_one_direction(seed: int) -> None:
    ledger = make(seed)
    assert ledger.before is not None
    following = evolve(ledger, seed)
    for fact in ("grand", "income", "expenditure", "general.spent", "fiscal.grand", "three.actual.total"):
        first, second, third = (year.amount(fact) for year in (ledger.before, ledger, following))
        assert (second > first) == (third > second) == ledger.growth
    assert following.before is not None
    assert dict(following.before.leaves) == dict(ledger.leaves)


def test_ratios_are_rounded_half_up() -> None:
    assert [ratio(5, 1000, 0), ratio(1, 3, 2), ratio(-112, 2132, 1), ratio(1, 8, 1)] == ["1", "33.33", "-5.3", "12.5"]
    assert [scaled(-5, 2), grouped("-1234567.50"), trimmed("100.0"), trimmed("42")] == [
        "-0.05",
        "-1,234,567.50",
        "100",
        "42",
    ]


# -- documents -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=list(product(sorted(LAYOUTS), (1, 4, 10, 18))), ids=str)
def example(request: pytest.FixtureRequest) -> Document:
    layout, seed = request.param
    return document(make(seed), layout)


def test_a_document_has_nine_tables_and_forms_with_whole_rows(example: Document) -> None:
    statements = [sheet.statement for sheet in example.sheets]
    assert sorted(s for s in statements if s.startswith("final")) == [f"final.0{i}" for i in range(1, 10)]
    assert any(s.startswith("performance.") for s in statements)
    for sheet in example.sheets:
        rows = {len(row) for row in sheet.matrix()}
        assert len(rows) == 1 or sheet.statement.startswith("performance"), (sheet.statement, rows)


def test_one_fact_has_one_value_in_all_its_places(example: Document) -> None:
    for fact, places in by_fact(example).items():
        assert len({Decimal(place.value) for place in places}) == 1, fact


def test_percentages_fit_the_amounts_beside_them(example: Document) -> None:
    values = {fact: Decimal(places[0].value) for fact, places in by_fact(example).items()}
    checked = 0
    for fact, places in by_fact(example).items():
        if not fact.endswith(".percent"):
            continue
        now, delta = values[fact.removesuffix(".percent")], values[fact.replace(".percent", ".delta")]
        printed = places[0].value
        half = Decimal(5).scaleb(-len(printed.partition(".")[2]) - 1)
        assert abs(delta / (now - delta) * 100 - Decimal(printed)) <= half, fact
        checked += 1
    assert checked >= 3


def test_every_section_stands_in_the_document(example: Document) -> None:
    found = set(paragraphs(example))
    needed = {"duties", "organization", "overall", "income", "expenditure", "appropriation", "general.total", "basic", "fund",
              "state_capital", "three_public", "operating", "procurement", "assets", "performance", "work", "glossary"}  # fmt: skip
    assert needed <= found


@pytest.mark.parametrize("how", RENDERS)
def test_a_rendering_holds_every_figure_and_is_the_same_twice(example: Document, how: Render) -> None:
    text = render(example, how, seed=3)
    again = render(document(make(_seed_of(example)), example.layout), how, seed=3)
    stream = re.sub(r"\s", "", text)
    assert text == again
    assert all(re.sub(r"\s", "", figure.quote) in stream for figure in figures(example))


def _seed_of(example: Document) -> int:
    return next(
        seed
        for seed in range(60)
        if make(seed).unit == example.unit and document(make(seed), example.layout) == example
    )


def test_wrapped_and_tab_separated_text_hold_the_same_stream(example: Document) -> None:
    assert fold(render(example, "wrapped", seed=5)) == fold(render(example, "tsv"))


def test_no_line_end_falls_inside_a_figure(example: Document) -> None:
    text = render(example, "wrapped", seed=2)
    for match in re.finditer(r"\n", text):
        before, after = text[: match.start()].rstrip(" "), text[match.end() :].lstrip(" \n")
        assert not (
            before[-1:] in "0123456789,." and after[:1] in "0123456789,." and "\t" not in _line(text, match.start())
        )


def _line(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : at]


# -- noise -----------------------------------------------------------------------------------------------------------

NOISES: dict[str, Callable[[str], str]] = {
    "rewrapped 30": lambda t: noise.rewrapped(t, 30),
    "rewrapped 61": lambda t: noise.rewrapped(t, 61),
    "rewrapped 90": lambda t: noise.rewrapped(t, 90),
    "blank lines": lambda t: noise.blank_lines(t, 1),
    "crlf": noise.crlf,
    "spaced": lambda t: noise.spaced(t, 1),
    "full-width digits": noise.fullwidth_digits,
    "full-width marks": noise.fullwidth_marks,
    "half-width marks": noise.halfwidth_marks,
    "unseparated": noise.unseparated,
    "gb18030": lambda t: noise.gb18030(t).decode("gb18030"),
}  # fmt: skip


def _stream(text: str) -> str:
    """What noise must keep: all characters but white space, of one width, without separators of thousands."""
    return re.sub(r"\s", "", fold(text))


@pytest.mark.parametrize("name", NOISES)
def test_noise_keeps_the_stream_of_generated_documents(example: Document, name: str) -> None:
    for how in ("tsv", "wrapped"):
        text = render(example, how)
        assert _stream(NOISES[name](text)) == _stream(text)


@pytest.mark.parametrize("name", NOISES)
def test_noise_keeps_the_stream_of_real_documents(wuhan: Path, gedian: Path, name: str) -> None:
    for path in (wuhan, gedian):
        text = path.read_text(encoding="utf-8")
        assert _stream(NOISES[name](text)) == _stream(text)
        assert noise.crlf(text) != text


@pytest.mark.parametrize("name", NOISES)
def test_noise_leaves_the_shape_of_tables_alone(wuhan: Path, name: str) -> None:
    text = wuhan.read_text(encoding="utf-8")
    noisy = NOISES[name](text).replace("\r", "")
    assert [line.count("\t") for line in noisy.split("\n") if "\t" in line] == [
        line.count("\t") for line in text.split("\n") if "\t" in line
    ]


@pytest.mark.parametrize("feed", [True, False])
@pytest.mark.parametrize("number", ["- {} -", "{}", "第{}页"])
def test_pagination_adds_page_numbers_and_headers_and_nothing_else(wuhan: Path, number: str, feed: bool) -> None:
    text = wuhan.read_text(encoding="utf-8")
    paged = noise.paginated(text, 1, header="2023年度部门决算公开", number=number, feed=feed)
    pages = paged.count("2023年度部门决算公开")
    assert pages > 5
    kept = paged.replace("2023年度部门决算公开", "")
    for page in range(1, pages + 1):
        kept = kept.replace("\n" + number.format(page) + "\n", "\n", 1)
    assert _stream(kept) == _stream(text)


def test_html_holds_the_rows_as_tables_and_the_lines_as_paragraphs(wuhan: Path) -> None:
    text = wuhan.read_text(encoding="utf-8")
    page = noise.as_html(text)
    assert page.count("<tr>") == sum("\t" in line for line in text.split("\n"))
    words = re.sub(r"<head>.*?</head>", "", page, flags=re.DOTALL)
    shown = re.sub(r"</?(?:!DOCTYPE html|html|body|p|table|tr|td)>|<!DOCTYPE html>", "", words)
    shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert _stream(shown) == _stream(text)


# -- events ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "layout"), list(product(REVISIONS, sorted(LAYOUTS))))
def test_a_revision_changes_the_text_and_what_it_says_stands_there(name: str, layout: str) -> None:
    for seed in (1, 2):
        event = events.revision(name, seed, layout)
        before, after = (re.sub(r"\s", "", render(d, "tsv")) for d in (event.before, event.after))
        assert before != after
        assert event.before.name == event.after.name
        assert event.held == (name in ("table_broken", "table_gone"))
        assert bool(event.expected) != (event.held or name == "columns_reordered")
        for change in event.expected:
            if change.subject == "figure" and change.kind == "changed":
                assert change.before != change.after
                assert change.places
            if change.text_after is not None:
                assert re.sub(r"\s", "", change.text_after) in after
            if change.text_before is not None:
                assert re.sub(r"\s", "", change.text_before) in before


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_consistent_revision_leaves_no_stale_place_and_a_lone_one_says_the_others(layout: str) -> None:
    for seed in range(4):
        everywhere = events.revision("figure_everywhere", seed, layout)
        after = by_fact(everywhere.after)
        for change in everywhere.expected:
            assert change.stale == ()
            assert {place.value for place in after[change.fact or ""]} >= {change.after}
        lone = events.revision("figure_in_one_place", seed, layout)
        (change,) = lone.expected
        assert len(change.places) == 1
        assert len(change.stale) == len(by_fact(lone.after)[change.fact or ""]) - 1 >= 1


@pytest.mark.parametrize(("name", "layout"), list(product(YEARS, sorted(LAYOUTS))))
def test_a_pair_of_years_says_all_its_movements(name: str, layout: str) -> None:
    event = events.year(name, 3, layout)
    assert event.after.year == event.before.year + 1
    assert len(event.expected) > 100
    kinds = {change.kind for change in event.expected}
    wanted = {"line_new": "added", "line_gone": "removed", "lines_merged": "merged", "lines_split": "split"}
    assert wanted.get(name, "changed") in kinds
    words = [change for change in event.expected if change.subject == "passage"]
    assert bool(words) == (name not in ("next_year", "unit_renamed", "line_renumbered", "last_year_restated"))


def test_a_merger_states_a_difference_that_gives_the_sum_of_the_old_lines() -> None:
    event = events.year("lines_merged", 3, "hubei")
    (change,) = (c for c in event.expected if c.kind == "merged")
    this = by_fact(event.after)
    lines = [fact.removesuffix(".delta") for fact in this if fact.startswith("line.") and fact.endswith(".delta")]
    priors = {line: Decimal(this[line][0].value) - Decimal(this[f"{line}.delta"][0].value) for line in lines}
    before = {fact: Decimal(places[0].value) for fact, places in by_fact(event.before).items()}
    gone = [fact for fact in before if re.fullmatch(r"line\.\d{7}\.general", fact) and fact not in this]
    grown = [line for line in lines if priors[line] != before[line]]
    assert len(gone) == len(grown) == 1
    assert priors[grown[0]] == before[grown[0]] + before[gone[0]]
    assert Decimal(change.before or "") >= priors[grown[0]]


def test_a_restated_last_year_differs_from_the_published_one_and_is_said_once() -> None:
    event = events.year("last_year_restated", 3, "hubei")
    (said,) = (change for change in event.expected if change.aspect == "restated")
    this, delta = (by_fact(event.after)[fact][0] for fact in ("general.spent", "general.spent.delta"))
    assert Decimal(this.value) - Decimal(delta.value) == Decimal(said.after or "")
    assert (
        Decimal(by_fact(event.before)["general.spent"][0].value)
        == Decimal(said.before or "")
        != Decimal(said.after or "")
    )


def test_a_verdict_finds_what_is_missing_what_is_too_much_and_what_stands_elsewhere() -> None:
    place = Place("final.05", "2080101", "行政运行", "小计", "actual")
    want = Expected("figure", "changed", "value", before="1386.92", after="1386.93", places=(place,), role="actual")
    key = "final.05/2080101/total/actual"
    change = Change(axis="revision", subject="figure", kind="changed", aspect="value", mask=key, key=key, code="2080101",
                    role="actual", before="1386.92", after="1386.93", places=(key,))  # fmt: skip
    assert judge([want], [change]).clean
    assert judge([want], []).missing == (want,)
    assert judge([], [change]).extra == (change,)
    assert judge([want], [change, change]).extra == (change,)
    assert judge([want], [replace(change, after="1386.94")]).missing == (want,)
    elsewhere = replace(change, places=("final.03/2080101/total/actual",))
    assert judge([want], [elsewhere]).misplaced == ((want, elsewhere),)
    stale = replace(change, stale_places=("final.03/2080101/total/actual",))
    assert judge([want], [stale]).misplaced == ((want, stale),)


def test_nothing_differs_between_a_document_and_itself(example: Document) -> None:
    assert differences(example, example) == ()


# -- mutations of real text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", mutate.MUTATIONS)
def test_a_mutation_changes_one_thing_in_a_real_text(wuhan: Path, gedian: Path, name: str) -> None:
    applied = 0
    for path in (wuhan, gedian):
        text = path.read_text(encoding="utf-8")
        for seed in range(10):
            try:
                mutation = mutate.mutate(name, text, seed)
            except mutate.NoPlaceError:
                continue
            applied += 1
            (expected,) = mutation.expected
            before, after = (re.sub(r"\s", "", t) for t in (text, mutation.text))
            assert before != after
            assert re.sub(r"\s", "", expected.text_before or "") in before
            assert re.sub(r"\s", "", expected.text_after or "") in after
            if expected.kind == "moved":
                assert sorted(before) == sorted(after)
            if expected.kind == "removed":
                assert len(before) - len(after) == len(re.sub(r"\s", "", expected.text_before or ""))
            if expected.subject == "figure":
                assert (expected.after or "") in mutation.text.replace(",", "")
            assert mutate.mutate(name, text, seed) == mutation
    assert applied >= 10


# -- samples and vocabulary ------------------------------------------------------------------------------------------


def test_the_shipped_samples_are_what_the_generator_writes() -> None:
    shipped = {p.relative_to(samples.FOLDER).as_posix(): p for p in samples.FOLDER.glob("**/*") if p.is_file()}
    written = samples.files()
    assert sorted(shipped) == sorted(written)
    assert all(shipped[name].read_bytes() == data for name, data in written.items())
    assert sum(len(data) for data in written.values()) < 600_000


def test_the_samples_hold_silent_revisions_of_figures_and_of_words() -> None:
    written = {name: data.decode(errors="replace") for name, data in samples.files().items()}
    pairs = {
        name: (written[name.replace("2024-11-20", "2024-10-12")], written[name])
        for name in written
        if name.startswith("2024-11-20/")
    }
    reworded = [n for n, (first, second) in pairs.items() if "集中实施" in second and "集中实施" not in first]
    corrected = [n for n, (first, second) in pairs.items() if len(first) == len(second) and first != second]
    assert len(reworded) == len(corrected) == 1
    (first, second) = pairs[corrected[0]]
    assert sum(a != b for a, b in zip(first, second, strict=True)) == 1


def test_every_line_a_ledger_may_have_has_a_name_at_each_depth() -> None:
    for seed in range(100):
        assert all(NAMES[code] for code in make(seed).tree())


def test_a_merged_cell_is_a_text_and_empty_slots() -> None:
    (sheet,) = (s for s in document(make(1), "hubei").sheets if s.statement == "final.09")
    assert isinstance(sheet, Sheet)
    assert sheet.matrix()[0] == ("预算数", "", "", "", "", "", "决算数", "", "", "", "", "")
    assert {len(row) for row in sheet.matrix()} == {12}
