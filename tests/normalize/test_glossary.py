"""Definitions of the glossary: every style of numbering, items by path, terms without a definition."""

import pytest

from tracker.folding import tidy
from tracker.model import Definition
from tracker.normalize import glossary
from tracker.normalize.flow import Portion, Slot, Stretch, Table

CODES = {
    "社会保障和就业支出": "208",
    "人力资源和社会保障管理事务": "20801",
    "行政运行": "2080101",
    "住房保障支出": "221",
    "住房改革支出": "22102",
    "住房公积金": "2210201",
}


def read(text: str, heading: str = "第五部分名词解释") -> tuple[Definition, ...]:
    return glossary.read(Portion("glossary", heading, (Stretch(tidy(heading + text)),)), CODES)


@pytest.mark.parametrize(
    "text",
    [
        "(一)基本支出：指人员支出。(二)项目支出：指发展目标所发生的支出。",
        "一、基本支出：指人员支出。二、项目支出：指发展目标所发生的支出。",
        "1.基本支出：指人员支出。2.项目支出：指发展目标所发生的支出。",
        "1、基本支出:指人员支出。2、项目支出:指发展目标所发生的支出。",
        "基本支出：指人员支出。项目支出：指发展目标所发生的支出。",
        "（一）基本 支出：指人员\n支出。\n\n（二）项目\n支出：指发展目标所\n发生的支出。",
    ],
)
def test_terms_are_found_under_every_style_of_numbering(text: str) -> None:
    found = [(d.term, d.text) for d in read(text)]
    assert found == [("基本支出", "指人员支出。"), ("项目支出", "指发展目标所发生的支出。")]


def test_an_item_by_path_takes_the_code_below_its_group() -> None:
    text = (
        "(二) 本单位使用的支出功能分类科目(到项级)\n"
        "1. 社会保障和就业支出(类)人力资源和社会保障管理事务(款)行政运行(项)：反映行政单位的基本支出。\n"
        "8. 住房保障支出(类)住房改革支出(款)住房公积金(项): 反映行政事业单位缴纳的住房公积金。\n"
    )
    found = read(text)
    assert [d.code for d in found] == ["2080101", "2210201"]
    assert found[1].term == "住房保障支出(类)住房改革支出(款)住房公积金(项)"
    assert found[1].text == "反映行政事业单位缴纳的住房公积金。"


def test_a_name_under_another_group_does_not_take_the_code() -> None:
    found = read("1.一般公共服务支出(类)商贸事务(款)行政运行(项)：反映基本支出。")
    assert [d.code for d in found] == [None]


def test_a_code_printed_beside_the_name_is_the_code() -> None:
    found = read("1.小学教育（2050202）：反映各部门举办的小学教育支出。", "四、名词解释")
    assert found == (Definition(term="小学教育", text="反映各部门举办的小学教育支出。", code="2050202"),)


def test_items_without_a_definition_are_terms_all_the_same() -> None:
    text = (
        "(十)本部门使用的支出功能分类科目(到项级)\n"
        "1.社会保障和就业支出(类)就业补助(款)就业创业服务补贴(项)\n"
        "2.社会保障和就业支出(类)就业补助(款)其他就业补助支出(项)\n"
        "(十一)结余分配：指转入非财政拨款结余的金额等。"
    )
    found = read(text)
    assert [(d.term.partition("(款)")[2], d.text) for d in found[:2]] == [
        ("就业创业服务补贴(项)", ""),
        ("其他就业补助支出(项)", ""),
    ]
    assert found[2].term == "结余分配"


def test_a_definition_goes_on_over_its_sentences() -> None:
    text = (
        "(五) “三公”经费：纳入预算管理的“三公”经费，是指因公出国(境)费、公务接待费。其中，公务接待费反映接待费用。"
        "包括：住宿费、伙食费。(六) 机关运行经费：指各项资金。"
    )
    first, second = read(text)
    assert first.term == "“三公”经费"
    assert first.text.endswith("包括：住宿费、伙食费。")
    assert second.term == "机关运行经费"


def test_a_term_may_be_defined_without_a_colon() -> None:
    found = read("一、财政拨款收入是指财政部门核拨的预算资金。二、事业收入，指开展专业业务活动取得的收入。")
    assert [d.term for d in found] == ["财政拨款收入", "事业收入"]


def test_a_glossary_that_is_a_table_is_read_by_rows() -> None:
    rows = (("序号", "名词", "解释"), ("1", "基本支出", "指为保障机构正常运转发生的支出。"))
    table = Table(tuple(tuple(Slot(text) for text in row) for row in rows))
    assert glossary.read(Portion("glossary", "", (table,)), {}) == (
        Definition(term="基本支出", text="指为保障机构正常运转发生的支出。"),
    )
