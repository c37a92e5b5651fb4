"""The words of the narrative that are data: every one of them is understood."""

import pytest

from tracker.normalize import prose
from tracker.taxonomy import load

TAXONOMY = load()


def one(text: str, section: str = "work") -> tuple[str, str | None, str]:
    context = prose.Context(section=section, heading="", year=2023, taxonomy=TAXONOMY)
    figure = prose.read(text, context).found[-1].figure
    return figure.role, figure.base, figure.value


@pytest.mark.parametrize("word", sorted(TAXONOMY.prose.directions))
def test_every_direction_word_makes_a_difference_or_a_growth(word: str) -> None:
    sign = "-" if TAXONOMY.prose.directions[word] < 0 else ""

    assert one(f"会议费3万元，比上年{word}5万元。") == ("delta", "上年", f"{sign}5")
    assert one(f"会议费3万元，比上年{word}5%。") == ("percent", "上年", f"{sign}5")


@pytest.mark.parametrize(
    ("phrase", "base"),
    [
        ("与2022年度相比，", "上年"),
        ("比2022年度决算数", "上年"),
        ("比2022年度", "上年"),
        ("较上年", "上年"),
        ("与上年相比，", "上年"),
        ("比去年同期", "上年"),
        ("同比", "上年"),
        ("比上年数", "上年"),
        ("比上年决算数", "上年决算"),
        ("较上年度决算", "上年决算"),
        ("比2022年预算", "上年预算"),
        ("比上年预算数", "上年预算"),
        ("比上年年初预算", "上年预算"),
        ("比2022年预算执行数", "上年预算执行数"),
        ("比2022年执行数", "上年预算执行数"),
        ("比年初预算数", "年初预算"),
        ("较年初预算", "年初预算"),
        ("比全年预算", "全年预算"),
        ("比调整预算数", "全年预算"),
        ("比调整后预算数", "全年预算"),
        ("比预算数", "预算"),
        ("比年度目标", "目标"),
        ("比计划数", "目标"),
    ],
)
def test_every_phrase_of_comparison_names_its_base(phrase: str, base: str) -> None:
    assert one(f"会议费3万元，{phrase}增加5万元。") == ("delta", base, "5")


def test_every_base_has_a_key_of_its_own() -> None:
    slugs = [base.id for base in TAXONOMY.bases.entries]

    assert len(set(slugs)) == len(slugs)
    assert all(slug.isascii() for slug in slugs)
    assert TAXONOMY.bases.slug("全年预算") == "full_budget"
    assert TAXONOMY.bases.slug("本年收入") is None


@pytest.mark.parametrize(("section", "whole"), sorted(TAXONOMY.prose.wholes.items()))
def test_a_share_that_names_no_whole_has_the_sections(section: str, whole: str) -> None:
    assert one("财政拨款收入100万元，占78.7%。", section) == ("share", whole, "78.7")
