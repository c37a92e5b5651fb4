"""Fictional disclosures of several regions, written once with their truth in the margin.

A marked document is the text as a publisher prints it, with every figure in brackets:
``[[12.30万元|label|role|code]]`` prints ``12.30万元`` and is a true figure. An empty label repeats the one before,
``-delta`` carries a minus that the text says in words, a label that begins with ``~`` is ours and not the text's.

Tables stand between ``@table`` and ``@end``, cells between bars. The row ``@cols`` says what each column is: ``C``
code, ``N`` name, ``N收入`` name of that side, ``measure;role`` amounts, ``.`` nothing. ``=`` sums the leaves below a
code, ``+`` the rest of a row; ``<`` and ``^`` merge a cell with its neighbour to the left or above. Lines that begin
with ``@@`` hold the rest of the truth.
"""

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import cast

from tests.truth.matching import Row

HERE = Path(__file__).parent
NAMES = ("yunnan", "beijing", "sichuan", "neimenggu", "zhejiang", "university", "jiangsu", "shaanxi", "guangdong")

_MARK = re.compile(r"\[\[(.+?)\]\]")
_AMOUNT = re.compile(r"(-?[\d,]*\d(?:[.．]\d+)?|[\d０-９．]+)\s*(.*)")
_WIDE = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass
class Document:
    """One document: what is published, and what is true of it."""

    name: str
    text: str = ""
    html: bool = False
    truth: dict[str, object] = field(default_factory=dict[str, object])
    figures: list[Row] = field(default_factory=list[Row])

    @property
    def file(self) -> str:
        """The name under which it is published."""
        return f"{self.name}.{'html' if self.html else 'txt'}"


def load(name: str) -> Document:
    """Build the document that ``name``.mark describes."""
    document = Document(name)
    out: list[str] = []
    lines = (HERE / f"{name}.mark").read_text("utf-8").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("@@"):
            document.truth |= json.loads(line[2:])
        elif line.startswith("@table"):
            end = lines.index("@end", at)
            document.html = bool(document.truth.get("html"))
            out.append(_table(line.split()[1:], lines[at + 1 : end], document, document.figures))
            at = end
        else:
            printed = _prose(line, document)
            out.append(f"<p>{printed}</p>" if document.truth.get("html") and printed.strip() else printed)
        at += 1
    document.html = bool(document.truth.get("html"))
    text = "\n".join(out)
    if document.html:
        text = f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'></head><body><div>\n{text}\n</div></body></html>"
    width = document.truth.get("wrap")
    document.text = _wrapped(text, int(str(width)), str(document.truth["running"])) if width else text
    return document


def _prose(line: str, document: Document) -> str:
    last = ""

    def spoken(match: re.Match[str]) -> str:
        nonlocal last
        printed, *rest = match[1].split("|")
        label, role, code = (*rest, "", "", "")[:3]
        label = label or last
        last = label
        amount = _AMOUNT.match(printed.translate(_WIDE))
        assert amount, printed
        value = amount[1].replace(",", "")
        if role.startswith("-"):
            role, value = role[1:], f"-{value}"
        row: dict[str, object] = {"label": label.lstrip("~"), "role": role, "value": value, "unit": amount[2] or None}
        if code:
            row["code"] = code
        if label.startswith("~"):
            row["loose"] = True
        row["quote"] = line[:80]
        document.figures.append(row)
        return printed

    return _MARK.sub(spoken, line)


def _table(options: list[str], body: list[str], document: Document, into: list[Row]) -> str:
    statement, unit = options[0], options[1]
    cols: list[str] = []
    head: list[list[str]] = []
    rows: list[list[str]] = []
    for line in body:
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("@cols "):
            cols = [cell.strip() for cell in line[6:].split("|")]
        elif cols:
            assert len(cells) <= len(cols), line
            rows.append(cells + [""] * (len(cols) - len(cells)))
        else:
            head.append(cells)
    _sum(rows, cols)
    for row in rows:
        _figures(statement, None if unit == "-" else unit, row, cols, into)
    printed = [[re.sub(r"@.*", "", cell) for cell in row] for row in rows]
    if "lost" in options:
        return ""
    if document.html:
        return _html(head, printed)
    plain = [["" if cell in ("<", "^") else cell for cell in row] for row in head + printed]
    if "flat" in options:
        return "\n".join("".join(row) for row in plain)
    return "\n".join("\t".join(row) for row in plain)


def _sum(rows: list[list[str]], cols: list[str]) -> None:
    codes = ["".join(cell for cell, col in zip(row, cols, strict=False) if col == "C") for row in rows]
    longest = max((len(code) for code in codes), default=0)
    leaves = [index for index, code in enumerate(codes) if code.isdigit() and len(code) == longest]
    amounts = [index for index, col in enumerate(cols) if ";" in col]
    for index in leaves:
        row = rows[index]
        for at in amounts:
            if row[at] == "+":
                row[at] = _printed(sum((_decimal(row[c]) for c in amounts if c != at), Decimal(0)))
    for row, code in zip(rows, codes, strict=True):
        below = [rows[index] for index in leaves if codes[index].startswith(code if code.isdigit() else "")]
        for at in amounts:
            if at < len(row) and row[at] == "=":
                total = sum((_decimal(leaf[at]) for leaf in below), Decimal(0))
                row[at] = _printed(total) if total else ""


def _decimal(cell: str) -> Decimal:
    return Decimal(cell.replace(",", "")) if _FIGURE.fullmatch(cell) else Decimal(0)


def _printed(value: Decimal) -> str:
    return f"{value:,.2f}"


def _figures(statement: str, unit: str | None, row: list[str], cols: list[str], into: list[Row]) -> None:
    code, label, side, after_amount = "", "", "", True
    for cell, col in zip(row, cols, strict=False):
        if ";" in col:
            after_amount = cell != "<"
            measure, role = col.split(";")
            bare, _, special = cell.partition("@")
            if _FIGURE.fullmatch(bare):
                found: dict[str, object] = {"label": label or measure, "role": role, "statement": statement}
                found |= {"value": bare.replace(",", ""), "measure": measure, "unit": special or unit}
                into.append(found | ({"code": code} if code else {}) | ({"side": side} if side else {}))
        elif col == "C" or col.startswith("N"):
            if after_amount:
                code, label, side, after_amount = "", "", "", False
            if col == "C" and (cell.isdigit() or cell in ("", "<")):
                code += cell.strip("<")
            elif cell not in ("", "<"):
                label = cell
            side = col[1:]


def _html(head: list[list[str]], rows: list[list[str]]) -> str:
    out: list[str] = []
    for at, row in enumerate(everything := head + rows):
        cells: list[str] = []
        for column, cell in enumerate(row):
            if cell in ("<", "^"):
                continue
            wide = 1
            while column + wide < len(row) and row[column + wide] == "<":
                wide += 1
            tall = 1
            while at + tall < len(everything) and everything[at + tall][column] == "^":
                tall += 1
            cells.append(f"<td rowspan='{tall}' colspan='{wide}'><p><span>{cell}</span></p></td>")
        out.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table border='1'><tbody>{''.join(out)}</tbody></table>"


def _wrapped(text: str, width: int, running: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > width and "\t" not in rest:
            cut = width
            while 0 < cut < len(rest) and re.match(r"[\d.,]", rest[cut]) and re.match(r"[\d.,-]", rest[cut - 1]):
                cut -= 1
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    pages = [lines[at : at + 34] for at in range(0, len(lines), 34)]
    return "\n\f".join(f"{running}\n\n" + "\n".join(page) + f"\n\n— {n} —\n" for n, page in enumerate(pages, 1))


def truth(document: Document, key: str) -> list[str]:
    """Return a list of the truth's names."""
    return cast("list[str]", document.truth.get(key, []))
