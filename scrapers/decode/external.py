"""DOC and WPS through a program for them, where one is installed: LibreOffice, else antiword.

The program gets a copy of the bytes in an empty folder and a profile of its own, has so many seconds, and no proxy to
ask anything through; macros and links of the document stay off. Both programs give the same words, LibreOffice also
tables with their merged cells.
"""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scrapers.blocks import Decoded, UndecodableError
from scrapers.decode import docx, text
from scrapers.decode.compound import Compound
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.packages import damaged

UNPACKERS = ("unar", "unrar", "bsdtar")
PROGRAMS = frozenset(("soffice", "libreoffice", "antiword", "lsar", "7z", "7zz", *UNPACKERS))
"""All that decoding ever starts."""

WORKPLACE = "disclosure-convert-"
"""How the folders begin, below that for temporary files, in which a converter works."""

_SHARE = 0.8
"""Of the time for a file: the rest is for reading what the program wrote."""
_LOCKED = 0x0100


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of a DOC or WPS. Raises UndecodableError ``format`` where no program for it is installed,
    ``encrypted``, ``damaged``, ``timeout``."""
    called = name or "the file"
    head = Compound(data).read("WordDocument")
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
        return _by_antiword(antiword, data, called, limits)
    raise UndecodableError(
        "format",
        f"{called} is DOC or WPS, which needs LibreOffice or antiword on this machine: install one and read it "
        "again, or save it as DOCX and ingest that; the bytes are kept",
        "DOC",
    )


def _by_office(program: str, data: bytes, called: str, limits: Limits) -> bytes:
    with tempfile.TemporaryDirectory(prefix=WORKPLACE) as folder:
        place = Path(folder)
        (place / "in.doc").write_bytes(data)
        options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
        profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
        convert = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(place / "in.doc")]
        _run([program, profile, *options, *convert], place, called, limits)
        result = place / "in.docx"
        if not result.is_file():
            raise damaged(called, "LibreOffice could not open it")
        if result.stat().st_size > limits.unpacked:
            raise UndecodableError("limit", f"{called} becomes over {limits.unpacked} bytes", "unpacked")
        return result.read_bytes()


def _by_antiword(program: str, data: bytes, called: str, limits: Limits) -> Decoded:
    with tempfile.TemporaryDirectory(prefix=WORKPLACE) as folder:
        place = Path(folder)
        (place / "in.doc").write_bytes(data)
        # -w 0: a paragraph a line, tables in pipes.
        _run([program, "-m", "UTF-8.txt", "-w", "0", str(place / "in.doc")], place, called, limits)
        words = (place / "out").read_bytes()
    if len(words) > limits.output:
        raise UndecodableError("limit", f"{called} becomes over {limits.output} bytes", "output")
    decoded = text.read(words.decode("utf-8", "replace"), encoding="")
    return replace(decoded, format="doc")


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
    with (place / "out").open("wb") as out, Path(os.devnull).open("rb") as nothing:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=environment,
            stdin=nothing,
            stdout=out,
            stderr=subprocess.DEVNULL,
            preexec_fn=_unbound,
        )
        try:
            code = process.wait(limits.seconds * _SHARE)
        except subprocess.TimeoutExpired as error:
            raise UndecodableError("timeout", f"{called}: {Path(command[0]).name} took too long over it") from error
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
    if code != 0:
        raise damaged(called, f"{Path(command[0]).name} ended with {code}")


def _unbound() -> None:
    """Give a converter the memory that its process may have at most: it needs more than reading a document does."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
