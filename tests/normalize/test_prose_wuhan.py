"""The narrative of the first seed against the hand-verified list, at depth meaning."""

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from scrapers.decode import decode
from tracker.model import Figure
from tracker.normalize import furniture, outline, prose, reflow
from tracker.normalize.flow import Stretch
from tracker.taxonomy import load

CODES = prose.codes(
    [
        ("208", "社会保障和就业支出"),
        ("20801", "人力资源和社会保障管理事务"),
        ("2080101", "行政运行"),
        ("2080109", "社会保险经办机构"),
        ("20805", "行政事业单位养老支出"),
        ("2080501", "行政单位离退休"),
        ("2080505", "机关事业单位基本养老保险缴费支出"),
        ("2080506", "机关事业单位职业年金缴费支出"),
        ("210", "卫生健康支出"),
        ("21011", "行政事业单位医疗"),
        ("2101101", "行政单位医疗"),
        ("2101103", "公务员医疗补助"),
        ("221", "住房保障支出"),
        ("22102", "住房改革支出"),
        ("2210201", "住房公积金"),
        ("2210202", "提租补贴"),
        ("2210203", "购房补贴"),
    ]
)


def score(disclosures: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", disclosures / "truth" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def narrative(path: Path) -> list[Figure]:
    taxonomy = load()
    flow = reflow.reflow(furniture.strip(decode(path.read_bytes()).blocks))
    found: list[Figure] = []
    for portion in outline.outline(flow, taxonomy):
        context = prose.Context(
            section=portion.section, heading=portion.heading, year=2023, taxonomy=taxonomy, codes=CODES, kind="final"
        )
        for item in portion.items:
            if isinstance(item, Stretch):
                found += [one.figure for one in prose.read(item.text, context).found]
    return found


def test_every_figure_of_the_narrative_is_found_with_its_line_and_role(disclosures: Path, wuhan: Path) -> None:
    truth = json.loads((disclosures / "truth" / "figures_000_wuhan.json").read_text("utf-8"))["figures"]
    wanted: list[dict[str, Any]] = [f for f in truth if str(f.get("section", "")).startswith(("三-", "第四部分"))]
    found = [asdict(figure) for figure in narrative(wuhan)]

    missed, beyond = score(disclosures).match(wanted, found, 3)

    assert len(wanted) > 100
    assert missed == []
    # What the list leaves out: people in reasons, staff sent on a task, 三个100%, and the results of the project
    # that its review in 十三 repeats from 五.
    assert sorted((f["value"], f["unit"]) for f in beyond) == [
        ("1", "人"),
        ("1", "人"),
        ("100", "%"),
        ("124.8", "%"),
        ("1649", "本"),
        ("3", "名"),
        ("30", "万人次"),
        ("37.43", "万人次"),
    ]


def test_bases_and_reasons_of_the_narrative_are_the_printed_ones(wuhan: Path) -> None:
    figures = {figure.key: figure for figure in narrative(wuhan)}

    assert figures["operating/operating_cost/delta:initial_budget"].reason == "办公费、印刷费等支出增加"
    assert figures["general.items/2080109/completion:initial_budget"].reason_base == "年初预算"
    assert figures["general.items/2080101/completion:initial_budget"].reason is None
    assert figures["appropriation/appropriation.general/delta:prior"].value == "-112.01"
    assert figures["three_public/three_public.reception/delta:full_budget"].value == "0"
    assert figures["procurement/procurement.micro/share:授予中小企业合同金额"].value == "13.3"


def test_quotes_stand_in_the_text(wuhan: Path) -> None:
    flow = reflow.reflow(furniture.strip(decode(wuhan.read_bytes()).blocks))
    text = "".join(item.text for item in flow if isinstance(item, Stretch))

    quotes = [figure.quote for figure in narrative(wuhan)]

    assert [quote for quote in quotes if quote not in text] == []
    assert max(map(len, quotes)) <= 260
