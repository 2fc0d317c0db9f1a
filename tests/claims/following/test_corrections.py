"""A correction puts the claims that it is about before an editor."""

from __future__ import annotations

import pytest

from claims.errors import DomainError, NotPermitted
from claims.following.corrections import close_notice, read_editor_note, reopen_notice, speaks_of
from claims.following.queue import open_notices
from claims.following.services import follow_revision
from claims.models import Appearance, ClaimState, CorrectionNotice
from newsroom.accounts.models import User
from newsroom.articles.models import Revision
from tests.claims.following.stories import QUAY, SHIPS, TEXT, VALUE, first, later, said_in
from tests.claims.states import claim_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LINE = "Correction: The ferry contract is worth €221 million, not €212 million."


@pytest.fixture
def story() -> list[Appearance]:
    """Claims on the contract's value, on the ships, and a shelved one."""
    revision = first()
    shelved = said_in(revision, QUAY, claim_in(ClaimState.SHELVED))
    return [said_in(revision, VALUE), said_in(revision, SHIPS), shelved]


def follow(revision: Revision, text: str) -> None:
    follow_revision(revision_id=later(revision, text).pk)


def test_it_opens_the_claim_whose_passage_it_speaks_of(story: list[Appearance]) -> None:
    follow(story[0].revision, f"{TEXT.replace('212', '221')}\n\n{LINE}")
    notice = CorrectionNotice.objects.get()
    assert (notice.claim, notice.text, notice.touches) == (story[0].claim, LINE, True)


def test_one_that_speaks_of_none_opens_all_of_the_story(story: list[Appearance]) -> None:
    follow(story[0].revision, f"{TEXT}\n\nThis story has been updated.")
    notices = CorrectionNotice.objects.order_by("claim_id")
    assert [one.claim for one in notices] == [story[0].claim, story[1].claim]
    assert {one.touches for one in notices} == {False}


def test_a_line_that_stays_in_the_story_opens_a_claim_once(story: list[Appearance]) -> None:
    follow(story[0].revision, f"{TEXT}\n\n{LINE}")
    follow(story[0].revision, f"{TEXT}\n\nMore.\n\n{LINE}")
    assert CorrectionNotice.objects.count() == 1


def test_the_note_to_editors_is_read_too_and_once(story: list[Appearance]) -> None:
    article = story[0].revision.article
    article.editor_note = LINE
    article.save()
    assert read_editor_note(article_id=article.pk) == 1
    assert read_editor_note(article_id=article.pk) == 0
    notice = CorrectionNotice.objects.get()
    assert (notice.claim, notice.from_editor_note) == (story[0].claim, True)


def test_somebody_sees_to_it_and_can_take_that_back(story: list[Appearance], editor: User) -> None:
    follow(story[0].revision, f"{TEXT}\n\n{LINE}")
    notice = open_notices().get()
    close_notice(notice_id=notice.pk, by=editor)
    assert not open_notices().exists()
    with pytest.raises(DomainError, match="already"):
        close_notice(notice_id=notice.pk, by=editor)
    reopen_notice(notice_id=notice.pk, by=editor)
    assert open_notices().get() == notice
    with pytest.raises(NotPermitted):
        close_notice(notice_id=notice.pk, by=UserFactory.create())


@pytest.mark.parametrize(
    ("passage", "about"),
    [(VALUE, True), (SHIPS, False), (QUAY, False), ("The minister praised the yard.", False)],
)
def test_what_a_correction_speaks_of(passage: str, about: bool) -> None:
    assert speaks_of(LINE, passage) is about
