"""A correction puts the claims that it is about before an editor."""

from __future__ import annotations

import pytest

from claims.errors import DomainError, NotPermitted
from claims.following import corrections
from claims.following.corrections import (
    close_notice,
    read_editor_note,
    read_editor_notes,
    reopen_notice,
    speaks_of,
    unread_notes,
)
from claims.following.queue import open_notices
from claims.following.services import follow_revision
from claims.models import Appearance, ClaimState, CorrectionNotice
from newsroom.accounts.models import User
from newsroom.articles.models import Revision, UnreadNote
from newsroom.articles.services import IncomingArticle, receive_articles
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


def delivered(revision: Revision, **details: str) -> None:
    """The story comes again from its outlet, in the same words."""
    article = revision.article
    again = IncomingArticle(external_id=article.external_id, text=revision.text, **details)
    receive_articles(outlet=article.outlet, items=[again], by=None)


def test_a_note_that_is_delivered_without_a_new_text_sends_the_claim_back_to_be_checked() -> None:
    revision = first()
    touched = said_in(revision, VALUE, claim_in(ClaimState.PUBLISHED)).claim
    other = said_in(revision, SHIPS, claim_in(ClaimState.PUBLISHED)).claim

    delivered(revision, editor_note=LINE)
    read_editor_notes()

    assert revision.article.revisions.count() == 1
    notice = CorrectionNotice.objects.get()
    assert (notice.claim, notice.touches) == (touched, True)
    touched.refresh_from_db()
    other.refresh_from_db()
    assert (touched.state, other.state) == (ClaimState.NEEDS_RECHECK, ClaimState.PUBLISHED)
    assert LINE in touched.transitions.latest("pk").comment
    assert not unread_notes().exists()


def test_a_note_is_unread_until_it_was_read_whatever_happens_to_the_message() -> None:
    revision = first()
    said_in(revision, VALUE)
    delivered(revision, headline="Ferries")
    assert not unread_notes().exists()

    delivered(revision, editor_note=LINE)
    assert [one.article for one in unread_notes()] == [revision.article]
    read_editor_notes()
    delivered(revision, editor_note=LINE, headline="The ferries")

    assert not unread_notes().exists()
    assert CorrectionNotice.objects.count() == 1


def test_a_note_that_corrects_nothing_opens_nothing() -> None:
    revision = first()
    claim = said_in(revision, VALUE, claim_in(ClaimState.PUBLISHED)).claim

    delivered(revision, editor_note="Pictures follow.")
    read_editor_notes()

    claim.refresh_from_db()
    assert claim.state == ClaimState.PUBLISHED
    assert not CorrectionNotice.objects.exists()
    assert not unread_notes().exists()


def test_a_note_that_cannot_be_read_does_not_stand_before_the_others(
    story: list[Appearance], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = first()
    for revision in (broken, story[0].revision):
        delivered(revision, editor_note=LINE)
    read = corrections.read_editor_note

    def failing(*, article_id: int) -> int:
        if article_id == broken.article_id:
            raise ValueError("a bad note")
        return read(article_id=article_id)

    monkeypatch.setattr(corrections, "read_editor_note", failing)

    assert read_editor_notes() == 1
    assert read_editor_notes() == 0
    assert UnreadNote.objects.get().article == broken.article
    assert CorrectionNotice.objects.get().claim == story[0].claim
    assert "could not be read" in caplog.text


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
