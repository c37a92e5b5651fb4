"""What the test site itself answers: each behaviour, by the transport and on a real socket."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tests.site import places
from tests.site.server import Names, Server
from tests.site.site import Robots, Site
from tests.site.skins import Skin
from tests.site.transport import Transport, client

HOST = "www.yunxiu.example"
NOON = datetime(2024, 10, 8, 4, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def get(site: Site, *targets: str, headers: dict[str, str] | None = None) -> list[httpx2.Response]:
    async def ask() -> list[httpx2.Response]:
        async with client(site) as asking:
            return [await asking.get(f"http://{HOST}{target}", headers=headers) for target in targets]

    return asyncio.run(ask())


def one(site: Site, target: str = "/", **headers: str) -> httpx2.Response:
    return get(site, target, headers={name.replace("_", "-"): value for name, value in headers.items()})[0]


@pytest.fixture
def site() -> Site:
    built = Site(Clock())
    built.host(HOST)
    return built


@pytest.fixture(params=["transport", "socket"])
def asking(request: pytest.FixtureRequest, site: Site) -> Iterator["Asking"]:
    """A client of the site, by each way in."""

    @asynccontextmanager
    async def by_transport() -> AsyncGenerator[httpx2.AsyncClient]:
        async with httpx2.AsyncClient(transport=Transport(site), base_url=f"http://{HOST}") as asking:
            yield asking

    @asynccontextmanager
    async def by_socket() -> AsyncGenerator[httpx2.AsyncClient]:
        url = f"http://127.0.0.1:{server.port}"
        async with httpx2.AsyncClient(base_url=url, headers={"Host": HOST}, trust_env=False) as asking:
            yield asking

    if request.param == "transport":
        yield by_transport
    else:
        with Server(site) as server:
            yield by_socket


Asking = Callable[[], AbstractAsyncContextManager[httpx2.AsyncClient]]


def fetched(asking: Asking, target: str, *, seconds: float = 0.3, most: int = 1 << 20) -> tuple[int, int]:
    """Return status and size of what comes within a time, of the first ``most`` bytes; raises what the client does."""

    async def fetch() -> tuple[int, int]:
        size = 0
        async with asyncio.timeout(seconds), asking() as opened, opened.stream("GET", target) as answer:
            async for piece in answer.aiter_bytes():
                size += len(piece)
                if size > most:
                    break
        return answer.status_code, size

    return asyncio.run(fetch())


BODY = "2023年度单位决算公开。".encode() * 20


@pytest.mark.parametrize(
    ("manner", "raised"),
    [
        ("hang", TimeoutError),
        ("hang behind the headers", TimeoutError),
        ("drip", TimeoutError),
        ("cut", httpx2.RemoteProtocolError),
        ("cut chunks", httpx2.RemoteProtocolError),
        ("longer promised", httpx2.RemoteProtocolError),
        ("reset", httpx2.ReadError),
        ("garbage", httpx2.RemoteProtocolError),
    ],
)
def test_an_answer_that_does_not_arrive_is_one_by_either_way(
    site: Site, asking: Asking, manner: str, raised: type[Exception]
) -> None:
    site.put(HOST, "/odd", places.carried(BODY, places.MANNERS[manner]))

    with pytest.raises(raised):
        fetched(asking, "/odd")

    assert _ended(site), "the site knows when it was over"


def _ended(site: Site) -> bool:
    """Whether every answer is over, within a second."""
    for _ in range(100):
        if all(entry.done is not None for entry in site.log):
            return True
        time.sleep(0.01)
    return False


def test_a_length_that_lies_low_cuts_the_body_without_a_sign(site: Site, asking: Asking) -> None:
    site.put(HOST, "/odd", places.carried(BODY, places.MANNERS["shorter promised"]))

    assert fetched(asking, "/odd") == (200, len(BODY) - 50)


@pytest.mark.parametrize("manner", ["endless", "endless chunks"])
def test_an_endless_body_goes_on_for_as_long_as_it_is_read(site: Site, asking: Asking, manner: str) -> None:
    site.put(HOST, "/odd", places.carried(BODY, places.MANNERS[manner]))

    _, size = fetched(asking, "/odd", seconds=5, most=3 << 20)

    assert size > 3 << 20


@pytest.mark.parametrize("packing", ["gzip", "deflate", "double"])
def test_a_bomb_is_small_on_the_way_and_large_unpacked(site: Site, asking: Asking, packing: str) -> None:
    bomb = places.bomb(4 << 20, "double" if packing == "double" else "gzip" if packing == "gzip" else "deflate")
    site.put(HOST, "/bomb", bomb)

    assert fetched(asking, "/bomb", seconds=5, most=8 << 20) == (200, 4 << 20)
    assert len(bomb(_asked()).body) < 6_000


def _asked() -> places.Asked:
    return places.Asked(NOON, HOST, "/")


# -- validators -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("validators", ["etag", "weak", "modified", "both"])
def test_what_has_not_changed_is_not_sent_again_to_who_has_it(validators: str) -> None:
    clock = Clock()
    site = Site(clock)
    site.host(HOST, validators=next(v for v in ("etag", "weak", "modified", "both") if v == validators))
    site.file(HOST, "/a.html", b"one", "text/html")

    first = one(site, "/a.html")
    told = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    having = {told[name]: value for name, value in first.headers.items() if name in told}
    again = get(site, "/a.html", headers=having)[0]
    clock.now += timedelta(hours=1)
    site.file(HOST, "/a.html", b"two", "text/html")
    changed = get(site, "/a.html", headers=having)[0]

    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed.content) == (200, b"two")
    assert [entry.asked.conditional for entry in site.log] == [False, True, True]
    assert len(site.log.unconditional("/a.html")) == 1


def test_a_lying_host_says_that_nothing_changed_whatever_did() -> None:
    site = Site(Clock())
    site.host(HOST, validators="etag", lies=True)
    site.file(HOST, "/a.html", b"one", "text/html")
    tag = one(site, "/a.html").headers["etag"]

    site.file(HOST, "/a.html", b"two", "text/html")

    assert one(site, "/a.html", If_None_Match=tag).status_code == 304
    assert one(site, "/a.html").headers["etag"] == tag, "not even the tag tells"
    assert one(site, "/a.html").content == b"two"


# -- what stands instead of a page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "status", "says"),
    [("404", 404, "页面不存在"), ("410", 410, "已删除"), ("soft", 200, "不存在"), ("front", 302, "")],
)
def test_what_is_not_there_is_told_in_the_way_of_the_host(missing: str, status: int, says: str) -> None:
    site = Site(Clock())
    site.host(HOST, missing=next(m for m in ("404", "410", "soft", "front") if m == missing))

    answer = one(site, "/nothing.html")

    assert answer.status_code == status
    assert says in answer.text
    assert (answer.headers.get("location") == "/") == (missing == "front")


SKIN = Skin("trs", "云岫市")


@pytest.mark.parametrize(
    ("place", "status", "says"),
    [
        (places.forbidden(SKIN), 403, "403 Forbidden"),
        (places.challenge(412), 412, "$_ts"),
        (places.challenge(521), 521, "__jsl_clearance"),
        (places.challenge(202), 202, "$_ts"),
        (places.too_many(90), 429, "频繁"),
        (places.unavailable(500), 500, "500"),
        (places.unavailable(503, 30), 503, "503"),
        (places.error_page(SKIN, 0), 200, "系统错误"),
        (places.login(SKIN), 200, "password"),
        (places.soft_not_found(SKIN, 1), 200, "下线"),
        (places.refresh("/b.html"), 200, "http-equiv"),
        (places.refresh("/b.html", script=True), 200, "location.href"),
    ],
)
def test_a_page_that_is_none_has_its_status_and_words(site: Site, place: places.Place, status: int, says: str) -> None:
    site.put(HOST, "/odd", place)

    answer = one(site, "/odd")

    assert answer.status_code == status
    assert says in answer.text


def test_who_asks_too_often_is_told_for_how_long_or_until_when_to_wait(site: Site) -> None:
    site.put(HOST, "/seconds", places.too_many(90))
    site.put(HOST, "/date", places.too_many(NOON + timedelta(minutes=2)))
    site.put(HOST, "/nothing", places.too_many(None))

    told = [answer.headers.get("retry-after") for answer in get(site, "/seconds", "/date", "/nothing")]

    assert told == ["90", "Tue, 08 Oct 2024 04:02:00 GMT", None]


def test_a_gated_host_sends_back_until_it_sees_its_cookie() -> None:
    site = Site(Clock())
    site.host(HOST, gate=True)

    first = one(site, "/")
    second = one(site, "/", Cookie="JSESSIONID=open")

    assert (first.status_code, first.headers["location"]) == (302, "/")
    assert first.headers["set-cookie"].startswith("JSESSIONID=open")
    assert second.status_code == 200


# -- robots -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("robots", "status", "says", "closed"),
    [
        (Robots(("/admin/",)), 200, b"Disallow: /admin/", True),
        (Robots(("/",), "gbk"), 200, "请勿".encode("gb18030"), True),
        (Robots(("/admin/",), "bom"), 200, b"\xef\xbb\xbfUser-agent", True),
        (Robots((), "none"), 404, b"", False),
        (Robots((), "broken"), 500, b"", True),
        (Robots((), "html"), 200, b"<html", False),
        (Robots(("/admin/",), "redirect"), 301, b"", True),
        (Robots(("/admin/",), delay=7), 200, b"Crawl-delay: 7", True),
        (Robots(("/admin/",), "agents"), 200, b"Baiduspider", True),
    ],
)
def test_robots_are_told_in_many_forms_and_the_log_knows_what_they_close(
    site: Site, robots: Robots, status: int, says: bytes, *, closed: bool
) -> None:
    site.close(HOST, robots)

    answer, _ = get(site, "/robots.txt", "/admin/login")

    assert answer.status_code == status
    assert says in answer.content
    assert [entry.asked.path for entry in site.log.disallowed_hits()] == (["/admin/login"] if closed else [])


def test_a_robots_file_of_a_day_ago_may_still_be_gone_by() -> None:
    clock = Clock()
    site = Site(clock)
    site.host(HOST)
    site.close(HOST, Robots(("/zwgk/",)))

    for hours in (1, 30):
        clock.now = NOON + timedelta(hours=hours)
        one(site, "/zwgk/")

    assert len(site.log.disallowed_hits()) == 2
    assert [entry.at for entry in site.log.disallowed_hits(grace=timedelta(hours=25))] == [clock.now]


# -- time -------------------------------------------------------------------------------------------------------------


def test_what_is_planned_stands_for_whoever_asks_from_then_on() -> None:
    clock = Clock()
    site = Site(clock)
    site.host(HOST)
    site.plan(NOON + timedelta(hours=2), lambda: site.remove(HOST, "/a"))
    site.plan(NOON + timedelta(hours=1), lambda: site.file(HOST, "/a", b"here", "text/plain"))

    told: list[int] = []
    for minutes in (59, 60, 119, 120):
        clock.now = NOON + timedelta(minutes=minutes)
        told.append(one(site, "/a").status_code)

    assert told == [404, 200, 200, 404]


def test_a_fault_befalls_a_host_for_its_time_only_and_as_often_as_told() -> None:
    clock = Clock()
    site = Site(clock)
    site.host(HOST)
    hour = timedelta(hours=1)
    site.strike(HOST, places.unavailable(503), begin=NOON + hour, lasting=hour)
    site.strike(HOST, places.challenge(), begin=NOON + 3 * hour, times=1, only="^/$")

    told: list[int] = []
    for hours in (0, 1, 2, 3, 4):
        clock.now = NOON + hours * hour
        told.append(one(site, "/").status_code)

    assert told == [200, 503, 200, 412, 200]


def test_the_log_measures_pace_where_it_is_felt() -> None:
    clock = Clock()
    site = Site(clock)
    site.host(HOST)
    for seconds in (0, 5, 9):
        clock.now = NOON + timedelta(seconds=seconds)
        one(site, "/")

    assert site.log.least_gap(HOST) == 4.0
    assert site.log.least_rest(HOST) == 4.0
    assert site.log.at_once(HOST) == 1
    assert site.log.least_gap("other.example") is None


def test_two_requests_at_once_are_seen(site: Site) -> None:
    site.hosts[HOST].latency = 0.05

    async def both() -> None:
        async with client(site) as asking:
            await asyncio.gather(*(asking.get(f"http://{HOST}/") for _ in range(2)))

    asyncio.run(both())

    assert site.log.at_once(HOST) == 2


# -- names ------------------------------------------------------------------------------------------------------------


def test_a_name_can_resolve_differently_the_second_time() -> None:
    names = Names()
    names.tell("rebind.example", ["203.0.113.9"], ["127.0.0.1"])

    async def twice() -> list[object]:
        return [await names("rebind.example", 80) for _ in range(3)]

    assert asyncio.run(twice()) == [["203.0.113.9"], ["127.0.0.1"], ["127.0.0.1"]]
    assert names.asked == ["rebind.example"] * 3


def test_a_server_leaves_nothing_behind(site: Site) -> None:
    with Server(site, apart=True) as server:
        assert server.addresses[HOST] == "127.0.0.2"
        answer = httpx2.get(site.url(HOST), trust_env=False)
        held = httpx2.Client(trust_env=False)
        held.get(site.url(HOST))  # a connection that is kept when the server ends
    held.close()

    assert answer.status_code == 200
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.2:{server.port}/", trust_env=False)


def test_a_person_can_look_at_the_town(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.site import __main__ as program

    monkeypatch.setattr("sys.argv", ["site", "--minutes", "0"])
    program.main()

    told = capsys.readouterr().out
    assert "http://127.0.0.2:" in told
    assert "/2023/final.unit" in told
