"""How a change and a figure are said: where it stands, what it was and is, which words went and came."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from tracker.cli.amounts import converted, difference, grouped, shown, signed, table_unit
from tracker.messages import Messages

_CONTEXT = 24
"""Characters of unchanged words that are shown on each side of a changed one in a terminal."""

_AMOUNT = "金额"
"""The name of a column that says no more than that it holds amounts."""

_INITIAL = ":initial_budget"

_ALSO = 3
"""Places of one movement that are named beside the first."""


def place(words: Messages, thing: Mapping[str, Any]) -> str:
    """Return the statement or section of a figure or change in words."""
    if thing["statement"]:
        return statement(words, thing["statement"])
    return words.name("section", thing["section"]) if thing["section"] else ""


def statement(words: Messages, name: str) -> str:
    """Return a statement's name in words; a performance form is called by its project."""
    if words.has(f"statement.{name}"):
        return words(f"statement.{name}")
    if name.startswith("performance."):
        return words("statement.performance_of", name=name.removeprefix("performance."))
    return name


def place_of_key(words: Messages, key: str) -> str:
    """Return where a key stands, in words."""
    first = key.split("/")[0]
    return (
        statement(words, first) if "." in first and not words.has(f"section.{first}") else words.name("section", first)
    )


def item(words: Messages, thing: Mapping[str, Any]) -> str:
    """Return what a figure or change is about: code, label, measure, role with its base."""
    label = thing["label"] or thing["key"] or ""
    if thing["code"]:
        label = f"{thing['code']} {label}"
    measure = thing["measure"]
    silent = measure in (None, "", _AMOUNT, thing["label"]) or thing["statement"] in ("final.01", "budget.01")
    said: list[str] = [] if silent else [str(measure)]
    role = thing["role"]
    if role and role != "actual" and not said and not _plan(thing):
        base = thing.get("base") or words.name("base", (thing["key"] or "").partition(":")[2])
        said.append(words("item.role", role=words.name("role", role), base=base) if base else words.name("role", role))
    return words("item.of", label=label, said=words("comma").join(said)) if said else label


def _plan(thing: Mapping[str, Any]) -> bool:
    """Say whether a figure is a planned amount of a budget: what its document is about needs no word."""
    document = str(thing.get("document_after") or thing.get("document") or "")
    return thing["role"] == "budget" and "/budget." in document and (thing["key"] or "").endswith(_INITIAL)


def kind(words: Messages, change: Mapping[str, Any]) -> str:
    """Return what sort of change it is, in words."""
    aspect = change["aspect"]
    plain = aspect in ("value", "wording", "line", "section") and change["kind"] in (
        "changed",
        "added",
        "removed",
        "moved",
    )
    said = [words.name("kind", change["kind"])]
    if not plain:
        said.append(words.name("change_aspect", aspect))
    said.append(_origin(words, change))
    return " · ".join(each for each in said if each)


def _origin(words: Messages, change: Mapping[str, Any]) -> str:
    """Return that a change rests on what was read in a picture; nothing where it rests on text."""
    return words("item.recognized") if change.get("origin") == "ocr" else ""


def values(words: Messages, change: Mapping[str, Any], wanted: str) -> tuple[str, str, str, str]:
    """Return before, after, difference and percent of a change of a figure, amounts in ``wanted``."""
    # The growth of a share in percent is only confusing beside its difference in points.
    percent = "" if "%" in (change["unit_before"], change["unit_after"]) else signed(change["percent"])
    return (
        _value(change["before"], change["unit_before"], wanted),
        _value(change["after"], change["unit_after"], wanted),
        difference(change, wanted, words("item.points")),
        f"{percent}%" if percent else "",
    )


def _value(value: str | None, unit: str | None, wanted: str) -> str:
    if value is None:
        return ""
    try:
        return shown(value, unit, wanted)
    except ArithmeticError:  # words stand where a change of structure has names before and after
        return value


def unit_of(changes: Sequence[Mapping[str, Any]]) -> str:
    """Return the money unit for a table of changes."""
    return table_unit([unit for each in changes for unit in (each["unit_before"], each["unit_after"])])


def stale(words: Messages, change: Mapping[str, Any]) -> str:
    """Return where the old value was left standing, or nothing."""
    if not change["stale_places"]:
        return ""
    places = list(dict.fromkeys(place_of_key(words, each) for each in change["stale_places"]))
    return words("change.stale", places=words("comma").join(places))


def reason(words: Messages, change: Mapping[str, Any]) -> str:
    """Return the reason that the document gives, or nothing."""
    return words("change.reason", reason=change["reason"]) if change["reason"] else ""


def also(words: Messages, others: Sequence[Mapping[str, Any]]) -> str:
    """Return where else a movement stands, or nothing."""
    if not others:
        return ""
    named = [words("change.at", item=item(words, each), place=place(words, each)) for each in others[:_ALSO]]
    more = len(others) - len(named)
    return words("change.also_more" if more else "change.also", places=words("comma").join(named), more=more)


def operations(change: Mapping[str, Any], *, coloured: bool, brief: bool = False) -> Text:
    """Return the words of a change: gone ones red and struck, new ones green; without colour ``[-…-]{+…+}``."""
    told = Text()
    ops: Sequence[Sequence[str]] = change["ops"] or _whole(change)
    for n, (sign, text) in enumerate(ops):
        if sign == "=":
            told.append(_abridged(text, first=n == 0, last=n == len(ops) - 1) if brief else text)
        elif coloured:
            told.append(text, style="red strike" if sign == "-" else "green")
        else:
            told.append(f"[-{text}-]" if sign == "-" else f"{{+{text}+}}")
    return told


def _whole(change: Mapping[str, Any]) -> list[list[str]]:
    before, after = change["text_before"], change["text_after"]
    if change["kind"] == "moved":
        return [["=", after or before or ""]]
    return [*([["-", before]] if before else []), *([["+", after]] if after else [])]


def _abridged(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * _CONTEXT + 1:
        return text
    if first:
        return "…" + text[-_CONTEXT:]
    if last:
        return text[:_CONTEXT] + "…"
    return f"{text[:_CONTEXT]}…{text[-_CONTEXT:]}"


def sentence(words: Messages, change: Mapping[str, Any]) -> str:
    """Return a change in one line, for feeds and the demo."""
    where = place(words, change)
    around = {"place": where, "label": change["label"] or "", "kind": kind(words, change)}
    if change["subject"] == "figure":
        wanted = unit_of([change])
        before, after, delta, percent = values(words, change, wanted)
        unit = wanted if _money(change) else ""
        moved = "".join(f" {each}" for each in (delta, percent) if each)
        item_ = item(words, change)
        more = (reason(words, change), stale(words, change))
        text = words(
            "change.figure", item=item_, place=where, before=before or "—", after=after or "—", unit=unit, moved=moved
        )
        return text + "".join(f" {each}" for each in (_origin(words, change), *more) if each)
    if change["subject"] == "passage":
        return words("change.passage", **around, text=operations(change, coloured=False, brief=True).plain)
    return words(
        "change.structure", kind=around["kind"], text=" · ".join(each for each in structure(words, change) if each)
    )


def structure(words: Messages, change: Mapping[str, Any], *, brief: bool = False) -> list[str]:
    """Return what came, went or changed in the structure, and where it stands."""
    where = place(words, change)
    if change["aspect"] == "state":
        said = [words.name("statement_state", change[side]) for side in ("before", "after")]
        return [f"{where} {' → '.join(said)}"]
    if change["aspect"] == "statement":
        return [where]
    if change["aspect"] == "section" and change["kind"] == "moved":
        return [words("comma").join(words.name("section", each) for each in str(change["label"]).split("、"))]
    said = [str(change[side]) for side in ("before", "after") if change[side]]
    told = " → ".join(said) or operations(change, coloured=False, brief=brief).plain
    label = change["label"] or ""
    if change["kind"] == "removed" and change["aspect"] in ("withdrawn", "piece") and label:
        return [words("absent.of", text=told, how=_absence(words, label)), where]
    return [told if label in told else f"{label} {told}".strip(), where]


def _absence(words: Messages, how: str) -> str:
    """Return in words how it showed that something is gone."""
    sort, _, document = how.partition(": ")
    return words(f"absent.{sort}", document=document) if words.has(f"absent.{sort}") else how


def _money(change: Mapping[str, Any]) -> bool:
    return table_unit([change["unit_before"]]) != "" and (change["unit_after"] or change["unit_before"] or "").endswith(
        "元"
    )


__all__ = [
    "also",
    "converted",
    "grouped",
    "item",
    "kind",
    "operations",
    "place",
    "place_of_key",
    "reason",
    "sentence",
    "stale",
    "statement",
    "structure",
    "unit_of",
    "values",
]
