"""The page and the list of claims."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim, ClaimState, Evidence
from claims.verification.services import take_step
from newsroom.accounts.models import User
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    RatingFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CLAIMS = "/admin/claims/claim/"


def address(claim: Claim) -> str:
    return f"{CLAIMS}{claim.pk}/change/"


def form(claim: Claim, **fields: Any) -> dict[str, Any]:
    """What the page of a claim without evidence sends when nobody touched it."""
    return {
        "statement": claim.statement,
        "kind": claim.kind,
        "language": claim.language,
        "speaker": claim.speaker_id or "",
        "affiliation": claim.affiliation_id or "",
        "as_of": "",
        "rating": claim.rating_id or "",
        "rationale": claim.rationale,
        "method": claim.method,
        "assignee": "",
        "due_0": "",
        "due_1": "",
        "seen_version": claim.version,
        **{
            f"{prefix}-{key}": 0
            for prefix in ("evidence", "appearances", "transitions")
            for key in ("TOTAL_FORMS", "INITIAL_FORMS")
        },
        **fields,
    }


@pytest.fixture
def claim() -> Claim:
    return Claim.objects.get(pk=ClaimFactory.create().pk)


@pytest.fixture
def in_review(editor: User) -> Claim:
    claim = ClaimFactory.create(rating=RatingFactory.create(), rationale="The table says so.")
    EvidenceFactory.create(claim=claim)
    take_step(claim_id=claim.pk, step="start", by=editor)
    return take_step(claim_id=claim.pk, step="submit", by=editor)


class TestSaving:
    def test_what_was_typed_is_saved_and_on_record(
        self, editor_client: Client, claim: Claim
    ) -> None:
        page = editor_client.post(address(claim), form(claim, rationale="So it is."), follow=True)

        assert page.status_code == 200
        claim.refresh_from_db()
        assert (claim.rationale, claim.version) == ("So it is.", 2)
        step = editor_client.get(address(claim)).context["history"][0]
        assert (step.actor, step.where) == ("editor", address(claim))

    def test_saving_without_a_change_changes_nothing(
        self, editor_client: Client, claim: Claim
    ) -> None:
        editor_client.post(address(claim), form(claim))

        claim.refresh_from_db()
        assert claim.version == 1

    def test_a_change_meanwhile_is_told_and_nothing_is_lost(
        self, editor_client: Client, claim: Claim
    ) -> None:
        typed = form(claim, rationale="Mine.", method="By hand.")
        Claim.objects.filter(pk=claim.pk).update(rationale="Theirs.")

        page = editor_client.post(address(claim), typed)

        assert page.status_code == 200
        assert "Somebody changed this claim while you were working on it" in page.text
        assert "Stored meanwhile: “Theirs.”" in page.text
        assert "Mine.</textarea>" in page.text
        assert "By hand.</textarea>" in page.text
        claim.refresh_from_db()
        assert (claim.rationale, claim.method) == ("Theirs.", "")

    def test_a_field_that_both_left_alone_is_not_complained_about(
        self, editor_client: Client, claim: Claim
    ) -> None:
        """The form knows no microseconds; the database does."""
        due = timezone.now().replace(microsecond=123456)
        Claim.objects.filter(pk=claim.pk).update(due=due)
        typed = form(claim, due_0=f"{due:%Y-%m-%d}", due_1=f"{due:%H:%M:%S}", rationale="Mine.")

        errors = editor_client.post(address(claim), typed).context["adminform"].form.errors

        assert set(errors) == {"__all__", "rationale"}

    def test_who_saves_once_more_has_seen_the_change(
        self, editor_client: Client, claim: Claim
    ) -> None:
        typed = form(claim, rationale="Mine.")
        Claim.objects.filter(pk=claim.pk).update(rationale="Theirs.")
        shown = editor_client.post(address(claim), typed).context["adminform"].form

        editor_client.post(address(claim), {**typed, "seen_version": shown["seen_version"].value()})

        claim.refresh_from_db()
        assert claim.rationale == "Mine."

    def test_a_form_without_its_version_is_not_saved(
        self, editor_client: Client, claim: Claim
    ) -> None:
        typed = form(claim, rationale="Mine.")
        del typed["seen_version"]

        editor_client.post(address(claim), typed)

        claim.refresh_from_db()
        assert claim.rationale == ""

    def test_a_role_of_somebody_else_is_refused(self, editor_client: Client, claim: Claim) -> None:
        ana, ben = SourceFactory.create(), SourceFactory.create()
        of_ben = AffiliationFactory.create(source=ben)

        page = editor_client.post(
            address(claim), form(claim, speaker=ana.pk, affiliation=of_ben.pk)
        )

        assert page.status_code == 200
        assert "affiliation" in page.context["adminform"].form.errors
        claim.refresh_from_db()
        assert claim.affiliation is None

    def test_a_role_of_the_speaker_just_chosen_is_taken(
        self, editor_client: Client, claim: Claim
    ) -> None:
        role = AffiliationFactory.create()

        editor_client.post(address(claim), form(claim, speaker=role.source_id, affiliation=role.pk))

        claim.refresh_from_db()
        assert claim.affiliation == role

    def test_a_role_does_not_outlive_its_speaker(self, editor_client: Client) -> None:
        role = AffiliationFactory.create()
        claim = ClaimFactory.create(speaker=role.source, affiliation=role)
        claim.refresh_from_db()

        page = editor_client.post(address(claim), form(claim, speaker=SourceFactory.create().pk))

        assert "affiliation" in page.context["adminform"].form.errors

    def test_a_claim_written_by_hand_names_its_author(
        self, editor: User, editor_client: Client
    ) -> None:
        editor_client.post(
            f"{CLAIMS}add/",
            {"statement": "Traffic rose.", "kind": "fact", "language": "en"},
        )

        claim = Claim.objects.get()
        assert (claim.statement, claim.state, claim.created_by) == ("Traffic rose.", "new", editor)


class TestState:
    def test_it_is_shown_with_the_steps_that_lead_on(
        self, editor_client: Client, in_review: Claim
    ) -> None:
        page = editor_client.get(address(in_review))

        assert "Return with a comment" in page.text
        assert "Verify" in page.text
        assert "Submit for review</td>" not in page.text.replace("\n", "")

    def test_it_is_no_field(self, editor_client: Client, claim: Claim) -> None:
        editor_client.post(
            address(claim),
            form(
                claim,
                state="published",
                verified_by=UserFactory.create().pk,
                version=99,
                rationale="So it is.",
            ),
        )

        claim.refresh_from_db()
        assert (claim.state, claim.verified_by, claim.version) == ("new", None, 2)
        assert claim.rationale == "So it is."

    def test_what_is_under_review_does_not_change(
        self, editor_client: Client, in_review: Claim
    ) -> None:
        evidence = in_review.evidence.get()
        assignee = UserFactory.create()

        editor_client.post(
            address(in_review),
            form(
                in_review,
                statement="Something else.",
                rating=RatingFactory.create().pk,
                rationale="Other words.",
                assignee=assignee.pk,
                **evidence_form(evidence),
            ),
        )

        after = Claim.objects.get(pk=in_review.pk)
        assert after.statement == in_review.statement
        assert after.rating == in_review.rating
        assert after.rationale == in_review.rationale
        assert after.assignee == assignee, "who works on it may change"

    @pytest.mark.parametrize(
        "steps",
        [
            ("verify",),
            ("verify", "publish"),
            ("verify", "publish", "correct"),
            ("verify", "publish", "withdraw"),
        ],
        ids=lambda steps: steps[-1],
    )
    def test_nor_does_what_was_concluded(
        self, editor_client: Client, in_review: Claim, steps: tuple[str, ...]
    ) -> None:
        other = UserFactory.create(is_superuser=True)
        for step in steps:
            take_step(claim_id=in_review.pk, step=step, by=other, comment="because")

        fields = editor_client.get(address(in_review)).context["adminform"].form.fields

        assert set(fields) == {"assignee", "due", "seen_version"}

    def test_a_claim_that_was_sent_for_review_meanwhile_is_not_saved(
        self, editor: User, editor_client: Client
    ) -> None:
        claim = ClaimFactory.create(rating=RatingFactory.create(), rationale="So it is.")
        evidence = EvidenceFactory.create(claim=claim)
        take_step(claim_id=claim.pk, step="start", by=editor)
        claim.refresh_from_db()
        typed = form(claim, rationale="Other words.", **evidence_form(evidence))
        take_step(claim_id=claim.pk, step="submit", by=editor)

        page = editor_client.post(address(claim), typed)

        assert "Somebody changed this claim while you were working on it" in page.text
        claim.refresh_from_db()
        assert (claim.rationale, claim.state) == ("So it is.", "in_review")

    def test_the_way_so_far_is_shown(self, editor_client: Client, in_review: Claim) -> None:
        page = editor_client.get(address(in_review))

        assert "checking → in review" in page.text
        assert "Submit for review" in page.text

    def test_every_state_has_its_colour(self) -> None:
        from claims.admin.claims import STATE_COLOURS

        assert set(STATE_COLOURS) == set(ClaimState)


class TestEvidence:
    def test_it_is_added_on_the_page_and_names_who_did(
        self, editor: User, editor_client: Client, claim: Claim
    ) -> None:
        editor_client.post(
            address(claim),
            form(
                claim,
                **{
                    "evidence-TOTAL_FORMS": 1,
                    "evidence-0-stance": "refutes",
                    "evidence-0-nature": "primary",
                    "evidence-0-title": "Port statistics",
                    "evidence-0-url": "example.org/stats",
                },
            ),
        )

        evidence = claim.evidence.get()
        assert (evidence.title, evidence.added_by) == ("Port statistics", editor)
        assert evidence.url == "https://example.org/stats"

    def test_the_last_piece_stays_while_the_claim_is_in_review(
        self, editor_client: Client, in_review: Claim
    ) -> None:
        evidence = in_review.evidence.get()

        page = editor_client.post(
            address(in_review),
            form(in_review, **evidence_form(evidence), **{"evidence-0-DELETE": "on"}),
        )

        assert page.status_code == 200
        assert "The last piece of evidence stays while a claim is in review." in page.text
        assert in_review.evidence.exists()

    def test_the_page_of_one_names_who_added_it(
        self, editor: User, editor_client: Client, claim: Claim
    ) -> None:
        editor_client.post(
            "/admin/claims/evidence/add/",
            {
                "claim": claim.pk,
                "stance": "supports",
                "nature": "secondary",
                "title": "A report",
                "accessed_at_0": "2026-01-02",
                "accessed_at_1": "10:00",
            },
        )

        assert claim.evidence.get().added_by == editor


class TestAppearances:
    def test_each_leads_to_its_story(self, editor_client: Client, claim: Claim) -> None:
        appearance = AppearanceFactory.create(claim=claim)

        page = editor_client.get(address(claim))

        story = reverse("admin:articles_article_change", args=[appearance.revision.article_id])
        assert story in page.text
        assert appearance.exact in page.text

    def test_a_passage_is_text(self, editor_client: Client, claim: Claim) -> None:
        AppearanceFactory.create(
            claim=claim, revision__text="<script>alert(1)</script>", start=0, end=25
        )

        page = editor_client.get(address(claim))

        assert "<script>alert(1)" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text

    def test_the_page_costs_the_same_number_of_queries_for_any_number_of_them(
        self, editor_client: Client, claim: Claim
    ) -> None:
        def queries(more: int) -> int:
            for _ in range(more):
                AppearanceFactory.create(claim=claim, speaker=SourceFactory.create())
            with CaptureQueriesContext(connection) as captured:
                assert editor_client.get(address(claim)).status_code == 200
            return len(captured)

        assert queries(2) == queries(10)


class TestList:
    def test_it_can_be_narrowed_to_several_states(
        self, editor_client: Client, in_review: Claim, claim: Claim
    ) -> None:
        listed = editor_client.get(f"{CLAIMS}?state__exact=in_review&state__exact=new")
        narrowed = editor_client.get(f"{CLAIMS}?state__exact=in_review")

        assert listed.context["cl"].result_count == 2
        assert [one.pk for one in narrowed.context["cl"].result_list] == [in_review.pk]

    def test_it_finds_by_statement_and_by_speaker(self, editor_client: Client) -> None:
        ana = ClaimFactory.create(speaker=SourceFactory.create(name="Ana Lund"))
        traffic = ClaimFactory.create(statement="Ferries run late.")

        for words, wanted in (("lund", ana), ("ferries", traffic)):
            page = editor_client.get(CLAIMS, {"q": words})
            assert [one.pk for one in page.context["cl"].result_list] == [wanted.pk]


def evidence_form(evidence: Evidence) -> dict[str, Any]:
    return {
        "evidence-TOTAL_FORMS": 1,
        "evidence-INITIAL_FORMS": 1,
        "evidence-0-id": evidence.pk,
        "evidence-0-claim": evidence.claim_id,
        "evidence-0-stance": evidence.stance,
        "evidence-0-nature": evidence.nature,
        "evidence-0-title": evidence.title,
    }
