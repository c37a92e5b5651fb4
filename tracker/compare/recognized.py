"""Which changes rest on what was recognized in a picture: they are told as that, never mixed with what a text says.

A change of a figure rests on text where one of its places has the figure as text on each side; one of words where
neither side's words were recognized; one of structure where nothing of its statement or section was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracker.model import Change, Disclosure, Figure


def marked(changes: Sequence[Change], before: Disclosure, after: Disclosure) -> list[Change]:
    """Return the changes, each with its origin."""
    sides = _Side(before), _Side(after)
    if not any(side.has for side in sides):
        return list(changes)
    return [replace(change, origin="ocr") if _rests_on_a_picture(change, *sides) else change for change in changes]


class _Side:
    """What of a disclosure was recognized."""

    def __init__(self, disclosure: Disclosure) -> None:
        recognized = [figure for figure in disclosure.figures if figure.origin == "ocr"]
        pictured = [passage for passage in disclosure.passages if passage.origin == "ocr"]
        self._words = frozenset(passage.text for passage in pictured)
        self.statements = frozenset(figure.statement for figure in recognized if figure.statement is not None)
        self.sections = frozenset(passage.section for passage in pictured)
        self.has = bool(recognized or pictured)
        self._texts = _named(figure for figure in disclosure.figures if figure.origin == "text")
        self._recognized = _named(recognized)

    def lacks(self, places: Iterable[str]) -> bool:
        """Say whether this side has a figure at one of ``places``, and it as text at none."""
        keys = {place.partition("#")[0] for place in places}
        return bool(keys & self._recognized) and not keys & self._texts

    def says(self, text: str | None) -> bool:
        """Say whether some of ``text``, one passage or a run of them, was recognized on this side."""
        return text is not None and (text in self._words or any(each in text for each in self._words if each))


def _named(figures: Iterable[Figure]) -> frozenset[str]:
    return frozenset(figure.key for figure in figures)


def _rests_on_a_picture(change: Change, before: _Side, after: _Side) -> bool:
    match change.subject:
        case "figure":
            new = (*change.places, *filter(None, (change.key,)))
            old = (*new, *filter(None, (change.key_before,)))
            return before.lacks(old) or after.lacks(new)
        case "passage":
            return before.says(change.text_before) or after.says(change.text_after)
        case "structure" if change.statement is not None:
            return change.statement in before.statements | after.statements
        case "structure":
            return change.section is not None and change.section in before.sections | after.sections
