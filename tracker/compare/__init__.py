"""Compare two disclosures: what changed in figures, in words, in structure. Pure; see ``docs/decisions``.

Two channels and nothing between: recorded figures are masked and compared as figures (`figures`), everything else is
compared as masked text (`masks`, `passages`, `words`), the skeleton of statements as lines (`lines`, `structure`).
"""

from tracker.compare.comparing import compare

__all__ = ["compare"]
