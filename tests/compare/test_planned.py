"""A budget beside the final accounts of its year."""

from dataclasses import replace

from tests.compare.building import Builder, said
from tracker.compare import compare
from tracker.model import Comparison
from tracker.taxonomy import load

PLAN = "total/budget:initial_budget"
SPENT = "total/actual"
QUOTED = "general.items/{}/budget:initial_budget"


def plan(rows: dict[str, str], *, unit: str = "元") -> Builder:
    facts = {f"budget.05/{code}/{PLAN}": f"general.{code}:budget:initial_budget" for code in rows}
    builder = Builder(2023).table("budget.05", [(c, c, {PLAN: v}) for c, v in rows.items()], unit=unit, facts=facts)
    builder.identity = replace(builder.identity, kind="budget")
    builder.figures = [replace(figure, base="年初预算") for figure in builder.figures]
    return builder


def final(rows: dict[str, str]) -> Builder:
    facts = {f"final.05/{code}/{SPENT}": f"general.{code}" for code in rows}
    return Builder(2023).table("final.05", [(c, c, {SPENT: v}) for c, v in rows.items()], facts=facts)


def beside(before: Builder, after: Builder) -> Comparison:
    return compare(before.build(), after.build(), "budget", load())


def test_what_was_spent_is_compared_with_what_was_planned_in_the_unit_of_the_final_accounts() -> None:
    found = beside(plan({"2080101": "14,141,900.00"}), final({"2080101": "1,386.92"}))

    (change,) = found.changes
    assert (change.before, change.unit_before, change.after, change.unit_after) == (
        "14141900.00",
        "元",
        "1386.92",
        "万元",
    )
    assert (change.delta, change.percent) == ("-27.27", "-1.93")


def test_amounts_that_differ_by_rounding_of_another_unit_only_are_no_change() -> None:
    assert beside(plan({"2080101": "13,869,155.00"}), final({"2080101": "1,386.92"})).changes == ()


def test_an_item_that_was_planned_and_never_spent_is_removed_and_one_without_a_plan_is_added() -> None:
    changes = beside(
        plan({"2080101": "10.00", "2080109": "5.00"}, unit="万元"), final({"2080101": "10.00", "2080150": "7.00"})
    ).changes

    assert [(c.kind, c.code, c.delta) for c in changes] == [
        ("added", "2080150", "7.00"),
        ("removed", "2080109", "-5.00"),
    ]


def test_a_plan_that_the_final_accounts_quote_with_another_amount_is_restated() -> None:
    item = QUOTED.format("2080101")
    quoted = final({"2080101": "10.00"}).section(
        "general.items",
        f"年初预算为{{12.00万元|budget|{item}|code=2080101|base=年初预算|fact=general.2080101:budget:initial_budget}}。",
    )

    changes = beside(plan({"2080101": "10.00"}, unit="万元"), quoted).changes

    assert [(c.aspect, c.key, c.before, c.after) for c in changes] == [("restated", item, "10.00", "12.00")]


def test_the_plan_after_adjustment_is_compared_with_no_published_budget() -> None:
    adjusted = final({"2080101": "10.00"}).section(
        "general.items",
        "全年预算为{12.00万元|budget|general.items/2080101/budget:full_budget|code=2080101|base=全年预算"
        "|fact=general.2080101:budget:full_budget}。",
    )

    assert beside(plan({"2080101": "10.00"}, unit="万元"), adjusted).changes == ()


def test_only_a_reason_given_against_the_plan_explains_a_movement_from_it() -> None:
    def told(base: str) -> Builder:
        return final({"2080101": "8.00"}).section(
            "general.items",
            f"减少{{2.00万元|delta|general.items/2080101/delta|code=2080101|base={base}|reason=厉行节约"
            f"|reason_base={base}|sign=-|fact=general.2080101:delta}}。",
        )

    planned = plan({"2080101": "10.00"}, unit="万元")

    assert [c.reason for c in beside(planned, told("年初预算")).changes] == ["厉行节约"]
    assert [c.reason for c in beside(planned, told("上年")).changes] == [None]


def test_the_order_given_is_kept() -> None:
    (change,) = beside(final({"2080101": "8.00"}), plan({"2080101": "10.00"}, unit="万元")).changes

    assert (change.before, change.after, change.delta) == ("8.00", "10.00", "2.00")


def test_words_are_not_compared() -> None:
    changes = beside(
        plan({"2080101": "10.00"}).section("duties", "主管水务。"),
        final({"2080101": "0.001"}).section("duties", "主管水利。"),
    ).changes

    assert said(changes) == []
