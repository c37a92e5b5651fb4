"""What is wrong with a configuration: each mistake with its line, whose it is, and what was probably meant."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

from tracker import locator
from tracker.messages import messages
from tracker.settings import (
    KINDS,
    PLACES,
    Correction,
    Expect,
    Fetching,
    File,
    Follow,
    Host,
    Lang,
    Pages,
    Patience,
    Reading,
    Rename,
    Storage,
    Unit,
    Watch,
    place_of,
    places_of,
)

Values = Mapping[str, Any]
Lines = Mapping[locator.Path, int]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: its stable ``code``, the ``line`` it stands on (0: the file as a whole), whose it is
    (``("source", "wuhan")``), and the details of its message."""

    code: str
    line: int = 0
    owner: tuple[str, str] | None = None
    details: Mapping[str, str] = field(default_factory=dict[str, str])

    def text(self, lang: Lang) -> str:
        """Return the message without the place."""
        words = messages(lang)
        details = dict(self.details)
        if "why" in details:
            why = f"mistake.regex.{details['why']}"
            details["why"] = words(why) if words.has(why) else details["why"]
        if "places" in details:
            details["places"] = words("comma").join(details["places"].split())
        message = words(f"mistake.{self.code}", **details)
        suggestion = details.get("suggestion", "")
        if suggestion:
            message += words("mistake.suggestion", suggestion=suggestion)
        if self.owner is None:
            return message
        part, name = self.owner
        return words(f"mistake.{'named' if name else 'of'}.{part}", name=name) + message


class ConfigError(Exception):
    """A configuration that can't be used: every mistake in it, in the order of lines."""

    def __init__(self, path: Path, mistakes: Iterable[Mistake]) -> None:
        """Keep the mistakes of the file ``path``."""
        self.path = path
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__("\n".join(self.messages("en")))

    def messages(self, lang: Lang) -> tuple[str, ...]:
        """Return one message a mistake: ``config.toml:12: source "wuhan": key "evry" is not known …``."""
        return tuple(placed(self.path, mistake, lang) for mistake in self.mistakes)


def placed(path: Path, mistake: Mistake, lang: Lang) -> str:
    """Return a mistake's message with its file and line."""
    line = f":{mistake.line}" if mistake.line else ""
    return f"{path.name}{line}{'：' if lang == 'zh' else ': '}{mistake.text(lang)}"


_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def syntax(message: str, text: str) -> Mistake:
    """Return what the parser says of ``text``, which is no TOML."""
    place = _AT_LINE.search(message)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    on_it = text.split("\n")[line - 1]
    # "C:\Users" is what people write who copy a path; the parser's word on it is of hex values.
    code = "backslash" if "\\" in on_it and '"' in on_it else "syntax"
    return Mistake(code, line, None, {"why": _AT_LINE.sub("", message)})


@dataclass(frozen=True, slots=True)
class Found:
    """A mistake as it is found: where in the values (``("sources", 1, "folder")``), and the details of its message."""

    path: locator.Path
    code: str
    details: Mapping[str, str] = field(default_factory=dict[str, str])


def told(found: Iterable[Found], values: Values, lines: Lines) -> list[Mistake]:
    """Return what was found with lines and names, each mistake once: a key that is misspelt is not missing too."""
    every = list(found)
    meant = {(each.path[:-1], each.details.get("suggestion")) for each in every if each.code == "unknown"}
    mistakes = (
        Mistake(each.code, line_of(each.path, lines), _owner(each.path, values), each.details)
        for each in every
        if not (each.code in ("missing", "contact.missing") and (each.path[:-1], each.path[-1]) in meant)
    )
    once = {(each.code, each.line, each.owner, tuple(each.details.items())): each for each in mistakes}
    return list(once.values())


def line_of(path: locator.Path, lines: Lines) -> int:
    """Return the line of ``path`` or of the nearest thing around it."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 0)


# --- what the checked values say ------------------------------------------------------------------------------------


def of_values(errors: Iterable[Mapping[str, Any]], values: Values) -> Iterator[Found]:
    """Yield what pydantic found wrong with ``values`` as mistakes of ours."""
    for error in errors:
        path = cast("locator.Path", tuple(error["loc"]))
        if error["type"] == "too_short" and error["input"]:
            continue  # what stands in the list is wrong, and told by itself
        if path[0] == "sources" and len(path) > 2:
            # The kind of source, by which its errors were told apart, is no key.
            yield from _of_source((*path[:2], *path[3:]), error, _entry(path[:2], values))
        else:
            yield _one(path, error)


def _of_source(path: locator.Path, error: Mapping[str, Any], entry: Values) -> Iterator[Found]:
    """Yield one mistake of a source, unless it only follows from its saying nowhere, or twice, where to look."""
    given = places_of(entry)
    kind, meant = place_of(entry)
    key = str(path[-1])
    if len(path) > 3 or error["type"] not in ("extra_forbidden", "missing"):
        yield _one(path, error, kind)
    elif error["type"] == "missing":
        if key not in PLACES:
            yield _one(path, error, kind)
        elif meant is None:
            yield Found(path[:2], "nowhere", {"places": " ".join(PLACES)})
    elif key in PLACES:
        if key == given[1]:
            yield Found(path, "places", {"places": " ".join(given)})
    elif key == meant:
        yield Found(path, "unknown", {"key": key, "suggestion": kind})
    else:
        homes = [name for name in PLACES if key in KINDS[name].model_fields]
        if not homes:
            yield _one(path, error, kind)
        elif len(given) == 1:
            yield Found(path, "elsewhere", {"key": key, "kind": kind, "places": " ".join(homes)})
        elif len(given) > 1 and not {*homes} & {*given}:
            yield Found(path, "unknown", {"key": key, "suggestion": ""})


def _one(path: locator.Path, error: Mapping[str, Any], kind: str = "") -> Found:
    sort = str(error["type"])
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    context = cast("Mapping[str, Any]", error.get("ctx") or {})
    given = quoted(error.get("input"))
    if sort == "written":
        details = {"key": key, "given": given, "suggestion": context["suggestion"], "why": context["why"]}
        return Found(path, context["code"], details)
    if sort == "extra_forbidden":
        return _unknown(path, key, kind)
    if sort == "missing":
        return Found(path, "missing", {"key": key})
    if sort == "literal_error":
        given = str(error.get("input"))
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        details = {"key": key, "given": given, "choices": ", ".join(f'"{choice}"' for choice in choices)}
        return Found(path, "choice", details | {"suggestion": _CALLED.get(given) or close(given, choices)})
    if sort in ("string_too_short", "string_pattern_mismatch"):
        return Found(path, "blank", {"key": key})
    if sort == "too_short":
        return Found(path, "none", {"key": key})
    if sort in ("greater_than_equal", "less_than_equal"):
        least = str(context.get("ge", ""))
        code = "range" if least == "1990" or "le" in context else "least"
        return Found(path, code, {"key": key, "given": given, "least": least})
    wanted = next((want for sign, want in _WANTED.items() if sort.startswith(sign)), "value")
    return Found(path, wanted, {"key": key})


_WANTED = {"string": "text", "int": "number", "tuple": "list", "model": "table", "dict": "table", "bool": "switch"}
"""What was wanted, by the beginning of pydantic's error type."""

_CALLED = {
    "决算": "final",
    "预算": "budget",
    "部门": "department",
    "单位": "unit",
    "中文": "zh",
    "English": "en",
}
"""What people write who think of the thing and not of the key word."""

_KEYS = {
    "interval": "every",
    "frequency": "every",
    "schedule": "every",
    "delay": "pace",
    "rate": "pace",
    "email": "contact",
    "mail": "contact",
    "user_agent": "contact",
    "max_size": "size",
    "private_networks": "private",
    "selector": "place",
    "css": "place",
    "pagination": "pages",
    "next": "pages",
    "domain": "name",
    "host": "name",
}
"""What people write who know such keys by other names."""


def _unknown(path: locator.Path, key: str, kind: str) -> Found:
    """Return what is said of a key that may not stand there: misspelt, in the wrong part, or known by another name."""
    known = keys(path, kind)
    homes = [f"[{part}]" if part in _SINGLE else f"[[{part}]]" for part in _PARTS if key in keys((part, key))]
    nearly = close(key, known, 0.85)
    if homes and not nearly:
        return Found(path, "misplaced", {"key": key, "places": " ".join(homes)})
    called = _KEYS.get(key.lower(), "")
    return Found(path, "unknown", {"key": key, "suggestion": close(key, known) or (called if called in known else "")})


def keys(path: locator.Path, kind: str = "") -> Sequence[str]:
    """Return the keys that may stand where ``path`` ends, inside a source of that ``kind`` (or of any)."""
    around = tuple(step for step in path[:-1] if isinstance(step, str))
    of_sources = [KINDS[kind]] if kind else list(KINDS.values())
    models = of_sources if around == ("sources",) else [_MODELS.get(around, File)]
    return list(dict.fromkeys(info.alias or name for model in models for name, info in model.model_fields.items()))


_MODELS: Mapping[tuple[str, ...], type[BaseModel]] = {
    ("storage",): Storage,
    ("fetching",): Fetching,
    ("reading",): Reading,
    ("fetching", "withdrawn_after"): Patience,
    ("hosts",): Host,
    ("sources", "expect"): Expect,
    ("sources", "follow"): Follow,
    ("sources", "pages"): Pages,
    ("sources", "corrections"): Correction,
    ("sources", "withdrawn_after"): Patience,
    ("units",): Unit,
    ("units", "renames"): Rename,
    ("watch",): Watch,
}
_SINGLE = ("storage", "fetching", "reading")
_PARTS = (*_SINGLE, "hosts", "sources", "units", "watch")


def close(word: str, known: Sequence[str], least: float = 0.6) -> str:
    """Return the known word that ``word`` is probably meant to be, or nothing; ``least`` is how alike they have to be,
    up to 1."""
    return next(iter(difflib.get_close_matches(word.lower(), known, 1, least)), "")


def quoted(value: object) -> str:
    """Return a value of the file as it is quoted in a message."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= 80 else text[:79] + "…"
    return f'"{text}"' if isinstance(value, str) else text


# --- whose it is -----------------------------------------------------------------------------------------------------

_OWNERS = {
    "sources": "source",
    "units": "unit",
    "hosts": "host",
    "watch": "watch",
    "storage": "storage",
    "fetching": "fetching",
    "reading": "reading",
}


def _owner(path: locator.Path, values: Values) -> tuple[str, str] | None:
    part = _OWNERS.get(str(path[0])) if path else None
    if part is None or len(path) == 1:
        return None
    if not isinstance(path[1], int):
        return part, ""
    return part, called(_entry(path[:2], values), path[1])


def _entry(path: locator.Path, values: Values) -> Values:
    """Return the entry of an array of tables at ``path``, two steps."""
    entries, at = values.get(str(path[0])), path[1]
    if not isinstance(entries, list) or not isinstance(at, int):
        return {}
    here = tables(cast("list[object]", entries)[at : at + 1])
    return here[0] if here else {}


def called(entry: Values, index: int) -> str:
    """Return what an entry is called in messages: its name or its number."""
    name = entry.get("name")
    return name if isinstance(name, str) and name.strip() else f"#{index + 1}"


def tables(value: object) -> list[Values]:
    """Return ``value`` if it is an array of tables, else nothing: the model says what is wrong with it."""
    if not isinstance(value, list):
        return []
    items = cast("list[object]", value)
    return [cast("Values", item) if isinstance(item, dict) else {} for item in items]
