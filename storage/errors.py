# ruff: noqa: D107  (what an error is made of stands in its class)
"""What can go wrong with the store, as types whose message says what, where and what to do."""

from collections.abc import Sequence
from pathlib import Path


class StorageError(Exception):
    """Something of the store failed; ``path`` is the file or folder."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class MissingDatabaseError(StorageError):
    """There is no database yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "there is no database here; `tracker ingest` or `tracker fetch` makes one")


class NewerDatabaseError(StorageError):
    """The database was written by a newer program; ``names`` are the migrations that we do not know."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        super().__init__(
            path,
            f"was written by a newer version of the program (unknown migrations: {', '.join(names)}); "
            "install that version or a later one, or move the file away and run `tracker rebuild`",
        )
        self.names = tuple(names)


class ReadOnlyError(StorageError):
    """The file or its folder cannot be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "cannot be written; give yourself write permission on the file and its folder")


class DiskFullError(StorageError):
    """No room is left; what was acknowledged is kept."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "no room is left on the disk; free some and run the command again, nothing was lost")


class BusyError(StorageError):
    """Another process held the store for longer than we wait."""

    def __init__(self, path: Path, seconds: float, holder: str = "") -> None:
        who = f"another process ({holder})" if holder else "another process"
        super().__init__(
            path, f"{who} is writing and did not finish within {seconds:g} s; wait for it and run the command again"
        )
        self.holder = holder


class DamagedDatabaseError(StorageError):
    """The file is not a database, or is damaged."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            path,
            f"is not a sound database ({what}); move it away and run `tracker rebuild`, the archive has all",
        )


class DamagedCaptureError(StorageError):
    """A capture's bytes are missing or are not those of its hash."""

    def __init__(self, path: Path, sha: str, what: str) -> None:
        super().__init__(path, f"capture {sha} {what}; restore the file from a copy of the archive")
        self.sha = sha


class DamagedRecordError(StorageError):
    """A line of an append-only file is not a record."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(path, f"line {line}: {what}; restore the file from a copy of the archive")
        self.line = line


class StaleContentsError(StorageError):
    """Contents were left out as unchanged, but the database has none or others."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, f"{what} was said to be unchanged, but is not in the database; derive it again")


class UnfinishedBuildError(StorageError):
    """A generation that was built beside does not hold what it should; the old one stands."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, f"the new generation is not complete ({what}); the old one stands")
