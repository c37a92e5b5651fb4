"""How everything is decoded that others made: in a worker that can be killed, but for short texts and web pages.

What reads those is ours and lxml's, and takes time and memory by their length alone: for `NEAR` bytes of the worst
that is known two seconds and 200 MB. The same bytes give the same blocks in either place.
"""

import atexit
import os
import threading

from scrapers import decode as here
from scrapers.blocks import Decoded, Unpacked
from scrapers.decode import formats
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import LIMITS, Limits

__all__ = ["close", "decode", "unpack"]

NEAR = 1 << 20
"""Bytes of a text or a web page up to which it is read where it is: ten times a long disclosure."""

_AT_ONCE = 2
_LOCK = threading.Lock()
_POOLS: dict[Limits, Workers] = {}


def decode(data: bytes, *, name: str = "", declared_charset: str | None = None, limits: Limits = LIMITS) -> Decoded:
    """Return what `scrapers.decode.decode` returns, or raise what `Workers.decode` raises. Safe in any thread."""
    if len(data) <= NEAR and not formats.kind(data):
        return here.decode(data, name=name, declared_charset=declared_charset, limits=limits)
    return _workers(limits).decode(data, name=name, declared_charset=declared_charset)


def unpack(data: bytes, *, name: str = "", limits: Limits = LIMITS) -> Unpacked:
    """Return what `scrapers.decode.unpack` returns, or raise what `Workers.unpack` raises. Safe in any thread."""
    return _workers(limits).unpack(data, name=name)


def close() -> None:
    """End the workers, which otherwise end with the process; what is decoded later starts others."""
    with _LOCK:
        pools = list(_POOLS.values())
        _POOLS.clear()
    for pool in pools:
        pool.close()


def _workers(limits: Limits) -> Workers:
    with _LOCK:
        if limits not in _POOLS:
            _POOLS[limits] = Workers(limits, at_once=_AT_ONCE)
        return _POOLS[limits]


atexit.register(close)
# The workers of a process are not those of one that was forked off it.
os.register_at_fork(after_in_child=_POOLS.clear)
