"""Published year pairs: two disclosures of one unit, kind and scope, one year apart, as they lie in the corpus.

Peers compare the texts that the files hold (the text layer of a PDF, page by page); this project goes from decoded
blocks to changes. Decoding has a benchmark of its own: a peer that compares texts does none.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from scrapers.blocks import Decoded
from scrapers.decode import decode
from tracker.compare import compare
from tracker.model import Comparison
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Published:
    """One published disclosure: its decoded blocks, and its text as its file holds it."""

    name: str
    blocks: Decoded
    text: str


@dataclass(frozen=True, slots=True)
class YearPair:
    """Two published disclosures of one unit, one year apart."""

    name: str
    before: Published
    after: Published


def year_pairs(disclosures: Path) -> tuple[YearPair, ...]:
    """Return the year pairs of PDFs in the folder ``corpus`` of ``disclosures``; none, said loudly, where it is absent.

    A file that is one of several pieces of its document (a series with two files a year) makes no pair.
    """
    listed = disclosures / "corpus" / "index.json"
    if not listed.is_file():
        print(f"NO PUBLISHED YEAR PAIRS in {disclosures}/corpus: they are not measured", file=sys.stderr)
        return ()
    files: dict[tuple[str, str, int], list[str]] = {}
    for each in json.loads(listed.read_text(encoding="utf-8")):
        if each.get("unit") and each["file"].endswith(".pdf") and str(each.get("fiscal_year")).isdecimal():
            files.setdefault((each["unit"], each["kind"], int(each["fiscal_year"])), []).append(each["file"])
    pairs = [
        (unit, year, before, own)
        for (unit, kind, year), own in sorted(files.items())
        if (before := files.get((unit, kind, year - 1))) and len(own) == len(before) == 1
    ]
    found: dict[str, Published] = {}

    def read(name: str) -> Published:
        if name not in found:
            found[name] = _published(disclosures / "corpus" / name)
        return found[name]

    return tuple(YearPair(f"{u} {y - 1}→{y}", read(before[0]), read(after[0])) for u, y, before, after in pairs)


def _published(path: Path) -> Published:
    data = path.read_bytes()
    document = pypdfium2.PdfDocument(data)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return Published(path.name, decode(data, name=path.name), "\f".join(pages).replace("\r\n", "\n"))


def blocks_to_changes(pair: YearPair, taxonomy: Taxonomy) -> Comparison:
    """From the decoded blocks of both to what changed over the year."""
    before, after = (normalize(each.blocks, taxonomy, name=each.name) for each in (pair.before, pair.after))
    return compare(before, after, "year", taxonomy)
