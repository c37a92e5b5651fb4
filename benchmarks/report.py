"""How a run is printed: a table a case, then the aims."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.aims import Aim

Cells = Sequence[str]


def milliseconds(seconds: float | None, limit: float = 0) -> str:
    """Seconds as ms with three digits that count; ``> …`` where ``limit`` stopped it."""
    if seconds is None:
        return f"> {limit * 1000:,.0f}"
    value = seconds * 1000
    return f"{value:.3f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def times(ratio: tuple[float, bool] | None) -> str:
    """A ratio, with ``>`` where it is a lower bound."""
    if ratio is None:
        return "–"
    value, bounded = ratio
    return f"{'> ' if bounded else ''}{value:.2f}×" if value < 10 else f"{'> ' if bounded else ''}{value:,.0f}×"


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"


def table(head: Cells, body: Iterable[Cells]) -> str:
    """Columns that line up; the first to the left, the others to the right."""
    rows = [head, *body]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(head))]
    return "\n".join(
        "  ".join(_padded(cell, width, left=n == 0) for n, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )


def aims(found: Iterable[Aim]) -> str:
    """A line an aim: met or not, what was measured, what was aimed at."""
    body = [
        (
            aim.verdict,
            times(None if aim.ratio is None else (aim.ratio, aim.bounded)),
            f"{'at least' if aim.least else 'at most'} {aim.bound:g}×",
            aim.what,
        )
        for aim in found
    ]
    rows = [("", "measured", "aim", ""), *body]
    widths = [max(len(row[n]) for row in rows) for n in range(3)]
    return "\n".join("  ".join([*(row[n].rjust(widths[n]) for n in range(3)), row[3]]) for row in rows)


def stages(spent: Mapping[str, float], documents: int) -> str:
    """Documents a second through each stage, and the stage's share of the whole."""
    total = spent["total"]
    body = [
        (name, f"{documents / seconds:,.0f}" if seconds > 0 else "–", f"{seconds / total:.0%}")
        for name, seconds in spent.items()
    ]
    return table(("stage", "documents/s", "share"), body)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
