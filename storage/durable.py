"""Writing that is on the disk when the call returns, and the errors of it that a user can act upon."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from errno import EACCES, EDQUOT, EFBIG, ENOSPC, EPERM, EROFS
from pathlib import Path

from storage.errors import DiskFullError, ReadOnlyError


@contextmanager
def written_to(path: Path) -> Generator[None, None, None]:
    """Turn errors of writing ``path`` that a user can act upon into DiskFullError and ReadOnlyError."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT, EFBIG):
            raise DiskFullError(path) from error
        if error.errno in (EACCES, EPERM, EROFS):
            raise ReadOnlyError(path) from error
        raise


def make(folder: Path) -> None:
    """Make ``folder`` and those above it, each on the disk."""
    if folder.is_dir():
        return
    make(folder.parent)
    folder.mkdir(exist_ok=True)
    settle(folder.parent)


def settle(folder: Path) -> None:
    """Bring the names in ``folder`` to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
