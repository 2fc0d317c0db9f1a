"""Where messages go."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from newsroom.celery import app
from newsroom.mail.services import DELIVER_TASK


def test_each_queue_gets_its_own_messages_only() -> None:
    keys = {name: queue.routing_key for name, queue in app.amqp.queues.items()}

    assert keys == {name: name for name in ("extraction", "housekeeping", "imports", "outgoing")}


def queue_of(task: str) -> str:
    return str(app.amqp.router.route({}, task)["queue"].name)


def test_extraction_and_housekeeping_do_not_wait_for_each_other() -> None:
    assert queue_of("claims.extract_revision") == "extraction"
    assert queue_of("newsroom.sweep") == "housekeeping"
    assert queue_of("imports.send_due_feeds") == "housekeeping"
    assert queue_of("imports.import_feed") == "imports"


def test_what_takes_long_is_in_no_way_of_housekeeping() -> None:
    for task in ("families.find", "claims.embed_entries"):
        assert queue_of(task) == "extraction"
    assert queue_of("imports.take_batch") == "imports"
    for task in ("newsroom.deliver_webhooks", DELIVER_TASK):
        assert queue_of(task) == "outgoing"


def test_each_route_is_of_a_task_that_there_is_and_leads_to_a_queue_that_is_read() -> None:
    app.loader.import_default_modules()
    for task, route in app.conf.task_routes.items():
        assert task in app.tasks
        assert route["queue"] in app.amqp.queues  # all of which a worker reads, told nothing else


def test_task_arguments_and_results_are_json_and_nothing_else() -> None:
    assert app.conf.task_serializer == "json"
    assert app.conf.accept_content == ["json"]


def test_tasks_never_run_in_the_process_that_sends_them() -> None:
    assert app.conf.task_always_eager is False


def backend() -> int:
    """The process of the server that answers this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_tasks_keep_their_connection_and_replace_a_broken_one() -> None:
    ask = app.task(backend, name="tests.ask_for_backend")
    assert app.conf.get("CELERY_DB_REUSE_MAX"), "or Celery closes it before and after each task"

    first, second = ask(), ask()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    third = ask()

    assert first == second
    assert third != first
