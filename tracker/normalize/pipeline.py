"""The way from blocks to a disclosure, reader by reader."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scrapers.blocks import Decoded, Trouble
from tracker.model import Disclosure, Identity, Problem
from tracker.normalize import assembly, furniture, identity, outline, reflow, statements
from tracker.normalize.doubtful import doubtful
from tracker.normalize.unread import PICTURE, UNREAD, written
from tracker.taxonomy import Taxonomy

NOTHING_DECLARED = Identity()

_SHOWN = 8
_PARTS = (
    (Problem(code=PICTURE, holds=True), frozenset(("picture.unread",))),
    (Problem(code="part.hidden"), frozenset(("sheet.hidden", "row.hidden", "column.hidden"))),
    (Problem(code="part.uncached"), frozenset(("formula.uncached",))),
    (Problem(code="part.error"), frozenset(("cell.error",))),
)


def normalize(
    decoded: Decoded,
    taxonomy: Taxonomy,
    *,
    name: str = "",
    declared: Identity = NOTHING_DECLARED,
    links: Sequence[str] = (),
) -> Disclosure:
    """Return the canonical structure of one decoded file. Pure.

    ``name`` is the file's name, evidence of last resort. ``declared`` overrides what the text says of its identity
    (a person's word: ``--unit``, a source's pins, a ruling); ``links`` are the words that led to it (`identify`).
    """
    flow = reflow.reflow(furniture.strip(decoded.blocks))
    portions = outline.outline(flow, taxonomy)
    told, problems = identity.identify(
        portions, declared_title=decoded.title, name=name, links=links, taxonomy=taxonomy
    )
    who, problems = assembly.declare(told, problems, declared)
    tables = statements.read(portions, year=who.year, kind=who.kind, taxonomy=taxonomy)
    found = assembly.assemble(portions, who, tables, (*problems, *_left_out(decoded.troubles, name)), taxonomy)
    return replace(found, problems=(*found.problems, *doubtful(found, taxonomy.forms)))


def _left_out(troubles: Sequence[Trouble], name: str) -> Iterator[Problem]:
    """Yield a problem for each kind of thing that a decoder left out, with the places."""
    unread = {trouble.page for trouble in troubles if trouble.code == "page.unread"}
    if unread:
        yield Problem(code=UNREAD, place=name, quote=written(unread), holds=True)
    for problem, codes in _PARTS:
        places = list(dict.fromkeys(trouble.what for trouble in troubles if trouble.code in codes))
        if places:
            more = "…" if len(places) > _SHOWN else ""
            yield replace(problem, place=name, quote="、".join(places[:_SHOWN]) + more)
