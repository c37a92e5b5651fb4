"""Movements that a person reads as one: the same amounts before and after, in several places of two years' documents.

A budget prints one amount as income, as expenditure, by function and by purpose; each place has a fact of its own and
a change of its own, as the forms define them. A reader wants the movement once, and where else it stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]

_AMOUNTS = frozenset({"actual", "budget"})


def folded(found: Sequence[Found]) -> list[tuple[Found, tuple[Found, ...]]]:
    """Return each movement with those that repeat it, in the order given; only over years and for amounts.

    The one with a reason speaks. What came or went is the same only under one name: one of two amounts is no evidence.
    """
    groups: dict[tuple[object, ...], list[Found]] = {}
    for n, each in enumerate(found):
        groups.setdefault(_movement(each) or (n,), []).append(each)
    return [_spoken(own) for own in groups.values()]


def _spoken(own: Sequence[Found]) -> tuple[Found, tuple[Found, ...]]:
    speaks = next((each for each in own if each["reason"]), own[0])
    return speaks, tuple(each for each in own if each is not speaks)


def _movement(change: Found) -> tuple[object, ...] | None:
    """Return what makes two changes one movement, None where nothing does."""
    if change["axis"] != "year" or change["subject"] != "figure" or change["aspect"] != "value":
        return None
    if change["role"] not in _AMOUNTS:
        return None
    both = change["before"] is not None and change["after"] is not None
    name = "" if both else change["code"] or change["label"]
    documents = change["document_before"], change["document_after"]
    # 3990.40 and 3990.4 are one amount printed twice.
    amounts = tuple(None if change[side] is None else _plain(change[side]) for side in ("before", "after"))
    return *documents, *amounts, change["unit_before"], change["unit_after"], name


def _plain(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value
