"""What may stand in ``config.toml``, part by part, as checked and frozen values. Reading the file: ``tracker.config``.

Durations are written ``30s``, ``5m``, ``12h``, ``7d``; sizes ``500KB``, ``50MB``; hours ``22:00-06:00``, in
Asia/Shanghai.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network
from re import Pattern
from typing import Annotated, Literal, TypeGuard, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, InstanceOf, Tag
from pydantic_core import PydanticCustomError

from scrapers.decode.limits import LIMITS, Limits
from tracker import written
from tracker.model import Kind, Scope
from tracker.written import Hours as Hours

Lang = Literal["zh", "en"]


def _as(read: Callable[[object], object]) -> BeforeValidator:
    """Return the validator of values that ``read`` reads; what it says of others is kept in the error."""

    def check(value: object) -> object:
        try:
            return read(value)
        except written.NotWrittenError as error:
            raise PydanticCustomError(
                "written", "written otherwise", {"code": error.code, "suggestion": error.suggestion, "why": error.why}
            ) from None

    return BeforeValidator(check)


_Name = Annotated[str, Field(min_length=1, pattern=r"\S")]
_Names = Annotated[tuple[_Name, ...], Field(strict=False)]
_Year = Annotated[int, Field(ge=1990, le=2100)]
_Count = Annotated[int, Field(ge=1)]
_Duration = Annotated[InstanceOf[timedelta], _as(written.duration)]
_Size = Annotated[int, _as(written.size)]
_Hours = Annotated[InstanceOf[Hours], _as(written.hours)]
_Pattern = Annotated[InstanceOf[Pattern[str]], _as(written.pattern)]
_Url = Annotated[str, _as(written.url)]
_Network = Annotated[InstanceOf[IPv4Network] | InstanceOf[IPv6Network], _as(written.private)]


class _Part(BaseModel):
    """What every part of the configuration has in common: no unknown keys, no quiet conversions, no later change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=False, arbitrary_types_allowed=True
    )


class Storage(_Part):
    """``[storage]``: where captures and the database are kept."""

    path: _Name = "data/"


class Reading(_Part):
    """``[reading]``: how much of a file is read, and what that may take; what is larger is refused, its bytes kept."""

    timeout: _Duration = timedelta(seconds=LIMITS.seconds)
    memory: _Size = LIMITS.memory
    pages: _Count = LIMITS.pages
    unpacked: _Size = LIMITS.unpacked

    @property
    def limits(self) -> Limits:
        """Return the bounds of one file."""
        seconds = self.timeout.total_seconds()
        return replace(LIMITS, seconds=seconds, memory=self.memory, pages=self.pages, unpacked=self.unpacked)


class Patience(_Part):
    """``withdrawn_after``: over how many looks, and over how many days, a document has to be gone to be withdrawn."""

    looks: _Count = 3
    days: _Count = 3


class Fetching(_Part):
    """``[fetching]``: how servers are asked."""

    contact: Annotated[str, _as(written.contact)] | None = None
    pace: _Duration = timedelta(seconds=5)
    timeout: _Duration = timedelta(minutes=2)
    size: _Size = 50_000_000
    quiet: Annotated[tuple[_Hours, ...], Field(strict=False)] = ()
    every: _Duration = timedelta(days=1)
    unconditional: _Duration = timedelta(days=7)
    withdrawn_after: Patience = Patience()
    proxy: Annotated[str, _as(written.proxy)] | None = None
    private: Annotated[tuple[_Network, ...], Field(strict=False)] = ()


class Host(_Part):
    """One ``[[hosts]]``: what is different for a host (``www.example.gov.cn``) or its subdomains (``*.gov.cn``)."""

    name: Annotated[str, _as(written.host)]
    pace: _Duration | None = None
    timeout: _Duration | None = None
    quiet: Annotated[tuple[_Hours, ...], Field(strict=False)] | None = None
    proxy: Annotated[str, _as(written.proxy)] | None = None
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
    place: Annotated[str, _as(written.selector)] | None = None


def _many(value: object) -> object:
    """Return one level as a list of one."""
    return [cast("object", value)] if isinstance(value, Mapping) else value


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

    @property
    def place(self) -> str:
        """Return the key that says where to look: one of PLACES."""
        return next(place for place, kind in KINDS.items() if isinstance(self, kind))


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

    @property
    def url(self) -> str:
        """Return the address that it begins at."""
        return str(getattr(self, self.place))


class PageSource(_WebSource):
    """One page, with its attachments."""

    page: _Url


class ListingSource(_WebSource):
    """Pages of links: ``follow`` has a rule a level, the last one leads to documents."""

    listing: _Url
    follow: Annotated[tuple[Follow, ...], Field(strict=False, min_length=1), BeforeValidator(_many)] = (Follow(),)
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

WebSource = PageSource | ListingSource | FeedSource | SitemapSource
Source = FolderSource | WarcSource | PageSource | ListingSource | FeedSource | SitemapSource

KINDS: Mapping[str, type[_Source]] = {
    "folder": FolderSource,
    "page": PageSource,
    "listing": ListingSource,
    "feed": FeedSource,
    "sitemap": SitemapSource,
    "warc": WarcSource,
}
"""The kinds of sources, by the key that says where to look."""

_MEANT = {"path": "folder", "dir": "folder", "directory": "folder", "rss": "feed", "atom": "feed", "list": "listing"}
"""What people write for the key that says where to look."""


def places_of(entry: Mapping[str, object]) -> list[str]:
    """Return the keys of ``entry``, a source as written, that say where to look, in its order: one, if it is right."""
    return [key for key in entry if key in PLACES]


def place_of(entry: Mapping[str, object]) -> tuple[str, str | None]:
    """Return the kind of source that ``entry`` is or, where it does not say where to look, is probably meant to be,
    and the key that was probably meant to say it."""
    given = places_of(entry)
    if given:
        return given[0], given[0]
    known = {key for kind in KINDS.values() for key in kind.model_fields}
    for key in entry:
        if key in known:
            continue
        if key in ("url", "address", "link", "href"):
            return ("listing" if {"follow", "pages"} & {*entry} else "page"), key
        near = difflib.get_close_matches(key.lower(), PLACES, 1, 0.7)
        if near or key.lower() in _MEANT:
            return (near[0] if near else _MEANT[key.lower()]), key
    fitting = max(PLACES, key=lambda place: (len({*KINDS[place].model_fields} & {*entry}), -PLACES.index(place)))
    return fitting, None


def _tag(value: object) -> str:
    return place_of(cast("Mapping[str, object]", value))[0] if isinstance(value, Mapping) else PLACES[0]


_AnySource = Annotated[
    Annotated[FolderSource, Tag("folder")]
    | Annotated[WarcSource, Tag("warc")]
    | Annotated[PageSource, Tag("page")]
    | Annotated[ListingSource, Tag("listing")]
    | Annotated[FeedSource, Tag("feed")]
    | Annotated[SitemapSource, Tag("sitemap")],
    Discriminator(_tag),
]


def on_the_web(source: Source) -> TypeGuard[WebSource]:
    """Tell whether a source is asked for over the network."""
    return isinstance(source, PageSource | ListingSource | FeedSource | SitemapSource)


class Watch(_Part):
    """One ``[[watch]]``: documents that should exist. ``years`` are listed, or counted from ``since`` to the last one
    due; ``approved`` (批复日) and ``deadline`` say by when they have to be public."""

    units: Annotated[tuple[_Name, ...], Field(strict=False, min_length=1)]
    kinds: Annotated[tuple[Kind, ...], Field(strict=False, min_length=1)] = ("final",)
    scope: Scope | None = None
    years: Annotated[tuple[_Year, ...], Field(strict=False)] = ()
    since: _Year | None = None
    approved: dict[str, Annotated[InstanceOf[date], _as(written.day)]] = {}
    deadline: Annotated[str, _as(written.month_day)] | None = None


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
    reading: Reading = Reading()
    hosts: Annotated[tuple[Host, ...], Field(strict=False)] = ()
    sources: Annotated[tuple[_AnySource, ...], Field(strict=False)] = ()
    units: Annotated[tuple[Unit, ...], Field(strict=False)] = ()
    watch: Annotated[tuple[Watch, ...], Field(strict=False)] = ()
