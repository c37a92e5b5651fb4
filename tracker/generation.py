"""Under which program derived rows were made: both sides of a comparison are always taken under one generation."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from scrapers.decode.limits import LIMITS, Limits

_ROOT = Path(__file__).parent.parent

_DERIVES = (
    "scrapers/blocks.py",
    "scrapers/decode",
    "tracker/absence.py",
    "tracker/amounts.py",
    "tracker/compare",
    "tracker/facts.py",
    "tracker/folding.py",
    "tracker/holds.py",
    "tracker/ingest.py",
    "tracker/merging.py",
    "tracker/model.py",
    "tracker/naming.py",
    "tracker/normalize",
    "tracker/opening.py",
    "tracker/parts.py",
    "tracker/reading.py",
    "tracker/recording.py",
    "tracker/revising.py",
    "tracker/sighting.py",
    "tracker/sums.py",
    "tracker/taxonomy",
    "tracker/timeline.py",
    "tracker/witnessing.py",
)
_LIBRARIES = (
    *("charset-normalizer", "diff-match-patch", "lxml", "pdfplumber", "pypdfium2", "python-calamine"),
    *("rapidfuzz", "rarfile"),
)


_EXTRAS = ("numpy", "onnxruntime", "opencv-python-headless", "rapidocr")


def fingerprint(units: Mapping[str, str], limits: Limits = LIMITS) -> str:
    """Return the hash of everything that decides a derived row: our code, the taxonomy, the parsing libraries, the
    declared names of units, and how much of a file is read."""
    named = "\n".join(f"{name}={unit}" for name, unit in sorted(units.items()))
    bounds = "" if limits == LIMITS else f"\n{limits}"
    return hashlib.sha256(f"{_program()}\n{named}{bounds}".encode()).hexdigest()


@cache
def _program() -> str:
    hasher = hashlib.sha256()
    for part in _DERIVES:
        path = _ROOT / part
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix in {".py", ".toml"}:
                hasher.update(file.relative_to(_ROOT).as_posix().encode())
                hasher.update(file.read_bytes())
    for library in _LIBRARIES:
        hasher.update(f"{library}=={metadata.version(library)}".encode())
    for extra in _EXTRAS:
        hasher.update(f"{extra}=={_installed(extra)}".encode())
    return hasher.hexdigest()


def _installed(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "absent"
