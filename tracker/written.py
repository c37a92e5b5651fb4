"""How values are written in ``config.toml``: durations, sizes, hours, addresses, hosts, patterns. What is written
otherwise raises NotWrittenError, with what was probably meant.

Nothing is looked up here: whether a name leads to an address that may be asked is known when it is connected to.
"""

import re
import unicodedata
import warnings
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from ipaddress import IPv4Network, IPv6Network
from typing import TypeVar, cast
from urllib.parse import SplitResult, urlsplit

from scrapers.finding.places import PlaceError, place
from scrapers.net import addresses
from scrapers.net.addresses import Address, Network

_T = TypeVar("_T")


class NotWrittenError(ValueError):
    """A value that is not written as it should be: the ``code`` of its message, ``suggestion`` (what was probably
    meant, as it is written, or nothing) and ``why``."""

    def __init__(self, code: str, suggestion: str = "", why: str = "") -> None:
        """Keep what is wrong and what may be meant."""
        super().__init__(code)
        self.code, self.suggestion, self.why = code, suggestion, why


def read(of: Callable[[object], _T], value: object) -> _T | None:
    """Return what ``of`` reads, or None where it can't be read."""
    try:
        return of(value)
    except NotWrittenError:
        return None


# --- time and amount -------------------------------------------------------------------------------------------------

_DURATION = re.compile(r"(\d{1,9})\s*(ms|[smhd])")
_LONGEST = timedelta(days=3660)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LOOSE_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*(\w*)\.?")
_SPELT = {
    "s": ("sec", "secs", "second", "seconds", "秒", "秒钟", ""),
    "m": ("min", "mins", "minute", "minutes", "分", "分钟"),
    "h": ("hr", "hrs", "hour", "hours", "时", "小时", "钟头"),
    "d": ("day", "days", "天", "日", "daily"),
    "w": ("w", "week", "weeks", "周", "星期"),
}
_UNITS = {word: unit for unit, words in _SPELT.items() for word in (unit, *words)}
_WORDS = {"daily": "1d", "weekly": "7d", "hourly": "1h", "每天": "1d", "每日": "1d", "每周": "7d", "每小时": "1h"}


def duration(value: object) -> timedelta:
    """Return ``100ms``, ``30s``, ``5m``, ``12h`` or ``7d`` as a timedelta, longer than nothing and shorter than ten
    years."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise NotWrittenError("duration", _duration_meant(value))
    number, unit = int(match[1]), match[2]
    found = timedelta(milliseconds=number) if unit == "ms" else timedelta(seconds=number * _SECONDS[unit])
    if found > _LONGEST:
        raise NotWrittenError("duration")
    return found


def _duration_meant(value: object) -> str:
    text = str(value).strip().lower() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if text in _WORDS:
        return _WORDS[text]
    match = _LOOSE_DURATION.fullmatch(unicodedata.normalize("NFKC", text))
    unit = _UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        return ""
    seconds = Fraction(match[1]) * (7 * 86400 if unit == "w" else _SECONDS[unit])
    if seconds == 0 or seconds.denominator != 1:
        return ""
    return next(f"{int(seconds / each)}{name}" for name, each in _coarse(unit) if seconds % each == 0)


def _coarse(unit: str) -> list[tuple[str, int]]:
    """Return the units in which a duration is suggested: the one that was meant, then finer ones."""
    names = list(reversed(_SECONDS))
    begin = names.index("d" if unit == "w" else unit)
    return [(name, _SECONDS[name]) for name in names[begin:]]


_SIZE = re.compile(r"(\d{1,9})\s*(KB|MB|GB)", re.IGNORECASE)
_BYTES = {"KB": 1000, "MB": 1000**2, "GB": 1000**3}
_LOOSE_SIZE = re.compile(r"(\d{1,9})\s*(k|m|g|兆)(?:i?b)?", re.IGNORECASE)


def size(value: object) -> int:
    """Return ``500KB`` or ``50MB`` (or a whole number) in bytes, more than none."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        loose = _LOOSE_SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
        unit = loose[2].upper().replace("兆", "M") if loose else ""
        raise NotWrittenError("size", f"{loose[1]}{unit}B" if loose and int(loose[1]) else "")
    return int(match[1]) * _BYTES[match[2].upper()]


class Hours(tuple[time, time]):
    """A part of the day, from the first time to the second; past midnight where the second is the earlier one."""

    __slots__ = ()

    def has(self, at: time) -> bool:
        """Tell whether ``at`` falls into it."""
        begin, end = self
        return begin <= at < end if begin <= end else at >= begin or at < end

    @property
    def minutes(self) -> frozenset[int]:
        """Return the minutes of the day, from 0, that it covers."""
        begin, end = (each.hour * 60 + each.minute for each in self)
        return frozenset(at % 1440 for at in range(begin, end if begin < end else end + 1440))


_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~]\s*(\d{1,2}):(\d{2})")
_LOOSE_HOURS = re.compile(
    r"(\d{1,2})(?:[:.](\d{2})|[点时h])?\s*(?:-|–|—|~|to|至|到)\s*(\d{1,2})(?:[:.](\d{2})|[点时h])?"
)


def hours(value: object) -> Hours:
    """Return ``22:00-06:00`` as Hours; 24:00 is midnight."""
    if isinstance(value, Hours):
        return value
    if not isinstance(value, str):
        raise NotWrittenError("hours")
    match = _HOURS.fullmatch(value.strip())
    found = _hours_of(*match.groups()) if match else None
    if found is None:
        loose = _LOOSE_HOURS.fullmatch(unicodedata.normalize("NFKC", value).strip().lower())
        meant = _hours_of(*loose.groups()) if loose else None
        raise NotWrittenError("hours", "-".join(f"{each:%H:%M}" for each in meant) if meant else "")
    if found[0] == found[1]:
        raise NotWrittenError("hours.all")
    return found


def _hours_of(hour: str, minute: str | None, end_hour: str, end_minute: str | None) -> Hours | None:
    if int(end_hour) == 24 and not int(end_minute or 0):
        end_hour = "0"
    try:
        return Hours((time(int(hour), int(minute or 0)), time(int(end_hour), int(end_minute or 0))))
    except ValueError:
        return None


_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_LOOSE_DAY = re.compile(r"(?:\d{4}[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?")


def month_day(value: object) -> str:
    """Return ``10-31``, a day of every year (29 February is none)."""
    text = value.strip() if isinstance(value, str) else value.isoformat() if isinstance(value, date) else ""
    match = _MONTH_DAY.fullmatch(text)
    if match is not None and _is_day(match[1], match[2]):
        return text
    loose = _LOOSE_DAY.fullmatch(unicodedata.normalize("NFKC", text))
    raise NotWrittenError(
        "deadline", f"{int(loose[1]):02}-{int(loose[2]):02}" if loose and _is_day(loose[1], loose[2]) else ""
    )


def _is_day(month: str, day: str) -> bool:
    try:
        date(2001, int(month), int(day))  # no leap year
    except ValueError:
        return False
    return True


def day(value: object) -> date:
    """Return a date, ``2024-09-20`` with or without quotes."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    loose = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        meant = date(*(int(each) for each in loose.groups())).isoformat() if loose else ""
    except ValueError:
        meant = ""
    if meant and meant == value:
        return date.fromisoformat(meant)
    raise NotWrittenError("date", meant)


# --- patterns --------------------------------------------------------------------------------------------------------

_REGEX = {
    "missing ), unterminated subpattern": "unclosed",
    "unbalanced parenthesis": "unopened",
    "unterminated character set": "set",
    "nothing to repeat": "repeat",
    "multiple repeat": "repeated",
    "bad escape": "escape",
    "bad character range": "range",
}
"""The words of ``re`` for what is usually wrong, and the codes of ours."""


def pattern(value: object) -> re.Pattern[str]:
    """Return a regular expression."""
    if isinstance(value, re.Pattern):
        return cast("re.Pattern[str]", value)
    if not isinstance(value, str):
        raise NotWrittenError("text")
    if not value:
        raise NotWrittenError("blank")
    try:
        with warnings.catch_warnings():
            # "[[" may one day begin a nested set; until then it is what it says.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(value)
    except re.error as error:
        why = next((code for words, code in _REGEX.items() if error.msg.startswith(words)), error.msg)
        raise NotWrittenError("pattern", why=why) from None
    except (OverflowError, RecursionError) as error:
        raise NotWrittenError("pattern", why=str(error)) from None


def selector(value: object) -> str:
    """Return a place of a page, written like a CSS selector."""
    if not isinstance(value, str):
        raise NotWrittenError("text")
    if not value.strip():
        raise NotWrittenError("blank")
    try:
        place(value)
    except PlaceError:
        raise NotWrittenError("place") from None
    return value


# --- addresses -------------------------------------------------------------------------------------------------------

_HOST = re.compile(r"(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?")
_SCHEME = re.compile(r"[a-z]{3,7}:?/{1,3}(?=[^/])")


def url(value: object) -> str:
    """Return an address ``http://…`` or ``https://…`` as it is written, with a host and without a name and password."""
    if not isinstance(value, str):
        raise NotWrittenError("text")
    if not value.strip():
        raise NotWrittenError("blank")
    if not _is_url(value):
        raise NotWrittenError("url", _url_meant(value))
    return value


def split(text: str) -> SplitResult | None:
    """Return the parts of an address, or None where it is none."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_url(text: str) -> bool:
    parts = split(text)
    if parts is None or parts.scheme not in ("http", "https") or parts.username is not None:
        return False
    return not re.search(r"[\s\\<>\"]", text) and is_host(parts.hostname or "")


def is_host(text: str) -> bool:
    """Tell whether ``text`` is a host as it stands in an address: a name, an IPv4 or IPv6 address."""
    try:
        return literal(text) is not None or bool(_HOST.fullmatch(text))
    except ValueError:
        return False


def _url_meant(text: str) -> str:
    """Return the address that was probably meant: typed in full width, without or with a misspelt scheme."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("\\", "/")
    scheme = _SCHEME.match(plain.lower())
    rest = plain[scheme.end() :] if scheme else plain
    secure = scheme is None or "s" in scheme[0]
    guesses = (plain, f"http{'s' if secure else ''}://{rest}", f"https://{rest.partition('@')[2]}")
    return next((each for each in guesses if _is_url(each) and "." in (urlsplit(each).hostname or "")), "")


def literal(host: str) -> Address | None:
    """Return the address that ``host`` itself is, in any of the forms that programs read, None where it is a name.
    Raises ValueError where it is neither."""
    plain = plain_host(host)
    return addresses.literal(f"[{plain}]" if ":" in plain else plain)


def plain_host(host: str) -> str:
    """Return a host as hosts are compared: lower case, Chinese names in ASCII, no dot at the end, no brackets."""
    bare = host.strip("[]").rstrip(".").lower()
    if bare.isascii():
        return bare
    try:
        return bare.encode("idna").decode("ascii")
    except UnicodeError:
        return bare


def host(value: object) -> str:
    """Return the name of a host, or ``*.`` and the name that its subdomains end with."""
    if not isinstance(value, str):
        raise NotWrittenError("text")
    if not value.strip():
        raise NotWrittenError("blank")
    if not is_host(value.removeprefix("*.")) or "/" in value:
        raise NotWrittenError("host", _host_meant(value))
    return value


def _host_meant(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    parts = split(plain if "//" in plain else f"//{plain}")
    name = (parts.hostname if parts else None) or ""
    wild = name.startswith(("*", "."))
    bare = name.lstrip("*.")
    return f"{'*.' if wild else ''}{bare}" if "." in bare and is_host(bare) else ""


def private(value: object) -> Network:
    """Return the network that is written: ``127.0.0.1``, ``10.0.0.0/8``, ``::1``."""
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    if not isinstance(value, str):
        raise NotWrittenError("text")
    try:
        return addresses.network(value)
    except ValueError:
        raise NotWrittenError("network", _network_meant(value)) from None


def _network_meant(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain == "localhost":
        return "127.0.0.1"
    parts = split(plain if "//" in plain else f"//{plain}")
    bare = (parts.hostname if parts else None) or ""
    if bare != text and read(private, bare) is not None:
        return bare
    starred = re.fullmatch(r"(\d{1,3})\.(\d{1,3}|\*)\.(\d{1,3}|\*)\.\*", plain)
    if starred is None:
        return ""
    known = [each for each in starred.groups() if each != "*"]
    meant = f"{'.'.join([*known, *['0'] * (4 - len(known))])}/{8 * len(known)}"
    return meant if read(private, meant) is not None else ""


_MAIL = re.compile(r"(?:mailto:)?[!-?A-~]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:\?\S*)?")


def contact(value: object) -> str:
    """Return where a server's people find us: ``mailto:…``, an e-mail address, or the address of a page. It goes into
    a header, so it is ASCII."""
    if not isinstance(value, str):
        raise NotWrittenError("text")
    if not value.strip():
        raise NotWrittenError("blank")
    if value.isascii() and (_MAIL.fullmatch(value) or _is_url(value)):
        return value
    plain = unicodedata.normalize("NFKC", value).strip()
    meant = plain if "@" in plain else _url_meant(value)
    raise NotWrittenError("contact", meant if meant != value and read(contact, meant) else "")


def proxy(value: object) -> str:
    """Return the address of a proxy: ``http://name:8080`` or ``https://…``, with a name and password if need be."""
    if not isinstance(value, str):
        raise NotWrittenError("text")
    parts = split(value)
    if parts is None or parts.scheme not in ("http", "https") or not is_host(parts.hostname or ""):
        meant = f"http://{value}"
        raise NotWrittenError("proxy", meant if re.fullmatch(r"[^/]*[.:][^/]*", value) and _is_url(meant) else "")
    return value
