"""From what was looked at to the states a document stood in. Pure: the same events, in any order, give the same states.

A *slot* is a stable place where one file of a document stands. At each moment the document is the sum of what its
slots hold; a state is a run of time in which that sum did not change. A slot is empty only when it was found so over
several looks and several days (`tracker.absence`); what it holds then is taken away as of the first of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tracker.absence import Absence, Event, Moment, Observation, Piece, Run, Unclear, Unmodified, moments, runs, told
from tracker.holds import accepted, holds_any, lost_content, unexpected
from tracker.merging import contents, merge
from tracker.model import Disclosure, Problem
from tracker.normalize.content import digest
from tracker.parts import Parts, only
from tracker.taxonomy.statements import Forms

__all__ = [
    "TEXT_SLOT", "Absence", "Event", "Held", "Observation", "Piece", "State", "Step", "Timeline", "Unclear",
    "Unmodified", "YearPair", "timeline", "year_pairs",
]  # fmt: skip

Same = Callable[[Disclosure, Disclosure], bool]
"""Tells whether nothing would be recorded between two disclosures."""

TEXT_SLOT = ""
"""The slot of a text that was handed over without an address: the document's one text slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a state differs from the one before: what stands on both sides to be compared (without the pieces that came
    or went), the pieces that ``joined`` and ``left`` (with how), addresses that ``moved`` (before, after), what links
    and titles newly ``told``, whether the document ``returned``."""

    before: Disclosure
    after: Disclosure
    joined: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()
    returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A run of time in which one version stood. ``last_at`` is the last look that still saw it.

    ``withdrawn`` says how the document was found to be gone (None: it stands); ``disclosure`` is then what it last
    held, and ``last_at`` the last look that found it gone. ``joined`` is set where the state differs from the one
    before only by a piece that came later.
    """

    n: int
    first_at: str
    last_at: str
    pieces: tuple[Piece, ...]
    disclosure: Disclosure
    joined: bool = False
    withdrawn: str | None = None
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A capture that waits for a ruling: its figures are shown, nothing is compared. ``last_at``: the last look in a
    row that brought the same."""

    look: str
    at: str
    last_at: str
    slot: str
    sha: str
    disclosure: Disclosure
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All states of one document, in time, and what is held beside them. ``last_at`` is the last look that saw it."""

    states: tuple[State, ...] = ()
    held: tuple[Held, ...] = ()
    rejected: tuple[str, ...] = ()
    last_at: str = ""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What becomes of an observation: the slot that it ``takes`` and the slots whose place it takes (``replaces``),
    or the problems that hold it, or nothing: it is a second witness, or (``passed``) says nothing. ``moves``: what
    stood at those slots moved here; where a person only said that this is the document, they may stand all the same."""

    takes: str | None = None
    replaces: tuple[str, ...] = ()
    moves: bool = True
    problems: tuple[Problem, ...] = ()
    passed: bool = False


_WITNESS = _Verdict()
_PASSED = _Verdict(passed=True)


@dataclass(slots=True)
class _Standing:
    """What the slots hold while the moments are walked through. ``published`` is what they held in the last state
    that was no withdrawal, ``seen`` when each last showed something that is not held."""

    forms: Forms | None
    same: Same
    ahead: Sequence[Moment]
    runs: Mapping[str, Sequence[Run]]
    slots: dict[str, Observation] = field(default_factory=dict[str, Observation])
    published: dict[str, Observation] = field(default_factory=dict[str, Observation])
    listed: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    known: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    states: list[State] = field(default_factory=list[State])
    held: list[Held] = field(default_factory=list[Held])
    waiting: dict[str, Run] = field(default_factory=dict[str, Run])
    parts: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    matters: dict[str, str] = field(default_factory=dict[str, str])
    compared: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    seen: dict[str, str] = field(default_factory=dict[str, str])

    def same_matter(self, one: Disclosure, other: Disclosure) -> bool:
        """Tell whether two disclosures differ at most on their covers: who put them up there, and when."""
        return self._matter(one) == self._matter(other)

    def _matter(self, disclosure: Disclosure) -> str:
        known = self.matters.get(disclosure.digest) if disclosure.digest else None
        if known is None:
            inside = tuple(passage for passage in disclosure.passages if passage.section != "cover")
            known = self.matters[disclosure.digest] = digest(replace(disclosure, passages=inside))
        return known

    def says_nothing_else(self, other: Disclosure, slots: Iterable[str]) -> bool:
        """Tell whether all that ``other`` holds stands at ``slots`` as well, in another format perhaps: its cover
        aside, nothing would be recorded between the two."""
        there = _merged({slot: self.slots[slot] for slot in slots})
        own = self.contents(other)
        if not own <= self.contents(there):
            return False
        pair = (there.digest, other.digest)
        if pair not in self.compared:
            held = Parts(own, own)
            self.compared[pair] = self.same(only(there, held), only(other, held))
        return self.compared[pair]

    def contents(self, disclosure: Disclosure) -> frozenset[str]:
        """Return what a disclosure holds, worked out once."""
        known = self.parts.get(disclosure.digest) if disclosure.digest else None
        if known is None:
            known = contents(disclosure)
            self.parts[disclosure.digest] = known
        return known

    def leaving(self, slot: str, n: int) -> bool:
        """Tell whether the slot was last sighted before moment ``n`` and is about to be withdrawn."""
        return any(run.sighted < n <= run.confirmed for run in self.runs.get(slot, ()))

    def unlinked(self, observation: Observation) -> bool:
        """Tell whether the page of an attachment linked it once and does so no more."""
        page = observation.page
        if page is None or page not in self.listed:
            return False
        place = observation.archive or observation.slot
        return place in self.known[page] and place not in self.listed[page]


def _never_same(one: Disclosure, other: Disclosure) -> bool:
    return one.digest == other.digest != ""


def timeline(events: Sequence[Event], forms: Forms | None = None, same: Same = _never_same) -> Timeline:
    """Walk through the moments in the order of time and return the states that the document stood in.

    ``forms`` are the standard tables, whose sums tell damage from revision where a table prints no formula. ``same``
    tells another format of what stands from another content.

    What was seen in one moment is one state (a page and its attachments, in one visit). The order of arrival decides
    nothing: ties are broken by slot and capture.
    """
    ordered = sorted(events, key=lambda e: (e.at, e.seq, e.slot, e.sha, e.look))
    rejected = tuple(e.look for e in ordered if isinstance(e, Observation) and e.ruling == "reject")
    every = moments(told(ordered))
    standing = _Standing(forms, same, every, runs(every))
    for moment in every:
        _advance(standing, moment)
    _never_read(standing)
    seen = [e.at for moment in every for e in moment.observations if not e.supposed]
    return Timeline(
        states=tuple(standing.states),
        held=tuple(standing.held),
        rejected=rejected,
        last_at=max(seen, default=ordered[-1].at if ordered else ""),
    )


@dataclass(slots=True)
class _Advance:
    """What one moment brings: which looks changed something (``at``), which only witnessed it, what moved or left."""

    took: list[tuple[str, Observation]] = field(default_factory=list[tuple[str, Observation]])
    witnessed: list[str] = field(default_factory=list[str])
    moved: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    since: list[str] = field(default_factory=list[str])
    left: dict[str, Run] = field(default_factory=dict[str, Run])


def _advance(standing: _Standing, moment: Moment) -> None:
    before = dict(standing.slots)
    held, waiting, seen = list(standing.held), dict(standing.waiting), dict(standing.seen)
    brought = _Advance()
    for each in moment.observations:
        if each.attachments or each.slot in standing.listed:
            standing.listed[each.slot] = frozenset(each.attachments)
            standing.known[each.slot] = standing.known.get(each.slot, frozenset()) | set(each.attachments)
    # Places that stand come first: what another address shows may be what they show from now on.
    for each in sorted(moment.observations, key=lambda o: o.slot not in before):
        _take(standing, moment, each, brought)
    missed = _missed(standing, brought)
    if missed:
        standing.slots, standing.held, standing.waiting, standing.seen = dict(before), held, waiting, seen
        for slot, observation in brought.took:
            _hold(standing, replace(observation, slot=slot), missed)
        brought = _Advance(witnessed=brought.witnessed)
    _leave(standing, moment, brought)
    if standing.slots != before:
        _enter(standing, brought)
    elif brought.witnessed:
        _prolong(standing, max(brought.witnessed))
    _still_gone(standing, moment)


def _take(standing: _Standing, moment: Moment, seen: Observation, brought: _Advance) -> None:
    """Let one observation take its slot, hold it, or count it as a witness."""
    observation = seen if seen.ruling != "accept" else replace(seen, disclosure=accepted(seen.disclosure))
    verdict = _judge(standing, observation, moment.n)
    if verdict.problems:
        _hold(standing, observation, verdict.problems)
        return
    slots = standing.slots
    if verdict.takes is None:
        here = slots.get(observation.slot)
        if verdict.passed:
            return
        _settle_overlap(standing, observation)
        standing.seen[observation.slot] = observation.at
        if here is not None and _moved(here, observation, brought):
            brought.since.append(observation.at)
            slots[observation.slot] = replace(here, address=observation.address)
        elif not observation.supposed:
            brought.witnessed.append(observation.at)
        return
    here = slots.get(verdict.takes)
    for slot in verdict.replaces:
        gone = slots.pop(slot)
        if verdict.moves:
            _moved(gone, observation, brought)
        standing.waiting.pop(slot, None)
    if here is not None and here.slot == observation.slot:
        _moved(here, observation, brought)
    slots[verdict.takes] = observation
    standing.seen[observation.slot] = observation.at
    digest = observation.disclosure.digest
    standing.held = [h for h in standing.held if (h.slot, h.disclosure.digest) != (observation.slot, digest)]
    _settle_overlap(standing, observation)
    brought.took.append((verdict.takes, observation))
    brought.since.append(observation.at)


def _settle_overlap(standing: _Standing, observation: Observation) -> None:
    """Let nothing wait any more that was held for being elsewhere: its address shows what stands now, or what it showed
    stands now."""
    place, digest = observation.slot, observation.disclosure.digest
    standing.held = [
        h
        for h in standing.held
        if {p.code for p in h.problems} != {"identity.overlap"} or (h.slot != place and h.disclosure.digest != digest)
    ]


def _moved(before: Observation, after: Observation, brought: _Advance) -> bool:
    """Note that what stood at one address stands at another; tell whether it does."""
    one, two = _where(before), _where(after)
    if not one or not two or same_address(one, two):
        return False
    brought.moved.append((one, two))
    return True


def _where(observation: Observation) -> str:
    return observation.address or observation.slot


def _missed(standing: _Standing, brought: _Advance) -> tuple[Problem, ...]:
    """Return in what the document, as it would stand now, is less than its source says that it has to be."""
    for _, observation in brought.took:
        if observation.expect and observation.ruling != "accept":
            found = unexpected(_merged(standing.slots), dict(observation.expect))
            if found:
                return found
    return ()


def _leave(standing: _Standing, moment: Moment, brought: _Advance) -> None:
    """Take away what was found to be gone, as of the first look that found it so.

    Where another address is going to bring the same document before that is certain, it takes the place instead.
    """
    for slot in sorted(standing.slots):
        for run in standing.runs.get(slot, ()):
            if run.first_n == moment.n:
                standing.waiting[slot] = run
    for slot, run in sorted(standing.waiting.items()):
        if slot not in standing.slots or run.confirmed < moment.n:
            del standing.waiting[slot]
        elif run.confirmed == moment.n or not _followed(standing, slot, moment.n, run):
            del standing.waiting[slot], standing.slots[slot]
            brought.left[slot] = run
            brought.since.append(run.first.at)


def _followed(standing: _Standing, slot: str, now: int, run: Run) -> bool:
    """Tell whether another slot brings what ``slot`` held, after this moment and before it is certain to be gone."""
    digest = standing.slots[slot].disclosure.digest
    own = standing.contents(standing.slots[slot].disclosure)
    return any(
        each.disclosure.digest == digest or own & standing.contents(each.disclosure)
        for moment in standing.ahead[now + 1 : run.confirmed + 1]
        for each in moment.observations
        if each.slot not in standing.slots and not any(holds_any(p) for p in each.disclosure.problems)
    )


def _enter(standing: _Standing, brought: _Advance) -> None:
    """Begin the state that the slots are in now."""
    last = standing.states[-1] if standing.states else None
    since = min(brought.since)
    until = max([*brought.witnessed, *brought.since])
    n = len(standing.states) + 1
    if not _stands(standing):
        if last is None or last.withdrawn is not None:
            return
        gone = max(run.first.at for run in brought.left.values())
        how = "、".join(dict.fromkeys(run.first.told for _, run in sorted(brought.left.items())))
        standing.states.append(
            State(n=n, first_at=gone, last_at=gone, pieces=(), disclosure=last.disclosure, withdrawn=how)
        )
        return
    disclosure = _merged(standing.slots)
    same = last is not None and last.withdrawn is None and last.disclosure.digest == disclosure.digest
    if same and not brought.moved and not any(slot in standing.published for slot in brought.left):
        _prolong(standing, until)
        standing.published = dict(standing.slots)
        return
    step = None if last is None else _step(standing, last, brought)
    standing.states.append(
        State(
            n=n,
            first_at=since,
            last_at=until,
            pieces=_pieces(standing.slots),
            disclosure=disclosure,
            joined=step is not None and _only_joined(step),
            step=step,
        )
    )
    standing.published = dict(standing.slots)


def _only_joined(step: Step) -> bool:
    same = step.before.digest == step.after.digest
    return bool(step.joined) and same and not (step.left or step.moved or step.returned)


def _step(standing: _Standing, last: State, brought: _Advance) -> Step:
    """Return how the slots differ from those of the last state that was no withdrawal."""
    old, new = standing.published, standing.slots
    returned = last.withdrawn is not None
    moved = tuple(dict.fromkeys(brought.moved))
    to = {after for _, after in moved}
    joined = [
        slot for slot in sorted(new) if slot not in old and _where(new[slot]) not in to and not _known(old, new, slot)
    ]
    gone = [slot for slot in sorted(old) if slot in brought.left]
    kept_old = {slot: o for slot, o in old.items() if slot not in gone}
    kept_new = {slot: o for slot, o in new.items() if slot not in joined}
    if returned and (not set(old) & set(new)):
        # It came back elsewhere: all that stood is compared with all that stands.
        before, after = ("、".join(_where(o) for _, o in sorted(side.items())) for side in (old, new))
        moved, joined, gone = ((before, after),), [], []
        kept_old, kept_new = dict(old), dict(new)
    elif not kept_old or not kept_new or (returned and not any(o.role == "content" for o in kept_new.values())):
        joined, gone = [], []
        kept_old, kept_new = dict(old), dict(new)
    known = {word for o in old.values() for word in o.told}
    return Step(
        before=_merged(kept_old),
        after=_merged(kept_new),
        joined=tuple(joined),
        left=tuple((slot, brought.left[slot].first.told) for slot in gone),
        moved=moved,
        told=tuple(dict.fromkeys(w for _, o in sorted(new.items()) for w in o.told if w not in known)),
        returned=returned,
    )


def _known(old: Mapping[str, Observation], new: Mapping[str, Observation], slot: str) -> bool:
    """Tell whether what stands at ``slot`` stood before under another address of the same place."""
    return any(_one_place(each, new[slot]) for other, each in old.items() if other not in new)


def _stands(standing: _Standing) -> bool:
    """Tell whether anything of the document's content stands; its page alone does, where nothing else ever did. That a
    correction was explained is not yet the document."""
    roles = {o.role for o in standing.slots.values()}
    had = {o.role for o in standing.published.values()}
    return "content" in roles or ("page" in roles and "content" not in had)


def _prolong(standing: _Standing, at: str) -> None:
    if standing.states and standing.states[-1].withdrawn is None:
        last = standing.states[-1]
        standing.states[-1] = replace(last, last_at=max(last.last_at, at))


def _still_gone(standing: _Standing, moment: Moment) -> None:
    """Let a withdrawal last as long as the document is found to be gone."""
    found = [each.at for each in moment.absences if each.slot in standing.published]
    if found and standing.states and standing.states[-1].withdrawn is not None:
        last = standing.states[-1]
        standing.states[-1] = replace(last, last_at=max(last.last_at, *found))


def _never_read(standing: _Standing) -> None:
    """Tell that a document is gone which was never published in a form that we could read, so that nothing of it is
    compared: all that it ever showed is found to be gone, at last."""
    if standing.states or not standing.held:
        return
    places = sorted({held.slot for held in standing.held})
    last = max(moment.n for moment in standing.ahead for each in moment.observations if each.slot in places)
    ends = [run for slot in places for run in standing.runs.get(slot, ()) if run.sighted <= last < run.first_n]
    if len(ends) < len(places):
        return
    absent = [e.at for m in standing.ahead[last + 1 :] for e in m.absences if e.slot in places]
    since = max(run.first.at for run in ends)
    how = "、".join(dict.fromkeys(run.first.told for run in ends))
    shown = standing.held[-1].disclosure
    standing.states.append(State(n=1, first_at=since, last_at=max(absent), pieces=(), disclosure=shown, withdrawn=how))


def _merged(slots: Mapping[str, Observation]) -> Disclosure:
    """Return the sum of what the slots hold: pages first, then files by what they hold. Where a file stands is no
    content: one that is called otherwise must not seem to have moved behind another."""
    ordered = sorted(slots.items(), key=lambda item: (item[1].role != "page", _first_held(item[1]), item[0]))
    return merge(tuple(observation.disclosure for _, observation in ordered))


def _first_held(observation: Observation) -> str:
    return min(contents(observation.disclosure), default="")


def _judge(standing: _Standing, observation: Observation, n: int) -> _Verdict:
    """Return what becomes of the observation in moment ``n``."""
    ruled = observation.ruling == "accept"
    disclosure = observation.disclosure
    holding = tuple(problem for problem in disclosure.problems if holds_any(problem))
    if holding:
        return _Verdict(problems=holding)
    current = standing.slots
    here = current.get(observation.slot)
    twins = [slot for slot, o in sorted(current.items()) if o.disclosure.digest == disclosure.digest]
    own = standing.contents(disclosure)
    going = [
        slot
        for slot, o in sorted(current.items())
        if slot != observation.slot
        and (standing.leaving(slot, n) or standing.unlinked(o) or _one_place(o, observation))
    ]
    if twins:
        # An address that sends on to the place that stands is a witness of it.
        sent = same_address(twins[0], observation.address)
        if here is None and twins[0] in going and observation.slot != TEXT_SLOT and not sent:
            return _Verdict(takes=observation.slot, replaces=(twins[0],))
        return _WITNESS
    if here is None and not ruled and standing.unlinked(observation):
        return _PASSED  # its page links another file in its place: it only lies about
    follows = tuple(slot for slot in going if own & standing.contents(current[slot].disclosure))
    rest = {slot: o for slot, o in current.items() if slot not in follows}
    disjoint = all(not own & standing.contents(o.disclosure) for o in rest.values())
    if here is None:
        if not disjoint and not ruled:
            if any(standing.same_matter(o.disclosure, disclosure) for o in rest.values() if o.role == "content"):
                return _WITNESS
            if standing.says_nothing_else(disclosure, rest):
                return _WITNESS
            others = ", ".join(sorted(slot or "(text)" for slot in current))
            overlap = Problem(code="identity.overlap", place=observation.slot, details=(("slots", others),), holds=True)
            return _Verdict(problems=(overlap,))
        if follows and not ruled:
            lost = lost_content(current[follows[0]].disclosure, disclosure, standing.forms)
            if lost:
                return _Verdict(problems=lost)
        replaces = follows or _replaced(standing, observation.slot, observation)
        return _Verdict(takes=observation.slot, replaces=replaces, moves=bool(follows))
    if disjoint and own and observation.slot == TEXT_SLOT:
        # Two files handed over without an address that share nothing are two pieces: each needs a slot of its own,
        # named by what it holds, so that the order of arrival decides nothing.
        return _Verdict(takes=f"{TEXT_SLOT}+{min(own)}")
    slot = observation.slot
    if slot == TEXT_SLOT and not ruled and _repeats(standing, disclosure):
        return _WITNESS
    if slot == TEXT_SLOT and not ruled and _beside(standing, observation, own):
        # Two files of one archive: neither comes after the other.
        if standing.says_nothing_else(disclosure, current):
            return _WITNESS
        return _Verdict(problems=(Problem(code="identity.overlap", details=(("slots", "(text)"),), holds=True),))
    if slot == TEXT_SLOT:
        rivals = [each for each, o in current.items() if own & standing.contents(o.disclosure)]
        slot = rivals[0] if len(rivals) == 1 and rivals[0].startswith(TEXT_SLOT) else slot
        here = current[slot]
    lost = () if ruled or observation.role != "content" else lost_content(here.disclosure, disclosure, standing.forms)
    if lost:
        return _Verdict(problems=lost)
    return _Verdict(takes=slot, replaces=_replaced(standing, slot, observation), moves=False)


def _beside(standing: _Standing, observation: Observation, own: frozenset[str]) -> bool:
    """Tell whether something with parts of the same content was handed over at the very same moment."""
    return any(
        (o.at, o.seq) == (observation.at, observation.seq) and own & standing.contents(o.disclosure)
        for o in standing.slots.values()
    )


def _repeats(standing: _Standing, disclosure: Disclosure) -> bool:
    """Tell whether a file that was handed over is what stands, in another format. One that holds less is none: parts of
    it may be gone."""
    there = _merged(standing.slots)
    return standing.contents(disclosure) == standing.contents(there) and standing.same(there, disclosure)


def _one_place(standing: Observation, other: Observation) -> bool:
    """Tell whether two slots are one place: but for the scheme, or because the server sends from one to the other."""
    if not standing.slot or not other.slot:
        return False
    return same_address(_where(standing), other.slot) or same_address(standing.slot, _where(other))


def _replaced(standing: _Standing, slot: str, observation: Observation) -> tuple[str, ...]:
    """Return the other slots whose content an accepted capture brings anew: the document moved to its address."""
    if observation.ruling != "accept":
        return ()
    own = standing.contents(observation.disclosure)
    there = {other: standing.contents(o.disclosure) for other, o in standing.slots.items() if other != slot}
    return tuple(other for other, held in sorted(there.items()) if held and len(own & held) * 2 >= len(held))


def _hold(standing: _Standing, observation: Observation, problems: tuple[Problem, ...]) -> None:
    """Hold a capture; the same again at its slot, with nothing else between, only prolongs the hold."""
    digest = observation.disclosure.digest
    for at, other in reversed(list(enumerate(standing.held))):
        if other.slot == observation.slot:
            between = standing.seen.get(observation.slot, "") > other.last_at
            if not between and other.disclosure.digest == digest and other.problems == problems:
                standing.held[at] = replace(other, last_at=max(other.last_at, observation.at))
                return
            break
    standing.held.append(
        Held(
            look=observation.look,
            at=observation.at,
            last_at=observation.at,
            slot=observation.slot,
            sha=observation.sha,
            disclosure=observation.disclosure,
            problems=problems,
        )
    )


def same_address(one: str, other: str) -> bool:
    """Tell whether two addresses are one but for the scheme and a slash at the end."""
    return _bare(one) == _bare(other)


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def _pieces(slots: Mapping[str, Observation]) -> tuple[Piece, ...]:
    files: Iterable[Observation] = [o for o in slots.values() if o.role == "content"] or slots.values()
    first = min((o.at, o.seq) for o in files)
    only = len(list(files)) == 1

    def role(o: Observation) -> Literal["only", "first", "later", "page", "notice"]:
        if o.role != "content":
            return o.role
        return "only" if only else "first" if (o.at, o.seq) == first else "later"

    return tuple(Piece(slot, o.sha, role(o)) for slot, o in sorted(slots.items()))


@dataclass(frozen=True, slots=True)
class YearPair:
    """Two states of neighbouring years that were current together; all but the last pair are superseded."""

    before: State
    after: State
    superseded: bool


def year_pairs(before: Sequence[State], after: Sequence[State]) -> tuple[YearPair, ...]:
    """Return the pairs of states that stood side by side, in time, from the states of two documents.

    A document that was withdrawn stands on in what it last held: who took it away does not end the comparison.
    """
    before, after = ([s for s in side if s.withdrawn is None] for side in (before, after))
    times = sorted({s.first_at for s in (*before, *after)})
    pairs: list[tuple[State, State]] = []
    for moment in times:
        left = _standing_at(before, moment)
        right = _standing_at(after, moment)
        if left is not None and right is not None and (not pairs or pairs[-1] != (left, right)):
            pairs.append((left, right))
    return tuple(YearPair(left, right, i < len(pairs) - 1) for i, (left, right) in enumerate(pairs))


def _standing_at(states: Sequence[State], moment: str) -> State | None:
    standing = [state for state in states if state.first_at <= moment]
    return standing[-1] if standing else None
