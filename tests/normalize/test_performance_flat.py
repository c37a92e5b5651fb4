"""Performance forms printed cell by cell, as a PDF's text yields them."""

import random
from pathlib import Path

import pytest

from tests.normalize import test_performance
from tracker import taxonomy
from tracker.folding import tidy
from tracker.model import Figure
from tracker.normalize import performance
from tracker.normalize.flow import Portion, Stretch

TAXONOMY = taxonomy.load()

# 附件2-1 and the beginning of 附件2-6 of the second seed; the notes are shortened.
PLAIN = """
附件2-1
2023年度劳动监察、劳动仲裁办公场所相关费用项目自评
表
单位名称：鄂州市葛店经济技术开发区社会保险服务中心
填报日期：2024年 4月 24日
项目名称 劳动监察、劳动仲裁办公场所相关费用
主管部门 葛店经济技术开发区
管理委员会
项目实施单位 葛店经济
技术开发
项目类别 1、部门预算项目   ☑   2、市直专项   □
项目属性 1、持续性项目     □   2、新增性项目 ☑
 预算数（A） 执行数（B） 执行率（B/A）
预算执行
情况（万
元）
年度
财政
资金
总额
50.00 48.51 97.02%
一
级
指
标
二级
指标
三级指标
年初目
标值（A）
实际完成
值（B）
数量
指标
租用办公场所面积 1188.57㎡ 1188.57㎡
成本
指标
预算成本控制数 ≦50万元
48.51万
元
产
出
指
标
时效
指标
租用时间 1年 1年
效
益
指
标
可持
续影
响指
标
保障房屋使用正常 完全达到 完全达到
年
度
绩
效
目
标 1

满
意
度
满意
度指
标
使用人员满意度 ≥98% ≥98%
指
标
偏差大或
目标未完
成
原因分析
无
改进措施
2023年预算执行率高，合理测算后编制预算。
备注：
1.预算执行情况口径：分值区间100-80(含80%)。
2.部门预算项目以二级项目填报。
"""
BROKEN = """
附件2-6
2023年度医疗救助医保缴费医院门诊等费用补助
项目自评表
项目名称 医疗救助医保缴费医院门诊等费用补助
主管部门 葛店经济技术开发区
 预算数（A） 执行数（B） 执行率（B/A）
预算执行
情况（万
元）
年度
财政
资金
总额
316.74 316.74 100%
一
级
指
标
二级
指标
三级指标
年初目
标值（A）
实际完成
值（B）
数量
指标
医疗救助医保缴费发放项目 1个 1个
年
度
绩
效
目
标 1

产
出
指 质量 资金发放到位率 100% 100%
 指标
成本
指标
预算成本控制数
≦316.74万
元
316.74万元
标
时效
指标
资金发放及时率 100% 100%
社会
效益
指标
保障医保业务正常办理
保障经费正常
发放
保障经费正常
发放
效益
指标
可持
续指
标
保障医保持续稳定运行
完成医保相关
工作
完成医保相关
工作
满
意
度
指
标
满意
度指
标
受益群体满意度 100% 100%
偏差大或
目标未完
成
原因分析
无
"""
SCORED = """
2023年度示范中心整体绩效自评表
单位名称：示范中心
填报日期：2024年6月30日
单位名称 示范中心
基本支出总额 1,977.18 项目支出总额 42.88
预算执行情况（万元）（20分） 预算数（A） 执行数（B） 执行率（B/A） 得分（20分*执行率）
部门整体支出总额 2,020.06 2,020.06 100% 20
年度目标 1.扩面新增30万人次。
年度绩效指标（80分） 一级指标 二级指标 三级指标 年初目标值（A） 实际完成值（B） 得分
产出指标（40分） 数量指标（12.5分） 扩面人次（10分） 30万 37.43万 10
工作简报发放量（2.5分） 1680本 1649本 2.45
12333热线接听率（5分） 95% 96.5% 5
效益指标（30分） 社会效益指标（15分） 保障工作正常运转（15分） 有效保障 有效保障 15
可持续影响指标（15分） 编外人员数量增长率（15分） 0 0 15
总分 99.95分
偏差大或目标未完成原因分析 无
"""
FORMS = {"plain": PLAIN, "broken": BROKEN, "scored": SCORED}


def read(text: str) -> performance.PerformanceReading:
    portion = Portion("attachment", "附件", (Stretch(tidy(text)),))
    return performance.read(portion, year=2023, taxonomy=TAXONOMY)


def rows(text: str) -> list[tuple[str, str, str, str | None]]:
    return [(f.label, f.role, f.value, f.unit) for f in (placed.figure for placed in read(text).placed)]


def facts(text: str, label: str) -> dict[str, tuple[str, str | None]]:
    return {role: (value, unit) for name, role, value, unit in rows(text) if name == label}


def test_a_form_without_scores_has_amounts_and_indicators() -> None:
    assert rows(PLAIN) == [
        ("年度财政资金总额", "budget", "50.00", "万元"),
        ("年度财政资金总额", "actual", "48.51", "万元"),
        ("年度财政资金总额", "completion", "97.02", "%"),
        ("租用办公场所面积", "target", "1188.57", "㎡"),
        ("租用办公场所面积", "actual", "1188.57", "㎡"),
        ("预算成本控制数", "target", "50", "万元"),
        ("预算成本控制数", "actual", "48.51", "万元"),
        ("租用时间", "target", "1", "年"),
        ("租用时间", "actual", "1", "年"),
        ("使用人员满意度", "target", "98", "%"),
        ("使用人员满意度", "actual", "98", "%"),
    ]


def test_words_of_the_form_that_a_page_cut_stay_out_of_names() -> None:
    assert [label for label, role, _, _ in rows(BROKEN) if role == "target"] == [
        "医疗救助医保缴费发放项目",
        "资金发放到位率",
        "预算成本控制数",
        "资金发放及时率",
        "受益群体满意度",
    ]


def test_scores_and_weights_are_told_from_results() -> None:
    assert facts(SCORED, "工作简报发放量") == {
        "weight": ("2.5", "分"),
        "target": ("1680", "本"),
        "actual": ("1649", "本"),
        "score": ("2.45", "分"),
    }
    assert facts(SCORED, "保障工作正常运转") == {"weight": ("15", "分"), "score": ("15", "分")}
    assert facts(SCORED, "编外人员数量增长率")["actual"] == ("0", None)
    assert facts(SCORED, "数量指标") == {"weight": ("12.5", "分")}
    assert facts(SCORED, "总分") == {"score": ("99.95", "分")}


def test_a_number_within_a_name_is_no_value() -> None:
    assert facts(SCORED, "12333热线接听率") == {
        "weight": ("5", "分"),
        "target": ("95", "%"),
        "actual": ("96.5", "%"),
        "score": ("5", "分"),
    }


def test_the_whole_units_form_has_its_amounts() -> None:
    assert facts(SCORED, "基本支出总额") == {"actual": ("1977.18", "万元")}
    assert facts(SCORED, "部门整体支出总额")["completion"] == ("100", "%")
    assert [s.id for s in read(SCORED).statements] == ["performance.overall"]


def test_forms_one_after_another_are_told_apart() -> None:
    reading = read(PLAIN + BROKEN + SCORED)
    assert [s.id for s in reading.statements] == [
        "performance.劳动监察、劳动仲裁办公场所相关费用",
        "performance.医疗救助医保缴费医院门诊等费用补助",
        "performance.overall",
    ]
    apart = [placed.figure for text in FORMS.values() for placed in read(text).placed]
    assert [placed.figure for placed in reading.placed] == apart


def test_a_form_and_its_note_are_kept_from_other_readers() -> None:
    text = tidy("前文共计3次。" + PLAIN + BROKEN)
    ranges = [text[start:end] for _, start, end in read("前文共计3次。" + PLAIN + BROKEN).ranges]
    assert ranges[0].startswith("附件2-1 2023年度")
    assert ranges[0].endswith("≥98%≥98%指标")
    assert ranges[1].startswith("备注：1.")
    assert ranges[1].endswith("以二级项目填报。")
    assert "前文" not in "".join(ranges)


def test_places_are_the_numerals_with_their_units() -> None:
    text = tidy(SCORED)
    for _, start, end, figure in read(SCORED).figures_in_stretches:
        printed = text[start:end].replace(",", "")
        assert printed in (figure.value, f"{figure.value}{figure.unit}")


def test_quotes_stand_in_the_text() -> None:
    text = tidy(PLAIN)
    assert all(placed.figure.quote in text for placed in read(PLAIN).placed)
    assert "≦50万元" in next(p.figure.quote for p in read(PLAIN).placed if p.figure.label == "预算成本控制数")


@pytest.mark.parametrize("name", sorted(FORMS))
@pytest.mark.parametrize("seed", range(5))
def test_white_space_says_nothing(name: str, seed: int) -> None:
    draw = random.Random(seed)
    text = FORMS[name]
    wide = [
        char + draw.choice(("", "", "", " ", "\n", "　")) if "\u4e00" <= char <= "\u9fff" else char for char in text
    ]
    assert rows("".join(wide)) == rows(text)


def test_prose_about_performance_is_no_form() -> None:
    text = "组织开展绩效自评，三级指标设置合理，完成年度目标值的100%，得分98分。"
    reading = read(text)
    assert (reading.placed, reading.ranges) == ((), ())


def test_many_forms_are_as_many_times_the_figures_of_one() -> None:
    assert len(read(PLAIN * 40).placed) == 40 * len(read(PLAIN).placed)


def _labels(figures: list[Figure]) -> set[str]:
    return {figure.label for figure in figures}


def test_the_second_seeds_forms_are_read_whole(gedian: Path) -> None:
    text = gedian.read_text("utf-8")
    reading = read(text[text.index("附件2-1") :])
    assert len(reading.statements) == 6
    assert len(reading.placed) == 82
    assert reading.unread == ()
    assert max(map(len, _labels([placed.figure for placed in reading.placed]))) <= 12


def test_a_range_is_said_not_to_be_understood() -> None:
    reading = read(flattened(test_performance.CENTRAL))
    assert [unread.number for unread in reading.unread] == ["90%-95%"]


def test_an_indicator_named_like_its_level_keeps_its_name() -> None:
    text = "三级指标年初目标值实际完成值运行成本指标公用经费控制公用经费控制率≤100%83.26%"
    assert rows(text) == [("公用经费控制率", "target", "100", "%"), ("公用经费控制率", "actual", "83.26", "%")]


def test_an_ordinal_before_an_indicator_is_no_part_of_its_key() -> None:
    text = "三级指标年初目标值实际完成值数量指标指标1：培训人次100人120人"
    assert [(p.figure.label, p.figure.key) for p in read(text).placed[:1]] == [
        ("指标1：培训人次", "performance.unnamed/培训人次/target")
    ]


def flattened(text: str) -> str:
    """Print the cells of a table one to a line."""
    return "\n".join(cell for line in text.splitlines() for cell in line.split("\t") if cell)


@pytest.mark.parametrize("form", [test_performance.CENTRAL, test_performance.GOALS, test_performance.PROJECT])
def test_a_form_says_the_same_as_a_table_and_cell_by_cell(form: str) -> None:
    table = performance.read(
        Portion("attachment", "附件", (test_performance.table(form),)), year=2023, taxonomy=TAXONOMY
    )
    told = [(f.key, f.value, f.unit) for f in (p.figure for p in table.placed)]
    assert [(f.key, f.value, f.unit) for f in (p.figure for p in read(flattened(form)).placed)] == told
