"""What is counted below a table of money: 相关统计数, as Jiangsu prints them below the “三公” expenses.

Groups sent abroad, cars, receptions: a name with its measure in brackets and a number, two or three beside each other.
They are lines of the statement above, with units of their own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.folding import fold
from tracker.model import Figure, Line
from tracker.normalize.flow import Slot, Table
from tracker.normalize.statements import cells
from tracker.normalize.statements.body import Body, Place, fold_id, key
from tracker.normalize.statements.grid import Row

_OPENS = re.compile(r"(?:[（(]?[一二三四][)）、.．]*)?相关统计数(?:据|字)?[:：]?")
_HEAD = {"项目", "统计数"}
_UNIT = re.compile(r"[（(](?P<unit>[^（()）]{1,4})[)）]$")


def parted(rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows of a table of money, and those below it that count; without the rows that head the latter."""
    for r, row in enumerate(rows):
        texts = _texts(row)
        if texts == _HEAD or (len(texts) == 1 and _OPENS.fullmatch("".join(texts))):
            return tuple(rows[:r]), tuple(below for below in rows[r + 1 :] if _texts(below) != _HEAD)
    return tuple(rows), ()


def _texts(row: Row) -> set[str]:
    return {fold(slot.text) for slot in row if slot.text}


def read_counts(tables: Sequence[Table], body: Body, place: Place) -> None:
    """Add to ``body`` the lines that ``tables`` count, each name with the number after it in its row."""
    for table, row in ((each, row) for each in tables for row in each.rows):
        label = ""
        for slot in row:
            if slot.covered or not slot.text:
                continue
            amount = cells.amount(slot.text)
            if amount is None:
                label = slot.text if cells.words(slot.text) else label
                if cells.words(slot.text):
                    body.lines.append(Line(id=fold_id(label), label=label))
            elif label:
                figure = _figure(label, amount, slot, table, place)
                body.lines[-1] = replace(body.lines[-1], figures=(len(body.figures),))
                body.figures.append(figure)
                label = ""


def _figure(label: str, amount: cells.Amount, slot: Slot, table: Table, place: Place) -> Figure:
    spot = table.spot(slot)
    unit = _UNIT.search(label)
    return Figure(
        key=key(place.form.id, fold_id(label), "count", "actual", None, place.taxonomy),
        statement=place.form.id,
        label=label,
        measure="统计数",
        role="actual",
        period=place.year,
        value=amount.value,
        unit=amount.unit or (unit["unit"] if unit is not None else None),
        decimals=amount.decimals,
        quote=f"{label} {slot.text}",
        page=spot.page,
        box=spot.box,
        origin=spot.origin,
        confidence=spot.sureness,
    )
