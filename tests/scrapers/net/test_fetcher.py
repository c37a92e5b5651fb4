"""How hosts are asked: their pace, their robots.txt, their rest, and the way from hop to hop."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from scrapers.answers import Answer, Ask, Failure, Hop
from scrapers.net.client import Exchange
from scrapers.net.fetcher import Disallowed, Waiting
from scrapers.net.manners import HostRule
from tests.scrapers.net.faking import FakeClient, Seen, failed, fetcher, page, sent_to
from tests.virtual import START, clock, run

SITE = "http://czj.example.gov.cn"
OTHER = "http://www.example.gov.cn"


def answered(came: Answer | Waiting | Disallowed) -> Answer:
    assert isinstance(came, Answer), came
    return came


def test_a_host_sees_one_request_at_a_time_and_the_pace_counted_from_its_last_answer():
    async def main() -> None:
        client = FakeClient({}, takes=lambda url: 3.0)
        polite = fetcher(client, HostRule(pace=5))

        await asyncio.gather(*(polite.get(Ask(f"{SITE}/{n}")) for n in range(20)))

        assert client.urls() == [f"{SITE}/{n}" for n in range(20)]
        assert 5 <= client.least_gap("czj.example.gov.cn") < 5.1
        whole = max(each.end for each in client.seen)
        assert 21 * 3 + 20 * 5 <= whole <= 21 * 3 + 20 * 5 * 1.08
        await polite.close()

    run(main)


def test_ports_schemes_and_spellings_of_a_host_share_its_pace_and_each_origin_has_its_own_robots():
    async def main() -> None:
        client = FakeClient({"http://h.example.cn:8080/robots.txt": page("User-agent: *\nDisallow: /a")})
        polite = fetcher(client, HostRule(pace=5))
        urls = (
            "http://h.example.cn/a",
            "http://someone@H.example.cn:8080/a",
            "https://h.example.cn/a",
            "http:\\\\h.example.cn\\b",
            "http://ｈ.example.cn:80/c",
        )

        came = await asyncio.gather(*(polite.get(Ask(url)) for url in urls))

        assert [type(each) for each in came] == [Answer, Disallowed, Answer, Answer, Answer]
        times = sorted((each.begin, each.end) for each in client.seen)
        assert min(after[0] - before[1] for before, after in pairwise(times)) >= 5
        assert {each.url for each in client.seen if each.url.endswith("robots.txt")} == {
            "http://h.example.cn/robots.txt",
            "http://h.example.cn:8080/robots.txt",
            "https://h.example.cn/robots.txt",
        }
        await polite.close()

    run(main)


def test_a_hung_host_holds_up_nobody_else():
    async def main() -> None:
        client = FakeClient({}, takes=lambda url: 100_000.0 if "hung" in url else 0.1)
        polite = fetcher(client, HostRule(pace=5))
        hung = [asyncio.create_task(polite.get(Ask(f"http://hung.example.cn/{n}"))) for n in range(5)]
        await asyncio.sleep(1)

        begun = asyncio.get_running_loop().time()
        await asyncio.gather(*(polite.get(Ask(f"http://h{n}.example.cn/")) for n in range(50)))

        assert asyncio.get_running_loop().time() - begun < 6
        assert client.open == 1
        await polite.close()
        assert all(task.cancelled() for task in hung)
        assert client.open == 0
        assert client.closed

    run(main)


def test_who_gives_up_leaves_the_lane_to_the_next_and_its_robots_to_all():
    async def main() -> None:
        client = FakeClient({}, takes=lambda url: 10.0)
        polite = fetcher(client, HostRule(pace=5))
        tasks = [asyncio.create_task(polite.get(Ask(f"{SITE}/{n}"))) for n in range(6)]
        await asyncio.sleep(1)
        tasks[0].cancel()  # while the robots.txt that it asked for is on its way
        await asyncio.sleep(20)
        tasks[1].cancel()  # while it is being answered
        tasks[3].cancel()  # while it waits for its turn

        came = await asyncio.gather(*tasks, return_exceptions=True)

        assert [isinstance(each, asyncio.CancelledError) for each in came] == [True, True, False, True, False, False]
        assert client.urls(robots=True) == [
            f"{SITE}/robots.txt",
            f"{SITE}/1",
            f"{SITE}/2",
            f"{SITE}/4",
            f"{SITE}/5",
        ]
        assert client.least_gap("czj.example.gov.cn") >= 5
        assert isinstance(await polite.get(Ask(f"{SITE}/again")), Answer)
        await polite.close()

    run(main)


def test_robots_txt_is_asked_for_first_and_again_after_a_day():
    async def main() -> None:
        client = FakeClient({f"{SITE}/robots.txt": page("User-agent: *\nDisallow: /inner/\n")})
        polite = fetcher(client, HostRule(pace=5))

        await polite.get(Ask(f"{SITE}/a"))
        forbidden = await polite.get(Ask(f"{SITE}/inner/b"))
        client.site[f"{SITE}/robots.txt"] = page("User-agent: *\nDisallow: /\n")
        await asyncio.sleep(23 * 3600)
        await polite.get(Ask(f"{SITE}/c"))
        await asyncio.sleep(3600)
        all_forbidden = await polite.get(Ask(f"{SITE}/d"))

        assert forbidden == Disallowed(f"{SITE}/inner/b", "Disallow: /inner/")
        assert all_forbidden == Disallowed(f"{SITE}/d", "Disallow: /")
        assert client.urls(robots=True) == [f"{SITE}/robots.txt", f"{SITE}/a", f"{SITE}/c", f"{SITE}/robots.txt"]
        await polite.close()

    run(main)


def test_rules_that_grow_old_in_the_queue_are_asked_for_anew():
    async def main() -> None:
        client = FakeClient({}, takes=lambda url: 5 * 3600.0)
        polite = fetcher(client, HostRule(pace=5))

        await asyncio.gather(*(polite.get(Ask(f"{SITE}/{n}")) for n in range(12)))

        assert sorted(client.urls()) == sorted(f"{SITE}/{n}" for n in range(12))
        # Counted from the request: the answer, from which on a day is counted, comes five hours later.
        times = [each.begin for each in client.seen if each.url.endswith("robots.txt")]
        assert len(times) == 3
        for each in client.seen:
            assert min(each.begin - begin for begin in times if begin <= each.begin) < 29 * 3600 + 10
        await polite.close()

    run(main)


@pytest.mark.parametrize(
    "robots",
    [
        Exchange(status=404),
        Exchange(status=403),
        page("<html><body>页面不存在<p>Disallow: /</p></body></html>"),
        failed("too_large"),
        sent_to(f"{SITE}/robots.txt"),
        sent_to("ftp://example.gov.cn/robots.txt"),
        sent_to("http://[/"),
    ],
    ids=["missing", "forbidden", "a page", "too large", "a loop", "another scheme", "no address"],
)
def test_a_site_without_a_readable_robots_txt_allows_everything(robots: Exchange):
    async def main() -> None:
        client = FakeClient({f"{SITE}/robots.txt": robots})
        polite = fetcher(client)

        came = answered(await polite.get(Ask(f"{SITE}/a")))

        assert (came.status, came.failure) == (200, None)
        assert len(client.seen) <= 7
        await polite.close()

    run(main)


def test_a_robots_txt_that_has_moved_is_followed_in_the_other_hosts_turn():
    async def main() -> None:
        client = FakeClient(
            {
                f"{SITE}/robots.txt": sent_to("/r1"),
                f"{SITE}/r1": sent_to("https://czj.example.gov.cn/robots.txt", 301),
                "https://czj.example.gov.cn/robots.txt": sent_to(f"{OTHER}/robots.txt"),
                f"{OTHER}/robots.txt": page("User-agent: *\nDisallow: /inner/\n"),
            }
        )
        polite = fetcher(client, HostRule(pace=5))

        came = await polite.get(Ask(f"{SITE}/inner/a"))

        assert came == Disallowed(f"{SITE}/inner/a", "Disallow: /inner/")
        assert client.least_gap("czj.example.gov.cn") >= 5
        await polite.close()

    run(main)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_while_robots_txt_cannot_be_read_nothing_is_asked_for(status: int):
    async def main() -> None:
        client = FakeClient({f"{SITE}/robots.txt": Exchange(status=status)})
        polite = fetcher(client)

        first = await polite.get(Ask(f"{SITE}/a"))
        second = await polite.get(Ask(f"{SITE}/b"))
        assert isinstance(first, Waiting)
        await asyncio.sleep(120)
        third = await polite.get(Ask(f"{SITE}/c"))
        client.site[f"{SITE}/robots.txt"] = Exchange(status=404)
        await asyncio.sleep(300)
        last = await polite.get(Ask(f"{SITE}/d"))

        assert first == second
        assert first.why == "robots"
        assert timedelta(seconds=60) <= first.until - START <= timedelta(seconds=67)
        assert isinstance(third, Waiting)
        assert timedelta(seconds=120) <= third.until - START - timedelta(seconds=120) <= timedelta(seconds=133)
        assert isinstance(last, Answer)
        assert client.urls() == [f"{SITE}/d"]
        await polite.close()

    run(main)


@pytest.mark.parametrize("failure", ["connection", "dns", "timeout", "tls", "private"])
def test_a_server_that_cannot_be_reached_for_its_robots_txt_has_failed_for_the_page(failure: Failure):
    async def main() -> None:
        client = FakeClient({f"{SITE}/robots.txt": failed(failure, "refused")})
        polite = fetcher(client)

        came = answered(await polite.get(Ask(f"{SITE}/a")))

        assert (came.status, came.failure) == (None, failure)
        assert came.detail == f"{SITE}/robots.txt: refused"
        assert client.urls() == []
        await polite.close()

    run(main)


@pytest.mark.parametrize("failure", ["protocol", "timeout", "truncated"])
def test_a_robots_txt_that_breaks_off_is_asked_for_later_and_is_no_answer_for_the_page(failure: Failure):
    half = Exchange(status=200, headers={"etag": '"robots"'}, failure=failure)

    async def main() -> None:
        client = FakeClient({f"{SITE}/robots.txt": half})
        polite = fetcher(client)

        first = answered(await polite.get(Ask(f"{SITE}/a")))
        second = await polite.get(Ask(f"{SITE}/b"))

        assert (first.status, first.headers, first.failure) == (None, {}, failure)
        assert isinstance(second, Waiting)
        assert second.why == "robots"
        assert len(client.seen) == 1
        await polite.close()

    run(main)


def test_a_robots_txt_that_has_moved_to_a_resting_host_is_asked_for_later():
    async def main() -> None:
        client = FakeClient(
            {
                f"{OTHER}/busy": Exchange(status=429, headers={"retry-after": "86400"}),
                f"{SITE}/robots.txt": sent_to(f"{OTHER}/robots.txt"),
            }
        )
        polite = fetcher(client, HostRule(pace=1))
        await polite.get(Ask(f"{OTHER}/busy"))

        came = await asyncio.gather(*(polite.get(Ask(f"{SITE}/{n}")) for n in range(5)))

        assert {(each.host, each.why) for each in came if isinstance(each, Waiting)} == {
            ("czj.example.gov.cn", "robots")
        }
        assert sum(each.host == "czj.example.gov.cn" for each in client.seen) == 1
        await polite.close()

    run(main)


def test_an_address_is_judged_by_the_robots_txt_as_it_is_asked_for():
    async def main() -> None:
        client = FakeClient({f"{SITE}/robots.txt": page("User-agent: *\nDisallow: /inner/\n")})
        polite = fetcher(client)

        for url in ("/open/../inner/a", "/open/%2e%2E/inner/a", "/open\\..\\inner/a", "/./inner/a", "/%69nner/a"):
            assert isinstance(await polite.get(Ask(SITE + url)), Disallowed), url
        assert client.urls() == []
        await polite.close()

    run(main)


def test_the_delay_that_a_robots_txt_asks_for_is_kept_to_where_it_is_longer():
    async def main() -> None:
        client = FakeClient({f"{SITE}/robots.txt": page("User-agent: *\nCrawl-delay: 20\n")})
        polite = fetcher(client, HostRule(pace=5))

        await asyncio.gather(*(polite.get(Ask(f"{SITE}/{n}")) for n in range(5)))

        assert 20 <= client.least_gap("czj.example.gov.cn") < 22
        await polite.close()

    run(main)


def at(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "300"}, 300),
        ({"retry-after": at(START + timedelta(hours=2))}, 7200),
        # By its own clock, which is an hour slow, it means ten minutes.
        ({"retry-after": at(START - timedelta(minutes=50)), "date": at(START - timedelta(hours=1))}, 600),
        ({"retry-after": "99999999999999999999"}, 7 * 86400),
        ({"retry-after": at(START + timedelta(days=400))}, 7 * 86400),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_is_left_alone_for_as_long_as_it_says(status: int, headers: dict[str, str], seconds: int):
    async def main() -> None:
        client = FakeClient({f"{SITE}/busy": Exchange(status=status, headers=headers)}, takes=lambda url: 0.0)
        polite = fetcher(client, HostRule(pace=0))

        busy = answered(await polite.get(Ask(f"{SITE}/busy")))
        meanwhile = await polite.get(Ask(f"{SITE}/a"))
        elsewhere = await polite.get(Ask(f"{OTHER}/a"))
        await asyncio.sleep(seconds + 1)
        afterwards = await polite.get(Ask(f"{SITE}/a"))

        assert busy.status == status
        assert isinstance(meanwhile, Waiting)
        assert meanwhile.why == "retry-after"
        assert meanwhile.until == START + timedelta(seconds=seconds)
        assert isinstance(elsewhere, Answer)
        assert isinstance(afterwards, Answer)
        await polite.close()

    run(main)


def test_a_short_rest_is_slept_off():
    async def main() -> None:
        client = FakeClient({f"{SITE}/busy": Exchange(status=429, headers={"retry-after": "40"})})
        polite = fetcher(client, HostRule(pace=5))

        await polite.get(Ask(f"{SITE}/busy"))
        came = await polite.get(Ask(f"{SITE}/a"))

        assert isinstance(came, Answer)
        assert 40 <= client.seen[-1].begin - client.seen[-2].end < 41
        await polite.close()

    run(main)


@pytest.mark.parametrize("bad", [Exchange(status=500), failed("timeout"), failed("connection"), failed("dns")])
@pytest.mark.parametrize("unreadable", [{}, {"retry-after": "0"}, {"retry-after": "in a while"}])
def test_a_host_that_fails_is_left_alone_ever_longer_until_it_answers(bad: Exchange, unreadable: dict[str, str]):
    bad = Exchange(status=bad.status, failure=bad.failure, headers=unreadable)

    async def main() -> None:
        client = FakeClient({f"{SITE}/bad": bad, f"{SITE}/worse": bad}, takes=lambda url: 0.0)
        polite = fetcher(client, HostRule(pace=0))
        now = clock()
        rests: list[float] = []
        for _ in range(10):
            await polite.get(Ask(f"{SITE}/bad"))
            waiting = await polite.get(Ask(f"{SITE}/a"))
            assert isinstance(waiting, Waiting)
            assert waiting.why == "back-off"
            rests.append((waiting.until - now()).total_seconds())
            await asyncio.sleep(rests[-1] + 0.001)
        client.site[f"{SITE}/gone"] = Exchange(status=404)
        await polite.get(Ask(f"{SITE}/gone"))
        await polite.get(Ask(f"{SITE}/worse"))
        (again,) = polite.waits.values()

        for n, rest in enumerate(rests):
            least = min(60 * 2**n, 6 * 3600)
            assert least <= rest <= least * 1.1
        assert (again - now()).total_seconds() <= 66
        await polite.close()

    run(main)


@pytest.mark.parametrize(
    "came",
    [
        Exchange(status=404),
        Exchange(status=403),
        Exchange(status=412),
        failed("private"),
        failed("too_large"),
        Exchange(status=200, failure="protocol"),
        Exchange(status=200, failure="truncated"),
    ],
)
def test_what_is_wrong_with_an_address_is_not_held_against_its_host(came: Exchange):
    async def main() -> None:
        client = FakeClient({f"{SITE}/a": came})
        polite = fetcher(client, HostRule(pace=5))

        await polite.get(Ask(f"{SITE}/a"))

        assert polite.waits == {}
        assert isinstance(await polite.get(Ask(f"{SITE}/b")), Answer)
        await polite.close()

    run(main)


@pytest.mark.parametrize("bad", [Exchange(status=500), failed("timeout")])
def test_a_page_that_always_fails_keeps_others_of_its_host_from_being_asked_once_only(bad: Exchange):
    async def main() -> None:
        client = FakeClient({f"{SITE}/bad": bad})
        polite = fetcher(client, HostRule(pace=1))

        async def visit() -> list[type]:
            return [type(await polite.get(Ask(f"{SITE}/{name}"))) for name in ("list", "bad", "good")]

        first = await visit()
        await asyncio.sleep(70)
        second = await visit()
        third = await visit()

        assert first == [Answer, Answer, Waiting]
        assert second == third == [Answer, Answer, Answer]
        await polite.close()

    run(main)


def test_a_host_that_fails_for_all_its_pages_is_left_alone_whichever_is_asked_for():
    async def main() -> None:
        client = FakeClient({f"{SITE}/{n}": Exchange(status=502) for n in range(3)})
        polite = fetcher(client, HostRule(pace=1))
        rests: list[float] = []
        now = clock()
        for n in (0, 1, 0, 2, 1, 0):
            await polite.get(Ask(f"{SITE}/{n}"))
            rests.append((polite.waits["czj.example.gov.cn"] - now()).total_seconds())
            await asyncio.sleep(rests[-1] + 1)

        for n, rest in enumerate(rests):
            assert 60 * 2**n <= rest <= 66 * 2**n
        await polite.close()

    run(main)


def test_rests_outlive_the_fetcher():
    async def main() -> None:
        client = FakeClient({f"{SITE}/bad": Exchange(status=500)}, takes=lambda url: 0.0)
        before = fetcher(client)
        await before.get(Ask(f"{SITE}/bad"))
        host = "czj.example.gov.cn"

        plain = fetcher(FakeClient({}), waits=before.waits)
        whole = fetcher(FakeClient({f"{SITE}/robots.txt": failed("timeout")}), waits=before.rests)
        waiting = await plain.get(Ask(f"{SITE}/a"))
        same = await whole.get(Ask(f"{SITE}/a"))
        await asyncio.sleep(70)
        await whole.get(Ask(f"{SITE}/a"))

        assert waiting == same == Waiting(host, before.rests[host].until, "back-off")
        assert whole.rests[host].failures == 2
        assert before.waits == {}
        assert before.rests[host].failures == 1
        for each in (before, plain, whole):
            await each.close()

    run(main)


class Hours:
    def __init__(self, begin: time, end: time) -> None:
        self.begin, self.end = begin, end

    def has(self, at: time) -> bool:
        return self.begin <= at < self.end if self.begin <= self.end else at >= self.begin or at < self.end


def test_in_quiet_hours_a_host_is_not_asked_and_their_end_is_told():
    night_begins = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    night = HostRule(pace=5, quiet=(Hours(time(22, 0), time(0, 0)), Hours(time(0, 0), time(6, 30))))

    async def main() -> None:
        client = FakeClient({})
        polite = fetcher(client, lambda host: night if host.startswith("czj") else HostRule(pace=5))

        waiting = await polite.get(Ask(f"{SITE}/a"))
        other = await polite.get(Ask(f"{OTHER}/a"))
        assert isinstance(waiting, Waiting)
        await asyncio.sleep((waiting.until - night_begins).total_seconds() - 40)
        soon = await polite.get(Ask(f"{SITE}/b"))

        assert (waiting.until, waiting.why) == (datetime(2026, 3, 2, 22, 30, tzinfo=UTC), "quiet")
        assert isinstance(other, Answer)
        assert isinstance(soon, Answer)
        first = min(each.begin for each in client.seen if each.host == "czj.example.gov.cn")
        assert first == pytest.approx((waiting.until - night_begins).total_seconds())
        await polite.close()

    run(main, night_begins)


def test_redirects_are_followed_and_each_hop_is_told():
    async def main() -> None:
        client = FakeClient(
            {
                f"{SITE}/a": sent_to("b\\?x=1#top", 301),
                f"{SITE}/b/?x=1": sent_to("https://czj.example.gov.cn/c", 308),
                "https://czj.example.gov.cn/c": page('<meta http-equiv="refresh" content="0;url=../d.html">'),
                "https://czj.example.gov.cn/d.html": sent_to(f"{OTHER}/预算.html", 302),
                f"{OTHER}/预算.html": page("whole", etag='"1"'),
            }
        )
        polite = fetcher(client, HostRule(pace=5))
        ask = Ask(f"{SITE}/a#part")

        came = answered(await polite.get(ask))

        assert came.hops == (
            Hop(f"{SITE}/a", 301, f"{SITE}/b/?x=1"),
            Hop(f"{SITE}/b/?x=1", 308, "https://czj.example.gov.cn/c"),
            Hop("https://czj.example.gov.cn/c", 200, "https://czj.example.gov.cn/d.html", "refresh"),
            Hop("https://czj.example.gov.cn/d.html", 302, f"{OTHER}/预算.html"),
        )
        assert (came.ask, came.final_url, came.body) == (ask, f"{OTHER}/预算.html", b"whole")
        assert came.headers["etag"] == '"1"'
        assert came.permanent_url == "https://czj.example.gov.cn/c"
        assert client.least_gap("czj.example.gov.cn") >= 5
        await polite.close()

    run(main)


@pytest.mark.parametrize(
    ("site", "failure", "asked"),
    [
        ({f"{SITE}/a": sent_to("/b"), f"{SITE}/b": sent_to("/a")}, "loop", 2),
        ({f"{SITE}/a": sent_to("/a")}, "loop", 1),
        ({f"{SITE}/{'a' * n}": sent_to(f"/{'a' * (n + 1)}") for n in range(1, 30)}, "redirects", 9),
        ({f"{SITE}/a": sent_to("ftp://example.gov.cn/a")}, "scheme", 1),
        ({f"{SITE}/a": sent_to("javascript:history.back()")}, "scheme", 1),
        ({f"{SITE}/a": sent_to("http://[half/")}, "address", 1),
        ({f"{SITE}/a": sent_to("http://example.gov.cn:99999/")}, "address", 1),
        ({f"{SITE}/a": sent_to("https://")}, "address", 1),
    ],
)
def test_a_way_that_leads_nowhere_ends_with_the_reason(site: dict[str, Exchange], failure: Failure, asked: int):
    async def main() -> None:
        client = FakeClient(site)
        polite = fetcher(client, HostRule(pace=1))

        came = answered(await polite.get(Ask(f"{SITE}/a")))

        assert (came.failure, came.status, came.body) == (failure, 302, None)
        assert came.final_url == came.hops[-1].url
        assert len(client.urls()) == len(came.hops) == asked
        await polite.close()

    run(main)


@pytest.mark.parametrize(
    ("url", "failure"), [("ftp://h/a", "scheme"), ("www.example.gov.cn/a", "address"), ("http://[/", "address")]
)
def test_what_is_no_web_address_is_not_asked_for(url: str, failure: Failure):
    async def main() -> None:
        client = FakeClient({})
        polite = fetcher(client)

        came = answered(await polite.get(Ask(url)))

        assert (came.failure, client.seen) == (failure, [])
        await polite.close()

    run(main)


def test_a_cookie_goes_back_to_the_host_that_set_it_within_one_look_and_no_further():
    def gate(seen: Seen) -> Exchange:
        return page("whole") if seen.cookies == {"pass": "1"} else sent_to(seen.url, **{"pass": "1", "old": ""})

    async def main() -> None:
        client = FakeClient({f"{SITE}/a": sent_to(f"{OTHER}/gate", first="x"), f"{OTHER}/gate": gate})
        polite = fetcher(client, HostRule(pace=1))

        came = answered(await polite.get(Ask(f"{SITE}/a")))
        await polite.get(Ask(f"{OTHER}/later"))

        assert came.body == b"whole"
        assert [dict(each.cookies) for each in client.seen if "robots" not in each.url] == [{}, {}, {"pass": "1"}, {}]
        await polite.close()

    run(main)


def test_a_cookie_that_changes_nothing_does_not_hide_a_loop():
    async def main() -> None:
        client = FakeClient({f"{SITE}/a": sent_to("/a", session="1")})
        polite = fetcher(client, HostRule(pace=1))

        came = answered(await polite.get(Ask(f"{SITE}/a")))

        assert (came.failure, len(client.urls())) == ("loop", 2)
        await polite.close()

    run(main)


def test_validators_go_along_the_way_and_not_to_another_address_than_theirs():
    async def main() -> None:
        client = FakeClient({f"{SITE}/a": sent_to("/b"), f"{SITE}/b": Exchange(status=304)})
        polite = fetcher(client, HostRule(pace=1))
        ask = Ask(f"{SITE}/a", etag='"1"', modified="Mon, 02 Mar 2026 00:00:00 GMT")

        came = answered(await polite.get(ask))
        await polite.get(Ask(f"{SITE}/a", etag='"1"', validated=f"{SITE}/b"))
        await polite.get(Ask(f"{SITE}/a", etag='"1"', validated=f"{SITE}/a"))

        assert (came.status, came.final_url) == (304, f"{SITE}/b")
        etags = [each.ask.etag for each in client.seen if "robots" not in each.url]
        assert etags == ['"1"', '"1"', None, '"1"', '"1"', None]
        await polite.close()

    run(main)


def test_the_page_that_refreshes_is_the_referer_and_one_that_redirects_is_not():
    async def main() -> None:
        refreshing = page('<meta http-equiv="refresh" content="1; url=/d">')
        client = FakeClient({f"{SITE}/a": refreshing, f"{SITE}/b": sent_to("/e")})
        polite = fetcher(client, HostRule(pace=1))

        await polite.get(Ask(f"{SITE}/a", referer=f"{SITE}/list"))
        await polite.get(Ask(f"{SITE}/b", referer=f"{SITE}/list"))

        referers = [each.ask.referer for each in client.seen if "robots" not in each.url]
        assert referers == [f"{SITE}/list", f"{SITE}/a", f"{SITE}/list", f"{SITE}/list"]
        await polite.close()

    run(main)


def test_robots_and_rests_of_the_host_that_a_hop_leads_to_count():
    async def main() -> None:
        client = FakeClient(
            {
                f"{SITE}/a": sent_to(f"{OTHER}/inner/a"),
                f"{OTHER}/robots.txt": page("User-agent: *\nDisallow: /inner\n"),
                f"{SITE}/b": sent_to("http://busy.example.cn/b"),
                "http://busy.example.cn/x": Exchange(status=429, headers={"retry-after": "600"}),
            }
        )
        polite = fetcher(client, HostRule(pace=1))
        await polite.get(Ask("http://busy.example.cn/x"))

        disallowed = await polite.get(Ask(f"{SITE}/a"))
        waiting = await polite.get(Ask(f"{SITE}/b"))

        assert disallowed == Disallowed(
            f"{OTHER}/inner/a", "Disallow: /inner", (Hop(f"{SITE}/a", 302, f"{OTHER}/inner/a"),)
        )
        assert isinstance(waiting, Waiting)
        assert (waiting.host, waiting.why) == ("busy.example.cn", "retry-after")
        assert waiting.hops == (Hop(f"{SITE}/b", 302, "http://busy.example.cn/b"),)
        assert f"{OTHER}/inner/a" not in client.urls()
        await polite.close()

    run(main)


def test_what_is_set_for_a_host_is_handed_on_for_its_requests_and_for_no_other():
    old = HostRule(pace=1, timeout=7.0, proxy="http://proxy.example.cn:3128", old_tls=True)

    async def main() -> None:
        client = FakeClient({f"{SITE}/a": sent_to(f"{OTHER}/b")})
        polite = fetcher(client, lambda host: old if host == "czj.example.gov.cn" else HostRule(pace=1))

        await polite.get(Ask(f"{SITE}/a"))

        plain = {"old_tls": False, "proxy": None, "timeout": None}
        set_so = {"old_tls": True, "proxy": "http://proxy.example.cn:3128", "timeout": 7.0}
        assert [each.options for each in client.seen] == [set_so, set_so, plain, plain]
        await polite.close()

    run(main)
