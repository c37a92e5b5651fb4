"""The canonical structure of a disclosure, and what a comparison of two of them records.

Everything here is frozen. Field names are the contract's JSON names (see docs/reference). Amounts are decimal
strings as published, without separators, with integers of 分 beside them; never a float.
"""

from dataclasses import dataclass
from typing import Literal

from scrapers.blocks import Box

Kind = Literal["final", "budget"]
Scope = Literal["department", "unit"]
Axis = Literal["revision", "year", "budget"]
Role = Literal["actual", "budget", "prior", "delta", "percent", "share", "completion", "target", "weight", "score"]
Side = Literal["收入", "支出"]
Origin = Literal["text", "ocr"]
"""``ocr``: recognized in a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its meaning and its place.

    ``statement`` or ``section`` is set, the other is None. ``value`` is an exact decimal string (signed for
    ``delta`` and ``percent``: 减少/下降 negative), ``decimals`` the digits published after the point,
    ``amount_fen`` the amount in 分 where ``unit`` is a money unit, else None. ``path`` holds the names above the
    line. ``quote`` stands in the document but for white space. ``box`` is where on the page it is printed, where the
    format has pages as they are seen; ``confidence`` (a decimal, 0.00 to 1.00) is set where ``origin`` is ``ocr``:
    read in a picture.
    """

    key: str
    fact: str | None = None
    statement: str | None = None
    section: str | None = None
    heading: str = ""
    code: str | None = None
    label: str
    path: tuple[str, ...] = ()
    side: Side | None = None
    measure: str | None = None
    role: Role
    base: str | None = None
    period: int | None = None
    value: str
    unit: str | None = None
    decimals: int = 0
    amount_fen: int | None = None
    quote: str = ""
    page: int | None = None
    reason: str | None = None
    reason_base: str | None = None
    box: Box | None = None
    origin: Origin = "text"
    confidence: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start:end`` of a passage's text print figure number ``figure`` of the disclosure.

    Covers the numeral and its sign and unit words as far as they belong to the figure (``2,020.06万元``,
    ``5.3%``); direction words (增加, 下降) stay outside and are compared as words.
    """

    start: int
    end: int
    figure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence, heading or list item: the unit in which words are shown and moved.

    ``text`` is free of layout white space. Passages are cut by a pure function of the section's stream of
    characters, never by line ends, so that another wrap of the same text gives the same passages.
    ``statement`` is set for captions and notes of a statement (section ``tables``).
    """

    section: str
    heading: str
    text: str
    spans: tuple[Span, ...] = ()
    statement: str | None = None
    page: int | None = None
    origin: Origin = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term and its explanation from the glossary (名词解释); ``code`` where the term is a 功能分类 item."""

    term: str
    text: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of amounts: ``measure`` as published, tidied; ``number`` its 栏次 where printed."""

    id: str
    measure: str
    role: Role
    base: str | None = None
    number: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a statement. ``id`` is the line's part of the key; ``number`` its 行次 where printed.

    ``parent`` is an index into the statement's lines (by code, else by the printed order of 其中), ``memo`` marks
    a line that is part of another (其中：…) and never added to a total. ``figures`` are indexes into the
    disclosure's figures.
    """

    id: str
    label: str
    code: str | None = None
    side: Side | None = None
    path: tuple[str, ...] = ()
    parent: int | None = None
    number: str | None = None
    memo: bool = False
    figures: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A printed formula, parsed: ``total`` equals the signed sum of ``terms``; rows (行次) or columns (栏次).

    ``27 行 = (1+2+3) 行`` gives ``Formula("row", "27", (("1", 1), ("2", 1), ("3", 1)), quote)``.
    """

    over: Literal["row", "column"]
    total: str
    terms: tuple[tuple[str, int], ...]
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A standard table. ``state``: ``present``; ``empty`` (printed, holds no figure); ``missing`` (its heading or
    name stands in the document, its table does not: a picture, or lost). ``stub`` are the words of its heading that
    name no column of amounts (科目编码, 科目名称, 行次), sorted: layout may print them in any place."""

    id: str
    title: str
    number: str | None = None
    organisation: str | None = None
    unit: str | None = None
    state: Literal["present", "empty", "missing"] = "present"
    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    formulas: tuple[Formula, ...] = ()
    stub: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an aspect of the identity was decided: ``source`` is one of title, cover, table, form, text, link,
    name (of the file), declared."""

    aspect: Literal["unit", "year", "kind", "scope", "title", "published_on"]
    value: str
    source: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which document this is, as far as the text tells; an aspect that it does not tell is None."""

    unit: str | None = None
    year: int | None = None
    kind: Kind | None = None
    scope: Scope | None = None
    title: str | None = None
    published_on: str | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def document(self) -> str | None:
        """``UNIT/YEAR/KIND.SCOPE``, or None while any of the four is unknown."""
        if self.unit is None or self.year is None or self.kind is None or self.scope is None:
            return None
        return f"{self.unit}/{self.year}/{self.kind}.{self.scope}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What we could not read or decide: a signal for people, never a change.

    ``code`` names the kind (``identity.unit``, ``table.unknown`` …); the words for people come from the message
    catalogue by that code, filled with ``details``. ``holds``: nothing is compared until a person rules.
    """

    code: str
    place: str = ""
    quote: str = ""
    details: tuple[tuple[str, str], ...] = ()
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A number that looks like a figure and was not understood, with where it stands."""

    section: str
    number: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The canonical structure of one document (or of one piece of it).

    ``sections`` are the canonical ids found, in printed order; of a document in several files ``files`` has those of
    each: no file stands before another. ``digest`` is the hash of its content: two disclosures with equal digests
    differ in layout at most.
    """

    identity: Identity
    sections: tuple[str, ...] = ()
    files: tuple[tuple[str, ...], ...] = ()
    passages: tuple[Passage, ...] = ()
    statements: tuple[Statement, ...] = ()
    figures: tuple[Figure, ...] = ()
    definitions: tuple[Definition, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[Unread, ...] = ()
    digest: str = ""


Subject = Literal["figure", "passage", "structure"]
ChangeKind = Literal["added", "removed", "changed", "moved", "split", "merged"]
Operation = tuple[Literal["=", "-", "+"], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One recorded difference between two disclosures, before it is known which states they stood in.

    ``places`` are the keys (with heading) where the new value stands, ``stale_places`` those that by definition
    say the same and kept the old one. ``delta`` and ``percent`` are decimal strings (``percent`` None on base 0).
    ``ops`` applied to ``text_before`` give ``text_after`` and never cut a figure or a Latin word.
    ``origin`` is ``ocr`` where it rests on what was recognized in a picture, on either side.
    ``mask`` is what the change's id is made of besides before and after: the fact, or the masked text.
    """

    axis: Axis
    subject: Subject
    kind: ChangeKind
    aspect: str
    mask: str
    key: str | None = None
    key_before: str | None = None
    fact: str | None = None
    section: str | None = None
    statement: str | None = None
    code: str | None = None
    label: str | None = None
    measure: str | None = None
    role: Role | None = None
    before: str | None = None
    after: str | None = None
    unit_before: str | None = None
    unit_after: str | None = None
    delta: str | None = None
    percent: str | None = None
    text_before: str | None = None
    text_after: str | None = None
    ops: tuple[Operation, ...] = ()
    reason: str | None = None
    reason_base: str | None = None
    places: tuple[str, ...] = ()
    stale_places: tuple[str, ...] = ()
    origin: Origin = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLink:
    """Lines of two years that are one: lists on both sides (a merger, a split), with the evidence.

    ``evidence``: ``code`` (same code and concept), ``renumbered`` (declared), ``implied`` (this year minus the
    stated difference equals last year's amount), ``name`` (name and parent).
    """

    statement: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    evidence: Literal["code", "renumbered", "implied", "name"]
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What one comparison records. ``outcome`` is ``compared``, or ``too_large`` where some text could not be
    aligned within bounds (the changes then show it whole, before and after)."""

    axis: Axis
    changes: tuple[Change, ...] = ()
    links: tuple[LineLink, ...] = ()
    outcome: Literal["compared", "too_large"] = "compared"
