"""Which claims a reader of the API may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from rest_framework.request import Request

from claims.models import Claim
from claims.verification.second_ratings import blind_claims
from claims.verification.states import PUBLIC
from newsroom.accounts.models import User
from newsroom.api.shapes import Shape, reader_of
from newsroom.api.views import user_of


def claims_for(shape: Shape) -> Q:
    return Q() if shape.unpublished else Q(state__in=PUBLIC)


def claims_open_to(shape: Shape, reader: User | Combinable) -> QuerySet[Claim]:
    """What is open to this reader, without what they are to rate blind: steps, history and
    comments tell of the first rating as well as its field does."""
    return Claim.objects.filter(claims_for(shape)).exclude(pk__in=blind_claims(reader))


def visible_claims(request: Request) -> QuerySet[Claim]:
    return claims_open_to(reader_of(request), user_of(request))
