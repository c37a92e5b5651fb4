"""Evidence: one archive for one document that others can check without this program.

It holds the bytes as they came, what was recorded of each request, the whole ledger from its first line to now, and a
page that says how to check all of it with ``sha256sum``. The same store gives the same archive, byte for byte.
"""

import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePosixPath
from typing import Any, cast

from storage import queries, rows
from storage.ledger import Head
from storage.store import Store
from tracker.messages import messages

_STYLE = (
    "body{font:16px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "pre{white-space:pre-wrap;background:#f4f4f4;padding:1em}"
    "td,th{padding:.2em .8em .2em 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)
_DATE = (1980, 1, 1, 0, 0, 0)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an archive holds: ``captures`` files and ``looks`` of ``document``, and the ledger that ends at ``head``."""

    document: str
    captures: int
    looks: int
    head: Head
    data: bytes


def looks_of(store: Store, document: str) -> tuple[rows.Look, ...]:
    """Return the looks that concern ``document``, by time: those read as it, and every other at an address of it (its
    pieces, the pages that led to them, the archives that they are in), whatever came back."""
    own = store.looks(document=document)
    slots = {look.slot for look in own} | {piece.slot for piece in store.fetch(rows.Piece, document=document)}
    claims = [json.loads(look.claims) for look in own]
    slots |= {place for told in claims for name in ("page", "archive") if isinstance(place := told.get(name), str)}
    found = {look.id: look for look in own}
    for slot in slots - {""}:  # texts that were handed over without an address stand together at no place
        for look in store.fetch(rows.Look, slot=slot):
            found.setdefault(look.id, look)
    return tuple(sorted(found.values(), key=lambda look: (look.at, look.seq, look.id)))


def evidence(store: Store, document: str) -> Evidence:
    """Return the archive of ``document``, a ZIP file. Raises DamagedCaptureError, DamagedRecordError."""
    looks = looks_of(store, document)
    ledger, numbers, head = _ledger(store, {look.id for look in looks})
    captures = _captures(store, looks)
    files: dict[str, bytes] = {path: data for path, _, data in captures}
    files["ledger.jsonl"] = ledger
    files["lines.txt"] = "".join(f"{n}\n" for n in sorted(numbers.values())).encode()
    files["looks.json"] = _json([_told(look, numbers, captures) for look in looks])
    files["states.json"] = _json(_document(store, document, head))
    files["HEAD"] = f"{head.hash}\n".encode()
    files["check.sh"] = resources.files("tracker").joinpath("check.sh").read_bytes()
    for lang, name in (("zh", "README.zh.txt"), ("en", "README.en.txt")):
        files[name] = _readme(lang, document, looks, captures, head).encode()
    files["CHECK.html"] = _page(store, document, looks, numbers, captures, head).encode()
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files["SHA256SUMS"] = "".join(sums).encode()
    return Evidence(document=document, captures=len(captures), looks=len(looks), head=head, data=_zipped(files))


def _ledger(store: Store, wanted: set[str]) -> tuple[bytes, dict[str, int], Head]:
    """Return the whole ledger, on which line of it each of the looks wanted stands, and where it ends."""
    lines: list[bytes] = []
    numbers: dict[str, int] = {}
    head = Head()
    for (_, line), entry in zip(store.archive.ledger.lines(), store.archive.ledger.entries(), strict=False):
        lines.append(line)
        head = entry.head
        if entry.record.id in wanted:
            numbers[entry.record.id] = entry.n
    return b"".join(lines), numbers, head


Captured = tuple[str, str, bytes]
"""A file in the archive: its path, the SHA-256 of its bytes, its bytes."""


def _captures(store: Store, looks: Iterable[rows.Look]) -> list[Captured]:
    """Return each capture once, under its hash and with the ending of its original name."""
    found: dict[str, Captured] = {}
    for look in looks:
        if look.sha is not None and look.sha not in found:
            found[look.sha] = (f"captures/{look.sha}{_ending(look)}", look.sha, store.archive.get(look.sha))
    return sorted(found.values())


def _ending(look: rows.Look) -> str:
    suffix = PurePosixPath(look.name or "").suffix
    if _SUFFIX.fullmatch(suffix):
        return suffix.lower()
    kind = str(json.loads(look.headers).get("content-type", "")).partition(";")[0].strip().lower()
    return _TYPES.get(kind, ".bin")


def _told(look: rows.Look, numbers: dict[str, int], captures: Sequence[Captured]) -> dict[str, Any]:
    nested = {name: json.loads(getattr(look, name)) for name in ("headers", "claims", "exchange")}
    told = {name: getattr(look, name) for name in look.__dataclass_fields__}
    files = {sha: path for path, sha, _ in captures}
    return {"line": numbers[look.id], **told, **nested, "file": files.get(look.sha or "")}


def _document(store: Store, document: str, head: Head) -> dict[str, Any]:
    return {
        "document": document,
        "row": [_plain(each) for each in store.fetch(rows.Document, document=document)],
        "states": queries.states(store, document),
        "pieces": [_plain(each) for each in store.fetch(rows.Piece, document=document)],
        "versions": [
            {"version": each.version, "digest": each.digest} for each in store.fetch(rows.Version, document=document)
        ],
        "ledger": {"lines": head.n, "head": head.hash},
    }


def _plain(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _readme(lang: str, document: str, looks: Sequence[rows.Look], captures: Sequence[Captured], head: Head) -> str:
    words = messages(cast("Any", lang))
    return words(
        "proof.readme", document=document, looks=len(looks), captures=len(captures), lines=head.n, head=head.hash
    )


def _page(
    store: Store,
    document: str,
    looks: Sequence[rows.Look],
    numbers: Mapping[str, int],
    captures: Sequence[Captured],
    head: Head,
) -> str:
    """Return the page that explains the check, in both languages, with the states and what was looked at."""
    parts = [
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">',
        f"<title>{html.escape(document)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(document)}</h1>",
    ]
    for lang in ("zh", "en"):
        words = messages(cast("Any", lang))
        parts.append(f'<section lang="{lang}"><pre>{html.escape(_readme(lang, document, looks, captures, head))}</pre>')
        names = [words(f"proof.{name}") for name in ("state", "version", "first", "last")]
        states = [
            [str(each["n"]), each["version"] or each["outcome"], each["first_at"], each["last_at"]]
            for each in queries.states(store, document)
        ]
        parts.append(_table(words("proof.states"), names, states))
        parts.append("</section>")
    told = [
        [str(numbers[look.id]), look.at, look.outcome, str(look.status or ""), look.url or look.slot, look.sha or ""]
        for look in looks
    ]
    parts.append(_table("looks", ("line", "at", "outcome", "status", "address", "sha256"), told))
    parts.append("</body></html>\n")
    return "\n".join(parts)


def _table(title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(each)}</th>" for each in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{html.escape(each)}</td>" for each in line) + "</tr>" for line in lines)
    return f"<h2>{html.escape(title)}</h2>\n<table><tr>{head}</tr>\n{body}</table>"


def _zipped(files: dict[str, bytes]) -> bytes:
    """Return the files as a ZIP archive that depends on nothing else: sorted, of one date, stored as they are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3
            entry.external_attr = (0o755 if name == "check.sh" else 0o644) << 16
            archive.writestr(entry, files[name], zipfile.ZIP_STORED)
    return packed.getvalue()
