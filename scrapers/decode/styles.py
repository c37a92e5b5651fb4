"""What the styles of a word processor's document say of its paragraphs: headings, and lists that number them."""

from collections.abc import Mapping
from dataclasses import dataclass

from scrapers.decode.xml import Element, attribute, child, children, number

_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Style:
    """What a style or a paragraph says itself; None where it says nothing and its base decides."""

    outline: int | None = None
    list_id: str | None = None
    depth: int | None = None
    base: str | None = None
    title: bool = False
    hidden: bool = False


def read(root: Element | None) -> Mapping[str, Style]:
    """Return the paragraph and character styles of ``styles.xml`` by their ids, what they inherit filled in."""
    declared = {attribute(each, "styleId") or "": _style(each) for each in children(root, "style")}
    return {name: _inherited(name, declared) for name in declared}


def said(properties: Element | None) -> Style:
    """Return what paragraph properties say."""
    numbered = child(properties, "numPr")
    outline = _value(properties, "outlineLvl")
    depth = _value(numbered, "ilvl")
    return Style(
        outline=None if outline is None else number(outline, 9),
        list_id=_value(numbered, "numId"),
        depth=None if depth is None else number(depth),
        base=_value(properties, "pStyle"),
    )


def is_on(properties: Element | None, name: str) -> bool:
    """Tell whether a switch (``<w:vanish/>``) is set: it is unless its value says no."""
    found = child(properties, name)
    return found is not None and attribute(found, "val") not in ("0", "false", "off", "none")


def over(own: Style, base: Style) -> Style:
    """Return ``own`` with what it leaves open from ``base``."""
    return Style(
        outline=base.outline if own.outline is None else own.outline,
        list_id=base.list_id if own.list_id is None else own.list_id,
        depth=base.depth if own.depth is None else own.depth,
        base=own.base,
        title=own.title or base.title,
        hidden=own.hidden or base.hidden,
    )


def heading(style: Style) -> int:
    """Return the level of a heading, 1-6, 0 for body text (outline level 9)."""
    if style.outline is not None:
        return min(style.outline + 1, 6) if 0 <= style.outline < 9 else 0
    return 1 if style.title else 0


def _style(each: Element) -> Style:
    told = said(child(each, "pPr"))
    return Style(
        outline=told.outline,
        list_id=told.list_id,
        depth=told.depth,
        base=_value(each, "basedOn"),
        title=(_value(each, "name") or "").lower() == "title",
        hidden=is_on(child(each, "rPr"), "vanish"),
    )


def _inherited(name: str, declared: Mapping[str, Style]) -> Style:
    style = declared[name]
    base = style.base
    for _ in range(_DEEPEST):
        if base is None or base not in declared:
            break
        style = over(style, declared[base])
        base = declared[base].base
    return style


def _value(holder: Element | None, name: str) -> str | None:
    found = child(holder, name)
    return None if found is None else attribute(found, "val")
