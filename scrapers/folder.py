"""A folder as a source: which files stand in it, at which slot, seen on which day.

A folder named ``YYYY-MM-DD`` is a look on that day (00:00 in Asia/Shanghai) and no part of the slot, so that
``2024-10-12/wuhan.txt`` and ``2024-11-03/wuhan.txt`` are two looks at ``wuhan.txt``.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Literal

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_SHANGHAI = timezone(timedelta(hours=8))
_LITTER = frozenset(("thumbs.db", "desktop.ini"))


@dataclass(frozen=True, slots=True)
class Found:
    """One file: its ``slot`` (path in the folder without the dated part, ``/`` between), and the day of the look."""

    slot: str
    path: Path
    at: date | None = None

    @property
    def moment(self) -> str | None:
        """Return the moment of the look in UTC, ``YYYY-MM-DDTHH:MM:SSZ``, None outside of dated folders."""
        if self.at is None:
            return None
        day = datetime(self.at.year, self.at.month, self.at.day, tzinfo=_SHANGHAI)
        return day.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was left aside, and why; ``detail`` is the system's word on it.

    ``hidden`` (a dot file or a program's litter), ``unreadable``, ``link`` (to a folder or to nothing), ``special``
    (no regular file).
    """

    path: Path
    reason: Literal["hidden", "unreadable", "link", "special"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands in a folder: the oldest look first, files without a date last, then by slot."""

    found: tuple[Found, ...]
    skipped: tuple[Skipped, ...]


class FolderError(Exception):
    """A source's folder that is not there or can't be listed; ``path`` is the folder."""

    def __init__(self, path: Path, why: str) -> None:
        """Say which folder, and why."""
        super().__init__(f"{path}: {why}")
        self.path = path


def walk(folder: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Listing:
    """List the files of ``folder`` that match a pattern of ``include`` (all if there is none) and none of ``exclude``.

    A pattern without ``/`` is held against the file's name, else against its path in the folder; ``*`` and ``?``
    stop at ``/``, ``**/`` stands for any folders. Raises FolderError.
    """
    if not folder.is_dir():
        raise FolderError(folder, "is not a folder" if folder.exists() else "there is no such folder")
    found: list[Found] = []
    skipped: list[Skipped] = []
    for path, trouble in _files(folder):
        if trouble is not None:
            skipped.append(trouble)
            continue
        entry = _entry(folder, path)
        inside = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        wanted = not include or _matches(include, entry.slot, inside)
        if wanted and not _matches(exclude, entry.slot, inside):
            found.append(entry)
    found.sort(key=lambda entry: (entry.at or date.max, entry.slot, entry.path.as_posix()))
    skipped.sort(key=lambda left: left.path.as_posix())
    return Listing(tuple(found), tuple(skipped))


def _files(folder: Path) -> Iterator[tuple[Path, Skipped | None]]:
    """Yield every regular, readable file below ``folder`` with None, everything else with why it is left aside."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield folder, Skipped(folder, "unreadable", error.strerror or "")
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith((".", "~$")) or entry.name.lower() in _LITTER:
            yield path, Skipped(path, "hidden")
        elif entry.is_dir(follow_symlinks=False):
            yield from _files(path)
        else:
            yield path, _trouble(path)


def _trouble(path: Path) -> Skipped | None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return Skipped(path, "link" if path.is_symlink() else "unreadable", error.strerror or "")
    if stat.S_ISDIR(mode):
        return Skipped(path, "link", "a link to a folder is not followed")
    if not stat.S_ISREG(mode):
        return Skipped(path, "special")
    return None if os.access(path, os.R_OK) else Skipped(path, "unreadable", os.strerror(13))


def _entry(folder: Path, path: Path) -> Found:
    parts = list(path.relative_to(folder).parts)
    for index, part in enumerate(parts[:-1]):
        day = _day(part)
        if day is not None:
            del parts[index]
            return Found(unicodedata.normalize("NFC", "/".join(parts)), path, day)
    return Found(unicodedata.normalize("NFC", "/".join(parts)), path)


def _day(name: str) -> date | None:
    if not name.isascii() or _DATED.match(name) is None:
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _matches(patterns: Sequence[str], slot: str, inside: str) -> bool:
    name = slot.rpartition("/")[2]
    return any(
        _pattern(pattern).match(slot) is not None or _pattern(pattern).match(inside) is not None
        if "/" in pattern
        else _pattern(pattern).match(name) is not None
        for pattern in patterns
    )


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", unicodedata.normalize("NFC", pattern).removeprefix("./"))
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(piece) or re.escape(piece) for piece in pieces) + r"\Z", re.DOTALL)
