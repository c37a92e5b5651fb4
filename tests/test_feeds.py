"""Feeds that readers take: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import feedparser
import pytest

from storage.store import Store
from tests.storage.conftest import fill
from tracker import feeds
from tracker.cli.wording import sentence
from tracker.messages import messages

WORDS = messages("zh")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        fill(opened)
        yield opened


def gathered(store: Store, **options: Any) -> feeds.Feed:
    return feeds.gather(store, WORDS, lambda change: sentence(WORDS, change), **options)


def test_atom_is_what_a_reader_of_feeds_takes(store: Store) -> None:
    feed = gathered(store, base_url="https://tracker.example")

    parsed = cast("Any", feedparser.parse(feeds.atom(feed, WORDS)))

    assert parsed.bozo is False
    assert parsed.version == "atom10"
    assert parsed.feed.title == feed.title
    assert parsed.feed.id
    assert parsed.feed.author
    assert RFC_3339.fullmatch(parsed.feed.updated)
    assert len(parsed.entries) == len(feed.entries) == 1
    entry = parsed.entries[0]
    assert entry.id.startswith("tag:disclosure-tracker,2026:comparison/")
    assert RFC_3339.fullmatch(entry.updated)
    assert entry.content[0].type == "text/html"
    assert [link.rel for link in entry.links].count("alternate") == 1
    assert all(link.href.startswith("https://tracker.example/") for link in entry.links)


def test_an_entry_tells_the_largest_movements_and_links_each(store: Store) -> None:
    feed = gathered(store, base_url="https://tracker.example/")
    (entry,) = feed.entries

    content = feeds.json_feed(feed, WORDS)["items"][0]["content_html"]

    assert entry.items
    for item in entry.items:
        assert f'href="https://tracker.example/changes/{item.id}"' in content


def test_json_feed_has_what_version_1_1_asks_for(store: Store) -> None:
    found = feeds.json_feed(gathered(store), WORDS)

    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["title"]
    assert json.loads(json.dumps(found)) == found
    for item in found["items"]:
        assert item["id"]
        assert item["content_html"]
        assert RFC_3339.fullmatch(item["date_published"])
        assert RFC_3339.fullmatch(item["date_modified"])


def test_the_same_database_gives_the_same_feed(store: Store) -> None:
    assert feeds.atom(gathered(store), WORDS) == feeds.atom(gathered(store), WORDS)


def test_an_id_says_nothing_of_versions_or_of_where_it_is_read(store: Store) -> None:
    here, there = gathered(store), gathered(store, base_url="https://tracker.example")

    assert [entry.id for entry in here.entries] == [entry.id for entry in there.entries]


def test_a_feed_of_a_unit_without_changes_is_empty_and_valid(store: Store) -> None:
    feed = gathered(store, unit="没有这个单位")

    parsed = cast("Any", feedparser.parse(feeds.atom(feed, WORDS)))

    assert parsed.bozo is False
    assert parsed.entries == []


def test_words_that_xml_has_no_place_for_are_left_out(store: Store) -> None:
    feed = feeds.gather(store, WORDS, lambda change: "改\x0c动 <b> & \ufffe")

    parsed = cast("Any", feedparser.parse(feeds.atom(feed, WORDS)))

    assert parsed.bozo is False
    assert "<b>" not in parsed.entries[0].content[0].value
