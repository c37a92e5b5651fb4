"""The noun before a numeral: what is counted, free of dates, list numbers, verbs and the words of its role."""

import re

_THROUGH_DATE = re.compile(
    r"^.*(?:19|20)\d{2}(?:学年|年度|年(?:末|底|初)?)(?:\d{1,2}(?:[-—–~～至]\d{1,2})?月(?:末|底|份|\d{1,2}日)?)?(?:相比|比较)?"
)
_DATE_INSIDE = re.compile(r"(?<=的)(?:19|20)\d{2}年度?")
_THROUGH_HAVING = re.compile(r"^.*(?:共有(?=.)|涉及(?=.{2,}))")
_THROUGH_HEADING = re.compile(
    r"^.*(?:情况说明|总体情况|结构情况|具体情况|支出情况|收支情况|占用情况|使用情况|管理情况|工作情况|设置情况|指标分析|完成情况)"
)
_THROUGH_REASON = re.compile(r"^.*(?:原因(?:是|为|：|:)?|是?因为|由于)")
_THROUGH_NUMBER = re.compile(
    r"^.*(?<![\d.])(?:\d{1,2}[.．、](?!\d)|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[①-⑳])"
)
_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}(?:是|、)|(?:首先|其次|再次|同时|此外|另外|目前|其中|以及|并且|并))"
)
_VERBS = (
    "举办|开展|发布|出台|形成|办理|发放|完成|涉及|提供|接待|受理|参加|代办|代缴|代办|推进|落实|收集|实现|提高|清理|处理|解决|建立|整理|补签|追讨|追回|申请|引进|引导|"
    "举行|召开|编印|印发|检查|走访|新建|改造|实施|组织|培训|拟采购|拟购买"
)
_HEAD = re.compile(
    r"^(?:[、，,和及与:：.．”》〉\]】）)]+|(?:本年度|本年|当年|全年|年末(?!结转|结余)|年内|全市|全区|全县|全省|我市|我区|我省|我县|今年|共计|累计|"
    r"共有|共(?!性|同|享|和|青|产)|各类|各项|均|也|已经|已|分别|约|其中|具体(?:是|包括)?|包括|实际|拟安排|预计|主要用于|用于|主要是|主要(?!领导|负责|经济|指标)|通过|则|(?:全年)?支出涉及|(?:单位|部门)(?!价值|预算|决算|缴|职工|收入|支出|补助|本级|整体|负责|自评)|(?:认真|积极|妥善|高效|全面|扎实|大力|持续|深入|切实|严格|精心|进一步|及时|累计)|"
    r"项目支出主要用于|本单位|本部门|我单位|我部门|我局|我中心|我委|该单位|开支财政拨款的|"
    r"含(?=[^，]{2,}(?:支出|费|收入)$)|的|(?:组织)?对(?!附属)|将|把|为)(?=.))"
)
# What was done for whom: 为企业引进各类技能人才, 退捕渔民发放养老保险补贴.
_THROUGH_VERB = re.compile(
    r"^(?:.{0,8}?(?:为|对|与|向|给|协助|帮助)[^，]{1,14}?(?:引进|发放|提供|开展|办理|代办|代缴|追讨回?|追回|举办|推荐|安排|落实|缴纳)"
    r"|.{0,14}?(?:发放|追讨回|补发))(?:各类|了|各项)?(?=.{2,})"
)
_VERB = re.compile(rf"^(?:{_VERBS})了?(?!费|经费|支出|人|次|数|金|率|量|面|任务|工作)(?=.{{3,}})")
_TAIL = re.compile(
    r"(?:均为|分别为|分别|约为|达到了?|高达|(?<!下|送|传|到)达|为|是|约|共计|共有|共|有|各|(?<!户|日|人|年|月|平)均|由|从|的|至|到|决算数|(?<=支出)决算|(?<=收入)决算|累计|总共|每人每月|每月|每年|每人|每|了|在|：|:|金额(?=$)|[“‘（(《、，,])$"
)
_TAIL_KEPT = re.compile(r"(?:合同金额|成交金额|采购金额|支出金额|资金金额|总金额|涉案金额|调解金额|预算金额|金额)$")
_VERB_END = re.compile(
    r"(?:^|了|后|前|内|中|将|对|为|把|设|有|与|和|及|在|由|以|给|向|从|每|各|其|该|等|上|区内|[一二三四五六七八九十两]批|首批|"
    r"下发|引进|引导|涉及|调研|走访|抽调|组织|举办|开展|建立|形成|完成|实现|提供|办理|发放|新增|下属|包括|其中包括|帮助|服务|培训|解决|推动|出台|印发|制定|整治|整改|拦截|发现|收集|吸纳|安置|招聘|招录|引入|打造|建成|新建|覆盖|惠及|配备|选派|评选|处理|化解|查处|检查|追回|接待|参加|征集|选取|抽取|编制|设立|设置|建设|购置|更新|处置|报废|调出|调入|退休|增加|减少|统一|延伸|纳入|辖区|辖)$"
)
_NOUN_AFTER = re.compile(
    r"(?!全部|全|重新|导致|均|已|以|并|且|开展|进行|实现|到|达|占|比|较|等|左右|之|至|，|的$)(?:的)?"
    r"(?P<noun>(?![（()）])[“\"「]?[\u4e00-\u9fff（）()“”\"]{1,18}?)"
    r"(?=[，。；、：,;:！？?!）)]|$|\d|(?:开展|进行|实现|延伸|纳入|发放|追讨|导致|全部|重新|实行|参与|参加|完成|达到|待遇重核|给予|提供|共|涉及|等|的|及|和|与|至|到|在|已|均|从|向|为|被|将))"
)
_EMPTY = re.compile(
    r"^(?:计|支出|收入|项目|完成|新增|累计|提高|提升|上升|下降|增加|减少|增长|降低|扩大|不|决算|预算|决算数|预算数|科目|费用|资金安排|支出合计|预算支出|预算支出合计|支出预算|数|额|经费安排|实际|其|较|比|总额|当年|情况|本项|该项|此项|主要|上述|单位|部门|本单位|本部门|我单位|学校|增减相抵|增减相抵后|相抵后|本年|年度|全年)$"
)
MAX = 48
"""Longest lead that is looked at: a noun is shorter, and reading stays linear in a text without punctuation."""


def clean(lead: str) -> str:
    """Return the noun in ``lead``, the words between the last stop and the numeral; "" where it holds none."""
    noun = lead[-160:]
    noun = _THROUGH_REASON.sub("", noun)
    noun = _THROUGH_HEADING.sub("", noun)
    noun = _THROUGH_DATE.sub("", _DATE_INSIDE.sub("", noun))
    noun = _THROUGH_HAVING.sub("", noun)
    noun = _THROUGH_NUMBER.sub("", noun)
    opened = max(noun.rfind("（"), noun.rfind("("))
    if opened >= 0 and not re.search(r"[)）]", noun[opened:]):
        noun = noun[opened + 1 :]
    noun = _ORDINAL.sub("", noun)
    noun = _THROUGH_VERB.sub("", noun)
    verbs = 2
    for _ in range(8):
        shorter = _HEAD.sub("", noun, count=1)
        if shorter == noun and verbs:
            shorter, verbs = _VERB.sub("", noun, count=1), verbs - 1
        if not _TAIL_KEPT.search(shorter):
            shorter = _TAIL.sub("", shorter)
        if shorter == noun:
            break
        noun = shorter
    noun = noun.lstrip("0123456789-—–.%").strip("。；;、，,:：.．")
    return "" if _EMPTY.match(noun) else noun[-MAX:]


def after(text: str, at: int, lead: str) -> str:
    """Return the noun that follows a numeral where the words before it hold none of their own (1个二级项目)."""
    if lead and not _VERB_END.search(lead):
        return ""
    match = _NOUN_AFTER.match(text, at)
    return match["noun"].strip('“”"「') if match is not None else ""
