"""XML inside containers, read so that it can name nothing outside of itself. Namespaces are left aside.

Office formats have no document type; a file that declares one (entities, external or nested) is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, cast

from lxml import etree  # pyright: ignore

from scrapers.blocks import UndecodableError


class Element(Protocol):
    """What is used of an element of lxml, which has no types of its own."""

    tag: object
    text: str | None
    tail: str | None
    attrib: Mapping[str, str]

    def get(self, key: str) -> str | None:
        """Return an attribute."""
        ...

    def __iter__(self) -> Iterator["Element"]:
        """Yield the children."""
        ...

    def __len__(self) -> int:
        """Count the children."""
        ...

    def iter(self) -> Iterator["Element"]:
        """Yield the element and all inside, in order."""
        ...

    def getroottree(self) -> "_Tree":
        """Return the whole."""
        ...


class _Info(Protocol):
    doctype: str


class _Tree(Protocol):
    docinfo: _Info


_parser = cast("Callable[..., object]", etree.XMLParser)  # pyright: ignore
_parse = cast("Callable[[bytes, object], Element | None]", etree.fromstring)  # pyright: ignore
_SyntaxError = cast("type[Exception]", etree.XMLSyntaxError)  # pyright: ignore


_PARSER = _parser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True)


def parse(data: bytes, what: str) -> Element:
    """Return the root of an XML text; ``what`` names it in the message. Raises UndecodableError("damaged")."""
    try:
        root = _parse(data, _PARSER)
    except (_SyntaxError, ValueError) as error:
        raise UndecodableError("damaged", f"{what} is malformed: {error}", what) from error
    if root is None:
        raise UndecodableError("damaged", f"{what} is empty", what)
    if root.getroottree().docinfo.doctype:
        raise UndecodableError("damaged", f"{what} declares a document type, which no office file does", what)
    return root


def name(element: Element) -> str:
    """Return the local name of an element, "" of a processing instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, wanted: str) -> str | None:
    """Return the attribute with this local name, in whatever namespace."""
    plain = element.get(wanted)
    if plain is not None:
        return plain
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == wanted), None)


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first child with a local name, and so on down ``path``."""
    for wanted in path:
        if element is None:
            return None
        element = next((inner for inner in element if name(inner) == wanted), None)
    return element


def children(element: Element | None, wanted: str) -> Iterator[Element]:
    """Yield the children with a local name."""
    if element is not None:
        for inner in element:
            if name(inner) == wanted:
                yield inner


def words(element: Element | None) -> str:
    """Return the text of an element that holds nothing else, "" if it is not there."""
    return "" if element is None else element.text or ""


def number(value: str | None, otherwise: int = 0) -> int:
    """Return a whole number printed in an attribute, ``otherwise`` where it is none."""
    if value is None:
        return otherwise
    digits = value.strip()
    bare = digits.removeprefix("-")
    return int(digits) if bare.isascii() and bare.isdigit() and len(bare) < 16 else otherwise
