"""What the words before a numeral say it is: a role, its base, its direction, and the noun that remains."""

import re
from dataclasses import dataclass

from tracker.model import Role
from tracker.normalize.prose.numerals import Numeral
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.bases import Base

_SHARE = re.compile(
    r"占(?P<whole>[^占，。；]{0,40}?)(?:的)?(?:比例|比重|份额|百分比|比)?(?:分别)?(?:约|为|是|达到|达)*$"
)
_COMPLETION = re.compile(
    r"(?:完成(?!率|度|情况)|占)了?(?P<what>[^，。；]{0,40}?)(?:的|比例|进度)*(?:分别)?(?:约|为|是|达到|达)*$"
)
_EXECUTION = re.compile(
    r"(?P<what>(?:预算|支出|收入|资金|总|项目|全年|年度)*(?:执行率|执行进度|支出进度)|(?:预算|目标|任务|计划|目标任务)(?:总)?完成率)"
    r"(?:分别)?(?:约|为|是|达到|达)*$"
)
_PLANNED_TAIL = re.compile(
    r"(?:总额|总计|合计|指标|金额|经费|资金|额|数|安排|批复|下达)*(?:均|分别)?(?:约|为|是|共|达到|达|：|:)*$"
)
_ACTUAL_TAIL = re.compile(
    r"(?:(?:支出|收入)?决算数?(?:总额|总计|合计)?|(?:预算)?执行数|实际(?:支出|执行|完成|发生|使用|到位)(?:数|额|金额)?|实际完成值?|实现数)"
    r"(?:均|分别)?(?:约|为|是|共|达到|达|：|:)*$"
)
_GOAL_AFTER = re.compile(r"(?:的)?(?:年度|全年|年初|省|市|区|下达)*(?:目标|任务|计划)")
_GOAL_BEFORE = re.compile(
    r"(?:(?:年初|年度)?(?:目标值?|任务数?|计划数?)|达到了?(?:年初|年度)目标值?)(?:约|为|是|：|:)*$"
)
_COMPARES = re.compile(r"^(?:与|较|比|同|和|跟|于)|(?:相比|比较|相较|对比)$")
_BEFORE_BASE = re.compile(r"(?:与|较|比|同|和|跟|大于|小于|高于|低于|多于|少于|超过|超出)$")
_COMPARING = re.compile("[与较比同和跟于超]")
"""Every word of `_COMPARES` and `_BEFORE_BASE` holds one of these."""
_TOTAL = re.compile(r"总计|合计|总额")
_AT_LEAST = re.compile(r"(?:不低于|不少于|不超过|不高于|不小于|不大于)(?:约|为)?$")
_OTHER_YEAR = re.compile(r"^(?:(?P<year>(?:19|20)\d{2})年度?|上年度?|去年)(?:同期)?(?:均)?(?:为|是|数为)$")
_FROM = re.compile(r"(?:由|从)(?P<when>(?:19|20)\d{2}年度?|上年度?|去年)?的?$")
_TO = re.compile(
    r"^(?:增加|提高|提升|增长|上升|减少|降低|下降|压减|扩大|缩短|增|升|降|减)(?:到|至|为)了?(?:(?:19|20)\d{2}年度?)?的?$"
)
_HANDED_DOWN = re.compile(r"(?:下达|批复|核定|追加|核准|涉及)$")
_ABOVE = re.compile(r"(?P<word>大于|小于|高于|低于|多于|少于|超过|超出|超)$")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_SPENT_TOTAL = re.compile(r"(?P<side>支出|收入)?决算数?(?P<total>总额|总计|合计)")
_AMOUNT_BEFORE = re.compile(r"(?:与|较|比|同)[^，。；]{2,16}?(?:数|额|为|的)?")
_OF_PLAN = re.compile(r"(?:为|是|达到?|相当于)(?P<what>[^，。；为]{0,8}?(?:预算|计划|目标|任务)数?)的(?:约|为)?$")
_SCORE_ALONE = re.compile(r"[）)]?得分(?:为|：|:)?")
_COMPARED_WITH = re.compile(r"(?:与|较|比|同)(?:(?:19|20)\d{2}年度?|[本当]年度?)?$")
_OF_LAST_YEAR = re.compile(r"[（(]*(?:上年|去年)(?!度?(?:财政拨款)?(?:结转|结余))")
_SCORE = re.compile(r"(?:得分|评分|总分|分数|分值)(?:约|为|是|达到|达|：|:)*$")


_MOVES = ("增加", "减少", "压减", "调增", "调减", "核减", "压缩", "节约")
_MOVABLE = r"[\u4e00-\u9fff、]{0,14}(?:支出|经费|预算|费用|费|资金|工资|补贴|补助|拨款|收入|缴费|年金)"
"""What is moved by an amount that stands after it: 减少部门支出1,653万元."""
_IMPROVES = frozenset(("提升", "提高"))
_MEASURED = re.compile(r"[较比与]|(?:费用?|支出|收入|预算|标准|资金|工资|补贴|[总余定]?额|数|均|水平|基数)$")


def _improves(match: re.Match[str], lead: str, numeral: Numeral) -> bool:
    """Tell whether a word of direction ends the name of something paid for: 支持商业服务能力提升80.00万元."""
    return match["word"] in _IMPROVES and numeral.sort == "money" and not _MEASURED.search(lead[: match.start()])


@dataclass(frozen=True, slots=True)
class Cue:
    """``role`` of a numeral; ``base`` where the words name one; ``whole`` of a share as printed; ``sign`` of a
    direction word (0: 增加（减少）, the number's own); ``rest`` the lead without the words of the role; ``phrase``
    the words that named the role where they can serve as a label (预算安排); ``total`` the 总计 after 预算;
    ``leans``: without a noun of its own it is of what was spoken of before (提高到98%)."""

    role: Role
    rest: str
    base: Base | None = None
    whole: str | None = None
    sign: int | None = None
    phrase: str = ""
    total: str = ""
    leans: bool = False


def _moved(lead: str, year: int | None) -> Cue | None:
    """Read 由2022年的a件降至2023年的b件: the amount of last year, then this year's."""
    if _TO.match(lead) is not None:
        return Cue("actual", "", leans=True)
    match = _FROM.search(lead)
    if match is None or not lead[: match.start()]:
        return None
    when = match["when"] or ""
    printed = _YEAR.search(when)
    last = when[:1] in ("上", "去") or (printed is not None and year is not None and int(printed[0]) == year - 1)
    return Cue("prior" if last else "actual", lead[: match.start()], phrase=when if last else "")


class Cues:
    """The patterns, built once for a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        """Build the pattern of direction words, the longest first."""
        self._bases = taxonomy.bases
        self._directions = taxonomy.prose.directions
        words = "|".join(re.escape(w) for w in sorted(self._directions, key=lambda w: (-len(w), w)))
        self._change = re.compile(
            rf"(?<![新稳促保])(?P<word>{words})(?:[（(](?P<residue>{words})[)）])?(?:了|额|数|金额|幅度|比例|率|各|分别|共)*(?:约|为|是|达到|达|：|:)*$"
        )
        moved = "|".join(w for w in _MOVES if w in self._directions)
        self._moves = re.compile(
            rf"(?:^|[一二三四五六七八九]是|[相因]应|素|共|约|需|将|[较比]上年度?|[较比]去年)(?P<word>{moved})了?(?P<noun>{_MOVABLE})(?:共计|合计|约|共)?$"
        )

    def read(self, lead: str, numeral: Numeral, following: str, year: int | None) -> Cue:
        """Read what ``lead`` says of ``numeral``; ``following`` are the words after it."""
        if numeral.sort in ("rate", "points"):
            return self._rate(lead, year)
        return self._amount(lead, numeral, following, year)

    def compares(self, text: str, year: int | None) -> Base | None:
        """Return the base that the last comparison in ``text`` names (与2022年度相比, 较上年, 大于年初预算数)."""
        found: Base | None = None
        if _COMPARING.search(text) is None:
            return None
        for match in self._bases.anywhere.finditer(text):
            if _COMPARES.search(match[0]) or _BEFORE_BASE.search(text[: match.start()]) or match[0] == "同比":
                found = self._base(match, year)
        return found

    def mentions(self, text: str) -> Base | None:
        """Return the base that ``text`` names last, compared with or not."""
        found = self._bases.last(text)
        return found[0] if found is not None else None

    def _base(self, match: re.Match[str], year: int | None) -> Base:
        """Return the base of a phrase. The document's own year before 预算 is no other year: 2023年预算安排."""
        name = match.lastgroup
        if name in ("prior_budget", "prior_execution") and (printed := _YEAR.search(match[0])) is not None:
            own = "initial_budget" if "年初" in match[0] else "budget"
            name = own if year is not None and int(printed[0]) == year else name
        return next(entry for entry in self._bases.entries if entry.id == name)

    def _rate(self, lead: str, year: int | None) -> Cue:
        if (cue := _moved(lead, year)) is not None:
            return cue
        if (match := _AT_LEAST.search(lead)) is not None:
            return Cue("target", lead[: match.start()])
        if (match := self._change.search(lead)) is not None:
            return self._changed(lead, match, "percent", year)
        if (match := _EXECUTION.search(lead)) is not None:
            return Cue("completion", lead[: match.start()], None, phrase=match[0])
        if (match := _COMPLETION.search(lead)) is not None and lead[match.start()] == "完":
            return Cue("completion", lead[: match.start()], self.mentions(match["what"]))
        if (match := _OF_PLAN.search(lead)) is not None:
            return Cue("completion", lead[: match.start()], self.mentions(match["what"]))
        if (match := _SHARE.search(lead)) is not None:
            whole = match["whole"]
            if (base := self.mentions(whole)) is not None and base.id in ("initial_budget", "full_budget", "target"):
                return Cue("completion", lead[: match.start()], base)
            return Cue("share", lead[: match.start()], whole=whole)
        if (match := _GOAL_BEFORE.search(lead)) is not None:
            return Cue("target", lead[: match.start()])
        return Cue("actual", lead)

    def _changed(self, lead: str, match: re.Match[str], role: Role, year: int | None) -> Cue:
        sign = 0 if match["residue"] else self._directions[match["word"]]
        rest = lead[: match.start()]
        base: Base | None = None
        for found in self._bases.anywhere.finditer(rest):
            if _COMPARES.search(found[0]) or found[0] == "同比":
                base = self._base(found, year)
                # The noun stands after (与上年相比收支总计减少) or before the comparison (经费比年初预算数增加).
                noun = rest[found.end() :].strip("，,各均")
                return Cue(role, noun or rest[: found.start()], base, sign=sign)
        return Cue(role, rest, base, sign=sign)

    def _amount(self, lead: str, numeral: Numeral, following: str, year: int | None) -> Cue:
        if numeral.unit == "分" and lead.endswith(("（", "(")) and following[:1] in ("）", ")"):
            return Cue("weight", lead[:-1])
        if _SCORE_ALONE.fullmatch(lead):
            return Cue("score", "", leans=True)
        if numeral.sort == "score" or _SCORE.search(lead):
            return Cue("score", lead)
        if lead.endswith("完成") and _GOAL_AFTER.match(following):
            return Cue("target", lead.removesuffix("完成"))
        if (cue := _moved(lead, year)) is not None:
            return cue
        if (match := _AT_LEAST.search(lead)) is not None:
            return Cue("target", lead[: match.start()])
        if (match := self._change.search(lead)) is not None and not _improves(match, lead, numeral):
            return self._changed(lead, match, "delta", year)
        if numeral.sort == "money" and (match := self._moves.search(lead)) is not None:
            return Cue("delta", match["noun"], self.compares(lead, year), sign=self._directions[match["word"]])
        if (match := _OTHER_YEAR.match(lead)) is not None and (
            match["year"] is None or (year is not None and int(match["year"]) == year - 1)
        ):
            return Cue("prior", "", phrase=lead)
        if (match := _GOAL_BEFORE.search(lead)) is not None:
            return Cue("target", lead[: match.start()])
        found = self._bases.last(lead)
        if found is not None:
            base, start, end = found
            if (
                base.id in ("prior_budget", "prior_execution")
                and (printed := _YEAR.search(lead[start:end])) is not None
            ):
                own = "initial_budget" if "年初" in lead[start:end] else "budget"
                if year is not None and int(printed[0]) == year:
                    base = next(entry for entry in self._bases.entries if entry.id == own)
            tail = lead[end:]
            if base.id.startswith("prior") and _AMOUNT_BEFORE.fullmatch(lead[start:]) is not None:
                printed = _YEAR.search(lead[start:end])
                if printed is None or (year is not None and int(printed[0]) == year - 1):
                    # 比2022年决算数a万元增加b万元: last year's amount of the line that is compared with it.
                    return Cue("prior", "", base, phrase=lead[start:], leans=True)
            above = _ABOVE.search(lead[:start]) or _ABOVE.match(lead[start:end].removesuffix("于"))
            if above is None and lead[start : start + 1] == "于":
                above = _ABOVE.search(lead[: start + 1])
            if above is not None and _PLANNED_TAIL.match(tail):
                return Cue("delta", lead[: above.start()], base, sign=self._directions.get(above["word"], 1))
            if (
                base.id.startswith("prior")
                and not _COMPARES.search(lead[start:end])
                and self._is_prior(lead[start:], year)
            ):
                return Cue("prior", lead[:start], base, phrase=lead[start:end])
            if _PLANNED_TAIL.match(tail) and base.id in ("initial_budget", "full_budget", "budget", "prior_budget"):
                if _HANDED_DOWN.search(lead[:start]):
                    return Cue("budget", lead, base)
                rest = "" if _YEAR.search(lead[start:end]) else lead[:start]
                total = _TOTAL.search(lead, start)
                if total is not None and rest:
                    # 收入、支出预算总计 is the total of 收入、支出, said of the budget.
                    return Cue("budget", rest, base, phrase=lead[start:], total=total[0])
                # 比2022年年初预算数a万元减少b万元: the budget of the line whose amount is compared with it.
                compared = lead[start] in "与较比同" or _COMPARED_WITH.search(lead[:start]) is not None
                return Cue("budget", rest, base, phrase=lead[start:], leans=compared)
        if _OF_LAST_YEAR.match(lead):
            return Cue("prior", lead.lstrip("（(")[2:], phrase="上年")
        if (match := _ACTUAL_TAIL.search(lead)) is not None:
            whole = _SPENT_TOTAL.match(match[0])
            if whole is not None:
                # 收入、支出决算总计 is the total of 收入、支出, said of the final accounts.
                side = whole["side"] or ""
                rest = lead[: match.start()] + side
                return Cue("actual", rest, phrase=match[0].removeprefix(side), total=whole["total"])
            return Cue("actual", lead[: match.start()], phrase=match[0])
        return Cue("actual", lead)

    def _is_prior(self, phrase: str, year: int | None) -> bool:
        """Tell whether a phrase that names another year's amount ends the lead: 上年决算数为, 2024年预算执行数为."""
        if not re.search(r"(?:数|额|支出|收入|预算|决算|安排|数为|为|是)$", phrase):
            return False
        printed = re.search(r"(?:19|20)\d{2}", phrase)
        return printed is None or (year is not None and int(printed[0]) == year - 1)
