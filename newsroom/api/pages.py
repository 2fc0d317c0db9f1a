"""What is not a resource: who am I, what a problem means, the description and its pages."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.access import Access
from newsroom.api.grants import grant_of
from newsroom.api.problems import KINDS, Problem
from newsroom.api.views import Endpoint


class Me(serializers.Serializer[Any]):
    username = serializers.CharField()
    token = serializers.CharField(allow_null=True, help_text="Its name; null for a person.")
    scopes = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)


class MeView(Endpoint):
    """Who asks, with which scopes and permissions."""

    access = {"get": Access()}

    @extend_schema(responses=Me, operation_id="me", tags=["me"])
    def get(self, request: Request) -> Response:
        grant = grant_of(request)
        return Response(
            {
                "username": request.user.get_username(),
                "token": grant.token_name or None,
                "scopes": sorted(grant.scopes),
                "permissions": sorted(request.user.get_all_permissions()),
                "expires_at": grant.expires_at,
            }
        )


class ProblemKind(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    meaning = serializers.CharField()


class ProblemView(Endpoint):
    """What a type of problem means. Open to all, as the address in each problem leads here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    access = {"get": Access()}

    @extend_schema(exclude=True)
    def get(self, request: Request, kind: str) -> Response:
        known = KINDS.get(kind)
        if known is None:
            raise Problem("not-found", "There is no such type of problem.")
        body = {"type": f"/api/problems/{kind}", "title": known.title, "status": known.status}
        return Response({**body, "meaning": known.meaning})


class NoSuchEndpoint(Endpoint):
    """Any other address below /api/: an error in the same shape as all others."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is no such address; /api/docs/ lists those that there are.")


class SchemaView(SpectacularAPIView):
    """The description. Open: it holds nothing but what the code says."""

    authentication_classes = ()
    throttle_classes = ()


# Swagger UI draws its icons from data and sets styles; it needs no script but ours and its own.
_POLICY = {"img-src": ["'self'", "data:"], "script-src": ["'self'"]}


@method_decorator(csp_replace(_POLICY), name="dispatch")
class DocsView(LoginRequiredMixin, SpectacularSwaggerSplitView):
    """Pages to read and to try; whoever is signed in to the admin tries as themselves."""

    template_name = "api/docs.html"
    url_name = "api-schema"

    @extend_schema(exclude=True)
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return response
