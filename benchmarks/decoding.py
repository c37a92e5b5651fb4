"""``python -m benchmarks.decoding``: seconds and memory a page of every format, against the bare libraries for it.

A PDF against pdfplumber's own extraction of text and tables and against pypdfium2's text alone, a workbook against
python-calamine's rows, a DOCX against python-docx's paragraphs and cells. Each in a process of its own that has loaded
nothing yet; this project decodes with its tables, number formats, merged cells and hidden rows.
"""

import argparse
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from benchmarks import report
from benchmarks.aims import Aim
from benchmarks.measuring import Effort, Measured, measure
from benchmarks.texts import DISCLOSURES

OURS = "this project"
LIMIT = 240.0
FULL = Effort(limit=LIMIT, processor=True)
QUICK = Effort(runs=1, least=0, limit=LIMIT, processor=True)
_CORPUS = (
    "budget-2017-js-jianchayuan.pdf",
    "budget-2025-putuo-shangwuwei-department.pdf",
    "final-2023-swu.pdf",
    "template-budget-2026-shanghai-unit.xlsx",
    "template-budget-2026-shanghai.xls",
)
_PAGES = 25
"""Of the generated disclosure."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What a library does with a file; ``bound`` is how many times as long this project may take, None for no aim."""

    name: str
    module: str
    read: Callable[[bytes], object]
    bound: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """What one system took for one file."""

    file: str
    system: str
    pages: int
    measured: Measured


def ours(data: bytes) -> Any:
    return import_module("scrapers.decode").decode(data)


def _pdfplumber(data: bytes) -> object:
    with import_module("pdfplumber").open(io.BytesIO(data)) as document:
        found = []
        for page in document.pages:
            found.append((page.extract_text(), page.extract_tables()))
            page.close()
        return found


def _pypdfium2(data: bytes) -> object:
    document = import_module("pypdfium2").PdfDocument(data)
    return [document[n].get_textpage().get_text_bounded() for n in range(len(document))]


def _calamine(data: bytes) -> object:
    book = import_module("python_calamine").CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _docx(data: bytes) -> object:
    document = import_module("docx").Document(io.BytesIO(data))
    words = [paragraph.text for paragraph in document.paragraphs]
    return words + [cell.text for table in document.tables for row in table.rows for cell in row.cells]


_SHEETS = (Peer("python-calamine", "python_calamine", _calamine, 2),)
PEERS: Mapping[str, Sequence[Peer]] = {
    "pdf": (
        Peer("pdfplumber text and tables", "pdfplumber", _pdfplumber, 1),
        Peer("pypdfium2 text", "pypdfium2", _pypdfium2, None),
    ),
    "xlsx": _SHEETS,
    "xls": _SHEETS,
    "docx": (Peer("python-docx", "docx", _docx, 2),),
}


def generated() -> Mapping[str, bytes]:
    """Return one generated disclosure in each format; the PDF has at least 25 pages."""
    from tests.generator import office
    from tests.generator.layouts import document
    from tests.generator.ledger import make
    from tests.generator.printed import Typesetting, printed

    paper = document(make(3), "hubei")
    high = 842
    while True:
        pdf = printed(paper, Typesetting(height=high))
        pages = len(import_module("pypdfium2").PdfDocument(pdf))
        if pages >= _PAGES:
            break
        high -= 20
    return {
        f"generated, {pages} pages.pdf": pdf,
        "generated.docx": office.docx(paper),
        "generated.xlsx": office.xlsx(paper),
    }


def files(quick: bool = False) -> Mapping[str, bytes]:
    """Return what is read: generated (in another process, so that nothing is loaded here), and published files."""
    made = measure(generated, lambda found: found, Effort(runs=0, least=0, limit=LIMIT)).result
    corpus = DISCLOSURES / "corpus"
    published = {} if quick else {name: (corpus / name).read_bytes() for name in _CORPUS if (corpus / name).is_file()}
    return {**made, **published}  # pyright: ignore


def measured(sources: Mapping[str, bytes], effort: Effort, progress: Callable[[str], None]) -> list[Row]:
    """Measure this project and each peer that is installed on each file."""
    rows: list[Row] = []
    for name, data in sources.items():
        progress(name)
        first = measure(lambda data=data: ours(data), lambda found: found.pages, effort)
        pages = first.result
        assert isinstance(pages, int)
        rows.append(Row(name, OURS, pages, first))
        for peer in PEERS[name.rpartition(".")[2]]:
            try:
                found = measure(lambda peer=peer, data=data: peer.read(data), lambda found: None, effort)
            except ModuleNotFoundError:
                progress(f"  {peer.name} is not installed")
                continue
            rows.append(Row(name, peer.name, pages, found))
    return rows


def all_measured(quick: bool, progress: Callable[[str], None]) -> list[Row]:
    """Measure everything: as often as is needed, or (``quick``) generated files once."""
    return measured(files(quick), QUICK if quick else FULL, progress)


def aims(rows: Sequence[Row]) -> list[Aim]:
    """Return how many times as long as a bare library this project took, where that is bounded."""
    ours = {row.file: row.measured.seconds for row in rows if row.system == OURS}
    found: list[Aim] = []
    for row in rows:
        bound = next((p.bound for p in PEERS[row.file.rpartition(".")[2]] if p.name == row.system), None)
        took, theirs = ours[row.file], row.measured.seconds
        if bound is not None:
            ratio = took / theirs if took is not None and theirs else None
            found.append(Aim(f"{row.file}, decoded whole, against {row.system}", bound, ratio, least=False))
    return found


def told(rows: Sequence[Row]) -> str:
    """A table: a row a file and system."""
    ours = {row.file: row.measured for row in rows if row.system == OURS}
    body = [
        (
            row.file if row.system == OURS else "",
            row.system,
            report.milliseconds(row.measured.seconds, LIMIT),
            "–" if row.measured.seconds is None else f"{row.measured.seconds * 1000 / row.pages:.2f}",
            f"{row.measured.peak / 1e6:.1f}",
            f"{row.measured.peak / 1e6 / row.pages:.2f}",
            report.times(None if row.system == OURS else row.measured.ratio(ours[row.file], LIMIT)),
        )
        for row in rows
    ]
    return report.table(("file", "", "ms", "ms a page", "peak MB", "MB a page", "ours takes"), body)


def asdicts(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The rows as JSON has them."""
    return [{"file": r.file, "system": r.system, "pages": r.pages, **asdict(r.measured)} for r in rows]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decoding", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of each, generated files only")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    rows = all_measured(options.quick, lambda words: print(words, file=sys.stderr))
    if options.json:
        print(json.dumps(asdicts(rows), ensure_ascii=False, indent=1))
    else:
        print(f"{told(rows)}\n\nAims\n{report.aims(aims(rows))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
