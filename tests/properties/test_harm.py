"""Whatever is done to a file, it is read or refused with a reason, and the next one is read.

A sample runs with the suite; `make soak` harms twenty thousand files.
"""

import re

import pytest

from scrapers.blocks import Cell, Grid
from scrapers.decode import decode
from tests.fuzzing import files, run
from tests.generator.layouts import document
from tests.generator.ledger import make
from tests.generator.render import render
from tracker.normalize import normalize
from tracker.taxonomy import load

SAMPLE = 60
CHUNKS, CHUNK = 40, 500


def test_the_same_seed_does_the_same_harm() -> None:
    assert list(files(range(40))) == list(files(range(40)))
    assert len({data for _, data in files(range(40))}) > 30


def test_harmed_files_are_read_or_refused() -> None:
    tally = run(range(100_000, 100_000 + SAMPLE))

    assert tally.broken == []
    assert tally.outcomes.total() == SAMPLE


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_harmed_files_are_read_or_refused_in_the_long_run(chunk: int) -> None:
    tally = run(range(1 + chunk * CHUNK, 1 + (chunk + 1) * CHUNK))

    print(tally.told())
    assert tally.broken == []


@pytest.mark.parametrize("printed", ["³", "①", "٣", "9" * 5000, "〇" * 3000])
def test_a_cell_that_no_table_has_breaks_nothing(printed: str) -> None:
    page = render(document(make(3), "hubei"), "html")
    amounts = list(re.finditer(r">(?:\d|[\d,]+\.\d\d)</td>", page))

    for place in amounts[:: len(amounts) // 8]:
        blocks = decode(f"{page[: place.start() + 1]}{printed}{page[place.end() - 5 :]}".encode())

        assert any(Cell(printed) in line for grid in blocks.blocks if isinstance(grid, Grid) for line in grid.rows)
        assert normalize(blocks, load()).statements


def test_a_picture_of_no_size_is_a_picture() -> None:
    page = "<html><body><p>决算</p><img src='a.png' width='³' height='99999999999999999999'></body></html>"

    assert len(decode(page.encode()).blocks) == 2
