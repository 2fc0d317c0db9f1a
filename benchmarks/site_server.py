"""What `benchmarks.site` serves: a long check, the same bytes bare, and the page never kept."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from claims.models import Claim, Evidence, Rating, RatingScale
from claims.publishing.models import FactCheck
from claims.publishing.services import Wording, publish
from claims.publishing.serving import CACHING, fresh, public, rendered
from claims.publishing.views import check
from claims.verification.services import take_step
from newsroom import urls
from newsroom.accounts.models import User

WORDS = "What the port itself has counted says something else about the traffic of that year. "


def _publish() -> None:
    if FactCheck.objects.exists():
        return
    one, two = (User.objects.create(username=name, is_superuser=True) for name in ("one", "two"))
    scale = RatingScale.objects.create(name="Accuracy")
    rating = Rating.objects.create(scale=scale, label="Half so", slug="half", value=3)
    claim = Claim.objects.create(
        statement="Traffic rose by 9 percent.",
        kind="quantity",
        rating=rating,
        rationale="\n".join(WORDS * 6 for _ in range(8)),
        as_of=timezone.now().date(),
    )
    for number in range(12):
        Evidence.objects.create(
            claim=claim,
            stance=("refutes", "supports", "context")[number % 3],
            nature="primary",
            title=f"Port statistics, table {number}",
            url=f"https://port{number}.example/table",
            quotation=WORDS * 2,
        )
    for step, by in (("start", one), ("submit", one), ("verify", two)):
        take_step(claim_id=claim.pk, step=step, by=by)
    publish(
        claim_id=claim.pk, wording=Wording("Did traffic rise?", "Traffic rose", "", "long"), by=two
    )


@public
def bare(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_BYTES)
    response["Cache-Control"] = CACHING
    return response


def asked(request: HttpRequest) -> HttpResponse:
    fresh.forget()
    return check(request, slug="long")


def first(request: HttpRequest) -> HttpResponse:
    fresh.forget()
    rendered.forget()
    return check(request, slug="long")


call_command("migrate", verbosity=0)
with transaction.atomic():
    _publish()
_ASKED = HttpRequest()
_ASKED.method = "GET"
_BYTES = check(_ASKED, slug="long").content
urls.urlpatterns += [path("bare/", bare), path("asked/", asked), path("first/", first)]
application = get_wsgi_application()
