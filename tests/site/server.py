"""The site on a real socket of the loopback: raw HTTP/1.1, so that it can misbehave at every byte."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType

from tests.site.site import Site
from tests.site.wire import Asked, Cut, Drip, Endless, Garbage, Hang, Reply, Reset

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


class Server:
    """Serves a site at one port of 127.0.0.1 from a thread of its own, from ``with`` to its end.

    Hosts are told apart by the Host header (``http://NAME:PORT/`` for who resolves names by `Names`). With ``apart``
    every host has an address of its own too, 127.0.0.2, 127.0.0.3 …, for who can't be given a resolver.
    """

    def __init__(self, site: Site, *, port: int = 0, apart: bool = False) -> None:
        self.site = site
        self.port = port
        self.apart = apart
        self.connections = 0
        self.addresses: dict[str, str] = {}
        self._by_address: dict[str, str] = {}
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="site", daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        names = list(self.site.hosts)
        await self._listen("127.0.0.1")
        for n, name in enumerate(names):
            address = f"127.0.0.{2 + n}" if self.apart else "127.0.0.1"
            if self.apart:
                await self._listen(address)
                self._by_address[address] = name
            self.addresses[name] = address
            self.site.bases[name] = f"http://{address if self.apart else name}:{self.port}"

    async def _listen(self, address: str) -> None:
        server = await asyncio.start_server(self._connected, address, self.port, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.append(server)

    async def _stop(self) -> None:
        for server in self._listening:
            server.close()
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for server in self._listening:
            await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the other side is gone, or the server is being closed: in both cases nobody waits for an answer
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection is to be kept."""
        head = await reader.readuntil(b"\r\n\r\n")
        line, *rows = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = line.split(" ", 2)
        pairs = (row.partition(":") for row in rows)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if target.startswith("http://"):  # through us as a proxy
            target = "/" + target.split("/", 3)[3]
        asked = Asked(self.site.clock(), self._host(headers, writer), target, headers, method)
        reply, entry = self.site.answer(asked)
        try:
            host = self.site.hosts.get(asked.host)
            if host is not None and host.latency:
                await asyncio.sleep(host.latency)
            kept = await self._send(reply, reader, writer)
        finally:
            self.site.answered(entry)
        return kept and headers.get("connection", "").lower() != "close"

    def _host(self, headers: Mapping[str, str], writer: asyncio.StreamWriter) -> str:
        name = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        address = writer.get_extra_info("sockname")[0]
        return name if name in self.site.hosts else self._by_address.get(address, name)

    async def _send(self, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        body = reply.body
        match reply.manner:
            case Reset():
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                return False
            case Garbage():
                writer.write(b"\x16\x03\x01\x02 220 mail ready\r\n\r\n")
                await writer.drain()
                return False
            case Hang(headers=False):
                await reader.read(1)  # until the other side goes
                return False
            case _:
                pass
        writer.write(reply.head())
        match reply.manner:
            case Hang():
                await writer.drain()
                await reader.read(1)
                return False
            case Drip(piece, every):
                for at in range(0, len(body), piece):
                    writer.write(body[at : at + piece])
                    await writer.drain()
                    await asyncio.sleep(every)
                    if reader.at_eof():
                        return False
                return True
            case Endless(chunked):
                piece = b"%x\r\n%s\r\n" % (len(body), body) if chunked else body
                while True:
                    writer.write(piece)
                    await writer.drain()
            case Cut(after, chunked):
                part = body[:after]
                writer.write(b"%x\r\n%s" % (len(body), part) if chunked else part)
                await writer.drain()
                return False
            case _:
                writer.write(body)
                await writer.drain()
                return reply.promised == len(body) or reply.status == 304


class Names:
    """A resolver of a test: the site's hosts, and whatever else is told. A name told several answers gives them one
    after the other, the last for ever: so a name resolves differently the second time. What it was asked is in
    ``asked``."""

    def __init__(self, server: Server | None = None) -> None:
        self._told: dict[str, list[Sequence[str]]] = {}
        self._server = server
        self.asked: list[str] = []

    def tell(self, name: str, *answers: Sequence[str]) -> None:
        self._told[name] = list(answers)

    async def __call__(self, name: str, port: int) -> Sequence[str]:
        self.asked.append(name)
        answers = self._told.get(name)
        if answers:
            return answers.pop(0) if len(answers) > 1 else answers[0]
        if self._server is not None and name in self._server.addresses:
            return [self._server.addresses[name]]
        raise socket.gaierror(socket.EAI_NONAME, f"no address for {name}")
