# ruff: noqa: E501  Chinese counts double; cutting the wordings would hide what is printed
"""The layout held back from tuning: tables at the end as 附表, five parts, amounts without separators, 较上年 wordings.

After structure.md §2 (Sichuan), §7.1, §7.5 and §7.6. Do not look here while tuning a reader.
"""

from tests.generator.layouts import forms, tables
from tests.generator.layouts.hubei import cars, items
from tests.generator.layouts.tables import HAN
from tests.generator.ledger import Ledger
from tests.generator.paper import Document, Run, Sheet
from tests.generator.script import Script
from tests.generator.telling import Teller
from tests.generator.vocabulary import DEFINITIONS, DUTIES, PURPOSES, SOURCES, WORK

_SHEETS = (
    "收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表",
    "一般公共预算财政拨款基本支出决算表", "政府性基金预算财政拨款收入支出决算表", "国有资本经营预算财政拨款支出决算表",
    "财政拨款“三公”经费支出决算表",
)  # fmt: skip


def document(ledger: Ledger, *, published: str | None = None, line_differences: bool = False) -> Document:
    """Write the final accounts of ``ledger``; parameters as in the Hubei layout."""
    t = Teller(ledger, trims=False, groups=False, places=2, growths=("上升", "降低"))
    y, unit = ledger.year, ledger.unit
    word = "部门" if ledger.scope == "department" else "单位"
    s = Script(t, "sichuan", f"{y}年度{unit}{word}决算")
    s.line("title", s.title, kind="title")
    s.line("date", f"公开时间：{published or f'{y + 1}年9月20日'}", kind="date")
    s.line("toc", "目录", kind="toc")
    titles = (f"{word}概况", f"{y}年度{word}决算情况说明", "名词解释", "附件", "附表")
    for i, title in enumerate(titles):
        s.line(f"toc.{i}", f"第{HAN[i]}部分 {title}……{3 + 5 * i}", kind="toc")
    s.open("cover", f"第一部分 {word}概况", kind="part")
    s.open("duties", f"一、{word}职责")
    for i, duty in enumerate(DUTIES):
        s.line(f"duty.{i}", f"{('首先', '其次', '再次', '同时', '另外')[i]}，{duty}")
    s.open("organization", "二、机构设置")
    s.line("form", f"{unit}内设办公室、业务科、财务科，无下属独立核算机构。")
    s.open("cover", f"第二部分 {y}年度{word}决算情况说明", kind="part")
    _totals(s)
    _general(s, line_differences=line_differences)
    _three(s)
    _funds(s)
    _others(s)
    s.open("glossary", "第三部分 名词解释", kind="part")
    for i, (term, text) in enumerate(DEFINITIONS):
        s.line(f"term.{i}", f"{i + 1}.{term}：{text}")
    for i, code in enumerate(code for code in ledger.tree() if len(code) == 7):
        s.line(
            f"code.{code}",
            f"{len(DEFINITIONS) + 1 + i}.{t.name(code[:3])}（类）{t.name(code[:5])}（款）{t.name(code)}（项）：指用于{PURPOSES[code[:3]]}的支出。",
        )
    s.open("attachment", "第四部分 附件", kind="part")
    s.line("overall", f"附件1 {unit}{y}年整体支出绩效自评表", kind="caption")
    s.blocks.append(forms.form(t, 0, whole=True))
    for p, project in enumerate(ledger.projects):
        s.line(f"project.{p}", f"附件{p + 2} {project.name}绩效自评表", kind="caption")
        s.blocks.append(forms.form(t, p, whole=False))
    s.open("tables", "第五部分 附表", kind="part")
    _tables(s)
    return s.document()


def _tables(s: Script) -> None:
    t, unit = s.teller, s.teller.ledger.unit

    def tree(statement: str) -> Sheet:
        return tables.tree(t, statement, numbers=False, split=False, total_last=False)

    sheets = (
        tables.overall(t, numbers=False),
        tree("final.02"),
        tree("final.03"),
        tables.fiscal(t, numbers=False),
        tree("final.05"),
        tables.economic_tree(t, split=False),
        tree("final.07"),
        tree("final.08"),
        tables.three_rows(t),
    )
    for i, (sheet, title) in enumerate(zip(sheets, _SHEETS, strict=True)):
        after: tuple[str, ...] = ()
        if sheet.statement in ("final.07", "final.08") and not sheet.marks:
            after = ("本表为空表。",)
        s.table(sheet, before=(f"附表{i + 1}：{title}", f"公开单位：{unit}", "金额单位：万元"), after=after)


def _shares(t: Teller, named: tuple[tuple[str, str], ...], whole: str, base: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    for fact, label in named:
        if t.ledger.amount(fact):
            share = t.percent(f"{fact}.share", label, "share", t.ledger.amount(fact), t.ledger.amount(whole), base)
            runs += ["，" if runs else "", label, t.money(fact, label), "（占", share, "）"]
    return tuple(runs)


def _totals(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    reasons = t.ledger.reasons
    s.open("overall", "一、收入支出决算总体情况说明")
    s.line("total", f"{y}年度收、支总计均为{{}}，较上年{{}}。变动的主要原因是{{}}。",
           t.money("grand", "收、支总计"), t.move("grand", "收、支总计", lead="各"), reasons["grand"])  # fmt: skip
    s.open("income", "二、收入决算情况说明")
    named = (*((f"income.{id_}", label) for id_, label in SOURCES),)
    s.line("total", f"{y}年本年收入合计{{}}，较上年{{}}，其中：{{}}。",
           t.money("income", "本年收入合计"), t.move("income", "本年收入合计"), _shares(t, named, "income", "本年收入合计"))  # fmt: skip
    s.open("expenditure", "三、支出决算情况说明")
    s.line("total", f"{y}年本年支出合计{{}}，较上年{{}}，其中：{{}}。",
           t.money("expenditure", "本年支出合计"), t.move("expenditure", "本年支出合计"),
           _shares(t, (("basic", "基本支出"), ("project", "项目支出")), "expenditure", "本年支出合计"))  # fmt: skip
    s.open("appropriation", "四、财政拨款收入支出决算总体情况说明")
    s.line("total", f"{y}年财政拨款收、支总计均为{{}}，较上年{{}}，主要变动原因是{{}}。",
           t.money("fiscal.grand", "财政拨款收、支总计"), t.move("fiscal.grand", "财政拨款收、支总计", lead="各"),
           reasons["fiscal"])  # fmt: skip


def _general(s: Script, *, line_differences: bool) -> None:
    t, ledger = s.teller, s.teller.ledger
    y, label = ledger.year, "一般公共预算财政拨款支出"
    s.open("general.total", "五、一般公共预算财政拨款支出决算情况说明")
    s.sub("total", "（一）总体情况")
    s.line("total", f"{y}年{label}{{}}，占本年支出合计的{{}}。较上年{{}}，主要变动原因是{{}}。",
           t.money("general.spent", label),
           t.percent("general.spent.share", label, "share", ledger.amount("general.spent"), ledger.amount("expenditure"), "本年支出合计"),
           t.move("general.spent", label), ledger.reasons["general"])  # fmt: skip
    s.sub("structure", "（二）结构情况", section="general.structure")
    runs: list[Run] = []
    for code in (code for code in ledger.tree("general") if len(code) == 3):
        fact, name = f"line.{code}.general", t.name(code)
        share = t.percent(
            f"{fact}.share", name, "share", ledger.amount(fact), ledger.amount("general.spent"), label, code=code
        )
        runs += ["；" if runs else "", name, t.money(fact, name, code=code), "，占", share]
    s.line("classes", f"{y}年{label}{{}}，按功能分类：{{}}。", t.money("general.spent", label), tuple(runs))
    s.sub("items", "（三）具体情况", section="general.items")
    s.line("lead", f"{y}年{label}决算数为{{}}，完成预算{{}}。", t.money("general.spent", label),
           t.percent("general.completion", label, "completion", ledger.amount("general.spent"), ledger.amount("general.initial"), "年初预算"))  # fmt: skip
    for i, code in enumerate(code for code in ledger.tree("general") if len(code) == 7):
        fact, name = f"line.{code}.general", t.name(code)
        now, planned = ledger.amount(fact), ledger.amount(f"{fact}.initial")
        item: list[Run] = [f"{i + 1}.{t.name(code[:3])}（类）{t.name(code[:5])}（款）{name}（项）：年初预算"]
        item += [
            t.money(f"{fact}.initial", name, role="budget", code=code),
            "，支出决算为",
            t.money(fact, name, code=code),
        ]
        if planned:
            item += [
                "，完成预算",
                t.percent(f"{fact}.completion", name, "completion", now, planned, "年初预算", code=code),
            ]
        if line_differences and ledger.before and ledger.before.amount(fact):
            item += ["，较上年决算数", *t.move(fact, name, code=code)]
        if now != planned:
            item += ["，决算数与预算数有差异的主要原因是", ledger.reasons.get(code, ledger.reasons["shortfall"])]
        s.line(f"item.{code}", "{}。", tuple(item))
    s.open("basic", "六、一般公共预算财政拨款基本支出决算情况说明")
    s.line(
        "total",
        f"{y}年一般公共预算财政拨款基本支出{{}}，其中：",
        t.money("general.basic", "一般公共预算财政拨款基本支出"),
    )
    s.line(
        "personnel",
        "人员经费{}，主要包括：{}。",
        t.money("economic.personnel", "人员经费"),
        items(t, ("301", "303"), amounts=True),
    )
    s.line(
        "public",
        "公用经费{}，主要包括：{}。",
        t.money("economic.public", "公用经费"),
        items(t, ("302", "310"), amounts=True),
    )


def _three(s: Script) -> None:
    t, ledger = s.teller, s.teller.ledger
    y = ledger.year
    s.open("three_public", "七、财政拨款“三公”经费支出决算情况说明")
    s.sub("total", "（一）总体情况说明")
    s.line("total", f"{y}年“三公”经费财政拨款预算{{}}，支出决算为{{}}，完成预算{{}}，较上年{{}}。",
           t.money("three.budget.total", "“三公”经费", role="budget"), t.money("three.actual.total", "“三公”经费"),
           t.percent("three.total.completion", "“三公”经费", "completion", ledger.amount("three.actual.total"), ledger.amount("three.budget.total"), "全年预算"),
           t.move("three.actual.total", "“三公”经费"))  # fmt: skip
    s.sub("items", "（二）具体情况说明")
    named = (("abroad", "因公出国（境）经费"), ("cars", "公务用车购置及运行维护费"), ("reception", "公务接待费"))
    for i, (id_, name) in enumerate(named):
        share = t.percent(
            f"three.{id_}.share",
            name,
            "share",
            ledger.amount(f"three.actual.{id_}"),
            ledger.amount("three.actual.total"),
            "“三公”经费",
        )
        s.line(id_, f"{i + 1}.{name}支出决算{{}}，占{{}}。", t.money(f"three.actual.{id_}", name), share)
    s.line("visits", "全年国内公务接待{}，{}（不含陪同人员），共计支出{}。",
           t.count("visits.groups", "国内公务接待", "批次"), t.count("visits.people", "国内公务接待", "人次"),
           t.money("three.actual.reception.domestic", "国内公务接待"))  # fmt: skip


def _funds(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    s.open("fund", "八、政府性基金预算支出决算情况说明")
    if t.ledger.amount("fund.spent"):
        s.line("total", f"{y}年政府性基金预算财政拨款支出{{}}。", t.money("fund.spent", "本年支出"))
    else:
        s.line("none", f"{y}年未安排政府性基金预算财政拨款支出。")
    s.open("state_capital", "九、国有资本经营预算支出决算情况说明")
    if t.ledger.amount("capital.spent"):
        s.line("total", f"{y}年国有资本经营预算财政拨款支出{{}}。", t.money("capital.spent", "本年支出"))
    else:
        s.line("none", f"{y}年未安排国有资本经营预算财政拨款支出。")


def _others(s: Script) -> None:
    t, ledger = s.teller, s.teller.ledger
    y, unit = ledger.year, ledger.unit
    s.open("other", "十、其他重要事项的情况说明")
    s.sub("operating", "（一）机关运行经费支出情况", section="operating")
    s.line("total", f"{y}年，{unit}机关运行经费支出{{}}，比{y - 1}年{{}}，主要原因是{{}}。",
           t.money("operating.cost", "机关运行经费"), t.move("operating.cost", "机关运行经费"), ledger.reasons["operating"])  # fmt: skip
    s.sub("procurement", "（二）政府采购支出情况", section="procurement")
    s.line("total", f"{y}年，{unit}政府采购支出总额{{}}，其中：政府采购货物支出{{}}、政府采购工程支出{{}}、政府采购服务支出{{}}。授予中小企业合同金额{{}}，占政府采购支出总额的{{}}。",
           t.money("procure", "政府采购支出总额"), t.money("procure.goods", "政府采购货物支出"), t.money("procure.works", "政府采购工程支出"),
           t.money("procure.services", "政府采购服务支出"), t.money("procure.sme", "授予中小企业合同金额"),
           t.percent("procure.sme.share", "授予中小企业合同金额", "share", ledger.leaves["procure.sme"], ledger.amount("procure"), "政府采购支出总额"))  # fmt: skip
    s.sub("assets", "（三）国有资产占有使用情况", section="assets")
    s.line("total", f"截至{y}年12月31日，{unit}共有车辆{{}}，其中：{{}}。单价100万元以上设备（不含车辆）{{}}。",
           t.count("cars", "车辆", "辆"), cars(t), t.count("equipment", "单价100万元以上设备", "台（套）"))  # fmt: skip
    s.sub("performance", "（四）预算绩效管理情况", section="performance")
    n = len(ledger.projects)
    planned = sum(ledger.leaves[f"planned.{p}"] for p in range(n))
    s.line("management", f"根据预算绩效管理要求，本年对{{}}项目开展了绩效自评，涉及财政资金{{}}，自评结果已随{y}年度决算一并公开。",
           t.count("projects.number", "项目", "个", value=n), t.money("projects.planned", "财政资金", value=planned))  # fmt: skip
    s.sub("work", "（五）重点工作情况", section="work")
    for i in ledger.works:
        subject, verb, unit_, closing = WORK[i]
        s.line(f"work.{i}", f"在{subject}方面，{verb}{{}}，{closing}", t.count(f"work.{i}.done", verb, unit_))
