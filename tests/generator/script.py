"""Collects the blocks of a document in printed order."""

from tests.generator.paper import Block, Document, Paragraph, Run, Sheet, say
from tests.generator.telling import Teller


class Script:
    """A document being written: ``part`` and ``heading`` open sections, ``body`` adds words, ``table`` a table."""

    def __init__(self, teller: Teller, layout: str, title: str) -> None:
        self.teller = teller
        self.layout = layout
        self.title = title
        self.section = "cover"
        self.blocks: list[Block] = []

    def line(
        self, key: str, text: str, *slots: Run | tuple[Run, ...], kind: str = "body", statement: str | None = None
    ) -> None:
        self.blocks.append(Paragraph(f"{self.section}/{key}", self.section, say(text, *slots), kind, statement))

    def open(self, section: str, text: str, kind: str = "heading") -> None:
        """Open ``section`` with its heading."""
        self.section = section
        self.line("heading" if kind == "heading" else "part", text, kind=kind)

    def sub(self, key: str, text: str, section: str | None = None) -> None:
        """Write a heading inside a section (or of a section that the numbering puts under it)."""
        self.section = section or self.section
        self.line(f"sub.{key}", text, kind="heading")

    def table(self, sheet: Sheet, *, before: tuple[str, ...], after: tuple[str, ...] = ()) -> None:
        """Write a table with its captions and notes."""
        self.section = "tables"
        for i, text in enumerate(before):
            self.line(f"{sheet.key}.caption.{i}", text, kind="caption", statement=sheet.statement)
        self.blocks.append(sheet)
        for i, text in enumerate(after):
            self.line(f"{sheet.key}.note.{i}", text, kind="note", statement=sheet.statement)

    def document(self) -> Document:
        ledger = self.teller.ledger
        return Document(ledger.unit, ledger.year, ledger.scope, self.layout, self.title, tuple(self.blocks))
