"""The aims of this project's speed, and whether a run met them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WHOLE, ALONE, HASH = "text to changes", "comparison alone", "sha-256 of both"
BLOCKS, PUBLISHED = "blocks to changes", "published year pair"
LINES, FAST = "dmp line mode", "fast-dmp"

SAME = 1.25
"""A ratio up to which two times are the same: what a clock can tell apart."""


@dataclass(frozen=True, slots=True)
class Aim:
    """``least`` aims are met by a ratio of at least ``bound``, others by one of at most ``bound``; ``ratio`` is None
    where it could not be measured, ``bounded`` says that the true ratio is at least this (a peer was stopped)."""

    what: str
    bound: float
    ratio: float | None
    least: bool = True
    bounded: bool = False

    @property
    def met(self) -> bool | None:
        if self.ratio is None:
            return None
        return self.ratio >= self.bound if self.least else self.ratio <= self.bound

    @property
    def verdict(self) -> str:
        return {True: "met", False: "NOT MET", None: "not measured"}[self.met]


Seconds = Callable[[str, str, str], float | None]
"""Seconds of a case, of a text, of a system; None where it was not measured or stopped."""


def _over(theirs: float | None, ours: float | None) -> float | None:
    return None if theirs is None or ours is None else theirs / ours


def aims_of_pairs(names: Sequence[str], seconds: Seconds, limit: float) -> list[Aim]:
    """The aims of ordinary pairs; ``names`` are the texts, the second of which has the aims of the re-wrapped one.

    A peer that was stopped took at least ``limit`` seconds.
    """
    found: list[Aim] = []
    for name in names:
        whole, alone = (seconds("year pair", name, each) for each in (WHOLE, ALONE))
        lines, fast = (seconds("year pair", name, each) for each in (LINES, FAST))
        what = f"year pair of {name}, text to changes against {LINES}"
        found.append(Aim(what, 10, _over(lines or limit, whole), bounded=lines is None))
        found.append(Aim(f"year pair of {name}, comparison alone against {FAST}", 1, _over(fast, alone)))
    name = names[1]
    fast, whole, alone = (seconds("re-wrapped", name, each) for each in (FAST, WHOLE, ALONE))
    found.append(Aim(f"re-wrapped revision of {name}, text to changes against {FAST}", 1, _over(fast, whole)))
    found.append(Aim(f"re-wrapped revision of {name}, comparison alone against {FAST}", 8, _over(fast, alone)))
    for name in names:
        hashed, whole, alone = (seconds("identical", name, each) for each in (HASH, WHOLE, ALONE))
        what = f"identical content of {name} against the hash of both"
        found.append(Aim(f"{what}, text to changes", SAME, _over(whole, hashed), least=False))
        found.append(Aim(f"{what}, comparison alone", SAME, _over(alone, hashed), least=False))
    return found


def aims_of_published(names: Sequence[str], seconds: Seconds, limit: float) -> list[Aim]:
    """The aims of published year pairs, by their names; a peer that was stopped took at least ``limit`` seconds."""
    found: list[Aim] = []
    for name in names:
        whole, lines = (seconds(PUBLISHED, name, each) for each in (BLOCKS, LINES))
        what = f"{PUBLISHED} of {name}, {BLOCKS} against {LINES}"
        found.append(Aim(what, 10, _over(lines or limit, whole), bounded=lines is None))
    return found
