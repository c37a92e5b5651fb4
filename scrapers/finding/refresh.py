"""Pages that only send their reader on: ``<meta http-equiv=refresh>``, or a script that sets the location, no more."""

import re
from urllib.parse import urljoin

from scrapers.finding.markup import Page, is_markup, plain, read
from scrapers.finding.pages import normalised

LONGEST_DELAY = 10.0
"""Seconds after which a refresh is there for people who keep a page open, and no way to another page."""

_CONTENT = re.compile(r"\s*(?P<delay>\d*\.?\d*)\s*[;,]?\s*(?:url\s*=\s*)?(?P<url>.*)\s*\Z", re.IGNORECASE | re.DOTALL)
_LOCATION = (
    r"(?:(?:window|self|top|parent|document|this)\s*\.\s*)*location"
    r"(?:\s*\.\s*href\s*=|\s*\.\s*(?:replace|assign)\s*\(|\s*=)\s*"
)
_SENT_ON = re.compile(_LOCATION + r"(?P<quote>[\"'])(?P<url>[^\"'<>\s]+)(?P=quote)\s*\)?\s*;?")
_COMMENT = re.compile(r"/\*.*?\*/|(?m:^\s*//[^\n]*$)|<!--|-->", re.DOTALL)
_TIMER = re.compile(
    r"(?:window\s*\.\s*)?setTimeout\s*\(\s*(?:function\s*\(\s*\)\s*\{(?P<body>[^{}]*)\}|[\"](?P<text>[^\"]*)[\"])"
    r"\s*,\s*(?P<delay>\d+)\s*\)\s*;?"
)
_MOST_WORDS = 200
_LARGEST_SCRIPTED = 20_000


def refresh(body: bytes, base_url: str, content_type: str = "") -> str | None:
    """Return the address that a page sends its reader on to at once (within 10 seconds), None if it stays.

    ``content_type`` is the header's, ``""`` where it is not known. What only readers without scripts are sent to
    (``<noscript>``), and a script that decides by anything, are left aside; so is a page that only loads itself again.
    """
    if content_type and "html" not in content_type.lower() and "xml" not in content_type.lower():
        return None
    if not is_markup(body):
        return None
    page = read(body, _charset(content_type))
    target = _by_meta(page) or (_by_script(page) if len(body) <= _LARGEST_SCRIPTED else None)
    if not target:
        return None
    try:
        address = normalised(urljoin(urljoin(base_url, page.base), target))
    except ValueError:
        return None
    if not address.startswith(("http://", "https://")) or address == normalised(base_url):
        return None
    return address


def _by_meta(page: Page) -> str | None:
    for element in page.elements:
        if element.tag != "meta" or element.get("http-equiv").strip().lower() != "refresh":
            continue
        if any(above.tag == "noscript" for above in page.above(element)):
            continue
        found = _CONTENT.match(element.get("content"))
        if found is None:
            continue
        url = found["url"].strip().strip("\"'").strip()
        try:
            delay = float(found["delay"] or 0)
        except ValueError:
            continue
        if url and delay <= LONGEST_DELAY:
            return url
    return None


def _by_script(page: Page) -> str | None:
    """Return where a page goes whose only script is that, and that says next to nothing besides."""
    if len(plain(page.text)) > _MOST_WORDS or any(
        element.tag in ("form", "input", "table") for element in page.elements
    ):
        return None
    scripts = [text for _, text in page.scripts if text.strip()]
    scripts += [element.get("onload") for element in page.elements if element.get("onload")]
    if len(scripts) != 1:
        return None
    script = _COMMENT.sub("", scripts[0]).strip()
    timer = _TIMER.fullmatch(script)
    if timer is not None:
        if int(timer["delay"]) > LONGEST_DELAY * 1000:
            return None
        script = (timer["body"] or timer["text"] or "").strip()
    found = _SENT_ON.fullmatch(script.removeprefix("javascript:").strip())
    return found["url"] if found else None


def _charset(content_type: str) -> str | None:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    return found[1] if found else None
