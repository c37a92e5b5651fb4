"""Performance forms printed cell by cell, as a PDF yields them: a pure function of the stream of characters.

White space says nothing here: where a cell ends is known from the head (which columns follow a name), from the
numbers, and from the words of the form, which stand between the cells wherever the page put them.
"""

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from tracker.amounts import NUMBER
from tracker.folding import narrow
from tracker.normalize.flow import Stretch
from tracker.normalize.performance import values
from tracker.normalize.performance.reading import Entry, Form
from tracker.normalize.performance.tables import money_unit
from tracker.taxonomy.performance import FigureRole, FormColumn, FormWords, alternatives, plain

_MARKED = r"(?:\([^()]{0,20}\)|[AB](?![A-Za-z]))?"
_NOT_FLAT = frozenset({"单位", "说明", "备注", "符号", "权重", "满分"})
_TITLE = re.compile(
    r"(?:附件[^。;>:]{0,8}?)?(?:[一二三四五六七八九十]{1,3}、)?(?:(?:19|20)\d\d年度?)?[^。;>:]{2,70}?(?:表|情况)$"
)
_DOUBLED = re.compile(r"([\u4e00-\u9fff]{2,30})\1")
_STRAY = re.compile(r"指标(?!\d)|标(?![准识记志书语杆])")
_NUMBERS = re.compile(rf"\((?P<weight>\d+(?:\.\d+)?)分\)|(?<![\dA-Za-z.])(?P<number>{NUMBER.removeprefix('[-－−]?')})")
_NEXT_PART = re.compile(
    r"(?<=[。>])(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|附件"
    r"|(?:19|20)\d\d年度?[^。;:]{2,60}表)"
)
_FIGURES: dict[str, FigureRole] = {
    "budget": "budget",
    "actual": "actual",
    "completion": "completion",
    "target": "target",
    "weight": "weight",
    "score": "score",
}
_LONGEST_NAME = 80
_GROUP = 40
_ENDING = 3


@dataclass(frozen=True, slots=True)
class _Patterns:
    indicators: re.Pattern[str]
    money: re.Pattern[str]
    column: re.Pattern[str]
    money_column: re.Pattern[str]
    head: re.Pattern[str]
    name: re.Pattern[str]
    organisation: re.Pattern[str]
    end: re.Pattern[str]
    total: re.Pattern[str]
    note: re.Pattern[str]
    amount: re.Pattern[str]
    bare_level: re.Pattern[str]
    goals: re.Pattern[str]


@cache
def _patterns(words: FormWords) -> _Patterns:
    flat_columns = [name for name in words.columns if name not in _NOT_FLAT]
    columns = alternatives(flat_columns)
    money = alternatives(name for name in words.money if name not in _NOT_FLAT)
    indicator = alternatives(words.indicator)
    begins = "".join(sorted({*"一二三四绩", *(name[0] for name in (*words.indicator, *flat_columns))}))
    keys = alternatives(words.head | words.group | words.organisation)
    return _Patterns(
        # Most characters begin none of these words: where none begins nothing is tried.
        indicators=re.compile(
            rf"(?=[{re.escape(begins)}])(?:(?:[一二三四]级指标|{indicator}|{columns}|绩效指标)(?:名称)?{_MARKED})*"
            rf"(?:{indicator}){_MARKED}(?:(?:[一二三四]级指标|{columns}){_MARKED})+"
        ),
        money=re.compile(rf"(?:(?:{money}){_MARKED}){{2,}}"),
        column=re.compile(rf"(?P<name>{columns}){_MARKED}"),
        money_column=re.compile(rf"(?P<name>{money}){_MARKED}"),
        head=re.compile(rf"(?:{alternatives(words.organisation)}):?|(?:{alternatives(words.project)}):?"),
        name=re.compile(rf"(?:{alternatives(words.project)}):?(.{{1,{_LONGEST_NAME}}}?)(?={keys}|{money}|$)"),
        organisation=re.compile(
            rf"(?:{alternatives(words.organisation)}):(.{{2,{_LONGEST_NAME}}}?)(?={keys}|{alternatives(words.project)})"
        ),
        end=re.compile(
            rf"(?:{alternatives(words.text - words.group)})|(?:偏差|未完成)[^。]{{0,12}}原因"
            rf"|(?:{alternatives(words.note)}):"
        ),
        total=re.compile(rf"(?:{alternatives(words.total)}):?(?=\d)"),
        note=re.compile(rf"(?:{alternatives(words.note)}):"),
        amount=re.compile(rf"(?P<label>(?:其中:)?(?P<name>{alternatives(words.amounts)})):?(?P<number>{NUMBER})"),
        bare_level=re.compile(rf"(?:{alternatives(words.first_levels | words.second_levels)})(?:指(?!标|导|数|定))?"),
        goals=re.compile(rf"(?:{alternatives(words.text)})"),
    )


@dataclass(slots=True)
class Flat:
    """What a stretch's forms gave: the forms, the ranges they take, numbers not understood (with a quote)."""

    forms: list[Form] = field(default_factory=list[Form])
    ranges: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    unread: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def note_end(narrowed: str, start: int, limit: int) -> int:
    """Return where a note that begins at ``start`` ends: before the next heading, at most at ``limit``."""
    match = _NEXT_PART.search(narrowed, start, limit)
    return match.start() if match else limit


def read(stretch: Stretch, item: int, words: FormWords) -> Flat:
    """Read the forms that are printed cell by cell in a stretch."""
    text, flat = stretch.text, Flat()
    if not any(name in text for name in words.indicator):
        return flat
    narrowed, use = narrow(text), _patterns(words)
    anchors = [m for m in use.indicators.finditer(narrowed) if _columns(m[0], use.column, words.columns)]
    starts: list[int] = []
    floor = 0
    for anchor in anchors:
        starts.append(_start(narrowed, floor, anchor.start(), use, words))
        floor = anchor.end()
    for number, anchor in enumerate(anchors):
        limit = starts[number + 1] if number + 1 < len(anchors) else len(text)
        reader = _Reader(text, narrowed, item, words, use, stretch)
        form, end = reader.form(starts[number], anchor, limit)
        flat.forms.append(form)
        flat.unread.extend(reader.unread)
        flat.ranges.append((starts[number], end))
        note = use.note.search(narrowed, end, limit)
        if note is not None:
            flat.ranges.append((note.start(), note_end(narrowed, note.start(), limit)))
    return flat


def _start(narrowed: str, floor: int, anchor: int, use: _Patterns, words: FormWords) -> int:
    """Return where the form before ``anchor`` begins: at its title, else at the name of its unit or project."""
    marks = list(use.head.finditer(narrowed, floor, anchor))
    if not marks:
        rows = [*use.money.finditer(narrowed, floor, anchor), *use.amount.finditer(narrowed, floor, anchor)]
        return _titled(narrowed, floor, min((m.start() for m in rows), default=anchor))
    projects = [m for m in marks if plain(m[0]) in words.project]
    at = (projects or marks)[-1].start()
    for mark in reversed(marks):
        if mark.start() < at and at - mark.start() <= 2 * _LONGEST_NAME:
            at = mark.start()
    return _titled(narrowed, floor, at)


def _titled(narrowed: str, floor: int, at: int) -> int:
    """Return where the title that ends at ``at`` begins, or ``at`` where none does."""
    before = max(floor, at - 120)
    cut = max(before, 1 + max(narrowed.rfind(end, before, at) for end in "。;>:"))
    return cut if _TITLE.match(narrowed[cut:at]) else at


def _columns(head: str, pattern: re.Pattern[str], known: Mapping[str, FormColumn]) -> list[tuple[FormColumn, str]]:
    return [(known[m["name"]], m[0]) for m in pattern.finditer(head)]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells that follow one another: the numbers ``found``, where the last cell ends, how many cells there are,
    and the ``ranges`` among them, which are not understood."""

    found: list[tuple[FormColumn, str, values.Value]]
    end: int
    count: int
    ranges: list[str]


@dataclass(slots=True)
class _Reader:
    """One form of a stretch while it is read."""

    text: str
    narrowed: str
    item: int
    words: FormWords
    use: _Patterns
    stretch: Stretch
    unread: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    result: Form = field(default_factory=Form)

    def form(self, start: int, anchor: re.Match[str], limit: int) -> tuple[Form, int]:
        """Read the form that begins at ``start``; return it with where its indicators end."""
        form, words, narrowed = self.result, self.words, self.narrowed
        head = narrowed[start : anchor.start()]
        name = self.use.name.search(head)
        organisation = self.use.organisation.search(head)
        form.name = self.text[start + name.start(1) : start + name.end(1)] if name else ""
        form.organisation = organisation[1] if organisation else None
        form.whole = not name and any(word in head for word in words.whole)
        form.money = money_unit(head)
        form.page = self.stretch.page(start)
        columns = _columns(anchor[0], self.use.column, words.columns)
        form.goal = not any(column.role == "actual" for column, _ in columns)
        for number in _NUMBERS.finditer(narrowed, start, anchor.end()):
            if number["weight"]:
                self._group_weight(max(start, number.start() - _GROUP), number)
        self._money(start, anchor.start())
        closing = self.use.end.search(narrowed, anchor.end(), limit)
        end = closing.start() if closing else min(limit, self._last(anchor.end(), limit))
        end = self._indicators(anchor.end(), end, columns)
        form.entries.sort(key=lambda entry: entry.start)
        return form, end

    def _last(self, start: int, limit: int) -> int:
        """Where no closing words stand, the form ends with its last sentence-free part."""
        stop = self.narrowed.find("。", start, limit)
        return stop if stop >= 0 else limit

    def _put(
        self,
        label: str,
        measure: str,
        what: FormColumn,
        value: values.Value,
        quote: tuple[int, int],
        *,
        money: bool = False,
    ) -> None:
        self.result.entries.append(
            Entry(
                item=self.item,
                start=value.start,
                end=value.end,
                label=label,
                measure=measure,
                role=_FIGURES[what.role],
                base=what.base,
                value=value.value,
                decimals=value.decimals,
                unit=value.unit,
                quote=self.text[quote[0] : quote[1]],
                money=money,
            )
        )

    def _money(self, start: int, end: int) -> None:
        """Read amounts beside their names, and rows below a head of money."""
        heads = [m for m in self.use.money.finditer(self.narrowed, start, end) if self._of_money(m[0])]
        head = heads[-1] if heads else None
        for match in self.use.amount.finditer(self.narrowed, start, head.start() if head else end):
            self._amount(match)
        if head is None:
            return
        columns = _columns(head[0], self.use.money_column, self.words.money)
        stop = self.use.goals.search(self.narrowed, head.end(), end)
        limit = stop.start() if stop else end
        at = last = head.end()
        while (number := _NUMBERS.search(self.narrowed, at, limit)) is not None:
            if number["weight"]:
                at = number.end()
                continue
            begin = number.start("number")
            label = self._money_label(self.narrowed[last:begin])
            if not label:
                at = number.end()
                continue
            row = self._row(begin, limit, columns, money=True)
            if not row.found:
                at = number.end()
                continue
            after = row.end
            label_at = begin - len(label)
            for what, measure, value in row.found:
                amount = what.role in ("budget", "actual")
                name = self.text[label_at:begin].rstrip(":：")
                self._put(name, measure, what, value, (label_at, after), money=amount)
            at = last = after

    def _of_money(self, head: str) -> bool:
        return any(
            what.role in ("budget", "actual") for what, _ in _columns(head, self.use.money_column, self.words.money)
        )

    def _amount(self, match: re.Match[str]) -> None:
        what = self.words.amounts[match["name"]]
        value = values.amount(self.text, match.start("number"))
        if value is None:
            return
        if self.result.goal and what.role == "actual":
            what = FormColumn("budget", "全年预算")
        name = self.text[match.start("label") : match.end("label")]
        self._put(name, "金额", what, value, (match.start(), value.end), money=True)

    def _money_label(self, segment: str) -> str:
        """Return the name of a row of money: what stands after the words of the form."""
        at = 0
        for name in sorted(self.words.group, key=len):
            found = segment.rfind(name)
            if found >= 0:
                at = max(at, found + len(name))
        marked = re.match(r"(?:\([^()]{0,12}\))*", segment[at:])
        label = segment[at + (marked.end() if marked else 0) :]
        return label if 2 <= len(label) <= 40 else ""

    def _group_weight(self, last: int, number: re.Match[str]) -> bool:
        """Record the weight of a level or group (``数量指标（12.5分）``); return whether it was one."""
        before = re.sub(r"(?:\([^()]{0,12}\))+$", "", self.narrowed[last : number.start()])
        level = deque(self.words.level.finditer(before), maxlen=1)
        if not level or level[0].end() != len(before):
            group = next((g for g in sorted(self.words.group, key=len, reverse=True) if before.endswith(g)), None)
            if group is None:
                return False
            name = group
        else:
            name = level[0][0]
        self._weight(name, number, last + len(before) - len(name))
        return True

    def _weight(self, label: str, number: re.Match[str], start: int) -> None:
        value = values.points(self.text, number.start("weight"))
        if value is not None:
            self._put(label, "分值", FormColumn("weight"), value, (start, number.end()))

    def _row(self, at: int, limit: int, columns: Sequence[tuple[FormColumn, str]], *, money: bool = False) -> _Cells:
        """Read cells for ``columns`` in their order from ``at`` on: numbers, and what stands in the place of one."""
        found: list[tuple[FormColumn, str, values.Value]] = []
        ranges: list[str] = []
        end, count = at, 0
        for what, measure in columns:
            if what.role not in _FIGURES:
                continue
            at = self._begin(end, limit)
            skip = re.compile(r"[-—–/]+").match(self.text, at, limit)
            if skip is None and not money and what.role in ("target", "actual"):
                skip = values.instead(self.text, at)
                if skip is not None and not values.dated(skip[0]):
                    ranges.append(skip[0])
            if skip is not None:
                end, count = skip.end(), count + 1
                continue
            if what.role in ("weight", "score"):
                value = values.points(self.text, at)
            elif money:
                value = values.amount(self.text, at)
            else:
                value = values.within(self.text, at, self.words)
            if value is None or value.end > limit:
                break
            if money and value.unit is None and what.role == "completion":
                value = _with(value, "%")
            found.append((what, measure, value))
            end, count = value.end, count + 1
        return _Cells(found, end, count, ranges)

    def _begin(self, at: int, limit: int) -> int:
        """Return where the number of the next cell begins: a space and ``≥`` may stand before it."""
        while at < limit and self.narrowed[at] == " ":
            at += 1
        shift = values.start_of(self.text[at : at + 40], self.words)
        return at + max(shift, 0)

    def _indicators(self, start: int, end: int, columns: list[tuple[FormColumn, str]]) -> int:
        """Read the rows of indicators; return where they end."""
        figures = [column for column in columns if column[0].role in _FIGURES]
        scored = [column for column in figures if column[0].role in ("weight", "score")]
        values_wanted = len(figures) - len(scored)
        total = self.use.total.search(self.narrowed, start, end)
        limit = total.start() if total else end
        label: tuple[str, int] | None = None
        at = last = start
        while (number := _NUMBERS.search(self.narrowed, at, limit)) is not None:
            if number["weight"]:
                if not self._group_weight(last, number):
                    found, _ = self._named(last, number.start(), cut=False)
                    if found is not None:
                        self._weight(found[0], number, found[1])
                    label = found
                at = last = number.end()
                continue
            begin = self._before(last, number.start("number"))
            row = self._row(number.start("number"), limit, figures)
            if label is None:
                row_label, doubled = self._named(last, begin, cut=_STRAY.match(self.narrowed, row.end) is not None)
            else:
                row_label, doubled = label, last < begin
            if doubled:
                row = self._row(number.start("number"), limit, scored)
            if not row.found or not (doubled or row.count >= values_wanted or self._marked(row.found, begin, number)):
                at = number.end()  # a number within a name: 12333热线接听率
                continue
            self.unread.extend((text, self.text[last : row.end]) for text in row.ranges)
            if row_label is None:
                self.unread.extend((value.value, self.text[last : row.end]) for _, _, value in row.found)
            else:
                for what, measure, value in row.found:
                    self._put(row_label[0], measure, what, value, (row_label[1], row.end))
            label = None
            at = last = max(row.end, number.end())
        if total is None:
            return end
        return self._total(total, end, scored=not self.result.goal or any(w.role == "score" for w, _ in columns))

    def _marked(self, found: Sequence[tuple[FormColumn, str, values.Value]], begin: int, number: re.Match[str]) -> bool:
        """Tell whether a lone value is one beyond doubt: it has a sign (≥) or a percent sign."""
        return bool(found) and (begin < number.start("number") or found[0][2].unit == "%")

    def _total(self, total: re.Match[str], end: int, *, scored: bool) -> int:
        roles = [FormColumn("weight"), FormColumn("score")]
        row = self._row(total.end(), end, [(role, "") for role in roles])
        found, after = row.found, row.end
        name = total[0].rstrip(":")
        if len(found) == 1:
            found = [(FormColumn("score" if scored else "weight"), "", found[0][2])]
        for what, _, value in found:
            measure = "得分" if what.role == "score" else "分值"
            self._put(name, measure, what, value, (total.start(), after))
        return after

    def _before(self, last: int, at: int) -> int:
        """Return where the words before the number at ``at`` end: ``≥`` and the like belong to the number."""
        while True:
            word = next((w for w in self.words.before if self.narrowed.endswith(w, last, at)), None)
            if word is None or word in ("增长", "优良率", "完成", "达", "共", "达到"):
                return at
            at -= len(word)

    def _named(self, start: int, end: int, *, cut: bool) -> tuple[tuple[str, int] | None, bool]:
        """Return the indicator's name at the end of ``start:end`` with where it begins, and whether textual results
        (``完全达到完全达到``) stand between it and ``end``. ``cut``: the rest of a word (指标) follows the row."""
        segment = self.narrowed[start:end]
        begin, stop = 0, len(segment)
        for level in self.words.level.finditer(segment):
            if level.end() < len(segment):
                begin = level.end()
        begin = self._fragments(segment, begin, cut=cut)
        doubled = False
        last = None
        for last in _DOUBLED.finditer(segment, begin):
            if last.end() < len(segment):
                repeats = len(segment) - last.end() <= _ENDING and len(last[1]) > _ENDING  # 公用经费控制公用经费控制率
                begin = last.start() + len(last[1]) if repeats else last.end()
            else:
                doubled, stop = True, last.start()
        begin = self._fragments(segment, begin, cut=cut) if begin < stop else begin
        name = segment[begin:stop].strip()
        if len(name) < 2 or len(name) > _LONGEST_NAME or "。" in name:
            return None, doubled
        offset = start + segment.index(name, begin)
        return (self.text[offset : offset + len(name)], offset), doubled

    def _fragments(self, segment: str, begin: int, *, cut: bool) -> int:
        """Step over pieces of the form's words that a page cut: ``产出指``, ``标``, 质量 where 指标 follows later."""
        while True:
            stray = _STRAY.match(segment, begin)
            if stray is not None and stray.end() < len(segment):
                begin = stray.end()
                continue
            level = self.use.bare_level.match(segment, begin)
            if level is None or level.end() >= len(segment):
                return begin
            broken = level[0].endswith("指")
            first = self._follows_first_level(segment, begin) or self.words.level.match(segment, level.end())
            if not (broken or first or cut):
                return begin
            begin = level.end()

    def _follows_first_level(self, segment: str, begin: int) -> bool:
        levels = deque(self.words.level.finditer(segment, 0, begin), maxlen=1)
        return bool(levels) and levels[0].end() == begin and levels[0]["first"] is not None


def _with(value: values.Value, unit: str | None) -> values.Value:
    return values.Value(value.value, value.decimals, unit, value.start, value.end)
