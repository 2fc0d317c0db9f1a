"""What the tracker mailed to whom, and what each person wants to be mailed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from newsroom.accounts.models import User
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ReadOnlyAdmin,
    action,
    display,
    label,
)
from newsroom.mail import services
from newsroom.mail.models import Mail, MailKind, MailState

COLOURS = {
    MailState.WAITING: "info",
    MailState.SENT: "success",
    MailState.FAILED: "danger",
    MailState.CANCELLED: None,
}

LATEST = 10
"""Of one's own mails, on the page of one's own choices."""


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    when_empty = "What the tracker writes to people is kept here."
    list_display = ("subject", "recipient", "kind", "state_label", "created_at", "sent_at")
    list_select_related = ("recipient",)
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("recipient", AutocompleteSelectFilter),
    )
    ordering = ("-id",)
    sortable_by = ()
    actions = ("send_again",)
    fields = (
        "recipient",
        "kind",
        "subject",
        "body",
        "state_label",
        "error",
        "attempts",
        ("created_at", "next_attempt_at", "sent_at"),
    )
    readonly_fields = ("state_label",)

    @display(description="state")
    def state_label(self, mail: Mail) -> SafeString:
        return label(mail.get_state_display(), COLOURS[MailState(mail.state)])

    @action(description="Send those again that have failed", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        assert isinstance(request.user, User)
        count = services.send_again(mails=queryset, by=request.user)
        if count:
            self.message_user(request, f"{count} will be tried again now.", messages.SUCCESS)
        else:
            self.message_user(request, "None of these has failed.", messages.INFO)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.change_mail")


class ChoiceForm(forms.Form):
    wanted = forms.MultipleChoiceField(
        choices=MailKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


@require_http_methods(["GET", "POST"])
def mine_view(request: HttpRequest) -> HttpResponse:
    """Everybody's own page: which mails they get, and the latest that they got."""
    by = request.user
    assert isinstance(by, User)
    form = ChoiceForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        wanted = [MailKind(value) for value in form.cleaned_data["wanted"]]
        services.choose_kinds(wanted=wanted, by=by)
        messages.success(request, "Saved. This holds from now on.")
        return HttpResponseRedirect(reverse("mail_mine"))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "My e-mails",
        "kinds": list(MailKind),
        "wanted": services.wanted_kinds(by),
        "form": form,
        "mails": Mail.objects.filter(recipient=by).order_by("-id")[:LATEST],
        "colours": COLOURS,
    }
    return TemplateResponse(request, "newsroom/admin/my_mail.html", context)


urlpatterns: list[URLPattern] = [
    path("mine/", admin.site.admin_view(mine_view), name="mail_mine"),
]
