"""What every admin class gets from its base: refusals as messages, and the history of a row."""

from __future__ import annotations

import pghistory
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.admin.evidence import EvidenceAdmin
from newsroom.accounts.models import User
from newsroom.admin_history import SHOWN, history_of
from newsroom.articles import extraction_queue
from newsroom.articles.models import ExtractionState, Outlet, Revision
from newsroom.history import acting
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    OutletFactory,
    RatingFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


class TestRefusals:
    """A rule of the database that the form does not know of."""

    @pytest.fixture
    def evidence(self, in_review: int) -> str:
        return reverse("admin:claims_evidence_delete", args=[in_review])

    @pytest.fixture
    def in_review(self, editor: User, monkeypatch: pytest.MonkeyPatch) -> int:
        """The evidence of a claim that somebody submits after the page has looked at it."""
        monkeypatch.delattr(EvidenceAdmin, "has_delete_permission")
        claim = ClaimFactory.create(rating=RatingFactory.create(), rationale="So it is.")
        evidence = EvidenceFactory.create(claim=claim)
        claim.state = "checking"
        claim.save()
        claim.state = "in_review"
        claim.submitted_by = editor
        claim.submitted_at = evidence.created_at
        claim.save()
        return int(evidence.pk)

    def test_a_refused_deletion_is_a_message(self, editor_client: Client, evidence: str) -> None:
        page = editor_client.post(evidence, {"post": "yes"}, follow=True)

        assert page.status_code == 200
        assert (
            "The evidence of what is in review or verified does not change; return it first."
            in page.text
        )
        assert page.redirect_chain[-1][0].endswith("/change/")

    def test_a_refused_action_on_rows_is_a_message(
        self, editor_client: Client, in_review: int
    ) -> None:
        other = EvidenceFactory.create()

        page = editor_client.post(
            reverse("admin:claims_evidence_changelist"),
            {
                "action": "delete_selected",
                "_selected_action": [in_review, other.pk],
                "post": "yes",
            },
            follow=True,
        )

        assert page.status_code == 200
        assert (
            "The evidence of what is in review or verified does not change; return it first."
            in page.text
        )
        assert page.context["cl"].result_count == 2, "all of them or none"

    def test_a_refused_save_shows_the_form_with_what_was_typed(
        self, editor_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        outlet = OutletFactory.create()
        OutletFactory.create(name="Taken", slug="taken")
        # As when somebody else takes the name between the form's own look and its save.
        monkeypatch.setattr(Outlet, "validate_unique", lambda self, exclude=None: None)
        monkeypatch.setattr(Outlet, "validate_constraints", lambda self, exclude=None: None)

        page = editor_client.post(
            reverse("admin:articles_outlet_change", args=[outlet.pk]),
            {"name": "Taken", "slug": "typed-by-hand", "url": ""},
        )

        assert page.status_code == 200
        assert "duplicate key value" in page.text
        assert 'value="typed-by-hand"' in page.text
        outlet.refresh_from_db()
        assert outlet.name != "Taken"


LISTS = [
    "articles_article",
    "articles_outlet",
    "claims_candidate",
    "claims_claim",
    "claims_evidence",
    "sources_source",
    "accounts_user",
]


@pytest.mark.parametrize("rows", LISTS)
@pytest.mark.parametrize("key", ["x", "²", "9" * 30, "9" * 5000], ids=["x", "²", "30", "5000"])
def test_a_selection_of_what_can_be_no_rows_is_a_message(
    editor_client: Client, rows: str, key: str
) -> None:
    address = reverse(f"admin:{rows}_changelist")
    possible = editor_client.get(address).context["action_form"]
    actions = (
        [name for name, _ in possible.base_fields["action"].choices if name] if possible else []
    )

    for action in {*actions, "delete_selected"}:
        page = editor_client.post(
            address, {"action": action, "_selected_action": ["1", key]}, follow=True
        )

        assert page.status_code == 200
        assert [str(one) for one in page.context["messages"]] == [
            "The selection names no rows of this list."
        ]


class TestHistory:
    def test_it_tells_who_changed_what_from_what_to_what(self, editor: User) -> None:
        with acting(editor, reason="renamed"):
            outlet = OutletFactory.create(name="Old name", slug="old")
            Outlet.objects.filter(pk=outlet.pk).update(name="New name")

        changed, created = history_of(outlet)

        assert (created.label, created.actor, created.changes) == ("created", "editor", [])
        assert (changed.label, changed.where) == ("changed", "reason: renamed")
        (change,) = changed.changes
        assert (change.field, change.before, change.after) == ("name", "Old name", "New name")

    def test_a_web_request_is_named_by_its_user_and_address(
        self, editor: User, editor_client: Client
    ) -> None:
        outlet = OutletFactory.create()
        address = reverse("admin:articles_outlet_change", args=[outlet.pk])

        editor_client.post(address, {"name": "Renamed", "slug": outlet.slug, "url": ""})

        changed = history_of(outlet)[0]
        assert (changed.actor, changed.where) == ("editor", address)

    def test_a_machine_and_a_change_past_the_application_are_told_apart(self) -> None:
        # In this order: a context that was set stays until the end of the transaction.
        outlet = OutletFactory.create()
        with acting(None, rule="rules 1"):
            Outlet.objects.filter(pk=outlet.pk).update(url="https://example.org")
        with pghistory.context(import_run=7):
            Outlet.objects.filter(pk=outlet.pk).update(url="")

        assert [(step.actor, step.where) for step in history_of(outlet)] == [
            ("the machine", "import run #7"),
            ("the machine", "rule: rules 1"),
            ("outside the application", ""),
        ]

    def test_rows_and_choices_are_named_as_people_know_them(self) -> None:
        claim = ClaimFactory.create()
        claim.speaker = SourceFactory.create(name="Ana Lund")
        claim.state = "checking"
        claim.save()

        changes = {one.field: (one.before, one.after) for one in history_of(claim)[0].changes}

        assert changes == {"speaker": ("–", "Ana Lund"), "state": ("new", "checking")}

    def test_a_step_that_keeps_the_row_as_it_was_tells_what_was_given_up(
        self, editor: User
    ) -> None:
        revision = failed_revision("ValueError: odd")
        extraction_queue.requeue(revision_ids=[revision.pk], by=editor)

        (step,) = history_of(revision)

        assert (step.label, step.actor) == ("queued again", "editor")
        given_up = {change.field: (change.before, change.after) for change in step.changes}
        assert given_up["error"] == ("ValueError: odd", None)

    def test_only_the_latest_steps_are_shown(self) -> None:
        outlet = OutletFactory.create()
        for number in range(SHOWN + 5):
            Outlet.objects.filter(pk=outlet.pk).update(name=f"Name {number}")

        steps = history_of(outlet)

        assert len(steps) == SHOWN
        assert steps[-1].changes[0].before == "Name 4", "the oldest is compared with one unseen"

    def test_it_costs_the_same_number_of_queries_for_any_number_of_steps(self) -> None:
        def queries(steps: int) -> int:
            claim = ClaimFactory.create()
            for number in range(steps):
                with pghistory.context(user=UserFactory.create().pk):
                    claim.speaker = SourceFactory.create(name=f"Speaker {number}")
                    claim.save()
            with CaptureQueriesContext(connection) as captured:
                assert len(history_of(claim)) == steps + 1
            return len(captured)

        assert queries(2) == queries(12) == 3

    def test_what_stands_in_it_is_text(self, editor_client: Client) -> None:
        outlet = OutletFactory.create(name="<script>alert(1)</script>", slug="x")
        Outlet.objects.filter(pk=outlet.pk).update(name="<b>bold</b>")

        page = editor_client.get(reverse("admin:articles_outlet_change", args=[outlet.pk]))

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "<script>alert(1)" not in page.text
        assert "<b>bold</b>" not in page.text

    def test_a_long_text_is_cut(self) -> None:
        claim = ClaimFactory.create()
        claim.rationale = "x" * 5000
        claim.save()

        (change,) = history_of(claim)[0].changes

        assert change.after is not None
        assert len(change.after) == 300

    def test_people_are_called_as_everywhere_else(self) -> None:
        known = UserFactory.create(first_name="Noor", last_name="Chaudhary")
        outlet = OutletFactory.create()
        for who in ({"user": known.pk, "username": known.username}, {"user": known.pk}):
            with pghistory.context(**who):
                outlet.name += "!"
                outlet.save()
        with pghistory.context(user=0, username="gone"):
            outlet.name += "!"
            outlet.save()

        steps = history_of(outlet)[:3]

        assert [step.actor for step in steps] == ["gone", "Noor Chaudhary", "Noor Chaudhary"]

    def test_a_model_without_history_has_none(self) -> None:
        assert history_of(UserFactory.create()) == []


def failed_revision(error: str) -> Revision:
    revision = RevisionFactory.create()
    Revision.objects.filter(pk=revision.pk).update(
        extraction_state=ExtractionState.FAILED,
        extraction_next_attempt_at=None,
        extraction_finished_at=revision.extraction_next_attempt_at,
        extraction_error=error,
    )
    return revision
