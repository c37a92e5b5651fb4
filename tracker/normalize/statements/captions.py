"""The words around a table: its name, number, organisation and money unit before it; notes and formulas after it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.model import Kind
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.statements import Form

_NUMBER = re.compile(
    r"(?:财决)?(?:公开)?0?\d{1,2}-?\d?表|公开表\d{1,2}"
    r"|附?表[一二三四五六七八九十]{1,3}|附?表\d{1,2}(?:-\d)?|附件\d{1,2}"
)
_ORGANISATION = re.compile(
    r"(?:编制单位|编制部门|公开单位|公开部门|预算主管部门|单位名称|部门名称|填报单位|部门|单位)"
    r"[:：](?!(?:人民币)?(?:万|千|百|亿)?元)(?P<name>[^:：。；;]{0,60}?)"
    r"(?=(?:金额单位|单位|编制日期|公开|财决|部门代码)[:：\d]|公开\s?\d|20\d\d年|$)"
)
_MONEY = re.compile(
    r"(?:(?:金额|货币|计量)?单位[:：]?(?:人民币)?|[（(])(?P<unit>万元|千元|百元|亿元|元)"
    r"(?:[)）]|(?![\u4e00-\u9fff])|$|(?=公开|编制|部门|单位|表|项目))"
)
_CLOSED = re.compile(
    r"[。；;！]|(?:[决预]算|总|明细|情况|报)表(?=[^一-龥]|20|第|公开\d|表\d|[一二三四五六七八九十]{1,3}、)|行(?![业政])(?=20)|[)）](?=20)"
    # A note that ends without a full stop, and the number of the next table: …为必填项 公开11表.
    r"|(?=公开\d{1,2}表)"
)
_LEAD = re.compile(
    r"(?:第[一二三四五六七八九十]+部分)?"
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|附?表\d{1,2}[:：.、]?|附件\d{1,2}[:：.、]?"
    r"|表[一二三四五六七八九十]{1,3}[:：.、]?|公开\d{1,2}表)?(?:20\d\d年度?)?(?:部门|单位|本级)?$"
)
_CONTINUED = re.compile(r"续表?[）)]?$|（续）")
_BEFORE_SHORT = re.compile(r"(?:^|[^\u4e00-\u9fff]|[年度门位级表、]|公司|中心|局|委|办|院|校|学|部|会|处|站|所|队|厅)$")
_EMPTY = re.compile(
    r"本表(?:无数据|为空表?|为空白表)|空表|(?:无|没有)[^。；]{0,40}?(?:收入|支出|安排|预算|数据)|无相关"
)
_NOTE = re.compile(
    r"(?:(?:注|说明|备注)[:：].*?[。；;)）]|\d+[.、]本[表套].*?。|\d{1,3}[行栏](?:各[行栏])?=.{1,80}?[行栏][；;。]?"
    r"|[^。]{0,60}?(?:无|没有)[^。]{0,60}?(?:支出|收入|数据|空表|情况)[^。]{0,12}。)+"
)


@dataclass(frozen=True, slots=True)
class Caption:
    """What the words before a table say. ``start`` is where its name (with year and number) begins, None if none does.

    ``money`` is where the words of the money unit stand (``单位：万元``).
    """

    form: Form | None = None
    title: str = ""
    start: int | None = None
    number: str | None = None
    organisation: str | None = None
    unit: str | None = None
    money: tuple[int, int] | None = None
    continued: bool = False
    looks: bool = False


def caption(text: str, taxonomy: Taxonomy, *, hints: Sequence[int] = (), kind: Kind = "final") -> Caption:
    """Read the words before a table, which end where it begins.

    ``hints`` are offsets at which a printed line began; ``kind`` is the document's: whose tables are looked for.
    """
    floor = max(0, len(text) - _REACH)
    titles = [t for t in taxonomy.forms.titles(text, floor, kind=kind) if _whole(text, t[0], t[1], hints)]
    if not titles:
        tail = text[max(0, len(text) - 120) :]
        offset = len(text) - len(tail)
        found = _details(tail, offset)
        return Caption(
            number=found.number,
            organisation=found.organisation,
            unit=found.unit,
            money=found.money,
            continued=_CONTINUED.search(tail) is not None,
            looks=re.search(r"(?:决算|收支|支出|收入|预算)[^。]{0,12}表[^。]{0,80}$", tail) is not None,
        )
    begin, end, form = titles[-1]
    # The name of another table is no part of this one's: a list of the tables may end just before the first.
    start = max(_start(text, begin, floor), titles[-2][1] if len(titles) > 1 else 0)
    found = _details(text[start:], start)
    return Caption(
        form,
        text[start:end],
        start,
        found.number,
        found.organisation,
        found.unit,
        found.money,
        _CONTINUED.search(text[end : end + 8]) is not None,
        True,
    )


_REACH = 600
"""How far before a table its name is looked for, in characters: name, number, organisation, unit and a note."""


def _whole(text: str, start: int, end: int, hints: Sequence[int]) -> bool:
    """Tell whether a name is not the end of a longer one: 专项资金支出决算表 is not 支出决算表."""
    if (end < len(text) and text[end : end + 2] in ("说明", "情况")) or re.match(r"(?:情况)?说明", text[end : end + 4]):
        return False
    if end - start > 7 or start == 0 or start in hints:
        return True
    return _BEFORE_SHORT.search(text, max(0, start - 4), start) is not None


def _start(text: str, title: int, floor: int) -> int:
    """Return where a name begins with all that belongs to it: list number, year, organisation."""
    window = max(floor, title - 48)
    closed = window
    for match in _CLOSED.finditer(text, window, title):
        closed = match.end()
    lead = _LEAD.search(text, closed, title)
    if closed > window or window == 0 or (window == floor and floor == 0):
        # Whatever stands between the last full stop and the name is part of it, the organisation too.
        return closed if closed > window or title - window <= 48 else title
    return lead.start() if lead is not None else title


def _details(text: str, offset: int) -> Caption:
    number = _NUMBER.search(text)
    money = [*_MONEY.finditer(text)]
    organisation = next((m["name"].strip() for m in _ORGANISATION.finditer(text) if m["name"].strip()), None)
    unit = money[-1] if money else None
    return Caption(
        number=None if number is None else number[0],
        organisation=organisation,
        unit=None if unit is None else unit["unit"],
        money=None if unit is None else (offset + unit.start(), offset + unit.end()),
    )


def says_empty(text: str) -> bool:
    """Tell whether words near a table say that it holds nothing: 故本表无数据, 当年无…支出."""
    return _EMPTY.search(text) is not None


def notes_end(text: str, *, within: bool) -> int:
    """Return where the notes that open ``text`` end; ``within`` a section of tables all of it is notes."""
    if within:
        return len(text)
    match = _NOTE.match(text)
    return 0 if match is None else match.end()
