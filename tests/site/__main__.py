"""``python -m tests.site`` serves the town on the loopback for a person to look at, for an hour or until ^C."""

import argparse
import contextlib
import time

from tests.site.server import Server
from tests.site.town import town


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="end after that long (default 60)")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    built = town()
    with Server(built.site, port=options.port, apart=True) as server:
        for url in built.feeds().values():
            print(url)
        for host, column in built.columns.items():
            print(f"\n{host}  {column.url}")
            for publication in built.of(host):
                print(f"  {publication.document}  {publication.url}")
        print(f"\n{options.minutes:g} min, port {server.port}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(options.minutes * 60)
    print(f"{len(built.site.log)} requests")


if __name__ == "__main__":
    main()
