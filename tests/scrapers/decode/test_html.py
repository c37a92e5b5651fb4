"""Web pages to lines, grids and pictures."""

import html as markup
import time
from pathlib import Path

import pytest

from scrapers.blocks import Cell, Grid, Image, TextLine
from scrapers.decode import decode


def read(page: str) -> list[str | list[list[str]]]:
    """The lines and the cells of a page, in reading order."""
    shown: list[str | list[list[str]]] = []
    for block in decode(page.encode()).blocks:
        if isinstance(block, TextLine):
            shown.append(block.text)
        elif isinstance(block, Grid):
            shown.append([[cell.text for cell in row] for row in block.rows])
    return shown


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def test_blocks_end_hard_and_line_breaks_softly() -> None:
    blocks = decode(
        page("<h2>一、<b>主要</b>职责</h2><p>承担政策<br>的职责。</p><div>二、机构</div>尾").encode()
    ).blocks
    assert blocks == (
        TextLine("一、主要职责", hard=True, heading=2),
        TextLine("承担政策", hard=False),
        TextLine("的职责。", hard=True),
        TextLine("二、机构", hard=True),
        TextLine("尾", hard=True),
    )


def test_spans_end_with_the_table_and_slips_in_them_do_not_lay_out_a_thousand_columns() -> None:
    table = (
        "<table><tr><td rowspan=2>项目</td><td colspan='2'>决算数</td><td rowspan='9'>注</td></tr>"
        "<tr><td>基本</td><td>项目</td></tr>"
        "<tr><td rowspan=0 colspan=99999>合计</td><td colspan=x>1.00</td></tr></table>"
    )
    grid = decode(page(table).encode()).blocks[0]
    assert grid == Grid(
        (
            (Cell("项目", 2, 1), Cell("决算数", 1, 2), Cell("注", 3, 1)),
            (Cell("基本"), Cell("项目")),
            (Cell("合计", 1, 256), Cell("1.00")),
        )
    )


def test_rows_held_together_by_line_breaks_are_taken_apart() -> None:
    table = (
        "<table><tr><td>功能分类<br>科目编码</td><td>科目<br>名称</td><td>本年<br>支出</td></tr>"
        "<tr><td>208<br>20801<br>2080101</td><td><p>社会保障</p><p>管理事务</p><p>行政运行</p></td>"
        "<td>1,588.55<br>1,429.80<br>1,386.92</td></tr></table>"
    )
    assert read(page(table)) == [
        [
            ["功能分类\n科目编码", "科目\n名称", "本年\n支出"],
            ["208", "社会保障", "1,588.55"],
            ["20801", "管理事务", "1,429.80"],
            ["2080101", "行政运行", "1,386.92"],
        ]
    ]


def test_a_merged_cell_covers_all_the_rows_that_were_taken_apart() -> None:
    table = (
        "<table><tr><td rowspan=2>支出</td><td>甲</td><td>1</td></tr><tr><td>乙<br>丙</td><td>2<br>3</td></tr></table>"
    )
    grid = decode(page(table).encode()).blocks[0]
    assert isinstance(grid, Grid)
    assert grid.rows[0][0] == Cell("支出", 3, 1)
    assert [[cell.text for cell in row] for row in grid.rows[1:]] == [["乙", "2"], ["丙", "3"]]


def test_cells_with_unequal_line_breaks_stay_one_row() -> None:
    table = "<table><tr><td>扩面<br>人次</td><td>30万<br></td><td>10</td></tr></table>"
    assert read(page(table)) == [[["扩面\n人次", "30万", "10"]]]


def test_a_layout_table_is_its_contents_in_order() -> None:
    inner = "<table><tr><td>收入</td><td>2,020.06</td></tr><tr><td>支出</td><td>2,020.06</td></tr></table>"
    outer = f"<table><tr><td><p>收入支出决算总表</p></td></tr><tr><td>{inner}</td></tr><tr><td>注：无</td></tr></table>"
    assert read(page(outer)) == [
        "收入支出决算总表",
        [["收入", "2,020.06"], ["支出", "2,020.06"]],
        "注：无",
    ]


def test_an_article_in_the_cell_of_a_table_is_lines() -> None:
    article = "".join(f"<p>{n}、{'本单位负责社会保险经办工作，完成上级交办的任务。' * 4}</p>" for n in range(6))
    assert len(read(page(f"<table><tr><td width=20>&nbsp;</td><td>{article}</td></tr></table>"))) == 6


def test_a_table_in_a_cell_comes_after_the_table_around_it() -> None:
    outer = (
        "<table><tr><td>年度目标完成情况说明</td><td>预算数与执行数</td></tr>"
        "<tr><td>见右<table><tr><td>甲</td><td>1</td></tr></table></td><td>42.88万元</td></tr></table>"
    )
    assert read(page(outer)) == [
        [["年度目标完成情况说明", "预算数与执行数"], ["见右", "42.88万元"]],
        [["甲", "1"]],
    ]


def test_a_foot_written_before_the_body_stands_last() -> None:
    table = (
        "<table><tfoot><tr><td>合计</td><td>3</td></tr></tfoot><tbody><tr><td>甲</td><td>3</td></tr></tbody></table>"
    )
    assert read(page(table)) == [[["甲", "3"], ["合计", "3"]]]


def test_check_boxes_show_what_is_ticked() -> None:
    body = '<p>部门预算项目<input type="checkbox" checked>财政专项资金<input type=checkbox><input value="提交"></p>'
    assert read(page(body)) == ["部门预算项目☑财政专项资金☐"]


def test_white_space_of_the_source_is_layout_and_that_of_the_text_is_kept() -> None:
    assert read(page("<p>\n  一般公共\n  预算&nbsp;1&nbsp;万元\u3000<span>2</span><span>0</span>\n</p>")) == [
        "一般公共 预算\xa01\xa0万元\u300020"
    ]


def test_hidden_words_scripts_and_comments_are_not_read() -> None:
    body = (
        "<p>一、收入</p><p style='color:red; DISPLAY : none'>隐藏</p><p hidden>隐藏</p>"
        "<script>var a='<p>隐藏</p>'</script>"
        "<style>p{}</style><!-- <p>隐藏</p> --><div style='mso-element:header'>隐藏</div>"
        "<table><tr><td>甲</td><td style='display:none'>隐藏</td><td>1</td></tr></table>"
    )
    assert read(page(body)) == ["一、收入", [["甲", "1"]]]


def test_a_document_in_one_pre_is_read_like_a_text(wuhan: Path) -> None:
    text = wuhan.read_text(encoding="utf-8")
    in_page = decode(page(f"<pre>{markup.escape(text)}</pre>").encode())
    grids = [block for block in decode(text.encode()).blocks if isinstance(block, Grid)]
    assert [block for block in in_page.blocks if isinstance(block, Grid)] == grids


def test_word_s_own_markup_leaves_only_words() -> None:
    body = (
        "<div class=WordSection1><p class=MsoNormal style='text-indent:32.0pt'><span lang=EN-US>2023</span>"
        "<span style='font-family:仿宋'>年度收入<st1:x w:st='on'>合计</st1:x></span><o:p></o:p></p>"
        "<xml><o:Pages>3</o:Pages></xml><![if !supportEmptyParas]>&nbsp;<![endif]></div>"
    )
    assert read(page(body))[0] == "2023年度收入合计"
    assert len(read(page(body))) == 1


def test_what_stands_for_frames_is_read() -> None:
    assert read(
        "<html><frameset cols=2><frame src=a><noframes><body><p>2023年度决算</p></body></noframes></frameset></html>"
    ) == ["2023年度决算"]


def test_numbers_of_a_list_are_words_unless_the_text_has_its_own() -> None:
    assert read(page("<ol><li>拟订政策</li><li>2、经办服务</li></ol><ul><li>其他</li></ul>")) == [
        "1. 拟订政策",
        "2、经办服务",
        "其他",
    ]


def test_pictures_stand_in_the_text_and_ornaments_do_not() -> None:
    body = (
        "<img src=/top.jpg><p>一、收入决算表</p><img src=t1.png alt=收入决算表><img src=dot.gif width=1 height=1>"
        "<img src=/images/icon_pdf.gif><p>二、支出决算表</p>"
    )
    assert [b for b in decode(page(body).encode()).blocks if isinstance(b, Image)] == [Image(alt="收入决算表")]


CHROME = (
    "<div id='header'><div class='mainNav'><ul><li><a href='/'>首页</a></li><li><a href='/bm/'>部门预算</a></li>"
    "<li><a href='/js/'>部门决算</a></li><li><a href='/lx/'>联系我们</a></li></ul></div></div>"
    "<div class='currentPath'>当前位置：<a href='/'>首页</a> &gt; <a href='/js/'>部门决算</a> &gt; 正文</div>"
)
FOOT = (
    "<div>【打印】【关闭】</div><p>上一篇：<a href='1.html'>2022年度部门决算</a></p><p>下一篇：没有了</p>"
    "<div class='share'>分享到：<a href='http://weibo.com'>微博</a></div>"
    "<div class='foot-info'>版权所有：某市财政局 地址：人民路2号 邮编：430000<br>"
    "鄂ICP备05001234号 网站标识码4201000001</div>"
)


def test_page_chrome_is_left_aside_and_the_byline_kept() -> None:
    body = (
        f"{CHROME}<h1>2023年度单位决算</h1>"
        "<div class=msgbar>发布时间：2024-10-12 来源：市社保中心 浏览次数：<span>128</span>次</div>"
        "<div id=zoom><p>一、主要职责</p><p>承担社会保险经办工作。</p></div>"
        f"<p>附件：<a href='a.pdf'>2023年度决算.pdf</a></p>{FOOT}"
    )
    assert read(page(body)) == [
        "2023年度单位决算",
        "发布时间：2024-10-12 来源：市社保中心",
        "一、主要职责",
        "承担社会保险经办工作。",
        "附件：2023年度决算.pdf",
    ]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("云岫市财政局 今天是2024年10月17日 星期四", ["云岫市财政局"]),
        ("今天是：2024-10-17 10:20:33", []),
        ("今天是 2024年10月17日，农历甲辰年九月十五", []),
        ("您是第 123,456 位访问者", []),
        ("总访问量：90012次", []),
        ("发布日期：2023-09-26 浏览次数：[ 12 ]次", ["发布日期：2023-09-26"]),
        ("发布时间：2024-01-02 阅读 123 次", ["发布时间：2024-01-02"]),
        ("发布日期：2024-09-20 （123次浏览）", ["发布日期：2024-09-20"]),
        ("附件【决算.pdf】已下载12次", ["附件【决算.pdf】"]),
    ],
)
def test_what_changes_with_every_look_is_left_aside(line: str, kept: list[str]) -> None:
    assert read(page(f"<h1>2023年度单位决算</h1><div>{line}</div>{ARTICLE}"))[1 : 1 + len(kept)] == kept
    assert len(read(page(f"<h1>2023年度单位决算</h1><div>{line}</div>{ARTICLE}"))) == 2 + len(kept)


@pytest.mark.parametrize(
    "line",
    [
        "平台访问量：12.5万次",
        "来源：平台点击量：12.5万次",
        "开展访问：40人次",
        "访问量 12 次",
        "公开日期：2024年9月28日",
    ],
)
def test_a_count_that_is_a_result_of_the_unit_is_kept(line: str) -> None:
    assert read(page(f"<h1>2023年度单位决算</h1><div>{line}</div>{ARTICLE}"))[1] == line


MENU = "<ul><li><a href='/'>首页</a></li><li><a href='/zwgk/'>政务公开</a></li><li><a href='/bsfw/'>办事</a></li></ul>"


@pytest.mark.parametrize(
    "head",
    [
        f"<div class='header'><b>某市财政局</b><span>今天是2024年10月9日 星期三 农历九月初七</span>{MENU}</div>",
        "<div id='logo'>某市人民政府门户网站</div>",
        "<div class='site_logo'><span>某市财政局</span></div>",
        "<div class='header'><a href='/'>首页</a><a href='/zwgk/'>政务公开</a></div>",
    ],
)
def test_who_a_site_belongs_to_is_no_line_of_its_documents(head: str) -> None:
    told = read(page(f"{head}<h1>2023年度单位决算</h1>{ARTICLE}"))

    assert told == ["2023年度单位决算", "一、主要职责。承担社会保险经办工作。"]


@pytest.mark.parametrize(
    "head",
    [
        "<div class='header'>某市财政局2023年度部门决算</div>",
        "<div class='head'><h1>某市财政局</h1></div>",
        "<div class='top'>本单位2023年度无政府性基金收入。</div>",
        "<div class='head'><a href='2.html'>某市财政局2023年度部门决算</a></div>",
    ],
)
def test_a_head_that_says_more_than_who_it_is_is_kept(head: str) -> None:
    assert len(read(page(f"{head}<h1>2023年度单位决算</h1>{ARTICLE}"))) == 3


ARTICLE = "<p>一、主要职责。承担社会保险经办工作。</p>"


def test_an_article_is_kept_whatever_its_elements_are_called() -> None:
    article = "<p>一、主要职责。承担社会保险经办工作。</p><table><tr><td>收入</td><td>1</td></tr></table>"
    for name in ("nav-content", "main-header", "footer", "sidebar", "share", "menu"):
        assert read(page(f"<form><div class='{name}'>{article}</div></form>")) == [
            "一、主要职责。承担社会保险经办工作。",
            [["收入", "1"]],
        ]


def test_a_note_under_a_table_is_kept_though_it_is_called_its_footer() -> None:
    note = "注：本部门2024年无政府性基金预算安排的支出，故本表为空表。"
    assert read(page(f"<p>政府性基金预算支出表</p><div class='table-footer'>{note}</div>"))[1:] == [note]


def test_the_entries_of_a_contents_list_with_anchors_are_no_menu() -> None:
    entries = "".join(f"<p><a href='#_Toc{n}'>第{n}部分 概况</a></p>" for n in "一二三四")
    assert len(read(page(f"<div>{entries}</div><p>正文。</p>"))) == 5


def test_a_page_of_nothing_but_links_is_still_said() -> None:
    assert read(page("<ul>" + "".join(f"<li><a href='{n}.htm'>栏目{n}</a></li>" for n in range(5)) + "</ul>"))


def test_words_that_look_like_controls_stay_inside_sentences() -> None:
    lines = [
        "网站点击量：12000次，较上年增加。",
        "（一）打印费支出1万元。",
        "大中小学教育支出",
        "位置：人民路2号",
        "附件下载：2023年度决算表",
        "-",
    ]
    assert read(page("".join(f"<p>{line}</p>" for line in lines))) == lines


def test_the_title_and_date_that_only_the_head_declares_are_kept() -> None:
    head = (
        "<title>2023年度决算-市社保中心</title><meta name='ArticleTitle' content='武汉市社会保险中心2023年度单位决算'>"
        "<meta name='PubDate' content='2024-10-12 09:00'>"
    )
    decoded = decode(page("<p>一、主要职责</p>", head).encode())
    assert decoded.title == "武汉市社会保险中心2023年度单位决算"
    assert decoded.blocks[0] == TextLine("发布时间：2024-10-12 09:00", hard=True)
    assert decode(page("<p>一</p>", "<title>2023年度\n决算</title>").encode()).title == "2023年度 决算"


def test_a_real_landing_page_gives_its_title_byline_and_attachment(disclosures: Path) -> None:
    decoded = decode((disclosures / "corpus" / "final-2023-swu-page.html").read_bytes())
    assert decoded.title == "西南大学2023年度决算公开-信息公开"
    assert ["".join(b.text.split()) for b in decoded.blocks if isinstance(b, TextLine)] == [
        "西南大学2023年度决算公开",
        "发布时间：2024-08-1609:44:03作者：来源：",
        "西南大学2023年度决算公开（详见附件）",
        "附件【西南大学2023年度决算公开.pdf】",
    ]


def test_deep_nesting_loses_nothing() -> None:
    body = "<div><font>" * 3000 + "<p>深处</p>" + "</font></div>" * 3000 + "<p>结尾</p>"
    assert read(page(body)) == ["深处", "结尾"]


def test_declared_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    begin = time.process_time()
    assert read(bomb + "<html><body><p>甲&b;&c;乙</p></body></html>") == ["甲&b;&c;乙"]
    assert time.process_time() - begin < 1


def test_huge_pages_are_read_to_their_end() -> None:
    sentence = "收入合计2,020.06万元，" * 300_000
    assert [len(str(line)) for line in read(page(f"<p>{sentence}</p><p>尾</p>"))] == [len(sentence), 1]
    picture = "<img src='data:image/png;base64," + "A" * 12_000_000 + "' alt=图>"
    assert read(page(f"<p>首</p>{picture}<p>尾</p>")) == ["首", "尾"]


def test_a_fragment_of_a_page_is_html_and_a_text_with_markup_left_is_not() -> None:
    assert decode(b"<div><p>a</p></div>").format == "html"
    assert decode("<meta charset=gb2312><p>武汉".encode()).format == "html"
    assert decode("<p>注：1. 预算数</p>\n一、收入\n二、支出\n".encode()).format == "text"
    assert decode("第一部分\n<table><tr><td>甲</td></tr></table>\n".encode()).format == "text"


@pytest.mark.parametrize("broken", ["<p>一<b>二<p>三", "<table><tr><td>甲<td>1<tr><td>乙<td>2", "<div>一</span></p>二"])
def test_tags_left_open_lose_no_word(broken: str) -> None:
    shown = str(read(page(broken)))
    assert all(word in shown for word in broken if "\u4e00" <= word <= "\u9fff")


def test_both_seeds_hold_the_same_words_as_html(wuhan: Path, gedian: Path) -> None:
    for path in (wuhan, gedian):
        plain = decode(path.read_bytes())
        body: list[str] = []
        for block in plain.blocks:
            if isinstance(block, TextLine):
                body.append(f"<p>{markup.escape(block.text)}</p>")
            elif isinstance(block, Grid):
                rows = "".join(
                    "<tr>" + "".join(f"<td>{markup.escape(c.text)}</td>" for c in row) + "</tr>" for row in block.rows
                )
                body.append(f"<table>{rows}</table>")
        again = decode(page(CHROME + "<div class=content>" + "\n".join(body) + "</div>" + FOOT).encode("gb18030"))
        assert _words(again.blocks) == _words(plain.blocks)


def _words(blocks: object) -> list[str]:
    assert isinstance(blocks, tuple)
    words: list[str] = []
    for block in blocks:
        if isinstance(block, TextLine):
            words.append("".join(block.text.split()))
        elif isinstance(block, Grid):
            words.extend("|".join("".join(cell.text.split()) for cell in row) for row in block.rows)
    return words


def test_markup_that_an_editor_escaped_is_no_content_in_a_page_either() -> None:
    # WH, 备注 of the overall self-evaluation, as a page would hold it.
    cell = "<td>&lt;p&gt;1. 口径&lt;/p&gt;</td>"
    page = f"<html><body><p>&lt;p&gt;2. 原则</p><table><tr><td>备注：</td>{cell}</tr></table></body></html>"
    blocks = decode(page.encode()).blocks
    words = "".join(str(block) for block in blocks)
    assert "<p>" not in words
    assert "</p>" not in words
    assert "口径" in words
