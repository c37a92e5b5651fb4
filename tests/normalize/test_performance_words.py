"""Every word of ``performance.toml`` does what it is there for, and stands where the file says it was seen."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest

from tracker import taxonomy
from tracker.folding import fold, tidy
from tracker.model import Figure
from tracker.normalize import performance
from tracker.normalize.flow import Item, Portion, Slot, Stretch, Table

TAXONOMY = taxonomy.load()
DATA = tomllib.loads(files("tracker.taxonomy").joinpath("performance.toml").read_text("utf-8"))
SEEDS = {"WH": "000_aecfc3e4a48985f9.txt", "GD": "004_f643c22fe8df2981.txt"}
PLACES = {"WH", "GD", "SH", "JS", "SWU", "template", "format"}


def names(table: object) -> list[str]:
    return list(cast("dict[str, list[str]]", table))


def of(kind: str, *roles: str) -> list[tuple[str, str]]:
    return [
        (name, str(row["role"]))
        for row in cast("list[dict[str, object]]", DATA[kind])
        for name in names(row["names"])
        if row["role"] in roles
    ]


def words(kind: str) -> list[str]:
    return names(DATA["words"][kind])


def table(*rows: tuple[str, ...]) -> Table:
    width = max(map(len, rows))
    return Table(tuple(tuple(Slot(tidy(text)) for text in (*row, *[""] * (width - len(row)))) for row in rows))


def read(*items: Item) -> performance.PerformanceReading:
    return performance.read(Portion("attachment", "", items), year=2023, taxonomy=TAXONOMY)


def figures(*items: Item) -> list[Figure]:
    return [placed.figure for placed in read(*items).placed]


@pytest.mark.parametrize(("name", "role"), of("column", "target", "actual", "weight", "score"))
def test_a_column_gives_its_figures_their_role(name: str, role: str) -> None:
    other = "实际完成值" if role == "target" else "年初目标值"
    found = figures(table(("一级指标", "二级指标", "三级指标", other, name), ("", "", "办理件数", "80%", "95")))
    assert [(f.role, f.value) for f in found if f.measure == name] == [(role, "95")]


@pytest.mark.parametrize(("name", "role"), of("column", "note", "unit", "nature"))
def test_a_column_without_figures_is_stepped_over(name: str, role: str) -> None:
    printed = {"note": "受2次降雨影响", "unit": "公里", "nature": "≥"}[role]
    found = figures(table(("三级指标", "年初目标值", name, "实际完成值"), ("养护里程", "80", printed, "95")))
    unit = "公里" if role == "unit" else None
    assert [(f.value, f.unit) for f in found] == [("80", unit), ("95", unit)]


@pytest.mark.parametrize(("name", "role"), of("money", "budget", "actual", "completion", "weight", "score"))
def test_a_column_of_money_gives_its_figures_their_role(name: str, role: str) -> None:
    others = [n for n, r in (("全年执行数", "actual"), ("年初预算数", "budget"), ("执行率", "completion")) if r != role]
    found = figures(
        table(("项目名称", "甲"), ("项目资金（万元）", *others, name), ("年度资金总额", *["1"] * len(others), "95"))
    )
    assert [(f.role, f.value) for f in found if f.measure == name] == [(role, "95")]


@pytest.mark.parametrize("name", names(DATA["indicator"]["names"]))
def test_the_column_of_names_makes_a_head(name: str) -> None:
    assert [f.value for f in figures(table((name, "年初目标值"), ("养护里程", "80公里")))] == ["80"]


@pytest.mark.parametrize(("name", "role"), of("amount", "actual", "budget"))
def test_an_amount_stands_beside_its_name(name: str, role: str) -> None:
    found = figures(
        table(("单位名称", "示范中心"), (name, "95.00"), ("三级指标", "年初目标值", "实际完成值"), ("里程", "1", "1"))
    )
    assert [(f.role, f.value) for f in found if f.label == name] == [(role, "95.00")]


@pytest.mark.parametrize("name", words("total"))
def test_a_total_closes_the_indicators(name: str) -> None:
    found = figures(table(("三级指标", "年初目标值", "得分"), ("里程", "1", "1"), (name, "98.5")))
    assert [(f.role, f.value) for f in found if f.label == name] == [("score", "98.5")]


@pytest.mark.parametrize("name", words("project"))
def test_a_project_names_its_form(name: str) -> None:
    reading = read(table((name, "示范项目"), ("三级指标", "年初目标值"), ("里程", "1")))
    assert [s.id for s in reading.statements] == ["performance.示范项目"]


@pytest.mark.parametrize("name", words("organisation"))
def test_a_unit_is_the_forms_organisation(name: str) -> None:
    reading = read(table((name, "示范中心"), ("三级指标", "年初目标值"), ("里程", "1")))
    assert [s.organisation for s in reading.statements] == ["示范中心"]


@pytest.mark.parametrize("name", words("head"))
def test_a_projects_name_ends_where_the_next_word_of_the_form_begins(name: str) -> None:
    text = f"项目名称示范工程{name}某某一级指标二级指标三级指标年初目标值数量指标里程1公里"
    assert [s.id for s in read(Stretch(text)).statements] == ["performance.示范工程"]


@pytest.mark.parametrize("name", words("group"))
def test_a_group_may_carry_a_weight(name: str) -> None:
    found = figures(table((f"{name}（80分）", "三级指标", "年初目标值"), ("", "里程", "1公里")))
    assert (found[0].label, found[0].role, found[0].value) == (name, "weight", "80")


@pytest.mark.parametrize("name", [name for name in words("text") if name not in words("group")])
def test_words_close_a_form(name: str) -> None:
    text = f"项目名称示范工程三级指标年初目标值数量指标里程1公里{name}今后新增3公里道路"
    assert [f.value for f in figures(Stretch(text))] == ["1"]


@pytest.mark.parametrize("name", words("note"))
def test_a_note_is_kept_from_other_readers(name: str) -> None:
    text = f"三级指标年初目标值数量指标里程1公里偏差原因无。{name}：分值区间80-50%。"
    item, start, end = read(Stretch(text)).ranges[-1]
    assert (item, text[start:end]) == (0, f"{name}：分值区间80-50%。")


@pytest.mark.parametrize("name", words("whole"))
def test_the_whole_units_form_is_known_by_its_words(name: str) -> None:
    text = f"单位名称：示范中心{name}三级指标年初目标值数量指标里程1公里"
    assert [s.id for s in read(Stretch(text)).statements] == ["performance.overall"]


@pytest.mark.parametrize("name", names(DATA["around"]["before"]))
@pytest.mark.parametrize("after", ["", *names(DATA["around"]["after"])])
def test_words_around_a_value_are_no_part_of_it(name: str, after: str) -> None:
    found = figures(table(("三级指标", "年初目标值"), ("办结率", f"{name}95%{after}")))
    assert [(f.value, f.unit) for f in found] == [("95", "%")]


@pytest.mark.parametrize("name", sorted({name for row in DATA["level"] for name in names(row["names"])}))
def test_a_level_is_no_part_of_an_indicators_name(name: str) -> None:
    text = f"三级指标年初目标值实际完成值{name}指标道路里程1公里2公里"
    assert {f.label for f in figures(Stretch(text))} == {"道路里程"}
    cells = table(("一级指标", "三级指标", "年初目标值"), (f"{name}指标", "道路里程", "1公里"))
    assert {f.label for f in figures(cells)} == {"道路里程"}


def _seen(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(place, str) and place in PLACES for place in cast("list[object]", value)
    )


def _variants(data: object) -> list[tuple[str, list[str]]]:
    if isinstance(data, dict):
        pairs = cast("dict[str, object]", data)
        if pairs and all(_seen(value) for value in pairs.values()):
            return [(name, cast("list[str]", seen)) for name, seen in pairs.items()]
        return [variant for value in pairs.values() for variant in _variants(value)]
    if isinstance(data, list):
        return [variant for value in cast("list[object]", data) for variant in _variants(value)]
    return []


def test_every_name_says_where_it_was_seen() -> None:
    variants = _variants(DATA)
    assert len(variants) > 150
    assert all(seen for _, seen in variants)
    assert set(TAXONOMY.performance.variants) == {name for name, _ in variants}


@pytest.mark.parametrize("place", sorted(SEEDS))
def test_names_stand_in_the_documents_they_were_seen_in(disclosures: Path, place: str) -> None:
    text = fold((disclosures / "seeds" / SEEDS[place]).read_text("utf-8"))
    lost = [name for name, seen in _variants(DATA) if place in seen and fold(name) not in text]
    assert lost == []
