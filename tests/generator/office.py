"""Documents as office files: DOCX with merged cells and headings, tables in XLSX beside a page, archives of files."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence

from docx import Document as Docx
from docx.document import Document as DocxDocument
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.generator.paper import Block, Document, Paragraph, Sheet

_AMOUNT = re.compile(r"-?[\d,]+\.\d\d")
_STANDARD = ("final.", "budget.")
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
    return undated(stream.getvalue())


def undated(package: bytes) -> bytes:
    """Return an office file whose parts were all packed on one day: the same document is the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            after.writestr(zipfile.ZipInfo(part.filename), before.read(part), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _table(paper: DocxDocument, sheet: Sheet) -> None:
    width = max(len(row) for row in sheet.matrix())
    table = paper.add_table(len(sheet.rows), width)
    cells = [cell for row in table.rows for cell in row.cells]
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(sheet.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            place = cells[y * width + x]
            if cell.colspan > 1 or cell.rowspan > 1:
                place = place.merge(cells[(y + cell.rowspan - 1) * width + x + cell.colspan - 1])
            place.text = cell.text
            taken |= {(y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan)}
            x += cell.colspan


def xlsx(document: Document, *, numbers: bool = True) -> bytes:
    """Return the standard tables of the document as a workbook: a cover with the heading of their part, a sheet each
    with its caption and notes. ``numbers`` stores amounts as numbers under a format, else as text. A hidden sheet of
    somebody's calculations stands last."""
    book = Workbook()
    blocks = document.blocks
    cover = book.active
    cover.title = "封面"
    for line, block in enumerate((b for b in blocks if _is_moved_heading(b)), 1):
        cover.cell(line, 1, block.text)
    for at, block in enumerate(blocks):
        if not isinstance(block, Sheet) or not block.statement.startswith(_STANDARD):
            continue
        before = _neighbours(blocks[:at][::-1], block, "caption")[::-1]
        after = _neighbours(blocks[at + 1 :], block, "note")
        sheet = book.create_sheet(f"表{len(book.sheetnames) + 1}")
        width = max(len(row) for row in block.matrix())
        line = 1
        for text in before:
            sheet.cell(line, 1, text)
            if width > 1:
                sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=width)
            line += 1
        _rows(sheet, block, line, numbers)
        for text in after:
            sheet.cell(line + len(block.rows), 1, text)
            line += 1
    book.create_sheet("底稿").cell(1, 1, "合计 12.5").parent.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def without_tables(document: Document) -> Document:
    """Return the document as the page has it whose standard tables are attached."""
    return document.with_blocks(
        tuple(
            block
            for block in document.blocks
            if not _is_moved_heading(block) and not (block.statement or "").startswith(_STANDARD)
        )
    )


def _is_moved_heading(block: Block) -> bool:
    """Tell the heading of the part that holds the tables: it stands where they do."""
    return isinstance(block, Paragraph) and block.kind == "part" and block.section == "tables"


def zipped(files: Mapping[str, bytes], *, marked: bool = False) -> bytes:
    """Return an archive whose names are in GB18030 as Windows writes them, or in UTF-8 and ``marked`` as that."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            if marked:
                archive.writestr(name, data)
                continue
            raw = name.encode("gb18030").decode("cp437")
            entry = _Unmarked(raw)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return stream.getvalue()


class _Unmarked(zipfile.ZipInfo):
    """An entry whose name stands in the archive as the bytes that cp437 makes of it, without the mark of UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def _neighbours(blocks: Sequence[Block], sheet: Sheet, kind: str) -> list[str]:
    found: list[str] = []
    for block in blocks:
        if not isinstance(block, Paragraph) or block.kind != kind or block.statement != sheet.statement:
            break
        found.append(block.text)
    return found


def _rows(sheet: Worksheet, table: Sheet, first: int, numbers: bool) -> None:
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            place = sheet.cell(first + y, x + 1)
            if numbers and _AMOUNT.fullmatch(cell.text):
                place.value = float(cell.text.replace(",", ""))
                place.number_format = "#,##0.00" if "," in cell.text else "0.00"
            elif cell.text:
                place.value = cell.text
            if cell.colspan > 1 or cell.rowspan > 1:
                sheet.merge_cells(
                    start_row=first + y,
                    end_row=first + y + cell.rowspan - 1,
                    start_column=x + 1,
                    end_column=x + cell.colspan,
                )
            taken |= {(y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan)}
            x += cell.colspan
