import os
import sys
import threading
import time
from pathlib import Path
from queue import Empty

import pytest
from celery import Celery
from kombu import Connection

from newsroom.runtime.broker import WORKER_OPTIONS, filesystem_broker
from newsroom.runtime.processes import Supervisor

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent.parent


@pytest.fixture
def broker(tmp_path):
    return filesystem_broker(tmp_path / "broker")


@pytest.fixture
def connect(broker):
    opened = []

    def connect():
        connection = Connection(broker.url, transport_options=broker.transport_options)
        opened.append(connection)
        return connection.SimpleQueue("stories", serializer="json")

    yield connect
    for connection in opened:
        connection.release()


def test_the_folders_are_private(broker, tmp_path):
    folders = [tmp_path / "broker", *(tmp_path / "broker").iterdir()]
    assert len(folders) == 4
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
    assert filesystem_broker(tmp_path / "broker") == broker


def test_a_folder_that_cannot_be_made_is_no_error_before_it_is_used(tmp_path):
    (tmp_path / "file").write_text("")
    assert filesystem_broker(tmp_path / "file" / "broker").url == "filesystem://"


def test_messages_come_in_the_order_in_which_they_were_sent(connect, tmp_path):
    sender, receiver = connect(), connect()
    for number in range(50):
        sender.put({"number": number})
    received = []
    for _ in range(50):
        message = receiver.get(timeout=5)
        received.append(message.payload["number"])
        message.ack()
    assert received == list(range(50))
    assert list((tmp_path / "broker" / "queue").iterdir()) == []


def test_what_cannot_be_read_is_put_aside(connect, tmp_path):
    queue = connect()
    (tmp_path / "broker" / "queue" / "0_a.stories.msg").write_text("")
    (tmp_path / "broker" / "queue" / "0_b.stories.msg").write_text('{"half":')
    queue.put("whole")
    assert queue.get(timeout=5).payload == "whole"
    unreadable = tmp_path / "broker" / "unreadable"
    assert sorted(path.name for path in unreadable.iterdir()) == [
        "0_a.stories.msg",
        "0_b.stories.msg",
    ]


def test_of_several_receivers_one_gets_each_message(connect):
    sender = connect()
    received: list[int] = []

    def receive(queue):
        while True:
            try:
                message = queue.get(timeout=1)
            except Empty:
                return
            received.append(message.payload)
            message.ack()

    receivers = [threading.Thread(target=receive, args=[connect()]) for _ in range(4)]
    for receiver in receivers:
        receiver.start()
    for number in range(300):
        sender.put(number)
    for receiver in receivers:
        receiver.join()
    assert sorted(received) == list(range(300))


@pytest.fixture
def worker(tmp_path):
    with Supervisor(tmp_path / "log") as supervisor:
        command = [sys.executable, "-m", "celery", "--app", "broker_app", "worker"]
        yield supervisor.start(
            "worker",
            [*command, "--concurrency=1", "--loglevel=info", *WORKER_OPTIONS],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(HERE), str(PROJECT)]),
                "BROKER_FOLDER": str(tmp_path),
                "NO_NETWORK": "1",
            },
            cwd=tmp_path,
        )


def test_a_worker_receives_tasks_of_both_queues_without_any_network(
    worker, broker, tmp_path, wait_until
):
    wait_until(lambda: " ready." in worker.log_tail(100) or worker.exit_code is not None)
    assert worker.exit_code is None, worker.log_tail()
    app = Celery("sender", broker=broker.url, set_as_current=False)
    app.conf.broker_transport_options = broker.transport_options
    app.conf.task_ignore_result = True

    app.send_task("write", ["one"], queue="first")
    app.send_task("write", ["two"], queue="second")
    wait_until(lambda: (tmp_path / "one").exists() and (tmp_path / "two").exists(), seconds=5)
    time.sleep(0.5)
    # Each queue has its own messages, and nobody received one twice.
    assert (tmp_path / "one").read_text() == "received\n"
    assert (tmp_path / "two").read_text() == "received\n"
    assert not (tmp_path / "network-was-used").exists()
    app.close()
