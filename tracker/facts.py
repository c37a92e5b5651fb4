"""What a figure says, shared by the places that by definition say the same. Pure.

E.g. 01 表 58 行, 03 表合计 and 三 支出合计 are ``expenditure.total``.
"""

from tracker.model import Figure
from tracker.taxonomy import Taxonomy, load

_UNSAID = frozenset({"预算", "全年预算"})
"""Bases of a 三公 budget that mean what 09 表 prints as 预算数: the budget after adjustment (note below the form)."""


def fact(figure: Figure, taxonomy: Taxonomy | None = None) -> str | None:
    """Return the fact that ``figure`` says, or None where its place shares none with another.

    ``expenditure.total`` for an amount spent; other roles say so: ``overall.total:delta:prior``. ``taxonomy`` is the
    one read from the data files unless another is passed.
    """
    data = taxonomy if taxonomy is not None else load()
    place, line = _place(figure)
    name = data.facts.of(place, line)
    if name is None or figure.role == "actual":
        return name
    base = figure.base
    if figure.role == "budget" and name.startswith("three_public") and base in _UNSAID:
        base = None
    if base is None:
        return f"{name}:{figure.role}"
    return f"{name}:{figure.role}:{data.bases.slug(base) or base}"


def _place(figure: Figure) -> tuple[str, str]:
    """Return a figure's key without role and base, and the line's part of it."""
    place = figure.key.rpartition("/")[0]
    return place, place.split("/")[1] if "/" in place else ""
