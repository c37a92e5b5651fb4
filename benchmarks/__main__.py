"""``python -m benchmarks [--quick] [--json]``: everything is measured in one run; progress goes to stderr."""

import argparse
import functools
import hashlib
import json
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from benchmarks import comparing, decoding, fetching, house, ours, peers, report
from benchmarks.aims import ALONE, BLOCKS, FAST, HASH, LINES, PUBLISHED, WHOLE, Aim, aims_of_pairs, aims_of_published
from benchmarks.cases import Case, cases, repeated, single_line, wrapped
from benchmarks.measuring import Effort, Measured, measure
from benchmarks.texts import DISCLOSURES, Text, generated, texts
from benchmarks.worth import figures_cut, marked
from tracker.compare import compare
from tracker.taxonomy import Taxonomy, load

LARGE = 500_000_000
"""Bytes under which the hundredfold document must stay."""

UNLIMITED = 600.0
"""Seconds after which this project's own measurements would be given up."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done in a run. ``fold``: the large document; ``lined``: how often the single line is repeated;
    ``units``: ingested, of three documents a text; ``rounds``: runs of what measures itself; ``fetching``: the pass
    that is measured."""

    effort: Effort
    fold: int
    lined: Sequence[int]
    units: int
    rounds: int
    fetching: fetching.Scale


FULL = Scale(Effort(), fold=100, lined=(1, 20), units=5, rounds=5, fetching=fetching.Scale())
QUICK = Scale(
    Effort(runs=1, least=0, limit=2), fold=3, lined=(1,), units=1, rounds=1, fetching=fetching.Scale(2, 4, 0.1, 1)
)


@dataclass(slots=True)
class Run:
    """What was measured so far, by case, text and system; what is known is said at once."""

    taxonomy: Taxonomy
    scale: Scale
    say: Callable[[str], None]
    found: dict[tuple[str, str, str], Measured] = field(default_factory=dict)
    aims: list[Aim] = field(default_factory=list)

    def seconds(self, case: str, of: str, system: str) -> float | None:
        measured = self.found.get((case, of, system))
        return measured.seconds if measured else None

    def ours(self, run: Callable[[], object], ask: Callable[[object], object]) -> Measured:
        """Measure something of this project's own: never stopped, each run as if it were the first."""
        return measure(run, ask, replace(self.scale.effort, limit=UNLIMITED), ours.forget)

    def measure_case(self, case: Case) -> None:
        """Measure this project and every peer on one pair."""
        print(f"{case.of}: {case.name}", file=sys.stderr)
        before, after = case.before.encode(), case.after.encode()
        found: dict[str, Measured] = {}
        found[WHOLE] = self.ours(lambda: ours.text_to_changes(before, after, case.axis, self.taxonomy), ours.worth)
        first, second = (ours.understand(each, self.taxonomy) for each in (before, after))
        found[ALONE] = self.ours(lambda: compare(first, second, case.axis, self.taxonomy), ours.worth)
        if case.before == case.after:
            found[HASH] = self.ours(lambda: [hashlib.sha256(each).digest() for each in (before, after)], _nothing)
        for name, (diff, operations) in peers.PEERS.items():
            print(f"  {name}", file=sys.stderr)
            ask = functools.partial(_worth, operations, (case.before, case.after))
            found[name] = measure(functools.partial(diff, case.before, case.after), ask, self.scale.effort)
        self.found |= {(case.name, case.of, system): measured for system, measured in found.items()}
        self.say(f"{case.of}: {case.name}\n{_table(found, self.scale.effort.limit)}\n")

    def measure_published(self, pair: comparing.YearPair) -> None:
        """Measure this project on a published year pair beside the two peers that its aims name."""
        print(f"{pair.name}: {PUBLISHED}", file=sys.stderr)
        found = {
            BLOCKS: self.ours(lambda: comparing.blocks_to_changes(pair, self.taxonomy), ours.worth),
        }
        texts_of_both = pair.before.text, pair.after.text
        for name in (LINES, FAST):
            if name in peers.PEERS:
                print(f"  {name}", file=sys.stderr)
                diff, operations = peers.PEERS[name]
                ask = functools.partial(_worth, operations, texts_of_both)
                found[name] = measure(functools.partial(diff, *texts_of_both), ask, self.scale.effort)
        self.found |= {(PUBLISHED, pair.name, system): measured for system, measured in found.items()}
        self.say(f"{pair.name}: {PUBLISHED}\n{_table(found, self.scale.effort.limit)}\n")

    def measure_length(self, text: Text) -> None:
        """The hundredfold document, and the single line beside its wrapped twin."""
        fold = self.scale.fold
        large = repeated(text, fold)
        self.measure_case(large)
        for system in (WHOLE, ALONE):
            one, many = (self.seconds(case, text.name, system) for case in ("silent revision", large.name))
            ratio = many / one if one and many else None
            self.aims.append(Aim(f"{fold} times {text.name}, {system}, against once", 1.2 * fold, ratio, least=False))
        what = f"{fold} times {text.name}, memory of the process against {LARGE // 1_000_000} MB"
        resident = self.found[large.name, text.name, WHOLE].resident
        self.aims.append(Aim(what, 1, resident / LARGE, least=False))
        for times in self.scale.lined:
            whole = "\n".join([text.text] * times)
            print(f"{text.name}: {times} times, on one line", file=sys.stderr)
            line, twin = (
                self.ours(functools.partial(ours.understand, each.encode(), self.taxonomy), _nothing).seconds
                for each in (single_line(whole), wrapped(whole))
            )
            what = f"{times} times {text.name} on one line, against its wrapped twin"
            self.aims.append(Aim(what, 5, line / twin if line and twin else None, least=False))


def _worth(operations: peers.Operations, of: peers.Texts, found: object) -> dict[str, object]:
    read = operations(found, of)
    return {"marked": marked(read), "cut": figures_cut(read), "moves": 0}


def _nothing(found: object) -> None:
    return None


def main(
    arguments: Sequence[str] | None = None, sources: Sequence[Text] | None = None, scale: Scale | None = None
) -> int:
    """Run the benchmarks; ``sources`` and ``scale`` are for tests."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of each, small sizes: to see that it works")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--generated", action="store_true", help="measure the generator's documents, not real ones")
    options = parser.parse_args(arguments)
    published = () if sources or options.generated else comparing.year_pairs(DISCLOSURES)
    scale = scale or (QUICK if options.quick else FULL)
    sources = sources or (generated() if options.generated else texts())
    say = _silent if options.json else _say
    say(
        f"Python {platform.python_version()}, {platform.machine()}; medians, in milliseconds;"
        " × says how many times as long as this project's text to changes, and as its comparison alone\n"
    )
    run = Run(load(), scale, say)
    for text in sources:
        for case in cases(text):
            run.measure_case(case)
    for pair in published:
        run.measure_published(pair)
    run.aims += aims_of_pairs([text.name for text in sources], run.seconds, scale.effort.limit)
    run.aims += aims_of_published([pair.name for pair in published], run.seconds, scale.effort.limit)
    for text in sources:
        run.measure_length(text)
    print("ingest", file=sys.stderr)
    offered = house.offers(sources, scale.units)
    spent = measured_once(lambda: house.ingest_stages(offered, run.taxonomy, scale.rounds))
    say(f"ingest of {len(offered)} documents\n{report.stages(spent, len(offered))}\n")
    print("rows", file=sys.stderr)
    committed = measured_once(lambda: house.rows_committed(offered, run.taxonomy, scale.rounds))
    run.aims.append(Aim("rows committed, against sqlite-utils", 2.5, committed["ours"] / committed["sqlite-utils"]))
    formats = decoding.all_measured(options.quick, lambda words: print(words, file=sys.stderr))
    run.aims += decoding.aims(formats)
    visited = fetching.measured(scale.fetching, lambda words: print(words, file=sys.stderr))
    run.aims += visited.aims()
    if options.json:
        print(
            json.dumps(
                {
                    **_json(run, spent, committed, len(offered)),
                    "fetching": visited.json(),
                    "formats": decoding.asdicts(formats),
                },
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        say(
            f"{committed['rows']:,.0f} rows committed: {committed['ours']:,.0f} rows/s, sqlite-utils' bulk insert"
            f" {committed['sqlite-utils']:,.0f} rows/s\n"
        )
        say(f"decoding, in seconds of the processor\n{decoding.told(formats)}\n")
        say(f"a pass in which nothing is new\n{visited.told()}\n")
        say(f"Aims\n{report.aims(run.aims)}")
    return 0


def measured_once(run: Callable[[], Mapping[str, float]]) -> Mapping[str, float]:
    """Run in a process of its own what measures itself; return what it found."""
    return measure(run, lambda found: found, Effort(runs=0, least=0, limit=UNLIMITED)).result


def _say(words: str) -> None:
    print(words, flush=True)


def _silent(words: str) -> None:
    pass


def _table(systems: Mapping[str, Measured], limit: float) -> str:
    """What was measured of one pair: a row a system."""
    head = ("", "ms", "× whole", "× alone", "peak MB", "marked", "figures cut", "moves")
    whole = systems[WHOLE] if WHOLE in systems else systems[BLOCKS]
    alone = systems.get(ALONE, whole)
    body = [
        (
            system,
            report.milliseconds(m.seconds, limit),
            report.times(whole.ratio(m, limit)),
            report.times(alone.ratio(m, limit)),
            report.megabytes(m.peak) if m.runs else "–",
            *(str((m.result or {}).get(what, "–")) for what in ("marked", "cut", "moves")),
        )
        for system, m in systems.items()
    ]
    return report.table(head, body)


def _json(run: Run, spent: Mapping[str, float], committed: Mapping[str, float], documents: int) -> dict[str, object]:
    measured = [
        {"case": case, "text": of, "system": system, **asdict(m)} for (case, of, system), m in run.found.items()
    ]
    return {
        "measured": measured,
        "ingest": {"documents": documents, "seconds": spent},
        "rows": committed,
        "aims": [{**asdict(aim), "met": aim.met} for aim in run.aims],
    }


if __name__ == "__main__":
    sys.exit(main())
