"""The rows that storage keeps, one frozen dataclass a table; fields are columns, in the table's order.

Raw rows (``Look``, ``Capture``, ``Ruling``, ``LedgerLine``, ``Announced``, ``Detected``) record what happened. Derived
rows can all be made again from them; their keys are names and hashes of content, never an order of arrival, so that
the same captures give the same rows.

Columns that hold JSON are typed ``str`` and made with ``to_json``, which writes one text for one value. Amounts are
integers of 分 or exact decimal strings; the tables are STRICT and refuse a float. Times are ISO 8601 in UTC, of one
width (``2024-09-20T03:00:00Z``), so that their order as text is their order in time.
"""

import functools
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, cast


def to_json(value: object) -> str:
    """Return ``value`` (strings, numbers, lists, tuples, mappings) as JSON: compact, keys sorted, not escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def identifier(*parts: object) -> str:
    """Return the id of ``parts``: 32 hexadecimal digits of the SHA-256 of their JSON."""
    return hashlib.sha256(to_json(parts).encode()).hexdigest()[:32]


# --- raw -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Bytes in the archive: ``sha`` is their SHA-256, ``first_at`` the earliest look that brought them, ``packed`` the
    SHA-256 of the compressed file as it was when it was first taken in."""

    TABLE: ClassVar[str] = "captures"
    sha: str
    size: int
    first_at: str
    packed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One request to a source. ``id`` is the hash of all the rest (``Look.of`` makes it): the same look recorded
    twice is one. ``seq`` orders looks of one time. ``outcome``: captured, unchanged, gone, failed …; ``sha`` the
    capture it brought, if any; ``headers`` and ``claims`` (what the caller declared) are JSON objects; ``name`` is the
    file's name."""

    TABLE: ClassVar[str] = "looks"
    id: str
    source: str
    slot: str
    url: str | None = None
    final_url: str | None = None
    at: str
    seq: int = 0
    outcome: str = "captured"
    status: int | None = None
    sha: str | None = None
    headers: str = "{}"
    claims: str = "{}"
    exchange: str = "{}"
    error: str | None = None
    name: str | None = None
    visit: str | None = None

    @classmethod
    def of(
        cls,
        *,
        source: str,
        slot: str,
        at: str,
        seq: int = 0,
        outcome: str = "captured",
        url: str | None = None,
        final_url: str | None = None,
        status: int | None = None,
        sha: str | None = None,
        headers: Mapping[str, object] | None = None,
        claims: Mapping[str, object] | None = None,
        exchange: Mapping[str, object] | None = None,
        error: str | None = None,
        name: str | None = None,
        visit: str | None = None,
    ) -> "Look":
        """Return the look with its id."""
        content: dict[str, Any] = {
            "source": source,
            "slot": slot,
            "url": url,
            "final_url": final_url,
            "at": at,
            "seq": seq,
            "outcome": outcome,
            "status": status,
            "sha": sha,
            "headers": to_json(headers or {}),
            "claims": to_json(claims or {}),
            "exchange": to_json(exchange or {}),
            "error": error,
            "name": name,
            "visit": visit,
        }
        return cls(id=identifier(content), **content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A person's decision on ``subject`` (a document, a look, a comparison); ``details`` is a JSON object. ``id`` is
    the hash of all the rest."""

    TABLE: ClassVar[str] = "rulings"
    id: str
    subject: str
    decision: str
    details: str = "{}"
    at: str
    note: str = ""

    @classmethod
    def of(
        cls, *, subject: str, decision: str, at: str, details: Mapping[str, object] | None = None, note: str = ""
    ) -> "Ruling":
        """Return the ruling with its id."""
        text = to_json(details or {})
        ruling = identifier({"subject": subject, "decision": decision, "details": text, "at": at, "note": note})
        return cls(id=ruling, subject=subject, decision=decision, details=text, at=at, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A line of the ledger as the database knows it: its number, what it records (``kind``, and the id of the
    ``entry``), the SHA-256 of its bytes and that of the line before. Append-only."""

    TABLE: ClassVar[str] = "ledger"
    n: int
    kind: str
    entry: str
    hash: str
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """That ``change`` was announced through ``channel``; ``seal`` vouches for the rest (``storage.seals``)."""

    TABLE: ClassVar[str] = "announced"
    change: str
    channel: str
    at: str
    seal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """When ``change`` was first recorded. ``announce`` is 0 where only a new generation sees it. Kept when the change
    goes away and comes back, so it is history and not derived. ``seal`` vouches for the rest (``storage.seals``)."""

    TABLE: ClassVar[str] = "detected"
    change: str
    at: str
    announce: int = 1
    seal: str = ""


# --- derived: what was looked at, and which document it is -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A publishing body under the name that its documents are kept by."""

    TABLE: ClassVar[str] = "units"
    unit: str
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """Another name of ``unit``, in the years from–to (0 and None: open), with why we think so."""

    TABLE: ClassVar[str] = "unit_names"
    unit: str
    name: str
    from_year: int = 0
    to_year: int | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was understood of a look: its document (None while undecided), the identity with its evidence (JSON list),
    the ``digest`` of its content. Every look that was derived has one; looks without are ``Store.pending()``, and so
    are those whose reading is ``stale``: a ruling came after it."""

    TABLE: ClassVar[str] = "readings"
    look: str
    slot: str
    sha: str | None = None
    document: str | None = None
    unit: str | None = None
    year: int | None = None
    kind: str | None = None
    scope: str | None = None
    title: str | None = None
    published_on: str | None = None
    evidence: str = "[]"
    digest: str | None = None
    outcome: str = "read"
    held: int = 0
    stale: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """unit × year × kind × scope. ``versions``, ``pieces`` and ``problems`` are counts; ``understood`` is a decimal
    string from 0 to 1: the share of the numbers that were understood in its last version."""

    TABLE: ClassVar[str] = "documents"
    document: str
    unit: str
    year: int
    kind: str
    scope: str
    title: str | None = None
    published_on: str | None = None
    state: str = "current"
    versions: int = 0
    pieces: int = 0
    problems: int = 0
    understood: str | None = None
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A run of time in which a version stood; ``n`` counts from 1 in the order of time. ``version`` is None where the
    document was gone (``outcome`` withdrawn: from the first look that found it gone). ``held``: shown, not compared.
    ``published_on`` is the day that the publisher states, beside the time in which it was seen."""

    TABLE: ClassVar[str] = "states"
    document: str
    n: int
    version: str | None
    first_at: str
    last_at: str
    held: int = 0
    outcome: str = "published"
    published_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file of a state of a document, at its slot."""

    TABLE: ClassVar[str] = "pieces"
    document: str
    state: int
    slot: str
    sha: str
    role: str = "whole"
    look: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A distinct canonical content of a document.

    ``version`` names it inside its document and comes from the content (its digest, shortened), never from the order
    of arrival. ``basis`` says what its rows were derived from (the hashes of the pieces, in slot order): two rows with
    equal columns stand for equal contents, which are then left alone. ``sections`` is a JSON list, ``identity`` a JSON
    object, so that a disclosure can be read back whole.
    """

    TABLE: ClassVar[str] = "versions"
    document: str
    version: str
    digest: str
    basis: str
    sections: str = "[]"
    identity: str = "{}"
    understood: str | None = None
    figures: int = 0
    unread: int = 0
    problems: int = 0


# --- derived: the content of a version -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence, heading or list item; ``spans`` is a JSON list of [start, end, figure]; ``skeleton`` the hash of
    its masked text."""

    TABLE: ClassVar[str] = "passages"
    document: str
    version: str
    n: int
    section: str
    heading: str
    statement: str | None = None
    text: str
    spans: str = "[]"
    skeleton: str = ""
    page: int | None = None
    origin: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A table; ``columns`` and ``formulas`` are JSON lists."""

    TABLE: ClassVar[str] = "statements"
    document: str
    version: str
    n: int
    id: str
    title: str
    number: str | None = None
    organisation: str | None = None
    unit: str | None = None
    state: str = "present"
    page: int | None = None
    columns: str = "[]"
    formulas: str = "[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of statement ``statement``, which is statement number ``statement_n`` of the version; ``path`` and
    ``figures`` are JSON lists, ``parent`` is the ``n`` of a line of the same statement."""

    TABLE: ClassVar[str] = "lines"
    document: str
    version: str
    statement_n: int
    n: int
    statement: str
    id: str
    code: str | None = None
    label: str
    side: str | None = None
    path: str = "[]"
    parent: int | None = None
    number: str | None = None
    memo: int = 0
    figures: str = "[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its meaning and place; columns as in the contract, ``path`` and ``box`` JSON lists."""

    TABLE: ClassVar[str] = "figures"
    document: str
    version: str
    n: int
    key: str
    fact: str | None = None
    statement: str | None = None
    section: str | None = None
    heading: str = ""
    code: str | None = None
    label: str
    path: str = "[]"
    side: str | None = None
    measure: str | None = None
    role: str
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
    origin: str = "text"
    box: str | None = None
    confidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term of the glossary."""

    TABLE: ClassVar[str] = "definitions"
    document: str
    version: str
    n: int
    term: str
    text: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What could not be read or decided. ``subject`` is a document's name, or a look's id while its document is not
    known; ``version`` is empty where the problem is not one version's; ``details`` is a JSON object or list."""

    TABLE: ClassVar[str] = "problems"
    subject: str
    version: str = ""
    n: int
    code: str
    place: str = ""
    quote: str = ""
    details: str = "[]"
    holds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A number that looks like a figure and was not understood."""

    TABLE: ClassVar[str] = "unread"
    document: str
    version: str
    n: int
    section: str
    number: str
    quote: str


# --- derived: comparisons and changes --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two states and an axis. ``basis`` says what its changes were derived from (the bases of both versions): where it
    is the same, they are left alone. ``seen_before``/``seen_after``: last look with the old, first with the new.
    ``explained``: the publisher says itself that something was corrected (更正说明)."""

    TABLE: ClassVar[str] = "comparisons"
    id: str
    axis: str
    document_before: str
    version_before: str | None
    state_before: int
    document_after: str
    version_after: str | None
    state_after: int
    outcome: str = "compared"
    superseded: int = 0
    seen_before: str | None = None
    seen_after: str | None = None
    basis: str = ""
    explained: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLink:
    """Lines of two years that are one; ``before`` and ``after`` are JSON lists of line ids."""

    TABLE: ClassVar[str] = "line_links"
    comparison: str
    n: int
    statement: str
    before: str
    after: str
    evidence: str
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One recorded difference. What the contract says of both documents (names, versions, times seen, superseded)
    stands in its comparison, ``detected_at`` in ``detected``; queries join them.

    ``ops``, ``places`` and ``stale_places`` are JSON lists; ``size_fen`` is the size of the movement in 分 (absolute;
    None where it is not money), ``percent_sort`` the growth in ten-thousandths of a percent (signed)."""

    TABLE: ClassVar[str] = "changes"
    id: str
    comparison: str
    n: int
    axis: str
    subject: str
    kind: str
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
    role: str | None = None
    before: str | None = None
    after: str | None = None
    unit_before: str | None = None
    unit_after: str | None = None
    delta: str | None = None
    percent: str | None = None
    text_before: str | None = None
    text_after: str | None = None
    ops: str = "[]"
    reason: str | None = None
    reason_base: str | None = None
    places: str = "[]"
    stale_places: str = "[]"
    origin: str = "text"
    size_fen: int | None = None
    percent_sort: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the rows of table ``part`` that belong to ``owner`` and ``version`` were when they were written; see
    ``storage.seals``."""

    TABLE: ClassVar[str] = "seals"
    part: str
    owner: str
    version: str
    rows: str


# --- what is replaced together ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All rows of one version but its ``Version`` row."""

    passages: tuple[Passage, ...] = ()
    statements: tuple[Statement, ...] = ()
    lines: tuple[Line, ...] = ()
    figures: tuple[Figure, ...] = ()
    definitions: tuple[Definition, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRows:
    """Everything derived of one document.

    ``contents`` maps a version's name to its rows; it may leave out versions whose row in the database equals the
    given one, and is asked only for the others, so that it may make them then. ``problems`` are those of no single
    version (``version`` empty).
    """

    document: Document
    states: tuple[State, ...] = ()
    pieces: tuple[Piece, ...] = ()
    versions: tuple[Version, ...] = ()
    contents: Mapping[str, Contents] = field(default_factory=dict[str, Contents])
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRows:
    """A comparison with its changes and links. Both None: they stand in the database already (the ``basis`` is the
    same), only the comparison's own row may differ (times seen, superseded)."""

    comparison: Comparison
    changes: tuple[Change, ...] | None = ()
    links: tuple[LineLink, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRows:
    """The reading of one look, with the problems of a look whose document is not known (``subject`` is its id)."""

    reading: Reading
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRows:
    """A unit and its other names."""

    unit: Unit
    names: tuple[UnitName, ...] = ()


Row = (
    Capture
    | Look
    | Ruling
    | LedgerLine
    | Announced
    | Detected
    | Unit
    | UnitName
    | Reading
    | Document
    | State
    | Piece
    | Version
    | Passage
    | Statement
    | Line
    | Figure
    | Definition
    | Problem
    | Unread
    | Comparison
    | LineLink
    | Change
    | Seal
)

RAW: tuple[type[Row], ...] = (Capture, Look, Ruling, LedgerLine, Announced, Detected)
"""The classes of raw rows."""

DERIVED: tuple[type[Row], ...] = (
    Unit,
    UnitName,
    Reading,
    Document,
    Version,
    State,
    Piece,
    Passage,
    Statement,
    Line,
    Figure,
    Definition,
    Problem,
    Unread,
    Comparison,
    LineLink,
    Change,
)
"""The classes of derived rows, parents before those that refer to them."""

BOOKKEEPING: tuple[type[Row], ...] = (Seal,)
"""The classes of rows that say something of other rows."""


@functools.cache
def columns(row: type[Row]) -> tuple[str, ...]:
    """Return the columns of the class ``row``, in order."""
    return tuple(each.name for each in fields(row))


@functools.cache
def values(row: type[Row]) -> Callable[[Row], tuple[object, ...]]:
    """Return the function that gives the values of a row of the class ``row``, in the order of its columns."""
    return cast("Callable[[Row], tuple[object, ...]]", attrgetter(*columns(row)))
