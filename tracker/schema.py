"""The contract as JSON Schemas (2020-12): what every ``--json`` prints, name by name.

Names stay; more may be added. Tests hold these against the output of every command.
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from tracker.outcomes import Outcome

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"type": ["string", "null"]}
_NUMBER: Schema = {"type": "integer"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MAYBE: Schema = {"type": ["integer", "null"]}
_FLAG: Schema = {"type": "boolean"}
_DECIMAL: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_DECIMAL_MAYBE: Schema = {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d+)?$"}
_MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_MOMENT_MAYBE: Schema = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_BOX: Schema = {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def _one_of(*values: str | None) -> Schema:
    return {"enum": list(values)}


def _object(properties: Mapping[str, Schema], title: str, optional: Sequence[str] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"title": title, "type": "object", "properties": dict(properties), "required": required}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


_KIND = _one_of("final", "budget", None)
_SCOPE = _one_of("department", "unit", None)
_ORIGIN = _one_of("text", "ocr")
_AXIS = _one_of("revision", "year", "budget")
_ROLE = (
    "actual", "budget", "prior", "delta", "percent", "share", "completion", "target", "weight", "score",
)  # fmt: skip

FIGURE = _object(
    {
        "document": _TEXT,
        "version": _TEXT,
        "key": _TEXT,
        "fact": _WORDS,
        "statement": _WORDS,
        "section": _WORDS,
        "heading": _TEXT,
        "code": _WORDS,
        "label": _TEXT,
        "path": _TEXTS,
        "side": _one_of("收入", "支出", None),
        "measure": _WORDS,
        "role": _one_of(*_ROLE),
        "base": _WORDS,
        "period": _MAYBE,
        "value": _DECIMAL,
        "unit": _WORDS,
        "decimals": _COUNT,
        "amount_fen": _MAYBE,
        "quote": _TEXT,
        "page": _MAYBE,
        "reason": _WORDS,
        "reason_base": _WORDS,
        "origin": _ORIGIN,
        "box": _BOX,
        "confidence": _DECIMAL_MAYBE,
    },
    "figure",
)

PASSAGE = _object(
    {
        "document": _TEXT,
        "version": _TEXT,
        "section": _TEXT,
        "heading": _TEXT,
        "statement": _WORDS,
        "text": _TEXT,
        "page": _MAYBE,
        "origin": _ORIGIN,
        "first_seen": _MOMENT_MAYBE,
        "last_seen": _MOMENT_MAYBE,
    },
    "passage",
)

CHANGE = _object(
    {
        "id": _TEXT,
        "axis": _AXIS,
        "comparison": _TEXT,
        "subject": _one_of("figure", "passage", "structure"),
        "kind": _one_of("added", "removed", "changed", "moved", "split", "merged"),
        "aspect": _TEXT,
        "key": _WORDS,
        "key_before": _WORDS,
        "fact": _WORDS,
        "section": _WORDS,
        "statement": _WORDS,
        "code": _WORDS,
        "label": _WORDS,
        "measure": _WORDS,
        "role": _one_of(*_ROLE, None),
        "before": _WORDS,
        "after": _WORDS,
        "unit_before": _WORDS,
        "unit_after": _WORDS,
        "delta": _DECIMAL_MAYBE,
        "percent": _DECIMAL_MAYBE,
        "text_before": _WORDS,
        "text_after": _WORDS,
        "ops": _list({"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}),
        "reason": _WORDS,
        "reason_base": _WORDS,
        "places": _TEXTS,
        "stale_places": _TEXTS,
        "origin": _ORIGIN,
        "document_before": _TEXT,
        "version_before": _WORDS,
        "document_after": _TEXT,
        "version_after": _WORDS,
        "seen_before": _MOMENT_MAYBE,
        "seen_after": _MOMENT_MAYBE,
        "detected_at": _MOMENT_MAYBE,
        "superseded": _FLAG,
        "explained": _FLAG,
        "announce": _FLAG,
    },
    "change",
)

PROBLEM = _object(
    {
        "subject": _TEXT,
        "version": _TEXT,
        "code": _TEXT,
        "place": _TEXT,
        "quote": _TEXT,
        "details": {"type": "object"},
        "holds": _FLAG,
        "message": _TEXT,
    },
    "problem",
)

PIECE = _object({"state": _MAYBE, "slot": _TEXT, "sha": _TEXT, "role": _TEXT, "look": _WORDS}, "piece")
STATE = _object(
    {
        "n": _NUMBER,
        "version": _WORDS,
        "first_at": _MOMENT,
        "last_at": _MOMENT,
        "held": _FLAG,
        "outcome": _TEXT,
        "published_on": _WORDS,
    },
    "state",
)
EVIDENCE = _object({"aspect": _TEXT, "value": _TEXT, "source": _TEXT, "quote": _TEXT}, "evidence")

_DOCUMENT: dict[str, Schema] = {
    "document": _TEXT,
    "unit": _WORDS,
    "year": _MAYBE,
    "kind": _KIND,
    "scope": _SCOPE,
    "title": _WORDS,
    "published_on": _WORDS,
    "versions": _COUNT,
    "state": _one_of("current", "held", "withdrawn"),
    "pieces": _list(PIECE),
    "problems": _list(PROBLEM),
    "understood": {"type": ["string", "null"], "pattern": r"^[01]\.\d+$"},
    "first_seen": _MOMENT_MAYBE,
    "last_seen": _MOMENT_MAYBE,
    "states": _list(STATE),
}
DOCUMENT = _object(_DOCUMENT, "document")

LINE = _object(
    {
        "id": _TEXT,
        "code": _WORDS,
        "label": _TEXT,
        "side": _one_of("收入", "支出", None),
        "path": _TEXTS,
        "parent": _MAYBE,
        "number": _WORDS,
        "memo": _NUMBER,
        "figures": _list(FIGURE),
    },
    "line",
)
STATEMENT = _object(
    {
        "document": _TEXT,
        "version": _TEXT,
        "id": _TEXT,
        "title": _TEXT,
        "number": _WORDS,
        "organisation": _WORDS,
        "unit": _WORDS,
        "state": _one_of("present", "empty", "missing"),
        "page": _MAYBE,
        "columns": _list({"type": "object"}),
        "formulas": _list({"type": "object"}),
        "lines": _list(LINE),
    },
    "statement",
)
DEFINITION = _object({"document": _TEXT, "version": _TEXT, "term": _TEXT, "text": _TEXT, "code": _WORDS}, "definition")
UNREAD = _object({"document": _TEXT, "version": _TEXT, "section": _TEXT, "number": _TEXT, "quote": _TEXT}, "unread")

SHOWN = _object(
    {
        **_DOCUMENT,
        "version": _WORDS,
        "evidence": _list(EVIDENCE),
        "sections": _TEXTS,
        "statements": _list(STATEMENT),
        "passages": _list(PASSAGE),
        "definitions": _list(DEFINITION),
        "unread": _list(UNREAD),
    },
    "shown",
)

HISTORY = _object(
    {
        **FIGURE["properties"],
        "unit_name": _TEXT,
        "year": _NUMBER,
        "kind": _KIND,
        "scope": _SCOPE,
        "state": _NUMBER,
        "held": _FLAG,
        "first_at": _MOMENT,
        "last_at": _MOMENT,
    },
    "told",
)

HIT = _object(
    {
        "what": _one_of("passage", "line", "change"),
        "document": _TEXT,
        "version": _WORDS,
        "section": _WORDS,
        "statement": _WORDS,
        "heading": _TEXT,
        "text": _TEXT,
        "page": _MAYBE,
        "comparison": _WORDS,
        "change": _WORDS,
    },
    "hit",
)

_FILE = _object(
    {
        "file": _TEXT,
        "at": _MOMENT,
        "sha": _WORDS,
        "look": _WORDS,
        "document": _WORDS,
        "outcome": _one_of(*get_args(Outcome)),
        "source": _WORDS,
        "why": _WORDS,
        "until": _MOMENT_MAYBE,
        "state": _MAYBE,
        "problems": _list(PROBLEM),
    },
    "file",
)
_TROUBLE = _object(
    {
        "code": _one_of("missing", "unreadable", "folder", "moment", "crashed"),
        "file": _TEXT,
        "why": _TEXT,
        "document": _WORDS,
        "at": _MOMENT_MAYBE,
        "message": _TEXT,
    },
    "trouble",
)
REPORT = _object(
    {
        "files": _list(_FILE),
        "troubles": _list(_TROUBLE),
        "documents": _TEXTS,
        "looks": _COUNT,
        "changes": _COUNT,
        "rebuilt": _FLAG,
    },
    "report",
)
REHEARSED = _object(
    {
        "listings": _list(
            _object({"url": _TEXT, "outcome": _TEXT, "status": _MAYBE, "error": _WORDS}, "look at a listing")
        ),
        "documents": _list(
            _object(
                {
                    "url": _TEXT,
                    "link": _TEXT,
                    "listed_at": _WORDS,
                    "why": _one_of("new", "due", "rested"),
                    "unit": _WORDS,
                    "year": _MAYBE,
                    "kind": _WORDS,
                    "scope": _WORDS,
                },
                "foretold",
            )
        ),
        "waiting": _WORDS,
    },
    "rehearsed",
)
FORESEEN = _object(
    {
        "file": _TEXT,
        "sha": _TEXT,
        "document": _TEXT,
        "unit": _WORDS,
        "year": _MAYBE,
        "kind": _KIND,
        "scope": _SCOPE,
        "title": _WORDS,
        "published_on": _WORDS,
        "understood": _TEXT,
        "evidence": _list(EVIDENCE),
        "problems": _list(PROBLEM),
    },
    "foreseen",
)
RULED = _object(
    {"captures": _TEXTS, "documents": _list(DOCUMENT), "undecided": _TEXTS, "changes": _COUNT, "rebuilt": _FLAG},
    "ruled",
)
VERIFIED = _object({"code": _TEXT, "place": _TEXT, "details": _TEXT, "message": _TEXT}, "verified")
REBUILT = _object({"looks": _COUNT, "documents": _TEXTS, "held": _TEXTS, "failed": _TEXTS}, "rebuilt")

_DAY_MAYBE: Schema = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\d$"}
_HEALTH = ("ok", "new", "failing", "blocked", "disallowed", "gone", "empty", "stale", "waiting")
COVERED = _object(
    {
        "unit": _TEXT,
        "year": _NUMBER,
        "kind": _KIND,
        "scope": _SCOPE,
        "state": _one_of("published", "held", "withdrawn", "missing", "failing", "unlooked"),
        "document": _WORDS,
        "published_on": _WORDS,
        "seen_before": _MOMENT_MAYBE,
        "seen_after": _MOMENT_MAYBE,
        "due": _DAY_MAYBE,
        "rule": _one_of("approval", "approval_unit", "declared", "october", "none"),
        "rule_confirmed": _FLAG,
        "approved_on": _DAY_MAYBE,
        "approved_quote": _WORDS,
        "verdict": _one_of("in_time", "late", "in_time_stated", "late_stated", "unknown", "undated", None),
        "late_stated": _MAYBE,
        "late_at_least": _MAYBE,
        "late_at_most": _MAYBE,
        "contradicted": _FLAG,
        "overdue": _MAYBE,
        "gone_before": _MOMENT_MAYBE,
        "gone_since": _MOMENT_MAYBE,
        "sources": _list(_object({"source": _TEXT, "state": _one_of(*_HEALTH)}, "bringing")),
        "message": _TEXT,
    },
    "covered",
)
HEALTH = _object(
    {
        "source": _TEXT,
        "place": _one_of("folder", "page", "listing", "feed", "sitemap", "warc"),
        "address": _TEXT,
        "state": _one_of(*_HEALTH),
        "since": _MOMENT_MAYBE,
        "last_visit": _MOMENT_MAYBE,
        "last_success": _MOMENT_MAYBE,
        "failures": _COUNT,
        "outcome": _WORDS,
        "status": _MAYBE,
        "error": _WORDS,
        "next_look": _MOMENT_MAYBE,
        "waits_until": _MOMENT_MAYBE,
        "documents": _COUNT,
        "captures": _COUNT,
        "last_change": _MOMENT_MAYBE,
    },
    "health",
)
ALARM = _object(
    {"at": _MOMENT, "source": _TEXT, "before": _one_of(*_HEALTH), "after": _one_of(*_HEALTH), "reason": _TEXT},
    "alarm",
)

NAMES: Mapping[str, Schema] = {
    "figure": FIGURE,
    "passage": PASSAGE,
    "change": CHANGE,
    "document": DOCUMENT,
    "problem": PROBLEM,
    "statement": STATEMENT,
    "definition": DEFINITION,
    "shown": SHOWN,
    "told": HISTORY,
    "hit": HIT,
    "report": REPORT,
    "foreseen": FORESEEN,
    "rehearsed": REHEARSED,
    "ruled": RULED,
    "verified": VERIFIED,
    "rebuilt": REBUILT,
    "covered": COVERED,
    "health": HEALTH,
    "alarm": ALARM,
}
"""Every schema by its name."""

OUTPUTS: Mapping[str, tuple[str, bool]] = {
    "documents": ("document", True),
    "show": ("shown", False),
    "figures": ("figure", True),
    "changes": ("change", True),
    "diff": ("change", True),
    "history": ("told", True),
    "search": ("hit", True),
    "ingest": ("report", False),
    "ingest --dry-run": ("foreseen", True),
    "fetch": ("report", False),
    "rule": ("ruled", False),
    "verify": ("verified", True),
    "rebuild": ("rebuilt", False),
    "coverage": ("covered", True),
    "sources": ("health", True),
    "sources alarms": ("alarm", True),
    "sources test": ("rehearsed", False),
}
"""What each command prints with ``--json``: the schema, and whether a list of such."""


def schema(name: str) -> Schema:
    """Return the schema ``name`` of a thing, or of what the command ``name`` prints. Raises KeyError."""
    if name in NAMES:
        return {"$schema": _DIALECT, **NAMES[name]}
    thing, several = OUTPUTS[name]
    found = _list(NAMES[thing]) if several else NAMES[thing]
    return {"$schema": _DIALECT, **found}


def every() -> dict[str, Schema]:
    """Return all schemas of things, and under ``commands`` what each command prints."""
    return {
        **{name: schema(name) for name in NAMES},
        "commands": {
            command: {"type": "array", "items": {"$ref": f"#/{thing}"}} if several else {"$ref": f"#/{thing}"}
            for command, (thing, several) in OUTPUTS.items()
        },
    }
