"""The configuration, and how its mistakes are told."""

import ast
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from inspect import getsource
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel

from scrapers.decode.limits import LIMITS
from tracker import clashes, written
from tracker import mistakes as mistakes_
from tracker.config import ConfigError, Rename, load, parse
from tracker.messages import messages
from tracker.settings import (
    KINDS,
    Correction,
    Expect,
    Fetching,
    File,
    Follow,
    Host,
    ListingSource,
    Pages,
    Patience,
    Reading,
    Storage,
    Unit,
    Watch,
)

NOWHERE = "says nowhere to look; it needs one of folder, page, listing, feed, sitemap, warc"
PAGES = 'key "pages" needs text (of the link to the next page) or url (with {n} for the number), or most'
PLACES = 'places are like "div.list li", "#content ul", ".news"'
BOTH = "says in listing, page where to look; only one of them may stand in a source"
MISPLACED = "is not known here; it belongs in [fetching], [[hosts]]"
SHIPPED = Path(__file__).parents[1] / "config.toml"


def mistakes(text: str, lang: str = "en") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, Path("config.toml"))
    return list(caught.value.messages("zh" if lang == "zh" else "en"))


def uncommented(text: str) -> str:
    """Return a commented configuration with all that is commented out in use."""
    return re.sub(r"(?m)^# (?=\[\[|\w+ = )", "", text)


def keys_of(*models: type[BaseModel]) -> set[str]:
    return {info.alias or name for model in models for name, info in model.model_fields.items()}


def test_the_shipped_file_names_the_site_of_the_demo_only() -> None:
    config = load(SHIPPED)

    assert [source.name for source in config.sources] == ["demo"]
    assert [urlsplit(source.url).hostname for source in config.web] == ["127.0.0.1"]
    assert config.data == SHIPPED.parent / "data"


COMMENTED = {
    "shipped": SHIPPED.read_text(encoding="utf-8"),
    "zh": messages("zh")("init.config"),
    "en": messages("en")("init.config"),
}


@pytest.mark.parametrize("name", COMMENTED)
def test_a_commented_configuration_names_every_key(name: str) -> None:
    models = (File, Storage, Fetching, Host, *KINDS.values(), Unit, Watch)
    inside = (Patience, Expect, Follow, Pages, Correction, Rename)

    text = COMMENTED[name]
    assert [
        key for key in keys_of(*models) if not re.search(rf"\b{key} = |^(?:# )?\[+{key}\]", text, re.MULTILINE)
    ] == []
    assert [key for key in keys_of(*inside) if not re.search(rf"[{{,] {key} = ", text)] == []


@pytest.mark.parametrize("name", COMMENTED)
def test_a_commented_configuration_is_right_with_and_without_what_is_commented_out(name: str) -> None:
    plain = parse(COMMENTED[name], SHIPPED)
    full = parse(uncommented(COMMENTED[name]), SHIPPED)

    assert len(plain.sources) == 1
    assert {source.place for source in full.sources} == {"folder", "listing", "page", "feed", "sitemap", "warc"}
    folder = next(source for source in full.sources if source.place == "folder")
    assert folder.claims == {"unit": "某某市社会保险中心", "year": 2023, "kind": "final", "scope": "unit"}
    assert full.units[0].names == ("某某社保中心", "某某市社会保险局")
    assert full.units[0].renames == (
        Rename.model_validate({"from": "某某市社会保险局", "to": "某某市社会保险中心", "year": 2021}),
    )
    assert full.watch[0].approved == {"2023": date(2024, 9, 8)}


@pytest.mark.parametrize("name", COMMENTED)
def test_what_a_commented_configuration_says_of_defaults_is_so(name: str) -> None:
    shown = parse(uncommented(COMMENTED[name]), SHIPPED)
    default = parse("", SHIPPED)
    free = {"contact", "quiet", "proxy", "private"}

    assert shown.fetching.model_dump(exclude=free) == default.fetching.model_dump(exclude=free)
    assert shown.reading == default.reading
    assert default.limits == LIMITS


def test_how_much_of_a_file_is_read_can_be_set() -> None:
    text = '[reading]\ntimeout = "30s"\nmemory = "500MB"\npages = 60\nunpacked = "20MB"\n'

    limits = parse(text, Path("config.toml")).limits

    assert limits == replace(LIMITS, seconds=30, memory=500_000_000, pages=60, unpacked=20_000_000)


def test_an_empty_file_is_a_configuration() -> None:
    config = parse("", Path("config.toml"))
    assert (config.lang, config.storage.path, config.sources, config.units) == ("auto", "data/", (), ())


def test_an_unknown_key_is_told_with_line_and_suggestion() -> None:
    text = '[[sources]]\nname = "wuhan"\nfolder = "a"\nexcludes = []\n'
    assert mistakes(text) == ['config.toml:4: source "wuhan": key "excludes" is not known (did you mean "exclude"?)']
    assert mistakes(text, "zh") == ["config.toml:4：来源“wuhan”：没有“excludes”这个键（是不是“exclude”？）"]


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = """lang = "cn"
[storage]
pth = "x"
[[sources]]
name = "wuhan"
kind = "决算"
year = "2023"
include = ["*.txt",
  3]
[[sources]]
folder = " "
scope = "单位"
[[units]]
name = "甲"
renames = [
  { form = "丙", to = "甲", year = 3 },
]
aliases = "乙"
"""
    assert mistakes(text) == [
        'config.toml:1: key "lang": "cn" is none of "zh", "en", "auto"',
        'config.toml:3: [storage]: key "pth" is not known (did you mean "path"?)',
        'config.toml:4: source "wuhan": ' + NOWHERE,
        'config.toml:6: source "wuhan": key "kind": "决算" is none of "final", "budget" (did you mean "final"?)',
        'config.toml:7: source "wuhan": key "year" has to be a whole number without quotes',
        'config.toml:9: source "wuhan": key "include" has to be a text between quotes',
        'config.toml:10: source "#2": key "name" is missing',
        'config.toml:11: source "#2": key "folder" is empty',
        'config.toml:12: source "#2": key "scope": "单位" is none of "department", "unit" (did you mean "unit"?)',
        'config.toml:16: unit "甲": key "year": 3 is no year between 1990 and 2100',
        'config.toml:16: unit "甲": key "form" is not known (did you mean "from"?)',
        'config.toml:18: unit "甲": key "aliases" has to be a list: [...]',
    ]


def test_two_sources_of_one_name_and_an_alias_of_two_units_are_told() -> None:
    text = """sources = [
  { name = "a", folder = "x" },
  { name = "a", folder = "y" },
]
units = [
  { name = "甲", aliases = ["乙"] },
  { name = "丙", aliases = ["乙", "丙"] },
]
"""
    assert mistakes(text) == [
        'config.toml:3: source "a": the name "a" is taken already, in line 2',
        'config.toml:7: unit "丙": "乙" already names another unit, in line 6',
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [('lang = "zh"\nstorage = \n', 2), ("[storage", 1), ('lang = "zh"\nlang = "en"\n', 2), ('a = "\n\n', 1)],
)
def test_a_slip_in_the_syntax_is_told_with_its_line(text: str, line: int) -> None:
    assert mistakes(text)[0].startswith(f"config.toml:{line}: not valid TOML: ")


def test_a_path_with_backslashes_is_explained() -> None:
    assert mistakes('[[sources]]\nname = "a"\nfolder = "C:\\Users\\q"\n')[0].endswith(
        "write a path with /, and a pattern with \\ between single quotes"
    )


def test_a_value_of_another_shape_is_told() -> None:
    assert mistakes("sources = 3") == ['config.toml:1: key "sources" has to be a list: [...]']
    assert mistakes("storage = 3") == ['config.toml:1: key "storage" has to be a table']
    assert mistakes('root = "x"') == ['config.toml:1: key "root" is not known']


def test_a_file_that_is_missing_or_not_utf8_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: there is no such file"):
        load(tmp_path)
    (tmp_path / "config.toml").write_bytes(b"# ok\nlang = 'zh' # " + "中文".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"config\.toml:2: not UTF-8"):
        load(tmp_path)


def test_windows_editors_marks_and_line_ends_are_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbflang = 'zh'\r\n[storage]\r\npath = 'kept'\r\n")
    config = load(path)
    assert (config.lang, config.data) == ("zh", tmp_path / "kept")


def test_a_missing_folder_is_no_mistake_of_the_configuration() -> None:
    assert parse('[[sources]]\nname = "a"\nfolder = "nowhere"\n', Path("config.toml")).sources[0].folder == "nowhere"


# --- sources on the web ----------------------------------------------------------------------------------------------

CONTACT = '[fetching]\ncontact = "mailto:watch@example.org"\n'


def test_each_kind_of_source_is_told_by_the_key_that_says_where_to_look() -> None:
    text = (
        CONTACT
        + """
[[sources]]
name = "a page"
page = "https://www.example.gov.cn/a.html"
[[sources]]
name = "a listing"
listing = "https://www.example.gov.cn/czxx/"
follow = [{ text = "2023年", place = "div.list" }, {}]
pages = { url = "index_{n}.html", first = 1 }
corrections = [{ url = "t2024", year = 2023 }]
aliases = { "市社保中心" = "武汉市社会保险中心" }
expect = { tables = 9 }
[[sources]]
name = "one level"
listing = "https://www.example.gov.cn/czxx/"
follow = { text = "决算" }
[[sources]]
name = "a feed"
feed = "https://www.example.gov.cn/rss.xml"
[[sources]]
name = "a sitemap"
sitemap = "https://www.example.gov.cn/sitemap.xml"
follow = { url = "/czxx/" }
[[sources]]
name = "a file"
warc = "kept.warc.gz"
[[sources]]
name = "a folder"
folder = "texts"
"""
    )
    config = parse(text, Path("config.toml"))

    places = ["page", "listing", "listing", "feed", "sitemap", "warc", "folder"]
    assert [source.place for source in config.sources] == places
    assert [source.url for source in config.web][1:3] == ["https://www.example.gov.cn/czxx/"] * 2
    assert [source.name for source in config.web][-1] == "a sitemap"
    one, two = (config.source(name) for name in ("one level", "a listing"))
    assert isinstance(one, ListingSource)
    assert isinstance(two, ListingSource)
    assert [len(each.follow) for each in (one, two)] == [1, 2]


def test_a_source_is_looked_for_by_its_name() -> None:
    config = parse('[[sources]]\nname = "a"\nfolder = "x"\n', Path("config.toml"))

    assert config.source("a") is config.sources[0]
    with pytest.raises(KeyError):
        config.source("b")


@pytest.mark.parametrize(
    ("source", "line", "told"),
    [
        ('folder = "a"\npages = { text = "下" }', 6, 'key "pages" is no key of a folder; it belongs to listing'),
        ('listing = "http://a.cn/"\npage = "http://a.cn/"', 6, BOTH),
        ('foldr = "a"', 5, 'key "foldr" is not known (did you mean "folder"?)'),
        ('rss = "http://a.cn/"', 5, 'key "rss" is not known (did you mean "feed"?)'),
        ('url = "http://a.cn/"', 5, 'key "url" is not known (did you mean "page"?)'),
        ('url = "http://a.cn/"\nfollow = [{}]', 5, 'key "url" is not known (did you mean "listing"?)'),
        ('include = ["*.txt"]', 3, NOWHERE),
        ('folder = "a"\npace = "5s"', 6, f'key "pace" {MISPLACED}'),
        ('folder = "a"\ninterval = "5s"', 6, 'key "interval" is not known'),
        ('page = "http://a.cn/"\ninterval = "5s"', 6, 'key "interval" is not known (did you mean "every"?)'),
    ],
)
def test_the_keys_of_a_source_are_those_of_its_kind(source: str, line: int, told: str) -> None:
    found = mistakes(f'{CONTACT}[[sources]]\nname = "x"\n{source}\n')

    assert found == [f'config.toml:{line}: source "x": {told}']


FETCHING, HOST = "[fetching]\n", "[[hosts]]\n"
WATCH = '[[watch]]\nunits = ["甲局"]\nsince = 2020\n'


@pytest.mark.parametrize(
    ("before", "key", "code", "meant"),
    [
        (FETCHING, 'pace = "5 minutes"', "duration", "5m"),
        (FETCHING, "pace = 5", "duration", "5s"),
        (FETCHING, 'every = "1.5 h"', "duration", "90m"),
        (FETCHING, 'every = "每天"', "duration", "1d"),
        (FETCHING, 'every = "２周"', "duration", "14d"),
        (FETCHING, 'every = "soon"', "duration", ""),
        (FETCHING, 'every = "0s"', "duration", ""),
        (FETCHING, "every = true", "duration", ""),
        (FETCHING, 'every = "999999999d"', "duration", ""),
        (FETCHING, 'size = "50M"', "size", "50MB"),
        (FETCHING, 'size = "5MiB"', "size", "5MB"),
        (FETCHING, "size = -1", "size", ""),
        (FETCHING, 'quiet = ["22-6"]', "hours", "22:00-06:00"),
        (FETCHING, 'quiet = ["8点到18点"]', "hours", "08:00-18:00"),
        (FETCHING, 'quiet = ["22:00-24:30"]', "hours", ""),
        (FETCHING, "quiet = [22]", "hours", ""),
        (FETCHING, 'quiet = ["00:00-24:00"]', "hours.all", ""),
        (FETCHING, 'quiet = ["06:00-20:00", "19:00-06:00"]', "quiet", ""),
        (FETCHING, 'quiet = "22:00-06:00"', "list", ""),
        (FETCHING, 'private = ["300.1.1.1"]', "network", ""),
        (FETCHING, 'private = ["localhost"]', "network", "127.0.0.1"),
        (FETCHING, 'private = ["10.1.*.*"]', "network", "10.1.0.0/16"),
        (FETCHING, 'private = ["127.0.0.1:80"]', "network", "127.0.0.1"),
        (FETCHING, 'proxy = "socks5://a:1"', "proxy", ""),
        (FETCHING, 'proxy = "a.cn:8080"', "proxy", "http://a.cn:8080"),
        (FETCHING, 'contact = "me"', "contact", ""),
        (FETCHING, 'contact = "mailto:我@example.org"', "contact", ""),
        (FETCHING, 'contact = "www.example.org/us"', "contact", "https://www.example.org/us"),
        (FETCHING, "withdrawn_after = { looks = 0 }", "least", ""),
        (FETCHING, "withdrawn_after = { day = 1 }", "unknown", "days"),
        (FETCHING, "follow = []", "misplaced", ""),
        ("", 'contact = "mailto:a@example.org"', "misplaced", ""),
        (HOST, 'name = "https://a.gov.cn/x"', "host", "a.gov.cn"),
        (HOST, 'name = "*gov.cn"', "host", "*.gov.cn"),
        (HOST, 'name = "a.gov.cn:8080"', "host", "a.gov.cn"),
        (HOST, 'name = "*"', "host", ""),
        (HOST + 'name = "a.cn"\n', 'old_tls = "yes"', "switch", ""),
        (HOST + 'name = "a.cn"\n', 'quiet = ["06:00-18:00", "18:00-06:00"]', "quiet", ""),
        (HOST + 'name = "a.cn"\n', "domain = 'b.cn'", "unknown", "name"),
        ("[[watch]]\nsince = 2020\n", "units = []", "none", ""),
        ("", '[[watch]]\nunits = ["甲局"]', "watch.none", ""),
        ('[[watch]]\nunits = ["甲局"]\nyears = [2020]\n', "since = 2020", "watch.both", ""),
        (WATCH, "kinds = []", "none", ""),
        (WATCH, 'kind = "final"', "unknown", "kinds"),
        (WATCH, 'deadline = "02-29"', "deadline", ""),
        (WATCH, 'deadline = "10月31日"', "deadline", "10-31"),
        (WATCH, "deadline = 2024-10-31", "deadline", "10-31"),
        (WATCH, "approved = { 2019 = 2020-01-01 }", "approved", ""),
        (WATCH, "approved = { x = 2020-01-01 }", "approved.year", ""),
        (WATCH, 'approved = { 2023 = "2024-02-30" }', "date", ""),
        (WATCH, 'approved = { 2023 = "2024年9月8日" }', "date", "2024-09-08"),
    ],
)
def test_a_value_written_otherwise_is_told_with_what_was_meant(before: str, key: str, code: str, meant: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(before + key, Path("config.toml"))

    (mistake,) = caught.value.mistakes
    assert (mistake.code, mistake.line) == (code, before.count("\n") + 1)
    assert mistake.details.get("suggestion", "") == meant
    assert [bool(mistake.text(lang)) for lang in ("zh", "en")] == [True, True]


def test_a_value_written_otherwise_is_quoted_with_examples_of_what_is_right() -> None:
    text = '[fetching]\npace = 5\nsize = "5M"\nquiet = ["8"]\nprivate = ["?"]\nproxy = "x"\ncontact = "me"\n'

    assert [each.partition(": key ")[2] for each in mistakes(text)] == [
        '"pace": 5 is no duration; write one like "30s", "5m", "12h" or "7d" (did you mean "5s"?)',
        '"size": "5M" is no size; write one like "500KB" or "50MB" (did you mean "5MB"?)',
        '"quiet": "8" are no hours; write them like "22:00-06:00"',
        '"private": "?" is no network; write it like "127.0.0.1" or "10.0.0.0/8"',
        '"proxy": "x" is no proxy; write it like "http://127.0.0.1:8080"',
        '"contact": "me" reaches nobody; write "mailto:you@example.org" or the address of a page about you',
    ]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ('text = "("', 'key "text": "(" is no regular expression: a ( without its )'),
        ('text = "[甲"', 'key "text": "[甲" is no regular expression: a [ without its ]'),
        ('text = "*决算"', 'key "text": "*决算" is no regular expression: nothing stands before * + ? or {…}'),
        ("text = '\\y'", "is no regular expression: a \\ before something that it does not go with"),
        ('text = "(?P<1>a)"', "is no regular expression: bad character in group name '1'"),
        ('text = ""', 'key "text" is empty'),
        ("text = 3", 'key "text" has to be a text between quotes'),
    ],
)
def test_a_pattern_that_is_none_is_told_with_the_reason(key: str, told: str) -> None:
    text = f'{CONTACT}[[sources]]\nname = "x"\nfeed = "http://a.cn/rss"\nfollow = {{ {key} }}\n'

    assert [each.startswith('config.toml:6: source "x": ') and each.endswith(told) for each in mistakes(text)] == [True]


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("www.example.gov.cn/list", "https://www.example.gov.cn/list"),
        ("htp://www.example.gov.cn/", "http://www.example.gov.cn/"),
        ("https:/www.example.gov.cn/", "https://www.example.gov.cn/"),
        ("https：／／www.example.gov.cn/a", "https://www.example.gov.cn/a"),
        ("https://www.example .gov.cn/", "https://www.example.gov.cn/"),
        ("https://me:secret@www.example.gov.cn/", "https://www.example.gov.cn/"),
        ("https://www.example.gov.cn:99999/", ""),
        ("ftp://www.example.gov.cn/", "http://www.example.gov.cn/"),
        ("https://", ""),
        ("看这里", ""),
    ],
)
def test_an_address_that_is_none_is_told_with_what_was_meant(url: str, meant: str) -> None:
    found = mistakes(f'{CONTACT}[[sources]]\nname = "x"\npage = "{url}"\n')

    told = f'config.toml:5: source "x": key "page": "{url}" is no address; write it like "https://www.example.gov.cn/list/"'
    assert found == [told + (f' (did you mean "{meant}"?)' if meant else "")]


@pytest.mark.parametrize("host", ["www.example.gov.cn", "例子.政务.cn", "1.1.1.1", "[2606:4700::1]", "a_b.gov.cn:8080"])
def test_addresses_of_the_public_internet_are_right(host: str) -> None:
    text = f'{CONTACT}[[sources]]\nname = "x"\npage = "http://{host}/a"\n'

    assert parse(text, Path("config.toml")).web[0].url == f"http://{host}/a"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("LOCALHOST.", "127.0.0.1"),
        ("www.localhost", "127.0.0.1"),
        ("10.1.2.3", "10.1.2.3"),
        ("192.168.1.1", "192.168.1.1"),
        ("169.254.169.254", "169.254.169.254"),
        ("[::1]", "::1"),
        ("[fd00::1]", "fd00::1"),
        ("[::ffff:10.0.0.1]", "10.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
    ],
)
def test_a_private_address_has_to_be_named(host: str, address: str) -> None:
    source = f'[[sources]]\nname = "x"\nlisting = "http://{host}:8000/a/"\n'

    told = mistakes(CONTACT + source)
    named = parse(CONTACT + f'private = ["{address}"]\n' + source, Path("config.toml"))

    assert len(told) == 1
    assert told[0].startswith('config.toml:5: source "x": ')
    assert told[0].endswith(f'unless named: private = ["{address}"] in [fetching]')
    assert named.web[0].url == f"http://{host}:8000/a/"


def test_a_private_address_of_a_listings_pages_has_to_be_named_too() -> None:
    text = f'{CONTACT}[[sources]]\nname = "x"\nlisting = "http://a.cn/"\npages = {{ url = "http://10.0.0.1/{{n}}" }}\n'

    assert [each[:42] for each in mistakes(text)] == ['config.toml:6: source "x": 10.0.0.1 is a p']


def test_who_asks_servers_says_who_it_is() -> None:
    page = '[[sources]]\nname = "x"\npage = "http://a.cn/"\n'
    why = "is missing: servers are asked with an address at which you can be reached, e.g. contact = "

    assert mistakes(page)[0].startswith(f'config.toml:3: source "x": [fetching] contact {why}')
    assert mistakes("[fetching]\n" + page)[0].startswith(f'config.toml:1: [fetching]: key "contact" {why}')
    assert mistakes('[fetching]\ncontct = "mailto:a@b.cn"\n' + page) == [
        'config.toml:2: [fetching]: key "contct" is not known (did you mean "contact"?)'
    ]
    assert parse('[[sources]]\nname = "x"\nfolder = "a"\n', Path("config.toml")).fetching.contact is None


@pytest.mark.parametrize(
    "contact", ["mailto:a.b@example.org", "a@example.org", "https://example.org/about", "http://example.org"]
)
def test_a_contact_is_an_address_of_mail_or_of_a_page(contact: str) -> None:
    assert parse(f'[fetching]\ncontact = "{contact}"\n', Path("config.toml")).fetching.contact == contact


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('every = "3s"', 'key "every": "3s" is shorter than the pace of its host, 5s'),
        ('every = "2d"\nrecheck = "1d"', 'key "recheck": "1d" is shorter than every, 172800s'),
        ('follow = { place = "div:first-child" }', 'key "place": "div:first-child" is not understood; ' + PLACES),
        ("expect = {}", 'key "expect" expects nothing: tables, figures or text'),
        ("follow = [{}, { text = '决算' }]", "this level picks every link of the page: give it text, url or place"),
        ("follow = []", 'key "follow" is an empty list'),
        ("pages = { first = 1 }", PAGES),
        ("pages = {}", PAGES),
        ('pages = { url = "index.html" }', 'key "url": "index.html" has no {n} where the number of the page stands'),
        ("corrections = [{ year = 2020 }]", "this correction fits no link: give it text or url"),
        ("corrections = [{ text = '决算' }]", "this correction corrects nothing: unit, year, kind or scope"),
        ("aliases = { '甲局' = '甲局' }", '"甲局" stands for itself'),
    ],
)
def test_what_is_right_key_by_key_and_wrong_together_is_told(keys: str, told: str) -> None:
    found = mistakes(f'{CONTACT}[[sources]]\nname = "x"\nlisting = "http://a.cn/"\n{keys}\n')

    assert [each.partition('source "x": ')[2] for each in found] == [told]


def test_a_source_may_be_looked_at_as_often_as_its_own_host_is_asked() -> None:
    host = '[[hosts]]\nname = "a.cn"\npace = "1s"\n'
    text = f'{CONTACT}{host}[[sources]]\nname = "x"\nlisting = "http://a.cn/"\nevery = "3s"\n'

    assert parse(text, Path("config.toml")).web[0].every == timedelta(seconds=3)
    assert len(mistakes(text.replace('"1s"', '"4s"'))) == 1


def test_two_rules_for_one_host_are_told() -> None:
    text = '[[hosts]]\nname = "www.a.cn"\n[[hosts]]\nname = "WWW.a.cn"\n[[hosts]]\nname = "*.a.cn"\n'

    assert mistakes(text) == ['config.toml:4: host "WWW.a.cn": the name "WWW.a.cn" is taken already, in line 2']


def test_mistakes_of_one_key_do_not_hide_those_of_others() -> None:
    text = """[fetching]
pace = "soon"
[[sources]]
name = "x"
page = "http://10.0.0.1/"
listing = "http://a.cn/"
evry = "1d"
every = "1s"
[[sources]]
name = "x"
follow = [{ text = "(" }]
"""
    told = [each.partition(":")[2] for each in mistakes(text)]

    assert [each.partition(":")[0] for each in told] == ["1", "2", "5", "6", "7", "9", "10", "11"]


def test_a_watched_unit_that_is_nearly_a_declared_one_is_odd_and_no_mistake() -> None:
    text = """[[units]]
name = "武汉市社会保险中心"
[[watch]]
units = ["武汉社会保险中心", "武汉市社会保险中心", "武汉市财政局"]
since = 2020
"""
    config = parse(text, Path("config.toml"))

    assert [(each.line, each.text("en")) for each in config.warnings] == [
        (4, 'watch #1: "武汉社会保险中心" is no name of a declared unit (did you mean "武汉市社会保险中心"?)')
    ]


# --- what holds for a host, and for a source -------------------------------------------------------------------------


def test_the_most_specific_rule_of_a_host_wins_key_by_key() -> None:
    text = """[fetching]
pace = "5s"
timeout = "2m"
quiet = ["22:00-06:00"]
[[hosts]]
name = "*.gov.cn"
pace = "10s"
proxy = "http://proxy.example.org:3128"
[[hosts]]
name = "*.wuhan.gov.cn"
quiet = []
old_tls = true
[[hosts]]
name = "czj.wuhan.gov.cn"
pace = "1m"
timeout = "30s"
old_tls = false
"""
    config = parse(text, Path("config.toml"))
    far, near, own, other = (
        config.rule(host) for host in ("a.gov.cn", "rsj.wuhan.gov.cn", "CZJ.wuhan.gov.cn.", "gov.cn")
    )

    assert (far.pace, far.timeout, len(far.quiet), far.proxy) == (10, 120, 1, "http://proxy.example.org:3128")
    assert (near.pace, near.quiet, near.old_tls, near.proxy) == (10, (), True, "http://proxy.example.org:3128")
    assert (own.pace, own.timeout, own.quiet, own.old_tls) == (60, 30, (), False)
    assert (other.pace, other.timeout, other.proxy, other.old_tls) == (5, 120, None, False)


def test_hosts_with_chinese_names_are_the_same_in_both_spellings() -> None:
    config = parse('[[hosts]]\nname = "*.政务.cn"\npace = "9s"\n', Path("config.toml"))

    assert [config.rule(host).pace for host in ("武汉.政务.cn", "xn--nyqy26a.xn--zfr164b.cn", "a.cn")] == [9, 9, 5]


def test_quiet_hours_may_go_past_midnight() -> None:
    config = parse('[fetching]\nquiet = ["22:00-06:00", "12:00 - 13:30"]\n', Path("config.toml"))
    night, noon = config.rule("a.cn").quiet

    assert [night.has(time(hour)) for hour in (21, 22, 0, 5, 6)] == [False, True, True, True, False]
    assert [noon.has(time(*at)) for at in ((11, 59), (12, 0), (13, 29), (13, 30))] == [False, True, True, False]


def test_what_a_source_leaves_out_is_as_for_all() -> None:
    text = """[fetching]
contact = "mailto:watch@example.org"
every = "12h"
withdrawn_after = { looks = 5, days = 7 }
[[sources]]
name = "plain"
page = "http://a.cn/"
[[sources]]
name = "own"
page = "http://a.cn/b"
every = "2d"
recheck = "7d"
withdrawn_after = { looks = 2 }
"""
    config = parse(text, Path("config.toml"))
    plain, own = config.web

    assert [config.every(each) for each in config.web] == [timedelta(hours=12), timedelta(days=2)]
    assert [config.recheck(each) for each in config.web] == [timedelta(hours=12), timedelta(days=7)]
    assert (config.patience(plain).looks, config.patience(plain).days) == (5, 7)
    assert (config.patience(own).looks, config.patience(own).days) == (2, 3)


def test_what_is_asked_for_seldom_is_not_rechecked_more_often_than_that() -> None:
    text = CONTACT + 'every = "7d"\n[[sources]]\nname = "x"\npage = "http://a.cn/"\nrecheck = "1d"\n'
    config = parse(text, Path("config.toml"))

    assert config.recheck(config.web[0]) == timedelta(days=7)


def test_every_mistake_has_words() -> None:
    named = {"NotWrittenError": 0, "Mistake": 0, "Found": 1}
    calls = [node for module in (clashes, mistakes_, written) for node in ast.walk(ast.parse(getsource(module)))]
    codes = {
        node.args[named[node.func.id]].value
        for node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in named
        if isinstance(node.args[named[node.func.id]], ast.Constant)
    }

    assert {"duration", "twice", "unknown", "private"} <= codes
    assert [code for code in codes if not messages("zh").has(f"mistake.{code}")] == []


# --- whatever is written ---------------------------------------------------------------------------------------------

ODD = ("3", "-1", "0.5", "true", '""', '" "', '"甲"', '"("', "[]", "[[]]", "[3]", '["甲", 3]', "{}", "{ a = 1 }")
MORE = ("[{}]", "[{ name = 3 }]", "07:32:00", "1979-05-27", "nan", "99999999999999999999", '"\\u0000"')


def told(text: str) -> ConfigError | None:
    try:
        parse(text, Path("config.toml"))
    except ConfigError as error:
        return error
    return None


@pytest.mark.parametrize("value", [*ODD, *MORE])
def test_whatever_a_key_holds_is_right_or_told_with_its_line(value: str) -> None:
    parts: dict[str, Iterable[type[BaseModel]]] = {
        "": [File],
        "[storage]": [Storage],
        "[fetching]": [Fetching],
        "[reading]": [Reading],
        "[[hosts]]": [Host],
        "[[sources]]": KINDS.values(),
        "[[units]]": [Unit],
        "[[watch]]": [Watch],
    }
    texts = [
        f"# a line before\n{heading}\n{key} = {value}\n"
        for heading, models in parts.items()
        for key in sorted(keys_of(*models))
    ]
    errors = [error for error in map(told, texts) if error is not None]

    assert errors
    assert [error for error in errors if not {mistake.line for mistake in error.mistakes} <= {2, 3}] == []
    assert all(all(error.messages(lang)) for error in errors for lang in ("zh", "en"))


@pytest.mark.parametrize("value", ODD)
def test_whatever_stands_inside_a_value_is_right_or_told_with_its_line(value: str) -> None:
    inside = {
        "withdrawn_after": Patience,
        "expect": Expect,
        "follow": Follow,
        "pages": Pages,
        "corrections": Correction,
    }
    shapes = [
        shape
        for outer, model in inside.items()
        for key in sorted(keys_of(model))
        for shape in (
            f"{outer} = {{ {key} = {value} }}",
            f"{outer} = [{{ {key} = {value} }}]",
            f"{outer}.{key} = {value}",
        )
    ]
    found = [told(f'{CONTACT}[[sources]]\nname = "x"\nlisting = "http://a.cn/"\n{shape}\n') for shape in shapes]
    errors = [error for error in found if error is not None]

    assert errors
    assert [error for error in errors if {mistake.line for mistake in error.mistakes} != {6}] == []
