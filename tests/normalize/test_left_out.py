"""What a decoder left out of a file is a problem that people see, and no content."""

from scrapers.blocks import Decoded, TextLine, Trouble
from scrapers.decode import decode
from tests.generator.layouts import document
from tests.generator.ledger import make
from tests.generator.office import xlsx
from tracker.normalize import normalize
from tracker.taxonomy import load


def test_hidden_sheets_and_formulas_without_a_result_are_problems() -> None:
    troubles = (
        Trouble("sheet.hidden", "底稿"),
        *(Trouble("formula.uncached", f"收入表!B{n}") for n in range(2, 12)),
        Trouble("cell.error", "支出表!C3 #REF!"),
    )
    decoded = Decoded((TextLine("2023年度部门决算"),), "xlsx", "", troubles=troubles)

    problems = {problem.code: problem for problem in normalize(decoded, load(), name="表.xlsx").problems}

    assert problems["part.hidden"].quote == "底稿"
    assert problems["part.uncached"].quote.endswith("收入表!B9…")
    assert problems["part.error"].place == "表.xlsx"
    assert not any(problems[code].holds for code in ("part.hidden", "part.uncached", "part.error"))


def test_pages_that_could_not_be_read_are_named_by_their_numbers() -> None:
    troubles = tuple(Trouble("page.unread", str(page), page) for page in (3, 4, 11))

    problems = normalize(Decoded((TextLine("2023年度部门决算"),), "pdf", "", 12, troubles=troubles), load()).problems

    assert [(p.quote, p.holds) for p in problems if p.code == "part.unread"] == [("3–4、11", True)]


def test_pictures_that_could_not_be_read_are_named() -> None:
    troubles = tuple(Trouble("picture.unread", f"image{n}.png") for n in (2, 5))

    problems = normalize(Decoded((TextLine("2023年度部门决算"),), "docx", "", troubles=troubles), load()).problems

    assert [(p.quote, p.holds) for p in problems if p.code == "part.picture"] == [("image2.png、image5.png", True)]


def test_the_hidden_sheet_of_a_workbook_gives_no_figure() -> None:
    disclosure = normalize(decode(xlsx(document(make(3), "hubei"))), load())

    assert not any(figure.value == "12.5" for figure in disclosure.figures)
    assert "part.hidden" in {problem.code for problem in disclosure.problems}
