from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery

from newsroom import waking
from newsroom.celery import app


@pytest.fixture
def sent() -> Callable[[], list[int]]:
    """The revisions announced to the workers since the test began: what really is in the queue."""
    queue = Path(app.conf.broker_transport_options["data_folder_out"])
    before = set(queue.iterdir())

    def ids() -> list[int]:
        found = []
        for path in sorted(set(queue.iterdir()) - before):
            message = json.loads(path.read_bytes())
            if message["headers"]["task"] == "claims.extract_revision":
                assert path.name.endswith(".extraction.msg")
                found.append(json.loads(base64.b64decode(message["body"]))[0][0])
        return found

    return ids


@pytest.fixture
def unreachable_broker(monkeypatch: pytest.MonkeyPatch) -> str:
    """A Redis that is not there: the port was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://127.0.0.1:{server.getsockname()[1]}"
    use_broker(monkeypatch, url, {"max_retries": 1, "interval_start": 0})
    return url


@pytest.fixture
def silent_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Redis that takes connections and never answers; the settings bound the wait as here."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://127.0.0.1:{server.getsockname()[1]}"
        options = {"max_retries": 1, "interval_start": 0, "socket_timeout": 0.3}
        use_broker(monkeypatch, url, options)
        yield url


def use_broker(monkeypatch: pytest.MonkeyPatch, url: str, options: dict[str, object]) -> None:
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    lonely = Celery("lonely", set_as_current=False)
    lonely.config_from_object("django.conf:settings", namespace="CELERY")
    lonely.conf.update(broker_url=url, broker_transport_options=options)
    monkeypatch.setattr(waking, "current_app", lonely)
