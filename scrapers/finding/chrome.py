"""Parts of a page that are there on every page of a site, told by how their elements are called."""

import re

_TRAIL = re.compile(
    r"bread|crumb|dqwz|weizhi|position|currentpath|cur(?:rent)?[-_]?(?:path|pos|place|loc)|location|local|path|szwz|(?:^|[-_])wz"
    r"(?:$|[-_])",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?:^|[-_])(?:nav\w*|\w*nav|menu\w*|\w*menu|head(?:er)?|top(?:bar|nav)?|foot(?:er)?\w*|\w*footer|copyright|banner"
    r"|friend\w*|links?|yqlj|side(?:bar)?|share|search|relat\w*|recommend|hot|login|toolbar|dh|daohang)(?:$|[-_\d])",
    re.IGNORECASE,
)
_PARTS = frozenset(("nav", "footer", "header", "aside"))
_FOOT = re.compile(r"(?:^|[-_])(?:foot(?:er)?\w*|\w*footer|copyright|friend\w*|yqlj)(?:$|[-_\d])", re.IGNORECASE)
_NAMED = re.compile(r"[.#]([^.#\s]+)")


def in_trail(place: str) -> bool:
    """Say whether a link at ``place`` (see ``links.Link``) belongs to the trail that leads to the page (当前位置)."""
    return any(_TRAIL.search(name) for name in _names(place))


def in_chrome(place: str) -> bool:
    """Say whether it stands in a part that is the same on every page: navigation, header, footer, a trail."""
    return (
        any(element.partition("#")[0].partition(".")[0] in _PARTS for element in place.split())
        or any(_FRAME.search(name) for name in _names(place))
        or in_trail(place)
    )


def in_foot(place: str) -> bool:
    """Say whether it stands in the page's footer."""
    return any(element.partition("#")[0].partition(".")[0] == "footer" for element in place.split()) or any(
        _FOOT.search(name) for name in _names(place)
    )


def _names(place: str) -> list[str]:
    return _NAMED.findall(place)
