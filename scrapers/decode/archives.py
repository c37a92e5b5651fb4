"""Archives to the files inside, from memory to memory: nothing is ever written where a name in an archive says.

ZIP by the standard library; RAR through unar, unrar or bsdtar, where one is installed. Archives inside are opened too,
a few deep. What is left out is told with its reason; litter of file systems is passed over in silence.
"""

import re
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Protocol, cast

import rarfile  # pyright: ignore

from scrapers.blocks import Member, Trouble, UndecodableError, Unpacked
from scrapers.decode import formats
from scrapers.decode.external import UNPACKERS, workplace
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.packages import Package, damaged

_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$|~\$[^/]*$)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry before it is read: its name as it is meant, and how to get its bytes."""

    path: str
    take: Callable[[], bytes]
    folder: bool = False
    link: bool = False


@dataclass(slots=True)
class _Found:
    """What has been taken out so far, over all the archives inside one another."""

    members: dict[str, Member] = field(default_factory=dict[str, Member])
    troubles: list[Trouble] = field(default_factory=list[Trouble])
    size: int = 0


def unpack(data: bytes, name: str = "", limits: Limits = LIMITS) -> Unpacked:
    """Return the files of an archive. Raises UndecodableError ``damaged``, ``encrypted`` (nothing in it can be read
    without a password), ``limit``, ``empty``, ``format``."""
    called = name or "the archive"
    found = _Found()
    _open(data, called, "", limits, 1, found)
    if not found.members:
        raise _nothing(called, found.troubles)
    return Unpacked(tuple(found.members.values()), tuple(found.troubles))


def _nothing(called: str, troubles: Sequence[Trouble]) -> UndecodableError:
    """Return the refusal of an archive of which no file can be read."""
    for reason, words in (
        ("encrypted", "needs a password"),
        ("limit", "is too large inside"),
        ("damaged", "is damaged"),
    ):
        if any(trouble.code == reason for trouble in troubles):
            return UndecodableError(reason, f"{called} {words}: get it again from its publisher", troubles[0].what)
    return UndecodableError("empty", f"{called} holds no file that can be read")


def _open(data: bytes, called: str, prefix: str, limits: Limits, depth: int, found: _Found) -> None:
    kind = formats.kind(data)
    if kind == "ZIP":
        _collect(_zip_entries(data, called, limits), called, prefix, limits, depth, found)
    elif kind == "RAR":
        with workplace() as folder:
            _collect(_rar_entries(data, called, limits, folder), called, prefix, limits, depth, found)
    else:
        raise UndecodableError("format", f"{called} is no archive that is read here", kind)


def _collect(entries: Iterator[_Entry], called: str, prefix: str, limits: Limits, depth: int, found: _Found) -> None:
    for entry in entries:
        if entry.folder or _LITTER.search(entry.path):
            continue
        path = _inside(entry.path)
        if path is None or entry.link:
            found.troubles.append(Trouble("path" if path is None else "link", prefix + _printable(entry.path)))
            continue
        where = prefix + path
        if len(found.members) >= limits.members:
            raise UndecodableError("limit", f"{called} holds over {limits.members} files", "members")
        try:
            data = entry.take()
            found.size += len(data)
            if found.size > limits.unpacked:
                raise UndecodableError("limit", f"{called} unpacks to over {limits.unpacked} bytes", "unpacked")
            if formats.kind(data) in ("ZIP", "RAR"):
                if depth >= limits.depth:
                    raise UndecodableError("limit", f"{where} is an archive {depth} archives deep", "depth")
                _open(data, where, f"{where}!/", limits, depth + 1, found)
                continue
        except UndecodableError as error:
            if error.reason == "limit" and error.what != "depth":
                raise
            found.troubles.append(Trouble(error.reason, where))
            continue
        if where in found.members:
            # As the programs do that unpack onto a disk: the later of two files of one name is the one that stays.
            found.troubles.append(Trouble("twice", where))
        found.members[where] = Member(where, data)


def _inside(path: str) -> str | None:
    """Return a name as a path below the archive, None for one that leads out of it."""
    plain = unicodedata.normalize("NFC", path.replace("\\", "/"))
    if plain.startswith("/") or _DRIVE.match(plain) or _CONTROL.search(plain):
        return None
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    return None if ".." in parts or not parts else "/".join(parts)


def _printable(path: str) -> str:
    return _CONTROL.sub("?", path)[:300]


def _zip_entries(data: bytes, called: str, limits: Limits) -> Iterator[_Entry]:
    package = Package(data, called, limits)
    for info in package.entries:
        yield _Entry(
            zip_name(info),
            partial(package.take, info),
            info.is_dir() or info.filename.endswith("\\"),
            stat.S_ISLNK(info.external_attr >> 16),
        )


def zip_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry: by its mark of UTF-8, by the Unicode name beside it, else as the bytes read, which
    are UTF-8 (macOS) or GB18030 (Windows in Chinese)."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.orig_filename.encode("latin-1")
    except UnicodeEncodeError:
        return info.filename
    beside = _unicode_path(info.extra, raw)
    if beside is not None:
        return beside
    chinese = raw.decode("gb18030", "replace")
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        return chinese
    # The bytes of 全 are those of a Latin letter in UTF-8, which no publisher here would write.
    return chinese if _CHINESE.search(chinese) and not name.isascii() and not _CHINESE.search(name) else name


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Return the name in the extra field for it, if it was written for this very name (APPNOTE 4.6.9)."""
    at = 0
    while at + 4 <= len(extra):
        code = int.from_bytes(extra[at : at + 2], "little")
        length = int.from_bytes(extra[at + 2 : at + 4], "little")
        body = extra[at + 4 : at + 4 + length]
        if code == _UNICODE_PATH and len(body) > 5 and int.from_bytes(body[1:5], "little") == zlib.crc32(raw):
            try:
                return body[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + length
    return None


def _rar_entries(data: bytes, called: str, limits: Limits, folder: Path) -> Iterator[_Entry]:
    if not any(shutil.which(program) for program in UNPACKERS):
        raise UndecodableError(
            "format", f"{called} is RAR, which needs unar on this machine; unpack it and ingest the files inside", "RAR"
        )
    place = folder / "in.rar"
    place.write_bytes(data)
    try:
        archive = _rar(str(place))
        entries = archive.infolist()
    except _RarError as error:
        raise damaged(called, error) from error
    if len(entries) > limits.members:
        raise UndecodableError("limit", f"{called} holds {len(entries)} files, over {limits.members}", "members")
    if not entries and archive.needs_password():
        raise UndecodableError("encrypted", f"{called} needs a password", "RAR")
    for info in entries:
        take = partial(_rar_member, archive, info, called, limits)
        yield _Entry(info.filename or "", take, info.is_dir(), info.is_symlink())


def _rar_member(archive: "_Rar", info: "_RarInfo", called: str, limits: Limits) -> bytes:
    where = f"{called}: {info.filename}"
    if info.needs_password():
        raise UndecodableError("encrypted", f"{where} needs a password", "RAR")
    try:
        with archive.open(info) as stream:
            data = stream.read(limits.unpacked + 1)
    except (_RarError, OSError, EOFError) as error:
        raise damaged(where, error) from error
    if len(data) > limits.unpacked:
        raise UndecodableError("limit", f"{where} unpacks to over {limits.unpacked} bytes", "unpacked")
    return data


class _RarInfo(Protocol):
    filename: str | None

    def is_dir(self) -> bool: ...
    def is_symlink(self) -> bool: ...
    def needs_password(self) -> bool: ...


class _Rar(Protocol):
    def infolist(self) -> Sequence[_RarInfo]: ...
    def needs_password(self) -> bool: ...
    def open(self, name: _RarInfo) -> IO[bytes]: ...


# rarfile has no types of its own; this is all that is used of it.
_rar = cast("Callable[[str], _Rar]", rarfile.RarFile)
_RarError = cast("type[Exception]", rarfile.Error)
