"""Deciding on candidates by form: one from its page or the story, or several from the list.

Nothing is decided here. Each decision is one call of `claims.review.services`, in a transaction of
its own, and what the service refuses is shown in its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.admin.addresses import claim_address
from claims.admin.forms import AcceptForm, MergeForm, RejectForm
from claims.errors import DomainError
from claims.models import Candidate, Claim
from claims.review import services
from claims.review.invisible import plain
from claims.review.undo import separate_candidate
from newsroom.accounts.models import User
from newsroom.admin_base import shortened


@dataclass(frozen=True, slots=True)
class Decision:
    """A kind of decision: how it is called, what is asked, and which service takes it."""

    name: str
    done: str
    form: type[Form]
    take: Callable[[int, Form, User], str | SafeString]

    @property
    def label(self) -> str:
        return self.name.capitalize()


def _accept(candidate_id: int, form: Form, by: User) -> SafeString:
    claim = services.accept_candidate(
        candidate_id=candidate_id, statement=form.cleaned_data.get("statement"), by=by
    )
    return _naming("Accepted as", claim)


def _reject(candidate_id: int, form: Form, by: User) -> str:
    assert isinstance(form, RejectForm)
    candidate = services.reject_candidate(
        candidate_id=candidate_id, reason=form.chosen, note=form.cleaned_data["note"], by=by
    )
    return f"Rejected: {form.chosen.label}. {_quoted(candidate.statement)}"


def _merge(candidate_id: int, form: Form, by: User) -> SafeString:
    claim_id = form.cleaned_data["claim"]
    try:
        claim = services.merge_candidate(candidate_id=candidate_id, claim_id=claim_id, by=by)
    except Claim.DoesNotExist:
        raise DomainError(f"There is no claim {claim_id}.") from None
    return _naming("Merged into", claim)


def _reopen(candidate_id: int, form: Form, by: User) -> str:
    candidate = services.reopen_candidate(candidate_id=candidate_id, by=by)
    return f"Reopened: {_quoted(candidate.statement)}"


def _separate(candidate_id: int, form: Form, by: User) -> str:
    undone = separate_candidate(candidate_id=candidate_id, by=by)
    more = f", with {undone.reopened} in copies of the story" if undone.reopened else ""
    return f"Taken out of the claim, and pending again{more}: {_quoted(undone.candidate.statement)}"


DECISIONS = {
    decision.name: decision
    for decision in (
        Decision("accept", "accepted", AcceptForm, _accept),
        Decision("reject", "rejected", RejectForm, _reject),
        Decision("merge", "merged", MergeForm, _merge),
        Decision("reopen", "reopened", Form, _reopen),
        Decision("separate", "taken out of their claims", Form, _separate),
    )
}


def decide_one(request: HttpRequest, decision: Decision, candidate_id: int) -> bool:
    """Take a decision as the posted form says, and tell the person; returns whether it is taken."""
    assert isinstance(request.user, User)
    form = decision.form(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(_errors(form)))
        return False
    try:
        message = decision.take(candidate_id, form, request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, message)
    return True


def decide_several(
    request: HttpRequest, decision: Decision, candidate_ids: Sequence[int], form: Form
) -> None:
    """Take the same decision on each candidate, and tell the person what became of them.

    Each is a transaction of its own: one that somebody else decided meanwhile stops none of the
    others. `form` is valid.
    """
    assert isinstance(request.user, User)
    taken = 0
    refusals: Counter[str] = Counter()
    for candidate_id in candidate_ids:
        try:
            decision.take(candidate_id, form, request.user)
        except DomainError as error:
            refusals[str(error)] += 1
        except Candidate.DoesNotExist:
            refusals["There is no such candidate."] += 1
        else:
            taken += 1
    if taken:
        messages.success(request, f"{taken} {decision.done}.")
    for refusal, count in refusals.items():
        messages.warning(request, f"{count} not {decision.done}: {refusal}")


def _naming(verb: str, claim: Claim) -> SafeString:
    return format_html(
        '{} <a href="{}"><u>claim {}</u></a>: {}',
        verb,
        claim_address(claim.pk),
        claim.pk,
        _quoted(claim.statement),
    )


def _quoted(statement: str) -> str:
    return f"“{plain(shortened(statement))}”"


def _errors(form: Form) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
