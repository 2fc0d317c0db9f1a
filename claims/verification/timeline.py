"""Everything that happened with a claim: its steps, and each change of what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import capfirst

from claims.models import Appearance, Claim, ClaimTransition, Contact, Evidence, SecondRating
from claims.verification.second_ratings import HIDDEN
from claims.verification.transitions import TRANSITIONS
from newsroom.admin_history import Change, Told, tell
from newsroom.shortening import shortened

READ = 200
"""The latest rows of each table."""

SHOWN = 100

SAME_MOMENT = timedelta(seconds=5)
"""A step and the change of state that it made are written in one transaction."""

SIGNATURES = frozenset(
    {
        "state",
        "submitted_by",
        "submitted_at",
        "verified_by",
        "verified_at",
        "break_glass_reason",
    }
)
"""What a step writes by itself: its own line says it."""

NAMES: dict[type[Any], tuple[str, str]] = {
    Appearance: ("appearance", "exact"),
    Contact: ("contact", "whom"),
    Evidence: ("evidence", "title"),
    SecondRating: ("second rating", ""),
}

VERBS = {"created": "added", "deleted": "removed"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `comment` is what the person said to it."""

    at: datetime
    actor: str
    what: str
    where: str = ""
    comment: str = ""
    changes: Sequence[Change] = ()
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: list[Entry]
    is_cut: bool


def timeline_of(claim: Claim, *, blind: bool = False) -> Timeline:
    """The latest that happened, newest first. A fixed number of queries, however much there was.

    `blind` leaves out what a second rater must not see before theirs is given.
    """
    transitions = list(
        ClaimTransition.objects.filter(claim=claim).select_related("by").order_by("-pk")[:READ]
    )
    batches = [_events(Claim, pgh_obj_id=claim.pk)]
    batches += [_events(model, claim_id=claim.pk) for model in NAMES]
    told = tell(batches)
    steps, rest = _steps(transitions, told)
    entries = [*steps, *filter(None, map(_change, rest))]
    if blind:
        entries = [_without_verdict(entry) for entry in entries]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    is_cut = len(entries) > SHOWN or any(len(rows) == READ for _, rows in batches)
    return Timeline(entries=entries[:SHOWN], is_cut=is_cut)


def _events(model: Any, **of: int) -> tuple[Any, list[Any]]:
    (event_model,) = set(model.pgh_event_models.values())
    return event_model, list(event_model.objects.filter(**of).order_by("-pgh_id")[:READ])


def _steps(
    transitions: Sequence[ClaimTransition], told: Sequence[Told]
) -> tuple[list[Entry], list[Told]]:
    """The steps, each with the changes written with it, and the events that belong to none."""
    rest = list(told)
    entries = []
    for transition in transitions:
        step = TRANSITIONS.get(transition.name)
        mine = next((one for one in rest if _made_by(one, transition)), None)
        if mine is not None:
            rest.remove(mine)
        way = f"{transition.get_from_state_display()} → {transition.get_to_state_display()}"
        entries.append(
            Entry(
                at=transition.at,
                actor=str(transition.by or "the machine"),
                what=f"{step.label if step else capfirst(transition.name)}: {way}",
                where=mine.step.where if mine else "",
                comment=transition.comment,
                changes=_visible(mine.step.changes) if mine else (),
                is_step=True,
            )
        )
    return entries, rest


def _made_by(told: Told, transition: ClaimTransition) -> bool:
    event = told.event
    return (
        event.pgh_tracked_model is Claim
        and event.pgh_label == "update"
        and event.state == transition.to_state
        and any(change.name == "state" for change in told.step.changes)
        and abs(event.pgh_created_at - transition.at) < SAME_MOMENT
    )


def _visible(changes: Sequence[Change]) -> list[Change]:
    """Without the signatures; but a broken glass is told."""
    return [
        change
        for change in changes
        if change.name not in SIGNATURES
        or (change.name == "break_glass_reason" and change.after not in (None, "–"))
    ]


def _change(told: Told) -> Entry | None:
    """None where nothing changed that a person would look for."""
    event, step = told.event, told.step
    if event.pgh_label == "update" and not step.changes:
        return None
    model = event.pgh_tracked_model
    if model is Claim:
        what = f"Claim {step.label}"
    else:
        name, field = NAMES[model]
        title = getattr(event, field) if field else ""
        quoted = f" “{shortened(title, 80)}”" if title else ""
        what = f"{capfirst(name)}{quoted} {VERBS.get(step.label, step.label)}"
    changes = () if event.pgh_label == "delete" else step.changes
    return Entry(step.at, step.actor, what, where=step.where, changes=changes)


def _without_verdict(entry: Entry) -> Entry:
    hidden = any(change.name in HIDDEN for change in entry.changes)
    return replace(
        entry,
        comment="",
        changes=[
            change
            for change in entry.changes
            if change.name not in HIDDEN
            and change.name not in {"first_rating", "resolved_rating", "resolution"}
        ],
        what=f"{entry.what} (the verdict is hidden until you have rated)" if hidden else entry.what,
    )
