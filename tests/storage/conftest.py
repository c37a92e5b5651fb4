"""A store with two years of one unit in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tests.storage.samples import D2022, D2023, NOW, SECOND, comparison, contents, document, look, reading, unit

BEFORE, AFTER = "2022年度决算".encode(), "2023年度决算".encode()


def derived() -> dict[str, Any]:
    """What `replace` is given for the two captures."""
    old, new = look(BEFORE, slot="https://qs.example/2022.html"), look(AFTER, at=SECOND)
    return {
        "readings": [reading(old, D2022), reading(new)],
        "documents": {
            D2022: document(D2022, {"aaaa": contents(D2022, "aaaa", "10.00", 10_000_000)}, [old]),
            D2023: document(D2023, {"bbbb": contents(D2023, "bbbb")}, [new]),
        },
        "comparisons": [comparison()],
        "units": [unit()],
    }


def fill(store: Store) -> None:
    """Record the two captures and what is derived from them."""
    store.record(BEFORE, look(BEFORE, slot="https://qs.example/2022.html"))
    store.record(AFTER, look(AFTER, at=SECOND))
    store.begin_generation("generation 1", NOW)
    store.replace(at=NOW, **derived())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    with Store.open(data) as opened:
        fill(opened)
        yield opened
