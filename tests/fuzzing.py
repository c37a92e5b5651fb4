"""``python -m tests.fuzzing --files 2000 --seed 1``: harmed files through the workers that read documents.

Whatever a file holds, its worker reads it or refuses it with a reason, within its limits. What must not be: an error
that is no refusal (a mistake of ours), and a process that breaks down or has to be stopped without that being said.
"""

import argparse
import io
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import xlwt

from scrapers.blocks import Decoded, UndecodableError
from scrapers.decode import is_archive
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import LIMITS
from tests.conftest import DISCLOSURES
from tests.generator import office
from tests.generator.fixed import ofd
from tests.generator.harm import harmed
from tests.generator.layouts import document
from tests.generator.ledger import make
from tests.generator.printed import Typesetting, printed
from tests.generator.render import render
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy, load

PAST = 5.0
"""Seconds past its limit within which a file's reading has ended at the latest."""
_HEAVY = 12
"""Of so many files one is a large one of the corpus or goes through another program."""


@dataclass(slots=True)
class Tally:
    """What became of harmed files: how many by kind and outcome; ``broken`` and ``slowest`` name the file and seed."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    broken: list[str] = field(default_factory=list[str])
    slowest: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    def note(self, kind: str, outcome: str, seconds: float, what: str) -> None:
        self.outcomes[kind, outcome] += 1
        self.slowest = sorted([*self.slowest, (seconds, f"{what}: {outcome}")], reverse=True)[:8]
        if outcome == "failed" or seconds > LIMITS.seconds + PAST:
            self.broken.append(f"{what}: {outcome} after {seconds:.1f} s")

    def told(self) -> str:
        total = self.outcomes.total()
        kinds = sorted({kind for kind, _ in self.outcomes})
        lines = [f"{total} files; broken: {len(self.broken)}"]
        for kind in kinds:
            found = {outcome: n for (of, outcome), n in self.outcomes.items() if of == kind}
            each = ", ".join(f"{outcome} {n}" for outcome, n in sorted(found.items(), key=lambda item: -item[1]))
            lines.append(f"  {kind}: {sum(found.values())}: {each}")
        lines += [f"  {seconds:6.1f} s {what}" for seconds, what in self.slowest]
        return "\n".join(lines + self.broken)


@cache
def whole() -> Mapping[str, bytes]:
    """The files that are harmed, by name: generated ones in every format, and those of the corpus if it is there."""
    final, plan = document(make(3), "hubei"), document(make(8), "shanghai")
    found = {
        "hubei.docx": office.docx(final),
        "hubei.xlsx": office.xlsx(final),
        "hubei.ofd": ofd(final),
        "hubei.pdf": printed(final),
        "turned.pdf": printed(plan, Typesetting(turned=90, jumbled=True, ruled=False)),
        "shanghai.html": render(plan, "html").encode(),
        "shanghai.txt": render(plan, "tsv").encode("gb18030"),
        "old.xls": _old(),
        "new.zip": office.zipped(
            {"公开/说明.html": render(final, "html").encode(), "公开/表.xlsx": office.xlsx(final)}
        ),
    }
    corpus = DISCLOSURES / "corpus"
    for path in sorted(corpus.iterdir()) if corpus.is_dir() else ():
        if path.suffix in (".pdf", ".xls", ".xlsx", ".html"):
            found[path.name] = path.read_bytes()
    return found


def _old() -> bytes:
    book = xlwt.Workbook()
    for name in ("收入决算表", "支出决算表"):
        sheet = book.add_sheet(name)
        sheet.write_merge(0, 0, 0, 3, name)
        for row in range(1, 40):
            sheet.write(row, 0, f"项目{row}")
            sheet.write(row, 1, row * 12.34, xlwt.easyxf(num_format_str="#,##0.00"))
            sheet.write(row, 2, row)
            sheet.write(row, 3, xlwt.Formula(f"B{row}+1"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def files(seeds: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """Yield a harmed file for each seed, with what it is: the name of the whole one and the seed."""
    sources = whole()
    large = [name for name, data in sources.items() if len(data) > 200_000]
    small = [name for name in sources if name not in large]
    others = list(sources.values())
    for seed in seeds:
        name = large[seed // _HEAVY % len(large)] if large and seed % _HEAVY == 0 else small[seed * 7919 % len(small)]
        yield f"{name}#{seed}", harmed(seed, sources[name], others)


def run(seeds: Sequence[int], kept: Path | None = None) -> Tally:
    """Read a harmed file for each seed; put into ``kept`` those on which something broke."""
    tally = Tally()
    with Workers() as workers:
        for what, data in files(seeds):
            kind = what.partition("#")[0].rpartition(".")[2]
            begin = time.monotonic()
            outcome = _outcome(workers, data, what)
            seconds = time.monotonic() - begin
            tally.note(kind, outcome.partition("\n")[0], seconds, what)
            if kept is not None and (outcome.startswith(("failed", "killed", "timeout", "memory")) or seconds > 20):
                (kept / what.replace("#", "-")).write_bytes(data)
                (kept / f"{what.replace('#', '-')}.txt").write_text(f"{outcome}\n{seconds}\n", "utf-8")
    return tally


def _outcome(workers: Workers, data: bytes, what: str) -> str:
    try:
        if not is_archive(data):
            return _told(workers.decode(data, name=what))
        members = workers.unpack(data, name=what).members
        for member in members[:20]:
            _outcome_of_member(workers, member.data, member.path)
    except UndecodableError as error:
        return error.reason
    except RuntimeError as error:
        return f"failed\n{error}"
    return "unpacked"


def _outcome_of_member(workers: Workers, data: bytes, path: str) -> None:
    try:
        workers.decode(data, name=path)
    except UndecodableError:
        return


def _told(decoded: Decoded) -> str:
    """Understand what was read, which must not break whatever it is."""
    try:
        normalize(decoded, _taxonomy())
    except Exception:  # whatever it is, it is what is looked for
        return f"failed\n{traceback.format_exc()}"
    return "read, with troubles" if decoded.troubles else "read"


@cache
def _taxonomy() -> Taxonomy:
    return load()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="the first of as many seeds as files")
    parser.add_argument("--keep", type=Path, help="a folder for the files on which something broke")
    options = parser.parse_args(arguments)
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    tally = run(range(options.seed, options.seed + options.files), options.keep)
    print(tally.told())
    print(f"seeds {options.seed} to {options.seed + options.files - 1}, {time.monotonic() - begin:.0f} s")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
