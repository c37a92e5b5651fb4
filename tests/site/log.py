"""What a site saw of those who asked it: the measure of politeness, taken where it is felt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from tests.site.wire import Asked


@dataclass(slots=True)
class Entry:
    """One request: when it came (``at``) and when its answer had gone out or was given up (``done``); ``forbidden``:
    since when robots.txt had closed this address."""

    asked: Asked
    status: int | None = None
    done: datetime | None = None
    forbidden: datetime | None = None

    @property
    def at(self) -> datetime:
        return self.asked.at

    @property
    def robots(self) -> bool:
        return self.asked.path == "/robots.txt"


@dataclass(slots=True)
class Log:
    """Every request in the order of arrival."""

    entries: list[Entry] = field(default_factory=list[Entry])
    _open: dict[str, int] = field(default_factory=dict[str, int])
    _most: dict[str, int] = field(default_factory=dict[str, int])

    def begin(self, entry: Entry) -> None:
        """Write down a request that came."""
        host = entry.asked.host
        self.entries.append(entry)
        self._open[host] = self._open.get(host, 0) + 1
        self._most[host] = max(self._most.get(host, 0), self._open[host])

    def end(self, entry: Entry, at: datetime) -> None:
        """Write down that its answer is out, or given up; a second time it changes nothing."""
        if entry.done is None:
            entry.done = at
            self._open[entry.asked.host] -= 1

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def of(self, host: str | None = None, target: str | None = None) -> list[Entry]:
        """Return the requests to a host, an address of it (``target``: path and query, or the path alone), or all."""
        return [
            entry
            for entry in self.entries
            if host in (None, entry.asked.host) and target in (None, entry.asked.target, entry.asked.path)
        ]

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(sorted({entry.asked.host for entry in self.entries}))

    def least_gap(self, host: str) -> float | None:
        """Return the least time between the arrivals of two requests at ``host`` in seconds; None below two."""
        return _least(self.of(host), lambda one, two: two.at - one.at)

    def least_rest(self, host: str) -> float | None:
        """Return the least time between the end of an answer and the next request in seconds: negative where a
        request came before the last one was answered; None below two."""
        return _least(self.of(host), lambda one, two: two.at - (one.done or two.at))

    def at_once(self, host: str) -> int:
        """Return how many requests ``host`` had to answer at the same time at most."""
        return self._most.get(host, 0)

    def disallowed_hits(self, *, grace: timedelta = timedelta(0)) -> list[Entry]:
        """Return the requests for what robots.txt had closed for longer than ``grace`` (it may be kept for a day)."""
        return [
            entry
            for entry in self.entries
            if entry.forbidden is not None and not entry.robots and entry.at - entry.forbidden >= grace
        ]

    def unconditional(self, target: str, host: str | None = None) -> list[Entry]:
        """Return the requests for an address that asked for its bytes whatever they are."""
        return [entry for entry in self.of(host, target) if not entry.asked.conditional]

    def conditional(self, target: str, host: str | None = None) -> list[Entry]:
        """Return the requests for an address that would have taken “not modified” for an answer."""
        return [entry for entry in self.of(host, target) if entry.asked.conditional]

    def agents(self) -> frozenset[str]:
        return frozenset(entry.asked.headers.get("user-agent", "") for entry in self.entries)


def _least(entries: list[Entry], between: Callable[[Entry, Entry], timedelta]) -> float | None:
    return min((between(one, two).total_seconds() for one, two in pairwise(entries)), default=None)
