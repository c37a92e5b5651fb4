"""Documents as text: tab-separated, wrapped as from a PDF, and as a web page. Pure functions."""

import random
import re
from html import escape
from typing import Literal

from tests.generator.paper import Document, Mark, Paragraph, Sheet

Render = Literal["tsv", "wrapped", "html"]
RENDERS: tuple[Render, ...] = ("tsv", "wrapped", "html")

_TOKEN = re.compile(r"[A-Za-z]+|[-－−]?\d[\d,，.．]*\d|[-－−]?\d|\t+|.", re.DOTALL)
"""What a line end never cuts: a Latin word, a number with its separators, point and sign."""


def render(document: Document, how: Render, *, seed: int = 0) -> str:
    """Return the text of ``document``; ``seed`` moves the spaces and page ends of the wrapped form."""
    if how == "tsv":
        return tsv(document)
    if how == "wrapped":
        return wrapped(document, seed=seed)
    return html(document)


def rows(sheet: Sheet) -> str:
    return "\n".join("\t".join(row) for row in sheet.matrix())


def tsv(document: Document) -> str:
    """Paragraphs as lines with blank lines between, tables as tab-separated rows."""
    return "\n" + "\n\n".join(rows(b) if isinstance(b, Sheet) else b.text for b in document.blocks) + "\n"


def width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F or c in "“”‘’…" else 1 for c in text)


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Cut one paragraph into lines of at most ``columns``, never inside a figure or a Latin word, and without a closing
    mark at the beginning of a line."""
    lines: list[str] = []
    line = indent
    for token in _TOKEN.findall(text):
        if width(line) + width(token) > columns and line.strip() and token not in "，。；：、）)”%％》":
            lines.append(line.rstrip(" "))
            line = ""
            token = token.lstrip(" ")
        line += token
    return [*lines, line] if line.strip() else lines


def _slotted(paragraph: Paragraph, rng: random.Random) -> str:
    """Runs of spaces around the numbers, as a form filled in by hand leaves them."""
    pieces: list[str] = []
    for run in paragraph.runs:
        if isinstance(run, Mark):
            pieces += [" " * rng.choice((0, 0, 1, 2, 3)), run.text, " " * rng.choice((0, 0, 1, 2)), run.tail]
        else:
            pieces.append(run)
    return "".join(pieces)


def wrapped(document: Document, *, seed: int = 0, columns: int = 54) -> str:
    """Each paragraph cut at the page's width, a blank line after every line, pages three blank lines apart."""
    rng = random.Random(seed)
    pieces: list[str] = []
    height = rng.randint(18, 26)
    for block in document.blocks:
        if isinstance(block, Sheet):
            pieces += [rows(block), "\n\n"]
            height -= 4
        else:
            spaced = _slotted(block, rng) if block.kind == "body" else block.text
            for line in wrap(spaced, columns, "    " if block.kind == "body" and rng.random() < 0.7 else ""):
                pieces += [line, " " if rng.random() < 0.5 else "", "\n\n"]
                height -= 1
                if height <= 0:
                    pieces.append("\n\n")
                    height = rng.randint(18, 26)
    return "".join(pieces)


_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{title}-政府信息公开</title>
<link rel="stylesheet" href="/static/main.css">
<script>var site = "open"; function go() {{ return false; }}</script>
</head>
<body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>\
<li><a href="/bsfw/">办事服务</a></li><li><a href="/hdjl/">互动交流</a></li></ul></div>
<div class="position">您现在的位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 财政资金</div>
<div class="content">
<h1>{title}</h1>
<div class="TRS_Editor">
{body}
</div>
</div>
<div class="footer"><p>版权所有：{unit}</p><p>网站地图 | 联系我们 | 网站标识码：0000000000</p></div>
</body>
</html>
"""


def html(document: Document) -> str:
    """A page such as a government site publishes: navigation, a heading, paragraphs, tables with merged cells."""
    body: list[str] = []
    for block in document.blocks:
        if isinstance(block, Sheet):
            body.append(table(block))
        elif block.kind == "title" and block.text == document.title:
            continue  # it stands in <h1>
        else:
            tag = {"part": "h2", "heading": "h3"}.get(block.kind, "p")
            body.append(f"<{tag}>{escape(block.text, quote=False)}</{tag}>")
    return _PAGE.format(title=escape(document.title), unit=escape(document.unit), body="\n".join(body))


def table(sheet: Sheet) -> str:
    lines = ['<table border="1" cellspacing="0">']
    for i, row in enumerate(sheet.rows):
        tag = "th" if i < sheet.head else "td"
        cells: list[str] = []
        for cell in row:
            spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            cells.append(f"<{tag}{spans}>{escape(cell.text, quote=False)}</{tag}>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join([*lines, "</table>"])
