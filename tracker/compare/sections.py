"""Sections that came, went or stand elsewhere as a whole."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from tracker.compare import alignment
from tracker.compare.figures import Place
from tracker.compare.runs import Run
from tracker.model import Axis, Change, Disclosure

Ranked = tuple[Place, Change]


def whole(
    runs: Sequence[Run], before: Disclosure, after: Disclosure, axis: Axis, ranks: Mapping[str, float]
) -> tuple[list[Run], list[Ranked]]:
    """Return the runs that no change of a whole section or statement holds, and one change a section that came or
    went (its passages that moved from or to elsewhere are moves)."""
    one = {passage.section for passage in before.passages}
    two = {passage.section for passage in after.passages}
    statements = {statement.id for statement in before.statements} ^ {statement.id for statement in after.statements}
    kept: list[Run] = []
    held: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        section, statement = run.group
        if (run.relation == "added" and section not in one) or (run.relation == "removed" and section not in two):
            held[section].append(run)
        elif run.relation not in ("added", "removed") or statement not in statements:
            kept.append(run)
    found: list[Ranked] = []
    for section, parts in held.items():
        new = section in two
        source = (after if new else before).passages
        own = [n for run in parts for n in (run.after if new else run.before)]
        text = "".join(source[n].text for n in own)
        change = Change(
            axis=axis,
            subject="structure",
            kind="added" if new else "removed",
            aspect="section",
            mask=section,
            section=section,
            label=source[own[0]].heading or None,
            text_before=None if new else text,
            text_after=text if new else None,
            ops=(("+" if new else "-", text),),
        )
        found.append(((ranks.get(section, 0.0), 0, 0), change))
    return kept, found


def order(before: Disclosure, after: Disclosure, axis: Axis, ranks: Mapping[str, float]) -> list[Ranked]:
    """Return one change for each run of sections that stand elsewhere among the others of their file."""
    found: list[Ranked] = []
    for one, two in _together(before, after):
        found += _order(one, two, before, after, axis, ranks)
    return found


def _together(before: Disclosure, after: Disclosure) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the sections, in the order of each side, of those that stand in one file on both: which of two files comes
    first nobody printed."""
    # What stands in several places (the part that holds the others, and words of its own before it) has none.
    scattered = _scattered(before) | _scattered(after)
    one = {section: n for section, n in _files(before).items() if section not in scattered}
    two = {section: n for section, n in _files(after).items() if section not in scattered}
    for place in sorted({(one[section], two[section]) for section in one if section in two}):
        yield (
            [
                section
                for section in before.sections
                if section in one and section in two and (one[section], two[section]) == place
            ],
            [
                section
                for section in after.sections
                if section in one and section in two and (one[section], two[section]) == place
            ],
        )


def _files(disclosure: Disclosure) -> dict[str, int]:
    """Return the number of the file in which each section begins."""
    found = dict.fromkeys(disclosure.sections, 0)
    for n, sections in reversed(list(enumerate(disclosure.files))):
        found |= dict.fromkeys((section for section in sections if section in found), n)
    return found


def _order(
    one: Sequence[str],
    others: Sequence[str],
    before: Disclosure,
    after: Disclosure,
    axis: Axis,
    ranks: Mapping[str, float],
) -> list[Ranked]:
    two = {section: n for n, section in enumerate(others)}
    common = [section for section in one if section in two]
    pairs = [(n, two[section]) for n, section in enumerate(common)]
    lengths: defaultdict[str, int] = defaultdict(int)
    for passage in (*before.passages, *after.passages):
        lengths[passage.section] += len(passage.text)
    # The lighter side of a swap has moved, weighed in both documents; the names break ties: alike in both directions.
    weights = [(lengths[section] << 20) + sum(section.encode()) + 1 for section in common]
    kept = {i for i, _ in alignment.chain(pairs, weights)}
    runs: list[list[str]] = []
    last = -2
    for n, section in enumerate(common):
        if n in kept:
            continue
        if n == last + 1 and two[section] == two[common[last]] + 1:
            runs[-1].append(section)
        else:
            runs.append([section])
        last = n
    return [
        (
            (ranks.get(run[0], 0.0), 0, 0),
            Change(
                axis=axis,
                subject="structure",
                kind="moved",
                aspect="section",
                mask="+".join(run),
                section=run[0],
                label="、".join(run),
            ),
        )
        for run in runs
    ]


def _scattered(disclosure: Disclosure) -> set[str]:
    """Return the sections whose words do not stand together."""
    runs = [section for section, _ in groupby(passage.section for passage in disclosure.passages)]
    return {section for section, count in Counter(runs).items() if count > 1}
