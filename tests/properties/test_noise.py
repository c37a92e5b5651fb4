"""Layout is not content (law 7): nothing is recorded between a text and the same text laid out otherwise."""

import random
import re
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from scrapers.decode import decode
from tests.generator import noise
from tests.generator.layouts import LAYOUTS, document
from tests.generator.ledger import make
from tests.generator.render import render
from tracker.compare import compare
from tracker.model import Change, Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy, load


def _paged(text: str, seed: int) -> str:
    """The text printed on pages of so many lines, wherever they end: inside a table, a heading, a sentence."""
    rng = random.Random(seed)
    height, feed, number = rng.randint(20, 50), rng.random() < 0.5, rng.choice(("{}", "- {} -", "第 {} 页 共 99 页"))
    header = rng.choice(("", "2023年度决算公开"))
    lines, pages = text.split("\n"), 1
    printed: list[str] = []
    for n, line in enumerate(lines, 1):
        printed.append(line)
        if n % height == 0 and any(rest.strip() for rest in lines[n:]):
            printed += [number.format(pages), "\f" + header if feed else "\n\n\n" + header]
            pages += 1
    return "\n".join(printed)


def _blanked(text: str, seed: int) -> str:
    """One blank line after some lines, rows of tables too."""
    rng = random.Random(seed)
    return "\n".join(line + "\n" * (rng.random() < 0.1) for line in text.split("\n"))


def _recut(text: str, columns: int) -> str:
    """Each printed line cut again where it is longer, whatever it is; never inside a figure or a Latin word."""
    lines: list[str] = []
    for line in text.split("\n"):
        cut = ""
        for token in [line] if "\t" in line else re.findall(r"[A-Za-z]+|\d[\d,.，．]*[%％]?|.", line):
            if len(cut) + len(token) > columns and cut.strip():
                lines.append(cut)
                cut = ""
            cut += token
        lines.append(cut)
    return "\n".join(lines)


def _spaced_cells(text: str, seed: int) -> str:
    """Spaces inside and around the words of some cells, as PDF readers leave them."""
    rng = random.Random(seed)
    gap = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])|(?=\t)|(?<=\t)(?=\S)")
    return "\n".join(
        gap.sub(lambda m: " " if rng.random() < 0.2 else "", line) if "\t" in line else line
        for line in text.split("\n")
    )


Transform = Callable[[str, int], str]

_SEPARATOR = re.compile(r"(?<=\d)[,.](?=\d)")
_WIDE = {",": "，", ".": "．"}

TEXT: dict[str, Transform] = {
    "rewrapped": lambda text, seed: noise.rewrapped(text, (30, 10_000, 46, 61, 78, 90)[seed % 6]),
    "blank lines": noise.blank_lines,
    "crlf": lambda text, seed: noise.crlf(text),
    "spaced": noise.spaced,
    "full-width digits": lambda text, seed: noise.fullwidth_digits(text),
    "full-width marks": lambda text, seed: noise.fullwidth_marks(text),
    "half-width marks": lambda text, seed: noise.halfwidth_marks(text),
    "full-width separators": lambda text, seed: _SEPARATOR.sub(lambda m: _WIDE[m[0]], text),
    "half-width commas": lambda text, seed: re.sub(r"(?<=[\u4e00-\u9fff])，(?=[\u4e00-\u9fff])", ",", text),
    "unseparated": lambda text, seed: noise.unseparated(text),
    "paginated": lambda text, seed: noise.paginated(
        text, seed, header=("", "2023年度决算公开")[seed % 2], number=("- {} -", "{}", "第{}页")[seed % 3],
        feed=seed % 4 > 1,
    ),
    "pages anywhere": lambda text, seed: _paged(text, seed),
    "blank lines anywhere": lambda text, seed: _blanked(text, seed),
    "lines cut again": lambda text, seed: _recut(text, (20, 33, 200)[seed % 3]),
    "spaced cells": lambda text, seed: _spaced_cells(text, seed),
}  # fmt: skip
"""Transforms from text to text, in an order in which two of them may follow one another."""

FORMAT: dict[str, Callable[[str], bytes]] = {
    "gb18030": noise.gb18030,
    "html": lambda text: noise.as_html(text).encode(),
    "gb18030 html": lambda text: noise.as_html(text, charset="gb18030").encode("gb18030"),
}

SEEDED = {
    "blank lines",
    "spaced",
    "paginated",
    "rewrapped",
    "pages anywhere",
    "blank lines anywhere",
    "lines cut again",
}

TWICE = {("paginated", "pages anywhere")}
"""Pages inside pages: a page's number stands in the middle of another page."""

REAL = ("wuhan", "gedian")
GENERATED = tuple(f"{layout} {how} {seed}" for layout in LAYOUTS for how in ("tsv", "wrapped") for seed in (3,))
SOAKED = tuple(f"{layout} {how} {seed}" for layout in LAYOUTS for how in ("tsv", "wrapped") for seed in range(20, 25))


@cache
def taxonomy() -> Taxonomy:
    return load()


def read(data: bytes) -> Disclosure:
    return normalize(decode(data), taxonomy())


def written(name: str) -> str:
    """A generated text named ``layout render seed``."""
    layout, how, seed = name.split()
    return render(document(make(int(seed)), layout), "wrapped" if how == "wrapped" else "tsv", seed=int(seed))


@cache
def _read_plain(text: str) -> Disclosure:
    return read(text.encode())


def recorded(text: str, noisy: bytes) -> list[Change]:
    """What would be recorded between the text and its noisy twin, which must be nothing; the digests must agree."""
    plain, other = _read_plain(text), read(noisy)
    assert plain.identity.document is None or other.identity.document == plain.identity.document
    changes = list(compare(plain, other, "revision", taxonomy()).changes)
    assert changes or plain.digest == other.digest, "nothing is recorded, but the digests differ"
    return changes


def shown(change: Change) -> tuple[object, ...]:
    return (change.subject, change.kind, change.aspect, change.key, change.before, change.after, change.ops[:8])


def _text(request: pytest.FixtureRequest, name: str) -> str:
    if name in REAL:
        path: Path = request.getfixturevalue(name)
        return path.read_text(encoding="utf-8")
    return written(name)


@pytest.mark.parametrize("document_name", [*REAL, *GENERATED])
@pytest.mark.parametrize("name", TEXT)
def test_nothing_is_recorded_under(request: pytest.FixtureRequest, name: str, document_name: str) -> None:
    text = _text(request, document_name)
    for seed in range(3) if name in SEEDED else (0,):
        noisy = TEXT[name](text, seed)
        assert [shown(change) for change in recorded(text, noisy.encode())] == [], (name, seed)


@pytest.mark.parametrize("document_name", [*REAL, *GENERATED])
@pytest.mark.parametrize("name", FORMAT)
def test_nothing_is_recorded_in_another_format(request: pytest.FixtureRequest, name: str, document_name: str) -> None:
    text = _text(request, document_name)
    assert [shown(change) for change in recorded(text, FORMAT[name](text))] == []


@pytest.mark.parametrize("document_name", [*REAL, "shanghai wrapped 3"])
@pytest.mark.parametrize("pair", [pair for pair in combinations(TEXT, 2) if pair not in TWICE], ids=" + ".join)
def test_nothing_is_recorded_under_two_together(
    request: pytest.FixtureRequest, pair: tuple[str, str], document_name: str
) -> None:
    text = _text(request, document_name)
    once = TEXT[pair[0]](text, 1)
    assert [shown(change) for change in recorded(text, TEXT[pair[1]](once, 2).encode())] == []


@pytest.mark.parametrize("document_name", [*REAL, *GENERATED])
@pytest.mark.parametrize("name", TEXT)
def test_nothing_is_recorded_under_noise_in_a_web_page(
    request: pytest.FixtureRequest, name: str, document_name: str
) -> None:
    text = _text(request, document_name)
    # A page ends nowhere in a web page: without an edge, a number is content.
    noisy = text if name in ("paginated", "pages anywhere") else TEXT[name](text, 1)
    assert [shown(change) for change in recorded(text, noise.as_html(noisy).encode())] == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", [3, 8])
def test_the_three_renderings_of_one_document_say_the_same(layout: str, seed: int) -> None:
    paper = document(make(seed), layout)
    text = render(paper, "tsv")
    for how in ("wrapped", "html"):
        changes = recorded(text, render(paper, "wrapped" if how == "wrapped" else "html", seed=seed).encode())
        assert [shown(change) for change in changes] == [], how


@pytest.mark.soak
@pytest.mark.parametrize("document_name", [*REAL, *SOAKED])
def test_nothing_is_recorded_under_any_noise_over_many_documents(
    request: pytest.FixtureRequest, document_name: str
) -> None:
    text = _text(request, document_name)
    wrong: list[str] = []
    for name, change in TEXT.items():
        for seed in range(6) if name in SEEDED else (0,):
            if recorded(text, change(text, seed).encode()):
                wrong.append(f"{name} {seed}")
    for first, second in (pair for pair in combinations(TEXT, 2) if pair not in TWICE):
        for seed in range(2):
            if recorded(text, TEXT[second](TEXT[first](text, seed), seed + 1).encode()):
                wrong.append(f"{first} + {second} {seed}")
    wrong += [name for name, change in FORMAT.items() if recorded(text, change(text))]
    assert wrong == []
