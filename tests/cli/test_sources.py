"""``sources add``: from an address to a source in ``config.toml``."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.net.manners import HostRule
from tests.cli.conftest import Run
from tests.site.server import Server
from tests.site.town import ESTATES, Town, town
from tracker.alone import alone
from tracker.config import Config, load

CONFIG = """lang = "en"

[fetching]
contact = "mailto:watch@example.org"
private = ["127.0.0.0/8"]
"""


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town on loopback, asked at a pace that tests can bear."""
    monkeypatch.setattr(Config, "rule", lambda self, host: HostRule(pace=0.01))  # pyright: ignore[reportUnknownLambdaType]
    made = town(lambda: datetime.now(UTC), estates=(ESTATES[2],))
    with Server(made.site, apart=True):
        yield made


@pytest.fixture
def column(built: Town) -> str:
    return built.columns[ESTATES[2].host].url


def test_a_page_is_looked_at_once_and_proposed(tracker: Run, built: Town, column: str) -> None:
    Path("config.toml").write_text(CONFIG, encoding="utf-8")

    ran = tracker("sources", "add", column)

    (source,) = tomllib.loads(ran.out)["sources"]
    assert (ran.code, source) == (0, {"name": "财政信息网", "listing": column})
    assert "# 2 links name final accounts or budgets:" in ran.out
    assert "Nothing was written" in ran.err
    assert Path("config.toml").read_text(encoding="utf-8") == CONFIG
    assert not Path("data").exists()
    assert [entry.robots for entry in built.site.log] == [True, False]
    assert built.site.log.agents() == {entry for entry in built.site.log.agents() if "watch@example.org" in entry}


def test_what_is_proposed_is_written_under_its_name(tracker: Run, column: str) -> None:
    Path("config.toml").write_text(CONFIG, encoding="utf-8")

    ran = tracker("sources", "add", column, "--name", "财政局", "--write")

    assert ran.code == 0
    assert "config.toml: source “财政局” was added." in ran.err
    assert Path("config.toml").read_text(encoding="utf-8") == f"{CONFIG}\n{ran.out}"
    assert [(source.name, source.url) for source in load(Path("config.toml")).web] == [("财政局", column)]


def test_an_address_that_is_looked_at_already_is_not_asked_for(tracker: Run, built: Town, column: str) -> None:
    Path("config.toml").write_text(f'{CONFIG}[[sources]]\nname = "财政局"\nlisting = "{column}"\n', encoding="utf-8")

    ran = tracker("sources", "add", column)

    assert (ran.code, ran.err) == (1, "Source “财政局” looks there already.\n")
    assert len(built.site.log) == 0


def test_a_page_without_disclosures_exits_with_1_and_says_where_they_may_be(tracker: Run, built: Town) -> None:
    Path("config.toml").write_text(CONFIG, encoding="utf-8")

    ran = tracker("sources", "add", built.site.url(ESTATES[2].host), "--write")

    assert (ran.code, ran.out) == (1, "")
    assert "perhaps behind 财政预决算: " in ran.err
    assert Path("config.toml").read_text(encoding="utf-8") == CONFIG


@pytest.mark.parametrize(
    ("config", "arguments", "told"),
    [
        ("", ["http://127.0.0.2:1/"], 'private = ["127.0.0.2"]'),
        ("", ["http://www.example.gov.cn/"], "[fetching] contact is missing"),
        (CONFIG, ["www.example.gov.cn"], 'did you mean "https://www.example.gov.cn"?'),
        (CONFIG + '[[sources]]\nname = "a"\nfolder = "x"\n', ["http://a.cn/", "--name", "a"], 'the name "a" is taken'),
        (None, ["http://a.cn/"], "write one with tracker init"),
    ],
)
def test_what_may_not_be_a_source_is_told_and_not_asked_for(
    tracker: Run, config: str | None, arguments: list[str], told: str
) -> None:
    if config is not None:
        Path("config.toml").write_text(config, encoding="utf-8")

    ran = tracker("--lang", "en", "sources", "add", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_page_that_robots_keep_us_from_is_told(tracker: Run, built: Town) -> None:
    Path("config.toml").write_text(CONFIG, encoding="utf-8")

    ran = tracker("sources", "add", built.site.url(ESTATES[2].host, "/admin/list.html"))

    assert (ran.code, ran.out) == (1, "")
    assert "robots.txt forbids it" in ran.err
    assert [entry.robots for entry in built.site.log] == [True]


def test_a_host_that_another_run_is_asking_is_left_to_it(tracker: Run, built: Town, column: str) -> None:
    page = built.of(ESTATES[2].host)[0].url
    text = f'{CONFIG}[[sources]]\nname = "财政局"\npage = "{page}"\n'
    Path("config.toml").write_text(text, encoding="utf-8")

    with alone(Path("data")):
        ran = tracker("sources", "add", column)

    assert (ran.code, ran.out) == (1, "")
    assert len(built.site.log) == 0
