"""Documents as office files: DOCX with merged cells and headings, XLSX tables beside a page."""

import io

from docx import Document as Docx
from docx.document import Document as DocxDocument

from tests.generator.paper import Document, Sheet

_LEVELS = {"title": 0, "part": 1, "heading": 2}


def docx(document: Document) -> bytes:
    """Return the document as a word processor saves it: styles for headings, merged cells, pages before parts."""
    paper = Docx()
    for block in document.blocks:
        if isinstance(block, Sheet):
            _table(paper, block)
        elif block.kind in _LEVELS:
            if block.kind == "part":
                paper.add_page_break()
            paper.add_heading(block.text, _LEVELS[block.kind])
        else:
            paper.add_paragraph(block.text)
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _table(paper: DocxDocument, sheet: Sheet) -> None:
    width = max(len(row) for row in sheet.matrix())
    table = paper.add_table(len(sheet.rows), width)
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(sheet.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            place = table.cell(y, x)
            if cell.colspan > 1 or cell.rowspan > 1:
                place = place.merge(table.cell(y + cell.rowspan - 1, x + cell.colspan - 1))
            place.text = cell.text
            taken |= {(y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan)}
            x += cell.colspan
