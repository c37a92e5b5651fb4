"""Measuring in a process of its own: the median of several runs, the peak of memory, a limit of time."""

import gc
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is spent on one measurement: at least ``runs`` runs unless one takes ``long`` seconds, and at least
    ``least`` seconds in all; a run that takes ``limit`` seconds is stopped. ``processor`` counts the seconds that the
    process computes, for what waits for nothing: other load of the machine is not counted."""

    runs: int = 7
    least: float = 0.3
    long: float = 4.0
    limit: float = 15.0
    processor: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """``seconds`` is the median (after one warm run), None where the limit was reached; ``peak`` is what the process
    grew by, ``resident`` its whole size, in bytes; ``result`` what was asked of the last result."""

    seconds: float | None
    runs: int
    peak: int = 0
    resident: int = 0
    result: object = None

    def ratio(self, other: "Measured", limit: float) -> tuple[float, bool] | None:
        """How many times as long ``other`` took; True with it where it is at least so much (it was stopped)."""
        if self.seconds is None:
            return None
        return (other.seconds if other.seconds is not None else limit) / self.seconds, other.seconds is None


def _nothing() -> None:
    """Nothing is to be forgotten."""


def measure(
    run: Callable[[], object],
    ask: Callable[[object], object],
    effort: Effort,
    forget: Callable[[], None] = _nothing,
) -> Measured:
    """Measure ``run`` in a child process; ``ask`` turns its result into something small to hand back; ``forget``
    clears, before each run, what would be remembered of the one before."""
    ours, theirs = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_child, args=(theirs, run, ask, effort, forget), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(effort.limit):
            return Measured(None, 0)
        told = ours.recv()
    except EOFError:
        raise RuntimeError("the measured process ended without a word") from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if isinstance(told, BaseException):
        raise told
    return told


def _child(
    pipe: Connection,
    run: Callable[[], object],
    ask: Callable[[object], object],
    effort: Effort,
    forget: Callable[[], None],
) -> None:
    try:
        pipe.send(_measured(run, ask, effort, forget))
    except Exception as error:  # handed over whole to whom started it
        pipe.send(error)


def _measured(
    run: Callable[[], object], ask: Callable[[object], object], effort: Effort, forget: Callable[[], None]
) -> Measured:
    gc.collect()
    gc.freeze()
    before = _resident()
    forget()
    clock = time.process_time if effort.processor else time.perf_counter
    warm, result = _timed(run, clock)
    peak = _resident()
    answer = ask(result)
    del result
    times: list[float] = []
    spent = 0.0
    # One run has the limit for itself: what is run again is run only while half of it is left.
    while warm + spent < effort.limit / 2 and warm < effort.long and (len(times) < effort.runs or spent < effort.least):
        forget()
        times.append(_timed(run, clock)[0])
        spent += times[-1]
    return Measured(statistics.median(times) if times else warm, len(times) or 1, peak - before, peak, answer)


def _timed(run: Callable[[], object], clock: Callable[[], float]) -> tuple[float, object]:
    start = clock()
    result = run()
    return clock() - start, result


def _resident() -> int:
    """The largest size that this process had, in bytes (the system counts KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
