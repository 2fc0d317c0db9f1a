"""What is said to those who may not see a page of the admin: what is missing, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import defaults

from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may


def denied(permission: str) -> PermissionDenied:
    """To be raised by a page that needs a permission; the person reads who has it."""
    return PermissionDenied(f"This is for {who_may(permission)}.")


def person_who_may(request: HttpRequest, permission: str) -> User:
    """Whoever asks for a page of the admin. Raises `PermissionDenied` where they may not."""
    assert isinstance(request.user, User)
    if not request.user.has_perm(permission):
        raise denied(permission)
    return request.user


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 in the look of the admin where its user goes too far; elsewhere the plain one."""
    inside = request.path_info.startswith(reverse("admin:index"))
    if not inside or not admin.site.has_permission(request):
        return defaults.permission_denied(request, exception)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "This is not yours to see or do",
        "why": str(exception) or _of_list(request),
        "roles": request.user.groups.order_by("name"),
    }
    page = TemplateResponse(request, "newsroom/admin/denied.html", context, status=403)
    return page.render()


def _of_list(request: HttpRequest) -> str:
    """Of the admin's own pages, which say nothing: for whom the page is by the name of its view."""
    match = request.resolver_match
    page = getattr(match.func, "model_admin", None) if match else None
    if match is None or page is None:
        return ""
    action = (match.url_name or "").rpartition("_")[2]
    needed = {"add": "add", "delete": "delete"}.get(action, "view")
    options = page.opts
    return str(denied(f"{options.app_label}.{needed}_{options.model_name}"))
