"""Page numbers and running headers go, what a page's edge happens to cut stays."""

from pathlib import Path

from scrapers.blocks import Block, Cell, Grid, TextLine
from scrapers.decode import decode
from tracker.normalize.furniture import strip


def decoded(text: str) -> tuple[Block, ...]:
    return decode(text.encode()).blocks


def left(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text.strip() for block in strip(blocks) if isinstance(block, TextLine)]


def paged(pages: list[list[str]], gap: str = "\f") -> str:
    return gap.join("\n".join(page) + "\n" for page in pages)


def test_advancing_page_numbers_go_however_they_are_dressed() -> None:
    for dressed in ("{}", "- {} -", "— {} —", "-{}-", "第{}页 共4页", "第 {} 页", "{}/4", "· {} ·"):
        text = paged([[f"本段第{n}句", f"而在下页{n}", f"再有{n}", dressed.format(n)] for n in range(1, 5)])

        assert dressed.format(2) not in left(decoded(text)), dressed
        assert len(left(decoded(text))) == 12, dressed


def test_a_page_number_between_the_halves_of_a_figure_goes() -> None:
    pages = [
        ["甲甲", "乙乙", "丙丙，增长", "3"],
        ["17.31%，主要原因", "是人员增加", "丁丁", "4"],
        ["戊戊", "己己", "庚", "5"],
    ]

    assert left(decoded(paged(pages, "\n\n\n\n")))[2:4] == ["丙丙，增长", "17.31%，主要原因"]


def test_a_number_that_does_not_advance_is_content() -> None:
    pages = [["年", "度", "标 1"], ["指", "标", "1"], ["效", "果", "1"], ["满", "意", "1"]]

    assert left(decoded(paged(pages))).count("1") == 3


def test_years_and_amounts_alone_at_an_edge_are_content() -> None:
    pages = [["甲", "乙", "2021"], ["丙", "丁", "2022"], ["戊", "己", "40"]]

    assert {"2021", "2022", "40"} <= set(left(decoded(paged([[*page, "。"] for page in pages]))))


def test_a_running_header_goes_and_the_same_words_in_the_text_stay() -> None:
    header = "武汉市社会保险中心2023年度单位决算"
    pages = [[header, f"第{n}段的内容在这里，", f"共有{n}个项目。", f"- {n} -"] for n in range(1, 6)]
    pages[2].insert(2, header)

    assert left(decoded(paged(pages))).count(header) == 1


def test_a_running_header_that_carries_the_page_number_goes() -> None:
    pages = [[f"某市某局2023年度部门决算 第{n}页", f"内容{n}甲，", f"内容{n}乙", f"内容{n}丙。"] for n in range(1, 6)]

    assert left(decoded(paged(pages)))[:2] == ["内容1甲，", "内容1乙"]


def test_the_title_on_the_cover_stays_when_it_is_also_the_running_header() -> None:
    title = "某局2023年度部门决算公开"
    pages = [
        [title, "2024年8月20日", "目录", "第一部分 概况"],
        *([title, f"甲{n}", f"乙{n}"] for n in range(2, 6)),
    ]

    assert left(decoded(paged(pages))).count(title) == 1


def test_what_stands_under_every_table_title_is_content() -> None:
    pages = [[f"表{n} 支出表", "单位：万元", f"甲{n}", f"乙{n}"] for n in range(1, 6)]

    assert left(decoded(paged(pages))).count("单位：万元") == 5


def test_the_title_of_a_form_printed_on_half_of_the_pages_is_content() -> None:
    pages = [["项目支出绩效自评表", f"甲{n}", f"乙{n}"] if n % 2 else [f"丙{n}", f"丁{n}"] for n in range(1, 9)]

    assert left(decoded(paged(pages))).count("项目支出绩效自评表") == 4


def test_nothing_goes_from_a_document_of_one_page() -> None:
    blocks = decoded("某局决算\n1\n某局决算\n2\n某局决算\n3\n")

    assert strip(blocks) == blocks


def test_a_page_number_between_two_halves_of_a_table_goes() -> None:
    half = "208\t社会保障和就业支出\t1,588.55\n20801\t人力资源\t1,429.80\n"
    blocks = decoded("科目编码\t科目名称\t合计\n" + half + "- 1 -\n\f" + half + "- 2 -\n\f" + half + "- 3 -\n")

    assert all(isinstance(block, Grid) for block in strip(blocks))
    assert Grid(((Cell("208"),),)) not in blocks


def test_the_real_documents_have_no_furniture_and_lose_nothing(wuhan: Path, gedian: Path) -> None:
    for path in (wuhan, gedian):
        blocks = decode(path.read_bytes()).blocks

        assert strip(blocks) == blocks


def test_the_filled_in_line_of_a_form_at_the_top_of_pages_is_content() -> None:
    text = paged([["公开单位：栖梧市远汀区文化馆", f"合计{n}", f"末{n}行"] for n in range(1, 6)])

    assert left(decoded(text)).count("公开单位：栖梧市远汀区文化馆") == 5
