"""Whatever is done to a file, it is read or refused with a reason, and the next one is read.

A sample runs with the suite; `make soak` harms twenty thousand files.
"""

import pytest

from tests.fuzzing import files, run

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
