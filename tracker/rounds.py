"""Rounds: visits to many sources at once. Sources of one host follow each other; no host waits for another.

A pass (`tracker fetch`) begins every source and rests when all are done; the service begins each when it is due.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType

from tracker.looking import host_of
from tracker.settings import WebSource

Visiting = Callable[[WebSource], Awaitable[None]]
"""Visits one source, and records what came of it."""


class Rounds:
    """Visits what was begun, by host. Leaving the block ends what is still under way: looks that were recorded stay."""

    def __init__(self, visiting: Visiting) -> None:
        """Nothing is under way yet."""
        self._visiting = visiting
        self._queues: dict[str, deque[WebSource]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._begun: set[str] = set()
        self._failure: asyncio.Future[None] | None = None

    async def __aenter__(self) -> "Rounds":
        """Be ready to begin."""
        self._failure = asyncio.get_running_loop().create_future()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Abandon what is under way."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._failure is not None and self._failure.done():
            self._failure.exception()  # it was raised by whoever waited; nobody else has to hear of it

    def begin(self, source: WebSource) -> bool:
        """Visit ``source`` as soon as the sources of its host that were begun before are done; False where it is under
        way already."""
        if source.name in self._begun:
            return False
        self._begun.add(source.name)
        host = host_of(source)
        self._queues.setdefault(host, deque()).append(source)
        if host not in self._workers:
            self._workers[host] = asyncio.create_task(self._work(host), name=f"visits to {host}")
        return True

    async def rest(self) -> None:
        """Wait until everything that was begun is done. Raises what a visit could not deal with."""
        while self._workers:
            await self._first(asyncio.wait(self._workers.values(), return_when=asyncio.FIRST_COMPLETED))
        if self._failure is not None and self._failure.done():  # the last worker ended by it
            self._failure.result()

    async def failure(self) -> None:
        """Wait until a visit raises what it could not deal with, and raise it."""
        assert self._failure is not None
        await asyncio.shield(self._failure)

    async def _first(self, waiting: Awaitable[object]) -> None:
        assert self._failure is not None
        task = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait((task, self._failure), return_when=asyncio.FIRST_COMPLETED)
            if self._failure.done():
                self._failure.result()
        finally:
            task.cancel()

    async def _work(self, host: str) -> None:
        queue = self._queues[host]
        try:
            while queue:
                source = queue.popleft()
                try:
                    await self._visiting(source)
                finally:
                    self._begun.discard(source.name)
        except Exception as error:
            # A disk that is full, a database that is damaged: not this source's, and not to be gone on with.
            if self._failure is not None and not self._failure.done():
                self._failure.set_exception(error)
        finally:
            del self._queues[host], self._workers[host]
