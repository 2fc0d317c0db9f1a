"""What the history tables say of one row, made readable for its page in the admin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pghistory
from django.db.models import Field, ForeignKey, Model
from django.utils import formats, timezone

from newsroom.accounts.models import User
from newsroom.shortening import shortened

SHOWN = 20
"""The latest steps that a page shows."""

LONGEST = 300
"""Characters of one value; the whole text is in the history table."""

BOOKKEEPING = frozenset({"id", "version", "updated_at"})
"""Fields that change with every change, and so tell nothing."""

EMPTY = "–"

LABELS = {
    "insert": "created",
    "update": "changed",
    "delete": "deleted",
    "requeued": "queued again",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one step. `after` is None where a step tells only what was given up."""

    field: str
    before: str
    after: str | None
    name: str = ""
    """The field's name in the model; `field` is what a person reads."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a history table, in words."""

    at: datetime
    label: str
    actor: str
    where: str
    changes: Sequence[Change]


def history_of(obj: Model) -> list[Step]:
    """The latest steps of a tracked row, newest first; empty for a model without history.

    Costs a fixed number of queries: one for the steps, and one each for people and for every other
    model that a changed foreign key points to, however many steps there are.
    """
    event_models = set(getattr(obj, "pgh_event_models", {}).values())
    if not event_models:
        return []
    # Every tracked model here has one table of events; the newest rows come first by its key.
    (event_model,) = event_models
    events = event_model.objects.filter(pgh_obj_id=obj.pk).order_by("-pgh_id")[: SHOWN + 1]
    return [told.step for told in tell([(event_model, list(events))])][:SHOWN]


@dataclass(frozen=True, slots=True)
class Told:
    """A row of a history table, and what it says."""

    event: Any
    step: Step


def tell(batches: Iterable[tuple[Any, Sequence[Any]]]) -> list[Told]:
    """Events in words, in the order given. A batch is a table of events and some of its rows,
    newest first; they may be of several objects, and each is compared with the one before it of the
    same object.

    However many there are, it costs one query each for people and for every other model that a
    changed foreign key points to.
    """
    compared = [one for model, events in batches for one in _compared(model, events)]
    labels = _labels(compared)
    return [
        Told(
            event=event,
            step=Step(
                at=event.pgh_created_at,
                label=LABELS.get(event.pgh_label, event.pgh_label),
                actor=_actor(event.pgh_context or {}, labels),
                where=_where(event.pgh_context or {}),
                changes=[
                    Change(
                        field=str(field.verbose_name),
                        before=_text(field, before, labels),
                        after=None if is_image else _text(field, after, labels),
                        name=field.name,
                    )
                    for field, before, after in differences
                ],
            ),
        )
        for event, differences, is_image in compared
    ]


def _compared(
    event_model: Any, events: Sequence[Any]
) -> Iterator[tuple[Any, list[Difference], bool]]:
    """Each event with what changed, and whether it tells only what was given up."""
    before_images = {
        tracker.label for tracker in event_model.pgh_trackers if _keeps_old_row(tracker)
    }
    fields = _tracked_fields(event_model)
    older: dict[Any, Any] = {}
    found = []
    for event in reversed(events):
        differences = _differences(fields, event, older.get(event.pgh_obj_id), before_images)
        found.append((event, differences, event.pgh_label in before_images))
        older[event.pgh_obj_id] = event
    yield from reversed(found)


Difference = tuple["Field[Any, Any]", Any, Any]


def _keeps_old_row(tracker: Any) -> bool:
    return getattr(tracker, "row", None) == pghistory.Old and tracker.label != "delete"


def _tracked_fields(event_model: Any) -> list[Field[Any, Any]]:
    tracked = event_model.pgh_tracked_model._meta
    return [
        tracked.get_field(field.name)
        for field in event_model._meta.concrete_fields
        if not field.name.startswith("pgh_") and field.name not in BOOKKEEPING
    ]


def _differences(
    fields: Iterable[Field[Any, Any]], event: Any, older: Any, before_images: set[str]
) -> list[Difference]:
    """The fields of a step that changed with it.

    A deletion keeps the row as it was, which the step before has shown already. A step that keeps
    the row as it was *before* is compared with nothing: what it holds is what was given up.
    """
    if event.pgh_label in before_images:
        held = [(field, getattr(event, field.attname), None) for field in fields]
        return [difference for difference in held if difference[1] not in (None, "", 0)]
    if older is None or older.pgh_label in before_images:
        return []
    return [
        (field, before, after)
        for field in fields
        if (before := getattr(older, field.attname)) != (after := getattr(event, field.attname))
    ]


Labels = dict[tuple[type[Model], Any], str]


def _labels(compared: Iterable[tuple[Any, list[Difference], bool]]) -> Labels:
    """What the people of the steps, and the rows that changed foreign keys point to, are called:
    one query for each model."""
    wanted: defaultdict[type[Model], set[Any]] = defaultdict(set)
    for event, differences, _ in compared:
        person = (event.pgh_context or {}).get("user")
        if isinstance(person, int):
            wanted[User].add(person)
        for field, before, after in differences:
            if isinstance(field, ForeignKey):
                wanted[field.related_model] |= {before, after} - {None}
    return {
        (model, row.pk): str(row)
        for model, keys in wanted.items()
        for row in model._base_manager.filter(pk__in=keys)
    }


def _text(field: Field[Any, Any], value: Any, labels: Labels) -> str:
    if value is None or value == "":
        return EMPTY
    if isinstance(field, ForeignKey):
        text = labels.get((field.related_model, value), f"#{value}")
    elif field.flatchoices:
        text = str(dict(field.flatchoices).get(value, value))
    elif isinstance(value, datetime):
        text = formats.localize(timezone.localtime(value))
    elif isinstance(value, date):
        text = formats.localize(value)
    else:
        text = str(value)
    return shortened(text, LONGEST)


def _actor(context: dict[str, Any], labels: Labels) -> str:
    if (User, context.get("user")) in labels:
        return labels[User, context["user"]]
    if context.get("username"):  # of somebody whose account is gone
        return str(context["username"])
    if context.get("user"):
        return f"user #{context['user']}"
    if context.get("rule") or context.get("task") or context.get("import_run"):
        return "the machine"
    return "outside the application"


def _where(context: dict[str, Any]) -> str:
    """The request, job or reason, in the order in which it helps."""
    return " · ".join(_named(context))


def _named(context: dict[str, Any]) -> Iterator[str]:
    if context.get("import_run"):
        yield f"import run #{context['import_run']}"
    known = {"user", "username", "import_run", "task_id", "url", "task"}
    for key, value in context.items():
        if key not in known and value not in (None, ""):
            yield f"{key.replace('_', ' ')}: {value}"
    if context.get("task"):
        yield str(context["task"])
    if context.get("url"):
        yield str(context["url"])
