"""Pairs of texts to compare, made from one text by seeded changes."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.texts import Text
from tests.generator.mutate import NoPlaceError, mutate, sentences
from tests.generator.noise import rewrapped
from tracker.model import Axis

WIDTH = 60
"""Columns of the wrap that a re-wrapped revision gets; a Chinese character takes two."""

_REVISED = ("amount_in_prose", "amount_in_table", "sentence_reworded", "date_corrected", "sentence_deleted",
            "paragraph_moved")  # fmt: skip
_FIGURE = re.compile(
    r"(?<![\d,.\-/])\d[\d,]*\.\d+(?![\d.])|(?<![\d,.\-/])\d[\d,]*(?=[ \u3000]*(?:万?元|人|辆|批|台|个|%|％))"
)
_YEAR = re.compile(r"(?<![\d.,])20\d\d(?![\d.,])")
_CLAUSE_END = re.compile(r"[，；。]")


@dataclass(frozen=True, slots=True)
class Case:
    """``before`` and ``after`` on an axis; ``of`` names the text that it was made from."""

    name: str
    of: str
    before: str
    after: str
    axis: Axis = "revision"


def cases(text: Text) -> tuple[Case, ...]:
    """Every pair of documents of ordinary size made from ``text``."""
    revised = silent_revision(text.text)
    return (
        Case("silent revision", text.name, text.text, revised),
        Case("re-wrapped", text.name, text.text, rewrapped(revised, WIDTH)),
        Case("year pair", text.name, year_before(text.text), text.text, "year"),
        Case("identical", text.name, text.text, text.text),
    )


def silent_revision(text: str, seed: int = 3) -> str:
    """Some figures and sentences changed, one sentence gone, one paragraph moved."""
    for name in _REVISED:
        try:
            text = mutate(name, text, seed).text
        except NoPlaceError:
            continue  # a text without tables has no amount in a table
    return text


def year_before(text: str, seed: int = 1, rewritten: int = 5) -> str:
    """The same document a year earlier: every figure another one, every ``rewritten``-th sentence in other words."""
    rng = random.Random(seed)
    every = sentences(text)
    clauses = [
        c for s in every for c in _CLAUSE_END.split(s.words) if 4 <= len(c) <= 40 and not re.search(r"[\d（(]", c)
    ]
    chosen = sorted(rng.sample(range(len(every)), len(every) // rewritten), reverse=True)
    for at in chosen if clauses else ():
        sentence = every[at]
        words: list[str] = []
        while sum(map(len, words)) < len(sentence.words) - 3:
            words.append(rng.choice(clauses))
        text = f"{text[: sentence.start]}{'，'.join(words)}。{text[sentence.end :]}"
    text = _FIGURE.sub(lambda match: _another(match[0], rng), text)
    return _YEAR.sub(lambda match: str(int(match[0]) - 1), text)


def _another(figure: str, rng: random.Random) -> str:
    return re.sub(r"\d", lambda digit: rng.choice("123456789".replace(digit[0], "")), figure)


def repeated(text: Text, times: int) -> Case:
    """A text of ``times`` the length and its silent revision, which differs at both ends and in the middle."""
    revised = silent_revision(text.text)
    rest = [text.text] * times
    for at in {0, times // 2, times - 1}:
        rest[at] = revised
    return Case(f"{times}-fold", text.name, "\n".join([text.text] * times), "\n".join(rest))


_LATIN_OR_DIGIT = re.compile(r"(?<=[A-Za-z0-9])\n+(?=[A-Za-z0-9])")


def single_line(text: str) -> str:
    """The whole text on one line; a space stays where two numbers or Latin words would run together."""
    return _LATIN_OR_DIGIT.sub(" ", text.replace("\r", "")).replace("\n", "").replace("\f", "")


def wrapped(text: str, width: int = 40) -> str:
    """``single_line`` of the text with a line end every ``width`` characters, never inside a number or Latin word."""
    line = single_line(text)
    return "\n".join(re.findall(rf".{{{width}}}[A-Za-z0-9.,]*|.+", line))


def ingested(text: Text, units: int) -> Sequence[tuple[str, str, str]]:
    """``(unit, at, text)`` of three documents a unit: last year's, this year's, and its silent revision."""
    return [
        (f"第{n}单位", at, each)
        for n in range(1, units + 1)
        for at, each in (
            ("2023-09-01T00:00:00Z", year_before(text.text, n)),
            ("2024-09-01T00:00:00Z", text.text),
            ("2024-10-01T00:00:00Z", silent_revision(text.text, n)),
        )
    ]
