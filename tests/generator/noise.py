"""Transforms of a text that change its layout and never its content.

Each takes a text in either shape (tab-separated or wrapped, generated or real) and returns the same content in another
layout; ``gb18030`` and ``as_html`` change the format. Figures, dates and Latin words are never cut.
"""

import random
import re
from collections.abc import Callable
from html import escape
from itertools import pairwise

from tests.generator.flowing import pieces
from tests.generator.render import wrap

_LATIN_END = re.compile(r"(?<=[A-Za-z])\n(?=[A-Za-z])|(?<=\d)\n(?=\d)")
_HAN = r"[\u4e00-\u9fff]"
_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789"} | {ord("."): 0xFF0E, ord("%"): 0xFF05}
_WIDE_MARKS = {ord("("): "（", ord(")"): "）", ord(":"): "：", ord(";"): "；", ord("%"): "％"}


def is_row(line: str) -> bool:
    """Whether a line is a row of a tab-separated table."""
    return "\t" in line


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\f", "\n").split("\n")


def _prose(text: str, change: Callable[[str], str]) -> str:
    """Apply ``change`` to each line that is no row of a table and not blank."""
    return "\n".join(line if is_row(line) or not line.strip() else change(line) for line in text.split("\n"))


def rewrapped(text: str, columns: int) -> str:
    """Join the lines of each paragraph and cut them at another width; rows of tables and page ends stay."""
    done: list[str] = []
    at = 0
    for piece in pieces(text):
        done.append(text[at : piece.start])
        at = piece.end
        if piece.row:
            done.append(text[piece.start : piece.end])
            continue
        first, last = piece.lines[0], piece.lines[-1]
        lead = re.match(r"[\s\u3000]*", text[first[0] : first[1]])
        tail = re.search(r"[ \u3000]*$", text[last[0] : last[1]])
        words = _LATIN_END.sub(" ", "\n".join(text[a:b].strip(" \u3000\r") for a, b in piece.lines)).replace("\n", "")
        indent = lead[0] if lead else ""
        done += ["\n".join(wrap(words, columns, indent)) or words, tail[0] if tail else ""]
        if any("\n\n\n\n" in text[a:b] for (_, a), (b, _) in pairwise(piece.lines)):
            done.append("\n\n\n")
    return "".join([*done, text[at:]])


def blank_lines(text: str, seed: int) -> str:
    """Add one blank line after some prose lines; never inside a table."""
    rng = random.Random(seed)
    lines = text.split("\n")
    result: list[str] = []
    for i, line in enumerate(lines):
        result.append(line)
        following = lines[i + 1] if i + 1 < len(lines) else ""
        if line.strip() and not is_row(line) and not is_row(following) and following.strip() and rng.random() < 0.5:
            result.append("")
    return "\n".join(result)


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def spaced(text: str, seed: int) -> str:
    """Put spaces between some Chinese characters of prose and around some of its figures; never inside a number."""
    rng = random.Random(seed)

    def widen(line: str) -> str:
        pieces = [line[0]]
        for i in range(1, len(line)):
            if rng.random() < 0.12 and _spaceable(line, i):
                pieces.append(" " * rng.choice((1, 1, 2)))
            pieces.append(line[i])
        return "".join(pieces)

    return _prose(text, lambda line: widen(line) if line else line)


def _spaceable(line: str, i: int) -> bool:
    a, b = line[i - 1], line[i]
    chinese = bool(re.match(_HAN, a)) and bool(re.match(_HAN, b))
    around = (bool(re.match(_HAN, a)) and b.isdigit()) or (a.isdigit() and bool(re.match(_HAN, b)))
    return chinese or around


def fullwidth_digits(text: str) -> str:
    """Print every digit, and the point and percent sign of a number, in full width; tables too."""
    return re.sub(r"\d[\d,]*(?:\.\d+)?%?", lambda m: m[0].translate(_WIDE), text, flags=re.ASCII)


def fullwidth_marks(text: str) -> str:
    """Print brackets, colons, semicolons and percent signs of prose in full width."""
    return _prose(text, lambda line: line.translate(_WIDE_MARKS))


def halfwidth_marks(text: str) -> str:
    """Print brackets, colons and semicolons of prose in half width."""
    table = str.maketrans({"（": "(", "）": ")", "：": ":", "；": ";", "％": "%"})
    return _prose(text, lambda line: line.translate(table))


def unseparated(text: str) -> str:
    """Leave the separators of thousands out: ``2,020.06`` → ``2020.06``."""
    return re.sub(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])", lambda m: m[0].replace(",", ""), text)


def paginated(text: str, seed: int, *, header: str = "", number: str = "- {} -", feed: bool = False) -> str:
    """Print pages: at some ends of prose lines, but never inside a table, a page ends with its number and the next
    begins with ``header``. Existing page ends stay. ``feed`` ends pages by a form feed instead of three blank lines."""
    rng = random.Random(seed)
    lines = text.split("\n")
    result: list[str] = []
    page, left = 1, rng.randint(14, 30)
    brk = "\f" if feed else "\n\n\n"
    nexts = [""] * len(lines)
    for i in range(len(lines) - 2, -1, -1):
        nexts[i] = lines[i + 1] if lines[i + 1].strip() else nexts[i + 1]
    last = ""
    for line, following in zip(lines, nexts, strict=True):
        result.append(line)
        left -= 1
        last = line if line.strip() else last
        if left > 0 or is_row(last) or is_row(following) or not line.strip() or not following:
            continue
        foot = ["", number.format(page)] if number else []
        result += [*foot, brk + header, ""]
        page, left = page + 1, rng.randint(14, 30)
    return "\n".join(result)


def gb18030(text: str) -> bytes:
    """The text in the encoding of many government sites."""
    return text.encode("gb18030")


def as_html(text: str, *, title: str = "", charset: str = "utf-8") -> str:
    """The whole text as a web page: a ``<p>`` a paragraph line, a ``<table>`` a run of rows. A wrapped text keeps each
    line as a paragraph of its own, as pages pasted from a PDF do."""
    body: list[str] = []
    rows: list[str] = []

    def close() -> None:
        if rows:
            cells = [
                "<tr>" + "".join(f"<td>{escape(c, quote=False)}</td>" for c in row.split("\t")) + "</tr>"
                for row in rows
            ]
            body.append("<table>\n" + "\n".join(cells) + "\n</table>")
            rows.clear()

    for line in _lines(text):
        if is_row(line):
            rows.append(line)
            continue
        close()
        if line.strip():
            body.append(f"<p>{escape(line, quote=False)}</p>")
    close()
    head = f'<meta charset="{charset}"><title>{escape(title)}</title>'
    return f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>\n" + "\n".join(body) + "\n</body></html>\n"
