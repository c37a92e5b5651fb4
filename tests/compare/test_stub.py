"""Words of a table's heading that name no amounts are compared as all words are (no word changes unseen)."""

from pathlib import Path

from scrapers.decode import decode
from tracker.compare import compare
from tracker.normalize import normalize
from tracker.taxonomy import load


def test_a_word_of_a_heading_that_names_no_amounts_does_not_change_unseen(wuhan: Path) -> None:
    text = wuhan.read_text(encoding="utf-8")
    edited = text.replace("功能分类科目编码\t科目名称", "功能分类科目编码\t科目名辰", 1)
    assert edited != text
    before, after = (normalize(decode(each.encode()), load()) for each in (text, edited))

    (change,) = compare(before, after, "revision", load()).changes

    assert (change.subject, change.kind, change.aspect) == ("structure", "changed", "wording")
    assert (change.statement, change.before, change.after) == ("final.02", "科目名称", "科目名辰")
