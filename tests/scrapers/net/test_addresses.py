"""Which addresses are public, in whatever form they are written."""

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.net.addresses import address, is_allowed, is_public, literal, network


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "202.114.234.1", "2001:da8:8000::1", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001:db8::1",
        "2001::4136:e378:8000:63bf:f5ff:fffe",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "2400:3200::1%eth0",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ],
)
def test_addresses_of_houses_links_documents_and_wrapped_ones_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


def test_the_configuration_may_name_networks_that_are_not_public() -> None:
    private = (network("127.0.0.1"), network("10.0.0.0/8"), network("[::1]"))

    allowed = [
        each for each in ("127.0.0.1", "127.0.0.2", "10.9.9.9", "::1", "::2") if is_allowed(address(each), private)
    ]

    assert allowed == ["127.0.0.1", "10.9.9.9", "::1"]


def test_an_address_wrapped_in_another_is_the_one_that_the_configuration_names() -> None:
    assert is_allowed(address("::ffff:127.0.0.1"), (network("127.0.0.1"),))
    assert not is_allowed(address("::ffff:127.0.0.2"), (network("127.0.0.1"),))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
    ],
)
def test_all_forms_of_an_ipv4_address_are_the_same_address(host: str) -> None:
    assert literal(host) == ip_address("127.0.0.1")


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert literal("[::1]") == ip_address("::1")
    assert literal("[::ffff:7f00:1]") == ip_address("127.0.0.1")


@pytest.mark.parametrize("host", ["www.swu.edu.cn", "1.gov.cn", "xn--fiqs8s", "0x7f.cn", "cafe", "a.0b1"])
def test_names_are_no_addresses(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize(
    "host",
    ["256.0.0.1", "1.2.3.4.5", "4294967296", "1..2", "09.0.0.1", "www.1", "0x.0xg.1", "[::g]", "[fe80::1%25eth0]"],
)
def test_what_ends_in_a_number_and_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        literal(host)


_numbers = st.one_of(
    st.integers(0, 2**32).map(str),
    st.integers(0, 2**32).map(hex),
    st.integers(0, 2**32).map(lambda n: f"0{n:o}"),
    st.integers(0, 255).map(str),
    st.sampled_from(["0", "00", "0377", "0x7f", "127"]),
)


@settings(deadline=None)
@given(st.lists(_numbers, min_size=1, max_size=5).map(".".join))
def test_numbers_are_the_address_that_the_system_would_connect_to(host: str) -> None:
    try:
        meant = ip_address(socket.inet_aton(host))
    except OSError:
        with pytest.raises(ValueError, match=r"."):
            literal(host)
    else:
        assert literal(host) == meant
