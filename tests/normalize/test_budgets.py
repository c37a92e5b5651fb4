"""The tables of budgets: in the shapes that regions print, in generated documents, and in published ones."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from scrapers.blocks import Cell, Decoded, Grid, TextLine
from scrapers.decode import decode
from tests.generator.layouts.budgets import LAYOUTS
from tests.generator.ledger import make
from tests.generator.paper import Document
from tests.generator.plans import plan
from tests.generator.render import Render, render
from tests.generator.truth import figures
from tests.normalize.tables import spanned, table
from tests.truth.matching import in_narrative, in_tables, recorded, score
from tracker.model import Disclosure, Figure
from tracker.normalize import normalize
from tracker.normalize.flow import Portion, Stretch, Table
from tracker.normalize.statements import PLANNED, StatementsReading
from tracker.normalize.statements import read as read_statements
from tracker.sums import adds_up, sums
from tracker.taxonomy import load

INITIAL = "budget:initial_budget"
TAXONOMY = load()


def planned(*items: str | Table, year: int = 2018) -> StatementsReading:
    """What a budget says whose tables are these."""
    flow = tuple(Stretch(item) if isinstance(item, str) else item for item in items)
    return read_statements([Portion("tables", "", flow)], year=year, kind="budget", taxonomy=TAXONOMY)


def values(found: StatementsReading) -> dict[str, str]:
    return {f.key.removesuffix(f"/{INITIAL}"): f.value for f in found.figures}


# --- shapes ----------------------------------------------------------------------------------------------------------


def test_three_groups_side_by_side_are_income_functions_and_uses() -> None:
    found = planned(
        "收支预算总表单位：万元",
        table(
            "收入||支出|||\n项目名称|金额|功能分类||支出用途|\n||功能科目名称|金额|项目名称|金额\n"
            "一、财政拨款|90.00|四、公共安全支出|80.00|一、基本支出|60.00\n"
            "1.一般公共预算|90.00|十八、住房保障支出|15.00|二、项目支出|30.00\n"
            "三、其他资金|5.00|||三、单位预留机动经费|5.00\n"
            "当年收入小计|95.00|当年支出小计|||95.00\n上年结转资金||结转下年资金|||\n收入合计|95.00|支出合计|||95.00"
        ),
    )

    assert values(found) == {
        "budget.01/收入.income.appropriation/amount": "90.00",
        "budget.01/收入.income.general/amount": "90.00",
        "budget.01/收入.income.others/amount": "5.00",
        "budget.01/204/amount": "80.00",
        "budget.01/221/amount": "15.00",
        "budget.01/支出.basic/amount": "60.00",
        "budget.01/支出.project/amount": "30.00",
        "budget.01/支出.reserve/amount": "5.00",
        "budget.01/收入.income.total/amount": "95.00",
        "budget.01/支出.expenditure.total/amount": "95.00",
        "budget.01/收入.total/amount": "95.00",
        "budget.01/支出.total/amount": "95.00",
    }
    assert adds_up(found.statements[0], found.figures, TAXONOMY.forms["budget.01"]) == ()


def test_income_by_source_stands_upright_and_a_part_below_its_source() -> None:
    found = planned(
        "收入预算总表单位：万元",
        spanned(
            [
                [("项目名称", 1, 2), "金额"],
                [("收入总计", 1, 2), "95.00"],
                [("一般公共预算资金", 2, 1), "小计", "90.00"],
                ["公共财政拨款(补助)资金", "90.00"],
                [("其他资金", 2, 1), "小计", "5.00"],
                ["事业收入", "5.00"],
            ]
        ),
    )

    assert values(found) == {
        "budget.02/total/total": "95.00",
        "budget.02/income.general/total": "90.00",
        "budget.02/income.general>公共财政拨款(补助)资金/total": "90.00",
        "budget.02/income.others/total": "5.00",
        "budget.02/income.others>income.operations/total": "5.00",
    }
    assert found.statements[0].lines[2].path == ("一般公共预算资金",)


def test_a_row_without_a_name_is_the_total() -> None:
    found = planned(
        "支出预算总表单位：万元",
        table("合计|基本支出|项目支出|单位预留机动经费|结转下年资金\n95.00|60.00|30.00|5.00|"),
    )

    assert values(found) == {
        "budget.03/total/total": "95.00",
        "budget.03/total/basic": "60.00",
        "budget.03/total/project": "30.00",
        "budget.03/total/reserve": "5.00",
    }


def test_income_total_is_the_grand_total_where_the_table_ends_with_it() -> None:
    found = planned(
        "财政拨款收支预算总表单位：万元",
        table(
            "收入||支出|\n项目名称|金额|支出用途|\n||项目名称|金额\n"
            "一、一般公共预算|90.00|一、基本支出|60.00\n||二、项目支出|30.00\n收入合计|90.00|支出合计|90.00"
        ),
    )

    assert found.statements[0].id == "budget.04"
    assert {f.key.split("/")[1] for f in found.figures if f.value == "90.00"} == {
        "收入.appropriation.general", "收入.total", "支出.total",
    }  # fmt: skip


def test_columns_of_last_year_and_the_differences_to_it_have_their_bases() -> None:
    found = planned(
        "一般公共预算支出表单位：万元",
        spanned(
            [
                [("科目编码", 2, 1), ("科目名称", 2, 1), ("2017年执行数", 2, 1), ("2018年预算数", 1, 3),
                 ("2018年预算数比2017年执行数", 1, 2)],
                ["小计", "基本支出", "项目支出", "增减额", "增减%"],
                ["", "合计", "80.00", "90.00", "60.00", "30.00", "10.00", "12.5"],
            ]
        ),
    )  # fmt: skip

    assert {f.key.split("/", 2)[2]: (f.value, f.unit, f.period) for f in found.figures} == {
        "total/prior:prior_execution": ("80.00", "万元", 2017),
        f"total/{INITIAL}": ("90.00", "万元", 2018),
        f"basic/{INITIAL}": ("60.00", "万元", 2018),
        f"project/{INITIAL}": ("30.00", "万元", 2018),
        "total/delta:prior_execution": ("10.00", "万元", 2018),
        "total/percent:prior_execution": ("12.5", "%", 2018),
    }


def test_the_three_public_expenses_of_two_years_stand_beside_each_other() -> None:
    found = planned(
        "一般公共预算“三公”经费支出表单位：万元",
        table(
            "2017年预算数||||||2018年预算数|||||\n"
            + "|".join(["合计|因公出国（境）费|公务用车购置及运行费|||公务接待费"] * 2)
            + "\n||小计|公务用车购置费|公务用车运行费||||小计|公务用车购置费|公务用车运行费|\n"
            "9.00|1.00|5.00||5.00|3.00|8.00|1.00|5.00||5.00|2.00"
        ),
    )

    totals = [(f.role, f.base, f.value) for f in found.figures if f.key.split("/")[1] == "three_public.total"]
    assert totals == [("prior", "上年预算", "9.00"), ("budget", "年初预算", "8.00")]


def test_purchases_stand_below_their_project_and_their_kind_and_add_up() -> None:
    found = planned(
        "政府采购支出预算表单位：万元",
        table(
            "采购品目大类|专项名称|经济科目|采购物品名称|采购组织形式|总计\n合计|||||14.00\n一、货物A|||||14.00\n"
            "|设备更新费|办公设备购置|||10.00\n|||台式计算机|政府集中采购|7.00\n|||复印机|分散自行组织|2.00\n||||政府集中采购|1.00\n"
            "||专用设备购置|||4.00\n|||其他专用设备|分散自行组织|4.00"
        ),
    )
    statement = found.statements[0]

    assert [line.path for line in statement.lines if line.label in ("复印机分散自行组织", "复印机政府集中采购")] == [
        ("一、货物A", "设备更新费", "办公设备购置")
    ] * 2
    closed = [(b.line, b.sum.verdict) for b in sums(statement, found.figures, TAXONOMY.forms[statement.id])]
    assert closed == [
        ("procurement.total", "closes"),
        ("procurement.goods", "closes"),
        ("procurement.goods>设备更新费>办公设备购置", "closes"),
        ("procurement.goods>设备更新费>专用设备购置", "closes"),
    ]


def test_appropriation_by_function_is_the_general_budget_where_no_table_of_that_name_stands() -> None:
    own = (
        "财政拨款支出预算表单位：万元",
        table("科目编码|科目名称|合计|基本支出|项目支出\n|合计|9.00|9.00|\n205|教育支出|9.00|9.00|"),
    )
    general = (
        "一般公共预算支出预算表单位：万元",
        table("科目编码|科目名称|合计|基本支出|项目支出\n|合计|8.00|8.00|\n205|教育支出|8.00|8.00|"),
    )

    assert [s.id for s in planned(*own).statements] == ["budget.05"]
    assert [s.id for s in planned(*own, *general).statements] == ["budget.x.appropriation", "budget.05"]


def test_words_on_appropriation_say_what_the_table_says_that_stands_for_the_general_budget() -> None:
    title = "东岭师范学院2024年部门预算"
    text = "学校2024年度财政拨款支出预算200.00万元，其中基本支出150.00万元，项目支出50.00万元。"
    rows = (
        ("科目编码", "科目名称", "合计", "基本支出", "项目支出"),
        ("205", "教育支出", "200.00", "150.00", "50.00"),
        ("20502", "普通教育", "200.00", "150.00", "50.00"),
        ("2050205", "高等教育", "200.00", "150.00", "50.00"),
        ("", "合计", "200.00", "150.00", "50.00"),
    )
    grid = Grid(tuple(tuple(Cell(cell) for cell in row) for row in rows))
    before = (title, "二、2024年度部门预算报表", "表4：高等学校财政拨款支出预算表", "单位：万元")
    after = ("三、2024年度部门预算报表说明", "（四）高等学校财政拨款支出预算表说明", text)
    blocks = (*map(TextLine, before), grid, *map(TextLine, after))

    found = normalize(Decoded(blocks, "pdf", ""), TAXONOMY)

    assert [s.id for s in found.statements] == ["budget.05"]
    assert [f.fact for f in found.figures if f.section is not None] == [
        f"general.{line}:{INITIAL}" for line in ("total", "basic", "project")
    ]


def test_a_code_of_a_unit_is_no_amount() -> None:
    # 收入总表 of Hubei: a row a unit.
    found = planned(
        "收入总表公开02表单位：万元",
        spanned(
            [
                [("部门（单位）代码", 2, 1), ("部门（单位）名称", 2, 1), ("合计", 2, 1), ("本年收入", 1, 3)],
                ["小计", "一般公共预算", "单位资金"],
                ["", "合计", "205.00", "205.00", "200.00", "5.00"],
                ["130", "某局", "205.00", "205.00", "200.00", "5.00"],
                ["130005", "某局某中心", "205.00", "205.00", "200.00", "5.00"],
            ]
        ),
    )

    assert [line.id for line in found.statements[0].lines] == ["total", "某局", "某局某中心"]
    assert {f.value for f in found.figures} == {"205.00", "200.00", "5.00"}


def test_what_was_carried_over_of_a_budget_is_no_income_of_the_year() -> None:
    found = planned(
        "财政拨款收支总表单位：万元",
        table(
            "收入||支出||\n项目|预算数|项目|合计|一般公共预算\n一、本年收入|90.00|一、本年支出|95.00|95.00\n"
            "（一）一般公共预算拨款|90.00|（一）公共安全支出|95.00|95.00\n二、上年结转|5.00|二、年终结转结余||\n"
            "（一）一般公共预算拨款|5.00|||\n收入总计|95.00|支出总计|95.00|95.00"
        ),
    )

    assert values(found)["budget.04/收入.appropriation.general/amount"] == "90.00"
    assert values(found)["budget.04/收入.carryover.opening>carryover.general/amount"] == "5.00"
    assert adds_up(found.statements[0], found.figures, TAXONOMY.forms["budget.04"]) == ()


def test_a_row_an_item_the_three_public_have_a_line_below_the_total_of_all() -> None:
    found = planned(
        "一般公共预算“三公”经费、会议费、培训费支出预算表单位：万元",
        table(
            "项目|金额\n“三公”经费|10.00\n1、因公出国（境）费|1.00\n2、公务用车购置及运行维护费|8.00\n"
            "其中：公务用车购置费|3.00\n公务用车运行维护费|5.00\n3、公务接待费|1.00\n会议费|2.00\n培训费|3.00\n合计|15.00"
        ),
    )

    assert {key.split("/")[1]: value for key, value in values(found).items()} == {
        "three_public.total": "10.00",
        "three_public.abroad": "1.00",
        "three_public.cars": "8.00",
        "three_public.purchase": "3.00",
        "three_public.running": "5.00",
        "three_public.reception": "1.00",
        "meetings": "2.00",
        "training": "3.00",
        "three_public.all": "15.00",
    }
    assert adds_up(found.statements[0], found.figures, TAXONOMY.forms["budget.07"]) == ()


def test_how_many_are_bought_is_no_money() -> None:
    found = planned(
        "政府采购支出预算表单位：万元",
        table("项目|采购品目|采购数量|计量单位|金额\n合计||||8.00\n办公设备购置|台式计算机|10|台|8.00"),
    )

    assert [(f.label, f.measure, f.value, f.unit) for f in found.figures] == [
        ("合计", "金额", "8.00", "万元"),
        ("办公设备购置台式计算机", "采购数量", "10", None),
        ("办公设备购置台式计算机", "金额", "8.00", "万元"),
    ]
    assert adds_up(found.statements[0], found.figures, TAXONOMY.forms["budget.x.procurement"]) == ()


def test_a_group_over_all_amounts_tells_none_apart() -> None:
    found = planned(
        "财政拨款支出预算表单位：万元",
        table(
            "科目编码|科目名称|本年财政拨款支出||\n||合计|基本支出|项目支出\n|合计|9.00|6.00|3.00\n205|教育支出|9.00|6.00|3.00"
        ),
    )

    assert {f.key.split("/")[2] for f in found.figures} == {"total", "basic", "project"}


def test_income_of_a_university_adds_up_with_the_surplus_that_it_uses() -> None:
    found = planned(
        "收入预算表单位：万元",
        table(
            "科目编码|科目名称|合计|上年结转|财政拨款收入|事业收入||其他收入|使用非财政拨款结余\n|||||金额|其中：教育收费||\n"
            "|合计|184.00|3.00|90.00|70.00|30.00|20.00|1.00\n205|教育支出|184.00|3.00|90.00|70.00|30.00|20.00|1.00"
        ),
    )

    checked = [*sums(found.statements[0], found.figures, TAXONOMY.forms["budget.02"])]
    assert {b.sum.verdict for b in checked if b.rule == "form"} == {"closes"}
    assert found.problems == ()


def test_projects_stand_below_their_kind_and_a_source_is_told_from_what_was_left_of_it() -> None:
    found = planned(
        "项目支出表单位：万元",
        table(
            "类型|项目名称|合计|本年拨款||财政拨款结转结余|\n|||一般公共预算|政府性基金预算|一般公共预算|政府性基金预算\n"
            "|合计|30.00|28.00||2.00|\n本级支出项目||30.00|28.00||2.00|\n|管网巡检|18.00|16.00||2.00|\n|水质监测|12.00|12.00|||"
        ),
    )

    assert [(line.id, line.path) for line in found.statements[0].lines] == [
        ("total", ()),
        ("本级支出项目", ()),
        ("本级支出项目>管网巡检", ("本级支出项目",)),
        ("本级支出项目>水质监测", ("本级支出项目",)),
    ]
    checked = [*sums(found.statements[0], found.figures, TAXONOMY.forms["budget.x.projects"])]
    assert {b.line for b in checked} == {"total", "本级支出项目"}
    assert {b.sum.verdict for b in checked} == {"closes"}


def test_a_table_that_says_it_is_empty_is_empty_and_one_whose_name_stands_alone_is_missing() -> None:
    found = planned(
        "政府性基金预算支出表单位：万元",
        table("科目编码|科目名称|合计|基本支出|项目支出\n|合计|||\n此表为空||||"),
        "国有资本经营预算支出表",
    )

    assert [(s.id, s.state, [line.label for line in s.lines]) for s in found.statements] == [
        ("budget.08", "empty", ["合计"]),
        ("budget.09", "missing", []),
    ]


# --- generated -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=list(product(sorted(LAYOUTS), (1, 4, 10, 18))), ids=str)
def budget(request: pytest.FixtureRequest) -> Document:
    layout, seed = request.param
    return LAYOUTS[layout](plan(make(seed)))


@cache
def read(text: str, name: str) -> Disclosure:
    return normalize(decode(text.encode(), name=name), name=name, taxonomy=TAXONOMY)


def of(budget: Document, how: Render = "tsv") -> Disclosure:
    return read(render(budget, how), f"{budget.layout}.{'html' if how == 'html' else 'txt'}")


@pytest.mark.parametrize("how", ["tsv", "wrapped", "html"])
def test_every_figure_of_a_budget_is_read_with_its_meaning_and_no_other(budget: Document, how: Render) -> None:
    true = [asdict(figure) for figure in figures(budget)]
    found = recorded(of(budget, how).figures)

    assert score(in_tables(true), in_tables(found), "meaning").missed == ()
    assert score(in_narrative(true), in_narrative(found), "meaning").missed == ()
    assert score(true, found, "value").beyond == ()


def test_the_nine_tables_are_there_and_add_up(budget: Document) -> None:
    disclosure = of(budget)

    assert sorted(s.id for s in disclosure.statements) == sorted(PLANNED)
    assert disclosure.problems == ()
    assert [b for s in disclosure.statements for b in adds_up(s, disclosure.figures, TAXONOMY.forms[s.id])] == []


def test_a_budget_says_that_it_is_one(budget: Document) -> None:
    assert of(budget).identity.document == budget.name


def test_planned_amounts_have_the_base_by_which_final_accounts_quote_them(budget: Document) -> None:
    assert {f.base for f in of(budget).figures if f.role == "budget"} == {"年初预算"}


def test_another_rendering_of_a_budget_is_the_same_content(budget: Document) -> None:
    assert len({of(budget, how).digest for how in ("tsv", "wrapped", "html")}) == 1


def test_one_fact_of_a_budget_is_one_amount_in_all_its_places(budget: Document) -> None:
    amounts: dict[str, set[int | None]] = {}
    for figure in of(budget).figures:
        # Prose rounds amounts of 元 to 万元 with two decimals: these ledgers have no finer ones.
        if figure.fact is not None and figure.role == "budget":
            amounts.setdefault(figure.fact, set()).add(figure.amount_fen)

    assert [fact for fact, different in amounts.items() if len(different) > 1] == []


# --- published -------------------------------------------------------------------------------------------------------

Published = Callable[[str], Disclosure]


@pytest.fixture(scope="module")
def published(disclosures: Path) -> Published:
    @cache
    def read_file(name: str) -> Disclosure:
        data = (disclosures / "corpus" / f"{name}.pdf").read_bytes()
        return normalize(decode(data, name=f"{name}.pdf"), name=f"{name}.pdf", taxonomy=TAXONOMY)

    return read_file


JIANGSU = ("budget-2017-js-jianchayuan", "budget-2018-js-jianchayuan", "budget-2019-js-jianchayuan",
           "budget-2018-js-weibangongting-tables")  # fmt: skip
SHANGHAI = ("budget-2025-putuo-shangwuwei-department", "budget-2025-putuo-shangwuwei-unit")
_TWELVE = {
    *(f"budget.{n:02}" for n in range(1, 9)),
    *("budget.x.appropriation", "budget.x.appropriation_basic", "budget.x.operating", "budget.x.procurement"),
}


@pytest.mark.parametrize("name", JIANGSU)
def test_the_twelve_tables_of_jiangsu_are_recognized(name: str, published: Published) -> None:
    statements = {s.id: s.state for s in published(name).statements}

    assert set(statements) == _TWELVE
    assert [id for id, state in statements.items() if state != "present"] == ["budget.08"]


@pytest.mark.parametrize("name", SHANGHAI)
def test_the_nine_tables_of_shanghai_are_recognized_in_their_units(name: str, published: Published) -> None:
    statements = published(name).statements

    assert {s.id for s in statements} == set(PLANNED)
    assert {s.id for s in statements if s.state == "empty"} == {"budget.08", "budget.09"}
    assert {s.unit for s in statements if s.id != "budget.07"} == {"元"}
    assert next(s.unit for s in statements if s.id == "budget.07") == "万元"


@pytest.mark.parametrize("name", [*JIANGSU, *SHANGHAI])
def test_every_sum_of_a_published_budget_closes(name: str, published: Published) -> None:
    disclosure = published(name)
    checked = [b for s in disclosure.statements for b in sums(s, disclosure.figures, TAXONOMY.forms[s.id])]

    assert len(checked) >= 40
    assert [(b.statement, b.line, b.measure, b.sum) for b in checked if b.sum.verdict != "closes"] == []


@pytest.mark.parametrize("name", [*JIANGSU, *SHANGHAI])
def test_nothing_is_wrong_with_a_published_budget(name: str, published: Published) -> None:
    assert published(name).problems == ()


@pytest.mark.parametrize("name", [*JIANGSU, *SHANGHAI])
def test_keys_of_the_tables_of_a_published_budget_are_unique(name: str, published: Published) -> None:
    tables = [f.key for f in published(name).figures if f.statement in PLANNED]

    assert len(set(tables)) == len(tables) > 60


def test_a_department_and_its_unit_stay_two(published: Published) -> None:
    assert [published(name).identity.document for name in SHANGHAI] == [
        "上海市普陀区商务委员会/2025/budget.department",
        "上海市普陀区商务委员会/2025/budget.unit",
    ]


@pytest.mark.parametrize("name", SHANGHAI)
def test_text_and_tables_of_a_published_budget_share_their_facts(name: str, published: Published) -> None:
    places: dict[str, list[Figure]] = {}
    for figure in published(name).figures:
        if figure.fact is not None and figure.role == "budget":
            places.setdefault(figure.fact, []).append(figure)
    shared = {fact for fact, own in places.items() if {f.statement is None for f in own} == {True, False}}

    assert {fact.partition(":")[0] for fact in shared} >= {
        "overall.total", "income.appropriation", "appropriation.total", "general.total", "operating_cost",
        "three_public.total", "three_public.reception",
    }  # fmt: skip
