"""Which addresses may be connected to: public ones, and those that the configuration names."""

from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def network(text: str) -> Network:
    """Return the network that ``text`` names: ``127.0.0.1``, ``10.0.0.0/8``, ``[::1]``. Raises ValueError."""
    return ip_network(text.strip("[]"), strict=False)


def address(text: str) -> Address:
    """Return the address that a resolver or a socket names, an IPv4 address without what wraps it (``::ffff:…``).
    A zone (``%eth0``) stays and makes the address one of a link. Raises ValueError."""
    found = ip_address(text)
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def literal(host: str) -> Address | None:
    """Return the address that ``host`` (as it stands in a URL, ASCII, lower case) is, None where it is a name.

    IPv4 in all the forms that browsers and C libraries read: ``127.1``, ``2130706433``, ``0x7f.0.0.1``,
    ``017700000001`` (WHATWG URL, "IPv4 parser"); IPv6 in brackets. Raises ValueError where it is
    neither an address nor a name.
    """
    if host.startswith("[") and host.endswith("]"):
        found = IPv6Address(host[1:-1])
        if found.scope_id is not None:
            raise AddressValueError(f"{host} names a link of one machine")
        return found.ipv4_mapped or found
    parts = host.removesuffix(".").split(".")
    if not (parts[-1].isdecimal() or _is_hex(parts[-1])):
        return None
    numbers = [_number(part) for part in parts]
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise AddressValueError(f"{host} is no IPv4 address")
    return IPv4Address(sum(number << 8 * (3 - n) for n, number in enumerate(numbers[:-1])) + numbers[-1])


def is_public(address: Address) -> bool:
    """Tell whether ``address`` is one of the public internet, also where an IPv4 address is wrapped in it.

    IPv6 is public only inside 2000::/3, all that IANA has given out as global unicast, and NAT64's well-known prefix.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in each for each in _SPECIAL)
    if address.scope_id is not None:
        return False
    wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
    if wrapped:
        return is_public(wrapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _UNICAST and address.is_global and not any(address in each for each in _SPECIAL)


def is_allowed(address: Address, private: Iterable[Network]) -> bool:
    """Tell whether ``address`` may be connected to: it is public, or in one of the networks ``private``."""
    return is_public(address) or any(address in each for each in private)


def _is_hex(part: str) -> bool:
    return part[:2] == "0x" and all(each in "0123456789abcdef" for each in part[2:])


def _number(part: str) -> int:
    if _is_hex(part):
        return int(part[2:] or "0", 16)
    if not (part.isascii() and part.isdecimal()):
        raise AddressValueError(f"{part or 'nothing'} is no number of an IPv4 address")
    if part.startswith("0"):
        return int(part, 8)
    return int(part)


_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
_SPECIAL = tuple(
    network(each)
    for each in (
        # What the tables of older Pythons call global: protocol assignments, 6to4 relays, reserved, documentation.
        "192.0.0.0/24",
        "192.88.99.0/24",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)
