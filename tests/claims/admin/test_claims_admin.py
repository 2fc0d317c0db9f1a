"""The page and the list of claims."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim, ClaimState, Evidence
from claims.verification.services import take_step
from claims.verification.states import SIGNED
from newsroom.accounts.models import User
from newsroom.history import acting
from sources.merging import merge_sources
from tests.claims.states import claim_in, take_step_on_record
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
        "seen_version": claim.version,
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
        entry = editor_client.get(address(claim)).context["page"].timeline.entries[0]
        assert (entry.actor, entry.where) == ("editor", address(claim))
        assert [change.after for change in entry.changes] == ["So it is."]

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
        (told,) = page.context["differences"]
        assert (told.label, told.before, told.theirs) == ("Rationale", "nothing", "Theirs.")
        assert (told.mine, told.is_mine_too) == ("Mine.", True)
        assert "Mine.</textarea>" in page.text
        assert "By hand.</textarea>" in page.text
        claim.refresh_from_db()
        assert (claim.rationale, claim.method) == ("Theirs.", "")

    def test_what_only_they_changed_is_theirs_in_the_form(
        self, editor_client: Client, claim: Claim
    ) -> None:
        typed = form(claim, rationale="Mine.")
        Claim.objects.filter(pk=claim.pk).update(method="Theirs.")

        page = editor_client.post(address(claim), typed)
        shown = page.context["adminform"].form

        (told,) = page.context["differences"]
        assert (told.name, told.is_mine_too) == ("method", False)
        assert (shown["method"].value(), shown["rationale"].value()) == ("Theirs.", "Mine.")
        values = {name: shown[name].value() for name in ("method", "seen_version")}
        editor_client.post(address(claim), {**typed, **values})
        claim.refresh_from_db()
        assert (claim.method, claim.rationale) == ("Theirs.", "Mine."), "both are kept"

    def test_for_each_field_that_both_changed_one_chooses(
        self, editor_client: Client, claim: Claim
    ) -> None:
        typed = form(claim, rationale="Mine.", method="My way.")
        Claim.objects.filter(pk=claim.pk).update(rationale="Theirs.", method="Their way.")
        shown = editor_client.post(address(claim), typed).context["adminform"].form

        editor_client.post(
            address(claim),
            {
                **typed,
                "seen_version": shown["seen_version"].value(),
                "choose_rationale": "theirs",
                "choose_method": "mine",
            },
        )

        claim.refresh_from_db()
        assert (claim.rationale, claim.method) == ("Theirs.", "My way.")

    def test_it_says_who_changed_what(self, editor_client: Client, claim: Claim) -> None:
        typed = form(claim, rationale="Mine.")
        with acting(UserFactory.create(username="mia")):
            Claim.objects.filter(pk=claim.pk).update(rationale="Theirs.")

        page = editor_client.post(address(claim), typed)

        assert [one.by for one in page.context["differences"]] == ["mia"]

    def test_evidence_and_assignments_meanwhile_are_no_conflict(
        self, editor_client: Client, claim: Claim
    ) -> None:
        typed = form(claim, rationale="Mine.")
        EvidenceFactory.create(claim=claim)
        Claim.objects.filter(pk=claim.pk).update(assignee=UserFactory.create())

        assert editor_client.post(address(claim), typed).status_code == 302

        claim.refresh_from_db()
        assert claim.rationale == "Mine."
        assert claim.assignee is not None

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

    def test_a_role_is_still_to_be_chosen_when_its_source_was_merged(
        self, editor: User, editor_client: Client
    ) -> None:
        role = AffiliationFactory.create()
        claim = ClaimFactory.create(speaker=role.source, affiliation=role)
        into = SourceFactory.create(kind=role.source.kind)
        merge_sources(duplicate_id=role.source_id, into_id=into.pk, by=editor)
        claim.refresh_from_db()

        editor_client.post(address(claim), form(claim, rationale="The port's figures."))

        claim.refresh_from_db()
        assert (claim.rationale, claim.affiliation) == ("The port's figures.", role)

    def test_the_form_says_what_can_be_typed_as_a_language(self, editor_client: Client) -> None:
        html = editor_client.get(f"{CLAIMS}add/").text

        assert "such as en, de or pt-BR" in html
        assert "BCP 47" not in html

    def test_a_claim_written_by_hand_names_its_author(
        self, editor: User, editor_client: Client
    ) -> None:
        editor_client.post(
            f"{CLAIMS}add/",
            {"statement": "Traffic rose.", "kind": "fact", "language": "en"},
        )

        claim = Claim.objects.get()
        assert (claim.statement, claim.state, claim.created_by) == ("Traffic rose.", "new", editor)


@pytest.mark.parametrize("field", ["speaker", "affiliation"])
@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000], ids=["²", "30 digits", "5000"])
class TestNumbersThatAreNone:
    """What no form of ours sends."""

    def test_a_change_is_refused_in_words(
        self, editor_client: Client, claim: Claim, field: str, number: str
    ) -> None:
        page = editor_client.post(address(claim), form(claim, **{field: number}))

        assert page.status_code == 200
        assert field in page.context["adminform"].form.errors

    def test_so_is_a_new_claim(self, editor_client: Client, field: str, number: str) -> None:
        page = editor_client.post(
            f"{CLAIMS}add/",
            {"statement": "Traffic rose.", "kind": "fact", "language": "en", field: number},
        )

        assert page.status_code in (200, 302)
        assert Claim.objects.exists() == (field == "affiliation"), "not on that form"


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
        editor_client.post(
            address(in_review),
            form(
                in_review,
                statement="Something else.",
                rating=RatingFactory.create().pk,
                rationale="Other words.",
            ),
        )

        after = Claim.objects.get(pk=in_review.pk)
        assert after.statement == in_review.statement
        assert after.rating == in_review.rating
        assert after.rationale == in_review.rationale

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
            take_step_on_record(claim_id=in_review.pk, step=step, by=other, comment="because")

        fields = editor_client.get(address(in_review)).context["adminform"].form.fields

        assert set(fields) == {"seen_version"}

    def test_a_claim_that_was_sent_for_review_meanwhile_is_not_saved(
        self, editor: User, editor_client: Client
    ) -> None:
        claim = ClaimFactory.create(rating=RatingFactory.create(), rationale="So it is.")
        EvidenceFactory.create(claim=claim)
        take_step(claim_id=claim.pk, step="start", by=editor)
        claim.refresh_from_db()
        typed = form(claim, rationale="Other words.")
        take_step(claim_id=claim.pk, step="submit", by=editor)

        page = editor_client.post(address(claim), typed)

        assert "Somebody changed this claim while you were working on it" in page.text
        claim.refresh_from_db()
        assert (claim.rationale, claim.state) == ("So it is.", "in_review")
        assert [one.mine for one in page.context["unsaved"]] == ["Other words."]
        assert "Other words." in page.text, "to be copied from there"

    def test_the_way_so_far_is_shown(self, editor_client: Client, in_review: Claim) -> None:
        page = editor_client.get(address(in_review))

        assert "checking → in review" in page.text
        assert "Submit for review" in page.text

    def test_every_state_has_its_colour(self) -> None:
        from claims.admin.claim_labels import STATE_COLOURS

        assert set(STATE_COLOURS) == set(ClaimState)


class TestEvidence:
    def test_it_is_added_on_the_page_and_names_who_did(
        self, editor: User, editor_client: Client, claim: Claim
    ) -> None:
        done = editor_client.post(
            f"{CLAIMS}{claim.pk}/do/evidence/",
            {
                "stance": "refutes",
                "nature": "primary",
                "heading": "Port statistics",
                "url": "example.org/stats",
            },
        )

        assert done.status_code == 302
        evidence = claim.evidence.get()
        assert (evidence.title, evidence.added_by) == ("Port statistics", editor)
        assert evidence.url == "https://example.org/stats"

    def test_a_form_that_was_open_when_the_claim_was_submitted_adds_none_and_keeps_the_words(
        self, editor_client: Client, in_review: Claim
    ) -> None:
        page = editor_client.post(
            f"{CLAIMS}{in_review.pk}/do/evidence/",
            {"stance": "refutes", "nature": "primary", "heading": "One more"},
        )

        assert "The evidence of what is in review or verified does not change" in page.text
        assert 'value="One more"' in page.text
        assert in_review.evidence.count() == 1

    def test_the_page_says_why_it_offers_no_change(
        self, editor_client: Client, in_review: Claim
    ) -> None:
        page = editor_client.get(address(in_review))

        assert (
            "While a claim is in review, its statement, verdict and evidence do not change. "
            "Before that comes the step “Return with a comment”."
        ) in page.text
        assert in_review.evidence.get().title in page.text
        assert 'name="heading"' not in page.text

    def test_a_claim_that_is_still_open_needs_no_explanation(
        self, editor_client: Client, claim: Claim
    ) -> None:
        EvidenceFactory.create(claim=claim)

        page = editor_client.get(address(claim))

        assert "do not change" not in page.text
        assert 'name="heading"' in page.text

    @pytest.mark.parametrize("state", SIGNED)
    def test_the_page_of_one_is_closed_with_its_claim(
        self, editor_client: Client, state: ClaimState
    ) -> None:
        claim = claim_in(state)
        evidence = claim.evidence.get()

        page = editor_client.get(evidence_address(evidence))
        typed = editor_client.post(
            evidence_address(evidence),
            {
                "claim": claim.pk,
                "stance": "supports",
                "nature": "secondary",
                "title": "Other words",
                "accessed_at_0": "2026-01-02",
                "accessed_at_1": "10:00",
            },
        )
        deleted = editor_client.post(evidence_address(evidence, "delete"), {"post": "yes"})

        assert f"While a claim is {state.label}, its statement, verdict and" in page.text
        assert ("Before that comes the step" in page.text) == (state != ClaimState.WITHDRAWN)
        assert 'name="title"' not in page.text
        assert (typed.status_code, deleted.status_code) == (403, 403)
        assert Evidence.objects.get().title == evidence.title

    def test_the_page_of_one_on_an_open_claim_is_a_form(
        self, editor_client: Client, claim: Claim
    ) -> None:
        page = editor_client.get(evidence_address(EvidenceFactory.create(claim=claim)))

        assert 'name="title"' in page.text
        assert "do not change" not in page.text

    def test_a_new_one_on_a_signed_claim_is_refused_in_words(
        self, editor_client: Client, in_review: Claim
    ) -> None:
        page = editor_client.post(
            "/admin/claims/evidence/add/",
            {
                "claim": in_review.pk,
                "stance": "supports",
                "nature": "secondary",
                "title": "A report",
                "accessed_at_0": "2026-01-02",
                "accessed_at_1": "10:00",
            },
        )

        assert page.status_code == 200
        assert "The evidence of what is in review or verified does not change" in page.text
        assert 'value="A report"' in page.text
        assert in_review.evidence.count() == 1

    def test_several_are_refused_in_words_too(
        self, editor_client: Client, in_review: Claim
    ) -> None:
        other = EvidenceFactory.create()
        chosen = {
            "action": "delete_selected",
            "_selected_action": [in_review.evidence.get().pk, other.pk],
        }

        asked = editor_client.post("/admin/claims/evidence/", chosen)
        page = editor_client.post("/admin/claims/evidence/", {**chosen, "post": "yes"}, follow=True)

        assert "permission" not in asked.text
        assert "The evidence of what is in review or verified does not change" in page.text
        assert Evidence.objects.count() == 2, "all of them or none"

    def test_who_may_not_delete_evidence_is_told_so(
        self, editor: User, editor_client: Client, claim: Claim
    ) -> None:
        editor.is_superuser = False
        editor.save()
        editor.user_permissions.set(
            Permission.objects.filter(codename__in=["view_evidence", "change_evidence"])
        )
        evidence = EvidenceFactory.create(claim=claim)

        editor_client.post(
            "/admin/claims/evidence/",
            {"action": "delete_selected", "_selected_action": [evidence.pk], "post": "yes"},
        )

        assert claim.evidence.exists()

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

        queries(10)  # the first look prepares what the later ones use

        assert queries(10) == queries(10)


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


def evidence_address(evidence: Evidence, page: str = "change") -> str:
    return f"/admin/claims/evidence/{evidence.pk}/{page}/"
