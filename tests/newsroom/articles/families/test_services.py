"""Putting stories into families."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.articles.families import services
from newsroom.articles.families.likeness import VERSION
from newsroom.articles.families.models import Failure, Family, FamilyMember, NotACopy, Signature
from newsroom.articles.families.queries import siblings_of
from newsroom.articles.models import Article, Revision
from tests.database import refused_by
from tests.factories import RevisionFactory
from tests.newsroom.articles.families.texts import OTHER, WIRE, edited

pytestmark = pytest.mark.django_db


def arrives(text: str, article: Article | None = None) -> Revision:
    if article is None:
        revision = RevisionFactory.create(text=text)
    else:
        number = article.revisions.count() + 1
        revision = RevisionFactory.create(text=text, article=article, number=number)
    services.find_family(revision_id=revision.pk)
    return revision


def test_a_copy_joins_the_family_of_the_story_that_came_first() -> None:
    first, other, copy = arrives(WIRE), arrives(OTHER), arrives(edited(WIRE, 0.05))

    member = FamilyMember.objects.get()
    assert (member.article, member.family.first) == (copy.article, first.article)
    assert 0.9 < member.similarity < 1
    assert member.engine == VERSION
    assert [one.article for one in siblings_of(copy.article_id)] == [first.article]
    assert [one.article for one in siblings_of(first.article_id)] == [copy.article]
    assert siblings_of(other.article_id) == []


def test_what_a_person_took_out_does_not_come_back(editor: User) -> None:
    first, copy = arrives(WIRE), arrives(edited(WIRE, 0.05))
    third = arrives(WIRE)

    family = services.take_out(article_id=copy.article_id, by=editor)

    assert family == {first.article_id, third.article_id}
    assert [one.article for one in FamilyMember.objects.all()] == [third.article]
    services.find_family(revision_id=copy.pk)
    arrives(WIRE, copy.article)
    assert not FamilyMember.objects.filter(article=copy.article).exists()
    refused = NotACopy.objects.get()
    assert (refused.article, refused.of, refused.said_by) == (copy.article, first.article, editor)
    with refused_by("family_member_was_not_refused"):
        FamilyMember.objects.create(
            article=copy.article,
            family=Family.objects.get(first=first.article),
            revision=copy,
            similarity=1,
            engine="any",
        )


def test_what_is_no_copy_is_not_taken_out(editor: User) -> None:
    first, _ = arrives(WIRE), arrives(WIRE)

    for article in (first.article_id, arrives(OTHER).article_id):
        with pytest.raises(FamilyMember.DoesNotExist):
            services.take_out(article_id=article, by=editor)
    assert not NotACopy.objects.exists()
    assert FamilyMember.objects.count() == 1


def test_many_copies_are_one_family_and_only_its_first_is_compared_with() -> None:
    first = arrives(WIRE)
    for seed in range(5):
        arrives(edited(WIRE, 0.05, seed=seed))

    assert Family.objects.get().members.count() == 5
    assert Signature.objects.get(leads=True).article == first.article


def test_a_family_does_not_drift_from_copy_to_copy() -> None:
    arrives(WIRE)
    text, joined = WIRE, []
    for seed in range(8):
        text = edited(text, 0.12, seed=seed)
        joined.append(arrives(text).article_id)

    first = Family.objects.order_by("pk").first()
    assert first is not None
    members = set(first.members.values_list("article", flat=True))
    assert joined[0] in members
    assert joined[-1] not in members


def test_finding_twice_changes_nothing() -> None:
    arrives(WIRE)
    copy = arrives(WIRE)
    before = FamilyMember.objects.values("pk", "family", "similarity").get()

    services.find_family(revision_id=copy.pk)

    assert FamilyMember.objects.values("pk", "family", "similarity").get() == before


def test_a_copy_that_becomes_another_story_leaves_and_may_come_back() -> None:
    arrives(WIRE)
    copy = arrives(WIRE)

    arrives(OTHER, copy.article)
    assert not FamilyMember.objects.exists()

    arrives(WIRE, copy.article)
    assert FamilyMember.objects.get().article == copy.article


def test_an_earlier_text_that_comes_late_counts_no_more() -> None:
    arrives(WIRE)
    early = RevisionFactory.create(text=WIRE)
    arrives(OTHER, early.article)

    services.find_family(revision_id=early.pk)

    assert not FamilyMember.objects.exists()


def test_the_first_story_stays_the_first_when_its_text_changes() -> None:
    first = arrives(WIRE)
    copy = arrives(WIRE)

    arrives(OTHER, first.article)

    assert Family.objects.get().first == first.article
    assert FamilyMember.objects.get().article == copy.article


def test_short_notices_are_no_family() -> None:
    arrives("The minister resigned on Monday.")
    arrives("The minister resigned on Monday.")

    assert not Family.objects.exists()
    assert not services.due().exists()


def test_what_is_due_is_in_the_rows_and_a_failure_keeps_nobody_else_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, copies = RevisionFactory.create(text=OTHER), [arrives(WIRE)]
    copies.append(RevisionFactory.create(text=WIRE))
    find = services.find_family

    def failing(*, revision_id: int) -> Any:
        if revision_id == broken.pk:
            raise ValueError("a bad text")
        return find(revision_id=revision_id)

    monkeypatch.setattr(services, "find_family", failing)

    assert services.find_due() == 1
    assert list(services.uncompared()) == [broken]
    assert FamilyMember.objects.get().article == copies[1].article
    assert "could not be compared" in caplog.text


def test_what_fails_each_time_does_not_stand_before_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = RevisionFactory.create(text=OTHER)
    later = RevisionFactory.create(text=WIRE)
    find = services.find_family
    asked = []

    def failing(*, revision_id: int) -> Any:
        asked.append(revision_id)
        if revision_id == broken.pk:
            raise ValueError("a bad text")
        return find(revision_id=revision_id)

    monkeypatch.setattr(services, "find_family", failing)

    assert services.find_due(limit=1) == 0
    assert services.find_due(limit=1) == 1
    assert asked == [broken.pk, later.pk]
    assert not services.due().exists()

    Failure.objects.update(next_attempt_at=timezone.now())
    assert list(services.due()) == [broken]
    services.find_due()
    assert Failure.objects.get().next_attempt_at > timezone.now() + timedelta(minutes=15)


def test_a_text_that_takes_too_long_ends_the_turn_and_is_put_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless, other = RevisionFactory.create(text=OTHER), RevisionFactory.create(text=WIRE)

    def too_long(*, revision_id: int) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(services, "find_family", too_long)

    with pytest.raises(SoftTimeLimitExceeded):
        services.find_due()
    assert list(services.due()) == [other]
    assert Failure.objects.get().revision == endless


def test_a_text_is_compared_once(django_assert_num_queries: Any) -> None:
    arrives(WIRE)
    copy = arrives(WIRE)

    with django_assert_num_queries(2):
        again = services.find_family(revision_id=copy.pk)

    assert again == FamilyMember.objects.get()


def test_a_story_is_in_one_family_and_its_first_in_no_other() -> None:
    arrives(WIRE)
    arrives(WIRE)
    lone = arrives(OTHER)
    member = FamilyMember.objects.get()
    other = Family.objects.create(first=lone.article)
    values = {"revision": lone, "similarity": 1, "engine": "x"}

    for article in (member.article, lone.article):
        with pytest.raises(IntegrityError), transaction.atomic():
            FamilyMember.objects.create(article=article, family=other, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Family.objects.filter(pk=other.pk).update(first=member.article)


def test_joining_is_on_record_with_what_joined_it() -> None:
    arrives(WIRE)
    arrives(WIRE)

    event = FamilyMember.objects.get().events.get()  # type: ignore[attr-defined]
    assert event.pgh_context["rule"] == VERSION


def test_the_command_compares_what_is_here_and_says_what_it_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for text in (WIRE, OTHER, WIRE):
        RevisionFactory.create(text=text)

    call_command("find_families")
    assert "3 texts compared: 1 copies of 1 stories are known." in capsys.readouterr().out

    call_command("find_families")
    assert "0 texts compared" in capsys.readouterr().out
    Revision.objects.update(compared_by="families 0")
    call_command("find_families", "--again")
    assert "3 texts compared: 1 copies of 1 stories" in capsys.readouterr().out


def test_the_work_for_a_story_does_not_grow_with_its_family(
    django_assert_max_num_queries: Any,
) -> None:
    for seed in range(6):
        arrives(edited(WIRE, 0.03, seed=seed))
    revision = RevisionFactory.create(text=WIRE)

    with django_assert_max_num_queries(20):
        services.find_family(revision_id=revision.pk)
