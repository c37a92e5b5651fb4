"""Where the work is done: a configuration and the data folder that it names, opened for asking or for deriving."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from storage.archive import Archive
from storage.store import Store
from tracker import config as configuration
from tracker.config import Config
from tracker.ingest import Clock, House, Progress
from tracker.moments import stamp
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load


def now() -> str:
    """Return the present moment: UTC, ``YYYY-MM-DDTHH:MM:SSZ``."""
    return stamp(datetime.now(UTC))


def silent(stage: str, done: int, total: int) -> None:
    """Hear of progress and say nothing."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A configuration, and a clock for what is done now."""

    config: Config = field(default_factory=Config)
    clock: Clock = now

    @classmethod
    def find(cls, path: Path | None = None) -> "Workspace":
        """Return the workspace of the configuration ``path``; None: of ``./config.toml``, or where there is none the
        defaults, with ``data/`` in the current folder. Raises ConfigError."""
        if path is None:
            path = Path(configuration.NAME)
            if not path.exists():
                return cls()
        return cls(configuration.load(path))

    @property
    def names(self) -> Names:
        """The names of units that the configuration declares."""
        return Names.of(self.config.units)

    def asking(self) -> Store:
        """Open what is kept for asking. Raises MissingDatabaseError where nothing was gathered yet."""
        return Store.open(self.config.data, read_only=True)

    def reader(self, archive: Archive | None = None) -> Reader:
        """Return what reads captures, and bytes that are in no archive."""
        kept = archive or Archive(self.config.data / "archive")
        return Reader(kept, load(), self.names, self.config.limits)

    @contextmanager
    def house(self, progress: Progress = silent) -> Generator[House]:
        """Open what is kept for recording and deriving; what is not there yet is made."""
        with Store.open(self.config.data) as store:
            yield House(store, self.reader(store.archive), self.clock, progress)
