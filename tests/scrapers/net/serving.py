"""A server that says what it is told to, byte by byte, and remembers what it was asked."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeVar

from scrapers.answers import Ask
from scrapers.net.addresses import network
from scrapers.net.client import Client, Exchange, Limits

T = TypeVar("T")
Say = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
AGENT = "disclosure-tracker/0.1 (+mailto:editor@example.org)"
LOOPBACK = (network("127.0.0.0/8"),)
PAGE = "<p>武汉市社会保险中心2023年度决算公开</p>".encode()


@dataclass
class Server:
    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def header(self, name: str, n: int = -1) -> str | None:
        for line in self.requests[n].split(b"\r\n")[1:]:
            key, _, value = line.partition(b": ")
            if key.lower() == name.lower().encode():
                return value.decode()
        return None


def answer(body: bytes = PAGE, *headers: str | bytes, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}".encode(), *(each.encode() if isinstance(each, str) else each for each in headers)]
    return b"\r\n".join([*lines, b"", b""]) + body


def whole(body: bytes = PAGE, *headers: str | bytes, status: str = "200 OK") -> bytes:
    return answer(body, f"Content-Length: {len(body)}", *headers, status=status)


@contextlib.asynccontextmanager
async def serving(
    say: Say, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Answer each request with ``say`` and close the connection. Nothing stays open when the block ends."""
    server = Server()
    open_now: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            server.requests.append(await reader.readuntil(b"\r\n\r\n"))
            if isinstance(say, bytes):
                writer.write(say)
            else:
                await say(writer)
            await writer.drain()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def life() -> None:
            try:
                await talk(reader, writer)
                writer.close()
                await writer.wait_closed()
            except (OSError, asyncio.CancelledError):
                writer.transport.abort()

        task = asyncio.create_task(life())
        open_now.add(task)
        task.add_done_callback(open_now.discard)

    listening = await asyncio.start_server(begin, host, port, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(open_now):
            task.cancel()
        await asyncio.gather(*open_now)
        await asyncio.sleep(0)
        await listening.wait_closed()


class Names:
    """A resolver: the answers of a name one after another, the last for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self._answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self._answers.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def client(**options: object) -> Client:
    limits = options.pop("limits", Limits(timeout=5.0))
    return Client(**{"agent": AGENT, "limits": limits, "private": LOOPBACK, "resolver": Names(), **options})  # type: ignore[arg-type]


async def asked(say: Say, **options: object) -> Exchange:
    """What one request to a server that says ``say`` comes to."""
    async with serving(say) as server:
        return await client(**options).send(Ask(server.url()))


def run(main: Coroutine[object, object, T]) -> T:
    return asyncio.run(main)
