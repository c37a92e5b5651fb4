"""PDF to blocks: lines as they are seen on the page, ruled and borderless tables, pictures, page by page."""

from dataclasses import replace

from scrapers.blocks import Block, Box, Decoded, Trouble, UndecodableError
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.ocr.recognizer import Recognizer, recognizer
from scrapers.decode.pdf.continued import continued
from scrapers.decode.pdf.library import Document, opened, sheets
from scrapers.decode.pdf.pages import Page, blocks, page
from scrapers.decode.pdf.second import Second
from scrapers.decode.pdf.sheet import Sheet

__all__ = ["read"]


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of a PDF; a page on which no text can be read is an Image and a trouble (``page.unread``).

    ``name`` is for the messages only. Raises UndecodableError with reason ``encrypted``, ``damaged``, ``limit`` or
    ``empty``.
    """
    called = name or "the file"
    with opened(data, called, limits.pages) as document:
        pages: list[Page] = []
        second, eyes = Second(data), recognizer(limits)
        for sheet in sheets(document):
            if sheet.lost:
                letters = second.mended(sheet.number, sheet.letters)
                sheet = replace(sheet, readable=False) if letters is None else replace(sheet, letters=letters)
            one = page(sheet)
            seen = _recognized(document, sheet, one, eyes)
            pages.append(one if seen is None else page(seen))
    pages = continued(pages)
    found: list[Block] = [block for one in pages for block in blocks(one, edges=len(pages) > 1)]
    if not found:
        raise UndecodableError("empty", f"{called} is a PDF of empty pages: get it again from its publisher", "PDF")
    unread = tuple(Trouble("page.unread", str(one.number), one.number) for one in pages if one.unread)
    return Decoded(tuple(found), "pdf", "", len(pages), troubles=unread)


def _recognized(document: Document, sheet: Sheet, seen: Page, eyes: Recognizer | None) -> Sheet | None:
    """Return a page with what its pictures say; None where it has none, or nobody can read them."""
    if eyes is None or not (seen.unread or any(isinstance(item, Box) for item in seen.items)):
        return None
    return eyes.page(document, sheet) if seen.unread else eyes.pictures(document, sheet)
