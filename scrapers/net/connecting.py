"""Connections: only to addresses that were judged, one for each request, with what happened on it told apart."""

import contextlib
import os
import re
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import httpcore2
import httpx2

from scrapers.net.addresses import Address, Network, address, is_allowed
from scrapers.net.failures import NoAnswerError
from scrapers.net.resolving import Resolver
from scrapers.net.targets import Target, target

_KNOCK = 15.0
"""Seconds for one address of several to take the connection."""


@dataclass(slots=True)
class Trail:
    """What was seen of one connection, whatever became of the request. ``received`` bytes came, of them ``body`` after
    the head of the answer; ``ended``: the other side closed."""

    peer: str | None = None
    received: int = 0
    body: int = 0
    ended: bool = False
    _head: bytearray | None = field(default_factory=bytearray)

    def restart(self) -> None:
        """Count anew: TLS begins behind a proxy's answer."""
        self.received = self.body = 0
        self._head = bytearray()

    def take(self, size: int) -> None:
        """Count ``size`` bytes of the body that came by another way than a connection."""
        self.received += size
        self.body += size

    def add(self, data: bytes) -> None:
        """Count ``data``; empty where the other side closed."""
        self.received += len(data)
        self.ended = self.ended or not data
        if self._head is None:
            self.body += len(data)
            return
        self._head += data
        while end := _BLANK.search(self._head):
            rest = self._head[end.end() :]
            if not _INTERIM.match(self._head):
                self._head, self.body = None, len(rest)
                return
            self._head = rest


_BLANK = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d")


class Gate:
    """Says which addresses a name may be reached at. ``private``: networks that are allowed beside the public ones."""

    def __init__(self, resolver: Resolver, private: Iterable[Network]) -> None:
        """``resolver`` is asked anew for every connection."""
        self._resolver = resolver
        self._private = tuple(private)

    def check(self, host: str, found: Address) -> None:
        """Raises NoAnswerError ``private`` where ``found``, an address of ``host``, may not be connected to."""
        if not is_allowed(found, self._private):
            what = str(found) if host == str(found) else f"{host} is {found}, which"
            raise NoAnswerError("private", f"{what} is not a public address")

    async def allowed(self, host: str, port: int) -> list[Address]:
        """Resolve ``host`` and judge every address of it. Return those that may be connected to, at least one.

        Raises NoAnswerError: ``dns`` where there are none, ``private`` where none is allowed.
        """
        refused: NoAnswerError | None = None
        kept: list[Address] = []
        for found in await self.resolved(host, port):
            try:
                self.check(host, found)
            except NoAnswerError as failed:
                refused = refused or failed
            else:
                kept.append(found)
        if not kept and refused:
            raise refused
        return kept

    async def resolved(self, host: str, port: int) -> list[Address]:
        """Return the addresses of ``host``, at least one. Raises NoAnswerError ``dns``."""
        with contextlib.suppress(ValueError):
            return [address(host)]
        if host == "localhost" or host.endswith(".localhost"):  # RFC 6761: never asked for
            return [address("127.0.0.1"), address("::1")]
        try:
            found = [address(text) for text in await self._resolver(host, port)]
        except (OSError, ValueError) as error:
            raise NoAnswerError("dns", f"{host}: {words(error)}") from error
        if not found:
            raise NoAnswerError("dns", f"{host}: no address")
        return found


class Guarded(httpcore2.AsyncNetworkBackend):
    """Opens connections to judged addresses themselves, so that no second look-up can say anything else, and checks
    whom the socket is connected to. ``proxied``: what is connected to is the configured proxy, at whatever address."""

    def __init__(self, gate: Gate, trail: Trail, *, proxied: bool) -> None:
        """Serve one request, whose ``trail`` is kept."""
        self._gate = gate
        self._trail = trail
        self._proxied = proxied
        self._network = cast(httpcore2.AsyncNetworkBackend, httpcore2.AnyIOBackend())
        self._opened: list[httpcore2.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address of ``host`` that is allowed and answers. Raises NoAnswerError."""
        host = host.strip("[]").removesuffix(".")
        resolve = self._gate.resolved if self._proxied else self._gate.allowed
        found = await resolve(host, port)
        refusals: list[str] = []
        for n, each in enumerate(found, start=1):
            try:
                stream = await self._network.connect_tcp(
                    str(each), port, _KNOCK if n < len(found) else None, local_address, socket_options
                )
            except httpcore2.ConnectTimeout:
                refusals.append(f"{each}: silent for {_KNOCK:.0f} s")
            except httpcore2.ConnectError as error:
                refusals.append(f"{each}: {words(error)}")
            else:
                self._opened.append(stream)
                self._trail.peer = self._checked(host, stream)
                return Counted(stream, self._trail)
        if self._proxied:
            raise NoAnswerError("proxy", f"the proxy {host}:{port} takes no connection: {'; '.join(refusals)}")
        raise NoAnswerError("connection", f"{host}:{port}: {'; '.join(refusals)}")

    async def close(self) -> None:
        """Close whatever was opened, at whatever point the request ended."""
        for stream in self._opened:
            with contextlib.suppress(OSError, httpcore2.NetworkError):
                await stream.aclose()

    def _checked(self, host: str, stream: httpcore2.AsyncNetworkStream) -> str:
        name = stream.get_extra_info("server_addr")
        if not (isinstance(name, tuple) and name and isinstance(name[0], str)):
            raise NoAnswerError("connection", f"{host}: the address connected to can't be told")
        peer = address(name[0])
        if not self._proxied:
            self._gate.check(host, peer)
        return str(peer)


class Counted(httpcore2.AsyncNetworkStream):
    """A connection that leaves a trail, and on which a failure of TLS is told as one."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream, trail: Trail) -> None:
        """``stream``: connected."""
        self._stream = stream
        self._trail = trail

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, none at the end."""
        data = await self._stream.read(max_bytes, timeout)
        self._trail.add(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send ``buffer``."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        """Return the connection inside TLS. Raises NoAnswerError ``tls``."""
        self._trail.restart()
        try:
            inside = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except (httpcore2.ConnectError, OSError) as error:
            remedy = "" if ssl_context.verify_mode is ssl.CERT_NONE else " (old_tls for this host accepts less)"
            raise NoAnswerError("tls", f"{server_hostname}: {words(error)}{remedy}") from error
        return Counted(inside, self._trail)

    def get_extra_info(self, info: str) -> object:
        """Return what the connection below knows of itself."""
        return self._stream.get_extra_info(info)


class Wire:
    """Sends requests over the network. Two contexts of TLS, made when first needed, no connection kept: a host is
    asked every few seconds at most, when most servers have closed, and what a lying length leaves behind on a
    connection would be read as the beginning of the next answer."""

    def __init__(self, gate: Gate) -> None:
        """``gate`` judges whom to connect to."""
        self._gate = gate

    async def open(
        self, request: httpx2.Request, aim: Target, trail: Trail, *, old_tls: bool, proxy: str | None
    ) -> httpx2.Response:
        """Send ``request`` and return the answer as far as its headers; to be closed.

        Behind a proxy the name is looked up and judged here as well, but it is the proxy that connects: what the
        proxy's own look-up says is out of reach.
        """
        if proxy is not None:
            await self._gate.allowed(aim.name, aim.port)
        guarded = Guarded(self._gate, trail, proxied=proxy is not None)
        connection = self._connection(aim, guarded, old_tls=old_tls, proxy=proxy)
        sent = httpcore2.Request(
            method=b"GET",
            url=httpcore2.URL(
                scheme=aim.scheme.encode(), host=aim.host.encode(), port=aim.port, target=aim.path.encode()
            ),
            headers=request.headers.raw,
            extensions={"sni_hostname": aim.name},
        )
        try:
            response = await connection.handle_async_request(sent)
        except BaseException:
            await guarded.close()
            raise
        return httpx2.Response(
            response.status, headers=response.headers, stream=_Body(response, guarded), request=request
        )

    def _connection(
        self, aim: Target, guarded: Guarded, *, old_tls: bool, proxy: str | None
    ) -> httpcore2.AsyncHTTPConnection | httpcore2.AsyncHTTPProxy:
        context = None if aim.scheme == "http" else self._old_tls if old_tls else self._tls
        if proxy is None:
            origin = httpcore2.Origin(aim.scheme.encode(), aim.host.encode(), aim.port)
            return httpcore2.AsyncHTTPConnection(origin, ssl_context=context, network_backend=guarded)
        try:
            url = target(proxy)
        except NoAnswerError as failed:
            raise NoAnswerError("proxy", f"no proxy: {failed.detail}") from failed
        return httpcore2.AsyncHTTPProxy(
            httpcore2.URL(scheme=url.scheme.encode(), host=url.host.encode(), port=url.port, target=b"/"),
            proxy_auth=_credentials(proxy),
            ssl_context=context,
            proxy_ssl_context=self._tls if url.scheme == "https" else None,
            network_backend=guarded,
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    @cached_property
    def _old_tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, which ssl names from Python 3.12 on
        return context


class _Body(httpx2.AsyncByteStream):
    def __init__(self, response: httpcore2.Response, guarded: Guarded) -> None:
        self._response = response
        self._guarded = guarded

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with contextlib.aclosing(self._response.aiter_stream()) as pieces:
            async for piece in pieces:
                yield piece

    async def aclose(self) -> None:
        await self._guarded.close()


def _credentials(proxy: str) -> tuple[str, str] | None:
    url = httpx2.URL(proxy)
    return (url.username, url.password) if url.username else None


def words(error: BaseException) -> str:
    """What the system said, below what wraps it."""
    while error.__cause__ is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__
    if isinstance(error, ssl.SSLError):
        return getattr(error, "verify_message", None) or (error.reason or str(error)).replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror and error.errno is not None:
        # The event loop has words of its own for the numbers of the system; resolvers count below zero.
        return os.strerror(error.errno) if error.errno > 0 else error.strerror
    return str(error) or type(error).__name__
