"""Numbers of a form, whole cells and within a run of cells: ``≥98%``, ``1188.57㎡``, ``30万``, ``99.95分``."""

import re
from dataclasses import dataclass

from tracker.amounts import NUMBER, parse
from tracker.folding import narrow
from tracker.taxonomy.performance import FormWords

_NUMBER = re.compile(NUMBER)
_BLANK = re.compile(r"[-/—–－]+|无")
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_DATE = re.compile(r"(?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:\d{1,2}日)?")
_DATE_CELL = re.compile(
    r"(?:(?:19|20)\d{2}年(?:度内|度)?(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?)(?:[上中下]旬)?(?:底|末|初)?(?:之?前|内)?"
)
_RANGE = re.compile(
    r"\d+(?:\.\d+)?(?P<unit>%?)[-~～至]\d+(?:\.\d+)?(?P=unit)(?:[个人次件项天年家场期份]|万元)?"
    r"|\d+(?:\.\d+)?[-~～至—]\d+(?:\.\d+)?[%个人次件项天年家场期份]"
)
_OWN_UNIT = re.compile(r"[\u4e00-\u9fffA-Za-z²³℃/]{1,4}$")
_NO_UNIT = re.compile(r"[月日号]|年[底度初前末]|季度前")
_MONEY = re.compile(r"[亿万千百]?元|%")
_PER = re.compile(r"/[\u4e00-\u9fff]{1,3}")


@dataclass(frozen=True, slots=True)
class Value:
    """A number: its exact value, its unit as printed, and where numeral and unit stand."""

    value: str
    decimals: int
    unit: str | None
    start: int
    end: int


def blank(text: str) -> bool:
    """Tell whether a cell says that it has no value: ``-``, ``—``, ``/``."""
    return _BLANK.fullmatch(text) is not None


def dated(text: str) -> bool:
    """Tell whether every number of ``text`` is part of a date."""
    return re.search(r"\d", _DATE.sub("", text)) is None


def start_of(text: str, words: FormWords) -> int:
    """Return where the number of a cell begins, after ``≥``, 不低于 and the like; -1 where none follows."""
    at, narrowed = 0, narrow(text)
    while True:
        word = next((w for w in words.before if narrowed.startswith(w, at)), None)
        if word is None:
            break
        at += len(word)
    return at if _NUMBER.match(text, at) else -1


def cell(text: str, words: FormWords) -> Value | None:
    """Read a whole cell as one value, or return None: words, ranges, dates and several numbers are none."""
    at = start_of(text, words)
    if at < 0:
        return None
    found = within(text, at, words)
    if found is None:
        return None
    rest = narrow(text[found.end :]).removeprefix("(含)")
    if not rest or rest in words.after:
        return found
    if re.search(r"[\d~]", rest) or _NO_UNIT.match(rest) or found.unit is not None:
        return None
    return (
        Value(found.value, found.decimals, text[found.end :], found.start, len(text)) if _OWN_UNIT.match(rest) else None
    )


def within(text: str, at: int, words: FormWords) -> Value | None:
    """Read the number with its known unit that begins at ``at``, whatever follows; a date is none."""
    match = _NUMBER.match(text, at)
    if match is None or _YEAR.match(text, at):
        return None
    number = parse(match[0])
    if number is None:
        return None
    measure = words.units.read(text, match.end())
    if measure is None and text[match.end() : match.end() + 1] in ("万", "亿"):  # 30万37.43万: another cell follows
        return Value(number.value, number.decimals, text[match.end()], at, match.end() + 1)
    if measure is None:
        return Value(number.value, number.decimals, None, at, match.end())
    if measure.unit in ("月", "日", "时", "点"):
        return None
    unit, end = measure.unit, measure.end
    per = _PER.match(text, end)
    if per is not None:
        unit, end = unit + per[0], per.end()
    return Value(number.value, number.decimals, unit, at, end)


def instead(text: str, at: int) -> re.Match[str] | None:
    """Match a date or a range that stands in the place of a number: 2023年12月底前, 90%-95%, 3-5个."""
    return _DATE_CELL.match(text, at) or _RANGE.match(text, at)


def amount(text: str, at: int) -> Value | None:
    """Read the amount or rate that begins at ``at``; a word that is no unit of money belongs to what follows."""
    match = _NUMBER.match(text, at)
    number = parse(match[0]) if match else None
    if match is None or number is None:
        return None
    unit = _MONEY.match(text, match.end())
    if unit is None:
        return Value(number.value, number.decimals, None, at, match.end())
    return Value(number.value, number.decimals, unit[0], at, unit.end())


def points(text: str, at: int = 0) -> Value | None:
    """Read the score or weight that begins at ``at``: a bare number, or one with 分."""
    match = _NUMBER.match(text, at)
    number = parse(match[0]) if match else None
    if match is None or number is None:
        return None
    end = match.end() + 1 if text.startswith("分", match.end()) else match.end()
    return Value(number.value, number.decimals, "分", at, end)
