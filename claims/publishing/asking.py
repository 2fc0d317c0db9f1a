"""The form by which readers say what is wrong, and the page on which they follow it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from claims.errors import DomainError
from claims.publishing.models import CorrectionRequest, FactCheck
from claims.publishing.requests import TooMany, receive_request
from claims.publishing.serving import public
from claims.publishing.views import site


class AskForm(forms.Form):
    text = forms.CharField(
        label="What is wrong?", max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    source = forms.CharField(
        label="How do you know? (optional)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A link, a document, what you have seen yourself.",
    )
    email = forms.EmailField(
        label="E-mail (optional)", required=False, help_text="Only if you want us to write to you."
    )
    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name, value in (cleaned or {}).items():
            if "\x00" in str(value):
                self.add_error(name, "That is no text.")
        return cleaned


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a correction. A program that fills in everything is thanked, and not heard."""
    fact_check = get_object_or_404(FactCheck, slug=slug)
    form = AskForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            return redirect("check", slug=slug)
        try:
            made = receive_request(
                fact_check=fact_check,
                text=form.cleaned_data["text"],
                source=form.cleaned_data["source"],
                email=form.cleaned_data["email"],
                address=_address(request),
                by=None,
            )
        except DomainError as error:
            form.add_error(None, str(error))
            status = 429 if isinstance(error, TooMany) else 409
        else:
            return redirect("request_state", token=made.token)
    context = {"form": form, "check": fact_check} | site()
    return render(request, "publishing/ask.html", context, status=status)


@public
@never_cache
@require_safe
def request_state(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a request; only who has its address can see it."""
    rows = CorrectionRequest.objects.select_related("fact_check").defer("fact_check__body")
    asked = get_object_or_404(rows, token=token)
    return render(request, "publishing/request.html", {"asked": asked} | site())


def _address(request: HttpRequest) -> str:
    """Of the reader. Behind a proxy it is what our proxy saw: the last in its list, and no more."""
    if settings.SECURE_PROXY_SSL_HEADER:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if seen:
            return str(seen)
    return str(request.META.get("REMOTE_ADDR", ""))
