"""Which addresses a request of ours may go to when somebody else states them."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.public_addresses import is_address, is_loopback, is_public
from tests.each_case import each_case

REFUSED = [
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
    *("172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0"),
    *("fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1"),
    *("64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001:db8::1", "2001::1", "2002:a00:1::", "3fff::1", "5f00::1"),
    *("", "localhost", "2130706433", "0x7f000001", "127.1", "010.0.0.1", "1.2.3", "93.184.216.34.5"),
]  # fmt: skip
ALLOWED = ["1.1.1.1", "93.184.216.34", "172.15.255.255", "172.32.0.1", "192.167.255.255", "223.255.255.255",
           "100.128.0.1", "2606:4700::1111", "2a00:1450::5", "2001:4860::8888"]  # fmt: skip


@each_case("address", REFUSED)
def test_an_address_that_not_everybody_reaches_is_not_public(address: str) -> None:
    """Behind each of them is something that trusts who can reach it: a metadata service, a database, this machine."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_an_ordinary_address_is_public(address: str) -> None:
    """Also one beside a range that is not."""
    assert is_public(address)


@given(st.ip_addresses())
def test_what_is_public_is_public_in_the_standard_library_too(address: IPv4Address | IPv6Address) -> None:
    """Its table is another's work; ours refuses more (what carries another address), never less."""
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize(
    ("host", "loopback", "in_numbers"),
    [
        ("localhost", True, False), ("127.0.0.1", True, True), ("127.9.9.9", True, True), ("::1", True, True),
        ("localhost.example", False, False), ("10.0.0.1", False, True), ("crm.example", False, False),
    ],
)  # fmt: skip
def test_a_host_of_this_machine_is_known_without_asking(host: str, loopback: bool, in_numbers: bool) -> None:
    """Settings are read where there is no network."""
    assert (is_loopback(host), is_address(host)) == (loopback, in_numbers)
