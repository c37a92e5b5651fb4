"""Where a file is decoded: short texts and pages where they are, all else in a worker; the same blocks in either."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from scrapers.blocks import UndecodableError
from scrapers.decode import apart, decode
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import Limits
from tests.generator.containers import word
from tests.generator.office import zipped

ROOT = Path(__file__).parents[3]
SMALL_PAGE = "<html><body><p>2023年度部门决算</p></body></html>".encode()
DOCX = word("<w:p><w:r><w:t>决算</w:t></w:r></w:p>")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that workers were asked to decode."""
    names: list[str] = []
    real = Workers.decode

    def noted(self: Workers, data: bytes, *, name: str = "", declared_charset: str | None = None) -> object:
        names.append(name)
        return real(self, data, name=name, declared_charset=declared_charset)

    monkeypatch.setattr(Workers, "decode", noted)
    return names


def test_a_format_that_a_library_parses_is_read_by_a_worker(asked: list[str]) -> None:
    assert apart.decode(DOCX, name="a.docx") == decode(DOCX, name="a.docx")
    assert asked == ["a.docx"]


def test_short_texts_and_pages_are_read_at_once(asked: list[str]) -> None:
    for data in (SMALL_PAGE, "2023年度部门决算".encode("gb18030")):
        assert apart.decode(data) == decode(data)
    assert asked == []


def test_a_long_page_is_read_by_a_worker_to_the_same_blocks(asked: list[str]) -> None:
    row = "<tr><td>2080101</td><td>行政运行</td><td>1.00</td></tr>"
    long = f"<html><body><table>{row * 20_000}</table></body></html>".encode()

    assert len(long) > apart.NEAR
    assert apart.decode(long, name="a.html") == decode(long, name="a.html")
    assert asked == ["a.html"]


def test_limits_that_are_set_hold() -> None:
    with pytest.raises(UndecodableError) as caught:
        apart.unpack(zipped({"a.txt": bytes(2000)}), limits=Limits(unpacked=1000))
    assert caught.value.reason == "limit"


def test_closing_ends_the_workers_and_the_next_file_starts_others() -> None:
    apart.decode(DOCX)
    before = children()

    apart.close()

    assert before
    assert children() == set()
    assert apart.decode(DOCX).format == "docx"


def test_a_forked_process_has_workers_of_its_own() -> None:
    apart.decode(DOCX)
    child = os.fork()
    if child == 0:
        os._exit(0 if apart.decode(DOCX).format == "docx" and not apart.close() else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert apart.decode(DOCX).format == "docx"


def test_the_end_of_the_process_ends_the_workers() -> None:
    program = (
        "import sys, os\nfrom pathlib import Path\nfrom scrapers.decode import apart\n"
        "apart.decode(sys.stdin.buffer.read())\nprint(Path(f'/proc/self/task/{os.getpid()}/children').read_text())"
    )
    ran = subprocess.run([sys.executable, "-c", program], input=DOCX, capture_output=True, cwd=ROOT, check=True)
    pids = ran.stdout.split()

    assert pids
    assert not any(Path(f"/proc/{int(pid)}").exists() for pid in pids)


def children() -> set[int]:
    """Return the worker processes of this one."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text().split()}
    return {pid for pid in found if b"isolation" in Path(f"/proc/{pid}/cmdline").read_bytes()}


# The worst that is known of what reads words: each takes time by its length alone.
WORST = {
    "paragraphs": "<p>决算",
    "elements in one another": "<div>",
    "tables in one another": "<table><tr><td>",
    "cells": "<td>1",
    "rows that span all": "<tr><td rowspan=99999 colspan=999>1",
    "brackets": "<",
    "quotes": "a='",
    "references": "&",
    "items": "<li>a",
    "blanks": " ",
}


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
@pytest.mark.parametrize("head", ["<html><body><table>", "", "决算\n"], ids=["page", "fragment", "text"])
def test_what_reads_words_takes_time_by_their_length(head: str, piece: str) -> None:
    def seconds(size: int) -> float:
        words = (head + piece * (size // len(piece))).encode()
        began = time.process_time()
        with suppress(UndecodableError):  # what holds no words
            decode(words)
        return time.process_time() - began

    short = min(seconds(50_000) for _ in range(2))
    assert min(seconds(200_000) for _ in range(2)) < 8 * short + 0.5
