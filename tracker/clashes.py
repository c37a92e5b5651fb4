"""What is right key by key but wrong together: two of one name, an address that may not be asked, a level of a listing
that picks nothing.

These look at the values as written, each as far as it can be read, so that they are told together with whatever else
is wrong in the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from scrapers.net.addresses import Network, is_allowed
from tracker import locator, written
from tracker.mistakes import Found, Lines, Values, line_of, quoted, tables
from tracker.settings import Fetching, place_of

_WEB = ("page", "listing", "feed", "sitemap")


def clashes(values: Values, lines: Lines) -> Iterator[Found]:
    """Yield what is wrong in ``values`` beyond each single value."""
    yield from _twice("sources", values, lines)
    yield from _twice("hosts", values, lines)
    yield from _shared(values, lines)
    yield from _contact(values)
    yield from _quiet(("fetching",), _table(values.get("fetching")))
    private = _private(values)
    for index, host in enumerate(tables(values.get("hosts"))):
        yield from _quiet(("hosts", index), host)
    for index, source in enumerate(tables(values.get("sources"))):
        at = ("sources", index)
        yield from _addresses(at, source, private)
        yield from _often(at, source, values)
        yield from _levels(at, source)
        yield from _corrections(at, source)
        if source.get("expect") == {}:
            yield Found((*at, "expect"), "expect")
    for index, unit in enumerate(tables(values.get("units"))):
        for n, rename in enumerate(tables(unit.get("renames"))):
            if isinstance(rename.get("to"), str) and rename.get("to") == rename.get("from"):
                yield Found(("units", index, "renames", n, "to"), "self", {"name": str(rename["to"])})
    for index, watch in enumerate(tables(values.get("watch"))):
        yield from _years(("watch", index), watch)


# --- names -----------------------------------------------------------------------------------------------------------


def _twice(part: str, values: Values, lines: Lines) -> Iterator[Found]:
    """Yield the names that two entries have; hosts are the same however they are written."""
    seen: dict[str, locator.Path] = {}
    for index, entry in enumerate(tables(values.get(part))):
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            continue
        path = (part, index, "name")
        first = seen.setdefault(written.plain_host(name) if part == "hosts" else name, path)
        if first != path:
            yield Found(path, "twice", {"name": name, "first": str(line_of(first, lines))})


def _shared(values: Values, lines: Lines) -> Iterator[Found]:
    """Yield the names, own and other, that two units have."""
    seen: dict[str, locator.Path] = {}
    for index, unit in enumerate(tables(values.get("units"))):
        for key, name in _names(unit):
            path = ("units", index, *key)
            first = seen.setdefault(name, path)
            if first[1] != index:
                details = {"name": name, "first": str(line_of(first, lines))}
                yield Found(path, "twice" if key == ("name",) else "shared", details)


def _names(unit: Values) -> Iterator[tuple[locator.Path, str]]:
    if isinstance(unit.get("name"), str):
        yield ("name",), unit["name"]
    for index, alias in enumerate(_list(unit.get("aliases"))):
        if isinstance(alias, str):
            yield ("aliases", index), alias


# --- asking ----------------------------------------------------------------------------------------------------------


def _contact(values: Values) -> Iterator[Found]:
    """Yield that nobody could be reached who is asked for by the servers' people (the user agent has it)."""
    fetching = _table(values.get("fetching"))
    asked = next((n for n, source in enumerate(tables(values.get("sources"))) if place_of(source)[0] in _WEB), None)
    if asked is not None and "contact" not in fetching:
        source = tables(values.get("sources"))[asked]
        path = ("fetching", "contact") if "fetching" in values else ("sources", asked, place_of(source)[0])
        yield Found(path, "contact.missing" if "fetching" in values else "contact.none", {"key": "contact"})


def _private(values: Values) -> list[Network]:
    named = (written.read(written.private, each) for each in _list(_table(values.get("fetching")).get("private")))
    return [each for each in named if each is not None]


def _addresses(at: locator.Path, source: Values, private: Sequence[Network]) -> Iterator[Found]:
    """Yield the addresses of a source that are not public and not named."""
    spots: list[tuple[locator.Path, object]] = [((place,), source.get(place)) for place in _WEB]
    spots.append((("pages", "url"), _table(source.get("pages")).get("url")))
    for path, url in spots:
        host = _host(url)
        address = written.literal(host) if host else None
        if host == "localhost" or host.endswith(".localhost"):
            # A name of this machine wherever it is looked up (RFC 6761, 6.3).
            address = next((each for each in _LOOPBACK if is_allowed(each, private)), _LOOPBACK[0])
        if address is not None and not is_allowed(address, private):
            yield Found((*at, *path), "private", {"given": host, "address": str(address)})


_LOOPBACK = (ip_address("127.0.0.1"), ip_address("::1"))


def _host(url: object) -> str:
    """Return the host of an address, or nothing."""
    if not isinstance(url, str) or written.read(written.url, url.replace("{n}", "1")) is None:
        return ""
    return written.plain_host(urlsplit(url).hostname or "")


def _often(at: locator.Path, source: Values, values: Values) -> Iterator[Found]:
    """Yield that a source is to be looked at more often than its host may be asked, or that what was found there is to
    be asked for more often than the source itself."""
    every = written.read(written.duration, source.get("every"))
    recheck = written.read(written.duration, source.get("recheck"))
    host = next((found for place in _WEB if (found := _host(source.get(place)))), "")
    pace = _pace(host, values)
    for key, given, least in (("every", every, pace), ("recheck", recheck, every)):
        if given is not None and least is not None and given < least:
            code = "often" if key == "every" else "recheck"
            yield Found(
                (*at, key), code, {"key": key, "given": quoted(source[key]), "least": f"{least.total_seconds():g}s"}
            )


def _pace(host: str, values: Values) -> timedelta | None:
    """Return the time between two requests to ``host``, as far as it can be read."""
    hosts = [entry for entry in tables(values.get("hosts")) if "pace" in entry and isinstance(entry.get("name"), str)]
    fitting = fits(host, [str(entry["name"]) for entry in hosts])
    given = [entry["pace"] for n in fitting for entry in hosts[n : n + 1]]
    given += [_table(values.get("fetching")).get("pace", Fetching().pace)]
    return given[0] if isinstance(given[0], timedelta) else written.read(written.duration, given[0])


def fits(host: str, patterns: Sequence[str]) -> list[int]:
    """Return the positions of the ``patterns`` (``www.a.cn``, ``*.a.cn``) that ``host`` falls under, the most specific
    first."""
    plain = written.plain_host(host)
    found: list[tuple[int, int]] = []
    for n, pattern in enumerate(patterns):
        suffix = written.plain_host(pattern.removeprefix("*."))
        if plain == suffix and not pattern.startswith("*."):
            found.append((-1000, n))
        elif pattern.startswith("*.") and plain.endswith(f".{suffix}"):
            found.append((-len(suffix), n))
    return [n for _, n in sorted(found)]


def _quiet(at: locator.Path, part: Values) -> Iterator[Found]:
    """Yield hours that leave no minute of the day for asking."""
    given = [written.read(written.hours, each) for each in _list(part.get("quiet"))]
    covered = frozenset[int]().union(*(each.minutes for each in given if each is not None))
    if len(covered) == 24 * 60:
        yield Found((*at, "quiet"), "quiet")


# --- choosing --------------------------------------------------------------------------------------------------------

_CRITERIA = ("text", "url", "place")


def _levels(at: locator.Path, source: Values) -> Iterator[Found]:
    """Yield levels of a listing that pick no links, and pages that lead nowhere."""
    follow = source.get("follow")
    levels = [_table(cast("object", follow))] if isinstance(follow, dict) else tables(follow)
    for n, level in enumerate(levels):
        # The last level may be left open: it picks the links to disclosures. The others lead to pages of links.
        if n + 1 < len(levels) and not level:
            yield Found((*at, "follow", n), "follow")
    pages = source.get("pages")
    if not isinstance(pages, dict):
        return
    pages = _table(cast("object", pages))
    if not {"text", "url", "most"} & {*pages} or ("first" in pages and "url" not in pages):
        yield Found((*at, "pages"), "pages")
    url = pages.get("url")
    if isinstance(url, str) and url.strip() and "{n}" not in url:
        yield Found((*at, "pages", "url"), "pages.url", {"given": quoted(url)})


def _corrections(at: locator.Path, source: Values) -> Iterator[Found]:
    """Yield corrections that fit no link or correct nothing, and aliases of themselves."""
    for n, entry in enumerate(tables(source.get("corrections"))):
        if not {"text", "url"} & {*entry}:
            yield Found((*at, "corrections", n), "correction.which")
        if not {"unit", "year", "kind", "scope"} & {*entry}:
            yield Found((*at, "corrections", n), "correction.what")
    for name, unit in _table(source.get("aliases")).items():
        if name == unit:
            yield Found((*at, "aliases", name), "self", {"name": name})


def _years(at: locator.Path, watch: Values) -> Iterator[Found]:
    """Yield a watch over no years, or over years said in two ways, and approvals of years that are not watched."""
    years, since = _list(watch.get("years")), watch.get("since")
    if not years and since is None:
        yield Found(at, "watch.none")
    elif years and since is not None:
        yield Found((*at, "since"), "watch.both")
    for year in _table(watch.get("approved")):
        if not year.isdecimal() or len(year) != 4:
            yield Found((*at, "approved", year), "approved.year", {"given": year})
        elif (years and int(year) not in years) or (isinstance(since, int) and int(year) < since):
            yield Found((*at, "approved", year), "approved", {"given": year})


def odd(values: Values) -> Iterator[Found]:
    """Yield what may be meant so and probably is not: a watched unit whose name is nearly that of a declared one."""
    declared = {name for unit in tables(values.get("units")) for _, name in _names(unit)}
    declared |= {source["unit"] for source in tables(values.get("sources")) if isinstance(source.get("unit"), str)}
    for index, watch in enumerate(tables(values.get("watch"))):
        for n, name in enumerate(_list(watch.get("units"))):
            if isinstance(name, str) and name not in declared:
                near = sorted(each for each in declared if _nearly(name, each))
                if near:
                    yield Found(("watch", index, "units", n), "watch.unit", {"given": name, "suggestion": near[0]})


def _nearly(one: str, other: str) -> bool:
    """Tell whether one name has a character or two more than the other: 武汉社保中心, 武汉市社保中心. Names in which
    one stands for another (第一小学, 第二小学) are other names."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or not 0 < len(long) - len(short) <= 2:
        return False
    rest = iter(long)
    return all(each in rest for each in short)


def _table(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
