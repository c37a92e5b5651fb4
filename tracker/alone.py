"""One run at a time looks at sources: two would ask a host twice as often as it is promised."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from storage.archive import written_to

LOCK = "looking.lock"
"""The file in the data folder that whoever looks holds."""


class LookingError(Exception):
    """Another run is looking at sources; ``holder`` says which process."""

    def __init__(self, path: Path, holder: str) -> None:
        """Keep the lock's ``path`` and its ``holder``."""
        super().__init__(f"{path}: held by {holder}")
        self.path, self.holder = path, holder


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Hold the lock of whoever looks, in the data ``folder``; a kill frees it. Raises LookingError."""
    path = folder / LOCK
    with written_to(path):
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="ascii")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LookingError(path, file.read().strip()) from None
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}\n")
        file.flush()
        yield
