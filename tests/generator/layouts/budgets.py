# ruff: noqa: E501  Chinese counts double
"""Two layouts of budgets: the central nine tables in 万元, and Shanghai's nine in 元 (its last table in 万元).

After structure.md §4 and §7.3, §7.4. A document is written from a plan (`tests.generator.plans`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.generator.layouts.tables import HAN, Row, texts
from tests.generator.ledger import Ledger
from tests.generator.numbers import grouped, ratio, scaled
from tests.generator.paper import Cell, Document, Mark, Run, Sheet
from tests.generator.script import Script
from tests.generator.telling import Teller
from tests.generator.vocabulary import CLASSES, DEFINITIONS, DUTIES, ECONOMIC, ECONOMIC_NAMES

INITIAL = "年初预算"
_CENTRAL = ("收支总表", "收入总表", "支出总表", "财政拨款收支总表", "一般公共预算支出表", "一般公共预算基本支出表",
            "一般公共预算“三公”经费支出表", "政府性基金预算支出表", "国有资本经营预算支出表")  # fmt: skip
_SHANGHAI = ("财务收支预算总表", "收入预算总表", "支出预算总表", "财政拨款收支预算总表", "一般公共预算支出功能分类预算表",
             "政府性基金预算支出功能分类预算表", "国有资本经营预算支出功能分类预算表", "一般公共预算基本支出部门预算经济分类预算表",
             "“三公”经费和机关运行经费预算表")  # fmt: skip
_KINDS = (("一般公共预算", "general"), ("政府性基金预算", "fund"), ("国有资本经营预算", "capital"))


@dataclass(frozen=True, slots=True)
class Planner:
    """Prints planned amounts in tables; ``yuan``: in 元 with the decimals of a cent, else in 万元."""

    t: Teller
    yuan: bool

    def cell(
        self,
        fact: str,
        label: str,
        measure: str,
        *,
        code: str | None = None,
        side: str | None = None,
        ten: bool = False,
    ) -> Cell:
        """Print an amount; ``ten``: in 万元 whatever the table's layout."""
        found = self.t.cell(fact, label, measure, code=code, side=side, role="budget")
        if found.mark is None:
            return found
        mark = replace(found.mark, base=INITIAL)
        if self.yuan and not ten:
            value = scaled(self.t.ledger.amount(fact) * 10_000, 2)
            mark = replace(mark, text=grouped(value), value=value, unit="元")
        return Cell(mark.text, mark)

    def compared(self, code: str, fact: str) -> tuple[Cell, Cell, Cell]:
        """Print what was spent last year, and by how much the plan differs from it."""
        before = self.t.ledger.before
        spent = before.amount(fact) if before is not None else 0
        if not spent:
            return Cell(), Cell(), Cell()
        label, year = self.t.name(code) if code else "合计", self.t.ledger.year
        more = self.t.ledger.amount(fact) - spent

        def cell(tail: str, role: str, value: str, measure: str, unit: str, period: int) -> Cell:
            mark = Mark(grouped(value), "", f"{fact}.{tail}", label, role, value, unit, code=code or None, measure=measure,
                        base="上年预算执行数", period=period)  # fmt: skip
            return Cell(mark.text, mark)

        return (
            cell("spent", "prior", scaled(spent, 2), f"{year - 1}年执行数", "万元", year - 1),
            cell("more", "delta", scaled(more, 2), "增减额", "万元", year),
            cell("rate", "percent", ratio(more, spent, 2), "增减%", "%", year),
        )


def central(ledger: Ledger, *, differences: bool = False) -> Document:
    """Write the plan ``ledger`` as the central form has it; with ``differences`` the words state, as in Jiangsu, how far
    the total and each 项 are from last year's plan (``ledger.before``)."""
    p = Planner(Teller(ledger, trims=False, groups=True, places=2), yuan=False)
    s = _script(p.t, "central")
    y, unit, word = ledger.year, ledger.unit, _word(ledger)
    s.open("cover", f"第一部分 {word}概况", kind="part")
    _overview(s)
    s.open("tables", f"第二部分 {y}年度{word}预算表", kind="part")
    sheets = (_overall(p), _income(p), _tree(p, "budget.03", _SPENDING, "spent"), _fiscal(p), _general(p), _economic(p, split=False),
              _three_years(p), _tree(p, "budget.08", _fund(), "fund"), _tree(p, "budget.09", _capital(), "capital"))  # fmt: skip
    for i, (sheet, title) in enumerate(zip(sheets, _CENTRAL, strict=True)):
        s.table(sheet, before=(f"公开{i + 1:02}表", title, f"部门：{unit}    单位：万元"), after=_empty(sheet, word, y))
    s.open("cover", f"第三部分 {y}年度{word}预算情况说明", kind="part")
    t = p.t
    s.open("overall", "一、收支预算总体情况说明")
    moves = "，与上年相比收、支预算总计各{}。" if differences else "。"
    s.line("total", f"{unit}{y}年度收入、支出预算总计{{}}{moves}", _money(t, "grand", "收入、支出预算总计"),
           *_moved(t, "grand", "收、支预算总计", differences))  # fmt: skip
    s.open("income", "二、收入预算情况说明")
    s.line("total", f"{unit}{y}年收入预算合计{{}}。", _money(t, "grand", "收入预算合计"))
    s.open("expenditure", "三、支出预算情况说明")
    s.line("total", f"{unit}{y}年支出预算合计{{}}，其中：基本支出{{}}；项目支出{{}}。", _money(t, "expenditure", "支出预算合计"),
           _money(t, "basic", "基本支出"), _money(t, "project", "项目支出"))  # fmt: skip
    s.open("general.total", "四、一般公共预算支出预算情况说明")
    for i, code in enumerate(c for c in ledger.tree("general") if len(c) == 7):
        name = "".join(f"{t.name(code[:n])}（{level}）" for n, level in ((3, "类"), (5, "款"), (7, "项")))
        fact = f"line.{code}.general"
        moves = "，与上年相比{}。" if differences else "。"
        s.line(f"item.{code}", f"{i + 1}．{name}支出{{}}{moves}", _money(t, fact, t.name(code), code=code),
               *_moved(t, fact, t.name(code), differences, code=code))  # fmt: skip
    _glossary(s, "第四部分 名词解释")
    return replace(s.document(), kind="budget")


def shanghai(ledger: Ledger) -> Document:
    """Write the plan ``ledger`` as Shanghai does: glossary and words before the tables, codes in three cells, 元."""
    p = Planner(Teller(ledger, trims=False, groups=True, places=2), yuan=True)
    s = _script(p.t, "shanghai")
    y, unit, word, t = ledger.year, ledger.unit, _word(ledger), p.t
    s.line("toc", "目  录", kind="toc")
    for i, title in enumerate(("主要职能", "机构设置", "名词解释", "预算编制说明", "预算表", "其他相关情况说明")):
        s.line(f"toc.{i}", f"{HAN[i]}、{'' if i in (2, 5) else word}{title}", kind="toc")
    _overview(s, unit)
    _glossary(s, "名词解释")
    s.open("narrative", f"{y}年{word}预算编制说明")
    s.line("income", f"{y}年，{unit}收入预算{{}}，其中：财政拨款收入{{}}。", _money(t, "expenditure", "收入预算"),
           _money(t, "fiscal.income", "财政拨款收入"))  # fmt: skip
    s.line("spending", "支出预算{}，其中：财政拨款支出预算{}。财政拨款支出预算中，一般公共预算拨款支出预算{}。",
           _money(t, "expenditure", "支出预算"), _money(t, "fiscal.spent", "财政拨款支出预算"),
           _money(t, "general.spent", "一般公共预算拨款支出预算"))  # fmt: skip
    sheets = (_both(p), _tree(p, "budget.02", _SOURCES, "income", head="收入预算", split=True),
              _tree(p, "budget.03", _SPENT, "spent", head="支出预算", split=True), _funds(p),
              _tree(p, "budget.05", _OF_GENERAL, "general", head="一般公共预算支出", split=True),
              _tree(p, "budget.08", _fund(), "fund", head="政府性基金预算支出", split=True),
              _tree(p, "budget.09", _capital(), "capital", head="国有资本经营预算支出", split=True),
              _economic(p, split=True), _three_and_cost(p))  # fmt: skip
    for sheet, title in zip(sheets, _SHANGHAI, strict=True):
        money = "单位:万元" if sheet.statement == "budget.07" else "单位：元"
        s.table(sheet, before=(f"{y}年{word}{title}", f"编制{word}：{unit}    {money}"), after=_empty(sheet, word, y))
    s.open("other", "其他相关情况说明")
    s.open("three_public", f"一、{y}年“三公”经费预算情况说明")
    s.line("total", f"{y}年“三公”经费预算数为{{}}。其中：公务接待费{{}}。", _money(t, "three.budget.total", "“三公”经费"),
           _money(t, "three.budget.reception", "公务接待费"))  # fmt: skip
    s.open("operating", "二、机关运行经费预算")
    s.line("cost", f"{y}年{unit}财政拨款的机关运行经费预算为{{}}。", _money(t, "economic.public", "机关运行经费"))
    return replace(s.document(), kind="budget")


LAYOUTS: dict[str, Callable[[Ledger], Document]] = {"central": central, "shanghai": shanghai}


def _word(ledger: Ledger) -> str:
    return "部门" if ledger.scope == "department" else "单位"


def _script(t: Teller, layout: str) -> Script:
    s = Script(t, f"budget.{layout}", f"{t.ledger.unit}{t.ledger.year}年度{_word(t.ledger)}预算")
    s.line("title", s.title, kind="title")
    return s


def _overview(s: Script, unit: str = "") -> None:
    s.open("duties", f"{unit}主要职能" if unit else "一、主要职能")
    for i, duty in enumerate(DUTIES):
        s.line(f"duty.{i}", f"（{HAN[i]}）{duty}")
    s.open("organization", f"{unit}机构设置" if unit else "二、机构设置")
    s.line("form", "本级设办公室、业务科、财务科。")


def _glossary(s: Script, title: str) -> None:
    s.open("glossary", title, kind="part")
    for i, (term, text) in enumerate(DEFINITIONS):
        s.line(f"term.{i}", f"（{HAN[i]}）{term}：{text}")


def _money(t: Teller, fact: str, label: str, *, code: str | None = None) -> Mark:
    return t.money(fact, label, role="budget", base=INITIAL, code=code)


def _moved(
    t: Teller, fact: str, label: str, stated: bool, *, code: str | None = None
) -> tuple[Mark | tuple[Run, ...], ...]:
    """What fills the slot of a stated difference; nothing where none is stated."""
    return (t.move(fact, label, code=code),) if stated else ()


def _empty(sheet: Sheet, word: str, year: int) -> tuple[str, ...]:
    names = {"budget.08": "政府性基金预算", "budget.09": "国有资本经营预算"}
    if sheet.statement not in names or sheet.marks:
        return ()
    return (f"注：本{word}{year}年无{names[sheet.statement]}财政拨款安排的预算，故本表为空表。",)


# --- two-sided -------------------------------------------------------------------------------------------------------

_Side = Sequence[tuple[str, str, str]]


def _beside(p: Planner, statement: str, left: _Side, right: _Side, heads: tuple[str, str]) -> Sheet:
    """Lines (label, quantity, code) of both sides under 项目 and 预算数; the last line of each side stands last."""
    high = max(len(left), len(right)) - 1
    blank = [("", "", "")]
    both = ([*side[:-1], *(blank * (high - len(side) + 1)), side[-1]] for side in (list(left), list(right)))
    rows: list[Row] = [(Cell(heads[0], colspan=2), Cell(heads[1], colspan=2)), texts(*("项目", "预算数") * 2)]
    for pair in zip(*both, strict=True):
        row: list[Cell] = []
        for (label, fact, code), side in zip(pair, ("收入", "支出"), strict=True):
            row += [Cell(label), p.cell(fact, label, "预算数", code=code or None, side=side) if fact else Cell()]
        rows.append(tuple(row))
    return Sheet(statement, "tables", statement, tuple(rows), 2)


def _overall(p: Planner) -> Sheet:
    sources = (("一般公共预算拨款收入", "income.general"), ("政府性基金预算拨款收入", "income.fund"),
               ("国有资本经营预算拨款收入", "income.capital"), ("财政专户管理资金收入", ""), ("事业收入", "income.business"),
               ("上级补助收入", ""), ("附属单位上缴收入", ""), ("事业单位经营收入", ""), ("其他收入", "income.other"))  # fmt: skip
    left = [(f"{HAN[i]}、{label}", fact, "") for i, (label, fact) in enumerate(sources)]
    left += [("本年收入合计", "income", ""), ("上年结转结余", "carried.begin", ""), ("收入总计", "grand", "")]
    right = [(f"{HAN[i]}、{label}", f"line.{code}.spent", code) for i, (code, label) in enumerate(CLASSES)]
    right += [("本年支出合计", "expenditure", ""), ("年终结转结余", "carried.end", ""), ("支出总计", "grand", "")]
    return _beside(p, "budget.01", left, right, ("收入", "支出"))


def _fiscal(p: Planner) -> Sheet:
    left = [("一、本年收入", "fiscal.income", ""), ("（一）一般公共预算拨款", "income.general", ""),
            ("（二）政府性基金预算拨款", "income.fund", ""), ("（三）国有资本经营预算拨款", "income.capital", ""),
            ("二、上年结转", "carried.begin", ""), ("收入总计", "fiscal.grand", "")]  # fmt: skip
    right = [("一、本年支出", "fiscal.spent", "")]
    right += [(f"（{HAN[i]}）{label}", f"line.{code}.fiscal", code) for i, (code, label) in enumerate(CLASSES)]
    right += [("二、年终结转", "carried.end", ""), ("支出总计", "fiscal.grand", "")]
    return _beside(p, "budget.04", left, right, ("收入", "支出"))


def _printed(p: Planner, kind: str) -> list[tuple[str, str, str]]:
    """The classes that have money, as Shanghai numbers them: those that are there."""
    classes = [(code, label) for code, label in CLASSES if p.t.ledger.amount(f"line.{code}.{kind}")]
    return [(f"{HAN[i]}、{label}", f"line.{code}.{kind}", code) for i, (code, label) in enumerate(classes)]


def _both(p: Planner) -> Sheet:
    left = [("一、财政拨款收入", "fiscal.income", ""), ("1. 一般公共预算资金", "income.general", ""), ("2. 政府性基金", "income.fund", ""),
            ("3. 国有资本经营预算", "income.capital", ""), ("二、事业收入", "income.business", ""),
            ("三、事业单位经营收入", "", ""), ("四、其他收入", "income.other", ""), ("收入总计", "expenditure", "")]  # fmt: skip
    right = [*_printed(p, "spent"), ("支出总计", "expenditure", "")]
    return _beside(p, "budget.01", left, right, ("本年收入", "本年支出"))


def _funds(p: Planner) -> Sheet:
    kinds = (("合计", "fiscal"), *_KINDS)
    left = [
        ("一、一般公共预算资金", "income.general"),
        ("二、政府性基金", "income.fund"),
        ("三、国有资本经营预算", "income.capital"),
    ]
    right = _printed(p, "fiscal")
    high = max(len(left), len(right))
    rows: list[Row] = [
        (Cell("财政拨款收入", colspan=2), Cell("财政拨款支出", colspan=5)),
        texts("项目", "预算数", "项目", *(name for name, _ in kinds)),
    ]
    for i in range(high):
        name, fact = left[i] if i < len(left) else ("", "")
        title, _, code = right[i] if i < len(right) else ("", "", "")
        cells = [p.cell(f"line.{code}.{k}", title, m, code=code, side="支出") if code else Cell() for m, k in kinds]
        rows.append((Cell(name), p.cell(fact, name, "预算数", side="收入") if fact else Cell(), Cell(title), *cells))
    whole = [p.cell(f"line.total.{kind}", "支出总计", measure, side="支出") for measure, kind in kinds]
    rows.append(
        (Cell("收入总计"), p.cell("fiscal.income", "收入总计", "预算数", side="收入"), Cell("支出总计"), *whole)
    )
    return Sheet("budget.04", "tables", "budget.04", tuple(rows), 2)


# --- by code ---------------------------------------------------------------------------------------------------------

_Columns = tuple[tuple[str, str], ...]
_SPENT: _Columns = (("合计", "spent"), ("基本支出", "basic"), ("项目支出", "project"))
_SPENDING: _Columns = (*_SPENT, ("事业单位经营支出", ""), ("上缴上级支出", ""), ("对附属单位补助支出", ""))
_SOURCES: _Columns = (("合计", "income"), ("财政拨款收入", "income.fiscal"), ("事业收入", "income.business"),
                      ("事业单位经营收入", ""), ("其他收入", "income.other"))  # fmt: skip
_OF_GENERAL: _Columns = (("合计", "general"), ("基本支出", "general.basic"), ("项目支出", "general.project"))


def _fund() -> _Columns:
    return (("合计", "fund"), ("基本支出", ""), ("项目支出", "fundproject"))


def _capital() -> _Columns:
    return (("合计", "capital"), ("基本支出", ""), ("项目支出", "capitalproject"))


def _tree(p: Planner, statement: str, columns: _Columns, kind: str, *, head: str = "", split: bool = False) -> Sheet:
    """A tree by code: Shanghai prints codes in three cells and 合计 last (``split``), the central form 合计 first."""

    def cells(line: str, label: str, code: str | None) -> tuple[Cell, ...]:
        return tuple(p.cell(f"line.{line}.{q}", label, m, code=code) if q else Cell() for m, q in columns)

    names = texts(*(m for m, _ in columns))
    body: list[Row] = []
    for code in p.t.ledger.tree(kind):
        stub = texts(code[:3], code[3:5], code[5:]) if split else texts(code)
        body.append((*stub, Cell(p.t.name(code)), *cells(code, p.t.name(code), code)))
    total = cells("total", "合计", None)
    if not split:
        return Sheet(statement, "tables", statement,
                     ((*texts("科目编码", "科目名称"), *names), (Cell(), Cell("合计"), *total), *body), 1)  # fmt: skip
    heads: list[Row] = [
        (Cell("项目", colspan=4), Cell(head, colspan=len(columns))),
        (
            Cell("功能分类科目编码", colspan=3),
            Cell("功能分类科目名称", rowspan=2),
            *(Cell(m, rowspan=2) for m, _ in columns),
        ),
        texts("类", "款", "项"),
    ]
    return Sheet(statement, "tables", statement, (*heads, *body, (Cell("合计", colspan=4), *total)), 3)


def _general(p: Planner) -> Sheet:
    """05 of the central form: what was spent last year, what is planned, and the difference."""
    year = p.t.ledger.year
    rows: list[Row] = [
        (Cell("科目编码", rowspan=2), Cell("科目名称", rowspan=2), Cell(f"{year - 1}年执行数", rowspan=2),
         Cell(f"{year}年预算数", colspan=3), Cell(f"{year}年预算数比{year - 1}年执行数", colspan=2)),
        texts("小计", "基本支出", "项目支出", "增减额", "增减%"),
    ]  # fmt: skip
    for code in ("", *p.t.ledger.tree("general")):
        line, name = f"line.{code or 'total'}", p.t.name(code) if code else "合计"
        spent, more, rate = p.compared(code, f"{line}.general")
        planned = [
            p.cell(f"{line}.{q}", name, m, code=code or None) for m, q in (("预算数小计", "general"), *_OF_GENERAL[1:])
        ]
        rows.append((Cell(code), Cell(name), spent, *planned, more, rate))
    return Sheet("budget.05", "tables", "budget.05", tuple(rows), 2)


def _income(p: Planner) -> Sheet:
    """02 of the central form: a unit a row, its sources as columns."""
    unit = p.t.ledger.unit
    sources = (("小计", "income"), ("一般公共预算", "income.general"), ("政府性基金预算", "income.fund"),
               ("国有资本经营预算", "income.capital"), ("事业收入", "income.business"), ("其他收入", "income.other"))  # fmt: skip
    rows: list[Row] = [
        (Cell("单位代码", rowspan=2), Cell("单位名称", rowspan=2), Cell("合计", rowspan=2),
         Cell("本年收入", colspan=len(sources)), Cell("上年结转结余", rowspan=2)),
        texts(*(m for m, _ in sources)),
    ]  # fmt: skip
    for number, name in (("", "合计"), ("118001", unit)):
        cells = [p.cell(fact, name, m) for m, fact in (("合计", "grand"), *sources, ("上年结转结余", "carried.begin"))]
        rows.append((Cell(number), Cell(name), *cells))
    return Sheet("budget.02", "tables", "budget.02", tuple(rows), 2)


def _economic(p: Planner, *, split: bool) -> Sheet:
    measures = ("合计", "人员经费", "公用经费")
    heads: list[Row] = [texts("科目编码", "科目名称", *measures)]
    if split:
        heads = [
            (Cell("项目", colspan=3), Cell("一般公共预算基本支出", colspan=3)),
            (
                Cell("部门预算经济分类科目编码", colspan=2),
                Cell("经济分类科目名称", rowspan=2),
                *(Cell(m, rowspan=2) for m in measures),
            ),
            texts("类", "款"),
        ]
    rows: list[Row] = []
    for code, name in sorted(ECONOMIC):
        if not p.t.ledger.amount(f"economic.{code}"):
            continue
        person = code[:3] in ("301", "303")
        fact = f"economic.{code}"
        stub = texts(code[:3], code[3:]) if split else texts(code)
        amounts = (p.cell(fact, name, "合计", code=code), p.cell(fact, name, "人员经费", code=code) if person else Cell(),
                   Cell() if person else p.cell(fact, name, "公用经费", code=code))  # fmt: skip
        rows.append((*stub, Cell(ECONOMIC_NAMES[code]), *amounts))
    facts = ("general.basic", "economic.personnel", "economic.public")
    total = [p.cell(fact, "合计", m) for m, fact in zip(measures, facts, strict=True)]
    foot: Row = (Cell("合计", colspan=3), *total) if split else (Cell(), Cell("合计"), *total)
    body = (*rows, foot) if split else (foot, *rows)
    return Sheet("budget.06", "tables", "budget.06", (*heads, *body), len(heads))


# --- 三公 ------------------------------------------------------------------------------------------------------------

_THREE = (("total", "合计"), ("abroad", "因公出国（境）费"), ("cars", "公务用车购置及运行费"), ("purchase", "公务用车购置费"),
          ("running", "公务用车运行费"), ("reception", "公务接待费"))  # fmt: skip


def _three_years(p: Planner) -> Sheet:
    """07 of the central form: six columns of last year's plan, six of this year's."""
    year, before = p.t.ledger.year, p.t.ledger.before
    inner = (Cell("合计", rowspan=2), Cell("因公出国（境）费", rowspan=2), Cell("公务用车购置及运行费", colspan=3),
             Cell("公务接待费", rowspan=2))  # fmt: skip
    last: list[Cell] = []
    for item, name in _THREE:
        value = before.amount(f"three.budget.{item}") if before is not None else 0
        printed = scaled(value, 2)
        mark = Mark(grouped(printed), "", f"three.before.{item}", name, "prior", printed, "万元", measure=f"{year - 1}年预算数",
                    base="上年预算", period=year - 1)  # fmt: skip
        last.append(Cell(mark.text, mark) if value else Cell())
    rows: list[Row] = [
        (Cell(f"{year - 1}年预算数", colspan=6), Cell(f"{year}年预算数", colspan=6)),
        (*inner, *inner),
        texts(*("小计", "公务用车购置费", "公务用车运行费") * 2),
        (*last, *(p.cell(f"three.budget.{item}", name, f"{year}年预算数") for item, name in _THREE)),
    ]
    return Sheet("budget.07", "tables", "budget.07", tuple(rows), 3)


def _three_and_cost(p: Planner) -> Sheet:
    """Shanghai's last table: 三公 with 接待 before cars, 机关运行经费 beside them, in 万元."""
    order = ("total", "abroad", "reception", "cars", "purchase", "running")
    names = dict(_THREE)
    rows: list[Row] = [
        (Cell("“三公”经费预算数", colspan=6), Cell("机关运行经费预算数", rowspan=3)),
        (
            Cell("合计", rowspan=2),
            Cell("因公出国(境)费", rowspan=2),
            Cell("公务接待费", rowspan=2),
            Cell("公务用车购置及运行费", colspan=3),
        ),
        texts("小计", "购置费", "运行费"),
        (
            *(p.cell(f"three.budget.{item}", names[item], names[item], ten=True) for item in order),
            p.cell("economic.public", "机关运行经费预算数", "机关运行经费预算数", ten=True),
        ),
    ]
    return Sheet("budget.07", "tables", "budget.07", tuple(rows), 3)
