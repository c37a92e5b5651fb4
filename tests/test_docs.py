"""The documents say what is so: their examples run, their links lead somewhere, nothing that users meet is left out."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast, get_args

import pytest
from pydantic import BaseModel

from scrapers import judging
from tests.documents import PAGES, ROOT, Clone, Demo, Step, differences, fences, gathered, options, says, steps
from tracker import config, outcomes, schema, service, settings
from tracker.config import ConfigError
from tracker.messages import messages
from tracker.model import Change, Figure

REFERENCE = ROOT / "docs" / "reference"
WITH_EXAMPLES = [page for page in PAGES if any(isinstance(step, Step) for step in steps(page.read_text("utf-8")))]
_LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def part(page: Path, heading: str) -> str:
    """Return what stands under ``heading`` of a page, down to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,6}} |\Z)", text(page), re.DOTALL | re.MULTILINE)
    assert found is not None, f"{named(page)} has no heading {heading!r}"
    return found[2]


def rows(words: str) -> list[str]:
    """Return what the first column of the tables in ``words`` names."""
    return [name for line in words.splitlines() if line.startswith("| `") for name in _codes(line.split(" | ")[0])]


def _codes(words: str) -> list[str]:
    return re.findall(r"`([^`]+)`", words)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """What is kept of the samples once they are gathered."""
    return gathered(tmp_path_factory.mktemp("gathered"))


# --- examples --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=named)
def test_a_page_shows_what_its_commands_print(page: Path, tmp_path: Path, demo: Demo) -> None:
    wrong = [
        f"{named(page)}:{step.line}: {step.command}\nthe page shows:\n{step.printed}\nit prints:\n{real}"
        for step, real in differences(page, tmp_path, demo)
    ]

    assert not wrong, "\n".join([*wrong, "mend it with: python -m tests.documents --write " + named(page)])


def test_the_readmes_show_the_demo_and_their_two_commands() -> None:
    for page in (ROOT / "README.md", ROOT / "README.zh-CN.md"):
        commands = [step.command for step in steps(text(page)) if isinstance(step, Step)]

        assert commands[:2] == ["make demo", "make demo"]
        assert "make test" in text(page)


def test_an_example_may_leave_lines_and_words_out() -> None:
    assert says("a\n...\nd\n", "a\nb\nc\nd\n")
    assert says("a ... c\n", "a b c\n")
    assert says("a\n...\n", "a\n")
    assert not says("a\nd\n", "a\nb\nd\n")
    assert not says("a ... d\n", "a b c\n")
    assert not says("", "a\n")


def test_a_moment_of_the_run_may_be_any_in_a_page_and_an_older_one_is_what_it_is() -> None:
    assert says(
        "first seen 2026-11-23 16:05, stated 2024-10-12", "first seen 2027-01-01 08:00, stated 2024-10-12", "2027"
    )
    assert says('"at": "2026-11-23T16:05:01Z"', '"at": "2027-01-01T08:00:00Z"', "2027-01-01")
    assert not says("stated 2024-10-12", "stated 2024-10-13", "2027-01-01")
    assert not says("first seen today", "first seen 2027-01-01 08:00", "2027-01-01")


def test_a_page_s_sites_have_the_port_that_the_page_shows(tmp_path: Path) -> None:
    with Clone(tmp_path, "en") as clone:
        served = clone.run("python -m http.server 8737 --bind 127.0.0.1 --directory samples 2>/dev/null &")
        told = clone.run("grep -o 127.0.0.1:8737 config.toml")

    assert served == ""
    assert told == "127.0.0.1:8737\n"
    assert clone.port != "8737"
    assert f"127.0.0.1:{clone.port}" in text(tmp_path / "config.toml")


def test_a_command_that_fails_shows_in_its_page(tmp_path: Path) -> None:
    with Clone(tmp_path, "en") as clone:
        assert "tracker init" in clone.run("tracker show nowhere --config nothing.toml")


# --- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for match in _LINK.finditer(text(page)):
        target = (page.parent / match["path"]).resolve() if match["path"] else page
        assert target.exists(), f"{named(page)}: {match[0]}"
        if match["anchor"]:
            anchors = [_anchor(line) for line in text(target).splitlines() if line.startswith("#")]
            assert match["anchor"] in anchors, f"{named(page)}: {match[0]}"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower()).replace(" ", "-")


def test_pages_in_both_languages_link_to_each_other() -> None:
    pairs = (
        ("README.md", "README.zh-CN.md"),
        ("docs/tutorial.md", "docs/zh/tutorial.md"),
        ("docs/how-to/gather.md", "docs/zh/gather.md"),
    )
    for one, two in pairs:
        for here, there in ((one, two), (two, one)):
            first = text(ROOT / here).split("\n", 1)[0]
            targets = {((ROOT / here).parent / path).resolve() for path in re.findall(r"\(([^)]+)\)", first)}
            assert targets == {ROOT / there}


def test_the_index_of_decisions_is_complete() -> None:
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", text(ROOT / "docs/decisions/README.md"))

    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs/decisions").glob("0*.md"))


# --- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "parameters"), [(name, found) for name, (found, _) in options().items()])
def test_every_command_and_option_is_documented(command: str, parameters: Sequence[str]) -> None:
    under = part(REFERENCE / "commands.md", f"`{command}`" if command else "`tracker`: every command")
    documented = rows(under)

    assert sorted(documented) == sorted(set(parameters) - {"--help"})


def test_no_command_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^## `([a-z ]+)`$", text(REFERENCE / "commands.md"), re.MULTILINE)

    assert sorted(documented) == sorted(name for name in options() if name)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_pages_name_only_commands_and_options_that_exist(page: Path) -> None:
    known = options()
    every = {*(known[""][0]), "--help", "--json"}
    for command in re.findall(r"(?<![\w./-])tracker ([^`\n]+)", _told(text(page))):
        words = [word for word in command.split() if word not in every]
        name = next((word for word in (" ".join(words[:2]), *words) if word in known), None)
        assert name is not None or not re.match(r"[a-z]+$", words[0] if words else ""), f"{named(page)}: {command}"
        if name is not None:
            for option in re.findall(r"(?<!\S)--[a-z-]+", command):
                assert option in {*known[name][0], *every}, f"{named(page)}: tracker {command}"


def _told(words: str) -> str:
    """Return the commands that a page tells its reader: in code, inline or in examples, not in what is printed."""
    inline = re.findall(r"(?<!`)`(tracker [^`]+)`", words)
    inline = [each for command in inline for each in command.split(" && ")]
    return "\n".join([*inline, *(step.command for step in steps(words) if isinstance(step, Step))])


# --- the contract ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", schema.NAMES)
def test_every_field_of_the_contract_is_documented(name: str) -> None:
    documented = set(rows(part(REFERENCE / "contract.md", name)))
    fields = set(schema.NAMES[name]["properties"])
    # A told figure is a figure with all its names, which stand there once.
    elsewhere = set(schema.FIGURE["properties"]) - {"state"} if name == "told" else set[str]()

    assert fields - elsewhere <= documented <= fields


def test_every_word_that_a_field_may_hold_is_documented() -> None:
    told = text(REFERENCE / "contract.md") + text(REFERENCE / "keys.md")
    words = {word for made in schema.NAMES.values() for word in _words(made)}

    assert words
    assert {word for word in words if f"`{word}`" not in told} == set()


def _words(made: object) -> Iterator[str]:
    """Yield the words of every closed list of a schema, however deep."""
    if isinstance(made, list):
        for each in cast("list[object]", made):
            yield from _words(each)
    elif isinstance(made, dict):
        for name, value in cast("dict[str, object]", made).items():
            if name == "enum":
                yield from (word for word in cast("list[object]", value) if isinstance(word, str))
            else:
                yield from _words(value)


@pytest.mark.parametrize("name", ["piece", "state", "line"])
def test_every_field_of_what_stands_inside_is_documented(name: str) -> None:
    inner = {"piece": schema.PIECE, "state": schema.STATE, "line": schema.LINE}[name]

    assert set(rows(part(REFERENCE / "contract.md", name))) == set(inner["properties"])


def test_the_model_s_figures_and_changes_are_in_the_contract() -> None:
    for made, name in ((Figure, "figure"), (Change, "change")):
        fields = set(made.__dataclass_fields__) - {"mask"}
        assert fields <= set(rows(part(REFERENCE / "contract.md", name)))


def test_every_aspect_of_a_change_is_documented() -> None:
    sources = "\n".join(text(path) for path in [*ROOT.glob("tracker/compare/*.py"), ROOT / "tracker/ingest.py"])
    said = set(re.findall(r'aspect(?:: str)?=\(?"([a-z]+)"', sources))
    said |= set(re.findall(r'_add\(\s*[^"\n]+?"\w+", "([a-z]+)"', sources))
    documented = rows(part(REFERENCE / "contract.md", "aspects"))

    assert said
    assert said <= set(documented)


def test_everything_that_a_look_can_be_or_mean_is_documented() -> None:
    judged = part(ROOT / "docs/explanation/visits.md", "What a look is judged to be")
    # Two are not judged from an answer: a page of links is one by its source, and what is forbidden is not asked for.
    assert set(rows(judged)) == {*get_args(judging.Outcome), "listing", "disallowed"}
    assert rows(part(REFERENCE / "contract.md", "outcomes")) == list(get_args(outcomes.Outcome))


def test_every_event_of_the_service_s_log_is_documented() -> None:
    told = re.findall(r"(?:^-| ·) `(\w+)`", part(REFERENCE / "commands.md", "`run`"), re.MULTILINE)

    assert sorted(told) == sorted(get_args(service.Kind))


# --- configuration ---------------------------------------------------------------------------------------------------


WEB = (settings.PageSource, settings.ListingSource, settings.FeedSource, settings.SitemapSource)


@pytest.mark.parametrize(
    ("heading", "models"),
    [
        ("`[storage]`", [settings.Storage]),
        ("`[fetching]`", [settings.Fetching]),
        ("`[reading]`", [settings.Reading]),
        ("`[[hosts]]`", [settings.Host]),
        ("`[[units]]`", [settings.Unit]),
        ("`[[watch]]`", [settings.Watch]),
    ],
)
def test_every_key_of_the_configuration_is_documented(heading: str, models: list[type[BaseModel]]) -> None:
    assert rows(part(REFERENCE / "config.md", heading)) == keys(*models)


@pytest.mark.parametrize(
    ("heading", "models"),
    [
        ("A folder", [settings.FolderSource]),
        ("A WARC file", [settings.WarcSource]),
        ("On the web: a page, a listing, a feed, a sitemap", WEB),
    ],
)
def test_every_key_of_a_source_is_documented(heading: str, models: Sequence[type[BaseModel]]) -> None:
    common = rows(part(REFERENCE / "config.md", "`[[sources]]`"))
    own = rows(part(REFERENCE / "config.md", heading))

    assert sorted([*common, *own]) == sorted(keys(*models))


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("`[[units]]`", settings.Rename),
        ("`[fetching]`", settings.Patience),
        ("`[[sources]]`", settings.Expect),
        ("On the web: a page, a listing, a feed, a sitemap", settings.Follow),
        ("On the web: a page, a listing, a feed, a sitemap", settings.Pages),
        ("On the web: a page, a listing, a feed, a sitemap", settings.Correction),
    ],
)
def test_every_key_inside_a_value_is_documented(heading: str, model: type[BaseModel]) -> None:
    told = set(re.findall(r"\w+", " ".join(_codes(part(REFERENCE / "config.md", heading)))))

    assert set(keys(model)) <= told


def keys(*models: type[BaseModel]) -> list[str]:
    """Return the keys of the models as they are written, each once."""
    return list(dict.fromkeys(info.alias or name for model in models for name, info in model.model_fields.items()))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_configurations_that_pages_show_are_right(page: Path) -> None:
    for kind, body, start, _ in fences(text(page)):
        if kind == "toml" and "A mistake" not in text(page)[max(0, start - 200) : start]:
            config.parse(body, Path("config.toml"))


def test_the_mistakes_that_the_page_shows_are_told_so() -> None:
    wrong = "\n" * 8 + '[[sources]]\nname = "wuhan"\nfolder = "x"\nevry = 1\n\n\nkind = "finals"\n'

    with pytest.raises(ConfigError) as caught:
        config.parse(wrong, Path("config.toml"))

    assert "\n".join(caught.value.messages("en")) in text(REFERENCE / "config.md")


# --- problems and errors ---------------------------------------------------------------------------------------------


def test_every_problem_is_documented_with_its_remedy() -> None:
    catalogue = {code.removeprefix("problem.") for code in messages("en").texts if code.startswith("problem.")}

    assert set(rows(text(REFERENCE / "problems.md"))) == catalogue - {"other"}


def test_every_problem_that_code_makes_has_words() -> None:
    sources = "\n".join(text(path) for path in ROOT.glob("tracker/**/*.py"))
    made = set(re.findall(r'Problem\(\s*code="([a-z_.]+)"', sources))
    made |= {f"identity.{aspect}" for aspect in ("unit", "year", "kind", "scope")}
    made |= {f"file.{reason}" for reason in _reasons()}

    assert made
    assert {code for code in made if not messages("en").has(f"problem.{code}")} == set()


def _reasons() -> set[str]:
    """Return why a file can't be decoded, as the decoders say it."""
    sources = "\n".join(text(path) for path in ROOT.glob("scrapers/**/*.py"))
    return set(re.findall(r'UndecodableError\(\s*"([a-z]+)"', sources))


# --- keys and lists --------------------------------------------------------------------------------------------------


def test_every_statement_and_section_is_documented() -> None:
    keys = REFERENCE / "keys.md"

    assert set(rows(part(keys, "Statements"))) == _ids("statements", "statement") | _ids("budgets", "statement")
    assert set(rows(part(keys, "Sections"))) == _ids("sections", "section")


def test_every_fact_is_documented_with_its_places() -> None:
    lines = [line for line in part(REFERENCE / "keys.md", "Facts").splitlines() if line.startswith("| `")]
    documented = {_codes(line)[0]: _codes(line)[1:] for line in lines}

    assert documented == {entry["id"]: entry["places"] for entry in _entries("facts", "fact")}


def test_every_role_and_base_is_documented() -> None:
    keys = REFERENCE / "keys.md"

    assert rows(part(keys, "Roles")) == schema.FIGURE["properties"]["role"]["enum"]
    assert set(rows(part(keys, "Bases"))) == _ids("bases", "base")


def _ids(file: str, many: str) -> set[str]:
    return {str(entry["id"]) for entry in _entries(file, many)}


def _entries(file: str, many: str) -> list[dict[str, object]]:
    return tomllib.loads(text(ROOT / "tracker" / "taxonomy" / f"{file}.toml"))[many]


# --- the database ----------------------------------------------------------------------------------------------------


def test_every_table_of_the_database_is_documented(demo: Demo) -> None:
    with closing(sqlite3.connect(demo.data / "tracker.sqlite3")) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    own = {name for (name,) in found if not name.startswith(("_", "sqlite_", "search_"))}

    assert set(rows(part(REFERENCE / "database.md", "Raw and derived"))) == own


def test_the_questions_of_the_page_have_answers(demo: Demo) -> None:
    asked = [body for kind, body, _, _ in fences(text(REFERENCE / "database.md")) if kind == "sql"]
    with closing(sqlite3.connect(demo.data / "tracker.sqlite3")) as database:
        answers = [database.execute(question).fetchall() for question in asked]

    # Nothing in the samples is left stale, waits for a ruling or was withdrawn.
    empty = [question for question, answer in zip(asked, answers, strict=True) if not answer]
    expected = ("stale_places", "held = 1", "outcome = 'withdrawn'")
    assert all(any(words in question for words in expected) for question in empty), empty


# --- plain words -----------------------------------------------------------------------------------------------------


def test_the_version_is_the_one_of_the_changelog() -> None:
    version = re.search(r'^version = "(.+)"$', text(ROOT / "pyproject.toml"), re.MULTILINE)

    assert version is not None
    assert re.search(rf"^## .*{re.escape(version[1])}", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
