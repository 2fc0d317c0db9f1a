"""Comments: who may do what, whom they mention, and what stays visible."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from claims.comments.services import add_comment, edit_comment, read_mention, withdraw_comment
from claims.comments.thread import SHOWN, load_thread
from claims.errors import ChangedMeanwhile, DomainError, NotPermitted
from claims.models import Claim, Comment, Mention
from newsroom.accounts.models import User
from newsroom.mail.models import Mail, MailKind
from tests.database import refused_by
from tests.factories import ClaimFactory, UserFactory

pytestmark = pytest.mark.django_db


def reader(name: str, *more: str, **fields: Any) -> User:
    user = UserFactory.create(username=name, email=f"{name}@example.org", **fields)
    user.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="claims", codename__in=("view_claim", *more)
        )
    )
    return user


@pytest.fixture
def claim() -> Claim:
    return ClaimFactory.create()


@pytest.fixture
def ana() -> User:
    return reader("ana")


@pytest.fixture
def bo() -> User:
    return reader("bo.berg")


def mentioned(comment: Comment) -> set[str]:
    return {row.person.username for row in Mention.objects.filter(comment=comment)}


def test_a_comment_is_on_record_with_its_author(claim: Claim, ana: User) -> None:
    comment = add_comment(claim_id=claim.pk, text="  Which year?\r\nThe table has two. ", by=ana)

    row = comment.comment
    assert row.text == "Which year?\nThe table has two."
    assert (row.author, row.edited_at, row.withdrawn_at) == (ana, None, None)
    (event,) = row.events.all()
    assert event.pgh_context["username"] == "ana"


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_an_empty_or_endless_comment_is_refused(claim: Claim, ana: User, text: str) -> None:
    with pytest.raises(DomainError):
        add_comment(claim_id=claim.pk, text=text, by=ana)
    assert not Comment.objects.exists()


def test_who_cannot_see_claims_cannot_comment(claim: Claim) -> None:
    with pytest.raises(NotPermitted):
        add_comment(claim_id=claim.pk, text="Hello", by=UserFactory.create())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@bo.berg please", {"bo.berg"}),
        ("Ask @Bo.Berg.", {"bo.berg"}),
        ("(@bo.berg) and @bo.berg again", {"bo.berg"}),
        ("write to press@bo.berg", set()),
        ("@bo.bergman", set()),
        ("@nobody, @gone", set()),
        ("@ana is me", {"ana"}),
        ("@@bo.berg", set()),
    ],
)
def test_a_name_after_an_at_sign_is_a_mention(
    claim: Claim, ana: User, bo: User, text: str, found: set[str]
) -> None:
    reader("gone", is_active=False)
    written = add_comment(claim_id=claim.pk, text=text, by=ana)
    # Whoever mentions themselves need not be told.
    assert mentioned(written.comment) == found - {"ana"}


def test_who_cannot_see_claims_is_not_mentioned(claim: Claim, ana: User) -> None:
    UserFactory.create(username="guest", email="guest@example.org")
    written = add_comment(claim_id=claim.pk, text="@guest look", by=ana)
    assert written.mentioned == []
    assert not Mail.objects.exists()


def test_a_mention_is_mailed_once(claim: Claim, ana: User, bo: User) -> None:
    comment = add_comment(claim_id=claim.pk, text="@bo.berg look", by=ana).comment
    edit_comment(comment_id=comment.pk, text="@bo.berg look here", by=ana)

    (mail,) = Mail.objects.all()
    assert (mail.recipient, mail.kind) == (bo, MailKind.MENTION)
    assert f"/admin/claims/claim/{claim.pk}/change/#comment-{comment.pk}" in mail.body
    assert "@bo.berg look" in mail.body


def test_a_changed_text_brings_its_mentions_along(claim: Claim, ana: User, bo: User) -> None:
    comment = add_comment(claim_id=claim.pk, text="Hello", by=ana).comment
    assert edit_comment(comment_id=comment.pk, text="@bo.berg!", by=ana).mentioned == [bo]
    edit_comment(comment_id=comment.pk, text="Never mind", by=ana)
    assert mentioned(comment) == set()


def test_too_many_mentions_are_refused(claim: Claim, ana: User) -> None:
    names = [reader(f"one{number}").username for number in range(21)]
    with pytest.raises(DomainError, match="at most 20"):
        add_comment(claim_id=claim.pk, text=" ".join(f"@{name}" for name in names), by=ana)


def test_an_edit_is_visible_and_only_the_authors(claim: Claim, ana: User, bo: User) -> None:
    comment = add_comment(claim_id=claim.pk, text="Two", by=ana).comment
    with pytest.raises(NotPermitted):
        edit_comment(comment_id=comment.pk, text="Three", by=bo)
    with pytest.raises(ChangedMeanwhile):
        edit_comment(comment_id=comment.pk, text="Three", seen_text="One", by=ana)
    assert edit_comment(comment_id=comment.pk, text="Two", by=ana).comment.edited_at is None
    assert edit_comment(comment_id=comment.pk, text="Three", seen_text="Two", by=ana)
    comment.refresh_from_db()
    assert comment.text == "Three"
    assert comment.edited_at is not None
    assert [event.text for event in comment.events.order_by("pgh_id")] == ["Two", "Three"]


def test_a_withdrawn_comment_stays_as_a_trace(claim: Claim, ana: User, bo: User) -> None:
    comment = add_comment(claim_id=claim.pk, text="@bo.berg is wrong", by=ana).comment
    with pytest.raises(NotPermitted):
        withdraw_comment(comment_id=comment.pk, by=bo)
    withdraw_comment(comment_id=comment.pk, by=ana)

    (remark,) = load_thread(claim_id=claim.pk, viewer=bo).remarks
    assert remark.comment.is_withdrawn
    assert remark.pieces == []
    assert mentioned(comment) == set()
    with pytest.raises(DomainError, match="withdrawn"):
        edit_comment(comment_id=comment.pk, text="Back", by=ana)


def test_with_a_permission_anybodys_comment_is_withdrawn(claim: Claim, ana: User) -> None:
    comment = add_comment(claim_id=claim.pk, text="Libel", by=ana).comment
    keeper = reader("keeper", "delete_comment")
    assert withdraw_comment(comment_id=comment.pk, by=keeper).withdrawn_by == keeper


def test_the_database_keeps_comments_as_they_were(claim: Claim, ana: User, bo: User) -> None:
    row = Comment.objects.filter(pk=add_comment(claim_id=claim.pk, text="Mine", by=ana).comment.pk)
    with refused_by("comment_keeps_author_and_claim"):
        row.update(author=bo)
    with refused_by("comment_is_never_deleted"):
        row.delete()
    with refused_by("comment_has_text"):
        row.update(text=" \n")
    with refused_by("comment_length"):
        row.update(text="x" * 5001)
    with refused_by("comment_withdrawn_by_and_at"):
        row.update(withdrawn_by=bo)
    row.update(edited_at=timezone.now())
    assert row.get().edited_at is None, "only a change of the text is an edit"
    withdraw_comment(comment_id=row.get().pk, by=ana)
    with refused_by("comment_withdrawn_stands"):
        row.update(withdrawn_by=None, withdrawn_at=None)


def test_a_mention_is_read_by_the_person_alone(claim: Claim, ana: User, bo: User) -> None:
    comment = add_comment(claim_id=claim.pk, text="@bo.berg", by=ana).comment
    mention = Mention.objects.get(comment=comment)
    read_mention(mention_id=mention.pk, by=ana)
    mention.refresh_from_db()
    assert mention.read_at is None
    read_mention(mention_id=mention.pk, by=bo)
    mention.refresh_from_db()
    assert mention.read_at is not None


def test_a_long_thread_shows_its_end(
    claim: Claim, ana: User, bo: User, django_assert_num_queries: Any
) -> None:
    for number in range(SHOWN + 5):
        add_comment(claim_id=claim.pk, text=f"@bo.berg {number}", by=ana)
    ana.has_perm("claims.view_claim")
    with django_assert_num_queries(3):
        thread = load_thread(claim_id=claim.pk, viewer=ana)
    assert thread.earlier == 5
    assert thread.remarks[-1].comment.text == f"@bo.berg {SHOWN + 4}"
    assert thread.remarks[0].comment.text == "@bo.berg 5"
    whole = load_thread(claim_id=claim.pk, viewer=ana, everything=True)
    assert (len(whole.remarks), whole.earlier) == (SHOWN + 5, 0)
