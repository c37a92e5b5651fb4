"""Texts with their recorded figures masked: what words are compared by.

A mark is one character of the private use area, so that folding, joining and aligning treat it like a letter.
What a mark stands for is compared in the other channel (`figures`), everything else is compared as text: a number
that was not understood stays in the words. A mark tells the role and the class of the unit, and whether the unit
was printed, so that a lost 万元 shows.

Direction words (增加, 下降) stay words. Two more things are marked because another record says them: the number of a
list item follows from its place (`numbering` finds the numbers that do not), and the name of a unit that was renamed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import get_args

from tracker.amounts import FEN, NUMBER
from tracker.folding import fold, fold_tidy
from tracker.model import Disclosure, Figure, Passage, Role

_BOUND = "\ue000"
UNIT_NAME = "\ue002"
MONEY_UNIT = "\ue003"
_UNPRINTED = "\ue004"
_YEARS = {-1: "\ue010", 0: "\ue011", 1: "\ue012"}
_STYLES = 0xE020
_FIGURES = 0xE100
_CLASSES = ("money", "percent", "points", "count", "bare")

_ROLES: tuple[Role, ...] = get_args(Role)
_NAMES = {
    "money": "金额",
    "percent": "比例",
    "points": "百分点",
    "count": "数量",
    "bare": "数",
}
_READABLE = {
    ord(_BOUND): None,
    ord(UNIT_NAME): "〔单位〕",
    ord(MONEY_UNIT): "〔金额单位〕",
    ord(_UNPRINTED): "〔无单位〕",
    ord(_YEARS[-1]): "〔上年〕",
    ord(_YEARS[0]): "〔本年〕",
    ord(_YEARS[1]): "〔次年〕",
    **{_STYLES + n: "〔序号〕" for n in range(16)},
    **{
        _FIGURES + 8 * n + m: f"〔{role}:{_NAMES[unit_class]}〕"
        for n, role in enumerate(_ROLES)
        for m, unit_class in enumerate(_CLASSES)
    },
}

_NUMERAL = re.compile(rf"[+＋]?{NUMBER}")
# The first two classes are there for speed: a pattern that begins with one is searched for without backtracking.
_YEAR = re.compile(r"[12一二][09〇○零九][0-9〇○零一二三四五六七八九]{2}(?=年)")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CN = "一二三四五六七八九十百〇零"
_LIST_NUMBER = (
    rf"-?(?:第[{_CN}]+(?:部分|章|节|条|款)|[{_CN}]+[、.．]|[(（][{_CN}]+[)）]、?|[{_CN}]+是"
    r"|[0-9]{1,3}(?:[、．]|\.(?![0-9]))|[(（][0-9]{1,3}[)）]、?|[①-⑳]、?|图[0-9]{1,3}|表[0-9]{1,3}(?=[:：])"
    r"|公开[0-9]{1,2}表[:：]?)"
)
LIST_NUMBER = re.compile(_LIST_NUMBER)
_NUMBERED = re.compile(_BOUND + rf"({_LIST_NUMBER})")
_MONEY_UNIT = re.compile(r"(?<=单位[:：])(?:" + "|".join(sorted(FEN, key=len, reverse=True)) + ")")


@dataclass(frozen=True, slots=True)
class View:
    """From where a disclosure is seen. ``year`` makes years relative to it (None: years stay text); ``unit`` is the
    name that a renamed unit has here; ``money`` the units of money of statements, which figures record."""

    year: int | None = None
    unit: str | None = None
    money: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Masked:
    """A passage as it is compared: ``key`` with its list number marked too, ``plain`` with the number as text.

    ``index`` counts the disclosure's passages, ``number`` is its folded list number ("" where it has none),
    ``figures`` are indexes of the disclosure's figures in printed order.
    """

    index: int
    key: str
    plain: str
    number: str
    figures: tuple[int, ...]


def unit_class(unit: str | None) -> str:
    """Return the class of a unit: money, percent, points, count, or bare where there is none."""
    if unit is None:
        return "bare"
    if unit in FEN:
        return "money"
    if unit in ("%", "‰"):
        return "percent"
    return "points" if unit == "个百分点" else "count"


@lru_cache(maxsize=4096)
def _mark(role: Role, unit: str | None, words: str) -> str:
    """Return the mark, followed by what the span prints beyond numeral and unit."""
    mark = chr(_FIGURES + 8 * _ROLES.index(role) + _CLASSES.index(unit_class(unit)))
    rest, name = fold(words), fold(unit or "")
    if rest == name:
        return mark
    return mark + rest.replace(name, "", 1) if name and name in rest else mark + _UNPRINTED + rest


def mark(figure: Figure, printed: str) -> str:
    """Return what stands in masked text for ``printed``, the characters of a recorded figure."""
    return _mark(figure.role, figure.unit, _NUMERAL.sub("", printed, count=1))


def relative_year(text: str, year: int) -> str:
    """Return the mark of a printed year (2023, 二〇二三) seen from ``year``, or the text where it is a far one."""
    printed = int(text.translate(_CHINESE_DIGITS))
    return _YEARS.get(printed - year, text)


def _relative_years(text: str, year: int) -> str:
    def relative(found: re.Match[str]) -> str:
        start = found.start()
        return found[0] if start and text[start - 1].isdecimal() else relative_year(found[0], year)

    return _YEAR.sub(relative, text)


def is_relative(masked: str) -> bool:
    """Say whether masked text holds what is seen from its own document: a relative year, the name of the unit."""
    return any(mark in masked for mark in (*_YEARS.values(), UNIT_NAME))


def number_style(number: str, view: View | None = None) -> str:
    """Return the mark that stands for a list number: one for each style (一、 · （一） · 1. · …).

    Seen over years all styles are one: a unit that counts 一、二、 where it counted （一）（二） says nothing with it.
    """
    return chr(_STYLES + (_ANY if view is not None and view.year is not None else _style(number)))


_TABLE, _ANY = 10, 15
_DEPTHS = {0: 0, 1: 1, 8: 2, _TABLE: 2, 6: 3, 9: 4, 7: 5, 4: 6, 5: 7}


def depth(number: str) -> int:
    """Return how deep a list number usually stands: 第一部分 · 一、 · （一） · 1. · (1) · ① · 一是 · none."""
    return _DEPTHS.get(_style(number), 8) if number else 9


@lru_cache(maxsize=1024)
def _style(number: str) -> int:
    bare = number.lstrip("-")
    if bare[0] == "公":
        return _TABLE
    if bare[0] in "第图表①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return {"第": 0 if "部分" in bare else 1, "图": 2, "表": 3}.get(bare[0], 4)
    shape = 5 if bare[-1] == "是" else 6 if bare[0] in "(（" else 7
    return shape if shape == 5 else 2 * shape - 6 + (1 if re.search("[0-9]", bare) else 0)


def money_unit(passage: Passage, view: View) -> re.Match[str] | None:
    """Find the unit of money that a statement's caption prints and the statement records."""
    if passage.statement is None or passage.statement not in view.money:
        return None
    found = _MONEY_UNIT.search(passage.text)
    return found if found and found[0] == view.money[passage.statement] else None


def _marked(passage: Passage, figures: Sequence[Figure], view: View) -> str:
    """Return a passage's text with its figures marked."""
    text = passage.text
    if not passage.spans:
        unit = money_unit(passage, view)
        return text if unit is None else text[: unit.start()] + MONEY_UNIT + text[unit.end() :]
    pieces: list[str] = []
    at = 0
    for span in passage.spans:
        pieces += (text[at : span.start], mark(figures[span.figure], text[span.start : span.end]))
        at = span.end
    pieces.append(text[at:])
    return "".join(pieces)


def mask(disclosure: Disclosure, view: View, still: Collection[int] = ()) -> dict[int, Masked]:
    """Return the passages of a disclosure as they are compared, by their index, but for those that are ``still``;
    linear in the length of the text."""
    passages = [(index, passage) for index, passage in enumerate(disclosure.passages) if index not in still]
    if not passages:
        return {}
    figures = disclosure.figures
    marked = [_marked(passage, figures, view) for _, passage in passages]
    whole = fold_tidy(_BOUND + _BOUND.join(marked))
    if view.unit:
        whole = whole.replace(fold(view.unit), UNIT_NAME)
    if view.year is not None:
        whole = _relative_years(whole, view.year)
    plain = whole[1:].split(_BOUND)
    numbers: list[str] = []

    def masked_number(found: re.Match[str]) -> str:
        numbers.append(found[1])
        return _BOUND + number_style(found[1], view)

    keys = _NUMBERED.sub(masked_number, whole)[1:].split(_BOUND)
    taken = iter(numbers)
    return {
        index: Masked(
            index, key, text, next(taken) if key != text else "", tuple([span.figure for span in passage.spans])
        )
        for (index, passage), key, text in zip(passages, keys, plain, strict=True)
    }


def mask_label(label: str, view: View) -> str:
    """Return a line's or column's label as it is compared: folded, without list number, years relative."""
    text = label_key(label)
    if view.year is not None:
        text = _relative_years(text, view.year)
    return text.replace(fold(view.unit), UNIT_NAME) if view.unit else text


@lru_cache(maxsize=8192)
def label_key(label: str) -> str:
    """Return a folded label without list number: most labels stand in several statements, on both sides."""
    text = fold(label)
    return LIST_NUMBER.sub("", text, count=1) if LIST_NUMBER.match(text) else text


def readable(masked: str) -> str:
    """Return masked text with its marks written out: ``〔actual:金额〕``, ``〔本年〕``."""
    return masked.translate(_READABLE)
