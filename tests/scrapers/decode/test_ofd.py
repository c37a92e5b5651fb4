"""An OFD reads as its pages show."""

import pytest

from scrapers.blocks import Grid, TextLine, UndecodableError
from scrapers.decode import decode
from scrapers.decode.limits import Limits
from tests.generator.containers import package
from tests.generator.fixed import packed


def words(text: str, x: float, y: float, more: str = "") -> str:
    return (
        f'<ofd:TextObject Boundary="{x} {y} 100 5" Size="4" {more}><ofd:TextCode X="0" Y="4">{text}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def rule(path: str) -> str:
    return f'<ofd:PathObject Boundary="0 0 210 297"><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'


def read(*pages: str) -> list[str]:
    return [block.text for block in decode(packed(list(pages), 210, 297)).blocks if isinstance(block, TextLine)]


def test_words_are_read_from_the_top_whatever_order_they_are_stored_in() -> None:
    assert read(words("第二行", 20, 40) + words("第一行", 20, 20)) == ["第一行", "第二行"]


def test_words_of_one_line_are_one_line() -> None:
    assert read(words("收入合计", 20, 20) + words("万元", 52, 20) + words("2020.06", 36.5, 20)) == [
        "收入合计2020.06万元"
    ]


def test_pages_are_counted_and_their_edges_are_marked() -> None:
    decoded = decode(packed([words("甲", 20, 20), words("乙", 20, 20)], 210, 297))

    assert [(b.text, b.page, b.edge) for b in decoded.blocks if isinstance(b, TextLine)] == [
        ("甲", 1, "top"),
        ("乙", 2, "top"),
    ]
    assert (decoded.pages, decoded.format) == (2, "ofd")


def test_rules_make_a_table() -> None:
    lines = "".join(f"M 20 {y} L 120 {y} " for y in (20, 30, 40)) + "".join(
        f"M {x} 20 L {x} 40 " for x in (20, 70, 120)
    )
    drawing = words("项目", 22, 22) + words("决算数", 72, 22) + words("合计", 22, 32) + words("12.50", 72, 32)

    (grid,) = decode(packed([rule(lines) + drawing], 210, 297)).blocks

    assert isinstance(grid, Grid)
    assert [[cell.text for cell in row] for row in grid.rows] == [["项目", "决算数"], ["合计", "12.50"]]


def test_steps_between_letters_may_be_told_together() -> None:
    text = (
        '<ofd:TextObject Boundary="20 20 100 5" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="g 3 4 2 2">收入合计12'
        "</ofd:TextCode></ofd:TextObject>"
    )

    assert read(text) == ["收入合计12"]


def test_what_is_not_visible_is_not_read() -> None:
    assert read(words("甲", 20, 20) + words("密", 20, 40, 'Visible="false"')) == ["甲"]


def test_a_part_outside_of_the_container_is_not_read() -> None:
    body = "<OFD><DocBody><DocRoot>../../../etc/passwd</DocRoot></DocBody></OFD>"

    with pytest.raises(UndecodableError) as caught:
        decode(package({"OFD.xml": body}))

    assert caught.value.reason == "damaged"


def test_an_encrypted_one_and_one_of_too_many_pages_say_so() -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(package({"OFD.xml": "<OFD><Encryptions>x</Encryptions></OFD>"}))
    assert caught.value.reason == "encrypted"
    with pytest.raises(UndecodableError) as caught:
        decode(packed([words("甲", 20, 20)] * 5, 210, 297), limits=Limits(pages=4))
    assert (caught.value.reason, caught.value.what) == ("limit", "pages")


def test_a_page_without_words_is_told_as_a_picture() -> None:
    picture = '<ofd:ImageObject Boundary="10 10 190 270" ResourceID="5"/>'

    blocks = decode(packed([words("甲", 20, 20), picture], 210, 297)).blocks

    assert [type(block).__name__ for block in blocks] == ["TextLine", "Image"]
