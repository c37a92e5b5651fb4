"""What a state of a document records against the one before: what it holds, whether it is there, and where. Pure."""

from collections.abc import Iterator

from tracker.compare import compare
from tracker.compare.corrections import correction
from tracker.holds import legible
from tracker.model import Change, Comparison, Disclosure
from tracker.taxonomy import Taxonomy
from tracker.timeline import State, Step


def revision(old: State, new: State, taxonomy: Taxonomy) -> Comparison:
    """Return what changed from one state to the next: a withdrawal, a return, a new address, pieces that came or went
    are one change each; what stands on both sides is compared."""
    if new.withdrawn is not None:
        gone = Change(
            axis="revision", subject="structure", kind="removed", aspect="withdrawn", mask="withdrawn",
            before=_name(old), label=new.withdrawn, places=_slots(old),
        )  # fmt: skip
        return Comparison(axis="revision", changes=(gone,))
    step = new.step
    assert step is not None, "a state that follows another differs from it"
    found = compare(*legible(step.before, step.after), "revision", taxonomy)
    explained = correction(
        step.before if step.returned else old.disclosure, new.disclosure, step.told, taxonomy.corrections
    )
    told = () if explained is None else (explained,)
    return Comparison(
        axis="revision",
        changes=(*told, *_structure(new, step), *found.changes),
        links=found.links,
        outcome=found.outcome,
    )


def nothing_between(one: Disclosure, other: Disclosure, taxonomy: Taxonomy) -> bool:
    """Tell whether nothing would be recorded between two disclosures: they are one content in two formats."""
    found = compare(one, other, "revision", taxonomy)
    return found.outcome == "compared" and not found.changes


def _structure(new: State, step: Step) -> Iterator[Change]:
    if step.returned:
        yield Change(
            axis="revision", subject="structure", kind="added", aspect="restored", mask="restored", after=_name(new),
            places=_slots(new),
        )  # fmt: skip
    for before, after in step.moved:
        yield Change(
            axis="revision", subject="structure", kind="changed", aspect="address", mask="address", before=before,
            after=after, places=(after,),
        )  # fmt: skip
    if step.joined:
        names = [slot or "(text)" for slot in step.joined]
        yield Change(
            axis="revision", subject="structure", kind="added", aspect="piece", mask="piece", after="、".join(names),
            places=tuple(names),
        )  # fmt: skip
    for slot, how in step.left:
        yield Change(
            axis="revision", subject="structure", kind="removed", aspect="piece", mask="piece", before=slot, label=how,
            places=(slot,),
        )  # fmt: skip


def _name(state: State) -> str:
    return state.disclosure.identity.title or "、".join(_slots(state))


def _slots(state: State) -> tuple[str, ...]:
    return tuple(piece.slot for piece in state.pieces)
