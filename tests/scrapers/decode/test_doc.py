"""Old word documents go through a program for them; it can do no harm, and nothing that it leaves out goes unseen.

The documents are made here, by LibreOffice where it is installed.
"""

import ctypes
import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest
from docx import Document

from scrapers.blocks import Block, Decoded, Grid, TextLine, UndecodableError
from scrapers.decode import decode
from scrapers.decode.compound import Compound
from scrapers.decode.docbook import blocks
from scrapers.decode.external import WORKPLACE
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import Limits
from scrapers.decode.pieces import text_of
from tests.generator.containers import compound, word

PARAGRAPH = "<w:p><w:r><w:t>决算</w:t></w:r></w:p>"
DOC = compound({"WordDocument": bytes(1024)})
BOOK = "<book><para>收入决算表</para><para><informaltable>{}</informaltable></para></book>"

with_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
with_antiword = pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def refusal(read: Callable[[], object]) -> UndecodableError:
    with pytest.raises(UndecodableError) as caught:
        read()
    return caught.value


def left_behind() -> set[str]:
    return {path.name for path in Path(gettempdir()).glob(f"{WORKPLACE}*")}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore
    """Temporary folders of other processes are nothing that was left behind here."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("own")))


@cache
def paper() -> bytes:
    """A page with a heading, a sentence, a table with cells merged both ways, and a note."""
    made = Document()
    made.add_heading("青禾市档案馆2023年度单位决算", 1)
    made.add_paragraph("2023年度收、支总计2,020.06万元，增长7.1%。")
    table = made.add_table(4, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "项目"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "决算数"
    rows = ((None, "本年", "上年"), ("合计", "2,020.06", "1,885.56"), ("其中：教育支出", "", "5.30"))
    for y, row in enumerate(rows, 1):
        for x, text in enumerate(row):
            if text:
                table.cell(y, x).text = text
    made.add_paragraph("注：尾数误差。")
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@cache
def old() -> bytes:
    """The same as LibreOffice saves it for Word 97."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.docx").write_bytes(paper())
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", folder, f"{folder}/a.docx"],
            check=True,
            capture_output=True,
        )
        return (Path(folder) / "a.doc").read_bytes()


def without(blocks: tuple[Block, ...]) -> list[object]:
    """What antiword knows of blocks: no headings, no cells merged over rows."""
    return [
        block.text
        if isinstance(block, TextLine)
        else [[(c.text, c.colspan) for c in row if c.text] for row in block.rows]
        for block in blocks
        if isinstance(block, (TextLine, Grid))
    ]


@with_office
def test_a_word_97_document_reads_as_the_document_it_was_made_of() -> None:
    before = left_behind()
    with Workers() as workers:
        decoded = workers.decode(old(), name="a.doc")
        again = workers.decode(paper())

    assert decoded == Decoded(again.blocks, "doc", "")
    assert left_behind() == before


@with_office
@with_antiword
def test_antiword_gives_the_same_words_and_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "antiword").symlink_to(shutil.which("antiword") or "")
    monkeypatch.setenv("PATH", str(tmp_path))

    with Workers() as workers:
        decoded = workers.decode(old(), name="a.doc")

    assert without(decoded.blocks) == without(decode(paper()).blocks)


@with_office
def test_the_words_of_a_document_are_known_without_a_program() -> None:
    text = text_of(Compound(old()))

    assert text.startswith("青禾市档案馆2023年度单位决算\r2023年度收、支总计2,020.06万元，增长7.1%。\r")
    assert "合计\x072,020.06\x071,885.56\x07" in text


@with_office
def test_what_antiword_leaves_out_is_not_left_out_in_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "antiword", "printf '<book><para>青禾市档案馆2023年度单位决算</para></book>'")
    monkeypatch.setenv("PATH", f"{tmp_path}")

    error = refusal(lambda: decode(old(), name="a.doc"))

    assert (error.reason, error.what) == ("format", "DOC")
    assert "LibreOffice" in str(error)


@with_office
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_document_that_breaks_off_is_damaged_before_a_program_sees_it(
    share: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = old()
    program(tmp_path, "soffice", f"/usr/bin/touch {tmp_path}/seen; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))

    error = refusal(lambda: decode(data[: int(len(data) * share)], name="a.doc"))

    assert error.reason in ("damaged", "format")
    assert not (tmp_path / "seen").exists()


def test_a_doc_without_a_program_for_it_says_what_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    error = refusal(lambda: decode(DOC))

    assert (error.reason, error.what) == ("format", "DOC")
    assert "LibreOffice" in str(error)


def test_a_doc_is_read_through_the_program_that_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "made.docx").write_bytes(word(PARAGRAPH))
    program(
        tmp_path,
        "soffice",
        f'for a; do b="$c"; c="$a"; done; /bin/cp {tmp_path}/made.docx "$(/usr/bin/dirname "$c")/in.docx"',
    )
    monkeypatch.setenv("PATH", str(tmp_path))

    decoded = decode(DOC)

    assert (decoded.format, decoded.blocks) == ("doc", decode(word(PARAGRAPH)).blocks)


def test_a_program_that_hangs_or_fails_is_stopped_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    program(tmp_path, "soffice", "exec /bin/sleep 30")
    assert refusal(lambda: decode(DOC, limits=Limits(seconds=0.3))).reason == "timeout"
    program(tmp_path, "soffice", "exit 77")
    assert refusal(lambda: decode(DOC)).reason == "damaged"


def test_what_a_program_started_ends_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = left_behind()
    program(tmp_path, "soffice", f"/bin/sleep 60 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setenv("PATH", str(tmp_path))

    with Workers(Limits(seconds=1.5)) as workers:
        assert refusal(lambda: workers.decode(DOC)).reason == "timeout"
        child = int((tmp_path / "child").read_text())
        deadline = time.monotonic() + 5
        while running(child) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not running(child)
    assert left_behind() == before


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_may_not_fill_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "soffice", "exec /bin/dd if=/dev/zero of=large bs=1M count=50")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert refusal(lambda: decode(DOC, limits=Limits(unpacked=1 << 20))).reason == "damaged"


def may_have_no_network() -> bool:
    """Whether this kernel lets a process leave the network."""
    if sys.platform != "linux":
        return False
    child = os.fork()
    if child == 0:
        unshare = ctypes.CDLL(None).unshare
        os._exit(0 if unshare(0x40000000) == 0 or unshare(0x50000000) == 0 else 1)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(not may_have_no_network(), reason="a process may not leave the network here")
def test_a_program_reaches_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        call = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"
        program(tmp_path, "soffice", f'exec {sys.executable} -c "{call}"')
        monkeypatch.setenv("PATH", str(tmp_path))

        assert refusal(lambda: decode(DOC)).reason == "damaged"
        with pytest.raises(TimeoutError):
            server.accept()


def test_cells_of_a_book_reach_as_far_as_their_widths_say() -> None:
    def group(*cells: tuple[str, float]) -> str:
        widths = "".join(f"<colspec colwidth='{width}pt'/>" for _, width in cells)
        row = "".join(f"<entry>\n{words}\n</entry>" for words, _ in cells)
        return f"<tgroup cols='{len(cells)}'>{widths}<tbody><row>{row}</row></tbody></tgroup>"

    rows = group(("收入", 144.0), ("支出", 71.95)) + group(("项目", 72.0), ("金额", 71.95), ("项目", 72.0))

    caption, grid = blocks(BOOK.format(rows).encode(), "a.doc")

    assert caption == TextLine("收入决算表", hard=True)
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.colspan) for cell in row] for row in grid.rows] == [
        [("收入", 2), ("支出", 1)],
        [("项目", 1), ("金额", 1), ("项目", 1)],
    ]
