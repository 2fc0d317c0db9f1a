"""The demo publishes a check of what its feed corrects, as soon as the story is there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from claims.following.services import follow_revision
from claims.models import Claim, ClaimState
from claims.publishing.models import FactCheck
from newsroom.accounts.roles import Role
from newsroom.articles.models import Article, ExtractionState, Revision
from newsroom.demo.changes import SEED, publish_before_correction
from newsroom.demo.seeds import load_ratings, read_seed, seeds_dir
from tests.factories import RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db

CHECK = read_seed(SEED)


def text_of(name: str) -> str:
    return (seeds_dir() / "feed" / name).read_text(encoding="utf-8").split("---\n")[-1].strip()


@pytest.fixture
def people() -> None:
    load_ratings()
    for username, role in (("checker", Role.CHECKER), ("second", Role.EDITOR)):
        UserFactory.create(username=username).groups.add(Group.objects.get(name=role.value))


def first_version() -> Article:
    text = text_of("01-school-buses.md")
    revision = RevisionFactory.create(article__external_id=CHECK["story"], text=text)
    return revision.article


def extracted(article: Article) -> None:
    for revision in Revision.objects.filter(article=article):
        Revision.objects.filter(pk=revision.pk).update(
            extraction_state=ExtractionState.DONE,
            extraction_next_attempt_at=None,
            extraction_finished_at=revision.received_at,
        )


@pytest.mark.usefixtures("people")
def test_it_waits_for_the_story_and_publishes_once_and_the_correction_sends_it_back() -> None:
    assert not publish_before_correction()
    article = first_version()
    assert not publish_before_correction()
    extracted(article)
    assert publish_before_correction()
    assert publish_before_correction()
    assert FactCheck.objects.get().slug == CHECK["slug"]

    second = RevisionFactory.create(
        article=article, number=2, text=text_of("01-school-buses.v2.md")
    )
    follow_revision(revision_id=second.pk)

    assert Claim.objects.get().state == ClaimState.NEEDS_RECHECK


@pytest.mark.usefixtures("people")
def test_after_the_correction_it_publishes_nothing() -> None:
    RevisionFactory.create(article=first_version(), number=2, text="Other words.")
    assert publish_before_correction()
    assert not Claim.objects.exists()
