"""One request: what is sent, what is refused, and what is told of every way in which a server can fail to answer."""

import asyncio
import contextlib
import gzip
import re
import socket
import ssl
import struct
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import httpcore2
import httpx2
import pytest

from scrapers.answers import Ask
from scrapers.net.addresses import network
from scrapers.net.client import Client, Exchange, Limits
from tests.scrapers.net.serving import AGENT, PAGE, Names, answer, asked, client, run, serving, whole
from tests.virtual import run as run_virtually

CERTIFICATE = Path(__file__).parent / "self-signed.pem"


# What is sent


def test_a_request_says_who_asks_and_what_can_be_read() -> None:
    async def main() -> None:
        async with serving(whole()) as server:
            exchange = await client().send(Ask(server.url("/决算 公开.htm?a=1#top")))

        assert (exchange.status, exchange.body, exchange.failure, exchange.peer) == (200, PAGE, None, "127.0.0.1")
        assert server.requests[0].startswith(b"GET /%E5%86%B3%E7%AE%97%20%E5%85%AC%E5%BC%80.htm?a=1 HTTP/1.1\r\n")
        assert server.header("host") == f"127.0.0.1:{server.port}"
        assert server.header("user-agent") == AGENT
        assert server.header("accept-encoding") == "gzip, deflate"
        assert (server.header("accept-language") or "").startswith("zh-CN")
        for name in ("cookie", "referer", "if-none-match", "if-modified-since", "authorization"):
            assert server.header(name) is None

    run(main())


def test_validators_cookies_and_the_page_that_led_here_are_sent_when_given() -> None:
    async def main() -> None:
        async with serving(answer(b"", 'ETag: "7"', status="304 Not Modified")) as server:
            modified = "Mon, 02 Sep 2024 01:02:03 GMT"
            ask = Ask(server.url(), etag='W/"7"', modified=modified, referer=server.url("/list.htm#2"))
            exchange = await client().send(ask, cookies={"JSESSIONID": "a1", "gone": ""})

        assert (exchange.status, exchange.body, exchange.failure) == (304, b"", None)
        assert server.header("if-none-match") == 'W/"7"'
        assert server.header("if-modified-since") == modified
        assert server.header("referer") == server.url("/list.htm")
        assert server.header("cookie") == "JSESSIONID=a1"

    run(main())


def test_no_secret_of_one_site_is_told_to_another() -> None:
    async def main() -> None:
        async with serving(whole()) as server:
            from_elsewhere = Ask(server.url(), referer="http://user:secret@other.example/a?token=1")
            await client().send(from_elsewhere)
            assert server.header("referer") == "http://other.example/"

            await client().send(Ask(server.url(), referer="https://other.example/a"))
            assert server.header("referer") is None

    run(main())


def test_cookies_are_told_and_not_kept() -> None:
    async def main() -> None:
        cookies = ("Set-Cookie: a=1; Path=/; HttpOnly", "set-cookie: b=x=y; Expires=Wed, 21 Oct 2037 07:28:00 GMT")
        async with serving(
            whole(
                PAGE,
                *cookies,
                "Set-Cookie: c=deleted; Max-Age=0",
                "Set-Cookie: d=x; expires=Thu, 01-Jan-1970 00:00:01 GMT",
                "Set-Cookie: nothing",
            )
        ) as server:
            one = client()
            exchange = await one.send(Ask(server.url()))
            await one.send(Ask(server.url()))

        assert exchange.set_cookies == {"a": "1", "b": "x=y", "c": "", "d": ""}
        assert server.header("cookie") is None

    run(main())


def test_a_header_can_not_be_broken_out_of() -> None:
    async def main() -> None:
        async with serving(whole()) as server:
            ask = Ask(server.url(), etag='"1"\r\nX-Evil: 1', referer="http://a.gov.cn/\r\nX-Evil: 1")
            await client().send(ask, cookies={"a": "1\r\nX-Evil: 1"})

        assert server.header("x-evil") is None

    run(main())


def test_a_user_agent_without_words_or_with_a_line_break_is_refused() -> None:
    for agent in (" ", "a\r\nX-Evil: 1"):
        with pytest.raises(ValueError, match="user agent"):
            Client(agent=agent, limits=Limits())


def test_names_of_files_survive_in_whatever_bytes_they_come() -> None:
    name = "附件1：2023年度部门决算公开表.xls"

    def sent(charset: str) -> Exchange:
        return run(asked(whole(PAGE, b'Content-Disposition: attachment; filename="' + name.encode(charset) + b'"')))

    assert sent("utf-8").headers["content-disposition"] == f'attachment; filename="{name}"'
    assert sent("gb18030").headers["content-disposition"] == f'attachment; filename="{name}"'


def test_an_address_that_a_server_wrote_in_gbk_stays_in_gbk() -> None:
    exchange = run(asked(whole(PAGE, "Location: /预算/1.htm?a=%20b c".encode("gbk"), status="302 Found")))

    assert exchange.headers["location"] == "/%D4%A4%CB%E3/1.htm?a=%20b c"


def test_names_of_headers_are_in_lower_case_and_repeated_ones_joined() -> None:
    exchange = run(asked(whole(PAGE, "ETag: x", "VIA: a", "Via: b")))

    assert exchange.headers == {"content-length": str(len(PAGE)), "etag": "x", "via": "a, b"}


# What is answered


@pytest.mark.parametrize("status", ["200 OK", "301 Moved", "404 Not Found", "412 Precondition Failed", "521", "503 忙"])
def test_every_status_is_an_answer_and_no_redirect_is_followed(status: str) -> None:
    exchange = run(asked(whole(PAGE, "Location: /elsewhere", status=status)))

    assert (exchange.status, exchange.body, exchange.failure) == (int(status[:3]), PAGE, None)


@pytest.mark.parametrize(
    "say",
    [
        whole(),
        answer(PAGE),
        answer(PAGE, "Connection: close"),
        whole(gzip.compress(PAGE, mtime=0), "Content-Encoding: gzip"),
        answer(b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE), "Transfer-Encoding: chunked"),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole(),
        b"HTTP/1.0 200 OK\r\n\r\n" + PAGE,
        whole().replace(b"\r\n", b"\n"),
        whole(PAGE + b"\r\n").replace(b"%d" % (len(PAGE) + 2), b"%d" % len(PAGE)),
    ],
    ids=["length", "end", "close", "gzip", "chunks", "hints", "old", "line feeds", "a line break too many"],
)
def test_a_body_is_whole_however_its_end_is_told(say: bytes) -> None:
    exchange = run(asked(say))

    assert (exchange.status, exchange.body, exchange.failure, exchange.detail) == (200, PAGE, None, "")


def test_a_body_of_many_pieces_comes_whole() -> None:
    body = Random(7).randbytes(3_000_000)

    assert run(asked(whole(body))).body == body


# What is refused before anything is sent


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "a.localhost",
        "localhost.",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "１２７.0.0.1",
        "127.1",
    ],
)
def test_an_address_of_this_house_is_refused_in_whatever_form_it_is_written(host: str) -> None:
    async def main() -> None:
        async with serving(whole()) as server:
            exchange = await client(private=()).send(Ask(server.url(host=host)))

            assert (exchange.failure, exchange.status, exchange.body) == ("private", None, None)
            assert "127.0.0.1" in exchange.detail
            assert server.connections == 0

    run(main())


@pytest.mark.parametrize(
    "host",
    ["[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "10.0.0.1", "169.254.169.254", "[fd00::1]", "0.0.0.0"],
)
def test_other_addresses_that_are_not_public_are_refused(host: str) -> None:
    exchange = run(client(private=()).send(Ask(f"http://{host}:9/")))

    assert (exchange.failure, exchange.peer) == ("private", None)


def test_what_the_configuration_names_is_allowed_and_nothing_beside_it() -> None:
    async def main() -> None:
        async with serving(whole()) as server:
            one = client(private=(network("127.0.0.1"),))
            allowed = await one.send(Ask(server.url(host="localhost")))
            refused = await one.send(Ask(server.url(host="127.0.0.2")))

        assert (allowed.body, allowed.peer) == (PAGE, "127.0.0.1")
        assert (refused.failure, refused.detail) == ("private", "127.0.0.2 is not a public address")

    run(main())


def test_a_name_of_an_address_that_is_not_public_is_refused_and_told() -> None:
    async def main() -> None:
        async with serving(whole()) as server:
            names = Names(www_wuhan_example=[["127.0.0.1"]])
            exchange = await client(private=(), resolver=names).send(Ask(server.url(host="www.wuhan.example")))

            assert exchange.failure == "private"
            assert exchange.detail == "www.wuhan.example is 127.0.0.1, which is not a public address"
            assert server.connections == 0

    run(main())


def test_a_name_that_resolves_differently_the_second_time_is_judged_again_and_looked_up_once_for_each_request() -> None:
    async def main() -> None:
        names = Names(www_wuhan_example=[["127.0.0.2"], ["127.0.0.1"]])
        async with serving(whole(), host="127.0.0.2") as server, serving(whole(), port=server.port) as house:
            one = client(private=(network("127.0.0.2"),), resolver=names)
            first = await one.send(Ask(server.url(host="www.wuhan.example")))
            second = await one.send(Ask(server.url(host="www.wuhan.example")))

            assert (first.body, first.peer) == (PAGE, "127.0.0.2")
            assert (second.failure, second.body, second.peer) == ("private", None, None)
            assert (server.connections, house.connections) == (1, 0)
            assert names.asked == ["www.wuhan.example"] * 2

    run(main())


def test_of_mixed_answers_only_allowed_addresses_are_tried() -> None:
    async def main() -> None:
        names = Names(www_wuhan_example=[["127.0.0.1", "10.0.0.1", "127.0.0.2"]])
        async with serving(whole(), host="127.0.0.2") as server, serving(whole(), port=server.port) as house:
            one = client(private=(network("127.0.0.2"),), resolver=names)
            exchange = await one.send(Ask(server.url(host="www.wuhan.example")))

            assert (exchange.body, exchange.peer) == (PAGE, "127.0.0.2")
            assert house.connections == 0

    run(main())


def test_the_next_address_is_tried_where_one_takes_no_connection() -> None:
    async def main() -> None:
        names = Names(www_wuhan_example=[["127.0.0.3", "127.0.0.1"]])
        async with serving(whole()) as server:
            exchange = await client(resolver=names).send(Ask(server.url(host="www.wuhan.example")))

        assert (exchange.body, exchange.peer) == (PAGE, "127.0.0.1")
        assert server.header("host") == f"www.wuhan.example:{server.port}"

    run(main())


def test_whom_the_socket_is_connected_to_is_judged_too(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = httpcore2.AnyIOBackend.connect_tcp

    async def astray(self: object, host: str, *rest: object) -> httpcore2.AsyncNetworkStream:
        return await connect(self, "127.0.0.1", *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", astray)

    async def main() -> None:
        async with serving(whole()) as server:
            exchange = await client(private=(network("127.0.0.2"),)).send(Ask(server.url(host="127.0.0.2")))

            assert exchange.failure == "private"
            assert server.requests == []

    run(main())


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("www.wuhan.gov.cn/a", "address"),
        ("http://a..cn/", "address"),
        ("http://127.0.0.1:99999/", "address"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:void(0)", "scheme"),
    ],
)
def test_what_is_no_address_of_the_web_is_told_as_such(url: str, failure: str) -> None:
    exchange = run(client().send(Ask(url)))

    assert (exchange.failure, exchange.status) == (failure, None)


# What fails


@pytest.mark.parametrize("found", [[], ["nothing"]])
def test_a_name_without_addresses_is_told(found: list[str]) -> None:
    exchange = run(client(resolver=Names(www_wuhan_example=[found])).send(Ask("http://www.wuhan.example/")))

    assert (exchange.failure, exchange.peer) == ("dns", None)
    assert "www.wuhan.example" in exchange.detail


def test_a_name_that_nobody_knows_is_told_in_the_words_of_the_resolver() -> None:
    exchange = run(client().send(Ask("http://www.wuhan.example/")))

    assert (exchange.failure, exchange.detail) == ("dns", "www.wuhan.example: Name or service not known")


def test_nobody_listening_is_no_connection() -> None:
    async def main() -> Exchange:
        async with serving(whole()) as server:
            url = server.url()
        return await client().send(Ask(url))

    exchange = run(main())

    assert (exchange.failure, exchange.status) == ("connection", None)
    assert "Connection refused" in exchange.detail


@pytest.mark.parametrize(
    ("say", "failure", "status", "detail"),
    [
        (b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", "protocol", None, ""),
        (b"", "connection", None, "without sending a response"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "protocol", None, ""),
        (b"HTTP/1.1 200 OK\r\nContent-", "truncated", None, ""),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, "protocol", None, ""),
        (answer(PAGE, "Content-Length: 5", "Content-Length: 6"), "protocol", None, ""),
        (answer(b"x" * 300, "Content-Length: 500"), "truncated", 200, "300 bytes"),
        (answer(b"x" * 300, "Content-Length: 100"), "protocol", 200, "100 bytes were announced, but 300 came"),
        (answer(b"12c\r\n" + b"x" * 100, "Transfer-Encoding: chunked"), "truncated", 200, "105 bytes"),
        (answer(b"5\r\nhello\r\n", "Transfer-Encoding: chunked"), "truncated", 200, "10 bytes"),
        (answer(b"5\r\nhello\r\nno number\r\n\r\n", "Transfer-Encoding: chunked"), "protocol", 200, ""),
        (whole(gzip.compress(PAGE, mtime=0)[:-9], "Content-Encoding: gzip"), "truncated", 200, "gzip"),
        (whole(PAGE, "Content-Encoding: gzip"), "encoding", 200, "gzip"),
        (whole(PAGE, "Content-Encoding: br"), "encoding", 200, "br"),
        (answer(b"", "Content-Length: 60000000"), "too_large", 200, "60,000,000"),
    ],
)
def test_an_answer_that_is_not_whole_has_no_body_and_says_why(
    say: bytes, failure: str, status: int | None, detail: str
) -> None:
    exchange = run(asked(say))

    assert (exchange.failure, exchange.status, exchange.body) == (failure, status, None)
    assert detail in exchange.detail
    assert exchange.peer == "127.0.0.1"


def test_a_connection_that_breaks_in_the_body_leaves_it_truncated() -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"x" * 300, "Content-Length: 500"))
        await writer.drain()
        writer.transport.abort()

    exchange = run(asked(say))

    assert (exchange.failure, exchange.body) == ("truncated", None)


def test_a_connection_that_is_reset_before_an_answer_is_told_in_the_words_of_the_system() -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.transport.abort()

    exchange = run(asked(say))

    assert (exchange.failure, exchange.status, exchange.detail) == ("connection", None, "Connection reset by peer")


def test_an_endless_body_ends_at_the_limit_of_size() -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b""))
        while True:
            writer.write(bytes(100_000))
            await writer.drain()

    exchange = run(asked(say, limits=Limits(timeout=30, size=2_000_000)))

    assert (exchange.failure, exchange.status, exchange.body) == ("too_large", 200, None)
    assert exchange.detail == "more than 2,000,000 bytes"


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\n", answer(b"x" * 300, "Content-Length: 500")], ids=["nothing", "head", "body"]
)
def test_silence_ends_with_the_time_of_the_whole_request(first: bytes) -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(60)

    exchange = run(asked(say, limits=Limits(timeout=0.1)))

    assert (exchange.failure, exchange.body) == ("timeout", None)
    assert exchange.detail == f"no whole answer within 0.1 s; {len(first)} bytes came"


def test_a_slow_drip_ends_with_the_time_of_the_whole_request() -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"", "Content-Length: 1000"))
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def main() -> Exchange:
        async with serving(say) as server:
            return await client().send(Ask(server.url()), timeout=0.15)

    exchange = run(main())

    assert (exchange.failure, exchange.status, exchange.body) == ("timeout", 200, None)


def test_a_name_that_is_looked_up_for_ever_ends_with_the_time_of_the_whole_request() -> None:
    async def silent(host: str, port: int) -> list[str]:
        await asyncio.sleep(1000)
        return []

    async def main() -> Exchange:
        return await client(resolver=silent, limits=Limits(timeout=120)).send(Ask("http://www.wuhan.example/"))

    exchange = run_virtually(main)

    assert (exchange.failure, exchange.detail) == ("timeout", "no whole answer within 120 s; 0 bytes came")


def test_a_bomb_is_stopped_while_it_unpacks() -> None:
    bomb = gzip.compress(bytes(20_000_000), mtime=0)

    exchange = run(asked(whole(bomb, "Content-Encoding: gzip")))

    assert (exchange.failure, exchange.status, exchange.body) == ("bomb", 200, None)


def test_a_request_that_is_given_up_leaves_no_connection_and_can_be_made_again() -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        if len(server.requests) == 1:
            await asyncio.sleep(60)
        writer.write(whole())

    async def main() -> Exchange:
        nonlocal server
        async with serving(say) as server:
            one = client()
            given_up = asyncio.create_task(one.send(Ask(server.url())))
            while not server.requests:
                await asyncio.sleep(0.001)
            given_up.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await given_up
            assert given_up.cancelled()
            return await one.send(Ask(server.url()))

    server = None
    assert run(main()).body == PAGE


def test_a_silent_host_holds_up_no_other() -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async def main() -> None:
        async with serving(silent) as hung, serving(whole()) as quick:
            one = client()
            waiting = [asyncio.create_task(one.send(Ask(hung.url()))) for _ in range(20)]
            answers = await asyncio.gather(*(one.send(Ask(quick.url())) for _ in range(20)))

            assert all(each.body == PAGE for each in answers)
            assert not any(each.done() for each in waiting)
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    run(main())


def test_no_answer_however_garbled_is_raised() -> None:
    random = Random(20230914)
    models = [
        whole(gzip.compress(PAGE, mtime=0), "Content-Encoding: gzip", "Set-Cookie: a=b; Max-Age=0"),
        answer(b"5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "Content-Disposition: x"),
        whole(PAGE, "Location: http://[", "Content-Type: text/html; charset="),
    ]
    says: list[bytes] = []
    for _ in range(150):
        garbled = bytearray(random.choice(models))
        for _ in range(random.randrange(1, 6)):
            at = random.randrange(len(garbled))
            garbled[at : at + random.randrange(3)] = random.randbytes(random.randrange(3))
        says.append(bytes(garbled))

    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(says.pop())

    async def main() -> None:
        async with serving(say) as server:
            one = client(limits=Limits(timeout=2))
            while says:
                exchange = await one.send(Ask(server.url()))
                assert (exchange.body is None) == (exchange.failure is not None)
                assert exchange.failure in (None, "protocol", "truncated", "encoding", "connection", "too_large")

    run(main())


def test_a_body_in_thousands_of_tiny_chunks_comes_whole_and_leaves_others_their_turn() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def main() -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(10_000):
                yield b"x"

        transport = httpx2.MockTransport(lambda request: httpx2.Response(200, content=chunks()))
        other = asyncio.create_task(count())
        one = Client(agent=AGENT, limits=Limits(), transport=transport)
        exchange = await one.send(Ask("http://www.wuhan.example/"))
        other.cancel()

        assert exchange.body == b"x" * 10_000
        assert turns >= 10_000 // 256

    run(main())


def test_an_ipv6_host_is_asked_by_its_address() -> None:
    async def main() -> None:
        async with serving(whole(), host="::1") as server:
            exchange = await client(private=(network("[::1]"),)).send(Ask(server.url(host="[0::1]")))

        assert (exchange.body, exchange.peer) == (PAGE, "::1")
        assert server.header("host") == f"[::1]:{server.port}"

    if not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    run(main())


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as tried:
        tried.bind(("::1", 0))
        return True
    return False


# TLS


def certified(**options: object) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for name, value in options.items():
            setattr(context, name, value)
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def over_tls(
    context: ssl.SSLContext, *, host: str = "127.0.0.1", old_tls: bool = False, scheme: str = "https"
) -> Exchange:
    async def main() -> Exchange:
        async with serving(whole(), tls=context) as server:
            names = Names(budget_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
            return await client(resolver=names).send(Ask(server.url(host=host, scheme=scheme)), old_tls=old_tls)

    return run(main())


@pytest.mark.parametrize("host", ["127.0.0.1", "budget.example", "budget.example."])
def test_a_certificate_that_the_system_trusts_is_trusted(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))

    exchange = over_tls(certified(), host=host)

    assert (exchange.body, exchange.old_tls, exchange.peer) == (PAGE, False, "127.0.0.1")


def test_a_certificate_that_nobody_vouches_for_is_refused_with_the_reason_and_the_remedy() -> None:
    exchange = over_tls(certified())

    assert (exchange.failure, exchange.status, exchange.old_tls) == ("tls", None, False)
    assert re.search("self-signed certificate", exchange.detail)
    assert "old_tls" in exchange.detail


def test_a_certificate_of_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))

    exchange = over_tls(certified(), host="other.example")

    assert exchange.failure == "tls"
    assert "other.example" in exchange.detail


def test_old_tls_is_refused_unless_permitted_and_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    old = certified(minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1)

    refused, permitted = over_tls(old), over_tls(old, old_tls=True)

    assert (refused.failure, refused.old_tls) == ("tls", False)
    assert (permitted.body, permitted.failure, permitted.old_tls) == (PAGE, None, True)


def test_any_certificate_will_do_where_old_tls_is_permitted() -> None:
    exchange = over_tls(certified(), host="other.example", old_tls=True)

    assert (exchange.body, exchange.old_tls) == (PAGE, True)


def test_plain_http_is_never_called_old_tls() -> None:
    async def main() -> Exchange:
        async with serving(whole()) as server:
            return await client().send(Ask(server.url()), old_tls=True)

    assert run(main()).old_tls is False


def test_a_server_without_tls_behind_https_is_told() -> None:
    def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(whole(status="400 Bad Request"))
        writer.close()

    async def main() -> Exchange:
        async with await asyncio.start_server(say, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await client().send(Ask(f"https://127.0.0.1:{port}/"))

    assert run(main()).failure == "tls"


def test_silence_in_the_handshake_ends_with_the_time_of_the_whole_request() -> None:
    async def main() -> Exchange:
        async with serving(whole()) as server:  # waits for a request that a handshake never has
            return await client().send(Ask(server.url(scheme="https")), timeout=0.1)

    assert run(main()).failure == "timeout"


def test_a_server_that_closes_in_the_handshake_is_told() -> None:
    async def main() -> Exchange:
        async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await client().send(Ask(f"https://127.0.0.1:{port}/"))

    exchange = run(main())

    assert (exchange.failure, exchange.status) == ("tls", None)


# Proxies


@contextlib.asynccontextmanager
async def proxying(refuse: bytes = b"") -> AsyncIterator[tuple[int, list[bytes]]]:
    """A proxy on loopback: its port and the first lines of what it is asked. CONNECT leads to where it says."""
    lines: list[bytes] = []
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines.append(head)
        if refuse:
            writer.write(refuse)
            writer.close()
            return
        method, where, _ = head.split(b" ", 2)
        if method != b"CONNECT":
            writer.write(whole())
            writer.close()
            return
        there = await asyncio.open_connection("127.0.0.1", int(where.rpartition(b":")[2]))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(talk(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], lines
    finally:
        server.close()
        await asyncio.gather(*tasks)
        await server.wait_closed()


def test_a_proxy_is_sent_the_whole_address_and_its_own_password() -> None:
    async def main() -> None:
        async with proxying() as (port, lines):
            names = Names(www_wuhan_example=[["127.0.0.2"]])
            one = client(private=(network("127.0.0.2"),), resolver=names)
            proxy = f"http://me:secret@127.0.0.1:{port}"
            exchange = await one.send(Ask("http://www.wuhan.example/决算.htm"), proxy=proxy)

        assert (exchange.body, exchange.peer) == (PAGE, "127.0.0.1")
        assert lines[0].startswith(b"GET http://www.wuhan.example:80/%E5%86%B3%E7%AE%97.htm HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic bWU6c2VjcmV0\r\n" in lines[0]

    run(main())


def test_tls_goes_through_a_proxy_to_the_host_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))

    async def main() -> None:
        async with proxying() as (port, lines), serving(whole(), tls=certified()) as server:
            url = server.url("/a", host="budget.example", scheme="https")
            one = client(resolver=Names(budget_example=[["127.0.0.1"]]))
            exchange = await one.send(Ask(url), proxy=f"http://127.0.0.1:{port}")

        assert (exchange.body, exchange.failure) == (PAGE, None)
        assert lines[0].startswith(b"CONNECT budget.example:")
        assert server.requests[0].startswith(b"GET /a ")

    run(main())


def test_behind_a_proxy_names_are_judged_all_the_same() -> None:
    async def main() -> None:
        async with proxying() as (port, lines):
            one = client(private=(), resolver=Names(www_wuhan_example=[["10.0.0.1"]]))
            exchange = await one.send(Ask("http://www.wuhan.example/"), proxy=f"http://127.0.0.1:{port}")

            assert exchange.failure == "private"
            assert lines == []

    run(main())


def test_a_proxy_that_refuses_is_told_as_the_proxy() -> None:
    async def main() -> None:
        one = client(resolver=Names(www_wuhan_example=[["127.0.0.1"]]))
        async with proxying(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as (port, _):
            refused = await one.send(Ask("https://www.wuhan.example/"), proxy=f"http://127.0.0.1:{port}")
        nobody = await one.send(Ask("http://www.wuhan.example/"), proxy=f"http://127.0.0.1:{port}")
        nonsense = await one.send(Ask("http://www.wuhan.example/"), proxy="socks5://127.0.0.1:1080")

        assert (refused.failure, nobody.failure, nonsense.failure) == ("proxy", "proxy", "proxy")
        assert "407" in refused.detail
        assert "Connection refused" in nobody.detail
        assert "socks5" in nonsense.detail

    run(main())


def test_settings_of_the_environment_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert run(asked(whole())).body == PAGE


# A transport in the network's place


class Dripping(httpx2.AsyncByteStream):
    def __init__(self, *pieces: bytes, every: float = 0) -> None:
        self._pieces = pieces
        self._every = every
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            await asyncio.sleep(self._every)
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def test_limits_hold_with_a_transport_and_in_virtual_time() -> None:
    drip = Dripping(*[b"x"] * 1000, every=10)

    async def main() -> tuple[Exchange, float]:
        transport = httpx2.MockTransport(lambda request: httpx2.Response(200, stream=drip))
        one = Client(agent=AGENT, limits=Limits(timeout=120), transport=transport)
        return await one.send(Ask("http://www.wuhan.example/")), asyncio.get_running_loop().time()

    exchange, passed = run_virtually(main)

    assert (exchange.failure, exchange.status, passed) == ("timeout", 200, 120)
    assert drip.closed


def test_a_transport_answers_in_the_networks_place() -> None:
    seen: list[httpx2.Request] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, headers=[("Set-Cookie", "a=1"), ("ETag", "x")], content=PAGE)

    one = Client(agent=AGENT, limits=Limits(), transport=httpx2.MockTransport(reply))
    exchange = run(one.send(Ask("http://www.wuhan.example/a b"), old_tls=True, proxy="http://p:1"))
    run(one.close())

    assert (exchange.body, exchange.headers["etag"], exchange.set_cookies) == (PAGE, "x", {"a": "1"})
    assert str(seen[0].url) == "http://www.wuhan.example/a%20b"
    assert seen[0].headers["user-agent"] == AGENT
    assert seen[0].extensions["proxy"] == "http://p:1"


@pytest.mark.parametrize("error", [httpx2.RemoteProtocolError, httpx2.ReadError])
def test_a_transport_that_breaks_off_leaves_the_body_truncated(error: type[httpx2.TransportError]) -> None:
    class Breaking(Dripping):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"x" * 10
            raise error("closed")

    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, stream=Breaking()))
    exchange = run(Client(agent=AGENT, limits=Limits(), transport=transport).send(Ask("http://www.wuhan.example/")))

    assert (exchange.failure, exchange.body) == ("truncated", None)
    assert "10 bytes" in exchange.detail


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (httpx2.RemoteProtocolError, "protocol"),
        (httpx2.ReadError, "connection"),
        (httpx2.ConnectError, "connection"),
        (httpx2.ConnectTimeout, "timeout"),
        (httpx2.ProxyError, "proxy"),
    ],
)
def test_a_transport_that_has_no_answer_says_why(error: type[httpx2.TransportError], failure: str) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        raise error("nothing")

    one = Client(agent=AGENT, limits=Limits(), transport=httpx2.MockTransport(reply))
    exchange = run(one.send(Ask("http://www.wuhan.example/")))

    assert (exchange.failure, exchange.status, exchange.detail) == (failure, None, "nothing")


def test_a_length_that_lies_is_told_of_a_transport_as_well() -> None:
    def sent(length: int) -> Exchange:
        response = httpx2.Response(200, headers={"Content-Length": str(length)}, stream=Dripping(b"x" * 100))
        transport = httpx2.MockTransport(lambda request: response)
        return run(Client(agent=AGENT, limits=Limits(), transport=transport).send(Ask("http://www.wuhan.example/")))

    assert (sent(200).failure, sent(100).failure, sent(50).failure) == ("truncated", None, "protocol")


def test_addresses_and_names_with_a_resolver_are_judged_before_a_transport_is_asked() -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError("asked")

    options = {"agent": AGENT, "limits": Limits(), "transport": httpx2.MockTransport(reply)}
    literal = run(Client(**options).send(Ask("http://127.1/")))  # type: ignore[arg-type]
    local = run(Client(**options).send(Ask("http://localhost/")))  # type: ignore[arg-type]
    names = Names(www_wuhan_example=[["10.0.0.1"]])
    named = run(Client(**options, resolver=names).send(Ask("http://www.wuhan.example/")))  # type: ignore[arg-type]

    assert (literal.failure, local.failure, named.failure) == ("private", "private", "private")
