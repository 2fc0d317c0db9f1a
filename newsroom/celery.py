"""The Celery application and the one task class that every task of the project uses."""

from __future__ import annotations

import os
from typing import Any

import pghistory
from celery import Celery, Task
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")


class RecordedTask(Task):  # type: ignore[type-arg]
    """A task whose database changes carry its name and id in the history.

    History rows are written by triggers; without this context a row changed by a worker would
    name nobody at all.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with pghistory.context(task=self.name, task_id=self.request.id):
            return super().__call__(*args, **kwargs)


app = Celery("newsroom", task_cls=RecordedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Log lines of a task carry its id, and the id of the request that sent it.
app.steps["worker"].add(DjangoStructLogInitStep)
