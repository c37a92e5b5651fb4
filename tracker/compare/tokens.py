"""A passage as tokens: what an operation may cut between.

A recorded figure is one token with its sign and unit; a number that was not understood, a Latin word, a year with
its 年 and a list number are one token each; everything else is a token a character.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

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
    r"(?:19|20)[0-9]{2}年|[一二][〇○零九][〇○零一二三四五六七八九]{2}年"
    r"|(?<![0-9A-Za-z)）])[-－−]?[0-9]+(?:[.,，．][0-9]+)*[%％‰]?"
    r"|[0-9]+(?:[.,，．][0-9]+)*[%％‰]?|[A-Za-z]+(?:[-'’ ][A-Za-z]+)*|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens side by side: ``texts`` as published, ``keys`` they are compared by, ``figures`` the index of the
    recorded figure by the token's place."""

    texts: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])
    figures: dict[int, int] = field(default_factory=dict[int, int])

    def add(self, text: str, key: str) -> None:
        """Add one token."""
        self.texts.append(text)
        self.keys.append(key)


class _Keys(dict[str, str]):
    """The key of every token met so far, as seen from a year."""

    def __init__(self, year: int | None) -> None:
        super().__init__()
        self.year = year

    def __missing__(self, text: str) -> str:
        if self.year is not None and len(text) == 5 and text[-1] == "年":
            key = relative_year(text[:4], self.year) + "年"
        else:
            key = fold(text)
        self[text] = key
        return key


class Tokenizer:
    """Cuts the passages of one disclosure, seen from one view, into tokens."""

    def __init__(self, disclosure: Disclosure, view: View) -> None:
        """Prepare for any number of passages; keys are remembered."""
        self.disclosure = disclosure
        self.view = view
        self._keys = _Keys(view.year)

    def tokens(self, run: Sequence[int]) -> Tokens:
        """Return the tokens of the passages numbered ``run``; their texts joined are the passages' texts joined."""
        made = Tokens()
        for index in run:
            self._passage(self.disclosure.passages[index], made)
        return made

    def _words(self, text: str, made: Tokens) -> None:
        unit = self.view.unit
        for n, piece in enumerate(text.split(unit) if unit else [text]):
            if n and unit:
                made.add(unit, UNIT_NAME)
            found: list[str] = _TOKEN.findall(piece)
            made.texts.extend(found)
            made.keys.extend(map(self._keys.__getitem__, found))

    def _passage(self, passage: Passage, made: Tokens) -> None:
        text = passage.text
        at = 0
        number = LIST_NUMBER.match(text, 0, passage.spans[0].start if passage.spans else len(text))
        if number is not None:
            made.add(number[0], number_style(number[0], self.view))
            at = number.end()
        unit = None if passage.spans else money_unit(passage, self.view)
        if unit is not None:
            self._words(text[at : unit.start()], made)
            made.add(unit[0], MONEY_UNIT)
            at = unit.end()
        for span in passage.spans:
            self._words(text[at : span.start], made)
            printed = text[span.start : span.end]
            made.figures[len(made.texts)] = span.figure
            made.add(printed, mark(self.disclosure.figures[span.figure], printed))
            at = span.end
        self._words(text[at:], made)
