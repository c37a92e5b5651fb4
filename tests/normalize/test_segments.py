"""Passages are cut by the stream of words alone."""

from tracker.normalize.segments import cuts


def passages(text: str) -> list[str]:
    offsets = cuts(text)
    return [text[start:end] for start, end in zip(offsets, (*offsets[1:], len(text)), strict=True)]


def test_a_sentence_ends_at_its_stop_with_the_closing_quote() -> None:
    assert passages("自评结果等次均为“优”。从评价情况来看，完成较好。") == [
        "自评结果等次均为“优”。",
        "从评价情况来看，完成较好。",
    ]
    assert passages("他说：“已完成。”其余未完成。") == ["他说：“已完成。”", "其余未完成。"]


def test_items_of_a_list_begin_passages_even_after_words_without_a_stop() -> None:
    text = "主要用于以下方面：1.社会保障和就业支出1,588.55万元，占78.7%。2.卫生健康支出216.74万元，占10.7%。"

    assert passages(text) == [
        "主要用于以下方面：",
        "1.社会保障和就业支出1,588.55万元，占78.7%。",
        "2.卫生健康支出216.74万元，占10.7%。",
    ]
    assert passages("图2：收入决算结构三、支出决算情况说明") == ["图2：收入决算结构三、支出决算情况说明"]
    assert passages("二、收入决算情况说明无。图2：收入决算结构三、支出决算情况说明") == [
        "二、收入决算情况说明无。",
        "图2：收入决算结构",
        "三、支出决算情况说明",
    ]


def test_a_list_may_begin_right_behind_its_heading_where_its_numbers_go_on() -> None:
    text = "1.在职人员控制指标分析（1）在职人员控制率2023年达标（2）会议费控制率未发生"

    assert passages(text) == ["1.在职人员控制指标分析", "（1）在职人员控制率2023年达标", "（2）会议费控制率未发生"]


def test_one_is_two_is_items_are_passages() -> None:
    text = "主要产出和效益：一是提高年结案率；二是提高年调解率。"

    assert passages(text) == ["主要产出和效益：", "一是提高年结案率；", "二是提高年调解率。"]


def test_figures_dates_and_document_numbers_are_never_cut() -> None:
    for text in (
        "支出合计2,020.06万元，下降5.3%",
        "截至2023年12月31日，共有车辆0辆",
        "《关于做好2023年度绩效自评工作的通知》（鄂葛财发【2024】3号）文",
        "27行=(1+2+3)行",
        "预算执行率为94.62%（1-预算总执行率94.62%）",
    ):
        assert passages(text) == [text]


def test_what_only_looks_like_a_list_number_is_none() -> None:
    for text in (
        "做到统一、规范、高效",
        "第一、二、三产业协调发展",
        "全市社会保险（三险）扩面新增37.43万人次",
        "见第三部分的说明",
        "省级领导（含离退休；不含借调人员）用车0辆",
    ):
        assert passages(text) == [text]


def test_captions_notes_and_labels_of_a_table_are_passages_of_their_own() -> None:
    text = "2023年度收入决算表公开02表单位：武汉市社会保险中心单位：万元注：本表反映单位本年度取得的各项收入情况。"

    assert passages(text) == [
        "2023年度收入决算表",
        "公开02表",
        "单位：武汉市社会保险中心",
        "单位：万元",
        "注：本表反映单位本年度取得的各项收入情况。",
    ]


def test_nothing_has_no_passages_and_words_begin_with_the_first() -> None:
    assert cuts("") == ()
    assert cuts("无") == (0,)
    assert cuts("。") == (0,)


def test_the_department_named_above_a_table_is_a_passage_of_its_own() -> None:
    # 江苏省人民检察院 2019, 上海市普陀区商务委员会 2025
    assert passages("公开06表财政拨款基本支出预算表（经济科目）部门名称：江苏省人民检察院") == [
        "公开06表财政拨款基本支出预算表（经济科目）",
        "部门名称：江苏省人民检察院",
    ]
    assert passages("部门收入预算总表编制部门：上海市普陀区商务委员会")[1:] == ["编制部门：上海市普陀区商务委员会"]
    assert len(passages("请各部门：按时报送。")) == 1
