"""What is asked of a server and what it answered: the values that fetching yields.

Nothing here says what an answer means for a document; that it is an error page is judged in ``scrapers.judging``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Failure = Literal[
    "address",
    "bomb",
    "connection",
    "dns",
    "encoding",
    "loop",
    "private",
    "protocol",
    "proxy",
    "redirects",
    "scheme",
    "timeout",
    "tls",
    "too_large",
    "truncated",
]
"""Why a request has no whole answer: a malformed address; a body that unpacks without end; no connection; no such
name; a content encoding that does not unpack; redirects in a loop; an address that is not public; no HTTP; a proxy that
fails; too many redirects; a scheme other than http and https; too slow; TLS refused; too many bytes; fewer bytes than
were promised."""


_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One address to be asked for. ``etag`` and ``modified`` (the validators of what we have) make it conditional;
    ``validated`` is the address that gave them, where it is known: no other one is sent them."""

    url: str
    etag: str | None = None
    modified: str | None = None
    referer: str | None = None
    validated: str | None = None

    @property
    def conditional(self) -> bool:
        """Whether the server may answer that nothing changed."""
        return self.etag is not None or self.modified is not None


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from an address to another: ``status`` of the answer that sent us on, ``how`` it did."""

    url: str
    status: int
    to: str
    how: Literal["redirect", "refresh"] = "redirect"

    @property
    def permanent(self) -> bool:
        """Whether the server said that the new address is the one to use from now on."""
        return self.status in (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. ``status`` is None where no answer came, ``failure`` set where it is not whole; ``body`` has the
    bytes without their content encoding, None where there were none or they were not kept. Names of ``headers`` are in
    lower case. ``peer`` is the address connected to, ``old_tls`` set where an insecure TLS was used (opt-in)."""

    ask: Ask
    final_url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    hops: tuple[Hop, ...] = ()
    failure: Failure | None = None
    detail: str = ""
    peer: str | None = None
    old_tls: bool = False

    @property
    def charset(self) -> str | None:
        """Return the charset that the server declares, as it writes it."""
        declared = _CHARSET.search(self.headers.get("content-type", ""))
        return declared[1] if declared is not None else None

    @property
    def permanent_url(self) -> str:
        """Return the address that the server wants to be asked for from now on: that of the first hop that is not
        permanent, or the last."""
        for hop in self.hops:
            if not hop.permanent:
                return hop.url
        return self.final_url
