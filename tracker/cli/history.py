"""A figure over the years and states: a row a meaning, a column a year, revisions side by side in their cell.

A code is not one line over the years where a comparison found otherwise (2040405 took in three others in 2018): there
its row ends and another begins, and what became of the line is said below the table.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tracker.cli.amounts import shown, table_unit
from tracker.cli.session import Session
from tracker.messages import Messages

Found = Mapping[str, Any]
Meaning = tuple[str, str, int]
Breaks = Mapping[str, Sequence[int]]

_CODE = re.compile(r"(?<!\d)(?:\d{7}|\d{5}|\d{3})(?!\d)")


def relinked(change: Found) -> bool:
    """Say whether a change tells that lines went on as others: merged, split, under another code."""
    return change["aspect"] == "renumbered" or change["kind"] in ("merged", "split")


def print_history(session: Session, found: Sequence[Found], links: Sequence[Found] = ()) -> None:
    """Print one table for each unit, kind and scope; ``links`` are the changes of lines that went on as others."""
    from tracker.cli.tables import table

    words = session.words
    if not found:
        session.say("history.none")
        return
    for title, figures in _parted(words, found).items():
        years = sorted({each["year"] for each in figures})
        unit = table_unit([each["unit"] for each in figures])
        heads: Any = [(words("head.item_unit", unit=unit), "left"), *((str(year), "right") for year in years)]
        own = [each for each in links if _of(each, figures[0])]
        meanings = _meanings(figures, _breaks(own))
        rows = [
            [label, *(_cell(words, [each for each in of if each["year"] == year], unit) for year in years)]
            for label, of in zip(_labels(words, meanings), meanings, strict=True)
        ]
        if not session.terminal:
            heads = [(words("head.document"), "left"), *heads]
            rows = [[title, *row] for row in rows]
        session.print(table(heads, rows, terminal=session.terminal, title=title if session.terminal else ""))
        codes = {each["code"] for each in figures}
        for each in own:
            if not codes.isdisjoint(_CODE.findall(each["label"])):
                what = (
                    words.name("kind", each["kind"]) if each["kind"] != "changed" else words("change_aspect.renumbered")
                )
                session.say("history.linked", year=_year(each), what=what, lines=each["label"])
        session.print("")


def _parted(words: Messages, found: Sequence[Found]) -> dict[str, list[Found]]:
    parts: dict[str, list[Found]] = {}
    for each in found:
        name = f"{each['unit_name']} {words.name('kind', each['kind'])} {words.name('scope', each['scope'])}"
        parts.setdefault(name, []).append(each)
    return parts


def _year(change: Found) -> int:
    return int(str(change["document_after"]).split("/")[1])


def _of(change: Found, figure: Found) -> bool:
    """Say whether a change is one of the unit, kind and scope of a figure."""
    unit, _, rest = str(change["document_after"]).split("/")
    return (unit, rest) == (figure["unit_name"], f"{figure['kind']}.{figure['scope']}")


def _breaks(links: Sequence[Found]) -> Breaks:
    """Return the years from which on a code means another line than before."""
    found: dict[str, list[int]] = {}
    for each in links:
        for code in _CODE.findall(each["label"]):
            found.setdefault(code, []).append(_year(each))
    return found


def _meanings(figures: Sequence[Found], breaks: Breaks) -> list[list[Found]]:
    """Return the figures by what they mean: the fact that several places say, else the key, of one line over the
    years; the best known first."""
    meanings: dict[Meaning, list[Found]] = {}
    for each in figures:
        name = each["fact"] or each["key"]
        line = sum(year <= each["year"] for year in breaks.get(each["code"] or "", ()))
        meanings.setdefault((name, each["unit"] if each["fact"] is None else "", line), []).append(each)
    order = {"actual": 0, "budget": 1}
    return sorted(meanings.values(), key=lambda of: (of[0]["fact"] is None, order.get(of[0]["role"], 2)))


def _labels(words: Messages, meanings: Sequence[Sequence[Found]]) -> list[str]:
    """Return what each row is about; where two would be called alike, with the place."""
    from tracker.cli.wording import item, place

    def where(of: Sequence[Found]) -> str:
        return place(words, next((each for each in of if each["statement"]), of[-1]))

    labels = [item(words, of[-1]) for of in meanings]
    years = [{each["year"] for each in of} for of in meanings]
    alike = Counter((label, year) for label, own in zip(labels, years, strict=True) for year in own)
    return [
        f"{label} · {where(of)}" if of[-1]["fact"] is None or any(alike[label, year] > 1 for year in own) else label
        for label, of, own in zip(labels, meanings, years, strict=True)
    ]


def _cell(words: Messages, figures: Sequence[Found], unit: str) -> str:
    """Return the values of one year: ``a → b`` over its states, ``a / b`` where places of one state disagree."""
    states: dict[int, dict[object, str]] = {}
    for each in figures:
        value = shown(each["value"], each["unit"], unit) + (words("history.held") if each["held"] else "")
        # 1,895.00 in a table and 1,895 in the words are one amount, said with the digits of the table.
        amount = Decimal(each["value"]), each["unit"], each["held"]
        values = states.setdefault(each["state"], {})
        values[amount] = max(values.get(amount, ""), value, key=len)
    runs: list[str] = []
    for _, values in sorted(states.items()):
        said = " / ".join(dict.fromkeys(values.values()))
        if not runs or runs[-1] != said:
            runs.append(said)
    return " → ".join(runs)
