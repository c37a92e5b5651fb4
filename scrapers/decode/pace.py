"""More time for what takes long by its nature: a page that is recognized takes seconds, a page of text milliseconds.

Whoever decodes says that such a page begins; whoever watches over its time (`scrapers.decode.isolation`) grants it.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar


def _nobody() -> None:
    """Nobody watches."""


_GRANTS: ContextVar[Callable[[], None]] = ContextVar("grants", default=_nobody)


def extended() -> None:
    """Say that a page begins that takes long."""
    _GRANTS.get()()


@contextmanager
def watched(grant: Callable[[], None]) -> Generator[None]:
    """Call ``grant`` for each such page that begins inside."""
    token = _GRANTS.set(grant)
    try:
        yield
    finally:
        _GRANTS.reset(token)
