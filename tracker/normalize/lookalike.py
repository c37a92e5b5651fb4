"""What is published beside disclosures and is none: a government's accounts, a news page, a notice, a blank template.

A disclosure prints figures under headings or in tables of its kind. Its titles decide where it prints both and is
still not a unit's.
"""

import re
from collections.abc import Iterator, Sequence

from tracker.model import Problem
from tracker.normalize.flow import Portion, Stretch, Table
from tracker.taxonomy.documents import Documents

NARRATIVE = frozenset(
    (
        "narrative",
        *("overall", "income", "expenditure", "appropriation", "appropriation.items", "appropriation.basic"),
        *("general.total", "general.structure", "general.items", "basic", "fund", "state_capital", "three_public"),
        *("operating", "procurement", "assets"),
    )
)
"""The sections in which a disclosure tells its figures."""

STATEMENT = re.compile(
    r"(?:收入|支出|收支|拨款|经费|明细|功能分类|经济分类)[^，。；：:、（）()\d]{0,14}?(?P<kind>决算|预算)[^，。；：\d]{0,4}表"
)
"""The name of a standard table."""

_FORM = re.compile(r"绩效(?:自评|目标|评价)[^，。；：:、\d]{0,8}表")
_FIGURE = re.compile(r"\d[\d,]*\.\d+|\d+(?:万元|%|％)")
_AMOUNT = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d[\d,]*\.\d+%?|-?\d{3,}|\d+%")
_CODE = re.compile(r"[23]\d\d(?:\d\d){0,2}")
_UNFILLED = re.compile(r"(?=[万%％])(?<![\d.．)）(（：:十百千万亿几])(?:万元|%|％)")
"""A slot for a figure that nobody filled: 总计万元，增长%."""
_OWN = re.compile(r"(?:部门|单位|本级)(?:收支|财务)?(?:决算|预算)")
_ONE_PAGE = frozenset(("three_public", "operating", "procurement", "assets"))
"""Sections that are also published alone, as a note of one page."""

_FEW_FIGURES = 5
_FEW_STATEMENTS = 2
_FEW_SLOTS = 5
_FEW_CAPTIONS = 3


def look_alike(portions: Sequence[Portion], titles: Sequence[str], documents: Documents) -> tuple[Problem, ...]:
    """Name what this is when it is no disclosure of a unit; () if it is one. ``titles`` are its titles as printed."""
    stretches = [item for portion in portions for item in portion.items if isinstance(item, Stretch)]
    text = "\n".join(stretch.text for stretch in stretches)
    cover = stretches[0].text[:200] if stretches else ""
    cells = list(_cells(portions))
    figures = len(_FIGURE.findall(text)) + sum(1 for first, cell in cells if _is_amount(first, cell))
    sections = {portion.section for portion in portions} & NARRATIVE
    if template := _template(text, cells, figures, documents):
        return (Problem(code="document.template", quote=template, holds=True),)
    quote = _government(text, titles, cover, documents, told=bool(sections))
    if quote is not None:
        return (Problem(code="document.government", quote=quote, holds=True),)
    statements = _count(STATEMENT, text, cells)
    forms = _count(_FORM, text, cells)
    printed = bool(sections) or statements >= _FEW_STATEMENTS or forms > 0
    enough = figures >= (1 if sections else _FEW_FIGURES)
    note = bool(sections) and sections <= _ONE_PAGE and statements + forms < _FEW_STATEMENTS
    if not printed or not enough or note:
        return (Problem(code="document.not_disclosure", quote=cover[:60], holds=True),)
    return ()


def _template(text: str, cells: Sequence[tuple[bool, str]], figures: int, documents: Documents) -> str | None:
    """Return a blank of a form that nobody filled in, None where it is none."""
    blanks = [match[0] for match in documents.placeholder.finditer(text)]
    if len(blanks) >= _FEW_SLOTS and len(blanks) > figures:
        return blanks[0]
    slots = [text[max(0, m.start() - 12) : m.end()] for m in _UNFILLED.finditer(text)]
    if len(slots) >= _FEW_SLOTS and len(slots) > figures:
        return slots[0]
    if figures == 0 and (named := next(STATEMENT.finditer(text), None)) is not None and len(cells) > _FEW_SLOTS:
        return named[0]
    return None


def _government(text: str, titles: Sequence[str], cover: str, documents: Documents, *, told: bool) -> str | None:
    """Return the words by which these are a whole government's accounts; ``told``: there are a unit's sections.

    A unit's disclosure may name any of them on its cover, in its table of contents; its title does not, or says
    部门决算 with it. A town's government publishes as a unit: it has no tables of taxes and debts.
    """
    patterns = {alike.where: alike.pattern for alike in documents.look_alikes}
    captions = [match[0] for match in patterns["caption"].finditer(text)]
    printed = "".join(titles) + ("" if told else cover)
    title = patterns["title"].search(printed)
    if not told:
        return title[0] if title else captions[0] if len(set(captions)) >= _FEW_CAPTIONS else None
    return title[0] if title and captions and not _OWN.search(printed) else None


def _count(pattern: re.Pattern[str], text: str, cells: Sequence[tuple[bool, str]]) -> int:
    return len(pattern.findall(text)) + sum(1 for _, cell in cells if pattern.search(cell))


def _cells(portions: Sequence[Portion]) -> Iterator[tuple[bool, str]]:
    """Yield every printed cell with whether it is the first of its row."""
    for portion in portions:
        for item in portion.items:
            if isinstance(item, Table):
                for row in item.rows:
                    printed = [slot.text for slot in row if slot.text and not slot.covered]
                    yield from ((at == 0, cell) for at, cell in enumerate(printed))


def _is_amount(first: bool, cell: str) -> bool:
    """Tell an amount from the code or the ordinal that a row begins with."""
    if first and cell.isdigit():
        return False
    return _AMOUNT.fullmatch(cell) is not None and _CODE.fullmatch(cell) is None
