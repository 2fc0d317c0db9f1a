"""The first page of the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.following.services import follow_revision
from claims.matching import index
from claims.matching.links import dismiss_alert
from claims.models import CandidateState, Claim, MatchEntry, RepeatAlert, RevisionMatching
from newsroom import dashboard
from newsroom.articles.models import ExtractionState, Revision
from newsroom.imports.models import ImportRun, ImportState
from tests.claims.following.stories import TEXT, VALUE, first, later, said_in
from tests.factories import (
    CandidateFactory,
    ClaimFactory,
    FeedFactory,
    ImportRunFactory,
    RejectionFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

INDEX = "/admin/"


def failed_revision(error: str = "ValueError: odd quotation mark") -> Revision:
    return RevisionFactory.create(
        extraction_state=ExtractionState.FAILED,
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
        extraction_error=error,
    )


def failed_run(error: str = "OSError: disk") -> ImportRun:
    return ImportRunFactory.create(
        state=ImportState.FAILED, finished_at=timezone.now(), error=error
    )


def figures(client: Client) -> dict[str, dashboard.Figure]:
    return {figure.title: figure for figure in client.get(INDEX).context["figures"]}


def test_an_installation_without_stories_says_how_to_import(editor_client: Client) -> None:
    page = editor_client.get(INDEX)

    assert page.status_code == 200
    assert "python manage.py import_articles PATH --outlet NAME" in page.text
    assert "What went wrong" not in page.text


def test_once_something_was_imported_it_no_longer_does(editor_client: Client) -> None:
    ImportRunFactory.create()

    page = editor_client.get(INDEX)

    assert "import_articles" not in page.text
    assert "no import or extraction has failed" in page.text


def test_what_a_changed_story_asks_for_is_counted_and_leads_to_its_queue(
    editor_client: Client,
) -> None:
    assert "Changed stories" not in figures(editor_client), "an empty queue asks for nothing"
    before = first()
    said_in(before, VALUE)
    follow_revision(revision_id=later(before, TEXT.replace("€212", "€312")).pk)

    figure = figures(editor_client)["Changed stories"]

    assert (figure.count, figure.link) == (1, "/admin/changes/")
    assert "Passages to look at: 1" in figure.note


def test_what_was_rated_false_and_said_again_is_counted_until_it_is_dismissed(
    editor_client: Client,
) -> None:
    claim, candidate = ClaimFactory.create(), CandidateFactory.create()
    alert = RepeatAlert.objects.create(
        claim=claim, candidate=candidate, speaker=SourceFactory.create(), rating="False", score=1
    )
    figure = figures(editor_client)["Said again"]
    assert (figure.count, figure.link) == (1, "/admin/claims/repeatalert/")

    dismiss_alert(alert_id=alert.pk, by=UserFactory.create(is_superuser=True))

    assert "Said again" not in figures(editor_client)


def test_pending_candidates_are_counted_and_lead_to_their_list(editor_client: Client) -> None:
    CandidateFactory.create_batch(2)
    CandidateFactory.create(state=CandidateState.SUPERSEDED)

    figure = figures(editor_client)["Pending candidates"]

    assert figure.count == 2
    assert editor_client.get(figure.link).status_code == 200
    assert figure.link.endswith("/claims/candidate/")


def test_more_candidates_than_a_person_reads_are_not_counted(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    CandidateFactory.create_batch(4)
    monkeypatch.setattr("newsroom.dashboard.LIMIT", 3)

    assert str(figures(editor_client)["Pending candidates"].count) == "3+"


def test_what_came_in_within_a_day_is_counted(editor_client: Client) -> None:
    RevisionFactory.create()
    RevisionFactory.create(received_at=timezone.now() - timedelta(hours=25))

    assert figures(editor_client)["Received in 24 hours"].count == 1


def test_the_queue_tells_how_many_wait_and_since_when(editor_client: Client) -> None:
    RevisionFactory.create(received_at=timezone.now() - timedelta(hours=3, minutes=1))
    RevisionFactory.create()
    RevisionFactory.create(extraction_state=ExtractionState.RUNNING)

    figure = figures(editor_client)["Waiting for extraction"]

    assert figure.count == 2
    assert figure.note == "1 running, oldest received 3 hours ago"


def test_an_empty_queue_names_no_age(editor_client: Client) -> None:
    assert figures(editor_client)["Waiting for extraction"].note == "0 running"


def test_failed_extractions_stand_out(editor_client: Client) -> None:
    assert not figures(editor_client)["Extraction failed"].alarming
    failed_revision()

    figure = figures(editor_client)["Extraction failed"]

    assert figure.alarming
    assert figure.count == 1


def test_claims_are_shown_by_state_with_their_share(editor_client: Client) -> None:
    ClaimFactory.create_batch(4)
    for claim in Claim.objects.all()[:1]:
        Claim.objects.filter(pk=claim.pk).update(state="checking")

    segments = {one.state: one for one in editor_client.get(INDEX).context["segments"]}

    assert (segments["new"].count, segments["new"].share) == (3, 75)
    assert (segments["checking"].count, segments["checking"].share) == (1, 25)
    assert segments["published"].count == 0
    assert segments["new"].link.endswith("?state__exact=new")
    assert editor_client.get(segments["new"].link).context["cl"].result_count == 3


def test_the_latest_five_imports_are_shown(editor_client: Client) -> None:
    runs = ImportRunFactory.create_batch(6)

    shown = editor_client.get(INDEX).context["runs"]

    assert [run.pk for run in shown] == [run.pk for run in reversed(runs)][:5]


def test_every_failure_says_what_to_do_and_where(editor_client: Client) -> None:
    failed_revision()
    failed_run()
    RejectionFactory.create(message="The field “text” is missing.")

    page = editor_client.get(INDEX)

    for failure in page.context["failures"]:
        assert failure.to_do
        assert editor_client.get(failure.link).status_code == 200
    assert "ValueError: odd quotation mark" in page.text
    assert "OSError: disk" in page.text
    assert "The field “text” is missing." in page.text


def test_what_the_matching_gave_up_is_named_with_the_command(editor_client: Client) -> None:
    index.install_models()
    revision = RevisionFactory.create()
    RevisionMatching.objects.create(revision=revision, next_attempt_at=None, error="OSError: full")
    RevisionMatching.objects.create(revision=RevisionFactory.create())
    claim = ClaimFactory.create(statement="The quay is closed.")
    ClaimFactory.create(statement="The quay is open.")
    MatchEntry.objects.filter(claim=claim).update(next_attempt_at=None, error="ValueError: odd")

    failures = editor_client.get(INDEX).context["failures"]

    assert [(one.what, one.why) for one in failures] == [
        (f"Comparing “{revision}” with earlier claims", "OSError: full"),
        ("Making “The quay is closed.” known to the search for repeats", "ValueError: odd"),
    ]
    assert all("embed_claims --again" in one.to_do for one in failures)
    assert all(editor_client.get(one.link).status_code == 200 for one in failures)


def test_a_run_whose_error_says_what_to_do_is_not_told_twice(editor_client: Client) -> None:
    failed_run("The import was interrupted. Run it again: what it had taken in stays as it is.")

    (failure,) = editor_client.get(INDEX).context["failures"]

    assert failure.to_do == ""


def test_errors_are_text(editor_client: Client) -> None:
    failed_revision("<script>alert(1)</script>\nsecond line")

    page = editor_client.get(INDEX)

    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "second line" not in page.text


def test_a_long_error_is_cut(editor_client: Client) -> None:
    failed_revision("x" * 5000)

    assert "x" * 201 not in editor_client.get(INDEX).text


def test_the_page_costs_the_same_number_of_queries_for_any_number_of_rows(
    editor_client: Client,
) -> None:
    def fill(times: int) -> None:
        for _ in range(times):
            CandidateFactory.create()
            ClaimFactory.create()
            failed_revision()
            failed_run()
            RejectionFactory.create()
            RevisionFactory.create()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor_client.get(INDEX).status_code == 200
        return len(captured)

    fill(2)
    few = queries()
    fill(10)

    assert queries() == few


def test_nothing_is_counted_without_end(editor_client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        editor_client.get(INDEX)

    counting = [query["sql"] for query in captured if "COUNT(" in query["sql"].upper()]
    assert counting
    for sql in counting:
        assert "LIMIT" in sql


def test_who_may_view_nothing_is_shown_nothing(db: None) -> None:
    failed_revision("secret error")
    RejectionFactory.create(message="secret message")
    client = Client()
    client.force_login(UserFactory.create(is_staff=True))

    page = client.get(INDEX)

    assert page.status_code == 200
    assert "secret" not in page.text
    assert page.context["figures"] == []
    assert page.context["segments"] == []


def test_who_may_view_claims_is_shown_claims_only(db: None) -> None:
    reader = UserFactory.create(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_claim"))
    client = Client()
    client.force_login(reader)
    ClaimFactory.create()

    page = client.get(INDEX)

    assert page.context["segments"]
    assert page.context["figures"] == []
    assert page.context["failures"] == []
    assert "What went wrong" not in page.text


def test_feeds_that_need_somebody_are_named(editor_client: Client) -> None:
    now = timezone.now()
    FeedFactory.create(name="Good feed", last_new_at=now, usual_gap=timedelta(hours=1), arrivals=9)
    FeedFactory.create(name="Bad feed", failures=2, last_error="The server answered with 500.")
    FeedFactory.create(
        name="Quiet feed",
        last_new_at=now - timedelta(days=2),
        usual_gap=timedelta(hours=1),
        arrivals=9,
    )

    page = editor_client.get("/admin/").text

    assert "Feed Bad feed: failing" in page
    assert "The server answered with 500." in page
    assert "Feed Quiet feed: quiet for long" in page
    assert "Good feed" not in page
