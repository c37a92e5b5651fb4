# ruff: noqa: E501  Chinese counts double; cutting the wordings would hide what is printed
"""The Hubei layout: numbered tables 公开 0N 表 with 行次, 栏次 and printed formulas, six parts, 三公 as ninth table.

After structure.md §3 and §7.1.
"""

from tests.generator.layouts import forms, tables
from tests.generator.layouts.tables import HAN, three_blocks
from tests.generator.ledger import CARS, Ledger
from tests.generator.paper import Document, Mark, Run, Sheet
from tests.generator.script import Script
from tests.generator.telling import Teller
from tests.generator.vocabulary import DEFINITIONS, DUTIES, ECONOMIC, ECONOMIC_NAMES, PURPOSES, SOURCES, WORK

_TITLES = (
    "收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表",
    "一般公共预算财政拨款基本支出决算明细表", "政府性基金预算财政拨款收入支出决算表", "国有资本经营预算财政拨款支出决算表",
    "财政拨款“三公”经费支出决算表",
)  # fmt: skip
_NOTES: tuple[tuple[str, ...], ...] = (
    ("注：本表反映本年度的总收支和年末结转结余情况。", "27 行 = (1+2+3+4+5+6+7+8) 行； 31 行 = (27+28+29) 行；",
     "58 行 = (32+33+...+57) 行； 62 行 = (58+59+60) 行。"),
    ("注：本表反映本年度取得的各项收入情况。", "1 栏各行 = (2+3+4+5+6+7) 栏各行。"),
    ("注：本表反映本年度各项支出情况。", "1 栏各行 = (2+3+4+5+6) 栏各行。"),
    ("注：本表反映本年度三类财政拨款的总收支和年末结转结余情况。", "27 行 = (1+2+3) 行；28 行 = (29+30+31) 行；32 行 = (27+28) 行；",
     "59 行 = (33+34+...+58) 行；64 行 = (59+60) 行。"),
    ("注：本表反映本年度一般公共预算财政拨款支出情况。", "1 栏各行 = (2+3) 栏各行。"),
    ("注：本表反映本年度一般公共预算财政拨款基本支出明细情况。",),
    ("注：本表反映本年度政府性基金预算财政拨款收入、支出及结转和结余情况。", "6 栏各行 = (1+2-3) 栏各行；3 栏各行 = (4+5) 栏各行。"),
    ("注：本表反映本年度国有资本经营预算财政拨款支出情况。", "1 栏各行 = (2+3) 栏各行。"),
    ("注：本表反映本年度财政拨款“三公”经费支出预决算情况。其中，预算数为全年预算数，决算数包括以前年度结转资金安排的支出。",
     "1 栏 = (2+3+6) 栏；3 栏 = (4+5) 栏；7 栏 = (8+9+12) 栏；9 栏 = (10+11) 栏。"),
)  # fmt: skip
_CHAPTERS = (
    "收入支出决算总体情况说明", "收入决算情况说明", "支出决算情况说明", "财政拨款收入支出决算总体情况说明",
    "一般公共预算财政拨款支出决算情况说明", "一般公共预算财政拨款基本支出决算情况说明",
    "政府性基金预算财政拨款收入支出决算情况说明", "国有资本经营预算财政拨款支出决算情况说明",
    "财政拨款“三公”经费支出决算情况说明", "机关运行经费支出说明", "政府采购支出说明", "国有资产占用情况说明", "预算绩效情况说明",
)  # fmt: skip


def document(ledger: Ledger, *, published: str | None = None, line_differences: bool = False) -> Document:
    """Write the final accounts of ``ledger``. ``published`` is the printed date (default 9月28日 of the next year);
    ``line_differences`` says each line's difference to last year."""
    t = Teller(ledger, trims=True, groups=True, places=1)
    y, unit = ledger.year, ledger.unit
    word = "部门" if ledger.scope == "department" else "单位"
    s = Script(t, "hubei", f"{y}年度{unit}{word}决算公开")
    s.line("title", s.title, kind="title")
    s.line("date", published or f"{y + 1}年9月28日", kind="date")
    _contents(s, word)
    s.open("cover", f"第一部分 {unit}概况", kind="part")
    s.open("duties", f"一、{word}主要职责")
    for i, duty in enumerate(DUTIES):
        s.line(f"duty.{i}", f"{i + 1}. {duty}")
    s.open("organization", "二、机构设置情况")
    s.line("form", f"从{word}构成看，{unit}{word}决算由纳入独立核算的本级决算组成，内设办公室、业务科和财务科。")
    s.open("tables", f"第二部分 {unit}{y}年度{word}决算表", kind="part")
    _tables(s)
    s.open("cover", f"第三部分 {unit}{y}年度{word}决算情况说明", kind="part")
    _totals(s)
    _appropriation(s)
    _general(s, line_differences=line_differences)
    _basic(s)
    _funds(s)
    _three(s)
    _operating(s)
    _performance(s)
    s.open("work", f"第四部分 {y}年度重点工作完成情况", kind="part")
    _work(s)
    s.open("glossary", "第五部分 名词解释", kind="part")
    _glossary(s)
    s.open("attachment", "第六部分 附件", kind="part")
    _forms(s)
    return s.document()


def _contents(s: Script, word: str) -> None:
    unit, y = s.teller.ledger.unit, s.teller.ledger.year
    s.line("toc", "目 录", kind="toc")
    lines = [f"第一部分 {unit}概况", f"一、{word}主要职责", "二、机构设置情况", f"第二部分 {unit}{y}年度{word}决算表"]
    lines += [f"{HAN[i]}、{title}" for i, title in enumerate(_TITLES)]
    lines.append(f"第三部分 {unit}{y}年度{word}决算情况说明")
    lines += [f"{HAN[i]}、{title}" for i, title in enumerate(_CHAPTERS)]
    lines += [f"第四部分 {y}年度重点工作完成情况", "第五部分 名词解释", "第六部分 附件"]
    for i, text in enumerate(lines):
        s.line(f"toc.{i}", text, kind="toc")


def _tables(s: Script) -> None:
    t = s.teller
    sheets: tuple[Sheet, ...] = (
        tables.overall(t, numbers=True),
        tables.tree(t, "final.02", numbers=True, split=False, total_last=False),
        tables.tree(t, "final.03", numbers=True, split=False, total_last=False),
        tables.fiscal(t, numbers=True),
        tables.tree(t, "final.05", numbers=True, split=False, total_last=False, wide_name=True, year_group="本年支出"),
        tables.economic_groups(t),
        tables.tree(t, "final.07", numbers=True, split=False, total_last=False),
        tables.tree(t, "final.08", numbers=True, split=False, total_last=False, year_group="本年支出"),
        three_blocks(t, numbers=True),
    )
    y, unit = t.ledger.year, t.ledger.unit
    for i, (sheet, title, notes) in enumerate(zip(sheets, _TITLES, _NOTES, strict=True)):
        extra: tuple[str, ...] = ()
        if sheet.statement == "final.07" and not t.ledger.amount("fund.spent"):
            extra = (f"{unit}当年无政府性基金预算财政拨款收入支出。",)
        if sheet.statement == "final.08" and not t.ledger.amount("capital.spent"):
            extra = (f"{unit}当年无国有资本经营预算财政拨款支出。",)
        captions = (f"{y} 年度{title}", f"公开 0{i + 1} 表", f"单位：{unit}", "单位：万元")
        s.table(sheet, before=captions, after=(*notes, *extra))


def _totals(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    reasons = t.ledger.reasons
    s.open("overall", f"一、{_CHAPTERS[0]}")
    s.line("total", f"{y}年度收、支总计{{}}。与{y - 1}年度相比，收、支总计{{}}，主要原因是{{}}。",
           t.money("grand", "收、支总计"), t.move("grand", "收、支总计", lead="各"), reasons["grand"])  # fmt: skip
    s.line("picture", "图1：收、支决算总计变动情况")
    s.open("income", f"二、{_CHAPTERS[1]}")
    s.line("total", f"{y}年度收入合计{{}}，与{y - 1}年度相比，收入合计{{}}，主要原因是{{}}。其中：{{}}。",
           t.money("income", "收入合计"), t.move("income", "收入合计"), reasons["income"], _income_parts(t))  # fmt: skip
    s.line("picture", "图2：收入决算结构")
    s.open("expenditure", f"三、{_CHAPTERS[2]}")
    s.line("total", f"{y}年度支出合计{{}}，与{y - 1}年度相比，支出合计{{}}，主要原因是{{}}。其中：{{}}。",
           t.money("expenditure", "支出合计"), t.move("expenditure", "支出合计"), reasons["expenditure"],
           parts(t, (("basic", "基本支出"), ("project", "项目支出")), "expenditure", "本年支出", "占本年支出"))  # fmt: skip
    s.line("picture", "图3：支出决算结构")


def parts(
    t: Teller, named: tuple[tuple[str, str], ...], whole: str, base: str, lead: str, between: str = "；"
) -> tuple[Run, ...]:
    """``基本支出1.00万元，占本年支出97.9%；…`` for those that are not zero."""
    runs: list[Run] = []
    for fact, label in named:
        if not t.ledger.amount(fact):
            continue
        share = t.percent(f"{fact}.share", label, "share", t.ledger.amount(fact), t.ledger.amount(whole), base)
        runs += [between if runs else "", label, t.money(fact, label), f"，{lead}", share]
    return tuple(runs)


def _income_parts(t: Teller) -> tuple[Run, ...]:
    named = (("fiscal.income", "财政拨款收入"), *((f"income.{id_}", label) for id_, label in SOURCES[3:]))
    return parts(t, named, "income", "本年收入", "占本年收入")


def _appropriation(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    s.open("appropriation", f"四、{_CHAPTERS[3]}")
    s.line("total", f"{y}年度财政拨款收、支总计{{}}。与{y - 1}年度相比，财政拨款收、支总计{{}}。主要原因是{{}}。",
           t.money("fiscal.grand", "财政拨款收、支总计"), t.move("fiscal.grand", "财政拨款收、支总计", lead="各"),
           t.ledger.reasons["fiscal"])  # fmt: skip
    runs: list[Run] = []
    for id_, label in SOURCES[:3]:
        fact = f"income.{id_}"
        if t.ledger.amount(fact):
            runs += [label, t.money(fact, label), f"，比{y - 1}年度决算数"]
            runs += [*t.move(fact, label, with_percent=False), "。"]
    direction = t.directions[not t.ledger.growth]
    s.line(
        "funds",
        f"{y}年度财政拨款收入中，{{}}{direction}主要原因是{{}}。",
        tuple(runs),
        t.ledger.reasons["income.general"],
    )


def _general(s: Script, *, line_differences: bool) -> None:
    t, y = s.teller, s.teller.ledger.year
    ledger = t.ledger
    label = "一般公共预算财政拨款支出"
    s.open("general.total", f"五、{_CHAPTERS[4]}")
    s.sub("total", "（一）一般公共预算财政拨款支出决算总体情况")
    s.line("total", f"{y}年度{label}{{}}，占本年支出合计的{{}}。与{y - 1}年度相比，{label}{{}}。主要原因是{{}}。",
           t.money("general.spent", label),
           t.percent("general.spent.share", label, "share", ledger.amount("general.spent"), ledger.amount("expenditure"),
                     "本年支出合计"),
           t.move("general.spent", label), ledger.reasons["general"])  # fmt: skip
    s.sub("structure", "（二）一般公共预算财政拨款支出决算结构情况", section="general.structure")
    s.line("lead", f"{y}年度{label}{{}}，主要用于以下方面：", t.money("general.spent", label))
    classes = [code for code in ledger.tree("general") if len(code) == 3]
    for i, code in enumerate(classes):
        fact = f"line.{code}.general"
        share = t.percent(f"{fact}.share", t.name(code), "share", ledger.amount(fact), ledger.amount("general.spent"),
                          "一般公共预算财政拨款支出", code=code)  # fmt: skip
        s.line(f"class.{code}", f"{i + 1}. {t.name(code)}（类）{{}}，占{{}}。主要是用于{PURPOSES[code]}。",
               t.money(fact, t.name(code), code=code), share)  # fmt: skip
    s.sub("items", "（三）一般公共预算财政拨款支出决算具体情况", section="general.items")
    s.line("lead", f"{y}年度{label}年初预算为{{}}，支出决算为{{}}，完成年初预算的{{}}。其中：基本支出{{}}，项目支出{{}}。",
           t.money("general.initial", label, role="budget"), t.money("general.spent", label),
           t.percent("general.completion", label, "completion", ledger.amount("general.spent"),
                     ledger.amount("general.initial"), "年初预算"),
           t.money("general.basic", "基本支出"), t.money("general.project", "项目支出"))  # fmt: skip
    for i, code in enumerate(code for code in ledger.tree("general") if len(code) == 7):
        _item(s, i, code, line_differences=line_differences)


def _item(s: Script, i: int, code: str, *, line_differences: bool) -> None:
    t = s.teller
    fact, name = f"line.{code}.general", t.name(code)
    now, planned = t.ledger.amount(fact), t.ledger.amount(f"{fact}.initial")
    budget = t.money(f"{fact}.initial", name, role="budget", code=code)
    runs: list[Run] = [f"{i + 1}. {t.name(code[:3])}（类）{t.name(code[:5])}（款）{name}（项）年初预算为", budget]
    runs += ["，支出决算为", t.money(fact, name, code=code)]
    if planned:
        runs += [
            "，完成年初预算的",
            t.percent(f"{fact}.completion", name, "completion", now, planned, "年初预算", code=code),
        ]
    if line_differences and t.ledger.before and t.ledger.before.amount(fact):
        runs += ["，比上年决算数", *t.move(fact, name, code=code)]
    if now != planned:
        side = "大于" if now > planned else "小于"
        runs += [f"，支出决算数{side}年初预算数的主要原因是", t.ledger.reasons.get(code, t.ledger.reasons["shortfall"])]
    s.line(f"item.{code}", "{}。", tuple(runs))


def _basic(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    s.open("basic", f"六、{_CHAPTERS[5]}")
    label = "一般公共预算财政拨款基本支出"
    s.line("personnel", f"{y}年度{label}{{}}，其中：人员经费{{}}，主要包括：{{}}。",
           t.money("general.basic", label), t.money("economic.personnel", "人员经费"), items(t, ("301", "303")))  # fmt: skip
    s.line("public", "公用经费{}，主要包括：{}。", t.money("economic.public", "公用经费"), items(t, ("302", "310")))


def items(t: Teller, groups: tuple[str, ...], *, amounts: bool = False) -> tuple[Run, ...]:
    """The economic items of ``groups`` that are not zero, joined by 、, each with its amount on request."""
    runs: list[Run] = []
    for code, name in ECONOMIC:
        if code[:3] in groups and len(code) == 5 and t.ledger.amount(f"economic.{code}"):
            runs += ["、" if runs else "", name]
            if amounts:
                runs.append(t.money(f"economic.{code}", ECONOMIC_NAMES[code], code=code))
    return tuple(runs)


def _funds(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    s.open("fund", f"七、{_CHAPTERS[6]}")
    if t.ledger.amount("fund.spent"):
        s.line("total", f"{y}年度政府性基金预算财政拨款年初结转和结余{{}}，本年收入{{}}，本年支出{{}}，年末结转和结余{{}}。",
               t.money("fund.begin", "年初结转和结余"), t.money("income.fund", "本年收入"), t.money("fund.spent", "本年支出"),
               t.money("fund.end", "年末结转和结余"))  # fmt: skip
    else:
        s.line("none", f"{t.ledger.unit}当年无政府性基金预算财政拨款收入支出。")
    s.open("state_capital", f"八、{_CHAPTERS[7]}")
    if t.ledger.amount("capital.spent"):
        s.line("total", f"{y}年度国有资本经营预算财政拨款本年支出{{}}。", t.money("capital.spent", "本年支出"))
    else:
        s.line("none", f"{t.ledger.unit}当年无国有资本经营预算财政拨款支出。")


def _rate(t: Teller, id_: str, label: str, base: str) -> Mark:
    actual, budget = t.ledger.amount(f"three.actual.{id_}"), t.ledger.amount(f"three.budget.{id_}")
    return t.percent(f"three.{id_}.completion", label, "completion", actual, budget, base)


def _three(s: Script) -> None:
    t, y = s.teller, s.teller.ledger.year
    s.open("three_public", f"九、{_CHAPTERS[8]}")
    s.sub("total", "（一）“三公”经费财政拨款支出决算总体情况说明")
    label = "“三公”经费"
    s.line("total", f"{y}年度“三公”经费财政拨款支出全年预算为{{}}，支出决算为{{}}，完成全年预算的{{}}。较上年{{}}。主要原因是{{}}。",
           t.money("three.budget.total", label, role="budget"), t.money("three.actual.total", label),
           _rate(t, "total", label, "全年预算"), t.move("three.actual.total", label), t.ledger.reasons["three"])  # fmt: skip
    s.sub("items", "（二）“三公”经费财政拨款支出决算具体情况说明")
    for i, (id_, name) in enumerate(
        (("abroad", "因公出国（境）费"), ("cars", "公务用车购置及运行费"), ("reception", "公务接待费"))
    ):
        if not t.ledger.amount(f"three.actual.{id_}"):
            s.line(id_, f"{i + 1}. {name}无预算安排，无支出决算数。")
            continue
        s.line(id_, f"{i + 1}. {name}全年预算为{{}}，支出决算为{{}}，完成全年预算的{{}}。",
               t.money(f"three.budget.{id_}", name, role="budget"), t.money(f"three.actual.{id_}", name),
               _rate(t, id_, name, "全年预算"))  # fmt: skip
        if id_ == "cars":
            s.line("running", f"其中：公务用车运行费支出{{}}，截至{y}年12月31日，开支财政拨款的公务用车保有量为{{}}。",
                   t.money("three.actual.running", "公务用车运行费"), t.count("three.fleet", "公务用车保有量", "辆"))  # fmt: skip
        if id_ == "reception":
            s.line("visits", f"其中：国内公务接待支出{{}}，{y}年共接待国内来访团组{{}}，{{}}（不包括陪同人员）。",
                   t.money("three.actual.reception.domestic", "国内公务接待支出"), t.count("visits.groups", "国内来访团组", "个"),
                   t.count("visits.people", "国内来访", "人次"))  # fmt: skip


def _operating(s: Script) -> None:
    t, y, unit = s.teller, s.teller.ledger.year, s.teller.ledger.unit
    ledger = t.ledger
    s.open("operating", f"十、{_CHAPTERS[9]}")
    s.line("total", f"{unit}{y}年度机关运行经费支出{{}}，比年初预算数{{}}。主要原因是{{}}。",
           t.money("operating.cost", "机关运行经费"),
           t.move("operating.cost", "机关运行经费", then=ledger.leaves["operating.initial"], base="年初预算"),
           ledger.reasons["operating"])  # fmt: skip
    s.open("procurement", f"十一、{_CHAPTERS[10]}")
    total, sme = ledger.amount("procure"), ledger.leaves["procure.sme"]
    s.line("total", f"{unit}{y}年度政府采购支出总额{{}}，其中：政府采购货物支出{{}}、政府采购工程支出{{}}、政府采购服务支出{{}}。"
           "授予中小企业合同金额{}，占政府采购支出总额的{}，其中：授予小微企业合同金额{}，占授予中小企业合同金额的{}。",
           t.money("procure", "政府采购支出总额"), t.money("procure.goods", "政府采购货物支出"),
           t.money("procure.works", "政府采购工程支出"), t.money("procure.services", "政府采购服务支出"),
           t.money("procure.sme", "授予中小企业合同金额"),
           t.percent("procure.sme.share", "授予中小企业合同金额", "share", sme, total, "政府采购支出总额"),
           t.money("procure.micro", "授予小微企业合同金额"),
           t.percent("procure.micro.share", "授予小微企业合同金额", "share", ledger.leaves["procure.micro"], sme,
                     "授予中小企业合同金额"))  # fmt: skip
    s.open("assets", f"十二、{_CHAPTERS[11]}")
    s.line("total", f"截至{y}年12月31日，{unit}共有车辆{{}}，其中，{{}}；单价100万元（含）以上设备（不含车辆）{{}}。",
           t.count("cars", "车辆", "辆"), cars(t), t.count("equipment", "单价100万元（含）以上设备", "台（套）"))  # fmt: skip


def cars(t: Teller) -> tuple[Run, ...]:
    """``机要通信用车1辆、…``."""
    runs: list[Run] = []
    for kind in CARS:
        runs += ["、" if runs else "", f"{kind}用车", t.count(f"cars.{kind}", f"{kind}用车", "辆")]
    return tuple(runs)


def _performance(s: Script) -> None:
    t, ledger = s.teller, s.teller.ledger
    y = ledger.year
    s.open("performance", f"十三、{_CHAPTERS[12]}")
    s.sub("management", "（一）预算绩效管理工作开展情况")
    spent = sum(ledger.amount(f"line.{p.code}.general.project") for p in ledger.projects)
    s.line("management", f"根据预算绩效管理要求，我单位组织对{y}年度一般公共预算项目支出全面开展绩效自评，共涉及项目{{}}，资金{{}}，"
           "占一般公共预算项目支出总额的{}。从自评情况看，各项目立项依据充分，资金使用规范。",
           t.count("projects.number", "项目", "个", value=len(ledger.projects)),
           t.money("projects.spent", "项目资金", value=spent),
           t.percent("projects.share", "项目资金", "share", spent, ledger.amount("general.project"),
                     "一般公共预算项目支出总额"))  # fmt: skip
    s.sub("results", "（二）项目支出自评结果")
    for p, project in enumerate(ledger.projects):
        key = f"performance.{project.name}"
        planned, done = ledger.leaves[f"planned.{p}"], ledger.amount(f"line.{project.code}.general.project")
        s.line(f"project.{p}", f"{p + 1}. {project.name}绩效自评综述：项目全年预算数为{{}}，执行数为{{}}，完成预算的{{}}。"
               "主要产出和效益：一是服务对象数量达到{}；二是编印材料{}，保障了业务顺利开展。"
               "发现的问题及原因：部分指标设置偏保守。下一步改进措施：结合往年完成值合理确定目标。",
               t.money(f"{key}.planned.said", project.name, role="budget", value=planned),
               t.money(f"{key}.spent.said", project.name, value=done),
               t.percent(f"{key}.rate.said", project.name, "completion", done, planned, "全年预算"),
               t.count(f"{key}.reached.0", "服务对象数量", "人次", value=ledger.leaves[f"indicator.{p}.0.actual"]),
               t.count(f"{key}.reached.1", "编印材料数量", "册",
                       value=ledger.leaves[f"indicator.{p}.1.actual"]))  # fmt: skip
    s.sub("use", "（三）绩效自评结果应用情况")
    s.line("use", "自评结果已经作为安排以后年度预算和改进项目管理的依据，对支付进度慢的项目相应压减规模。")


def _work(s: Script) -> None:
    t = s.teller
    for n, i in enumerate(t.ledger.works):
        subject, verb, unit, closing = WORK[i]
        s.line(f"heading.{i}", f"{HAN[n]}、扎实推进{subject}工作", kind="heading")
        s.line(f"work.{i}", f"围绕年度目标任务，全年{verb}{{}}。{closing}", t.count(f"work.{i}.done", verb, unit))


def _glossary(s: Script) -> None:
    t = s.teller
    for i, (term, text) in enumerate(DEFINITIONS):
        s.line(f"term.{i}", f"（{HAN[i]}）{term}：{text}")
    s.line("codes", f"（{HAN[len(DEFINITIONS)]}）本单位使用的支出功能分类科目（到项级）")
    for i, code in enumerate(code for code in t.ledger.tree() if len(code) == 7):
        s.line(
            f"code.{code}",
            f"{i + 1}. {t.name(code[:3])}（类）{t.name(code[:5])}（款）{t.name(code)}（项）：反映用于{PURPOSES[code[:3]]}的支出。",
        )


def _forms(s: Script) -> None:
    t, y, unit = s.teller, s.teller.ledger.year, s.teller.ledger.unit
    date = f"填报日期：{y + 1}年3月15日"
    s.line("overall", f"一、{y}年度{unit}整体绩效自评表", kind="heading")
    for text in (f"{y}年度{unit}整体绩效自评表", f"单位名称：{unit}", date):
        s.line(f"caption.{text[:2]}", text, kind="caption")
    s.blocks.append(forms.form(t, 0, whole=True))
    s.line("projects", f"二、{y}年度项目绩效自评表", kind="heading")
    for p, project in enumerate(t.ledger.projects):
        for text in (f"{project.name}自评表", f"单位名称：{unit}", date):
            s.line(f"project.{p}.{text[:2]}", text, kind="caption")
        s.blocks.append(forms.form(t, p, whole=False))
