"""Reading claims for an answer in a fixed number of queries, and telling cheaply what changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet, TextField
from django.db.models.expressions import RawSQL

from claims.models import Appearance, Claim, ClaimTransition, Evidence
from newsroom.accounts.models import User
from newsroom.api.shapes import Shape
from newsroom.articles.api.visibility import stories_for

RELATED = ("speaker", "affiliation", "rating")
PEOPLE = ("assignee", "submitted_by", "verified_by", "created_by")


def with_claim_details(queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
    return queryset.select_related(*RELATED).prefetch_related(*parts_of(shape))


def parts_of(shape: Shape) -> list[Prefetch[Any]]:
    """What hangs on a claim, as far as it is asked for."""
    parts: list[Prefetch[Any]] = []
    if "appearances" in shape.includes:
        shown = shown_appearances(shape)
        parts.append(Prefetch("appearances", shown, to_attr="shown_appearances"))
    if "evidence" in shape.includes:
        found = Evidence.objects.select_related("source", "added_by").order_by("id")
        parts.append(Prefetch("evidence", found, to_attr="shown_evidence"))
    if "transitions" in shape.includes:
        steps = ClaimTransition.objects.select_related("by").order_by("-id")
        parts.append(Prefetch("transitions", steps, to_attr="shown_transitions"))
    return parts


def name_people(claims: Iterable[Claim], shape: Shape) -> None:
    """Load whoever is named in these claims: one query, and none where nobody is shown.

    Not by four more joins, which take the planner longer than all the rest.
    """
    if not shape.unpublished:
        return
    claims = list(claims)
    keys = {getattr(claim, f"{name}_id") for claim in claims for name in PEOPLE} - {None}
    people = _people(keys) if keys else {}
    for claim in claims:
        set_people(claim, people)


def set_people(claim: Claim, people: dict[int, User]) -> None:
    for name in PEOPLE:
        setattr(claim, name, people.get(getattr(claim, f"{name}_id")))


def _people(keys: set[int]) -> dict[int, User]:
    """With their names alone: no more of them is shown. In SQL, since each request pays for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, username FROM accounts_user WHERE id = ANY(%s)", [list(keys)])
        return {key: User(id=key, username=name) for key, name in cursor.fetchall()}


def shown_appearances(shape: Shape) -> QuerySet[Appearance]:
    """Passages of stories that this reader may see."""
    return (
        Appearance.objects.filter(stories_for(shape, "revision__article__"))
        .select_related("revision__article__outlet", "speaker")
        .defer("revision__text")
        .order_by("id")
    )


def validator_of(shape: Shape) -> RawSQL:
    """Something that changes whenever the answer of this shape on this claim might.

    `xmin`, the transaction that wrote a row last, is the version that PostgreSQL keeps anyway: of
    the claim, of what it names, and of what hangs on it. Computed beside the claim, in its query.
    """
    parts = ["claims_claim.xmin", _SPEAKER, _AFFILIATION, _RATING]
    if shape.unpublished:
        parts.append(_PEOPLE)
    parts += [_PARTS[name] for name in sorted(shape.includes & set(_PARTS))]
    return RawSQL(  # noqa: S611 - put together from constants
        f"concat_ws(',', {', '.join(parts)})", (), output_field=TextField()
    )


_SPEAKER = "(SELECT xmin FROM sources_source WHERE id = claims_claim.speaker_id)"
_AFFILIATION = "(SELECT xmin FROM sources_affiliation WHERE id = claims_claim.affiliation_id)"
_PEOPLE = (
    "(SELECT string_agg(username, ';' ORDER BY id) FROM accounts_user WHERE id IN ("
    + ", ".join(f"claims_claim.{name}_id" for name in PEOPLE)
    + "))"
)
_RATING = "(SELECT xmin FROM claims_rating WHERE id = claims_claim.rating_id)"
_PARTS = {
    "appearances": (
        "(SELECT string_agg(concat(a.id, '.', a.xmin, '.', s.xmin, '.', s.status, '.', "
        "s.embargoed_until > now(), '.', o.xmin, '.', p.xmin), ';' ORDER BY a.id) "
        "FROM claims_appearance a JOIN articles_revision r ON r.id = a.revision_id "
        "JOIN articles_article s ON s.id = r.article_id "
        "JOIN articles_outlet o ON o.id = s.outlet_id "
        "LEFT JOIN sources_source p ON p.id = a.speaker_id WHERE a.claim_id = claims_claim.id)"
    ),
    "evidence": (
        "(SELECT string_agg(concat(e.id, '.', e.xmin, '.', p.xmin, '.', u.username), ';' "
        "ORDER BY e.id) FROM claims_evidence e LEFT JOIN sources_source p ON p.id = e.source_id "
        "LEFT JOIN accounts_user u ON u.id = e.added_by_id WHERE e.claim_id = claims_claim.id)"
    ),
    "transitions": (
        "(SELECT string_agg(concat(t.id, '.', u.username), ';' ORDER BY t.id) "
        "FROM claims_claimtransition t LEFT JOIN accounts_user u ON u.id = t.by_id "
        "WHERE t.claim_id = claims_claim.id)"
    ),
}
