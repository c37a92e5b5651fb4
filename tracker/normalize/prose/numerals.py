"""Numerals in prose: which digit runs are figures, which are something else, which we cannot tell.

Dates, document numbers, list numbers, ordinals, codes, thresholds, spans of time, telephone numbers and parts of
Latin words are no figures and stay words. A digit run that is none of these and has no known measure is unread.
"""

import re
from dataclasses import dataclass

from tracker.taxonomy.units_of_measure import Sort, UnitsOfMeasure

_RUN = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
_DATE = re.compile(
    r"(?:19|20)\d{2}(?:\s?[-—–~～至]\s?(?:19|20)?\d{2})?(?:学年|年度|年(?:末|底|初|中)?)"
    r"(?:\d{1,2}(?:[-—–~～至]\d{1,2})?月(?:份|底|末|初|\d{1,2}[日号])?)?"
    r"|\d{1,2}(?:[-—–~～至]\d{1,2})?月(?:份|底|末|初|\d{1,2}[日号])?"
    r"|(?:19|20)\d{2}([-./])\d{1,2}\1\d{1,2}(?!\d)"
    r"|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?![\d.%])"
)
_ATTACHED = re.compile(r"(?:附件|附表|附图|公开|表|图|第|No\.?|NO\.?|[A-Za-z_][-.]?)\s?$")
_TAIL_NUMBER = re.compile(r"\d*(?:[-—–]\d+)+")
_LETTER = re.compile(r"[A-Za-z]")
_CLOSING = ")）]】〕"
_OPENING = "(（[【〔"
_LIST = re.compile(r"[.．](?!\d)|[、)）](?!\d)")
_AT_BOUNDARY = re.compile(r"(?:^|[。；;：:！？!?，,、”\"》\s])$")
_CODE_TAIL = re.compile(r"(?:类|款|项)?[)）]")
_RANGE = re.compile(r"\s?(?:[-—–~～]+|至|到)\s?\d")
_THRESHOLD = re.compile(r"(?:[(（](?:含|不含)[^)）]{0,6}[)）])?(?:以上|以下|以内|之内|以外|及以上|及以下|起步|封顶)")
_PHONE = re.compile(r"\d{3,4}[-—–]\d{7,8}|1\d{10}(?!\d)")
_BOUND = re.compile(r"[≥≤≦≧<>＜＞]=?$|(?:leq|geq)\s?$")
_HOTLINE = re.compile(r"(?:政务|便民|服务|市民|医保|社保|监督|举报|投诉|咨询)*(?:热线|电话|平台)")
_SHARED = re.compile(r"[、和及与]")
# The printed formulas of the tables: 27行=(1+2+…)行, 1栏各行=(2+3)栏各行.
_FORMULA = re.compile(r"[行栏](?:各行)?\s?=\s?[（(]?[\d+\-.…—\s()（）]*$")
_CLASS = re.compile(r"[\u4e00-\u9fff]{2,20}?(?:支出|补助)")
_SHORT = frozenset(("万", "亿"))
_SPOKEN = re.compile(r"(?:预算|资金|经费|支出|收入|投入|拨款|补贴|补助|总额)[^。]*$")
_STOPS = re.compile(r"[，,。；;、）)]|$")
_SENTENCE = 240
"""Characters back from a number in which its sentence says that it is of money."""
_SINGLE = re.compile(r"[-－−]")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A figure in the text: ``start:end`` covers sign, numeral and unit; ``value`` is signed, free of separators."""

    start: int
    end: int
    value: str
    decimals: int
    unit: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Loose:
    """A digit run that looks like a figure and has no meaning that we know."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Skip:
    """A digit run that is no figure; reading goes on at ``end``."""

    end: int


def scan(text: str, units: UnitsOfMeasure) -> tuple[tuple[Numeral, ...], tuple[Loose, ...]]:
    """Return the figures of ``text`` and the digit runs that could not be explained, both in order."""
    if len(text) <= 3 and text.isdigit():
        return (), ()  # a cell that numbers its row
    numerals: list[Numeral] = []
    loose: list[Loose] = []
    at = 0
    while (match := _RUN.search(text, at)) is not None:
        found = _judge(text, match, units)
        if isinstance(found, Numeral):
            numerals.append(found)
        elif isinstance(found, Loose):
            loose.append(found)
        at = max(found.end, match.start() + 1)
    return tuple(numerals), tuple(loose)


def _judge(text: str, match: re.Match[str], units: UnitsOfMeasure) -> Numeral | Loose | _Skip:
    """Decide what the digit run of ``match`` is."""
    start, end = match.span()
    run = match[0]
    before = text[max(0, start - 6) : start]
    other = _other(text, start, end, run, before)
    if other is not None:
        return other
    measure = units.read(text, end + 1 if text[end : end + 1] == " " else end)
    if measure is None:
        return _without_measure(text, start, end, run, units)
    if (
        measure.unit in _SHORT
        and _SPOKEN.search(text, max(0, start - _SENTENCE), start)
        and _STOPS.match(text, measure.end)
    ):
        # 项目总预算1720.00万，其中支持外贸发展370.00万: the 元 is left out.
        return _numeral(text, start, run, measure.unit, "money", measure.end)
    if measure.sort == "span" or _THRESHOLD.match(text, measure.end) or _BOUND.search(before):
        return _Skip(measure.end)
    return _numeral(text, start, run, measure.unit, measure.sort, measure.end)


def _other(text: str, start: int, end: int, run: str, before: str) -> Loose | _Skip | None:
    """Recognize what is no figure whatever follows: dates, numbers of lists and documents, codes, ranges."""
    date = _DATE.match(text, start)
    if date is not None:
        return _Skip(date.end())
    following = text[end : end + 1]
    if before and (_LETTER.match(before[-1]) or before[-1] in "第_"):
        return _Skip(end)
    if following == "号":
        return _Skip(end + 1)
    if before and before[-1] in _OPENING:
        if following and following in _CLOSING and "." not in run and len(run) in (1, 2, 3, 4, 5, 7):
            number = re.compile(r"[)）\]】〕]第?\d*号?").match(text, end)
            return _Skip(number.end() if len(run) == 4 and number is not None else end)
        if len(run) in (2, 3, 5, 7) and _CODE_TAIL.match(text, end):
            return _Skip(end)
    if _ATTACHED.search(before) and following not in ("份", "个", "张", "册", "本", "元", "万", "%"):
        tail = _TAIL_NUMBER.match(text, end)
        return _Skip(tail.end() if tail is not None else end)
    if len(run) <= 2 and _LIST.match(text, end) and ((following != ")" and following != "）") or _boundary(before)):
        return _Skip(end + 1)
    early = re.match(r"(\d{1,2})\.(?:19|20)\d{2}$", run)
    if early is not None and text[end : end + 1] == "年":
        return _Skip(start + len(early[1]) + 1)
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit():
        dotted = re.compile(r"(?:\.\d+)+").match(text, end)
        return _Skip(dotted.end() if dotted is not None else end)
    phone = _PHONE.match(text, start)
    if phone is not None:
        return _Skip(phone.end())
    if _HOTLINE.match(text, end):
        return _Skip(end)
    if following in ("行", "栏") or _FORMULA.search(text, max(0, start - 80), start):
        return _Skip(end)
    span = _RANGE.match(text, end)
    if span is not None:
        other_end = _RUN.match(text, span.end() - 1)
        return Loose(start, other_end.end() if other_end is not None else span.end())
    if following in ("/", "／", ":", "：", "×", "+", "*") and text[end + 1 : end + 2].isdigit():
        return Loose(start, end)
    return None


def _boundary(before: str) -> bool:
    return _AT_BOUNDARY.search(before) is not None


def _without_measure(text: str, start: int, end: int, run: str, units: UnitsOfMeasure) -> Numeral | Loose | _Skip:
    """A number without a measure of its own takes that of the next in a list (221、133笔), else it is unread."""
    if len(run) == 3 and run[0] in "23" and _CLASS.match(text, end):
        return _Skip(end)
    if run.isdigit() and len(run) in (5, 7) and run[0] in "23" and re.match(r"[\u4e00-\u9fff]", text[end : end + 1]):
        return _Skip(end)
    if run.isdigit() and len(run) > 7:
        return _Skip(end)
    at = end
    for _ in range(12):
        if not _SHARED.match(text, at):
            break
        following = _RUN.match(text, at + 1)
        if following is None:
            break
        measure = units.read(text, following.end())
        if measure is not None:
            if measure.sort == "span" or _THRESHOLD.match(text, measure.end):
                return _Skip(end)
            return _numeral(text, start, run, measure.unit, measure.sort, end)
        at = following.end()
    return Loose(start, end)


def _numeral(text: str, start: int, run: str, unit: str, sort: Sort, end: int) -> Numeral:
    sign = ""
    if start and _SINGLE.match(text, start - 1) and not (start > 1 and text[start - 2] in "0123456789)）%"):
        sign, start = "-", start - 1
    value = run.replace(",", "").replace("，", "")
    return Numeral(start, end, sign + value, len(value.partition(".")[2]), unit, sort)
