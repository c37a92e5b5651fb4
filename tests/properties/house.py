"""A small archive of published texts, and a program that ingests it: `python -m tests.properties.house FOLDER …`.

Two years of some units, silent revisions, a text that comes back, a damaged one, a second witness, a page with an
attachment of its own address, a text that is no disclosure, an empty file.
"""

import argparse
import random
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from storage.dump import dump
from storage.store import Store
from tests.generator import events, mutate
from tests.generator.layouts import document
from tests.generator.ledger import evolve, make
from tests.generator.render import RENDERS, render
from tracker.ingest import House, Offer, ingest
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load

LAYOUTS = ("hubei", "shanghai")


def offers(units: int) -> list[Offer]:
    """What was seen of ``units`` units, each with its own moment; names and addresses as a person would give them."""
    found: list[Offer] = []
    for seed in range(units):
        layout, how = LAYOUTS[seed % 2], RENDERS[seed % 3]
        first = make(seed + 40)
        second = evolve(first, seed)
        texts = {2022: render(document(first, layout), how, seed=seed)}
        texts[2023] = render(document(second, layout), how, seed=seed)
        revised = mutate.mutate("amount_in_prose", texts[2023], seed).text if how != "html" else None
        seen = [(2022, texts[2022], "2023-10-12"), (2023, texts[2023], "2024-10-12")]
        if revised is not None:
            again = mutate.mutate("sentence_reworded", revised, seed).text
            seen += [(2023, revised, "2024-11-01"), (2023, texts[2023], "2024-11-20"), (2023, again, "2024-12-05")]
            seen += [(2022, mutate.mutate("percent_in_prose", texts[2022], seed).text, "2024-10-12")]
        else:
            seen += [(2023, texts[2023], "2024-11-05")]
        found += [
            Offer(data=text.encode(), name=f"{year}-{n}.txt", at=f"{day}T0{seed % 10}:00:00Z")
            for n, (year, text, day) in enumerate(seen)
        ]
    broken = events.revision("table_gone", 3, "hubei")
    for doc, day in ((broken.before, "2024-01-05"), (broken.after, "2024-02-05")):
        text = render(doc, "tsv")
        found.append(Offer(data=text.encode(), name="w.txt", at=f"{day}T00:00:00Z", slot="http://w", url="http://w"))
    found.append(Offer(data=b"", name="empty.txt", at="2024-03-01T00:00:00Z"))
    found.append(Offer(data="今天天气很好。".encode(), name="news.txt", at="2024-03-02T00:00:00Z"))
    return found


def moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def house(store: Store, *, now: str | None = None) -> House:
    """A house whose clock tells the time, or ``now``."""
    reader = Reader(store.archive, load(), Names({}))
    return House(store, reader, moment if now is None else lambda: str(now))


def take(folder: Path, offered: Sequence[Offer], *, at_once: int = 1_000, now: str | None = None) -> list[str]:
    """Ingest ``offered`` in runs of ``at_once``; return the dump."""
    for at in range(0, len(offered), at_once):
        with Store.open(folder) as store:
            ingest(house(store, now=now), offered[at : at + at_once])
    with Store.open(folder) as store:
        return list(dump(store))


def shuffled(offered: Sequence[Offer], seed: int) -> list[Offer]:
    """The offers in another order of arrival."""
    return random.Random(seed).sample(list(offered), len(offered))


def _load(threads: int) -> None:
    """Keep the machine busy while the work is done."""

    def turn() -> None:
        n = 0
        while True:
            n = (n * 31 + 7) % 1_000_003

    for _ in range(threads):
        threading.Thread(target=turn, daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--units", type=int, default=2)
    parser.add_argument("--order", type=int)
    parser.add_argument("--at-once", type=int, default=1_000)
    parser.add_argument("--threads", type=int, default=0)
    chosen = parser.parse_args()
    offered = offers(chosen.units)
    if chosen.order is not None:
        offered = shuffled(offered, chosen.order)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    _load(chosen.threads)
    for line in take(chosen.folder, offered, at_once=chosen.at_once):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
