"""``make accuracy``: what is read of published disclosures, held against what is printed and against arithmetic.

No list of figures is needed to see it. The cells that a document prints are counted here from the blocks of the
decoder, by rules of their own that know no form and no taxonomy: an amount in a table that the words before it name.
A printed cell counts as read where a figure of the same value stands on a line whose label the cell's row prints and
under a measure that its column's heading prints (where the items are the columns: a label that the heading prints).
Then every sum that a statement must keep is executed on the published digits, as intervals. Of a PDF, every number
with a fraction or a separator in pypdfium2's own text of the pages is looked for among all figures, too.

``python -m benchmarks.accuracy [FILES…] [--verbose]``; without files, those of ``DISCLOSURES`` (its ``corpus/`` with
the key ``index.json``, its ``seeds/`` with the lists of ``truth/``). Exit 1 where a document's identity is not the
key's, where less than 99.5 % of a statement's printed cells are read, or where a sum is open that no finding explains.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2

from benchmarks.texts import DISCLOSURES
from scrapers.blocks import Block, Decoded, Grid, TextLine, UndecodableError
from scrapers.decode import decode
from tracker.folding import fold
from tracker.model import Disclosure, Figure, Statement
from tracker.normalize import normalize
from tracker.sums import Breach, sums
from tracker.taxonomy import Taxonomy, load

LEAST = Decimal("0.995")
"""The share of a statement's printed cells that must be read."""

_AMOUNT = re.compile(r"\(?-?(?:\d{1,3}(?:,+\d{3})+|\d+)(?:\.\d+)?\)?(?:%|万元|元|个|辆|人次|批次|台)?")
_WHOLE = re.compile(r"\d{1,7}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TABLE = re.compile(
    r"(?:收入|支出|收支|拨款|经费|采购|项目|资产|人员|服务|明细|分类)[^，。；：:]{0,30}?表(?=[）)]?(?:$|[^\u4e00-\u9fff]|单位|编制|部门|公开|金额))"
)
_PERFORMANCE = re.compile(r"绩效|自评|指标|填报日期")
_REACH = 160
"""Characters before a table in which its name is looked for."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One amount that a table prints: exact value, the folded words of its row and of the heading above it."""

    value: Decimal
    text: str
    row: str
    head: str


@dataclass(slots=True)
class Sheet:
    """One published table, over however many grids: its name as far as the words before it tell, its amounts."""

    title: str
    page: int
    cells: list[Printed] = field(default_factory=list[Printed])


Matrix = list[list[str]]


def sheets(blocks: Sequence[Block]) -> list[Sheet]:
    """The statements that the blocks print, in order, and the amounts of each. Forms of performance are left out."""
    found: list[Sheet] = []
    words = ""
    heading: list[list[str]] = []
    for block in blocks:
        if isinstance(block, TextLine):
            words += fold(block.text)
            continue
        if not isinstance(block, Grid):
            continue
        rows = _matrix(block)
        while rows and (joined := _caption(rows[0])) is not None:
            words += joined
            rows = rows[1:]
        named = [match[0] for match in _TABLE.finditer(words[-_REACH:])]
        if named and not _PERFORMANCE.search(words[-_REACH:]):
            found.append(Sheet(named[-1], block.page))
            heading = []
        elif words and (len(words) > _REACH or _PERFORMANCE.search(words)):
            found.append(Sheet("", block.page))
            heading = []
        if found and found[-1].title:
            heading = _read(rows, heading, found[-1])
        words = ""
    return [sheet for sheet in found if sheet.title]


def _matrix(grid: Grid) -> Matrix:
    """A grid's rows with what a merged cell says in every place that it covers."""
    rows: Matrix = []
    hanging: dict[int, tuple[int, str]] = {}
    for cells in grid.rows:
        row: list[str] = []

        def drop(row: list[str] = row) -> None:
            while len(row) in hanging:
                left, words = hanging.pop(len(row))
                if left > 1:
                    hanging[len(row)] = (left - 1, words)
                row.append("" if _amount(words) else words)

        for cell in cells:
            drop()
            words = fold(cell.text)
            for n in range(max(1, cell.colspan)):
                if cell.rowspan > 1:
                    hanging[len(row)] = (cell.rowspan - 1, words)
                row.append(words if n == 0 or not _amount(words) else "")
        drop()
        rows.append(row)
    return rows


def _caption(row: Sequence[str]) -> str | None:
    texts = list(dict.fromkeys(text for text in row if text))
    joined = "".join(texts)
    if not texts:
        return ""
    if len(texts) <= 3 and (_TABLE.search(joined) or re.search(r"(?:单位|部门)[::]", joined)):
        return joined
    return None


def _amount(text: str) -> bool:
    return bool(text) and _AMOUNT.fullmatch(text) is not None


def _read(rows: Matrix, heading: list[list[str]], sheet: Sheet) -> list[list[str]]:
    """Add the amounts of one grid; return the heading that stands, for the grid on the next page."""
    width = max((len(row) for row in rows), default=0)
    padded = [row + [""] * (width - len(row)) for row in rows]
    counting = _counting(padded, width)
    own: list[list[str]] = []
    body = False
    for row in padded:
        printed = [c for c in range(width) if _is_amount(row, c, counting)]
        if not body and not printed and not _coded(row):
            own.append(row)
            continue
        if not body and own:
            heading = own
        body = True
        label = "".join(text for text in row if _HAN.search(text))
        for c in printed:
            above = "".join(head[c] for head in heading if c < len(head))
            sheet.cells.append(Printed(_value(row[c]), row[c], label, above))
    return heading if body else own or heading


def _coded(row: Sequence[str]) -> bool:
    return any(re.fullmatch(r"[23]\d\d(?:\d\d){0,2}", text) for text in row) and any(_HAN.search(t) for t in row)


def _counting(rows: Matrix, width: int) -> set[int]:
    """Columns that number their rows: whole numbers, each one more than the last."""
    found: set[int] = set()
    for c in range(width):
        numbers = [int(row[c]) for row in rows if _WHOLE.fullmatch(row[c])]
        others = [row[c] for row in rows if _amount(row[c]) and not _WHOLE.fullmatch(row[c])]
        if len(numbers) > 2 and not others and all(b - a == 1 for a, b in pairwise(numbers)):
            found.add(c)
    return found


def _is_amount(row: Sequence[str], c: int, counting: set[int]) -> bool:
    text = row[c]
    if not _amount(text) or c in counting:
        return False
    if not _WHOLE.fullmatch(text):
        return True
    numbers = [int(t) for t in row if _WHOLE.fullmatch(t)]
    if len(numbers) > 1 and sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers))):
        return False  # 栏次
    if len(numbers) == 1 and any("栏次" in t for t in row):
        return False
    # A code or an ordinal stands before a name, with no name before it in its group.
    follows = next((t for t in row[c + 1 :] if t and not _WHOLE.fullmatch(t)), "")
    code = re.fullmatch(r"[23]\d\d(?:\d\d){0,2}|\d\d?", text) is not None
    before = next((t for t in reversed(row[:c]) if t), "")
    return not (code and _HAN.search(follows) and not (_HAN.search(before) and not _gap(row, c)))


def _gap(row: Sequence[str], c: int) -> bool:
    return c > 0 and not row[c - 1]


def _value(text: str) -> Decimal:
    digits = re.sub(r"[^\d.\-]", "", text)
    return -Decimal(digits) if text.startswith("(") else Decimal(digits)


@dataclass(frozen=True, slots=True)
class Told:
    """One statement: its cells printed and read, the sums that it keeps, those that are open."""

    id: str
    title: str
    state: str
    page: int | None
    printed: int
    read: int
    unread: tuple[Printed, ...]
    closes: int
    rounding: int
    open: tuple[Breach, ...]

    @property
    def enough(self) -> bool:
        """Whether as much of it is read as must be."""
        return self.read >= LEAST * self.printed


def held(statement: Statement, sheet: Sheet | None, figures: Sequence[Figure], taxonomy: Taxonomy) -> Told:
    """Hold one statement against the sheet it was read from, and against its own sums."""
    own = [figures[f] for line in statement.lines for f in line.figures]
    left = list(own)
    missed: list[Printed] = []
    for cell in sheet.cells if sheet is not None else ():
        match = max((f for f in left if _fits(cell, f)), key=lambda f: _fits(cell, f), default=None)
        if match is None:
            missed.append(cell)
        else:
            left.remove(match)
    executed = list(sums(statement, figures, taxonomy.forms.get(statement.id)))
    verdicts = Counter(breach.sum.verdict for breach in executed)
    printed = len(sheet.cells) if sheet is not None else 0
    return Told(
        id=statement.id,
        title=statement.title,
        state=statement.state,
        page=statement.page,
        printed=printed,
        read=printed - len(missed),
        unread=tuple(missed),
        closes=verdicts["closes"],
        rounding=verdicts["rounding"],
        open=tuple(breach for breach in executed if breach.sum.verdict == "open"),
    )


def _fits(cell: Printed, figure: Figure) -> int:
    """0: another figure; else more, the more of row and heading says so (a row may have no name: 合计)."""
    if Decimal(figure.value) != cell.value:
        return 0
    label, measure = fold(figure.label), fold(figure.measure or "")
    under = not measure or not cell.head or _within(measure, cell.head)
    if label in cell.row and under:
        return 3
    if label in cell.head:
        return 3 if under else 2
    return 1 if label == "合计" and not cell.row and under else 0


def _within(measure: str, head: str) -> bool:
    return measure in head or all(c in head for c in measure)


def paired(
    statements: Sequence[Statement], printed: Sequence[Sheet]
) -> Iterator[tuple[Statement | None, Sheet | None]]:
    """Pair statements with the sheets of their name, in order; what has no partner stands alone."""
    left = list(printed)
    for statement in statements:
        title = fold(statement.title)
        named = [s for s in left if s.title in title or title in s.title or _kernel(s.title) == _kernel(title)]
        found = next((s for s in named if s.page == statement.page), named[0] if named else None)
        if found is not None:
            left.remove(found)
        yield statement, found
    yield from ((None, sheet) for sheet in left if sheet.cells)


def _kernel(title: str) -> str:
    return re.sub(r"部门|单位|[\"'“”()、,\s]", "", title)


_IN_TEXT = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\d.])")
_MONTH = re.compile(r"20\d\d\.(?:0?[1-9]|1[0-2])")


def nowhere(texts: Iterable[str], figures: Sequence[Figure]) -> list[str]:
    """Return the numbers of the pages' text that are no figure's, as often as they are too many; 2025.12 is a date."""
    printed = Counter(
        Decimal(n.replace(",", "")) for text in texts for n in _IN_TEXT.findall(text) if not _MONTH.fullmatch(n)
    )
    recorded = Counter(abs(Decimal(figure.value)) for figure in figures)
    return [str(value) for value in (printed - recorded).elements()]


def _page_texts(data: bytes) -> list[str]:
    """The text of a PDF's pages as pypdfium2 has it."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()


@dataclass(frozen=True, slots=True)
class Account:
    """What is told of one file."""

    name: str
    identity: Mapping[str, Any]
    expected: Mapping[str, Any]
    problems: tuple[str, ...]
    statements: tuple[Told, ...]
    unnamed: tuple[Sheet, ...]
    narrative: int
    not_understood: tuple[str, ...]
    nowhere: tuple[str, ...]
    explained: tuple[str, ...]

    @property
    def wrong(self) -> list[str]:
        """The aspects of the identity that are not the key's."""
        return [key for key, value in self.expected.items() if self.identity.get(key) != value]

    def faults(self) -> list[str]:
        """What makes the run fail."""
        found = [f"identity: {key} is {self.identity.get(key)!r}, not {self.expected[key]!r}" for key in self.wrong]
        found += [f"{t.id}: {t.read} of {t.printed} cells read" for t in self.statements if not t.enough]
        found += [f"printed and nowhere recorded: {number}" for number in self.nowhere]
        found += [f"no statement: {sheet.title} ({len(sheet.cells)} cells)" for sheet in self.unnamed]
        for told in self.statements:
            found += [f"{told.id}: {_shown(b)}" for b in told.open if not self._is_explained(b)]
        return found

    def _is_explained(self, breach: Breach) -> bool:
        published = breach.sum.total or ""
        return bool(published) and any(published in detail for detail in self.explained)


def _shown(breach: Breach) -> str:
    terms = "+".join(value if sign > 0 else f"-{value}" for value, sign in breach.sum.terms)
    return f"{breach.line} {breach.measure} ({breach.rule}): {breach.sum.total} ≠ {breach.sum.expected} = {terms[:80]}"


def account(
    decoded: Decoded, name: str, texts: Iterable[str], expected: Mapping[str, Any], explained: Sequence[str]
) -> Account:
    """Tell what is read of one decoded file."""
    taxonomy = load()
    disclosure = normalize(decoded, taxonomy, name=name)
    pairs = list(paired([s for s in disclosure.statements if "." in s.id and _standard(s)], sheets(decoded.blocks)))
    told = tuple(held(s, sheet, disclosure.figures, taxonomy) for s, sheet in pairs if s is not None)
    return Account(
        name=name,
        identity=_identity(disclosure),
        expected=expected,
        problems=tuple(f"{p.code} {p.place} {p.quote}".strip() for p in disclosure.problems),
        statements=told,
        unnamed=tuple(sheet for s, sheet in pairs if s is None and sheet is not None),
        narrative=sum(1 for f in disclosure.figures if f.section is not None),
        not_understood=tuple(f"{u.section}: {u.number} in {u.quote}" for u in disclosure.unread),
        nowhere=tuple(nowhere(texts, disclosure.figures)),
        explained=tuple(explained),
    )


def _standard(statement: Statement) -> bool:
    return not statement.id.startswith("performance")


def _identity(disclosure: Disclosure) -> dict[str, Any]:
    who = disclosure.identity
    template = any(problem.code == "document.template" for problem in disclosure.problems)
    page = any(problem.code == "document.not_disclosure" for problem in disclosure.problems)
    told = {
        "unit": who.unit,
        "year": who.year,
        "kind": who.kind,
        "scope": who.scope,
        "what": "template" if template else "page" if page else "disclosure",
    }
    told["sources"] = {e.aspect: e.source for e in who.evidence}
    return told


def expectation(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What ``index.json`` says of a file's identity, in our words."""
    kind = str(entry["kind"])
    template, page = "模板" in kind, "落地页" in kind
    found: dict[str, Any] = {
        "year": int(str(entry["fiscal_year"])),
        "kind": "budget" if "预算" in kind else "final",
        "what": "template" if template else "page" if page else "disclosure",
    }
    if not template:
        found["unit"] = entry.get("unit")
    if not page:
        found["scope"] = "unit" if "单位" in kind else "department"
    return found


def _same_name(expected: Mapping[str, Any], identity: Mapping[str, Any]) -> dict[str, Any]:
    """Names that differ by 中共 alone are one unit's (``[units]`` of the configuration says so for good)."""
    told = dict(expected)
    unit, own = str(told.get("unit") or ""), str(identity.get("unit") or "")
    if unit.removeprefix("中共") == own.removeprefix("中共"):
        told["unit"] = identity.get("unit")
    return told


def report(told: Account, *, verbose: bool) -> str:
    """One document as it is printed."""
    who = told.identity
    sources = ", ".join(f"{aspect}: {source}" for aspect, source in who["sources"].items())
    lines = [
        f"{told.name}",
        f"  {who['what']}: {who['unit']} / {who['year']} / {who['kind']}.{who['scope']}  ({sources})",
    ]
    for t in told.statements:
        share = f"{100 * t.read / t.printed:.1f} %" if t.printed else "–"
        lines.append(
            f"  {t.id:28} {t.state:8} cells {t.read:>4}/{t.printed:<4} {share:>8}   sums {t.closes:>3} close,"
            f" {t.rounding} round, {len(t.open)} open   {t.title[-28:]}"
        )
        if verbose or not t.enough:
            lines += [f"      not read: {cell.text} in {cell.row[:40]} under {cell.head[:40]}" for cell in t.unread]
        lines += [f"      open: {_shown(breach)}" for breach in t.open]
    lines.append(f"  narrative: {told.narrative} figures, {len(told.not_understood)} numbers not understood")
    lines += [f"      {each[:150]}" for each in told.not_understood]
    lines += [f"  problem: {each[:150]}" for each in told.problems]
    lines += [f"  FAULT {each}" for each in told.faults()]
    return "\n".join(lines)


def _files(folder: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    index = folder / "corpus" / "index.json"
    key: dict[str, Mapping[str, Any]] = {}
    if index.is_file():
        key = {str(entry["file"]): entry for entry in json.loads(index.read_text(encoding="utf-8"))}
    for name, entry in sorted(key.items()):
        yield folder / "corpus" / name, expectation(entry)
    for path in sorted((folder / "seeds").glob("*.txt")):
        yield path, {}


def _explanations(folder: Path, expected: Mapping[str, Any]) -> list[str]:
    path = folder / "truth" / "findings_corpus.json"
    if not path.is_file():
        return []
    year = str(expected.get("year", ""))
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [f"{row['detail']} {row['later_statement']}" for row in rows if year and year in str(row["later"])]


def _scored(folder: Path, path: Path, figures: Iterable[Figure]) -> str | None:
    """What ``truth/score.py`` says of a seed, where there is a list of it."""
    truth = next((folder / "truth").glob(f"figures_{path.name[:3]}_*.json"), None)
    script = folder / "truth" / "score.py"
    if truth is None or not script.is_file():
        return None
    asked = json.dumps([asdict(figure) for figure in figures], ensure_ascii=False)
    done = subprocess.run(
        [sys.executable, str(script), str(truth), "--misses"], input=asked, capture_output=True, text=True, check=True
    )
    return done.stdout.rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the account of every file; 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--verbose", action="store_true", help="every cell that is not read")
    asked = parser.parse_args(arguments)
    known = dict(_files(DISCLOSURES)) if DISCLOSURES.is_dir() else {}
    by_name = {path.name: expected for path, expected in known.items()}
    files = [(path, by_name.get(path.name, {})) for path in asked.files] or list(known.items())
    if not files:
        print(f"NO REAL DOCUMENTS in {DISCLOSURES}: name files, or set DISCLOSURES", file=sys.stderr)
        return 1
    totals: defaultdict[str, int] = defaultdict(int)
    for path, expected in files:
        print(f"reading {path.name}", file=sys.stderr)
        totals["documents"] += 1
        try:
            decoded = decode(path.read_bytes(), name=path.name)
        except UndecodableError as error:
            print(f"{path.name}\n  FAULT not decoded: {error}")
            totals["faults"] += 1
            continue
        texts = _page_texts(path.read_bytes()) if decoded.format == "pdf" else ()
        told = account(decoded, path.name, texts, expected, _explanations(DISCLOSURES, expected))
        told = replace(told, expected=_same_name(expected, told.identity))
        print(report(told, verbose=asked.verbose))
        scored = _scored(DISCLOSURES, path, normalize(decoded, load(), name=path.name).figures)
        if scored is not None:
            print("    " + scored.replace("\n", "\n    "))
        for t in told.statements:
            totals["printed"] += t.printed
            totals["read"] += t.read
            totals["closes"] += t.closes
            totals["rounding"] += t.rounding
            totals["open"] += len(t.open)
        totals["narrative"] += told.narrative
        totals["unread"] += len(told.not_understood)
        totals["faults"] += len(told.faults())
    share = f"{100 * totals['read'] / totals['printed']:.2f} %" if totals["printed"] else "–"
    print(
        f"\n{totals['documents']} documents: {totals['read']} of {totals['printed']} printed cells read ({share});"
        f" sums: {totals['closes']} close, {totals['rounding']} round, {totals['open']} open;"
        f" narrative: {totals['narrative']} figures, {totals['unread']} numbers not understood;"
        f" {totals['faults']} faults"
    )
    return 1 if totals["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
