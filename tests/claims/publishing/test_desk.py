"""Publishing in the admin, readers' requests, and the report."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from claims.models import Claim, ClaimState
from claims.origins import origins_of
from claims.publishing.compliance import harmless, report
from claims.publishing.models import (
    Correction,
    CorrectionRequest,
    FactCheck,
    RequestState,
    Severity,
)
from claims.publishing.requests import answer_request
from claims.publishing.services import Wording, correct
from claims.verification.recheck import recheck_changed
from newsroom.accounts.models import User
from newsroom.accounts.roles import Role
from tests.claims.publishing.published import boss, published, verified_claim
from tests.database import refused_by
from tests.factories import EvidenceFactory, SourceFactory, UserFactory
from tests.roles import member_of

pytestmark = pytest.mark.django_db

FORM = {
    "headline": "Did traffic rise?",
    "short_claim": "Traffic rose by 9 percent",
    "summary": "It rose by 2.",
    "slug": "traffic",
}


def step(name: str, claim_id: int) -> str:
    return f"/admin/publishing/steps/{name}/{claim_id}/"


def post(client: Client, name: str, claim: Claim, fields: dict[str, Any]) -> Any:
    """The form as its page holds it for the claim as it is now, filled in with `fields`."""
    version = Claim.objects.get(pk=claim.pk).version
    page = client.get(step(name, claim.pk))
    assert page.context["form"]["seen_version"].value() == version
    return client.post(step(name, claim.pk), {**fields, "seen_version": version})


def fields_of(page: Any) -> list[tuple[str, Any]]:
    form = page.context["form"]
    return [(name, form[name]) for name in form.fields]


def content_of(claim: Claim) -> dict[str, Any]:
    """What the form for a correction starts with."""
    return {
        **{name: FORM[name] for name in ("headline", "short_claim", "summary")},
        "statement": claim.statement,
        "rating": claim.rating_id,
        "rationale": claim.rationale,
        "method": claim.method,
        "as_of": "",
    }


class TestSteps:
    def test_an_editor_publishes_corrects_and_withdraws_by_form(
        self, editor_client: Client
    ) -> None:
        claim = verified_claim()
        assert (
            step("publish", claim.pk)
            in editor_client.get(f"/admin/claims/claim/{claim.pk}/change/").text
        )
        assert post(editor_client, "publish", claim, FORM).status_code == 302
        claim.refresh_from_db()
        content = content_of(claim) | {"rationale": "Read again."}
        correction = {"text": "Misread.", "severity": "minor", **content}
        assert post(editor_client, "correct", claim, correction).status_code == 302
        assert Correction.objects.get().text == "Misread."
        assert FactCheck.objects.get().body["rationale"] == "Read again."
        withdrawal = {"reason": "All wrong."}
        assert post(editor_client, "withdraw", claim, withdrawal).status_code == 302
        claim.refresh_from_db()
        assert claim.state == ClaimState.WITHDRAWN

    def test_what_the_lint_finds_stands_at_its_field(self, editor_client: Client) -> None:
        claim = verified_claim()

        page = post(editor_client, "publish", claim, {**FORM, "short_claim": "False: traffic rose"})

        assert "“false” is a verdict" in page.text
        assert page.context["form"].errors.keys() == {"short_claim"}
        assert not FactCheck.objects.exists()

    def test_a_form_left_open_does_not_publish_what_its_reader_never_saw(
        self, editor_client: Client
    ) -> None:
        claim = verified_claim()
        form = {**FORM, "seen_version": claim.version}
        Claim.objects.filter(pk=claim.pk).update(due=timezone.now())

        page = editor_client.post(step("publish", claim.pk), form | {"headline": "My words"})

        assert "Somebody changed this claim since you opened this form" in page.text
        assert "My words" in page.text, "nothing that was typed is lost"
        assert not FactCheck.objects.exists()
        again = {name: field.value() for name, field in fields_of(page)}
        assert editor_client.post(step("publish", claim.pk), again).status_code == 302
        assert FactCheck.objects.get().headline == "My words"

    def test_two_who_correct_at_once_do_not_undo_each_other(self, editor_client: Client) -> None:
        claim = published().claim
        claim.refresh_from_db()
        mine = content_of(claim) | {"seen_version": claim.version, "severity": "minor"}
        correct(
            claim_id=claim.pk,
            text="Theirs.",
            severity=Severity.MINOR,
            changes={"rationale": "Their rationale.", "method": "Their method."},
            by=boss(),
        )

        mine |= {"text": "Mine.", "method": "My method."}
        page = editor_client.post(step("correct", claim.pk), mine)

        shown = {name: field.value() for name, field in fields_of(page)}
        assert (shown["text"], shown["method"]) == ("Mine.", "My method.")
        assert shown["rationale"] == "Their rationale.", "it was not touched here"
        assert page.context["form"].errors.keys() == {"__all__", "rationale", "method"}
        assert [one.text for one in Correction.objects.all()] == ["Theirs."]
        assert editor_client.post(step("correct", claim.pk), shown).status_code == 302
        claim.refresh_from_db()
        assert (claim.rationale, claim.method) == ("Their rationale.", "My method.")

    def test_a_form_that_names_no_version_has_seen_none(self, editor_client: Client) -> None:
        claim = verified_claim()
        page = editor_client.post(step("publish", claim.pk), FORM)
        assert "Somebody changed this claim" in page.text
        assert not FactCheck.objects.exists()

    def test_a_rule_that_speaks_against_it_is_told_in_words(self, editor_client: Client) -> None:
        claim_id = published().claim_id
        page = editor_client.post(step("publish", claim_id), {"headline": "x"})
        assert page.status_code == 200
        assert Claim.objects.get(pk=claim_id).state == ClaimState.PUBLISHED

    def test_nobody_else_and_nothing_else(self, client: Client, editor_client: Client) -> None:
        claim = verified_claim()
        client.force_login(UserFactory.create(is_staff=True))
        refused = client.get(step("publish", claim.pk))
        assert refused.status_code == 403
        assert "This is for editors and administrators." in refused.text
        assert 'href="/admin/"' in refused.text
        assert "publish_claim" not in refused.text
        assert editor_client.get(step("vanish", claim.pk)).status_code == 404
        assert editor_client.get(step("publish", 0)).status_code == 404
        assert editor_client.get(step("correct", claim.pk)).status_code == 302

    def test_what_is_to_be_rechecked_is_not_corrected_by_its_address(
        self, editor_client: Client
    ) -> None:
        claim = Claim.objects.get(pk=published().claim_id)
        recheck_changed(claim_id=claim.pk, comment="The story changed.")
        page = editor_client.get(step("correct", claim.pk), follow=True)
        assert "“Correct” is not possible while a claim is needs recheck" in page.text
        assert page.redirect_chain == [(f"/admin/claims/claim/{claim.pk}/change/", 302)]
        assert not Correction.objects.exists()

    def test_the_fact_check_offers_what_one_may_do_with_it_now(
        self, client: Client, editor_client: Client
    ) -> None:
        fact_check = published()
        address = f"/admin/publishing/factcheck/{fact_check.pk}/change/"
        pages = [step(name, fact_check.claim_id) for name in ("correct", "withdraw")]
        text = editor_client.get(address).text
        assert all(page in text for page in pages)

        recheck_changed(claim_id=fact_check.claim_id, comment="The story changed.")
        text = editor_client.get(address).text
        assert not any(page in text for page in pages)
        assert f"/admin/claims/claim/{fact_check.claim_id}/change/#steps" in text

    def test_who_may_only_read_is_offered_no_step(self, client: Client) -> None:
        fact_check = published()
        client.force_login(member_of(Role.REPORTER))
        text = client.get(f"/admin/publishing/factcheck/{fact_check.pk}/change/").text
        assert fact_check.headline in text
        assert not any(f"/publishing/steps/{name}/" in text for name in ("correct", "withdraw"))

    def test_the_lists_open(self, editor_client: Client) -> None:
        fact_check = published()
        for address in ("", f"{fact_check.pk}/change/"):
            page = editor_client.get(f"/admin/publishing/factcheck/{address}")
            assert fact_check.headline in page.text
        assert editor_client.get("/admin/publishing/correction/").status_code == 200


ASK = "/checks/traffic-2024/wrong/"


class TestRequests:
    def ask(self, client: Client, **fields: str) -> str:
        response = client.post(ASK, {"text": "The year is wrong.", **fields})
        assert response.status_code == 302, response.text
        return str(response["Location"])

    def test_a_reader_asks_follows_and_is_answered(
        self, client: Client, editor_client: Client
    ) -> None:
        published()
        page = self.ask(client, source="I was there.")
        assert "No answer yet" in client.get(page).text
        asked = CorrectionRequest.objects.get()
        assert asked.state == RequestState.RECEIVED

        change = f"/admin/publishing/correctionrequest/{asked.pk}/change/"
        refused = editor_client.post(change, {"decision": "declined", "reply": ""})
        assert "An answer needs words" in refused.text
        editor_client.post(change, {"decision": "declined", "reply": "It is the right one."})

        told = client.get(page).text
        assert "It is the right one." in told
        assert "Not corrected" in told
        asked.refresh_from_db()
        assert asked.answered_by is not None

    def test_many_from_one_place_have_to_wait(self, client: Client) -> None:
        published()
        for _ in range(5):
            self.ask(client)

        response = client.post(ASK, {"text": "Again.", "source": "My own notes."})

        assert response.status_code == 429
        assert "My own notes." in response.text, "nothing that was typed is lost"
        assert CorrectionRequest.objects.count() == 5
        assert client.post(ASK, {"text": "x"}, REMOTE_ADDR="10.0.0.9").status_code == 302

    def test_behind_a_proxy_each_reader_is_counted_for_themselves(
        self, client: Client, settings: Any
    ) -> None:
        published()
        settings.SITE_REQUESTS_PER_HOUR = 1
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

        def status(forwarded: str) -> int:
            answer = client.post(ASK, {"text": "Oh."}, headers={"x-forwarded-for": forwarded})
            return answer.status_code

        assert status("192.0.2.1") == 302
        assert status("192.0.2.2") == 302
        assert status("203.0.113.9, 192.0.2.1") == 429, "what a reader adds in front is not heard"

    def test_a_program_that_fills_in_everything_is_not_heard(self, client: Client) -> None:
        published()
        assert self.ask(client, website="https://spam.example") == "/checks/traffic-2024/"
        assert not CorrectionRequest.objects.exists()

    @pytest.mark.parametrize("text", ["", "  ", "a\x00b"])
    def test_without_words_it_is_asked_again(self, client: Client, text: str) -> None:
        published()
        assert client.post(ASK, {"text": text}).status_code == 200
        assert not CorrectionRequest.objects.exists()

    def test_what_was_written_and_answered_stands(self, client: Client) -> None:
        published()
        self.ask(client)
        asked = CorrectionRequest.objects.get()
        assert "127.0.0.1" not in asked.place
        rows = CorrectionRequest.objects.filter(pk=asked.pk)
        with refused_by("request_stands"):
            rows.update(text="Something else.")
        with refused_by("request_answered_whole"):
            rows.update(state="corrected")
        answer_request(request_id=asked.pk, state=RequestState.CORRECTED, answer="Done.", by=boss())
        with refused_by("request_answer_stands"):
            rows.update(answer="Not done.")
        with refused_by("request_is_kept"):
            rows.delete()


class TestReport:
    def test_it_counts_what_an_assessor_asks_for(self, editor: User) -> None:
        claim = published(speaker=SourceFactory.create(name="Ana Lund")).claim
        assert claim.evidence.count() == 1
        today = timezone.localdate()

        told = report(today, today)

        shares = {share.name: share.count for share in told.shares}
        assert told.checks == 1
        assert shares["a primary source"] == 1
        assert shares["a second reviewer"] == 1
        assert shares["two or more independent named sources"] == 0
        assert told.speakers == [("Ana Lund", 1)]
        assert told.hours_to_correction is None

    def test_as_page_csv_and_json(self, editor_client: Client) -> None:
        published(speaker=SourceFactory.create(name="=cmd()"))
        address = "/admin/publishing/steps/compliance/"
        assert "a primary source" in editor_client.get(address).text
        assert editor_client.get(address, {"format": "json"}).json()["checks"] == 1
        text = editor_client.get(address, {"format": "csv"}).text
        assert ["speakers", "'=cmd()", "1", "1", ""] in list(csv.reader(StringIO(text)))
        assert editor_client.get(address, {"start": "x", "end": "0001-01-01"}).status_code == 200

    def test_more_checks_ask_no_more_queries(self, django_assert_num_queries: object) -> None:
        today = timezone.localdate()
        for number in range(3):
            published(Wording("Why?", "So it is", "", f"no-{number}"))
        with django_assert_num_queries(4):  # type: ignore[operator]
            report(today, today)


def test_three_links_to_one_origin_are_one() -> None:
    ministry = SourceFactory.build(pk=7)
    rows = [
        EvidenceFactory.build(url="https://www.port.example/a", source=None, title="a"),
        EvidenceFactory.build(url="https://port.example/b", source=ministry, title="b"),
        EvidenceFactory.build(url="", source=ministry, title="c"),
    ]
    assert origins_of(rows).said == "3 pieces of evidence, 1 origin"
    rows.insert(1, EvidenceFactory.build(url="https://else.example/", source=None, title="d"))
    assert origins_of(rows).count == 2
    assert origins_of(rows).shared == [["a", "b", "c"]]


def test_a_cell_is_no_formula() -> None:
    assert [harmless(text) for text in ("=1", "@x", "plain")] == ["'=1", "'@x", "plain"]
    assert re.match(r"'", harmless("-1"))
