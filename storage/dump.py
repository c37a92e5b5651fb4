"""The derived tables as sorted text, to hold two databases against each other.

Times of detection and building, and the number of the generation, are history and left out: the same captures give
the same dump, whenever and in whatever order they came.
"""

from collections.abc import Iterator

from storage.rows import DERIVED, to_json
from storage.store import Store


def dump(store: Store) -> Iterator[str]:
    """Yield the rows of every derived table, table by table in the order of their keys: ``table<TAB>JSON list``."""
    with store.snapshot():
        yield f"generation\t{to_json([store.fingerprint])}"
        for row in DERIVED:
            for each in store.tuples(row):
                yield f"{row.TABLE}\t{to_json(each)}"
        sql = (
            "SELECT kind, owner, version, words FROM searched JOIN search ON search.rowid = id ORDER BY owner, version"
        )
        for each in store.connection.execute(sql):
            yield f"search\t{to_json(each)}"
