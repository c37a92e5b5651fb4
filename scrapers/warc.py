"""WARC files (ISO 28500), the exchange format of web archives: reading those of others, writing ours.

Reading goes on after damage: what can't be read is told with its place in the file, and what follows is read all the
same where the file was compressed record by record, as the format recommends. Bodies come without their content
encoding. ARC files, the older form, are read too.
"""

import io
import json
import re
import tempfile
import uuid
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Literal, cast
from urllib.parse import quote

from warcio.bufferedreaders import ChunkedDataException  # pyright: ignore[reportMissingTypeStubs]
from warcio.exceptions import ArchiveLoadFailed  # pyright: ignore[reportMissingTypeStubs]
from warcio.recordloader import ArcWarcRecordLoader  # pyright: ignore[reportMissingTypeStubs]
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException  # pyright: ignore[reportMissingTypeStubs]
from warcio.utils import Digester  # pyright: ignore[reportMissingTypeStubs]
from warcio.warcwriter import WARCWriter  # pyright: ignore[reportMissingTypeStubs]

LOOK = "application/vnd.disclosure-tracker.look+json"
"""The content type of our metadata records: what was recorded of the request, as JSON."""

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_BODY = 50_000_000
_MEMBER = 1 << 30
_BLOCK = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_FIRST = re.compile(rb"WARC/\d\.\d+\r?\n|[a-z]+://\S+ [\d.]+ \d{14} ")
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z?")
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_KEPT_OUT = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_TOKEN = "!#$&'*+^`|~"  # and letters, digits, -._ : what the name of a header may be made of
_UNTOLD = re.compile(r"[\r\n\x00]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a record says of one request.

    ``at`` is UTC, ``YYYY-MM-DDTHH:MM:SSZ``. ``kind`` response: what a server answered; resource: a file without HTTP;
    revisit: an answer whose ``body`` (None) is that of the record with ``digest``, or of ``refers_to`` (its address and
    time), or, with status 304, what was there before; metadata: only ``details`` are known. Names of ``headers`` are in
    lower case. ``details`` are those of our own metadata record, None in files of others. ``truncated`` says why the
    body is not whole.
    """

    kind: Literal["response", "resource", "revisit", "metadata"]
    url: str
    at: str
    offset: int
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    digest: str | None = None
    refers_to: tuple[str, str] | None = None
    peer: str | None = None
    truncated: str | None = None
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """What of a file could not be read: from which byte (of the file as it is on the disk), and why."""

    offset: int
    why: str


class _BrokenError(Exception):
    """A record that can't be read; its message says why."""


_UNREADABLE = (
    _BrokenError,
    ArchiveLoadFailed,
    ChunkedDataException,
    StatusAndHeadersParserException,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
)
"""What reading a damaged record raises."""


def records(path: Path, *, size: int = _BODY) -> Iterator[Record | Broken]:
    """Yield what the WARC file ``path`` tells of requests, in its order, and what of it can't be read.

    ``size`` is how many bytes a body may have. Raises OSError where the file can't be opened.
    """
    told: dict[str, Mapping[str, Any]] = {}
    with path.open("rb") as file:
        compressed = file.read(3) == _MAGIC
        file.seek(0)
        parts = _members(file) if compressed else iter([(0, cast("IO[bytes]", file))])
        for offset, part in parts:
            if isinstance(part, Broken):
                yield part
                continue
            for found in _of_part(part, offset, size, told, whole=not compressed):
                if isinstance(found, Record) and found.kind == "metadata" and found.details is not None:
                    concerned = found.details.get("concurrent")
                    if isinstance(concerned, str):
                        told[concerned] = found.details
                        continue
                yield found


def _members(file: IO[bytes]) -> Iterator[tuple[int, IO[bytes] | Broken]]:
    """Yield each gzip member unpacked, with its place; after a damaged one the next that can be found."""
    offset = 0
    while True:
        file.seek(offset)
        if not file.read(1):
            return
        with tempfile.SpooledTemporaryFile(max_size=1 << 23) as unpacked:
            try:
                end = _unpack(file, offset, cast("IO[bytes]", unpacked))
            except _BrokenError as error:
                yield offset, Broken(offset, str(error))
                following = _next_member(file, offset + 1)
                if following is None:
                    return
                offset = following
                continue
            unpacked.seek(0)
            yield offset, cast("IO[bytes]", unpacked)
        offset = end


def _unpack(file: IO[bytes], offset: int, into: IO[bytes]) -> int:
    """Unpack the gzip member at ``offset``, and return where it ends."""
    file.seek(offset)
    unpacking = zlib.decompressobj(zlib.MAX_WBITS + 16)
    size, read = 0, 0
    data = b""
    try:
        while not unpacking.eof:
            data = unpacking.unconsumed_tail
            if not data:
                data = file.read(_BLOCK)
                read += len(data)
            if not data:
                raise _BrokenError("the file is cut off within a record")
            out = unpacking.decompress(data, _BLOCK * 16)
            size += len(out)
            if size > _MEMBER:
                raise _BrokenError("a record unpacks to more than is read of one")
            into.write(out)
    except zlib.error as error:
        raise _BrokenError(f"the compressed record is damaged ({error})") from error
    return offset + read - len(unpacking.unused_data)


def _next_member(file: IO[bytes], start: int) -> int | None:
    """Return where the next gzip member begins that holds a record."""
    file.seek(start)
    held, base = b"", start
    while data := file.read(_BLOCK):
        held += data
        at = held.find(_MAGIC)
        while at >= 0 and at + len(_MAGIC) <= len(held):
            if _begins_record(file, base + at):
                return base + at
            at = held.find(_MAGIC, at + 1)
        base += len(held) - 2
        held = held[-2:]
        file.seek(base + len(held))
    return None


def _begins_record(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    try:
        return _FIRST.match(zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(file.read(4096), 512)) is not None
    except zlib.error:
        return False


def _of_part(
    stream: IO[bytes], base: int, size: int, told: dict[str, Mapping[str, Any]], *, whole: bool
) -> Iterator[Record | Broken]:
    """Yield the records of an unpacked stream. ``whole``: it is the file itself, so that places in it are known."""
    loader = ArcWarcRecordLoader(verify_http=False)
    line = b""
    while True:
        while not (line := line or stream.readline()).strip():
            if not line:
                return
            line = b""
        offset = stream.tell() - len(line) if whole else base
        try:
            if not _FIRST.match(line):
                raise _BrokenError("no record begins where one should")
            found = _parsed(loader, stream, line, offset, size, told)
            line = b""
            if found is not None:
                yield found
        except (
            _BrokenError,
            ArchiveLoadFailed,
            StatusAndHeadersParserException,
            ValueError,
            EOFError,
            OSError,
        ) as error:
            yield Broken(offset, str(error) or "the file is cut off within a record")
            # Where the next record begins is only known once a line looks like its first.
            while (line := stream.readline()) and not _FIRST.match(line):
                pass


def _parsed(
    loader: Any, stream: IO[bytes], line: bytes, offset: int, size: int, told: dict[str, Mapping[str, Any]]
) -> Record | None:
    try:
        record: Any = loader.parse_record_stream(stream, line, check_digests=True)
    except (AttributeError, TypeError, LookupError) as error:  # the library takes it for granted that heads are whole
        raise _BrokenError("its head lacks what a record has to have") from error
    if record.length is None:
        raise _BrokenError("its head does not say how long it is")
    head: Any = record.rec_headers
    kind = record.rec_type
    url = head.get_header("WARC-Target-URI") or ""
    ours = kind == "metadata" and record.content_type == LOOK
    if not ours and (kind not in ("response", "resource", "revisit") or url.startswith(loader.NON_HTTP_SCHEMES)):
        _drain(record)
        return None
    if head.get_header("WARC-Segment-Number"):
        _drain(record)
        raise _BrokenError(f"{url}: is cut into several records, which are not put together")
    encoding = _header(record, "content-encoding").strip().lower()
    body = b"" if kind == "revisit" else _body(record, size)
    _drain(record)
    if encoding not in _ENCODINGS and body:
        raise _BrokenError(f"{url}: its content encoding {encoding!r} can't be unpacked")
    if record.digest_checker.passed is False:
        raise _BrokenError(f"{url}: its bytes are not those of its digest")
    if len(body) > size:
        raise _BrokenError(f"{url}: has more than {size} bytes")
    if ours:
        details = _details(body, url)
        return Record(kind="metadata", url=url, at=_at(head), offset=offset, details=details)
    http = record.http_headers
    refers = head.get_header("WARC-Refers-To-Target-URI"), head.get_header("WARC-Refers-To-Date")
    return Record(
        kind=kind,
        url=url,
        at=_at(head),
        offset=offset,
        status=_status(http, head, kind),
        headers=_headers(record),
        body=None if kind == "revisit" else body,
        digest=head.get_header("WARC-Payload-Digest"),
        refers_to=(refers[0], _utc(refers[1])) if refers[0] and refers[1] else None,
        peer=head.get_header("WARC-IP-Address"),
        truncated=head.get_header("WARC-Truncated"),
        details=told.pop(head.get_header("WARC-Record-ID") or "", None),
    )


def _details(body: bytes, url: str) -> Mapping[str, Any]:
    details = cast("object", json.loads(body))
    if not isinstance(details, dict):
        raise _BrokenError(f"{url}: what is told of the request is no JSON object")
    return cast("dict[str, Any]", details)


def _body(record: Any, size: int) -> bytes:
    stream = record.content_stream()
    parts: list[bytes] = []
    left = size + 1
    while left > 0 and (data := cast("bytes", stream.read(min(left, _BLOCK)))):
        parts.append(data)
        left -= len(data)
    return b"".join(parts)


def _drain(record: Any) -> None:
    """Read to the record's end. Raises _BrokenError where the file ends before."""
    stream = record.raw_stream
    while stream.read(_BLOCK):
        pass
    if getattr(stream, "limit", 0) > 0:
        raise _BrokenError("the file is cut off within a record")


def _status(http: Any, head: Any, kind: str) -> int | None:
    if http is None:
        return 304 if kind == "revisit" and "server-not-modified" in (head.get_header("WARC-Profile") or "") else None
    code = http.get_statuscode()
    return int(code) if code.isdecimal() and len(code) < 6 else None


def _header(record: Any, name: str) -> str:
    return (record.http_headers.get_header(name) if record.http_headers else None) or ""


def _headers(record: Any) -> dict[str, str]:
    """Return the HTTP headers under lower-case names; those that were set aside on writing are put back."""
    if record.http_headers is None:
        content_type = record.content_type
        return {"content-type": content_type} if record.rec_type == "resource" and content_type else {}
    found: dict[str, str] = {}
    for name, value in record.http_headers.headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _at(head: Any) -> str:
    return _utc(head.get_header("WARC-Date") or "")


def _utc(text: str) -> str:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise _BrokenError(f"its time {text!r} is not written as times are")
    datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)  # a moment that there is
    return f"{found[1]}Z"


# --- writing ---------------------------------------------------------------------------------------------------------


class Writer:
    """Writes records, compressed one by one; the same calls give the same bytes. ``close`` is the caller's."""

    def __init__(self, file: IO[bytes], *, software: str, at: str) -> None:
        """Begin the file with what wrote it; ``at`` is the time that this says."""
        self._writer: Any = WARCWriter(file, gzip=True, warc_version="1.1")
        lines = {
            "software": software,
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "note": "bodies without content encoding; headers that no longer apply are kept as x-archive-orig-*",
        }
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode()
        name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{software} {at}"))
        self._write("warcinfo", "", name, at, text, warc_content_type="application/warc-fields")

    def details(self, url: str, name: str, at: str, details: Mapping[str, Any]) -> None:
        """Write what was recorded of the request whose record, written next, has the id ``name`` (a UUID)."""
        told = {**details, "concurrent": _id(name)}
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        own = str(uuid.uuid5(uuid.UUID(name), "details"))
        self._write("metadata", url, own, at, text, warc_content_type=LOOK, more={"WARC-Concurrent-To": _id(name)})

    def lone_details(self, url: str, name: str, at: str, details: Mapping[str, Any]) -> None:
        """Write what was recorded of a request that no answer came to."""
        text = json.dumps(dict(details), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        self._write("metadata", url, name, at, text, warc_content_type=LOOK)

    def response(
        self,
        url: str,
        name: str,
        at: str,
        *,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        peer: str | None = None,
    ) -> str:
        """Write an answer and return the digest of its body."""
        digest = digest_of(body)
        more = {"WARC-Payload-Digest": digest, **({"WARC-IP-Address": peer} if peer else {})}
        self._write("response", url, name, at, body, http=_http(status, headers, len(body)), more=more)
        return digest

    def resource(self, url: str, name: str, at: str, *, body: bytes) -> str:
        """Write a file that no server answered with, and return the digest of its bytes."""
        digest = digest_of(body)
        more = {"WARC-Payload-Digest": digest}
        self._write("resource", url, name, at, body, warc_content_type="application/octet-stream", more=more)
        return digest

    def revisit(
        self,
        url: str,
        name: str,
        at: str,
        *,
        digest: str,
        refers_to: tuple[str, str, str],
        status: int | None,
        headers: Mapping[str, str],
        peer: str | None = None,
    ) -> None:
        """Write an answer with the body of an earlier record: ``refers_to`` is its address, time and id."""
        same = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        more = {
            "WARC-Profile": NOT_MODIFIED if status == 304 else same,
            "WARC-Payload-Digest": digest,
            "WARC-Refers-To-Target-URI": refers_to[0],
            "WARC-Refers-To-Date": refers_to[1],
            "WARC-Refers-To": _id(refers_to[2]),
            **({"WARC-IP-Address": peer} if peer else {}),
        }
        self._write(
            "revisit", url, name, at, b"", http=None if status is None else _http(status, headers, None), more=more
        )

    def _write(
        self,
        kind: str,
        url: str,
        name: str,
        at: str,
        body: bytes,
        *,
        http: Any = None,
        warc_content_type: str = "",
        more: Mapping[str, str] | None = None,
    ) -> None:
        head = {"WARC-Record-ID": _id(name), "WARC-Date": at, **(more or {})}
        made = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=warc_content_type,
            warc_headers_dict=head,
            http_headers=http,
        )
        self._writer.write_record(made)


def digest_of(body: bytes) -> str:
    """Return the digest of ``body`` as WARC files write it: SHA-1 in base 32."""
    digester: Any = Digester("sha1")
    digester.update(body)
    return str(digester)


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid.UUID(name)}>"


def _http(status: int, headers: Mapping[str, str], length: int | None) -> Any:
    """Return the head of an answer as it fits a body without content encoding."""
    told: list[tuple[str, str]] = []
    for name, value in sorted(headers.items()):
        kept = f"x-archive-orig-{name}" if name.lower() in _KEPT_OUT else quote(name, safe=_TOKEN)
        told.append((kept, _UNTOLD.sub(" ", value)))
    if length is not None:
        told.append(("content-length", str(length)))
    return StatusAndHeaders(f"{status} {_reason(status)}", told, protocol="HTTP/1.1")


def _reason(status: int) -> str:

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
