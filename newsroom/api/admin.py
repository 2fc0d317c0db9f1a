"""Tokens: made here, shown once, revoked here."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from newsroom.accounts.models import User
from newsroom.admin_base import ModelAdmin, action, display, label
from newsroom.api.models import ApiToken
from newsroom.api.scopes import LABELS, Scope
from newsroom.api.tokens import LONGEST, IssuedToken, add_service_user, issue_token, revoke_token


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    username = forms.CharField(
        label="Service user",
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        help_text="The program's name in the history: cms, wire-desk … Made if it is new.",
    )
    scopes = forms.MultipleChoiceField(
        choices=[(one.value, f"{one.value}: {LABELS[one]}") for one in Scope],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
    )
    expires = forms.DateField(
        label="Valid until",
        widget=UnfoldAdminDateWidget,
        initial=lambda: timezone.localdate() + timedelta(days=365),
        help_text=f"The end of this day; at most {LONGEST.days} days from now.",
    )
    give_permissions = forms.BooleanField(
        label="Give the user the permissions that these scopes rest on",
        required=False,
        initial=True,
        help_text="Scopes only narrow what its user may do. Verifying and publishing are given "
        "under Users, by hand.",
    )

    class Meta:
        model = ApiToken
        fields = ("name",)

    def clean_expires(self) -> datetime:
        day = self.cleaned_data["expires"]
        end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
        if not timezone.now() < end <= timezone.now() + LONGEST:
            raise ValidationError(f"From today to at most {LONGEST.days} days from now.")
        return end

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].strip()
        user = User.objects.filter(username=username).first()
        if user is not None and not (user.is_service and user.is_active):
            raise ValidationError("That is a person's account, or one that is switched off.")
        if user is None:
            User._meta.get_field("username").run_validators(username)
        return username

    def _post_clean(self) -> None:
        """The row is made by `issue_token`, which checks it as a whole."""


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    when_empty = "A program signs in with a token."
    allow_delete = False
    history = True
    form = TokenForm

    list_display = ("name", "user", "begins", "for_what", "expires_at", "last_used_at", "standing")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    search_help_text = "Name, user or beginning of the token"
    ordering = ("-id",)
    actions = ("revoke",)
    readonly_fields = (
        "user",
        "name",
        "begins",
        "for_what",
        "expires_at",
        "last_used_at",
        "standing",
        "created_by",
        "created_at",
        "revoked_by",
        "revoked_at",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ("name", "username", "scopes", "expires", "give_permissions")
        return ((None, {"fields": self.readonly_fields if obj else fields}),)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Nothing of a token is edited; the permission is what revoking asks for.
        return obj is None and super().has_change_permission(request, obj)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        data = form.cleaned_data
        by = request.user
        assert isinstance(by, User)
        scopes = data["scopes"] if data["give_permissions"] else ()
        user = add_service_user(username=data["username"], scopes=scopes, by=by)
        issued = issue_token(
            user=user, name=data["name"], scopes=data["scopes"], expires_at=data["expires"], by=by
        )
        obj.__dict__.update(issued.token.__dict__)
        request._issued = issued  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that shows the secret: not a redirect, which would have to keep it."""
        issued: IssuedToken = request._issued  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "title": "The new token",
            "opts": self.model._meta,
            "token": issued.token,
            "secret": issued.secret,
            "list_url": self.url_of("changelist"),
        }
        response = TemplateResponse(request, "admin/api/token_made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @action(description="Revoke", permissions=("change",))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        by = request.user
        assert isinstance(by, User)
        valid = list(queryset.filter(revoked_at=None).values_list("pk", flat=True))
        for token_id in valid:
            revoke_token(token_id=token_id, by=by)
        if valid:
            self.message_user(request, f"Revoked: {len(valid)}. They are refused from now on.")
        else:
            self.message_user(request, "All of these were revoked already.", messages.WARNING)

    @display(description="begins with")
    def begins(self, token: ApiToken) -> str:
        return f"nft_{token.prefix}…"

    @display(description="scopes")
    def for_what(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @display(description="state")
    def standing(self, token: ApiToken) -> SafeString:
        if token.revoked_at is not None:
            return label("revoked", "danger")
        if token.expires_at <= timezone.now():
            return label("expired", "warning")
        return label("valid", "success")
