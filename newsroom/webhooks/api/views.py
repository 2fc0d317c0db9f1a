"""Adding webhooks, reading their log, sending again."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.access import Access
from newsroom.api.paging import Order, page_of
from newsroom.api.problems import Problem
from newsroom.api.scopes import Scope
from newsroom.api.shapes import Resource, reader_of, rendered, rendered_all, shape_for
from newsroom.api.views import (
    FIELDS,
    ResourceViewSet,
    checked,
    created,
    list_query,
    paged,
    user_of,
)
from newsroom.changes.models import TYPES
from newsroom.webhooks.models import Webhook, WebhookDelivery
from newsroom.webhooks.services import add_webhook, replay, rotate_secret, switch

ADMIN = (Scope.ADMIN,)
CHANGE = Access(ADMIN, "webhooks.change_webhook", "write")


class WebhookResource(Resource):
    """An address that is told of changes."""

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = (
            "id",
            "name",
            "url",
            "types",
            "unpublished",
            "disabled_at",
            "disabled_reason",
            "created_at",
        )
        read_only_fields: tuple[str, ...] = fields


class WebhookWithSecret(WebhookResource):
    """With the secret, which is shown this once."""

    class Meta(WebhookResource.Meta):
        fields = (*WebhookResource.Meta.fields, "secret")
        read_only_fields = fields


class DeliveryResource(Resource):
    """A message and how its sending went."""

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "message_id",
            "type",
            "payload",
            "state",
            "attempts",
            "next_attempt_at",
            "delivered_at",
            "status",
            "answer",
            "created_at",
        )
        read_only_fields = fields


class NewWebhook(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    url = serializers.URLField(max_length=500)
    types = serializers.ListField(
        child=serializers.ChoiceField(TYPES),
        required=False,
        default=list,
        max_length=50,
    )
    unpublished = serializers.BooleanField(required=False, default=False)


class Switch(serializers.Serializer[Any]):
    on = serializers.BooleanField()


class Replay(serializers.Serializer[Any]):
    since = serializers.DateTimeField(required=False, help_text="All that failed, if left out.")
    delivery = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Only this message."
    )


class Replayed(serializers.Serializer[Any]):
    sent_again = serializers.IntegerField()


class WebhookViewSet(ResourceViewSet):
    """Who is told of changes."""

    resource = serializer_class = WebhookResource
    queryset = Webhook.objects.all()
    access = {
        "list": Access(ADMIN, "webhooks.view_webhook"),
        "retrieve": Access(ADMIN, "webhooks.view_webhook"),
        "create": Access(ADMIN, "webhooks.add_webhook", "write"),
        "deliveries": Access(ADMIN, "webhooks.view_webhook"),
        "switch": CHANGE,
        "secret": CHANGE,
        "replay": CHANGE,
    }
    query = {"list": list_query(), "retrieve": (FIELDS,), "deliveries": list_query()}

    @extend_schema(request=NewWebhook, responses={201: WebhookWithSecret})
    def create(self, request: Request) -> Response:
        """Tell an address of what changes from now on."""
        data = checked(NewWebhook, request)
        made = add_webhook(**data, by=user_of(request))
        made.refresh_from_db()
        return created(rendered(WebhookWithSecret, made, reader_of(request)))

    @extend_schema(responses=DeliveryResource(many=True), filters=False)
    @action(detail=True)
    def deliveries(self, request: Request, pk: int) -> Response:
        """What was sent and how it went, latest first."""
        shape = shape_for(request, DeliveryResource)
        found = WebhookDelivery.objects.filter(webhook=self.row(self.get_queryset()))
        page = page_of(found, Order(("-id",)), request)
        return paged(request, page, rendered_all(DeliveryResource, page.rows, shape), shape)

    @extend_schema(request=Switch, responses=WebhookResource)
    @action(detail=True, methods=["post"])
    def switch(self, request: Request, pk: int) -> Response:
        """On or off. What happened while it was off is sent once it is on again."""
        webhook = self.row(self.get_queryset())
        on = checked(Switch, request)["on"]
        switched = switch(webhook_id=webhook.pk, on=on, by=user_of(request))
        return Response(rendered(WebhookResource, switched, reader_of(request)))

    @extend_schema(request=None, responses=WebhookWithSecret)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, pk: int) -> Response:
        """Make a new secret; for two days messages carry both signatures."""
        webhook = self.row(self.get_queryset())
        made = rotate_secret(webhook_id=webhook.pk, by=user_of(request))
        return Response(rendered(WebhookWithSecret, made, reader_of(request)))

    @extend_schema(request=Replay, responses=Replayed)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: int) -> Response:
        """Send messages again, with their ids as before."""
        webhook = self.row(self.get_queryset())
        data = checked(Replay, request)
        again = replay(
            webhook_id=webhook.pk, delivery_id=data.get("delivery"), since=data.get("since")
        )
        if "delivery" in data and not again:
            raise Problem("conflict", "There is no such message here, or it is about to be sent.")
        return Response({"sent_again": again})
