# ruff: noqa: E501  Chinese counts double
"""The same kinds of events planted into any text: a real one in either shape of the seeds, or a rendered one.

Paragraphs are found through `flowing.pieces`, so that wrapped lines are understood; a figure is changed inside one
line and never split. What the text's figures mean is not known here: an `Expected` has no fact and no places.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.generator.flowing import Piece, pieces
from tests.generator.numbers import grouped
from tests.generator.truth import Expected
from tests.generator.vocabulary import OTHER_REASONS, REASONS_DOWN, REASONS_UP

_MONEY = re.compile(r"(?<![\d,，.．\-/〔【])(\d[\d,]*(?:\.\d+)?)(?=[ \u3000]*万元(?!\s*以上|\s*[（(]含))")
_RATE = re.compile(r"(?<![\d,，.．\-/])(\d[\d,]*(?:\.\d+)?)(?=[ \u3000]*[%％])")
_CELL = re.compile(r"(?<=\t)\d{1,3}(?:,\d{3})*\.\d\d(?=[\t\n]|$)")
_DAY = re.compile(r"(?<!\d)(\d{4}[ \u3000]*年[ \u3000]*)12([ \u3000]*月[ \u3000]*)31([ \u3000]*日)")
_REASON = re.compile(r"主要原因是([\u4e00-\u9fff、]{4,60})(?=。)")
_FORMULA = re.compile(r"[栏行]\s*=")
_SENTENCE = re.compile(r"[^。]+。")
_NEW = (
    "单位还建立了季度会商机制，及时协调解决执行中的问题。", "相关制度汇编已经印发各科室执行。", "下一步将继续完善内部控制流程。",
    "有关情况已通过公开栏向职工公示。",
)  # fmt: skip
_SWAPS = (
    ("进一步", "更好地"), ("积极", "主动"), ("认真", "切实"), ("加强", "强化"), ("开展", "组织"), ("完善", "健全"), ("做好", "抓好"), ("负责", "承担"),
    ("及时", "尽快"), ("提高", "提升"), ("保障", "确保"), ("按照", "依照"), ("包括", "涵盖"), ("用于", "用在"), ("取得", "获得"), ("安排", "落实"),
    ("反映", "表示"), ("建立", "设立"), ("工作", "事务"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutation:
    """``expected`` is empty only where nothing must be recorded."""

    name: str
    text: str
    expected: tuple[Expected, ...]


class NoPlaceError(Exception):
    """The text has nothing that this mutation could change."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence: its words without line ends, and the offsets of the text that hold it."""

    words: str
    start: int
    end: int
    piece: Piece


def mutate(name: str, text: str, seed: int) -> Mutation:
    """Apply the mutation ``name`` at a place chosen by ``seed``; raises `NoPlaceError` where there is none."""
    return MUTATIONS[name](text, random.Random(f"{name} {seed}"))


def sentences(text: str) -> tuple[_Sentence, ...]:
    """Every whole sentence of prose that ends with 。, with its place."""
    found: list[_Sentence] = []
    for piece in pieces(text):
        if piece.row:
            continue
        offsets: list[int] = []
        for a, b in piece.lines:
            line = text[a:b]
            left = len(line) - len(line.lstrip(" \u3000\r"))
            offsets.extend(range(a + left, a + len(line.rstrip(" \u3000\r"))))
        words = "".join(text[i] for i in offsets)
        for match in _SENTENCE.finditer(words):
            found.append(_Sentence(match[0], offsets[match.start()], offsets[match.end() - 1] + 1, piece))
    return tuple(found)


def _wordy(text: str) -> list[_Sentence]:
    """Sentences of words alone that stand once in the text, list numbers and headings left out."""
    every = sentences(text)
    count: dict[str, int] = {}
    for sentence in every:
        key = re.sub(r"\s", "", sentence.words)
        count[key] = count.get(key, 0) + 1
    return [
        s
        for s in every
        if count[re.sub(r"\s", "", s.words)] == 1
        and len(s.words) >= 16
        and not re.search(r"[\d０-９]|主要原因|增加|减少|<|\$", s.words)
        and not re.match(r"\s*[（(]?[一二三四五六七八九十]+[）)、是]|注：", s.words)
    ]


def _pick(rng: random.Random, choices: list[_Sentence]) -> _Sentence:
    if not choices:
        raise NoPlaceError
    return rng.choice(choices)


def _numbers(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Numbers in prose lines, thresholds and rows of tables left out."""
    rows = [(piece.start, piece.end) for piece in pieces(text) if piece.row]
    inside = [False] * (len(text) + 1)
    for a, b in rows:
        inside[a:b] = [True] * (b - a)
    return [m for m in pattern.finditer(text) if not inside[m.start()]]


def _other_digit(number: str, rng: random.Random) -> str:
    digits = [i for i, c in enumerate(number) if c.isdigit()]
    at = rng.choice(digits[1:] or digits)
    return number[:at] + rng.choice([c for c in "123456789" if c != number[at]]) + number[at + 1 :]


def _number_changed(text: str, rng: random.Random, found: list[re.Match[str]], name: str, unit: str | None) -> Mutation:
    if not found:
        raise NoPlaceError
    match = rng.choice(found)
    old = match[0].strip()
    new = _other_digit(old, rng)
    expected = Expected(
        subject="figure",
        kind="changed",
        aspect="value",
        before=old.replace(",", ""),
        after=new.replace(",", ""),
        unit_before=unit,
        unit_after=unit,
    )
    return Mutation(name, text[: match.start()] + new + text[match.end() :], (expected,))


def amount_in_prose(text: str, rng: random.Random) -> Mutation:
    """One digit of an amount in 万元 in the narrative."""
    return _number_changed(text, rng, _numbers(text, _MONEY), "amount_in_prose", "万元")


def percent_in_prose(text: str, rng: random.Random) -> Mutation:
    """One digit of a percentage in the narrative."""
    return _number_changed(text, rng, _numbers(text, _RATE), "percent_in_prose", "%")


def amount_in_table(text: str, rng: random.Random) -> Mutation:
    """One digit of an amount in a row of a table."""
    return _number_changed(text, rng, list(_CELL.finditer(text)), "amount_in_table", "万元")


def decimals_only(text: str, rng: random.Random) -> Mutation:
    """An amount in the narrative is printed with one zero more behind the point."""
    found = [m for m in _numbers(text, _MONEY) if "." in m[1] and len(m[1].partition(".")[2]) == 1]
    if not found:
        raise NoPlaceError
    match = rng.choice(found)
    old = match[1].replace(",", "")
    expected = Expected(
        "figure", "changed", "decimals", before=old, after=old + "0", unit_before="万元", unit_after="万元"
    )
    return Mutation("decimals_only", text[: match.end()] + "0" + text[match.end() :], (expected,))


def unit_only(text: str, rng: random.Random) -> Mutation:
    """An amount in the narrative is printed in 元 instead of 万元."""
    found = [m for m in _numbers(text, _MONEY) if Decimal(m[1].replace(",", ""))]
    if not found:
        raise NoPlaceError
    match = rng.choice(found)
    old = match[1].replace(",", "")
    yuan = str(int(Decimal(old) * 10_000))
    printed = grouped(yuan) if "," in match[1] else yuan
    rest = re.sub(r"^([ \u3000]*)万元", r"\1元", text[match.end() :], count=1)
    expected = Expected("figure", "changed", "unit", before=old, after=yuan, unit_before="万元", unit_after="元")
    return Mutation("unit_only", text[: match.start()] + printed + rest, (expected,))


def date_corrected(text: str, rng: random.Random) -> Mutation:
    """The day as of which something is counted: 12月31日 becomes 11月30日."""
    found = _numbers(text, _DAY)
    if not found:
        raise NoPlaceError
    match = rng.choice(found)
    new = f"{match[1]}11{match[2]}30{match[3]}"
    expected = Expected("passage", "changed", "wording", text_before=match[0], text_after=new)
    return Mutation("date_corrected", text[: match.start()] + new + text[match.end() :], (expected,))


def reason_reworded(text: str, rng: random.Random) -> Mutation:
    """The reason that a sentence gives (inside one line) is exchanged."""
    found = _numbers(text, _REASON)
    if not found:
        raise NoPlaceError
    match = rng.choice(found)
    new = rng.choice((*REASONS_UP, *REASONS_DOWN, *OTHER_REASONS))
    expected = Expected("passage", "changed", "wording", text_before=match[1], text_after=new)
    return Mutation("reason_reworded", text[: match.start(1)] + new + text[match.end(1) :], (expected,))


def sentence_reworded(text: str, rng: random.Random) -> Mutation:
    """A word of a sentence without figures is exchanged."""
    found = [
        (s, old, new)
        for s in _wordy(text)
        for old, new in _SWAPS
        if text[s.start : s.end].count(old) == 1 and new not in s.words
    ]
    if not found:
        raise NoPlaceError
    sentence, old, new = rng.choice(found)
    raw = text[sentence.start : sentence.end]
    expected = Expected(
        "passage", "changed", "wording", text_before=sentence.words, text_after=sentence.words.replace(old, new)
    )
    return Mutation(
        "sentence_reworded", text[: sentence.start] + raw.replace(old, new) + text[sentence.end :], (expected,)
    )


def sentence_deleted(text: str, rng: random.Random) -> Mutation:
    """A sentence without figures is gone; never the only one of its paragraph."""
    several = [s for s in _wordy(text) if s.piece.text(text).count("。") > 1]
    sentence = _pick(rng, several)
    expected = Expected("passage", "removed", "wording", text_before=sentence.words)
    return Mutation("sentence_deleted", text[: sentence.start] + text[sentence.end :], (expected,))


def sentence_added(text: str, rng: random.Random) -> Mutation:
    """A new sentence stands behind another."""
    sentence = _pick(rng, _wordy(text))
    new = rng.choice(_NEW)
    expected = Expected("passage", "added", "wording", text_after=new)
    return Mutation("sentence_added", text[: sentence.end] + new + text[sentence.end :], (expected,))


def _plain(text: str, piece: Piece, count: dict[str, int]) -> bool:
    words = piece.text(text)
    return (
        not piece.row
        and words.endswith("。")
        and not _FORMULA.search(words)
        and len(words) >= 16
        and count[words] == 1
        and not re.match(
            r"[\s\u3000]*(?:图|附|注|第[一二三四五六七八九十]+部分|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、)",
            words,
        )
    )


def _ended(piece: Piece, text: str) -> bool:
    """Whether what follows a piece is no part of its sentence: it ends one, or is a heading or a row."""
    words = piece.text(text)
    return piece.row or words.endswith("。") or not re.search("[，：；]", words)


def paragraph_moved(text: str, rng: random.Random) -> Mutation:
    """A paragraph stands behind the two that followed it."""
    every = pieces(text)
    count: dict[str, int] = {}
    for piece in every:
        words = piece.text(text)
        count[words] = count.get(words, 0) + 1
    plain = [_plain(text, piece, count) for piece in every]
    # The three are of one section: no heading stands between them; the moved one is not longer than what it passes.
    at = [
        i
        for i in range(len(every) - 2)
        if all(plain[i : i + 3])
        and (i == 0 or _ended(every[i - 1], text))
        and len(every[i].text(text)) < len(every[i + 1].text(text)) + len(every[i + 2].text(text))
    ]
    if not at:
        raise NoPlaceError
    i = rng.choice(at)
    moved, last = every[i], every[i + 2]
    gap = text[moved.end : every[i + 1].start]
    after = (
        text[: moved.start]
        + text[every[i + 1].start : last.end]
        + gap
        + text[moved.start : moved.end]
        + text[last.end :]
    )
    words = moved.text(text)
    expected = Expected("passage", "moved", "wording", text_before=words, text_after=words)
    return Mutation("paragraph_moved", after, (expected,))


def paragraph_deleted(text: str, rng: random.Random) -> Mutation:
    """A whole paragraph is gone."""
    every = pieces(text)
    count: dict[str, int] = {}
    for piece in every:
        words = piece.text(text)
        count[words] = count.get(words, 0) + 1
    found = [p for p in every if _plain(text, p, count)]
    if not found:
        raise NoPlaceError
    piece = rng.choice(found)
    expected = Expected("passage", "removed", "wording", text_before=piece.text(text))
    return Mutation("paragraph_deleted", text[: piece.start] + text[piece.end :], (expected,))


def reversed_(mutation: Mutation, text: str) -> Mutation:
    """The reverse of a mutation: from its text back to ``text``."""
    turned = {"added": "removed", "removed": "added"}
    expected = tuple(
        replace(
            e,
            kind=turned.get(e.kind, e.kind),
            before=e.after,
            after=e.before,
            text_before=e.text_after,
            text_after=e.text_before,
            unit_before=e.unit_after,
            unit_after=e.unit_before,
        )
        for e in mutation.expected
    )
    return Mutation(f"{mutation.name}, back", text, expected)


MUTATIONS: dict[str, Callable[[str, random.Random], Mutation]] = {
    change.__name__: change
    for change in (
        amount_in_prose, percent_in_prose, amount_in_table, decimals_only, unit_only, date_corrected, reason_reworded,
        sentence_reworded, sentence_deleted, sentence_added, paragraph_moved, paragraph_deleted,
    )
}  # fmt: skip
