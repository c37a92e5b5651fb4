"""Numbers of a spreadsheet as its sheet prints them: 2020.6 under ``#,##0.00`` is 2,020.60.

The digits that are published are those on the sheet, not those in the file: a stored 0.30000000000000004 was never
published, and a trailing zero is precision. After ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache

GENERAL = "General"

# What is not listed prints as General; 27-36 and 50-58 as Chinese editions have them.
BUILTIN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "¥#,##0;¥-#,##0", 6: "¥#,##0;¥-#,##0",
    7: "¥#,##0.00;¥-#,##0.00", 8: "¥#,##0.00;¥-#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy/m/d", 15: "d-m-yy",
    17: "m-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '¥#,##0;¥-#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"', 44: '¥#,##0.00;¥-#,##0.00;"-"',
    49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_TOKEN = re.compile(r'"([^"]*)"?|[\\!](.)|_.|\*.|\[([^\]]*)\]|(AM/PM|上午/下午)|([yYdDhHsSmM]+)|(.)', re.DOTALL)
_PLACES = frozenset("0#?")
_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?\Z")
_LONGEST = 255
_SIMPLE = re.compile(r"(#,##)?0(?:\.(0{1,9}))?(?:_[ )])*\Z")
"""A format of nothing but places: most amounts stand under one."""
_SHORT = re.compile(r"(-?)(\d{1,10})(?:\.(\d{1,5}))?\Z")
"""A number of no more than the fifteen digits that count."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """One token of a format: ``digit`` (a place), ``point``, ``comma``, ``percent``, ``date``, ``text`` or else."""

    kind: str
    text: str


def printed(raw: str, code: str, *, from_1904: bool = False) -> str:
    """Return what a sheet prints for a number stored as ``raw`` under the number format ``code``.

    What is no number is returned as it is.
    """
    short = _SHORT.match(raw)
    if short is not None and (simple := _simple(code)) is not None:
        sign, whole, part = short.groups("")
        grouped, places = simple
        if len(part) <= places:
            shown = f"{int(whole):,}" if grouped else str(int(whole))
            minus = sign if whole.strip("0") or part.strip("0") else ""
            return f"{minus}{shown}.{part.ljust(places, '0')}" if places else minus + shown
    try:
        value = _FIFTEEN.create_decimal(raw)
    except InvalidOperation:
        return raw
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return raw
    sections = _sections(code)
    if code == GENERAL or not sections:
        return general(value)
    section, value = _chosen(sections, value)
    if any(mark.kind == "date" for mark in section):
        return _date(section, value, from_1904)
    if any(mark.kind == "text" for mark in section):
        return general(value)
    return _number(section, value)


def general(value: Decimal) -> str:
    """Return a number as ``General`` prints it in a cell that is wide enough: at most ten digits after rounding."""
    whole = max(1, value.adjusted() + 1)
    places = max(0, 10 - whole)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=400))
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@cache
def _simple(code: str) -> tuple[bool, int] | None:
    """Return whether a simple format groups, and its decimals; None for any other."""
    found = _SIMPLE.match(code)
    return None if found is None else (found[1] is not None, len(found[2] or ""))


@cache
def _sections(code: str) -> tuple[tuple[_Mark, ...], ...]:
    """Cut a format at its semicolons into tokens; General inside a section makes it ``text``."""
    sections: list[list[_Mark]] = [[]]
    for token in _TOKEN.finditer(code[:_LONGEST]):
        quoted, escaped, bracket, noon, dated, plain = token.groups()
        if quoted is not None or escaped is not None:
            sections[-1].append(_Mark("literal", quoted if quoted is not None else escaped))
        elif bracket is not None:
            symbol = _CURRENCY.match(bracket)
            if symbol is not None and symbol[1]:
                sections[-1].append(_Mark("literal", symbol[1]))
        elif dated is not None or noon is not None:
            sections[-1].append(_Mark("date", (dated or "ampm").lower()))
        elif plain == ";":
            sections.append([])
        elif plain is not None:
            kinds = {".": "point", ",": "comma", "%": "percent", "@": "text"}
            kind = "digit" if plain in _PLACES else kinds.get(plain, "literal")
            sections[-1].append(_Mark(kind, plain))
    if re.search(r"general|通用格式", code, re.IGNORECASE):
        return ()
    return tuple(tuple(section) for section in sections)


def _chosen(sections: Sequence[tuple[_Mark, ...]], value: Decimal) -> tuple[tuple[_Mark, ...], Decimal]:
    """Return the section for a number's sign; only the first of them prints a minus of its own."""
    numeric = sections[:3]
    if len(numeric) > 2 and value == 0:
        return numeric[2], value
    if len(numeric) > 1 and value < 0:
        return numeric[1], -value
    return numeric[0], value


def _number(section: Sequence[_Mark], value: Decimal) -> str:
    point = next((at for at, mark in enumerate(section) if mark.kind == "point"), len(section))
    places = sum(mark.kind == "digit" for mark in section[point:])
    digits = [at for at, mark in enumerate(section) if mark.kind == "digit"]
    if not digits:
        return "".join(mark.text for mark in section if mark.kind != "comma").strip()
    before = [at for at in digits if at < point]
    last = digits[-1]
    # A comma after the last place (of the whole part or of all) divides by a thousand, one between places groups.
    commas = [at for at, mark in enumerate(section) if mark.kind == "comma"]
    scaled = sum(at > last or (bool(before) and before[-1] < at < point) for at in commas)
    grouped = any(bool(before) and before[0] < at < before[-1] for at in commas)
    percent = sum(mark.kind == "percent" for mark in section)
    value = value.scaleb(2 * percent - 3 * scaled)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=400))
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    sign = "-" if rounded < 0 else ""
    return (sign + _filled(section, before, "" if whole == "0" else whole, fraction, grouped)).strip()


def _filled(section: Sequence[_Mark], before: Sequence[int], whole: str, fraction: str, grouped: bool) -> str:
    """Put digits into places: the whole part from the right, what is too long before the first place."""
    least = sum(section[at].text == "0" for at in before)
    whole = whole.rjust(least, "0")
    shown = _grouped(whole) if grouped else whole
    kept = fraction
    optional = [mark.text for mark in section if mark.kind == "digit"][len(before) :]
    while kept.endswith("0") and optional[len(kept) - 1 : len(kept)] in (["#"], ["?"]):
        kept = kept[:-1]
    interrupted = len(before) > 1 and any(
        mark.kind == "literal" and before[0] < at < before[-1] for at, mark in enumerate(section)
    )
    pieces: list[str] = []
    written, used = False, 0
    for at, mark in enumerate(section):
        if mark.kind == "digit" and at in before:
            if interrupted:
                left = sum(other > at for other in before)
                end = len(whole) - left
                pieces.append(whole[used:end] if end > used else "")
                used = max(used, end)
            elif not written:
                pieces.append(shown)
                written = True
        elif mark.kind == "point":
            pieces.append("." + kept if kept or "0" in optional else "")
        elif mark.kind in ("literal", "percent"):
            pieces.append(mark.text)
    return "".join(pieces)


def _grouped(whole: str) -> str:
    return f"{int(whole):,}".rjust(len(whole), "0") if whole else ""


def _date(section: Sequence[_Mark], value: Decimal, from_1904: bool) -> str:
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    if not 0 <= value < 2_958_466:
        return general(value)
    moment = datetime(start.year, start.month, start.day) + timedelta(seconds=round(float(value) * 86400))  # noqa: DTZ001
    pieces: list[str] = []
    clock = False
    for at, mark in enumerate(section):
        if mark.kind != "date":
            pieces.append(mark.text)
            continue
        letter, length = mark.text[0], len(mark.text)
        follows = next((m.text[0] for m in section[at + 1 :] if m.kind == "date"), "")
        minutes = letter == "m" and (clock or follows == "s")
        clock = letter == "h" or (clock and letter == "s")
        shown = {
            "y": moment.year if length > 2 else moment.year % 100,
            "m": moment.minute if minutes else moment.month,
            "d": moment.day,
            "h": moment.hour,
            "s": moment.second,
        }.get(letter)
        if shown is not None:
            pieces.append(f"{shown:02}" if length == 2 else str(shown))
    return "".join(pieces).strip()
