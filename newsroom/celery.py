"""The Celery application and the one task class that every task of the project uses."""

from __future__ import annotations

import os
from typing import Any

import pghistory
from celery import Celery, Task
from celery.signals import worker_init
from django.conf import settings
from django.db import close_old_connections, connection
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")


class RecordedTask(Task):  # type: ignore[type-arg]
    """A task whose database changes carry its name and id in the history.

    History rows are written by triggers; without this context a row changed by a worker would
    name nobody at all. The connection to the database is kept from task to task, by the rules that
    hold for it from request to request: one that is old or broken is closed first.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not connection.in_atomic_block:  # of somebody who calls it directly
            close_old_connections()
        with pghistory.context(task=self.name, task_id=self.request.id):
            return super().__call__(*args, **kwargs)


app = Celery("newsroom", task_cls=RecordedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_without_database(**kwargs: Any) -> None:
    """A worker that can only fail should say so at its start, and not at every task."""
    if not settings.DATABASE_URL:
        raise SystemExit("DATABASE_URL is not set; see .env.example.")


# Log lines of a task carry its id, and the id of the request that sent it.
app.steps["worker"].add(DjangoStructLogInitStep)
