"""The paragraphs of any text, real or generated, in either shape: which lines are one paragraph, and where they stand.

Conservative: lines are joined only where the first is as wide as the page and does not end a sentence, and the second
does not look like the beginning of something. What is not joined stays apart; nothing is lost.
"""

import re
from dataclasses import dataclass

from tests.generator.render import width

_BEGINNING = re.compile(
    r"[\s\u3000]{3,}|[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+部分|图|附件|附表|注|表"
)
_HEADING = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]+部分)[^，。；：:]*$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph or one row of a table: the offsets of its lines in the text, without their line ends."""

    lines: tuple[tuple[int, int], ...]
    row: bool

    def text(self, whole: str) -> str:
        """The words without line ends and without white space at the lines' edges."""
        return "".join(whole[a:b].strip(" \u3000\r") for a, b in self.lines)

    @property
    def start(self) -> int:
        return self.lines[0][0]

    @property
    def end(self) -> int:
        return self.lines[-1][1]


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut ``text`` into paragraphs and rows, in order; blank lines are left out."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in re.split(r"[\n\f]", text):
        if line.strip():
            spans.append((start, start + len(line)))
        start += len(line) + 1
    full = _page_width([text[a:b] for a, b in spans if "\t" not in text[a:b]]) - 8
    found: list[Piece] = []
    for a, b in spans:
        line = text[a:b]
        if "\t" in line:
            found.append(Piece(((a, b),), True))
        elif found and not found[-1].row and _continues(text, found[-1], line, full):
            found[-1] = Piece((*found[-1].lines, (a, b)), False)
        else:
            found.append(Piece(((a, b),), False))
    return tuple(found)


def _page_width(lines: list[str]) -> int:
    """The width at which most long lines end; in a text with a paragraph a line, one that only long lines reach."""
    widths = sorted(width(line.strip()) for line in lines)
    if not widths:
        return 60
    page = widths[len(widths) * 19 // 20]
    return page if page <= 64 else 68


def _continues(text: str, before: Piece, line: str, full: int) -> bool:
    a, b = before.lines[-1]
    last = text[a:b].strip()
    if width(last) < full or last[-1] in "。；：:！？”" or _BEGINNING.match(line):
        return False
    if last[-1].isdigit() and line.strip()[0].isdigit():
        return False
    return not (len(before.lines) == 1 and _HEADING.match(last))
