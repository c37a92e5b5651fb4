"""List numbers that do not follow from the place of their item.

An item that is inserted renumbers all that follow; that is one change, not many. A number is explained by its place
when it follows the number before it (三 after 二) or begins a list. Only a number that was explained before and is
not after (or the other way round), with the same item in front of it, was changed as such.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from tracker.compare.masks import Masked, number_style
from tracker.compare.runs import Run

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_COUNT = re.compile(r"[0-9]+|[〇零一二三四五六七八九十百]+|[①-⑳]")

Order = Literal["first", "next", "odd"]


def count(number: str) -> int:
    """Return what a list number counts: 3 for 三、 · （三） · 3. · ③ · 第三部分."""
    found = _COUNT.search(number)
    if found is None:
        return 0
    text = found[0]
    if text.isdecimal():
        return int(text)
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    total = digit = 0
    for character in text:
        if character == "十":
            total, digit = total + 10 * (digit or 1), 0
        elif character == "百":
            total, digit = total + 100 * (digit or 1), 0
        else:
            digit = _DIGITS[character]
    return total + digit


def orders(masked: Mapping[int, Masked]) -> dict[int, tuple[Order, int]]:
    """Return, by passage, how its list number stands to the one before it in its style, and that one's passage."""
    last: dict[str, tuple[int, int]] = {}
    found: dict[int, tuple[Order, int]] = {}
    for one in masked.values():
        if not one.number:
            continue
        style = number_style(one.number)
        here = count(one.number)
        there, passage = last.get(style, (0, -1))
        found[one.index] = ("next" if here == there + 1 else "first" if here == 1 else "odd", passage)
        last[style] = (here, one.index)
    return found


def suspects(before: Mapping[int, Masked], after: Mapping[int, Masked], runs: Sequence[Run]) -> list[Run]:
    """Return the runs of equal words whose list numbers differ."""
    return [
        run
        for run in runs
        if run.relation == "same"
        and len(run.before) == len(run.after) == 1
        and before[run.before[0]].number != after[run.after[0]].number
    ]


def unexplained(before: Mapping[int, Masked], after: Mapping[int, Masked], runs: Sequence[Run]) -> set[Run]:
    """Return the runs of equal words whose list numbers differ for no reason but an edit; ``before`` and ``after``
    are all passages, because a number follows from those before it."""
    suspected = suspects(before, after, runs)
    if not suspected:
        return set()
    paired = {run.before[0]: run.after[0] for run in runs if run.relation in ("same", "changed", "moved")}
    orders_before, orders_after = orders(before), orders(after)
    found: set[Run] = set()
    for run in suspected:
        i, j = run.before[0], run.after[0]
        one, two = before[i].number, after[j].number
        (order_before, previous_before), (order_after, previous_after) = orders_before[i], orders_after[j]
        neighbours = paired.get(previous_before, -1) == previous_after
        if (
            count(one) == count(two)
            or (order_before != order_after and neighbours)
            or (order_before == order_after == "odd" and neighbours)
        ):
            found.add(run)
    return found
