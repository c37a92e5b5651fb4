"""Figures in words: one test per template of the narrative, on real or synthetic sentences."""

import pytest

from tracker.facts import fact
from tracker.folding import tidy
from tracker.model import Figure, Kind
from tracker.normalize import prose
from tracker.taxonomy import load

CODES = prose.codes(
    [
        ("208", "社会保障和就业支出"),
        ("20801", "人力资源和社会保障管理事务"),
        ("2080101", "行政运行"),
        ("2080109", "社会保险经办机构"),
        ("20805", "行政事业单位养老支出"),
        ("2080505", "机关事业单位基本养老保险缴费支出"),
        ("210", "卫生健康支出"),
        ("221", "住房保障支出"),
        ("22102", "住房改革支出"),
        ("2210201", "住房公积金"),
        ("30101", "基本工资"),
        ("30102", "津贴补贴"),
        ("30113", "住房公积金"),
        ("30201", "办公费"),
    ]
)


def read(text: str, section: str = "work", *, year: int = 2023, kind: Kind | None = "final") -> list[Figure]:
    context = prose.Context(section=section, heading="", year=year, taxonomy=load(), codes=CODES, kind=kind)
    return [one.figure for one in prose.read(tidy(text), context).found]


def told(figures: list[Figure]) -> list[tuple[str, str, str | None, str, str | None]]:
    return [(f.label, f.role, f.base, f.value, f.unit) for f in figures]


def test_the_total_of_income_and_expenditure_keeps_its_double_name() -> None:
    figures = read(
        "2023年度收、支总计2,020.06万元。与2022年度相比，收、支总计各减少112.01万元，下降5.3%，"
        "主要原因是人员减少以及厉行节约压减各项开支等。",
        "overall",
    )

    assert told(figures) == [
        ("收、支总计", "actual", None, "2020.06", "万元"),
        ("收、支总计", "delta", "上年", "-112.01", "万元"),
        ("收、支总计", "percent", "上年", "-5.3", "%"),
    ]
    assert [f.key for f in figures] == [
        "overall/overall.total/actual",
        "overall/overall.total/delta:prior",
        "overall/overall.total/percent:prior",
    ]
    assert {f.reason for f in figures} == {"人员减少以及厉行节约压减各项开支等"}
    assert {f.reason_base for f in figures} == {"上年"}
    assert {f.period for f in figures} == {2023}
    assert figures[0].amount_fen == 2_020_060_000
    assert figures[0].decimals == 2


def test_parts_of_a_total_carry_its_name_above_them_and_their_share_of_the_whole() -> None:
    figures = read(
        "2023年度收入合计2390.8万元，与2022年度相比，收入合计增加1822.77万元，增长420.89%。"
        "其中：财政拨款收入2390.8万元，占本年收入100%；上级补助收入0万元，占本年收入0%。",
        "income",
    )

    assert told(figures)[3:] == [
        ("财政拨款收入", "actual", None, "2390.8", "万元"),
        ("财政拨款收入", "share", "本年收入", "100", "%"),
        ("上级补助收入", "actual", None, "0", "万元"),
        ("上级补助收入", "share", "本年收入", "0", "%"),
    ]
    assert {f.path for f in figures[3:]} == {("收入合计",)}
    assert figures[4].key == "income/income.appropriation/share:本年收入"


def test_a_comparison_by_final_amounts_explains_its_own_line() -> None:
    figures = read(
        "2023年度财政拨款收入中，一般公共预算财政拨款收入2,020.06万元，比2022年度决算数减少112.01万元。"
        "减少主要原因是人员减少。政府性基金预算财政拨款收入0万元，比2022年度决算数增加（减少）0万元。"
        "增加（减少）主要原因是无此项收入。",
        "appropriation",
    )

    assert told(figures) == [
        ("一般公共预算财政拨款收入", "actual", None, "2020.06", "万元"),
        ("一般公共预算财政拨款收入", "delta", "上年", "-112.01", "万元"),
        ("政府性基金预算财政拨款收入", "actual", None, "0", "万元"),
        ("政府性基金预算财政拨款收入", "delta", "上年", "0", "万元"),
    ]
    assert [f.reason for f in figures] == ["人员减少", "人员减少", "无此项收入", "无此项收入"]


def test_a_share_without_its_whole_is_a_share_of_the_sections_headline() -> None:
    figures = read(
        "2023年度一般公共预算财政拨款支出2,020.06万元，主要用于以下方面："
        "1.社会保障和就业支出（类）1,588.55万元，占78.7%。主要是用于本单位基本支出。"
        "2.卫生健康支出216.74万元，占10.7%。",
        "general.structure",
    )

    assert [(f.code, f.label, f.role, f.base, f.value) for f in figures[1:]] == [
        ("208", "社会保障和就业支出", "actual", None, "1588.55"),
        ("208", "社会保障和就业支出", "share", "一般公共预算财政拨款支出", "78.7"),
        ("210", "卫生健康支出", "actual", None, "216.74"),
        ("210", "卫生健康支出", "share", "一般公共预算财政拨款支出", "10.7"),
    ]
    assert all(f.reason is None for f in figures), "主要是用于 tells a purpose, no reason"


def test_an_item_is_its_code_and_its_reason_explains_the_initial_budget() -> None:
    figures = read(
        "2.社会保障和就业支出（类）人力资源和社会保障管理事务（款）社会保险经办机构（项）年初预算为42万元，"
        "支出决算为42.88万元，完成年初预算的102.1%，支出决算数大于年初预算数的主要原因是根据办公需求购置办公设备追加预算。",
        "general.items",
    )

    assert [(f.code, f.role, f.base, f.value) for f in figures] == [
        ("2080109", "budget", "年初预算", "42"),
        ("2080109", "actual", None, "42.88"),
        ("2080109", "completion", "年初预算", "102.1"),
    ]
    assert figures[0].path == ("社会保障和就业支出", "人力资源和社会保障管理事务")
    assert figures[0].label == "社会保险经办机构"
    assert [f.reason_base for f in figures] == [None, "年初预算", "年初预算"]
    assert figures[2].reason == "根据办公需求购置办公设备追加预算"
    assert figures[2].key == "general.items/2080109/completion:initial_budget"


def test_a_reason_is_found_although_the_word_of_comparison_is_misprinted() -> None:
    figures = read(
        "行政运行（项）年初预算为103.2万元，支出决算为97.58万元，支出决算数小年初预算数的主要原因是调出1人导致减少。"
    )

    assert figures[1].reason == "调出1人导致减少"
    assert (figures[2].value, figures[2].unit, figures[2].role) == ("1", "人", "actual")


def test_a_class_called_an_item_is_still_found_by_its_name() -> None:
    figures = read(
        "1.社会保障和就业支出项。年初预算为2378.14万元，支出决算为2035.69万元，完成年初预算的85.6%，"
        "支出决算数低于年初预算数，主要是因为使用就业补助金的项目减少，部分就业补助金补贴标准降低。",
        "general.items",
    )

    assert [(f.code, f.role, f.value) for f in figures] == [
        ("208", "budget", "2378.14"),
        ("208", "actual", "2035.69"),
        ("208", "completion", "85.6"),
    ]
    assert figures[2].reason == "使用就业补助金的项目减少，部分就业补助金补贴标准降低"


def test_an_item_keeps_its_figures_over_the_sentence_that_tells_its_purpose() -> None:
    figures = read(
        "8、住房保障支出（类）住房改革支出（款）住房公积金（项）。主要用于：事业单位医疗保险支出。全年预算为18.12万元，"
        "支出决算为17.70万元，完成全年预算数的97.68%。决算数小于全年预算数的主要原因：人员变动，按实际支出。",
        "general.items",
    )

    assert [(f.code, f.role, f.base) for f in figures] == [
        ("2210201", "budget", "全年预算"),
        ("2210201", "actual", None),
        ("2210201", "completion", "全年预算"),
    ]
    assert figures[2].reason == "人员变动，按实际支出"


def test_lists_of_economic_items_have_their_codes_and_the_group_above_them() -> None:
    figures = read(
        "2023年度一般公共预算财政拨款基本支出374.56万元，其中：人员经费354.57万元，主要包括：基本工资35.23万元、"
        "津贴补贴78.78万元、住房公积金15.81万元。公用经费19.99万元，主要包括：办公费9.96万元、维修(护)费0.23万元。",
        "basic",
    )

    assert [(f.code, f.label, f.value) for f in figures[2:5]] == [
        ("30101", "基本工资", "35.23"),
        ("30102", "津贴补贴", "78.78"),
        ("30113", "住房公积金", "15.81"),
    ]
    assert figures[2].path[-1] == "人员经费"
    assert figures[5].key == "basic/public/actual"
    assert [(f.code, f.path[-1]) for f in figures[6:]] == [("30201", "公用经费"), ("30213", "公用经费")]


def test_funds_are_read_by_their_four_amounts() -> None:
    figures = read(
        "2023年度政府性基金预算财政拨款年初结转和结余0万元，本年收入0万元，本年支出0万元，年末结转和结余0万元。", "fund"
    )

    assert [f.label for f in figures] == ["年初结转和结余", "本年收入", "本年支出", "年末结转和结余"]
    assert len({f.key for f in figures}) == 4


def test_the_three_public_expenses_compare_with_the_full_budget_and_leave_blanks_out() -> None:
    figures = read(
        "1.因公出国(境)费全年预算为0万元，支出决算为　　万元，完成全年预算的0%。决算数较上年增加（减少）　　万元，"
        "增长（下降）0%。决算数等于全年预算数的主要原因：本单位本年度无此项支出。全年支出涉及出国（境）团组0个，累计0人次。",
        "three_public",
    )

    assert told(figures) == [
        ("因公出国(境)费", "budget", "全年预算", "0", "万元"),
        ("因公出国(境)费", "completion", "全年预算", "0", "%"),
        ("因公出国(境)费", "percent", "上年", "0", "%"),
        ("出国（境）团组", "actual", None, "0", "个"),
        ("出国（境）团组", "actual", None, "0", "人次"),
    ]
    assert figures[1].reason == "本单位本年度无此项支出"
    assert figures[2].reason is None, "the reason explains the budget, not last year"
    assert figures[3].key != figures[4].key


def test_cars_are_counted_beside_their_cost() -> None:
    figures = read(
        "2.公务用车购置及运行费全年预算为2万元，支出决算为1.5万元。其中：(1)公务用车购置费支出0万元，"
        "本年度购置(更新)公务用车0辆。(2)公务用车运行费支出1.5万元，截至2023年12月31日，开支财政拨款的公务用车保有量为1辆。",
        "three_public",
    )

    assert told(figures)[2:] == [
        ("公务用车购置费支出", "actual", None, "0", "万元"),
        ("购置(更新)公务用车", "actual", None, "0", "辆"),
        ("公务用车运行费支出", "actual", None, "1.5", "万元"),
        ("公务用车保有量", "actual", None, "1", "辆"),
    ]


def test_a_zero_difference_said_with_a_direction_is_zero() -> None:
    figures = read("3.公务接待费支出决算为0.14万元，完成全年预算的100%，比全年预算增加0万元。", "three_public")

    assert told(figures)[-1] == ("公务接待费", "delta", "全年预算", "0", "万元")


@pytest.mark.parametrize(
    ("base", "name", "slug"), [("年初预算数", "年初预算", "initial_budget"), ("上年决算数", "上年决算", "prior_final")]
)
def test_operating_costs_keep_the_base_that_is_printed(base: str, name: str, slug: str) -> None:
    figures = read(
        f"2023年度武汉市社会保险中心机关运行经费支出248.69万元，比{base}增加18.09万元，增长7.8%。"
        "主要原因是办公费、印刷费等支出增加。",
        "operating",
    )

    assert told(figures) == [
        ("机关运行经费支出", "actual", None, "248.69", "万元"),
        ("机关运行经费支出", "delta", name, "18.09", "万元"),
        ("机关运行经费支出", "percent", name, "7.8", "%"),
    ]
    assert figures[1].key == f"operating/operating_cost/delta:{slug}"
    assert {f.reason for f in figures} == {"办公费、印刷费等支出增加"}
    assert {f.reason_base for f in figures} == {name}


def test_procurement_names_the_whole_of_every_share() -> None:
    figures = read(
        "2023年度政府采购支出总额54.18万元，其中：政府采购货物支出5.97万元、政府采购工程支出0万元、政府采购服务支出48.21万元。"
        "授予中小企业合同金额54.18万元，占政府采购支出总额的100%，其中：授予小微企业合同金额7.18万元，"
        "占授予中小企业合同金额的13.3%；货物采购授予中小企业合同金额占货物支出金额的100%。",
        "procurement",
    )

    assert [f.label for f in figures[:4]] == [
        "政府采购支出总额",
        "政府采购货物支出",
        "政府采购工程支出",
        "政府采购服务支出",
    ]
    assert [(f.label, f.base, f.value) for f in figures if f.role == "share"] == [
        ("授予中小企业合同金额", "政府采购支出总额", "100"),
        ("授予小微企业合同金额", "授予中小企业合同金额", "13.3"),
        ("货物采购授予中小企业合同金额", "货物支出金额", "100"),
    ]


def test_state_assets_are_counted_at_their_date_and_a_threshold_is_no_figure() -> None:
    figures = read(
        "截至2022年12月31日，部门共有车辆3辆，其中，主要领导干部用车1辆、其他用车2辆；"
        "单价100万元（含）以上设备（不含车辆）0台（套）。",
        "assets",
    )

    assert told(figures) == [
        ("车辆", "actual", None, "3", "辆"),
        ("主要领导干部用车", "actual", None, "1", "辆"),
        ("其他用车", "actual", None, "2", "辆"),
        ("单价100万元（含）以上设备（不含车辆）", "actual", None, "0", "台（套）"),
    ]
    assert {f.period for f in figures} == {2022}, "the year that is printed, stale or not"


def test_a_projects_review_is_about_the_project() -> None:
    figures = read(
        "劳动监察、劳动仲裁办公场所费用项目绩效自评综述：项目全年预算数为50万元，执行数为48.51万元，完成预算97.02%。"
        "主要产出和效益：一是保障正常办理。发现的问题及原因：部分设施损坏严重。",
        "performance",
    )

    assert told(figures) == [
        ("劳动监察、劳动仲裁办公场所费用", "budget", "全年预算", "50", "万元"),
        ("劳动监察、劳动仲裁办公场所费用", "actual", None, "48.51", "万元"),
        ("劳动监察、劳动仲裁办公场所费用", "completion", "全年预算", "97.02", "%"),
    ]
    assert all(f.reason is None for f in figures)


def test_a_goal_is_a_target_and_what_it_is_reached_by_a_completion() -> None:
    figures = read(
        "主要成效：一是全市社会保险（三险）扩面新增37.43万人次，完成30万人次目标任务的124.8%；", "general.items"
    )

    assert told(figures) == [
        ("社会保险（三险）扩面新增", "actual", None, "37.43", "万人次"),
        ("社会保险（三险）扩面新增", "target", "目标", "30", "万人次"),
        ("社会保险（三险）扩面新增", "completion", "目标", "124.8", "%"),
    ]


def test_a_list_of_rates_is_spread_over_what_was_counted_before_it() -> None:
    figures = read(
        "城镇新增就业5392人，高校毕业生新增就业2384人，农村脱贫人口实现就业317人，"
        "完成年度目标任务分别为207.38%、183.38%、118%。",
        "attachment",
    )

    assert [(f.label, f.value) for f in figures if f.role == "completion"] == [
        ("城镇新增就业", "207.38"),
        ("高校毕业生新增就业", "183.38"),
        ("农村脱贫人口实现就业", "118"),
    ]


def test_what_is_counted_may_stand_after_the_numeral() -> None:
    figures = read(
        "将38项社保高频服务事项延伸至汉口银行。完成省分批下发12.3万条养老保险数据治理。"
        "妥善解决上线国省统筹系统后13万企保退休人员待遇重核。发布各类微信推文15篇。"
    )

    assert [(f.label, f.value, f.unit) for f in figures] == [
        ("社保高频服务事项", "38", "项"),
        ("养老保险数据治理", "12.3", "万条"),
        ("企保退休人员", "13", "万"),
        ("微信推文", "15", "篇"),
    ]
    assert figures[3].key == "work/微信推文[篇]/actual"


def test_rates_are_actual_and_growth_is_a_percent() -> None:
    figures = read("劳动仲裁受理立案103件，同比上升36.98%。仲裁结案率97.9%，社保综合覆盖率达99.4%。")

    assert [(f.label, f.role, f.base, f.value) for f in figures] == [
        ("劳动仲裁受理立案", "actual", None, "103"),
        ("劳动仲裁受理立案", "percent", "上年", "36.98"),
        ("仲裁结案率", "actual", None, "97.9"),
        ("社保综合覆盖率", "actual", None, "99.4"),
    ]


def test_an_adjusted_budget_and_its_execution_name_themselves() -> None:
    figures = read("2023年单位调整后预算数2,526.87万元，预算执行数2,390.80万元，预算执行率为94.62%。", "attachment")

    assert told(figures) == [
        ("调整后预算数", "budget", "全年预算", "2526.87", "万元"),
        ("预算执行数", "actual", None, "2390.80", "万元"),
        ("预算执行率", "completion", "全年预算", "94.62", "%"),
    ]


def test_parts_of_a_difference_share_its_base_and_a_reason_finds_its_line() -> None:
    figures = read(
        "学校2023年度支出总计457,676.75万元，与2022年度相比，增加54,492.83万元，增长13.52%。其中：教育支出增加52,499.75万元，"
        "农林水支出减少16.84万元。学校教育支出与上年比较发生较大差异的原因，一是业务增长，二是设备支出增加。",
        "overall",
    )

    assert [(f.label, f.role, f.base, f.value) for f in figures[3:]] == [
        ("教育支出", "delta", "上年", "52499.75"),
        ("农林水支出", "delta", "上年", "-16.84"),
    ]
    assert [f.code for f in figures[3:]] == ["205", "213"]
    assert [f.reason for f in figures[3:]] == ["一是业务增长，二是设备支出增加", None]


def test_a_code_in_brackets_is_the_line_and_no_figure() -> None:
    figures = read("1.小学教育（2050202），2023年度决算数为7,970.38万元，比2022年度决算数增长0.39%。", "general.items")

    assert [(f.code, f.label, f.role, f.value) for f in figures] == [
        ("2050202", "小学教育", "actual", "7970.38"),
        ("2050202", "小学教育", "percent", "0.39"),
    ]


def test_a_budget_document_plans_and_compares_with_budgets() -> None:
    figures = read(
        "2025年，区商务委员会收入预算37,151.47万元，其中：财政拨款收入37,151.47万元，比2024年预算增加24,558.18万元；"
        "事业收入0万元。公务接待费1.00万元，与2024年预算持平。",
        "overall",
        year=2025,
        kind="budget",
    )

    assert told(figures) == [
        ("收入预算", "budget", "年初预算", "37151.47", "万元"),
        ("财政拨款收入", "budget", "年初预算", "37151.47", "万元"),
        ("财政拨款收入", "delta", "上年预算", "24558.18", "万元"),
        ("事业收入", "budget", "年初预算", "0", "万元"),
        ("公务接待费", "budget", "年初预算", "1.00", "万元"),
    ]


def test_a_difference_may_be_said_by_less_than_the_base() -> None:
    figures = read(
        "3．公务接待费预算支出116.5万元，本年数小于上年预算数40.05万元。", "three_public", year=2018, kind="budget"
    )

    assert (figures[1].role, figures[1].base, figures[1].value) == ("delta", "上年预算", "-40.05")


def test_last_years_amount_is_prior() -> None:
    figures = read(
        "“一般公共服务支出（类）商贸事务（款）行政运行（项）”科目，2024年当年预算执行数为100万元，2025年预算安排120万元，"
        "比2024年预算执行数增长20%。主要原因是：业务增加。",
        "general.items",
        year=2025,
        kind="budget",
    )

    assert [(f.label, f.role, f.base, f.period, f.value) for f in figures] == [
        ("行政运行", "prior", "上年预算执行数", 2024, "100"),
        ("行政运行", "budget", "年初预算", 2025, "120"),
        ("行政运行", "percent", "上年预算执行数", 2025, "20"),
    ]
    assert figures[2].reason == "业务增加"


def test_items_continue_the_path_that_was_named_before_them() -> None:
    figures = read(
        "（一）公共安全支出（类）检察（款）:2018年预算支出合计16,444.36万元。其中：1．行政运行（项）支出10,883.36万元，"
        "与上年相比增加2,915.22万元，增长36.58%。",
        "general.items",
        year=2018,
        kind="budget",
    )

    assert [(f.code, f.role) for f in figures] == [
        ("20404", "budget"),
        ("2040401", "budget"),
        ("2040401", "delta"),
        ("2040401", "percent"),
    ]
    assert figures[1].path == ("公共安全支出", "检察")


def test_five_completion_rates_in_one_sentence_belong_to_five_lines_and_the_reason_to_the_whole() -> None:
    figures = read(
        "“三公”经费支出年初预算为10万元，支出决算为8万元，完成预算的80%，其中：因公出国（境）费支出决算为0万元，完成预算的0%；"
        "公务接待费支出决算为3万元，完成预算的75%。决算数小于预算数的主要原因是厉行节约。",
        "three_public",
    )

    assert [(f.key, f.value) for f in figures if f.role == "completion"] == [
        ("three_public/three_public.total/completion:initial_budget", "80"),
        ("three_public/three_public.abroad/completion:initial_budget", "0"),
        ("three_public/three_public.reception/completion:initial_budget", "75"),
    ]
    assert [f.label for f in figures if f.reason] == ["“三公”经费支出", "“三公”经费支出"]


def test_equal_is_no_figure() -> None:
    assert read("决算数与预算数基本持平。与上年相比持平。决算数同预算数持平。", "general.items") == []


def test_spans_cover_numeral_and_unit_and_leave_the_direction_outside() -> None:
    text = tidy("与2022年度相比，收、支总计各减少 1,112.01 万元，下降 5.3 ％。")
    context = prose.Context(section="overall", heading="", year=2023, taxonomy=load())

    found = prose.read(text, context).found

    assert [text[one.start : one.end] for one in found] == ["1,112.01万元", "5.3%"]
    assert all(one.figure.quote in text for one in found)


def test_another_width_of_digits_and_punctuation_reads_the_same() -> None:
    plain = "2023年度收入合计2,020.06万元，与2022年度相比，收入合计减少(增加)112.01万元，下降5.3%。"
    wide = (
        "２０２３年度收入合计２，０２０．０６万元，与２０２２年度相比，"
        "收入合计减少（增加）１１２．０１万元，下降５．３％。"
    )
    bare = "2023 年度收入合计 2020.06 万元，与 2022 年度相比，收入合计减少（增加） 112.01 万元，下降 5.3 %。"

    readings = [[(f.key, f.value, f.unit, f.label) for f in read(text, "income")] for text in (plain, wide, bare)]

    assert readings[0] == readings[1] == readings[2]
    assert len(readings[0]) == 3


def test_a_text_without_stops_is_read_in_linear_time_and_quoted_in_part() -> None:
    text = "其中基本支出1,977.18万元，占本年支出97.9%，" * 2000
    context = prose.Context(section="expenditure", heading="", year=2023, taxonomy=load())

    found = prose.read(text, context).found

    assert len(found) == 4000
    assert max(len(one.figure.quote) for one in found) <= 260
    assert text[found[-1].start : found[-1].end] == "97.9%"


def test_stops_of_either_width_part_clauses_alike_and_are_quoted_as_printed() -> None:
    wide = "政府采购支出总额54.18万元，其中：货物支出5.97万元；服务支出48.21万元，占89%，比上年增加2万元。"
    narrow = wide.replace("，", ",").replace("：", ":").replace("；", ";")

    one, other = read(wide, "procurement"), read(narrow, "procurement")

    assert [f.key for f in one] == [f.key for f in other]
    assert other[0].quote in narrow


def test_last_years_amount_may_stand_before_this_years() -> None:
    figures = read("投诉量由2022年的120件降至2023年的80件，下降33.3%。罚款36.5万元，2022年为30万元。")

    assert [(f.label, f.role, f.base, f.period, f.value) for f in figures] == [
        ("投诉量", "prior", "上年", 2022, "120"),
        ("投诉量", "actual", None, 2023, "80"),
        ("投诉量", "percent", "上年", 2023, "-33.3"),
        ("罚款", "actual", None, 2023, "36.5"),
        ("罚款", "prior", "上年", 2022, "30"),
    ]


def test_what_a_budget_is_called_for_want_of_a_noun_is_not_carried_on() -> None:
    figures = read(
        "年初部门预算100万元，年中追加20万元，全年预算120万元，实际支出118万元，预算执行率98.33%。", "performance"
    )

    assert [(f.label, f.role) for f in figures] == [
        ("年初部门预算", "budget"),
        ("年中追加", "actual"),
        ("全年预算", "budget"),
        ("实际支出", "actual"),
        ("预算执行率", "completion"),
    ]


def test_a_list_between_commas_ends_at_the_semicolon() -> None:
    figures = read(
        "基本支出1,977.18万元，占97.88%，其中人员经费1,728.5万元，公用经费248.68万元；项目支出42.88万元，占2.12%。",
        "expenditure",
    )

    assert [(f.label, f.path) for f in figures] == [
        ("基本支出", ()),
        ("基本支出", ()),
        ("人员经费", ("基本支出",)),
        ("公用经费", ("基本支出",)),
        ("项目支出", ()),
        ("项目支出", ()),
    ]
    assert {f.base for f in figures if f.role == "share"} == {"本年支出合计"}


def test_a_goal_may_be_followed_by_its_rate_at_once() -> None:
    figures = read("我市新增就业12.3万人，完成年度目标10万人的123%，同比增长8.5%。")

    assert [(f.role, f.base, f.value) for f in figures] == [
        ("actual", None, "12.3"),
        ("target", "目标", "10"),
        ("completion", "目标", "123"),
        ("percent", "上年", "8.5"),
    ]


def test_the_score_of_a_project_names_the_project_of_the_figures_after_it() -> None:
    figures = read(
        "信息化建设项目自评得分为95.6分。项目全年预算数为100万元，执行数为98万元，完成预算的98%。", "performance"
    )

    assert (figures[0].role, figures[0].unit, figures[0].value) == ("score", "分", "95.6")
    assert [(f.label, f.role) for f in figures[1:]] == [
        ("信息化建设", "budget"),
        ("信息化建设", "actual"),
        ("信息化建设", "completion"),
    ]
    assert figures[3].base == "全年预算"


def test_a_count_is_not_named_by_the_bracket_after_it() -> None:
    figures = read("其中：行政编制61人（含行政工勤编制4人），事业编制7人。", "organization")

    assert [(f.label, f.value) for f in figures] == [("行政编制", "61"), ("含行政工勤编制", "4"), ("事业编制", "7")]


def test_what_follows_a_bracket_is_of_what_stood_before_it() -> None:
    figures = read(
        "财政拨款收入10,362.16万元（其中：一般公共预算8,402.16万元，政府性基金预算1,960.00万元），"
        "占收入合计的97.58%；事业收入52.30万元。",
        "income",
    )

    assert [(f.label, f.role, f.value) for f in figures] == [
        ("财政拨款收入", "actual", "10362.16"),
        ("一般公共预算", "actual", "8402.16"),
        ("政府性基金预算", "actual", "1960.00"),
        ("财政拨款收入", "share", "97.58"),
        ("事业收入", "actual", "52.30"),
    ], "the name of a fund ends in 预算 and plans nothing"


def test_last_year_is_compared_with_by_its_whole_name() -> None:
    figures = read("“三公”经费支出决算为2.36万元，较上年度减少0.44万元，下降15.71%。", "three_public")

    assert [(f.key, f.value) for f in figures] == [
        ("three_public/three_public.total/actual", "2.36"),
        ("three_public/three_public.total/delta:prior", "-0.44"),
        ("three_public/three_public.total/percent:prior", "-15.71"),
    ]


def test_a_dated_budget_that_is_compared_with_is_of_the_line_before() -> None:
    figures = read(
        "2、公务接待费。2023年决算数0.00万元，比2023年年初预算数2.32万元减少2.32万元。"
        "其中，公务用车购置费2023年决算数0.00万元，比2023年年初预算数40.00万元减少40.00万元。",
        "three_public",
    )

    assert told(figures) == [
        ("公务接待费", "actual", None, "0.00", "万元"),
        ("公务接待费", "budget", "年初预算", "2.32", "万元"),
        ("公务接待费", "delta", "年初预算", "-2.32", "万元"),
        ("公务用车购置费", "actual", None, "0.00", "万元"),
        ("公务用车购置费", "budget", "年初预算", "40.00", "万元"),
        ("公务用车购置费", "delta", "年初预算", "-40.00", "万元"),
    ]


def test_levels_behind_a_quoted_name_are_read() -> None:
    figures = read(
        "1、“社会保障和就业支出”（类）2023年度决算5,034.54万元，比2023年年初预算增加211.30万元，增长4.38%。其中："
        "“行政事业单位养老支出”（款）2023年度决算18.50万元。",
        "general.items",
    )

    assert [f.key for f in figures] == [
        "general.items/208/actual",
        "general.items/208/delta:initial_budget",
        "general.items/208/percent:initial_budget",
        "general.items/20805/actual",
    ]


def test_a_rate_of_the_budget_just_named_is_its_completion() -> None:
    figures = read("公务用车购置费支出359.8千元，完成预算360.0千元的99.94％。", "three_public")

    assert [(f.label, f.role, f.base, f.value) for f in figures][1:] == [
        ("公务用车购置费支出", "budget", "预算", "360.0"),
        ("公务用车购置费支出", "completion", "预算", "99.94"),
    ]


def test_points_in_brackets_are_a_weight_and_the_score_after_them_is_of_the_same_criterion() -> None:
    figures = read("综合得分91.35分，其中：预算执行情况（20分）得分19.02分。", "performance")

    assert [(f.label, f.role, f.value) for f in figures][1:] == [
        ("预算执行情况", "weight", "20"),
        ("预算执行情况", "score", "19.02"),
    ]


def test_what_was_carried_over_from_last_year_is_a_line_of_this_year() -> None:
    (figure, difference) = read("2．上年结转结余为7万元。与上年相比增加7万元。", "overall", kind="budget")

    assert (figure.key, figure.period) == ("overall/carryover.opening/budget:initial_budget", 2023)
    assert difference.key == "overall/carryover.opening/delta:prior"


def test_a_planned_total_is_called_as_printed() -> None:
    (figure,) = read("（一）收入预算总计3,018.45万元。", "overall", kind="budget")

    assert (figure.key, figure.label) == ("overall/overall.total/budget:initial_budget", "收入预算总计")


def test_visits_in_all_are_of_what_was_counted_before() -> None:
    figures = read("公务接待费支出3.00万元，国内接待30批次，共计280人次。", "three_public")

    assert [(f.label, f.value, f.unit) for f in figures][1:] == [
        ("国内接待", "30", "批次"),
        ("国内接待", "280", "人次"),
    ]


def test_the_words_of_the_role_inside_a_name_do_not_make_another_line() -> None:
    figures = read("“三公”经费支出决算总额较上年减少5万元，降低25%。", "three_public")

    assert [f.key for f in figures] == [
        "three_public/three_public.total/delta:prior",
        "three_public/three_public.total/percent:prior",
    ]


def test_a_total_of_the_final_accounts_is_the_total_of_both_sides() -> None:
    figures = read("2023年度收入、支出决算总计均为4,500.12万元，较2022年度决算数增加100.02万元、增长2.27%。", "overall")

    assert [(f.key, f.label) for f in figures] == [
        ("overall/overall.total/actual", "收入、支出决算总计"),
        ("overall/overall.total/delta:prior", "收入、支出决算总计"),
        ("overall/overall.total/percent:prior", "收入、支出决算总计"),
    ]


def test_last_years_amount_that_is_compared_with_is_of_the_same_line() -> None:
    figures = read("本年收入合计4,400万元，比2022年决算数4,300万元增加100万元，增长2.33%。", "income")

    assert [(f.label, f.role, f.value, f.period) for f in figures] == [
        ("本年收入合计", "actual", "4400", 2023),
        ("本年收入合计", "prior", "4300", 2022),
        ("本年收入合计", "delta", "100", 2023),
        ("本年收入合计", "percent", "2.33", 2023),
    ]


def test_what_is_so_much_of_the_plan_is_its_completion() -> None:
    figures = read("罚没收入完成5.6亿元，为年初预算的101.8%。")

    assert [(f.role, f.base, f.value) for f in figures] == [
        ("actual", None, "5.6"),
        ("completion", "年初预算", "101.8"),
    ]


def test_counts_in_a_row_have_the_nouns_behind_them() -> None:
    # 江苏省人民检察院 2018.
    figures = read("本部门包括19个内设机构、2个下属事业单位和2个派出机构，具体包括：", "organization", kind="budget")

    assert [(f.label, f.value) for f in figures] == [("内设机构", "19"), ("下属事业单位", "2"), ("派出机构", "2")]


def test_a_list_of_reasons_goes_on_over_stops() -> None:
    # 江苏省人民检察院 2018, 一.
    figures = read(
        "2018年度收入、支出预算总计21,955.35万元，与上年相比收、支预算总计各增加3,958.67万元。增加原因，一是政策性调整因素。"
        "含员额制检察官工资改革。二是省财政加强预算管理，将年度收支全部纳入部门预算。其中：（一）收入预算总计21,955.35万元。",
        "overall",
        year=2018,
        kind="budget",
    )

    assert figures[1].reason == (
        "一是政策性调整因素。含员额制检察官工资改革。二是省财政加强预算管理，将年度收支全部纳入部门预算"
    )
    assert figures[2].reason is None


def test_a_list_of_reasons_goes_on_over_semicolons_and_holds_its_own_amounts() -> None:
    # 江苏省委办公厅 2018, 一（二）2.
    figures = read(
        "与上年相比社会保障和就业支出减少710.87万元。主要原因一是退休人员工资改由社保发放；二是增加养老保险缴费支出1040.75万元。",
        "overall",
        year=2018,
        kind="budget",
    )

    assert figures[0].reason == "一是退休人员工资改由社保发放；二是增加养老保险缴费支出1040.75万元"
    assert (figures[1].label, figures[1].role, figures[1].value) == ("养老保险缴费支出", "delta", "1040.75")


def test_an_amount_behind_what_it_moves_is_a_difference() -> None:
    # 江苏省人民检察院 2018, 一（二）2.
    figures = read(
        "主要原因是由社保中心发放，这一因素较上年减少部门支出1,653万元。", "overall", year=2018, kind="budget"
    )

    assert told(figures) == [("部门支出", "delta", "上年", "-1653", "万元")]


def test_how_many_times_something_grew_is_a_figure() -> None:
    # 江苏省人民检察院 2018, 一（二）.
    figures = read("单位预留机动经费与上年相比增加2,247.84万元，增长16倍。", "overall", year=2018, kind="budget")

    assert [(f.role, f.value, f.unit) for f in figures] == [("delta", "2247.84", "万元"), ("percent", "16", "倍")]


def test_money_may_leave_out_its_yuan_and_a_project_may_be_called_growth() -> None:
    # 上海市普陀区商务委员会 2025, 项目经费情况说明.
    figures = read(
        "2025年度项目总预算2921.00万，其中支持商销稳增长30.00万，支持促消费提质提升800.00万，"
        "支持商业综合服务能力提升80.00万元。",
        "special",
        year=2025,
        kind="budget",
    )

    assert [(f.role, f.value, f.unit, f.amount_fen) for f in figures] == [
        ("budget", "2921.00", "万", 2_921_000_000),
        ("budget", "30.00", "万", 30_000_000),
        ("budget", "800.00", "万", 800_000_000),
        ("budget", "80.00", "万元", 80_000_000),
    ]
    assert [f.label for f in figures][1:] == ["支持商销稳增长", "支持促消费提质提升", "支持商业综合服务能力提升"]


def test_people_counted_in_ten_thousands_are_no_money() -> None:
    figures = read("服务2.76万困难人员，安排资金3万元。")

    assert [(f.unit, f.amount_fen) for f in figures] == [("万", None), ("万元", 3_000_000)]


def test_an_item_is_its_line_though_its_name_differs_by_a_particle() -> None:
    # 江苏省人民检察院 2018 prints 未归口管理行政单位离退休费（项） for 2080504 未归口管理的行政单位离退休.
    names = prose.codes(
        [("208", "社会保障和就业支出"), ("20805", "行政事业单位离退休"), ("2080504", "未归口管理的行政单位离退休")]
    )
    context = prose.Context("appropriation.items", "", 2018, load(), names, "budget")
    text = (
        "（二）社会保障和就业支出（类）行政事业单位离退休（款）：2018年预算支出合计1,836.22万元。"
        "1.未归口管理行政单位离退休费（项）支出371.92万元。"
    )

    assert [one.figure.code for one in prose.read(text, context).found] == ["20805", "2080504"]


def test_a_name_with_a_bracket_of_its_own_has_its_level() -> None:
    # 江苏省委办公厅 2018: the text piece, without any table.
    context = prose.Context("appropriation.items", "", 2018, load(), {}, "budget")
    text = "1.党委办公厅（室）及相关机构事务（款）行政运行（项）支出8072.29万元，与上年相比增加1965.30万元。"

    found = [one.figure for one in prose.read(text, context).found]

    assert [f.code for f in found] == ["2013101", "2013101"]
    assert found[0].path == ("党委办公厅（室）及相关机构事务",)


def test_a_reason_for_income_and_expenditure_explains_both() -> None:
    # 上海市普陀区商务委员会 2025.
    figures = read(
        "收入预算37,151.47万元，其中：财政拨款收入37,151.47万元，比2024年预算执行数增加24,558.18万元；其他收入0万元。"
        "支出预算37,151.47万元，其中：财政拨款支出预算37,151.47万元，比2024年预算增加24,491.71万元。"
        "财政拨款支出预算中，一般公共预算拨款支出预算37,151.47万元，比2024年预算增加24,491.71万元。"
        "财政拨款收入支出增加的主要原因是政策资金项目预算增加。",
        "narrative",
        year=2025,
        kind="budget",
    )

    assert [(f.key, f.reason_base) for f in figures if f.reason] == [
        ("narrative/income.appropriation/delta:prior_execution", "上年预算执行数"),
        ("narrative/appropriation.expenditure/delta:prior_budget", "上年预算"),
    ]


def test_an_item_is_known_by_the_core_of_the_name_that_the_documents_own_table_gives_it() -> None:
    # 江苏省人民检察院 2018 and 2019
    lines = [
        ("208", "社会保障和就业支出"),
        ("20805", "行政事业单位离退休"),
        ("2080504", "未归口管理的行政单位离退休"),
        ("2080505", "机关事业单位基本养老保险缴费支出"),
    ]
    above = "（二）社会保障和就业支出（类）行政事业单位离退休（款）："

    def code(words: str, *more: tuple[str, str]) -> str | None:
        context = prose.Context(
            section="appropriation.items",
            heading="",
            year=2018,
            taxonomy=load(),
            codes=prose.codes([*lines, *more]),
            kind="budget",
        )
        return prose.read(tidy(f"{above}1.{words}（项）支出371.92万元。"), context).found[0].figure.code

    assert code("未归口管理行政单位离退休费") == "2080504"
    assert code("机关事业单位基本养老保险费") == "2080505"
    assert code("机关事业单位养老保险") is None
    # Two items of one core are told apart by what it leaves out: then nothing is guessed.
    assert code("未归口管理行政单位离退休费", ("2080599", "未归口管理的行政单位离退休经费")) is None


def test_running_costs_are_known_whosever_they_are_and_of_whichever_budget() -> None:
    for whose in ("本部门一般公共预算", "省检察院一般公共预算", "省检察院", ""):
        (figure,) = read(f"2019年{whose}机关运行经费预算支出2391.92万元。", "operating", year=2019, kind="budget")
        assert figure.key == "operating/operating_cost/budget:initial_budget"


def test_a_class_may_have_its_level_before_the_word_expenditure() -> None:
    # The central form of budgets: 教育（类）支出.
    figures = read("教育（类）支出8,000.00万元，占80.00%。", "general.structure", year=2024, kind="budget")

    assert [(f.code, f.role) for f in figures] == [("205", "budget"), ("205", "share")]


def test_what_stands_right_behind_a_difference_is_its_reason_however_long_the_sentence() -> None:
    figures = read(
        "1.社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）2024年预算数为8,000.00万元，"
        "比2023年执行数增加500.00万元，增长6.67%，主要是缴费基数提高。",
        "general.items",
        year=2024,
        kind="budget",
    )

    assert [(f.role, f.reason) for f in figures] == [
        ("budget", None), ("delta", "缴费基数提高"), ("percent", "缴费基数提高"),
    ]  # fmt: skip
    assert figures[1].reason_base == "上年预算执行数"


def test_the_totals_of_the_central_budget_form_are_those_of_its_tables() -> None:
    lines = {
        "overall": "2024年收支总预算12,345.67万元。",
        "income": "2024年收入预算12,345.67万元，其中：上年结转2,000.00万元，占16.20%。",
        "expenditure": "2024年支出预算12,345.67万元，其中：基本支出10,000.00万元，占81.00%。",
        "appropriation": "2024年财政拨款收支总预算11,000.00万元。",
        "general.total": "2024年一般公共预算当年拨款10,000.00万元，比2023年执行数增加500.00万元。",
    }

    told = {section: fact(read(text, section, year=2024, kind="budget")[0]) for section, text in lines.items()}

    assert told == {
        "overall": "overall.total:budget:initial_budget",
        "income": "overall.total:budget:initial_budget",
        "expenditure": "expenditure.total:budget:initial_budget",
        "appropriation": "appropriation.total:budget:initial_budget",
        "general.total": "general.total:budget:initial_budget",
    }


def test_each_reason_of_the_three_public_finds_its_own_expense() -> None:
    # 上海市 2024 template, 七（一), its slots filled.
    figures = read(
        "2024年度“三公”经费财政拨款支出决算数比2023年度减少1.20万元，其中：因公出国（境）费支出决算减少1.00万元；"
        "公务用车购置及运行维护费支出决算增加0.30万元；公务接待费支出决算减少0.50万元。"
        "因公出国（境）费支出减少的主要原因是团组减少。公务用车购置及运行维护费支出增加的主要原因是车辆老化。"
        "公务接待费支出减少的主要原因是压减。",
        "three_public",
        year=2024,
    )

    assert [(f.key.split("/")[1], f.value, f.reason) for f in figures] == [
        ("three_public.total", "-1.20", None),
        ("three_public.abroad", "-1.00", "团组减少"),
        ("three_public.cars", "0.30", "车辆老化"),
        ("three_public.reception", "-0.50", "压减"),
    ]


def test_shares_of_the_three_public_are_shares_of_their_sum() -> None:
    figures = read(
        "“三公”经费财政拨款支出决算中，因公出国（境）费支出决算1.00万元，占10.20%；公务接待费支出决算0.80万元，占8.17%。"
        "国内公务接待支出0.80万元（含外宾接待支出0.20万元）。",
        "three_public",
        year=2024,
    )

    assert [(f.key.split("/")[1], f.base) for f in figures if f.role == "share"] == [
        ("three_public.abroad", "“三公”经费"), ("three_public.reception", "“三公”经费"),
    ]  # fmt: skip
    assert figures[-1].key == "three_public/three_public.reception.foreign_affairs/actual"


def test_what_a_fund_spends_may_be_called_expenditure_alone() -> None:
    # 上海市 2024 template, 八.
    figures = read("政府性基金预算财政拨款收入35.00万元，支出34.00万元。", "fund", year=2024)

    assert [(fact(f), f.value) for f in figures] == [("income.fund", "35.00"), ("fund.total", "34.00")]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("因公出国（境）费决算支出99.80万元", "three_public.abroad"),
        ("公务用车运行维护费决算支出150.00万元", "three_public.running"),
        ("2019年度一般公共预算拨款安排的会议费决算支出100.00万元", "meetings"),
    ],
)
def test_final_accounts_of_jiangsu_call_an_expense_spent(words: str, line: str) -> None:
    (figure,) = read(f"{words}。", "three_public", year=2019)

    assert figure.key == f"three_public/{line}/actual"
