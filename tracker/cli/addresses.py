"""Addresses as people read them."""

from urllib.parse import unquote


def readable(address: str) -> str:
    """Return an address with the words that it escapes, where those are words; other texts as they are."""
    if "%" not in address or not address.startswith(("http://", "https://")):
        return address
    try:
        words = unquote(address, errors="strict")
    except UnicodeDecodeError:
        return address
    # A blank in a word of a table is no part of an address that can be copied.
    return words if words.isprintable() and not any(each.isspace() for each in words) else address
