"""What may stand in ``config.toml``, part by part, as checked and frozen values. Reading the file: ``tracker.config``.

Durations are written ``30s``, ``5m``, ``12h``, ``7d``; sizes ``500KB``, ``50MB``; hours ``22:00-06:00``, in
Asia/Shanghai.
"""

import re
from datetime import date, time, timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from scrapers.net.addresses import network
from tracker.model import Kind, Scope

Lang = Literal["zh", "en"]

_Name = Annotated[str, Field(min_length=1, pattern=r"\S")]
_Names = Annotated[tuple[_Name, ...], Field(strict=False)]
_Year = Annotated[int, Field(ge=1990, le=2100)]
_Count = Annotated[int, Field(ge=1)]

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d+)\s*(KB|MB|GB)", re.IGNORECASE)
_BYTES = {"KB": 1000, "MB": 1000**2, "GB": 1000**3}
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


def _duration(value: object) -> object:
    """Return ``5m`` as a timedelta."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise PydanticCustomError("duration", "not a duration")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _size(value: object) -> object:
    """Return ``50MB`` in bytes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise PydanticCustomError("size", "not a size")
    return int(match[1]) * _BYTES[match[2].upper()]


class Hours(tuple[time, time]):
    """A part of the day, from the first time to the second; past midnight where the second is the earlier one."""

    __slots__ = ()

    def has(self, at: time) -> bool:
        """Tell whether ``at`` falls into it."""
        begin, end = self
        return begin <= at < end if begin <= end else at >= begin or at < end


def _hours(value: object) -> object:
    """Return ``22:00-06:00`` as Hours."""
    match = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if match is None:
            raise ValueError(value)
        hours = Hours((time(int(match[1]), int(match[2])), time(int(match[3]) % 24, int(match[4]))))
    except ValueError:
        raise PydanticCustomError("hours", "not hours") from None
    if hours[0] == hours[1]:
        raise PydanticCustomError("hours", "not hours")
    return hours


def _pattern(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return re.compile(value)
    except re.error as error:
        raise PydanticCustomError("pattern", "not a pattern", {"why": str(error)}) from None


def _network(value: object) -> object:
    try:
        return network(str(value))
    except ValueError:
        raise PydanticCustomError("network", "not a network") from None


_Duration = Annotated[timedelta, BeforeValidator(_duration)]
_Size = Annotated[int, BeforeValidator(_size)]
_Hours = Annotated[Any, BeforeValidator(_hours)]
_Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]
_Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]
_Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]


class _Part(BaseModel):
    """What every part of the configuration has in common: no unknown keys, no quiet conversions, no later change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=False, arbitrary_types_allowed=True
    )


class Storage(_Part):
    """``[storage]``: where captures and the database are kept."""

    path: _Name = "data/"


class Patience(_Part):
    """``withdrawn_after``: over how many looks, and over how many days, a document has to be gone to be withdrawn."""

    looks: _Count = 3
    days: _Count = 3


class Fetching(_Part):
    """``[fetching]``: how servers are asked."""

    contact: _Name | None = None
    pace: _Duration = timedelta(seconds=5)
    timeout: _Duration = timedelta(minutes=2)
    size: _Size = 50_000_000
    quiet: Annotated[tuple[_Hours, ...], Field(strict=False)] = ()
    every: _Duration = timedelta(days=1)
    unconditional: _Duration = timedelta(days=7)
    withdrawn_after: Patience = Patience()
    proxy: _Url | None = None
    private: Annotated[tuple[_Network, ...], Field(strict=False)] = ()


class Host(_Part):
    """One ``[[hosts]]``: what is different for a host (``www.example.gov.cn``) or its subdomains (``*.gov.cn``)."""

    name: _Name
    pace: _Duration | None = None
    timeout: _Duration | None = None
    quiet: Annotated[tuple[_Hours, ...], Field(strict=False)] | None = None
    proxy: _Url | None = None
    old_tls: bool = False


class Expect(_Part):
    """``expect``: what a capture of a source has to have; one that has not is held."""

    tables: _Count | None = None
    figures: _Count | None = None
    text: _Name | None = None


class Follow(_Part):
    """One level of a listing: links whose text and address match, found in a ``place`` of the page (CSS selector)."""

    text: _Pattern | None = None
    url: _Pattern | None = None
    place: _Name | None = None


class Pages(_Part):
    """``pages``: how a listing goes on: a link with this ``text``, or addresses with the numbers from ``first`` on."""

    text: _Pattern | None = None
    url: _Name | None = None
    first: Annotated[int, Field(ge=0)] = 2
    most: _Count = 50


class Correction(_Part):
    """One of ``corrections``: the identity of what a link leads to, by its text or address."""

    text: _Pattern | None = None
    url: _Pattern | None = None
    unit: _Name | None = None
    year: _Year | None = None
    kind: Kind | None = None
    scope: Scope | None = None


class _Source(_Part):
    """What all sources have in common: a name, and what is known of everything found there."""

    name: _Name
    unit: _Name | None = None
    year: _Year | None = None
    kind: Kind | None = None
    scope: Scope | None = None
    expect: Expect | None = None

    @property
    def claims(self) -> dict[str, object]:
        """Return what is declared of its documents' identity: any of ``unit``, ``year``, ``kind``, ``scope``."""
        pins: dict[str, object] = {"unit": self.unit, "year": self.year, "kind": self.kind, "scope": self.scope}
        return {key: value for key, value in pins.items() if value is not None}


class FolderSource(_Source):
    """A folder of files, which may have dated subfolders."""

    folder: _Name
    include: _Names = ()
    exclude: _Names = ()


class WarcSource(_Source):
    """A WARC file that others made."""

    warc: _Name
    include: Annotated[tuple[_Pattern, ...], Field(strict=False)] = ()


class _WebSource(_Source):
    """What sources on the web have in common: when they are looked at, which links lead to documents."""

    every: _Duration | None = None
    recheck: _Duration | None = None
    attachments: bool = True
    ignore: Annotated[tuple[_Pattern, ...], Field(strict=False)] = ()
    corrections: Annotated[tuple[Correction, ...], Field(strict=False)] = ()
    aliases: Annotated[dict[str, str], Field(strict=False)] = {}
    withdrawn_after: Patience | None = None


class PageSource(_WebSource):
    """One page, with its attachments."""

    page: _Url


class ListingSource(_WebSource):
    """Pages of links: ``follow`` has a rule a level, the last one leads to documents."""

    listing: _Url
    follow: Annotated[tuple[Follow, ...], Field(strict=False, min_length=1)] = (Follow(),)
    pages: Pages | None = None


class FeedSource(_WebSource):
    """An RSS, Atom or JSON feed whose entries are documents."""

    feed: _Url
    follow: Follow = Follow()


class SitemapSource(_WebSource):
    """A sitemap (or an index of them) whose addresses are documents."""

    sitemap: _Url
    follow: Follow = Follow()


PLACES = ("folder", "page", "listing", "feed", "sitemap", "warc")
"""The keys of which a source has exactly one: it says where to look, and by that what else may stand there."""


def _placed(value: object) -> str | None:
    given = [place for place in PLACES if isinstance(value, dict) and place in value]
    return given[0] if len(given) == 1 else None


WebSource = PageSource | ListingSource | FeedSource | SitemapSource
Source = FolderSource | WarcSource | PageSource | ListingSource | FeedSource | SitemapSource
_AnySource = Annotated[
    Annotated[FolderSource, Tag("folder")]
    | Annotated[WarcSource, Tag("warc")]
    | Annotated[PageSource, Tag("page")]
    | Annotated[ListingSource, Tag("listing")]
    | Annotated[FeedSource, Tag("feed")]
    | Annotated[SitemapSource, Tag("sitemap")],
    Discriminator(_placed),
]


class Watch(_Part):
    """One ``[[watch]]``: documents that should exist. ``years`` are listed, or counted from ``since`` to the last one
    due; ``approved`` (批复日) and ``deadline`` say by when they have to be public."""

    units: Annotated[tuple[_Name, ...], Field(strict=False, min_length=1)]
    kinds: Annotated[tuple[Kind, ...], Field(strict=False, min_length=1)] = ("final",)
    scope: Scope | None = None
    years: Annotated[tuple[_Year, ...], Field(strict=False)] = ()
    since: _Year | None = None
    approved: dict[str, date] = {}
    deadline: Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")] | None = None


class Rename(_Part):
    """One renaming of a unit: from ``year`` on it publishes as ``to``."""

    from_: _Name = Field(alias="from")
    to: _Name
    year: _Year


class Unit(_Part):
    """One ``[[units]]``: the name that its documents are kept by, and its other names."""

    name: _Name
    aliases: _Names = ()
    renames: Annotated[tuple[Rename, ...], Field(strict=False)] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every other name it is or was known by, in the order given, each once."""
        renamed = (name for rename in self.renames for name in (rename.from_, rename.to))
        return tuple(name for name in dict.fromkeys((*self.aliases, *renamed)) if name != self.name)


class File(_Part):
    """What may stand in the file."""

    lang: Literal["zh", "en", "auto"] = "auto"
    storage: Storage = Storage()
    fetching: Fetching = Fetching()
    hosts: Annotated[tuple[Host, ...], Field(strict=False)] = ()
    sources: Annotated[tuple[_AnySource, ...], Field(strict=False)] = ()
    units: Annotated[tuple[Unit, ...], Field(strict=False)] = ()
    watch: Annotated[tuple[Watch, ...], Field(strict=False)] = ()
