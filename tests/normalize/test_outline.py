"""Sections are found by their titles in the stream of words, whatever the wrap, the numbers and the order."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from scrapers.blocks import Block, Cell, Grid, TextLine
from scrapers.decode import decode
from tracker.normalize.flow import Portion, Stretch, Table
from tracker.normalize.furniture import strip
from tracker.normalize.outline import outline
from tracker.normalize.reflow import reflow
from tracker.normalize.segments import cuts
from tracker.taxonomy import load
from tracker.taxonomy.sections import Title

HUBEI = [
    *("overview", "duties", "organization", "tables", "narrative", "overall", "income", "expenditure", "appropriation"),
    *("general.total", "general.structure", "general.items", "basic", "fund", "state_capital", "three_public"),
    *("operating", "procurement", "assets", "performance"),
]


def portions(blocks: Iterable[Block]) -> tuple[Portion, ...]:
    return outline(reflow(strip(tuple(blocks))), load())


def told(text: str) -> list[tuple[str, str]]:
    return [(portion.section, words(portion)) for portion in portions(TextLine(line) for line in text.split("\n"))]


def words(portion: Portion) -> str:
    return "".join(item.text for item in portion.items if isinstance(item, Stretch))


def sections(found: Iterable[Portion]) -> list[str]:
    """The sections in order, each once where it follows itself."""
    ids = [portion.section for portion in found]
    return [section for at, section in enumerate(ids) if at == 0 or ids[at - 1] != section]


def pieces(text: str, width: int) -> Iterator[str]:
    """Cut words into lines anywhere but inside a figure or a Latin word."""
    start = 0
    while start < len(text):
        end = min(start + width, len(text))
        while end < len(text) and re.match(r"[0-9A-Za-z.,% ]{2}", text[end - 1 : end + 1]):
            end += 1
        yield text[start:end]
        start = end


def rewrapped(blocks: Iterable[Block], width: int) -> Iterator[Block]:
    """Print the words between two tables as one paragraph of lines of another width."""
    for item in reflow(tuple(blocks)):
        match item:
            case Stretch():
                yield from (TextLine(line) for line in pieces(item.text, width))
            case Table():
                yield Grid(tuple(tuple(Cell(slot.text) for slot in row) for row in item.rows))
            case _:
                pass


def shape(found: Iterable[Portion]) -> list[tuple[object, ...]]:
    return [
        (p.section, p.heading, item.text, cuts(item.text))
        if isinstance(item, Stretch)
        else (p.section, p.heading, getattr(item, "rows", None))
        for p in found
        for item in p.items
    ]


def test_wuhan_has_the_sections_of_its_form_in_their_order(wuhan: Path) -> None:
    found = portions(decode(wuhan.read_bytes()).blocks)

    assert sections(found) == ["cover", *HUBEI, "work", "glossary", "attachment"]
    assert words(found[0]) == "2023年度武汉市社会保险中心单位决算公开2024年10月12日"
    first = {portion.heading: words(portion).removeprefix(portion.heading)[:14] for portion in found}
    assert first["一、单位主要职责"] == "承担贯彻实施社会保险政策的职责"[:14]
    assert first["二、收入决算情况说明"] == "2023年度收入合计2,02"
    assert first["(三)一般公共预算财政拨款支出决算具体情况"] == "2023年度一般公共预算财政"
    assert first["十、机关运行经费支出说明"] == "2023年度武汉市社会保险中"
    assert sum(isinstance(item, Table) for p in found if p.section == "tables" for item in p.items) == 9
    assert sum(isinstance(item, Table) for p in found if p.section == "attachment" for item in p.items) == 2


def test_gedian_has_the_sections_of_its_form_in_their_order(gedian: Path) -> None:
    found = portions(decode(gedian.read_bytes()).blocks)

    assert sections(found) == [*HUBEI, "special", "other", "glossary", "attachment"]
    assert next(words(p) for p in found if p.section == "other") == "第四部分其他需要说明的情况无"
    assert words(found[-1]).startswith("第六部分附件一、2023年度部门名称整体绩效评价报告一、基本情况")
    assert words(found[-1]).endswith("以一级项目填报。")


@pytest.mark.parametrize("width", [9, 17, 23, 30, 40, 61, 1_000_000])
def test_another_wrap_gives_the_same_portions_and_passages(wuhan: Path, gedian: Path, width: int) -> None:
    for path in (wuhan, gedian):
        blocks = decode(path.read_bytes()).blocks

        assert shape(portions(rewrapped(blocks, width))) == shape(portions(blocks))


@pytest.mark.parametrize(
    "title", load().sections.titles, ids=lambda title: f"{title.section}:{title.words}:{title.tail}"
)
def test_every_title_of_the_data_opens_its_section(title: Title) -> None:
    if title.tail == "part":
        text = f"某局2023年度部门决算\n第七部分 某局2023年度{title.words}\n本部分无内容。"
    else:
        tail = "情况说明" if title.tail == "explained" else ""
        text = f"某局2023年度部门决算\n第一部分 其他事项\n无。\n四、2023年度{title.words}{tail}\n本单位无此内容。"
    if title.tail == "inner":
        above = "五、一般公共预算财政拨款支出决算情况说明"
        text = f"某局2023年度部门决算\n第一部分 其他事项\n无。\n{above}\n（一）{title.words}\n本单位无此内容。"

    section, body = told(text)[-1]

    assert section == title.section
    assert body.endswith(("无内容。", "无此内容。"))


def test_no_word_is_lost_but_the_table_of_contents() -> None:
    text = (
        "某局2023年度部门决算\n目 录\n第一部分 概况……1\n一、主要职责……1\n第三部分 决算情况说明……12\n"
        "一、收入支出决算总体情况说明……12\n第五部分 名词解释……20\n"
        "第一部分 概况\n一、主要职责\n负责某事。\n第三部分 决算情况说明\n一、收入支出决算总体情况说明\n总计1.00万元。\n"
        "第五部分 名词解释\n无"
    )

    assert told(text) == [
        ("cover", "某局2023年度部门决算"),
        ("overview", "第一部分概况"),
        ("duties", "一、主要职责负责某事。"),
        ("narrative", "第三部分决算情况说明"),
        ("overall", "一、收入支出决算总体情况说明总计1.00万元。"),
        ("glossary", "第五部分名词解释无"),
    ]


def test_a_table_of_contents_without_its_title_is_dropped_too() -> None:
    heads = "第一部分 概况\n一、主要职责\n二、机构设置\n第二部分 部门决算表\n第三部分 决算情况说明\n第四部分 名词解释\n"

    found = told(f"某局2023年度部门决算\n{heads}第一部分 概况\n一、主要职责\n负责某事。\n第四部分 名词解释\n无")

    assert [section for section, _ in found] == ["cover", "overview", "duties", "glossary"]


def test_a_list_of_lost_tables_is_no_table_of_contents() -> None:
    found = told(
        "第二部分 2023年度部门决算表\n一、收入支出决算总表\n二、收入决算表\n三、支出决算表\n第五部分 名词解释\n无"
    )

    assert found[0] == ("tables", "第二部分2023年度部门决算表一、收入支出决算总表二、收入决算表三、支出决算表")


@pytest.mark.parametrize(
    "sentence",
    [
        "具体见三、支出决算情况说明。",
        "详见第三部分的说明。",
        "详见\n三、支出决算情况说明。",
        "按照“三、支出决算情况说明”填列。",
        "《三、支出决算情况说明》已公开。",
        "按第四部分名词解释中的口径。",
        "（见第六部分附件）。",
        "（八）机关运行经费：指为保障行政单位运行的各项资金。",
        "重点是\n一、机构设置和人员配备不合理。",
    ],
)
def test_a_title_that_is_only_named_opens_nothing(sentence: str) -> None:
    text = f"第三部分 决算情况说明\n二、收入决算情况说明\n收入合计1.00万元。{sentence}\n其余不变。"

    assert [section for section, _ in told(text)] == ["narrative", "income"]


def test_titles_inside_the_annex_and_the_years_work_open_nothing() -> None:
    text = (
        "第四部分 2023年度重点工作完成情况\n一、机构设置\n完成机构改革。\n二、政府采购支出情况\n规范采购。\n"
        "第六部分 附件\n一、基本情况\n无。\n（一）机关运行经费支出情况说明\n无。\n三、预算绩效情况说明\n无。\n"
        "第七部分 附表\n无"
    )

    assert [section for section, _ in told(text)] == ["work", "attachment", "tables"]


def test_a_closed_section_ends_with_the_next_number_of_its_kind() -> None:
    text = (
        "一、主要职责\n负责某事。\n三、2019年部门主要工作任务及目标\n一、机构设置\n改革。\n（一）机构设置\n改革。\n"
        "四、政府采购支出情况说明\n采购1.00万元。"
    )

    assert [section for section, _ in told(text)] == ["duties", "work", "procurement"]


def test_parts_are_found_by_their_words_in_any_order() -> None:
    found = told(
        "第一部分 某局概况\n无。\n第二部分 2023年度部门决算情况说明\n无。\n第三部分 名词解释\n无。\n"
        "第四部分 附件\n无。\n第五部分 附表\n无。"
    )

    assert [section for section, _ in found] == ["overview", "narrative", "glossary", "attachment", "tables"]


def test_shanghai_states_its_subjects_under_other_matters() -> None:
    found = told(
        "第三部分 某局2024年度部门决算情况说明\n七、财政拨款“三公”经费支出决算情况说明\n无。\n"
        "十、预算绩效管理情况\n上海市某区开展。\n十一、其他重要事项的情况说明\n"
        "（一）机关运行经费支出情况\n中共某委支出1.00万元。\n（二）政府采购支出情况\n无。\n（三）国有资产占有使用情况说明\n无。"
    )

    assert [section for section, _ in found] == [
        *("narrative", "three_public", "performance", "other", "operating", "procurement", "assets")
    ]


@pytest.mark.parametrize("width", [9, 23, 1_000])
def test_titles_that_only_the_contents_number_are_found_in_any_wrap(width: int) -> None:
    text = (
        "上海市某区2025年区级部门预算\n目 录\n一、部门主要职能\n二、部门机构设置\n三、名词解释\n四、部门预算编制说明\n"
        "五、部门预算表\n1. 2025年部门财务收支预算总表\n2. 2025年部门收入预算总表\n六、其他相关情况说明\n"
        "上海市某区商务委员会主要职能\n上海市某区商务委员会是主管部门。主要职能包括：\n1、贯彻方针。\n"
        "上海市某区商务委员会机构设置\n设9个科室。\n名词解释\n（一）财政拨款收入：是拨款。\n"
        "2025年部门预算编制说明\n2025年，收入预算37,151.47万元。\n其他相关情况说明\n"
        "一、2025年“三公”经费预算情况说明\n无。\n二、机关运行经费预算\n无。"
    )
    lines = [TextLine(line) for line in text.split("\n")]

    found = portions(rewrapped(lines, width))

    assert shape(found) == shape(portions(lines))
    assert [(p.section, p.heading) for p in found] == [
        ("cover", ""),
        ("duties", "上海市某区商务委员会主要职能"),
        ("organization", "上海市某区商务委员会机构设置"),
        ("glossary", "名词解释"),
        ("narrative", "2025年部门预算编制说明"),
        ("other", "其他相关情况说明"),
        ("three_public", "一、2025年“三公”经费预算情况说明"),
        ("operating", "二、机关运行经费预算"),
    ]


def test_beijing_has_its_tables_first_and_unit_names_in_no_heading() -> None:
    found = told(
        "第一部分 2023年度部门决算报表\n详见附件\n第二部分 2023年度部门决算说明\n一、部门基本情况\n某局负责。\n"
        "二、收入支出决算总体情况说明\n收、支总计100.00万元。\n第三部分 2023年度其他重要事项的情况说明\n"
        "一、“三公”经费财政拨款决算情况\n无。\n二、机关运行经费支出情况\n无。\n七、专业名词解释\n无。\n"
        "第四部分 2023年度部门绩效评价情况\n无。"
    )

    assert [section for section, _ in found] == [
        *("tables", "narrative", "overview", "overall", "other", "three_public", "operating", "glossary", "performance")
    ]


def test_central_budgets_explain_one_table_after_the_other_under_the_units_name() -> None:
    entries = (
        "一、某部基本情况\n（一）部门职责\n二、某部2024年部门预算表\n三、某部2024年部门预算情况说明\n四、名词解释\n"
    )
    found = told(
        f"某部2024年部门预算\n目录\n{entries}一、某部基本情况\n（一）部门职责\n负责。\n二、某部2024年部门预算表\n"
        "（一）部门收支总表\n三、某部2024年部门预算情况说明\n（一）关于某部2024年收支总表的说明\n总预算100.00万元。\n"
        "（四）关于某部2024年财政拨款收支总表的说明\n无。\n（五）关于某部2024年一般公共预算支出表的说明\n"
        "1.一般公共预算当年拨款规模变化情况\n无。\n（七）关于某部2024年“三公”经费支出表的说明\n无。\n四、名词解释\n无"
    )

    assert found[0] == ("cover", "某部2024年部门预算一、某部基本情况")
    assert [section for section, _ in found if section != "cover"] == [
        *("duties", "tables", "narrative", "overall", "appropriation", "general.total", "general.total"),
        *("three_public", "glossary"),
    ]


def test_headings_of_the_format_need_no_number() -> None:
    blocks = [
        TextLine("主要职责", hard=True, heading=2),
        TextLine("负责某事。", hard=True),
        TextLine("收入决算情况说明", hard=True, heading=2),
        TextLine("收入合计1.00万元。", hard=True),
        TextLine("名词解释", hard=True, heading=2),
        TextLine("无", hard=True),
    ]

    assert [portion.section for portion in portions(blocks)] == ["duties", "income", "glossary"]


def test_a_line_that_is_a_title_by_accident_opens_nothing() -> None:
    assert [s for s, _ in told("三、支出决算情况说明\n注：本表反映单位本\n年度各项支出情况\n。合计1.00万元。")] == [
        "expenditure"
    ]


def test_an_outline_is_linear_in_the_length_of_the_document() -> None:
    text = (
        "一、收入支出决算总体情况说明" + "2023年度收、支总计2,020.06万元，与2022年度相比，各减少112.01万元。" * 20_000
    )

    (portion,) = portions([TextLine(text)])

    assert len(words(portion)) == len(text)


def test_punctuation_of_half_width_opens_and_closes_nothing() -> None:
    # WH, the note of table 03 with its colon in half width: no heading 支出情况 stands in it.
    note = "第二部分部门决算表\n三、支出决算表\n注{}本表反映单位本年度各项支出情况。1栏各行=(2+3+4+5+6)栏各行。\n"

    assert [s for s, _ in told(note.format(":"))] == [s for s, _ in told(note.format("："))] == ["tables"]


def test_an_unknown_title_with_the_next_number_ends_the_section_before() -> None:
    found = told(
        "第三部分2023年度部门决算情况说明\n十一、其他重要事项的情况说明\n（二）政府采购支出情况\n采购1万元。\n"
        "（三）国有资产占用情况\n共有车辆2辆：（一）轿车；（二）客车。\n（四）土地调查工作开展情况\n调查了3宗。\n"
        "十二、土地收储情况说明\n收储2宗。\n第四部分名词解释"
    )

    assert found[2:] == [
        ("procurement", "（二）政府采购支出情况采购1万元。"),
        ("assets", "（三）国有资产占用情况共有车辆2辆：（一）轿车；（二）客车。"),
        ("other", "（四）土地调查工作开展情况调查了3宗。"),
        ("other", "十二、土地收储情况说明收储2宗。"),
        ("glossary", "第四部分名词解释"),
    ]


def test_a_list_inside_a_section_goes_on_with_none_of_its_numbers() -> None:
    found = told("第三部分2023年度部门决算情况说明\n（一）政府采购支出情况\n采购：（一）货物情况；（二）服务情况。\n")

    assert [section for section, _ in found] == ["narrative", "procurement"]


def test_a_body_begins_where_the_numbers_of_the_contents_begin_again() -> None:
    # SWU's form under another name: neither 东岭师范学院概况 nor its tables are titles that the data knows.
    found = told(
        "东岭师范学院2022年度决算\n目录\n一、东岭师范学院概况\n二、东岭师范学院2022年度决算报表\n"
        "三、东岭师范学院2022年度决算报表说明\n四、名词解释\n"
        "一、东岭师范学院概况\n（一）学校基本情况\n创办于1956年。\n二、东岭师范学院2022年度决算报表\n表1：高等学校收支决算总表\n"
        "三、东岭师范学院2022年度决算报表说明\n无。\n四、名词解释\n无。"
    )

    assert [section for section, _ in found] == ["cover", "overview", "overview", "tables", "narrative", "glossary"]


def test_meetings_and_training_are_told_beside_the_three_public_expenses() -> None:
    found = told(
        "第三部分2021年部门决算情况说明\n七、财政拨款“三公”经费及会议费、培训费支出决算情况说明\n"
        "2.公务接待费支出情况说明。\n预算为3.50万元。\n（三）培训费支出情况说明。\n预算为6.00万元。\n"
        "十二、国有资产占用及购置情况说明\n共有车辆8辆。"
    )

    assert [section for section, _ in found] == ["narrative", "three_public", "three_public", "three_public", "assets"]


def test_a_text_of_nothing_but_numbers_is_read_at_once() -> None:
    (portion,) = portions([TextLine("一、" * 200_000)])

    assert len(words(portion)) == 400_000


def test_a_list_of_tables_at_the_end_of_the_contents_belongs_to_the_contents() -> None:
    # Sichuan prints its tables last, and lists them with numbers of their own.
    found = told(
        "2023年度某某局单位决算\n目录\n第一部分单位概况4\n一、主要职责4\n第二部分2023年度单位决算情况说明6\n"
        "一、收入支出决算总体情况说明6\n第五部分附表25\n一、收入支出决算总表25\n二、收入决算表25\n"
        "第一部分单位概况\n一、主要职责\n宣传政策。"
    )

    assert found == [
        ("cover", "2023年度某某局单位决算"),
        ("overview", "第一部分单位概况"),
        ("duties", "一、主要职责宣传政策。"),
    ]


def test_a_short_title_means_what_it_stands_in() -> None:
    text = (
        "第三部分 决算情况说明\n五、一般公共预算财政拨款支出决算情况说明\n（一）总体情况\n支出12.00万元。\n"
        "（二）结构情况\n教育支出12.00万元。\n（三）具体情况\n小学教育支出12.00万元。\n"
        "九、财政拨款“三公”经费支出决算情况说明\n（一）总体情况\n支出0.14万元。\n（二）具体情况\n接待费0.14万元。"
    )
    opened = [section for section, _ in told(text)]
    assert opened[-4:] == ["general.total", "general.structure", "general.items", "three_public"]
