"""Which passages of two runs are the same, by their masked texts alone.

Anchors are texts that stand equally often on both sides (first those that stand once); the heaviest increasing
chain of them is kept, what lies between is treated in the same way, and small rests by their longest common
subsequence. Linear but for a logarithm, also where a document repeats itself a hundred times; symmetric in its
arguments, so that the comparison backwards is the mirror of the comparison forwards.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

_CELLS = 4_000_000
_SIMILAR_CELLS = 10_000

Pair = tuple[int, int]


def _weight(text: str) -> int:
    """Return the weight of a text: its length, ties broken by its content."""
    return (len(text) << 20) + (crc32(text.encode()) & 0xFFFFF)


def chain(pairs: list[Pair], weights: Sequence[int]) -> list[Pair]:
    """Return the heaviest chain of pairs (sorted by their first) that increases in both; weights are by the first."""
    if all(one[1] < two[1] for one, two in pairwise(pairs)):
        return pairs
    seconds = sorted(j for _, j in pairs)
    size = len(pairs)
    best: list[tuple[int, int]] = [(0, -1)] * (size + 1)  # a Fenwick tree of (weight, pair) for prefix maxima
    back = [-1] * size
    for n, (i, j) in enumerate(pairs):
        rank = bisect_left(seconds, j)
        top = (0, -1)
        at = rank
        while at > 0:
            if best[at][0] > top[0]:
                top = best[at]
            at -= at & -at
        back[n] = top[1]
        here = (top[0] + weights[i], n)
        at = rank + 1
        while at <= size:
            if here[0] > best[at][0]:
                best[at] = here
            at += at & -at
    top = (0, -1)
    at = size
    while at > 0:
        if best[at][0] > top[0]:
            top = best[at]
        at -= at & -at
    kept: list[Pair] = []
    n = top[1]
    while n >= 0:
        kept.append(pairs[n])
        n = back[n]
    return kept[::-1]


def _heaviest(pairs: list[Pair], texts: Sequence[str]) -> list[Pair]:
    if all(one[1] < two[1] for one, two in pairwise(pairs)):
        return pairs
    first = pairs[0][0]
    weights = [0] * (pairs[-1][0] - first + 1)
    for i, _ in pairs:
        weights[i - first] = _weight(texts[i])
    return [(i + first, j) for i, j in chain([(i - first, j) for i, j in pairs], weights)]


def _anchors(before: Sequence[str], after: Sequence[str], one: range, two: range) -> list[Pair]:
    places: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for i in one:
        places[before[i]][0].append(i)
    for j in two:
        found = places.get(after[j])
        if found is not None:
            found[1].append(j)
    single = [(i[0], j[0]) for i, j in places.values() if len(i) == 1 == len(j)]
    if single:
        return single
    return sorted(pair for i, j in places.values() if len(i) == len(j) for pair in zip(i, j, strict=True))


def exact(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Return the pairs of equal texts, increasing in both sequences."""
    found: list[Pair] = []
    ranges = [(range(len(before)), range(len(after)))]
    while ranges:
        one, two = ranges.pop()
        while one and two and before[one[0]] == after[two[0]]:
            found.append((one[0], two[0]))
            one, two = one[1:], two[1:]
        while one and two and before[one[-1]] == after[two[-1]]:
            found.append((one[-1], two[-1]))
            one, two = one[:-1], two[:-1]
        if not one or not two:
            continue
        anchors = _heaviest(_anchors(before, after, one, two), before)
        if anchors:
            found += anchors
            at_one, at_two = one.start, two.start
            for i, j in [*anchors, (one.stop, two.stop)]:
                ranges.append((range(at_one, i), range(at_two, j)))
                at_one, at_two = i + 1, j + 1
        elif len(one) * len(two) <= _CELLS:
            numbers: dict[str, int] = {}
            left = [numbers.setdefault(before[i], len(numbers)) for i in one]
            right = [numbers.setdefault(after[j], len(numbers)) for j in two]
            for code in LCSseq.opcodes(left, right):
                if code.tag == "equal":
                    length = code.src_end - code.src_start
                    found += [(one[code.src_start + n], two[code.dest_start + n]) for n in range(length)]
    return sorted(found)


def similarity(before: str, after: str) -> float:
    """Return how alike two masked texts are, 0 to 1 (2 × common subsequence / lengths)."""
    return fuzz.ratio(before, after) / 100


def _tie(i: float, j: float, text: str, other: str) -> float:
    """Return less than any difference in likeness: what stands in the same place first, then by content.

    The same in both directions, so that of equal choices forwards and backwards make the same.
    """
    return (1 - abs(i - j)) * 1e-3 + (crc32(text.encode()) % 997 + crc32(other.encode()) % 997) * 1e-9


def similar(
    before: Sequence[str], after: Sequence[str], allowed: Sequence[Sequence[bool]] | None, least: float
) -> list[Pair]:
    """Return the pairs of texts at least ``least`` alike, increasing in both, that together are most alike.

    ``allowed[i][j]`` says which may be paired. Sequences too long for every pair to be tried are cut into windows.
    """
    if not before or not after:
        return []
    if len(before) * len(after) > _SIMILAR_CELLS:
        parts = -(-max(len(before), len(after)) // 100)
        found: list[Pair] = []
        for n in range(parts):
            i, i_end = n * len(before) // parts, (n + 1) * len(before) // parts
            j, j_end = n * len(after) // parts, (n + 1) * len(after) // parts
            part = None if allowed is None else [row[j:j_end] for row in allowed[i:i_end]]
            found += [(i + x, j + y) for x, y in similar(before[i:i_end], after[j:j_end], part, least)]
        return found
    rows, columns = len(before), len(after)
    gain = [[0.0] * columns for _ in range(rows)]
    for i, text in enumerate(before):
        for j, other in enumerate(after):
            if allowed is None or allowed[i][j]:
                ratio = fuzz.ratio(text, other, score_cutoff=100 * least)
                gain[i][j] = (
                    ratio * (len(text) + len(other)) + _tie(i / rows, j / columns, text, other) if ratio else 0.0
                )
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            paired = gain[i][j] + best[i + 1][j + 1] if gain[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs: list[Pair] = []
    i = j = 0
    while i < rows and j < columns:
        if gain[i][j] and best[i][j] == gain[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
