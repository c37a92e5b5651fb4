"""Standard tables to statements, lines and figures, in the layouts that regions print."""

import pytest

from tests.normalize.tables import figure, reading, spanned, table, values
from tracker.normalize.flow import Portion, Stretch, Table
from tracker.normalize.statements import read
from tracker.taxonomy import load

INCOME_AND_EXPENDITURE = "一般公共预算财政拨款支出决算表单位：万元"

TREE_05 = """
项目|||本年支出||
功能分类科目编码|科目名称||小计|基本支出|项目支出
类|款|项|1|2|3
||合计|2,020.06|1,977.18|42.88
208|社会保障和就业支出||2,020.06|1,977.18|42.88
20801|人力资源和社会保障管理事务||2,020.06|1,977.18|42.88
2080101|行政运行||1,977.18|1,977.18|
2080109|社会保险经办机构||42.88||42.88
"""


def test_a_tree_is_read_by_code_with_measure_unit_and_precision() -> None:
    found = reading("2023年度一般公共预算财政拨款支出决算表公开05表单位：万元单位：某中心", table(TREE_05))

    (statement,) = found.statements
    assert (statement.id, statement.number, statement.organisation, statement.unit) == (
        "final.05",
        "公开05表",
        "某中心",
        "万元",
    )
    basic = figure(found, "final.05/2080101/basic/actual")
    assert (basic.code, basic.label, basic.measure, basic.value, basic.decimals, basic.amount_fen) == (
        "2080101",
        "行政运行",
        "基本支出",
        "1977.18",
        2,
        1_977_180_000,
    )
    assert basic.path == ("社会保障和就业支出", "人力资源和社会保障管理事务")
    assert basic.period == 2023
    assert [c.number for c in statement.columns] == ["1", "2", "3"]
    assert not found.problems


def test_lines_form_a_tree_by_code() -> None:
    (statement,) = reading(INCOME_AND_EXPENDITURE, table(TREE_05)).statements

    by_id = {line.id: i for i, line in enumerate(statement.lines)}
    assert statement.lines[by_id["2080101"]].parent == by_id["20801"]
    assert statement.lines[by_id["20801"]].parent == by_id["208"]
    assert statement.lines[by_id["total"]].parent is None


def test_an_empty_cell_is_no_figure_and_a_printed_zero_is_one() -> None:
    found = reading(
        INCOME_AND_EXPENDITURE,
        table("科目编码|科目名称|合计|基本支出|项目支出\n|合计|5.00|5.00|0.00\n201|一般公共服务支出|5.00|5.00|—"),
    )

    assert values(found) == {
        "final.05/total/total/actual": "5.00",
        "final.05/total/basic/actual": "5.00",
        "final.05/total/project/actual": "0.00",
        "final.05/201/total/actual": "5.00",
        "final.05/201/basic/actual": "5.00",
    }


@pytest.mark.parametrize(
    "rows",
    [
        "科目编码|科目名称|合计|基本支出|项目支出\n{0}|行政单位离退休|3.00|2.00|1.00\n|合计|3.00|2.00|1.00",
        "合计|基本支出|项目支出|科目编码|科目名称\n3.00|2.00|1.00|{0}|行政单位离退休\n3.00|2.00|1.00||合计",
        "科目名称|项目支出|科目编码|合计|基本支出\n行政单位离退休|1.00|{0}|3.00|2.00\n合计|1.00||3.00|2.00",
        "科目名称|基本支出|合计|项目支出|科目编码\n合计|2.00|3.00|1.00|\n行政单位离退休|2.00|3.00|1.00|{0}",
    ],
)
def test_the_order_of_columns_and_the_place_of_the_total_do_not_matter(rows: str) -> None:
    found = reading(INCOME_AND_EXPENDITURE, table(rows.format("2080501")))

    assert values(found) == {
        "final.05/2080501/total/actual": "3.00",
        "final.05/2080501/basic/actual": "2.00",
        "final.05/2080501/project/actual": "1.00",
        "final.05/total/total/actual": "3.00",
        "final.05/total/basic/actual": "2.00",
        "final.05/total/project/actual": "1.00",
    }
    assert not found.problems


@pytest.mark.parametrize(
    "rows",
    [
        "208|||社会保障和就业支出|9.00|9.00|\n208|05||行政事业单位养老支出|9.00|9.00|\n208|05|05|养老保险缴费|9.00|9.00|",
        "208|||社会保障和就业支出|9.00|9.00|\n|05||行政事业单位养老支出|9.00|9.00|\n||05|养老保险缴费|9.00|9.00|",
        "208|||社会保障和就业支出|9.00|9.00|\n20805|||行政事业单位养老支出|9.00|9.00|\n2080505|||养老保险缴费|9.00|9.00|",
        "208|||社会保障和就业支出|9.00|9.00|\n208|5||行政事业单位养老支出|9.00|9.00|\n208|5|5|养老保险缴费|9.00|9.00|",
        (
            "208|||社会保障和就业支出|9.00|9.00|\n"
            "208 05|||行政事业单位养老支出|9.00|9.00|\n208 05 05|||养老保险缴费|9.00|9.00|"
        ),
    ],
    ids=["three cells", "only the last part", "whole codes", "zero padding lost", "spaces"],
)
def test_codes_split_over_cells_are_whole(rows: str) -> None:
    head = "项目||||合计|基本支出|项目支出\n功能分类科目编码|||科目名称|||\n类|款|项||||\n合计||||9.00|9.00|\n"

    found = reading(INCOME_AND_EXPENDITURE, table(head + rows))

    assert [line.id for line in found.statements[0].lines] == ["total", "208", "20805", "2080505"]
    assert not found.problems


TWO_SIDED = """
收入|||支出||
项目|行次|金额|项目|行次|金额
栏次||1|栏次||2
一、一般公共预算财政拨款收入|1|2,020.06|一、一般公共服务支出|32|
五、事业收入|5|3.00|八、社会保障和就业支出|39|1,588.55
|9||九、卫生健康支出|40|434.51
本年收入合计|27|2,023.06|本年支出合计|58|2,023.06
使用非财政拨款结余|28||结余分配|59|
年初结转和结余|29||年末结转和结余|60|
总计|31|2,023.06|总计|62|2,023.06
"""


def test_the_two_sides_of_a_table_are_kept_apart() -> None:
    found = reading(
        "2023年度收入支出决算总表公开01表单位：万元", table(TWO_SIDED), "注：27行=(1+5)行；58行=(32+...+40)行。"
    )

    assert values(found) == {
        "final.01/收入.income.general/amount/actual": "2020.06",
        "final.01/收入.income.operations/amount/actual": "3.00",
        "final.01/208/amount/actual": "1588.55",
        "final.01/210/amount/actual": "434.51",
        "final.01/收入.income.total/amount/actual": "2023.06",
        "final.01/支出.expenditure.total/amount/actual": "2023.06",
        "final.01/收入.total/amount/actual": "2023.06",
        "final.01/支出.total/amount/actual": "2023.06",
    }
    social = figure(found, "final.01/208/amount/actual")
    assert (social.code, social.label, social.side) == ("208", "八、社会保障和就业支出", "支出")
    (statement,) = found.statements
    assert {line.label: line.number for line in statement.lines}["九、卫生健康支出"] == "40"
    assert [(f.over, f.total) for f in statement.formulas] == [("row", "27"), ("row", "58")]


def test_a_name_takes_the_code_that_it_had_in_that_year() -> None:
    old = (
        "收入||支出|\n项目|决算数|项目|决算数\n一、财政拨款收入|5.00|九、医疗卫生与计划生育支出|5.00\n"
        "五、事业收入||十七、国土海洋气象等支出|\n本年收入合计|5.00|本年支出合计|5.00\n总计|5.00|总计|5.00"
    )

    found = reading("收入支出决算总表单位：万元", table(old), year=2017)

    assert "final.01/210/amount/actual" in values(found)


def test_rows_of_which_are_parts_of_the_line_above() -> None:
    swu = (
        "收入||支出|\n项目|决算数|项目(按功能分类)|决算数\n一、财政拨款收入|243,015.38|五、教育支出|425,287.27\n"
        "其中：政府性基金预算财政拨款|109.50||\n六、其他收入|51,324.41||\n其中：捐赠收入|44.20||\n"
        "本年收入合计|294,339.79|本年支出合计|425,287.27\n合计|294,339.79|合计|425,287.27"
    )

    found = reading("表1：高等学校收支决算总表单位名称：单位：万元", table(swu))

    (statement,) = found.statements
    gift = next(line for line in statement.lines if "捐赠" in line.label)
    assert (gift.id, gift.memo) == ("收入.income.other>捐赠收入", True)
    assert statement.lines[gift.parent or 0].label == "六、其他收入"
    assert (statement.id, statement.number, statement.organisation) == ("final.01", "表1", None)
    assert values(found)["final.01/收入.total/amount/actual"] == "294339.79"


def test_carried_over_money_by_fund_is_not_this_years_income() -> None:
    found = reading(
        "财政拨款收入支出决算总表单位：万元",
        table(
            "收入||支出||||\n项目|决算数|项目|合计|一般公共预算财政拨款|政府性基金预算财政拨款|国有资本经营预算财政拨款\n"
            "一、一般公共预算财政拨款|9.00|一、一般公共服务支出|10.00|10.00||\n本年收入合计|9.00|本年支出合计|10.00|10.00||\n"
            "年初财政拨款结转和结余|1.00|年末财政拨款结转和结余||||\n一、一般公共预算财政拨款|1.00|||||\n总计|10.00|总计|10.00|10.00||"
        ),
    )

    amounts = values(found)
    assert amounts["final.04/收入.appropriation.general/amount/actual"] == "9.00"
    assert amounts["final.04/收入.carryover.opening>carryover.general/amount/actual"] == "1.00"
    assert amounts["final.04/201/general/actual"] == "10.00"
    assert figure(found, "final.04/201/total/actual").measure == "合计"


def test_the_foot_of_the_economic_table_finds_its_amount_five_cells_away() -> None:
    found = reading(
        "2023年度一般公共预算财政拨款基本支出决算明细表公开06表单位：万元",
        table(
            "人员经费|||公用经费|||||\n科目代码|科目名称|决算数|科目代码|科目名称|决算数|科目代码|科目名称|决算数\n"
            "301|工资福利支出|1,710.32|302|商品和服务支出|248.68|310|资本性支出|\n"
            "30101|基本工资|1,710.32|30201|办公费|248.68|31002|办公设备购置|\n"
            "303|对个人和家庭的补助|18.18||||||\n人员经费合计||1,728.50|公用经费合计|||||248.68"
        ),
    )

    amounts = values(found)
    assert amounts["final.06/personnel/amount/actual"] == "1728.50"
    assert amounts["final.06/public/amount/actual"] == "248.68"
    assert amounts["final.06/30201/amount/actual"] == "248.68"
    assert not found.problems


BLOCKS_09 = """
预算数||||||决算数|||||
合计|因公出国(境)费|公务用车购置及运行维护费|||公务接待费|合计|因公出国(境)费|公务用车购置及运行维护费|||公务接待费
||小计|公务用车购置费|公务用车运行维护费||||小计|公务用车购置费|公务用车运行维护费|
1|2|3|4|5|6|7|8|9|10|11|12
7.00||4.00||4.00|3.00|5.00||3.00||3.00|2.00
"""
PAIRS_09 = """
财政拨款“三公”经费|||||||||||
合计||因公出国（境）费||公务接待费||公务用车购置及运行维护费|||||
||||||小计||公务用车购置费||公务用车运行维护费|
预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数
7.00|5.00|||3.00|2.00|4.00|3.00|||4.00|3.00
"""
ROWS_09 = """
项目|行次|预算数|决算数
栏次||1|2
一、“三公”经费支出|1|7.00|5.00
1．因公出国（境）费|2||
2．公务用车购置及运行维护费|3|4.00|3.00
（1）公务用车购置费|4||
（2）公务用车运行维护费|5|4.00|3.00
3．公务接待费|6|3.00|2.00
"""
SPANNED_09 = [
    [("预算数", 1, 6), ("决算数", 1, 6)],
    [("合计", 2, 1), ("因公出国（境）费", 2, 1), ("公务用车购置及运行维护费", 1, 3), ("公务接待费", 2, 1)] * 2,
    ["小计", "公务用车购置费", "公务用车运行维护费"] * 2,
    ["7.00", "", "4.00", "", "4.00", "3.00", "5.00", "", "3.00", "", "3.00", "2.00"],
]


@pytest.mark.parametrize(
    "printed",
    [table(BLOCKS_09), table(PAIRS_09), table(ROWS_09), spanned(SPANNED_09)],
    ids=["two blocks", "pairs, other order", "an item a row", "merged cells"],
)
def test_the_items_of_the_three_public_expenses_are_lines_in_every_layout(printed: Table) -> None:
    found = reading("财政拨款“三公”经费支出决算表单位：万元", printed)

    budget = {"total": "7.00", "cars": "4.00", "running": "4.00", "reception": "3.00"}
    actual = {"total": "5.00", "cars": "3.00", "running": "3.00", "reception": "2.00"}
    expected = {f"final.09/three_public.{item}/amount/budget": value for item, value in budget.items()}
    expected |= {f"final.09/three_public.{item}/amount/actual": value for item, value in actual.items()}
    assert values(found) == expected
    assert {f.measure for f in found.figures} == {"预算数", "决算数"}
    assert not found.problems


def test_merged_cells_and_flattened_ones_are_the_same_table() -> None:
    flat = reading("2023年度一般公共预算财政拨款支出决算表单位：万元", table(TREE_05))
    merged = reading(
        "2023年度一般公共预算财政拨款支出决算表单位：万元",
        spanned(
            [
                [("项目", 1, 3), ("本年支出", 1, 3)],
                [("功能分类科目编码", 1, 1), ("科目名称", 1, 2), "小计", "基本支出", "项目支出"],
                ["类", "款", "项", "1", "2", "3"],
                [("合计", 1, 3), "2,020.06", "1,977.18", "42.88"],
                ["208", ("社会保障和就业支出", 1, 2), "2,020.06", "1,977.18", "42.88"],
                ["20801", ("人力资源和社会保障管理事务", 1, 2), "2,020.06", "1,977.18", "42.88"],
                ["2080101", ("行政运行", 1, 2), "1,977.18", "1,977.18", ""],
                ["2080109", ("社会保险经办机构", 1, 2), "42.88", "", "42.88"],
            ]
        ),
    )

    assert values(merged) == values(flat)
    assert [(f.label, f.measure) for f in merged.figures] == [(f.label, f.measure) for f in flat.figures]


def test_a_heading_written_out_of_place_is_put_right_by_the_numbers_of_its_columns() -> None:
    # 公开07表 of WH: the merged heading stands one cell to the left of its columns.
    found = reading(
        "2023年度政府性基金预算财政拨款收入支出决算表公开07表单位：万元",
        table(
            "项目|||年初结转和结余|本年收入|本年支出|||年末结转和结余|\n功能分类科目编码|||||科目名称|小计|基本支出||项目支出\n"
            "类|款|项|栏次|1|2|3|4|5|6\n|||合计|1.00|2.00|2.50||2.50|0.50\n229|||其他支出|1.00|2.00|2.50||2.50|0.50"
        ),
        "6栏各行=(1+2-3)栏各行；3栏各行=(4+5)栏各行。",
    )

    assert values(found)["final.07/229/income/actual"] == "2.00"
    assert values(found)["final.07/229/project/actual"] == "2.50"
    assert values(found)["final.07/total/closing/actual"] == "0.50"


def test_groups_of_columns_name_their_parts() -> None:
    found = reading(
        "一般公共预算财政拨款收入支出决算表公开05表部门：某局金额单位：万元",
        table(
            "科目编码|科目名称|年初结转和结余||本年收入|本年支出|||||年末结转和结余\n"
            "||合计|基本支出结转||合计|基本支出|||项目支出|\n||||||小计|人员经费|公用经费||\n"
            "|合计|1.00|0.40|20.00|19.00|10.00|6.00|4.00|9.00|2.00\n205|教育支出|1.00|0.40|20.00|19.00|10.00|6.00|4.00|9.00|2.00"
        ),
    )

    assert values(found) | {} == {
        f"final.05/{line}/{measure}/actual": value
        for line in ("total", "205")
        for measure, value in {
            "opening": "1.00",
            "opening.carried": "0.40",
            "income": "20.00",
            "total": "19.00",
            "basic": "10.00",
            "basic.personnel": "6.00",
            "basic.public": "4.00",
            "project": "9.00",
            "closing": "2.00",
        }.items()
    }


def test_a_table_that_goes_on_after_a_page_is_one_statement() -> None:
    head = "科目编码|科目名称|合计|基本支出|项目支出\n"
    first = table(head + "|合计|10.00|6.00|4.00\n208|社会保障和就业支出|6.00|6.00|")
    without_head = table("210|卫生健康支出|4.00||4.00")
    with_head = table(head + "210|卫生健康支出|4.00||4.00")

    whole = values(reading(INCOME_AND_EXPENDITURE, first, without_head))

    assert whole["final.05/210/project/actual"] == "4.00"
    for parts in (
        (first, with_head),
        (first, "续表", with_head),
        (first, INCOME_AND_EXPENDITURE + "（续）", with_head),
    ):
        found = reading(INCOME_AND_EXPENDITURE, *parts)
        assert len(found.statements) == 1
        assert values(found) == whole
        assert not found.problems


def test_the_second_part_of_a_table_may_have_lost_empty_columns_of_codes() -> None:
    first = table("科目编码|||科目名称|合计|基本支出|项目支出\n类|款|项|合计|9.00|8.00|1.00\n205|||教育支出|4.00|4.00|")
    second = table("206|科学技术支出|5.00|4.00|1.00")

    found = reading("表4：高等学校财政拨款支出决算表单位：万元", first, second)

    assert values(found)["final.05/206/project/actual"] == "1.00"
    assert not found.problems


def test_a_table_without_amounts_is_empty_and_one_that_is_not_there_is_missing() -> None:
    found = reading(
        "国有资本经营预算财政拨款支出决算表公开08表单位：万元",
        table("项目||合计|基本支出|项目支出\n科目编码|科目名称|||\n|合计|||"),
        "注：本表反映。某中心当年无国有资本经营预算财政拨款支出。九、财政拨款“三公”经费支出决算表",
    )

    assert {s.id: s.state for s in found.statements} == {"final.08": "empty", "final.09": "missing"}


def test_headings_of_lost_tables_are_all_missing() -> None:
    found = reading(
        "第二部分2023年度部门决算表一、收入支出决算总表二、收入决算表三、支出决算表四、财政拨款收入支出决算总表"
    )

    assert [(s.id, s.state) for s in found.statements] == [(f"final.0{n}", "missing") for n in range(1, 5)]


def test_a_table_without_a_name_is_known_by_what_it_holds() -> None:
    found = reading(
        table(
            "科目编码|科目名称|本年收入合计|财政拨款收入|上级补助收入|事业收入|经营收入|附属单位上缴收入|其他收入\n"
            "|合计|10.00|10.00|||||\n208|社会保障和就业支出|10.00|10.00|||||"
        )
    )

    assert [s.id for s in found.statements] == ["final.02"]


def test_rows_that_disagree_with_their_heading_hold_the_table() -> None:
    found = reading(
        INCOME_AND_EXPENDITURE,
        table("科目编码|科目名称|小计|基本支出\n208|社会保障和就业支出|10.00|9.00|1.00\n|合计|10.00|9.00|1.00"),
    )

    (problem,) = found.problems
    assert (problem.code, problem.place, problem.holds) == ("table.header_mismatch", "final.05", True)
    assert not any(f.key.endswith("/project/actual") for f in found.figures)


def test_a_table_that_ends_before_its_total_is_half() -> None:
    cut = "\n".join(TWO_SIDED.strip().split("\n")[:6])

    found = reading("2023年度收入支出决算总表公开01表单位：万元", table(cut))

    assert [(p.code, p.place, p.holds) for p in found.problems] == [("table.half", "final.01", True)]


def test_tables_of_performance_are_left_to_their_own_reader() -> None:
    found = reading(
        "2023年度社保业务经费项目绩效自评表",
        table("一级指标|二级指标|三级指标|年初目标值|实际完成值|得分\n产出指标|数量指标|发放量|1,680|1,649|2.45"),
        section="performance",
    )

    assert found.statements == ()
    assert found.tables == ()


def test_one_name_means_another_table_in_a_budget_than_in_final_accounts() -> None:
    items = (Stretch("部门支出总表单位：万元"), table("科目编码|科目名称|合计|基本支出|项目支出\n|合计|9.00|9.00|"))
    portions = [Portion("tables", "", items)]

    planned = read(portions, year=2024, kind="budget", taxonomy=load())
    spent = read(portions, year=2024, kind="final", taxonomy=load())

    assert values(planned) == {
        "budget.03/total/total/budget:initial_budget": "9.00",
        "budget.03/total/basic/budget:initial_budget": "9.00",
    }
    assert values(spent) == {"final.03/total/total/actual": "9.00", "final.03/total/basic/actual": "9.00"}


def test_a_blank_template_has_no_numeric_cell() -> None:
    found = reading(
        "收入支出决算总表单位：万元",
        table("收入||支出|\n项目|决算数|项目|决算数\n五、事业收入|XX|五、教育支出|××\n总计||总计|"),
    )

    assert (found.numeric, found.placeholders, found.figures) == (0, 2, ())


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("2,020.06", "2020.06"),
        ("2020.06", "2020.06"),
        ("2,,020.06", "2020.06"),
        ("２，０２０．０６", "2020.06"),
        (" 2, 020 .06 ", "2020.06"),
        ("2 020.06", "2020.06"),
        ("-12.5", "-12.5"),
        ("(12.5)", "-12.5"),
        ("0", "0"),
    ],
)
def test_amounts_are_read_whatever_their_separators_and_forms(printed: str, value: str) -> None:
    found = reading(
        INCOME_AND_EXPENDITURE,
        table(f"科目编码|科目名称|合计|基本支出\n|合计|{printed}|9.00\n201|一般公共服务支出||9.00"),
    )

    assert values(found)["final.05/total/total/actual"] == value


@pytest.mark.parametrize("printed", ["-", "—", "——", "*", "/", ""])
def test_signs_for_nothing_are_no_figures(printed: str) -> None:
    found = reading(
        INCOME_AND_EXPENDITURE,
        table(f"科目编码|科目名称|合计|基本支出\n|合计|9.00|{printed}\n201|一般公共服务支出|9.00|"),
    )

    assert "final.05/total/basic/actual" not in values(found)
    assert not found.problems


@pytest.mark.parametrize(
    ("caption", "head", "unit"),
    [
        ("支出决算表编制单位：某局金额单位：元", "合计", "元"),
        ("支出决算表单位：某局单位：万元", "合计", "万元"),
        ("支出决算表单位：千元单位：某局", "合计", "千元"),
        ("支出决算表部门：某局", "合计（万元）", "万元"),
        ("支出决算表", "合计", None),
    ],
)
def test_the_money_unit_comes_from_caption_or_heading(caption: str, head: str, unit: str | None) -> None:
    found = reading(
        caption, table(f"科目编码|科目名称|{head}|基本支出|上缴上级支出\n|合计|9.00||\n201|一般公共服务支出|9.00||")
    )

    assert figure(found, "final.03/total/total/actual").unit == unit


def test_the_words_around_a_table_belong_to_it() -> None:
    before = "第二部分某中心2023年度单位决算表2023年度支出决算表公开03表单位：某中心单位：万元"
    note = "注：本表反映单位本年度各项支出情况。1栏各行=(2+3)栏各行。"
    grid = table("科目编码|科目名称|本年支出合计|基本支出|经营支出\n|合计|9.00|9.00|\n201|一般公共服务支出|9.00|9.00|")

    found = reading(before, grid, note + "2023年度财政拨款“三公”经费支出决算表公开09表单位：万元", table(BLOCKS_09))

    words = found.captions[0]
    (caption,), (notes,) = words.caption, words.notes
    assert before[caption.start : caption.end] == "2023年度支出决算表公开03表单位：某中心单位：万元"
    assert notes.end == len(note)
    assert words.money is not None
    assert before[words.money.start : words.money.end] == "单位：万元"
    assert found.tables == ((0, 1), (0, 3))


def test_the_quote_of_a_figure_is_its_row_up_to_the_amount() -> None:
    found = reading(INCOME_AND_EXPENDITURE, table(TREE_05))

    assert figure(found, "final.05/2080109/total/actual").quote == "社会保险经办机构 42.88"


def test_a_heading_over_the_wrong_columns_holds_the_table() -> None:
    rows = (
        "科目编码|科目名称|基本支出|合计|项目支出\n|合计|10.00|6.00|4.00\n208|社会保障和就业支出|6.00|5.00|1.00\n"
        "20801|人力资源和社会保障管理事务|6.00|5.00|1.00\n210|卫生健康支出|4.00|1.00|3.00"
    )

    found = reading(INCOME_AND_EXPENDITURE, table(rows))

    assert [(p.code, p.place, p.holds) for p in found.problems] == [("table.header_mismatch", "final.05", True)]


def test_one_wrong_figure_holds_nothing() -> None:
    rows = (
        "科目编码|科目名称|合计|基本支出|项目支出\n|合计|10.00|6.00|4.00\n208|社会保障和就业支出|6.00|5.00|1.00\n"
        "20801|人力资源和社会保障管理事务|6.60|5.00|1.00\n210|卫生健康支出|4.00|1.00|3.00"
    )

    assert reading(INCOME_AND_EXPENDITURE, table(rows)).problems == ()


def test_a_tree_that_ends_in_a_class_without_its_lines_is_half() -> None:
    rows = (
        "科目编码|科目名称|合计|基本支出|项目支出\n|合计|10.00|10.00|\n208|社会保障和就业支出|6.00|6.00|\n"
        "20805|行政事业单位养老支出|6.00|6.00|\n2080505|养老保险缴费|6.00|6.00|\n210|卫生健康支出|3.00|3.00|"
    )

    found = reading(INCOME_AND_EXPENDITURE, table(rows))

    assert [(p.code, p.place, p.holds) for p in found.problems] == [("table.half", "final.05", True)]


def test_a_caption_and_notes_inside_the_table_are_no_lines() -> None:
    rows = (
        "2023年度支出决算表||||\n公开03表||||\n部门：某某局||||单位：万元\n项目||本年支出合计|基本支出|经营支出\n"
        "科目编码|科目名称|||\n栏次||1|2|3\n合计||9.00|8.00|1.00\n201|一般公共服务支出|9.00|8.00|1.00\n"
        "注：本表反映部门本年度各项支出情况。||||\n1栏各行=(2+3)栏各行。||||"
    )

    found = reading(table(rows))

    (statement,) = found.statements
    assert (statement.id, statement.number, statement.organisation, statement.unit) == (
        "final.03",
        "公开03表",
        "某某局",
        "万元",
    )
    assert [line.id for line in statement.lines] == ["total", "201"]
    assert [f.total for f in statement.formulas] == ["1"]
    assert found.captions[0].inside == ("注：本表反映部门本年度各项支出情况。", "1栏各行=(2+3)栏各行。")


def test_a_third_block_by_nature_belongs_to_the_side_of_expenditure() -> None:
    rows = (
        "收入||支出|||\n项目|决算数|项目(按功能分类)|决算数|项目(按支出性质)|决算数\n"
        "五、事业收入|9.00|一、一般公共服务支出|9.00|一、基本支出|7.00\n八、其他收入||二、外交支出||二、项目支出|2.00\n"
        "本年收入合计|9.00|本年支出合计|9.00||\n总计|9.00|总计|9.00||"
    )

    amounts = values(reading("收入支出决算总表单位：万元", table(rows)))

    assert amounts["final.01/支出.basic/amount/actual"] == "7.00"
    assert amounts["final.01/支出.project/amount/actual"] == "2.00"


@pytest.mark.parametrize(
    "rows",
    [
        "项目|合计|基本支出|项目支出\n合计|9.00|9.00|\n社会保障和就业支出|9.00|9.00|\n行政事业单位养老支出|9.00|9.00|",
        "项目|合计|基本支出|项目支出\n合计|9.00|9.00|\n208社会保障和就业支出|9.00|9.00|\n20805养老支出|9.00|9.00|",
    ],
    ids=["names only", "code and name in one cell"],
)
def test_a_tree_without_a_column_of_codes_has_codes_all_the_same(rows: str) -> None:
    found = reading(INCOME_AND_EXPENDITURE, table(rows))

    assert [line.id for line in found.statements[0].lines] == ["total", "208", "20805"]
    assert not found.problems


def test_a_year_in_a_heading_is_this_year_or_the_one_before() -> None:
    found = reading(
        "财政拨款“三公”经费支出决算表 公开09表 单位：万元",
        table("项目|2023年度预算数|2023年度决算数|2022年度决算数\n合计|96.32|41.27|50.00\n公务接待费|2.32|1.00|1.50"),
    )

    assert values(found) == {
        "final.09/three_public.total/amount/budget": "96.32",
        "final.09/three_public.total/amount/actual": "41.27",
        "final.09/three_public.total/amount/prior:prior": "50.00",
        "final.09/three_public.reception/amount/budget": "2.32",
        "final.09/three_public.reception/amount/actual": "1.00",
        "final.09/three_public.reception/amount/prior:prior": "1.50",
    }


def test_codes_below_a_wide_cell_of_column_numbers_are_codes() -> None:
    found = reading(
        INCOME_AND_EXPENDITURE,
        spanned(
            [
                [("项目", 1, 2), ("合计", 2, 1), ("基本支出", 2, 1), ("项目支出", 2, 1)],
                [("科目编码", 1, 1), ("科目名称", 1, 1)],
                [("栏次", 1, 2), ("1", 1, 1), ("2", 1, 1), ("3", 1, 1)],
                [("", 1, 1), ("合计", 1, 1), ("5.00", 1, 1), ("5.00", 1, 1), ("", 1, 1)],
                [("2999901", 1, 1), ("新设项目", 1, 1), ("5.00", 1, 1), ("5.00", 1, 1), ("", 1, 1)],
            ]
        ),
    )

    assert [line.id for line in found.statements[0].lines] == ["total", "2999901"]


def test_a_page_may_leave_out_the_empty_columns_at_its_end() -> None:
    found = reading(
        "支出决算表单位：万元",
        table("科目编码|科目名称|合计|基本支出|项目支出|对附属单位补助支出\n|合计|9.00|4.00|5.00|"),
        table("208|社会保障和就业支出|9.00|4.00|5.00\n20801|人力资源和社会保障管理事务|9.00|4.00|5.00"),
    )

    assert [line.id for line in found.statements[0].lines] == ["total", "208", "20801"]
    assert not found.problems


def test_an_increase_in_percent_is_a_rate_and_a_cars_short_names_are_its_lines() -> None:
    found = reading(
        "财政拨款“三公”经费支出决算表单位：元",
        table(
            "项目|预算数|决算数|比上年增减（%）\n合计|100|90|12.5\n2.公务用车费|100|90|12.5\n（1）购置费|0|0|\n（2）运行维护费|100|90|"
        ),
    )

    told = values(found)
    assert told["final.09/three_public.total/amount/percent:prior"] == "12.5"
    assert told["final.09/three_public.purchase/amount/actual"] == "0"
    assert told["final.09/three_public.running/amount/actual"] == "90"


def test_a_note_without_a_full_stop_is_no_part_of_the_next_tables_name() -> None:
    # 江苏省人民检察院 2019 预算, 公开10表 and 公开11表
    found = reading(
        "注：“科目编码”和“科目名称”为必填项公开11表一般公共预算支出决算表部门名称：江苏省人民检察院单位：万元",
        table(TREE_05),
    )

    assert found.statements[0].title == "公开11表一般公共预算支出决算表"


def test_final_accounts_of_jiangsu_print_appropriation_beside_the_general_budget() -> None:
    head = "科目编码|科目名称|本年支出合计|基本支出|项目支出\n|合计|9.00|5.00|4.00\n204|公共安全支出|9.00|5.00|4.00"
    economic = (
        "科目编码|科目名称|合计|人员经费|公用经费\n|合计|5.00|4.00|1.00\n"
        "301|工资福利支出|4.00|4.00|\n302|商品和服务支出|1.00||1.00"
    )
    both = reading(
        "财政拨款支出决算表公开05表单位：万元",
        table(head),
        "财政拨款基本支出决算表公开06表单位：万元",
        table(economic),
        "一般公共预算支出决算表公开07表单位：万元",
        table(head),
        "一般公共预算基本支出决算表公开08表单位：万元",
        table(economic),
    )
    alone = reading("财政拨款支出决算表公开05表单位：万元", table(head))

    assert [s.id for s in both.statements] == [
        "final.x.appropriation", "final.x.appropriation_basic", "final.05", "final.06",
    ]  # fmt: skip
    assert both.problems == ()
    assert [s.id for s in alone.statements] == ["final.05"]
    assert (alone.stands, both.stands) == (frozenset({"final.05"}), frozenset())


def test_a_table_of_appropriation_that_is_lost_is_missed_as_what_it_would_be() -> None:
    alone = reading("第二部分部门决算表四、财政拨款支出决算表图略")
    both = reading("第二部分部门决算表五、财政拨款支出决算表图略七、一般公共预算支出决算表图略")

    assert [(s.id, s.state) for s in alone.statements] == [("final.05", "missing")]
    assert [(s.id, s.state) for s in both.statements] == [
        ("final.x.appropriation", "missing"), ("final.05", "missing"),
    ]  # fmt: skip


_THREE = (
    "“三公”经费合计|因公出国（境）费|公务用车购置及运行费|||公务接待费|会议费\n"
    "||小计|公务用车购置费|公务用车运行费||\n6.00|1.00|3.00|1.00|2.00|2.00|4.00"
)
_COUNTED = (
    "项目|统计数|项目|统计数|||\n因公出国（境）团组数（个）|3|公务用车保有量（辆）|20|||\n"
    "国内公务接待批次（个）|0|国内公务接待人次（人）||||"
)


@pytest.mark.parametrize("apart", [False, True])
def test_what_jiangsu_counts_below_the_three_public_are_lines_with_units_of_their_own(apart: bool) -> None:
    title = "一般公共预算“三公”经费、会议费、培训费支出决算表公开09表单位：万元"
    below = f"相关统计数：||||||\n{_COUNTED}"
    items = (table(_THREE), "相关统计数：", table(_COUNTED)) if apart else (table(f"{_THREE}\n{below}"),)

    found = reading(title, *items)

    (statement,) = found.statements
    assert found.problems == ()
    assert [(f.label, f.value, f.unit, f.amount_fen) for f in found.figures if f.measure == "统计数"] == [
        ("因公出国（境）团组数（个）", "3", "个", None),
        ("公务用车保有量（辆）", "20", "辆", None),
        ("国内公务接待批次（个）", "0", "个", None),
    ]
    assert sum(f.unit == "万元" for f in found.figures) == 7
    assert statement.lines[-1].label == "国内公务接待人次（人）"
