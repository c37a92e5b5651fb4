"""Performance forms that are tables: slipped cells, merged cells, forms over two tables, forms of other shapes."""

from collections.abc import Sequence

import pytest

from tracker import taxonomy
from tracker.folding import tidy
from tracker.model import Figure
from tracker.normalize import performance
from tracker.normalize.flow import Item, Portion, Slot, Stretch, Table

TAXONOMY = taxonomy.load()

WHOLE = """
单位名称	武汉市社会保险中心
基本支出总额	1,977.18		项目支出总额		42.88
预算执行情况（万元） （20分）	预算数（A）	执行数（B）	执行率（B/A）	得分（20分*执行率）
	部门整体支出总额	2,020.06	2,020.06	100%	20
年度绩效指标 （80分）	一级指标	二级指标	三级指标	年初目标值（A）	实际完成值（B）	得分
	数量指标 （12.5分）	产出指标 （40分）	扩面人次（10分）	30万	37.43万	10
			工作简报发放量（2.5分）	1680本	1649本	2.45
	质量指标 （7.5分）	养老金准确发放率（5分）		100%	100%	5
成本指标（5分）	社保各项业务所需经费（5分）		42万元	42.88万元	5
"""
REST = """
	效益指标 (30分)	社会效益指标 (20分)	保障社保各项工作正常运转 (20分)	有效保障	有效保障	20
		可持续影响指标 (10分)	编外人员数量增长率 (10分)	0	0	10
总分	99.95分
偏差大或目标未完成原因分析	“工作简报发放量”指标偏差原因：减少下半年工作简报印刷发放量。
备注：	分值区间 100-80(含 80%)、80-50% (含 50%)
"""
PROJECT = """
项目名称		社会保险业务工作经费
主管部门		武汉市人力资源和 社会保障局	项目实施单位	武汉市社会保险中心
项目类别		1. 部门预算项目 <input checked="" type="checkbox"/>		2. 财政专项资金
预算执行情况 (万元) (20分)			预算数(A)	执行数(B)	执行率(B/A)	得分 (20分*执行率)
		年度财政资金 总额	42.88	42.88	100%	20
年度绩效 指标 (80分)	一级 指标	二级指标	三级指标		年初目标值 (A)	实际完成值 (B)	得分
	养老金调整工作按时完成率(5分)		100%	98%	4
提升社保经办服务能力和服务 水平(15分)			有效提升	有效提升	15
"""


def table(text: str) -> Table:
    rows = [line.split("\t") for line in text.strip("\n").splitlines()]
    width = max(map(len, rows))
    return Table(tuple(tuple(Slot(tidy(cell)) for cell in [*row, *[""] * (width - len(row))]) for row in rows))


def read(*items: Item) -> performance.PerformanceReading:
    return performance.read(Portion("attachment", "附件", items), year=2023, taxonomy=TAXONOMY)


def facts(figures: Sequence[Figure], label: str) -> dict[str, tuple[str, str | None]]:
    return {f.role: (f.value, f.unit) for f in figures if f.label == label}


def figures_of(*items: Item) -> list[Figure]:
    return [placed.figure for placed in read(*items).placed]


def test_an_indicator_has_target_result_weight_and_score() -> None:
    found = facts(figures_of(table(WHOLE)), "工作简报发放量")
    assert found == {
        "weight": ("2.5", "分"),
        "target": ("1680", "本"),
        "actual": ("1649", "本"),
        "score": ("2.45", "分"),
    }


@pytest.mark.parametrize(
    ("label", "target", "actual"),
    [
        ("扩面人次", ("30", "万"), ("37.43", "万")),
        ("养老金准确发放率", ("100", "%"), ("100", "%")),
        ("社保各项业务所需经费", ("42", "万元"), ("42.88", "万元")),
    ],
)
def test_cells_that_slipped_are_read_by_what_they_hold(
    label: str, target: tuple[str, str], actual: tuple[str, str]
) -> None:
    found = facts(figures_of(table(WHOLE)), label)
    assert (found["target"], found["actual"]) == (target, actual)


def test_money_takes_the_unit_that_the_form_names_further_down() -> None:
    figures = figures_of(table(WHOLE))
    basic = next(f for f in figures if f.label == "基本支出总额")
    assert (basic.role, basic.value, basic.unit, basic.amount_fen) == ("actual", "1977.18", "万元", 1_977_180_000)
    rows = facts(figures, "部门整体支出总额")
    assert rows == {
        "budget": ("2020.06", "万元"),
        "actual": ("2020.06", "万元"),
        "completion": ("100", "%"),
        "score": ("20", "分"),
    }


def test_keys_hold_statement_indicator_and_role() -> None:
    keys = [f.key for f in figures_of(table(WHOLE))]
    assert "performance.overall/扩面人次/target" in keys
    assert "performance.overall/部门整体支出总额/budget:full_budget" in keys
    assert all("2023" not in key for key in keys)


def test_figures_belong_to_the_form_and_to_no_section() -> None:
    figures = figures_of(table(WHOLE))
    assert {(f.statement, f.section, f.period) for f in figures} == {("performance.overall", None, 2023)}


def test_a_form_goes_on_in_the_next_table() -> None:
    together = [f.key for f in figures_of(table(WHOLE + REST.lstrip("\n")))]
    apart = [f.key for f in figures_of(table(WHOLE), table(REST))]
    assert apart == together
    assert facts(figures_of(table(WHOLE), table(REST)), "总分") == {"score": ("99.95", "分")}


def test_textual_results_and_notes_hold_no_figures() -> None:
    figures = figures_of(table(WHOLE), table(REST))
    assert facts(figures, "保障社保各项工作正常运转") == {"weight": ("20", "分"), "score": ("20", "分")}
    assert facts(figures, "编外人员数量增长率")["actual"] == ("0", None)
    assert not {"80", "50"} & {f.value for f in figures if f.role not in ("weight",)}
    assert read(table(WHOLE), table(REST)).unread == ()


def test_sentences_of_a_form_are_left_to_other_readers_but_its_notes_are_not() -> None:
    rest = table(REST + "<p>注：1. 分值区间100-80%（含80%）、80-50%合理确定分值。</p>")
    reading = read(table(WHOLE), rest)
    kept = [rest.rows[row][column].text for item, row, column in reading.texts if item == 1]
    assert kept == ["“工作简报发放量”指标偏差原因：减少下半年工作简报印刷发放量。"]


def test_a_project_gives_its_form_its_name() -> None:
    reading = read(table(WHOLE), table(PROJECT))
    assert [s.id for s in reading.statements] == ["performance.overall", "performance.社会保险业务工作经费"]
    project = reading.statements[1]
    assert [reading.placed[i].figure.label for i in project.lines[1].figures] == ["年度财政资金总额"] * 4
    late = facts([p.figure for p in reading.placed], "提升社保经办服务能力和服务水平")
    assert late == {"weight": ("15", "分"), "score": ("15", "分")}
    assert reading.tables == {0, 1}


def test_places_are_the_numerals_with_their_units() -> None:
    form = table(WHOLE)
    for _, row, column, start, end, figure in read(form).figures_in_tables:
        printed = form.rows[row][column].text[start:end].replace(",", "")
        assert printed.startswith(figure.value), (printed, figure)
        assert printed in (figure.value, f"{figure.value}{figure.unit}")


CENTRAL = """
项目名称	示范项目经费
主管部门	示范部		实施单位	示范大学
项目资金 （万元）		年初预算数	全年预算数	全年执行数	分值	执行率	得分
	年度资金总额	1,200.00	1,150.50	1,092.98	10	95.0%	9.50
	其中：当年财政拨款	1,200.00	1,150.50	1,092.98	—	95.0%	—
	上年结转资金	0.00	0.00	0.00	—		—
年度总体目标	预期目标				实际完成情况
	培养研究生300人。				培养研究生312人。
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分	偏差原因分析及改进措施
	产出指标	数量指标	培训教师人次	≥500人次	523人次	20	20
		时效指标	完成时间	2023年12月底前	2023年11月	10	10
		质量指标	合格率	90%-95%	94%	20	19.5	标准偏高
	满意度指标	服务对象满意度指标	学生满意度	≥90%	92.3%	10	10
总分						100	97.75
"""


def test_the_central_form_has_three_amounts_a_weight_and_a_score() -> None:
    figures = figures_of(table(CENTRAL))
    rows = [(f.role, f.base, f.value) for f in figures if f.label == "年度资金总额"]
    assert rows == [
        ("budget", "年初预算", "1200.00"),
        ("budget", "全年预算", "1150.50"),
        ("actual", None, "1092.98"),
        ("weight", None, "10"),
        ("completion", "全年预算", "95.0"),
        ("score", None, "9.50"),
    ]
    assert facts(figures, "其中：当年财政拨款")["actual"] == ("1092.98", "万元")
    assert facts(figures, "培训教师人次")["target"] == ("500", "人次")
    assert facts(figures, "总分") == {"weight": ("100", "分"), "score": ("97.75", "分")}


def test_dates_are_no_figures_and_ranges_are_said_not_to_be_understood() -> None:
    reading = read(table(CENTRAL))
    figures = [placed.figure for placed in reading.placed]
    assert facts(figures, "完成时间") == {"weight": ("10", "分"), "score": ("10", "分")}
    assert facts(figures, "合格率") == {"actual": ("94", "%"), "weight": ("20", "分"), "score": ("19.5", "分")}
    assert [u.number for u in reading.unread] == ["90%-95%"]


GOALS = """
项目名称	示范项目经费
项目资金（万元）	年度资金总额：	300.00	执行率分值（10）
	其中：财政拨款	280.00
	上年结转	20.00
年度绩效目标	目标1：完成修缮。
绩效指标	一级指标	二级指标	三级指标	指标值	分值权重（90）
	产出指标	数量指标	修缮面积	≥2000平方米	30
	效益指标	社会效益指标	受益学生数量	≥5000人	30
"""


def test_a_form_of_goals_holds_what_is_planned() -> None:
    reading = read(table(GOALS))
    figures = [placed.figure for placed in reading.placed]
    assert facts(figures, "年度资金总额") == {"budget": ("300.00", "万元")}
    assert facts(figures, "上年结转") == {"budget": ("20.00", "万元")}
    assert facts(figures, "受益学生数量") == {"target": ("5000", "人"), "weight": ("30", "分")}
    assert reading.statements[0].title == "示范项目经费绩效目标表"


def test_merged_cells_are_read_once() -> None:
    rows = (
        ("绩效指标", "一级指标", "二级指标", "三级指标", None, "指标值", "实际完成值", "得分"),
        (None, "产出指标", "数量指标", "办理件数", None, "100件", "120件", "10"),
        (None, None, None, "办结率", None, "100%", "99%", "9"),
    )
    slots = tuple(
        tuple(Slot(text) if text is not None else Slot("覆盖100%", covered=True) for text in row) for row in rows
    )
    figures = figures_of(Table(slots))
    assert [(f.label, f.role, f.value) for f in figures] == [
        ("办理件数", "target", "100"),
        ("办理件数", "actual", "120"),
        ("办理件数", "score", "10"),
        ("办结率", "target", "100"),
        ("办结率", "actual", "99"),
        ("办结率", "score", "9"),
    ]


def test_units_in_a_column_of_their_own_are_the_units() -> None:
    text = """
绩效指标	一级指标	二级指标	三级指标	指标性质	指标值	度量单位	实际完成值
	产出指标	数量指标	道路养护里程	≥	35	公里	36.5
"""
    found = facts(figures_of(table(text)), "道路养护里程")
    assert found == {"target": ("35", "公里"), "actual": ("36.5", "公里")}


@pytest.mark.parametrize(
    "text",
    [
        "项目	行次	预算数	决算数\n一、一般公共预算	1	10.00	9.50",
        "项目名称	金额\n设备购置	35.00",
        "序号	重要事项	工作内容及目标	完成情况\n1	扩面	加强调度	完成目标的124.8%",
    ],
)
def test_other_tables_are_left_alone(text: str) -> None:
    reading = read(table(text))
    assert (reading.tables, reading.placed) == (frozenset(), ())


def test_a_note_below_a_form_is_kept_from_other_readers() -> None:
    note = Stretch(tidy("<p>注：1. 分值区间100-80%（含80%）、80-50%合理确定分值。</p>"))
    reading = read(table(WHOLE), note)
    assert reading.ranges == ((1, 0, len(note.text)),)
