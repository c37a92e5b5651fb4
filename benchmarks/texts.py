"""The texts that are measured: real ones from ``DISCLOSURES``, else the generator's, which is said loudly."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.generator.layouts import document
from tests.generator.ledger import make
from tests.generator.render import render

DISCLOSURES = Path(os.environ.get("DISCLOSURES", Path(__file__).parents[2] / "shared"))


@dataclass(frozen=True, slots=True)
class Text:
    """A published text under a short name."""

    name: str
    text: str


def texts() -> tuple[Text, ...]:
    """The two real texts: the first with tables of tab-separated rows, the second cut at the page's width."""
    files = sorted((DISCLOSURES / "seeds").glob("*.txt"))
    if len(files) < 2:
        print(f"NO REAL DOCUMENTS in {DISCLOSURES}/seeds: generated ones are measured instead", file=sys.stderr)
        return generated()
    return tuple(Text(f"seed {n}", path.read_text(encoding="utf-8")) for n, path in enumerate(files[:2], 1))


def generated() -> tuple[Text, ...]:
    """Two fictional documents in the shapes of the real ones."""
    return tuple(
        Text(f"generated {n}", render(document(make(n, 2023), "hubei"), shape))
        for n, shape in ((1, "tsv"), (2, "wrapped"))
    )
