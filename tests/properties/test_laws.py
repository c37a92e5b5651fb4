"""Laws that hold of whatever happens to a text: nothing changes unseen, and operations keep words whole."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generator.layouts import LAYOUTS
from tests.properties.laws import breaches
from tests.properties.planted import Pair, follow, read, written

_HAN = re.compile(r"[\u4e00-\u9fff]")
_DIGIT = re.compile(r"\d")
_LIST_NUMBER = re.compile(r"[（(]?\d{1,2}[）).、．:：]")
_OTHER = {"digit": "123456789", "han": "申辰巳午未"}


def altered(text: str, seed: int, times: int, kind: str) -> Iterator[tuple[str, str]]:
    """Yield texts in which one character of the words of the body is another, with what stands around it.

    The table of contents is layout, and so is the number of a list item, which follows its place; the rows of tables
    have tests of their own.
    """
    rng = random.Random(f"altered {seed} {kind}")
    pattern = _DIGIT if kind == "digit" else _HAN
    body = _body(text)
    places: list[int] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if "\t" not in line and at >= body:
            first = len(line) - len(line.lstrip())
            number = _LIST_NUMBER.match(line, first)
            start = number.end() if number else 0
            places += [at + m.start() for m in pattern.finditer(line, start) if not _numbers_a_list(line, m.start())]
        at += len(line)
    for place in rng.sample(places, times):
        new = rng.choice([c for c in _OTHER[kind] if c != text[place]])
        yield text[:place] + new + text[place + 1 :], f"{text[max(0, place - 20) : place + 20]!r} → {new}"


def _numbers_a_list(line: str, at: int) -> bool:
    return bool(re.match(r"\d?[、．.）)](?!\d)", line[at + 1 :])) or line[:at].rstrip()[-1:] in ("(", "（")


def _body(text: str) -> int:
    """Where the words begin that the table of contents announced: the second 第一部分, else the first long sentence."""
    parts = [m.start() for m in re.finditer(r"第一部分", text)]
    return parts[1] if len(parts) > 1 else text.index("。")


def _unseen(text: str, seed: int, times: int, kind: str) -> list[str]:
    assert len(read(text).passages) > 50
    wrong: list[str] = []
    for other, where in altered(text, seed, times, kind):
        outcome = follow(Pair(where, "revision", text, other, ()))
        wrong += [where] if not outcome.held and not outcome.changes else []
        wrong += [told for change in outcome.changes for told in breaches(change)]
    return wrong


@pytest.mark.parametrize("kind", ["digit", "han"])
@pytest.mark.parametrize("seed_name", ["wuhan", "gedian"])
def test_no_character_of_a_real_text_changes_unseen(request: pytest.FixtureRequest, seed_name: str, kind: str) -> None:
    path: Path = request.getfixturevalue(seed_name)
    assert _unseen(path.read_text(encoding="utf-8"), 1, 40, kind) == []


@pytest.mark.parametrize("kind", ["digit", "han"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_character_of_a_generated_text_changes_unseen(layout: str, kind: str) -> None:
    assert _unseen(written(layout, "tsv", 7), 2, 20, kind) == []


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["digit", "han"])
@pytest.mark.parametrize("seed_name", ["wuhan", "gedian"])
def test_no_character_of_a_real_text_changes_unseen_in_the_long_run(
    request: pytest.FixtureRequest, seed_name: str, kind: str
) -> None:
    path: Path = request.getfixturevalue(seed_name)
    assert _unseen(path.read_text(encoding="utf-8"), 3, 1_000, kind) == []


def test_no_label_of_a_line_changes_unseen_though_the_line_is_blank(wuhan: Path) -> None:
    text = wuhan.read_text(encoding="utf-8")
    labels = list(re.finditer(r"\t[一二三四五六七八九十]+、([\u4e00-\u9fff]{4,})(?=\t\d\d\t)", text))
    assert len(labels) > 40
    rng = random.Random(5)
    for label in rng.sample(labels, 12):
        at = rng.randrange(label.start(1), label.end(1))
        outcome = follow(Pair(label[1], "revision", text, f"{text[:at]}申{text[at + 1 :]}", ()))
        said = [(change.subject, change.aspect, change.before) for change in outcome.changes]
        assert outcome.held or said == [("structure", "wording", label[0].strip())], label[0]
