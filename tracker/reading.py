"""From archived bytes to a disclosure: decoding always reads the *archived* bytes, so live, replay and rebuild are one.

What can't be read is a disclosure without content and with its problem: nothing is lost, nothing stops.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from scrapers.blocks import UndecodableError
from scrapers.decode import decode
from storage import rows
from storage.archive import Archive
from tracker.model import Disclosure, Identity, Problem
from tracker.naming import Names
from tracker.normalize import normalize
from tracker.recording import declared
from tracker.taxonomy import Taxonomy

log = logging.getLogger(__name__)

Decision = Literal["accept", "reject"]

_KEPT = 64
"""Disclosures kept in memory between the steps of one run."""


def read(data: bytes, name: str, taxonomy: Taxonomy, told: Identity) -> Disclosure:
    """Decode and normalize one file; ``told`` is what a person declared of its identity."""
    try:
        return normalize(decode(data, name=name), taxonomy, name=name, declared=told)
    except UndecodableError as error:
        return _without_content(data, told, f"file.{error.reason}", name, error.what)
    except Exception as error:
        # A mistake of ours in one document must not stop the others: the bytes are kept, the problem is shown, and
        # the exit code says so.
        log.exception("%s could not be read", name)
        return _without_content(data, told, "file.failed", name, repr(error))


def _without_content(data: bytes, told: Identity, code: str, name: str, why: str) -> Disclosure:
    problem = Problem(code=code, place=name, quote=why, holds=True)
    return Disclosure(identity=told, problems=(problem,), digest=hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads captures from the archive under the names that were declared, and remembers the last ones."""

    archive: Archive
    taxonomy: Taxonomy
    names: Names
    _kept: OrderedDict[tuple[str, str, Identity], Disclosure] = field(
        default_factory=OrderedDict[tuple[str, str, Identity], Disclosure]
    )

    def of_look(self, look: rows.Look, rulings: Sequence[rows.Ruling]) -> Disclosure:
        """Read the capture that ``look`` brought, under its claims and the rulings on it."""
        assert look.sha is not None, "a look that brought nothing has nothing to read"
        return self._archived(look.sha, PurePosixPath(look.name or "").name, _told(look, rulings))

    def of_bytes(self, data: bytes, name: str, told: Identity) -> Disclosure:
        """Read bytes that are not in the archive."""
        return self._named(read(data, name, self.taxonomy, told))

    def _archived(self, sha: str, name: str, told: Identity) -> Disclosure:
        wanted = (sha, name, told)
        known = self._kept.get(wanted)
        if known is None:
            known = self.of_bytes(self.archive.get(sha), name, told)
            self._kept[wanted] = known
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(wanted)
        return known

    def _named(self, disclosure: Disclosure) -> Disclosure:
        return replace(disclosure, identity=self.names.resolve(disclosure.identity))


def decision(rulings: Sequence[rows.Ruling]) -> Decision | None:
    """Return the last word on whether a capture counts: ``accept``, ``reject``, or None."""
    last: Decision | None = None
    for ruling in rulings:
        if ruling.decision == "accept":
            last = "accept"
        elif ruling.decision == "reject":
            last = "reject"
    return last


def _told(look: rows.Look, rulings: Sequence[rows.Ruling]) -> Identity:
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
    return told
