"""A TCP port to listen on."""

import contextlib
import socket


def choose_port(preferred: int, host: str = "127.0.0.1") -> int:
    """The preferred port when it is free, else a free one.

    Nothing reserves the port: whoever is to listen on it should do so soon.
    """
    if preferred and not _answers(preferred, host):
        # Low ports may be forbidden, and another address family unknown: both mean "take another".
        with contextlib.suppress(OSError):
            return _bind(preferred, host)
    return _bind(0, host)


def _bind(port: int, host: str) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICSERV
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        # As web servers do: a connection of the run before, still in TIME_WAIT, is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        bound: int = probe.getsockname()[1]
        return bound


def _answers(port: int, host: str) -> bool:
    # With SO_REUSEADDR, macOS lets one bind 127.0.0.1 although somebody listens on 0.0.0.0.
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False
