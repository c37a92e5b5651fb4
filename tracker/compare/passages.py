"""Which passages became which: the same, moved, changed, rewritten, added, removed.

Sections are compared by their stream: where the joined texts are equal nothing was worded anew, however the passages
are cut. Else equal masked texts are paired first, then moves are taken out, then what is left between two pairs is
paired by similarity. What has nothing to do with its neighbour in the other document (an item of another code) is
never paired with it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz.distance import Postfix, Prefix

from tracker.compare import alignment
from tracker.compare.masks import Masked, depth, is_relative
from tracker.compare.moves import Moved, moves
from tracker.compare.runs import Group, Relation, Run, grouped
from tracker.compare.settling import settle
from tracker.model import Disclosure, Figure

SIMILAR = 0.5
"""At least so alike two passages are one that was changed, with operations on its words."""

REPLACED = 0.2
"""At least so alike what was removed and what was added in one place is a passage that was rewritten."""

_JOINED_GAIN = 0.02

_OPENING = 4
"""Characters with which two passages begin alike that stand behind the same one: 主要原因, 其中：, 2.公务."""


@dataclass(frozen=True, slots=True)
class _Gap:
    group: Group
    at: int
    before: tuple[int, ...]
    after: tuple[int, ...]


class Passages:
    """The passages of two disclosures, masked, by their indexes, and what their pairing asks of them."""

    __slots__ = (
        "_names_after",
        "_names_before",
        "after",
        "before",
        "disclosure_after",
        "disclosure_before",
    )

    def __init__(
        self,
        before: Mapping[int, Masked],
        after: Mapping[int, Masked],
        one: Disclosure,
        two: Disclosure,
        codes: Mapping[str, str],
        *,
        years: bool = False,
    ) -> None:
        """Keep both sides; ``codes`` gives the codes after of lines that go on under another one.

        Over ``years`` 与上年相比增加{}万元 stands behind many lines, in other words around it: there passages whose
        figures are of two lines are never one. In a revision the line may have been renamed, the code not.
        """
        self.before, self.after = before, after
        self.disclosure_before, self.disclosure_after = one, two
        self._names_before = _Names(before, one, codes, years=years)
        self._names_after = _Names(after, two, {}, years=years)

    def key_before(self, run: Sequence[int]) -> str:
        """Return the masked text of a run of passages before."""
        return "".join(self.before[i].key for i in run)

    def key_after(self, run: Sequence[int]) -> str:
        """Return the masked text of a run of passages after."""
        return "".join(self.after[j].key for j in run)

    def akin(self, i: int, j: int) -> bool:
        """Say whether two passages may speak of one thing: the lines of their figures are not all different."""
        one, two = self._names_before[i], self._names_after[j]
        return not one or not two or not one.isdisjoint(two)

    def _all_akin(self, one: Sequence[int], two: Sequence[int]) -> bool:
        """Say whether runs of passages may be the same: one by one where they are cut alike, else as a whole."""
        if len(one) == len(two):
            return all(map(self.akin, one, two))
        return any(self.akin(i, j) for i in one for j in two)

    def pair(self) -> list[Run]:
        """Return the runs into which both documents fall; every passage is in exactly one."""
        groups_before = grouped(self.before, self.disclosure_before)
        groups_after = grouped(self.after, self.disclosure_after)
        runs: list[Run] = []
        gaps: list[_Gap] = []
        for group in dict.fromkeys([*groups_after, *groups_before]):
            one, two = groups_before.get(group, []), groups_after.get(group, [])
            same, open_gaps = self._same(group, one, two)
            runs += same
            gaps += open_gaps
        if gaps:
            left_before, left_after = [gap.before for gap in gaps], [gap.after for gap in gaps]
            one = {i: self._names_before.recognized(i) for gap in left_before for i in gap}
            two = {j: self._names_after.recognized(j) for gap in left_after for j in gap}
            moved = moves(one, two, left_before, left_after)
            position = {j: n for two in groups_after.values() for n, j in enumerate(two)}
            for move in moved:
                passage = self.disclosure_after.passages[move.after[0]]
                group = (passage.section, passage.statement)
                runs.append(Run("moved", group, position[move.after[0]], move.before, move.after))
            runs += [run for gap in _without(gaps, moved) for run in self._between(gap)]
        open_groups = {gap.group for gap in gaps}
        by_group: defaultdict[Group, list[Run]] = defaultdict(list)
        for run in runs:
            by_group[run.group].append(run)
        return [
            run
            for group, own in by_group.items()
            for run in (settle(own, self.before, self.after) if group in open_groups else own)
        ]

    def _same(self, group: Group, one: list[int], two: list[int]) -> tuple[list[Run], list[_Gap]]:
        """Pair what is equal in a section; return the pairs and what lies between them."""
        before, after = self.before, self.after
        if "".join(before[i].plain for i in one) == "".join(after[j].plain for j in two):
            if len(one) == len(two) and all(before[i].key == after[j].key for i, j in zip(one, two, strict=True)):
                return [Run("same", group, n, (i,), (j,)) for n, (i, j) in enumerate(zip(one, two, strict=True))], []
            return [Run("same", group, 0, tuple(one), tuple(two))], []
        runs: list[Run] = []
        gaps: list[_Gap] = []
        at_one = at_two = 0
        keys_one = [self._names_before.tagged(i) for i in one]
        keys_two = [self._names_after.tagged(j) for j in two]
        pairs = alignment.exact(keys_one, keys_two)
        for i, j in [*pairs, (len(one), len(two))]:
            if i > at_one or j > at_two:
                gaps.append(_Gap(group, at_two, tuple(one[at_one:i]), tuple(two[at_two:j])))
            if i < len(one):
                runs.append(Run("same", group, j, (one[i],), (two[j],)))
            at_one, at_two = i + 1, j + 1
        return runs, gaps

    def _between(self, gap: _Gap) -> list[Run]:
        """Pair by similarity what lies between two equal passages."""
        one, two = gap.before, gap.after
        if not one or not two:
            return self._left(gap.group, gap.at, one, two)
        if self._relation(one, two) == "same" and self._all_akin(one, two):
            return [Run("same", gap.group, gap.at, one, two)]
        cut_out = self._cut_out(gap)
        if cut_out:
            return cut_out
        printed = alignment.exact(
            [_printed(self.before[i], self.disclosure_before, "before") for i in one],
            [_printed(self.after[j], self.disclosure_after, "after") for j in two],
        )
        printed = [(i, j) for i, j in printed if self.akin(one[i], two[j])]
        if printed:
            return self._around(gap, printed)
        allowed = [[self.akin(i, j) for j in two] for i in one] if len(one) * len(two) <= 10_000 else None
        keys_one, keys_two = [self.before[i].key for i in one], [self.after[j].key for j in two]
        pairs = alignment.similar(keys_one, keys_two, allowed, SIMILAR)
        blocks: list[tuple[range, range]] = [(range(i, i + 1), range(j, j + 1)) for i, j in pairs]
        blocks = [self._joined(blocks, n, one, two) for n in range(len(blocks))]
        runs: list[Run] = []
        at_one = at_two = 0
        for block_one, block_two in [*blocks, (range(len(one), len(one)), range(len(two), len(two)))]:
            runs += self._left(gap.group, gap.at + at_two, one[at_one : block_one.start], two[at_two : block_two.start])
            if block_one:
                run_one, run_two = one[block_one.start : block_one.stop], two[block_two.start : block_two.stop]
                relation = self._relation(run_one, run_two)
                runs.append(Run(relation, gap.group, gap.at + block_two.start, run_one, run_two))
            at_one, at_two = block_one.stop, block_two.stop
        return runs

    def _cut_out(self, gap: _Gap) -> list[Run]:
        """Find the passages without which both streams are equal, though what stood around them is cut otherwise."""
        one, two = [self.before[i] for i in gap.before], [self.after[j] for j in gap.after]
        gone = _missing(one, "".join(masked.plain for masked in two))
        if gone is not None:
            rest = (*gap.before[: gone.start], *gap.before[gone.stop :])
            at = gap.at if gone.start == 0 else gap.at + len(gap.after)
            removed = Run("removed", gap.group, at, before=gap.before[gone.start : gone.stop])
            if self._all_akin(rest, gap.after):
                return [removed, Run("same", gap.group, gap.at, rest, gap.after)]
        come = _missing(two, "".join(masked.plain for masked in one))
        if come is not None:
            rest = (*gap.after[: come.start], *gap.after[come.stop :])
            added = Run("added", gap.group, gap.at + come.start, after=gap.after[come.start : come.stop])
            if self._all_akin(gap.before, rest):
                return [added, Run("same", gap.group, gap.at, gap.before, rest)]
        texts = ["".join(masked.plain for masked in side) for side in (one, two)]
        inserted = Prefix.similarity(*texts) + Postfix.similarity(*texts) >= min(map(len, texts))
        if inserted and self._all_akin(gap.before, gap.after):
            return [Run("changed", gap.group, gap.at, gap.before, gap.after)]
        return []

    def _around(self, gap: _Gap, printed: Sequence[tuple[int, int]]) -> list[Run]:
        """Take passages that print the same for the same, although their figures were understood otherwise."""
        runs: list[Run] = []
        at_one = at_two = 0
        for i, j in [*printed, (len(gap.before), len(gap.after))]:
            inner = _Gap(gap.group, gap.at + at_two, gap.before[at_one:i], gap.after[at_two:j])
            runs += self._between(inner) if inner.before or inner.after else []
            if i < len(gap.before):
                runs.append(Run("same", gap.group, gap.at + j, (gap.before[i],), (gap.after[j],)))
            at_one, at_two = i + 1, j + 1
        return runs

    def _relation(self, one: Sequence[int], two: Sequence[int]) -> Relation:
        plain_one = "".join(self.before[i].plain for i in one)
        return "same" if plain_one == "".join(self.after[j].plain for j in two) else "changed"

    def _joined(
        self, blocks: list[tuple[range, range]], n: int, one: Sequence[int], two: Sequence[int]
    ) -> tuple[range, range]:
        """Take into a pair its unpaired neighbours that make it more alike: a sentence cut in two is one change."""
        here_one, here_two = blocks[n]
        low_one, low_two = (blocks[n - 1][0].stop, blocks[n - 1][1].stop) if n else (0, 0)
        high_one, high_two = (
            (blocks[n + 1][0].start, blocks[n + 1][1].start) if n + 1 < len(blocks) else (len(one), len(two))
        )
        if (low_one, low_two, high_one, high_two) == (here_one.start, here_two.start, here_one.stop, here_two.stop):
            return blocks[n]
        best = alignment.similarity(
            self.key_before(one[here_one.start : here_one.stop]), self.key_after(two[here_two.start : here_two.stop])
        )
        while True:
            choices = (
                (range(here_one.start - 1, here_one.stop), here_two, here_one.start > low_one),
                (range(here_one.start, here_one.stop + 1), here_two, here_one.stop < high_one),
                (here_one, range(here_two.start - 1, here_two.stop), here_two.start > low_two),
                (here_one, range(here_two.start, here_two.stop + 1), here_two.stop < high_two),
            )
            alike = [
                alignment.similarity(
                    self.key_before(one[wider_one.start : wider_one.stop]),
                    self.key_after(two[wider_two.start : wider_two.stop]),
                )
                if possible
                else 0.0
                for wider_one, wider_two, possible in choices
            ]
            # Where both sides would gain as much neither is taken: backwards it would be the other.
            if max(alike) < best + _JOINED_GAIN or max(alike[:2]) == max(alike[2:]):
                break
            best = max(alike)
            here_one, here_two, _ = choices[alike.index(best)]
        blocks[n] = (here_one, here_two)
        return blocks[n]

    def _left(self, group: Group, at: int, one: Sequence[int], two: Sequence[int]) -> list[Run]:
        """What nothing was paired with: rewritten where both sides have something alike, else removed and added."""
        one, two = tuple(one), tuple(two)
        runs: list[Run] = []
        while one and two and len(one) != len(two) and self._opens(one[0], two[0]):
            m, n = _sentence(one, self.before), _sentence(two, self.after)
            runs.append(Run("rewritten", group, at, one[:m], two[:n]))
            one, two, at = one[m:], two[n:], at + n
        if one and two and self._replaced(one, two):
            return [*runs, Run("rewritten", group, at, one, two)]
        runs += [Run("removed", group, at, before=one)] if one else []
        return [*runs, Run("added", group, at, after=two)] if two else runs

    def _opens(self, i: int, j: int) -> bool:
        """Say whether two passages that follow the same one open alike (主要原因是…): one was written in place of the
        other, whatever else came or went behind it."""
        one, two = self.before[i].key, self.after[j].key
        return Prefix.similarity(one, two) >= _OPENING and self.akin(i, j) and self._replaced((i,), (j,))

    def _replaced(self, one: Sequence[int], two: Sequence[int]) -> bool:
        akin = any(self.akin(i, j) for i in one for j in two)
        return akin and alignment.similarity(self.key_before(one), self.key_after(two)) >= REPLACED


_LINE = re.compile(r"[a-z][a-z_.>]*")
"""The id of a line that the taxonomy knows; the noun of an unknown one is Chinese and says nothing of what it is."""


class _Names(dict[int, frozenset[str]]):
    """By passage, the lines that its figures are of: their codes, over years the known lines too."""

    def __init__(
        self, masked: Mapping[int, Masked], disclosure: Disclosure, renumbered: Mapping[str, str], *, years: bool
    ) -> None:
        super().__init__()
        self._masked, self._disclosure, self._renumbered, self._years = masked, disclosure, renumbered, years

    def __missing__(self, index: int) -> frozenset[str]:
        names = (self._name(self._disclosure.figures[n]) for n in self._masked[index].figures)
        found = self[index] = frozenset(name for name in names if name)
        return found

    def _name(self, figure: Figure) -> str:
        if figure.code is not None:
            return self._renumbered.get(figure.code, figure.code)
        if not self._years or figure.section is None:
            return ""
        line = figure.key.split("/")[1]
        return line if _LINE.fullmatch(line) else ""

    def tagged(self, index: int) -> str:
        """Return a passage's masked text, over years with the lines that it is of: what equal passages share."""
        masked = self._masked[index]
        return masked.key + "\0".join(("", *sorted(self[index]))) if self._years and masked.figures else masked.key

    def recognized(self, index: int) -> str:
        """Return by what a passage is known in another place: over years its figures are of the very same lines."""
        masked = self._masked[index]
        if not self._years or not masked.figures:
            return masked.key
        figures = (self._disclosure.figures[n] for n in masked.figures)
        return "\0".join((masked.key, *(self._name(each) or each.key.split("/")[1] for each in figures)))


def _sentence(passages: Sequence[int], masked: Mapping[int, Masked]) -> int:
    """Return how many passages the first one makes with those that count on in its sentence: 一是…；二是…。"""
    return next((n for n, i in enumerate(passages) if n and not masked[i].number.endswith("是")), len(passages))


def _printed(masked: Masked, disclosure: Disclosure, side: str) -> str:
    """Return what a passage prints; one with a relative year is like none of the other side."""
    text = disclosure.passages[masked.index].text
    return f"{text} {side}" if is_relative(masked.key) else text


def _missing(passages: Sequence[Masked], other: str) -> range | None:
    """Return which of the passages are missing from ``other``, the stream that is otherwise theirs; one run or None.

    Of several runs the one that begins with the outermost list number, then the last.
    """
    own = "".join(masked.plain for masked in passages)
    surplus = len(own) - len(other)
    if surplus <= 0 or not other:
        return None
    same_end = Postfix.similarity(own, other)
    same_start = Prefix.similarity(own, other)
    if same_start + same_end < len(other):
        return None
    ends = [0, *accumulate(len(masked.plain) for masked in passages)]
    place = {end: n for n, end in enumerate(ends)}
    fitting = [
        range(n, place[end + surplus])
        for n, end in enumerate(ends)
        if len(other) - same_end <= end <= same_start and end + surplus in place
    ]
    return min(fitting, key=lambda run: (depth(passages[run.start].number), -run.start), default=None)


def _without(gaps: Sequence[_Gap], moved: Sequence[Moved]) -> list[_Gap]:
    """Take the moved passages out of the gaps; what stands on both sides of one is two gaps."""
    gone_before = {i for move in moved for i in move.before}
    gone_after = {j for move in moved for j in move.after}
    return [
        _Gap(
            gap.group,
            gap.at,
            tuple(i for i in gap.before if i not in gone_before),
            tuple(j for j in gap.after if j not in gone_after),
        )
        for gap in gaps
    ]
