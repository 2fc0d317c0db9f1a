"""Claims that the demo newsroom is at work on, so that its board shows how it is used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from claims.comments.services import add_comment
from claims.errors import DomainError
from claims.verification.assignment import assign_claim
from claims.verification.services import take_step
from newsroom.accounts.models import User
from newsroom.articles.models import Revision
from newsroom.demo.checks import PEOPLE, claim_of, write_verdict

SEED = "open_claims.json"


def open_claims(records: Sequence[dict[str, Any]], *, editor: User) -> int:
    """Bring each claim as far as its record says; returns how many. For the first run only."""
    people = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    if len(people) < len(PEOPLE):
        return 0
    people["editor"] = editor
    opened = 0
    for record in records:
        try:
            opened += _open(record, people)
        except (DomainError, ValueError):
            continue  # somebody was quicker, at the desk
    return opened


@transaction.atomic
def _open(record: dict[str, Any], people: dict[str, User]) -> bool:
    checker, second = people["checker"], people["second"]
    revision = (
        Revision.objects.filter(article__external_id=record["story"]).order_by("number").last()
    )
    if revision is None or record["passage"] not in revision.text:
        return False
    claim = claim_of(record, revision, checker)
    if record["assignee"]:
        assign_claim(
            claim_id=claim.pk,
            assignee_id=people[record["assignee"]].pk,
            due=timezone.now() + timedelta(hours=record["due_in_hours"]),
            by=second,
        )
    if record["state"] != "new":
        take_step(claim_id=claim.pk, step="start", by=checker)
    if record["state"] == "in_review":
        write_verdict(claim, record, checker)
        take_step(claim_id=claim.pk, step="submit", by=checker)
    if record["comment"]:
        text = record["comment"].format(editor=people["editor"].username)
        add_comment(claim_id=claim.pk, text=text, by=checker)
    return True
