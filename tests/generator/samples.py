"""The samples that ship with the project: two years of three fictional units, as a folder source holds them.

Dated folders are looks: the final accounts of 2022 and 2023 as first published, and two documents of 2023 as silently
replaced a month later. One unit publishes text, one pages, one changes from a word processor's file to a PDF.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.generator.events import without
from tests.generator.layouts import document
from tests.generator.ledger import Ledger, evolve, make
from tests.generator.office import docx
from tests.generator.paper import Document
from tests.generator.printed import printed
from tests.generator.render import render

FOLDER = Path(__file__).parents[2] / "samples"
_PERSONNEL = re.compile(r"人员经费(?P<amount>[\d,]+\.\d\d)万元")
_UNITS = ((10, "hubei", ("txt", "txt")), (13, "shanghai", ("html", "html")), (4, "hubei", ("docx", "pdf")))
"""Seed, layout, and what the final accounts of both years come in."""


def _grown(ledger: Ledger, seed: int) -> Ledger:
    """The next year with one large movement and the reason given for it."""
    following = evolve(ledger, seed)
    leaf = f"project.{following.projects[0].code}"
    factor = 150 if ledger.growth else 60
    amount = following.leaves[leaf] * factor // 100
    changes = {leaf: amount, f"initial.{following.projects[0].code}": amount, "planned.0": amount}
    reason = f"{following.projects[0].name}{'扩大了实施范围' if ledger.growth else '分期实施，本年度工程量减少'}"
    topics = ("grand", "income", "expenditure", "fiscal", "general", "income.general")
    return replace(following.revised(changes), reasons={**following.reasons, **dict.fromkeys(topics, reason)})


def _replaced(ledger: Ledger, layout: str, published: str) -> Document:
    """The silently replaced document: a corrected item, another reason, a paragraph that is gone."""
    leaf = "procure.goods"
    corrected = ledger.revised({leaf: ledger.leaves[leaf] + 1_860})
    corrected = replace(corrected, reasons={**corrected.reasons, "operating": "办公用房维修和设备更新集中实施"})
    return without(document(corrected, layout, published=published), "work", last=True)


def _touched(text: str) -> str:
    """The other silent replacement: an amount corrected in the words and left standing in the table."""
    found = _PERSONNEL.search(text)
    assert found is not None, "the layout tells the cost of personnel"
    whole, _, part = found["amount"].partition(".")
    corrected = f"{whole[:-1]}{(int(whole[-1]) + 3) % 10}.{part}"
    return text[: found.start("amount")] + corrected + text[found.end("amount") :]


def _given(paper: Document, suffix: str) -> bytes:
    match suffix:
        case "docx":
            return docx(paper)
        case "pdf":
            return printed(paper)
        case "html":
            return render(paper, "html").encode()
        case _:
            return render(paper, "tsv").encode()


def files() -> Mapping[str, bytes]:
    """Every file of the samples by its path below the folder."""
    found: dict[str, bytes] = {}
    for n, (seed, layout, suffixes) in enumerate(_UNITS):
        first = make(seed, 2022)
        second = _grown(first, seed)
        for ledger, day, suffix in zip((first, second), ("2023-10-12", "2024-10-12"), suffixes, strict=True):
            published = f"{ledger.year + 1}年10月12日"
            path = f"{day}/{ledger.unit}{ledger.year}年度决算.{suffix}"
            found[path] = _given(document(ledger, layout, published=published), suffix)
        if n < 2:
            published, suffix = "2024年10月12日", suffixes[1]
            if n == 0:
                again = _given(_replaced(second, layout, published), suffix)
            else:
                again = _touched(_given(document(second, layout, published=published), suffix).decode()).encode()
            found[f"2024-11-20/{second.unit}{second.year}年度决算.{suffix}"] = again
    return found


def write(folder: Path = FOLDER) -> int:
    """Write the samples and remove what no longer belongs there; returns the number of files."""
    wanted = files()
    for path in sorted(folder.glob("**/*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
    for name, data in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(wanted)
