"""What an address on the web says, read as browsers read it: where to connect and what to ask for there."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

import idna

from scrapers.net.addresses import Address, literal
from scrapers.net.failures import NoAnswerError


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. ``host``: ASCII, lower case, IPv6 in brackets, as the Host header has it; ``address`` set
    where the host is one; ``path``: path and query, ASCII, percent-encoded."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def origin(self) -> str:
        """The start of the address: ``https://www.example.gov.cn``, ``http://127.0.0.1:8080``."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """The host, with the port where it is not the scheme's own."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address, without fragment and credentials."""
        return self.origin + self.path

    @property
    def name(self) -> str:
        """The host as certificates and resolvers know it: without brackets and without the dot of the root."""
        return self.host.strip("[]").removesuffix(".")


def target(url: str) -> Target:
    """Read ``url`` as browsers do (WHATWG URL): white space around it and line breaks in it dropped, ``\\`` for ``/``,
    other characters than ASCII percent-encoded as UTF-8, international names in ASCII, numbers that are IPv4 addresses.

    Credentials in it are not sent. Raises NoAnswerError: ``scheme`` for another than http and https, else ``address``.
    """
    if len(url) > _LONGEST:
        raise NoAnswerError("address", f"{url[:80]!r}… is {len(url):,} characters long")
    text = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(0x21)))))
    scheme, colon, rest = text.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise NoAnswerError("address", f"{url!r} is not a whole address")
    scheme = scheme.lower()
    if scheme not in _PORTS:
        raise NoAnswerError("scheme", f"{scheme}: is neither http nor https")
    slashes = re.match(r"[/\\]{2,}", rest)
    if slashes is None:
        raise NoAnswerError("address", f"{url!r} names no host")
    rest = rest[slashes.end() :].partition("#")[0]
    rest, mark, query = rest.partition("?")
    authority, slash, path = rest.replace("\\", "/").partition("/")
    try:
        host, port = _authority(authority.rpartition("@")[2])
        where = literal(host)
        path = quote(_without_dots(slash + path), safe=_PATH) + (mark and "?" + quote(query, safe=_QUERY))
    except ValueError as error:  # what is no address, no name, no text
        raise NoAnswerError("address", f"{url!r}: {error}") from error
    if where is not None:
        host = str(where) if where.version == 4 else f"[{where}]"
    return Target(scheme, host, _PORTS[scheme] if port is None else port, path, where)


def _authority(text: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?", text)
    if found is None:
        raise ValueError(f"{text!r} is no host and port")
    port = int(found[2]) if found[2] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"there is no port {port}")
    return _host(found[1]), port


def _host(text: str) -> str:
    if text.startswith("["):
        return text.lower()
    host = unquote(text, errors="strict")
    # Full-width letters and dots (ｗｗｗ。) are mapped before anything is judged, as browsers do.
    host = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    labels = host.removesuffix(".").split(".")
    if not re.fullmatch(r"[a-z0-9._-]+", host) or len(host) > 254 or not all(0 < len(each) < 64 for each in labels):
        raise ValueError(f"{text!r} is no name of a host")
    return host


def _without_dots(path: str) -> str:
    if "." not in path and "%" not in path:
        return path or "/"
    kept: list[str] = []
    parts = path.split("/")[1:]
    for n, part in enumerate(parts):
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(part)
        if plain in (".", "..") and n == len(parts) - 1:
            kept.append("")
    return "/" + "/".join(kept)


_LONGEST = 16_384
_PORTS = {"http": 80, "https": 443}
# What browsers leave as it is (WHATWG URL, "path percent-encode set", "special-query percent-encode set").
_PATH = "!$%&'()*+,-./:;=@[\\]_|~"
_QUERY = "!$%&()*+,-./:;=?@[\\]^_`{|}~"
