"""DOCX to blocks: paragraphs with their printed numbers, tables, text boxes, footnotes and pictures, as they stand.

After ECMA-376 part 1, 17. What a reader of the printed document does not see is left aside: deleted and hidden words,
field codes, comments, headers and footers of pages. Parts are read from the container alone: a relation to an address,
a linked picture or an embedded file is never followed, macros are never looked at. A picture that is a table or a page
is read where the extra ``ocr`` is there (`scrapers.decode.ocr.inside`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scrapers.blocks import Block, Cell, Decoded, Grid, Image, TextLine
from scrapers.decode import numbering, styles
from scrapers.decode.cells import unbroken
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.ocr.inside import UNSIZED, Pictures, Shown
from scrapers.decode.packages import Package, damaged
from scrapers.decode.text import without_controls
from scrapers.decode.xml import Element, attribute, child, children, number
from scrapers.decode.xml import name as tag

_GONE_NAMES = "del moveFrom delText delInstrText instrText rPr pPr rt comments annotationRef sectPr tblPr tblGrid"
_GONE = frozenset(_GONE_NAMES.split())
_WIDEST = 256
_SIZE = re.compile(r"(?:^|;)\s*(width|height):(\d{1,5}(?:\.\d{1,6})?)pt")
# Symbol fonts print boxes where the text holds a code of theirs: Wingdings and Wingdings 2.
_SYMBOLS = {
    ("wingdings", 0xFE): "☑", ("wingdings", 0xFD): "☒", ("wingdings", 0xA8): "☐", ("wingdings", 0x6F): "☐",
    ("wingdings", 0xFC): "✓", ("wingdings 2", 0x52): "☑", ("wingdings 2", 0x53): "☒", ("wingdings 2", 0xA3): "☐",
    ("wingdings 2", 0x50): "✓", ("wingdings 2", 0x2A): "☐", ("wingdings 2", 0x51): "☒",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Break:
    """The end of a printed line inside a paragraph, or of a page."""

    page: bool = False


@dataclass(frozen=True, slots=True)
class _Note:
    """The place of a footnote or endnote."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class _Box:
    """A text box that is anchored here."""

    content: Element


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture that is anchored here: its relation ("" for none) and how it is shown."""

    alt: str
    relation: str = ""
    shown: Shown = UNSIZED


_Piece = str | _Break | _Note | _Box | _Picture


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of a DOCX. Raises UndecodableError ``damaged``, ``limit`` or ``encrypted``.

    ``picture.unread`` tells of a picture that may hold a table and could not be read.
    """
    package = Package(data, name or "the file", limits)
    main = _main(package)
    root = package.xml(main)
    body = child(root, "body")
    if body is None:
        raise damaged(name or "the file", "it has no body")
    folder = main.rpartition("/")[0]
    tags = frozenset(tag(each) for each in root.iter())
    gallery = _Gallery(package, package.related(main, "image"), Pictures(limits))
    writer = _Writer(
        styles.read(package.xml_if_there(f"{folder}/styles.xml")),
        numbering.read(package.xml_if_there(f"{folder}/numbering.xml")),
        {
            kind: _notes(package.xml_if_there(f"{folder}/{kind}s.xml"), kind)
            for kind in ("footnote", "endnote")
            if f"{kind}Reference" in tags
        },
        rendered="lastRenderedPageBreak" in tags,
        gallery=gallery,
    )
    writer.content(body)
    return Decoded(tuple(writer.blocks), "docx", "", writer.page, troubles=gallery.pictures.troubles)


def _main(package: Package) -> str:
    """Return the name of the main part, by the relations of the package."""
    for relation in children(package.xml_if_there("_rels/.rels"), "Relationship"):
        target = (relation.get("Target") or "").lstrip("/")
        if (relation.get("Type") or "").endswith("/officeDocument") and target in package:
            return target
    return "word/document.xml"


@dataclass(frozen=True, slots=True)
class _Gallery:
    """The pictures of a document, by the relations of its main part."""

    package: Package
    parts: Mapping[str, str]
    pictures: Pictures

    def blocks(self, picture: _Picture, page: int) -> tuple[Block, ...]:
        """Return what a picture says, or that it is one."""
        part = self.parts.get(picture.relation, "")
        said: tuple[Block, ...] = ()
        if part:
            name = part.rpartition("/")[2]
            said = self.pictures.blocks(name, lambda: self.package.read(part), picture.shown, page)
        return said or (Image(page, picture.alt),)


def _notes(root: Element | None, kind: str) -> dict[str, Element]:
    return {attribute(each, "id") or "": each for each in children(root, kind)}


@dataclass(slots=True)
class _Writer:
    """Walks the body in order and collects blocks."""

    styled: Mapping[str, styles.Style]
    lists: numbering.Numbering
    notes: Mapping[str, dict[str, Element]]
    rendered: bool
    gallery: _Gallery
    blocks: list[Block] = field(default_factory=list[Block])
    page: int = 1
    _fresh: bool = True
    _noted: list[_Note] = field(default_factory=list[_Note])

    def content(self, holder: Element) -> None:
        """Write what stands in a body, a text box or a note."""
        for each in _blocks(holder):
            if tag(each) == "tbl":
                self._table(each)
            else:
                self._paragraph(each)

    def _paragraph(self, paragraph: Element) -> None:
        style, pieces = self._read(paragraph)
        if not self.rendered and styles.is_on(child(paragraph, "pPr"), "pageBreakBefore"):
            self._turn()
        level = styles.heading(style)
        line: list[str] = []
        page = self.page
        after: list[_Picture | _Box] = []
        begin = len(self.blocks)
        for piece in pieces:
            match piece:
                case str():
                    page = self.page if not line else page
                    line.append(piece)
                    self._fresh = self._fresh and not piece.strip()
                case _Break(page=False):
                    self._end_line(line, page, level)
                case _Break():
                    self._turn()
                case _Note():
                    self._noted.append(piece)
                case _:
                    after.append(piece)
        self._end_line(line, page, level)
        if len(self.blocks) > begin and isinstance(last := self.blocks[-1], TextLine):
            self.blocks[-1] = replace(last, hard=True)
        for each in after:
            if isinstance(each, _Box):
                self.content(each.content)
            else:
                self.blocks += self.gallery.blocks(each, self.page)
        self._write_notes()
        section = child(paragraph, "pPr", "sectPr")
        if section is not None and not self.rendered and _turns(section):
            self._turn()

    def _read(self, paragraph: Element) -> tuple[styles.Style, list[_Piece]]:
        """Return the style of a paragraph, and what is printed in it, its number first."""
        own = styles.said(child(paragraph, "pPr"))
        base = self.styled.get(own.base or "", styles.Style()) if own.base else self.styled.get("", styles.Style())
        style = styles.over(own, base)
        pieces = list(_pieces(paragraph))
        list_id, depth = style.list_id, style.depth
        if depth is None and own.base is not None and own.base in self.lists.styled:
            depth = self.lists.styled[own.base][1]
        # An empty paragraph of a list shows its number too, but nobody means it: it is counted all the same.
        mark = "" if list_id is None or list_id == "0" else self.lists.next(list_id, depth or 0)
        if mark and any(isinstance(piece, str) and piece.strip() for piece in pieces):
            pieces.insert(0, mark)
        return style, pieces

    def _end_line(self, line: list[str], page: int, level: int) -> None:
        words = without_controls("".join(line))
        line.clear()
        if words.strip():
            self.blocks.append(TextLine(words.strip(" "), page=page, heading=level))

    def _turn(self) -> None:
        """Begin a page; a break that a word processor notes twice (as written and as rendered) is one."""
        if not self._fresh:
            self.page += 1
        self._fresh = True

    def _write_notes(self) -> None:
        noted, self._noted = self._noted, []
        for note in noted:
            # A note is printed once; one that names itself would never end.
            content = self.notes.get(note.kind, {}).pop(note.number, None)
            if content is not None:
                # Notes have relations of their own: a picture in one stays a picture.
                inner = self._inside(replace(self.gallery, parts={}))
                inner.content(content)
                self.blocks += inner.blocks

    def _table(self, table: Element) -> None:
        rows = [list(_cells(row)) for row in _rows(table)]
        if _is_layout(rows):
            for row in rows:
                for cell in row:
                    self.content(cell)
            return
        page = self.page
        later: list[Block] = []
        grid = _merged([[self._cell(cell, later) for cell in row] for row in rows], [_indent(r) for r in _rows(table)])
        if any(cell.text for row in grid for cell in row):
            self.blocks.append(Grid(tuple(unbroken(grid)), page))
        self.blocks += later
        self._write_notes()

    def _inside(self, gallery: _Gallery) -> "_Writer":
        """Return a writer of what stands inside of a cell or a note."""
        return _Writer(self.styled, self.lists, self.notes, self.rendered, gallery, page=self.page)

    def _cell(self, cell: Element, later: list[Block]) -> "_Placed":
        """Read a cell; tables, boxes and pictures inside are written after the table."""
        lines: list[str] = []
        for each in _blocks(cell):
            if tag(each) == "tbl":
                inner = self._inside(self.gallery)
                inner._table(each)
                later += inner.blocks
                continue
            words: list[str] = []
            for piece in self._read(each)[1]:
                match piece:
                    case str():
                        words.append(piece)
                        self._fresh = self._fresh and not piece.strip()
                    case _Break(page=False):
                        words.append("\n")
                    case _Break():
                        self._turn()
                    case _Note():
                        self._noted.append(piece)
                    case _Picture():
                        later += self.gallery.blocks(piece, self.page)
                    case _Box():
                        inner = self._inside(self.gallery)
                        inner.content(piece.content)
                        later += inner.blocks
            lines.append("".join(words).strip(" "))
        properties = child(cell, "tcPr")
        span = attribute(found, "val") if (found := child(properties, "gridSpan")) is not None else None
        merge = child(properties, "vMerge")
        text = without_controls("\n".join(line for line in lines if line.strip())).strip("\n ")
        covered = merge is not None and attribute(merge, "val") != "restart"
        return _Placed(text, min(max(1, number(span, 1)), _WIDEST), covered)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell as written: ``covered`` says that it continues the one above."""

    text: str
    width: int
    covered: bool


def _merged(rows: Sequence[Sequence[_Placed]], indents: Sequence[tuple[int, int]]) -> list[tuple[Cell, ...]]:
    """Return the rows with each merged cell once, its rows counted; cells left out at a row's ends are empty ones."""
    grid: list[list[Cell]] = []
    above: dict[int, tuple[int, int, int]] = {}
    """For each column at which a cell begins: its row and place in the grid, and its width."""
    for row, (before, after) in zip(rows, indents, strict=True):
        line = [Cell("", colspan=min(before, _WIDEST))] if before else []
        column = before
        open_now: dict[int, tuple[int, int, int]] = {}
        for cell in row:
            begun = above.get(column)
            if cell.covered and begun is not None and begun[2] == cell.width and not cell.text:
                y, x, _ = begun
                grid[y][x] = replace(grid[y][x], rowspan=len(grid) - y + 1)
                open_now[column] = begun
            else:
                open_now[column] = (len(grid), len(line), cell.width)
                line.append(Cell(cell.text, colspan=cell.width))
            column += cell.width
        if after:
            line.append(Cell("", colspan=min(after, _WIDEST)))
        above = open_now
        grid.append(line)
    return [tuple(line) for line in grid]


def _blocks(holder: Element) -> Iterator[Element]:
    """Yield paragraphs and tables in order, from inside content controls and tracked insertions too."""
    for each in holder:
        told = tag(each)
        if told in ("p", "tbl"):
            yield each
        elif told == "AlternateContent":
            yield from _blocks(_alternative(each))
        elif told in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "Choice", "Fallback"):
            yield from _blocks(each)


def _rows(table: Element) -> Iterator[Element]:
    for each in table:
        told = tag(each)
        if told == "tr":
            properties = child(each, "trPr")
            if not styles.is_on(properties, "hidden") and child(properties, "del") is None:
                yield each
        elif told in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _rows(each)


def _cells(row: Element) -> Iterator[Element]:
    for each in row:
        told = tag(each)
        if told == "tc":
            yield each
        elif told in ("sdt", "sdtContent", "customXml"):
            yield from _cells(each)


def _indent(row: Element) -> tuple[int, int]:
    properties = child(row, "trPr")
    before, after = child(properties, "gridBefore"), child(properties, "gridAfter")
    return (
        max(0, number(attribute(before, "val"))) if before is not None else 0,
        max(0, number(attribute(after, "val"))) if after is not None else 0,
    )


def _pieces(holder: Element) -> Iterator[_Piece]:
    """Yield what is printed inside a paragraph or a run, in order."""
    for each in holder:
        told = tag(each)
        if told == "t":
            yield each.text or ""
        elif told == "r":
            if not styles.is_on(child(each, "rPr"), "vanish"):
                yield from _pieces(each)
        elif told in _MARKS:
            yield _MARKS[told]
        elif told == "br":
            yield from _broken(attribute(each, "type"))
        elif told == "sym":
            yield _symbol(each)
        elif told in ("footnoteReference", "endnoteReference"):
            yield _Note(told.removesuffix("Reference"), attribute(each, "id") or "")
        elif told == "AlternateContent":
            yield from _pieces(_alternative(each))
        elif told in ("drawing", "pict", "object"):
            yield from _drawn(each)
        elif told == "fldChar":
            yield _checked(child(each, "ffData", "checkBox"))
        elif told == "ruby":
            base = child(each, "rubyBase")
            if base is not None:
                yield from _pieces(base)
        elif told not in _GONE:
            yield from _pieces(each)


_MARKS: Mapping[str, _Piece] = {
    "tab": "\t",
    "ptab": "\t",
    "noBreakHyphen": "-",
    "softHyphen": "",
    "cr": _Break(),
    "lastRenderedPageBreak": _Break(page=True),
}


def _broken(kind: str | None) -> Iterator[_Piece]:
    if kind == "page":
        yield _Break(page=True)
    elif kind != "column":
        yield _Break()


def _symbol(each: Element) -> str:
    code = attribute(each, "char") or ""
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    font = (attribute(each, "font") or "").lower()
    known = _SYMBOLS.get((font, point & 0xFF))
    if known is not None:
        return known
    return chr(point) if 0x20 <= point < 0xD800 or 0xE000 <= point < 0x110000 else ""


def _checked(box: Element | None) -> str:
    if box is None:
        return ""
    state = child(box, "checked")
    told = child(box, "default") if state is None else state
    return "☑" if told is not None and attribute(told, "val") not in ("0", "false") else "☐"


def _alternative(each: Element) -> Element:
    """Return the choice of a drawing that is written in two ways: the newer, unless it holds nothing."""
    choice, fallback = child(each, "Choice"), child(each, "Fallback")
    if choice is not None and (fallback is None or len(choice)):
        return choice
    return each if fallback is None else fallback


def _drawn(drawing: Element) -> Iterator[_Piece]:
    """Yield the text boxes and the picture of a drawing."""
    boxes = list(_boxes(drawing))
    for box in boxes:
        yield _Box(box)
    inside = {tag(each): each for each in drawing.iter()}
    if not boxes and ("blip" in inside or "imagedata" in inside or "chart" in inside):
        named = inside.get("docPr")
        alt = (attribute(named, "descr") or "").strip() if named is not None else ""
        yield from _shown(drawing, inside, alt)


def _shown(drawing: Element, inside: Mapping[str, Element], alt: str) -> Iterator[_Picture]:
    """Yield the pictures of a drawing, one without a relation where it has none in the file."""
    if "blip" not in inside:
        held = inside.get("imagedata")
        shape = inside.get("shape")
        style = (attribute(shape, "style") or "") if shape is not None else ""
        size = {side: float(told) for side, told in _SIZE.findall(style)}
        shown = Shown(size.get("width", 0.0), size.get("height", 0.0))
        yield _Picture(alt, (attribute(held, "id") or "") if held is not None else "", shown)
        return
    held = [attribute(each, "embed") or "" for each in drawing.iter() if tag(each) == "blip"]
    # Of several that are drawn as one nobody says here how large each is.
    shown = _extent(inside) if len(held) == 1 else UNSIZED
    for relation in dict.fromkeys(held):
        yield _Picture(alt, relation, shown)


def _extent(inside: Mapping[str, Element]) -> Shown:
    """Return how a picture is shown: its extent in 12700ths of a point, what is cut off in 1000ths of a percent."""
    extent, cut = inside.get("extent"), inside.get("srcRect")
    sides = ("l", "t", "r", "b")
    left, top, right, bottom = (
        min(max(number(attribute(cut, side)), 0), 100_000) / 100_000 if cut is not None else 0.0 for side in sides
    )
    wide, high = (number(attribute(extent, side)) / 12_700 if extent is not None else 0.0 for side in ("cx", "cy"))
    return Shown(max(wide, 0.0), max(high, 0.0), (left, top, right, bottom))


def _boxes(holder: Element) -> Iterator[Element]:
    for each in holder:
        told = tag(each)
        if told == "txbxContent":
            yield each
        elif told == "AlternateContent":
            yield from _boxes(_alternative(each))
        else:
            yield from _boxes(each)


def _turns(section: Element) -> bool:
    kind = child(section, "type")
    return kind is None or attribute(kind, "val") != "continuous"


def _is_layout(rows: Sequence[Sequence[Element]]) -> bool:
    """Tell a table that places things on the page (one column, a frame around prose) from one that holds data."""
    if all(len(row) <= 1 for row in rows):
        return True
    cells = [cell for row in rows for cell in row]
    return len(cells) <= 6 and any(
        sum(1 for each in cell if tag(each) == "p") >= 5 and len("".join(_words(cell))) >= 300 for cell in cells
    )


def _words(holder: Element) -> Iterator[str]:
    return (each.text or "" for each in holder.iter() if tag(each) == "t")
