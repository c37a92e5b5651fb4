"""Words: aligned by masked text, operations in whole tokens, moves, rewrites, sections."""

import pytest

from tests.compare.building import Builder, applied, revision, said
from tracker.compare import operations
from tracker.model import Change

DUTIES = (
    "承担贯彻实施社会保险政策的职责。",
    "承担全市社会保险参保登记、核定工作。",
    "承办上级交办的其他事项。",
)


def test_nothing_is_recorded_when_only_passages_are_cut_elsewhere() -> None:
    one = Builder().section("income", "收入合计{10.00万元|actual|income/total/actual}，", "占全部收入的八成。")
    two = Builder().section("income", "收入合计{10.00万元|actual|income/total/actual}，占全部收入的八成。")

    assert revision(one, two) == []


def test_width_of_punctuation_and_separators_are_layout() -> None:
    one = Builder().section(
        "income", "收入（含结转）合计{1,000.00万元|actual|income/total/actual}，持平；另有1,000字说明。"
    )
    two = Builder().section("income", "收入(含结转)合计{1000.00万元|actual|income/total/actual},持平;另有1000字说明。")

    assert revision(one, two) == []


def test_a_changed_sentence_shows_whole_figures_and_words() -> None:
    one = Builder().section("income", "收入合计{10.00万元|actual|income/total/actual}，人员减少。", *DUTIES)
    two = Builder().section("income", "收入合计{12.00万元|actual|income/total/actual}，人员有所减少。", *DUTIES)

    words, number = revision(one, two)

    assert (words.subject, words.kind, words.aspect) == ("passage", "changed", "wording")
    assert "".join(op + text for op, text in words.ops) == "=收入合计-10.00万元+12.00万元=，人员+有所=减少。"
    assert applied(words) == (words.text_before, words.text_after)
    assert (number.before, number.after, number.key) == ("10.00", "12.00", "income/total/actual")


def test_a_number_that_was_not_understood_never_changes_unseen() -> None:
    one = Builder().section("work", "截至2023年12月31日，全部办结。")
    two = Builder().section("work", "截至2023年12月30日，全部办结。")

    (change,) = revision(one, two)

    assert change.ops == (("=", "截至2023年12月"), ("-", "31"), ("+", "30"), ("=", "日，全部办结。"))


def test_a_unit_that_is_no_longer_printed_is_a_wording() -> None:
    one = Builder().section("income", "收入{5.00万元|actual|income/total/actual}，持平。")
    two = Builder().section("income", "收入{5.00|actual|income/total/actual|unit=万元}，持平。")

    assert said(revision(one, two)) == [("passage", "changed", "wording")]


def test_a_passage_that_changed_place_is_one_move() -> None:
    one = Builder().section("duties", *DUTIES, "负责全市养老保险基金的结算和管理工作。")
    two = Builder().section("duties", "负责全市养老保险基金的结算和管理工作。", *DUTIES)

    (change,) = revision(one, two)

    assert (change.subject, change.kind) == ("passage", "moved")
    assert change.text_before == change.text_after == "负责全市养老保险基金的结算和管理工作。"


def test_passages_that_move_together_to_another_section_are_one_move_and_take_their_figures_along() -> None:
    def moving(amount: str) -> tuple[str, str]:
        return f"办公用房面积共计{{{amount}|actual|assets/office/actual}}。", "无。"

    one = Builder().section("assets", "资产情况如下所示：", *moving("90平方米")).section("work", "重点工作全部完成。")
    two = Builder().section("assets", "资产情况如下所示：").section("work", "重点工作全部完成。", *moving("95平方米"))

    words, number = revision(one, two)

    assert (words.kind, words.before, words.after) == ("moved", "assets", "work")
    assert applied(words) == (words.text_before, words.text_after)
    assert (words.text_before, number.before, number.after) == ("办公用房面积共计90平方米。无。", "90", "95")


def test_short_boilerplate_is_not_a_move() -> None:
    one = Builder().section("fund", "政府性基金情况：", "无。").section("work", "重点工作完成。")
    two = Builder().section("fund", "政府性基金情况：").section("work", "重点工作完成。", "无。")

    assert said(revision(one, two)) == [("passage", "removed", "wording"), ("passage", "added", "wording")]


def test_neighbours_that_came_or_went_together_are_one_change() -> None:
    one = Builder().section("duties", *DUTIES)
    two = Builder().section("duties", DUTIES[0])

    (gone,) = revision(one, two)
    (come,) = revision(two, one)

    assert (gone.kind, gone.text_before, gone.text_after) == ("removed", DUTIES[1] + DUTIES[2], None)
    assert (come.kind, come.text_after) == ("added", DUTIES[1] + DUTIES[2])


def test_figures_of_a_paragraph_that_went_are_no_second_record() -> None:
    one = Builder().section("income", *DUTIES, "其中：捐赠收入{3.00万元|actual|income/gift/actual}，用于慰问困难群众。")
    two = Builder().section("income", *DUTIES)

    assert said(revision(one, two)) == [("passage", "removed", "wording")]


def test_a_rewritten_passage_is_shown_before_and_after_and_not_as_confetti() -> None:
    one = Builder().section("work", DUTIES[0], "全年共受理群众来信来访事项，办结率保持全市前列。", DUTIES[2])
    two = Builder().section("work", DUTIES[0], "本年度群众满意，信访办件较快。继续深化改革各项目标。", DUTIES[2])

    (change,) = revision(one, two)

    assert change.kind == "changed"
    assert [op for op, _ in change.ops] == ["-", "+"]
    assert applied(change) == (change.text_before, change.text_after)


def test_a_sentence_cut_in_two_by_a_full_stop_is_one_change() -> None:
    one = Builder().section("work", DUTIES[0], "扎实推进扩面征缴工作，持续提升经办服务水平。", DUTIES[2])
    two = Builder().section("work", DUTIES[0], "扎实推进扩面征缴工作。", "持续提升经办服务水平。", DUTIES[2])

    (change,) = revision(one, two)

    assert change.ops == (("=", "扎实推进扩面征缴工作"), ("-", "，"), ("+", "。"), ("=", "持续提升经办服务水平。"))


def test_an_inserted_item_does_not_change_the_numbers_of_those_that_follow() -> None:
    one = Builder().section("other", "一、收入情况说明", "二、支出情况说明", "三、资产情况说明")
    two = Builder().section(
        "other", "一、收入情况说明", "二、采购情况的补充说明", "三、支出情况说明", "四、资产情况说明"
    )

    (change,) = revision(one, two)

    assert (change.kind, change.text_after) == ("added", "二、采购情况的补充说明")


@pytest.mark.parametrize(("number", "recorded"), [("四、", 1), ("三、", 0), ("三．", 1)])
def test_a_number_that_was_edited_is_a_wording(number: str, recorded: int) -> None:
    one = Builder().section("other", "一、收入情况说明", "二、支出情况说明", "三、资产情况说明")
    two = Builder().section("other", "一、收入情况说明", "二、支出情况说明", f"{number}资产情况说明")

    assert len(revision(one, two)) == recorded


def test_an_item_of_another_code_is_never_a_changed_one() -> None:
    def item(name: str, code: str) -> Builder:
        named = f"1.社会保障和就业支出（类）{name}（项）"
        text = f"{named}支出决算为{{5.00万元|actual|general.items/{code}/actual|code={code}}}。"
        return Builder().section("general.items", DUTIES[0], text)

    changes = revision(item("行政运行", "2080101"), item("事业运行", "2080150"))

    assert said(changes) == [("passage", "removed", "wording"), ("passage", "added", "wording")]


def test_a_section_that_came_as_a_whole_is_one_change_of_structure() -> None:
    one = Builder().section("duties", *DUTIES)
    two = (
        Builder()
        .section("duties", *DUTIES)
        .section("procurement", "十一、政府采购", "采购{1万元|actual|procurement/total/actual}。")
    )

    (change,) = revision(one, two)

    assert (change.subject, change.kind, change.aspect, change.section) == (
        "structure",
        "added",
        "section",
        "procurement",
    )
    assert change.text_after == "十一、政府采购采购1万元。"


def test_sections_in_another_order_are_a_move_of_the_lighter_one() -> None:
    one = (
        Builder()
        .section("duties", *DUTIES)
        .section("fund", "无。")
        .section("work", *(f"完成{text}" for text in DUTIES))
    )
    two = (
        Builder()
        .section("fund", "无。")
        .section("duties", *DUTIES)
        .section("work", *(f"完成{text}" for text in DUTIES))
    )

    (change,) = revision(one, two)

    assert (change.subject, change.kind, change.aspect, change.section) == ("structure", "moved", "section", "fund")


def test_a_text_too_large_to_align_is_shown_whole_and_said() -> None:
    from tests.compare.building import load
    from tracker.compare import compare

    long = "持续优化营商环境" * 900
    one = Builder().section("work", f"{long}甲。").build()
    two = Builder().section("work", f"{long}乙。").build()

    found = compare(one, two, "revision", load())

    assert found.outcome == "too_large"
    assert [op for op, _ in found.changes[0].ops] == ["-", "+"]
    assert len(long) > operations.TOO_MANY_TOKENS


def test_forward_and_backward_are_mirrors() -> None:
    one = Builder().section("duties", *DUTIES, "负责全市养老保险基金的结算和管理工作。")
    two = Builder().section("duties", DUTIES[2], DUTIES[0], "负责全市工伤保险基金的结算和管理工作。", "依法履职尽责。")

    def mirror(change: Change) -> tuple[str, str | None, str | None]:
        return (
            {"added": "removed", "removed": "added"}.get(change.kind, change.kind),
            change.text_after,
            change.text_before,
        )

    forward = {(c.kind, c.text_before, c.text_after) for c in revision(one, two)}
    assert forward == {mirror(c) for c in revision(two, one)}
    assert len(forward) == 4


def test_a_text_that_prints_the_same_is_the_same_although_a_figure_was_understood_otherwise() -> None:
    one = Builder().section("performance", *DUTIES, "全年完成{95%|actual|performance/rate/actual}的年度任务。")
    two = Builder().section("performance", *DUTIES, "全年完成95%的年度任务。")

    assert revision(one, two) == []


def test_of_items_with_equal_sentences_the_one_that_went_is_shown_from_its_number_on() -> None:
    first = ("1.堤防维护项目绩效自评综述。", "主要产出和效益：", "一是目标全部完成。", "下一步改进措施：合理确定目标。")
    second = ("2.闸站改造项目绩效自评综述。", *first[1:])
    one = Builder().section("performance", "绩效自评情况如下。", *first, *second)
    two = Builder().section("performance", "绩效自评的情况如下。", *first)

    _, gone = revision(one, two)
    _, come = revision(two, one)

    assert (gone.kind, gone.text_before) == ("removed", "".join(second))
    assert (come.kind, come.text_after) == ("added", "".join(second))


def test_a_passage_that_went_is_no_change_of_those_that_are_cut_otherwise_without_it() -> None:
    heading, gone, kept = "（四）绩效自评结果应用情况", "一是落实主体责任。", "加强预算执行监控力度，建立通报制度。"
    one = Builder().section("performance", *DUTIES, heading, gone, kept, "以上情况特此说明。")
    two = Builder().section("performance", *DUTIES, heading + kept, "以上情况特此说明。")

    (removed,) = revision(one, two)
    (added,) = revision(two, one)

    assert (removed.kind, removed.text_before) == ("removed", gone)
    assert (added.kind, added.text_after) == ("added", gone)


def test_a_sentence_that_went_from_behind_its_heading_is_removed_and_the_heading_unchanged() -> None:
    one = Builder().section("performance", *DUTIES, "（1）预算编制科学性单位按照通知要求编制了部门预算。测算依据充分。")
    two = Builder().section("performance", *DUTIES, "（1）预算编制科学性测算依据充分。")

    (removed,) = revision(one, two)
    (added,) = revision(two, one)

    assert (removed.kind, removed.text_before, removed.text_after) == (
        "removed",
        "单位按照通知要求编制了部门预算。",
        None,
    )
    assert (added.kind, added.text_after, added.ops) == ("added", removed.text_before, (("+", removed.text_before),))


def test_what_is_worded_anew_alike_around_several_tables_is_one_change() -> None:
    def document(words: str) -> Builder:
        made = Builder()
        for statement in ("budget.02", "budget.03", "budget.04"):
            caption = f"{words}：江苏省人民检察院"
            made.section("tables", caption, f"{statement}的说明。", statement=statement)
        return made

    (change,) = revision(document("部门"), document("部门名称"))

    assert (change.statement, change.places) == ("budget.02", ("budget.02", "budget.03", "budget.04"))
    assert change.ops == (("=", "部门"), ("+", "名称"), ("=", "：江苏省人民检察院"))


def test_a_section_whose_words_stand_in_two_places_has_not_moved_as_a_whole() -> None:
    one = (
        Builder().section("narrative", "四、预算编制的依据").section("duties", *DUTIES).section("narrative", "第三部分")
    )
    two = Builder().section("duties", *DUTIES).section("narrative", "第三部分")

    assert said(revision(one, two)) == [("passage", "removed", "wording")]
