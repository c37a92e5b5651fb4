"""Exact numbers of the generator: amounts are integers of 0.01万元, ratios integers of a decimal place."""


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero."""
    if denominator <= 0:
        raise ValueError("a ratio needs a positive whole")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def scaled(value: int, places: int) -> str:
    """Print an integer of 10^-places as a decimal string: ``scaled(-1205, 2)`` is ``-12.05``."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    if not places:
        return f"{sign}{value}"
    return f"{sign}{value // 10**places}.{value % 10**places:0{places}d}"


def ratio(part: int, whole: int, places: int) -> str:
    """``part`` as a percentage of ``whole``, rounded half up to ``places``."""
    return scaled(half_up(100 * part * 10**places, whole), places)


def trimmed(value: str) -> str:
    """Drop zeros after the point: ``1728.50`` → ``1728.5``, ``100.0`` → ``100``."""
    return value.rstrip("0").rstrip(".") if "." in value else value


def grouped(value: str) -> str:
    """Put separators of thousands: ``2020.06`` → ``2,020.06``."""
    whole, point, fraction = value.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{fraction}"
