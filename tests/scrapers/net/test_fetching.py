"""Fetcher and client together: over loopback, and over a transport in virtual time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random
from urllib.parse import quote

import httpx2

from scrapers.answers import Answer, Ask
from scrapers.net.addresses import network
from scrapers.net.client import Client, Limits
from scrapers.net.fetcher import Fetcher
from scrapers.net.manners import HostRule
from tests.scrapers.net.serving import AGENT, PAGE, Server, serving, whole
from tests.virtual import clock, run


@asynccontextmanager
async def asking(pace: float = 0.0) -> AsyncIterator[Fetcher]:
    client = Client(agent=AGENT, limits=Limits(timeout=60), private=(network("127.0.0.1"),))
    fetcher = Fetcher(client, lambda host: HostRule(pace=pace), clock=lambda: datetime.now(UTC), random=Random(1))
    try:
        yield fetcher
    finally:
        await fetcher.close()


def paths(server: Server) -> list[str]:
    return [request.split(b" ")[1].decode() for request in server.requests]


def test_a_gate_that_sets_a_cookie_is_passed_and_the_way_recorded():
    async def main() -> None:
        async with serving(lambda writer: _gate(server, writer)) as server, asking() as fetcher:
            came = await fetcher.get(Ask(server.url("/zwgk")))
            again = await fetcher.get(Ask(server.url("/zwgk")))

        assert isinstance(came, Answer)
        assert (came.status, came.body, came.peer) == (200, PAGE, "127.0.0.1")
        assert [(hop.status, hop.how) for hop in came.hops] == [(302, "redirect"), (200, "refresh")]
        assert came.final_url == server.url(quote("/预算/"))
        # Nobody is recognised from one look to the next.
        assert isinstance(again, Answer)
        assert len(again.hops) == 2
        assert paths(server)[0] == "/robots.txt"
        assert paths(server).count("/robots.txt") == 1

    async def _gate(server: Server, writer: asyncio.StreamWriter) -> None:
        path, cookie = paths(server)[-1], server.header("Cookie")
        if path == "/robots.txt":
            writer.write(whole("User-agent: *\nDisallow: /后台/".encode("gbk")))
        elif cookie is None:
            writer.write(whole(b"", "Location: /zwgk", "Set-Cookie: pass=1; Path=/", status="302 Found"))
        elif path == "/zwgk":
            refresh = "<meta http-equiv='refresh' content='0; url=/预算/'>".encode()
            writer.write(whole(refresh, "Content-Type: text/html"))
        else:
            writer.write(whole())

    asyncio.run(main())


def test_no_hop_leads_to_an_address_that_is_not_public():
    async def main() -> None:
        async def reply(writer: asyncio.StreamWriter) -> None:
            if paths(server)[-1] == "/robots.txt":
                writer.write(whole(b"", status="404 Not Found"))
            else:
                writer.write(whole(b"", f"Location: {inner}", status="302 Found"))

        async with serving(reply) as server, serving(whole(), host="127.0.0.2") as hidden, asking() as fetcher:
            inner = hidden.url("/secret", host="127.0.0.2")
            came = await fetcher.get(Ask(server.url("/a")))

        assert isinstance(came, Answer)
        assert (came.failure, came.body, came.final_url) == ("private", None, inner)
        assert [hop.to for hop in came.hops] == [inner]
        assert hidden.connections == 0

    asyncio.run(main())


def test_closing_ends_what_hangs_and_what_waits_at_once():
    async def main() -> None:
        hanging = asyncio.Event()

        async def hang(writer: asyncio.StreamWriter) -> None:
            if "robots" in paths(server)[-1]:
                writer.write(whole(b"", status="404 Not Found"))
                return
            hanging.set()
            await asyncio.sleep(3600)

        async with serving(hang) as server:
            async with asking() as fetcher:
                tasks = [asyncio.create_task(fetcher.get(Ask(server.url(f"/{n}")))) for n in range(10)]
                await hanging.wait()
                async with asyncio.timeout(5):
                    await fetcher.close()
            await asyncio.wait(tasks)

        assert all(task.cancelled() for task in tasks)
        assert len(server.requests) == 2

    asyncio.run(main())


def test_a_server_that_drips_is_left_after_its_time_and_its_host_rests():
    class Drip(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(1)
                yield b"."

    class Site(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if request.url.path == "/robots.txt":
                return httpx2.Response(404)
            return httpx2.Response(200, stream=Drip())

    async def main() -> None:
        client = Client(agent=AGENT, limits=Limits(timeout=60), transport=Site())
        fetcher = Fetcher(client, lambda host: HostRule(pace=5, timeout=30), clock=clock(), random=Random(1))

        came = await fetcher.get(Ask("http://czj.example.gov.cn/a"))

        assert isinstance(came, Answer)
        assert (came.failure, came.status, came.body) == ("timeout", 200, None)
        assert 35 <= asyncio.get_running_loop().time() < 36
        assert list(fetcher.waits) == ["czj.example.gov.cn"]
        await fetcher.close()

    run(main)
