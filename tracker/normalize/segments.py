"""Where passages begin: a pure function of the stream of words, so that another wrap gives the same passages.

A passage is a sentence, a heading or a list item. Cuts never fall inside a figure, a quotation, a title in 《》 or
a pair of brackets.
"""

import re

_NUMERAL = "一二三四五六七八九十"
_CLOSERS = r"[”’」』》）)\]】]"
# Each pattern says first what all that it finds begins with: where none of it stands a search goes on at once.
_END = re.compile(rf"(?=[。！？；;!?])(?:[。！？；]|(?<![A-Za-z0-9&])[;!?])+{_CLOSERS}*")
_SPAN = re.compile(
    r"(?=[《“「‘【（(])(?:"
    r"《[^《》]{0,150}》|“[^“”]{0,150}”|「[^「」]{0,150}」|‘[^‘’]{0,150}’|【[^【】]{0,80}】|[（(][^（()）]{0,200}[)）])"
)
_MARK = re.compile(
    rf"(?=[{_NUMERAL}（(\d①-⑳])(?:"
    rf"(?P<han>(?<![{_NUMERAL}第])[{_NUMERAL}]{{1,3}}、(?![{_NUMERAL}]{{1,3}}(?:[、是级类]|产业)))"
    rf"|(?P<han_in>(?<![第])[（(][{_NUMERAL}]{{1,3}}[)）])"
    r"|(?P<dot>(?<![\d.,，．第图表])\d{1,2}(?:[.．](?!\d)|、(?!\d)))"
    r"|(?P<in>(?<![第])[（(]\d{1,2}[)）](?!行|栏))"
    rf"|(?P<is>(?<![{_NUMERAL}第])[{_NUMERAL}]{{1,2}}是)"
    r"|(?P<ring>[①-⑳]))"
)
_OPENING = re.compile(
    r"(?=[图表注备第附单部编预填公])(?:"
    r"图\d{1,2}[：:]|表\d{1,2}[：:]|(?<![备附批标脚加])注[：:]|备注[：:]"
    rf"|(?<![见在“《（(与和及至])第[{_NUMERAL}]{{1,3}}部分"
    r"|(?<![见在“《（(与和及至以各])附件(?:[一二三四五六七八九十]{1,2}|\d{1,2}(?:-\d{1,2})?)(?:[、：: 　.]|(?=20\d\d))"
    r"|(?<![的各额价])单位(?:名称)?[：:]|(?<![的各该属级管制开报])部门(?:名称)?[：:]|(?:编制|公开|预算主管)部门[：:]|填报(?:日期|单位)[：:]|公开\d{1,2}表)"
)
# Every pattern above needs one of these: most cells of a table have none.
_MAY_CUT = re.compile("[。！？；;!?：:、.．（(是①-⑳]|部分|附件|公开")
_AFTER = frozenset("。！？；：:;!?”’」』》）)】]☑□○●◆■√")
_BEFORE_ITEM = frozenset("。！？；：:;!?，,、”’」』》）)】]")
_VALUES = {c: i for i, c in enumerate(_NUMERAL, 1)}
# Before a list number in the middle of words: 统一、/图1、/共计5. are no list.
_NO_LIST = {
    "han": frozenset("统唯第单专划同万逐进某之每任归合不"),
    "han_in": frozenset("第款条项"),
    "dot": frozenset("第图表件款条项号约共达至附计为数占增降加减近过超于从到"),
    "in": frozenset("第图表件款条项号"),
}


def cuts(text: str) -> tuple[int, ...]:
    """Return the sorted offsets at which passages begin, 0 first; ``()`` for an empty text. Linear."""
    if not text:
        return ()
    if _MAY_CUT.search(text) is None:
        return (0,)
    found = {0}
    found.update(match.end() for match in _END.finditer(text))
    found.update(match.start() for match in _OPENING.finditer(text))
    found.update(_list_items(text))
    found.discard(len(text))
    return tuple(_outside(sorted(found), text))


def _list_items(text: str) -> list[int]:
    """Return where items of lists begin: after an end, or in the middle of words where the numbers go on."""
    marks = [(m.lastgroup or "", m.start(), _value(m)) for m in _MARK.finditer(text)]
    following: dict[str, int] = {}
    goes_on = [False] * len(marks)
    for i in range(len(marks) - 1, -1, -1):
        style, _, value = marks[i]
        goes_on[i] = following.get(style) == value + 1
        following[style] = value
    last: dict[str, int] = {}
    items: list[int] = []
    for i, (style, start, value) in enumerate(marks):
        before = text[start - 1] if start else "。"
        if style == "ring":
            accepted = True
        elif style == "is":
            accepted = before in _BEFORE_ITEM or (value > 1 and last.get(style) == value - 1)
        else:
            accepted = before in _AFTER or (
                before not in _NO_LIST[style] and (last.get(style) == value - 1 if value > 1 else goes_on[i])
            )
        if accepted:
            items.append(start)
            last[style] = value
    return items


def _value(mark: re.Match[str]) -> int:
    token = mark[0].strip("（()）、.．是")
    if token.isdigit() and token.isascii():
        return int(token)
    if mark.lastgroup == "ring":
        return ord(token) - ord("①") + 1
    if "十" in token:
        tens, _, ones = token.partition("十")
        return _VALUES.get(tens, 1) * 10 + _VALUES.get(ones, 0)
    return _VALUES.get(token, 0)


def _outside(offsets: list[int], text: str) -> list[int]:
    """Drop the offsets that fall inside a quotation, a title or a pair of brackets."""
    kept: list[int] = []
    spans = _SPAN.finditer(text)
    span = next(spans, None)
    for offset in offsets:
        while span is not None and span.end() <= offset:
            span = next(spans, None)
        if span is None or not span.start() < offset < span.end():
            kept.append(offset)
    return kept
