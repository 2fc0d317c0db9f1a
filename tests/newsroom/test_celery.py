"""Where messages go."""

from __future__ import annotations

from newsroom.celery import app


def test_each_queue_gets_its_own_messages_only() -> None:
    keys = {name: queue.routing_key for name, queue in app.amqp.queues.items()}

    assert keys == {name: name for name in ("extraction", "housekeeping", "imports")}


def test_extraction_and_housekeeping_do_not_wait_for_each_other() -> None:
    def queue_of(task: str) -> str:
        return str(app.amqp.router.route({}, task)["queue"].name)

    assert queue_of("claims.extract_revision") == "extraction"
    assert queue_of("newsroom.sweep") == "housekeeping"
    assert queue_of("imports.send_due_feeds") == "housekeeping"
    assert queue_of("imports.import_feed") == "imports"


def test_task_arguments_and_results_are_json_and_nothing_else() -> None:
    assert app.conf.task_serializer == "json"
    assert app.conf.accept_content == ["json"]


def test_tasks_never_run_in_the_process_that_sends_them() -> None:
    assert app.conf.task_always_eager is False
