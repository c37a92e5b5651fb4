"""How one host is asked: what a configuration says of it."""

from dataclasses import dataclass
from datetime import time
from typing import Protocol


class Quiet(Protocol):
    """Hours of the day, in Asia/Shanghai, in which to stay away."""

    def has(self, at: time, /) -> bool:
        """Tell whether ``at`` is one of them."""
        ...


@dataclass(frozen=True, slots=True)
class HostRule:
    """How a host is asked. ``pace``: seconds from an answer to the next request; ``timeout``: seconds for one request,
    None for the client's own; ``quiet``: when it is not asked at all; ``old_tls``: TLS as old servers speak it."""

    pace: float = 5.0
    timeout: float | None = None
    quiet: tuple[Quiet, ...] = ()
    proxy: str | None = None
    old_tls: bool = False
