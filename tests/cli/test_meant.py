"""What an asker means by a name: the fact of that name, and of a total also its parts."""

from tracker.between import facts_meant
from tracker.taxonomy import load

KNOWN = (
    "expenditure.total",
    "general.2080101",
    "three_public.reception",
    "three_public.total",
    "three_public.total:budget",
)


def test_the_three_public_expenses_mean_their_items_too() -> None:
    assert facts_meant("三公", KNOWN, load()) == KNOWN[2:]


def test_an_item_means_itself() -> None:
    assert facts_meant("公务接待费", KNOWN, load()) == ("three_public.reception",)


def test_a_name_that_no_line_has_means_no_fact() -> None:
    assert facts_meant("春风行动", KNOWN, load()) == ()
