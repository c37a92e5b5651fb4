"""Print what is read of each regional document; with names and ``--misses``, what is not."""

import sys

from tests.regional.marked import NAMES
from tests.regional.measuring import Measure, measure
from tests.truth.matching import Row


def main(arguments: list[str]) -> None:
    """Print a line for each document."""
    names = [name for name in arguments if not name.startswith("-")] or list(NAMES)
    for name in names:
        read = measure(name)
        print(
            f"{name:11} tables {_recall(read, 'tables')} of"
            f" {read.tables['value'].total:3}  narrative {_recall(read, 'narrative')} of"
            f" {read.narrative['value'].total:3}  precision {read.precision:.3f}"
            f" ({len(read.everything.beyond)} beyond of {len(read.disclosure.figures)})"
            f"  unread {len(read.disclosure.unread)}"
        )
        for what in ("identity", "sections", "statements", "grabbed", "repeated"):
            if found := getattr(read, what):
                print(f"    {what}: {found}")
        if "--misses" in arguments:
            for where in (read.tables, read.narrative):
                for depth in ("value", "line", "meaning"):
                    for row in where[depth].missed:
                        print(f"      - {depth:8}", _shown(row))
            for row in read.everything.beyond:
                print("      + beyond  ", _shown(row))
            for problem in read.disclosure.problems:
                print("      !", problem.code, problem.place, problem.quote[:60], problem.details)


def _recall(read: Measure, where: str) -> str:
    return " ".join(f"{score.recall:.3f}" for score in getattr(read, where).values())


def _shown(row: Row) -> str:
    names = ("statement", "section", "code", "label", "measure", "role", "value", "unit", "quote", "key")
    return " ".join(f"{name}={str(row[name])[:50]}" for name in names if row.get(name))


if __name__ == "__main__":
    main(sys.argv[1:])
