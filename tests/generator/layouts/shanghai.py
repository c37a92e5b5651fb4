# ruff: noqa: E501  Chinese counts double; cutting the wordings would hide what is printed
"""The Shanghai layout: tables without numbers, 三公 before the funds, codes in three cells, 合计 after all rows.

After structure.md §3 and §7.2.
"""

from tests.generator.layouts import forms, tables
from tests.generator.layouts.hubei import cars, items, parts
from tests.generator.layouts.tables import HAN
from tests.generator.ledger import Ledger
from tests.generator.paper import Document, Run, Sheet
from tests.generator.script import Script
from tests.generator.telling import Teller
from tests.generator.vocabulary import DEFINITIONS, DUTIES, PURPOSES, SOURCES, WORK

_TITLES = (
    "收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表",
    "一般公共预算财政拨款基本支出决算表", "财政拨款“三公”经费支出决算表", "政府性基金预算财政拨款收入支出决算表",
    "国有资本经营预算财政拨款支出决算表",
)  # fmt: skip
_CHAPTERS = (
    "收入支出决算总体情况说明", "收入决算情况说明", "支出决算情况说明", "财政拨款收入支出决算总体情况说明",
    "一般公共预算财政拨款支出决算情况说明", "一般公共预算财政拨款基本支出决算情况说明",
    "财政拨款“三公”经费支出决算情况说明", "政府性基金预算财政拨款收入支出决算情况说明",
    "国有资本经营预算财政拨款支出决算情况说明", "预算绩效管理情况说明", "其他重要事项情况说明",
)  # fmt: skip


def document(ledger: Ledger, *, published: str | None = None, line_differences: bool = False) -> Document:
    """Write the final accounts of ``ledger``; parameters as in the Hubei layout."""
    t = Teller(ledger, trims=False, groups=True, places=2)
    y, unit = ledger.year, ledger.unit
    word = "部门" if ledger.scope == "department" else "单位"
    s = Script(t, "shanghai", f"{unit}{y}年度{word}决算")
    s.line("title", s.title, kind="title")
    if published:
        s.line("date", published, kind="date")
    s.line("toc", "目  录", kind="toc")
    for i, title in enumerate((f"{unit}概况", f"{word}决算表", f"{word}决算情况说明", "名词解释", "附件")):
        s.line(f"toc.{i}", f"第{HAN[i]}部分 {title}", kind="toc")
    s.open("cover", f"第一部分 {unit}概况", kind="part")
    s.open("duties", "一、主要职能")
    s.line("lead", f"{unit}的主要职能包括：")
    for i, duty in enumerate(DUTIES):
        s.line(f"duty.{i}", f"（{HAN[i]}）{duty}")
    s.open("organization", "二、机构设置")
    s.line("form", f"{unit}设3个内设机构，包括：办公室、业务科、财务科。本{word}决算编报范围为{unit}本级。")
    s.open("tables", f"第二部分 {unit}{y}年度{word}决算表", kind="part")
    _tables(s)
    s.open("cover", f"第三部分 {unit}{y}年度{word}决算情况说明", kind="part")
    _totals(s)
    _general(s, line_differences=line_differences)
    _three(s)
    _funds(s)
    _performance(s)
    _others(s)
    s.open("glossary", "第四部分 名词解释", kind="part")
    for i, (term, text) in enumerate(DEFINITIONS):
        s.line(f"term.{i}", f"{HAN[i]}、{term}：{text}")
    s.open("attachment", "第五部分 附件", kind="part")
    for p, project in enumerate(ledger.projects):
        s.line(f"project.{p}", f"{project.name}支出绩效自评表", kind="caption")
        s.blocks.append(forms.form(t, p, whole=False))
    return s.document()


def _tables(s: Script) -> None:
    t = s.teller

    def tree(statement: str) -> Sheet:
        return tables.tree(t, statement, numbers=False, split=True, total_last=True)

    sheets = (
        tables.overall(t, numbers=False),
        tree("final.02"),
        tree("final.03"),
        tables.fiscal(t, numbers=False),
        tree("final.05"),
        tables.economic_tree(t, split=True),
        tables.three_pairs(t),
        tree("final.07"),
        tree("final.08"),
    )
    y, unit = t.ledger.year, t.ledger.unit
    for sheet, title in zip(sheets, _TITLES, strict=True):
        after: tuple[str, ...] = ()
        if sheet.statement == "final.07" and not t.ledger.amount("fund.spent"):
            after = (f"注：{unit}{y}年度无政府性基金预算财政拨款收入支出，故本表无数据。",)
        if sheet.statement == "final.08" and not t.ledger.amount("capital.spent"):
            after = (f"注：{unit}{y}年度无国有资本经营预算财政拨款支出，故本表无数据。",)
        s.table(sheet, before=(f"{y}年度{title}", f"编制单位：{unit}", "单位：万元"), after=after)


def _totals(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    reasons = t.ledger.reasons
    s.open("overall", f"一、{_CHAPTERS[0]}")
    s.line("total", f"{y}年度收入支出总计{{}}。与{y - 1}年度相比，收入支出总计{{}}。主要原因：{{}}。",
           t.money("grand", "收入支出总计"), t.move("grand", "收入支出总计"), reasons["grand"])  # fmt: skip
    s.open("income", f"二、{_CHAPTERS[1]}")
    named = (("fiscal.income", "财政拨款收入"), *((f"income.{id_}", label) for id_, label in SOURCES[3:]))
    s.line("total", "本年收入合计{}，其中：{}。",
           t.money("income", "本年收入合计"), parts(t, named, "income", "本年收入合计", "占"))  # fmt: skip
    s.open("expenditure", f"三、{_CHAPTERS[2]}")
    s.line("total", "本年支出合计{}，其中：{}。", t.money("expenditure", "本年支出合计"),
           parts(t, (("basic", "基本支出"), ("project", "项目支出")), "expenditure", "本年支出合计", "占"))  # fmt: skip
    s.open("appropriation", f"四、{_CHAPTERS[3]}")
    s.line("total", f"{y}年度财政拨款收入支出总计{{}}。与{y - 1}年度相比，财政拨款收入支出总计{{}}。主要原因：{{}}。",
           t.money("fiscal.grand", "财政拨款收入支出总计"), t.move("fiscal.grand", "财政拨款收入支出总计"),
           reasons["fiscal"])  # fmt: skip


def _general(s: Script, *, line_differences: bool) -> None:
    t, ledger = s.teller, s.teller.ledger
    y, label = ledger.year, "一般公共预算财政拨款支出"
    s.open("general.total", f"五、{_CHAPTERS[4]}")
    s.sub("total", "（一）一般公共预算财政拨款支出决算总体情况")
    s.line("total", f"{y}年度{label}{{}}，占本年支出合计的{{}}。与{y - 1}年度相比，{label}{{}}。主要原因：{{}}。",
           t.money("general.spent", label),
           t.percent("general.spent.share", label, "share", ledger.amount("general.spent"), ledger.amount("expenditure"), "本年支出合计"),
           t.move("general.spent", label), ledger.reasons["general"])  # fmt: skip
    s.sub("structure", "（二）一般公共预算财政拨款支出决算结构情况", section="general.structure")
    runs: list[Run] = []
    for code in (code for code in ledger.tree("general") if len(code) == 3):
        fact, name = f"line.{code}.general", t.name(code)
        share = t.percent(
            f"{fact}.share", name, "share", ledger.amount(fact), ledger.amount("general.spent"), label, code=code
        )
        runs += ["；" if runs else "", f"{name}（类）", t.money(fact, name, code=code), "，占", share]
    s.line("classes", f"{y}年度{label}{{}}，主要用于以下方面：{{}}。", t.money("general.spent", label), tuple(runs))
    s.sub("items", "（三）一般公共预算财政拨款支出决算具体情况", section="general.items")
    s.line("lead", f"{y}年度{label}年初预算为{{}}，支出决算为{{}}，完成年初预算的{{}}。其中：",
           t.money("general.initial", label, role="budget"), t.money("general.spent", label),
           t.percent("general.completion", label, "completion", ledger.amount("general.spent"),
                     ledger.amount("general.initial"), "年初预算"))  # fmt: skip
    for i, code in enumerate(code for code in ledger.tree("general") if len(code) == 7):
        _item(s, i, code, line_differences=line_differences)
    s.open("basic", f"六、{_CHAPTERS[5]}")
    s.line("total", f"{y}年度一般公共预算财政拨款基本支出{{}}，其中：人员经费{{}}，公用经费{{}}。",
           t.money("general.basic", "一般公共预算财政拨款基本支出"), t.money("economic.personnel", "人员经费"),
           t.money("economic.public", "公用经费"))  # fmt: skip
    s.line("personnel", "人员经费主要包括：{}。", items(t, ("301", "303")))
    s.line("public", "公用经费主要包括：{}。", items(t, ("302", "310")))


def _item(s: Script, i: int, code: str, *, line_differences: bool) -> None:
    t = s.teller
    fact, name = f"line.{code}.general", t.name(code)
    now, planned = t.ledger.amount(fact), t.ledger.amount(f"{fact}.initial")
    runs: list[Run] = [
        f"{i + 1}、{t.name(code[:3])}（类）{t.name(code[:5])}（款）{name}（项）。主要用于：{PURPOSES[code[:3]]}。年初预算为"
    ]
    runs += [
        t.money(f"{fact}.initial", name, role="budget", code=code),
        "，支出决算为",
        t.money(fact, name, code=code),
        "。",
    ]
    if line_differences and t.ledger.before and t.ledger.before.amount(fact):
        runs += [f"比{t.ledger.year - 1}年度决算数", *t.move(fact, name, code=code), "。"]
    if now == planned:
        runs.append("决算数同预算数持平。")
    else:
        side = "大于" if now > planned else "小于"
        runs += [f"决算数{side}预算数的主要原因：", t.ledger.reasons.get(code, t.ledger.reasons["shortfall"]), "。"]
    s.line(f"item.{code}", "{}", tuple(runs))


def _three(s: Script) -> None:
    t, ledger = s.teller, s.teller.ledger
    y = ledger.year
    s.open("three_public", f"七、{_CHAPTERS[6]}")
    s.sub("total", "（一）财政拨款“三公”经费支出决算总体情况")
    named = (("abroad", "因公出国（境）费"), ("cars", "公务用车购置及运行费"), ("reception", "公务接待费"))
    runs: list[Run] = []
    for id_, name in named:
        runs += ["；" if runs else "", f"{name}支出决算为", t.money(f"three.actual.{id_}", name)]
        budget = ledger.amount(f"three.budget.{id_}")
        if budget:
            rate = t.percent(
                f"three.{id_}.completion", name, "completion", ledger.amount(f"three.actual.{id_}"), budget, "年初预算"
            )
            runs += ["，完成预算的", rate]
    s.line("total", f"{y}年度财政拨款“三公”经费支出年初预算为{{}}，支出决算为{{}}，完成预算的{{}}，其中：{{}}。{y}年度“三公”经费支出决算数比{y - 1}年度{{}}。主要原因：{{}}。",
           t.money("three.initial.total", "“三公”经费", role="budget"), t.money("three.actual.total", "“三公”经费"),
           t.percent("three.total.completion", "“三公”经费", "completion", ledger.amount("three.actual.total"), ledger.amount("three.budget.total"), "年初预算"),
           tuple(runs), t.move("three.actual.total", "“三公”经费"), ledger.reasons["three"])  # fmt: skip
    s.sub("items", "（二）财政拨款“三公”经费支出决算具体情况")
    if not ledger.amount("three.actual.abroad"):
        s.line("abroad", f"1、因公出国（境）费。{y}年度无因公出国（境）安排。")
    else:
        s.line(
            "abroad",
            "1、因公出国（境）费{}。主要用于参加专业交流。",
            t.money("three.actual.abroad", "因公出国（境）费"),
        )
    s.line("cars", f"2、公务用车购置及运行费。其中：公务用车运行维护费{{}}，主要用于燃料、保险和维修。{y}年度，开支财政拨款的公务用车保有量为{{}}。",
           t.money("three.actual.running", "公务用车运行维护费"), t.count("three.fleet", "公务用车保有量", "辆"))  # fmt: skip
    s.line("reception", "3、公务接待费{}。其中：国内公务接待{}，{}，主要用于业务交流的接待。",
           t.money("three.actual.reception", "公务接待费"), t.count("visits.groups", "国内公务接待", "批次"),
           t.count("visits.people", "国内公务接待", "人次"))  # fmt: skip


def _funds(s: Script) -> None:
    t, y, unit = s.teller, s.teller.ledger.year, s.teller.ledger.unit
    s.open("fund", f"八、{_CHAPTERS[7]}")
    if t.ledger.amount("fund.spent"):
        s.line("total", f"{y}年度政府性基金预算财政拨款年初结转和结余{{}}，本年收入{{}}，本年支出{{}}，年末结转和结余{{}}。",
               t.money("fund.begin", "年初结转和结余"), t.money("income.fund", "本年收入"), t.money("fund.spent", "本年支出"),
               t.money("fund.end", "年末结转和结余"))  # fmt: skip
    else:
        s.line("none", f"{unit}{y}年度无政府性基金预算财政拨款收入支出。")
    s.open("state_capital", f"九、{_CHAPTERS[8]}")
    if t.ledger.amount("capital.spent"):
        s.line("total", f"{y}年度国有资本经营预算财政拨款支出{{}}。", t.money("capital.spent", "本年支出"))
    else:
        s.line("none", f"{unit}{y}年度无国有资本经营预算财政拨款支出。")


def _performance(s: Script) -> None:
    t, ledger = s.teller, s.teller.ledger
    s.open("performance", f"十、{_CHAPTERS[9]}")
    planned = sum(ledger.leaves[f"planned.{p}"] for p in range(len(ledger.projects)))
    n = len(ledger.projects)
    scores = [sum(ledger.score(p, i) for i in range(8)) for p in range(n)]
    good = sum(score >= 7600 for score in scores)
    s.line("management", f"{ledger.unit}在{ledger.year}年度预算管理中建立了事前评估、事中监控和事后自评的链条。编报绩效目标的项目{{}}，涉及预算金额{{}}；完成绩效自评的项目{{}}，绩效评级为“优”的项目{{}}、绩效评级为“良”的项目{{}}。",
           t.count("projects.goals", "编报绩效目标的项目", "个", value=n),
           t.money("projects.planned", "编报绩效目标的项目", role="budget", value=planned),
           t.count("projects.rated", "完成绩效自评的项目", "个", value=n),
           t.count("projects.good", "绩效评级为“优”的项目", "个", value=good),
           t.count("projects.fair", "绩效评级为“良”的项目", "个", value=n - good))  # fmt: skip


def _others(s: Script) -> None:
    t, ledger = s.teller, s.teller.ledger
    y, unit = ledger.year, ledger.unit
    s.open("other", f"十一、{_CHAPTERS[10]}")
    s.sub("operating", "（一）机关运行经费支出情况", section="operating")
    s.line("total", f"{y}年度机关运行经费支出{{}}，比{y - 1}年度{{}}。主要原因：{{}}。",
           t.money("operating.cost", "机关运行经费"), t.move("operating.cost", "机关运行经费"), ledger.reasons["operating"])  # fmt: skip
    s.sub("procurement", "（二）政府采购支出情况", section="procurement")
    s.line("total", f"{y}年度，{unit}政府采购金额（以合同签订为准）{{}}，其中：货物采购金额{{}}、工程采购金额{{}}、服务采购金额{{}}。面向中小企业采购金额{{}}，其中面向小微企业采购金额{{}}。",
           t.money("procure", "政府采购金额"), t.money("procure.goods", "货物采购金额"), t.money("procure.works", "工程采购金额"),
           t.money("procure.services", "服务采购金额"), t.money("procure.sme", "面向中小企业采购金额"),
           t.money("procure.micro", "面向小微企业采购金额"))  # fmt: skip
    s.sub("assets", "（三）国有资产占有使用情况", section="assets")
    s.line("total", f"截至{y}年12月31日，{unit}共有车辆{{}}，其中：{{}}。单价100万元（含）以上设备（不含车辆）{{}}。",
           t.count("cars", "车辆", "辆"), cars(t), t.count("equipment", "单价100万元（含）以上设备", "台（套）"))  # fmt: skip
    s.sub("work", "（四）年度重点工作开展情况", section="work")
    for n, i in enumerate(ledger.works):
        subject, verb, unit_, closing = WORK[i]
        s.line(f"work.{i}", f"{n + 1}、{subject}。全年{verb}{{}}，{closing}", t.count(f"work.{i}.done", verb, unit_))
