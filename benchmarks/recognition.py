"""``python -m benchmarks.recognition [--json] [--layouts L] [--seeds N] [KIND ...]``: of what is printed in pictures,
how much is read right, and how long a page takes.

A generated disclosure is printed, drawn at 150 dots an inch, worn as a scanner wears it, and read again. A figure is
right if the disclosure of the printed text has one of the same key and value.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from scrapers.decode import decode
from tests.generator.layouts import LAYOUTS, document
from tests.generator.ledger import make
from tests.generator.printed import printed
from tests.generator.scanned import KINDS, scanned
from tracker.model import Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import load

AIM = 0.99


@dataclass(frozen=True, slots=True)
class Result:
    """How one document was read: its figures that were read right, that are missing, and those that it has not."""

    kind: str
    layout: str
    seed: int
    pages: int
    figures: int
    right: int
    missed: int
    wrong: int
    seconds: float

    @property
    def share(self) -> float:
        return self.right / self.figures


def measured(kind: str, layout: str, seed: int, *, show: int = 0) -> Result:
    """Read one document worn in one way; ``show`` so many of the figures that differ, on stderr."""
    data = printed(document(make(seed), layout))
    taxonomy = load()
    text = normalize(decode(data), taxonomy)
    pictures = scanned(data, kind)
    started = time.perf_counter()
    decoded = decode(pictures)
    seconds = time.perf_counter() - started
    read = normalize(decoded, taxonomy)
    wanted, found = _figures(text), _figures(read)
    right = (wanted & found).total()
    for mark, figures in (("missed", wanted - found), ("wrong", found - wanted)):
        for figure in sorted(figures)[:show]:
            print(f"{kind} {layout} {seed} {mark}: {figure}", file=sys.stderr)
    return Result(
        kind,
        layout,
        seed,
        decoded.pages,
        wanted.total(),
        right,
        wanted.total() - right,
        found.total() - right,
        seconds / decoded.pages,
    )


def _figures(disclosure: Disclosure) -> Counter[tuple[str, str]]:
    return Counter((figure.key, figure.value) for figure in disclosure.figures)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line per document and kind; 1 if less than the aim is right somewhere."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recognition")
    parser.add_argument("kinds", nargs="*", default=list(KINDS), choices=list(KINDS), metavar="KIND")
    parser.add_argument("--layouts", nargs="+", default=["hubei"], choices=list(LAYOUTS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[7])
    parser.add_argument("--show", type=int, default=0, help="print so many of the figures that differ")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    results: list[Result] = []
    for kind in asked.kinds:
        for layout in asked.layouts:
            for seed in asked.seeds:
                result = measured(kind, layout, seed, show=asked.show)
                results.append(result)
                if not asked.json:
                    print(
                        f"{kind:8} {layout:9} {seed:3} {result.pages:3} pages {result.figures:5} figures "
                        f"{result.share:8.2%} right {result.missed:4} missed {result.wrong:4} wrong "
                        f"{result.seconds:6.1f} s a page",
                        flush=True,
                    )
    if asked.json:
        print(json.dumps([asdict(result) | {"share": result.share} for result in results], ensure_ascii=False))
    return int(any(result.share < AIM for result in results))


if __name__ == "__main__":
    sys.exit(main())
