"""The desk's page and what its script asks for."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Candidate, CandidateState, Claim, DecisionReason, Lease, Skip
from claims.review.leases import take_one
from claims.review.services import accept_candidate, flag_candidate, reject_candidate
from newsroom.accounts.models import User
from sources.models import Source
from tests.factories import (
    CandidateFactory,
    ClaimFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)
from tests.matching import settle

pytestmark = pytest.mark.django_db

DESK = "/admin/desk/"


def staff(*permissions: str) -> Client:
    person = UserFactory.create(is_staff=True)
    for name in permissions:
        person.user_permissions.add(Permission.objects.get(codename=name))
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, query: str = "") -> str:
    response = client.get(DESK + query)
    assert response.status_code == 200
    return response.content.decode()


def ask(client: Client, name: str, *args: int, **fields: Any) -> dict[str, Any]:
    """As the script asks: the answer is JSON, also when it is no."""
    response = client.post(reverse(f"desk_{name}", args=args), fields, headers={"X-Desk": "1"})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def test_the_desk_offers_the_sections_and_keeps_the_one_that_was_chosen() -> None:
    sport = CandidateFactory.create(revision__article__section="Sport & <Play>", score=0.2)
    CandidateFactory.create(revision__article__section="Ports", score=0.9)
    client = staff("change_candidate")

    html = page(client, "?queue=newest&section=Sport+%26+%3CPlay%3E")

    assert sport.statement in html
    assert "<option selected>Sport &amp; &lt;Play&gt;</option>" in html
    assert "<option>Ports</option>" in html
    assert "queue=best&amp;section=Sport%20%26%20%3CPlay%3E" in html
    assert '<input type="hidden" name="section" value="Sport &amp; &lt;Play&gt;">' in html
    answer = ask(client, "take", queue="best", section="Ports", have="")
    assert [one["id"] for one in answer["items"]] == [
        Candidate.objects.get(revision__article__section="Ports").pk
    ]


# -- who may ---------------------------------------------------------------------------------

PLACES = ["", "take/", "show/{}/", "decide/{}/", "undo/", "add/", "renew/", "claims/", "sources/"]
READ = {"", "claims/", "sources/"}


@pytest.mark.parametrize("place", [*PLACES, "source/{}/"])
def test_the_desk_is_for_those_who_may_decide(place: str) -> None:
    candidate = CandidateFactory.create()
    address = DESK + place.format(candidate.pk)
    reader = staff("view_candidate", "view_article", "view_claim")
    for client, expected in ((reader, 403), (Client(), 302)):
        call = client.get if place in READ else client.post
        assert call(address).status_code == expected
    assert not Lease.objects.exists()
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


@pytest.mark.parametrize("place", sorted(set(PLACES) - READ))
def test_nothing_is_changed_by_following_a_link(place: str) -> None:
    address = DESK + place.format(CandidateFactory.create().pk)

    assert staff("change_candidate").get(address).status_code == 405


def test_new_sources_need_their_own_permission() -> None:
    candidate = CandidateFactory.create(sourcing="on_the_record", speaker_name="Ana Lund")

    refused = staff("change_candidate").post(reverse("desk_source", args=[candidate.pk]))
    assert refused.status_code == 403
    assert not Source.objects.exists()
    answer = ask(staff("change_candidate", "add_source"), "source", candidate.pk)

    assert answer["text"] == "Ana Lund"
    assert Source.objects.get().pk == answer["value"]


def test_the_links_to_the_desk_are_for_those_who_may_use_it(editor_client: Client) -> None:
    candidate = CandidateFactory.create()
    story = f"/admin/articles/article/{candidate.revision.article_id}/change/"
    reader = staff("view_candidate", "view_article")
    for address in ("/admin/", story):
        assert "/admin/desk/" in editor_client.get(address).content.decode()
        assert "/admin/desk/" not in reader.get(address).content.decode()


# -- the page ---------------------------------------------------------------------------------


def test_the_page_shows_the_first_candidate_with_its_story(editor_client: Client) -> None:
    candidate = CandidateFactory.create(
        statement="Piers <b>grew</b>.", explanation="A figure.", score=0.83
    )

    html = page(editor_client)

    assert "Piers &lt;b&gt;grew&lt;/b&gt;." in html
    assert "A figure." in html
    assert 'data-start="0"' in html
    assert f'data-candidates="{candidate.pk}"' in html
    assert Lease.objects.get().candidate == candidate


def test_a_refusal_to_comment_is_warned_of_until_it_is_decided(
    editor_client: Client, editor: User
) -> None:
    warning = "All that was said is a refusal to comment: that is no claim."
    refusal = CandidateFactory.create(kind="no_comment", score=0.9)
    silence = "Ana Lund declined to comment."
    unmarked = CandidateFactory.create(
        revision=RevisionFactory.create(text=silence), passage=(0, len(silence)), score=0.8
    )
    other = CandidateFactory.create(score=0.7)

    assert warning in page(editor_client, f"?candidate={refusal.pk}")
    assert warning in page(editor_client, f"?candidate={unmarked.pk}")
    assert warning not in page(editor_client, f"?candidate={other.pk}")
    (shown,) = ask(editor_client, "show", unmarked.pk)["items"]
    assert warning in shown["panel"]
    reject_candidate(candidate_id=refusal.pk, reason=DecisionReason.NOT_WORTH_IT, by=editor)
    assert warning not in page(editor_client, f"?candidate={refusal.pk}")


def test_an_empty_desk_says_so(editor_client: Client) -> None:
    assert "Nothing left to decide" in page(editor_client)


@pytest.mark.parametrize(
    "query",
    [
        "?queue=nonsense&outlet=x&speaker=-1&kind=none&article=",
        "?queue=story",
        "?candidate=x",
        f"?outlet={2**70}",
        "?queue=mine&queue=flagged",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_desk(query: str, editor_client: Client) -> None:
    page(editor_client, query)


def test_a_candidate_that_does_not_exist_is_not_found(editor_client: Client) -> None:
    assert editor_client.get(f"{DESK}?candidate=99999").status_code == 404


def test_what_a_colleague_has_is_shown_with_their_name(editor_client: Client) -> None:
    candidate = CandidateFactory.create()
    mia = UserFactory.create(username="mia", is_superuser=True)
    take_one(candidate_id=candidate.pk, by=mia)

    html = page(editor_client, f"?candidate={candidate.pk}")

    assert "has this candidate until" in html
    assert "Take over" in html
    assert 'data-action="accept"' not in html
    assert Lease.objects.get().holder == mia


def test_the_page_is_not_kept_anywhere(editor_client: Client) -> None:
    assert "no-store" in editor_client.get(DESK)["Cache-Control"]


def many(editor: User) -> None:
    speaker = SourceFactory.create()
    row = CandidateFactory.create(speaker=speaker, sourcing="on_the_record", score=0.95)
    CandidateFactory.create(revision=row.revision, passage=(72, 137), score=0.1)
    accept_candidate(candidate_id=CandidateFactory.create().pk, by=editor)
    flag_candidate(candidate_id=CandidateFactory.create().pk, by=editor)
    UserFactory.create(is_staff=True)


def test_the_page_and_the_script_cost_the_same_queries_for_any_number_of_rows(
    editor_client: Client, editor: User
) -> None:
    def cost() -> tuple[int, int, int]:
        counts = []
        settle()
        Lease.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            page(editor_client)
        counts.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            assert len(ask(editor_client, "take")["items"]) == 3
        counts.append(len(captured))
        key = Candidate.objects.filter(state=CandidateState.PENDING).order_by("pk")[0].pk
        with CaptureQueriesContext(connection) as captured:
            ask(editor_client, "show", key)
        return (*counts, len(captured))

    for _ in range(3):
        many(editor)
    few = cost()
    for _ in range(10):
        many(editor)

    assert cost() == few


# -- without the script -----------------------------------------------------------------------


def test_a_form_decides_and_leads_to_the_next(editor_client: Client) -> None:
    first = CandidateFactory.create(score=0.9)
    CandidateFactory.create(score=0.8, statement="The second one.")
    fields = {"action": "reject", "reason": "opinion", "queue": "newest", "note": ""}

    response = editor_client.post(reverse("desk_decide", args=[first.pk]), fields, follow=True)

    assert response.redirect_chain == [("/admin/desk/?queue=newest", 302)]
    assert "Rejected: opinion." in response.content.decode()
    assert "The second one." in response.content.decode()


def test_a_refusal_leads_back_to_the_candidate(editor_client: Client, editor: User) -> None:
    candidate = CandidateFactory.create()
    reject_candidate(candidate_id=candidate.pk, reason="opinion", by=editor)  # type: ignore[arg-type]

    response = editor_client.post(
        reverse("desk_decide", args=[candidate.pk]), {"action": "accept"}, follow=True
    )

    assert f"candidate={candidate.pk}" in response.redirect_chain[0][0]
    assert "meanwhile" in response.content.decode()


# -- with the script --------------------------------------------------------------------------


def test_the_next_candidates_leave_out_what_the_page_has(editor_client: Client) -> None:
    rows = [CandidateFactory.create(score=1 - number / 10) for number in range(5)]

    answer = ask(editor_client, "take", have=f"{rows[0].pk},{rows[1].pk}")

    assert [one["id"] for one in answer["items"]] == [row.pk for row in rows[2:]]
    assert set(answer["stories"]) == {str(row.revision_id) for row in rows[2:]}


def test_a_story_that_the_page_has_is_not_sent_again(editor_client: Client) -> None:
    candidate = CandidateFactory.create()

    answer = ask(editor_client, "take", known=str(candidate.revision_id))

    assert len(answer["items"]) == 1
    assert answer["stories"] == {}


def test_accepting_takes_the_fields_of_the_panel(editor_client: Client) -> None:
    candidate = CandidateFactory.create(speaker=SourceFactory.create(), sourcing="on_the_record")
    source = SourceFactory.create()

    answer = ask(
        editor_client,
        "decide",
        candidate.pk,
        action="accept",
        statement="Reworded.",
        kind="promise",
        speaker=source.pk,
    )

    claim = Claim.objects.get()
    assert answer == {
        "ok": True,
        "message": f"Accepted as claim {claim.pk}.",
        "state": "accepted",
    }
    assert (claim.statement, claim.kind, claim.speaker) == ("Reworded.", "promise", source)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"action": "explode"}, "no such decision"),
        ({"action": "reject"}, "Choose a reason"),
        ({"action": "reject", "reason": "other"}, "Say in the note"),
        ({"action": "reject", "reason": "repeats"}, "Choose one of the reasons"),
        ({"action": "merge"}, "Choose the claim"),
        ({"action": "merge", "claim": "99999"}, "There is no claim 99999."),
        ({"action": "merge", "claim": "many words"}, "whole number"),
        ({"action": "accept", "statement": "x" * 5001}, "at most 5,000"),
        ({"action": "accept", "kind": "poem"}, "valid choice"),
        ({"action": "accept", "speaker": str(2**62)}, "no such source"),
        ({"action": "flag", "colleague": "99999"}, "may not decide"),
    ],
)
def test_a_refusal_is_an_answer_in_words(
    fields: dict[str, str], why: str, editor_client: Client
) -> None:
    candidate = CandidateFactory.create()

    answer = ask(editor_client, "decide", candidate.pk, **fields)

    assert answer["ok"] is False
    assert why in answer["message"]
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_a_decision_on_what_a_colleague_took_over_is_refused(editor_client: Client) -> None:
    candidate = CandidateFactory.create()
    page(editor_client)
    mia = UserFactory.create(username="mia", is_superuser=True)
    take_one(candidate_id=candidate.pk, take_over=True, by=mia)

    answer = ask(editor_client, "decide", candidate.pk, action="accept")
    lost = ask(editor_client, "renew", ids=str(candidate.pk))["lost"]

    assert "mia took this candidate over" in answer["message"]
    assert lost == [{"id": candidate.pk, "why": "mia works on this one now."}]
    assert not Claim.objects.exists()


def test_skipping_and_undoing_by_script(editor_client: Client) -> None:
    first, second = CandidateFactory.create(), CandidateFactory.create()
    assert ask(editor_client, "decide", first.pk, action="skip")["state"] == "pending"
    assert Skip.objects.get().candidate == first
    ask(editor_client, "decide", second.pk, action="reject", reason="opinion")

    answer = ask(editor_client, "undo")

    assert [one["id"] for one in answer["items"]] == [second.pk]
    assert answer["message"].startswith("Undone: it was rejected")
    assert ask(editor_client, "undo") == {
        "ok": False,
        "message": "There is no decision of yours to undo.",
    }


def test_a_selection_becomes_a_candidate_and_is_shown(editor_client: Client) -> None:
    revision = RevisionFactory.create()
    fields = {"revision": revision.pk, "start": 72, "end": 95, "text": revision.text[72:95]}

    added = ask(editor_client, "add", **fields)
    again = ask(editor_client, "add", **fields)
    wrong = ask(editor_client, "add", **{**fields, "text": "Something else"})

    assert added["items"][0]["open"] is True
    assert again["items"][0]["id"] == added["items"][0]["id"]
    assert "already" in again["message"]
    assert wrong["ok"] is False
    assert ask(editor_client, "add", **{**fields, "revision": 99999})["ok"] is False
    assert Candidate.objects.count() == 1


def test_claims_and_sources_are_offered(editor_client: Client) -> None:
    claim = ClaimFactory.create(statement="Traffic <rose>.")

    answer = editor_client.get(reverse("desk_claims"), {"q": "traf"}).json()

    assert answer["options"] == [
        {"value": claim.pk, "text": "Traffic <rose>.", "more": f"{claim.pk} · new"}
    ]
    assert editor_client.get(reverse("desk_sources")).json()["options"] == []
