"""The page of a claim: what it shows, and what is done from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.models import Channel, Claim, ClaimState, Contact, SecondRating
from claims.verification.contacts import log_contact
from claims.verification.second_ratings import ask_second_rating, give_second_rating
from claims.verification.services import take_step
from newsroom.accounts.models import User
from newsroom.accounts.roles import Role
from tests.claims.states import claim_in
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    RatingFactory,
    SourceFactory,
)
from tests.roles import member_of

pytestmark = pytest.mark.django_db


def address(claim: Claim, action: str = "", key: int | None = None) -> str:
    page = f"/admin/claims/claim/{claim.pk}/"
    return f"{page}do/{action}/{f'{key}/' if key else ''}" if action else f"{page}change/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def checker() -> User:
    return member_of(Role.CHECKER)


@pytest.fixture
def second() -> User:
    return member_of(Role.EDITOR)


@pytest.fixture
def in_review(checker: User) -> Claim:
    claim = claim_in(ClaimState.CHECKING, rationale="The port counts fewer.")
    return take_step(claim_id=claim.pk, step="submit", by=checker)


class TestWhatItShows:
    def test_the_role_is_the_one_of_the_day_it_was_said(self, checker: User) -> None:
        day = timezone.localdate() - timedelta(days=400)
        ana = SourceFactory.create(name="Ana Lund")
        AffiliationFactory.create(
            source=ana, title="", role="harbour master", end=day + timedelta(days=9)
        )
        AffiliationFactory.create(
            source=ana, title="", role="minister", start=day + timedelta(days=10)
        )
        claim = ClaimFactory.create(speaker=ana)
        AppearanceFactory.create(
            claim=claim, revision__article__published_at=timezone.now() - timedelta(days=400)
        )

        page = signed_in(checker).get(address(claim))

        assert "harbour master" in page.text
        assert str(page.context["page"].role) == "harbour master"

    def test_a_passage_stands_in_its_story(self, checker: User) -> None:
        claim = ClaimFactory.create()
        AppearanceFactory.create(
            claim=claim, start=4, end=11, exact="harbour", prefix="The ", suffix=" was <dredged>"
        )

        page = signed_in(checker).get(address(claim))

        assert "The <mark>harbour</mark> was &lt;dredged&gt;" in page.text

    def test_evidence_of_one_origin_is_told_as_such(self, checker: User) -> None:
        claim = ClaimFactory.create()
        for title, host in (("Annual report", "port"), ("Press <release>", "port"), ("Law", "law")):
            EvidenceFactory.create(
                claim=claim, source=None, url=f"https://{host}.example/", title=title
            )

        page = signed_in(checker).get(address(claim)).text

        assert "3, from 2 origins" in page
        assert page.count("One origin:") == 1
        assert "<bdi>Annual report</bdi>; <bdi>Press &lt;release&gt;</bdi>" in page

    def test_what_is_missing_is_said_at_the_steps_and_where_it_is_filled_in(
        self, checker: User
    ) -> None:
        claim = claim_in(ClaimState.CHECKING, rating=None, rationale="")
        claim.evidence.all().delete()

        page = signed_in(checker).get(address(claim))

        assert [gap.where for gap in page.context["page"].missing] == [
            "rating",
            "rationale",
            "evidence",
        ]
        assert page.text.count("at least one piece of evidence") == 2

    def test_a_step_that_is_not_theirs_says_why(self, checker: User, in_review: Claim) -> None:
        page = signed_in(checker).get(address(in_review))

        assert "<li>“Verify” is for editors and administrators.</li>" in page.text
        assert f'action="{address(in_review, "verify")}"' not in page.text

    def test_it_costs_the_same_number_of_queries_however_much_there_is(
        self, second: User, checker: User
    ) -> None:
        claim = ClaimFactory.create(speaker=SourceFactory.create())
        client = signed_in(second)

        def queries(more: int) -> int:
            for number in range(more):
                AppearanceFactory.create(claim=claim)
                EvidenceFactory.create(claim=claim, source=SourceFactory.create())
                log_contact(
                    claim_id=claim.pk,
                    whom=f"Office {number}",
                    channel=Channel.EMAIL,
                    asked_at=timezone.now(),
                    by=checker,
                )
                Claim.objects.filter(pk=claim.pk).update(
                    method=f"{number} of {more}", speaker=SourceFactory.create()
                )
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address(claim)).status_code == 200
            return len(captured)

        queries(2)  # the first look prepares what the later ones use

        assert queries(9) == queries(9)

    def test_the_timeline_tells_who_did_what_from_what_to_what(
        self, checker: User, second: User, in_review: Claim
    ) -> None:
        take_step(claim_id=in_review.pk, step="return", comment="Which year?", by=second)

        entries = signed_in(checker).get(address(in_review)).context["page"].timeline.entries

        assert entries[0].what == "Return with a comment: in review → checking"
        assert (entries[0].actor, entries[0].comment) == (str(second), "Which year?")
        assert sum(entry.is_step for entry in entries) == 2, "each step once"


class TestSteps:
    def test_two_people_take_a_claim_to_verified(
        self, checker: User, second: User, in_review: Claim
    ) -> None:
        done = signed_in(second).post(
            address(in_review, "verify"), {"seen_version": in_review.version}, follow=True
        )

        assert "Verify: the claim is verified now." in done.text
        in_review.refresh_from_db()
        assert (in_review.state, in_review.verified_by) == (ClaimState.VERIFIED, second)

    def test_a_refusal_keeps_what_was_typed(self, checker: User, in_review: Claim) -> None:
        page = signed_in(checker).post(
            address(in_review, "verify"),
            {"seen_version": in_review.version, "comment": "Looks right to me."},
        )

        assert page.status_code == 200
        assert "is for editors and administrators" in page.text
        assert "Looks right to me." in page.text
        in_review.refresh_from_db()
        assert in_review.state == ClaimState.IN_REVIEW

    def test_the_submitter_may_break_the_glass_only_with_a_reason(self) -> None:
        boss = member_of(Role.ADMINISTRATOR)
        claim = claim_in(ClaimState.CHECKING)
        take_step(claim_id=claim.pk, step="submit", by=boss)
        client = signed_in(boss)

        page = client.post(address(claim, "verify"), {"comment": "Alone."})
        assert "Say why nobody else can verify it now." in page.text
        assert Claim.objects.get(pk=claim.pk).state == ClaimState.IN_REVIEW

        client.post(address(claim, "verify"), {"break_glass_reason": "Night shift."})
        assert Claim.objects.get(pk=claim.pk).break_glass_reason == "Night shift."

    def test_a_step_on_a_claim_that_changed_is_asked_once_more_with_what_changed(
        self, second: User, checker: User, in_review: Claim
    ) -> None:
        take_step(claim_id=in_review.pk, step="return", comment="Later.", by=second)
        Claim.objects.filter(pk=in_review.pk).update(rationale="Quite another one.")
        take_step(claim_id=in_review.pk, step="submit", by=checker)

        client = signed_in(second)
        page = client.post(
            address(in_review, "verify"), {"seen_version": in_review.version, "comment": "Fine."}
        )

        assert "Somebody changed the claim while you were at it." in page.text
        assert "Quite another one." in page.text
        assert "Fine.</textarea>" in page.text
        assert Claim.objects.get(pk=in_review.pk).state == ClaimState.IN_REVIEW
        again = {"seen_version": page.context["form"]["seen_version"].value()}
        client.post(address(in_review, "verify"), again)
        assert Claim.objects.get(pk=in_review.pk).state == ClaimState.VERIFIED

    def test_starting_makes_it_mine_unless_i_say_no(self, checker: User) -> None:
        claim, other = ClaimFactory.create(), ClaimFactory.create()
        client = signed_in(checker)

        client.post(address(claim, "start"), {"mine": "on"})
        client.post(address(other, "start"), {})

        claim.refresh_from_db()
        other.refresh_from_db()
        assert (claim.state, claim.assignee) == (ClaimState.CHECKING, checker)
        assert (other.state, other.assignee) == (ClaimState.CHECKING, None)

    @pytest.mark.parametrize("action", ["vanish", "state", "change_view"])
    def test_what_is_no_action_is_not_found(self, checker: User, action: str) -> None:
        assert signed_in(checker).get(address(ClaimFactory.create(), action)).status_code == 404

    def test_who_may_not_see_claims_does_nothing(self) -> None:
        client = signed_in(member_of(Role.IMPORT_CLIENT))
        claim = ClaimFactory.create()

        assert client.post(address(claim, "start"), {}).status_code == 403
        assert Claim.objects.get(pk=claim.pk).state == ClaimState.NEW


class TestContacts:
    def test_one_is_logged_and_answered(self, checker: User) -> None:
        claim, client = ClaimFactory.create(), signed_in(checker)
        client.post(
            address(claim, "contact"),
            {"whom": "The port", "channel": "email", "asked_at": "2026-03-08T10:00"},
        )
        contact = Contact.objects.get()

        client.post(
            address(claim, "outcome", contact.pk),
            {"outcome": "answered", "answer": "It is so.", "answered_at": "2026-03-08T12:00"},
        )

        contact.refresh_from_db()
        assert (contact.whom, contact.answer, contact.recorded_by) == (
            "The port",
            "It is so.",
            checker,
        )
        assert "It is so." in client.get(address(claim)).text

    def test_that_of_another_claim_is_not_answered_here(self, checker: User) -> None:
        contact = log_contact(
            claim_id=ClaimFactory.create().pk,
            whom="The port",
            channel=Channel.PHONE,
            asked_at=timezone.now(),
            by=checker,
        )

        signed_in(checker).post(
            address(ClaimFactory.create(), "outcome", contact.pk),
            {"outcome": "declined", "answered_at": "2126-03-08T12:00"},
        )

        contact.refresh_from_db()
        assert contact.outcome == ""

    def test_a_mistake_keeps_what_was_typed(self, checker: User) -> None:
        page = signed_in(checker).post(
            address(ClaimFactory.create(), "contact"),
            {
                "whom": "The port",
                "channel": "email",
                "asked_at": "2026-03-08T10:00",
                "deadline": "2026-03-07T10:00",
            },
        )

        assert "The deadline is before they were asked." in page.text
        assert 'value="The port"' in page.text
        assert not Contact.objects.exists()


class TestASecondRater:
    @pytest.fixture
    def rater(self) -> User:
        return member_of(Role.CHECKER)

    @pytest.fixture
    def asked(self, in_review: Claim, rater: User, second: User) -> SecondRating:
        return ask_second_rating(claim_id=in_review.pk, rater_id=rater.pk, by=second)

    def test_sees_neither_rating_nor_rationale_anywhere(
        self, in_review: Claim, rater: User, asked: SecondRating
    ) -> None:
        Claim.objects.filter(pk=in_review.pk).update(due=timezone.now())
        client = signed_in(rater)
        label = str(in_review.rating)
        shown = {
            "page": client.get(address(in_review)).context["page"],
            "list": client.get("/admin/claims/claim/").text,
            "by rating": client.get(f"/admin/claims/claim/?rating__id__exact={in_review.rating_id}")
            .context["cl"]
            .result_count,
        }
        page = client.get(address(in_review)).text

        assert "The port counts fewer." not in page
        assert f'class="claim-rating">{label}' not in page
        fields = {
            change.name for entry in shown["page"].timeline.entries for change in entry.changes
        }
        assert not fields & {"rating", "rationale", "method"}
        assert "hidden until you have rated" in shown["list"]
        assert f">{label}</td>" not in shown["list"].replace("\n", "").replace("  ", "")
        assert shown["by rating"] == 0

    def test_sees_both_once_theirs_is_given(
        self, in_review: Claim, rater: User, asked: SecondRating
    ) -> None:
        client = signed_in(rater)
        assert in_review.rating

        client.post(
            address(in_review, "rate", asked.pk),
            {"rating": in_review.rating_id, "rationale": "I counted, too."},
        )

        page = client.get(address(in_review)).text
        assert "The port counts fewer." in page
        assert "I counted, too." in page
        assert "Both say the same." in page

    def test_who_differs_is_settled_by_a_third_on_the_page(
        self, in_review: Claim, rater: User, second: User, asked: SecondRating
    ) -> None:
        other: Any = RatingFactory.create(label="True")
        give_second_rating(
            second_rating_id=asked.pk, rating_id=other.pk, rationale="Mine.", by=rater
        )
        client = signed_in(second)
        assert "a third person’s word" in client.get(address(in_review)).text

        client.post(
            address(in_review, "settle", asked.pk),
            {"rating": in_review.rating_id, "resolution": "The table says so."},
        )
        client.post(address(in_review, "verify"), {})

        assert Claim.objects.get(pk=in_review.pk).state == ClaimState.VERIFIED
