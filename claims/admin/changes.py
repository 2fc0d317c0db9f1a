"""Changed stories: what the tracker could not carry over by itself, one passage after the other.

Plain forms; the script (claims/static/claims/changes.js) adds keys and choosing by selection.
Nothing is decided here: every change is one call into `claims.following`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from claims.admin.desk_forms import key_field
from claims.deciding import DECIDE
from claims.errors import DomainError
from claims.following import decisions
from claims.following.corrections import close_notice
from claims.following.queue import open_moves, open_notices
from claims.following.undo import undo_latest
from claims.models import AnchorMove, ClaimState, CorrectionNotice
from claims.verification.services import take_step
from claims.verification.states import CONCLUDED
from newsroom.articles.reanchoring import Piece, side_by_side
from newsroom.articles.selectors import anchor_at
from newsroom.counting import bounded_count
from newsroom.denied import person_who_may

COUNTED = 1000
NOTICES = 10
"""Corrections shown at once, oldest first."""
AROUND = 400
"""Code points shown before and after a passage, at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage in its paragraph, cut where it differs from the other wording."""

    before: str
    pieces: list[Piece]
    after: str


class ItemForm(forms.Form):
    item = key_field()


class PlaceForm(forms.Form):
    start = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    end = forms.IntegerField(min_value=1, max_value=2**31 - 1)


@require_GET
def changes_view(request: HttpRequest) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    move = _chosen(request)
    notices = open_notices().select_related("claim", "revision__article__outlet")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Changed stories",
        "waiting": bounded_count(open_moves(), limit=COUNTED),
        "notices": list(notices.defer("revision__text")[:NOTICES]),
        "notices_waiting": bounded_count(open_notices(), limit=COUNTED),
        "can_recheck": by.has_perm("claims.check_claim"),
        "concluded": CONCLUDED,
        **(_shown(move) if move else {}),
    }
    return TemplateResponse(request, "admin/claims/changes/page.html", context)


@require_POST
def decide_view(request: HttpRequest, move_id: int) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    action = request.POST.get("action", "")
    try:
        if action == "keep":
            decisions.keep_move(move_id=move_id, by=by)
            said = "Kept at the proposed passage."
        elif action == "gone":
            decisions.mark_gone(move_id=move_id, by=by)
            said = "Marked as no longer in the story."
        elif action == "choose":
            place = PlaceForm(request.POST)
            if not place.is_valid():
                raise DomainError("Select the words in the new text first.")
            decisions.choose_passage(move_id=move_id, **place.cleaned_data, by=by)
            said = "Kept at the passage that you chose."
        else:
            raise DomainError("There is no such decision.")
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{reverse('changes')}?item={move_id}")
    except AnchorMove.DoesNotExist:
        said = ""
        messages.error(request, "There is no such passage.")
    if said:
        messages.success(request, f"{said} “Undo” takes it back.")
    return HttpResponseRedirect(reverse("changes"))


@require_POST
def undo_view(request: HttpRequest) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    try:
        item = undo_latest(by=by)
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("changes"))
    messages.success(request, "Undone: it waits for a decision again.")
    query = f"?item={item.pk}" if isinstance(item, AnchorMove) else ""
    return HttpResponseRedirect(reverse("changes") + query)


@require_POST
def notice_view(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Close a correction, after sending its claim back to be checked if that was the button."""
    by = person_who_may(request, DECIDE)
    try:
        notice = CorrectionNotice.objects.get(pk=notice_id)
        if request.POST.get("action") == "recheck":
            take_step(
                claim_id=notice.claim_id,
                step="recheck",
                comment=f"The outlet corrected the story: {notice.text}",
                by=by,
            )
            close_notice(notice_id=notice_id, by=by)
            messages.success(request, f"Claim {notice.claim_id} is marked for recheck.")
        else:
            close_notice(notice_id=notice_id, by=by)
            messages.success(request, "Seen to. “Undo” takes it back.")
    except CorrectionNotice.DoesNotExist:
        messages.error(request, "There is no such correction.")
    except DomainError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("changes"))


def _chosen(request: HttpRequest) -> AnchorMove | None:
    """The one asked for, as long as it is open; else the oldest."""
    form = ItemForm(request.GET)
    form.is_valid()
    rows = open_moves().select_related(
        "appearance__claim__rating",
        "appearance__revision",
        "candidate__revision",
        "candidate__created_by",
        "revision__article__outlet",
        "rating",
    )
    wanted = form.cleaned_data.get("item")
    asked = rows.filter(pk=wanted).first() if wanted else None
    return asked or rows.first()


def _shown(move: AnchorMove) -> dict[str, Any]:
    earlier = move.appearance or move.candidate
    assert earlier is not None
    old, new = earlier.revision.text, move.revision.text
    proposed = new[move.start : move.end] if move.start is not None else ""
    before, after = side_by_side(earlier.exact, proposed)
    found = None
    if move.start is not None and move.end is not None:
        found = _in_paragraph(new, move.start, move.end, after)
    return {
        "move": move,
        "earlier": earlier,
        "claim": move.appearance.claim if move.appearance else None,
        "recheck": move.appearance is not None
        and move.appearance.claim.state == ClaimState.NEEDS_RECHECK,
        "old": _in_paragraph(old, earlier.start, earlier.end, before),
        "new": found,
        "others": [anchor_at(new, start, end) for start, end in move.others],
        "text": new,
    }


def _in_paragraph(text: str, start: int, end: int, pieces: list[Piece]) -> Shown:
    low = max(text.rfind("\n", 0, start) + 1, start - AROUND)
    high = text.find("\n", end)
    high = min(len(text) if high < 0 else high, end + AROUND)
    return Shown(text[low:start], pieces, text[end:high])


urlpatterns = [
    path("", admin.site.admin_view(changes_view), name="changes"),
    path("undo/", admin.site.admin_view(undo_view), name="changes_undo"),
    path("<int:move_id>/", admin.site.admin_view(decide_view), name="changes_decide"),
    path("corrections/<int:notice_id>/", admin.site.admin_view(notice_view), name="changes_notice"),
]
