"""Which addresses may be connected to: public ones, and those that the configuration names."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def network(text: str) -> Network:
    """Return the network that ``text`` names: ``127.0.0.1``, ``10.0.0.0/8``, ``[::1]``. Raises ValueError."""
    return ip_network(text.strip("[]"), strict=False)


def is_public(address: Address) -> bool:
    """Tell whether ``address`` is one of the public internet, also where an IPv4 address is wrapped in it."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if wrapped:
            return is_public(wrapped)
        if address in _NAT64:
            return is_public(ip_address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


_NAT64 = IPv6Network("64:ff9b::/96")
