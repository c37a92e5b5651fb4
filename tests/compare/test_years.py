"""A document beside the one of the year before."""

from tests.compare.building import Builder, said, years

ACTUAL = "total/actual"


def told(builder: Builder, code: str, name: str, amount: str, delta: str, sign: str = "") -> Builder:
    """A sentence such as 法院检察院 budgets have: 公诉（项）1,895.00万元，与上年相比减少134.00万元."""
    word = "减少" if sign else "增加"
    more = f"code={code}|base=上年"
    return builder.section(
        "general.items",
        f"{name}（项）{{{amount}|actual|general.items/{code}/actual|code={code}}}，"
        f"与上年相比{word}{{{delta}|delta|general.items/{code}/delta:prior|{more}|sign={sign}}}。",
    )


def test_years_are_relative_and_one_left_standing_shows() -> None:
    def document(year: int, printed: int) -> Builder:
        return Builder(year).section("income", f"{printed}年度收入较{year - 1}年有所增加。", f"截至{year}年末。")

    assert years(document(2022, 2022), document(2023, 2023)).changes == ()
    (change,) = years(document(2022, 2022), document(2023, 2022)).changes
    assert (change.subject, change.kind) == ("passage", "changed")
    assert change.ops == (
        ("-", "2022年"),
        ("+", "2022年"),
        ("=", "度收入较"),
        ("-", "2021年"),
        ("+", "2022年"),
        ("=", "有所增加。"),
    )


def test_movements_are_ordered_by_size_and_stated_differences_that_differ_come_last() -> None:
    def document(year: int, small: str, large: str, delta: str) -> Builder:
        return Builder(year).table(
            "final.03",
            [
                ("2080101", "行政运行", {ACTUAL: small, "total/delta:prior": delta}),
                ("2080109", "社会保险经办机构", {ACTUAL: large}),
            ],
        )

    changes = years(document(2022, "5.00", "50.00", "1.00"), document(2023, "6.00", "40.00", "1.50")).changes

    assert [(c.code, c.delta, c.percent) for c in changes] == [
        ("2080109", "-10.00", "-20.00"),
        ("2080101", "1.00", "20.00"),
        ("2080101", "0.50", "50.00"),
    ]
    assert changes[-1].role == "delta"


def test_a_movement_carries_the_reason_given_for_its_base_and_for_no_other() -> None:
    def document(year: int, amount: str, delta: str, base: str) -> Builder:
        return (
            Builder(year)
            .table("final.03", [("total", "合计", {ACTUAL: amount})], facts={f"final.03/total/{ACTUAL}": "expenditure"})
            .section(
                "expenditure",
                f"支出合计{{{amount}万元|actual|expenditure/total/actual|fact=expenditure}}，"
                f"增加{{{delta}万元|delta|expenditure/total/delta:x|base={base}|reason=人员增加|reason_base={base}}}。",
            )
        )

    last = document(2022, "10.00", "1.00", "上年")
    with_reason, stated = years(last, document(2023, "12.00", "2.00", "上年")).changes
    without, _ = years(last, document(2023, "12.00", "2.00", "年初预算")).changes

    assert (with_reason.reason, with_reason.reason_base) == ("人员增加", "上年")
    assert len(with_reason.places) == 2
    assert (stated.role, stated.before, stated.after) == ("delta", "1.00", "2.00")
    assert without.reason is None


def test_a_code_whose_line_became_another_is_not_linked_where_four_lines_were_merged() -> None:
    one = Builder(2017).table(
        "budget.05",
        [
            ("2040402", "一般行政管理事务", {ACTUAL: "1,200.00"}),
            ("2040404", "侦查监督", {ACTUAL: "379.00"}),
            ("2040405", "公诉", {ACTUAL: "150.00"}),
            ("2040406", "控告申诉", {ACTUAL: "300.00"}),
            ("2040450", "事业运行", {ACTUAL: "77.00"}),
        ],
        unit="万元",
    )
    two = Builder(2018).table(
        "budget.05",
        [("2040405", "公诉", {ACTUAL: "1,895.00"}), ("2040450", "事业运行", {ACTUAL: "80.00"})],
        unit="万元",
    )

    found = years(one, told(two, "2040405", "公诉", "1,895.00万元", "134.00万元", "-"))

    merged = [link for link in found.links if link.evidence == "implied"]
    assert [(link.before, link.after) for link in merged] == [
        (("2040405", "2040402", "2040404", "2040406"), ("2040405",))
    ]
    (change,) = [change for change in found.changes if change.kind == "merged"]
    assert (change.before, change.after, change.delta, change.percent) == ("2029.00", "1895.00", "-134.00", "-6.60")
    figures = [(c.code, c.before, c.after) for c in found.changes if c.subject == "figure"]
    assert figures == [("2040450", "77.00", "80.00")]


def test_a_line_that_was_split_is_linked_to_its_parts() -> None:
    one = Builder(2022).table("final.05", [("2130101", "农业行政", {ACTUAL: "100.00"})])
    two = Builder(2023).table(
        "final.05", [("2130102", "农村管理", {ACTUAL: "70.00"}), ("2130103", "渔业管理", {ACTUAL: "45.00"})]
    )
    two = told(
        told(two, "2130102", "农村管理", "70.00万元", "10.00万元"), "2130103", "渔业管理", "45.00万元", "5.00万元"
    )

    found = years(one, two)

    (change,) = [change for change in found.changes if change.kind == "split"]
    assert (change.before, change.after, change.delta) == ("100.00", "115.00", "15.00")
    assert change.label == "2130101农业行政→2130102农村管理、2130103渔业管理"


def test_a_line_under_a_new_code_is_found_by_its_implied_amount_or_its_name() -> None:
    one = Builder(2022).table(
        "final.05", [("2130101", "农业行政", {ACTUAL: "100.00"}), ("2130501", "扶贫管理", {ACTUAL: "30.00"})]
    )
    two = Builder(2023).table(
        "final.05", [("2130199", "农业农村综合管理", {ACTUAL: "90.00"}), ("2130599", "扶贫管理", {ACTUAL: "31.00"})]
    )

    found = years(one, told(two, "2130199", "农业农村综合管理", "90.00万元", "10.00万元", "-"))

    assert [(link.before, link.after, link.evidence) for link in found.links] == [
        (("2130101",), ("2130199",), "implied"),
        (("2130501",), ("2130599",), "name"),
    ]
    moved = [(c.key_before, c.key, c.delta) for c in found.changes if c.subject == "figure"]
    assert ("final.05/2130101/total/actual", "final.05/2130199/total/actual", "-10.00") in moved


def test_a_code_that_means_another_thing_is_removed_and_added() -> None:
    one = Builder(2022).table("final.05", [("2130112", "渔政船检", {ACTUAL: "150.00"})])
    two = Builder(2023).table("final.05", [("2130112", "行业业务管理", {ACTUAL: "20.00"})])

    found = years(one, two)

    assert [(c.kind, c.before, c.after) for c in found.changes] == [
        ("removed", "150.00", None),
        ("added", None, "20.00"),
    ]
    assert found.links == ()


def restating(year: int, *amounts: tuple[str, str, str]) -> Builder:
    made = Builder(year)
    for name, amount, delta in amounts:
        made.section(
            name,
            f"合计{{{amount}万元|actual|{name}/total/actual|fact={name}.total}}，"
            f"比上年增加{{{delta}万元|delta|{name}/total/delta:prior|base=上年}}。",
        )
    return made


def test_last_year_told_otherwise_is_restated_beyond_the_published_precision_only() -> None:
    last = restating(2022, ("income", "2132.07", "1.00"), ("work", "50.00", "1.00"))

    exact = years(last, restating(2023, ("income", "2140.07", "8.00"), ("work", "51.00", "1.00")))
    rounded = years(last, restating(2023, ("income", "2140.07", "8.01"), ("work", "51.00", "1.00")))
    other = years(last, restating(2023, ("income", "2140.07", "18.00"), ("work", "51.00", "1.00")))

    assert ("figure", "changed", "restated") not in said([*exact.changes, *rounded.changes])
    (change,) = [change for change in other.changes if change.aspect == "restated"]
    assert (change.fact, change.before, change.after, change.delta) == ("income.total", "2132.07", "2122.07", "-10.00")


def test_a_systematic_restatement_is_said_once() -> None:
    names = ("income", "expenditure", "appropriation", "basic")
    last = restating(2022, *((name, f"{n + 1}00.00", "1.00") for n, name in enumerate(names)))
    this = restating(2023, *((name, f"{n + 1}50.00", f"{20 - n}.00") for n, name in enumerate(names)))

    restated = [change for change in years(last, this).changes if change.aspect == "restated"]

    assert len(restated) == 1
    assert len(restated[0].places) == 4


def test_over_years_equal_amounts_and_equal_names_below_other_names_are_no_evidence() -> None:
    def document(year: int, line: str, label: str) -> Builder:
        rows = [
            ("甲项目", "甲项目", {ACTUAL: "9.00"}),
            ("乙项目", "乙项目", {ACTUAL: "9.00"}),
            (line, label, {ACTUAL: "3.00"}),
        ]
        return Builder(year).table("budget.x.procurement", rows)

    def paired(one: Builder, two: Builder) -> list[tuple[str, str | None, str | None]]:
        found = years(one, two).changes
        return [(c.kind, c.before, c.after) for c in found if c.subject == "figure" and c.code is None]

    elsewhere = paired(document(2022, "甲项目>复印机", "复印机"), document(2023, "乙项目>复印机", "复印机"))
    other = paired(document(2022, "甲项目>电信服务", "电信服务"), document(2023, "乙项目>互联网服务", "互联网服务"))

    assert sorted(elsewhere) == sorted(other) == [("added", None, "3.00"), ("removed", "3.00", None)]


def test_a_sentence_that_stands_behind_every_line_is_paired_with_the_one_of_its_own_line() -> None:
    # 江苏省人民检察院: 增加40万元，增长0.72% (项目支出 2018), 增加1602.36万元，增长67.1% (预留机动经费 2019).
    def document(year: int, *items: tuple[str, str, str, str, str]) -> Builder:
        made = Builder(year)
        for line, name, amount, delta, percent in items:
            made.section(
                "overall",
                f"{name}{{{amount}万元|budget|overall/{line}/budget:x}}。",
                f"与上年相比增加{{{delta}万元|delta|overall/{line}/delta:prior|base=上年}}，"
                f"增长{{{percent}%|percent|overall/{line}/percent:prior|base=上年}}。",
            )
        return made

    def deltas(one: Builder, two: Builder) -> list[tuple[str | None, str | None]]:
        return [(c.key_before, c.key) for c in years(one, two).changes if c.role == "delta"]

    project = ("project", "项目支出预算数为", "5573", "40", "0.72")
    last = document(2018, project)
    this = document(2019, ("reserve", "单位预留机动经费预算数为", "3990.4", "1602.36", "67.1"))

    assert deltas(last, this) == []
    both = document(2019, ("others", "其他资金收入预算总计", "15", "9.45", "170.27"), (*project[:3], "41", "0.73"))
    assert deltas(last, both) == [("overall/project/delta:prior",) * 2]
    assert not any(change.kind == "moved" for change in [*years(last, this).changes, *years(last, both).changes])


def test_over_years_another_way_of_counting_items_and_tables_is_no_change() -> None:
    # 江苏省人民检察院: 二、收入预算总表 · 公开02表：收入预算总表 · 公开02表收入预算总表 in 2017, 2018 and 2019.
    def document(year: int, *words: str) -> Builder:
        return Builder(year).section("work", *words)

    counted = document(2018, "公开02表：收入预算总表", "（三）全面深化司法体制改革")

    assert years(document(2017, "二、收入预算总表", "一、全面深化司法体制改革"), counted).changes == ()
    assert years(counted, document(2019, "公开02表收入预算总表", "（六）全面深化司法体制改革")).changes == ()
    (renamed,) = years(counted, document(2019, "公开02表部门收入总表", "三、全面深化司法体制改革")).changes
    assert (renamed.text_before, renamed.text_after) == ("公开02表：收入预算总表", "公开02表部门收入总表")


def test_what_was_put_in_front_of_a_sentence_is_shown_as_that() -> None:
    def document(year: int, lead: str, amount: str) -> Builder:
        figure = f"{{{amount}万元|budget|overall/reserve/budget:x}}"
        return Builder(year).section("overall", f"{lead}单位预留机动经费预算数为{figure}。")

    found = years(
        document(2017, "", "140.2"), document(2018, "2018年省检察院机关本级及南京、徐州铁路检察院", "2,388.04")
    )

    (change,) = [change for change in found.changes if change.subject == "passage"]
    assert change.ops == (
        ("+", "2018年省检察院机关本级及南京、徐州铁路检察院"),
        ("=", "单位预留机动经费预算数为"),
        ("-", "140.2万元"),
        ("+", "2,388.04万元"),
        ("=", "。"),
    )


def test_a_reason_given_in_place_of_another_is_shown_beside_it_whatever_follows() -> None:
    def document(year: int, *reasons: str) -> Builder:
        lead = "住房保障支出主要用于在职人员住房公积金及离退休人员住房补贴支出。"
        return Builder(year).section("overall", lead, *reasons)

    found = years(
        document(2018, "主要原因一是员额检察官工资改革增加了计算基数，", "二是调整了住房补贴比例。", "其他资金没变。"),
        document(2019, "主要原因是工资性收入增加后，调增了住房补贴计发基数。"),
    )

    assert [(c.kind, c.text_before, c.text_after) for c in found.changes] == [
        (
            "changed",
            "主要原因一是员额检察官工资改革增加了计算基数，二是调整了住房补贴比例。",
            "主要原因是工资性收入增加后，调增了住房补贴计发基数。",
        ),
        ("removed", "其他资金没变。", None),
    ]
