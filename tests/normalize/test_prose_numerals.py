"""Which numbers of a text are figures: the traps of free prose."""

import pytest

from tracker.folding import tidy
from tracker.normalize.prose.numerals import scan
from tracker.taxonomy import load

UNITS = load().units_of_measure


def figures(text: str) -> list[tuple[str, str]]:
    return [(one.value, one.unit) for one in scan(tidy(text), UNITS)[0]]


def unread(text: str) -> list[str]:
    tidied = tidy(text)
    return [tidied[one.start : one.end] for one in scan(tidied, UNITS)[1]]


@pytest.mark.parametrize(
    "text",
    [
        "2023年度部门决算，2023年12月31日，2024年6月，2023年1-10月，2021—2023年，10月1日，2025.1.1-2025.12.31",
        "根据《通知》（鄂葛财发【2024】3号）文，财预〔2016〕143号，沪商规（2024）2号第四条",
        "1.工资；2、奖金；（3）补贴；(4)其他；5)小结。2.2023年度部门概况",
        "第3季度，第12条，附件2-1，图1：收入决算结构，见表3。",
        "单价100万元(含)以上设备，100人以上，控制率在100%以内，规模以上，50万元及以上，满意度≥95%",
        "小学教育（2050202），公共安全支出（204类）司法（06款）行政运行（01项），2080501行政单位离退休",
        "205教育支出20502普通教育，303对个人和家庭的补助30310个人农业生产补贴",
        "租用时间1年，3个月，24小时，5个工作日，60岁，2届，15分钟",
        "电话027-85787878，手机13800138000，拨打12333热线，12345政务服务便民热线",
        "V2.0，ISO9001，Windows10，A4纸，2.0.1",
        "27行=(1+2+3+4+5+6+7+8)行；31行=(27+28+29)行；1栏各行=(2+3+4+5+6+7)栏各行。",
        "支出决算为    万元，增加（减少）    万元",
        "收入总计支出总计",
    ],
)
def test_dates_numbers_of_documents_and_lists_thresholds_codes_and_spans_are_no_figures(text: str) -> None:
    assert figures(text) == []
    assert unread(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2,020.06万元", ("2020.06", "万元")),
        ("2020.06 元", ("2020.06", "元")),
        ("1.8亿元", ("1.8", "亿元")),
        ("-112.01万元", ("-112.01", "万元")),
        ("420.89 %", ("420.89", "%")),
        ("100％", ("100", "%")),
        ("2.3个百分点", ("2.3", "个百分点")),
        ("37.43万人次", ("37.43", "万人次")),
        ("1.4 万余个", ("1.4", "万个")),
        ("800余人", ("800", "人")),
        ("2.76万困难人员", ("2.76", "万")),
        ("0台(套)", ("0", "台（套）")),
        ("0 台（套）", ("0", "台（套）")),
        ("1188.57㎡", ("1188.57", "㎡")),
        ("99.95分", ("99.95", "分")),
        ("需求表1份", ("1", "份")),
        ("参加企业200家", ("200", "家")),
    ],
)
def test_a_number_with_a_measure_is_a_figure(text: str, expected: tuple[str, str]) -> None:
    assert figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("开展5-10次检查", ["5-10"]),
        ("增长13.95。", ["13.95"]),
        ("比例为1:3", ["1", "3"]),
        ("共37,151,465.00一、一般公共服务", ["37,151,465.00"]),
    ],
)
def test_what_looks_like_a_figure_and_is_not_understood_is_counted(text: str, numbers: list[str]) -> None:
    assert figures(text) == []
    assert unread(text) == numbers


def test_a_number_in_a_list_takes_the_measure_at_its_end() -> None:
    assert figures("分别完成221、133笔") == [("221", "笔"), ("133", "笔")]


def test_a_letter_of_another_word_is_no_measure() -> None:
    assert figures("3部门共2个月，5支出，4项目，6台账，7分别") == []


def test_every_measure_word_is_read_after_a_numeral() -> None:
    wrong = [
        word
        for word, sort in UNITS.words
        if sort != "span" and [unit for _, unit in figures(f"约5{word}，")] != [_recorded(word)]
    ]

    assert wrong == []


def _recorded(word: str) -> str:
    return "%" if word == "﹪" else word.replace("(", "（").replace(")", "）")


def test_a_time_with_its_seconds_is_no_figure() -> None:
    # 西南大学 2023, the page of its final accounts.
    assert figures("发布时间：2024-08-16 09:44:03作者：") == []
    assert unread("发布时间：2024-08-16 09:44:03作者：") == []
