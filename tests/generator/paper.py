"""A document as the generator knows it: paragraphs and tables, every printed figure marked with what it says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure in its place: prints ``text`` + ``tail``. ``fact`` is our own name for what it says: marks with the
    same ``fact`` say the same by definition. ``value`` is signed and without separators; ``unit`` is its unit even
    where a table prints it elsewhere."""

    text: str
    tail: str
    fact: str
    label: str
    role: str
    value: str
    unit: str | None
    code: str | None = None
    measure: str | None = None
    base: str | None = None
    period: int | None = None
    side: str | None = None

    @property
    def printed(self) -> str:
        return self.text + self.tail


Run = str | Mark


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of one section. ``key`` names its role in the layout, the same in every document of that layout;
    ``kind``: title, date, toc, part, heading, caption, note, body."""

    key: str
    section: str
    runs: tuple[Run, ...]
    kind: str = "body"
    statement: str | None = None

    @property
    def text(self) -> str:
        return "".join(run if isinstance(run, str) else run.printed for run in self.runs)

    @property
    def skeleton(self) -> str:
        """The text with every figure masked."""
        return "".join(run if isinstance(run, str) else "□" for run in self.runs)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(run for run in self.runs if isinstance(run, Mark))


@dataclass(frozen=True, slots=True)
class Cell:
    text: str = ""
    mark: Mark | None = None
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. Merged cells stand once, with their spans. ``head`` rows are the header."""

    key: str
    section: str
    statement: str
    rows: tuple[tuple[Cell, ...], ...]
    head: int

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(cell.mark for row in self.rows for cell in row if cell.mark is not None)

    def matrix(self) -> tuple[tuple[str, ...], ...]:
        """The rows written out, as tab-separated text prints them: a merged cell is a text and empty slots."""
        taken: set[tuple[int, int]] = set()
        lines: list[tuple[str, ...]] = []
        for y, row in enumerate(self.rows):
            line: dict[int, str] = {}
            x = 0
            for cell in row:
                while (y, x) in taken:
                    line[x] = ""
                    x += 1
                line[x] = cell.text
                for dy in range(cell.rowspan):
                    for dx in range(cell.colspan):
                        taken.add((y + dy, x + dx))
                        if dy == 0 and dx:
                            line[x + dx] = ""
                x += cell.colspan
            while (y, x) in taken:
                line[x] = ""
                x += 1
            lines.append(tuple(line[i] for i in range(x)))
        return tuple(lines)


Block = Paragraph | Sheet


@dataclass(frozen=True, slots=True)
class Document:
    unit: str
    year: int
    scope: str
    layout: str
    title: str
    blocks: tuple[Block, ...]
    kind: str = "final"

    @property
    def name(self) -> str:
        return f"{self.unit}/{self.year}/{self.kind}.{self.scope}"

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Sheet))

    def marks(self) -> Iterator[tuple[Block, Mark]]:
        for block in self.blocks:
            for mark in block.marks:
                yield block, mark

    def with_blocks(self, blocks: tuple[Block, ...]) -> "Document":
        return replace(self, blocks=blocks)


def say(template: str, *slots: Run | tuple[Run, ...]) -> tuple[Run, ...]:
    """Fill each ``{}`` of ``template`` with a run or a sequence of runs, joining neighbouring words."""
    pieces = template.split("{}")
    if len(pieces) != len(slots) + 1:
        raise ValueError(f"{len(pieces) - 1} slots, {len(slots)} runs: {template}")
    runs: list[Run] = [pieces[0]]
    for slot, piece in zip(slots, pieces[1:], strict=True):
        runs.extend(slot if isinstance(slot, tuple) else (slot,))
        runs.append(piece)
    return joined(runs)


def joined(runs: list[Run] | tuple[Run, ...]) -> tuple[Run, ...]:
    """Join neighbouring strings, drop empty ones."""
    result: list[Run] = []
    for run in runs:
        if isinstance(run, str) and result and isinstance(last := result[-1], str):
            result[-1] = last + run
        elif run != "":
            result.append(run)
    return tuple(result)
