"""Which document it is, told by its own words; what contradicts itself or is no disclosure is held."""

from pathlib import Path

import pytest

from scrapers.blocks import Cell, Grid, TextLine
from scrapers.decode import decode
from tracker.model import Identity, Problem
from tracker.normalize.furniture import strip
from tracker.normalize.identity import fold_unit, identify, tidy_unit
from tracker.normalize.outline import outline
from tracker.normalize.reflow import reflow
from tracker.taxonomy import load

BODY = (
    "第三部分 {year}年度{scope}决算情况说明\n一、收入支出决算总体情况说明\n{year}年度收、支总计2,020.06万元。"
    "与{before}年度相比，收、支总计各减少112.01万元，下降5.3%。\n二、收入决算情况说明\n{year}年度收入合计2,020.06万元。"
)


def told(
    text: str, *, title: str = "", name: str = "", grids: tuple[Grid, ...] = ()
) -> tuple[Identity, tuple[Problem, ...]]:
    blocks = [*(TextLine(line) for line in text.split("\n")), *grids]
    return identify(outline(reflow(blocks), load()), declared_title=title, name=name, taxonomy=load())


def body(year: int = 2023, scope: str = "部门") -> str:
    return BODY.format(year=year, before=year - 1, scope=scope)


def captions(year: str, unit: str) -> str:
    names = ("收入决算表", "支出决算表", "收入支出决算总表")
    return "\n".join(f"{year}{name}\n单位：{unit}\n单位：万元" for name in names)


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.code for problem in problems}


def real(path: Path) -> tuple[Identity, tuple[Problem, ...]]:
    portions = outline(reflow(strip(decode(path.read_bytes()).blocks)), load())
    return identify(portions, declared_title="", name="", taxonomy=load())


def of_page(html: str) -> tuple[Identity, tuple[Problem, ...]]:
    portions = outline(reflow(strip(decode(html.encode()).blocks)), load())
    return identify(portions, declared_title="", name="", taxonomy=load())


def test_wuhan_says_on_its_cover_which_document_it_is(wuhan: Path) -> None:
    identity, problems = real(wuhan)

    assert identity.document == "武汉市社会保险中心/2023/final.unit"
    assert identity.title == "2023年度武汉市社会保险中心单位决算公开"
    assert identity.published_on == "2024-10-12"
    assert problems == ()
    assert {evidence.aspect for evidence in identity.evidence} == {
        *("unit", "year", "kind", "scope", "title", "published_on")
    }


def test_gedian_has_no_cover_and_its_forms_tell_the_full_name(gedian: Path) -> None:
    identity, problems = real(gedian)

    assert identity.document == "鄂州市葛店经济技术开发区社会保险服务中心/2023/final.department"
    assert problems == ()
    unit = next(evidence for evidence in identity.evidence if evidence.aspect == "unit")
    assert (unit.source, unit.quote) == ("form", "单位名称：鄂州市葛店经济技术开发区社会保险服务中心")


@pytest.mark.parametrize(
    ("title", "document"),
    [
        ("某市财政局2023年度部门决算", "某市财政局/2023/final.department"),
        ("2023年度某市某区卫生健康委员会部门决算公开", "某市某区卫生健康委员会/2023/final.department"),
        ("关于某市水务局2023年度部门决算的公开说明", "某市水务局/2023/final.department"),
        ("某市教育局（本级）2023年度单位决算", "某市教育局（本级）/2023/final.unit"),
        ("某区人民政府办公室2023年度单位决算公开", "某区人民政府办公室/2023/final.unit"),
        ("西南大学2023年度部门决算", "西南大学/2023/final.department"),
        ("中共某市委社会工作部 2023 年度\n部门决算", "中共某市委社会工作部/2023/final.department"),
        ("某省教育厅（部门）2023年度决算公开", "某省教育厅/2023/final.department"),
        (
            "某市疾病预防控制中心（某市卫生监督所）2023年度单位决算",
            "某市疾病预防控制中心（某市卫生监督所）/2023/final.unit",
        ),
        ("某市教育委员会（本部）2023年度单位决算", "某市教育委员会（本部）/2023/final.unit"),
        ("某省委办公厅2023年度部门决算公开", "中共某省委办公厅/2023/final.department"),
        ("某市某区委社会工作部2023年度部门决算", "中共某市某区委社会工作部/2023/final.department"),
        ("某市委员会办公室2023年度部门决算", "某市委员会办公室/2023/final.department"),
        ("民盟某市委2023年度部门决算", "民盟某市委/2023/final.department"),
        ("某市团委2023年度部门决算", "某市团委/2023/final.department"),
        ("2023年某县第一中学单位决算公开报告", "某县第一中学/2023/final.unit"),
        ("二〇二三年度某市文化和旅游局部门决算", "某市文化和旅游局/2023/final.department"),
        ("某镇人民政府2023年度部门决算", "某镇人民政府/2023/final.department"),
    ],
)
def test_titles_of_many_shapes_are_read(title: str, document: str) -> None:
    scope = "单位" if document.endswith("unit") else "部门"

    identity, problems = told(f"{title}\n2024年9月20日\n{body(scope=scope)}")

    assert identity.document == document
    assert identity.published_on == "2024-09-20"
    assert problems == ()


def test_a_budget_tells_its_unit_below_a_title_that_names_only_the_area() -> None:
    text = (
        "某市某区2025年区级{0}预算\n{1}：某市某区商务委员会\n一、主要职责\n负责某事。\n"
        "四、{0}预算编制说明\n2025年收入预算1,471.47万元，支出预算1,471.47万元。"
    )

    assert told(text.format("部门", "预算主管部门"))[0].document == "某市某区商务委员会/2025/budget.department"
    assert told(text.format("单位", "预算单位"))[0].document == "某市某区商务委员会/2025/budget.unit"


def test_the_title_of_a_page_is_read_without_the_name_of_the_site() -> None:
    identity, problems = told(
        f"发布时间： 2024-08-16 09:44:03\n{body()}", title="某市民政局2023年度决算公开_某市人民政府网"
    )

    assert identity.document == "某市民政局/2023/final.department"
    assert identity.title == "某市民政局2023年度决算公开"
    assert identity.published_on == "2024-08-16"
    assert problems == ()


@pytest.mark.parametrize(
    "above",
    [
        "<h2>某市财政局</h2>",
        "<div>欢迎访问某市人民政府门户网站</div>",
        "<div><a href='/'>首页</a><a href='/zwgk/'>政务公开</a></div>",
        "<table><tr><td>某市政务公开平台</td></tr></table>",
    ],
)
@pytest.mark.parametrize("heading", ["某市文化馆2023年度部门决算", "某市文化馆关于2023年度部门决算公开的说明"])
def test_what_a_page_prints_above_its_title_is_no_part_of_the_unit_s_name(above: str, heading: str) -> None:
    words = "".join(f"<p>{line}</p>" for line in body().split("\n"))

    identity, problems = of_page(f"<html><body>{above}<h1>{heading}</h1>{words}</body></html>")

    assert identity.document == "某市文化馆/2023/final.department"
    assert identity.title == heading
    assert problems == ()


@pytest.mark.parametrize("first", ["某省某市", "中共某市委"])
def test_a_title_that_is_broken_within_the_unit_s_name_is_read_whole(first: str) -> None:
    words = "".join(f"<p>{line}</p>" for line in body().split("\n"))

    identity, _ = of_page(f"<div>网上办事</div><p>{first}</p><p>宣传中心</p><p>2023年度部门决算</p>{words}")

    assert identity.unit == f"{first}宣传中心"


def test_without_a_title_captions_of_tables_and_forms_tell_the_unit() -> None:
    grid = Grid(((Cell("单位名称"), Cell("某市某局")), (Cell("项目名称"), Cell("某项目"))))
    text = body(scope="单位") + "\n第六部分 附件\n2023年度某项目绩效自评表"

    assert told(text, grids=(grid,))[0].document == "某市某局/2023/final.unit"
    assert (
        told("2023年度收入支出决算总表\n单位：某市某局\n单位：万元\n" + text)[0].document == "某市某局/2023/final.unit"
    )


def test_a_file_name_is_the_last_resort() -> None:
    identity, _ = told(body(), name="looks/某市体育局2023年度部门决算.txt")

    assert identity.document == "某市体育局/2023/final.department"
    assert next(e.source for e in identity.evidence if e.aspect == "unit") == "name"


def test_a_stale_sentence_and_the_day_of_publication_are_no_evidence_of_the_year() -> None:
    text = body() + "\n十一、政府采购支出说明\n本部门2022年度政府采购支出总额0万元，跟年初预算保持一致。"

    identity, problems = told(f"某市某局2023年度部门决算\n2024年10月12日\n{text}")

    assert identity.year == 2023
    assert problems == ()


def test_a_title_against_all_tables_is_a_conflict_that_holds() -> None:
    tables = captions("2022年度", "某市某局")
    text = f"某市某局2023年度部门决算\n第二部分 部门决算表\n{tables}\n{body().replace('2023年度部门', '部门')}"

    _, problems = told(text)

    (conflict,) = problems
    assert (conflict.code, conflict.place, conflict.holds) == ("identity.conflict", "year", True)
    assert dict(conflict.details)["chosen"] == "2023"
    assert dict(conflict.details)["against"] == "2022"


def test_another_units_name_over_all_tables_is_a_conflict_that_holds() -> None:
    tables = captions("2023年度", "某市林业局")

    _, problems = told(f"某市水务局2023年度部门决算\n第二部分 2023年度部门决算表\n{tables}\n{body()}")

    assert [(problem.code, problem.place) for problem in problems] == [("identity.conflict", "unit")]


def test_what_the_text_does_not_tell_is_a_problem_that_holds() -> None:
    identity, problems = told("一、收入支出情况说明\n收、支总计2,020.06万元，各减少112.01万元，下降5.3%。")

    assert identity.document is None
    assert codes(problems) == {"identity.unit", "identity.year", "identity.kind", "identity.scope"}
    assert all(problem.holds for problem in problems)


def test_look_alikes_are_named_and_held() -> None:
    government = (
        "关于某市2023年财政决算的报告\n表一 一般公共预算收入决算表\n1.00\n表二 政府性基金收入决算表\n2.00\n"
        "表三 税收返还和转移支付决算表"
    )
    news = "某市公布2023年度部门决算\n近日，某市68个部门集中公开了决算。"
    blank = body(2024).replace("2,020.06", "XXX").replace("112.01", "XXX").replace("5.3", "XX")
    template = f"某市XX局\n2024年度部门决算\n{blank}基本支出XXX万元，占XX%。"

    assert "document.government" in codes(told(government)[1])
    assert "document.not_disclosure" in codes(told(news)[1])
    assert "document.template" in codes(told(template)[1])
    assert codes(told("")[1]) == {"document.empty"}
    for text in (government, news, template, ""):
        assert all(problem.holds for problem in told(text)[1])


def test_a_government_s_accounts_are_none_of_a_unit_s_though_they_tell_of_the_three() -> None:
    sections = (
        "一、收入支出决算总体情况说明\n收、支总计2,020.06万元，其中：税收收入8,200.00万元。\n"
        "二、“三公”经费支出决算情况说明\n支出决算为12.00万元，比上年减少0.20万元，下降1.6%。"
    )

    assert "document.government" in codes(told(f"2023年度云溪区政府决算公开\n{sections}")[1])
    assert "document.government" not in codes(told(f"2023年度云溪镇人民政府部门决算公开\n{sections}")[1])


def test_headings_without_a_figure_are_a_notice_or_a_blank_form() -> None:
    notice = "关于做好2023年度部门决算公开工作的通知\n一、收入支出决算总体情况说明\n应当说明增减变动的原因。"
    unfilled = body().replace("2,020.06", "   ").replace("112.01", "").replace("5.3", "")
    form = f"某市档案馆2023年度部门决算\n{unfilled}与上年相比增加万元，增长%。"

    assert "document.not_disclosure" in codes(told(notice)[1])
    assert "document.template" in codes(told(form)[1])


def test_one_page_of_the_three_public_is_no_disclosure() -> None:
    page = "某市教育局2023年“三公”经费支出决算情况说明\n“三公”经费支出12.30万元，比上年减少1.20万元，下降8.9%。"

    assert "document.not_disclosure" in codes(told(page)[1])


def test_a_landing_page_is_no_disclosure_but_says_whose_it_is(disclosures: Path) -> None:
    page = decode((disclosures / "corpus" / "final-2023-swu-page.html").read_bytes(), name="page.html")
    portions = outline(reflow(strip(page.blocks)), load())

    identity, problems = identify(portions, declared_title=page.title, name="", taxonomy=load())

    assert (identity.unit, identity.year, identity.kind) == ("西南大学", 2023, "final")
    assert identity.published_on == "2024-08-16"
    assert "document.not_disclosure" in codes(problems)


def test_names_of_a_unit_are_tidied() -> None:
    assert tidy_unit("关于某市水务局的") == "某市水务局"
    assert tidy_unit("2023年度 武汉市社会保险中心单位 决算公开") == "武汉市社会保险中心"
    assert tidy_unit("某市教育局（本级）") == "某市教育局（本级）"
    assert tidy_unit("某县机关事务管理局") == "某县机关事务管理局"


def test_forms_of_one_name_meet_in_its_folded_key() -> None:
    assert fold_unit("中共江苏省委办公厅") == fold_unit("江苏省委办公厅")
    assert fold_unit("某市教育局（本级）") == fold_unit("某市教育局(本级)")
    assert fold_unit("上海市普陀区商务委员会") == fold_unit("上海市普陀区商务委")
    assert fold_unit("某市教育局") != fold_unit("某市教育局（本级）")
    assert fold_unit("某市教育局") != fold_unit("某市体育局")


@pytest.mark.parametrize("below", ["（武汉市青禾区社会保险管理处）", "武汉市青禾区社会保险管理处2024年8月"])
def test_a_cover_may_name_the_unit_below_its_title(below: str) -> None:
    identity, _ = told(f"2023 年度单位决算\n{below}\n目录\n第一部分 单位概况")

    assert (identity.unit, identity.year, identity.scope) == ("武汉市青禾区社会保险管理处", 2023, "unit")


def test_a_body_s_whole_name_and_its_short_one_meet() -> None:
    assert fold_unit("中国人民政治协商会议江苏省委员会办公厅") == fold_unit("江苏省政协办公厅")
    assert fold_unit("青禾市人民代表大会常务委员会") == fold_unit("青禾市人大常委会")
