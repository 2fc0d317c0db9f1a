"""Requests that no page has to deal with."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class RefuseNul:
    """400 for an address with a NUL in it: no text of the database can hold one, so none is meant.

    Without this, each filter and search field would have to catch what the database says of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in query or "\x00" in request.path_info:
            return HttpResponseBadRequest("The address holds a NUL character.")
        return self._get_response(request)
