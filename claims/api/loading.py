"""Reading claims for an answer in a fixed number of queries, and telling cheaply what changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet, TextField
from django.db.models.expressions import RawSQL

from claims.models import Appearance, ClaimTransition, Evidence
from newsroom.api.shapes import Shape
from newsroom.articles.api.visibility import stories_for

RELATED = ("speaker", "affiliation", "rating")
PEOPLE = ("assignee", "submitted_by", "verified_by", "created_by")


def with_claim_details(queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
    names = RELATED + (PEOPLE if shape.unpublished else ())
    queryset = queryset.select_related(*names)
    if "appearances" in shape.includes:
        queryset = queryset.prefetch_related(
            Prefetch("appearances", shown_appearances(shape), to_attr="shown_appearances")
        )
    if "evidence" in shape.includes:
        found = Evidence.objects.select_related("source", "added_by").order_by("id")
        queryset = queryset.prefetch_related(Prefetch("evidence", found, to_attr="shown_evidence"))
    if "transitions" in shape.includes:
        steps = ClaimTransition.objects.select_related("by").order_by("-id")
        queryset = queryset.prefetch_related(
            Prefetch("transitions", steps, to_attr="shown_transitions")
        )
    return queryset


def shown_appearances(shape: Shape) -> QuerySet[Appearance]:
    """Passages of stories that this reader may see."""
    return (
        Appearance.objects.filter(stories_for(shape, "revision__article__"))
        .select_related("revision__article__outlet", "speaker")
        .defer("revision__text")
        .order_by("id")
    )


def validator_of() -> RawSQL:
    """Something that changes whenever the answer on this claim might.

    `xmin`, the transaction that wrote a row last, is the version that PostgreSQL keeps anyway: of
    the claim, of what it names, and of what hangs on it. Computed beside the claim, in its query.
    """
    return RawSQL(_VALIDATOR, (), output_field=TextField())  # noqa: S611 - a constant


_VALIDATOR = """concat_ws(',', claims_claim.xmin,
  (SELECT xmin FROM sources_source WHERE id = claims_claim.speaker_id),
  (SELECT xmin FROM claims_rating WHERE id = claims_claim.rating_id),
  (SELECT string_agg(concat(a.id, '.', a.xmin, '.', s.xmin, '.', s.status, '.',
                            s.embargoed_until > now()), ';' ORDER BY a.id)
     FROM claims_appearance a JOIN articles_revision r ON r.id = a.revision_id
     JOIN articles_article s ON s.id = r.article_id WHERE a.claim_id = claims_claim.id),
  (SELECT string_agg(concat(e.id, '.', e.xmin), ';' ORDER BY e.id)
     FROM claims_evidence e WHERE e.claim_id = claims_claim.id))"""
