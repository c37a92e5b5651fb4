"""Several pieces, one document: a page and its attachment, a text file and a tables file. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.folding import fold
from tracker.model import Disclosure, Identity, Line, Passage, Span, Statement
from tracker.normalize.content import digest

_COVER = "cover"
_COMMON = frozenset({_COVER, "tables", "other"})
"""Sections that any file of a document may have: sharing them is no overlap."""

_LEAST_WORDS = 40
"""A section with fewer characters than this is a heading or a reference (详见附件), not content."""


def contents(disclosure: Disclosure) -> frozenset[str]:
    """Return what a piece holds: ids of its printed statements and of the sections that it has words in."""
    words: dict[str, int] = {}
    for passage in disclosure.passages:
        words[passage.section] = words.get(passage.section, 0) + len(passage.text)
    statements = {statement.id for statement in disclosure.statements if statement.state != "missing"}
    sections = {section for section, count in words.items() if count >= _LEAST_WORDS and section not in _COMMON}
    return frozenset(statements | sections)


def merge(pieces: Sequence[Disclosure]) -> Disclosure:
    """Return one disclosure from its pieces, in the order given; a single piece is returned as it is.

    A statement that is ``missing`` in one piece and printed in another is the printed one; what several covers say
    stands once. Identity comes from the first piece that tells each aspect.
    """
    if len(pieces) == 1:
        return pieces[0]
    shifted = _once_covered(_shifted(pieces))
    printed = {s.id for piece in shifted for s in piece.statements if s.state != "missing"}
    merged = Disclosure(
        identity=_identity(pieces),
        sections=tuple(dict.fromkeys(section for piece in pieces for section in piece.sections)),
        files=tuple(piece.sections for piece in pieces),
        passages=tuple(passage for piece in shifted for passage in piece.passages),
        statements=_once([s for piece in shifted for s in piece.statements], printed),
        figures=tuple(figure for piece in pieces for figure in piece.figures),
        definitions=tuple(definition for piece in pieces for definition in piece.definitions),
        problems=tuple(problem for piece in pieces for problem in piece.problems),
        unread=tuple(unread for piece in pieces for unread in piece.unread),
    )
    return replace(merged, digest=digest(merged))


def _once_covered(pieces: Sequence[Disclosure]) -> list[Disclosure]:
    """Return the pieces without what their covers repeat of a fuller one: each file has its own."""
    covers = ["".join(fold(p.text) for p in piece.passages if p.section == _COVER) for piece in pieces]
    fullest = sorted(range(len(pieces)), key=lambda n: (-len(covers[n]), n))

    def repeated(passage: Passage, n: int) -> bool:
        if passage.section != _COVER or passage.spans:
            return False
        return any(fold(passage.text) in covers[other] for other in fullest[: fullest.index(n)])

    return [
        replace(piece, passages=tuple(p for p in piece.passages if not repeated(p, n)))
        for n, piece in enumerate(pieces)
    ]


def _once(statements: list[Statement], printed: set[str]) -> tuple[Statement, ...]:
    missing_seen: set[str] = set()
    kept: list[Statement] = []
    for statement in statements:
        if statement.state == "missing":
            if statement.id in printed or statement.id in missing_seen:
                continue
            missing_seen.add(statement.id)
        kept.append(statement)
    return tuple(kept)


def _identity(pieces: Sequence[Disclosure]) -> Identity:
    first = pieces[0].identity
    for piece in pieces[1:]:
        other = piece.identity
        first = replace(
            first,
            unit=first.unit or other.unit,
            year=first.year or other.year,
            kind=first.kind or other.kind,
            scope=first.scope or other.scope,
            title=first.title or other.title,
            published_on=first.published_on or other.published_on,
            evidence=first.evidence + other.evidence,
        )
    return first


def _shifted(pieces: Sequence[Disclosure]) -> list[Disclosure]:
    """Return the pieces with their figure numbers moved to where the figures stand in the merged tuple."""
    moved: list[Disclosure] = []
    offset = 0
    for piece in pieces:
        moved.append(
            replace(
                piece,
                passages=tuple(_shift_passage(p, offset) for p in piece.passages),
                statements=tuple(
                    replace(s, lines=tuple(_shift_line(line, offset) for line in s.lines)) for s in piece.statements
                ),
            )
        )
        offset += len(piece.figures)
    return moved


def _shift_passage(passage: Passage, offset: int) -> Passage:
    return replace(passage, spans=tuple(Span(s.start, s.end, s.figure + offset) for s in passage.spans))


def _shift_line(line: Line, offset: int) -> Line:
    return replace(line, figures=tuple(n + offset for n in line.figures))
