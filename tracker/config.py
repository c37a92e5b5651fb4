"""The configuration: ``config.toml`` to checked, frozen values, every mistake told at once with its line.

Paths in it are relative to the file. A source's folder need not exist to be configured; fetching says if it is missing.
What may stand in the file: ``tracker.settings``; what is wrong with it: ``tracker.mistakes`` and ``tracker.clashes``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import ValidationError

from scrapers.decode.limits import Limits
from scrapers.net.manners import HostRule
from tracker import locator
from tracker.clashes import clashes, fits, odd
from tracker.mistakes import ConfigError as ConfigError
from tracker.mistakes import Mistake as Mistake
from tracker.mistakes import of_values, syntax, told
from tracker.settings import (
    Fetching,
    File,
    FolderSource,
    Host,
    Patience,
    Reading,
    Source,
    Storage,
    Unit,
    Watch,
    WebSource,
    on_the_web,
)
from tracker.settings import Rename as Rename

NAME = "config.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """A whole configuration; ``root`` is the folder of the file, to which its paths are relative. ``warnings`` are what
    may be meant so and probably is not."""

    root: Path = Path()
    lang: Literal["zh", "en", "auto"] = "auto"
    storage: Storage = field(default_factory=Storage)
    fetching: Fetching = field(default_factory=Fetching)
    reading: Reading = field(default_factory=Reading)
    hosts: tuple[Host, ...] = ()
    sources: tuple[Source, ...] = ()
    units: tuple[Unit, ...] = ()
    watch: tuple[Watch, ...] = ()
    warnings: tuple[Mistake, ...] = ()

    @property
    def data(self) -> Path:
        """Return the folder in which everything is kept."""
        return self.root / self.storage.path

    @property
    def limits(self) -> Limits:
        """Return how much of one file is read."""
        return self.reading.limits

    def folder(self, source: FolderSource) -> Path:
        """Return the folder that ``source`` looks at."""
        return self.root / source.folder

    @property
    def web(self) -> tuple[WebSource, ...]:
        """Return the sources that are asked for over the network."""
        return tuple(source for source in self.sources if on_the_web(source))

    def source(self, name: str) -> Source:
        """Return the source of that name. Raises KeyError."""
        for source in self.sources:
            if source.name == name:
                return source
        raise KeyError(name)

    def rule(self, host: str) -> HostRule:
        """Return how ``host`` is asked: key by key what its most specific ``[[hosts]]`` says, else ``[fetching]``."""
        rules = [self.hosts[n] for n in fits(host, [each.name for each in self.hosts])]
        pace = next((each.pace for each in rules if each.pace is not None), self.fetching.pace)
        timeout = next((each.timeout for each in rules if each.timeout is not None), self.fetching.timeout)
        return HostRule(
            pace=pace.total_seconds(),
            timeout=timeout.total_seconds(),
            quiet=next((each.quiet for each in rules if each.quiet is not None), self.fetching.quiet),
            proxy=next((each.proxy for each in rules if each.proxy is not None), self.fetching.proxy),
            old_tls=next((each.old_tls for each in rules if "old_tls" in each.model_fields_set), False),
        )

    def every(self, source: WebSource) -> timedelta:
        """Return the time from one visit of ``source`` to the next."""
        return source.every or self.fetching.every

    def recheck(self, source: WebSource) -> timedelta:
        """Return the time after which what was found at ``source`` is asked for again; never shorter than ``every``."""
        return max(source.recheck or self.every(source), self.every(source))

    def patience(self, source: WebSource) -> Patience:
        """Return over how many looks and days a document of ``source`` has to be gone to be withdrawn."""
        return source.withdrawn_after or self.fetching.withdrawn_after


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
        raise ConfigError(path, [syntax(str(error), text)]) from error
    lines = locator.lines(text)
    found = list(clashes(values, lines))
    file = None
    try:
        file = File.model_validate(values)
    except ValidationError as error:
        found += of_values((cast("Mapping[str, Any]", each) for each in error.errors()), values)
    if found or file is None:
        raise ConfigError(path, told(found, values, lines))
    return Config(
        path.parent,
        file.lang,
        file.storage,
        file.fetching,
        file.reading,
        file.hosts,
        file.sources,
        file.units,
        file.watch,
        tuple(told(odd(values), values, lines)),
    )
