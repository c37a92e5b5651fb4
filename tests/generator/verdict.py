"""Hold what a comparison recorded against what was planted: every planted change once, and nothing else."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from tests.generator.truth import Expected
from tracker.folding import fold
from tracker.model import Change


@dataclass(frozen=True, slots=True)
class Verdict:
    """``missing`` was planted and not recorded, ``extra`` recorded and not planted, ``misplaced`` are pairs whose
    values agree and whose places (statements and sections, stale ones apart) do not."""

    missing: tuple[Expected, ...]
    extra: tuple[Change, ...]
    misplaced: tuple[tuple[Expected, Change], ...]

    @property
    def clean(self) -> bool:
        return not (self.missing or self.extra or self.misplaced)


def judge(expected: Sequence[Expected], recorded: Iterable[Change]) -> Verdict:
    """Pair each expected change with one recorded change.

    A figure is paired by kind, aspect, values, and role where it is known, best where places and code agree; a passage
    by kind and words: one text holds the other or most of it, for passages may be cut elsewhere than paragraphs are.
    """
    left = list(recorded)
    missing: list[Expected] = []
    misplaced: list[tuple[Expected, Change]] = []
    for want in expected:
        fitting = [change for change in left if _fits(want, change)]
        if not fitting:
            missing.append(want)
            continue
        best = max(fitting, key=lambda change: _likeness(want, change))
        left.remove(best)
        if want.places and want.aspect != "restated" and _wheres(want) != _where(best.places, best.stale_places):
            misplaced.append((want, best))
    return Verdict(tuple(missing), tuple(left), tuple(misplaced))


def _fits(want: Expected, change: Change) -> bool:
    if (want.subject, want.kind) != (change.subject, change.kind):
        return False
    if want.subject == "structure":
        return want.aspect == change.aspect and (_alike(want, change) or (want.before is None and want.after is None))
    if want.subject == "passage":
        return _words(want.text_before, change.text_before) and _words(want.text_after, change.text_after)
    if want.aspect == "restated" or change.aspect == "restated":
        return want.aspect == change.aspect
    if want.aspect != change.aspect or (want.role is not None and want.role != change.role):
        return False
    return _same(want.before, change.before) and _same(want.after, change.after)


def _alike(want: Expected, change: Change) -> bool:
    """The words or amounts agree; a table that came or went has none."""
    return (want.before, want.after) == (change.before, change.after)


def _same(one: str | None, other: str | None) -> bool:
    """Values agree; a sign that only words say may be missing on one side."""
    if one is None or other is None:
        return one == other
    return abs(Decimal(one)) == abs(Decimal(other))


def _words(planted: str | None, recorded: str | None) -> bool:
    if planted is None or recorded is None:
        return planted is None
    a, b = (re.sub(r"\s", "", fold(text)) for text in (planted, recorded))
    if a in b or b in a:
        return True
    match = SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    return 2 * match.size >= min(len(a), len(b))


def _likeness(want: Expected, change: Change) -> tuple[int, int, int]:
    codes = {place.code for place in want.places}
    wheres = _wheres(want)
    found = _where(change.places, change.stale_places)
    labels = {fold(place.label) for place in want.places}
    apart = sum(len(a ^ b) for a, b in zip(wheres, found, strict=True))
    return (-apart, change.code in codes, fold(change.label or "") in labels)


def _wheres(want: Expected) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(p.where for p in want.places), frozenset(p.where for p in want.stale)


def _where(places: Iterable[str], stale: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The statement or section of each place: the beginning of its key."""
    return frozenset(p.partition("/")[0] for p in places), frozenset(p.partition("/")[0] for p in stale)
