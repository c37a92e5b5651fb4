"""Forty sites in a process of their own, on the loopback: pages that never change, and a log of who came when."""

import asyncio
import contextlib
import functools
import multiprocessing
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from multiprocessing.connection import Connection
from typing import cast

from benchmarks.texts import generated

SILENT = "silent.example"
"""A host that takes connections and never says a word."""

_SPAWN = multiprocessing.get_context("spawn")  # nothing of the measuring process is in it
_UNIT = "云岫市远汀区科技创新促进中心"
_SINCE = "Sat, 28 Sep 2024 01:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Sites:
    """``hosts`` hosts with ``pages`` pages each, of which a half can be asked for conditionally, a quarter always comes
    in the same bytes and a quarter in others, for it counts its readers."""

    hosts: int
    pages: int

    @property
    def names(self) -> Sequence[str]:
        return [f"www.town{n:02}.example" for n in range(self.hosts)]

    def targets(self, host: str) -> Sequence[str]:
        """Return the paths of the pages of ``host``, each of a unit of its own."""
        n = self.names.index(host)
        return [f"/zwgk/czyjs/{n * self.pages + page:05}.html" for page in range(self.pages)]


@dataclass(frozen=True, slots=True)
class Visited:
    """What one host saw: the moments at which requests came, by `time.monotonic`, and how many of them were answered
    with “not modified”."""

    at: list[float] = field(default_factory=list[float])
    unmodified: list[float] = field(default_factory=list[float])

    @property
    def seconds(self) -> float:
        """From the first request to the last."""
        return self.at[-1] - self.at[0]

    @property
    def least_gap(self) -> float:
        return min(two - one for one, two in zip(self.at, self.at[1:], strict=False))


@dataclass(frozen=True, slots=True)
class Running:
    """Sites that answer at ``port`` of 127.0.0.1."""

    port: int
    _pipe: Connection

    def visited(self) -> Mapping[str, Visited]:
        """Return what each host saw since this was last asked, and forget it there."""
        self._pipe.send("log")
        return self._pipe.recv()


@contextmanager
def running(sites: Sites, port: int = 0) -> Generator[Running]:
    """Let the sites stand until the end of the block, at a ``port`` that is free unless one is given."""
    ours, theirs = cast("tuple[Connection, Connection]", _SPAWN.Pipe())
    process = _SPAWN.Process(target=_run, args=(sites, theirs, port), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Running(ours.recv(), ours)
    finally:
        process.kill()
        process.join()
        ours.close()


def _run(sites: Sites, pipe: Connection, port: int) -> None:
    asyncio.run(_Server(sites).serve(pipe, port))


class _Server:
    def __init__(self, sites: Sites) -> None:
        self.sites = sites
        self.seen: dict[str, Visited] = {}
        self.asked = 0

    async def serve(self, pipe: Connection, port: int) -> None:
        ended = asyncio.get_running_loop().create_future()

        def hear() -> None:
            try:
                pipe.recv()
            except EOFError:
                ended.set_result(None)
                return
            pipe.send(self.seen)
            self.seen = {}

        server = await asyncio.start_server(self._connected, "127.0.0.1", port, backlog=1024)
        asyncio.get_running_loop().add_reader(pipe.fileno(), hear)
        pipe.send(server.sockets[0].getsockname()[1])
        async with server:
            await ended

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._exchange(reader, writer):
                pass
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request, and tell whether the connection is to be kept."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rows = head.rstrip("\r\n").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
        host = headers["host"].partition(":")[0]
        seen = self.seen.setdefault(host, Visited())
        seen.at.append(time.monotonic())
        if host == SILENT:
            await reader.read(1)  # until the other side goes
            return False
        status, extra, body = self._answer(line.split(" ")[1], headers)
        if status.startswith("304"):
            seen.unmodified.append(seen.at[-1])
        writer.write(f"HTTP/1.1 {status}\r\n{extra}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        return headers.get("connection", "").lower() != "close"

    def _answer(self, path: str, headers: Mapping[str, str]) -> tuple[str, str, bytes]:
        if path == "/robots.txt":
            return "200 OK", "Content-Type: text/plain\r\n", b"User-agent: *\nDisallow: /admin/\n"
        n = int(path[-10:-5])
        told = "Content-Type: text/html; charset=utf-8\r\n"
        if n % 4 < 2:
            told += f'ETag: "p{n}"\r\nLast-Modified: {_SINCE}\r\n'
            if headers.get("if-none-match") == f'"p{n}"':
                return "304 Not Modified", told, b""
        self.asked += 1
        return "200 OK", told, page(n, self.asked if n % 4 == 3 else 0)


def page(n: int, readers: int) -> bytes:
    """Return the page of unit ``n`` as its ``readers``-th reader gets it; for 0 nobody is counted."""
    counter = f'<div class="count">浏览次数：{readers}</div>' if readers else ""
    return _template().replace("{unit}", unit(n)).replace("{counter}", counter).encode()


def unit(n: int) -> str:
    return f"云岫市第{n}科技创新促进中心"


@functools.cache
def _template() -> str:
    title, *lines = [line for line in generated()[0].text.splitlines() if line.strip()]
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    menu = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in ("首页", "政务公开", "办事服务", "互动交流"))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body><ul>{menu}</ul>"
        f"<div class='article'><h1>{title}</h1>\n{{counter}}<div class='TRS_Editor'>{paragraphs}</div></div>"
        "<div class='footer'>版权所有</div></body></html>"
    ).replace(_UNIT, "{unit}")
