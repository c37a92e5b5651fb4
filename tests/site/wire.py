"""What a site is asked and what it answers: plain values, and the manners in which an answer can travel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``target`` is path and query as sent; names of ``headers`` are in lower case."""

    at: datetime
    host: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    method: str = "GET"

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])

    @property
    def conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";") if "=" in part)
        return {name: value for name, _, value in pairs}


@dataclass(frozen=True, slots=True)
class Plain:
    """The whole answer at once, with its true length."""


@dataclass(frozen=True, slots=True)
class Drip:
    """``piece`` bytes of the body every ``every`` seconds."""

    piece: int = 1
    every: float = 0.05


@dataclass(frozen=True, slots=True)
class Hang:
    """The connection stands and nothing comes: no word at all, or (``headers``) nothing behind the headers."""

    headers: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends after ``after`` bytes of the body, though its length (or the last chunk) was promised."""

    after: int = 100
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Lying:
    """The promised length is ``by`` bytes more (or less) than come; then the connection ends."""

    by: int


@dataclass(frozen=True, slots=True)
class Endless:
    """The body is sent again and again and never ends; ``chunked`` or just streaming."""

    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is torn down before a word is said."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """What comes is no HTTP."""


Manner = Plain | Drip | Hang | Cut | Lying | Endless | Reset | Garbage

PLAIN = Plain()

Header = tuple[str, str | bytes]
"""A header's name and value; bytes are sent as they are (sites put GBK there)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. ``body`` are the bytes as they travel (packed, where a header says so)."""

    status: int = 200
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    manner: Manner = PLAIN

    @property
    def reason(self) -> str:
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Unknown"

    def header(self, name: str) -> str | None:
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value if isinstance(value, str) else value.decode("latin-1")
        return None

    def having(self, *headers: Header) -> "Reply":
        """Return the reply with headers put in the place of those of the same names."""
        names = {name.lower() for name, _ in headers}
        return replace(self, headers=(*(h for h in self.headers if h[0].lower() not in names), *headers))

    @property
    def promised(self) -> int | None:
        """The length that the headers promise, None where the end of the connection or of the chunks is the end."""
        manner = self.manner
        if isinstance(manner, Endless) or (isinstance(manner, Cut) and manner.chunked):
            return None
        return len(self.body) + (manner.by if isinstance(manner, Lying) else 0)

    @property
    def chunked(self) -> bool:
        return isinstance(self.manner, Cut | Endless) and self.manner.chunked

    def head(self) -> bytes:
        """Return the status line and headers as they stand on the wire, the empty line included."""
        lines = [f"HTTP/1.1 {self.status} {self.reason}".encode()]
        for name, value in self.sent():
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("utf-8")))
        return b"\r\n".join([*lines, b"", b""])

    def sent(self) -> Iterable[Header]:
        """Yield the headers as they are sent: what was set, then length or chunks."""
        yield from self.headers
        if self.chunked:
            yield "Transfer-Encoding", "chunked"
        elif self.promised is not None and self.status != 304:
            yield "Content-Length", str(self.promised)
