"""What a rendered document says: its figures, its paragraphs, and how two documents differ."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.generator.paper import Block, Document, Mark, Paragraph, Sheet


@dataclass(frozen=True, slots=True)
class TrueFigure:
    """A printed figure with its meaning: ``statement`` or ``section`` is set. ``value`` has the printed decimals."""

    fact: str
    statement: str | None
    section: str | None
    code: str | None
    label: str
    measure: str | None
    role: str
    base: str | None
    period: int | None
    value: str
    unit: str | None
    side: str | None
    quote: str

    @property
    def where(self) -> str:
        return self.statement or self.section or ""


def figures(document: Document) -> tuple[TrueFigure, ...]:
    """Every figure of the document, in printed order."""
    return tuple(_figure(block, mark) for block, mark in document.marks())


def _figure(block: Block, mark: Mark) -> TrueFigure:
    inside = isinstance(block, Sheet)
    return TrueFigure(
        fact=mark.fact,
        statement=block.statement if inside else None,
        section=None if inside else block.section,
        code=mark.code,
        label=mark.label,
        measure=mark.measure,
        role=mark.role,
        base=mark.base,
        period=mark.period,
        value=mark.value,
        unit=mark.unit,
        side=mark.side,
        quote=mark.printed if inside else block.text,
    )


def paragraphs(document: Document) -> dict[str, tuple[str, ...]]:
    """The texts of each section's paragraphs, in printed order; the contents list is layout and left out."""
    found: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        if paragraph.kind != "toc":
            found.setdefault(paragraph.section, []).append(paragraph.text)
    return {section: tuple(texts) for section, texts in found.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: a statement or a section, and on which line there."""

    where: str
    code: str | None
    label: str
    measure: str | None
    role: str


@dataclass(frozen=True, slots=True)
class Expected:
    """One change that must be recorded.

    A structure change (a unit renamed, a line renumbered, split or merged) has ``before`` and ``after`` as words or
    amounts.

    A figure change has ``fact`` (our name), ``before`` and ``after`` (values; None where it was not there), and
    ``places`` where the new value stands, ``stale`` where the old one was left. A passage change has ``text_before``
    and ``text_after``: for kind changed the whole sentence is not promised, only that these words are inside the
    recorded texts.
    """

    subject: str
    kind: str
    aspect: str
    fact: str | None = None
    before: str | None = None
    after: str | None = None
    text_before: str | None = None
    text_after: str | None = None
    section: str | None = None
    places: tuple[Place, ...] = ()
    stale: tuple[Place, ...] = ()
    unit_before: str | None = None
    unit_after: str | None = None
    role: str | None = None


def place(figure: TrueFigure) -> Place:
    return Place(figure.where, figure.code, figure.label, figure.measure, figure.role)


def by_fact(document: Document) -> dict[str, list[TrueFigure]]:
    found: dict[str, list[TrueFigure]] = {}
    for figure in figures(document):
        found.setdefault(figure.fact, []).append(figure)
    return found


def _masked(document: Document) -> dict[str, Paragraph]:
    return {p.key: p for p in document.paragraphs if p.kind != "toc"}


def _relative(text: str, year: int) -> str:
    """Words with years said relative to the document's own."""
    for offset in (1, 0, -1):
        text = text.replace(f"{year + offset}年", f"〔{offset}〕年").replace(f"{year + offset} 年", f"〔{offset}〕年")
    return text


def reworded(before: str, after: str, section: str, *, masked: tuple[str, str] | None = None) -> Expected:
    """A changed passage, narrowed to the sentences that differ: in themselves, or as ``masked``."""
    old, new = _SENTENCES.findall(before), _SENTENCES.findall(after)
    first, second = (_SENTENCES.findall(text) for text in masked or (before, after))
    start, end = 0, 0
    while start < min(len(first), len(second)) - 1 and first[start] == second[start]:
        start += 1
    while end < min(len(first), len(second)) - start - 1 and first[-1 - end] == second[-1 - end]:
        end += 1
    return Expected(
        "passage",
        "changed",
        "wording",
        section=section,
        text_before="".join(old[start : len(old) - end]),
        text_after="".join(new[start : len(new) - end]),
    )


_SENTENCES = re.compile(r"[^。]*。|[^。]+$")
_LIST_NUMBER = re.compile(r"^(?:\d{1,2}[.．、]\s*|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)])")


def differences(before: Document, after: Document, *, codes: Mapping[str, str] | None = None) -> tuple[Expected, ...]:
    """What must be recorded between two documents of one layout (same unit; same year, or the year after).

    Facts are compared by value; a fact that stands only in paragraphs added or removed as a whole is context of
    those and no record of its own. Paragraphs are paired by their keys; a paragraph whose masked words differ is a
    changed passage, whatever its figures do; a list number that only follows its place is none. ``codes`` maps a code
    of ``after`` to the one it had in ``before``.
    """
    if codes:
        after = recoded(after, codes)
    old_words, new_words = _masked(before), _masked(after)
    gone = {key for key in old_words if key not in new_words}
    come = {key for key in new_words if key not in old_words}
    expected: list[Expected] = []
    forms = [{sheet.key for sheet in doc.sheets} for doc in (before, after)]
    for kind, keys in (("removed", forms[0] - forms[1]), ("added", forms[1] - forms[0])):
        expected += [Expected("structure", kind, "statement", section=key) for key in sorted(keys)]
    old, new = _standing(before, gone | forms[0] - forms[1]), _standing(after, come | forms[1] - forms[0])
    for fact in [*old, *(f for f in new if f not in old)]:
        was, now = old.get(fact, []), new.get(fact, [])
        a, b = _value(was), _value(now)
        if a == b:
            continue
        kind = "changed" if was and now else "added" if now else "removed"
        aspect = "sign" if a is not None and b is not None and a == -b else "value"
        expected.append(
            Expected(
                subject="figure",
                kind=kind,
                aspect=aspect,
                fact=fact,
                before=was[0].value if was else None,
                after=now[0].value if now else None,
                section=(now or was)[0].where,
                places=tuple(place(f) for f in now or was),
                unit_before=was[0].unit if was else None,
                unit_after=now[0].unit if now else None,
                role=(now or was)[0].role,
            )
        )
    for run in _runs(before, gone):
        text = "".join(p.text for p in run)
        expected.append(Expected("passage", "removed", "wording", text_before=text, section=run[0].section))
    for run in _runs(after, come):
        text = "".join(p.text for p in run)
        expected.append(Expected("passage", "added", "wording", text_after=text, section=run[0].section))
    for key, paragraph in old_words.items():
        other = new_words.get(key)
        if other is None:
            continue
        was = _relative(_LIST_NUMBER.sub("", paragraph.skeleton), before.year)
        now = _relative(_LIST_NUMBER.sub("", other.skeleton), after.year)
        if was != now:
            expected.append(reworded(paragraph.text, other.text, other.section, masked=(was, now)))
    return tuple(expected)


def recoded(document: Document, codes: Mapping[str, str]) -> Document:
    """The document with the facts and keys of some codes named as last year named them; what is printed stays."""

    def renamed(name: str) -> str:
        return ".".join(codes.get(part, part) for part in name.split("."))

    def mark(m: Mark) -> Mark:
        return replace(m, fact=renamed(m.fact))

    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Sheet):
            rows = tuple(
                tuple(replace(c, mark=mark(c.mark)) if c.mark is not None else c for c in row) for row in block.rows
            )
            blocks.append(replace(block, rows=rows))
        else:
            runs = tuple(mark(run) if isinstance(run, Mark) else run for run in block.runs)
            blocks.append(replace(block, runs=runs, key=renamed(block.key)))
    return document.with_blocks(tuple(blocks))


def _standing(document: Document, without: set[str]) -> dict[str, list[TrueFigure]]:
    found: dict[str, list[TrueFigure]] = {}
    for block, mark in document.marks():
        if block.key not in without:
            found.setdefault(mark.fact, []).append(_figure(block, mark))
    return found


def _value(places: Iterable[TrueFigure]) -> Decimal | None:
    return next((Decimal(figure.value) for figure in places), None)


def _runs(document: Document, keys: set[str]) -> list[list[Paragraph]]:
    """Neighbouring paragraphs of ``keys`` in one section: what is moved or deleted together is one change."""
    runs: list[list[Paragraph]] = []
    last: Block | None = None
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.key in keys:
            if runs and last is runs[-1][-1] and runs[-1][-1].section == block.section:
                runs[-1].append(block)
            else:
                runs.append([block])
        last = block
    return runs
