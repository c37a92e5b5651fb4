"""What robots.txt allows, as sites write it."""

import tracemalloc

import pytest

from scrapers.net.robots import rules, token

AGENT = "disclosure-tracker/0.1 (+mailto:editor@example.org)"


def test_the_group_that_names_us_counts_and_not_the_one_for_all():
    stated = rules(
        b"User-agent: *\nDisallow: /\n\nUser-agent: Disclosure-Tracker\nDisallow: /search\nAllow: /search/help\n", AGENT
    )

    assert stated.forbid("http://www.example.gov.cn/zwgk/index.html") is None
    assert stated.forbid("http://www.example.gov.cn/search?q=1") == "Disallow: /search"
    assert stated.forbid("http://www.example.gov.cn/search/help") is None


def test_the_line_that_forbids_is_told_with_its_group_though_others_have_longer_ones():
    stated = rules(
        b"User-agent: Baiduspider\nUser-agent: Sogou\nDisallow: /zwgk/ysgk/2023/\n"
        b"User-agent: *\nCrawl-delay: 3\nDisallow: /zwgk/ # internal\nDisallow: /z\n",
        AGENT,
    )

    assert stated.forbid("http://h/zwgk/ysgk/2023/a.html") == "Disallow: /zwgk/"
    assert stated.delay == 3.0


@pytest.mark.parametrize(
    ("pattern", "path", "forbidden"),
    [
        ("/*.pdf$", "/attach/1.pdf", True),
        ("/*.pdf$", "/attach/1.pdf?v=2", False),
        ("/内部/", "/%E5%86%85%E9%83%A8/1.html", True),
        ("/%E5%86%85%E9%83%A8/", "/内部/1.html", True),
        ("/system/_content", "/system/_content/download.jsp?urltype=news", True),
        ("", "/anything", False),
        ("/a?id=", "/a?id=3", True),
    ],
)
def test_patterns_match_as_rfc_9309_says(pattern: str, path: str, forbidden: bool):
    stated = rules(f"User-agent: *\nDisallow: {pattern}\n".encode(), AGENT)

    assert (stated.forbid(f"https://h{path}") is not None) == forbidden


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_comments_in_any_charset_do_not_hide_the_rules(encoding: str):
    text = "# 本站禁止抓取下列目录\nUser-agent: *\nDisallow: /admin/ # 后台\n"

    assert rules(text.encode(encoding), AGENT).forbid("http://h/admin/x") == "Disallow: /admin/"


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>User-agent: *\nDisallow: /\n</body></html>",
        "\ufeff \r\n<html><title>页面不存在</title>\nDisallow: /\n".encode(),
        b"",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_what_is_no_robots_txt_states_no_rules(body: bytes):
    assert rules(body, AGENT).forbid("http://h/zwgk/") is None


def test_a_delay_is_kept_to_up_to_two_minutes():
    assert rules(b"User-agent: *\nCrawl-delay: 10\n", AGENT).delay == 10.0
    assert rules(b"User-agent: *\nCrawl-delay: 86400\n", AGENT).delay == 120.0
    assert rules(b"User-agent: *\nCrawl-delay: soon\n", AGENT).delay == 0.0
    assert rules(b"User-agent: Bingbot\nCrawl-delay: 30\n", AGENT).delay == 0.0


def test_only_the_first_half_megabyte_is_read_and_a_character_cut_there_does_no_harm():
    head = b"User-agent: *\nDisallow: /early/\n"
    body = head + "#注".encode() * 200_000 + b"\nDisallow: /late/\n"

    stated = rules(body, AGENT)

    assert stated.forbid("http://h/early/") == "Disallow: /early/"
    assert stated.forbid("http://h/late/") is None


def test_many_names_with_many_rules_take_no_more_room_than_the_file():
    names = b"".join(b"User-agent: bot%d\nUser-agent: d%s\n" % (n, b"*" * (n % 50)) for n in range(1_500))
    body = names + b"".join(b"Disallow: /%d\n" % n for n in range(5_000))

    tracemalloc.start()
    try:
        stated = rules(body, AGENT)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert stated.forbid("http://h/4999") == "Disallow: /4999"
    assert most < 20_000_000


def test_our_name_is_the_first_word_of_the_user_agent_without_its_version():
    assert token(AGENT) == "disclosure-tracker"
    assert token("Tracker (+https://example.org)") == "tracker"
    assert token("") == "*"
