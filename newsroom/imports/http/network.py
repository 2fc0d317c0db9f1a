"""Connections that are made only to vetted addresses, and that end when their time is up.

The address is vetted at the moment of connecting, and that very address is connected to: a check
before would be worth nothing, as the next answer of the name server may be another one.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterable
from typing import Any

import httpcore2

from newsroom.imports.http import policy


class Blocked(Exception):
    """The address leads to where nothing is fetched from; the message says so."""


class NoSuchHost(Exception):
    pass


class Deadline:
    """A moment after which nothing of a fetch goes on, however lively the other side is."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time for this fetch is up")
        return left if at_most is None else min(left, at_most)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, each once, in the order in which they should be tried."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label of more than 63 characters
        raise NoSuchHost(host) from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class GuardedBackend(httpcore2.NetworkBackend):
    """What httpcore2 connects with. Hosts in `allowed` ("127.0.0.1:8000") are not vetted."""

    def __init__(self, deadline: Deadline, allowed: Collection[str]) -> None:
        self._deadline = deadline
        self._allowed = allowed
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        host = host.strip("[]")
        addresses = self._vetted(host, port)
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._plain.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _TimedStream(stream, self._deadline)
        raise NoSuchHost(host)

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        raise Blocked("Sockets of this machine are not fetched from.")

    def _vetted(self, host: str, port: int) -> list[str]:
        named = f"{host}:{port}".lower() in self._allowed
        if not named and port not in policy.PORTS:
            raise Blocked(f"Port {port} is not one of the web ({_listed(policy.PORTS)}).")
        addresses = self._resolve_in_time(host, port)
        # One bad answer spoils all: a name that also points inside is an attack or a mistake.
        bad = [address for address in addresses if not policy.is_public(address)]
        if bad and not named:
            raise Blocked(f"{host} is {bad[0]}, which is not an address of the public Internet.")
        return addresses

    def _resolve_in_time(self, host: str, port: int) -> list[str]:
        """The system's resolver knows no deadline, so it is waited for only so long."""
        answer: queue.Queue[list[str] | Exception] = queue.Queue()

        def work() -> None:
            try:
                answer.put(resolve(host, port))
            except Exception as error:  # noqa: BLE001 - raised where it is waited for
                answer.put(error)

        threading.Thread(target=work, daemon=True, name=f"resolve {host}").start()
        try:
            found = answer.get(timeout=self._deadline.left())
        except queue.Empty as error:
            raise httpcore2.ConnectTimeout("the name server does not answer") from error
        if isinstance(found, Exception):
            raise found
        return found


class _TimedStream(httpcore2.NetworkStream):
    """Each operation gets what is left of the whole, so that a byte a second does not go on."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _listed(ports: Collection[int]) -> str:
    return ", ".join(map(str, sorted(ports)))
