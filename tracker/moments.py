"""Moments as they are kept: UTC, to the second, of one width, so that their order as text is their order in time."""

from datetime import UTC, datetime

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def stamp(at: datetime) -> str:
    """Return an aware moment as it is kept: ``2024-09-20T03:00:00Z``."""
    return at.astimezone(UTC).strftime(_FORM)


def moment(text: str) -> datetime:
    """Return a kept moment as an aware one. Raises ValueError."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
