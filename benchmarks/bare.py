"""A Django of its own beside the tracker's, with one view: the least that DRF can do.

The same settings and middleware, and a view that asks one row by its key and answers the JSON that
is stored in it. What an endpoint costs is told in multiples of this.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Stored(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request, pk: int) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SELECT body::text FROM bench_stored WHERE id = %s", [pk])
            (body,) = cursor.fetchone()
        return Response(json.loads(body))


urlpatterns = [path("stored/<int:pk>", Stored.as_view())]
settings.ROOT_URLCONF = "benchmarks.bare"
application = get_wsgi_application()
