"""The story page: a text with its candidates, and deciding on them there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims.models import Candidate, CandidateState, Claim, DecisionReason
from claims.models.choices import SourcingTerms
from claims.review.services import reject_candidate
from newsroom.accounts.models import User
from newsroom.articles.models import Article, ArticleStatus, ExtractionState, Revision
from tests.factories import (
    STORY,
    ArticleFactory,
    CandidateFactory,
    OutletFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

RLO = "\u202e"


def story_url(article: Article, query: str = "") -> str:
    return reverse("admin:articles_article_change", args=[article.pk]) + query


def decide_url(decision: str, candidate: Candidate) -> str:
    return reverse(f"admin:claims_candidate_{decision}", args=[candidate.pk])


def page(client: Client, article: Article, query: str = "") -> str:
    response = client.get(story_url(article, query))
    assert response.status_code == 200
    return response.content.decode()


def extracted(**fields: Any) -> Revision:
    return RevisionFactory.create(
        extraction_state=ExtractionState.DONE,
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
        extractor="rules",
        extractor_version="7",
        **fields,
    )


def staff(*permissions: str) -> Client:
    """Somebody signed in with these permissions and no others."""
    person = UserFactory.create(is_staff=True)
    for name in permissions:
        person.user_permissions.add(Permission.objects.get(codename=name))
    client = Client()
    client.force_login(person)
    return client


# ------------------------------------------------------------------------------- what it shows


def test_the_header_says_what_the_outlet_said(editor_client: Client) -> None:
    article = ArticleFactory.create(
        outlet=OutletFactory.create(name="Harbour Post"),
        headline="Dredging done",
        byline="Elin Castberg",
        external_id="hp-1",
        url="https://example.org/dredging",
        published_at=datetime(2026, 2, 11, 17, 40, tzinfo=UTC),
    )
    extracted(article=article)
    html = page(editor_client, article)
    for said in ("Harbour Post", "Dredging done", "Elin Castberg", "hp-1", "2026-02-11 17:40"):
        assert said in html
    assert 'href="https://example.org/dredging" rel="noopener noreferrer"' in html


def test_an_address_that_is_not_of_the_web_is_no_link(editor_client: Client) -> None:
    article = ArticleFactory.create(url="javascript:alert(1)")
    extracted(article=article)
    html = page(editor_client, article)
    assert "javascript:alert(1)" in html
    assert 'href="javascript' not in html


def test_an_embargo_that_holds_is_in_sight(editor_client: Client) -> None:
    article = ArticleFactory.create(embargoed_until=timezone.now() + timedelta(hours=2))
    extracted(article=article)
    assert "Embargoed until" in page(editor_client, article)


def test_the_latest_revision_is_shown_unless_another_is_named(editor_client: Client) -> None:
    article = ArticleFactory.create()
    extracted(article=article, number=1, text="The first version.")
    extracted(article=article, number=2, text="The second version.")
    assert "The second version." in page(editor_client, article)
    first = page(editor_client, article, "?revision=1")
    assert "The first version." in first
    assert "The second version." not in first
    assert "The latest is 2." in first
    assert 'href="?revision=2"' in first


@pytest.mark.parametrize("number", ["99", "no", "-1", "²", "9" * 30])
def test_a_revision_that_does_not_exist_stands_for_the_latest(
    editor_client: Client, number: str
) -> None:
    revision = extracted()
    html = page(editor_client, revision.article, f"?revision={number}")
    assert "The harbour was dredged" in html


def test_each_passage_is_marked_and_leads_to_its_card(editor_client: Client) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    html = page(editor_client, candidate.revision.article)
    assert f'id="passage-{candidate.pk}" href="#candidate-{candidate.pk}"' in html
    assert re.search(
        rf'class="passage passage--pending" href="#candidate-{candidate.pk}"[^>]*>{STORY[:70]}</a>',
        html,
    )
    assert f'id="candidate-{candidate.pk}"' in html
    assert f'href="#passage-{candidate.pk}"' in html


def test_the_text_is_shown_whole_and_in_order(editor_client: Client) -> None:
    revision = extracted()
    CandidateFactory.create(revision=revision, passage=(4, 40))
    CandidateFactory.create(revision=revision, passage=(20, 60))
    html = page(editor_client, revision.article)
    body = html[html.index('<div class="story-body"') : html.index('<section class="story-side"')]
    without_numbers = re.sub(r'<a\s+class="ref.*?</a>', "", body, flags=re.DOTALL)
    paragraphs = re.findall(r'<p dir="auto">(.*?)</p>', without_numbers, flags=re.DOTALL)
    shown = "".join(re.sub(r"<[^>]*>", "", paragraph) for paragraph in paragraphs)
    assert shown == STORY


def test_where_passages_overlap_each_has_its_number(editor_client: Client) -> None:
    revision = extracted()
    first = CandidateFactory.create(revision=revision, passage=(4, 40))
    second = CandidateFactory.create(revision=revision, passage=(20, 60))
    html = page(editor_client, revision.article)
    assert f'data-candidates="{second.pk} {first.pk}"' in html
    assert 'title="Part of candidates 1, 2"' in html
    assert f'id="passage-{first.pk}"' in html
    assert f'id="passage-{second.pk}"' in html


def test_the_legend_counts_each_state(editor_client: Client, editor: User) -> None:
    revision = extracted()
    CandidateFactory.create(revision=revision)
    rejected = CandidateFactory.create(revision=revision, passage=(10, 20))
    reject_candidate(candidate_id=rejected.pk, reason=DecisionReason.OPINION, by=editor)
    html = page(editor_client, revision.article)
    legend = html[html.index('class="legend"') :]
    legend = legend[: legend.index("</ul>")]
    assert re.findall(r"<b>(\d+)</b>", legend) == ["1", "1"]
    assert "passage--pending" in legend
    assert "passage--rejected" in legend
    assert "passage--merged" not in legend


def test_a_card_says_who_said_it_and_on_what_terms(editor_client: Client) -> None:
    revision = extracted()
    CandidateFactory.create(
        revision=revision,
        score=0.93,
        speaker=SourceFactory.create(name="Thom Tillis"),
        speaker_name="Thom Tillis",
        speaker_title="Sen.",
        speaker_role="co-chair of the NATO Observer Group",
        speaker_party="R",
        speaker_seat="N.C.",
        sourcing=SourcingTerms.ON_THE_RECORD,
        explanation="a number, a change over time",
    )
    CandidateFactory.create(
        revision=revision,
        passage=(5, 30),
        speaker_name="a European official",
        sourcing=SourcingTerms.UNNAMED,
        anonymity_reason="not authorised to speak to the press",
    )
    html = page(editor_client, revision.article)
    assert "Sen. Thom Tillis, co-chair of the NATO Observer Group (R-N.C.)" in html
    assert "on the record" in html
    assert "unnamed: not authorised to speak to the press" in html
    assert "a number, a change over time" in html
    assert '<meter min="0" max="100" value="93" aria-label="Score"></meter> 0.93' in html


def test_cards_stand_in_the_order_of_the_text(editor_client: Client) -> None:
    revision = extracted()
    later = CandidateFactory.create(revision=revision, passage=(40, 60))
    earlier = CandidateFactory.create(revision=revision, passage=(0, 10))
    html = page(editor_client, revision.article)
    ids = re.findall(r'<article [^>]*id="candidate-(\d+)"', html)
    assert ids == [str(earlier.pk), str(later.pk)]


def test_a_decided_card_says_who_when_and_why(editor_client: Client, editor: User) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    reject_candidate(
        candidate_id=candidate.pk, reason=DecisionReason.OTHER, note="Settled in March", by=editor
    )
    html = page(editor_client, candidate.revision.article)
    assert "<b>Rejected</b> by <bdi>editor</bdi>" in html
    assert "Settled in March" in html
    assert "Reopen" in html


def test_a_remembered_rejection_says_where_it_comes_from(
    editor_client: Client, editor: User
) -> None:
    original = CandidateFactory.create(revision__article__headline="Where it began")
    reject_candidate(candidate_id=original.pk, reason=DecisionReason.OPINION, by=editor)
    original.refresh_from_db()
    remembered = CandidateFactory.create(
        revision=extracted(),
        state=CandidateState.REJECTED,
        decided_by=editor,
        decided_at=original.decided_at,
        decision_reason=original.decision_reason,
        remembered_from=original,
    )
    html = page(editor_client, remembered.revision.article)
    assert "Arrived rejected" in html
    assert "Where it began" in html


def test_cards_can_be_limited_to_a_state(editor_client: Client, editor: User) -> None:
    revision = extracted()
    pending = CandidateFactory.create(revision=revision)
    rejected = CandidateFactory.create(revision=revision, passage=(10, 20))
    reject_candidate(candidate_id=rejected.pk, reason=DecisionReason.OPINION, by=editor)
    html = page(editor_client, revision.article, "?show=rejected")
    assert f'<article class="card card--rejected" id="candidate-{rejected.pk}"' in html
    assert f'id="candidate-{pending.pk}"' not in html
    # The text goes on showing every passage.
    assert f'id="passage-{pending.pk}"' in html
    assert "No candidate of this revision is merged." in page(
        editor_client, revision.article, "?show=merged"
    )


def test_headings_are_in_order(editor_client: Client) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    html = page(editor_client, candidate.revision.article)
    # unfold's menu has headings of its own before the page's first one.
    main = html[html.index('id="main"') :]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


# ------------------------------------------------------------------------------ the extraction


@pytest.mark.parametrize("state", [ExtractionState.PENDING, ExtractionState.RUNNING])
def test_an_unfinished_story_looks_again_by_itself(
    editor_client: Client, state: ExtractionState
) -> None:
    revision = RevisionFactory.create(extraction_state=state)
    html = page(editor_client, revision.article)
    assert '<meta http-equiv="refresh" content="5">' in html
    assert "worker" in html


def test_nothing_reloads_under_the_hands_of_somebody_deciding(editor_client: Client) -> None:
    revision = RevisionFactory.create(extraction_state=ExtractionState.PENDING)
    CandidateFactory.create(revision=revision)
    html = page(editor_client, revision.article)
    assert 'http-equiv="refresh"' not in html
    assert "Look again" in html


def test_a_finished_story_says_by_what_it_was_read(editor_client: Client) -> None:
    revision = extracted(extraction_notes="The text is not in English.")
    html = page(editor_client, revision.article)
    assert 'http-equiv="refresh"' not in html
    assert "by the extractor rules, version 7" in html
    assert "The text is not in English." in html
    assert "found nothing worth checking" in html


def failed_revision() -> Revision:
    return RevisionFactory.create(
        extraction_state=ExtractionState.FAILED,
        extraction_attempts=5,
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
        extraction_error="RuntimeError: <b>broken</b>",
    )


def extract_url(revision: Revision) -> str:
    return reverse("admin:articles_article_extract", args=[revision.article_id, revision.number])


def test_a_failure_says_what_happened_and_can_be_tried_again(editor_client: Client) -> None:
    revision = failed_revision()
    html = page(editor_client, revision.article)
    assert "after 5 attempts" in html
    assert "RuntimeError: &lt;b&gt;broken&lt;/b&gt;" in html
    assert extract_url(revision) in html
    response = editor_client.post(extract_url(revision), follow=True)
    revision.refresh_from_db()
    assert revision.extraction_state == ExtractionState.PENDING
    assert "Revision 1 is queued again." in response.content.decode()


def test_extracting_again_needs_the_permission_to_change(db: None) -> None:
    revision = failed_revision()
    client = staff("view_article", "view_candidate")
    assert extract_url(revision) not in page(client, revision.article)
    assert client.post(extract_url(revision)).status_code == 403
    revision.refresh_from_db()
    assert revision.extraction_state == ExtractionState.FAILED


def test_extracting_again_is_never_done_by_a_link(editor_client: Client) -> None:
    assert editor_client.get(extract_url(failed_revision())).status_code == 405


def test_a_revision_that_is_not_there_is_not_found(editor_client: Client) -> None:
    article = failed_revision().article
    url = reverse("admin:articles_article_extract", args=[article.pk, 9])
    assert editor_client.post(url).status_code == 404


def test_an_article_without_a_text_says_so(editor_client: Client) -> None:
    assert "No text of this story has arrived yet." in page(editor_client, ArticleFactory.create())


# ------------------------------------------------------------------------------- hostile text


def test_markup_in_a_story_is_text(editor_client: Client) -> None:
    evil = "<script>alert(1)</script>"
    revision = extracted(
        text=f"{evil} He said it.",
        article__headline=f"{evil} headline",
        article__byline=evil,
        article__outlet__name=evil,
        article__external_id=evil,
        article__section=evil,
        extraction_notes=evil,
    )
    CandidateFactory.create(
        revision=revision,
        passage=(0, 30),
        statement=f"{evil} statement",
        speaker_name=evil,
        explanation=evil,
        sourcing=SourcingTerms.UNNAMED,
        anonymity_reason=evil,
    )
    html = page(editor_client, revision.article)
    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 9


def test_characters_that_reorder_or_hide_text_are_shown(editor_client: Client) -> None:
    revision = extracted(
        text=f"Exports {RLO}fell and\u200b rose.",
        article__headline=f"Head{RLO}line",
        article__byline=f"A{RLO}B",
    )
    CandidateFactory.create(
        revision=revision,
        passage=(0, 15),
        statement=f"Exports {RLO}fell.",
        speaker_name=f"Minister{RLO} Lund",
        explanation=f"why{RLO}",
    )
    html = page(editor_client, revision.article)
    assert RLO not in html
    assert "\u200b" not in html
    assert html.count('title="U+202E RIGHT-TO-LEFT OVERRIDE"') >= 6
    assert 'title="U+200B ZERO WIDTH SPACE"' in html


def test_the_page_needs_no_inline_script_or_style_of_ours(editor_client: Client) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    html = page(editor_client, candidate.revision.article)
    ours = html[html.index('<div class="story">') : html.index('<section class="nr-history')]
    assert "<script" not in ours
    assert "style=" not in ours
    assert not re.search(r"\son[a-z]+=", ours)


# ---------------------------------------------------------------------------------- deciding


def test_accepting_goes_on_to_the_next_pending_candidate(editor_client: Client) -> None:
    revision = extracted()
    first = CandidateFactory.create(revision=revision, passage=(0, 10))
    second = CandidateFactory.create(revision=revision, passage=(10, 20))
    response = editor_client.post(decide_url("accept", first), {"back": "story", "show": ""})
    assert response.status_code == 302
    assert response["Location"] == (
        story_url(revision.article, f"?revision=1&at={second.pk}#candidate-{second.pk}")
    )
    first.refresh_from_db()
    assert first.state == CandidateState.ACCEPTED
    assert Claim.objects.get() == first.claim
    html = page(editor_client, revision.article)
    assert f"claim {first.claim_id}" in html
    assert "Accepted as" in html


def test_after_the_last_one_the_first_that_is_left_follows(editor_client: Client) -> None:
    revision = extracted()
    first = CandidateFactory.create(revision=revision, passage=(0, 10))
    last = CandidateFactory.create(revision=revision, passage=(10, 20))
    response = editor_client.post(decide_url("accept", last), {"back": "story"})
    assert response["Location"].endswith(f"#candidate-{first.pk}")
    response = editor_client.post(decide_url("accept", first), {"back": "story"})
    assert response["Location"].endswith(f"#candidate-{first.pk}")


def test_rejecting_takes_a_reason_and_a_note(editor_client: Client) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    editor_client.post(
        decide_url("reject", candidate),
        {"back": "story", "show": "pending", "reason": "too_vague", "note": "When?"},
    )
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.REJECTED
    assert candidate.decision_reason == DecisionReason.TOO_VAGUE
    assert candidate.decision_note == "When?"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Choose a reason for rejecting."),
        ({"reason": "other"}, "Say in the note what the other reason is."),
        ({"reason": "worth_checking"}, "Choose one of the reasons for rejecting."),
    ],
)
def test_a_rejection_that_is_not_complete_says_what_is_missing(
    editor_client: Client, fields: dict[str, str], message: str
) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    response = editor_client.post(
        decide_url("reject", candidate), {"back": "story", "show": "pending", **fields}
    )
    assert response["Location"] == story_url(
        candidate.revision.article,
        f"?revision=1&show=pending&at={candidate.pk}#candidate-{candidate.pk}",
    )
    assert message in page(editor_client, candidate.revision.article)
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_a_reopened_candidate_is_in_sight_again(editor_client: Client, editor: User) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=editor)
    response = editor_client.post(
        decide_url("reopen", candidate), {"back": "story", "show": "rejected"}
    )
    assert response["Location"] == story_url(
        candidate.revision.article, f"?revision=1&at={candidate.pk}#candidate-{candidate.pk}"
    )
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_what_somebody_else_decided_meanwhile_stands(editor_client: Client) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    colleague = UserFactory.create(username="colleague", is_superuser=True)
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=colleague)
    response = editor_client.post(decide_url("accept", candidate), {"back": "story"}, follow=True)
    assert "was rejected by colleague" in response.content.decode()
    assert not Claim.objects.exists()


# -------------------------------------------------------------------------------- permissions


def test_a_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    for response in (
        client.get(story_url(candidate.revision.article)),
        client.post(decide_url("accept", candidate)),
        client.post(extract_url(candidate.revision)),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))


def test_staff_without_permission_see_no_story(db: None) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    client = staff()
    assert client.get(story_url(candidate.revision.article)).status_code == 403
    assert client.post(decide_url("accept", candidate)).status_code == 403


def test_those_who_may_only_look_see_all_and_decide_nothing(db: None) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    client = staff("view_article", "view_candidate")
    html = page(client, candidate.revision.article)
    assert candidate.statement in html
    for decision in ("accept", "reject", "reopen", "merge"):
        assert decide_url(decision, candidate) not in html
        assert client.post(decide_url(decision, candidate)).status_code == 403
    assert "Save status and embargo" not in html
    assert client.post(story_url(candidate.revision.article), {"status": "killed"}).status_code == (
        403
    )
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_candidates_are_not_shown_to_those_who_may_not_see_them(db: None) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    html = page(staff("view_article"), candidate.revision.article)
    assert STORY[:40] in html
    assert candidate.statement not in html
    assert "passage--pending" not in html


def test_a_decision_needs_the_token_of_its_form(editor: User) -> None:
    candidate = CandidateFactory.create(revision=extracted())
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(decide_url("accept", candidate)).status_code == 403


# ------------------------------------------------------------------------- the article's fields


def test_status_and_embargo_can_be_changed_and_nothing_else(editor_client: Client) -> None:
    revision = extracted(article__headline="As delivered")
    response = editor_client.post(
        story_url(revision.article),
        {
            "status": "withheld",
            "embargoed_until_0": "2030-01-01",
            "embargoed_until_1": "12:00",
            "headline": "Ours now",
        },
    )
    assert response.status_code == 302
    article = Article.objects.get(pk=revision.article_id)
    assert article.status == ArticleStatus.WITHHELD
    assert article.embargoed_until is not None
    assert article.headline == "As delivered"


def test_a_wrong_embargo_is_shown_with_what_is_wrong(editor_client: Client) -> None:
    revision = extracted()
    response = editor_client.post(
        story_url(revision.article),
        {"status": "live", "embargoed_until_0": "tomorrow", "embargoed_until_1": ""},
    )
    assert response.status_code == 200
    assert "Enter a valid date." in response.content.decode()


def test_articles_are_neither_added_nor_deleted_by_hand(editor_client: Client) -> None:
    article = extracted().article
    assert editor_client.get(reverse("admin:articles_article_add")).status_code == 403
    url = reverse("admin:articles_article_delete", args=[article.pk])
    assert editor_client.post(url, {"post": "yes"}).status_code == 403


# ------------------------------------------------------------------------------------ the list


def rows(client: Client, query: str = "") -> str:
    response = client.get(reverse("admin:articles_article_changelist") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_counts_revisions_and_what_is_to_decide_in_the_latest(
    editor_client: Client,
) -> None:
    article = ArticleFactory.create(headline="Counted")
    old = extracted(article=article, number=1)
    CandidateFactory.create(revision=old)
    latest = extracted(article=article, number=2)
    CandidateFactory.create(revision=latest, passage=(0, 10))
    CandidateFactory.create(revision=latest, passage=(10, 20))
    response = editor_client.get(reverse("admin:articles_article_changelist"))
    (row,) = response.context["cl"].result_list
    assert (row.revision_count, row.pending_count, row.latest_extraction) == (2, 2, "done")
    assert "Counted" in response.content.decode()


def test_the_list_can_be_searched_and_filtered(editor_client: Client) -> None:
    extracted(article__headline="Dredging", article__external_id="hp-77")
    waiting = RevisionFactory.create(article__headline="Ferries").article
    extracted(article=waiting, number=2)
    failed_revision()
    assert "Dredging" in rows(editor_client, "?q=hp-77")
    assert "Ferries" not in rows(editor_client, "?q=hp-77")
    done = rows(editor_client, "?extraction=done")
    assert "Dredging" in done
    assert "Ferries" in done
    # Its first revision still waits, but the latest one counts.
    assert "Ferries" not in rows(editor_client, "?extraction=pending")
    assert "Dredging" not in rows(editor_client, "?extraction=failed")
    assert "Dredging" not in rows(editor_client, "?status__exact=killed")
    assert "Dredging" in rows(editor_client, f"?outlet__id__exact={waiting.outlet_id - 1}")


def test_the_list_can_be_sorted_by_date_with_the_index(editor_client: Client) -> None:
    extracted(article__headline="Undated")
    extracted(article__headline="Dated", article__published_at=timezone.now())
    html = rows(editor_client, "?o=3")
    assert html.index("Dated") < html.index("Undated")


def test_a_hostile_headline_is_harmless_in_the_list(editor_client: Client) -> None:
    extracted(article__headline=f"<script>alert(1)</script>{RLO}")
    html = rows(editor_client)
    assert "<script>alert(1)" not in html
    assert RLO not in html


# ---------------------------------------------------------------------------- cost of the pages


def queries(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def decided(revision: Revision, number: int, by: User) -> None:
    original = CandidateFactory.create(revision__article__headline=f"Origin {number}")
    reject_candidate(candidate_id=original.pk, reason=DecisionReason.OPINION, by=by)
    original.refresh_from_db()
    CandidateFactory.create(
        revision=revision,
        passage=(number * 2, number * 2 + 2),
        speaker=SourceFactory.create(),
        state=CandidateState.REJECTED,
        decided_by=UserFactory.create(),
        decided_at=timezone.now(),
        decision_reason=DecisionReason.OPINION,
        remembered_from=original,
    )


def test_a_story_costs_the_same_however_many_candidates_it_has(
    editor_client: Client, editor: User
) -> None:
    revision = extracted()
    decided(revision, 0, editor)
    page(editor_client, revision.article)
    few = queries(lambda: page(editor_client, revision.article))
    for number in range(1, 12):
        decided(revision, number, editor)
        extracted(article=revision.article, number=number + 1)
    many = queries(lambda: page(editor_client, revision.article, "?revision=1"))
    assert many == few


def test_the_list_costs_the_same_however_many_articles_there_are(editor_client: Client) -> None:
    CandidateFactory.create(revision=extracted())
    rows(editor_client)
    few = queries(lambda: rows(editor_client))
    for _ in range(12):
        CandidateFactory.create(revision=extracted())
    assert queries(lambda: rows(editor_client)) == few
