"""Parts of a stretch keep their hints."""

from tracker.normalize.flow import Stretch


def test_a_cut_moves_the_hints_along() -> None:
    stretch = Stretch(
        "一、职责负责某事。二、机构无", (0, 4, 9, 13), (0, 9), ((0, 1), (6, 2), (9, 3)), ((0, 4), (9, 13))
    )

    assert stretch.cut(4, 9) == Stretch("负责某事。", (0,), (), ((0, 1), (2, 2)), ())
    assert stretch.cut(9, 14) == Stretch("二、机构无", (0, 4), (0,), ((0, 3),), ((0, 4),))
    assert stretch.cut(0, len(stretch.text)) == stretch
    assert stretch.cut(7, 8).page(0) == 2
