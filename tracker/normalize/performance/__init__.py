"""Performance forms (绩效自评表, 绩效目标表): tables with slipped cells, and forms printed cell by cell.

A form is a statement ``performance.overall`` or ``performance.<project>``; its numbers are figures with ``statement``
set. Values keep their unit and lose their sign of comparison (``≦50万元`` → 50 万元), which stays in the quote.
Textual results (完全达到) are words; notes (备注) hold list numbers and thresholds, never figures.
"""

from tracker.folding import narrow
from tracker.model import Unread
from tracker.normalize.flow import Portion, Stretch, Table
from tracker.normalize.performance import flat, tables
from tracker.normalize.performance.reading import Form, PerformanceReading, Placed, finish
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.performance import FormWords

__all__ = ["PerformanceReading", "Placed", "read"]


def read(portion: Portion, *, year: int | None, taxonomy: Taxonomy) -> PerformanceReading:
    """Read the forms of a portion. ``year`` is the document's, the period of all figures."""
    words = taxonomy.performance
    sheets = tables.Sheets(words)
    forms: list[Form] = []
    found: set[int] = set()
    ranges: list[tuple[int, int, int]] = []
    unread: list[tuple[str, str]] = []
    open_form = False
    before = ""
    for index, item in enumerate(portion.items):
        if isinstance(item, Stretch):
            flattened = flat.read(item, index, words)
            forms.extend(flattened.forms)
            unread.extend(flattened.unread)
            ranges.extend((index, start, end) for start, end in flattened.ranges)
            if open_form and not flattened.forms and tables.is_note(item.text, words):
                ranges.append((index, 0, flat.note_end(narrow(item.text), 0, len(item.text))))
            open_form = open_form and len(item.text) < 40
            before = item.text[-200:]
        elif isinstance(item, Table):
            begins = tables.is_form(item, words)
            if not begins and not (open_form and tables.goes_on(item, words)):
                open_form = False
                continue
            if begins and not (open_form and not sheets.form.entries):
                form = Form(page=item.page, goal=_goal(item, words), money=tables.money_unit(before))
                sheets.forms.append(form)
                forms.append(form)
                sheets.head = None
                form.whole = _whole(before, words)
            count = len(sheets.forms)
            tables.read(item, index, sheets)
            forms.extend(sheets.forms[count:])
            found.add(index)
            open_form = True
    statements, placed = finish(forms, heading=portion.heading, year=year, bases=taxonomy.bases)
    return PerformanceReading(
        statements=tuple(statements),
        placed=tuple(placed),
        tables=frozenset(found),
        ranges=tuple(ranges),
        texts=tuple(sheets.texts),
        unread=tuple(Unread(portion.section, number, quote) for number, quote in (*unread, *sheets.unread)),
    )


def _whole(before: str, words: FormWords) -> bool:
    """Tell whether the last title in the words before a table is that of a unit's form, not of a project's."""
    titles = [before.rfind(word) for word in words.whole]
    return max(titles, default=-1) > before.rfind("项目")


def _goal(table: Table, words: FormWords) -> bool:
    """Tell whether a table sets goals (目标表): no column of its heads holds what was reached or spent."""
    heads = [head for row in table.rows if (head := tables.head_of(tables.cells_of(row), words)) is not None]
    return "actual" not in {column.role for head in heads for column, _ in head.columns.values()}
