"""The numbers that a word processor prints before its paragraphs: 一、 （一） 1. — they are no text of the paragraph.

After ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats). The same words typed by hand and numbered
automatically print the same, so they must read the same.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from scrapers.decode.xml import Element, attribute, child, children, number

_DEPTHS, _LONGEST = 9, 80
_PLACE = re.compile(r"%([1-9])")
_HAN = "〇一二三四五六七八九"
_FINANCIAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered: ``pattern`` is ``%1、`` and the like."""

    form: str = "decimal"
    pattern: str = ""
    start: int = 1
    restarts: int | None = None
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has been counted."""

    abstract: Mapping[str, Mapping[int, Level]]
    lists: Mapping[str, tuple[str, Mapping[int, Level], Mapping[int, int]]]
    styled: Mapping[str, tuple[str, int]]
    _counts: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _begun: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    def next(self, list_id: str, depth: int) -> str:
        """Return what is printed before the next paragraph of a list at ``depth`` (from 0), "" for none or a bullet."""
        found = self.lists.get(list_id)
        if found is None:
            return ""
        base, own, starts = found
        levels = {**self.abstract.get(base, {}), **own}
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts[base]
        if depth in starts and (list_id, depth) not in self._begun:
            self._begun.add((list_id, depth))
            counts[depth] = starts[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in [other for other in counts if other > depth]:
            restarts = levels[deeper].restarts if deeper in levels else None
            if restarts is None or (restarts != 0 and depth < restarts):
                del counts[deeper]
        return _PLACE.sub(lambda place: self._printed(levels, counts, int(place[1]) - 1, level), level.pattern)

    @staticmethod
    def _printed(levels: Mapping[int, Level], counts: Mapping[int, int], depth: int, shown: Level) -> str:
        level = levels.get(depth, Level())
        return spelled(counts.get(depth, level.start), "decimal" if shown.legal else level.form)


def read(root: Element | None) -> Numbering:
    """Return the lists that ``numbering.xml`` declares."""
    abstract: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    named: dict[str, str] = {}
    for each in children(root, "abstractNum"):
        number_id = attribute(each, "abstractNumId") or ""
        abstract[number_id] = _levels(each)
        if (link := _value(each, "numStyleLink")) is not None:
            links[number_id] = link
        if (style := _value(each, "styleLink")) is not None:
            named[style] = number_id
    for number_id, link in links.items():
        if link in named:
            abstract[number_id] = abstract[named[link]]
    lists: dict[str, tuple[str, Mapping[int, Level], Mapping[int, int]]] = {}
    styled: dict[str, tuple[str, int]] = {}
    for each in children(root, "num"):
        list_id = attribute(each, "numId") or ""
        base = _value(each, "abstractNumId") or ""
        own: dict[int, Level] = {}
        starts: dict[int, int] = {}
        for override in children(each, "lvlOverride"):
            depth = number(attribute(override, "ilvl"))
            own.update(_levels(override))
            if (start := _value(override, "startOverride")) is not None:
                starts[depth] = number(start, 1)
        lists[list_id] = (base, own, starts)
    for each in children(root, "abstractNum"):
        owner = next((i for i, told in lists.items() if told[0] == attribute(each, "abstractNumId")), None)
        for level in children(each, "lvl"):
            style = _value(level, "pStyle")
            if style is not None and owner is not None:
                styled.setdefault(style, (owner, number(attribute(level, "ilvl"))))
    return Numbering(abstract, lists, styled)


def _levels(holder: Element) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for each in islice(children(holder, "lvl"), _DEPTHS):
        form = _value(each, "numFmt") or "decimal"
        pattern = "" if form in ("bullet", "none") else (_value(each, "lvlText") or "")[:_LONGEST]
        restart = _value(each, "lvlRestart")
        legal = child(each, "isLgl")
        levels[number(attribute(each, "ilvl"))] = Level(
            form,
            pattern,
            number(_value(each, "start"), 1),
            None if restart is None else number(restart),
            legal is not None and attribute(legal, "val") not in ("0", "false"),
        )
    return levels


def _value(holder: Element, name: str) -> str | None:
    found = child(holder, name)
    return None if found is None else attribute(found, "val")


def spelled(count: int, form: str) -> str:
    """Return a number in a format of the specification; one that is not known here prints as plain digits."""
    if form in ("none", "bullet"):
        return ""
    if count < 1 or count > 9999:
        return str(count)
    spell = _FORMS.get(form)
    return str(count) if spell is None else spell(count)


def _counted(count: int) -> str:
    """Print 1-9999 as it is counted in Chinese: 十一, 二十, 一百零三."""
    digits = [(place, int(digit)) for place, digit in zip(("千", "百", "十", ""), f"{count:04}", strict=True)]
    text, gap = "", False
    for place, digit in digits:
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + ("" if place == "十" and digit == 1 and not text else _HAN[digit]) + place
        gap = False
    return text


def _financial(count: int) -> str:
    digits = [(place, int(digit)) for place, digit in zip(("仟", "佰", "拾", ""), f"{count:04}", strict=True)]
    text, gap = "", False
    for place, digit in digits:
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _FINANCIAL[digit] + place
        gap = False
    return text


def _letters(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (count // value)
        count %= value
    return text


def _circled(count: int) -> str:
    return chr(0x2460 + count - 1) if count <= 20 else str(count)


def _wide(count: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(count))


_FORMS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02}",
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda count: f"({count})",
    "decimalEnclosedFullstop": lambda count: f"{count}.",
    "chineseCounting": _counted,
    "chineseCountingThousand": _counted,
    "taiwaneseCounting": _counted,
    "taiwaneseCountingThousand": _counted,
    "japaneseCounting": _counted,
    "ideographDigital": lambda count: "".join(_HAN[int(digit)] for digit in str(count)),
    "japaneseDigitalTenThousand": lambda count: "".join(_HAN[int(digit)] for digit in str(count)),
    "taiwaneseDigital": lambda count: "".join(_HAN[int(digit)] for digit in str(count)),
    "chineseLegalSimplified": _financial,
    "ideographTraditional": lambda count: _STEMS[(count - 1) % 10],
    "ideographZodiac": lambda count: _BRANCHES[(count - 1) % 12],
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}
