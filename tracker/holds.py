"""When a later capture must wait for a person: what its predecessor had and it lost without explanation. Pure.

A line gone from a table that still adds up is a change; one gone from a table that no longer does is damage.
"""

from dataclasses import replace

from tracker.model import Disclosure, Problem, Statement
from tracker.sums import adds_up

_LEAST_SHARE = 0.5
"""A capture that keeps less than this share of its predecessor's words or figures is held."""

_FEW = 20
"""Below this many figures (or ten times as many characters) a share says nothing."""

DAMAGE = frozenset({"table.half", "table.header_mismatch"})
"""Problems of reading that hold a capture only where its predecessor was whole."""


_WHO = ("file", "identity", "document")
"""Groups of problems that hold any capture: it can't be read, or which document it is, or that it is none."""


def holds_any(problem: Problem) -> bool:
    """Tell whether a problem holds even a first version: for its identity, or for being no disclosure."""
    return problem.holds and problem.code.partition(".")[0] in _WHO


def lost_content(before: Disclosure, after: Disclosure) -> tuple[Problem, ...]:
    """Return the problems for which ``after`` is held, given that it would follow ``before``; () if none."""
    return (*_lost_statements(before, after), *_broken_tables(before, after), *_shrunk(before, after))


def _lost_statements(before: Disclosure, after: Disclosure) -> list[Problem]:
    had = {s.id for s in before.statements if s.state == "present"}
    return [
        Problem(code="content.statement_lost", place=s.id, quote=s.title, holds=True)
        for s in after.statements
        if s.state == "missing" and s.id in had
    ]


def _broken_tables(before: Disclosure, after: Disclosure) -> list[Problem]:
    had_damage = {p.place for p in before.problems if p.code in DAMAGE}
    problems = [
        Problem(code="content.damaged", place=p.place, quote=p.quote, details=(("problem", p.code),), holds=True)
        for p in after.problems
        if p.code in DAMAGE and p.place not in had_damage
    ]
    earlier = {s.id: s for s in before.statements}
    for statement in after.statements:
        old = earlier.get(statement.id)
        if old is None or old.state != "present":
            continue
        gone = _gone(old, statement)
        if not gone:
            continue
        bare = _bare(old, statement)
        if bare or (not adds_up(old, before.figures) and adds_up(statement, after.figures)):
            problems.append(
                Problem(
                    code="content.line_lost",
                    place=statement.id,
                    quote=gone[0],
                    details=(("lines", "、".join(gone)),),
                    holds=True,
                )
            )
    return problems


def _gone(before: Statement, after: Statement) -> list[str]:
    kept = {line.id for line in after.lines if line.figures}
    return [line.label for line in before.lines if line.figures and line.id not in kept]


def _bare(before: Statement, after: Statement) -> bool:
    """Tell whether a code kept its amount and lost all the parts it had: nothing is left that adds up to it.

    Only where other codes still have parts: who prints no parts any more has another table.
    """
    had, has = _parents(before), _parents(after)
    amounts = {line.code for line in after.lines if line.figures and line.code is not None}
    depths = {len(code) for code in has}
    return any(code in amounts and len(code) in depths for code in had - has)


def _parents(statement: Statement) -> set[str]:
    codes = {line.code for line in statement.lines if line.figures and line.code is not None}
    return {code[:-2] for code in codes if len(code) > 3} & codes


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
    """Return a disclosure that a person accepted as it is: its problems are still told, and hold nothing."""
    return replace(disclosure, problems=tuple(replace(problem, holds=False) for problem in disclosure.problems))


def comparable(before: Disclosure, after: Disclosure) -> tuple[Disclosure, Disclosure]:
    """Return both sides of a comparison without the statements that one of them lost or shows damaged.

    A first version is not held for its content; what can't be read in it must not look like a change all the same.
    """
    out = frozenset(_unreadable(before) | _unreadable(after))
    return (_without(before, out), _without(after, out)) if out else (before, after)


def _unreadable(disclosure: Disclosure) -> set[str]:
    damaged = {p.place for p in disclosure.problems if p.holds and p.code in DAMAGE}
    return damaged | {s.id for s in disclosure.statements if s.state == "missing"}


def _without(disclosure: Disclosure, out: frozenset[str]) -> Disclosure:
    kept = [n for n, figure in enumerate(disclosure.figures) if figure.statement not in out]
    now = {old: new for new, old in enumerate(kept)}
    passages = tuple(
        replace(p, spans=tuple(replace(s, figure=now[s.figure]) for s in p.spans if s.figure in now))
        for p in disclosure.passages
        if p.statement not in out
    )
    statements = tuple(
        replace(s, lines=tuple(replace(line, figures=tuple(now[f] for f in line.figures)) for line in s.lines))
        for s in disclosure.statements
        if s.id not in out
    )
    figures = tuple(disclosure.figures[n] for n in kept)
    return replace(disclosure, passages=passages, statements=statements, figures=figures, digest="")
