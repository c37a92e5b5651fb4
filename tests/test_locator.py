"""Keys of a TOML text and their lines."""

import tomllib

import pytest

from tracker.locator import lines

TEXT = '''# 注释 = 1
lang = "zh"   # [no.table]
a.b = 1
"quoted key" = { x = 1, "y.z" = [1, {w = 2}] }

[storage]
path = """
[[sources]]
not = "a key"
"""

[[sources]]
name = 'one # ]'
include = [
  "*.txt", # "x = 1",

  "*.html",
]
[[sources]]
name = "two \\" = {"

[[units]]
name = "甲"
renames = [
  { from = "乙", to = "甲", year = 2021 },
  # { from = "丁" },
  { from = "丙", to = "甲" },
]
[[units.more]]
k = 1979-05-27T07:32:00Z
[[units.more]]
k = -1.5
[ last . 'one' ]
end = true'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("lang",), 2),
        (("a", "b"), 3),
        (("quoted key", "y.z"), 4),
        (("quoted key", "y.z", 1, "w"), 4),
        (("storage",), 6),
        (("storage", "path"), 7),
        (("sources", 0), 12),
        (("sources", 0, "name"), 13),
        (("sources", 0, "include"), 14),
        (("sources", 0, "include", 0), 15),
        (("sources", 0, "include", 1), 17),
        (("sources", 1), 19),
        (("sources", 1, "name"), 20),
        (("units", 0, "renames", 0, "year"), 25),
        (("units", 0, "renames", 1, "from"), 27),
        (("units", 0, "renames", 1, "to"), 27),
        (("units", 0, "more", 0, "k"), 30),
        (("units", 0, "more", 1, "k"), 32),
        (("last", "one", "end"), 34),
    ],
)
def test_a_key_stands_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert lines(TEXT)[path] == line


def test_every_key_that_tomllib_reads_has_a_line_and_no_other() -> None:
    def paths(value: object, at: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
        found: set[tuple[str | int, ...]] = {at} if at else set()
        if isinstance(value, dict):
            for key, inner in value.items():
                found |= paths(inner, (*at, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                found |= paths(inner, (*at, index))
        return found

    located = set(lines(TEXT))
    read = paths(tomllib.loads(TEXT))
    assert located <= read
    # Tables that are only implied by a dotted key or header have no line of their own.
    assert read - located <= {("a",), ("last",)}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "a=1", "a=[]\nb={}\n[c]\n"])
def test_small_texts_are_followed_to_their_end(text: str) -> None:
    assert len(lines(text)) == len(tomllib.loads(text))
