"""The way through the house: what was published goes in, recorded changes come out.

    source ──look──▶ capture ──decode──▶ blocks ──normalize──▶ disclosure ──compare──▶ changes
                       │                                           │                      │
                    archive                                     states                  store

`ingest` and `settle` tell the whole story. What they derive is a pure function of the archive and the configuration.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from storage import queries, rows
from storage.store import Store
from tracker.compare import compare
from tracker.generation import fingerprint
from tracker.holds import comparable
from tracker.merging import contents
from tracker.model import Axis
from tracker.opening import open_archives
from tracker.reading import Claims, Decision, Reader, decision
from tracker.recording import (
    basis_of_state,
    comparison_rows,
    count_changes,
    declared,
    document_rows,
    state_version,
    unit_rows,
    without,
)
from tracker.revising import nothing_between, revision
from tracker.sighting import Read, Sights, accounts, concerns, leads_to, of_accounts, read
from tracker.taxonomy import Taxonomy
from tracker.timeline import State, Timeline, timeline, year_pairs
from tracker.witnessing import witnessed

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
    pause: Callable[[], None] = lambda: None
    """Is called where long work may be left for a moment: between transactions, every few looks."""

    @property
    def generation(self) -> str:
        """The program and the declared names that derived rows are made under."""
        return fingerprint(self.reader.names.units, self.reader.limits)


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

Family = tuple[str, str]
"""Unit and scope: the documents that are compared, over the years and the budget of a year with its final accounts."""


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
    if house.store.fingerprint in (None, generation):
        open_archives(house.store, house.reader, house.store.pending())
    if house.store.fingerprint is None:
        house.store.begin_generation(generation, house.clock())
    elif house.store.fingerprint != generation:
        return rebuild(house)
    return _with_units(house, _derive(house, house.store.pending(), generation))


def rebuild(house: House) -> Settled:
    """Derive everything anew from the archive and the configuration, beside the old, and swap once."""
    generation = house.generation
    # Another program may open what could not be opened before.
    open_archives(house.store, house.reader, house.store.looks(), anew=True)
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
        with house.store.writing():  # or what another process derives meanwhile would be written over
            part = _derive_some(house, looks[start : start + _AT_A_TIME], generation)
        settled = Settled(
            documents=tuple(dict.fromkeys((*settled.documents, *part.documents))),
            held=tuple(dict.fromkeys((*settled.held, *part.held))),
            failed=(*settled.failed, *part.failed),
        )
        house.progress("derive", min(start + _AT_A_TIME, len(looks)), len(looks))
    return settled


@dataclass(slots=True)
class _Part:
    """Looks that are derived together: what each was read as, and the families that they say something of."""

    reads: dict[str, Read] = field(default_factory=dict[str, Read])
    families: defaultdict[Family, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: list[str] = field(default_factory=list[str])

    def touch(self, look: str, documents: Iterable[str | None]) -> None:
        """Note that ``look`` says something of ``documents``."""
        for document in documents:
            if document is not None:
                self.families[_family(document)].add(look)


def _derive_some(house: House, looks: Sequence[rows.Look], generation: str) -> Settled:
    store = house.store
    part = _Part()
    looks = _redeclared(house, _not_witnessed(house, looks))
    for look in looks:
        house.pause()
        found, disclosure = read(store, house.reader, look)
        part.reads[look.id] = found
        problems = disclosure.problems if disclosure is not None else ()
        part.failed += [look.id for problem in problems if problem.code == "file.failed"]
    _lead(house, part)
    for found in part.reads.values():
        slot = found.look.slot
        before = store.read_at(slot) if slot else {r.document for r in store.fetch(rows.Reading, look=found.look.id)}
        part.touch(found.look.id, (found.reading.document, *before))
        if slot:
            here = (other for other in part.reads.values() if other.look.slot == slot)
            part.touch(found.look.id, (other.reading.document for other in here))
    touched: list[str] = []
    held: list[str] = []
    several = {look for look in part.reads if sum(look in family for family in part.families.values()) > 1}
    for family in sorted(part.families):
        house.pause()
        documents, waiting = _derive_family(house, family, part, several, generation)
        touched += documents
        held += waiting
    # After the families: a look that speaks of several, or lost its document, stays pending until all were derived.
    one = {look for family in part.families.values() for look in family} - several
    late = [found.kept for look, found in part.reads.items() if look not in one]
    if late:
        store.replace(at=house.clock(), readings=late, documents={}, comparisons=[])
        held += [each.reading.look for each in late if each.reading.held and each.reading.document is None]
    return Settled(documents=tuple(touched), held=tuple(held), failed=tuple(part.failed))


def _redeclared(house: House, looks: Sequence[rows.Look]) -> list[rows.Look]:
    """Return ``looks``, and those read before at places of which the source now declares something else."""
    known = {look.id for look in looks}
    places = {(look.source, look.slot) for look in looks if look.visit is not None and look.slot}
    again = {name for place in places for name in queries.declarations(house.store, *place)} - known
    read_before = {row.look for row in house.store.fetch(rows.Reading, look=again)} if again else set[str]()
    before = house.store.fetch(rows.Look, id=read_before) if read_before else ()
    return [*looks, *sorted(before, key=lambda look: (look.at, look.seq, look.id))]


def _not_witnessed(house: House, looks: Sequence[rows.Look]) -> list[rows.Look]:
    """Record the looks that only saw what stands, and return the others."""
    store = house.store
    rest: list[rows.Look] = []
    busy: set[str] = set()
    for look in looks:
        house.pause()
        with store.transaction():  # in which nobody can record another one
            told = witnessed(store, house.reader, look, busy)
        if not told:
            rest.append(look)
            busy.add(look.slot)
            busy |= store.read_at(look.slot)
    return rest


def _lead(house: House, part: _Part) -> None:
    """Tell of which document each page is that only links its files: those just read, and pages read before that link
    a file whose document is new."""
    read_as_pages = {look: found for look, found in part.reads.items() if found.reading.outcome == "page"}
    pages = {look: found for look, found in read_as_pages.items() if Claims.of(found.look).attachments}
    anew = [found.look for found in part.reads.values() if _anew(house, found, part)]
    new = {slot for look in anew for slot in (look.slot, Claims.of(look).archive) if slot}
    for look in house.store.linking(new):
        if look.id not in part.reads:
            (row,) = house.store.fetch(rows.Reading, look=look.id)
            pages[look.id] = Read(look, rows.ReadingRows(reading=row))
    for name, found in sorted(pages.items()):
        linked = {slot: _linked(house, slot, part) for slot in _files_of(house, found.look)}
        document = leads_to(found.look, found.reading, linked)
        if name in part.reads or document != found.reading.document:
            row = replace(found.reading, document=document)
            part.reads[name] = Read(found.look, replace(found.kept, reading=row), found.ruling)
            part.touch(name, (found.reading.document,))
    _explain(house, part)


def _explain(house: House, part: _Part) -> None:
    """Tell which document each notice explains: those just read, and notices read before on a document that the looks
    just read bring or take away."""
    store = house.store
    notices = {look: found for look, found in part.reads.items() if found.reading.outcome == "notice"}
    others = [found for look, found in part.reads.items() if look not in notices]
    slots = {found.look.slot for found in others if found.look.slot}
    named = {each.document for each in (*store.readings(slots), *(found.reading for found in others))}
    for document in sorted(name for name in named if name is not None):
        unit, year, rest = document.rsplit("/", 2)
        ids = set(queries.notices(store, unit, int(year), rest.partition(".")[0])) - set(part.reads)
        for look in store.fetch(rows.Look, id=ids) if ids else ():
            notices[look.id] = read(store, house.reader, look)[0]
    for name, found in sorted(notices.items()):
        if not of_accounts(found.reading):
            continue
        known = [document for document in accounts(found.reading) if _is_read(store, document, part)]
        document = concerns(found.reading, known)
        before = [each.document for each in store.fetch(rows.Reading, look=name)]
        if document is not None:
            kept = rows.ReadingRows(reading=replace(found.reading, document=document, held=0))
        else:
            kept = found.kept
        if name in part.reads or before != [document]:
            part.reads[name] = Read(found.look, kept, found.ruling)
            part.touch(name, before)


def _is_read(store: Store, document: str, part: _Part) -> bool:
    """Tell whether any look brought a file of ``document``."""
    if any(found.reading.document == document and found.reading.outcome == "read" for found in part.reads.values()):
        return True
    stored = store.fetch(rows.Reading, document=document, outcome="read")
    return any(each.look not in part.reads for each in stored)


def _anew(house: House, found: Read, part: _Part) -> bool:
    """Tell whether a look changes of which documents the files at its slot were read."""
    slot = found.look.slot
    if not slot or found.reading.outcome == "page":
        return False
    before = {each.document for each in house.store.readings((slot,)) if each.outcome == "read"}
    others = {each.reading.document for each in part.reads.values() if each.look.slot == slot}
    return before | others != {found.reading.document} or not before


def _files_of(house: House, page: rows.Look) -> list[str]:
    """Return the slots of the files that a page links, those in archives among them."""
    slots = Claims.of(page).attachments
    return [*slots, *dict.fromkeys(look.slot for slot in slots for look in house.store.inside(slot))]


def _linked(house: House, slot: str, part: _Part) -> list[tuple[rows.Look, str]]:
    """Return the looks at ``slot`` that were read as a document, by time."""
    found: list[tuple[rows.Look, str]] = []
    known = {each.look: each for each in house.store.readings((slot,))}
    known |= {look: each.reading for look, each in part.reads.items() if each.look.slot == slot}
    for look in house.store.looks(slot=slot):
        row = known.get(look.id)
        if row is not None and row.document is not None and row.outcome == "read":
            found.append((look, row.document))
    return found


def _derive_family(
    house: House, family: Family, part: _Part, several: Collection[str], generation: str
) -> tuple[list[str], list[str]]:
    """Derive one unit's documents of one scope over all years; return the names touched and those held.

    The readings of looks in ``several`` are left for later: they speak of other families too.
    """
    store = house.store
    known = store.fetch(rows.Document, unit=family[0], scope=family[1])
    where: defaultdict[str, set[str]] = defaultdict(set)
    stored = [reading for document in known for reading in store.fetch(rows.Reading, document=document.document)]
    for reading in (*(r for r in stored if r.look not in part.reads), *(r.reading for r in part.reads.values())):
        if reading.document is not None and _family(reading.document) == family:
            where[reading.document].add(reading.slot)
    reads, looks = _at(store, {slot for slots in where.values() for slot in slots}, where, part)
    sights = Sights(store, house.reader, reads)
    forms = house.reader.taxonomy.forms
    same = partial(nothing_between, taxonomy=house.reader.taxonomy)
    lines: dict[str, Timeline] = {}
    for document, slots in sorted(where.items()):
        events = sights.events(document, [look for look in looks if _says(look, slots, reads, document)])
        lines[document] = timeline(events, forms, same)
    gone = {each.document: None for each in known if each.document not in lines}
    fresh = part.families[family] - set(several)
    store.replace(
        at=house.clock(),
        readings=[part.reads[look].kept for look in sorted(fresh)],
        documents={**gone, **{name: document_rows(name, line, generation) for name, line in lines.items()}},
        comparisons=_comparisons(store, lines, house.reader.taxonomy, generation),
    )
    return list(lines), [name for name, line in lines.items() if line.held]


def _at(
    store: Store, slots: Collection[str], where: Mapping[str, Collection[str]], part: _Part
) -> tuple[dict[str, Read], list[rows.Look]]:
    """Return the looks at ``slots`` that have been read, and what as. At no address at all stand the texts of many
    documents: of these only those that were read as one of ours."""
    looks: dict[str, rows.Look] = {}
    readings: dict[str, rows.Reading] = {}
    for slot in sorted(slots):
        if slot:
            looks |= {look.id: look for look in store.looks(slot=slot)}
            readings |= {reading.look: reading for reading in store.readings((slot,))}
    if "" in slots:
        own = [r for document in where for r in store.fetch(rows.Reading, document=document, slot="")]
        readings |= {reading.look: reading for reading in own}
        looks |= {look.id: look for look in store.fetch(rows.Look, id={reading.look for reading in own})}
        looks |= {each.look.id: each.look for each in part.reads.values() if not each.look.slot}
    reads = {
        look: Read(looks[look], rows.ReadingRows(reading=reading), _ruling(store, looks[look]))
        for look, reading in readings.items()
    }
    reads |= {look: part.reads[look] for look in looks if look in part.reads}
    # What was not read yet says nothing yet: of a long backlog each part follows from those before it.
    return reads, [look for look in looks.values() if look.id in reads]


def _says(look: rows.Look, slots: Collection[str], reads: Mapping[str, Read], document: str) -> bool:
    if look.slot:
        return look.slot in slots
    return look.id in reads and reads[look.id].reading.document == document


def _ruling(store: Store, look: rows.Look) -> Decision | None:
    return decision(store.rulings(subject=look.sha)) if look.sha is not None else None


def _comparisons(
    store: Store, lines: Mapping[str, Timeline], taxonomy: Taxonomy, generation: str
) -> list[rows.ComparisonRows]:
    """Compare what is neighbours in time: each document's consecutive states, each year's with the year before, and
    the budget of a year with its final accounts.

    What was compared before, from the same, stands.
    """
    compared: list[rows.ComparisonRows] = []
    for name, line in lines.items():
        known = {each.id: each for each in store.fetch(rows.Comparison, document_after=name)}
        compared += _revisions(store, known, name, line, taxonomy, generation)
        last_year = _year_before(name)
        if last_year in lines:
            compared += _side_by_side("year", known, last_year, lines[last_year], name, line, taxonomy, generation)
        budget = _budget_of(name)
        if budget is not None and budget in lines:
            compared += _side_by_side("budget", known, budget, lines[budget], name, line, taxonomy, generation)
    return compared


def _revisions(
    store: Store,
    known: Mapping[str, rows.Comparison],
    name: str,
    line: Timeline,
    taxonomy: Taxonomy,
    generation: str,
) -> list[rows.ComparisonRows]:
    compared: list[rows.ComparisonRows] = []
    earlier: Counter[str] = Counter()
    same = True
    for old, new in zip(line.states, line.states[1:], strict=False):
        row = _comparison("revision", name, old, name, new, generation)
        before = known.get(row.id)
        # The ids of changes count the equal ones before them: what follows something new is made again.
        same = same and before is not None and before.basis == row.basis
        if same and before is not None:
            count_changes(row, store.fetch(rows.Change, comparison=row.id), earlier)
            row = replace(row, outcome=before.outcome, explained=before.explained)
            compared.append(rows.ComparisonRows(comparison=row, changes=None, links=None))
            continue
        found = revision(old, new, taxonomy)
        explained = any(change.aspect == "correction" for change in found.changes)
        row = replace(row, outcome=found.outcome, explained=int(explained))
        compared.append(comparison_rows(row, found, earlier))
    return compared


def _side_by_side(
    axis: Axis,
    stored: Mapping[str, rows.Comparison],
    earlier: str,
    before: Timeline,
    name: str,
    after: Timeline,
    taxonomy: Taxonomy,
    generation: str,
) -> list[rows.ComparisonRows]:
    """Compare the states of two documents that stood side by side: two years, or a budget and final accounts.

    A change that a later pair still records is that pair's: a superseded comparison keeps what it alone records.
    """
    compared: list[rows.ComparisonRows] = []
    known: set[str] = set()
    pairs = [
        (pair, replace(_comparison(axis, earlier, pair.before, name, pair.after, generation), superseded=int(late)))
        for pair in reversed(year_pairs(before.states, after.states))
        for late in (pair.superseded,)
    ]
    there = [stored.get(row.id) for _, row in pairs]
    if {row.id for _, row in pairs} == {each.id for each in stored.values() if each.axis == axis} and all(
        old is not None and (old.basis, old.superseded) == (row.basis, row.superseded)
        for old, (_, row) in zip(there, pairs, strict=True)
    ):
        return [
            rows.ComparisonRows(comparison=replace(row, outcome=old.outcome), changes=None, links=None)
            for old, (_, row) in zip(there, pairs, strict=True)
            if old is not None
        ]
    for pair, row in pairs:
        found = compare(*comparable(pair.before.disclosure, pair.after.disclosure), axis, taxonomy)
        compared.append(without(comparison_rows(replace(row, outcome=found.outcome), found, Counter()), known))
        known |= {change.id for change in compared[-1].changes or ()}
    return compared


def _comparison(axis: Axis, before: str, old: State, after: str, new: State, generation: str) -> rows.Comparison:
    versions = state_version(old), state_version(new)
    return rows.Comparison(
        id=rows.identifier(axis, before, versions[0], old.n, after, versions[1], new.n),
        axis=axis,
        document_before=before,
        version_before=versions[0],
        state_before=old.n,
        document_after=after,
        version_after=versions[1],
        state_after=new.n,
        seen_before=old.last_at,
        seen_after=new.first_at,
        basis=rows.identifier(axis, basis_of_state(old, generation), basis_of_state(new, generation)),
    )


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
    return unit, rest.partition(".")[2]


def _year_before(document: str) -> str:
    unit, year, rest = document.rsplit("/", 2)
    return f"{unit}/{int(year) - 1}/{rest}"


def _budget_of(document: str) -> str | None:
    """Return the name of the budget whose final accounts a document is, None of a budget."""
    front, _, rest = document.rpartition("/")
    kind, _, scope = rest.partition(".")
    return f"{front}/budget.{scope}" if kind == "final" else None
