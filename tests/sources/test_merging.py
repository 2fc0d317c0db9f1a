"""Two records of one source become one."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from claims.models import ClaimState
from sources.merging import merge_sources
from sources.models import Affiliation, Alias, Source
from sources.services import Role, add_affiliation, add_alias, resolve_names
from tests.claims.states import claim_in
from tests.database import refused_by
from tests.factories import AffiliationFactory, AliasFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_names_and_roles_move_and_what_is_signed_stays() -> None:
    old, new = SourceFactory.create(name="A. Lund"), SourceFactory.create(name="Ana Lund")
    AliasFactory.create(source=old, name="A. Lund")
    AliasFactory.create(source=old, name="Ana Lund")
    AliasFactory.create(source=new, name="Ana Lund")
    role = AffiliationFactory.create(source=old)
    claim = claim_in(ClaimState.PUBLISHED, speaker=old)

    merge_sources(duplicate_id=old.pk, into_id=new.pk, by=UserFactory.create())

    assert resolve_names(["A. Lund", "Ana Lund"]) == {"A. Lund": new, "Ana Lund": new}
    role.refresh_from_db()
    old.refresh_from_db()
    claim.refresh_from_db()
    assert (role.source, old.merged_into, claim.speaker) == (new, new, old)


def test_what_is_added_to_a_merged_source_is_added_to_the_one_that_stands_for_it() -> None:
    old, new = SourceFactory.create_batch(2)
    by = UserFactory.create()
    merge_sources(duplicate_id=old.pk, into_id=new.pk, by=by)

    alias = add_alias(source_id=old.pk, name="A. Lund", by=by)
    role = add_affiliation(source_id=old.pk, role=Role(title="Minister"), by=by)

    assert alias.source == role.source == new
    assert resolve_names(["A. Lund"]) == {"A. Lund": new}


def test_past_the_services_too_a_merged_source_gets_no_names_and_roles() -> None:
    old, new = SourceFactory.create_batch(2)
    alias, role = AliasFactory.create(source=new), AffiliationFactory.create(source=new)
    merge_sources(duplicate_id=old.pk, into_id=new.pk, by=UserFactory.create())

    with refused_by("merged_source_has_no_alias"):
        AliasFactory.create(source=old)
    with refused_by("merged_source_has_no_alias"):
        Alias.objects.filter(pk=alias.pk).update(source=old)
    with refused_by("merged_source_has_no_affiliation"):
        AffiliationFactory.create(source=old)
    with refused_by("merged_source_has_no_affiliation"):
        Affiliation.objects.filter(pk=role.pk).update(source=old)


def test_chains_do_not_grow() -> None:
    first, second, third = SourceFactory.create_batch(3)
    by = UserFactory.create()

    merge_sources(duplicate_id=first.pk, into_id=second.pk, by=by)
    merge_sources(duplicate_id=second.pk, into_id=third.pk, by=by)

    first.refresh_from_db()
    assert first.merged_into == third
    with pytest.raises(ValidationError):
        merge_sources(duplicate_id=third.pk, into_id=second.pk, by=by)


def test_unnamed_sources_and_other_kinds_are_never_merged() -> None:
    named, other = SourceFactory.create(), SourceFactory.create(kind="dataset")
    unnamed = SourceFactory.create(kind="unnamed", name="", descriptor="an official")
    by = UserFactory.create()

    for duplicate, into in ((named, other), (named, named), (unnamed, named), (named, unnamed)):
        with pytest.raises(ValidationError):
            merge_sources(duplicate_id=duplicate.pk, into_id=into.pk, by=by)
    with refused_by("source_merged_into_another"):
        Source.objects.filter(pk=unnamed.pk).update(merged_into=named)
    with pytest.raises(Source.DoesNotExist):
        merge_sources(duplicate_id=named.pk, into_id=10**9, by=by)


def test_past_the_services_too_a_role_is_not_given_to_somebody_else() -> None:
    """A claim that names it would have the role of another speaker."""
    role, other = AffiliationFactory.create(), SourceFactory.create()

    with refused_by("affiliation_stays_with_its_source"), connection.cursor() as cursor:
        Affiliation.objects.filter(pk=role.pk).update(source=other)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_role_goes_with_every_merge() -> None:
    editor = UserFactory.create()
    role = AffiliationFactory.create()
    second, third = SourceFactory.create(), SourceFactory.create()

    with transaction.atomic(), connection.cursor() as cursor:
        merge_sources(duplicate_id=role.source_id, into_id=second.pk, by=editor)
        merge_sources(duplicate_id=second.pk, into_id=third.pk, by=editor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    role.refresh_from_db()
    assert role.source == third
