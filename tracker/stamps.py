"""Time stamps (RFC 3161) of the ledger's head: someone outside vouches that the chain ended so at that time.

    archive/stamps/000000000042-<hash of line 42>.tsr    the authority's answer, as it came
    archive/stamps/roots.pem                             the certificates that are trusted
    archive/stamps/SHA256SUMS                            what these files were: not all of a token is signed

What is stamped is the last line of the ledger: its SHA-256, which the token holds, is the head. So a token can be
checked without this program: ``openssl ts -verify -digest HASH -in FILE.tsr -CAfile roots.pem``. Only a stamp (or a
head that was written down elsewhere) can tell that lines were cut off the end of ledger and database alike.

Asking for and checking a token takes the extra ``timestamps``; without it, verifying says what was not checked.
"""

import hashlib
import os
import re
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from storage.durable import make, settle, written_to
from storage.ledger import START, Head, Ledger
from storage.store import Store
from tracker.moments import stamp as kept

FOLDER = "stamps"
ROOTS = "roots.pem"
SUMS = "SHA256SUMS"

_NAME = re.compile(r"(\d{12})-([0-9a-f]{64})\.tsr")
_LINES = re.compile(rb"([0-9a-f]{64})  ([0-9A-Za-z.-]+)\n")
_SIZE = 1_000_000
_TIMEOUT = 60.0


class StampError(Exception):
    """No token was kept: ``code`` says why (``missing`` extra, ``empty`` ledger, ``refused``, ``answer``)."""

    def __init__(self, code: Literal["missing", "empty", "refused", "answer"], why: str = "") -> None:
        """Keep the code, and what the authority or the network said."""
        super().__init__(why or code)
        self.code, self.why = code, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A token over line ``n`` of the ledger, whose hash is ``hash``; ``at`` is the time in it (UTC)."""

    n: int
    hash: str
    at: str | None
    path: Path


@dataclass(frozen=True, slots=True)
class Doubt:
    """A token that does not fit (``stamp.different``, ``stamp.damaged``), or that could not be checked
    (``stamp.unchecked``)."""

    code: Literal["stamp.different", "stamp.damaged", "stamp.unchecked"]
    place: str
    details: str


Post = Callable[[str, bytes], bytes]
"""Sends a request to an authority and returns its answer. Raises StampError."""


def available() -> bool:
    """Tell whether the extra is there."""
    return find_spec("rfc3161_client") is not None


def folder(store: Store) -> Path:
    """Return where tokens are kept."""
    return store.archive.folder / FOLDER


def stamp(store: Store, url: str, *, root: Path | None = None, post: Post | None = None) -> Stamp:
    """Ask the authority at ``url`` for a token over the ledger's last line, check it and keep it.

    ``root`` is a file of certificates (PEM) to be trusted from now on. Raises StampError.
    """
    if not available():
        raise StampError("missing")
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    with store.writing():
        line, head = _last(store.archive.ledger)
    if line is None:
        raise StampError("empty")
    request = TimestampRequestBuilder().data(line).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = (post or _post)(url, request.as_bytes())
    trusted = b"" if root is None else root.read_bytes()
    try:
        at = _checked(answer, head.hash, trusted or _roots(store), nonce=request.nonce)
    except _UnsoundError as error:
        raise StampError("answer", str(error)) from error
    path = folder(store) / f"{head.n:012}-{head.hash}.tsr"
    with store.writing():
        _keep(path, answer)
        if trusted and trusted not in _roots(store):
            _keep(folder(store) / ROOTS, _roots(store) + trusted)
    return Stamp(n=head.n, hash=head.hash, at=at, path=path)


def check(store: Store) -> Iterator[Doubt]:
    """Yield the tokens that do not fit the ledger, and those that could not be checked."""
    paths = sorted(folder(store).glob("*.tsr"))
    changed = dict(_changed(folder(store)))
    for name, why in sorted(changed.items()):
        yield Doubt("stamp.damaged", str(folder(store) / name), why)
    if not paths:
        return
    hashes = {entry.n: entry.head.hash for entry in store.archive.ledger.entries()}
    for path in paths:
        if path.name in changed:
            continue
        found = _NAME.fullmatch(path.name)
        if found is None:
            yield Doubt("stamp.damaged", str(path), "is not named as a token is")
            continue
        n, stamped = int(found[1]), found[2]
        if hashes.get(n) != stamped:
            now = hashes.get(n)
            what = "is gone" if now is None else f"has the hash {now}"
            yield Doubt(
                "stamp.different", str(path), f"line {n} of the ledger was stamped with another hash and {what}"
            )
            continue
        if not available():
            yield Doubt("stamp.unchecked", str(path), "the extra `timestamps` is not installed")
            continue
        roots = b"" if ROOTS in changed else _roots(store)
        try:
            _checked(path.read_bytes(), stamped, roots)
        except _UnsoundError as error:
            yield Doubt("stamp.damaged", str(path), str(error))
            continue
        if not roots:
            yield Doubt("stamp.unchecked", str(path), f"no trusted certificate is in {folder(store) / ROOTS}")


class _UnsoundError(Exception):
    """A token that does not hold."""


@contextmanager
def _no_panic() -> Generator[None]:
    """Turn a panic of the library, which no ``except Exception`` catches, into a ValueError: garbage causes some."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from error
        raise


def _checked(answer: bytes, stamped: str, roots: bytes, nonce: int | None = None) -> str:
    """Return the time of the token in ``answer``, which is over ``stamped``; its signature is checked against
    ``roots``, where there are any. Raises _UnsoundError."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        with _no_panic():
            token = decode_timestamp_response(answer)
    except ValueError as error:
        raise _UnsoundError(f"is no answer of a time stamp authority ({error})") from error
    try:
        with _no_panic():
            info = token.tst_info
    except ValueError as error:
        raise _UnsoundError(f"holds no token: {'; '.join(token.status_string) or error}") from error
    if info.message_imprint.message.hex() != stamped:
        raise _UnsoundError(f"is over {info.message_imprint.message.hex()}, not over {stamped}")
    if nonce is not None and info.nonce not in (None, nonce):
        raise _UnsoundError("answers another request")
    if roots:
        builder: Any = VerifierBuilder()
        for certificate in _certificates(roots):
            builder = builder.add_root_certificate(certificate)
        try:
            with _no_panic():
                builder.build().verify(token, bytes.fromhex(stamped))
        except (VerificationError, ValueError) as error:
            raise _UnsoundError(f"its signature does not hold ({error})") from error
    return kept(info.gen_time)


def _certificates(pem: bytes) -> list[Any]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion, load_pem_x509_certificates

    try:
        with _no_panic():
            return list(load_pem_x509_certificates(pem))
    except (ValueError, InvalidVersion, UnsupportedAlgorithm) as error:
        raise _UnsoundError(f"the trusted certificates can't be read ({error})") from error


def _last(ledger: Ledger) -> tuple[bytes | None, Head]:
    """Return the ledger's last line, with its head, of a chain that holds. Raises DamagedRecordError."""
    entries = deque(ledger.entries(), maxlen=1)
    lines = deque(ledger.lines(), maxlen=1)
    return (lines[0][1], entries[0].head) if lines and entries else (None, START)


def _roots(store: Store) -> bytes:
    try:
        return (folder(store) / ROOTS).read_bytes()
    except FileNotFoundError:
        return b""


def _changed(where: Path) -> Iterator[tuple[str, str]]:
    """Yield the files that are not what they were when they were kept, with why."""
    there = {path.name for pattern in ("*.tsr", ROOTS) for path in where.glob(pattern)}
    try:
        kept = _sums(where)
    except _UnsoundError as error:
        yield SUMS, str(error)
        return
    for name in sorted(there | set(kept)):
        if name not in kept:
            yield name, f"is not listed in {SUMS}"
        elif name not in there:
            yield name, "is missing"
        elif _sha((where / name).read_bytes()) != kept[name]:
            yield name, "is not what it was when it was kept"


def _sums(where: Path) -> dict[str, str]:
    try:
        text = (where / SUMS).read_bytes()
    except FileNotFoundError:
        return {}
    found = _LINES.findall(text)
    if b"".join(sha + b"  " + name + b"\n" for sha, name in found) != text:
        raise _UnsoundError("is not written as sha256sum writes it")
    return {name.decode(): sha.decode() for sha, name in found}


def _keep(path: Path, data: bytes) -> None:
    """Keep a file, and what it is, on the disk."""
    with written_to(path):
        make(path.parent)
        _replace(path, data)
        lines = sorted({**_sums(path.parent), path.name: _sha(data)}.items())
        _replace(path.with_name(SUMS), "".join(f"{sha}  {name}\n" for name, sha in lines).encode())
        settle(path.parent)


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _post(url: str, request: bytes) -> bytes:
    import httpx2

    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with (
            httpx2.Client(timeout=_TIMEOUT, follow_redirects=False) as client,
            client.stream("POST", url, content=request, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise StampError("refused", f"{url}: HTTP {response.status_code}")
            answer = b""
            for part in response.iter_bytes():
                answer += part
                if len(answer) > _SIZE:
                    raise StampError("answer", f"{url}: more than {_SIZE} bytes")
            return answer
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise StampError("refused", f"{url}: {error or type(error).__name__}") from error
