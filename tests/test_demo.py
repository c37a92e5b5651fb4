"""``make demo``: one full pass over the samples, told to a reader; again, nothing changed."""

import re
import shlex
import shutil
import socket
import time
from pathlib import Path

import pytest

from tracker import demo
from tracker.cli import run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with socket.socket() as probe:  # runs beside each other need a port each
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = (demo.ROOT / "config.toml").read_text(encoding="utf-8")
    assert ":8737/" in text
    (tmp_path / "config.toml").write_text(text.replace(":8737/", f":{port}/"), encoding="utf-8")
    shutil.copytree(demo.ROOT / "samples", tmp_path / "samples")
    return tmp_path


@pytest.fixture(autouse=True)
def in_chinese(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.chdir(root)


def test_the_first_run_tells_what_a_reader_wants_to_know(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.perf_counter()

    code = demo.main(root)

    told = capsys.readouterr().out
    assert code == 0
    assert time.perf_counter() - begun < 10
    assert "6 份公开件，3 个单位" in told
    assert "公开后的修改" in told
    assert "[-" in told, "what was silently changed stands word by word"
    assert "年度变动最大的几项" in told
    assert "理由：" in told, "with the reason that the document gives"
    assert "接下来可以试试" in told


def test_what_it_says_to_try_next_works(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(root)
    told = capsys.readouterr().out
    commands = re.findall(r"^  \S*tracker (.+)$", told.split("接下来可以试试")[1], re.MULTILINE)

    assert len(commands) >= 4
    for command in commands:
        assert run(shlex.split(command)) == 0, command
        assert len(capsys.readouterr().out.splitlines()) > 2, command


def test_run_again_it_says_that_nothing_changed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(root)
    capsys.readouterr()

    code = demo.main(root)

    assert code == 0
    assert "没有变化" in capsys.readouterr().out


def test_a_sample_that_can_not_be_read_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = root / "samples" / "2024-12-01" / "丹霖市文化馆2021年度决算.txt"
    broken.parent.mkdir()
    broken.write_bytes(b"\x00\x01\x02" * 50)

    code = demo.main(root)

    assert code == 1
    assert "丹霖市文化馆2021年度决算.txt" in capsys.readouterr().err
