"""A loop whose time passes at once: it jumps to the next timer when there is nothing to do.

For code that waits by ``asyncio.sleep``, ``asyncio.timeout`` and ``loop.time()`` only. Sockets of this process work as
well (what one side has sent is there when the loop looks), threads do not: nothing tells the loop to wait for one.
"""

import asyncio
import math
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Shanghai."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that never sleeps. ``start`` is the UTC time at which its ``time()`` is 0; ``patience``: for how
    many real seconds it waits for other threads when no timer runs."""

    patience = 5.0

    def __init__(self, start: datetime = START) -> None:
        self._elapsed = 0.0
        self.start = start
        super().__init__(_Impatient(self))

    def time(self) -> float:
        """Return the seconds that have passed since ``start``."""
        return self._elapsed

    def now(self) -> datetime:
        """Return the time of day that it is, UTC."""
        return self.start + timedelta(seconds=self._elapsed)

    def let_pass(self, seconds: float) -> None:
        """Make it later."""
        self._elapsed += seconds
        # After some months a float can't tell a timer's time from the end of the clock's tick, and the timer that is
        # due would never be found to be.
        self._clock_resolution = max(1e-9, 4 * math.ulp(self._elapsed))


class _Impatient(selectors.DefaultSelector):
    """A selector that lets virtual time pass instead of waiting, and refuses to wait for nothing."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if events or timeout == 0:
            return events
        if timeout is None:
            # Nothing is due. What another thread was asked for may still come; nothing else will.
            events = super().select(self._loop.patience)
            if not events:
                raise RuntimeError("nothing will ever happen: every task waits for something that no timer ends")
            return events
        self._loop.let_pass(max(timeout, 0))
        return []


def run(main: Callable[[], Coroutine[Any, Any, T]], start: datetime = START) -> T:
    """Run ``main()`` to its end in a virtual loop that begins at ``start``, and close the loop."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(start)) as runner:
        return runner.run(main())


def clock(loop: asyncio.AbstractEventLoop | None = None) -> Callable[[], datetime]:
    """Return a function that tells the time (UTC) of a virtual ``loop``, the running one if none is given."""
    virtual = loop or asyncio.get_running_loop()
    assert isinstance(virtual, VirtualLoop), "a clock of a virtual loop was asked for in a real one"
    return virtual.now
