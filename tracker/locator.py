"""Where a key stands in a TOML text: tomllib reads values without their places, and a mistake needs its line.

The text has been accepted by tomllib, so nothing is checked here; only keys and nesting are followed.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_HEADER = re.compile(r"\[\[?")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
_LONG = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")


def lines(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table, key and array item of ``text``, by its path.

    ``("sources", 1, "folder")`` is the key ``folder`` of the second ``[[sources]]``; a table's line is its header's.
    """
    reader = _Reader(text)
    reader.document()
    return reader.found


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    line: int = 1
    counted: int = 0
    found: dict[Path, int] = field(default_factory=dict[Path, int])
    tables: Counter[Path] = field(default_factory=Counter[Path])

    def document(self) -> None:
        table: Path = ()
        self._skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _header(self) -> Path:
        opening = _HEADER.match(self.text, self.at)
        many = opening is not None and len(opening[0]) == 2
        self.at += 2 if many else 1
        names = self._key()
        path = self._resolved(names[:-1])
        if many:
            plain = (*path, names[-1])
            self._note(plain)
            path = (*plain, self.tables[plain])
            self.tables[plain] += 1
        else:
            path = (*path, names[-1])
        self._note(path)
        self.at = self.text.index("]", self.at) + (2 if many else 1)
        return path

    def _resolved(self, names: Path) -> Path:
        """Return the path of ``names``, where an array of tables means its latest."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if self.tables[path]:
                path = (*path, self.tables[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        path = table
        begin = self.at
        names = self._key()
        for name in names:
            path = (*path, name)
            self._note(path, begin)
        self.at = self.text.index("=", self.at) + 1
        self._value(path)

    def _key(self) -> Path:
        names: list[str] = []
        while True:
            self._skip()
            quoted = _QUOTED.match(self.text, self.at)
            bare = _BARE.match(self.text, self.at)
            if quoted is not None:
                names.append(quoted[0][1:-1])
                self.at = quoted.end()
            elif bare is not None:
                names.append(bare[0])
                self.at = bare.end()
            dot = _DOT.match(self.text, self.at)
            if dot is None:
                return tuple(names)
            self.at = dot.end()

    def _value(self, path: Path) -> None:
        self._skip()
        first = self.text[self.at]
        if first == "[":
            self._items(path)
        elif first == "{":
            self._inline(path)
        else:
            scalar = (
                _LONG.match(self.text, self.at)
                or _QUOTED.match(self.text, self.at)
                or _SCALAR.match(self.text, self.at)
            )
            self.at = scalar.end() if scalar is not None else self.at + 1

    def _items(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self._next() != "]":
            self._note((*path, number))
            self._value((*path, number))
            number += 1
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._next() != "}":
            self._pair(path)
        self.at += 1

    def _next(self) -> str:
        """Return the character at which the next item or the end of the array or inline table stands."""
        self._skip()
        if self.text[self.at] == ",":
            self.at += 1
            self._skip()
        return self.text[self.at]

    def _skip(self) -> None:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space is not None else self.at

    def _note(self, path: Path, at: int | None = None) -> None:
        place = self.at if at is None else at
        self.line += self.text.count("\n", self.counted, place)
        self.counted = max(self.counted, place)
        self.found.setdefault(path, self.line)
