"""Pages of a PDF that are pictures, and tables that are published as pictures on pages with text."""

from dataclasses import replace

import numpy as np

from scrapers.blocks import Box
from scrapers.decode.limits import LIMITS
from scrapers.decode.ocr import reading
from scrapers.decode.ocr.models import Pixels
from scrapers.decode.ocr.rendering import rendered
from scrapers.decode.pdf.sheet import Letter, Rule, Sheet

_SHOWS = 0.04
"""A picture of less than this part of the page is an ornament."""
_ROWS = 12
"""A picture with rules that has so many letters is a table."""


def whole(document: object, sheet: Sheet) -> Sheet | None:
    """Return what the picture of a page says, None if it has no words."""
    drawn = rendered(document, sheet.number, LIMITS.pixels)
    if drawn is None:
        return None
    seen = reading.seen(*drawn, sheet.number).sheet
    return seen if seen.letters else None


def pictures(document: object, sheet: Sheet) -> Sheet | None:
    """Return a page with what the tables say that it shows as pictures, None if it shows none.

    Words that the page prints over such a picture stay as they are, and those below them are not read again.
    """
    drawn = rendered(document, sheet.number, LIMITS.pixels)
    if drawn is None:
        return None
    picture, scale = drawn
    found = sheet
    for box in sheet.pictures:
        if box.width * box.height < _SHOWS * sheet.width * sheet.height:
            continue
        part = _without(picture, [letter for letter in sheet.letters if box.holds(letter.x, letter.y)], scale)
        cut = _part(part, box, scale)
        if min(cut.shape[:2]) < 1 or not reading.is_ruled(cut, scale):
            continue
        seen = reading.seen(cut, scale, sheet.number).sheet
        if len(seen.letters) >= _ROWS:
            found = replace(
                found,
                letters=(*found.letters, *(_moved(letter, box) for letter in seen.letters)),
                rules=(*found.rules, *(_shifted(rule, box) for rule in seen.rules)),
                pictures=tuple(other for other in found.pictures if other != box),
            )
    return None if found is sheet else found


def _part(picture: Pixels, box: Box, scale: float) -> Pixels:
    left, top, right, bottom = (max(round(side * scale), 0) for side in box)
    return picture[top:bottom, left:right]


def _without(picture: Pixels, letters: list[Letter], scale: float) -> Pixels:
    if not letters:
        return picture
    found = np.array(picture)
    for letter in letters:
        left, top, right, bottom = (
            max(round(s * scale), 0) for s in (letter.left, letter.top, letter.right, letter.bottom)
        )
        found[top:bottom, left:right] = 255
    return found


def _moved(letter: Letter, box: Box) -> Letter:
    return letter._replace(
        left=letter.left + box.left,
        right=letter.right + box.left,
        top=letter.top + box.top,
        bottom=letter.bottom + box.top,
        base=letter.base + box.top,
    )


def _shifted(rule: Rule, box: Box) -> Rule:
    across, along = (box.left, box.top) if rule.upright else (box.top, box.left)
    return Rule(rule.upright, rule.at + across, rule.start + along, rule.end + along)
