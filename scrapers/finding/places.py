"""A small part of CSS selectors, enough to say where on a page links stand: ``#content ul.list > li, .news``."""

import re
from dataclasses import dataclass
from functools import lru_cache

_NAME = r"(?:\\.|[\w-])+"
_COMPOUND = re.compile(rf"(?P<tag>\*|{_NAME})?(?P<rest>(?:[.#]{_NAME})*)\Z")
_PART = re.compile(rf"([.#])({_NAME})")
_ESCAPED = re.compile(r"\\(.)")


class PlaceError(ValueError):
    """A selector that can't be read here; the message says which part of it."""


@dataclass(frozen=True, slots=True)
class _Compound:
    """One element of a selector; ``direct`` where it has to be the child of the one before."""

    tag: str
    name: str
    classes: frozenset[str]
    direct: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A selector that was read."""

    alternatives: tuple[tuple[_Compound, ...], ...]

    def holds(self, path: str) -> bool:
        """Say whether what stands at ``path`` (``scrapers.finding.links.Link.place``) is inside of it, or is it."""
        elements = _elements(path)
        return any(_holds(compounds, elements) for compounds in self.alternatives)


def place(selector: str) -> Place:
    """Read a selector: names of elements, ``.class``, ``#id``, ``*``, inside (a space), child (``>``), or (``,``).

    Raises PlaceError for anything else.
    """
    alternatives: list[tuple[_Compound, ...]] = []
    for alternative in selector.split(","):
        compounds: list[_Compound] = []
        direct = False
        for token in alternative.replace(">", " > ").split():
            if token == ">":
                if direct or not compounds:
                    raise PlaceError(f"“>” stands between two elements in “{selector.strip()}”")
                direct = True
                continue
            compounds.append(_compound(token, direct))
            direct = False
        if direct or not compounds:
            raise PlaceError(f"an element is missing in “{selector.strip()}”")
        alternatives.append(tuple(compounds))
    return Place(tuple(alternatives))


def _compound(token: str, direct: bool) -> _Compound:
    found = _COMPOUND.match(token)
    if found is None:
        raise PlaceError(f"“{token}”: only names of elements, .class, #id, spaces, “>” and “,” are understood")
    parts = [(mark, _ESCAPED.sub(r"\1", name)) for mark, name in _PART.findall(found["rest"])]
    names = [name for mark, name in parts if mark == "#"]
    if len(names) > 1:
        raise PlaceError(f"“{token}”: an element has one id")
    tag = (found["tag"] or "*").lower()
    return _Compound(tag, "".join(names), frozenset(name for mark, name in parts if mark == "."), direct)


@lru_cache(maxsize=4096)
def _elements(path: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    return tuple(_element(text) for text in path.split())


def _element(text: str) -> tuple[str, str, frozenset[str]]:
    before, *classes = text.split(".")
    tag, _, name = before.partition("#")
    return tag, name, frozenset(classes)


def _holds(compounds: tuple[_Compound, ...], elements: tuple[tuple[str, str, frozenset[str]], ...]) -> bool:
    """Say whether the compounds match elements of the path in order: ``ends`` are where a match so far may end."""
    ends = frozenset(range(-1, len(elements)))
    for compound in compounds:
        matching = [at for at, element in enumerate(elements) if _is(compound, element)]
        first = min(ends, default=len(elements))
        ends = frozenset(at for at in matching if (at - 1 in ends if compound.direct else first < at))
        if not ends:
            return False
    return True


def _is(compound: _Compound, element: tuple[str, str, frozenset[str]]) -> bool:
    tag, name, classes = element
    if compound.tag not in ("*", tag) or (compound.name and compound.name != name):
        return False
    return compound.classes <= classes
