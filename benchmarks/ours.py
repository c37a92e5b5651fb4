"""This project, measured as its peers are: two texts in, changes out."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from benchmarks.worth import figures_cut, marked
from scrapers.decode import decode
from tracker.compare import compare, figures, masks
from tracker.model import Axis, Comparison, Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy

REMEMBERED: tuple[Any, ...] = (figures.exact, masks.label_key)
"""Functions of this project that remember what they made of a document's words."""


def understand(data: bytes, taxonomy: Taxonomy) -> Disclosure:
    """From the bytes of a published text to its canonical structure."""
    return normalize(decode(data), taxonomy)


def text_to_changes(before: bytes, after: bytes, axis: Axis, taxonomy: Taxonomy) -> Comparison:
    """The whole way, of both texts; equal bytes are known by their hash, as the archive knows them."""
    if hashlib.sha256(before).digest() == hashlib.sha256(after).digest():
        return Comparison(axis=axis)
    return compare(normalize(decode(before), taxonomy), normalize(decode(after), taxonomy), axis, taxonomy)


def forget() -> None:
    """Clear what this process remembers of texts, so that each run reads them for the first time."""
    for remembered in REMEMBERED:
        remembered.cache_clear()


def worth(found: object) -> Mapping[str, object]:
    """What the changes mark, cut and know."""
    assert isinstance(found, Comparison)
    passages = [change for change in found.changes if change.subject == "passage" and change.kind != "moved"]
    figures = [change for change in found.changes if change.subject == "figure"]
    words = sum(
        marked(change.ops) if change.ops else len(change.text_before or "") + len(change.text_after or "")
        for change in passages
    )
    return {
        "marked": words + sum(len(change.before or "") + len(change.after or "") for change in figures),
        "cut": sum(figures_cut(change.ops) for change in passages),
        "moves": sum(change.kind == "moved" for change in found.changes),
        "changes": len(found.changes),
        "kinds": dict(sorted(Counter(f"{change.subject} {change.kind}" for change in found.changes).items())),
    }
