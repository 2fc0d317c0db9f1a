"""A worker for `test_broker.py`. It may not speak to any network."""

import os
import socket
from pathlib import Path

from celery import Celery
from kombu import Queue

from newsroom.runtime.broker import filesystem_broker

FOLDER = Path(os.environ["BROKER_FOLDER"])


def _refuse(*arguments: object, **options: object) -> None:
    (FOLDER / "network-was-used").write_text(f"{arguments} {options}")
    raise OSError("no network")


if "NO_NETWORK" in os.environ:
    socket.getaddrinfo = _refuse  # type: ignore[assignment]
    socket.socket.connect = _refuse  # type: ignore[assignment,method-assign]
    socket.socket.bind = _refuse  # type: ignore[assignment,method-assign]

# `newsroom/__init__.py` has set it, and Celery would load the project's settings.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)

broker = filesystem_broker(FOLDER / "broker")
app = Celery("broker_app", broker=broker.url)
app.conf.broker_transport_options = broker.transport_options
app.conf.task_ignore_result = True
app.conf.task_queues = [Queue("first"), Queue("second")]


@app.task(name="write")
def write(name: str) -> None:
    with (FOLDER / name).open("a") as file:
        file.write("received\n")
