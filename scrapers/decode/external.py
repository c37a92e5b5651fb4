"""DOC and WPS through a program for them, where one is installed: LibreOffice, else antiword.

The program gets a copy of the bytes in an empty folder and a profile of its own that leaves macros and links off, has
so many seconds, and where the kernel lets us no network at all. LibreOffice gives tables with their merged cells and
the numbers of lists; antiword gives paragraphs and rows, and leaves some tables out: a file whose numbers it does not
all give is refused rather than read in part.
"""

import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from scrapers.blocks import Block, Decoded, TextLine, UndecodableError
from scrapers.decode import docbook, docx
from scrapers.decode.compound import Compound
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.packages import damaged
from scrapers.decode.pieces import text_of

UNPACKERS = ("unar", "unrar", "bsdtar")
PROGRAMS = frozenset(("soffice", "libreoffice", "antiword", "lsar", "7z", "7zz", *UNPACKERS))
"""All that decoding ever starts."""

WORKPLACE = "disclosure-convert-"
"""How the folders begin, below that for temporary files, in which a program works."""

_SHARE = 0.8
"""Of the time for a file: the rest is for reading what the program wrote."""
_LOCKED = 0x0100
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_AMOUNT = re.compile(r"\d[\d,.]*")
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
)
"""Of a profile: no macro runs, nothing linked is fetched."""


@contextmanager
def workplace() -> Generator[Path]:
    """Give an empty folder for a program, and take it away again. A worker may remove nothing itself: who started it
    does, when it has ended."""
    folder = Path(tempfile.mkdtemp(prefix=WORKPLACE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of a DOC or WPS. Raises UndecodableError ``format`` where no program for it is installed,
    ``encrypted``, ``damaged``, ``timeout``."""
    called = name or "the file"
    compound = Compound(data)
    compound.check()
    head = compound.read("WordDocument")
    if len(head) < 32:
        raise damaged(called, "its document stream breaks off")
    if int.from_bytes(head[10:12], "little") & _LOCKED:
        raise UndecodableError("encrypted", f"{called} needs a password", "DOC")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is not None:
        converted = _by_office(office, data, called, limits)
        return replace(docx.read(converted, name, limits), format="doc")
    antiword = shutil.which("antiword")
    if antiword is not None:
        return _whole(compound, _by_antiword(antiword, data, called, limits), called)
    raise UndecodableError(
        "format",
        f"{called} is DOC or WPS, which needs LibreOffice or antiword on this machine: install one and read it "
        "again, or save it as DOCX and ingest that; the bytes are kept",
        "DOC",
    )


def _by_office(program: str, data: bytes, called: str, limits: Limits) -> bytes:
    with workplace() as place:
        (place / "in.doc").write_bytes(data)
        settings = place / "profile" / "user"
        settings.mkdir(parents=True)
        (settings / "registrymodifications.xcu").write_text(_profile(), "utf-8")
        options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
        profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
        convert = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(place), str(place / "in.doc")]
        _run([program, profile, *options, *convert], place, called, limits)
        result = place / "in.docx"
        if not result.is_file():
            raise damaged(called, "LibreOffice could not open it")
        return result.read_bytes()


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    )


def _by_antiword(program: str, data: bytes, called: str, limits: Limits) -> Sequence[Block]:
    with workplace() as place:
        (place / "in.doc").write_bytes(data)
        _run([program, "-m", "UTF-8.txt", "-x", "db", str(place / "in.doc")], place, called, limits)
        return docbook.blocks((place / "out").read_bytes(), called)


def _whole(compound: Compound, blocks: Sequence[Block], called: str) -> Decoded:
    """Return the blocks, if no number of the document is missing in them."""
    found = Counter(_amounts(_words(blocks)))
    lost = Counter(_amounts(text_of(compound))) - found
    if lost:
        raise UndecodableError(
            "format",
            f"{called}: antiword leaves out {lost.total()} of its numbers ({next(iter(lost))}): "
            "install LibreOffice and read it again; the bytes are kept",
            "DOC",
        )
    return Decoded(tuple(blocks), "doc", "")


def _amounts(text: str) -> Sequence[str]:
    return _AMOUNT.findall(text)


def _words(blocks: Sequence[Block]) -> str:
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, TextLine):
            texts.append(block.text)
        elif isinstance(block, docbook.Grid):
            texts += [cell.text for row in block.rows for cell in row]
    return "\n".join(texts)


def _run(command: Sequence[str], place: Path, called: str, limits: Limits) -> None:
    """Run a converter in its folder; what it prints goes to the file ``out`` there."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(place),
        "LANG": "C.UTF-8",
        "TMPDIR": str(place),
    }
    # An address that nothing listens at: what asks through a proxy gets no answer.
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy"), "http://127.0.0.1:9")
    # Looked up before the fork: the child may not load anything.
    unshare = cast("Callable[[int], int]", ctypes.CDLL(None).unshare) if sys.platform == "linux" else None
    with (place / "out").open("wb") as out, Path(os.devnull).open("rb") as nothing:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=environment,
            stdin=nothing,
            stdout=out,
            stderr=subprocess.DEVNULL,
            preexec_fn=partial(_alone, unshare, limits),
        )
        try:
            code = process.wait(limits.seconds * _SHARE)
        except subprocess.TimeoutExpired as error:
            raise UndecodableError("timeout", f"{called}: {Path(command[0]).name} took too long over it") from error
        finally:
            # What it started in turn ends with the worker, which is not used again.
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
    if code != 0:
        raise damaged(called, f"{Path(command[0]).name} ended with {code}")


def _alone(unshare: "Callable[[int], int] | None", limits: Limits) -> None:
    """Give a converter the memory that its process may have at most (it needs more than reading a document does), no
    file larger than is unpacked, and no network."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.unpacked, limits.unpacked))
    # Only who may make one, or a user of its own to make one for, gets an empty network.
    if unshare is not None and unshare(_NEW_NETWORK) != 0:
        unshare(_NEW_USER | _NEW_NETWORK)
