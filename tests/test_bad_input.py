"""What no careful publisher sends: each is kept, named with its problem, held, and never recorded as a change."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scrapers.decode import apart
from scrapers.decode.limits import Limits
from scrapers.decode.ocr.recognizer import is_installed
from storage import queries
from storage.dump import dump
from storage.store import Store
from tests.generator.layouts import document
from tests.generator.ledger import evolve, make
from tests.generator.render import render
from tracker.cli import run
from tracker.ingest import House, Offer, SameMomentError, ingest, rebuild
from tracker.messages import messages
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load

Claims = Mapping[str, object]

LEDGER = make(3)
GOOD = render(document(LEDGER, "hubei"), "tsv")
NAME = f"{LEDGER.unit}/{LEDGER.year}/final.department"
PINS: Claims = {"unit": LEDGER.unit, "year": LEDGER.year, "kind": "final", "scope": "department"}

GOVERNMENT = """2023年度云溪区政府决算公开
一、一般公共预算收支决算情况说明
2023年，全区一般公共预算收入123500.00万元，与2022年相比，增加5000.00万元，增长4.2%，其中税收收入82000.00万元。
二、“三公”经费支出决算情况说明
“三公”经费支出决算为1,230.00万元，比上年减少20.00万元，下降1.6%。
2023年度一般公共预算收入决算表
单位：万元
项目\t预算数\t决算数
税收收入\t80,000.00\t82,000.00
非税收入\t40,000.00\t41,500.00
"""
NEWS = """市财政局召开2023年度部门决算公开工作布置会
7月19日，市直86个部门150余人参加会议。去年全市三公经费支出1,200万元，下降5.3%。
"""
NOTICE = """关于做好2023年度部门决算公开工作的通知
公开内容包括：第一部分 部门概况；第二部分 部门决算表；第三部分 部门决算情况说明。
一、收入支出决算总体情况说明
应当说明收支总计、增减变动的原因。
"""
TEMPLATE = """XX单位2023年度单位决算
第二部分 2023年度单位决算表
收入支出决算总表
编制单位：XX单位\t\t\t单位：万元
项目\t行次\t金额\t项目\t行次\t金额
一、一般公共预算财政拨款收入\t1\t\t一、一般公共服务支出\t32\t
本年收入合计\t27\t\t本年支出合计\t58\t
第三部分 2023年度单位决算情况说明
一、收入支出决算总体情况说明
2023年度收入支出总计XX万元。与2022年度相比，收入支出总计增加（减少）XX万元，增长（下降）XX%。主要原因：XX。
二、收入决算情况说明
本年收入合计XX万元，其中：财政拨款收入XX万元，占XX%；事业收入XX万元，占XX%。
"""
UNFILLED = TEMPLATE.replace("XX", "      ")
ERROR_PAGE = "<html><head><title>404</title></head><body><div>您访问的页面不存在或已被删除！</div></body></html>"

NO_TEXT: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "file.empty"),
    "white space": ("\n\t\u3000\r\n".encode(), "file.empty"),
    "binary": (bytes(range(256)) * 40, "file.binary"),
    "cut off picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file.damaged" if is_installed() else "file.format"),
    "cut off PDF": (b"%PDF-1.7\n1 0 obj\n<<>>", "file.damaged"),
    "cut off OLE": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.format"),
    "cut off DOCX": (b"PK\x03\x04" + bytes(30) + b"word/document.xml", "file.damaged"),
    "cut off XLSX": (b"PK\x03\x04" + bytes(30) + b"xl/workbook.xml", "file.damaged"),
    "cut off OFD": (b"PK\x03\x04" + bytes(30) + b"OFD.xml", "file.damaged"),
    "cut off ZIP": (b"PK\x03\x04" + bytes(30) + b"tables.pdf", "file.damaged"),
    "lost characters": (GOOD.encode("gb18030").decode("utf-8", "replace").encode(), "file.encoding"),
    "mojibake": (GOOD.encode().decode("latin-1").encode(), "file.encoding"),
}
NO_DISCLOSURE: dict[str, tuple[str, str]] = {
    "government": (GOVERNMENT, "document.government"),
    "news": (NEWS, "document.not_disclosure"),
    "notice": (NOTICE, "document.not_disclosure"),
    "template": (TEMPLATE, "document.template"),
    "unfilled template": (UNFILLED, "document.template"),
    "error page": (ERROR_PAGE, "document.not_disclosure"),
}


class Desk:
    """A house on an empty folder that is handed texts one day after the other."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder)
        reader = Reader(self.store.archive, load(), Names({}))
        self.house = House(self.store, reader, lambda: "2026-01-01T00:00:00Z")
        self.day = 0

    def give(
        self, content: str | bytes, *, at: str = "", slot: str = "", name: str = "a.txt", claims: Claims | None = None
    ) -> None:
        self.day += 1
        data = content if isinstance(content, bytes) else content.encode()
        offer = Offer(data=data, name=name, slot=slot, at=at or f"2024-10-{self.day:02}T00:00:00Z", claims=claims or {})
        ingest(self.house, [offer])

    @property
    def documents(self) -> dict[str, str]:
        return {each["document"]: each["state"] for each in queries.documents(self.store)}

    @property
    def problems(self) -> set[str]:
        return {each["code"] for each in queries.problems(self.store) if each["holds"]}

    @property
    def changes(self) -> list[dict[str, Any]]:
        return queries.changes(self.store)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "data")
    yield made
    made.store.close()


@pytest.mark.parametrize("kind", NO_TEXT)
def test_what_is_no_text_is_kept_and_named(desk: Desk, kind: str) -> None:
    data, code = NO_TEXT[kind]

    desk.give(data)

    (capture,) = queries.undecided(desk.store)
    assert [problem["code"] for problem in capture["problems"]] == [code]
    assert desk.store.archive.get(capture["sha"]) == data


@pytest.mark.parametrize("kind", NO_TEXT)
def test_what_is_no_text_never_follows_a_document(desk: Desk, kind: str) -> None:
    data, code = NO_TEXT[kind]
    desk.give(GOOD)

    desk.give(data, claims=PINS)

    assert desk.documents == {NAME: "current"}
    assert code in desk.problems
    assert desk.changes == []


@pytest.mark.parametrize("kind", NO_DISCLOSURE)
@pytest.mark.parametrize("declared", [False, True])
def test_what_is_no_disclosure_is_held_even_where_its_identity_is_declared(
    desk: Desk, kind: str, declared: bool
) -> None:
    text, code = NO_DISCLOSURE[kind]

    desk.give(text, claims=PINS if declared else None)

    assert code in desk.problems
    assert "current" not in desk.documents.values()


@pytest.mark.parametrize("kind", NO_DISCLOSURE)
def test_what_is_no_disclosure_never_follows_one(desk: Desk, kind: str) -> None:
    text, code = NO_DISCLOSURE[kind]
    desk.give(GOOD, slot="https://a.example/")

    desk.give(text, slot="https://a.example/", claims=PINS)

    assert desk.documents == {NAME: "current"}
    assert code in desk.problems
    assert desk.changes == []


# --- what breaks the process that reads it ----------------------------------------------------------------------

MISBEHAVING = """
import os, signal
from scrapers.decode import isolation

def misbehave(data, *, name, declared_charset, limits):
    if b"crash" in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"grow" in data:
        return [bytes(1 << 20) for _ in range(1 << 20)]
    while True:
        pass

isolation.decode = misbehave
isolation._main()
"""


@pytest.fixture
def misbehaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Limits]:
    """Workers that misbehave as the bytes say; returned are limits within which that is soon over."""
    script = tmp_path / "misbehaving.py"
    script.write_text(MISBEHAVING)
    apart.close()
    monkeypatch.setattr("scrapers.decode.isolation._PROGRAM", ("-P", str(script)))
    yield Limits(seconds=1, memory=1_000_000_000)
    apart.close()


@pytest.mark.parametrize(("word", "code"), [("crash", "killed"), ("grow", "memory"), ("loop", "timeout")])
def test_a_file_that_breaks_its_reader_is_kept_and_named_and_the_others_go_on(
    desk: Desk, misbehaving: Limits, word: str, code: str
) -> None:
    desk.house = replace(desk.house, reader=replace(desk.house.reader, limits=misbehaving))
    data = f"%PDF-1.7 {word}".encode()

    desk.give(data, name="a.pdf")
    desk.give(GOOD)

    assert desk.problems == {f"file.{code}"}
    assert desk.documents == {NAME: "current"}
    (capture,) = queries.undecided(desk.store)
    assert desk.store.archive.get(capture["sha"]) == data


@pytest.mark.usefixtures("misbehaving")
def test_a_command_says_which_file_broke_its_reader_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('[reading]\ntimeout = "1s"\n')
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 loop")
    (tmp_path / "b.txt").write_text(GOOD)

    code = run(["--lang", "en", "ingest", "a.pdf", "b.txt"])

    assert code == 1
    assert "a.pdf: reading it took too long and was stopped" in capsys.readouterr().err
    assert run(["documents", "--json"]) == 0
    assert NAME in capsys.readouterr().out


# --- damage of a later version -----------------------------------------------------------------------------------


def tables(text: str) -> list[tuple[int, int]]:
    """Where the tables of a tab-separated text stand."""
    return [match.span() for match in re.finditer(r"(?:[^\n]*\t[^\n]*\n)+", text)]


def damaged(text: str, table: int, harm: Callable[[list[str]], list[str]]) -> str:
    start, end = tables(text)[table]
    return text[:start] + "".join(harm(text[start:end].splitlines(keepends=True))) + text[end:]


def without_cell(rows: list[str]) -> list[str]:
    cells = rows[-2].split("\t")
    return [*rows[:-2], "\t".join([cells[0], *cells[2:]]), rows[-1]]


def blanked(rows: list[str]) -> list[str]:
    return [re.sub(r"(?<=\t)-?[\d,]+\.\d\d(?=[\t\n])", "", row) for row in rows]


HARM: dict[str, tuple[int, Callable[[list[str]], list[str]], str]] = {
    "its second half is gone": (4, lambda rows: rows[: len(rows) // 2], "content.damaged"),
    "its heading is gone": (4, lambda rows: rows[3:], "content.damaged"),
    "a last line is gone": (2, lambda rows: rows[:-1], "content.line_lost"),
    "a column is gone": (4, lambda rows: [r.rstrip("\n").rpartition("\t")[0] + "\n" for r in rows], "content"),
    "a cell is gone": (2, without_cell, "content"),
    "its figures are gone": (1, blanked, "content.statement_emptied"),
    "it is gone": (5, lambda rows: [], "content.statement_lost"),
    "it stands twice": (3, lambda rows: rows * 2, "content.damaged"),
    "a form is torn": (-1, lambda rows: rows[: len(rows) // 2], "content.line_lost"),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_table_that_was_whole_is_held_when(desk: Desk, harm: str) -> None:
    table, how, code = HARM[harm]
    desk.give(GOOD)

    desk.give(damaged(GOOD, table, how))

    assert any(problem.startswith(code) for problem in desk.problems)
    assert desk.changes == []


@pytest.mark.parametrize("share", [20, 45, 60, 75])
def test_a_text_that_breaks_off_is_held(desk: Desk, share: int) -> None:
    at = GOOD.index("，", len(GOOD) * share // 100) - 2
    desk.give(GOOD)

    desk.give(GOOD[:at])

    assert any(problem.startswith("content.") for problem in desk.problems)
    assert desk.changes == []


def test_a_download_that_ends_inside_a_character_is_held(desk: Desk) -> None:
    data = GOOD.encode()
    desk.give(data)

    desk.give(data[: data.index("，".encode(), len(data) * 3 // 4) - 1])

    assert any(problem.startswith("content.") for problem in desk.problems)
    assert desk.changes == []


def test_a_whole_text_after_a_held_one_is_compared_with_the_last_that_stood(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(damaged(GOOD, 4, lambda rows: rows[: len(rows) // 2]))
    desk.give(GOOD.replace("主要原因是", "主要原因为", 1))

    assert [(c["subject"], c["kind"]) for c in desk.changes] == [("passage", "changed")]


def test_half_a_table_in_a_first_version_is_no_change_of_the_year(desk: Desk) -> None:
    before = make(3, 2022)
    desk.give(render(document(before, "hubei"), "tsv"), at="2023-10-01T00:00:00Z")
    year = render(document(evolve(before, 3), "hubei"), "tsv")
    table = 4

    desk.give(damaged(year, table, lambda rows: rows[: len(rows) // 2]))

    assert set(desk.documents.values()) == {"current"}
    assert desk.changes != []
    assert [c for c in desk.changes if c["statement"] == "final.05"] == []


# --- identity ----------------------------------------------------------------------------------------------------


def test_a_document_whose_year_is_in_conflict_is_held(desk: Desk) -> None:
    desk.give(GOOD)

    desk.give(GOOD.replace(f"{LEDGER.year}年度{LEDGER.unit}", f"{LEDGER.year + 1}年度{LEDGER.unit}", 1))

    assert sorted(desk.documents.values()) == ["current", "held"]
    assert desk.problems == {"identity.conflict"}
    assert desk.changes == []


def test_a_document_whose_unit_is_in_conflict_is_held(desk: Desk) -> None:
    desk.give(GOOD.replace(LEDGER.unit, "甲市水务局", 1))

    assert list(desk.documents.values()) == ["held"]
    assert desk.problems == {"identity.conflict"}


def test_a_department_s_and_a_unit_s_document_of_one_name_are_never_compared(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(GOOD.replace("部门", "单位"))

    assert desk.documents == {NAME: "current", NAME.replace("department", "unit"): "current"}
    assert desk.changes == []


def test_another_address_with_other_content_is_held(desk: Desk) -> None:
    desk.give(GOOD, slot="https://a.example/")

    desk.give(GOOD.replace("主要原因是", "主要原因为", 1), slot="https://b.example/")

    assert desk.problems == {"identity.overlap"}
    assert desk.changes == []


def test_the_same_text_again_under_another_name_or_address_is_a_second_witness(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(GOOD, name="b.txt")
    desk.give(GOOD, slot="https://b.example/")

    (each,) = queries.documents(desk.store)
    assert (each["versions"], each["problems"], desk.changes) == (1, [], [])
    assert each["last_seen"] > each["first_seen"]


def test_two_texts_of_one_moment_are_refused_together_and_one_after_the_other(desk: Desk) -> None:
    other = GOOD.replace("主要原因是", "主要原因为", 1).encode()
    at = "2024-10-01T00:00:00Z"
    offers = [Offer(data=data, name="a.txt", at=at, dated=True) for data in (GOOD.encode(), other)]

    with pytest.raises(SameMomentError):
        ingest(desk.house, offers)
    with pytest.raises(SameMomentError):
        ingest(desk.house, offers[1:] + offers[:1])


def test_a_late_attachment_is_one_change(desk: Desk) -> None:
    start = GOOD.index("第二部分", GOOD.index("第二部分") + 1)
    end = GOOD.index("第三部分", GOOD.index("第三部分") + 1)
    desk.give(GOOD[:start] + GOOD[end:], slot="page")

    desk.give(GOOD[start:end], slot="tables", name="tables.txt", claims=PINS)

    assert [(c["subject"], c["kind"], c["aspect"]) for c in desk.changes] == [("structure", "added", "piece")]


def test_the_order_of_arrival_decides_nothing_and_a_rebuild_gives_the_same(tmp_path: Path) -> None:
    revised = GOOD.replace("主要原因是", "主要原因为", 1)
    texts = [
        (GOOD, "2024-10-01T00:00:00Z"),
        (damaged(GOOD, 4, lambda rows: rows[: len(rows) // 2]), "2024-10-05T00:00:00Z"),
        (revised, "2024-10-09T00:00:00Z"),
        (render(document(make(3, LEDGER.year - 1), "hubei"), "tsv"), "2023-10-01T00:00:00Z"),
        (NEWS, "2024-10-02T00:00:00Z"),
    ]
    dumps: set[str] = set()
    for n, order in enumerate((texts, texts[::-1], texts[2:] + texts[:2])):
        desk = Desk(tmp_path / str(n))
        for text, at in order:
            desk.give(text, at=at)
        dumps.add("\n".join(dump(desk.store)))
        rebuild(desk.house)
        dumps.add("\n".join(dump(desk.store)))
        desk.store.close()

    assert len(dumps) == 1


# --- size --------------------------------------------------------------------------------------------------------

HUGE: dict[str, Callable[[], str]] = {
    "one long word": lambda: "的" * 1_000_000,
    "tabs": lambda: "公开" + "\t" * 500_000,
    "brackets": lambda: "（" * 200_000,
    "figures": lambda: "收入1,234.56万元，占5.3%；" * 20_000,
    "nested elements": lambda: f"<html><body>{'<div>' * 20_000}决算公开",
    "nested tables": lambda: f"<html><body>{'<table><tr><td>' * 2_000}决算公开",
    "a merged cell": lambda: "<table><tr><td rowspan=1000000 colspan=1000000>决算公开</td></tr></table>",
    "many rows": lambda: "".join(f"公开\t{i}.00\t{i}.00\n" for i in range(20_000)),
}


@pytest.mark.parametrize("kind", HUGE)
def test_huge_and_twisted_texts_are_named_like_any_other(desk: Desk, kind: str) -> None:
    desk.give(HUGE[kind](), name="a.html" if HUGE[kind]().startswith("<") else "a.txt")

    (capture,) = queries.undecided(desk.store)
    codes = {problem["code"] for problem in capture["problems"]}
    assert codes & {"document.not_disclosure", "document.template", "document.empty", "file.empty", "file.encoding"}
    assert "file.failed" not in codes


# --- the command line --------------------------------------------------------------------------------------------


def test_every_problem_is_shown_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("news.txt").write_text(NEWS, encoding="utf-8")
    Path("empty.txt").write_bytes(b"")
    Path("binary.bin").write_bytes(bytes(range(256)))
    assert run(["--lang", "zh", "ingest", "news.txt", "empty.txt", "binary.bin"]) == 1
    capsys.readouterr()

    assert run(["--lang", "zh", "documents"]) == 0

    shown = capsys.readouterr().out
    for words in ("文件是空的", "不是文本", "不像预决算公开", "tracker rule capture:", "重新导入"):
        assert words in shown
    assert "Traceback" not in shown


def test_every_problem_that_is_named_here_has_words_in_both_languages() -> None:
    codes = {code for _, code in (*NO_TEXT.values(), *NO_DISCLOSURE.values())}
    codes |= {f"content.{name}" for name in ("columns_lost", "misaligned", "cut_off", "statement_emptied", "damaged")}
    codes |= {"table.half", "table.repeated", "table.unknown", "table.header_mismatch", "identity.overlap"}

    for lang in ("zh", "en"):
        assert [code for code in sorted(codes) if not messages(lang).has(f"problem.{code}")] == []
