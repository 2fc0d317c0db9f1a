"""What others changed on a claim while somebody was writing: compared field by field.

Three states are compared: the claim as the person read it, as it is stored now, and as they would
have it. The first comes from the history, by its version; so nobody can claim to have read another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims.models import Claim
from newsroom.admin_history import Change, Step, tell


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that others changed. Values are as stored: keys for what points to other rows."""

    field: str
    before: Any
    theirs: Any
    mine: Any
    by: str
    at: datetime | None

    @property
    def is_mine_too(self) -> bool:
        """Both changed it, and differently: somebody has to choose."""
        return self.mine not in (self.before, self.theirs)


def differences(
    stored: Claim, *, seen_version: int | None, mine: Mapping[str, Any]
) -> list[Difference]:
    """The fields among `mine` that changed since `seen_version`, in the order of `mine`.

    A version that is not on record compares with nothing: then every field in which the person's
    differs from the stored one is told.
    """
    event_model = Claim.pgh_event_models["update"]  # type: ignore[attr-defined]
    since = list(
        event_model.objects.filter(
            pgh_obj_id=stored.pk, version__gte=seen_version or 0, version__lte=stored.version
        ).order_by("-pgh_id")
    )
    read = next((event for event in since if event.version == seen_version), None)
    who = _who_changed(tell([(event_model, since)]))
    found = []
    for name, value in mine.items():
        attname = Claim._meta.get_field(name).attname  # type: ignore[union-attr]
        theirs = getattr(stored, attname)
        if read is None and theirs == value:
            continue
        before = getattr(read, attname) if read is not None else None
        if read is not None and before == theirs:
            continue
        by, at = who.get(name, ("somebody", None))
        found.append(Difference(name, before, theirs, value, by, at))
    return found


def _who_changed(told: Iterable[Any]) -> dict[str, tuple[str, datetime | None]]:
    """By field, who changed it last and when."""
    who: dict[str, tuple[str, datetime | None]] = {}
    for one in told:
        step: Step = one.step
        for change in step.changes:
            who.setdefault(change.name, (step.actor, step.at))
    return who


@dataclass(frozen=True, slots=True)
class Since:
    """One change that others made since a claim was read."""

    change: Change
    by: str
    at: datetime


def changes_since(claim: Claim, *, seen_version: int | None) -> list[Since]:
    """What changed on the claim after that version, newest first; for whoever has to look again."""
    if seen_version is None:
        return []
    event_model = Claim.pgh_event_models["update"]  # type: ignore[attr-defined]
    events = list(
        event_model.objects.filter(pgh_obj_id=claim.pk, version__gte=seen_version).order_by(
            "-pgh_id"
        )[:MOST]
    )
    return [
        Since(change, one.step.actor, one.step.at)
        for one in tell([(event_model, events)])
        for change in one.step.changes
    ]


MOST = 100
"""Changes that are compared. Whoever slept through more reads the claim anew."""
