"""From what the readers found to one disclosure: figures in printed order, words cut into passages, problems, digest.

Every published word ends up in exactly one passage (but for table cells that are figures or labels of a statement,
and the words of a money unit, which its figures carry), every figure that stands in words in exactly one span.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import itemgetter

from tracker.amounts import parse
from tracker.facts import fact
from tracker.model import Disclosure, Evidence, Figure, Identity, Passage, Problem, Span, Statement, Unread
from tracker.normalize import content, glossary, performance, prose, segments
from tracker.normalize.flow import Portion, Spot, Stretch, Table
from tracker.normalize.statements import StatementsReading, Words
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.facts import Facts

_OF_APPROPRIATION = ("appropriation.items", "appropriation.basic")
_TABLES = "tables"
"""The section of the words around statements: captions, notes, formulas."""


def declare(told: Identity, problems: Sequence[Problem], declared: Identity) -> tuple[Identity, tuple[Problem, ...]]:
    """Return the identity with what a person declared in place of what the text tells, and the problems left."""
    evidence: list[Evidence] = []
    settled: set[str] = set()
    for aspect in ("unit", "year", "kind", "scope"):
        value = getattr(declared, aspect)
        if value is not None:
            settled.add(aspect)
            evidence.append(Evidence(aspect, str(value), "declared", ""))
    identity = replace(
        told,
        unit=declared.unit or told.unit,
        year=declared.year or told.year,
        kind=declared.kind or told.kind,
        scope=declared.scope or told.scope,
        evidence=(*told.evidence, *evidence),
    )
    return identity, tuple(p for p in problems if not _settled(p, settled))


def _settled(problem: Problem, settled: set[str]) -> bool:
    return problem.code.startswith("identity.") and (
        problem.code.removeprefix("identity.") in settled or problem.place in settled
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Characters ``start:end`` of a stretch that one reader owns; ``drop`` marks words that are no content."""

    start: int
    end: int
    section: str
    statement: str | None
    heading: str
    drop: bool = False


@dataclass(slots=True)
class _Sheet:
    """What is gathered while the portions are walked through.

    ``facts`` is set where the document's table of 财政拨款 stands for that of 一般公共预算: its words do, too.
    """

    figures: list[Figure] = field(default_factory=list[Figure])
    passages: list[Passage] = field(default_factory=list[Passage])
    statements: list[Statement] = field(default_factory=list[Statement])
    unread: list[Unread] = field(default_factory=list[Unread])
    facts: Facts | None = None

    def add(self, figure: Figure, spot: Spot | None = None) -> int:
        """Add a figure with its fact, and where it is printed if its reader did not say; return its number."""
        known = fact(figure)
        if known is not None and self.facts is not None and figure.section in _OF_APPROPRIATION:
            known = self.facts.instead(known)
        if spot is not None:
            where = {"page": spot.page, "box": spot.box, "origin": spot.origin, "confidence": spot.sureness}
            figure = replace(figure, fact=known, **where)
        elif known is not None:
            figure = replace(figure, fact=known)
        self.figures.append(figure)
        return len(self.figures) - 1


def assemble(
    portions: Sequence[Portion],
    identity: Identity,
    tables: StatementsReading,
    problems: Sequence[Problem],
    taxonomy: Taxonomy,
) -> Disclosure:
    """Return the disclosure that the portions and their readings make. Pure."""
    return _Assembly(portions, identity, tables, taxonomy).disclosure(problems)


class _Assembly:
    def __init__(
        self, portions: Sequence[Portion], identity: Identity, tables: StatementsReading, taxonomy: Taxonomy
    ) -> None:
        self.portions = portions
        self.identity = identity
        self.tables = tables
        self.taxonomy = taxonomy
        self.sheet = _Sheet(facts=taxonomy.facts if tables.stands else None)
        self.unknown: list[Problem] = []
        lines = [line for statement in tables.statements for line in statement.lines]
        self.codes = prose.codes((line.code, line.label) for line in lines if line.code is not None)
        self.read_tables = frozenset(tables.tables)
        self.statements_at = _statements_at(tables)
        self.parts: defaultdict[tuple[int, int], list[_Part]] = defaultdict(list)
        for words in tables.captions:
            title = next((s.title for s in tables.statements if s.id == words.statement), "")
            for each in (*words.caption, *words.notes):
                self._claim(each, words.statement, title, drop=False)
            if words.money is not None:
                self._claim(words.money, words.statement, title, drop=True)

    def _claim(self, words: Words, statement: str, title: str, *, drop: bool) -> None:
        item = self.portions[words.portion].items[words.item]
        start = words.start if drop or not isinstance(item, Stretch) else _numbered(item.text, words.start)
        self.parts[words.portion, words.item].append(_Part(start, words.end, _TABLES, statement, title, drop))

    def disclosure(self, problems: Sequence[Problem]) -> Disclosure:
        for number in range(len(self.tables.positions), len(self.tables.statements)):
            self._statement(number)
        for p, portion in enumerate(self.portions):
            self._portion(p, portion)
        disclosure = Disclosure(
            identity=self.identity,
            sections=tuple(dict.fromkeys(portion.section for portion in self.portions)),
            passages=tuple(self.sheet.passages),
            statements=tuple(self.sheet.statements),
            figures=tuple(self.sheet.figures),
            definitions=tuple(
                definition
                for portion in self.portions
                if portion.section == "glossary"
                for definition in glossary.read(portion, self.codes)
            ),
            problems=(*problems, *self.tables.problems, *self._repeated(), *self.unknown),
            unread=tuple(self.sheet.unread),
        )
        return replace(disclosure, digest=content.digest(disclosure))

    def _repeated(self) -> Iterable[Problem]:
        """Name the statements whose lines stand twice with the same figures: one table, printed again."""
        told = {problem.place for problem in self.tables.problems if problem.code == "table.repeated"}
        printed: defaultdict[str, Counter[tuple[object, ...]]] = defaultdict(Counter)
        for statement in self.sheet.statements:
            for line in statement.lines:
                if line.figures:
                    values = tuple((f.key, f.value) for f in map(self.sheet.figures.__getitem__, line.figures))
                    printed[statement.id][line.id, line.label, line.path, values] += 1
        for id, lines in printed.items():
            twice = sum(1 for count in lines.values() if count > 1)
            if id not in told and twice >= _FEW_LINES and twice * 2 > len(lines):
                title = next(s.title for s in self.sheet.statements if s.id == id)
                yield Problem(code="table.repeated", place=id, quote=title)

    def _portion(self, p: int, portion: Portion) -> None:
        forms = performance.read(portion, year=self.identity.year, taxonomy=self.taxonomy)
        numbers = self._forms(forms, portion)
        placed: defaultdict[tuple[int, int | None, int | None], list[tuple[int, int, int]]] = defaultdict(list)
        for number, each in zip(numbers, forms.placed, strict=True):
            placed[each.item, each.row, each.column].append((each.start, each.end, number))
        texts = frozenset(forms.texts)
        for i, item in enumerate(portion.items):
            if isinstance(item, Stretch):
                ranges = [(start, end) for at, start, end in forms.ranges if at == i]
                self._stretch((p, i), item, portion, ranges, sorted(placed[i, None, None]))
            elif isinstance(item, Table):
                if (p, i) in self.read_tables:
                    for number in self.statements_at.get((p, i), ()):
                        self._statement(number)
                else:
                    form = i in forms.tables
                    before = len(self.sheet.unread)
                    for row, slots in enumerate(item.rows):
                        for column, slot in enumerate(slots):
                            if slot.text and not slot.covered:
                                spans = sorted(placed[i, row, column])
                                prosaic = not form or (i, row, column) in texts
                                self._slot(item.spot(slot), slot.text, portion, spans, prosaic=prosaic)
                    told = form or (p, i) in self.tables.unknown
                    if not told and len(self.sheet.unread) - before >= _FEW_AMOUNTS:
                        self.unknown.append(_unknown(item, portion))
        self.sheet.unread.extend(forms.unread)

    def _statement(self, number: int) -> None:
        """Add a standard table: its figures move to where the table stands in the document."""
        statement = self.tables.statements[number]
        lines = tuple(
            replace(
                line,
                figures=tuple(self.sheet.add(self.tables.figures[f]) for f in line.figures),
            )
            for line in statement.lines
        )
        self.sheet.statements.append(replace(statement, lines=lines))
        # Some formats put the notes into rows of the table itself: their words are notes all the same.
        for note in self.tables.captions[number].inside:
            part = _Part(0, len(note), _TABLES, statement.id, statement.title)
            self._passages(
                note, (), _TABLES, part, Stretch(note, pages=((0, statement.page),) if statement.page else ())
            )

    def _forms(self, forms: performance.PerformanceReading, portion: Portion) -> list[int]:
        numbers = [self.sheet.add(each.figure, _spot(each, portion)) for each in forms.placed]
        for statement in forms.statements:
            lines = tuple(replace(line, figures=tuple(numbers[f] for f in line.figures)) for line in statement.lines)
            self.sheet.statements.append(replace(statement, lines=lines))
        return numbers

    def _stretch(
        self,
        at: tuple[int, int],
        stretch: Stretch,
        portion: Portion,
        forms: Sequence[tuple[int, int]],
        placed: Sequence[tuple[int, int, int]],
    ) -> None:
        for part in _parts(stretch.text, self.parts[at], forms, portion):
            if part.drop:
                continue
            text = stretch.text[part.start : part.end]
            spans = [(start, end, n) for start, end, n in placed if part.start <= start and end <= part.end]
            spans = [(start - part.start, end - part.start, number) for start, end, number in spans]
            if part.statement is None and part.section != _FORM:
                spans = [*spans, *self._words(text, part.heading, portion, stretch, part.start)]
            section = portion.section if part.section == _FORM else part.section
            self._passages(text, spans, section, part, stretch)

    def _words(
        self, text: str, heading: str, portion: Portion, stretch: Stretch, offset: int
    ) -> Iterable[tuple[int, int, int]]:
        reading = prose.read(text, self._context(portion, heading))
        self.sheet.unread.extend(reading.unread)
        return [
            (f.start, f.end, self.sheet.add(f.figure, stretch.spot(offset + f.start, offset + f.end)))
            for f in reading.found
        ]

    def _context(self, portion: Portion, heading: str) -> prose.Context:
        return prose.Context(
            section=portion.section,
            heading=heading,
            year=self.identity.year,
            taxonomy=self.taxonomy,
            codes=self.codes,
            kind=self.identity.kind,
        )

    def _slot(
        self, spot: Spot, text: str, portion: Portion, spans: list[tuple[int, int, int]], *, prosaic: bool
    ) -> None:
        if prosaic:
            reading = prose.read(text, self._context(portion, portion.heading))
            self.sheet.unread.extend(reading.unread)
            if not reading.found and not reading.unread and _amount(text):
                self.sheet.unread.append(Unread(portion.section, text, text))
            spans = [*spans, *((f.start, f.end, self.sheet.add(f.figure, spot)) for f in reading.found)]
        part = _Part(0, len(text), portion.section, None, portion.heading)
        self._passages(text, spans, portion.section, part, Stretch(text, pages=((0, spot.page),) if spot.page else ()))

    def _passages(
        self,
        text: str,
        spans: Sequence[tuple[int, int, int]],
        section: str,
        part: _Part,
        stretch: Stretch,
    ) -> None:
        """Cut a text into passages; each span goes to the passage that it stands in."""
        ordered = sorted(spans, key=itemgetter(0))
        inside = {offset for start, end, _ in ordered for offset in range(start + 1, end)}
        cuts = sorted({cut for cut in (*segments.cuts(text), _heading_end(text, part)) if cut not in inside})
        at = 0
        for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
            own: list[Span] = []
            while at < len(ordered) and ordered[at][0] < end:
                first, last, figure = ordered[at]
                own.append(Span(first - start, last - start, figure))
                at += 1
            spot = stretch.spot(part.start + start, part.start + end)
            self.sheet.passages.append(
                Passage(
                    section=section,
                    heading=part.heading,
                    text=text[start:end],
                    spans=tuple(own),
                    statement=part.statement,
                    page=spot.page,
                    origin=spot.origin,
                )
            )


_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.、．])$")


def _numbered(text: str, start: int) -> int:
    """Return where a title that begins at ``start`` begins with its list number (``一、``), if one stands before it."""
    number = _NUMBER.search(text, max(0, start - 6), start)
    return number.start() if number else start


def _heading_end(text: str, part: _Part) -> int:
    """Return where the heading that opens a portion ends: it is a passage of its own. 0 where none does."""
    if not part.heading or part.start or not text.startswith(part.heading):
        return 0
    end = len(part.heading)
    while end < len(text) and text[end] in "。：:":
        end += 1
    return end if end < len(text) else 0


_FEW_LINES = 3
"""Fewer lines than this may stand twice in a table by chance."""

_FEW_AMOUNTS = 3
"""A table that no reader knows is told once it prints this many amounts."""


def _amount(text: str) -> bool:
    """Tell whether a cell prints an amount: not a serial number, a year or a code."""
    number = parse(text)
    if number is None:
        return False
    return number.decimals > 0 or "," in text or (len(text) > 3 and not _YEAR.fullmatch(text) and len(text) != 7)


def _unknown(table: Table, portion: Portion) -> Problem:
    printed = [slot.text for row in table.rows[:2] for slot in row if slot.text and not slot.covered]
    return Problem(code="table.unknown", place=portion.section, quote=" ".join(printed)[:160])


def _spot(placed: performance.Placed, portion: Portion) -> Spot:
    """Return where a number of a form is printed."""
    item = portion.items[placed.item]
    if isinstance(item, Table):
        assert placed.row is not None
        assert placed.column is not None
        return item.spot(item.rows[placed.row][placed.column])
    assert isinstance(item, Stretch)
    return item.spot(placed.start, placed.end)


_FORM = "\x00form"
"""Marks a part that is a performance form printed cell by cell: its figures were read by the reader of forms."""


def _statements_at(tables: StatementsReading) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return which statements (by number) begin at which table."""
    at: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number, where in enumerate(tables.positions):
        at[where].append(number)
    return {where: tuple(numbers) for where, numbers in at.items()}


def _parts(
    text: str, claimed: Sequence[_Part], forms: Sequence[tuple[int, int]], portion: Portion
) -> tuple[_Part, ...]:
    """Return the parts of a stretch in order: what readers claimed, and the words between."""
    own = [*claimed, *(_Part(start, end, _FORM, None, portion.heading) for start, end in forms)]
    edges = sorted({0, len(text), *(p.start for p in own), *(p.end for p in own)})
    parts: list[_Part] = []
    for start, end in pairwise(edges):
        over = [p for p in own if p.start <= start and end <= p.end]
        # The words of a money unit lie inside a caption: the smallest claim wins.
        best = min(over, key=lambda p: (not p.drop, p.end - p.start), default=None)
        part = (
            _Part(start, end, portion.section, None, portion.heading)
            if best is None
            else replace(best, start=start, end=end)
        )
        parts.append(part)
    return tuple(parts)
