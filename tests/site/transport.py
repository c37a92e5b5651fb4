"""The site without sockets: a transport for httpx2, so that a loop with a clock of ours can live through a year."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import cast

import httpx2

from tests.site.log import Entry
from tests.site.site import Site
from tests.site.wire import Asked, Cut, Drip, Endless, Garbage, Hang, Lying, Reply, Reset

_FOREVER = 40 * 86_400.0


class Transport(httpx2.AsyncBaseTransport):
    """Answers every request from ``site``; hosts that it has not can't be connected to.

    What a socket would do is done as near as can be: a hang and a drip sleep on the loop, a broken end raises what
    httpx2 raises for one. Latency of a host is slept too, with ``jitter`` times itself at random on top.
    """

    def __init__(self, site: Site, *, jitter: float = 0.0, seed: int = 0) -> None:
        self.site = site
        self.jitter = jitter
        self._random = random.Random(seed)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        name = request.url.host
        host = self.site.hosts.get(name)
        if host is None:
            raise httpx2.ConnectError(f"no address for {name}", request=request)
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in request.headers.raw}
        asked = Asked(self.site.clock(), name, request.url.raw_path.decode("ascii"), headers, request.method)
        reply, entry = self.site.answer(asked)
        try:
            if host.latency:
                await asyncio.sleep(host.latency * (1 + self.jitter * self._random.random()))
            match reply.manner:
                case Reset():
                    raise httpx2.ReadError("connection reset", request=request)
                case Garbage():
                    raise httpx2.RemoteProtocolError("illegal status line", request=request)
                case Hang(headers=False):
                    await asyncio.sleep(_FOREVER)
                case _:
                    pass
        except BaseException:
            self.site.answered(entry)
            raise
        sent = [
            (key.encode(), value if isinstance(value, bytes) else value.encode("utf-8")) for key, value in reply.sent()
        ]
        return httpx2.Response(reply.status, headers=sent, stream=_Body(self.site, reply, entry), request=request)


class _Body(httpx2.AsyncByteStream):
    """The bytes of a reply, in its manner."""

    def __init__(self, site: Site, reply: Reply, entry: Entry) -> None:
        self._site = site
        self._reply = reply
        self._entry = entry

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body = self._reply.body
        match self._reply.manner:
            case Drip(piece, every):
                for at in range(0, len(body), piece):
                    await asyncio.sleep(every)
                    yield body[at : at + piece]
            case Hang():
                await asyncio.sleep(_FOREVER)
            case Cut(after):
                yield body[:after]
                raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")
            case Lying(by) if by > 0:
                yield body
                raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")
            case Lying(by):
                yield body[:by]
            case Endless():
                piece = (body or b" ") * (1 + 65_536 // max(1, len(body)))
                while True:
                    await asyncio.sleep(0.001)
                    yield piece
            case _:
                for at in range(0, len(body), 65_536):
                    yield body[at : at + 65_536]
        self._site.answered(self._entry)

    async def aclose(self) -> None:
        self._site.answered(self._entry)


def client(site: Site) -> httpx2.AsyncClient:
    """Return a plain client of the site, for tests of the site itself."""
    return httpx2.AsyncClient(transport=cast("httpx2.AsyncBaseTransport", Transport(site)))
