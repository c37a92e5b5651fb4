"""Runs of the program in a folder of their own, and one folder with two years and a revision in it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.generator.layouts import document
from tests.generator.ledger import evolve, make
from tests.generator.render import render
from tracker.cli import run

CONFIG = """
lang = "zh"

[[sources]]
name = "folder"
folder = "source"
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


def text(year: int = 2023, seed: int = 3, how: str = "tsv") -> str:
    """A whole disclosure of a fictional unit; the years of one seed follow each other."""
    ledger = make(seed, 2022)
    for _ in range(year - 2022):
        ledger = evolve(ledger, seed)
    return render(document(ledger, "hubei"), how)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in an empty folder, in Chinese unless told otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    return _runner(capsys)


def _runner(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


@dataclass(frozen=True, slots=True)
class Kept:
    """A data folder with two years of a unit, the second revised once."""

    folder: Path
    unit: str
    year: str
    before: str


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    first, second = text(2022), text(2023)
    unit = make(3, 2022).unit
    for day, name, content in (
        ("2023-10-12", "2022.txt", first),
        ("2024-10-12", "2023.txt", second),
        ("2024-11-20", "2023.txt", revised(second)),
    ):
        path = folder / "source" / day / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    code = run(["--config", str(folder / "config.toml"), "--lang", "zh", "fetch"])
    assert code == 0, "the two years of the generator are read"
    return Kept(folder=folder, unit=unit, year=f"{unit}/2023", before=f"{unit}/2022")


def revised(content: str) -> str:
    """The text with one sentence silently changed."""
    assert "名词解释" in content
    before, sign, after = content.partition("主要原因是")
    assert sign, "the generated text gives a reason"
    return f"{before}主要原因是经复核后更正：{after}"


@pytest.fixture
def asking(kept: Kept, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in the folder with the two years; for commands that only ask."""
    monkeypatch.chdir(kept.folder)
    return _runner(capsys)
