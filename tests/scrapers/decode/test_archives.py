"""An archive is its files; its names never become paths."""

import io
import shutil
import stat
import zipfile

import pytest

from scrapers.blocks import Member, Trouble, UndecodableError
from scrapers.decode import decode, is_archive, unpack
from scrapers.decode.limits import Limits
from tests.generator.containers import locked, package
from tests.generator.office import zipped

ZEROS = bytes(20_000_000)


def refusal(data: bytes, limits: Limits | None = None) -> UndecodableError:
    with pytest.raises(UndecodableError) as caught:
        unpack(data, name="公开.zip", limits=limits or Limits())
    return caught.value


@pytest.mark.parametrize("marked", [False, True])
def test_names_in_chinese_are_read_however_they_are_written(marked: bool) -> None:
    names = ("部门决算/说明.docx", "部门决算/镕基表.xlsx")

    found = unpack(zipped(dict.fromkeys(names, b"1"), marked=marked))

    assert tuple(member.path for member in found.members) == names


def test_names_in_utf_8_without_its_mark_are_utf_8() -> None:
    data = package({"部门决算.txt": b"1"})
    unmarked = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        unmarked[data.find(mark) + at] &= ~0x08

    assert unpack(bytes(unmarked)).members == (Member("部门决算.txt", b"1"),)


def test_an_archive_inside_is_opened_and_its_files_keep_their_way() -> None:
    inner = zipped({"表.txt": b"2"})

    found = unpack(zipped({"说明.txt": b"1", "附件/表格.zip": inner}))

    assert found.members == (Member("说明.txt", b"1"), Member("附件/表格.zip!/表.txt", b"2"))


def test_an_archive_too_deep_is_left_out_and_told() -> None:
    data = zipped({"核.txt": b"1"})
    for _ in range(4):
        data = zipped({"内.zip": data, "说明.txt": b"1"})

    found = unpack(data)

    assert sorted(member.path.count("!/") for member in found.members) == [0, 1, 2]
    assert [trouble.code for trouble in found.troubles] == ["limit"]


@pytest.mark.parametrize(
    "name", ["../甲.txt", "/etc/甲.txt", "C:\\甲.txt", "乙/../../甲.txt", "..\\甲.txt", "甲\n.txt"]
)
def test_a_name_that_leads_out_of_the_archive_is_left_out_and_told(name: str) -> None:
    found = unpack(package({"好.txt": b"1", name: b"2"}))

    assert found.members == (Member("好.txt", b"1"),)
    assert [trouble.code for trouble in found.troubles] == ["path"]


def test_links_are_left_out_and_litter_is_passed_over() -> None:
    link = zipfile.ZipInfo("链接.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("__MACOSX/._甲.txt", "x")
        archive.writestr("乙/Thumbs.db", "x")
        archive.writestr("乙/", "")
        archive.writestr("乙\\丙.txt", "3")

    found = unpack(stream.getvalue())

    assert found.members == (Member("乙/丙.txt", b"3"),)
    assert found.troubles == (Trouble("link", "链接.txt"),)


def test_of_two_files_of_one_name_the_later_stays_and_it_is_told() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "2")

    found = unpack(stream.getvalue())

    assert found.members == (Member("a.txt", b"2"),)
    assert found.troubles == (Trouble("twice", "a.txt"),)


def test_a_bomb_is_refused_before_it_is_whole() -> None:
    assert refusal(package({"a.txt": ZEROS}), Limits(ratio=100)).reason == "limit"
    assert refusal(package({"a.txt": ZEROS, "b.txt": ZEROS}), Limits(unpacked=30_000_000)).what == "unpacked"
    assert refusal(package({f"{n}.txt": b"" for n in range(30)}), Limits(members=20)).what == "members"


def test_a_bomb_of_archives_in_archives_counts_as_one() -> None:
    inner = package({"a.txt": bytes(4_000_000)}, packing=zipfile.ZIP_DEFLATED)
    data = package({f"{n}.zip": inner for n in range(5)}, packing=zipfile.ZIP_STORED)

    assert refusal(data, Limits(unpacked=10_000_000, ratio=2000)).what == "unpacked"


def test_an_archive_behind_a_password_says_so() -> None:
    assert refusal(locked(package({"a.txt": b"1"}))).reason == "encrypted"
    with pytest.raises(UndecodableError) as caught:
        decode(locked(package({"[Content_Types].xml": "x", "word/document.xml": "x"})))
    assert caught.value.reason == "encrypted"


def test_a_file_that_is_damaged_inside_is_left_out_and_told() -> None:
    data = bytearray(package({"a.txt": b"1" * 50, "b.txt": b"2" * 50}, packing=zipfile.ZIP_STORED))
    data[data.find(b"1" * 50)] ^= 1

    found = unpack(bytes(data))

    assert [member.path for member in found.members] == ["b.txt"]
    assert found.troubles == (Trouble("damaged", "a.txt"),)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_an_archive_that_breaks_off_is_damaged(share: float) -> None:
    data = package({"a.txt": bytes(range(256)) * 40}, packing=zipfile.ZIP_STORED)

    assert refusal(data[: int(len(data) * share)]).reason == "damaged"


def test_an_archive_without_files_is_empty_and_a_text_is_none() -> None:
    assert refusal(package({"乙/": ""})).reason == "empty"
    assert refusal("决算".encode()).reason == "format"
    assert not is_archive(b"%PDF-1.7")


def test_a_rar_without_a_program_for_it_says_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    data = b"Rar!\x1a\x07\x01\0" + bytes(50)

    assert is_archive(data)
    assert refusal(data).reason == "format"
    assert "unar" in str(refusal(data))
