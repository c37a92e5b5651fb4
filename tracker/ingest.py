"""The way through the house: what was published goes in, recorded changes come out.

    source ──look──▶ capture ──decode──▶ blocks ──normalize──▶ disclosure ──compare──▶ changes
                       │                                           │                      │
                    archive                                     states                  store

`ingest` and `settle` tell the whole story. What they derive is a pure function of the archive and the configuration.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from storage import rows
from storage.store import Store
from tracker.compare import compare
from tracker.generation import fingerprint
from tracker.holds import comparable, holds_any
from tracker.merging import contents
from tracker.model import Axis, Change, Comparison
from tracker.reading import Reader, decision
from tracker.recording import (
    comparison_rows,
    declared,
    document_rows,
    reading_rows,
    rejected_rows,
    unit_rows,
    version_name,
    without,
)
from tracker.taxonomy import Taxonomy
from tracker.timeline import Observation, State, Timeline, timeline, year_pairs

Clock = Callable[[], str]
"""Tells the time: UTC, ``YYYY-MM-DDTHH:MM:SSZ``."""

Progress = Callable[[str, int, int], None]
"""Hears how far long work is: the stage, how many are done, of how many."""


class SameMomentError(Exception):
    """Two different texts for one slot of one document claim the same moment: which came first can't be told."""

    def __init__(self, name: str, document: str, at: str) -> None:
        """Say which file, for which document, at which moment."""
        super().__init__(f"{name}: {document} has another text at {at}")
        self.name, self.document, self.at = name, document, at


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A text handed over: its bytes, the file's name, where it stands (``source``, ``slot``, ``url``), when it was
    seen (``at``; ``seq`` orders offers of one second), and what the caller declares of its identity."""

    data: bytes
    name: str
    source: str = "ingest"
    slot: str = ""
    url: str | None = None
    at: str
    seq: int = 0
    dated: bool = False
    claims: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class House:
    """What the work is done with: where things are kept, how words are understood, who is who, what time it is."""

    store: Store
    reader: Reader
    clock: Clock
    progress: Progress = lambda stage, done, total: None

    @property
    def generation(self) -> str:
        """The program and the declared names that derived rows are made under."""
        return fingerprint(self.reader.names.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a run derived: looks read, documents touched, those held, and looks whose reading failed."""

    looks: tuple[str, ...] = ()
    new_looks: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    rebuilt: bool = False


_AT_A_TIME = 48
"""Looks derived together: fewer than the reader remembers, so that none is read twice."""

Family = tuple[str, str, str]
"""Unit, kind and scope: the documents that are compared over the years."""


def ingest(house: House, offers: Iterable[Offer]) -> Settled:
    """Keep what is offered, then derive everything that follows from it.

    Each offer's bytes and look are durable before anything is derived. Raises `SameMomentError` before an offer is
    kept that claims the same moment as another text of its slot.
    """
    kept: list[str] = []
    new: list[str] = []
    dated: list[rows.Look] = []
    with house.store.writing():
        for n, offer in enumerate(offers, 1):
            look = _look(offer)
            if offer.dated:
                _refuse_same_moment(house, offer, look, dated)
                dated.append(look)
            if house.store.record(offer.data, look):
                new.append(look.id)
            kept.append(look.id)
            house.progress("keep", n, 0)
        settled = settle(house)
    return replace(settled, looks=tuple(kept), new_looks=tuple(new))


def settle(house: House) -> Settled:
    """Derive all that follows from looks and rulings not derived yet; after a change of program, everything anew."""
    generation = house.generation
    if house.store.fingerprint is None:
        house.store.begin_generation(generation, house.clock())
    elif house.store.fingerprint != generation:
        return rebuild(house)
    return _with_units(house, _derive(house, house.store.pending(), generation))


def rebuild(house: House) -> Settled:
    """Derive everything anew from the archive and the configuration, beside the old, and swap once."""
    generation = house.generation
    with house.store.rebuilding(generation, house.clock()) as building:
        anew = replace(house, store=building, reader=replace(house.reader, archive=building.archive))
        settled = _with_units(anew, _derive(anew, building.pending(), generation))
    return replace(settled, rebuilt=True)


def _with_units(house: House, settled: Settled) -> Settled:
    """Record who is who: the units that documents are kept by, and the other names that were declared for them."""
    kept = {document.unit for document in house.store.fetch(rows.Document)}
    wanted = unit_rows(kept, house.reader.names.aliases)
    known = {*house.store.fetch(rows.Unit), *house.store.fetch(rows.UnitName)}
    if {row for each in wanted for row in (each.unit, *each.names)} != known:
        house.store.replace(at=house.clock(), readings=[], documents={}, comparisons=[], units=wanted)
    return settled


def _derive(house: House, looks: Sequence[rows.Look], generation: str) -> Settled:
    """Derive what follows from ``looks``, a bounded number at a time: what is in memory does not grow with them."""
    settled = Settled()
    for start in range(0, len(looks), _AT_A_TIME):
        part = _derive_some(house, looks[start : start + _AT_A_TIME], generation)
        settled = Settled(
            documents=tuple(dict.fromkeys((*settled.documents, *part.documents))),
            held=tuple(dict.fromkeys((*settled.held, *part.held))),
            failed=(*settled.failed, *part.failed),
        )
        house.progress("derive", min(start + _AT_A_TIME, len(looks)), len(looks))
    return settled


def _derive_some(house: House, looks: Sequence[rows.Look], generation: str) -> Settled:
    families: defaultdict[Family, dict[str, rows.Look]] = defaultdict(dict)
    undecided: list[rows.ReadingRows] = []
    failed: list[str] = []
    for look in looks:
        for reading in house.store.fetch(rows.Reading, look=look.id):
            if reading.document is not None:
                families[_family(reading.document)][look.id] = look
        if look.sha is None:
            undecided.append(rows.ReadingRows(reading=rows.Reading(look=look.id, slot=look.slot, outcome="nothing")))
            continue
        rulings = house.store.rulings(subject=look.sha)
        disclosure = house.reader.of_look(look, rulings)
        failed += [look.id for p in disclosure.problems if p.code == "file.failed"]
        if decision(rulings) == "reject":
            undecided.append(rejected_rows(look, disclosure))
        elif disclosure.identity.document is None:
            undecided.append(reading_rows(look, None, disclosure, held=True))
        else:
            families[_family(disclosure.identity.document)][look.id] = look
    touched: list[str] = []
    held: list[str] = []
    for family, fresh in sorted(families.items()):
        documents, waiting = _derive_family(house, family, tuple(fresh.values()), generation)
        touched += documents
        held += waiting
    if undecided:
        # After the families: a look that lost its document stays pending until that document was derived without it.
        house.store.replace(at=house.clock(), readings=undecided, documents={}, comparisons=[])
        held += [each.reading.look for each in undecided if each.reading.held]
    return Settled(documents=tuple(touched), held=tuple(held), failed=tuple(failed))


def _derive_family(
    house: House, family: Family, fresh: Sequence[rows.Look], generation: str
) -> tuple[list[str], list[str]]:
    """Derive one unit's documents of one kind and scope over all years; return the names touched and those held."""
    store = house.store
    looks = {look.id: look for look in fresh}
    known = store.fetch(rows.Document, unit=family[0], kind=family[1], scope=family[2])
    for document in known:
        looks |= {look.id: look for look in store.looks(document=document.document)}
    observed: defaultdict[str, list[Observation]] = defaultdict(list)
    readings: list[rows.ReadingRows] = []
    for look in sorted(looks.values(), key=lambda each: (each.at, each.seq, each.id)):
        observation = _observe(house, look)
        document = observation.disclosure.identity.document
        if document is not None and _family(document) == family and observation.ruling != "reject":
            observed[document].append(observation)
            readings.append(_reading(look, document, observation))
    forms = house.reader.taxonomy.forms
    lines = {document: timeline(observations, forms) for document, observations in sorted(observed.items())}
    gone = {each.document: None for each in known if each.document not in lines}
    store.replace(
        at=house.clock(),
        readings=readings,
        documents={**gone, **{name: document_rows(name, line, generation) for name, line in lines.items()}},
        comparisons=_comparisons(lines, house.reader.taxonomy, generation),
    )
    return list(lines), [name for name, line in lines.items() if line.held]


def _comparisons(lines: Mapping[str, Timeline], taxonomy: Taxonomy, generation: str) -> list[rows.ComparisonRows]:
    """Compare what is neighbours in time: each document's consecutive states, and each year's with the year before."""
    compared: list[rows.ComparisonRows] = []
    for name, line in lines.items():
        earlier: Counter[str] = Counter()
        for old, new in zip(line.states, line.states[1:], strict=False):
            found = (
                _piece_joined(old, new) if new.joined else compare(old.disclosure, new.disclosure, "revision", taxonomy)
            )
            row = _comparison("revision", name, old, name, new, found.outcome, generation)
            compared.append(comparison_rows(row, found, earlier))
        last_year = _year_before(name)
        if last_year in lines:
            compared += _over_years(last_year, lines[last_year], name, line, taxonomy, generation)
    return compared


def _over_years(
    last_year: str, before: Timeline, name: str, after: Timeline, taxonomy: Taxonomy, generation: str
) -> list[rows.ComparisonRows]:
    """Compare the states of two years that stood side by side.

    A change that a later pair still records is that pair's: a superseded comparison keeps what it alone records.
    """
    compared: list[rows.ComparisonRows] = []
    known: set[str] = set()
    for pair in reversed(year_pairs(before.states, after.states)):
        found = compare(*comparable(pair.before.disclosure, pair.after.disclosure), "year", taxonomy)
        row = _comparison("year", last_year, pair.before, name, pair.after, found.outcome, generation)
        row = replace(row, superseded=int(pair.superseded))
        compared.append(without(comparison_rows(row, found, Counter()), known))
        known |= {change.id for change in compared[-1].changes or ()}
    return compared


def _comparison(
    axis: Axis, before: str, old: State, after: str, new: State, outcome: str, generation: str
) -> rows.Comparison:
    versions = version_name(old.disclosure), version_name(new.disclosure)
    return rows.Comparison(
        id=rows.identifier(axis, before, versions[0], old.n, after, versions[1], new.n),
        axis=axis,
        document_before=before,
        version_before=versions[0],
        state_before=old.n,
        document_after=after,
        version_after=versions[1],
        state_after=new.n,
        outcome=outcome,
        seen_before=old.last_at,
        seen_after=new.first_at,
        basis=rows.identifier(axis, [p.sha for p in old.pieces], [p.sha for p in new.pieces], generation),
    )


def _piece_joined(old: State, new: State) -> Comparison:
    """A late piece is one change of structure, not hundreds of added figures."""
    before = {piece.slot for piece in old.pieces}
    names = [piece.slot or "(text)" for piece in new.pieces if piece.slot not in before]
    joined = Change(
        axis="revision", subject="structure", kind="added", aspect="piece", mask="piece", after="、".join(names),
        places=tuple(names),
    )  # fmt: skip
    return Comparison(axis="revision", changes=(joined,))


def _observe(house: House, look: rows.Look) -> Observation:
    assert look.sha is not None
    rulings = house.store.rulings(subject=look.sha)
    return Observation(
        look=look.id,
        at=look.at,
        seq=look.seq,
        slot=look.slot,
        sha=look.sha,
        disclosure=house.reader.of_look(look, rulings),
        ruling=decision(rulings),
    )


def _reading(look: rows.Look, document: str, observation: Observation) -> rows.ReadingRows:
    holding = any(holds_any(problem) for problem in observation.disclosure.problems)
    return reading_rows(look, document, observation.disclosure, held=holding and observation.ruling != "accept")


def _look(offer: Offer) -> rows.Look:
    return rows.Look.of(
        source=offer.source,
        slot=offer.slot,
        url=offer.url,
        at=offer.at,
        seq=offer.seq,
        sha=hashlib.sha256(offer.data).hexdigest(),
        claims=offer.claims,
        name=offer.name,
    )


def _refuse_same_moment(house: House, offer: Offer, look: rows.Look, kept: Sequence[rows.Look]) -> None:
    """Raise `SameMomentError` where a look kept before, or just now (``kept``), brought another text then."""
    disclosure = house.reader.of_bytes(offer.data, offer.name, declared(look.claims))
    document = disclosure.identity.document
    if document is None:
        return
    just_now = [other for other in kept if other.slot == offer.slot]
    for other in (*house.store.looks(slot=offer.slot, document=document), *just_now):
        if other.at == offer.at and other.seq == offer.seq and other.sha not in (None, look.sha):
            rival = house.reader.of_look(other, house.store.rulings(subject=other.sha))
            same = rival.identity.document == document
            if same and rival.digest != disclosure.digest and contents(rival) & contents(disclosure):
                raise SameMomentError(offer.name, document, offer.at)


def _family(document: str) -> Family:
    unit, _, rest = document.rsplit("/", 2)
    kind, _, scope = rest.partition(".")
    return unit, kind, scope


def _year_before(document: str) -> str:
    unit, year, rest = document.rsplit("/", 2)
    return f"{unit}/{int(year) - 1}/{rest}"
