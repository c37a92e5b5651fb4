"""The operations that turn one text into another, never inside a token.

Tokens are compared by their keys, written as one code point each: an exact longest common subsequence (rapidfuzz,
bit-parallel, no clock), made readable by diff-match-patch's semantic clean-up. Equal keys with unequal texts (two
figures, two widths of a comma) are a replacement in the end, so that the operations reproduce both texts exactly.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal, Protocol, cast

from diff_match_patch import diff_match_patch  # pyright: ignore[reportMissingTypeStubs]
from rapidfuzz.distance import LCSseq

from tracker.compare.masks import LIST_NUMBER
from tracker.compare.tokens import Tokens
from tracker.model import Operation

TOO_MANY_TOKENS = 6000
"""Beyond this a pair of texts is shown whole: the alignment takes a bit for each pair of tokens."""

_LEAST_SENTENCE = 6
_SENTENCE_ENDS = "。！？"
_SENTENCE_STARTS = "。！？：:"
_PUNCTUATED = re.compile("[，,。；;：:！？]")

_SURROGATES = 0xD800
_AFTER_SURROGATES = 0xE000


class TooLargeError(Exception):
    """The two texts have too many tokens to be aligned within bounds."""


class _Cleaner(Protocol):
    """What is used of diff-match-patch, which has no types."""

    def diff_cleanupSemantic(self, diffs: list[tuple[int, str]]) -> None: ...  # noqa: N802


def _cleaner() -> _Cleaner:
    made = diff_match_patch()
    made.Diff_Timeout = 0
    return cast(_Cleaner, made)


_CLEANER = _cleaner()


class _Points(dict[str, str]):
    """One code point for each key met so far."""

    def __missing__(self, key: str) -> str:
        n = 0x100 + len(self)
        point = self[key] = chr(n if n < _SURROGATES else n - _SURROGATES + _AFTER_SURROGATES)
        return point


def alignment(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return how two sequences of keys run together: ``(0, n, n)`` equal, ``(-1, n, 0)`` only before, ``(1, 0, n)``.

    Raises TooLargeError where there are too many tokens.
    """
    if max(len(before), len(after)) > TOO_MANY_TOKENS:
        raise TooLargeError
    points = _Points()
    one, two = "".join(map(points.__getitem__, before)), "".join(map(points.__getitem__, after))
    diffs: list[tuple[int, str]] = []
    for code in LCSseq.opcodes(one, two):
        if code.tag == "equal":
            diffs.append((0, one[code.src_start : code.src_end]))
        else:
            if code.src_end > code.src_start:
                diffs.append((-1, one[code.src_start : code.src_end]))
            if code.dest_end > code.dest_start:
                diffs.append((1, two[code.dest_start : code.dest_end]))
    if len(diffs) > 2:
        _CLEANER.diff_cleanupSemantic(diffs)
    return [(op, len(text) if op <= 0 else 0, len(text) if op >= 0 else 0) for op, text in diffs]


def written(parts: Iterable[tuple[bool, str, str]]) -> tuple[Operation, ...]:
    """Join (same, before, after) pieces into operations: ``=``, or ``-`` then ``+``; none is empty."""
    ops: list[Operation] = []
    for same, run in groupby(parts, key=lambda part: part[0]):
        pieces = list(run)
        before, after = "".join(piece[1] for piece in pieces), "".join(piece[2] for piece in pieces)
        blocks: list[Operation] = [("=", before)] if same else [("-", before), ("+", after)]
        ops += [block for block in blocks if block[1]]
    return tuple(ops)


def operations(before: Tokens, after: Tokens, aligned: Sequence[tuple[int, int, int]]) -> tuple[Operation, ...]:
    """Return the operations on the published texts along ``aligned`` (see `alignment`)."""
    parts: list[tuple[bool, str, str]] = []
    i = j = 0
    for _, old, new in aligned:
        one, two = before.texts[i : i + old], after.texts[j : j + new]
        if one == two:
            text = "".join(one)
            parts.append((True, text, text))
        elif old == new:
            parts += [(x == y, x, y) for x, y in zip(one, two, strict=True)]
        else:
            parts.append((False, "".join(one), "".join(two)))
        i, j = i + old, j + new
    return written(parts)


def sentence(
    before: Tokens, after: Tokens, aligned: Sequence[tuple[int, int, int]]
) -> tuple[Literal["-", "+"], str] | None:
    """Return the whole sentences that are all that came or went, or None where anything else differs.

    They end like a sentence and begin where one begins: after another, or after a heading without punctuation.
    """
    loose = [part for part in aligned if part[0] != 0]
    if len(loose) != 1 or len(aligned) < 2:
        return None
    side = before if loose[0][0] < 0 else after
    start = aligned[0][1] if aligned[0][0] == 0 else 0
    length = max(loose[0][1:])
    if length < _LEAST_SENTENCE:
        return None
    slides = [0]
    while start + slides[-1] + length < len(side.keys) and (
        side.keys[start + slides[-1]] == side.keys[start + slides[-1] + length]
    ):
        slides.append(slides[-1] + 1)
    slides.reverse()
    while start + slides[-1] > 0 and side.keys[start + min(slides) - 1] == side.keys[start + min(slides) + length - 1]:
        slides.append(min(slides) - 1)
    for slide in slides:
        first = start + slide
        lead, own = "".join(side.texts[:first]), "".join(side.texts[first : first + length])
        begins = not lead or lead[-1] in _SENTENCE_STARTS or not _PUNCTUATED.search(LIST_NUMBER.sub("", lead, count=1))
        if own[-1] in _SENTENCE_ENDS and begins:
            return "-" if loose[0][0] < 0 else "+", own
    return None


def whole(before: str, after: str) -> tuple[Operation, ...]:
    """Return the operations of a text that was replaced as a whole: one block out, one block in."""
    blocks: tuple[Operation, ...] = (("-", before), ("+", after))
    return tuple(block for block in blocks if block[1])
