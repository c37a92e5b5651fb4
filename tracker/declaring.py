"""Adding a source to ``config.toml``: only what the file would allow is asked for, and the rest of the file stays as it
is, byte for byte."""

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from scrapers.answers import Answer, Ask
from scrapers.net.client import Client
from scrapers.net.fetcher import Disallowed, Fetcher, Waiting
from tracker import config as configuration
from tracker.config import Config, ConfigError, Mistake
from tracker.looking import client_of
from tracker.proposing import quoted
from tracker.written import plain_host

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as it stands in its file: its bytes, and what they say."""

    path: Path
    data: bytes
    config: Config

    @classmethod
    def read(cls, path: Path | None) -> "Written":
        """Read ``path`` (a folder: its ``config.toml``; None: that of this folder). Raises ConfigError."""
        path = path or Path(configuration.NAME)
        path = path / configuration.NAME if path.is_dir() else path
        config = configuration.load(path)
        return cls(path, path.read_bytes(), config)

    def joined(self, declaration: str) -> bytes:
        """Return the bytes of the file with ``declaration`` at its end, in the file's own line ends."""
        windows = b"\r\n" in self.data
        gap = "\n" if not self.data or self.data.endswith(b"\n") else "\n\n"
        text = (gap if self.data.removeprefix(_BOM) else "") + declaration
        return self.data + (text.replace("\n", "\r\n") if windows else text).encode("utf-8")

    def with_(self, declaration: str) -> Config:
        """Return what the file would say with ``declaration`` at its end. Raises ConfigError with what would be wrong;
        what stands in no line of the file has none."""
        text = self.joined(declaration).decode("utf-8-sig")
        try:
            return configuration.parse(text, self.path)
        except ConfigError as error:
            lines = self.data.count(b"\n") + 1
            mistakes = [
                each if each.line <= lines else Mistake(each.code, 0, each.owner, each.details)
                for each in error.mistakes
            ]
            raise ConfigError(self.path, mistakes) from None

    def add(self, declaration: str) -> None:
        """Put ``declaration`` at the end of the file, at once or not at all. Raises ConfigError, OSError, and
        ChangedError where the file is no longer what it was."""
        self.with_(declaration)
        path = self.path.resolve()
        if path.read_bytes() != self.data:
            raise ChangedError(self.path)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(self.joined(declaration))
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(path.stat().st_mode & 0o777)
            Path(name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise


class ChangedError(Exception):
    """The file was changed by someone else meanwhile."""

    def __init__(self, path: Path) -> None:
        """Keep the file's ``path``."""
        super().__init__(str(path))
        self.path = path


def admissible(written: Written, url: str, name: str | None) -> None:
    """Raises ConfigError where ``url`` may not be declared as a source: it is no address, or a private one that is not
    named, nobody could be reached who asks for it, ``name`` is taken."""
    free = free_name(name or url, written.config)
    written.with_(f"[[sources]]\nname = {quoted(name or free)}\npage = {quoted(url)}\n")


def free_name(name: str, config: Config) -> str:
    """Return ``name``, with a number where a source has it already."""
    taken = {source.name for source in config.sources}
    numbered = (f"{name} {n}" for n in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def known(config: Config, url: str) -> str | None:
    """Return the name of the source that begins at ``url`` already."""
    return next((source.name for source in config.web if _same(source.url, url)), None)


def _same(one: str, other: str) -> bool:
    return re.sub(r"#.*", "", one).rstrip("/") == re.sub(r"#.*", "", other).rstrip("/")


def asked_anyway(config: Config, url: str) -> bool:
    """Tell whether a source of the configuration begins at the host of ``url``: a run may be asking it just now."""
    host = plain_host(urlsplit(url).hostname or "")
    return any(plain_host(urlsplit(source.url).hostname or "") == host for source in config.web)


async def asked(
    config: Config,
    url: str,
    *,
    waits: Mapping[str, datetime] | None = None,
    client: Client | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Answer | Waiting | Disallowed:
    """Ask for ``url`` once, as politely as in a visit. ``waits``: hosts that are to be left alone, and until when."""
    fetcher = Fetcher(client or client_of(config), config.rule, clock=now, random=Random(), waits=waits)
    try:
        return await fetcher.get(Ask(url))
    finally:
        await fetcher.close()
