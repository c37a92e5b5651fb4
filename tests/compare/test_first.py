from tests.compare.building import Builder
from tracker.compare import compare
from tracker.model import Change
from tracker.taxonomy import load


def revised(before: Builder, after: Builder) -> list[Change]:
    one, two = before.build(), after.build()
    return list(compare(one, two, "revision", load()).changes)


def test_one_fact_that_changed_in_table_and_text_is_one_change() -> None:
    def document(table: str, text: str) -> Builder:
        return (
            Builder()
            .table(
                "final.03",
                [("total", "合计", {"total/actual": table})],
                facts={"final.03/total/total/actual": "expenditure.total"},
            )
            .section("expenditure", f"本年支出合计{{{text}|actual|expenditure/total/actual|fact=expenditure.total}}。")
        )

    changes = revised(document("1728.50", "1,728.5万元"), document("1730.50", "1,730.5万元"))
    assert [(c.subject, c.kind, c.aspect, c.fact, c.before, c.after, c.delta, c.percent) for c in changes] == [
        ("figure", "changed", "value", "expenditure.total", "1728.50", "1730.50", "2.00", "0.12")
    ]
    assert changes[0].places == ("final.03/total/total/actual", "expenditure/total/actual")
    (stale,) = revised(document("1728.50", "1,728.5万元"), document("1730.50", "1,728.5万元"))
    assert stale.stale_places == ("expenditure/total/actual",)


def test_words_change_apart_from_figures() -> None:
    one = Builder().section(
        "income",
        "一、收入情况",
        "收入合计{10.00万元|actual|income/total/actual}，人员减少。",
        "其他事项说明如下，请见附件。",
    )
    two = Builder().section(
        "income",
        "一、收入情况",
        "收入合计{12.00万元|actual|income/total/actual}，人员有所减少。",
        "其他事项说明如下，请见附件。",
    )
    changes = revised(one, two)
    assert [(c.subject, c.kind) for c in changes] == [("passage", "changed"), ("figure", "changed")]
    assert changes[0].ops == (
        ("=", "收入合计"),
        ("-", "10.00万元"),
        ("+", "12.00万元"),
        ("=", "，人员"),
        ("+", "有所"),
        ("=", "减少。"),
    )
