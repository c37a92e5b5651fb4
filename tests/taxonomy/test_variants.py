"""Every name in the data files of tables is exercised by a quote, says where it was seen, and means one thing."""

import pytest

from tests.taxonomy import planned, quotes
from tests.taxonomy.quotes import FORMER
from tracker.normalize.statements.captions import caption
from tracker.taxonomy import load
from tracker.taxonomy.measures import heading
from tracker.taxonomy.naming import bare

TAXONOMY = load()
CAPTIONS = quotes.CAPTIONS + planned.CAPTIONS
LINES = quotes.LINES + planned.LINES
HEADINGS = quotes.HEADINGS + planned.HEADINGS
SEEN = {"WH", "GD", "SH", "JS", "SWU", "template", "format"}


@pytest.mark.parametrize(("words", "statement"), CAPTIONS)
def test_a_caption_announces_its_statement(words: str, statement: str) -> None:
    kind = TAXONOMY.forms[statement].kind
    told = caption(f"第二部分部门{'决算' if kind == 'final' else '预算'}表{words}", TAXONOMY, kind=kind)

    assert told.form is not None
    assert (told.form.id, told.unit) == (statement, "万元")


@pytest.mark.parametrize(("place", "words", "under", "line"), LINES)
def test_a_name_means_its_line_in_its_place(place: str, words: str, under: str | None, line: str) -> None:
    if place.startswith(("final", "budget")):
        assert TAXONOMY.lines.find(words, place, under=under) == line
        return
    lead = words.removesuffix("10.00万元")
    assert next(id for name, id in TAXONOMY.lines.names(place) if lead.endswith(name)) == line


@pytest.mark.parametrize(("statement", "kind", "words", "meaning"), HEADINGS)
def test_a_heading_says_what_its_column_holds(statement: str, kind: str, words: str, meaning: str) -> None:
    measures = TAXONOMY.measures
    match kind:
        case "measure":
            assert measures.measure(words, statement) == meaning
        case "total":
            assert measures.total(words)
        case "amount":
            assert measures.amount(words)
        case "role":
            role, base = measures.role(words) or ("", None)
            assert f"{role}:{base or ''}" == meaning
        case "stub":
            assert measures.stub(words) == meaning
        case _:
            assert caption(f"支出决算表{words}", TAXONOMY).unit == meaning


@pytest.mark.parametrize(("which", "year", "name", "code"), FORMER)
def test_a_name_has_the_code_of_its_year(which: str, year: int, name: str, code: str) -> None:
    classification = TAXONOMY.functional if which == "functional" else TAXONOMY.economic

    assert classification.code(name, year) == code


def test_no_name_of_a_statement_is_without_a_quote() -> None:
    quoted = {(words, id) for words, id in CAPTIONS}
    missing = [
        name
        for form in TAXONOMY.forms.all
        for name, _ in form.names
        if not any(name in words and form.id == id for words, id in quoted)
    ]

    assert missing == []


def test_no_name_of_a_line_is_without_a_quote() -> None:
    missing = [
        (line.id, name)
        for line in TAXONOMY.lines.all
        for name, _ in line.names
        if not any(name in words and line.id == id for _, words, _, id in LINES)
    ]

    assert missing == []


def test_no_heading_is_without_a_quote() -> None:
    quoted = {(kind, heading(words.removeprefix("单位："))) for _, kind, words, _ in HEADINGS}

    assert [v for v in TAXONOMY.measures.variants() if (v.kind, heading(v.name)) not in quoted] == []


def test_no_former_name_is_without_a_quote() -> None:
    quoted = {(name, code) for _, _, name, code in FORMER}
    former = (*TAXONOMY.functional.former, *TAXONOMY.economic.former)

    assert [f for f in former if (f.name, f.code) not in quoted] == []


def test_every_name_says_where_it_was_seen() -> None:
    places = [
        *(seen for form in TAXONOMY.forms.all for _, seen in form.names),
        *(seen for line in TAXONOMY.lines.all for _, seen in line.names),
        *(variant.seen for variant in TAXONOMY.measures.variants()),
        *(former.seen for former in (*TAXONOMY.functional.former, *TAXONOMY.economic.former)),
    ]

    assert all(seen and set(seen) <= SEEN for seen in places)


@pytest.mark.parametrize("seed", ["WH", "GD"])
def test_what_is_said_to_be_seen_in_a_seed_stands_there(seed: str, request: pytest.FixtureRequest) -> None:
    text = bare(request.getfixturevalue("wuhan" if seed == "WH" else "gedian").read_text("utf-8"))
    claimed = [
        *((name, seen) for form in TAXONOMY.forms.all for name, seen in form.names),
        *((name, seen) for line in TAXONOMY.lines.all for name, seen in line.names),
        *((variant.name, variant.seen) for variant in TAXONOMY.measures.variants()),
    ]

    assert [name for name, seen in claimed if seed in seen and bare(name) not in text] == []


def test_the_classification_has_its_twenty_six_classes_and_their_parents() -> None:
    functional, economic = TAXONOMY.functional, TAXONOMY.economic
    for classification in (functional, economic):
        codes = {code for code, _ in classification.names}
        assert [c for c in codes if len(c) > 3 and c[:-2] not in codes] == []
    classes = [code for code, _ in functional.names if len(code) == 3]
    assert len([c for c in classes if c not in ("230", "233", "227")]) == 26


@pytest.mark.parametrize(
    ("name", "code"),
    [("八、社会保障和就业支出", "208"), ("二十六、抗疫特别国债安排的支出", "234"), ("二十三、其他支出", "229")],
)
def test_a_numbered_name_has_its_code(name: str, code: str) -> None:
    assert TAXONOMY.functional.code(name, 2023, level=3) == code


def test_a_name_that_several_codes_have_is_found_under_its_parent_only() -> None:
    assert TAXONOMY.functional.code("行政运行", 2023) is None
    assert TAXONOMY.functional.code("行政运行", 2023, under="20801") == "2080101"


def test_a_name_of_another_year_is_still_understood() -> None:
    assert TAXONOMY.functional.code("医疗卫生与计划生育支出", 2026, level=3) == "210"


def test_two_lines_never_share_a_name_in_one_place() -> None:
    meant: dict[tuple[str, str, tuple[str, ...]], str] = {}
    for line in TAXONOMY.lines.all:
        for name, _ in line.names:
            for place in line.places:
                assert meant.setdefault((place, bare(name), line.under), line.id) == line.id
