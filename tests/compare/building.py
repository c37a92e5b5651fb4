"""Small disclosures built by hand, so that a test shows what it compares.

``passages`` are written with their figures in braces: ``支出合计{2,020.06万元|actual|expenditure/total/actual}`` prints
``支出合计2,020.06万元``; further parts are ``fact=…``, ``code=…``, ``base=…``, ``reason=…``, ``sign=-``.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from tracker.amounts import fen, parse
from tracker.compare import compare
from tracker.model import (
    Change,
    Comparison,
    Disclosure,
    Figure,
    Identity,
    Line,
    Passage,
    Role,
    Span,
    Statement,
)
from tracker.taxonomy import load

_FIGURE = re.compile(r"\{([^}]*)\}")
_PRINTED = re.compile(r"(-?[0-9,]+(?:\.[0-9]+)?)(.*)")


def figure(printed: str, role: str, key: str, *, sign: str = "", **more: Any) -> Figure:
    found = _PRINTED.fullmatch(printed)
    assert found is not None
    number = parse(found[1])
    assert number is not None
    value, unit = sign + number.value, found[2] or more.pop("unit", None)
    place = {} if "statement" in more else {"section": key.partition("/")[0]}
    return Figure(
        key=key,
        role=cast(Role, role),
        value=value,
        unit=unit,
        decimals=number.decimals,
        amount_fen=fen(value, unit),
        label=more.pop("label", key.split("/")[1]),
        quote=printed,
        **place,
        **more,
    )


class Builder:
    """Collects passages and statements into a disclosure."""

    def __init__(self, year: int = 2023, unit: str = "青禾市水务中心") -> None:
        self.identity = Identity(unit=unit, year=year, kind="final", scope="unit")
        self.passages: list[Passage] = []
        self.figures: list[Figure] = []
        self.statements: list[Statement] = []

    def section(self, section: str, *sentences: str, heading: str = "", statement: str | None = None) -> "Builder":
        for sentence in sentences:
            text = ""
            spans: list[Span] = []
            at = 0
            for found in _FIGURE.finditer(sentence):
                text += sentence[at : found.start()]
                printed, role, *rest = found[1].split("|")
                key = rest.pop(0) if rest and "=" not in rest[0] else f"{section}/{len(self.figures)}/{role}"
                more = dict(part.split("=", 1) for part in rest)
                spans.append(Span(len(text), len(text) + len(printed), len(self.figures)))
                self.figures.append(figure(printed, role, key, heading=heading, **more))
                text += printed
                at = found.end()
            text += sentence[at:]
            self.passages.append(
                Passage(section=section, heading=heading, text=text, spans=tuple(spans), statement=statement)
            )
        return self

    def table(
        self,
        statement: str,
        rows: Iterable[tuple[str, str, Mapping[str, str]]],
        *,
        unit: str = "万元",
        facts: Mapping[str, str] | None = None,
        **more: Any,
    ) -> "Builder":
        """Rows are (line id or code, label, {"measure/role": printed}); ``facts`` maps keys to facts."""
        lines: list[Line] = []
        for line, label, cells in rows:
            indexes: list[int] = []
            code = line if line.isdigit() else None
            for column, printed in cells.items():
                key = f"{statement}/{line}/{column}"
                indexes.append(len(self.figures))
                self.figures.append(
                    figure(
                        printed,
                        column.split("/")[1].split(":")[0],
                        key,
                        statement=statement,
                        label=label,
                        code=code,
                        measure=column.split("/")[0],
                        fact=(facts or {}).get(key),
                        unit=unit,
                    )
                )
            path = tuple(line.split(">")[:-1])
            over = [n for n, row in enumerate(lines) if row.id == "".join(path) or (code and row.code == code[:-2])]
            parent = over[-1] if over else None
            lines.append(Line(id=line, label=label, code=code, figures=tuple(indexes), path=path, parent=parent))
        self.statements.append(Statement(id=statement, title=statement, unit=unit, lines=tuple(lines), **more))
        return self

    def build(self) -> Disclosure:
        sections = tuple(dict.fromkeys(passage.section for passage in self.passages))
        made = Disclosure(
            identity=self.identity,
            sections=sections,
            passages=tuple(self.passages),
            statements=tuple(self.statements),
            figures=tuple(self.figures),
        )
        digest = hashlib.sha256(repr(made).encode()).hexdigest()
        return Disclosure(
            identity=made.identity,
            sections=sections,
            passages=made.passages,
            statements=made.statements,
            figures=made.figures,
            digest=digest,
        )


def revision(before: Builder, after: Builder) -> list[Change]:
    """Compare two states of one document."""
    return list(compare(before.build(), after.build(), "revision", load()).changes)


def years(before: Builder, after: Builder) -> Comparison:
    """Compare a document with the one of the year before."""
    return compare(before.build(), after.build(), "year", load())


def said(changes: Iterable[Change]) -> list[tuple[str, str, str]]:
    """The three words that say what a change is."""
    return [(change.subject, change.kind, change.aspect) for change in changes]


def applied(change: Change) -> tuple[str, str]:
    """What the operations take and what they give."""
    return (
        "".join(text for op, text in change.ops if op != "+"),
        "".join(text for op, text in change.ops if op != "-"),
    )
