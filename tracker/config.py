"""The configuration: ``config.toml`` to checked, frozen values, every mistake told at once with its line.

Paths in it are relative to the file. A source's folder need not exist to be configured; fetching says if it is missing.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from tracker import locator
from tracker.settings import Fetching, File, FolderSource, Host, Lang, Rename, Source, Storage, Unit, Watch

NAME = "config.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """A whole configuration; ``root`` is the folder of the file, to which its paths are relative."""

    root: Path = Path()
    lang: Literal["zh", "en", "auto"] = "auto"
    storage: Storage = field(default_factory=Storage)
    fetching: Fetching = field(default_factory=Fetching)
    hosts: tuple[Host, ...] = ()
    sources: tuple[Source, ...] = ()
    units: tuple[Unit, ...] = ()
    watch: tuple[Watch, ...] = ()

    @property
    def data(self) -> Path:
        """Return the folder in which everything is kept."""
        return self.root / self.storage.path

    def folder(self, source: FolderSource) -> Path:
        """Return the folder that ``source`` looks at."""
        return self.root / source.folder


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
        words = _TEXTS[lang]
        message = words[self.code].format_map(dict(self.details))
        suggestion = self.details.get("suggestion", "")
        if suggestion:
            message += words["suggestion"].format(suggestion=suggestion)
        if self.owner is None:
            return message
        part, name = self.owner
        return words[f"{part}.named" if name else part].format(name=name) + message


class ConfigError(Exception):
    """A configuration that can't be used: every mistake in it, in the order of lines."""

    def __init__(self, path: Path, mistakes: Iterable[Mistake]) -> None:
        """Keep the mistakes of the file ``path``."""
        self.path = path
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__("\n".join(self.messages("en")))

    def messages(self, lang: Lang) -> tuple[str, ...]:
        """Return one message a mistake: ``config.toml:12: source "wuhan": key "evry" is not known …``."""
        colon = "：" if lang == "zh" else ": "
        return tuple(
            f"{self.path.name}{f':{mistake.line}' if mistake.line else ''}{colon}{mistake.text(lang)}"
            for mistake in self.mistakes
        )


def load(path: Path) -> Config:
    """Read ``path`` (a folder means its ``config.toml``); raises ConfigError with every mistake in it."""
    path = path / NAME if path.is_dir() else path
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(path, [Mistake("absent")]) from None
    except OSError as error:
        raise ConfigError(path, [Mistake("unreadable", details={"why": error.strerror or str(error)})]) from error
    except UnicodeDecodeError as error:
        # The line of the first byte that is not UTF-8; no other byte of such a file is told apart.
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(path, [Mistake("encoding", line)]) from error
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """Return the configuration that ``text``, the content of ``path``, stands for; raises ConfigError."""
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [_syntax(str(error), text)]) from error
    places = locator.lines(text)
    mistakes = list(_clashes(values, places))
    try:
        file = File.model_validate(values)
    except ValidationError as error:
        mistakes += [_mistake(cast("Mapping[str, Any]", found), values, places) for found in error.errors()]
    else:
        if not mistakes:
            return Config(
                path.parent,
                file.lang,
                file.storage,
                file.fetching,
                file.hosts,
                file.sources,
                file.units,
                file.watch,
            )
    raise ConfigError(path, mistakes)


_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def _syntax(message: str, text: str) -> Mistake:
    place = _AT_LINE.search(message)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    written = text.split("\n")[line - 1]
    # "C:\Users" is what people write who copy a path; the parser's word on it is of hex values.
    code = "backslash" if "\\" in written and '"' in written else "syntax"
    return Mistake(code, line, None, {"why": _AT_LINE.sub("", message)})


def _clashes(values: Mapping[str, Any], places: Mapping[locator.Path, int]) -> Iterator[Mistake]:
    """Yield what is right by itself but wrong together: two of one name."""
    for part, many in (("source", "sources"), ("unit", "units")):
        seen: dict[str, tuple[int, int]] = {}
        for index, entry in enumerate(_tables(values.get(many))):
            for key, name in _names(entry):
                line = _line((many, index, *key), places)
                owner, first_line = seen.setdefault(name, (index, line))
                if owner != index:
                    details = {"name": name, "first": str(first_line)}
                    yield Mistake(
                        "twice" if key == ("name",) else "shared", line, (part, _called(entry, index)), details
                    )


def _names(entry: Mapping[str, Any]) -> Iterator[tuple[locator.Path, str]]:
    """Yield the keys and values of a part that name it."""
    if isinstance(entry.get("name"), str):
        yield ("name",), entry["name"]
    aliases = entry.get("aliases")
    for index, alias in enumerate(cast("list[object]", aliases) if isinstance(aliases, list) else []):
        if isinstance(alias, str):
            yield ("aliases", index), alias


def _tables(value: object) -> list[Mapping[str, Any]]:
    """Return ``value`` if it is an array of tables, else nothing: the model says what is wrong with it."""
    if not isinstance(value, list):
        return []
    items = cast("list[object]", value)
    return [cast("Mapping[str, Any]", item) if isinstance(item, dict) else {} for item in items]


def _mistake(found: Mapping[str, Any], values: Mapping[str, Any], places: Mapping[locator.Path, int]) -> Mistake:
    """Return what pydantic found as a mistake of ours."""
    path = cast("locator.Path", tuple(found["loc"]))
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    owner = _owner(path, values)
    line = _line(path, places)
    kind = str(found["type"])
    context = cast("Mapping[str, Any]", found.get("ctx") or {})
    if kind == "extra_forbidden":
        return Mistake("unknown", line, owner, {"key": key, "suggestion": _close(key, _keys(path))})
    if kind == "missing":
        return Mistake("missing", line, owner, {"key": key})
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        given = str(found.get("input"))
        details = {"key": key, "given": given, "choices": ", ".join(f'"{choice}"' for choice in choices)}
        return Mistake("choice", line, owner, details | {"suggestion": _CALLED.get(given) or _close(given, choices)})
    if kind in ("string_too_short", "string_pattern_mismatch"):
        return Mistake("blank", line, owner, {"key": key})
    if kind in ("greater_than_equal", "less_than_equal"):
        return Mistake("range", line, owner, {"key": key, "given": str(found.get("input"))})
    wanted = next((want for sign, want in _WANTED.items() if kind.startswith(sign)), "value")
    return Mistake(wanted, line, owner, {"key": key})


_WANTED = {"string": "text", "int": "number", "tuple": "list", "model": "table", "dict": "table"}
"""What was wanted, by the beginning of pydantic's error type."""

_CALLED = {"决算": "final", "预算": "budget", "部门": "department", "单位": "unit", "中文": "zh", "English": "en"}
"""What people write who think of the thing and not of the key word."""


def _line(path: locator.Path, places: Mapping[locator.Path, int]) -> int:
    """Return the line of ``path`` or of the nearest thing around it."""
    for end in range(len(path), 0, -1):
        if path[:end] in places:
            return places[path[:end]]
    return 0


def _owner(path: locator.Path, values: Mapping[str, Any]) -> tuple[str, str] | None:
    part = {"sources": "source", "units": "unit", "storage": "storage"}.get(str(path[0]))
    if part is None or (len(path) == 1):
        return None
    if part == "storage" or not isinstance(path[1], int):
        return part, ""
    entries = _tables(values.get(str(path[0])))
    return part, _called(entries[path[1]] if path[1] < len(entries) else {}, path[1])


def _called(entry: Mapping[str, Any], index: int) -> str:
    name = entry.get("name")
    return name if isinstance(name, str) and name.strip() else f"#{index + 1}"


def _keys(path: locator.Path) -> Sequence[str]:
    """Return the keys that may stand where ``path`` ends."""
    around = tuple(step for step in path[:-1] if isinstance(step, str))
    names: Mapping[str, FieldInfo] = _MODELS.get(around, File).model_fields
    return [info.alias or name for name, info in names.items()]


_MODELS: Mapping[tuple[str, ...], type[BaseModel]] = {
    ("storage",): Storage,
    ("sources",): FolderSource,
    ("units",): Unit,
    ("units", "renames"): Rename,
}


def _close(word: str, known: Sequence[str]) -> str:
    return next(iter(difflib.get_close_matches(word.lower(), known, 1, 0.6)), "")


_TEXTS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "source": "sources: ",
        "source.named": 'source "{name}": ',
        "unit": "units: ",
        "unit.named": 'unit "{name}": ',
        "storage": "[storage]: ",
        "suggestion": ' (did you mean "{suggestion}"?)',
        "absent": "there is no such file: write one with tracker init",
        "unreadable": "can't be read: {why}",
        "encoding": "not UTF-8 from here on: save the file as UTF-8",
        "syntax": "not valid TOML: {why}",
        "backslash": "not valid TOML: {why}; write a path with / or between single quotes",
        "unknown": 'key "{key}" is not known',
        "missing": 'key "{key}" is missing',
        "choice": 'key "{key}": "{given}" is none of {choices}',
        "blank": 'key "{key}" is empty',
        "range": 'key "{key}": {given} is no year between 1990 and 2100',
        "text": 'key "{key}" has to be a text between quotes',
        "number": 'key "{key}" has to be a whole number without quotes',
        "list": 'key "{key}" has to be a list: [...]',
        "table": 'key "{key}" has to be a table',
        "value": 'key "{key}" has a value that does not fit',
        "twice": 'the name "{name}" is taken already, in line {first}',
        "shared": '"{name}" already names another unit, in line {first}',
    },
    "zh": {
        "source": "sources：",
        "source.named": "来源“{name}”：",
        "unit": "units：",
        "unit.named": "单位“{name}”：",
        "storage": "[storage]：",
        "suggestion": "（是不是“{suggestion}”？）",
        "absent": "没有这个文件，可用 tracker init 生成",
        "unreadable": "读不了：{why}",
        "encoding": "从这一行起不是 UTF-8，请把文件另存为 UTF-8",
        "syntax": "不合 TOML 写法：{why}",
        "backslash": "不合 TOML 写法：{why}；路径请用 / 或放在单引号里",
        "unknown": "没有“{key}”这个键",
        "missing": "缺少键“{key}”",
        "choice": "键“{key}”：“{given}”不在 {choices} 之中",
        "blank": "键“{key}”是空的",
        "range": "键“{key}”：{given} 不是 1990 到 2100 之间的年份",
        "text": "键“{key}”要写成引号里的文字",
        "number": "键“{key}”要写成不带引号的整数",
        "list": "键“{key}”要写成列表：[...]",
        "table": "键“{key}”要写成表",
        "value": "键“{key}”的值不合要求",
        "twice": "名称“{name}”在第 {first} 行已经用过",
        "shared": "“{name}”在第 {first} 行已是另一个单位的名称",
    },
}
