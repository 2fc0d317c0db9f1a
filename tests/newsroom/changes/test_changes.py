"""What changed: written with the change, read by cursor, nothing missed and nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from claims.models import Claim, ClaimState
from newsroom.articles.models import Article
from newsroom.changes.models import TYPES, Change
from newsroom.changes.reading import (
    Position,
    changes_after,
    forget_old_changes,
    latest_position,
)
from tests.claims.states import claim_in
from tests.database import Worker, at_once, refused_by, until_settled
from tests.factories import ArticleFactory, CandidateFactory, ClaimFactory, RevisionFactory
from tests.newsroom.api.clients import api_client


def types() -> list[str]:
    return list(Change.objects.order_by("pk").values_list("type", flat=True))


@pytest.mark.django_db
class TestAnnouncing:
    def test_what_a_shell_does_is_announced_too(self) -> None:
        claim = ClaimFactory.create()

        Claim.objects.filter(pk=claim.pk).update(state=ClaimState.CHECKING)
        Claim.objects.filter(pk=claim.pk).update(method="By phone.")

        assert types() == ["claim.created", "claim.state_changed", "claim.updated"]
        last = Change.objects.order_by("pk").last()
        assert last is not None
        assert last.data == {"state": "checking", "version": 3}
        assert not Change.objects.filter(is_public=True).exists()

    def test_only_what_is_published_is_public(self) -> None:
        claim = claim_in(ClaimState.PUBLISHED)

        (public,) = Change.objects.filter(is_public=True)

        assert (public.subject_id, public.data["state"]) == (claim.pk, "published")

    def test_stories_are_announced_and_held_ones_not_to_all(self) -> None:
        RevisionFactory.create()
        tomorrow = timezone.now() + timedelta(days=1)
        RevisionFactory.create(article=ArticleFactory.create(embargoed_until=tomorrow))

        assert types() == ["article.created", "revision.created"] * 2
        assert list(Change.objects.order_by("pk").values_list("is_public", flat=True)) == [
            *(True, True, False, False)
        ]
        Article.objects.update(status="killed")
        assert Change.objects.filter(type="article.updated").count() == 2

    def test_a_decision_is_announced_and_a_proposal_is_not(self) -> None:
        candidate = CandidateFactory.create()
        assert "candidate.state_changed" not in types()

        type(candidate).objects.filter(pk=candidate.pk).update(state="superseded")

        assert types()[-1] == "candidate.state_changed"

    def test_the_types_that_can_be_asked_for_are_those_that_triggers_announce(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT found[1] FROM pg_proc, regexp_matches(prosrc, %s, 'g') AS found "
                "WHERE prosrc LIKE %s",
                ["'([a-z_]+[.][a-z_]+)'", "%INSERT INTO changes_change%"],
            )
            assert sorted(name for (name,) in cursor.fetchall()) == sorted(TYPES)

    def test_what_happened_stays_as_it_was(self) -> None:
        ClaimFactory.create()
        with refused_by("change_is_history"):
            Change.objects.update(type="claim.forgotten")

    def test_old_changes_are_forgotten(self) -> None:
        ClaimFactory.create()
        assert forget_old_changes() == 0
        Change.objects.all().delete()
        Change.objects.create(
            type="x.y", subject="x", subject_id=1, at=timezone.now() - timedelta(days=91)
        )
        assert forget_old_changes() == 1


@pytest.mark.django_db(transaction=True)
class TestReading:
    def test_each_change_comes_once_in_order(self) -> None:
        for _ in range(5):
            ClaimFactory.create()
        until_settled()
        seen, position = [], Position()

        while found := changes_after(position, limit=2, public_only=False):
            seen += found
            position = Position(found[-1].transaction, found[-1].pk)

        assert [one.pk for one in seen] == sorted(Change.objects.values_list("pk", flat=True))
        assert position == latest_position()

    def test_what_is_still_being_written_is_waited_for(self) -> None:
        """A reader who went on to the later change would never see the earlier one."""

        def earlier() -> None:
            ClaimFactory.create()

        def later() -> Any:
            with transaction.atomic():
                ClaimFactory.create()
            return changes_after(Position(), limit=10, public_only=False)

        with transaction.atomic():
            earlier()
            (seen,) = at_once(later)
            assert seen == []
        until_settled()
        assert len(changes_after(Position(), limit=10, public_only=False)) == 2

    def test_over_http_by_cursor(self) -> None:
        client = api_client("decisions:write")
        start = client.read("/changes").json()["cursor"]
        claim = ClaimFactory.create()
        until_settled()

        first = client.read(f"/changes?after={start}").json()
        nothing = client.read(f"/changes?after={first['cursor']}").json()

        assert [(one["type"], one["subject_id"]) for one in first["results"]] == [
            ("claim.created", claim.pk)
        ]
        assert nothing == {"results": [], "cursor": first["cursor"]}
        assert client.read(f"/changes?after={start}&type=claim.updated").json()["results"] == []
        assert client.read("/changes?after=yesterday").status_code == 422
        assert client.read("/changes?wait=99").status_code == 422

    def test_what_was_not_asked_for_is_passed_over_once(self) -> None:
        decider, reader = api_client("decisions:write"), api_client("read")
        start = decider.read("/changes").json()["cursor"]
        ClaimFactory.create()
        until_settled()

        filtered = decider.read(f"/changes?after={start}&type=article.created").json()
        hidden = reader.read(f"/changes?after={start}").json()
        waited = reader.read(f"/changes?after={start}&wait=1").json()

        end = str(latest_position())
        assert end != start
        assert filtered == hidden == waited == {"results": [], "cursor": end}
        article = ArticleFactory.create()
        until_settled()
        behind = decider.read(f"/changes?after={end}&type=article.created").json()["results"]
        assert [one["subject_id"] for one in behind] == [article.pk]

    def test_a_full_page_goes_on_behind_its_last_row(self) -> None:
        client = api_client("decisions:write")
        start = client.read("/changes").json()["cursor"]
        claims = [ClaimFactory.create().pk for _ in range(3)]
        until_settled()

        first = client.read(f"/changes?after={start}&limit=2").json()
        second = client.read(f"/changes?after={first['cursor']}&limit=2").json()

        found = [one["subject_id"] for one in (*first["results"], *second["results"])]
        assert found == claims
        assert first["cursor"] == first["results"][-1]["cursor"]

    def test_a_type_that_there_is_not_is_refused(self) -> None:
        answer = api_client("read").read("/changes?after=0-0&type=claim.update")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] == "type"

    def test_readers_hear_of_what_is_public_only(self) -> None:
        reader = api_client("read")
        with transaction.atomic():
            claim = claim_in(ClaimState.PUBLISHED)
        until_settled()

        found = reader.read("/changes?after=0-0").json()["results"]

        assert [one["data"]["state"] for one in found] == ["published"]
        assert found[0]["subject_id"] == claim.pk

    def test_a_change_ends_the_wait(self) -> None:
        client = api_client("decisions:write")
        start = client.read("/changes").json()["cursor"]
        worker = Worker(lambda: client.read(f"/changes?after={start}&wait=20").json())
        worker.start()
        ClaimFactory.create()
        worker.join(30)

        assert [one["type"] for one in worker.outcome["results"]] == ["claim.created"]

    def test_a_cursor_from_before_what_is_kept_is_refused(self) -> None:
        client = api_client("decisions:write")
        ClaimFactory.create()

        answer = client.read("/changes?after=1-1")

        assert answer.status_code == 409
        assert client.read("/changes?after=0-0").status_code == 200
