"""Paired passages as changes of wording, and the figures that stand in them as pairs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from tracker.compare import numbering, operations
from tracker.compare.figures import Pair, Place
from tracker.compare.masks import View, readable
from tracker.compare.passages import Passages
from tracker.compare.runs import Run
from tracker.compare.tokens import Tokenizer, Tokens
from tracker.model import Axis, Change, ChangeKind, Figure, Operation

_LEAST_KEPT = 0.3
"""Operations that keep less than this of the longer text would be confetti: the text is shown whole instead."""

_MOST_KEPT = 0.5
_LONG_PIECE = 4

Ranked = tuple[Place, Change]


class Words:
    """Everything that the words of two disclosures say of their difference."""

    def __init__(self, passages: Passages, views: tuple[View, View], axis: Axis, ranks: Mapping[str, float]) -> None:
        """Prepare for reading the runs one by one; ``ranks`` gives each section's place in the document."""
        self.passages = passages
        self.tokens_before = Tokenizer(passages.disclosure_before, views[0])
        self.tokens_after = Tokenizer(passages.disclosure_after, views[1])
        self.axis: Axis = axis
        self.ranks = ranks
        self.pairs: list[Pair] = []
        self.changes: list[Ranked] = []
        self.too_large = False

    def read(self, runs: Sequence[Run]) -> None:
        """Fill ``changes`` and ``pairs`` from all runs."""
        before, after = self.passages.before, self.passages.after
        # Another year counts its items anew, in whatever style: there a number says nothing but its place.
        renumbered: set[Run] = set() if self.axis == "year" else numbering.unexplained(before, after, runs)
        for run in runs:
            if run.relation == "same":
                self._pair_in_order(run)
                if run in renumbered:
                    self._changed(run, paired=True)
            elif run.relation == "moved":
                self._pair_in_order(run)
                self._moved(run)
            elif run.relation == "changed":
                self._changed(run, paired=False)
            elif run.relation == "rewritten":
                self._record(run, "changed", operations.whole(*self.texts(run)))
            else:
                before, after = self.texts(run)
                self._record(run, "added" if run.after else "removed", operations.whole(before, after))
        self.changes = _once(self.changes)

    def texts(self, run: Run) -> tuple[str, str]:
        """Return a run's published texts, before and after."""
        one, two = self.passages.disclosure_before.passages, self.passages.disclosure_after.passages
        return "".join(one[i].text for i in run.before), "".join(two[j].text for j in run.after)

    def at(self, run: Run) -> Place:
        """Return a run's place in the document after."""
        return self.ranks.get(run.group[0], 0.0), run.at, 0

    def _pair(self, before: Figure, after: Figure, at: Place) -> None:
        """Keep a pair of narrative figures; those of a statement are paired by their keys."""
        if before.statement is None and after.statement is None:
            self.pairs.append(Pair(before, after, at))

    def _pair_in_order(self, run: Run) -> None:
        """Pair the figures of two equal masked texts (none where equal texts were understood otherwise)."""
        one, two = self.passages.disclosure_before.figures, self.passages.disclosure_after.figures
        old = [one[n] for i in run.before for n in self.passages.before[i].figures]
        new = [two[n] for j in run.after for n in self.passages.after[j].figures]
        if len(old) != len(new):
            return
        place = self.at(run)
        for n, (before, after) in enumerate(zip(old, new, strict=True)):
            self._pair(before, after, (place[0], place[1], n + 1))

    def _changed(self, run: Run, *, paired: bool) -> None:
        """Record a change of wording with its operations; pair the figures that stand in the words kept."""
        one, two = self.tokens_before.tokens(run.before), self.tokens_after.tokens(run.after)
        before, after = self.texts(run)
        try:
            aligned = operations.alignment(one.keys, two.keys)
        except operations.TooLargeError:
            self.too_large = True
            self._record(run, "changed", operations.whole(before, after))
            return
        if not paired:
            self._pair_aligned(run, one, two, aligned)
        whole = operations.sentence(one, two, aligned)
        if whole is not None:
            self._record_part(run, *whole)
            return
        ops = operations.operations(one, two, aligned)
        if not paired and not _readable(ops, before, after):
            ops = operations.whole(before, after)
        self._record(run, "changed", ops)

    def _pair_aligned(self, run: Run, one: Tokens, two: Tokens, aligned: Sequence[tuple[int, int, int]]) -> None:
        figures_before, figures_after = self.passages.disclosure_before.figures, self.passages.disclosure_after.figures
        left_before, left_after = dict.fromkeys(one.figures.values()), dict.fromkeys(two.figures.values())
        keys_before = {figures_before[n].key for n in left_before}
        keys_after = {figures_after[n].key for n in left_after}
        beside = {i + n: j + n for i, j, length in _kept(aligned) for n in range(length)}
        found: list[tuple[int, int]] = []
        for place, x in one.figures.items():
            y = two.figures.get(beside.get(place, -1))
            if y is None:
                continue
            key_before, key_after = figures_before[x].key, figures_after[y].key
            if key_before == key_after or (key_before not in keys_after and key_after not in keys_before):
                found.append((x, y))
                del left_before[x], left_after[y]
        by_key: defaultdict[str, list[int]] = defaultdict(list)
        for y in left_after:
            by_key[figures_after[y].key].append(y)
        for x in left_before:
            same_key = by_key.get(figures_before[x].key)
            if same_key:
                found.append((x, same_key.pop(0)))
        at = self.at(run)
        for n, (x, y) in enumerate(sorted(found, key=lambda pair: pair[1])):
            self._pair(figures_before[x], figures_after[y], (at[0], at[1], n + 1))

    def _record_part(self, run: Run, op: Literal["-", "+"], text: str) -> None:
        """Record whole sentences that came or went inside a passage."""
        self._record(run, "removed" if op == "-" else "added", ((op, text),))
        at, change = self.changes[-1]
        before, after = (text, None) if op == "-" else (None, text)
        self.changes[-1] = (at, replace(change, text_before=before, text_after=after))

    def _moved(self, run: Run) -> None:
        one, two = self.tokens_before.tokens(run.before), self.tokens_after.tokens(run.after)
        aligned = [(0, len(one.texts), len(two.texts))] if len(one.texts) == len(two.texts) else []
        ops = operations.operations(one, two, aligned) if aligned else operations.whole(*self.texts(run))
        source = self.passages.disclosure_before.passages[run.before[0]]
        self._record(run, "moved", ops, before=source.section, after=run.group[0])

    def _record(
        self,
        run: Run,
        kind: ChangeKind,
        ops: tuple[Operation, ...],
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        text_before, text_after = self.texts(run)
        if run.after:
            heading = self.passages.disclosure_after.passages[run.after[0]].heading
        else:
            heading = self.passages.disclosure_before.passages[run.before[0]].heading
        masked = f"{self.passages.key_before(run.before)}→{self.passages.key_after(run.after)}"
        self.changes.append(
            (
                self.at(run),
                Change(
                    axis=self.axis,
                    subject="passage",
                    kind=kind,
                    aspect="wording",
                    mask=readable(masked),
                    section=run.group[0],
                    statement=run.group[1],
                    label=heading or None,
                    before=before,
                    after=after,
                    text_before=text_before if run.before else None,
                    text_after=text_after if run.after else None,
                    ops=ops,
                ),
            )
        )


def _once(changes: Sequence[Ranked]) -> list[Ranked]:
    """Return one change for what was worded anew alike around several statements (部门 → 部门名称 above each table):
    where the first stands, with the statements as its places."""
    kept: list[Ranked] = []
    first: dict[tuple[ChangeKind, tuple[Operation, ...]], int] = {}
    for at, change in changes:
        if change.statement is not None:
            here = first.setdefault((change.kind, change.ops), len(kept))
            if here < len(kept):
                place, one = kept[here]
                places = one.places or (one.statement or "",)
                kept[here] = (min(place, at), replace(one, places=(*places, change.statement)))
                continue
        kept.append((at, change))
    return kept


def _readable(ops: Sequence[Operation], before: str, after: str) -> bool:
    """Say whether operations show more than both texts as a whole: enough is kept of the longer one, or, where much
    was put in or taken out, most of the shorter one in a few long pieces."""
    pieces = [len(text) for op, text in ops if op == "="]
    kept = sum(pieces)
    if kept >= _LEAST_KEPT * max(len(before), len(after)):
        return True
    return kept >= _MOST_KEPT * min(len(before), len(after)) and kept >= _LONG_PIECE * len(pieces) > 0


def _kept(aligned: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield where equal keys stand on both sides, and how many."""
    i = j = 0
    for op, old, new in aligned:
        if op == 0:
            yield i, j, old
        i, j = i + old, j + new
