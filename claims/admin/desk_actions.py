"""What can be done with the candidate on the desk. Each takes the posted fields to one service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form
from django.http import QueryDict

from claims.admin.desk_forms import AcceptForm, FlagForm, MergeForm
from claims.admin.forms import RejectForm
from claims.errors import DomainError
from claims.models import Claim
from claims.models.choices import StatementKind
from claims.review import services
from newsroom.accounts.models import User

AnyForm = TypeVar("AnyForm", bound=Form)


def _accept(candidate_id: int, data: QueryDict, by: User) -> str:
    given = _checked(AcceptForm(data)).cleaned_data
    claim = services.accept_candidate(
        candidate_id=candidate_id,
        statement=given["statement"],
        kind=StatementKind(given["kind"]) if given["kind"] else None,
        # Without the field nobody was asked; an empty one says that there is no speaker.
        speaker_id=given["speaker"] if "speaker" in data else "as proposed",
        heed_lease=True,
        by=by,
    )
    return f"Accepted as claim {claim.pk}."


def _reject(candidate_id: int, data: QueryDict, by: User) -> str:
    form = _checked(RejectForm(data))
    services.reject_candidate(
        candidate_id=candidate_id,
        reason=form.chosen,
        note=form.cleaned_data["note"],
        heed_lease=True,
        by=by,
    )
    return f"Rejected: {form.chosen.label}."


def _merge(candidate_id: int, data: QueryDict, by: User) -> str:
    claim_id = _checked(MergeForm(data)).cleaned_data["claim"]
    try:
        services.merge_candidate(
            candidate_id=candidate_id, claim_id=claim_id, heed_lease=True, by=by
        )
    except Claim.DoesNotExist:
        raise DomainError(f"There is no claim {claim_id}.") from None
    return f"Merged into claim {claim_id}."


def _skip(candidate_id: int, data: QueryDict, by: User) -> str:
    services.skip_candidate(candidate_id=candidate_id, by=by)
    return "Skipped: you will not see it for a while; others will."


def _flag(candidate_id: int, data: QueryDict, by: User) -> str:
    given = _checked(FlagForm(data)).cleaned_data
    flag = services.flag_candidate(
        candidate_id=candidate_id, colleague_id=given["colleague"], note=given["note"], by=by
    )
    return f"Flagged for {flag.colleague or 'whoever can decide'}."


ACTIONS: dict[str, Callable[[int, QueryDict, User], str]] = {
    "accept": _accept,
    "reject": _reject,
    "merge": _merge,
    "skip": _skip,
    "flag": _flag,
}


def _checked(form: AnyForm) -> AnyForm:
    if not form.is_valid():
        raise DomainError(
            " ".join(str(error) for errors in form.errors.values() for error in errors)
        )
    return form
