"""The one hand that writes while many hosts are asked: looks are recorded and derived from in a thread of its own.

Waiting for the disk, or reading a large document, then holds up no host. A look is durable when `record` returns.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType
from typing import TypeVar

from storage.rows import Look
from tracker.ingest import House, Progress, Settled, settle

T = TypeVar("T")


class _LeftError(Exception):
    """Long work was left where it can be gone on with."""


class Keeper:
    """Does work on a house in the order given, one piece at a time.

    ``opening`` opens the house in the thread that will use it. Not ``threaded``, all is done at once by the caller:
    with a clock of a test there is no other thread that could wait.
    """

    def __init__(self, opening: Callable[[], AbstractContextManager[House]], *, threaded: bool = True) -> None:
        """Keep what is needed; nothing is opened yet."""
        self._opening = opening()
        self._thread = ThreadPoolExecutor(1, "keeper") if threaded else None
        self._house: House | None = None
        self._hurried = False

    def hurry(self) -> None:
        """Leave long work where it can be gone on with later: what is recorded is derived by the next run."""
        self._hurried = True

    async def __aenter__(self) -> "Keeper":
        """Open the house."""
        try:
            house = await self._run(self._opening.__enter__)
            self._house = replace(house, progress=self._hear(house.progress))
        except BaseException:
            self._shut()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what was begun, and close the house."""
        try:
            await self._run(lambda: self._opening.__exit__(kind, error, trace))
        finally:
            self._house = None
            self._shut()

    async def do(self, work: Callable[[House], T]) -> T:
        """Return what ``work`` returns, done after all that was asked for before."""
        house = self._house
        assert house is not None, "the keeper is not at work"
        return await self._run(lambda: work(house))

    async def record(self, data: bytes | None, look: Look) -> bool:
        """Keep a look and the bytes it brought; False where the same look stood already."""
        return await self.do(lambda house: house.store.record(data, look))

    async def bytes(self, sha: str) -> bytes:
        """Return the bytes of a capture. Raises DamagedCaptureError."""
        return await self.do(lambda house: house.store.archive.get(sha))

    async def settle(self) -> Settled:
        """Derive all that follows from what was recorded, or what there is time for where that hurries."""
        try:
            return await self.do(settle)
        except _LeftError:
            return Settled()

    def _hear(self, progress: Progress) -> Progress:
        """Return ``progress`` as a place where work that can wait is left."""

        def hear(stage: str, done: int, total: int) -> None:
            progress(stage, done, total)
            if self._hurried:
                raise _LeftError

        return hear

    async def _run(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _shut(self) -> None:
        if self._thread is not None:
            self._thread.shutdown()
