"""A real server on this machine that answers with whatever bytes a test wants, at any pace."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import LazySettings

Answer = Callable[[str], Iterable[bytes]]


class Server:
    """Answers each path with the pieces that `answers[path]` gives for the request's text."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def says(self, path: str, answer: bytes | Iterable[bytes] | Answer) -> str:
        """The address that answers so."""
        if callable(answer):
            self.answers[path] = answer
        else:
            pieces = [answer] if isinstance(answer, bytes) else answer
            self.answers[path] = lambda request: pieces
        return self.url(path)

    def wait(self, seconds: float) -> None:
        """Pause, but not beyond the end of the test."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        self._stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # The other side hangs up in most of these tests.
        with suppress(OSError), connection:
            request = b""
            while b"\r\n\r\n" not in request:
                if not (piece := connection.recv(65536)):
                    return
                request += piece
            text = request.decode("latin-1")
            self.requests.append(text)
            for piece in self.answers[text.split(" ")[1]](text):
                if self._stopped.is_set():
                    return
                connection.sendall(piece)


@pytest.fixture
def server(settings: LazySettings) -> Iterator[Server]:
    server = Server()
    settings.FETCH_ALLOWED_HOSTS = [server.host]
    # Long enough for a busy machine, short enough to wait for in a test of it.
    settings.FETCH_DEADLINE = timedelta(seconds=20)
    yield server
    server.stop()


def response(
    body: bytes = b"", *headers: str, status: str = "200 OK", content_type: str = "text/html"
) -> bytes:
    """A whole answer that ends with the connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(target: str, status: str = "302 Found") -> bytes:
    return response(b"", f"Location: {target}", "Content-Length: 0", status=status)
