"""A passage as tokens: what an operation may cut between.

A recorded figure is one token with its sign and unit; a number that was not understood, a Latin word, a year with
its 年 and a list number are one token each; everything else is a token a character.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.compare.masks import (
    LIST_NUMBER,
    MONEY_UNIT,
    UNIT_NAME,
    View,
    mark,
    money_unit,
    number_style,
    relative_year,
)
from tracker.folding import fold
from tracker.model import Disclosure, Passage

_TOKEN = re.compile(
    r"(?:19|20)[0-9]{2}年|[一二][〇○零Ｏ九][〇○零一二三四五六七八九]{2}年"
    r"|(?<![0-9A-Za-z)）])[-－−]?[0-9]+(?:[.,，．][0-9]+)*[%％‰]?"
    r"|[0-9]+(?:[.,，．][0-9]+)*[%％‰]?|[A-Za-z]+(?:[-'’ ][A-Za-z]+)*|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` as published and the ``key`` it is compared by; ``figure`` is the index of a recorded figure."""

    text: str
    key: str
    figure: int | None = None


@lru_cache(maxsize=1 << 16)
def _key(text: str, year: int | None) -> str:
    if year is not None and len(text) == 5 and text[-1] == "年":
        return relative_year(text[:4], year) + "年"
    return fold(text)


def _words(text: str, view: View) -> Iterator[Token]:
    pieces = text.split(view.unit) if view.unit else [text]
    for n, piece in enumerate(pieces):
        if n and view.unit:
            yield Token(view.unit, UNIT_NAME)
        for found in _TOKEN.findall(piece):
            yield Token(found, _key(found, view.year))


def _passage(passage: Passage, disclosure: Disclosure, view: View) -> Iterator[Token]:
    text = passage.text
    at = 0
    first = passage.spans[0].start if passage.spans else len(text)
    number = LIST_NUMBER.match(text, 0, first)
    if number and number.end():
        yield Token(number[0], number_style(number[0]))
        at = number.end()
    unit = money_unit(passage, view) if not passage.spans else None
    if unit is not None and unit.start() >= at:
        yield from _words(text[at : unit.start()], view)
        yield Token(unit[0], MONEY_UNIT)
        at = unit.end()
    for span in passage.spans:
        figure = disclosure.figures[span.figure]
        yield from _words(text[at : span.start], view)
        printed = text[span.start : span.end]
        yield Token(printed, mark(figure, printed), span.figure)
        at = span.end
    yield from _words(text[at:], view)


def tokens(disclosure: Disclosure, run: Sequence[int], view: View) -> tuple[Token, ...]:
    """Return the tokens of the passages numbered ``run``; their texts joined are the passages' texts joined."""
    return tuple(token for index in run for token in _passage(disclosure.passages[index], disclosure, view))
