"""The contact log of a claim: whom the newsroom asked, and what came of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.errors import as_problems
from claims.api.inputs import KEY, LONGEST_TEXT
from claims.api.resources import username
from claims.api.visibility import visible_claims
from claims.models import Channel, Claim, Contact, Outcome
from claims.verification.contacts import log_contact, record_outcome
from newsroom.api.access import Access
from newsroom.api.paging import Order, page_of
from newsroom.api.problems import Problem
from newsroom.api.scopes import CONFIDENTIAL
from newsroom.api.shapes import Resource, reader_of, rendered, rendered_all, shape_for
from newsroom.api.views import (
    Endpoint,
    KeysetPages,
    checked,
    created,
    list_query,
    paged,
    user_of,
)


class ContactResource(Resource):
    """Somebody was asked about a claim."""

    claim = serializers.IntegerField(source="claim_id", read_only=True)
    asked_by = username("asked_by")
    recorded_by = username("recorded_by")
    source = serializers.IntegerField(  # type: ignore[assignment]
        source="source_id", read_only=True, allow_null=True
    )

    class Meta:
        model = Contact
        fields = (
            "id",
            "claim",
            "whom",
            "source",
            "channel",
            "question",
            "asked_at",
            "deadline",
            "asked_by",
            "outcome",
            "answer",
            "answered_at",
            "recorded_by",
        )
        read_only_fields = fields


class NewContact(serializers.Serializer[Any]):
    whom = serializers.CharField(max_length=300)
    channel = serializers.ChoiceField(Channel.choices)
    asked_at = serializers.DateTimeField()
    question = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_TEXT
    )
    deadline = serializers.DateTimeField(required=False, allow_null=True, default=None)
    source = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, default=None, **KEY
    )


class NewOutcome(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(Outcome.choices)
    answered_at = serializers.DateTimeField()
    answer = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_TEXT
    )


class ContactsView(Endpoint):
    access = {
        "get": Access(CONFIDENTIAL, "claims.view_claim"),
        "post": Access(CONFIDENTIAL, "claims.check_claim", "write"),
    }
    query = {"get": list_query()}
    resource = ContactResource
    pagination_class = KeysetPages

    @extend_schema(
        responses=ContactResource(many=True), operation_id="claims_contacts_list", tags=["claims"]
    )
    def get(self, request: Request, pk: int) -> Response:
        """Who was asked, latest entry first."""
        shape = shape_for(request, ContactResource)
        found = Contact.objects.filter(claim=_claim(request, pk)).select_related(
            "asked_by", "recorded_by"
        )
        page = page_of(found, Order(("-id",)), request)
        return paged(request, page, rendered_all(ContactResource, page.rows, shape), shape)

    @extend_schema(
        request=NewContact,
        responses={201: ContactResource},
        operation_id="claims_contacts_create",
        tags=["claims"],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Put on record that somebody was asked. The entry stays."""
        data = checked(NewContact, request)
        with as_problems(permission="claims.check_claim"):
            contact = log_contact(
                claim_id=_claim(request, pk).pk,
                channel=Channel(data.pop("channel")),
                source_id=data.pop("source"),
                by=user_of(request),
                **data,
            )
        return created(rendered(ContactResource, contact, reader_of(request)))


class ContactOutcomeView(Endpoint):
    access = {"post": Access(CONFIDENTIAL, "claims.check_claim", "write")}

    @extend_schema(
        request=NewOutcome,
        responses=ContactResource,
        operation_id="claims_contacts_outcome",
        tags=["claims"],
    )
    def post(self, request: Request, pk: int, contact: int) -> Response:
        """Write down how it ended: once, and for good."""
        data = checked(NewOutcome, request)
        if not Contact.objects.filter(pk=_key(contact), claim=_claim(request, pk)).exists():
            raise Problem("not-found", "There is no such contact on this claim.")
        with as_problems(permission="claims.check_claim", of_state=True):
            recorded = record_outcome(
                contact_id=contact,
                outcome=Outcome(data.pop("outcome")),
                by=user_of(request),
                **data,
            )
        return Response(rendered(ContactResource, recorded, reader_of(request)))


def _claim(request: Request, pk: int) -> Claim:
    found = visible_claims(request).filter(pk=_key(pk)).first()
    if found is None:
        raise Problem("not-found", "There is no such record, or none that you may see.")
    return found


def _key(value: int) -> int:
    return value if value < 2**63 else 0
