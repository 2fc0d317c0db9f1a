"""The list of candidates, the page of one, and deciding on one or several from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Appearance, Candidate, CandidateState, Claim, DecisionReason
from claims.models.choices import SourcingTerms, StatementKind
from claims.review.services import accept_candidate, reject_candidate
from claims.templatetags.story import lead_in, run_out
from newsroom.accounts.models import User
from tests.factories import (
    CandidateFactory,
    ClaimFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

LIST = "admin:claims_candidate_changelist"
RLO = "\u202e"


def listed(client: Client, query: str = "") -> set[str]:
    """The statements on the first page of the list."""
    response = client.get(reverse(LIST) + query)
    assert response.status_code == 200
    return {candidate.statement for candidate in response.context["cl"].result_list}


def change_url(candidate: Candidate) -> str:
    return reverse("admin:claims_candidate_change", args=[candidate.pk])


def decide_url(decision: str, candidate: Candidate) -> str:
    return reverse(f"admin:claims_candidate_{decision}", args=[candidate.pk])


def page(client: Client, candidate: Candidate) -> str:
    response = client.get(change_url(candidate))
    assert response.status_code == 200
    return response.content.decode()


def staff(*permissions: str) -> Client:
    """Somebody signed in with these permissions and no others."""
    person = UserFactory.create(is_staff=True)
    for name in permissions:
        person.user_permissions.add(Permission.objects.get(codename=name))
    client = Client()
    client.force_login(person)
    return client


def rejected(by: User, **fields: Any) -> Candidate:
    candidate = CandidateFactory.create(**fields)
    return reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=by)


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# ------------------------------------------------------------------------------------ the list


def test_the_list_shows_what_is_pending_best_first(editor_client: Client, editor: User) -> None:
    weak = CandidateFactory.create(score=0.2)
    strong = CandidateFactory.create(score=0.9)
    rejected(editor)
    response = editor_client.get(reverse(LIST))
    assert list(response.context["cl"].result_list) == [strong, weak]


def test_every_state_is_one_click_away(editor_client: Client, editor: User) -> None:
    CandidateFactory.create(statement="Waits.")
    rejected(editor, statement="Was rejected.")
    html = editor_client.get(reverse(LIST)).content.decode()
    for state in ("pending", "accepted", "rejected", "merged", "superseded", "all"):
        assert f'href="?state={state}"' in html
    assert 'href="?state=pending" aria-current="page"' in html
    assert listed(editor_client, "?state=rejected") == {"Was rejected."}
    assert listed(editor_client, "?state=all") == {"Waits.", "Was rejected."}
    assert listed(editor_client, "?state=nonsense") == {"Waits."}


def test_another_filter_keeps_the_state(editor_client: Client) -> None:
    html = editor_client.get(f"{reverse(LIST)}?state=all").content.decode()
    assert '<input type="hidden" name="state" value="all">' in html


def test_the_list_can_be_filtered(editor_client: Client) -> None:
    one = CandidateFactory.create(
        statement="One.",
        kind=StatementKind.LAW,
        sourcing=SourcingTerms.UNNAMED,
        extractor_version="2",
    )
    CandidateFactory.create(statement="Two.")
    outlet = one.revision.article.outlet_id
    for query in (
        "?kind__exact=law",
        "?sourcing__exact=unnamed",
        f"?revision__article__outlet__id__exact={outlet}",
        "?extractor=rules+2",
    ):
        assert listed(editor_client, query) == {"One."}


def test_the_extractors_to_choose_from_are_those_of_the_latest_candidates(
    editor_client: Client,
) -> None:
    CandidateFactory.create(extractor_version="7")
    html = editor_client.get(f"{reverse(LIST)}?extractor=rules+3").content.decode()
    assert '<option value="rules 7"' in html
    # The one that is asked for stays to be seen, though nothing came of it.
    assert '<option value="rules 3" selected' in html


def test_the_list_can_be_searched_by_statement_and_speaker(editor_client: Client) -> None:
    CandidateFactory.create(statement="The quay is closed.")
    CandidateFactory.create(statement="Traffic rose.", speaker_name="Ana Lund")
    assert listed(editor_client, "?q=quay") == {"The quay is closed."}
    assert listed(editor_client, "?q=lund") == {"Traffic rose."}


def test_a_row_leads_to_the_passage_in_its_story(editor_client: Client) -> None:
    candidate = CandidateFactory.create(revision__article__headline="Dredging")
    html = editor_client.get(reverse(LIST)).content.decode()
    story = reverse("admin:articles_article_change", args=[candidate.revision.article_id])
    assert (
        f'href="{story}?revision=1&amp;at={candidate.pk}#candidate-{candidate.pk}">Dredging</a>'
        in html
    )


def test_hostile_text_is_harmless_in_the_list(editor_client: Client) -> None:
    evil = f"<script>alert(1)</script>{RLO}"
    CandidateFactory.create(
        statement=evil,
        speaker_name=evil,
        sourcing=SourcingTerms.UNNAMED,
        anonymity_reason=evil,
        revision__article__headline=evil,
    )
    html = editor_client.get(reverse(LIST)).content.decode()
    assert "<script>alert(1)" not in html
    assert RLO not in html


# ------------------------------------------------------------------------------ several at once


def act(client: Client, action: str, *candidates: Candidate, **fields: str) -> Any:
    return client.post(
        reverse(LIST),
        {"action": action, "_selected_action": [one.pk for one in candidates], **fields},
        follow=True,
    )


@pytest.mark.parametrize("action", ["accept_selected", "reject_selected"])
def test_an_action_asks_first_and_says_how_many(editor_client: Client, action: str) -> None:
    candidates = CandidateFactory.create_batch(2)
    html = act(editor_client, action, *candidates).content.decode()
    verb = action.split("_", maxsplit=1)[0].capitalize()
    assert f"{verb} 2 candidates?" in html
    assert candidates[0].statement in html
    assert not Candidate.objects.exclude(state=CandidateState.PENDING).exists()


def test_the_question_says_how_many_cannot_be_decided(editor_client: Client, editor: User) -> None:
    pending, done = CandidateFactory.create(), rejected(editor)
    html = act(editor_client, "accept_selected", pending, done).content.decode()
    assert "1 of them is not pending" in html


def test_several_are_accepted_at_once(editor_client: Client) -> None:
    candidates = CandidateFactory.create_batch(3)
    response = act(editor_client, "accept_selected", *candidates, confirmed="yes")
    assert messages_of(response) == ["3 accepted."]
    assert set(Claim.objects.values_list("statement", flat=True)) == {
        candidate.statement for candidate in candidates
    }


def test_several_are_never_given_one_statement(editor_client: Client) -> None:
    candidates = CandidateFactory.create_batch(2)
    act(editor_client, "accept_selected", *candidates, confirmed="yes", statement="The same")
    assert not Claim.objects.filter(statement="The same").exists()


def test_several_are_rejected_with_one_reason(editor_client: Client, editor: User) -> None:
    candidates = CandidateFactory.create_batch(2)
    response = act(
        editor_client,
        "reject_selected",
        *candidates,
        confirmed="yes",
        reason="too_vague",
        note="When?",
    )
    assert messages_of(response) == ["2 rejected."]
    for candidate in Candidate.objects.all():
        assert candidate.decision_reason == DecisionReason.TOO_VAGUE
        assert candidate.decision_note == "When?"
        assert candidate.decided_by == editor


def test_without_a_reason_none_is_rejected_and_the_question_comes_again(
    editor_client: Client,
) -> None:
    candidate = CandidateFactory.create()
    response = act(editor_client, "reject_selected", candidate, confirmed="yes")
    assert "Choose a reason for rejecting." in response.content.decode()
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_one_that_was_decided_meanwhile_stops_none_of_the_others(editor_client: Client) -> None:
    colleague = UserFactory.create(username="colleague", is_superuser=True)
    candidates = CandidateFactory.create_batch(3)
    reject_candidate(candidate_id=candidates[1].pk, reason=DecisionReason.OPINION, by=colleague)
    response = act(editor_client, "accept_selected", *candidates, confirmed="yes")
    accepted, refused = messages_of(response)
    assert accepted == "2 accepted."
    assert refused.startswith("1 not accepted: ")
    assert "rejected by colleague" in refused
    assert Claim.objects.count() == 2


def test_one_that_is_not_there_is_reported(editor_client: Client) -> None:
    ghost = Candidate(pk=987654)
    response = act(editor_client, "accept_selected", ghost, confirmed="yes")
    assert messages_of(response) == ["1 not accepted: There is no such candidate."]


def test_several_are_reopened(editor_client: Client, editor: User) -> None:
    candidates = [rejected(editor), rejected(editor)]
    response = act(editor_client, "reopen_selected", *candidates, confirmed="yes")
    assert messages_of(response) == ["2 reopened."]
    assert Candidate.objects.filter(state=CandidateState.PENDING).count() == 2


def test_no_more_are_decided_at_once_than_a_page_shows(editor_client: Client) -> None:
    response = editor_client.post(
        reverse(LIST),
        {
            "action": "accept_selected",
            "_selected_action": list(range(1, 202)),
            "confirmed": "yes",
        },
        follow=True,
    )
    assert messages_of(response) == ["Select at most 200 candidates at once."]


def test_what_is_selected_is_decided_and_not_the_whole_list(editor_client: Client) -> None:
    chosen, other = CandidateFactory.create_batch(2)
    act(editor_client, "accept_selected", chosen, confirmed="yes", select_across="1")
    other.refresh_from_db()
    assert other.state == CandidateState.PENDING


def test_each_decision_of_an_action_is_a_transaction_of_its_own(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Inside one transaction, depth would grow: the list's, the service's.
    depths: list[int] = []

    def watched(*, candidate_id: int, statement: str | None, by: User) -> Claim:
        depths.append(len(connection.savepoint_ids))
        return accept_candidate(candidate_id=candidate_id, statement=statement, by=by)

    before = len(connection.savepoint_ids)
    monkeypatch.setattr("claims.review.services.accept_candidate", watched)
    act(editor_client, "accept_selected", *CandidateFactory.create_batch(2), confirmed="yes")
    assert depths == [before, before]


# ------------------------------------------------------------------------------ the page of one


def test_the_page_shows_the_passage_in_its_context(editor_client: Client) -> None:
    candidate = CandidateFactory.create(passage=(4, 40))
    html = page(editor_client, candidate)
    story = reverse("admin:articles_article_change", args=[candidate.revision.article_id])
    assert (
        f'href="{story}?revision=1&amp;at={candidate.pk}#candidate-{candidate.pk}">{candidate.exact}</a>'
        in html
    )
    assert f"{lead_in(candidate)}<a" in html
    assert f"</a>{run_out(candidate)}" in html


def test_the_page_shows_who_said_it_and_how_the_machine_came_to_it(editor_client: Client) -> None:
    candidate = CandidateFactory.create(
        speaker=SourceFactory.create(name="Thom Tillis"),
        speaker_name="Thom Tillis",
        speaker_title="Sen.",
        speaker_role="co-chair",
        speaker_organisation="NATO Observer Group",
        speaker_party="R",
        speaker_seat="N.C.",
        sourcing=SourcingTerms.ON_THE_RECORD,
        explanation="a number",
        extractor_version="42",
    )
    html = page(editor_client, candidate)
    assert "Sen. Thom Tillis, co-chair, NATO Observer Group (R-N.C.)" in html
    for said in ("on the record", "a number", "rules 42"):
        assert said in html
    assert reverse("admin:sources_source_change", args=[candidate.speaker_id]) in html


def test_accepting_takes_the_editors_wording(editor_client: Client) -> None:
    candidate = CandidateFactory.create()
    response = editor_client.post(
        decide_url("accept", candidate), {"statement": "The harbour is 14 metres deep."}
    )
    assert response["Location"] == change_url(candidate)
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.ACCEPTED
    assert candidate.claim is not None
    assert candidate.claim.statement == "The harbour is 14 metres deep."
    html = page(editor_client, candidate)
    assert reverse("admin:claims_claim_change", args=[candidate.claim_id]) in html


def test_merging_adds_the_passage_to_a_known_claim(editor_client: Client) -> None:
    claim, candidate = ClaimFactory.create(), CandidateFactory.create()
    editor_client.post(decide_url("merge", candidate), {"claim": claim.pk})
    candidate.refresh_from_db()
    assert (candidate.state, candidate.claim) == (CandidateState.MERGED, claim)
    assert Appearance.objects.get(claim=claim).exact == candidate.exact


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("", "Name the claim by its number."),
        ("none", "Enter a whole number."),
        ("987654", "There is no claim 987654."),
        ("9" * 30, "Ensure this value is less than or equal to"),
    ],
)
def test_merging_into_no_claim_says_what_is_wrong(
    editor_client: Client, claim: str, message: str
) -> None:
    candidate = CandidateFactory.create()
    response = editor_client.post(decide_url("merge", candidate), {"claim": claim}, follow=True)
    assert message in " ".join(messages_of(response))
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_a_rejected_candidate_can_be_reopened_and_nothing_else(
    editor_client: Client, editor: User
) -> None:
    candidate = rejected(editor)
    html = page(editor_client, candidate)
    assert decide_url("reopen", candidate) in html
    assert decide_url("accept", candidate) not in html
    editor_client.post(decide_url("reopen", candidate))
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_an_accepted_candidate_offers_nothing_to_decide(
    editor_client: Client, editor: User
) -> None:
    candidate = CandidateFactory.create()
    accept_candidate(candidate_id=candidate.pk, by=editor)
    html = page(editor_client, candidate)
    for decision in ("accept", "reject", "merge", "reopen"):
        assert decide_url(decision, candidate) not in html


def test_hostile_text_is_harmless_on_the_page(editor_client: Client) -> None:
    evil = f"<script>alert(1)</script>{RLO}"
    candidate = CandidateFactory.create(
        revision=RevisionFactory.create(text=f"{evil} said he.", article__headline=evil),
        passage=(0, len(evil)),
        statement=f"Said: {evil}",
        speaker_name=evil,
        speaker_role=evil,
        explanation=evil,
        sourcing=SourcingTerms.UNNAMED,
        anonymity_reason=evil,
    )
    html = page(editor_client, candidate)
    assert "<script>alert(1)" not in html
    # Only the field in which the wording is edited holds the text as it is.
    before, _, after = html.partition("<textarea")
    assert RLO not in before + after.partition("</textarea>")[2]
    response = editor_client.post(decide_url("accept", candidate), follow=True)
    assert "<script>alert(1)" not in response.content.decode()


def test_nothing_the_machine_wrote_can_be_edited(editor_client: Client) -> None:
    candidate = CandidateFactory.create(statement="As the machine put it.")
    url = change_url(candidate)
    assert editor_client.post(url, {"statement": "Mine", "score": "1"}).status_code == 403
    candidate.refresh_from_db()
    assert candidate.statement == "As the machine put it."


def test_candidates_are_neither_added_nor_deleted_by_hand(editor_client: Client) -> None:
    candidate = CandidateFactory.create()
    assert editor_client.get(reverse("admin:claims_candidate_add")).status_code == 403
    url = reverse("admin:claims_candidate_delete", args=[candidate.pk])
    assert editor_client.post(url, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("key", ["987654", "no-key", "9" * 30])
def test_a_candidate_that_is_not_there_is_no_error(editor_client: Client, key: str) -> None:
    response = editor_client.get(reverse("admin:claims_candidate_change", args=[key]), follow=True)
    assert response.redirect_chain
    assert "doesn’t exist" in " ".join(messages_of(response))


def test_deciding_on_a_candidate_that_is_not_there_is_not_found(editor_client: Client) -> None:
    assert editor_client.post(decide_url("accept", Candidate(pk=987654))).status_code == 404


def test_a_decision_is_never_taken_by_a_link(editor_client: Client) -> None:
    candidate = CandidateFactory.create()
    for decision in ("accept", "reject", "merge", "reopen"):
        assert editor_client.get(decide_url(decision, candidate)).status_code == 405


# -------------------------------------------------------------------------------- permissions


def test_a_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    candidate = CandidateFactory.create()
    for response in (
        client.get(reverse(LIST)),
        client.get(change_url(candidate)),
        client.post(decide_url("accept", candidate)),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))


def test_staff_without_permission_are_refused(db: None) -> None:
    candidate = CandidateFactory.create()
    client = staff()
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(change_url(candidate)).status_code == 403
    assert client.post(decide_url("accept", candidate)).status_code == 403


def test_those_who_may_only_look_find_no_buttons_and_no_actions(db: None) -> None:
    candidate = CandidateFactory.create()
    client = staff("view_candidate")
    html = page(client, candidate)
    assert candidate.statement in html
    for decision in ("accept", "reject", "merge", "reopen"):
        assert decide_url(decision, candidate) not in html
        assert client.post(decide_url(decision, candidate)).status_code == 403
    assert "accept_selected" not in client.get(reverse(LIST)).content.decode()
    act(client, "accept_selected", candidate, confirmed="yes")
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_the_permission_to_change_is_enough_to_decide(db: None) -> None:
    candidate = CandidateFactory.create()
    client = staff("change_candidate")
    assert decide_url("accept", candidate) in page(client, candidate)
    client.post(decide_url("accept", candidate))
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.ACCEPTED


# ---------------------------------------------------------------------------- cost of the pages


def queries(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def test_the_list_costs_the_same_however_many_candidates_there_are(
    editor_client: Client, editor: User
) -> None:
    rejected(editor, speaker=SourceFactory.create())
    listed(editor_client, "?state=all")
    few = queries(lambda: listed(editor_client, "?state=all"))
    for _ in range(15):
        rejected(editor, speaker=SourceFactory.create())
    assert queries(lambda: listed(editor_client, "?state=all")) == few


def test_the_list_does_not_read_the_texts(editor_client: Client) -> None:
    CandidateFactory.create()
    with CaptureQueriesContext(connection) as captured:
        listed(editor_client)
    assert not any('"articles_revision"."text"' in query["sql"] for query in captured)


def test_the_page_costs_the_same_whatever_the_candidate(
    editor_client: Client, editor: User
) -> None:
    plain = CandidateFactory.create()
    full = rejected(editor, speaker=SourceFactory.create())
    page(editor_client, plain)
    # One more for the history of the decision: who took it.
    assert queries(lambda: page(editor_client, full)) <= (
        queries(lambda: page(editor_client, plain)) + 1
    )


@pytest.mark.parametrize("key", ["x", "²", "9" * 5000, "9" * 30, "-1", "1.5", "_5F", "0"])
def test_an_address_that_is_no_key_is_no_candidate(editor_client: Client, key: str) -> None:
    response = editor_client.get(f"/admin/claims/candidate/{key}/change/")

    assert response.status_code in (302, 404)
