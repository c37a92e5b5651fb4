"""One request: sent to a judged address, answered within hard limits, whatever the server does."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import httpcore2
import httpx2

from scrapers.answers import Ask, Failure
from scrapers.net.addresses import Network
from scrapers.net.connecting import Gate, Trail, Wire, words
from scrapers.net.failures import NoAnswerError
from scrapers.net.resolving import Resolver, SystemResolver
from scrapers.net.targets import Target, target
from scrapers.net.unpacking import ENCODINGS, Unpacker


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of one request. ``timeout``: seconds from the look-up of the name to the last byte; ``size``: bytes
    of the body without its content encoding; ``ratio``: how many times larger than what came, beyond the first MiB."""

    timeout: float = 120.0
    size: int = 50_000_000
    ratio: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What one request came to. ``status`` is None where no head of an answer came; ``body`` is None where it is not
    whole, and ``detail`` then says how much of it came. Names of ``headers`` are in lower case, values of one name are
    joined by a comma. ``peer``: the address connected to (the proxy's, behind one). ``old_tls``: an insecure TLS was
    permitted for it. ``set_cookies``: an empty value takes the cookie back."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    failure: Failure | None = None
    detail: str = ""
    peer: str | None = None
    old_tls: bool = False
    set_cookies: Mapping[str, str] = field(default_factory=dict[str, str])


class Client:
    """Sends single requests: no redirects, no retries, no cookies of its own, no settings from the environment.

    With a ``transport``, which takes the place of the network, addresses are judged where the URL holds one or where a
    ``resolver`` is given; it finds ``old_tls`` and ``proxy`` among the request's extensions.
    """

    def __init__(
        self,
        *,
        agent: str,
        limits: Limits,
        private: tuple[Network, ...] = (),
        resolver: Resolver | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """``agent``: the User-Agent, with a contact; ``private``: networks allowed beside the public ones.

        Raises ValueError where ``agent`` can't stand in a header.
        """
        if not agent.strip() or not agent.isprintable():
            raise ValueError(f"no user agent: {agent!r}")
        self._agent = agent.strip()
        self._limits = limits
        self._names_judged = transport is None or resolver is not None
        self._gate = Gate(resolver or SystemResolver(), private)
        self._transport = transport
        self._wire = Wire(self._gate)

    @property
    def agent(self) -> str:
        """The User-Agent."""
        return self._agent

    async def send(
        self,
        ask: Ask,
        *,
        old_tls: bool = False,
        proxy: str | None = None,
        cookies: Mapping[str, str] = {},
        timeout: float | None = None,
    ) -> Exchange:
        """Send one request and return what came of it; what a server does is never raised.

        ``old_tls`` permits old protocols and ciphers and any certificate; ``proxy``: ``http://user:password@host:port``
        or https; ``timeout``: seconds, instead of the limits'.
        """
        seconds = self._limits.timeout if timeout is None else timeout
        trail = Trail()
        response: httpx2.Response | None = None
        body: bytes | None = None
        failed: NoAnswerError | None = None
        secure = True
        try:
            async with asyncio.timeout(seconds):
                aim = target(ask.url)
                secure = aim.scheme == "http" or not old_tls
                response = await self._open(ask, aim, trail, cookies, old_tls=not secure, proxy=proxy)
                try:
                    body = await self._body(response, trail)
                finally:
                    await response.aclose()
        except NoAnswerError as error:
            failed = error
        except TimeoutError:
            failed = NoAnswerError("timeout", f"no whole answer within {seconds:g} s; {trail.received:,} bytes came")
        except (*_ERRORS, OSError) as error:
            failed = _failed(error, trail, begun=response is not None)
        return Exchange(
            status=None if response is None else response.status_code,
            headers={} if response is None else _headers(response.headers.raw),
            body=body,
            failure=failed and failed.failure,
            detail=failed.detail if failed else "",
            peer=trail.peer,
            old_tls=not secure,
            set_cookies={} if response is None else _cookies(response.headers.raw),
        )

    async def close(self) -> None:
        """Let go of what is held. Requests under way are their callers' to cancel."""
        if self._transport is not None:
            await self._transport.aclose()

    async def _open(
        self, ask: Ask, aim: Target, trail: Trail, cookies: Mapping[str, str], *, old_tls: bool, proxy: str | None
    ) -> httpx2.Response:
        if aim.address is not None:
            self._gate.check(str(aim.address), aim.address)
        request = httpx2.Request(
            "GET",
            aim.url,
            headers=self._asking(ask, aim, cookies),
            extensions={"old_tls": old_tls, "proxy": proxy},
        )
        if self._transport is None:
            return await self._wire.open(request, aim, trail, old_tls=old_tls, proxy=proxy)
        if self._names_judged or aim.name == "localhost":
            await self._gate.allowed(aim.name, aim.port)
        return await self._transport.handle_async_request(request)

    def _asking(self, ask: Ask, aim: Target, cookies: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        headers = {
            "Host": aim.authority,
            "User-Agent": self._agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            "Accept-Encoding": ENCODINGS,
            "Connection": "close",
            "If-None-Match": ask.etag,
            "If-Modified-Since": ask.modified,
            "Referer": _referer(ask.referer, aim),
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
        }
        return [(name.encode(), _sendable(value)) for name, value in headers.items() if value]

    async def _body(self, response: httpx2.Response, trail: Trail) -> bytes:
        """Return the body, unpacked, as many bytes as were promised. Raises NoAnswerError."""
        unpacker = Unpacker(
            response.headers.get("content-encoding", ""), size=self._limits.size, ratio=self._limits.ratio
        )
        promised = None if response.status_code in (204, 304) else _length(response.headers)
        if promised is not None and promised > self._limits.size:
            raise NoAnswerError("too_large", f"{promised:,} bytes announced, more than {self._limits.size:,}")
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        pieces = response.stream.__aiter__()
        try:
            n = 0
            async for piece in pieces:
                n += 1
                if n % _TURN == 0:  # thousands of tiny chunks come in one read: other hosts have their turn between
                    await asyncio.sleep(0)
                if self._transport is not None:
                    trail.take(len(piece))
                unpacker.feed(piece)
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()
        if promised is None:
            return unpacker.body()
        came = max(unpacker.received, trail.body)
        if came < promised:
            raise NoAnswerError("truncated", f"{came:,} of {promised:,} bytes came")
        if came > promised + len(b"\r\n"):
            raise NoAnswerError("protocol", f"{promised:,} bytes were announced, but {came:,} came")
        return unpacker.body()


_TURN = 256
_ERRORS = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.TimeoutException,
    httpx2.TransportError,
    ssl.SSLError,
)


def _failed(error: Exception, trail: Trail, *, begun: bool) -> NoAnswerError:
    """Say what an error of the layers below means; ``begun``: the head of the answer had come."""
    said = words(error)
    if isinstance(error, ssl.SSLError):
        return NoAnswerError("tls", said)
    if isinstance(error, httpcore2.TimeoutException | httpx2.TimeoutException):
        return NoAnswerError("timeout", said)
    if isinstance(error, httpcore2.ProxyError | httpx2.ProxyError):
        return NoAnswerError("proxy", said)
    if isinstance(error, httpcore2.RemoteProtocolError) and trail.received and not trail.ended:
        return NoAnswerError("protocol", said)
    if isinstance(error, httpx2.RemoteProtocolError) and not begun:  # of a transport in the network's place
        return NoAnswerError("protocol", said)
    if begun or trail.received:
        return NoAnswerError("truncated", f"the answer broke off; {trail.body:,} bytes of its body came")
    return NoAnswerError("connection", said)


def _length(headers: httpx2.Headers) -> int | None:
    """The length that counts: none beside a transfer encoding (RFC 9112, 6.3)."""
    text = headers.get("content-length", "").partition(",")[0].strip()
    return int(text) if text.isdecimal() and text.isascii() and "transfer-encoding" not in headers else None


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        # An address is a matter of bytes: what its server wrote in GBK it wants to be asked for in GBK.
        text = quote(value, safe=_ASCII) if key == "location" else _text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


_ASCII = "".join(map(chr, range(0x80)))


def _text(value: bytes) -> str:
    """Names of files in Content-Disposition come as bytes of UTF-8 or of GBK, whatever the standard says."""
    for charset in ("utf-8", "gb18030"):
        try:
            return value.decode(charset)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def _cookies(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    cookies: dict[str, str] = {}
    for name, value in raw:
        if name.lower() != b"set-cookie":
            continue
        pair, _, attributes = _text(value).partition(";")
        key, equals, content = pair.partition("=")
        if not equals or not key.strip():
            continue
        cookies[key.strip()] = "" if _TAKEN_BACK.search(attributes) else content.strip()
    return cookies


# A cookie is taken back by an age of nothing or, so that old browsers understand it, by the beginning of time.
_TAKEN_BACK = re.compile(r"max-age\s*=\s*(?:0+|-\d+)\s*(?:;|$)|expires\s*=[^;]*\b1970\b", re.IGNORECASE)


def _sendable(value: str) -> bytes:
    return "".join(each for each in value if each == "\t" or ord(each) >= 0x20).strip().encode("utf-8", "ignore")


def _referer(url: str | None, aim: Target) -> str | None:
    """The address that led here, as browsers tell it: whole to the same origin, else the origin, nothing to http."""
    if url is None:
        return None
    try:
        page = target(url)
    except NoAnswerError:
        return None
    if page.scheme == "https" and aim.scheme == "http":
        return None
    return page.url if page.origin == aim.origin else page.origin + "/"
