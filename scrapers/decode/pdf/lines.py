"""Letters to printed lines: what stands on one base line, from left to right, with spaces where there is room.

The order in which a file stores its letters is no evidence: it is the order in which they were typeset (seen: the
amounts of a table before its names, a clause after the one that it begins).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scrapers.blocks import Box
from scrapers.decode.pdf.sheet import Letter

SPACES = frozenset(" \u00a0\u3000\t\u2002\u2003\u2009")
# In parts of the letters' size.
_SAME_LINE = 0.4
_SAME_PLACE = 0.15
_TIGHT = 0.15
_ROOM = 0.3
_WIDE = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. ``letters`` are those that are seen, from left to right, without spaces.

    ``box`` ends at the base line. ``away`` is set on the rest of a cell that a page's end cut off: it stands on the
    page after.
    """

    text: str
    box: Box
    size: float
    letters: tuple[Letter, ...]
    away: bool = False

    @property
    def around(self) -> Box:
        """Return the room of all its letters, with what reaches below the base line."""
        return Box(self.box.left, self.box.top, self.box.right, max(letter.bottom for letter in self.letters))

    @property
    def stops(self) -> tuple[float, ...]:
        """Return the right side of each character of ``text``; a space ends where the next letter begins."""
        found: list[float] = []
        letters = iter(self.letters)
        blank = False
        for character in self.text:
            if character == " ":
                blank = True
                continue
            letter = next(letters)
            if blank:
                found.append(letter.left)
                blank = False
            found.append(letter.right)
        return tuple(found)

    @property
    def confidence(self) -> float | None:
        """Return that of its least sure letter, None where none was recognized in a picture."""
        return min((letter.confidence for letter in self.letters if letter.confidence is not None), default=None)


def lines(letters: Iterable[Letter]) -> list[Line]:
    """Return the lines that letters make, from top to bottom; a line of spaces is none."""
    found: list[Line] = []
    upright = [letter for letter in letters if letter.turn == 0]
    for group in _groups(upright):
        line = line_of(group)
        if line is not None:
            found.append(line)
    found.extend(_turned([letter for letter in letters if letter.turn]))
    return sorted(found, key=lambda line: (line.box.bottom, line.box.left))


def line_of(letters: Sequence[Letter]) -> Line | None:
    """Return the line that letters of one base line make, None if it is blank."""
    ordered = sorted(letters, key=lambda letter: (letter.left, letter.right))
    seen: list[Letter] = []
    pieces: list[str] = []
    blank = False
    for letter in ordered:
        if letter.text in SPACES:
            blank = True
            continue
        if seen:
            if _again(seen, letter):
                continue
            before = seen[-1]
            size = max(before.size, letter.size)
            gap = letter.left - before.right
            if (blank and gap > _TIGHT * size) or _apart(before.text, letter.text, gap, size):
                pieces.append(" ")
        blank = False
        seen.append(letter)
        pieces.append(letter.text)
    if not seen:
        return None
    box = Box(
        seen[0].left,
        min(letter.top for letter in seen),
        max(letter.right for letter in seen),
        max(letter.base for letter in seen),
    )
    return Line("".join(pieces), box, max(letter.size for letter in seen), tuple(seen))


def _groups(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Part letters by base line. A run that drifts (a page scanned askew) stays one line."""
    groups: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda letter: (letter.base, letter.left)):
        if groups:
            last = groups[-1]
            if letter.base - last[-1].base <= _SAME_LINE * min(letter.size, last[-1].size) and (
                letter.base - last[0].base <= _SAME_LINE * 2 * letter.size
            ):
                last.append(letter)
                continue
        groups.append([letter])
    return groups


def _again(seen: Sequence[Letter], letter: Letter) -> bool:
    """Tell a letter that is printed over itself, which makes it bold or throws a shadow."""
    return any(
        other.text == letter.text and letter.left - other.left < _SAME_PLACE * letter.size for other in seen[-3:]
    )


def _apart(before: str, after: str, gap: float, size: float) -> bool:
    if before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
        return gap > _ROOM * size
    return gap > _WIDE * size


def _turned(letters: Sequence[Letter]) -> list[Line]:
    """Return the lines of letters that do not stand upright: parted by their base line, read in their direction."""
    found: list[Line] = []
    for turn in (90, 180, 270):
        group: list[Letter] = []
        for letter in sorted(
            (letter for letter in letters if letter.turn == turn),
            key=lambda letter: letter.top if turn == 180 else letter.left,
        ):
            near = (
                group
                and abs((letter.top - group[-1].top) if turn == 180 else (letter.left - group[-1].left))
                <= _SAME_LINE * letter.size
            )
            if not near:
                found.extend(_read(group, turn))
                group = []
            group.append(letter)
        found.extend(_read(group, turn))
    return found


def _read(letters: Sequence[Letter], turn: int) -> list[Line]:
    ordered = sorted(
        (letter for letter in letters if letter.text not in SPACES),
        key=lambda letter: {90: letter.top, 180: -letter.left, 270: -letter.top}[turn],
    )
    if not ordered:
        return []
    box = Box(
        min(letter.left for letter in ordered),
        min(letter.top for letter in ordered),
        max(letter.right for letter in ordered),
        max(letter.bottom for letter in ordered),
    )
    return [Line("".join(letter.text for letter in ordered), box, ordered[0].size, tuple(ordered))]
