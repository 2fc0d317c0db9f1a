"""Which machines may be talked to: those of the public Internet, on the ports of the web."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PORTS = frozenset({80, 443, 8080, 8443})

# Neither `is_global` nor `is_private` of the standard library is a policy: the one takes multicast
# and the translation prefixes for public, the other does not know of carrier-grade NAT.
REFUSED = tuple(
    ip_network(net)
    for net in (
        "100.64.0.0/10",  # carrier-grade NAT; one cloud keeps its metadata there
        "168.63.129.16/32",  # another cloud's, at a public address
        "192.88.99.0/24",  # relays to 6to4
        # Prefixes that stand for an IPv4 address, which may be any. No public site needs them.
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local of old
    )
)


def is_public(address: str) -> bool:
    """Whether `address`, as a resolver gives it, is a machine of the public Internet."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.scope_id:
        return False
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip.version == net.version and ip in net for net in REFUSED)
    )
