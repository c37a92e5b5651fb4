"""Last year as this year's document implies it, where that is not what last year's document said."""

from collections.abc import Collection, Sequence

from tracker.compare import figures
from tracker.compare.figures import Amount, Place, amount, multiple, percent, plain
from tracker.compare.priors import Prior, implied
from tracker.model import Change, Disclosure, Figure

_SYSTEMATIC = 3


def restated(before: Disclosure, after: Disclosure, unlinked: Collection[str]) -> list[tuple[Place, Change]]:
    """Return one change for each amount of last year that was restated; equal offsets are one change, and so is a
    restatement of most of what can be checked (another scope of accounts). Codes in ``unlinked`` are no evidence."""
    published = figures.facts(before.figures)
    differing: list[tuple[Prior, Figure]] = []
    checked: set[str] = set()
    for prior in implied(after):
        name = figures.name(prior.actual)
        last = published.get(name)
        if name[0] in checked or not last or prior.actual.code in unlinked:
            continue
        if amount(last[0]).dimension != prior.amount.dimension:
            continue
        checked.add(name[0])
        if not any(prior.allows(amount(one)) for one in last):
            differing.append((prior, last[0]))
    if len(differing) >= _SYSTEMATIC and 2 * len(differing) > len(checked):
        return [_change(differing)]
    groups: list[list[tuple[Prior, Figure]]] = []
    for one in differing:
        for group in groups:
            if _alike(_offset(one), _offset(group[0])):
                group.append(one)
                break
        else:
            groups.append([one])
    return [_change(group) for group in groups]


def _offset(one: tuple[Prior, Figure]) -> Amount:
    prior, last = one
    published = amount(last)
    return Amount(prior.amount.value - published.value, prior.amount.radius + published.radius, published.dimension)


def _alike(one: Amount, two: Amount) -> bool:
    return one.dimension == two.dimension and abs(one.value - two.value) <= one.radius + two.radius


def _change(group: Sequence[tuple[Prior, Figure]]) -> tuple[Place, Change]:
    prior, last = max(group, key=lambda one: abs(one[0].amount.value))
    factor, _ = multiple(last.unit)
    implied_value = prior.amount.value / factor
    delta = implied_value - amount(last).value / factor
    actual = prior.actual
    change = Change(
        axis="year",
        subject="figure",
        kind="changed",
        aspect="restated",
        mask=f"restated {actual.fact or actual.key}",
        key=actual.key,
        key_before=last.key,
        fact=actual.fact,
        section=actual.section,
        statement=actual.statement,
        code=actual.code,
        label=actual.label,
        measure=actual.measure,
        role="prior",
        before=last.value,
        after=plain(implied_value),
        unit_before=last.unit,
        unit_after=last.unit,
        delta=plain(delta),
        percent=percent(delta, amount(last).value / factor),
        text_after=prior.quote or None,
        places=figures.places([one[0].actual for one in group]),
    )
    return (0.0, 0, 0), change
