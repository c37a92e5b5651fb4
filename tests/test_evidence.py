"""Evidence can be checked by anyone with a shell, and a flipped byte is found."""

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from storage import verify
from storage.rows import Look, Ruling
from storage.store import Store
from tests.storage.conftest import AFTER, fill
from tests.storage.samples import D2022, D2023, NOW, SECOND, look
from tracker.cli import run
from tracker.evidence import evidence, looks_of
from tracker.messages import messages
from tracker.stamps import Doubt

needs_shell = pytest.mark.skipif(
    not all(shutil.which(each) for each in ("sh", "sha256sum", "awk")), reason="no shell with sha256sum"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        fill(store)
        gone = Look.of(source="手工", slot=look(AFTER).slot, at=NOW, outcome="gone", status=404, url=look(AFTER).slot)
        store.record(None, gone)
        store.put_ruling(Ruling.of(subject=D2023, decision="accept", at=NOW, note="已电话核实：单位称“笔误”\n"))
    return folder


def unpacked(data: Path, folder: Path, document: str = D2023) -> Path:
    with Store.open(data, read_only=True) as store:
        made = evidence(store, document)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        archive.extractall(folder)
    return folder


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "check.sh"], cwd=folder, capture_output=True, text=True, check=False)


def test_the_archive_holds_bytes_looks_the_whole_ledger_and_how_to_check_it(data: Path, tmp_path: Path) -> None:
    folder = unpacked(data, tmp_path / "proof")
    sha = look(AFTER).sha
    assert (folder / f"captures/{sha}.txt").read_bytes() == AFTER
    assert (folder / "ledger.jsonl").read_bytes() == (data / "archive/ledger.jsonl").read_bytes()
    looks = json.loads((folder / "looks.json").read_text(encoding="utf-8"))
    assert [(each["line"], each["outcome"], each["status"]) for each in looks] == [
        (2, "captured", None),
        (3, "gone", 404),
    ]
    assert (folder / "lines.txt").read_text() == "2\n3\n"
    states = json.loads((folder / "states.json").read_text(encoding="utf-8"))
    assert [each["first_at"] for each in states["states"]] == [SECOND]
    head = (folder / "HEAD").read_text().strip()
    for name in ("README.zh.txt", "README.en.txt", "CHECK.html"):
        assert head in (folder / name).read_text(encoding="utf-8")
        assert D2023 in (folder / name).read_text(encoding="utf-8")


def test_the_same_store_gives_the_same_archive(data: Path) -> None:
    with Store.open(data, read_only=True) as one, Store.open(data, read_only=True) as other:
        assert evidence(one, D2023).data == evidence(other, D2023).data


def test_what_was_looked_at_by_hand_without_an_address_is_no_one_else_s_evidence(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        fill(store)
        store.record(b"x", look(b"x", slot=""))
        assert [each.slot for each in looks_of(store, D2022)] == ["https://qs.example/2022.html"]


@needs_shell
def test_a_shell_with_sha256sum_finds_it_sound(data: Path, tmp_path: Path) -> None:
    done = checked(unpacked(data, tmp_path / "proof"))
    with Store.open(data, read_only=True) as store:
        head = store.head()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"OK: {head.n} lines, the last has the hash {head.hash}\n"


@needs_shell
def test_a_byte_flipped_in_any_file_is_found_by_the_shell(data: Path, tmp_path: Path) -> None:
    folder = unpacked(data, tmp_path / "proof")
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.name != "check.sh"):
        whole = path.read_bytes()
        for at in {0, len(whole) // 3, len(whole) - 1}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            done = checked(folder)
            assert done.returncode != 0, (path, at)
            assert "OK" not in done.stdout
        path.write_bytes(whole)
    assert checked(folder).returncode == 0


@needs_shell
def test_who_makes_the_sums_anew_is_found_by_the_chain(data: Path, tmp_path: Path) -> None:
    folder = unpacked(data, tmp_path / "proof")
    ledger = folder / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    sha = look(AFTER).sha
    spoils = {
        "line 2": lambda: ledger.write_bytes(lines[0].replace(b"2024-09-20", b"2024-09-19") + b"".join(lines[1:])),
        "line 3": lambda: ledger.write_bytes(lines[0] + lines[1] + lines[3]),
        "HEAD says": lambda: ledger.write_bytes(b"".join(lines[:-1])),
        "not whole": lambda: ledger.write_bytes(b"".join(lines)[:-1]),
        "has other bytes": lambda: (folder / f"captures/{sha}.txt").write_bytes(b"x"),
        "named by no line": lambda: (folder / "lines.txt").write_text("1\n"),
    }
    for said, spoil in spoils.items():
        spoil()
        listed = (folder / "SHA256SUMS").read_text().splitlines()
        names = [line[66:] for line in listed]
        sums = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, text=True, check=True).stdout
        (folder / "SHA256SUMS").write_text(sums)
        done = checked(folder)
        assert (done.returncode, said in done.stderr) == (1, True), (said, done)
        shutil.rmtree(folder)
        unpacked(data, folder)


def test_the_command_writes_the_archive_and_overwrites_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["--lang", "en", "evidence", D2023, "--output", "proof.zip", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["document"], told["looks"], told["captures"], told["lines"]) == (D2023, 2, 1, 4)
    whole = (tmp_path / "proof.zip").read_bytes()
    assert run(["--lang", "zh", "evidence", D2023, "--output", "proof.zip"]) == 1
    assert "已存在" in capsys.readouterr().err
    assert (tmp_path / "proof.zip").read_bytes() == whole
    assert data.exists()


def test_everything_that_verifying_may_find_has_words() -> None:
    codes = {*get_args(verify.Code), *get_args(get_type_hints(Doubt)["code"])}
    for lang in ("zh", "en"):
        assert [code for code in sorted(codes) if not messages(lang).has(f"verify.{code}")] == []


def test_every_code_of_verifying_is_documented() -> None:
    page = (Path(__file__).parents[1] / "docs/reference/commands.md").read_text(encoding="utf-8")
    codes = {*get_args(verify.Code), *get_args(get_type_hints(Doubt)["code"])} - {"stamp.unchecked"}
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []
