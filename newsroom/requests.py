"""What holds for every request, before any page deals with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from pghistory.middleware import HistoryMiddleware


class RefuseNul:
    """400 for an address with a NUL in it: no text of the database can hold one, so none is meant.

    Without this, each filter and search field would have to catch what the database says of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in query or "\x00" in request.path_info:
            return _refusal(request)
        return self._get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse:
    message = "The address holds a NUL character."
    if not request.path_info.startswith("/api/"):
        return HttpResponseBadRequest(message)
    # The shape of newsroom.api.problems, which is reached only behind this.
    problem = {"type": "/api/problems/unreadable", "title": "Not readable", "status": 400}
    return JsonResponse(
        {**problem, "detail": message}, status=400, content_type="application/problem+json"
    )


class HistoryContext(HistoryMiddleware):
    """The user and the address in the history context, without asking who has no session.

    Asking opens the session, and an answer that depends on a session says `Vary: Cookie`: a cache
    would keep a copy of each public page for every reader.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            context: dict[str, Any] = super().get_context(request)
            return context
        return {"user": None, "url": request.path}
