"""Addresses on the web are read as browsers read them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scrapers.net.failures import NoAnswerError
from scrapers.net.targets import Target, target


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("http://czj.wuhan.gov.cn", "http://czj.wuhan.gov.cn/"),
        ("HTTP://CZJ.Wuhan.GOV.cn:80/A", "http://czj.wuhan.gov.cn/A"),
        ("https://czj.wuhan.gov.cn:8443/a?b=1#c", "https://czj.wuhan.gov.cn:8443/a?b=1"),
        (
            "http://www.swu.edu.cn/info/1071/2023年度部门决算.htm",
            "http://www.swu.edu.cn/info/1071/2023%E5%B9%B4%E5%BA%A6%E9%83%A8%E9%97%A8%E5%86%B3%E7%AE%97.htm",
        ),
        (
            "http://a.gov.cn/附件 1.xls?名=预算&x=%E5",
            "http://a.gov.cn/%E9%99%84%E4%BB%B6%201.xls?%E5%90%8D=%E9%A2%84%E7%AE%97&x=%E5",
        ),
        ("http://a.gov.cn/100%/%zz", "http://a.gov.cn/100%/%zz"),
        ("http:\\\\a.gov.cn\\zwgk\\1.htm?a\\b", "http://a.gov.cn/zwgk/1.htm?a\\b"),
        ("  http://a.gov.cn/zw\ngk/\t1.htm ", "http://a.gov.cn/zwgk/1.htm"),
        ("http://a.gov.cn/x/../y/./z/%2e%2e/w", "http://a.gov.cn/y/w"),
        ("http://a.gov.cn/../../etc", "http://a.gov.cn/etc"),
        ("http://a.gov.cn/x/..", "http://a.gov.cn/"),
        ("http://a.gov.cn?id=1", "http://a.gov.cn/?id=1"),
        ("http://user:secret@a.gov.cn/", "http://a.gov.cn/"),
        ("http://www.gov.cn@10.0.0.1/", "http://10.0.0.1/"),
        ("http://10.0.0.1\\@www.gov.cn/", "http://10.0.0.1/@www.gov.cn/"),
        ("http://教育部.中国/a", "http://xn--wcvs22dzol.xn--fiqs8s/a"),
        ("http://ｗｗｗ．ｇｏｖ．ｃｎ/", "http://www.gov.cn/"),
        ("http://www。gov。cn/", "http://www.gov.cn/"),
        ("http://１２７.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0x7f.1:8080/", "http://127.0.0.1:8080/"),
        ("http://%31%32%37.0.0.1/", "http://127.0.0.1/"),
        ("http://[0:0::1]:8080/", "http://[::1]:8080/"),
        ("http://my_site.gov.cn/", "http://my_site.gov.cn/"),
    ],
)
def test_an_address_is_read_as_browsers_do(url: str, read: str) -> None:
    assert target(url).url == read


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/zwgk/1.htm",
        "www.gov.cn/a",
        "http:",
        "http:///",
        "http://?a",
        "http://:80/",
        "http://a.gov.cn:0/",
        "http://a.gov.cn:99999/",
        "http://a.gov.cn:8a/",
        "http://a b.gov.cn/",
        "http://a..cn/",
        "http://<a>.cn/",
        "http://a.gov.cn\x00.evil.cn/",
        "http://[::1/",
        "http://[::1]a/",
        "http://[fe80::1%25eth0]/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        f"http://{'a' * 64}.gov.cn/",
        f"http://{'a.' * 140}cn/",
        "http://a.gov.cn/\ud800",
        "http://\ud800.cn/",
        "http://%ff.cn/",
        "http://a.gov.cn/" + "a" * 20_000,
    ],
)
def test_what_is_no_address_is_told_before_anything_is_sent(url: str) -> None:
    with pytest.raises(NoAnswerError) as error:
        target(url)

    assert error.value.failure == "address"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.gov.cn/", "javascript:void(0)", "mailto:a@b.cn", "data:text/html,x", "gopher://a/"],
)
def test_another_scheme_is_told_as_such(url: str) -> None:
    with pytest.raises(NoAnswerError) as error:
        target(url)

    assert error.value.failure == "scheme"


def test_certificates_and_resolvers_get_the_name_without_the_dot_of_the_root() -> None:
    aim = target("https://www.gov.cn./a")

    assert (aim.host, aim.name, aim.port) == ("www.gov.cn.", "www.gov.cn", 443)


_hosts = st.one_of(
    st.text(max_size=12),
    st.text("0123456789.xXabcdef[]:%@。１２", max_size=16),
    st.sampled_from(["www.wuhan.gov.cn", "教育部.中国", "127.0.0.1", "[::1]", "a.gov.cn:8080"]),
)
_paths = st.one_of(st.text(max_size=20), st.text("/.%2eE\\?# 决", max_size=20))


def read(url: str) -> Target | str:
    try:
        return target(url)
    except NoAnswerError as error:
        return error.failure


@settings(deadline=None)
@given(_hosts, _paths)
@example("a.gov.cn", "/%2e%2e/a/./..")
@example("ß.cn", "")
def test_whatever_is_written_is_refused_or_read_and_reads_the_same_again(host: str, path: str) -> None:
    aim = read(f"http://{host}/{path}")

    if isinstance(aim, str):
        assert aim == "address"
    else:
        assert aim.url.isascii()
        assert aim.url.isprintable()
        assert " " not in aim.url
        assert target(aim.url) == aim


@settings(deadline=None)
@given(st.text())
def test_no_text_is_raised_about_in_another_way(url: str) -> None:
    assert isinstance(read(url), Target) or read(url) in ("address", "scheme")
