"""Lines of statements: edited ones found again, statements and units that came, went or changed."""

from tests.compare.building import Builder, revision, said, years

Row = tuple[str, str, dict[str, str]]
TOTALS = "total/actual"


def table(*rows: Row, **more: str) -> Builder:
    return Builder().table("final.03", rows, **more)


def test_a_line_that_appears_adds_its_figures_and_nothing_else() -> None:
    one = table(("2080101", "行政运行", {TOTALS: "5.00"}))
    two = table(("2080101", "行政运行", {TOTALS: "5.00"}), ("2080109", "社会保险经办机构", {TOTALS: "3.00"}))

    (change,) = revision(one, two)

    assert (change.subject, change.kind, change.key) == ("figure", "added", "final.03/2080109/total/actual")


def test_an_edited_label_is_one_change_over_all_statements() -> None:
    def named(label: str) -> Builder:
        rows = [("2101103", label, {TOTALS: "119.16"})]
        return Builder().table("final.03", rows).table("final.05", rows)

    (change,) = revision(named("公务员医疗补助"), named("公务员医疗补助费"))

    assert (change.subject, change.kind, change.aspect) == ("structure", "changed", "wording")
    assert (change.before, change.after) == ("公务员医疗补助", "公务员医疗补助费")
    assert change.places == ("final.03/2101103", "final.05/2101103")


def test_an_edited_label_without_a_code_keeps_its_figures() -> None:
    one = table(("其他收入>捐赠收入", "其中：捐赠收入", {TOTALS: "5.00"}))
    two = table(("其他收入>捐赠资金收入", "其中：捐赠资金收入", {TOTALS: "6.00"}))

    changes = revision(one, two)

    assert [(c.subject, c.aspect, c.before, c.after) for c in changes] == [
        ("structure", "wording", "其中：捐赠收入", "其中：捐赠资金收入"),
        ("figure", "value", "5.00", "6.00"),
    ]


def test_a_line_without_a_code_under_another_parent_has_moved() -> None:
    one = table(("甲", "甲", {}), ("乙", "乙", {}), ("甲>捐赠收入", "捐赠收入", {TOTALS: "5.00"}))
    two = table(("甲", "甲", {}), ("乙", "乙", {}), ("乙>捐赠收入", "捐赠收入", {TOTALS: "5.00"}))

    (change,) = revision(one, two)

    assert (change.subject, change.kind, change.aspect) == ("structure", "moved", "line")
    assert (change.before, change.after) == ("甲", "乙")


def test_a_corrected_code_is_one_change() -> None:
    one = table(("2080109", "社会保险经办机构", {TOTALS: "42.88", "project/actual": "42.88"}))
    two = table(("2080108", "社会保险经办机构", {TOTALS: "42.88", "project/actual": "42.88"}))

    (change,) = revision(one, two)

    assert (change.subject, change.aspect, change.before, change.after) == ("structure", "code", "2080109", "2080108")


def test_the_number_of_a_line_in_its_table_is_no_label() -> None:
    one = table(("208", "八、社会保障和就业支出", {TOTALS: "5.00"}))
    two = table(("208", "九、社会保障和就业支出", {TOTALS: "5.00"}))

    assert revision(one, two) == []


def test_a_table_in_another_unit_of_money_is_one_change() -> None:
    def document(unit: str, *amounts: str) -> Builder:
        rows: list[Row] = [(f"20801{n:02}", f"第{n}项", {TOTALS: amount}) for n, amount in enumerate(amounts)]
        return table(*rows, unit=unit).section("tables", f"公开03表单位：{unit}", statement="final.03")

    (change,) = revision(document("万元", "1.00", "2.50"), document("元", "10000.00", "25000.00"))
    (slip,) = revision(document("万元", "1.00", "2.50"), document("元", "1.00", "2.50"))

    assert (change.subject, change.aspect, change.before, change.after) == ("structure", "unit", "万元", "元")
    assert slip.aspect == "unit"


def test_a_statement_that_came_as_a_whole_is_one_change() -> None:
    one = table(("2080101", "行政运行", {TOTALS: "5.00"}))
    two = (
        table(("2080101", "行政运行", {TOTALS: "5.00"}))
        .table("final.08", [("total", "合计", {TOTALS: "1.00"})])
        .section("tables", "八、国有资本经营预算财政拨款支出决算表", statement="final.08")
    )

    changes = revision(
        one.section("tables", "三、支出决算表", statement="final.03"),
        two.section("tables", "三、支出决算表", statement="final.03"),
    )

    assert said(changes) == [("structure", "added", "statement")]


def test_a_renamed_unit_is_one_change_and_an_old_name_left_standing_shows() -> None:
    def document(unit: str, left: str) -> Builder:
        made = Builder(unit=unit)
        return made.section(
            "duties", f"{unit}负责全市供水。", f"{left}无下属单位，没有二级预算单位。", f"{unit}另有其他职责。"
        )

    clean = revision(document("青禾市水务中心", "青禾市水务中心"), document("青禾市水务服务中心", "青禾市水务服务中心"))
    left = revision(document("青禾市水务中心", "青禾市水务中心"), document("青禾市水务服务中心", "青禾市水务中心"))

    assert said(clean) == [("structure", "changed", "renamed")]
    assert said(left) == [("structure", "changed", "renamed"), ("passage", "changed", "wording")]


def test_a_row_of_the_unit_itself_goes_on_under_the_units_new_name() -> None:
    def document(year: int, unit: str, amount: str) -> Builder:
        return Builder(year, unit).table("budget.02", [(unit, unit, {"total/budget": amount})])

    one, two = document(2022, "青禾市水务中心", "10.00"), document(2023, "青禾市水务服务中心", "12.00")

    assert said(years(one, two).changes) == [("figure", "changed", "value"), ("structure", "changed", "renamed")]
