"""The one hand that writes while many hosts are asked: looks are recorded and derived from in a thread of its own.

Waiting for the disk, or reading a large document, then holds up no host. A look is durable when `record` returns.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from storage.errors import BusyError
from storage.rows import Look
from storage.store import Store
from tracker.ingest import House, Progress, Settled, settle

T = TypeVar("T")

_HURRY = 2.0
"""Seconds in which what takes no time is still done when all is to end."""

_BUSY = 1.0
"""Seconds after which one that waits for another writer looks whether it is to end."""


class LeftError(Exception):
    """Long work was left where it can be gone on with."""


class Keeper:
    """Does work on a house, one piece at a time: what is long in the order given, what is short as soon as can be.

    A host is not asked again before its look is durable: deriving makes a pause for looks, which come to the disk
    together.

    ``opening`` opens the house in the thread that will use it. Not ``threaded``, all is done at once by the caller:
    with a clock of a test there is no other thread that could wait.

    ``patient`` makes it wait for other writers as long as they take, and hears who they are, once each time, in the
    keeper's thread. Without it BusyError is raised as usual.
    """

    def __init__(
        self,
        opening: Callable[[], AbstractContextManager[House]],
        *,
        threaded: bool = True,
        patient: Callable[[str], None] | None = None,
    ) -> None:
        """Keep what is needed; nothing is opened yet."""
        self._patient = patient
        self._opening = opening()
        self._thread = ThreadPoolExecutor(1, "keeper") if threaded else None
        self._house: House | None = None
        self._end: float | None = None
        self._short: deque[tuple[Callable[[House], Any], Future[Any]]] = deque()
        self._looks: deque[tuple[tuple[bytes | None, Look], Future[bool]]] = deque()

    def hurry(self, within: float = _HURRY) -> None:
        """Leave long work in so many seconds where it can be gone on with: what is recorded is derived later."""
        self._end = time.monotonic() + within

    @property
    def _hurried(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end

    async def __aenter__(self) -> "Keeper":
        """Open the house."""
        try:
            house = await self._run(self._opening.__enter__)
            if self._patient is not None:
                house.store.patience = _BUSY
            self._house = replace(house, progress=self._hear(house.progress), pause=self._leave)
        except BaseException:
            self._shut()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what was begun, or after an error leave it where it can be gone on with; close the house."""
        if kind is not None:
            self.hurry(0)
        try:
            await self._run(lambda: self._opening.__exit__(kind, error, trace))
        finally:
            self._house = None
            self._shut()

    async def do(self, work: Callable[[House], T]) -> T:
        """Return what ``work`` returns, done after all that was asked for before."""
        house = self._open()
        return await self._run(self._waiting(partial(work, house)))

    async def soon(self, work: Callable[[House], T]) -> T:
        """Return what ``work`` returns, which is short: what is long makes a pause for it."""
        if self._thread is None:
            return work(self._open())
        waiting: Future[T] = Future()
        self._short.append((work, waiting))
        return await self._paused(self._thread, waiting)

    async def record(self, data: bytes | None, look: Look) -> bool:
        """Keep a look and the bytes it brought; False where the same look stood already."""
        if self._thread is None:
            return self._open().store.record(data, look)
        waiting: Future[bool] = Future()
        self._looks.append(((data, look), waiting))
        return await self._paused(self._thread, waiting)

    async def bytes(self, sha: str) -> bytes:
        """Return the bytes of a capture. Raises DamagedCaptureError."""
        return await self.soon(lambda house: house.store.archive.get(sha))

    async def settle(self) -> Settled:
        """Derive all that follows from what was recorded, or what there is time for where that hurries."""
        try:
            return await self.do(settle)
        except LeftError:
            return Settled()

    def _hear(self, progress: Progress) -> Progress:
        """Return ``progress`` as a place where work that can wait is left."""

        def hear(stage: str, done: int, total: int) -> None:
            progress(stage, done, total)
            self._leave()

        return hear

    def _leave(self) -> None:
        """Make a pause in long work, or leave it: nothing is lost between two looks, or between two documents."""
        self._pause()
        if self._hurried:
            raise LeftError

    def _waiting(self, work: Callable[[], T]) -> Callable[[], T]:
        """Return ``work`` as done when no other process writes any more."""
        patient = self._patient
        if patient is None:
            return work

        def patiently() -> T:
            told = False
            while True:
                try:
                    return work()
                except BusyError as error:
                    if self._end is not None:
                        raise
                    if not told:
                        patient(error.holder)
                    told = True

        return patiently

    def _open(self) -> House:
        assert self._house is not None, "the keeper is not at work"
        return self._house

    async def _paused(self, thread: ThreadPoolExecutor, waiting: Future[T]) -> T:
        thread.submit(self._pause)
        return await asyncio.wrap_future(waiting)

    def _pause(self) -> None:
        """Do all that is short and waits, in the keeper's thread."""
        house = self._open()
        looks = _taken(self._looks)
        if len(looks) > 1:
            self._record_together(house.store, looks)
        else:
            self._record_each(house.store, looks)
        for work, waiting in _taken(self._short):
            _answer(waiting, self._waiting(partial(work, house)))

    def _record_each(self, store: Store, looks: "_Looks") -> None:
        for (data, look), waiting in looks:
            _answer(waiting, self._waiting(partial(store.record, data, look)))

    def _record_together(self, store: Store, looks: "_Looks") -> None:
        try:
            outcomes = self._waiting(partial(store.record_all, [each for each, _ in looks]))()
        except Exception:  # of one that is refused none is kept: each is told what becomes of its own
            self._record_each(store, looks)
            return
        for (_, waiting), new in zip(looks, outcomes, strict=True):
            waiting.set_result(new)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _shut(self) -> None:
        if self._thread is not None:
            self._thread.shutdown()


_Looks = Sequence[tuple[tuple[bytes | None, Look], Future[bool]]]


def _taken(waiting: "deque[tuple[T, Future[Any]]]") -> list[tuple[T, Future[Any]]]:
    """Take what waits now, but for what nobody waits for any more."""
    taken = [waiting.popleft() for _ in range(len(waiting))]
    return [each for each in taken if each[1].set_running_or_notify_cancel()]


def _answer(waiting: Future[Any], work: Callable[[], object]) -> None:
    try:
        waiting.set_result(work())
    except BaseException as error:  # whoever waits is told
        waiting.set_exception(error)
