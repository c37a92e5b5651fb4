"""From archived bytes to a disclosure: decoding always reads the *archived* bytes, so live, replay and rebuild are one.

What can't be read is a disclosure without content and with its problem: nothing is lost, nothing stops.
"""

import hashlib
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal, cast

from scrapers.blocks import Decoded, UndecodableError, Unpacked
from scrapers.decode import is_archive
from scrapers.decode.apart import decode, unpack
from scrapers.decode.limits import LIMITS, Limits
from storage import rows
from storage.archive import Archive
from tracker.absence import PATIENCE
from tracker.model import Disclosure, Evidence, Identity, Problem
from tracker.naming import Names
from tracker.normalize import normalize
from tracker.normalize.assembly import declare
from tracker.normalize.identity import fold_unit
from tracker.normalize.identity import hinted as hinted_by
from tracker.recording import declared
from tracker.taxonomy import Taxonomy

log = logging.getLogger(__name__)

Decision = Literal["accept", "reject"]

_KEPT = 64
"""Disclosures kept in memory between the steps of one run."""


def read(
    data: bytes,
    name: str,
    taxonomy: Taxonomy,
    told: Identity,
    links: Sequence[str] = (),
    charset: str | None = None,
    limits: Limits = LIMITS,
) -> Disclosure:
    """Decode and normalize one file; ``told`` is what a person declared of its identity, ``links`` the words of the
    links and titles that led to it, ``charset`` the one that its server declared."""
    try:
        decoded = decode(data, name=name, declared_charset=charset, limits=limits)
        return normalize(decoded, taxonomy, name=name, declared=told, links=links)
    except UndecodableError as error:
        hinted, _ = declare(hinted_by(name, links, taxonomy) if links else Identity(), (), told)
        return _without_content(data, hinted, f"file.{error.reason}", name, error.what)
    except Exception as error:
        # A mistake of ours in one document must not stop the others: the bytes are kept, the problem is shown, and
        # the exit code says so.
        log.exception("%s could not be read", name)
        return _without_content(data, told, "file.failed", name, repr(error))


ARCHIVE = "file.archive"
"""What a file is that holds others: its problem where they can't be taken out, no problem where they were."""


def opened(data: bytes, found: Unpacked, name: str) -> Disclosure:
    """Return what is to be told of an archive itself: it discloses nothing, and parts of it could not be taken out."""
    left = tuple(
        Problem(code=f"archive.{trouble.code}", place=name, quote=trouble.what, holds=trouble.code != "twice")
        for trouble in found.troubles
    )
    return Disclosure(
        identity=Identity(),
        problems=(Problem(code=ARCHIVE, place=name), *left),
        digest=hashlib.sha256(data).hexdigest(),
    )


_ENDING = re.compile(r"\.(?:zip|rar|7z|docx?|xlsx?|pdf|html?|txt|ofd|wps|et)\Z", re.IGNORECASE)


def names_inside(path: str, archive: str) -> list[str]:
    """Return the names of the folders and archives around a file, the nearest first: they may tell whose it is."""
    around = [part.removesuffix("!") for part in path.split("/")[:-1]]
    return [_ENDING.sub("", name) for name in (*reversed(around), PurePosixPath(archive).name) if name]


def _without_content(data: bytes, told: Identity, code: str, name: str, why: str) -> Disclosure:
    problem = Problem(code=code, place=name, quote=why, holds=True)
    return Disclosure(identity=told, problems=(problem,), digest=hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads captures from the archive under the names that were declared, and remembers the last ones."""

    archive: Archive
    taxonomy: Taxonomy
    names: Names
    limits: Limits = LIMITS
    _kept: OrderedDict[tuple[str, str, "_Told"], Disclosure] = field(
        default_factory=OrderedDict[tuple[str, str, "_Told"], Disclosure]
    )

    def of_look(self, look: rows.Look, rulings: Sequence[rows.Ruling]) -> Disclosure:
        """Read the capture that ``look`` brought, under its claims and the rulings on it."""
        assert look.sha is not None, "a look that brought nothing has nothing to read"
        return self._archived(look.sha, PurePosixPath(look.name or "").name, _told(look, rulings))

    def decoded(self, look: rows.Look) -> Decoded | None:
        """Return the words of what a look brought, None where they can't be told."""
        assert look.sha is not None, "a look that brought nothing has nothing to read"
        name = PurePosixPath(look.name or "").name
        try:
            return decode(self.archive.get(look.sha), name=name, declared_charset=charset(look), limits=self.limits)
        except UndecodableError:
            return None

    def unpacked(self, sha: str, name: str) -> Unpacked:
        """Return the files in an archive that is in the archive of captures. Raises UndecodableError."""
        return unpack(self.archive.get(sha), name=name, limits=self.limits)

    def of_bytes(self, data: bytes, name: str, told: Identity) -> Disclosure:
        """Read bytes that are not in the archive."""
        found = read(data, name, self.taxonomy, told, limits=self.limits)
        if [each.code for each in found.problems] == [ARCHIVE]:
            found = self._opened(data, name)
        return self._named(found, _Told(told))

    def of_archive(self, data: bytes, name: str, told: Identity) -> list[tuple[str, str, Disclosure]]:
        """Return each file of an archive that is in no archive of captures, with its path
        and the hash of its bytes; [] for what is none or can't be opened (`of_bytes` tells why)."""
        if not is_archive(data):
            return []
        try:
            found = unpack(data, name=name, limits=self.limits)
        except UndecodableError:
            return []
        return [
            (each.path, hashlib.sha256(each.data).hexdigest(), self._named(
                read(
                    each.data, PurePosixPath(each.path).name, self.taxonomy, told,
                    links=names_inside(each.path, name), limits=self.limits,
                ), _Told(told),
            ))
            for each in found.members
        ]  # fmt: skip

    def _archived(self, sha: str, name: str, told: "_Told") -> Disclosure:
        wanted = (sha, name, told)
        known = self._kept.get(wanted)
        if known is None:
            data = self.archive.get(sha)
            found = read(data, name, self.taxonomy, told.identity, told.links, told.charset, self.limits)
            if [each.code for each in found.problems] == [ARCHIVE]:
                found = self._opened(data, name)
            known = self._named(found, told)
            self._kept[wanted] = known
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(wanted)
        return known

    def _opened(self, data: bytes, name: str) -> Disclosure:
        try:
            return opened(data, unpack(data, name=name, limits=self.limits), name)
        except UndecodableError as error:
            return _without_content(data, Identity(), f"file.{error.reason}", name, error.what)

    def _named(self, disclosure: Disclosure, told: "_Told") -> Disclosure:
        """Return the disclosure under the names that units are kept by, those of its source first, with the day that
        the page which linked it states where it states none itself."""
        identity = disclosure.identity
        if told.aliases:
            identity = Names({fold_unit(name): unit for name, unit in told.aliases}).resolve(identity)
        identity = self.names.resolve(identity)
        if identity.published_on is None and told.published_on:
            day = Evidence("published_on", told.published_on, "link", told.published_on)
            identity = replace(identity, published_on=told.published_on, evidence=(*identity.evidence, day))
        return disclosure if identity == disclosure.identity else replace(disclosure, identity=identity)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a look claims of what it brought: identity that was declared, words of the links that led to it, other
    names of units, the day that was printed beside the link, the charset that the server declared."""

    identity: Identity
    links: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    published_on: str | None = None
    charset: str | None = None


def decision(rulings: Sequence[rows.Ruling]) -> Decision | None:
    """Return the last word on whether a capture counts: ``accept``, ``reject``, or None."""
    last: Decision | None = None
    for ruling in rulings:
        if ruling.decision == "accept":
            last = "accept"
        elif ruling.decision == "reject":
            last = "reject"
    return last


def _told(look: rows.Look, rulings: Sequence[rows.Ruling]) -> _Told:
    """Return what was declared: by the caller, and after that by each ruling, aspect by aspect."""
    told = declared(look.claims)
    for ruling in rulings:
        if ruling.decision == "identity":
            ruled = declared(ruling.details)
            told = Identity(
                unit=ruled.unit or told.unit,
                year=ruled.year or told.year,
                kind=ruled.kind or told.kind,
                scope=ruled.scope or told.scope,
            )
    claims = Claims.of(look)
    return _Told(told, claims.words, claims.aliases, claims.published_on, charset(look))


_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def charset(look: rows.Look) -> str | None:
    """Return the charset that the server declared of what it sent; whether it is right the bytes tell."""
    headers = cast("dict[str, Any]", json.loads(look.headers))
    found = _CHARSET.search(str(headers.get("content-type") or ""))
    return found[1].lower() if found else None


_DAY = re.compile(r"20\d\d-[01]\d-[0-3]\d")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a look claims beside the identity (`storage.rows.Look.claims`); what is not as agreed is left out.

    Of a file in an archive: ``archive`` is the archive's slot, ``part_of`` the look that brought it.
    """

    words: tuple[str, ...] = ()
    page: str | None = None
    attachments: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    published_on: str | None = None
    expect: tuple[tuple[str, int | str], ...] = ()
    patience: tuple[int, int] = PATIENCE
    archive: str | None = None
    part_of: str = field(default="", compare=False)

    @classmethod
    def of(cls, look: rows.Look) -> "Claims":
        """Return the claims of ``look``."""
        told = cast("dict[str, Any]", json.loads(look.claims))
        patience = told.get("patience")
        days = str(told.get("published_on") or "")
        inside = [str(name) for name in told.get("inside") or ()]
        expect = cast("dict[str, Any]", told.get("expect") or {})
        aliases = cast("dict[str, Any]", told.get("aliases") or {})
        return cls(
            words=tuple(dict.fromkeys((*inside, *(str(told[name]) for name in ("link", "title") if told.get(name))))),
            page=told.get("page") or None,
            attachments=tuple(str(slot) for slot in told.get("attachments") or ()),
            aliases=tuple(sorted((str(name), str(unit)) for name, unit in aliases.items())),
            published_on=days if _DAY.fullmatch(days) else None,
            expect=tuple(sorted((name, value) for name, value in expect.items() if isinstance(value, (int, str)))),
            patience=PATIENCE if not patience else (int(patience[0]), int(patience[1])),
            archive=told.get("archive"),
            part_of=str(told.get("part_of") or ""),
        )
