"""Two records of one source become one, and nothing that points to either is lost."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom.accounts.models import User
from newsroom.history import acting
from sources.models import Affiliation, Alias, Source, SourceKind


@transaction.atomic
def merge_sources(*, duplicate_id: int, into_id: int, by: User) -> Source:
    """Let `into` stand for `duplicate` from now on; returns `into`.

    Its names and roles move, so that stories resolve to `into`. What was said and signed under the
    duplicate stays as it was signed: its row remains and says what it was merged into. Raises
    `ValidationError`, `Source.DoesNotExist`.
    """
    if duplicate_id == into_id:
        raise ValidationError({"into": "A source is not merged into itself."})
    with acting(by, merged_into=into_id):
        # In the order of their keys, so that two merges wait for each other and never both.
        pair = (
            Source.objects.select_for_update()
            .filter(pk__in=(duplicate_id, into_id))
            .order_by("pk")
            .in_bulk()
        )
        if into_id not in pair or duplicate_id not in pair:
            raise Source.DoesNotExist
        duplicate, into = pair[duplicate_id], pair[into_id]
        _check(duplicate, into)
        known = set(into.aliases.values_list("normalised", flat=True))
        for alias in duplicate.aliases.order_by("pk"):
            if alias.normalised in known:
                alias.delete()
            else:
                Alias.objects.filter(pk=alias.pk).update(source=into)
        Affiliation.objects.filter(source=duplicate).update(source=into)
        Source.objects.filter(merged_into=duplicate).update(merged_into=into)
        duplicate.merged_into = into
        duplicate.save(update_fields=["merged_into"])
    return into


def _check(duplicate: Source, into: Source) -> None:
    if SourceKind.UNNAMED in (duplicate.kind, into.kind):
        raise ValidationError(
            {"into": "Unnamed sources are never merged: that would say who they are."}
        )
    if duplicate.kind != into.kind:
        raise ValidationError(
            {
                "into": f"A {duplicate.get_kind_display()} is not merged into a "
                f"{into.get_kind_display()}."
            }
        )
    if duplicate.merged_into_id is not None:
        raise ValidationError({"into": "This source was merged already."})
    if into.merged_into_id is not None:
        raise ValidationError(
            {"into": f"That source was merged itself; name source {into.merged_into_id}."}
        )
