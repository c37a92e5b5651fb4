"""What a site's robots.txt allows us (RFC 9309)."""

import codecs
import re
from collections.abc import Iterator

from protego import Protego

SIZE = 500_000
"""How many bytes of a robots.txt are read: RFC 9309 (2.5) asks for 500 kibibytes at least."""

LONGEST_DELAY = 120.0
"""The longest Crawl-delay, in seconds, that is kept to: some sites write an hour to keep everybody out of the way."""

_AGENT_LINE = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)\s*(?P<name>[^#]*)", re.IGNORECASE)
_DISALLOW_LINE = re.compile(r"\s*dis+al+ow\s*:\s*(?P<value>[^#]*)", re.IGNORECASE)
_OTHER_RULE = re.compile(r"\s*(?:allow|crawl-delay)\s*:", re.IGNORECASE)
_NOT_US = "-"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Rules:
    """The rules of one robots.txt, as they are for one agent: the first word of its User-Agent, without a version."""

    def __init__(self, text: str, agent: str) -> None:
        """``text``: the file; ``agent``: our User-Agent."""
        self._agent = token(agent)
        self._text = _concerning(text, self._agent)
        self._parsed = Protego.parse(self._text)

    @property
    def delay(self) -> float:
        """The seconds that the site wants between two requests, 0.0 where it says nothing, LONGEST_DELAY at most."""
        return min(self._parsed.crawl_delay(self._agent) or 0.0, LONGEST_DELAY)

    def forbid(self, url: str) -> str | None:
        """Return the line that keeps us from ``url``, None where nothing does."""
        if self._parsed.can_fetch(url, self._agent):
            return None
        groups = list(_groups(self._text))
        named = {name for names, _ in groups for name in names} - {_NOT_US}
        us = max(named, key=lambda name: (name != "*", len(name)), default="*")
        lines = [line for names, lines in groups if us in names for line in lines]
        keeping_off = [line for line in lines if not Protego.parse(f"User-agent: *\n{line}").can_fetch(url, "*")]
        return max(keeping_off, key=len, default="Disallow")


def rules(body: bytes, agent: str) -> Rules:
    """Return the rules that ``body`` states. A page in its place, as many sites answer instead of 404, states none."""
    text = _decoded(body[:SIZE])
    return Rules("" if text.lstrip().startswith("<") else text, agent)


def no_rules(agent: str) -> Rules:
    """Return the rules of a site that has no robots.txt: everything is allowed."""
    return Rules("", agent)


def token(agent: str) -> str:
    """Return what a robots.txt calls ``agent`` by: ``tracker`` for ``tracker/1.0 (+mailto:someone@example.org)``."""
    return next(iter(agent.split()), "*").partition("/")[0].lower()


def _concerning(text: str, us: str) -> str:
    """Return ``text`` with one name for all agents that we are not, told once a group: each name costs the parser a
    copy of the rules that follow, and a file of some thousand names and rules all memory."""
    lines: list[str] = []
    told: set[str] = set()
    for line in text.splitlines():
        found = _AGENT_LINE.match(line)
        if found is None:
            if line.partition("#")[0].strip():
                told = set()
            lines.append(line)
            continue
        name = found["name"].strip().lower()
        name = name if name == "*" else name.replace("*", "")
        name = name if name == "*" or (name and _is_named(us, name)) else _NOT_US
        if name not in told:
            told.add(name)
            lines.append(f"User-agent: {name}")
    return "\n".join(lines)


def _is_named(us: str, name: str) -> bool:
    """Tell whether ``name`` means us: our name, or a beginning of one of its words."""
    return re.search(rf"(?<![\w-]){re.escape(name)}", us) is not None


def _groups(text: str) -> Iterator[tuple[set[str], list[str]]]:
    """Yield the agents of each group, and its Disallow lines, as ``Disallow: /path``."""
    names: set[str] = set()
    lines: list[str] = []
    ended = False
    for line in text.splitlines():
        if found := _AGENT_LINE.match(line):
            if ended:
                yield names, lines
                names, lines, ended = set[str](), [], False
            names.add(found["name"].strip())
        elif found := _DISALLOW_LINE.match(line):
            ended = True
            lines.append(f"Disallow: {found['value'].strip()}")
        elif _OTHER_RULE.match(line):
            ended = True
    yield names, lines


def _decoded(body: bytes) -> str:
    """Return ``body`` as text. Comments are written in GBK as often as in UTF-8; rules are ASCII in both."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut at SIZE may go through a character.
        if error.start >= SIZE - 4:
            return body.decode("utf-8", errors="replace")
        return body.decode("gb18030", errors="replace")
