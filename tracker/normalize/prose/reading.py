"""Reads the figures of a portion: what each numeral is, of what, compared with what, for which reason."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tracker.amounts import fen
from tracker.model import Figure, Kind, Role, Unread
from tracker.normalize.prose import nouns, reasons, subjects
from tracker.normalize.prose.cues import Cue, Cues
from tracker.normalize.prose.numerals import Numeral, scan
from tracker.normalize.prose.subjects import Names, Subject
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.bases import Base

_STOPS = tuple(zip(",;:!?", "，；：！？", strict=True))
_DIGIT = re.compile(r"\d")
_STOP = re.compile(r"[。！？]")
_CLAUSE = re.compile(r"[，,：:；;。！？!?]")
_LAST_CLAUSE = re.compile(r".*[，,：:；;。！？!?]", re.DOTALL)
_PARTS = re.compile(r"其中|(?<!不)包括|分别是|按.{2,12}划分")
_CHAIN = re.compile(r"^(?:[、，,]|和|及|与|以及)$")
_YEAR = re.compile(
    r"(?P<before>(?:[与较比同和跟自从在到]|(?<=[年月日\d])至)?)(?P<year>(?:19|20)\d{2})年(?:度)?(?P<after>相比|比较|决算数?(?:增|减|相比)|预算数?(?:增|减|相比))?"
)
_GOAL = re.compile(
    r"^的(?:比例)?$|^(?:的)?(?:年度|全年|年初|省|市|区|下达)*(?:目标任务|目标值|目标|任务|计划)(?:的|比例)*(?:约|为|是|达到|达)*$"
)
_OPENED = re.compile(r"[（(][^（()）]{2,}$")
_CLOSED = re.compile(r"[^（(]{0,12}?[)）]")
_OF_IT = re.compile(r"[）)]?的(?:比例)?(?:约|为|是|达到|达)?")
_PATH_END = re.compile(r"^.*(?:[（(]\d*(?:类|款|项|\d{3,7})[)）]|(?<=支出)项。)[”\"]?(?:科目)?[：:]?")
_SCORED = re.compile(r"(?:项目)?(?:绩效)?(?:自评|评价)?(?:平均)?(?:得分|评分|总分|分数)$")
_WORDS = re.compile(r"^(?![一二三四五六七八九十]{1,2}是)[\u4e00-\u9fff]{2,8}$")
_TAIL = re.compile(r"(?:约|为|是|共|达到|达|：|:)+$")
_CLASSIFIED = re.compile(r"[类款项\d][)）]")
_GAP = 400
_REACH = 5
"""Sentences back to what a reason for income and expenditure explains: four sources stand between."""
_QUOTE = 200
_IN_FULL = {"万": "万元", "亿": "亿元"}
_COMPARED: frozenset[Role] = frozenset({"delta", "percent"})
_EXPLAINED: frozenset[Role] = frozenset({"delta", "percent", "completion"})
_NONE = Base("", "", re.compile(""))
_CARRIED: frozenset[Role] = frozenset({"delta", "percent", "completion", "share", "target", "prior"})


@dataclass(frozen=True, slots=True)
class Context:
    """Where a text stands: its section and heading, the document's year and kind, and its own names.

    ``codes`` looks the names of the document's tables up (`subjects.codes` makes it).
    """

    section: str
    heading: str
    year: int | None
    taxonomy: Taxonomy
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Characters ``start:end`` of the text (sign, numeral, unit) print ``figure``."""

    start: int
    end: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of a text in order, and the numbers that look like figures and were not understood."""

    found: tuple[Found, ...]
    unread: tuple[Unread, ...]


_NOTHING = Reading((), ())


@dataclass(slots=True)
class _Draft:
    """A figure in the making: a reason that stands after it may still join."""

    numeral: Numeral
    role: Role
    subject: Subject
    base: str | None
    period: int | None
    value: str
    own: bool
    sentence: int
    cue: Cue
    aside: bool = False
    reason: str | None = None
    reason_base: str | None = None


@dataclass(slots=True)
class _State:
    """What the sentences before say that the next numeral may lean on."""

    current: Subject | None = None
    head: Subject | None = None
    headline: Subject | None = None
    owners: list[tuple[Subject, str]] = field(default_factory=list[tuple[Subject, str]])
    listed: int = 0
    above: tuple[Subject, ...] = ()
    base: Base | None = None
    planned: str | None = None
    period: int | None = None
    spread: list[Subject] = field(default_factory=list[Subject])
    outside: tuple[Subject | None, list[tuple[Subject, str]]] | None = None
    drafts: list[_Draft] = field(default_factory=list[_Draft])

    @property
    def owner(self) -> Subject | None:
        """The line whose parts are being listed (其中：…)."""
        return self.owners[-1][0] if self.owners else None


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, context: Context, cues: Cues) -> None:
        self.printed = text
        # Stops of either width are one for reading; offsets stay, and what is quoted is quoted as printed.
        self.text = _wide(text)
        self.context = context
        self.cues = cues
        taxonomy = context.taxonomy
        self.names = Names(
            context.section, context.codes, taxonomy, context.year, taxonomy.lines.endings(context.section)
        )
        self.target = next(base for base in taxonomy.bases.entries if base.id == "target")
        self.stops = [match.end() for match in _STOP.finditer(self.text)]
        self.reasons = reasons.find(self.text)
        self.state = _State(period=context.year)
        self.aside = 0
        self.begin = len(context.heading) if context.heading and text.startswith(context.heading) else 0

    def read(self) -> Reading:
        numerals, loose = scan(self.text, self.context.taxonomy.units_of_measure)
        previous = self.begin
        for at, numeral in enumerate(numerals):
            self._take(numeral, numerals, at, previous)
            previous = numeral.end
        self._explain()
        unread = tuple(
            Unread(self.context.section, self.printed[one.start : one.end], self._quote(one.start, one.end))
            for one in loose
        )
        return Reading(tuple(self._found(draft) for draft in self.state.drafts), unread)

    def _take(self, numeral: Numeral, numerals: tuple[Numeral, ...], at: int, previous: int) -> None:
        """Read one numeral with the words since the one before it."""
        state = self.state
        gap = self.text[max(previous, numeral.start - _GAP, 0) : numeral.start]
        last = state.drafts[-1] if state.drafts else None
        gap = gap[_counted(last, numeral, gap) :]
        if (
            last is not None
            and last.numeral.sort == numeral.sort
            and _CHAIN.match(gap)
            and not nouns.after(self.text, numeral.end, "")
        ):
            subject = state.spread.pop(0) if state.spread else last.subject
            self._add(numeral, last.role, subject, last.base, last.cue, own=last.own)
            return
        while self.aside < len(self.reasons) and self.reasons[self.aside].end <= numeral.start:
            self.aside += 1
        if self.aside < len(self.reasons) and self.reasons[self.aside].begin <= numeral.start:
            self._mention(numeral, gap)
            return
        self._bracket(gap)
        fresh = self._advance(gap)
        lead = _last_clause(gap)
        dated = _YEAR.search(lead) is not None
        bare = _PATH_END.sub("", lead) if fresh else lead
        if last is not None and last.role == "target" and numeral.sort == "rate" and _GOAL.match(gap):
            cue = Cue("completion", "", self.target)
        elif last is not None and last.role == "budget" and numeral.sort == "rate" and _OF_IT.fullmatch(gap):
            # 完成预算1310.0千元的84.15%: the budget stands inside the words of the rate.
            cue = Cue("completion", "")
        else:
            cue = self.cues.read(bare, numeral, self.text[numeral.end : numeral.end + 24], self.context.year)
        if cue.role == "prior" and state.base is None:
            state.base = next(base for base in self.context.taxonomy.bases.entries if base.id == "prior")
        subject, own = self._subject(cue, numeral, gap, fresh=fresh, dated=dated)
        state.spread = self._spread(numerals, at, lead, own=own)
        if state.spread:
            subject = state.spread.pop(0)
        role, base = self._role(cue, numeral, subject)
        self._add(numeral, role, subject, base, cue, own=own)

    def _bracket(self, gap: str) -> None:
        """Go on outside a bracket that held figures (含教育收费0元) with what was spoken of before it."""
        state = self.state
        opened, closed = _OPENED.search(gap), _CLOSED.match(gap)
        if closed is not None and state.outside is not None:
            state.current, state.owners = state.outside
            state.outside = None
        if opened is not None:
            state.outside = (state.current, [*state.owners])

    def _mention(self, numeral: Numeral, gap: str) -> None:
        """Read a numeral inside a reason: it leans on nothing outside it, and nothing leans on it."""
        reason = self.reasons[self.aside]
        words = gap[max(0, len(gap) - (numeral.start - reason.begin)) :]
        lead = _last_clause(words)
        following = self.text[numeral.end : numeral.end + 24]
        cue = self.cues.read(lead, numeral, following, self.context.year)
        label = subjects.label(cue.rest, self.names)
        if numeral.sort == "count":
            label = nouns.after(self.text, numeral.end, label or cue.rest) or label
        label = label or nouns.clean(cue.phrase) or lead[-8:].strip("，。") or numeral.unit
        role: Role = "actual" if cue.role == "share" and not cue.whole else cue.role
        base = cue.base.name if cue.base is not None else None
        if role == "share":
            base = (cue.whole or "").removesuffix("的")
        self._add(numeral, role, subjects.named(label, self.names, None), base, cue, own=True, aside=True)

    def _advance(self, gap: str) -> bool:
        """Carry the state over the words before a numeral; tell whether they announce a new line."""
        state = self.state
        stop = max(gap.rfind("。"), gap.rfind("！"), gap.rfind("？"))
        within = gap[stop + 1 :]
        parts = _PARTS.search(within)
        if stop >= 0:
            if parts is None:
                state.base = None
                if state.owners and state.head is not None:
                    state.current = state.head
                # 其中：人员经费a万元，主要包括：…。公用经费b万元 goes on with the parts of the outer list.
                listed = "包括" in gap[: stop + 1]
                nested = len(state.owners) > 1 and state.owners[-1][1] == "包括"
                state.owners = state.owners[:-1] if nested else state.owners if listed else []
            state.head = None
            state.period = self.context.year
        closed = within.rfind("；")
        if closed >= 0:
            # 其中人员经费a万元，公用经费b万元；项目支出…: what ended with the semicolon was a list between commas.
            if state.owners and state.listed > 1 and parts is None and state.owners[-1][1] != "包括":
                state.owners.pop()
            state.listed = 0
        if closed >= 0 and state.owners and state.owners[-1][1] == "包括" and parts is None:
            state.owners.pop()
        if parts is not None and parts[0] == "包括" and closed > parts.start():
            parts = None
        fresh = self._announced(gap)
        if parts is not None and not fresh and state.current is not None:
            outer = state.owners[:1] if parts[0].endswith("划分") else []
            state.owners = outer or [*state.owners, (state.current, parts[0])]
            state.listed = 0
        compared = self.cues.compares(within, self.context.year)
        if compared is not None:
            state.base = compared
        self._date(within)
        return fresh

    def _announced(self, gap: str) -> bool:
        """Take the line that ``gap`` names with its levels or as a numbered item for the subject."""
        state = self.state
        chain = subjects.classified(gap, self.names, state.above) if _CLASSIFIED.search(gap) else ()
        if chain:
            state.above = chain
        one = chain[-1] if chain else subjects.item(gap, self.names)
        if one is None:
            return False
        state.current, state.head, state.owners = one, one, []
        return True

    def _date(self, words: str) -> None:
        """Take the year that ``words`` speak of, unless it is only compared with."""
        for match in _YEAR.finditer(words):
            year = int(match["year"])
            known = self.context.year
            if not match["before"] and not match["after"] and (known is None or known - 3 <= year <= known + 1):
                self.state.period = year

    def _subject(self, cue: Cue, numeral: Numeral, gap: str, *, fresh: bool, dated: bool) -> tuple[Subject, bool]:
        """Return what the numeral is of, and whether its own words say so."""
        state = self.state
        label = self._label(cue, numeral, gap)
        current = state.current
        far = numeral.sort == "count" and cue.role in ("actual", "delta") and ("；" in gap or "。" in gap)
        if not label and current is not None and not (far and not fresh):
            rated = cue.role == "completion" and cue.phrase != "" and state.drafts[-1].numeral.sort != "money"
            spoken = cue.phrase != "" and (current.phrase or (state.head is not None and state.head.phrase))
            leans = cue.role in _CARRIED and not rated and not spoken
            if leans or cue.leans or fresh or (not dated and not rated and not spoken) or _classified(current):
                return current, False
        phrase = "" if label else nouns.clean(cue.phrase) or _TAIL.sub("", cue.phrase)
        if not label and _WORDS.match(cue.rest) and not dated:
            label, phrase = cue.rest, ""
        label = label or phrase or nouns.clean(self.context.heading) or numeral.unit
        owner = state.owner
        if owner is not None and numeral.sort == "count" and self._unit(owner) not in (None, numeral.unit):
            owner = None
        found = subjects.named(label, self.names, owner)
        if phrase:
            found = replace(found, phrase=True)
        elif cue.total and found.label.endswith(cue.total):
            # 收入预算总计 is found as 收入总计, and called what it is called.
            spoken = found.label.removesuffix(cue.total) + cue.phrase.partition(cue.total)[0] + cue.total
            # 收入预算合计 may be another line than 收入合计: with what was carried over.
            own = self.context.taxonomy.lines.find(spoken, self.context.section)
            found = replace(found, label=spoken, line=own or found.line)
        state.current = found
        if cue.role == "score" and (scored := _SCORED.sub("", label)) and scored != label:
            state.current = subjects.named(scored, self.names, owner)
        state.head = state.head or found
        state.listed += 1
        if state.headline is None and cue.role == "actual" and numeral.sort == "money":
            state.headline = found
        return found, True

    def _label(self, cue: Cue, numeral: Numeral, gap: str) -> str:
        """Return the noun of a numeral: before it, after it (1个二级项目), or in the clause before it."""
        label = subjects.label(cue.rest, self.names)
        if cue.total and self.context.taxonomy.lines.find(label, self.context.section) is None:
            # 收入、支出预算总计 is the total of 收入、支出, said of the budget.
            label = subjects.label(cue.rest + cue.total, self.names)
        elif cue.role == "actual" and label and cue.phrase[:2] in ("支出", "收入"):
            # 一般公共预算财政拨款支出决算: the name of the line goes on into the words of the role.
            find = self.context.taxonomy.lines.find
            longer = label + cue.phrase[:2]
            if find(label, self.context.section) is None and find(longer, self.context.section) is not None:
                label = longer
        elif cue.role == "budget" and cue.phrase.startswith("预算"):
            label = subjects.planned(cue.rest) or label
        if not label and (other := _other_side(cue.rest, self.state.current)):
            return other
        if numeral.sort == "count" and cue.role == "actual":
            if not label and cue.rest.endswith("项目"):
                return "项目"
            label = nouns.after(self.text, numeral.end, label) or label
        if label or self.state.head is not None or (cue.role != "actual" and self.state.current is not None):
            return label
        if cue.phrase or numeral.sort not in ("count", "rate"):
            return ""
        clauses = [clause for clause in _CLAUSE.split(gap) if clause]
        return nouns.clean(clauses[-2]) if len(clauses) > 1 else ""

    def _unit(self, subject: Subject) -> str | None:
        """Return the unit in which the last figure of ``subject`` was counted, None where it was no count."""
        for draft in reversed(self.state.drafts[-12:]):
            if draft.subject is subject:
                return draft.numeral.unit if draft.numeral.sort == "count" else None
        return None

    def _spread(self, numerals: tuple[Numeral, ...], at: int, lead: str, *, own: bool) -> list[Subject]:
        """Return the lines that a list (分别为 a、b、c) is about: the last ones counted before it in its sentence."""
        if "分别" not in lead:
            return []
        length = 1
        while at + length < len(numerals) and numerals[at + length].sort == numerals[at].sort:
            between = self.text[numerals[at + length - 1].end : numerals[at + length].start]
            if not _CHAIN.match(between):
                break
            length += 1
        sentence = bisect_right(self.stops, numerals[at].start)
        before: list[Subject] = []
        for draft in reversed(self.state.drafts):
            if draft.sentence != sentence or len(before) == length:
                break
            if draft.role == "actual" and draft.numeral.sort in ("count", "money"):
                before.insert(0, draft.subject)
        return before if len(before) == length and not own else []

    def _role(self, cue: Cue, numeral: Numeral, subject: Subject) -> tuple[Role, str | None]:
        """Return the role and the recorded base."""
        state = self.state
        role: Role = cue.role
        base = cue.base
        if role in _COMPARED:
            return ("delta" if numeral.sort == "points" else role), (base or state.base or _NONE).name or None
        if role == "completion":
            return role, base.name if base is not None and base.id != "budget" else state.planned or "预算"
        if role == "share":
            return role, self._whole(cue.whole or "", subject)
        if role == "budget" and base is not None:
            generic = base.id == "budget"
            name = "年初预算" if generic and self.context.kind == "budget" else base.name
            state.planned = name
            return role, name
        if role in ("target", "score"):
            return role, "目标" if role == "target" else None
        if role == "prior":
            return role, base.name if base is not None else "上年"
        if role == "actual" and numeral.sort == "money" and self.context.kind == "budget" and not cue.phrase:
            return "budget", "年初预算"
        return role, None

    def _whole(self, printed: str, subject: Subject) -> str:
        """Return what a share is a share of; where the words do not say, the line that its list is part of."""
        whole = printed.removeprefix("了").removesuffix("的").strip("、，")
        if whole:
            return whole
        state = self.state
        table = self.context.taxonomy.prose.wholes
        if self.context.section in table and (state.owner is None or subject.code is not None):
            return table[self.context.section]
        above = state.owner or self._before(subject) or state.headline
        return above.label if above is not None else ""

    def _before(self, subject: Subject) -> Subject | None:
        """Return the first line with an amount in the sentence being read, other than ``subject``."""
        drafts = self.state.drafts
        if not drafts:
            return None
        sentence = drafts[-1].sentence
        near = [d for d in drafts[-40:] if d.sentence == sentence and d.numeral.sort == "money"]
        return near[0].subject if near and near[0].subject != subject else None

    def _add(
        self,
        numeral: Numeral,
        role: Role,
        subject: Subject,
        base: str | None,
        cue: Cue,
        *,
        own: bool,
        aside: bool = False,
    ) -> None:
        value = numeral.value
        if role in _COMPARED and cue.sign == -1 and not value.startswith("-") and Decimal(value):
            value = "-" + value
        period = self.state.period
        if role == "prior":
            printed = _YEAR.search(cue.phrase)
            known = self.context.year
            period = int(printed["year"]) if printed is not None else known - 1 if known is not None else None
        sentence = bisect_right(self.stops, numeral.start)
        self.state.drafts.append(_Draft(numeral, role, subject, base, period, value, own, sentence, cue, aside))

    def _explain(self) -> None:
        """Give every reason to the figures of the base that it explains."""
        drafts = self.state.drafts
        ends = [draft.numeral.end for draft in drafts]
        for reason in self.reasons:
            before = bisect_right(ends, reason.at)
            if not before:
                continue
            sentence = bisect_right(self.stops, reason.at)
            begin = self.stops[sentence - 1] if sentence else 0
            opening = self.text[max(begin, reason.at - _GAP) : reason.at]
            near = [draft for draft in drafts[max(0, before - 40) : before] if not draft.aside]
            self._attach(reason, opening, near, sentence)

    def _attach(self, reason: reasons.Reason, opening: str, near: list[_Draft], sentence: int) -> None:
        """Attach ``reason`` to the nearest figures of the base that its own words or the last comparison name.

        A reason reaches back one sentence where nothing but a direction stands before it (减少主要原因是…).
        """
        stated = self.cues.mentions(opening[-40:]) or self.cues.compares(opening, self.context.year)
        if self._both(reason, opening, near, sentence):
            return
        here = [draft for draft in near if draft.sentence == sentence]
        reachable = here or [draft for draft in near if draft.sentence >= sentence - 2]
        if not here and stated is None and len(opening) > 14:
            return
        if not reason.strong and not self._follows(reason, opening, near):
            return
        if not here:
            # 学校教育支出与上年比较发生较大差异的原因: the sentence before may have spoken of many lines.
            wider = [draft for draft in near if sentence - _REACH <= draft.sentence < sentence]
            called = [draft for draft in wider if len(draft.subject.label) > 2 and draft.subject.label in opening]
            longest = max((len(draft.subject.label) for draft in called), default=0)
            reachable = [draft for draft in called if len(draft.subject.label) == longest] or reachable
            if not called:
                reachable = _wholes(reachable)
        last = next((d for d in reversed(reachable) if d.base is not None and d.role in _EXPLAINED), None)
        base = stated.name if stated is not None else last.base if last is not None else None
        if base is None:
            return
        if base == "预算":
            base = next((d.base for d in reversed(reachable) if d.role == "budget" and d.base), base)
        subject = (
            last.subject if last is not None and last.base == base else reachable[-1].subject if reachable else None
        )
        if subject is None:
            return
        for draft in reachable:
            if draft.subject == subject and draft.base == base and draft.role in _EXPLAINED and draft.reason is None:
                draft.reason, draft.reason_base = self._words(reason), base
        for draft in near:
            told = draft.subject == subject and draft.role == "actual" and draft.sentence >= sentence - 2
            if told and draft.reason is None:
                draft.reason, draft.reason_base = self._words(reason), base

    def _follows(self, reason: reasons.Reason, opening: str, near: list[_Draft]) -> bool:
        """Tell whether 主要是 gives the reason of a difference: right behind it, or behind few words."""
        if not near or near[-1].role not in _COMPARED:
            return False
        return len(opening) <= 60 or not self.text[near[-1].numeral.end : reason.at].strip("，；")

    def _both(self, reason: reasons.Reason, opening: str, near: list[_Draft], sentence: int) -> bool:
        """Attach a reason that names income and expenditure in one word (财政拨款收入支出增加的主要原因是) to what was
        said of either in the sentences before; tell whether it did."""
        words = _last_clause(opening)
        if "收入支出" not in words:
            return False
        either = (words.replace("收入支出", "收入"), words.replace("收入支出", "支出"))
        told = [
            draft
            for draft in near
            if draft.role in _COMPARED
            and sentence - _REACH <= draft.sentence < sentence
            and any(name.startswith(draft.subject.label.removesuffix("预算")) for name in either)
        ]
        for draft in told:
            if draft.reason is None:
                draft.reason, draft.reason_base = self._words(reason), draft.base
        return bool(told)

    def _words(self, reason: reasons.Reason) -> str:
        """Return the reason as printed."""
        return self.printed[reason.begin : reason.end].strip("，,：: ")

    def _found(self, draft: _Draft) -> Found:
        numeral = draft.numeral
        subject = draft.subject
        figure = Figure(
            key=self._key(draft),
            section=self.context.section,
            heading=self.context.heading,
            code=subject.code,
            label=subject.label,
            path=subject.path,
            role=draft.role,
            base=draft.base,
            period=draft.period,
            value=draft.value,
            unit=numeral.unit,
            decimals=numeral.decimals,
            amount_fen=fen(draft.value, _IN_FULL.get(numeral.unit, numeral.unit)) if numeral.sort == "money" else None,
            quote=self._quote(numeral.start, numeral.end),
            reason=draft.reason,
            reason_base=draft.reason_base,
        )
        return Found(numeral.start, numeral.end, figure)

    def _key(self, draft: _Draft) -> str:
        line = draft.subject.line
        if draft.numeral.sort == "count":
            known = draft.subject.code is not None or line != subjects.folded(draft.subject.label)
            if not known or not draft.own:
                line = f"{line}[{draft.numeral.unit.replace('/', '')}]"
        key = f"{self.context.section}/{line}/{draft.role}"
        if draft.base is None:
            return key
        return f"{key}:{self.context.taxonomy.bases.slug(draft.base) or subjects.folded(draft.base)}"

    def _quote(self, start: int, end: int) -> str:
        """Return the sentence around ``start:end``, or the clauses of it that fit."""
        at = bisect_right(self.stops, start)
        begin = max(self.stops[at - 1] if at else 0, self.begin if start >= self.begin else 0)
        stop = self.stops[at] if at < len(self.stops) else len(self.text)
        stop = max(stop, end)
        if stop - begin > _QUOTE:
            begin = max(begin, start - _QUOTE // 2)
            clause = _CLAUSE.search(self.text, begin, start) if begin == start - _QUOTE // 2 else None
            begin = clause.end() if clause is not None else begin
            limit = min(stop, begin + _QUOTE)
            tail = _CLAUSE.search(self.text, end, limit)
            last = end
            while tail is not None:
                last = tail.start()
                tail = _CLAUSE.search(self.text, tail.end(), limit)
            stop = max(last, end) if stop > limit else stop
        return self.printed[begin:stop]


def _counted(last: _Draft | None, numeral: Numeral, gap: str) -> int:
    """Return how much of ``gap`` is the noun after the count before: 19个内设机构、2个下属事业单位."""
    if last is None or last.numeral.sort != "count" or numeral.sort != "count":
        return 0
    label = last.subject.label
    return len(label) if gap.startswith(label) and _CHAIN.match(gap[len(label) :]) else 0


def _other_side(lead: str, current: Subject | None) -> str:
    """Return what 支出 alone means behind the income of a fund: 政府性基金预算财政拨款收入35万元，支出35万元."""
    if lead not in ("收入", "支出") or current is None or not current.label.endswith(("收入", "支出")):
        return ""
    stem, side = current.label[:-2], current.label[-2:]
    return stem + lead if stem and side != lead else ""


def _wide(text: str) -> str:
    """Return ``text`` with its stops in full width, character for character."""
    for narrow, wide in _STOPS:
        text = text.replace(narrow, wide)
    return text


def _last_clause(words: str) -> str:
    """Return what stands behind the last stop or comma."""
    last = _LAST_CLAUSE.match(words)
    return words if last is None else words[last.end() :]


def _classified(subject: Subject) -> bool:
    """Tell whether ``subject`` was named with its code or its levels, so that dated figures still belong to it."""
    return subject.code is not None or (subject.item and bool(subject.path))


def _wholes(drafts: list[_Draft]) -> list[_Draft]:
    """Return the figures of the line whose parts the sentence before lists (其中：…), all where it lists none."""
    if not drafts or not drafts[-1].subject.path:
        return drafts
    sentence = drafts[-1].sentence
    whole = next((draft.subject for draft in drafts if draft.sentence == sentence), None)
    if whole is None or whole.label not in drafts[-1].subject.path:
        return drafts
    return [draft for draft in drafts if draft.subject == whole]


def read(text: str, context: Context) -> Reading:
    """Read the figures of ``text``, the tidy stream of a portion (or of a cell) of the document."""
    if _DIGIT.search(text) is None:
        return _NOTHING
    return _Reader(text, context, _cues(context.taxonomy)).read()


_CUES: dict[int, tuple[Taxonomy, Cues]] = {}


def _cues(taxonomy: Taxonomy) -> Cues:
    """Return the patterns of a taxonomy, built once."""
    known = _CUES.get(id(taxonomy))
    if known is None or known[0] is not taxonomy:
        known = _CUES[id(taxonomy)] = (taxonomy, Cues(taxonomy))
    return known[1]
