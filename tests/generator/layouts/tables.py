# ruff: noqa: E501  Chinese counts double; cutting the wordings would hide what is printed
"""The standard tables of final accounts, drawn in the ways the regions draw them."""

from collections.abc import Sequence

from tests.generator.paper import Cell, Sheet
from tests.generator.telling import Teller
from tests.generator.vocabulary import CLASSES, ECONOMIC, ECONOMIC_NAMES, SOURCES

HAN = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八",
       "十九", "二十", "二十一", "二十二", "二十三", "二十四", "二十五", "二十六")  # fmt: skip

Row = tuple[Cell, ...]


def texts(*words: str) -> Row:
    return tuple(Cell(word) for word in words)


def _numbered(label: str, i: int) -> str:
    return f"{HAN[i]}、{label}"


def overall(t: Teller, *, numbers: bool) -> Sheet:
    """01: sources beside functional classes; with 行次 and 栏次 (``numbers``) or without."""
    left: list[tuple[str, str]] = [(_numbered(label, i), f"income.{id_}") for i, (id_, label) in enumerate(SOURCES)]
    right = [(_numbered(label, i), f"line.{code}.spent", code) for i, (code, label) in enumerate(CLASSES)]
    left += [("", "")] * (26 - len(left))
    left += [
        ("本年收入合计", "income"),
        ("使用非财政拨款结余", ""),
        ("年初结转和结余", "carried.begin"),
        ("", ""),
        ("总计", "grand"),
    ]
    right += [("本年支出合计", "expenditure", ""), ("结余分配", "", ""), ("年末结转和结余", "carried.end", ""), ("", "", ""),
              ("总计", "grand", "")]  # fmt: skip
    rows: list[Row] = [(Cell("收入", colspan=3 if numbers else 2), Cell("支出", colspan=3 if numbers else 2))]
    rows.append(texts(*(("项目", "行次", "金额") * 2 if numbers else ("项目", "决算数") * 2)))
    if numbers:
        rows.append(texts("栏次", "", "1", "栏次", "", "2"))
    measure = "金额" if numbers else "决算数"
    for i, ((name, fact), (title, spent, code)) in enumerate(zip(left, right, strict=True)):
        a = t.cell(fact, name, measure, side="收入") if fact else Cell()
        b = t.cell(spent, title, measure, side="支出", code=code or None) if spent else Cell()
        if numbers:
            rows.append((Cell(name), Cell(str(i + 1)), a, Cell(title), Cell(str(i + 32)), b))
        else:
            rows.append((Cell(name), a, Cell(title), b))
    return Sheet("final.01", "tables", "final.01", tuple(rows), 3 if numbers else 2)


def fiscal(t: Teller, *, numbers: bool) -> Sheet:
    """04: fiscal income beside expenditure by class and fund."""
    kinds = (("合计", "fiscal"), ("一般公共预算财政拨款", "general"), ("政府性基金预算财政拨款", "fund"),
             ("国有资本经营预算财政拨款", "capital"))  # fmt: skip
    sources = [
        (_numbered(label.removesuffix("收入"), i), f"income.{id_}") for i, (id_, label) in enumerate(SOURCES[:3])
    ]
    left = sources + [("", "")] * 23
    left += [("本年收入合计", "fiscal.income"), ("年初财政拨款结转和结余", "carried.begin"), ("一般公共预算财政拨款", ""),
             ("政府性基金预算财政拨款", "fund.begin"), ("国有资本经营预算财政拨款", ""), ("总计", "fiscal.grand")]  # fmt: skip
    right: list[tuple[str, tuple[str, ...], str]] = [
        (_numbered(label, i), tuple(f"line.{code}.{kind}" for _, kind in kinds), code)
        for i, (code, label) in enumerate(CLASSES)
    ]
    right += [
        ("本年支出合计", ("fiscal.spent", "general.spent", "fund.spent", "capital.spent"), ""),
        ("年末财政拨款结转和结余", ("carried.end", "", "fund.end", ""), ""),
        ("", ("", "", "", ""), ""),
        ("", ("", "", "", ""), ""),
        ("", ("", "", "", ""), ""),
        ("总计", ("fiscal.grand", "general.grand", "fund.grand", "capital.grand"), ""),
    ]
    n = 1 if numbers else 0
    rows: list[Row] = [(Cell("收入", colspan=2 + n), Cell("支出", colspan=5 + n))]
    heads = [Cell("项目", rowspan=2), *([Cell("行次", rowspan=2)] if numbers else []), Cell("决算数", rowspan=2)]
    rows.append((*heads, *heads[: 1 + n], Cell("决算数", colspan=4)))
    rows.append(texts(*(name for name, _ in kinds)))
    if numbers:
        rows.append(texts("栏次", "", "1", "栏次", "", "2", "3", "4", "5"))
    for i, ((name, fact), (title, facts, code)) in enumerate(zip(left, right, strict=True)):
        a = t.cell(fact, name, "决算数", side="收入") if fact else Cell()
        cells = [
            t.cell(spent, title, measure, side="支出", code=code or None) if spent else Cell()
            for spent, (measure, _) in zip(facts, kinds, strict=True)
        ]
        if numbers:
            rows.append((Cell(name), Cell(str(i + 1)), a, Cell(title), Cell(str(i + 33)), *cells))
        else:
            rows.append((Cell(name), a, Cell(title), *cells))
    return Sheet("final.04", "tables", "final.04", tuple(rows), len(rows) - len(left))


COLUMNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    # statement: (measure, quantity of a line, quantity of the total row)
    "final.02": (("本年收入合计", "income", "income"), ("财政拨款收入", "income.fiscal", "fiscal.income"),
                 ("上级补助收入", "income.superior", "income.superior"), ("事业收入", "income.business", "income.business"),
                 ("经营收入", "income.operating", "income.operating"),
                 ("附属单位上缴收入", "income.subsidiary", "income.subsidiary"),
                 ("其他收入", "income.other", "income.other")),
    "final.03": (("本年支出合计", "spent", "expenditure"), ("基本支出", "basic", "basic"), ("项目支出", "project", "project"),
                 ("上缴上级支出", "handed", "handed"), ("经营支出", "operating", "operating"),
                 ("对附属单位补助支出", "granted", "granted")),
    "final.05": (("小计", "general", "general.spent"), ("基本支出", "general.basic", "general.basic"),
                 ("项目支出", "general.project", "general.project")),
    "final.07": (("年初结转和结余", "fundbegin", "fund.begin"), ("本年收入", "fundincome", "income.fund"), ("小计", "fund", "fund.spent"),
                 ("基本支出", "fundbasic", "fund.basic"), ("项目支出", "fundproject", "fund.project"),
                 ("年末结转和结余", "fundend", "fund.end")),
    "final.08": (("合计", "capital", "capital.spent"), ("基本支出", "capitalbasic", "capital.basic"),
                 ("项目支出", "capitalproject", "capital.project")),
}  # fmt: skip
_KIND = {"final.02": "income", "final.03": "spent", "final.05": "general", "final.07": "fund", "final.08": "capital"}


def tree(
    t: Teller,
    statement: str,
    *,
    numbers: bool,
    split: bool,
    total_last: bool,
    wide_name: bool = False,
    order: Sequence[int] | None = None,
    year_group: str = "",
) -> Sheet:
    """02, 03, 05, 07, 08: a tree by code. ``split`` prints a code in three cells, ``wide_name`` puts the name into the
    second of two merged cells, ``order`` permutes the columns, ``year_group`` names a merged head over the amounts."""
    columns = COLUMNS[statement]
    columns = tuple(columns[i] for i in order) if order else columns
    places = list(order) if order else list(range(len(columns)))
    rows: list[Row] = []
    deep = 3 if numbers else 2
    if year_group:
        rows.append((Cell("项目", colspan=4), Cell(year_group, colspan=len(columns))))
        rows.append((Cell("功能分类科目编码", colspan=3), Cell("科目名称"), *texts(*(m for m, _, _ in columns))))
    else:
        rows.append((Cell("项目", colspan=4), *(Cell(m, rowspan=2) for m, _, _ in columns)))
        rows.append((Cell("功能分类科目编码", colspan=3), Cell("科目名称")))
    if numbers:
        rows.append(texts("类", "款", "项", "栏次", *(str(i + 1) for i in places)))
    elif split:
        rows.append(texts("类", "款", "项", "", *([""] * len(columns))))
        deep = 3
    head = len(rows)
    total = tuple(t.cell(whole, "合计", measure) for measure, _, whole in columns)
    foot: Row = (Cell(colspan=3), Cell("合计"), *total)
    body: list[Row] = []
    for code in t.ledger.tree(_KIND[statement]):
        cells = tuple(t.cell(f"line.{code}.{q}", t.name(code), measure, code=code) for measure, q, _ in columns)
        if split:
            parts = texts(code[:3], code[3:5], code[5:7])
        elif wide_name:
            parts = (Cell(code), Cell(t.name(code), colspan=2), Cell())
        else:
            parts = (Cell(code, colspan=3),)
        body.append((*parts, *(() if wide_name and not split else (Cell(t.name(code)),)), *cells))
    rows += [*body, foot] if total_last else [foot, *body]
    return Sheet(statement, "tables", statement, tuple(rows), max(head, deep))


def economic_groups(t: Teller) -> Sheet:
    """06 in three groups of columns side by side: 301 and 303, 302, 310; the sums stand in a foot row."""
    first = [code for code, _ in ECONOMIC if code[:3] in ("301", "303")]
    second = [code for code, _ in ECONOMIC if code[:3] == "302"]
    third = [code for code, _ in ECONOMIC if code[:3] == "310"]
    rows: list[Row] = [
        (Cell("人员经费", colspan=3), Cell("公用经费", colspan=6)),
        texts(*("科目代码", "科目名称", "决算数") * 3),
    ]
    for i in range(max(len(first), len(second), len(third))):
        row: list[Cell] = []
        for group in (first, second, third):
            code = group[i] if i < len(group) else None
            row += (
                [Cell(code), Cell(ECONOMIC_NAMES[code]), _economic(t, code)]
                if code is not None
                else [Cell(), Cell(), Cell()]
            )
        rows.append(tuple(row))
    rows.append(
        (
            Cell("人员经费合计", colspan=2),
            t.cell("economic.personnel", "人员经费合计", "决算数"),
            Cell("公用经费合计", colspan=5),
            t.cell("economic.public", "公用经费合计", "决算数"),
        )
    )
    return Sheet("final.06", "tables", "final.06", tuple(rows), 2)


def _economic(t: Teller, code: str) -> Cell:
    return t.cell(f"economic.{code}", ECONOMIC_NAMES[code], "决算数", code=code)


def economic_tree(t: Teller, *, split: bool) -> Sheet:
    """06 as one list by code with columns 合计, 人员经费, 公用经费; the sums stand last."""
    rows: list[Row] = [
        (
            Cell("项目", colspan=3 if split else 2),
            Cell("合计", rowspan=2),
            Cell("人员经费", rowspan=2),
            Cell("公用经费", rowspan=2),
        ),
        ((Cell("经济分类科目编码", colspan=2) if split else Cell("经济分类科目编码")), Cell("科目名称")),
    ]
    for code, name in sorted(ECONOMIC):
        if not t.ledger.amount(f"economic.{code}"):
            continue
        person = code[:3] in ("301", "303")
        fact = f"economic.{code}"
        cells = (
            t.cell(f"{fact}.sum", name, "合计", code=code),
            t.cell(fact, name, "人员经费", code=code) if person else Cell(),
            Cell() if person else t.cell(fact, name, "公用经费", code=code),
        )
        rows.append((*(texts(code[:3], code[3:]) if split else texts(code)), Cell(name), *cells))
    rows.append(
        (
            Cell("合计", colspan=3 if split else 2),
            t.cell("general.basic", "合计", "合计"),
            t.cell("economic.personnel", "合计", "人员经费"),
            t.cell("economic.public", "合计", "公用经费"),
        )
    )
    return Sheet("final.06", "tables", "final.06", tuple(rows), 2)


THREE_NAMES = (("total", "合计"), ("abroad", "因公出国（境）费"), ("cars", "小计"), ("purchase", "公务用车购置费"),
               ("running", "公务用车运行维护费"), ("reception", "公务接待费"))  # fmt: skip


def three_blocks(t: Teller, *, numbers: bool) -> Sheet:
    """09 as six budget columns and six final ones."""
    inner = (Cell("合计", rowspan=2), Cell("因公出国（境）费", rowspan=2), Cell("公务用车购置及运行维护费", colspan=3),
             Cell("公务接待费", rowspan=2))  # fmt: skip
    rows: list[Row] = [(Cell("预算数", colspan=6), Cell("决算数", colspan=6)), (*inner, *inner)]
    rows.append(texts(*("小计", "公务用车购置费", "公务用车运行维护费") * 2))
    if numbers:
        rows.append(texts(*(str(i) for i in range(1, 13))))
    rows.append(
        tuple(
            t.cell(f"three.{kind}.{id_}", _three_label(id_, name), measure, role=role)
            for kind, measure, role in (("budget", "预算数", "budget"), ("actual", "决算数", "actual"))
            for id_, name in THREE_NAMES
        )
    )
    return Sheet("final.09", "tables", "final.09", tuple(rows), len(rows) - 1)


def _three_label(id_: str, name: str) -> str:
    return "公务用车购置及运行维护费" if id_ == "cars" else name


def three_pairs(t: Teller) -> Sheet:
    """09 (here before the funds) with 预算数 and 决算数 of each item beside each other."""
    tops = (("合计", 1), ("因公出国（境）费", 1), ("公务用车购置及运行费", 3), ("公务接待费", 1))
    rows: list[Row] = [tuple(Cell(n, colspan=2 * w, rowspan=1 if w > 1 else 2) for n, w in tops)]
    rows.append(tuple(Cell(n, colspan=2) for n in ("小计", "公务用车购置费", "公务用车运行费")))
    rows.append(texts(*("预算数", "决算数") * 6))
    rows.append(
        tuple(
            t.cell(f"three.{kind}.{id_}", _three_label(id_, name), measure, role=role)
            for id_, name in THREE_NAMES
            for kind, measure, role in (("budget", "预算数", "budget"), ("actual", "决算数", "actual"))
        )
    )
    return Sheet("final.09", "tables", "final.09", tuple(rows), 3)


def three_rows(t: Teller) -> Sheet:
    """09 standing upright: an item a row, 预算数 and 决算数 as columns."""
    rows: list[Row] = [texts("项目", "预算数", "决算数")]
    names = {"total": "合计", "cars": "2.公务用车购置及运行维护费", "abroad": "1.因公出国（境）费", "purchase": "其中：公务用车购置费",
             "running": "公务用车运行维护费", "reception": "3.公务接待费"}  # fmt: skip
    for id_, name in THREE_NAMES:
        label = _three_label(id_, name)
        rows.append(
            (
                Cell(names[id_]),
                t.cell(f"three.budget.{id_}", label, "预算数", role="budget"),
                t.cell(f"three.actual.{id_}", label, "决算数"),
            )
        )
    return Sheet("final.09", "tables", "final.09", tuple(rows), 1)
