"""When a later capture must wait for a person: what its predecessor had and it lost without explanation. Pure.

A line gone from a table that still adds up is a change; one gone from a table that no longer does is damage.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.folding import fold
from tracker.model import Disclosure, Figure, Line, Problem, Statement
from tracker.normalize.statements.captions import says_empty
from tracker.normalize.unread import PICTURE, UNREAD, illegible
from tracker.parts import Parts, without
from tracker.sums import adds_up
from tracker.taxonomy.statements import Form, Forms

_LEAST_SHARE = 0.5
"""A capture that keeps less than this share of its predecessor's words or figures is held."""

_FEW = 20
"""Below this many figures (or ten times as many characters) a share says nothing."""

DAMAGE = frozenset({"table.half", "table.header_mismatch", "table.repeated"})
"""Problems of reading that hold a capture only where its predecessor was whole."""

_FORM = "performance."
_FORM_SECTIONS = frozenset(("attachment", "performance"))
_UNNAMED = "performance.unnamed"
_TITLE = re.compile(r"绩效(?:自评|目标|评价)[^，。；：:]{0,4}表|自评表")
_COLUMN = 4
_TORN_SHARE = 0.25
"""A form of performance that lost a larger share of its figures than this is torn, not revised."""

_WHO = ("file", "identity", "document", "expect")
"""Groups of problems that hold any capture: it can't be read, or which document it is, or that it is none, or that it
has not what its source says that it has to have."""


def holds_any(problem: Problem) -> bool:
    """Tell whether a problem holds even a first version: for its identity, or for being no disclosure."""
    return problem.holds and problem.code.partition(".")[0] in _WHO


def lost_content(before: Disclosure, after: Disclosure, forms: Forms | None = None) -> tuple[Problem, ...]:
    """Return the problems for which ``after`` is held, given that it would follow ``before``; () if none.

    ``forms`` tells the sums that a standard table keeps where it prints no formula.
    """
    return (
        *_lost_statements(before, after),
        *_damaged(before, after),
        *_broken_tables(before, after, forms),
        *_torn_forms(before, after),
        *_cut_off(before, after),
        *_shrunk(before, after),
    )


def unexpected(disclosure: Disclosure, expect: Mapping[str, int | str]) -> tuple[Problem, ...]:
    """Return in what ``disclosure`` is less than its source's declaration says: at least so many ``tables`` and
    ``figures``, and words that stand somewhere in it (``text``)."""
    found: list[Problem] = []
    counts = {
        "tables": sum(statement.state == "present" for statement in disclosure.statements),
        "figures": len(disclosure.figures),
    }
    for what, count in counts.items():
        least = expect.get(what)
        if isinstance(least, int) and count < least:
            details = (("least", str(least)), ("found", str(count)))
            found.append(Problem(code=f"expect.{what}", details=details, holds=True))
    words = expect.get("text")
    if isinstance(words, str):
        stream = _plain("".join([*(p.text for p in disclosure.passages), *(s.title for s in disclosure.statements)]))
        if _plain(words) not in stream:
            found.append(Problem(code="expect.text", quote=words, holds=True))
    return tuple(found)


def _plain(words: str) -> str:
    return re.sub(r"\s", "", fold(words))


def _lost_statements(before: Disclosure, after: Disclosure) -> list[Problem]:
    """A statement that is gone while its heading stands, or blank where nothing says that there is nothing to tell."""
    had = {s.id for s in before.statements if s.state == "present"}
    problems: list[Problem] = []
    for statement in after.statements:
        if statement.id not in had or statement.state == "present":
            continue
        if statement.state == "missing":
            problems.append(_problem("content.statement_lost", statement))
        elif not any(says_empty(p.text) for p in after.passages if p.statement == statement.id):
            problems.append(_problem("content.statement_emptied", statement))
    return problems


def _damaged(before: Disclosure, after: Disclosure) -> list[Problem]:
    had_damage = {p.place for p in before.problems if p.code in DAMAGE}
    damaged = [
        Problem(code="content.damaged", place=p.place, quote=p.quote, details=(("problem", p.code),), holds=True)
        for p in after.problems
        if p.code in DAMAGE and p.place not in had_damage
    ]
    unread = frozenset((UNREAD, PICTURE))
    could_be_read = not any(p.code in unread for p in before.problems)
    return [*damaged, *(p for p in after.problems if p.code in unread and could_be_read)]


def _broken_tables(before: Disclosure, after: Disclosure, forms: Forms | None) -> list[Problem]:
    """Lines, cells or columns gone from a table that, for all we know, no longer adds up where it did."""
    problems: list[Problem] = []
    earlier = {s.id: s for s in before.statements}
    for statement in after.statements:
        old = earlier.get(statement.id)
        if old is None or old.state != "present" or statement.state != "present":
            continue
        columns = _columns_gone(old, statement, before.figures)
        if columns:
            problems.append(_problem("content.columns_lost", statement, columns=columns))
        gone = _gone(old, statement, before.figures, after.figures)
        moved = [] if gone or columns else _misaligned(old, statement, before.figures, after.figures)
        if not gone and not moved:
            continue
        form = forms.get(statement.id) if forms is not None else None
        broken = _breaches(statement, after.figures, form) - _breaches(old, before.figures, form)
        if gone and (broken or _childless(old, statement)):
            problems.append(_problem("content.line_lost", statement, lines=gone))
        elif broken:
            problems.append(_problem("content.misaligned", statement, lines=moved))
    return problems


def _problem(code: str, statement: Statement, **names: Sequence[str]) -> Problem:
    details = tuple((name, "、".join(words)) for name, words in names.items())
    quote = next((words[0] for words in names.values()), statement.title)
    return Problem(code=code, place=statement.id, quote=quote, details=details, holds=True)


def _breaches(statement: Statement, figures: Sequence[Figure], form: Form | None) -> set[tuple[str, str]]:
    return {(breach.line, breach.measure) for breach in adds_up(statement, figures, form)}


def _gone(before: Statement, after: Statement, old: Sequence[Figure], new: Sequence[Figure]) -> list[str]:
    """Return the lines that went with their amounts. A line whose amounts stand under a name that came is only named
    anew: that is a change of wording."""
    kept = {line.id for line in after.lines if line.figures}
    had = {line.id for line in before.lines}
    renamed = Counter(_amounts(line, new) for line in after.lines if line.figures and line.id not in had)
    gone: list[str] = []
    for line in before.lines:
        if line.figures and line.id not in kept:
            amounts = _amounts(line, old)
            if renamed[amounts] > 0:
                renamed[amounts] -= 1
            else:
                gone.append(line.label)
    return gone


def _amounts(line: Line, figures: Sequence[Figure]) -> tuple[tuple[str | None, str, str], ...]:
    return tuple((figures[n].measure, figures[n].role, figures[n].value) for n in line.figures)


def _childless(before: Statement, after: Statement) -> bool:
    """Tell whether a 类 or 款 lost all of its parts and stands all the same: no sum is left that could tell."""
    return bool(_with_parts(before) & {line.code for line in after.lines if line.figures} - _with_parts(after))


def _with_parts(statement: Statement) -> set[str]:
    return {line.code[:-2] for line in statement.lines if line.figures and line.code and len(line.code) > len("201")}


def _misaligned(before: Statement, after: Statement, old: Sequence[Figure], new: Sequence[Figure]) -> list[str]:
    """Return the lines that stand in both and print amounts in other columns, or in more or fewer."""
    had, has = _filled(before, old), _filled(after, new)
    labels = {line.id: line.label for line in after.lines}
    return [labels[id] for id, cells in has.items() if id in had and had[id] != cells]


def _filled(statement: Statement, figures: Sequence[Figure]) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for line in statement.lines:
        if line.figures:
            cells.setdefault(line.id, []).extend(figures[f].key for f in line.figures)
    return {id: sorted(keys) for id, keys in cells.items()}


def _columns_gone(before: Statement, after: Statement, figures: Sequence[Figure]) -> list[str]:
    """Return the columns that printed amounts and do not even stand in the heading any more."""
    printed = {_column(figures[f]) for line in before.lines for f in line.figures}
    heading = {(column.id, column.role, column.base) for column in after.columns}
    return [
        column.measure
        for column in before.columns
        if heading
        and (column.id, column.role, column.base) in printed
        and (column.id, column.role, column.base) not in heading
    ]


def _column(figure: Figure) -> tuple[str, str, str | None]:
    return figure.key.split("/")[2], figure.role, figure.base


def _torn_forms(before: Disclosure, after: Disclosure) -> list[Problem]:
    """Forms of performance have no sums: one is torn that lost a column or much of its figures, or all but its name."""
    later = {s.id: s for s in after.statements if s.id.startswith(_FORM) and s.id != _UNNAMED}
    had = [s for s in before.statements if s.id.startswith(_FORM) and s.state == "present"]
    stands = _titles(after) >= _titles(before) and len(later) < len(had)
    problems: list[Problem] = []
    for form in had:
        now = later.get(form.id)
        if now is None:
            if stands:
                problems.append(_problem("content.statement_lost", form))
            continue
        old, new = _filled(form, before.figures), _filled(now, after.figures)
        lost = Counter(key for keys in old.values() for key in keys)
        count = lost.total()
        lost.subtract(key for keys in new.values() for key in keys)
        gone = (+lost).total()
        lines = _gone(form, now, before.figures, after.figures)
        if count >= _FEW and gone > count * _TORN_SHARE and lines:
            problems.append(_problem("content.line_lost", form, lines=lines))
            continue
        roles = _roles(form, before.figures).keys() - _roles(now, after.figures).keys()
        if roles:
            problems.append(_problem("content.columns_lost", form, columns=sorted(roles)))
    return problems


def _roles(form: Statement, figures: Sequence[Figure]) -> dict[str, int]:
    """Return the roles that a column of the form has, with how many figures (one or two stand beside the columns)."""
    roles = Counter(str(figures[f].role) for line in form.lines for f in line.figures)
    return {role: count for role, count in roles.items() if count >= _COLUMN}


def _titles(disclosure: Disclosure) -> int:
    return sum(len(_TITLE.findall(p.text)) for p in disclosure.passages if p.section in _FORM_SECTIONS)


def _cut_off(before: Disclosure, after: Disclosure) -> list[Problem]:
    """The text ends in the middle of a sentence that went on, or begins in the middle of one: a broken download."""
    old, new = [p.text for p in before.passages], [p.text for p in after.passages]
    ways = (
        (old, new, str.startswith),
        (old[::-1], new[::-1], str.endswith),
    )
    for whole, part, keeps in ways:
        # A download cut in the middle of a character ends in what could not be decoded.
        end = part[-1].strip("\ufffd") if part else ""
        if len(part) < 2 or len(end) < 2 or end in whole:
            continue
        # Where it stood: a passage that goes on, after the one that the text has before it (sentences repeat).
        torn = next(
            (n for n, text in enumerate(whole) if n and keeps(text, end) and part[-2] in whole[max(0, n - 3) : n]), None
        )
        words = 0 if torn is None else sum(len(text) for text in whole[torn:]) - len(end)
        if words >= 10 * _FEW:
            details = (("lost", str(words)),)
            return [Problem(code="content.cut_off", quote=end[-60:], details=details, holds=True)]
    return []


def _shrunk(before: Disclosure, after: Disclosure) -> list[Problem]:
    problems: list[Problem] = []
    words_before = sum(len(p.text) for p in before.passages)
    words_after = sum(len(p.text) for p in after.passages)
    sizes = (
        ("figures", len(before.figures), len(after.figures), _FEW),
        ("words", words_before, words_after, 10 * _FEW),
    )
    for what, old, new, few in sizes:
        if old >= few and new < old * _LEAST_SHARE:
            problems.append(
                Problem(
                    code=f"content.{what}_lost",
                    details=(("before", str(old)), ("after", str(new))),
                    holds=True,
                )
            )
    return problems


def accepted(disclosure: Disclosure) -> Disclosure:
    """Return a disclosure that a person accepted as it is: its problems are still told, and hold nothing.

    What can't be read has nothing to accept: as a state it would say that all was removed.
    """
    problems = tuple(replace(p, holds=p.holds and _unread(p)) for p in disclosure.problems)
    return replace(disclosure, problems=problems)


def _unread(problem: Problem) -> bool:
    return problem.code.startswith("file.") or problem.code == "document.empty"


def comparable(before: Disclosure, after: Disclosure) -> tuple[Disclosure, Disclosure]:
    """Return both sides of a comparison without the statements that one of them lost or shows damaged, and `legible`.

    A first version is not held for its content; what can't be read in it must not look like a change all the same.
    """
    out = Parts(frozenset(_unreadable(before) | _unreadable(after)))
    return legible(without(before, out), without(after, out))


def legible(before: Disclosure, after: Disclosure) -> tuple[Disclosure, Disclosure]:
    """Return both sides of a comparison without what pages that were not read may hold."""
    out = illegible(before, after) | illegible(after, before)
    return without(before, out), without(after, out)


def _unreadable(disclosure: Disclosure) -> set[str]:
    damaged = {p.place for p in disclosure.problems if p.code in DAMAGE and (p.holds or p.code == "table.repeated")}
    return damaged | {s.id for s in disclosure.statements if s.state == "missing"}
