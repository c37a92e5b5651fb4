"""A figure over the years and states: a row a meaning, a column a year, revisions side by side in their cell."""

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.cli.amounts import shown, table_unit
from tracker.cli.session import Session
from tracker.messages import Messages

Found = Mapping[str, Any]
Meaning = tuple[str, str]


def print_history(session: Session, found: Sequence[Found]) -> None:
    """Print one table for each unit, kind and scope."""
    from tracker.cli.tables import table

    words = session.words
    if not found:
        session.say("history.none")
        return
    for title, figures in _parted(words, found).items():
        years = sorted({each["year"] for each in figures})
        unit = table_unit([each["unit"] for each in figures])
        heads: Any = [(words("head.item_unit", unit=unit), "left"), *((str(year), "right") for year in years)]
        rows = [
            [_label(words, of), *(_cell(words, [each for each in of if each["year"] == year], unit) for year in years)]
            for of in _meanings(figures)
        ]
        if not session.terminal:
            heads = [(words("head.document"), "left"), *heads]
            rows = [[title, *row] for row in rows]
        session.print(table(heads, rows, terminal=session.terminal, title=title if session.terminal else ""), "")


def _parted(words: Messages, found: Sequence[Found]) -> dict[str, list[Found]]:
    parts: dict[str, list[Found]] = {}
    for each in found:
        name = f"{each['unit_name']} {words.name('kind', each['kind'])} {words.name('scope', each['scope'])}"
        parts.setdefault(name, []).append(each)
    return parts


def _meanings(figures: Sequence[Found]) -> list[list[Found]]:
    """Return the figures by what they mean: the fact that several places say, else the key; the best known first."""
    meanings: dict[Meaning, list[Found]] = {}
    for each in figures:
        name = each["fact"] or each["key"]
        meanings.setdefault((name, each["unit"] if each["fact"] is None else ""), []).append(each)
    order = {"actual": 0, "budget": 1}
    return sorted(meanings.values(), key=lambda of: (of[0]["fact"] is None, order.get(of[0]["role"], 2)))


def _label(words: Messages, of: Sequence[Found]) -> str:
    from tracker.cli.wording import item, place

    latest = of[-1]
    return item(words, latest) + ("" if latest["fact"] else f" · {place(words, latest)}")


def _cell(words: Messages, figures: Sequence[Found], unit: str) -> str:
    """Return the values of one year: ``a → b`` over its states, ``a / b`` where places of one state disagree."""
    states: dict[int, list[str]] = {}
    for each in figures:
        value = shown(each["value"], each["unit"], unit) + (words("history.held") if each["held"] else "")
        values = states.setdefault(each["state"], [])
        if value not in values:
            values.append(value)
    runs: list[str] = []
    for _, values in sorted(states.items()):
        said = " / ".join(values)
        if not runs or runs[-1] != said:
            runs.append(said)
    return " → ".join(runs)
