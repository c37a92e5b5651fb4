"""``python -m tests.generator samples`` writes ``samples/``, ``… document --seed 1`` prints one document."""

import argparse
import sys

from tests.generator.layouts import LAYOUTS, document
from tests.generator.ledger import make
from tests.generator.render import RENDERS, render
from tests.generator.samples import FOLDER, write


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.generator")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("samples", help="write samples/ anew")
    one = commands.add_parser("document", help="print one document")
    one.add_argument("--layout", choices=sorted(LAYOUTS), default="hubei")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--year", type=int, default=2023)
    one.add_argument("--render", choices=RENDERS, default="tsv")
    options = parser.parse_args(arguments)
    if options.command == "samples":
        print(f"{write()} files in {FOLDER.name}/")
        return 0
    sys.stdout.write(render(document(make(options.seed, options.year), options.layout), options.render))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
