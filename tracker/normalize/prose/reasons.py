"""Reasons: the words after 主要原因是, and which figures of which base they explain."""

import re
from dataclasses import dataclass

_CUE = re.compile(
    r"主要(?:的)?原因(?:是|为|：|:|在于|有|系|，|,)?(?:因为|由于)?|主要(?:是|系)?(?:因为|由于|因)(?!公)"
    r"|(?:增加|减少|下降|增长|差异|变动|变化|增减)(?:的)?(?:主要)?原因(?:是|为|：|:|系|，|,)?|(?<!问题及)(?<!问题和)原因(?:是|为|：|:|在于|系)"
    r"|主要是(?!用于|为|对|指)"
)
_END = re.compile(r"。|；(?![二三四五六七八九十](?:是|、))|(?<=[。；])(?![二三四五六七八九十](?:是|、))")
_FIRST = re.compile(r"[，,：: ]*一是")
_ORDINALS = "二三四五六七八九十"
_BETWEEN = re.compile(r"其中[：:]|[（(][一二三四五六七八九十][)）]|\d{1,2}[.、．](?!\d)")
_REACH = 160
"""Characters between two reasons of a list: sentences that say more of the first."""
MAX = 600
"""Longest reason kept; reading stays linear in a text without stops."""


@dataclass(frozen=True, slots=True)
class Reason:
    """``at``: where its cue begins; ``begin:end`` its words; ``strong``: its cue says reason, not only 主要是."""

    at: int
    begin: int
    end: int
    strong: bool


def find(text: str) -> tuple[Reason, ...]:
    """Return the reasons that ``text`` gives, in order; an empty one (主要原因是。) is none."""
    found: list[Reason] = []
    at = 0
    while (match := _CUE.search(text, at)) is not None:
        end = _END.search(text, match.end(), match.end() + MAX)
        stop = end.start() if end is not None else min(len(text), match.end() + MAX)
        if _FIRST.match(text, match.end()):
            stop = _last(text, match.end(), stop)
        if text[match.end() : stop].strip("，,：: "):
            found.append(Reason(match.start(), match.end(), stop, match[0] != "主要是"))
        at = max(stop, match.end())
    return tuple(found)


def _last(text: str, begin: int, stop: int) -> int:
    """Return where a list of reasons ends that goes on over stops: 一是…。…。二是…。"""
    for ordinal in _ORDINALS:
        at = text.find(f"{ordinal}是", stop, min(stop + _REACH, begin + MAX))
        if at < 0 or text[at - 1] not in "。；，" or _BETWEEN.search(text, stop, at):
            break
        end = _END.search(text, at + 1, begin + MAX)
        if end is None:
            break
        stop = end.start()
    return stop
