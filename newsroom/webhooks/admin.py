"""Webhooks, made here with a secret that is shown once, and the log of what was sent."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from newsroom.accounts.models import User
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ModelAdmin,
    ReadOnlyAdmin,
    action,
    display,
    label,
)
from newsroom.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from newsroom.webhooks.services import add_webhook, replay, rotate_secret, switch

COLOURS = {
    DeliveryState.WAITING: "info",
    DeliveryState.DELIVERED: "success",
    DeliveryState.FAILED: "danger",
}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@admin.register(Webhook)
class WebhookAdmin(ModelAdmin):
    when_empty = "A webhook tells another program what has changed."
    allow_delete = False
    history = True

    list_display = ("name", "url", "wants", "standing", "created_at")
    search_fields = ("name", "url")
    search_help_text = "Name or address"
    fields = ("name", "url", "types", "unpublished", "contact", "standing", "disabled_reason")
    readonly_fields = ("standing", "disabled_reason")
    autocomplete_fields = ("contact",)
    actions = ("switch_on", "switch_off", "make_secret", "send_failed_again")

    @display(description="told of")
    def wants(self, webhook: Webhook) -> str:
        what = ", ".join(webhook.types) or "all changes"
        return what if webhook.unpublished else f"{what}, published only"

    @display(description="state")
    def standing(self, webhook: Webhook) -> SafeString:
        return label("off", "danger") if webhook.disabled_at else label("on", "success")

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        data = form.cleaned_data
        made = add_webhook(
            name=data["name"],
            url=data["url"],
            types=data["types"],
            unpublished=data["unpublished"],
            contact=data["contact"],
            by=_user(request),
        )
        obj.__dict__.update(made.__dict__)

    def response_add(
        self, request: HttpRequest, obj: Webhook, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._secret_page(request, obj)

    def _secret_page(self, request: HttpRequest, webhook: Webhook) -> HttpResponse:
        """The one page that shows the secret; not a redirect, which would have to keep it."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The secret of this webhook",
            "opts": self.model._meta,
            "webhook": webhook,
            "list_url": self.url_of("changelist"),
        }
        response = TemplateResponse(request, "admin/webhooks/secret.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @action(description="Switch on", permissions=("change",))
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        for webhook in queryset:
            switch(webhook_id=webhook.pk, on=True, by=_user(request))
        self.message_user(request, "On. What happened meanwhile is sent now.")

    @action(description="Switch off", permissions=("change",))
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        for webhook in queryset:
            switch(webhook_id=webhook.pk, on=False, by=_user(request))
        self.message_user(request, "Off. What happens meanwhile is sent once it is on again.")

    @action(description="Make a new secret", permissions=("change",))
    def make_secret(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> HttpResponse | None:
        webhooks = list(queryset[:2])
        if len(webhooks) != 1:
            self.message_user(request, "Choose one webhook.", messages.ERROR)
            return None
        made = rotate_secret(webhook_id=webhooks[0].pk, by=_user(request))
        return self._secret_page(request, made)

    @action(description="Send again what failed", permissions=("change",))
    def send_failed_again(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        again = sum(replay(webhook_id=webhook.pk) for webhook in queryset)
        self.message_user(request, f"Messages that are sent again: {again}.")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "webhook", "type", "state_label", "attempts", "status", "answer")
    list_select_related = ("webhook",)
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("webhook", AutocompleteSelectFilter),
    )
    search_fields = ("message_id", "type")
    search_help_text = "Message or type"
    fields = (
        "webhook",
        "message_id",
        "type",
        "payload",
        "state_label",
        "attempts",
        "next_attempt_at",
        "delivered_at",
        "status",
        "answer",
    )
    readonly_fields = ("state_label",)

    @display(description="state")
    def state_label(self, delivery: WebhookDelivery) -> SafeString:
        return label(delivery.get_state_display(), COLOURS[DeliveryState(delivery.state)])
