"""OFD (GB/T 33190-2016) to blocks: its letters and rules where they stand on the page, read as those of a PDF are.

A container of XML. Lengths are millimetres, y downwards. Places of parts are followed inside the container only; fonts,
pictures, seals and actions are not looked into.
"""

import math
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from scrapers.blocks import Block, Box, Decoded, UndecodableError
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.packages import Package, damaged
from scrapers.decode.pdf.continued import continued
from scrapers.decode.pdf.pages import Page, blocks, page
from scrapers.decode.pdf.sheet import Letter, Rule, Sheet
from scrapers.decode.xml import Element, child, children, words
from scrapers.decode.xml import name as tag

_POINTS = 72 / 25.4
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"[MSLQBAC]|[-+.\deE]+")
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_THIN = 1.5
"""A filled shape that is thinner, in points, is a rule."""
_MOST_LETTERS = 200_000
_MOST_DRAWN = 3_000_000
_DEEPEST = 50
_A4 = (0.0, 0.0, 210.0, 297.0)

_Matrix = tuple[float, float, float, float, float, float]
_STRAIGHT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of an OFD. Raises UndecodableError ``damaged``, ``encrypted`` or ``limit``."""
    called = name or "the file"
    package = Package(data, called, limits)
    root = package.xml("OFD.xml")
    if child(root, "Encryptions") is not None:
        raise UndecodableError("encrypted", f"{called} is encrypted: ask its publisher for one that is not", "OFD")
    sheets: list[Sheet] = []
    for body in children(root, "DocBody"):
        place = words(child(body, "DocRoot")).strip()
        if place:
            sheets += _document(package, place, len(sheets), limits)
    if not sheets:
        raise damaged(called, "it names no pages")
    found: list[Page] = []
    for sheet in sheets:
        found.append(page(sheet))
    laid_out: list[Block] = [block for one in continued(found) for block in blocks(one, edges=len(sheets) > 1)]
    return Decoded(tuple(laid_out), "ofd", "", len(sheets))


def _document(package: Package, place: str, before: int, limits: Limits) -> list[Sheet]:
    main = _joined("", place)
    root = package.xml(main)
    common = child(root, "CommonData")
    area = _box(words(child(common, "PageArea", "PhysicalBox"))) or _A4
    templates = {
        each.get("ID") or "": _joined(main, each.get("BaseLoc") or "") for each in children(common, "TemplatePage")
    }
    pages = list(children(child(root, "Pages"), "Page"))
    if before + len(pages) > limits.pages:
        raise UndecodableError("limit", f"{package.what} has {len(pages)} pages, over {limits.pages}", "pages")
    drawn: dict[str, Element | None] = {}
    left_over = _MOST_DRAWN
    sheets: list[Sheet] = []
    for number, each in enumerate(pages, before + 1):
        content = package.xml(_joined(main, each.get("BaseLoc") or ""))
        left, top, width, height = _box(words(child(content, "Area", "PhysicalBox"))) or area
        drawing = _Drawing(left, top)
        for template in children(content, "Template"):
            path = templates.get(template.get("TemplateID") or "", "")
            if path not in drawn:
                drawn[path] = package.xml_if_there(path)
            drawing.content(drawn[path])
        drawing.content(content)
        # A template is drawn on every page that names it.
        left_over -= len(drawing.letters) + len(drawing.rules)
        if left_over < 0:
            raise UndecodableError("limit", f"{package.what} draws over {_MOST_DRAWN} letters and rules", "output")
        sheets.append(
            Sheet(
                number,
                width * _POINTS,
                height * _POINTS,
                tuple(drawing.letters),
                tuple(drawing.rules),
                tuple(drawing.pictures),
                readable=len(drawing.letters) < _MOST_LETTERS,
            )
        )
    return sheets


@dataclass(slots=True)
class _Drawing:
    """What is drawn on one page, in points from its upper left corner."""

    left: float
    top: float
    letters: list[Letter] = field(default_factory=list[Letter])
    rules: list[Rule] = field(default_factory=list[Rule])
    pictures: list[Box] = field(default_factory=list[Box])

    def content(self, root: Element | None) -> None:
        """Draw the layers of a page or template."""
        for layer in children(child(root, "Content"), "Layer"):
            self._block(layer, 0)

    def _block(self, holder: Element, depth: int) -> None:
        for each in holder:
            told = tag(each)
            if each.get("Visible") == "false" or len(self.letters) >= _MOST_LETTERS:
                continue
            if told == "TextObject":
                self.letters.extend(self._text(each))
            elif told == "PathObject":
                self.rules.extend(self._path(each))
            elif told == "ImageObject":
                self._picture(each)
            elif told == "PageBlock" and depth < _DEEPEST:
                self._block(each, depth + 1)

    def _text(self, each: Element) -> Iterator[Letter]:
        matrix = self._matrix(each)
        size = _float(each.get("Size"), 3.5)
        scale = _float(each.get("HScale"), 1.0)
        x = y = 0.0
        for code in children(each, "TextCode"):
            x, y = _float(code.get("X"), x), _float(code.get("Y"), y)
            steps, drops = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
            text = (code.text or "").replace("\r", "").replace("\n", "")
            for at, character in enumerate(text):
                width = (size if ord(character) > 0x2000 else size / 2) * scale
                # A step is not wider than a letter where a gap follows.
                step = steps[at] if at < len(steps) else (0.0 if drops and at < len(drops) else width)
                seen = min(step, width) if step > 0 else width
                yield _letter(character, x, y, seen, size, matrix)
                x += step
                y += drops[at] if at < len(drops) else 0.0

    def _path(self, each: Element) -> Iterator[Rule]:
        matrix = self._matrix(each)
        stroked, filled = each.get("Stroke") != "false", each.get("Fill") == "true"
        for points in _lines(words(child(each, "AbbreviatedData"))):
            placed = [_at(matrix, x, y) for x, y in points]
            xs, ys = [x for x, _ in placed], [y for _, y in placed]
            box = Box(min(xs), min(ys), max(xs), max(ys))
            if len(placed) > 2 and min(box.width, box.height) < _THIN and (filled or stroked):
                yield from _rule(box)
            elif stroked:
                for (ax, ay), (bx, by) in pairwise(placed):
                    if min(abs(ax - bx), abs(ay - by)) < _THIN:
                        yield from _rule(Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))

    def _picture(self, each: Element) -> None:
        found = _box(each.get("Boundary"))
        if found is not None:
            left, top, width, height = found
            left, top = (left - self.left) * _POINTS, (top - self.top) * _POINTS
            self.pictures.append(Box(left, top, left + width * _POINTS, top + height * _POINTS))

    def _matrix(self, each: Element) -> _Matrix:
        """Return how an object's own millimetres become points of the page."""
        left, top, _, _ = _box(each.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        told = _numbers(each.get("CTM"))
        a, b, c, d, e, f = (told[0], told[1], told[2], told[3], told[4], told[5]) if len(told) == 6 else _STRAIGHT
        k = _POINTS
        return (a * k, b * k, c * k, d * k, (e + left - self.left) * k, (f + top - self.top) * k)


def _letter(text: str, x: float, y: float, width: float, size: float, matrix: _Matrix) -> Letter:
    """Return a letter whose foot begins at (x, y) of its object."""
    corners = [_at(matrix, x + dx, y + dy) for dx in (0.0, width) for dy in (-0.86 * size, 0.14 * size)]
    xs, ys = [cx for cx, _ in corners], [cy for _, cy in corners]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    turn = round(math.degrees(math.atan2(matrix[1], matrix[0])) / 90) % 4 * 90
    base = _at(matrix, x, y)[1] if turn == 0 else box.bottom
    height = box.height if turn % 180 == 0 else box.width
    return Letter(text, box.left, box.right, box.top, box.bottom, base, height, turn)


def _at(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _rule(box: Box) -> Iterator[Rule]:
    if box.width >= box.height and box.width > 1:
        yield Rule(False, (box.top + box.bottom) / 2, box.left, box.right)
    elif box.height > 1:
        yield Rule(True, (box.left + box.right) / 2, box.top, box.bottom)


def _lines(data: str) -> Iterator[Sequence[tuple[float, float]]]:
    """Yield the straight parts of an abbreviated path (11.3 there): points that are joined by lines."""
    points: list[tuple[float, float]] = []
    tokens = [found[0] for found in _STEP.finditer(data)]
    at = 0
    while at < len(tokens):
        step = tokens[at]
        count = _ARGUMENTS.get(step)
        if count is None:
            at += 1
            continue
        told = [_float(token, 0.0) for token in tokens[at + 1 : at + 1 + count]]
        at += 1 + count
        if len(told) < count:
            break
        if step == "C" and points:
            points.append(points[0])
        elif step == "L":
            points.append((told[0], told[1]))
        else:
            # A move, or a curve, which ends what is straight and from whose end it goes on.
            if len(points) > 1:
                yield points
            points = [(told[-2], told[-1])] if count else []
    if len(points) > 1:
        yield points


def _deltas(value: str | None) -> Sequence[float]:
    """Return the steps between letters; ``g 3 1.5`` says 1.5 three times."""
    if value is None:
        return ()
    steps: list[float] = []
    tokens = value.split()
    at = 0
    while at < len(tokens) and len(steps) < _MOST_LETTERS:
        if tokens[at] == "g" and at + 2 < len(tokens):
            steps += [_float(tokens[at + 2], 0.0)] * min(int(_float(tokens[at + 1], 0.0)), 10_000)
            at += 3
        else:
            steps.append(_float(tokens[at], 0.0))
            at += 1
    return steps


def _box(value: str | None) -> tuple[float, float, float, float] | None:
    found = _numbers(value)
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 and found[2] >= 0 and found[3] >= 0 else None


def _numbers(value: str | None) -> Sequence[float]:
    return [_float(token, 0.0) for token in (value or "").split()]


def _float(value: str | None, otherwise: float) -> float:
    if value is None or _NUMBER.fullmatch(value.strip()) is None:
        return otherwise
    number = float(value)
    return number if abs(number) < 1e6 else otherwise


def _joined(main: str, place: str) -> str:
    """Return the part that ``place`` names, seen from the part ``main``; never one outside of the container."""
    whole = place if place.startswith("/") else f"{posixpath.dirname(main)}/{place}"
    return posixpath.normpath("/" + whole).lstrip("/")
