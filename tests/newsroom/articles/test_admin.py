"""Outlets and revisions in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsroom.articles.models import ExtractionState, Revision
from newsroom.history import acting
from tests.factories import ArticleFactory, OutletFactory, RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db

REVISIONS = "/admin/articles/revision/"


def finished(state: ExtractionState) -> Revision:
    return RevisionFactory.create(
        extraction_state=state,
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
    )


def client_with(*permissions: str) -> Client:
    user = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


class TestExtractAgain:
    def test_finished_and_failed_revisions_are_queued_and_counted(
        self, editor_client: Client
    ) -> None:
        revisions = [finished(ExtractionState.DONE), finished(ExtractionState.FAILED)]
        waiting = RevisionFactory.create()

        page = editor_client.post(
            REVISIONS,
            {
                "action": "extract_again",
                "_selected_action": [one.pk for one in (*revisions, waiting)],
            },
            follow=True,
        )

        assert "Queued for extraction: 2 revisions." in page.text
        assert "Left alone, because not finished yet, or not live: 1 revision." in page.text
        assert {one.extraction_state for one in Revision.objects.all()} == {"pending"}

    def test_who_may_only_view_is_not_offered_it(self) -> None:
        revision = finished(ExtractionState.FAILED)
        client = client_with("view_revision")

        listed = client.get(REVISIONS)
        shown = client.get(f"{REVISIONS}{revision.pk}/change/")
        refused = client.post(f"{REVISIONS}{revision.pk}/extract-again/", {"_form_submitted": "on"})

        assert "Extract again" not in listed.text
        assert "Extract again" not in shown.text
        assert refused.status_code == 403
        revision.refresh_from_db()
        assert revision.extraction_state == "failed"

    def test_the_page_asks_first_and_changes_nothing_by_a_link(self) -> None:
        revision = finished(ExtractionState.FAILED)
        client = client_with("view_revision", "change_revision")
        address = f"{REVISIONS}{revision.pk}/extract-again/"

        asked = client.get(address)
        revision.refresh_from_db()

        assert "Extract this revision again?" in asked.text
        assert revision.extraction_state == "failed"

        done = client.post(address, {"_form_submitted": "on"})
        revision.refresh_from_db()

        assert done.headers["HX-Redirect"] == f"{REVISIONS}{revision.pk}/change/"
        assert revision.extraction_state == "pending"

    def test_it_is_on_record(self, editor_client: Client) -> None:
        revision = finished(ExtractionState.FAILED)
        editor_client.post(f"{REVISIONS}{revision.pk}/extract-again/", {"_form_submitted": "on"})

        page = editor_client.get(f"{REVISIONS}{revision.pk}/change/")

        (step,) = page.context["history"]
        assert (step.actor, step.label) == ("editor", "queued again")


class TestRevisions:
    def test_the_text_is_shown_as_text(self, editor_client: Client) -> None:
        revision = RevisionFactory.create(text="<script>alert(1)</script> & more")

        page = editor_client.get(f"{REVISIONS}{revision.pk}/change/")

        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page.text
        assert "<script>alert(1)" not in page.text

    def test_a_failure_says_why_in_the_list(self, editor_client: Client) -> None:
        revision = finished(ExtractionState.FAILED)
        Revision.objects.filter(pk=revision.pk).update(extraction_error="ValueError: odd")

        page = editor_client.get(REVISIONS, {"extraction_state__exact": "failed"})

        assert "ValueError: odd" in page.text

    def test_the_list_does_not_read_the_texts(self, editor_client: Client) -> None:
        RevisionFactory.create()

        (row,) = editor_client.get(REVISIONS).context["cl"].result_list

        assert "text" in row.get_deferred_fields()

    def test_the_story_is_one_step_away(self, editor_client: Client) -> None:
        revision = RevisionFactory.create()
        story = reverse("admin:articles_article_change", args=[revision.article_id])

        page = editor_client.get(f"{REVISIONS}{revision.pk}/change/")
        jump = editor_client.get(f"{REVISIONS}{revision.pk}/story/")

        assert story in page.text
        assert jump.headers["Location"] == story

    def test_a_story_is_found_by_the_outlets_own_id(self, editor_client: Client) -> None:
        wanted = RevisionFactory.create(article__external_id="hp-2041")
        RevisionFactory.create(article__external_id="hp-20412")

        page = editor_client.get(REVISIONS, {"q": "hp-2041"})

        assert [one.pk for one in page.context["cl"].result_list] == [wanted.pk]


class TestOutlets:
    def test_the_list_tells_when_the_latest_story_came(self, editor_client: Client) -> None:
        with acting(None):
            article = ArticleFactory.create(outlet__name="Harbour Post")
        OutletFactory.create(name="Nobody yet")

        page = editor_client.get("/admin/articles/outlet/")

        rows = {row.name: row for row in page.context["cl"].result_list}
        assert rows["Harbour Post"].latest_story_at is not None
        assert rows["Nobody yet"].latest_story_at is None
        assert "none yet" in page.text
        assert f"?outlet__id__exact={article.outlet_id}" in page.text

    def test_one_with_stories_is_not_deleted(self, editor_client: Client) -> None:
        article = ArticleFactory.create()

        page = editor_client.post(
            f"/admin/articles/outlet/{article.outlet_id}/delete/", {"post": "yes"}
        )

        assert page.status_code == 200
        assert "Cannot delete outlet" in page.text


@pytest.mark.parametrize("key", ["x", "9" * 30, "123456789"])
def test_an_address_that_names_no_revision_is_not_found(editor_client: Client, key: str) -> None:
    revisions = reverse("admin:articles_revision_changelist")
    assert editor_client.get(f"{revisions}{key}/story/").status_code == 404
