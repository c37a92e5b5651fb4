"""Times as people give and read them: without a zone they are Asia/Shanghai; what is kept is UTC."""

import re
from datetime import datetime, timedelta, timezone

from tracker.moments import moment
from tracker.moments import stamp as kept

SHANGHAI = timezone(timedelta(hours=8))
"""China has had one time and no summer time since 1991; a fixed offset needs no zone data."""

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class NoMomentError(ValueError):
    """A text that says no moment."""


def utc(text: str) -> str:
    """Return the moment that ``text`` says as it is kept: UTC, ``YYYY-MM-DDTHH:MM:SSZ``.

    A day (``2024-10-12``, ``2024年10月12日``) is its beginning. Raises NoMomentError.
    """
    given = text.strip()
    day = _DAY.match(given)
    if day is None:
        raise NoMomentError(text)
    year, month, date = (int(each) for each in day.groups())
    try:
        said = datetime.fromisoformat(f"{year:04}-{month:02}-{date:02}{given[day.end() :]}")
        return kept(said if said.tzinfo is not None else said.replace(tzinfo=SHANGHAI)).rjust(20, "0")
    except (ValueError, OverflowError) as error:
        raise NoMomentError(text) from error


def local(stamp: str | None) -> str:
    """Return a kept moment in local words: ``2024-10-12`` for a midnight, else ``2024-10-12 08:30``."""
    if not stamp:
        return ""
    at = moment(stamp).astimezone(SHANGHAI)
    return at.strftime("%Y-%m-%d" if (at.hour, at.minute, at.second) == (0, 0, 0) else "%Y-%m-%d %H:%M")
