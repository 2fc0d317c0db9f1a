"""Which claims a reader of the API may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from claims.models import Claim
from claims.verification.second_ratings import blind_claims
from claims.verification.states import PUBLIC
from newsroom.api.shapes import Shape, reader_of
from newsroom.api.views import user_of


def claims_for(shape: Shape) -> Q:
    return Q() if shape.unpublished else Q(state__in=PUBLIC)


def visible_claims(request: Request) -> QuerySet[Claim]:
    """What is open to this reader, without what they are to rate blind: steps, history and
    comments tell of the first rating as well as its field does."""
    open_to_reader = Claim.objects.filter(claims_for(reader_of(request)))
    return open_to_reader.exclude(pk__in=blind_claims(user_of(request)))
