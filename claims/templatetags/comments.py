"""`{% comments_on claim %}`: the comments on a claim, wherever a page wants to show them.

The page also needs `claims/comments.css` and `claims/comments.js`.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from claims.comments.thread import load_thread
from claims.models import Claim
from claims.models.comments import LONGEST_COMMENT
from newsroom.accounts.models import User

register = template.Library()


@register.inclusion_tag("admin/claims/comments/thread.html", takes_context=True)
def comments_on(context: Context, claim: Claim) -> dict[str, Any]:
    request = context["request"]
    assert isinstance(request.user, User)
    thread = load_thread(
        claim_id=claim.pk, viewer=request.user, everything="comments" in request.GET
    )
    return {"request": request, "thread": thread, "longest": LONGEST_COMMENT}
