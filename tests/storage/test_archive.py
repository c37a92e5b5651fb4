"""What the archive promises: what was acknowledged is there, what is not what it was is named."""

import subprocess
import sys
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
    assert archive.size(archive.put(TEXT)) == len(TEXT)


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
    for each in looks:
        archive.append(each)
    archive.append(ruling)
    assert list(archive.looks()) == looks
    assert list(archive.rulings()) == [ruling]
    assert '"claims":{"year":2023}' in archive.file("looks").read_text(encoding="utf-8")


def test_a_torn_last_line_was_never_acknowledged_and_is_cut_off(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    end = archive.append(look(TEXT))
    line = archive.file("looks").read_bytes()
    for torn in range(1, len(line), 40):
        archive.file("looks").write_bytes(line + line[:torn])
        assert list(archive.looks()) == [look(TEXT)]
    again = archive.append(look(TEXT, at=SECOND))
    assert list(archive.looks()) == [look(TEXT), look(TEXT, at=SECOND)]
    assert again == 2 * end == archive.length("looks")


@pytest.mark.parametrize(
    "bad",
    [b"\n", b"{}\n", b"not json\n", b"[1]\n", b'{"id": "\xff"}\n', b"\x00" * 10 + b"\n"],
)
def test_a_malformed_line_is_an_error_with_file_and_line(tmp_path: Path, bad: bytes) -> None:
    archive = Archive(tmp_path)
    first = archive.append(look(TEXT))
    path = archive.file("looks")
    path.write_bytes(path.read_bytes() + bad)
    archive.append(look(TEXT, at=SECOND))
    with pytest.raises(DamagedRecordError) as caught:
        list(archive.looks())
    assert (caught.value.path, caught.value.line) == (path, 2)
    with pytest.raises(DamagedRecordError) as caught:
        list(archive.records("looks", first))
    assert caught.value.line == 2


def test_an_edited_record_does_not_pass_for_the_one_that_was_written(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.append(look(TEXT))
    path = archive.file("looks")
    path.write_bytes(path.read_bytes().replace(b"2024-09-20", b"2024-09-19"))
    with pytest.raises(DamagedRecordError, match="line 1"):
        list(archive.looks())


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
limit = archive.length("rulings") + 50
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
    assert archive.file("rulings").read_bytes().endswith(b"\n")
    assert list(archive.shas()) == []
    assert [path for path in tmp_path.rglob("*") if path.suffix == ".part"] == []
