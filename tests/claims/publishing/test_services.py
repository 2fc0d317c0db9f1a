"""Publishing, correcting and withdrawing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.errors import (
    ChangedMeanwhile,
    DomainError,
    GateClosed,
    NotPermitted,
    TransitionNotAllowed,
)
from claims.models import Claim, ClaimState, ClaimTransition
from claims.publishing.models import Correction, FactCheck, FactCheckState, Severity
from claims.publishing.services import NotFit, Wording, correct, publish, suggested, withdraw
from claims.verification.services import take_step
from newsroom.articles.models import ArticleStatus
from tests.claims.publishing.published import WORDING, boss, published, verified_claim
from tests.claims.states import claim_in
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ArticleFactory,
    RatingFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def state(fact_check: FactCheck) -> str:
    return Claim.objects.get(pk=fact_check.claim_id).state


class TestPublishing:
    def test_the_claim_takes_its_step_and_readers_see_it(self) -> None:
        by = boss()

        fact_check = publish(claim_id=verified_claim().pk, wording=WORDING, by=by)

        fact_check = FactCheck.objects.get(pk=fact_check.pk)
        assert (fact_check.slug, fact_check.headline) == (WORDING.slug, WORDING.headline)
        assert (fact_check.state, fact_check.version) == (FactCheckState.PUBLISHED, 1)
        assert fact_check.published_by == by
        assert state(fact_check) == ClaimState.PUBLISHED
        assert ClaimTransition.objects.get(claim=fact_check.claim).name == "publish"

    def test_the_body_is_a_copy_that_later_work_does_not_change(self) -> None:
        role = AffiliationFactory.create(title="Minister", party="Centre Union")
        claim = verified_claim(speaker=role.source, affiliation=role, method="We asked.")
        AppearanceFactory.create(claim=claim, speaker_name="Minister Lund")
        fact_check = publish(claim_id=claim.pk, wording=WORDING, by=boss())
        before = FactCheck.objects.get(pk=fact_check.pk).body

        role.source.name = "Somebody Else"
        role.source.save()
        claim.rating.label = "Renamed"  # type: ignore[union-attr]
        claim.rating.save()  # type: ignore[union-attr]

        after = FactCheck.objects.get(pk=fact_check.pk).body
        assert after == before
        assert after["speaker"]["role"] == "Minister (Centre Union)"
        assert after["appearances"][0]["said_by"] == "Minister Lund"
        assert after["evidence"][0]["title"] == "Port statistics 2024"
        assert after["method"] == "We asked."

    def test_what_is_not_given_is_taken_from_the_claim(self) -> None:
        claim = verified_claim(statement="Traffic rose by 9 percent in 2024.")

        fact_check = publish(claim_id=claim.pk, by=boss())

        assert fact_check.short_claim == "Traffic rose by 9 percent in 2024"
        assert fact_check.slug == "traffic-rose-by-9-percent-in-2024"
        assert fact_check.summary == "The port's own figures."

    def test_a_second_check_of_the_same_words_gets_another_address(self) -> None:
        first, second = (verified_claim(statement="Traffic rose.") for _ in range(2))
        publish(claim_id=first.pk, by=boss())

        assert suggested(second).slug == "traffic-rose-2"
        with pytest.raises(NotFit, match="Another check has this address"):
            publish(claim_id=second.pk, wording=Wording(slug="traffic-rose"), by=boss())
        assert publish(claim_id=second.pk, by=boss()).slug == "traffic-rose-2"

    def test_the_lint_s_findings_stop_it_and_name_their_fields(self) -> None:
        claim = verified_claim(statement="The port said " + "so and " * 20 + "more.")

        with pytest.raises(NotFit) as refusal:
            publish(claim_id=claim.pk, wording=Wording(headline="x" * 80), by=boss())

        assert {finding.field for finding in refusal.value.findings} == {"headline", "short_claim"}
        assert not FactCheck.objects.exists()
        assert Claim.objects.get(pk=claim.pk).state == ClaimState.VERIFIED

    @pytest.mark.parametrize(
        ("story", "says"),
        [
            ({"status": ArticleStatus.KILLED}, "is killed"),
            ({"status": ArticleStatus.WITHHELD}, "is withheld"),
            ({"embargoed_until": timezone.now() + timedelta(hours=2)}, "is under embargo until"),
        ],
    )
    def test_a_story_that_may_not_be_published_on_stands_in_the_way_by_name(
        self, story: dict[str, Any], says: str
    ) -> None:
        claim = verified_claim()
        article = ArticleFactory.create(headline="Harbour secrets", **story)
        AppearanceFactory.create(claim=claim, revision=RevisionFactory.create(article=article))

        with pytest.raises(GateClosed, match=f"“Harbour secrets” .*{says}"):
            publish(claim_id=claim.pk, wording=WORDING, by=boss())

        assert not FactCheck.objects.exists()
        assert Claim.objects.get(pk=claim.pk).state == ClaimState.VERIFIED

    def test_an_embargo_that_has_ended_does_not(self) -> None:
        claim = verified_claim()
        article = ArticleFactory.create(embargoed_until=timezone.now() - timedelta(hours=2))
        AppearanceFactory.create(claim=claim, revision=RevisionFactory.create(article=article))

        assert publish(claim_id=claim.pk, wording=WORDING, by=boss()).pk

    @pytest.mark.parametrize("where", [ClaimState.IN_REVIEW, ClaimState.SHELVED, ClaimState.NEW])
    def test_only_what_is_verified_is_published(self, where: ClaimState) -> None:
        with pytest.raises(TransitionNotAllowed, match="has to be verified first"):
            publish(claim_id=claim_in(where).pk, wording=WORDING, by=boss())

        assert not FactCheck.objects.exists()

    def test_it_needs_the_permission_and_the_version_that_was_read(self) -> None:
        claim = verified_claim()

        with pytest.raises(NotPermitted):
            publish(claim_id=claim.pk, wording=WORDING, by=UserFactory.create())
        with pytest.raises(ChangedMeanwhile):
            publish(claim_id=claim.pk, wording=WORDING, by=boss(), expected_version=1)

        assert not FactCheck.objects.exists()


class TestCorrecting:
    def test_step_record_and_page_change_together(self) -> None:
        fact_check, by = published(), boss()

        correct(
            claim_id=fact_check.claim_id,
            text="The table was misread.",
            severity=Severity.MINOR,
            changes={"rationale": "The port’s table, read again."},
            by=by,
        )

        now = FactCheck.objects.get(pk=fact_check.pk)
        correction = Correction.objects.get(fact_check=now)
        assert (now.state, now.version, correction.version) == (FactCheckState.CORRECTED, 2, 2)
        assert now.body["rationale"] == "The port’s table, read again."
        assert now.claim.rationale == "The port’s table, read again."
        assert now.modified_at == correction.at > fact_check.published_at
        assert (correction.by, correction.severity) == (by, Severity.MINOR)
        assert (correction.rating_before, correction.rating_after) == ("", "")
        assert state(now) == ClaimState.CORRECTED

    def test_a_further_correction_carries_new_content_too(self) -> None:
        fact_check = published()
        for rationale in ("Once.", "Twice.", "Thrice."):
            correct(
                claim_id=fact_check.claim_id,
                text="Again.",
                severity=Severity.MINOR,
                changes={"rationale": rationale},
                by=boss(),
            )

        now = FactCheck.objects.get(pk=fact_check.pk)
        assert (now.version, now.body["rationale"]) == (4, "Thrice.")
        assert list(now.corrections.values_list("version", flat=True)) == [4, 3, 2]

    def test_a_changed_rating_is_major_and_says_from_what_to_what(self) -> None:
        fact_check = published()
        new = RatingFactory.create(label="Half true", value=3)

        with pytest.raises(DomainError, match="“Mostly false” to “Half true”: that is a major"):
            correct(
                claim_id=fact_check.claim_id,
                text="Misread.",
                severity=Severity.MINOR,
                changes={"rating": new},
                by=boss(),
            )
        assert not Correction.objects.exists()

        correct(
            claim_id=fact_check.claim_id,
            text="Misread.",
            severity=Severity.MAJOR,
            changes={"rating": new},
            by=boss(),
        )
        now = FactCheck.objects.get(pk=fact_check.pk)
        correction = now.corrections.get()
        assert (correction.rating_before, correction.rating_after) == ("Mostly false", "Half true")
        assert (now.rating, now.body["rating"]["label"]) == (new, "Half true")

    def test_it_needs_a_text_and_something_published(self) -> None:
        fact_check = published()
        with pytest.raises(DomainError, match="needs a text"):
            correct(claim_id=fact_check.claim_id, text=" \n", severity=Severity.MINOR, by=boss())
        with pytest.raises(TransitionNotAllowed, match="Only what is published is corrected"):
            correct(claim_id=verified_claim().pk, text="Oh.", severity=Severity.MINOR, by=boss())
        assert not Correction.objects.exists()

    @pytest.mark.parametrize("field", ["state", "verified_by", "assignee", "version", "nonsense"])
    def test_it_changes_nothing_but_what_was_signed(self, field: str) -> None:
        fact_check = published()

        with pytest.raises(DomainError, match="A correction does not change"):
            correct(
                claim_id=fact_check.claim_id,
                text="Oh.",
                severity=Severity.MINOR,
                changes={field: "x"},
                by=boss(),
            )
        assert not Correction.objects.exists()


class TestWithdrawing:
    def test_the_page_stays_with_the_reason(self) -> None:
        fact_check, by = published(), boss()

        withdraw(claim_id=fact_check.claim_id, reason=" The recording was false. ", by=by)

        now = FactCheck.objects.get(pk=fact_check.pk)
        assert now.state == FactCheckState.WITHDRAWN
        assert (now.withdrawal_reason, now.withdrawn_by) == ("The recording was false.", by)
        assert now.withdrawn_at == now.modified_at
        assert state(now) == ClaimState.WITHDRAWN

    def test_it_needs_a_reason_and_is_done_once(self) -> None:
        fact_check = published()
        with pytest.raises(DomainError, match="needs a reason"):
            withdraw(claim_id=fact_check.claim_id, reason=" ", by=boss())
        assert state(fact_check) == ClaimState.PUBLISHED
        withdraw(claim_id=fact_check.claim_id, reason="Wrong.", by=boss())

        for step in (
            lambda: withdraw(claim_id=fact_check.claim_id, reason="Again.", by=boss()),
            lambda: correct(
                claim_id=fact_check.claim_id, text="Oh.", severity=Severity.MINOR, by=boss()
            ),
        ):
            with pytest.raises(TransitionNotAllowed):
                step()


class TestPublishingAgain:
    def rechecked(self) -> FactCheck:
        """A published check whose claim went through a recheck, with another rationale."""
        fact_check = published()
        claim_id, checker = fact_check.claim_id, boss()
        take_step(claim_id=claim_id, step="recheck", by=checker, comment="New figures.")
        take_step(claim_id=claim_id, step="start", by=checker)
        Claim.objects.filter(pk=claim_id).update(rationale="The new figures.")
        take_step(claim_id=claim_id, step="submit", by=checker)
        take_step(claim_id=claim_id, step="verify", by=boss())
        return fact_check

    def test_readers_see_the_old_page_until_then(self) -> None:
        fact_check = self.rechecked()

        now = FactCheck.objects.get(pk=fact_check.pk)
        assert (now.state, now.body) == (FactCheckState.PUBLISHED, fact_check.body)

    def test_it_says_what_has_changed(self) -> None:
        fact_check = self.rechecked()
        with pytest.raises(DomainError, match="was published before"):
            publish(claim_id=fact_check.claim_id, by=boss())

        publish(
            claim_id=fact_check.claim_id,
            comment="New figures came out.",
            severity=Severity.MINOR,
            by=boss(),
        )

        now = FactCheck.objects.get(pk=fact_check.pk)
        assert now.body["rationale"] == "The new figures."
        assert (now.slug, now.published_at) == (fact_check.slug, fact_check.published_at)
        assert now.corrections.get().text == "New figures came out."
        assert state(now) == ClaimState.PUBLISHED


def test_an_unnamed_speaker_stays_unnamed() -> None:
    claim = verified_claim()
    AppearanceFactory.create(
        claim=claim,
        sourcing="unnamed",
        speaker_name="a port official",
        anonymity_reason="not authorised to speak",
    )

    body = publish(claim_id=claim.pk, wording=WORDING, by=boss()).body

    assert body["speaker"] is None
    assert body["appearances"][0]["said_by"] == "a port official"


def test_names_of_people_are_those_they_sign_with() -> None:
    person = SourceFactory.create(name="Ana Lund")

    assert published(speaker=person).body["speaker"]["name"] == "Ana Lund"
