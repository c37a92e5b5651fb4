"""What the readers found becomes one disclosure: no published word is outside a passage, no figure outside a span."""

from pathlib import Path

from scrapers.decode import decode
from tracker.folding import tidy
from tracker.model import Disclosure, Identity
from tracker.normalize import normalize
from tracker.taxonomy import load

TABLE = """2023年度青禾市档案馆单位决算公开

第二部分 青禾市档案馆2023年度单位决算表

2023年度支出决算表

公开03表

单位：青禾市档案馆

单位：万元

项目\t\t本年支出合计\t基本支出\t项目支出
功能分类科目编码\t科目名称\t\t\t
\t合计\t12.00\t10.00\t2.00
201\t一般公共服务支出\t12.00\t10.00\t2.00
20126\t档案事务\t12.00\t10.00\t2.00
2012604\t档案馆\t12.00\t10.00\t2.00
注：本表反映单位本年度各项支出情况。\t\t\t\t
"""


def read(text: str, declared: Identity | None = None) -> Disclosure:
    return normalize(decode(text.encode()), load(), declared=declared or Identity())


def test_notes_that_stand_in_rows_of_a_table_are_passages() -> None:
    texts = [(p.statement, p.text) for p in read(TABLE).passages]
    assert ("final.03", "注：本表反映单位本年度各项支出情况。") in texts


def test_the_words_of_the_money_unit_are_carried_by_the_figures_and_by_nothing_else() -> None:
    disclosure = read(TABLE)
    assert {f.unit for f in disclosure.figures} == {"万元"}
    assert not any("万元" in p.text for p in disclosure.passages)


def test_a_heading_is_a_passage_of_its_own() -> None:
    text = "第三部分 情况说明\n\n三、支出决算情况说明\n\n2023年度支出合计12.00万元。"
    assert [p.text for p in read(text).passages][-2:] == ["三、支出决算情况说明", "2023年度支出合计12.00万元。"]


def test_what_a_person_declares_settles_what_the_text_does_not_tell() -> None:
    anonymous = TABLE.replace("青禾市档案馆", "")
    assert "identity.unit" in {p.code for p in read(anonymous).problems}
    told = read(anonymous, Identity(unit="青禾市档案馆", scope="unit"))
    assert told.identity.document == "青禾市档案馆/2023/final.unit"
    assert not {p.code for p in told.problems} & {"identity.unit", "identity.scope"}


def test_every_word_of_the_narrative_of_a_real_text_stands_in_a_passage(wuhan: Path) -> None:
    text = wuhan.read_text(encoding="utf-8")
    disclosure = read(text)
    words = tidy(text[text.index("第三部分 武汉市社会保险中心2023年度单位决算情况说明\n\n一、") :])
    stream = "".join(p.text for p in disclosure.passages if p.section not in ("attachment", "work", "tables"))
    for sentence in words.split("第四部分2023年度重点工作")[0].split("。"):
        assert sentence in stream


def test_every_span_prints_its_figure(wuhan: Path, gedian: Path) -> None:
    for path in (wuhan, gedian):
        disclosure = read(path.read_text(encoding="utf-8"))
        spanned = [s.figure for p in disclosure.passages for s in p.spans]
        assert len(spanned) == len(set(spanned))
        for passage in disclosure.passages:
            for span in passage.spans:
                printed = passage.text[span.start : span.end].replace(",", "")
                assert disclosure.figures[span.figure].value.lstrip("-") in printed


def test_every_quote_stands_in_the_document_but_for_white_space(wuhan: Path, gedian: Path) -> None:
    for path in (wuhan, gedian):
        text = path.read_text(encoding="utf-8")
        stream = tidy(text).replace(" ", "")
        missing = [f.quote for f in read(text).figures if f.quote.replace(" ", "") not in stream]
        assert missing == []


def test_amounts_of_a_table_that_nobody_reads_are_counted_and_told() -> None:
    table = "2025年单位预算公开\n\n收支对照\n\n项目\t甲\t乙\n收入\t11000000\t12,000.50\n支出\t2300.00\t120\n"
    disclosure = read(table)
    assert [p.code for p in disclosure.problems].count("table.unknown") == 1
    assert [u.number for u in disclosure.unread] == ["11000000", "12,000.50", "2300.00"]
