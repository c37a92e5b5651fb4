"""The way from blocks to a disclosure, reader by reader."""

from collections.abc import Sequence

from scrapers.blocks import Decoded
from tracker.model import Disclosure, Identity
from tracker.normalize import assembly, furniture, identity, outline, reflow, statements
from tracker.taxonomy import Taxonomy

NOTHING_DECLARED = Identity()


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
    return assembly.assemble(portions, who, tables, problems, taxonomy)
