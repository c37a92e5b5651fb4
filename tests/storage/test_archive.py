"""What the archive promises: what was acknowledged is there, what is not what it was is named."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.errors import DamagedCaptureError, DamagedRecordError
from storage.rows import Look, Ruling
from tests.storage.samples import FIRST, SECOND, look

TEXT = "武汉市社会保险中心2023年度部门决算".encode()


def test_bytes_come_back_as_they_were_put(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for data in (TEXT, b"", b"\x00\xff" * 70_000):
        assert archive.get(archive.put(data)) == data
    assert sorted(archive.shas()) == list(archive.shas())
    sha = archive.put(TEXT)
    assert archive.stored(sha) == (len(TEXT), hashlib.sha256(archive.path(sha).read_bytes()).hexdigest())


def test_the_same_bytes_are_kept_once_and_their_file_left_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha = archive.put(TEXT)
    before = archive.path(sha).stat()
    assert archive.put(TEXT) == sha
    assert archive.path(sha).stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in archive.path(sha).parent.iterdir()] == [f"{sha}.zst"]


@pytest.mark.parametrize("damage", ["flip", "cut", "swap", "gone", "text"])
def test_a_damaged_capture_is_named_with_its_file(tmp_path: Path, damage: str) -> None:
    archive = Archive(tmp_path)
    sha, other = archive.put(TEXT), archive.put(b"other")
    path = archive.path(sha)
    packed = path.read_bytes()
    match damage:
        case "flip":
            path.write_bytes(packed[:-1] + bytes([packed[-1] ^ 1]))
        case "cut":
            path.write_bytes(packed[: len(packed) // 2])
        case "swap":
            path.write_bytes(archive.path(other).read_bytes())
        case "gone":
            path.unlink()
        case _:
            path.write_bytes(TEXT)
    with pytest.raises(DamagedCaptureError) as caught:
        archive.get(sha)
    assert caught.value.sha == sha
    assert str(path) in str(caught.value)
    if damage != "gone":
        with pytest.raises(DamagedCaptureError):
            archive.put(TEXT)


def test_records_come_back_in_the_order_written(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    looks = [
        Look.of(source="s", slot="a", at=FIRST, headers={"etag": '"x"', "b": [1]}, claims={"year": 2023}),
        look(TEXT, at=SECOND),
    ]
    ruling = Ruling.of(subject="x", decision="accept", at=FIRST, details={"year": 2022}, note="封面是2022年")
    archive.append(*looks)
    archive.append(ruling)
    assert list(archive.looks()) == looks
    assert list(archive.rulings()) == [ruling]
    assert '"claims":{"year":2023}' in archive.ledger.path.read_text(encoding="utf-8")


def test_sha256sum_walks_the_chain(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    heads = [archive.append(look(TEXT, seq=n, slot=f"https://qs.example/{'x' * 70_000 * n}")) for n in range(3)]
    previous = "0" * 64
    for n, line in enumerate(archive.ledger.path.read_bytes().splitlines(keepends=True)):
        assert line.startswith(f'{{"n":{n + 1},"previous":"{previous}","kind":"look","entry":{{'.encode())
        previous = hashlib.sha256(line).hexdigest()
        assert heads[n].hash == previous
    assert archive.ledger.head() == heads[-1]
    assert [entry.head for entry in archive.ledger.entries(heads[0])] == heads[1:]


def test_a_torn_last_line_was_never_acknowledged_and_is_cut_off(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    end = archive.append(look(TEXT)).end
    line = archive.ledger.path.read_bytes()
    for torn in range(1, len(line), 40):
        archive.ledger.path.write_bytes(line + line[:torn])
        assert list(archive.looks()) == [look(TEXT)]
    again = archive.append(look(TEXT, at=SECOND))
    assert list(archive.looks()) == [look(TEXT), look(TEXT, at=SECOND)]
    assert again.end == 2 * end == archive.ledger.length()


def test_what_another_process_appended_is_what_the_next_line_follows(tmp_path: Path) -> None:
    one, other = Archive(tmp_path), Archive(tmp_path)
    one.append(look(TEXT))
    other.append(look(TEXT, seq=1))
    one.append(look(TEXT, seq=2))
    assert [each.seq for each in other.looks()] == [0, 1, 2]


@pytest.mark.parametrize(
    "bad",
    [b"\n", b"{}\n", b"not json\n", b"[1]\n", b'{"id": "\xff"}\n', b"\x00" * 10 + b"\n", b"twice", b"[" * 9999 + b"\n"],
)
def test_a_malformed_line_is_an_error_with_file_and_line(tmp_path: Path, bad: bytes) -> None:
    archive = Archive(tmp_path)
    first = archive.append(look(TEXT))
    path = archive.ledger.path
    line = path.read_bytes()
    path.write_bytes(line + (line if bad == b"twice" else bad))
    for read in (archive.looks, lambda: archive.ledger.entries(first)):
        with pytest.raises(DamagedRecordError) as caught:
            list(read())
        assert (caught.value.path, caught.value.line) == (path, 2)
    if bad != b"twice":
        with pytest.raises(DamagedRecordError) as caught:
            archive.append(look(TEXT, at=SECOND))
        assert caught.value.line == 2


def test_no_byte_of_the_ledger_can_be_flipped_unseen_while_the_head_is_known(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.append(look(TEXT), Ruling.of(subject="x", decision="accept", at=FIRST), look(TEXT, seq=1))
    whole, head = archive.ledger.path.read_bytes(), archive.ledger.head()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << at % 8
        archive.ledger.path.write_bytes(changed)
        found, line = _damaged_line(archive), whole.count(b"\n", 0, at) + 1
        assert found in (line, line + 1) if found else archive.ledger.head() != head, at


def _damaged_line(archive: Archive) -> int | None:
    try:
        list(archive.ledger.entries())
    except DamagedRecordError as error:
        return error.line
    return None


@pytest.mark.parametrize("spoiled", [{"at": "2024-09-19T03:00:00Z"}, {"id": "0" * 32}, {"claims": "[1]"}])
def test_an_edited_record_does_not_pass_for_the_one_that_was_written(tmp_path: Path, spoiled: dict[str, str]) -> None:
    archive = Archive(tmp_path)
    archive.append(look(TEXT))
    line = archive.ledger.path.read_text(encoding="utf-8")
    content = json.loads(line)
    content["entry"].update(spoiled)
    archive.ledger.path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    with pytest.raises(DamagedRecordError, match="line 1"):
        list(archive.looks())


def test_a_record_that_its_line_would_not_give_back_is_refused(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for wrong in (replace(look(TEXT), id="x"), replace(look(TEXT), claims="{"), replace(look(TEXT), name="\ud800")):
        with pytest.raises(ValueError, match="does not come back"):
            archive.append(look(TEXT, seq=1), wrong)
    assert archive.ledger.length() == 0


def test_a_full_disk_says_so_and_leaves_no_half_of_anything(tmp_path: Path) -> None:
    # A limit on the size of files stands for the full disk: the write fails in the same place.
    program = f"""
import os, resource, signal
from pathlib import Path
from storage.archive import Archive
from storage.errors import DiskFullError
from storage.rows import Ruling
archive = Archive(Path({str(tmp_path)!r}))
for n in range(3):
    archive.append(Ruling.of(subject="x", decision="accept", at="2024-09-20T03:00:00Z", note=str(n)))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = archive.ledger.length() + 50
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for write in (
    lambda: archive.append(Ruling.of(subject="x", decision="accept", at="2024-09-20T03:00:00Z", note="3")),
    lambda: archive.put(os.urandom(5000)),
):
    try:
        write()
    except DiskFullError as error:
        print(error)
    else:
        raise SystemExit("nothing was said")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("no room is left on the disk") == 2
    archive = Archive(tmp_path)
    assert len(list(archive.rulings())) == 3
    assert archive.ledger.path.read_bytes().endswith(b"\n")
    assert list(archive.shas()) == []
    assert [path for path in tmp_path.rglob("*") if path.suffix == ".part"] == []
