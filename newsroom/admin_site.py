"""The admin's site: that of the theme, which works out less for a page that does not show it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:  # unfold comes without types
    from django.contrib.admin import AdminSite as UnfoldAdminSite
else:
    from unfold.sites import UnfoldAdminSite


class NewsroomSite(UnfoldAdminSite):
    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """All models with their addresses, of which each page is told. None of ours but that of an
        app shows them; so they are looked for when somebody does."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))


class NewsroomAdminConfig(AdminConfig):
    default_site = "newsroom.admin_site.NewsroomSite"
