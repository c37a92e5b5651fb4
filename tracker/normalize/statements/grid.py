"""The structure of one table: which rows are heading, what each column holds, which columns belong together.

Nothing here knows a form by name. Headings are read as paths from group to column, whether merged cells come as
spans (covered slots) or flattened to a text with empty cells after it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tracker.folding import fold
from tracker.normalize.flow import Slot
from tracker.normalize.statements import cells
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.naming import numbered, of_which

_NOTE = re.compile(
    r"(?:注|说明|备注)[:：]|\d[.、．]?本[表套]|.*。$|[此本]表(?:为空|无数据)|.{0,12}\d+[行栏](?:各[行栏])?[=＝]"
)

Row = tuple[Slot, ...]
ColumnKind = Literal["stub", "number", "value", "note", "void"]


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: ``path`` of texts from group to column, each with the columns that it spans.

    ``number`` is the printed 栏次.
    """

    path: tuple[tuple[str, frozenset[int]], ...]
    number: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the path."""
        return tuple(text for text, _ in self.path)


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that are read together: where a line's name and code stand, its 行次, its amounts."""

    stub: tuple[int, ...]
    number: tuple[int, ...]
    values: tuple[int, ...]
    top: str = ""


@dataclass(frozen=True, slots=True)
class Structure:
    """A table taken apart: ``heading`` rows, then ``body`` rows (indexes into the table's rows)."""

    heading: tuple[int, ...]
    body: tuple[int, ...]
    columns: tuple[Heading, ...]
    kinds: tuple[ColumnKind, ...]
    groups: tuple[Group, ...]
    has_codes: bool
    sides: bool


def structure(rows: Sequence[Row], taxonomy: Taxonomy) -> Structure:
    """Take a table apart. Rows that repeat its heading further down (at the top of a page) count as heading."""
    width = max((len(row) for row in rows), default=0)
    first = next((i for i, row in enumerate(rows) if _is_body(i, row, rows, taxonomy)), len(rows))
    heading = list(range(first))
    printed = {_signature(rows[i]) for i in heading}
    body = [
        i
        for i in range(first, len(rows))
        if (_signature(rows[i]) not in printed or _has_amount(rows[i])) and note(rows[i]) is None
    ]
    columns = _columns([rows[i] for i in heading], width)
    kinds = _kinds([rows[i] for i in body], columns, width, taxonomy)
    sides = _sided([rows[i] for i in heading], taxonomy)
    groups = _groups(kinds, columns, taxonomy)
    has_codes = any(cells.code(rows[i][c].text) for i in body for c in range(width) if kinds[c] == "stub")
    return Structure(tuple(heading), tuple(body), columns, kinds, groups, has_codes, sides)


def note(row: Row) -> str | None:
    """Return the words of a row that is a note put into the table (``注：本表反映…``, a formula), or None."""
    texts = [slot.text for slot in row if slot.text]
    return texts[0] if len(texts) == 1 and _NOTE.match(texts[0]) else None


def _signature(row: Row) -> tuple[str, ...]:
    return tuple(slot.text for slot in row)


def _has_amount(row: Row) -> bool:
    return any(decimal(slot.text) for slot in row)


def decimal(text: str) -> bool:
    """Tell whether a cell is a number that can be no 行次, 栏次 or code: with a fraction, a separator or a sign."""
    if not text or cells.amount(text) is None:
        return False
    return not text.strip().isdigit()


def _is_body(index: int, row: Row, rows: Sequence[Row], taxonomy: Taxonomy) -> bool:
    texts = [slot.text for slot in row if slot.text]
    if not texts:
        return False
    numbers = [text for text in texts if cells.amount(text) is not None and cells.code(text) is None]
    names = [text for text in texts if cells.words(text)]
    if any(decimal(text) for text in numbers):
        return True
    ints = [int(text[:19]) for text in numbers if text.isdecimal()]
    stub_only = all(_stub_word(text, taxonomy) for text in names)
    if any(cells.code(text) for text in texts) and (not stub_only or not names):
        return bool(names) or index > 0
    if ints and stub_only and _running(ints):
        return False
    if ints:
        return not stub_only or not _running(ints)
    if not names:
        return False
    return _label_row(index, names, rows, taxonomy)


def _label_row(index: int, names: Sequence[str], rows: Sequence[Row], taxonomy: Taxonomy) -> bool:
    """Tell whether a row that prints no number names a line: ``合计``, ``八、社会保障和就业支出``, ``其中：…``."""
    heads = any(taxonomy.measures.total(text) or taxonomy.measures.amount(text) for text in names)
    labels = (text for text in names if numbered(text) or (of_which(text) and not heads))
    if any(not taxonomy.measures.known(text, "") for text in labels):
        return True
    if len(names) == 1 and taxonomy.measures.total(names[0]):
        return index > 0 and sum(1 for slot in rows[index - 1] if slot.text) > 1
    return False


def _stub_word(text: str, taxonomy: Taxonomy) -> bool:
    return taxonomy.measures.stub(text) is not None


def _running(numbers: Sequence[int]) -> bool:
    """Tell whether numbers are 栏次: each of 1…n once, in any order of the columns (or going on from a first half)."""
    ordered = sorted(numbers)
    return len(ordered) > 0 and ordered == list(range(ordered[0], ordered[0] + len(ordered))) and ordered[0] <= 1


def _columns(heading: Sequence[Row], width: int) -> tuple[Heading, ...]:
    spans = any(slot.covered for row in heading for slot in row)
    owners: list[list[tuple[int, int] | None]] = []
    for r, row in enumerate(heading):
        above = owners[-1] if owners else [None] * width
        own: list[tuple[int, int] | None] = []
        for c in range(width):
            slot = row[c] if c < len(row) else Slot("")
            owner: tuple[int, int] | None = above[c]
            if slot.text:
                owner = (r, c)
            elif c > 0 and above[c] == above[c - 1] and (slot.covered or not spans) and own[c - 1] is not None:
                left = own[c - 1]
                if left is not None and left[0] == r and not _numeric(heading[left[0]][left[1]].text):
                    owner = left
            own.append(owner)
        owners.append(own)
    members: dict[tuple[int, int], set[int]] = {}
    for own in owners:
        for c, owner in enumerate(own):
            if owner is not None:
                members.setdefault(owner, set()).add(c)
    columns: list[Heading] = []
    for c in range(width):
        path: list[tuple[str, frozenset[int]]] = []
        number: str | None = None
        last: tuple[int, int] | None = None
        for own in owners:
            owner = own[c]
            if owner is None or owner == last:
                continue
            last = owner
            text = heading[owner[0]][owner[1]].text
            if _numeric(text):
                number = fold(text).strip("()")
            else:
                path.append((text, frozenset(members[owner])))
        columns.append(Heading(tuple(path), number))
    return tuple(columns)


def _numeric(text: str) -> bool:
    return cells.ordinal(text) is not None


def _kinds(body: Sequence[Row], columns: Sequence[Heading], width: int, taxonomy: Taxonomy) -> tuple[ColumnKind, ...]:
    return tuple(_kind(c, [row[c].text for row in body if c < len(row)], columns[c], taxonomy) for c in range(width))


def _kind(column: int, texts: Sequence[str], heading: Heading, taxonomy: Taxonomy) -> ColumnKind:
    filled = [text for text in texts if text]
    named = sum(1 for text in filled if cells.words(text) and cells.amount(text) is None)
    amounts = sum(1 for text in filled if decimal(text))
    said = [taxonomy.measures.stub(t) for t in heading.texts]
    if said and said[-1] == "number" and any(cells.code(text) for text in filled):
        # 栏次 stands below the names of codes, too, where its cell spans them.
        said.pop()
    stub = next((k for k in reversed(said) if k is not None), None)
    leaf = said[-1] if said else None
    if leaf == "number" and not named:
        return "number"
    if leaf == "note" and not amounts:
        return "note"
    if amounts and amounts >= named:
        return "value"
    if named:
        return "stub"
    if leaf in ("name", "code", "manner") and heading.number is None:
        return "stub"
    if stub in ("name", "code") and not filled and taxonomy.measures.total(heading.texts[-1]):
        # 合计 stands in the last row of the heading, as the forms of Shanghai print it above an empty body.
        return "stub"
    if (
        filled
        and all(cells.code(text) or _short_code(text) for text in filled)
        and (stub in ("name", "code") or not heading.path)
    ):
        return "stub" if any(cells.code(text) for text in filled) or stub is not None else _run(filled)
    if not filled and heading.number is None and heading.path and min(heading.path[-1][1]) != column:
        return "void"
    if heading.number is not None or (heading.path and leaf not in ("name", "code", "side")):
        return "value"
    if filled:
        return _run(filled)
    return "void" if stub is None else "stub" if leaf != "side" else "void"


def _short_code(text: str) -> bool:
    return text.isdigit() and len(text) <= 2


def _run(filled: Sequence[str]) -> ColumnKind:
    """Return what an unnamed column of numbers holds: 行次 where they count up, else amounts."""
    numbers = [cells.ordinal(text) for text in filled]
    known = [n for n in numbers if n is not None]
    counting = len(known) == len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(known))
    return "number" if counting else "value"


def _sided(heading: Sequence[Row], taxonomy: Taxonomy) -> bool:
    words = {fold(slot.text) for row in heading for slot in row if taxonomy.measures.stub(slot.text) == "side"}
    return {"收入", "支出"} <= words


def _groups(kinds: Sequence[ColumnKind], columns: Sequence[Heading], taxonomy: Taxonomy) -> tuple[Group, ...]:
    """Cut the columns into groups: each begins with its names and codes; where amounts stand first, ends with them."""
    real = [c for c, kind in enumerate(kinds) if kind in ("stub", "number", "value")]
    if not real:
        return ()
    leading = kinds[real[0]] != "value"
    blocks: list[list[int]] = [[]]
    before: ColumnKind | None = None
    for c in real:
        kind = kinds[c]
        starts = kind != "value" and before == "value" if leading else kind == "value" and before not in ("value", None)
        if starts:
            blocks.append([])
        blocks[-1].append(c)
        before = kind
    merged: list[list[int]] = []
    for block in blocks:
        unnamed = not any(kinds[c] == "stub" for c in block)
        if merged and (unnamed or not any(kinds[c] == "stub" for c in merged[-1])):
            merged[-1].extend(block)
        else:
            merged.append(block)
    whole = all(any(kinds[c] == "value" for c in block) for block in merged)
    if len(merged) > 1 and not (whole and _alike(merged, kinds, columns, taxonomy)):
        merged = [[c for block in merged for c in block]]
    return tuple(
        Group(
            tuple(c for c in block if kinds[c] == "stub"),
            tuple(c for c in block if kinds[c] == "number"),
            tuple(c for c in block if kinds[c] == "value"),
            _top(block, columns),
        )
        for block in merged
    )


def _alike(
    blocks: Sequence[Sequence[int]], kinds: Sequence[ColumnKind], columns: Sequence[Heading], taxonomy: Taxonomy
) -> bool:
    """Tell whether all groups have the same kinds of stub: name and code apart are one line's, in another order."""
    seen: list[set[str]] = []
    for block in blocks:
        texts = (t for c in block if kinds[c] == "stub" for t in columns[c].texts)
        seen.append({kind for t in texts if (kind := taxonomy.measures.stub(t)) in ("name", "code")})
    return all(not a or not b or a & b for a in seen for b in seen)


def _top(block: Sequence[int], columns: Sequence[Heading]) -> str:
    """Return the text that heads the whole group: 收入, 支出, 人员经费."""
    for c in block:
        for text, span in columns[c].path[:1]:
            if len(span & set(block)) > 1 or len(block) == 1:
                return text
    return ""
