"""Which addresses are of the public Internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.imports.http.policy import is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111"])
def test_public_addresses_are_fetched_from(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.1", "::1"),  # this machine
        *("0.0.0.0", "::", "255.255.255.255"),
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "fc00::1", "fd00:ec2::254"),  # private
        *("169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0"),  # link-local, metadata
        *("100.64.0.1", "100.100.100.200"),  # carrier-grade NAT, metadata
        "168.63.129.16",
        *("224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"),  # multicast
        *("240.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"),  # mapped
        *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1"),  # NAT64
        *("2002:7f00:1::", "2002:808:808::1", "192.88.99.1"),  # 6to4
        "2001:0:53aa:64c:0:0:80ff:fffe",  # Teredo
        *("fec0::1", "100::1"),
        *("", "localhost", "2130706433", "1.2.3", "[::1]"),  # what no resolver answers with
    ],
)
def test_others_are_not(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_never_taken_for_public(ip: IPv4Address) -> None:
    number = int(ip)
    for prefix, shift in (("::ffff:0:0", 0), ("64:ff9b::", 0), ("2002::", 80), ("::", 0)):
        assert not is_public(str(IPv6Address(int(IPv6Address(prefix)) | number << shift)))


@given(st.text(max_size=20))
def test_any_text_is_judged(text: str) -> None:
    is_public(text)
