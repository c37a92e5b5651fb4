"""What every test may use: the folder of real disclosures."""

import os
from pathlib import Path

import pytest

DISCLOSURES = Path(os.environ.get("DISCLOSURES", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def disclosures() -> Path:
    """The folder of real disclosures (``DISCLOSURES``, default ``../shared``); its absence is said, not hidden."""
    if not (DISCLOSURES / "seeds").is_dir():
        pytest.skip(f"NO REAL DOCUMENTS: {DISCLOSURES} has no seeds/; set DISCLOSURES to the folder that does")
    return DISCLOSURES


@pytest.fixture(scope="session")
def wuhan(disclosures: Path) -> Path:
    """The first seed: tables as tab-separated rows."""
    return disclosures / "seeds" / "000_aecfc3e4a48985f9.txt"


@pytest.fixture(scope="session")
def gedian(disclosures: Path) -> Path:
    """The second seed: every line cut at the page's width, tables lost, performance forms flattened."""
    return disclosures / "seeds" / "004_f643c22fe8df2981.txt"
