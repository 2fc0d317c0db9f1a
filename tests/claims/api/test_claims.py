"""Claims over HTTP: found, read as they are or were, and taken through verification by steps."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from claims.models import Claim, ClaimState, SecondRating
from newsroom.accounts.models import User
from newsroom.articles.models import Outlet
from sources.merging import merge_sources
from sources.models import Affiliation, Source
from tests.claims.states import claim_in, put_on_record, ready_claim
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ArticleFactory,
    CandidateFactory,
    ClaimFactory,
    EvidenceFactory,
    RatingFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)
from tests.newsroom.api.clients import ApiClient, api_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def verifier() -> ApiClient:
    return api_client(
        "verification:write", permissions=["claims.verify_claim", "claims.publish_claim"]
    )


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["results"]]


class TestWhoSeesWhat:
    def test_before_publication_only_those_who_may(
        self, reader: ApiClient, verifier: ApiClient
    ) -> None:
        claims = {state: claim_in(state) for state in ClaimState}
        public = {ClaimState.PUBLISHED, ClaimState.CORRECTED, ClaimState.WITHDRAWN}

        assert set(ids(reader.read("/claims"))) == {claims[state].pk for state in public}
        assert len(ids(verifier.read("/claims"))) == len(ClaimState)
        for state, claim in claims.items():
            status = 200 if state in public else 404
            for part in ("", "/evidence", "/appearances"):
                assert reader.read(f"/claims/{claim.pk}{part}").status_code == status, state

    def test_the_inner_workings_do_not_leave(self, reader: ApiClient) -> None:
        claim = claim_in(ClaimState.PUBLISHED, assignee=UserFactory.create())

        body = reader.read(f"/claims/{claim.pk}?include=evidence").json()

        assert body["rating"]["label"] == "Mostly false"
        assert not {"assignee", "due", "submitted_by", "verified_by"} & set(body)
        assert "added_by" not in body["evidence"][0]
        for part in ("transitions", "history"):
            answer = reader.read(f"/claims/{claim.pk}/{part}")
            assert answer.status_code == 403
            assert "verification:write" in answer.json()["missing"]["scope"]

    def test_a_held_story_does_not_tell_by_filters_what_it_is_about(
        self, reader: ApiClient
    ) -> None:
        claim = claim_in(ClaimState.PUBLISHED)
        held = ArticleFactory.create(
            section="Harbour leak", embargoed_until=timezone.now() + timedelta(days=9)
        )
        AppearanceFactory.create(claim=claim, revision=RevisionFactory.create(article=held))
        asked = (f"article={held.pk}", "topic=Harbour+leak", f"outlet={held.outlet.slug}")

        assert [ids(reader.read(f"/claims?{one}")) for one in asked] == [[], [], []]
        held.embargoed_until = None
        held.save()
        assert [ids(reader.read(f"/claims?{one}")) for one in asked] == [[claim.pk]] * 3

    def test_of_a_withdrawn_claim_only_the_tombstone(self, reader: ApiClient) -> None:
        claim = claim_in(ClaimState.WITHDRAWN)

        body = reader.read(f"/claims/{claim.pk}?include=evidence").json()

        assert (body["state"], body["statement"]) == ("withdrawn", claim.statement)
        assert (body["rating"], body["rationale"], body["evidence"]) == (None, "", [])
        assert ids(reader.read(f"/claims/{claim.pk}/evidence")) == []

    def test_appearances_in_held_stories_stay_inside(
        self, reader: ApiClient, verifier: ApiClient
    ) -> None:
        claim = claim_in(ClaimState.PUBLISHED)
        held = ArticleFactory.create(embargoed_until=timezone.now() + timedelta(days=1))
        AppearanceFactory.create(claim=claim, revision=RevisionFactory.create(article=held))
        shown = AppearanceFactory.create(claim=claim)

        body = reader.read(f"/claims/{claim.pk}?include=appearances").json()

        assert [one["id"] for one in body["appearances"]] == [shown.pk]
        assert ids(reader.read(f"/claims/{claim.pk}/appearances")) == [shown.pk]
        assert len(ids(verifier.read(f"/claims/{claim.pk}/appearances"))) == 2

    def test_an_unnamed_speaker_has_no_descriptor(
        self, reader: ApiClient, verifier: ApiClient
    ) -> None:
        unnamed = SourceFactory.create(kind="unnamed", name="", descriptor="a port official")
        claim = claim_in(ClaimState.PUBLISHED, speaker=unnamed)

        assert "port official" not in reader.read(f"/claims/{claim.pk}").text
        assert ids(reader.read("/sources?kind=unnamed")) == []
        assert reader.read(f"/sources/{unnamed.pk}").status_code == 404
        assert "port official" in verifier.read(f"/claims/{claim.pk}").text

    def test_nor_is_told_in_which_role_or_as_what_an_unnamed_source_spoke(
        self, reader: ApiClient, verifier: ApiClient
    ) -> None:
        unnamed = SourceFactory.create(kind="unnamed", name="", descriptor="a port official")
        role = AffiliationFactory.create(source=unnamed, title="Clerk of the third quay")
        claim = claim_in(ClaimState.PUBLISHED, speaker=unnamed, affiliation=role)
        AppearanceFactory.create(
            claim=claim, sourcing="unnamed", speaker_name="a clerk who asked not to be named"
        )
        now = _now()

        for path in (
            f"/claims/{claim.pk}?include=appearances",
            f"/claims/{claim.pk}?as_of={now}",
            f"/claims?fields=id,affiliation&as_of={now}",
            "/claims?include=appearances",
            f"/claims/{claim.pk}/appearances?fields=speaker_name,sourcing",
        ):
            told, whole = reader.read(path), verifier.read(path)
            assert (told.status_code, whole.status_code) == (200, 200), told.text
            assert "third quay" not in told.text, path
            assert "a clerk" not in told.text, path
            assert "third quay" in whole.text or "a clerk" in whole.text, path

    def test_the_role_of_a_named_speaker_is_told(self, reader: ApiClient) -> None:
        role = AffiliationFactory.create(title="Minister of Ports")
        claim = claim_in(ClaimState.PUBLISHED, speaker=role.source, affiliation=role)

        assert reader.read(f"/claims/{claim.pk}").json()["affiliation"]["title"] == role.title

    def test_what_one_is_to_rate_blind_is_not_there_before_that_is_done(
        self, verifier: ApiClient, everything: ApiClient
    ) -> None:
        claim = claim_in(ClaimState.IN_REVIEW, statement="The first rating is hidden.")
        candidate = CandidateFactory.create()
        asked = SecondRating.objects.create(
            claim=claim, rater=verifier.user, requested_by=everything.user
        )
        assert claim.rating is not None
        now, path = _now(), f"/claims/{claim.pk}"
        rated = f"?rating={claim.rating.slug}"
        tag = everything.read(path)["ETag"]
        lists = ("", f"?as_of={now}", rated, "?q=hidden", "?ordering=updated_at")
        parts = ["", f"?as_of={now}", "?include=transitions", "/history", "/transitions"]
        parts += ["/evidence", "/contacts"]
        merge = f"/candidates/{candidate.pk}/merge"

        for query in lists:
            assert ids(verifier.read(f"/claims{query}")) == [], query
            assert ids(everything.read(f"/claims{query}")) == [claim.pk], query
        for part in parts:
            assert verifier.read(f"{path}{part}").status_code == 404, part
            assert everything.read(f"{path}{part}").status_code == 200, part
        assert verifier.read(path, If_None_Match=tag).status_code == 404
        assert verifier.change(path, {"method": "x"}).status_code == 404
        decider = api_client("admin")
        cancelled = {"cancelled_at": timezone.now(), "cancelled_by": decider.user}
        SecondRating.objects.filter(pk=asked.pk).update(**cancelled)
        SecondRating.objects.create(claim=claim, rater=decider.user, requested_by=everything.user)
        merged = decider.send(merge, {"claim": claim.pk})
        assert merged.status_code == 404
        assert "mostly" not in merged.text.lower()
        assert not claim.appearances.exists()
        SecondRating.objects.filter(rater=decider.user).update(**cancelled)
        assert decider.read(path).status_code == 200

    def test_filters_do_not_tell_what_answers_do_not_show(
        self, reader: ApiClient, verifier: ApiClient
    ) -> None:
        assignee = UserFactory.create()
        shown = claim_in(ClaimState.PUBLISHED, assignee=assignee)
        withdrawn = claim_in(ClaimState.WITHDRAWN, rating=shown.rating)
        assert shown.rating is not None
        rated, assigned = f"rating={shown.rating.slug}", f"assignee={assignee.username}"

        assert ids(reader.read(f"/claims?{rated}")) == [shown.pk]
        assert ids(verifier.read(f"/claims?{rated}")) == [withdrawn.pk, shown.pk]
        refused = reader.read(f"/claims?{assigned}")
        assert refused.status_code == 403
        assert "verification:write" in refused.json()["missing"]["scope"]
        assert ids(verifier.read(f"/claims?{assigned}")) == [shown.pk]


class TestFinding:
    def test_by_words_with_where_they_stand(self, verifier: ApiClient) -> None:
        found = ClaimFactory.create(statement="Ferry traffic rose – ferries ran daily.")
        ClaimFactory.create(statement="The quay was dredged.")

        answer = verifier.read("/claims?q=ferry").json()["results"]

        assert [one["id"] for one in answer] == [found.pk]
        words = [found.statement[start:end] for start, end in answer[0]["highlights"]]
        assert words == ["Ferry", "ferries"]
        assert ids(verifier.read('/claims?q="quay ferry"')) == []
        assert ids(verifier.read("/claims?q=ferry or quay&ordering=relevance"))

    def test_marks_in_a_statement_confuse_nobody(self, verifier: ApiClient) -> None:
        ClaimFactory.create(statement="A ferry \ue000<b>sank\ue001.")

        assert verifier.read("/claims?q=ferry").json()["results"][0]["highlights"] == []

    def test_by_relevance_page_by_page(self, verifier: ApiClient) -> None:
        for number in range(5):
            ClaimFactory.create(statement="Ferry " * (number + 1))

        page = verifier.read("/claims?q=ferry&ordering=relevance&limit=2&fields=id").json()
        seen = list(page["results"])
        while page["next"]:
            page = verifier.get(page["next"]).json()
            seen += page["results"]

        assert len(seen) == len({one["id"] for one in seen}) == 5

    def test_by_everything_else(self, verifier: ApiClient) -> None:
        article = ArticleFactory.create(section="Shipping")
        speaker, rating = SourceFactory.create(), RatingFactory.create()
        claim = ClaimFactory.create(
            speaker=speaker, rating=rating, assignee=UserFactory.create(username="mira")
        )
        AppearanceFactory.create(claim=claim, revision=RevisionFactory.create(article=article))
        ClaimFactory.create(statement="Another one.")

        for query in (
            f"rating={rating.slug}",
            f"speaker={speaker.pk}",
            f"outlet={article.outlet.slug}",
            f"article={article.pk}",
            "topic=shipping",
            "assignee=mira",
            "state=new&state=checking&kind=quantity&outlet=" + article.outlet.slug,
        ):
            assert ids(verifier.read(f"/claims?{query}")) == [claim.pk], query
        assert len(ids(verifier.read(f"/claims?created_after={_day(-1)}"))) == 2
        assert ids(verifier.read(f"/claims?created_before={_day(-1)}")) == []

    def test_what_a_merged_source_said_is_found_under_both(self, verifier: ApiClient) -> None:
        old, new = SourceFactory.create(), SourceFactory.create()
        claim = claim_in(ClaimState.PUBLISHED, speaker=old)

        merge_sources(duplicate_id=old.pk, into_id=new.pk, by=UserFactory.create())

        assert ids(verifier.read(f"/claims?speaker={new.pk}")) == [claim.pk]
        speaker = verifier.read(f"/claims/{claim.pk}").json()["speaker"]
        assert (speaker["id"], speaker["merged_into"]) == (old.pk, new.pk)

    def test_a_mirror_asks_for_what_is_new(self, verifier: ApiClient) -> None:
        old, new = ClaimFactory.create(), ClaimFactory.create()
        since = Claim.objects.get(pk=new.pk).updated_at.isoformat().replace("+00:00", "Z")
        Claim.objects.filter(pk=old.pk).update(rationale="Changed later.")

        found = ids(verifier.read(f"/claims?updated_since={since}&ordering=updated_at"))

        assert found[-1] == old.pk or old.pk in found

    def test_a_page_with_everything_costs_the_same_for_any_number(
        self, verifier: ApiClient, django_assert_max_num_queries: Any
    ) -> None:
        def grow(number: int) -> None:
            for _ in range(number):
                claim = claim_in(ClaimState.PUBLISHED, speaker=SourceFactory.create())
                AppearanceFactory.create(claim=claim)

        address = "/claims?include=appearances,evidence,transitions&limit=100"
        grow(2)
        verifier.read(address)
        with django_assert_max_num_queries(6):
            assert len(ids(verifier.read(address))) == 2
        grow(5)
        with django_assert_max_num_queries(6):
            assert len(ids(verifier.read(address))) == 7


class TestOneClaim:
    """Read by a statement of its own."""

    def test_it_says_what_the_list_says(self, reader: ApiClient, verifier: ApiClient) -> None:
        role = AffiliationFactory.create(start=date(2013, 4, 1))
        unnamed = SourceFactory.create(kind="unnamed", name="", descriptor="a port official")
        claims = [
            claim_in(
                ClaimState.PUBLISHED,
                speaker=role.source,
                affiliation=role,
                assignee=UserFactory.create(),
                as_of=date(2026, 2, 1),
            ),
            claim_in(ClaimState.WITHDRAWN, speaker=unnamed),
            ClaimFactory.create(speaker=None),
        ]

        for client in (reader, verifier):
            for query in ("", "fields=id,speaker", "include=appearances,evidence"):
                listed = client.read(f"/claims?{query}").json()["results"]
                assert len(listed) == (2 if client is reader else 3)
                for one in listed:
                    assert client.read(f"/claims/{one['id']}?{query}").json() == one
        assert reader.read(f"/claims/{claims[2].pk}").status_code == 404

    def test_it_is_read_and_compared_in_one_query_beside_the_token(
        self, verifier: ApiClient, django_assert_num_queries: Any
    ) -> None:
        claim = claim_in(ClaimState.PUBLISHED, speaker=SourceFactory.create())
        path = f"/claims/{claim.pk}"
        tag = verifier.read(path)["ETag"]

        with django_assert_num_queries(2):
            assert verifier.read(path).status_code == 200
        with django_assert_num_queries(2):
            assert verifier.read(path, If_None_Match=tag).status_code == 304

    def test_what_is_known_is_kept_from_whoever_may_not_see_it_any_more(
        self, reader: ApiClient, verifier: ApiClient
    ) -> None:
        claim = claim_in(ClaimState.VERIFIED)
        path = f"/claims/{claim.pk}"
        tag = verifier.read(path)["ETag"]

        for stated in (tag, "*"):
            assert reader.read(path, If_None_Match=stated).status_code == 404
            assert (
                api_client("admin", grant=False).read(path, If_None_Match=stated).status_code == 403
            )
            assert (
                Client().get(f"/api/v1{path}", headers={"If-None-Match": stated}).status_code == 401
            )
            assert verifier.read(path, If_None_Match=stated).status_code == 304

    @pytest.mark.parametrize("key", [0, 2**63, 10**400])
    def test_a_number_that_is_no_key_is_not_found(self, verifier: ApiClient, key: int) -> None:
        assert verifier.read(f"/claims/{key}").status_code == 404
        assert verifier.read(f"/claims/{key}", If_None_Match="*").status_code == 404


class TestAsOf:
    def test_claims_and_ratings_as_they_stood(self, verifier: ApiClient) -> None:
        rating = RatingFactory.create(label="Half true")
        claim = ClaimFactory.create(statement="It was so.", rating=rating)
        then = _now()
        Claim.objects.filter(pk=claim.pk).update(statement="It is so.", state=ClaimState.CHECKING)
        type(rating).objects.filter(pk=rating.pk).update(label="Partly true")
        later = ClaimFactory.create()

        was = verifier.read(f"/claims/{claim.pk}?as_of={then}").json()
        now = verifier.read(f"/claims/{claim.pk}").json()

        assert (was["statement"], was["state"], was["rating"]["label"]) == (
            "It was so.",
            "new",
            "Half true",
        )
        assert (now["statement"], now["rating"]["label"]) == ("It is so.", "Partly true")
        assert ids(verifier.read(f"/claims?as_of={then}")) == [claim.pk]
        assert ids(verifier.read(f"/claims?as_of={then}&state=checking")) == []
        assert verifier.read(f"/claims/{later.pk}?as_of={then}").status_code == 404
        labels = [one["label"] for one in verifier.read(f"/ratings?as_of={then}").json()["results"]]
        assert labels == ["Half true"]

    def test_the_past_shows_nothing_that_is_hidden_now_or_was_then(self, reader: ApiClient) -> None:
        claim = claim_in(ClaimState.VERIFIED)
        before = _now()
        put_on_record(claim, ClaimState.PUBLISHED)
        Claim.objects.filter(pk=claim.pk).update(state=ClaimState.PUBLISHED)
        published = _now()

        assert reader.read(f"/claims/{claim.pk}?as_of={before}").status_code == 404
        assert ids(reader.read(f"/claims?as_of={before}")) == []
        assert ids(reader.read(f"/claims?as_of={published}")) == [claim.pk]
        put_on_record(claim, ClaimState.WITHDRAWN)
        Claim.objects.filter(pk=claim.pk).update(state=ClaimState.WITHDRAWN)
        assert ids(reader.read(f"/claims?as_of={published}")) == []
        assert reader.read(f"/claims/{claim.pk}?as_of={published}").status_code == 404

    @pytest.mark.parametrize(
        "query",
        ["as_of=soon", "as_of=2026-01-01T00:00:00Z&include=evidence", "as_of=9999-12-31T23:59Z"],
    )
    def test_what_history_cannot_say_is_refused(self, verifier: ApiClient, query: str) -> None:
        assert verifier.read(f"/claims?{query}").status_code == 422


class TestConditions:
    # Each change in a transaction of its own, as outside of tests: the tag is made of these.
    @pytest.mark.django_db(transaction=True)
    def test_a_claim_that_is_known_is_not_sent_again(self, reader: ApiClient) -> None:
        with transaction.atomic():
            claim = claim_in(ClaimState.PUBLISHED, speaker=SourceFactory.create())
        address = f"/claims/{claim.pk}?include=appearances"
        tag = reader.read(address)["ETag"]

        def is_known() -> bool:
            nonlocal tag
            answer = reader.read(address, If_None_Match=tag)
            tag = answer["ETag"]
            return bool(answer.status_code == 304)

        assert is_known()
        AppearanceFactory.create(claim=claim)
        assert not is_known()
        type(claim.speaker).objects.filter(pk=claim.speaker_id).update(name="New name")
        assert not is_known()
        assert is_known()

    @pytest.mark.django_db(transaction=True)
    def test_whatever_is_shown_of_others_changes_the_tag(self, verifier: ApiClient) -> None:
        role = AffiliationFactory.create()
        with transaction.atomic():
            claim = claim_in(
                ClaimState.PUBLISHED,
                speaker=role.source,
                affiliation=role,
                evidence={"source": SourceFactory.create()},
            )
            appearance = AppearanceFactory.create(claim=claim, speaker=SourceFactory.create())
        evidence = claim.evidence.get()
        address = f"/claims/{claim.pk}?include=appearances,evidence,transitions"
        tag = verifier.read(address)["ETag"]
        outlet = appearance.revision.article.outlet_id
        people = User.objects.filter(pk=claim.submitted_by_id)
        for rows, values in (
            (Source.objects.filter(pk=role.source_id), {"name": "Another name"}),
            (Affiliation.objects.filter(pk=role.pk), {"title": "Another title"}),
            (Source.objects.filter(pk=evidence.source_id), {"name": "Another institute"}),
            (Source.objects.filter(pk=appearance.speaker_id), {"name": "Another minister"}),
            (Outlet.objects.filter(pk=outlet), {"name": "Another paper"}),
            (people, {"username": "another.user"}),
        ):
            assert verifier.read(address, If_None_Match=tag).status_code == 304
            rows.update(**values)
            answer = verifier.read(address, If_None_Match=tag)
            assert answer.status_code == 200, values
            assert "nother" in answer.text
            tag = answer["ETag"]

    def test_the_same_change_sent_twice_is_made_once(self, verifier: ApiClient) -> None:
        claim = ready_claim()
        first = verifier.change(f"/claims/{claim.pk}", {"method": "A."}, Idempotency_Key="k")
        Claim.objects.filter(pk=claim.pk).update(method="B.")
        second = verifier.change(f"/claims/{claim.pk}", {"method": "A."}, Idempotency_Key="k")

        assert (first.status_code, second.status_code) == (200, 200)
        assert (second.json(), second["ETag"]) == (first.json(), first["ETag"])
        assert second["Idempotency-Replayed"] == "true"
        claim.refresh_from_db()
        assert claim.method == "B."

    def test_who_sees_more_has_another_tag(self, reader: ApiClient, verifier: ApiClient) -> None:
        claim = claim_in(ClaimState.PUBLISHED)
        tag = reader.read(f"/claims/{claim.pk}")["ETag"]

        assert verifier.read(f"/claims/{claim.pk}", If_None_Match=tag).status_code == 200

    def test_a_write_on_what_changed_meanwhile_is_refused(self, verifier: ApiClient) -> None:
        claim = ready_claim()
        tag = verifier.read(f"/claims/{claim.pk}")["ETag"]
        Claim.objects.filter(pk=claim.pk).update(method="By phone.")

        edit = verifier.change(f"/claims/{claim.pk}", {"method": "By mail."}, If_Match=tag)
        step = verifier.send(f"/claims/{claim.pk}/transitions", {"step": "start"}, If_Match=tag)

        assert edit.status_code == step.status_code == 412
        claim.refresh_from_db()
        assert (claim.method, claim.state) == ("By phone.", ClaimState.NEW)
        fresh = verifier.read(f"/claims/{claim.pk}")["ETag"]
        again = verifier.change(f"/claims/{claim.pk}", {"method": "By mail."}, If_Match=fresh)
        assert again.status_code == 200
        assert again["ETag"] == verifier.read(f"/claims/{claim.pk}")["ETag"]


class TestSteps:
    def test_two_users_take_a_claim_to_published(self, verifier: ApiClient) -> None:
        checker = api_client("verification:write")
        claim = ClaimFactory.create()
        rating = RatingFactory.create()

        def step(client: ApiClient, name: str, **more: str) -> Any:
            return client.send(f"/claims/{claim.pk}/transitions", {"step": name, **more})

        assert step(checker, "start").json()["state"] == "checking"
        assert step(checker, "submit").status_code == 409
        edit = {"rating": rating.pk, "rationale": "The port's figures."}
        assert checker.change(f"/claims/{claim.pk}", edit).status_code == 200
        evidence = {"stance": "refutes", "nature": "primary", "title": "Table 3"}
        assert checker.send(f"/claims/{claim.pk}/evidence", evidence).status_code == 201
        assert step(checker, "submit").json()["state"] == "in_review"
        assert step(checker, "verify").status_code == 403
        assert step(verifier, "verify").json()["verified_by"] == verifier.user.username
        assert step(verifier, "publish").json()["state"] == "published"
        steps = verifier.read(f"/claims/{claim.pk}/transitions").json()["results"]
        assert [one["name"] for one in steps] == ["publish", "verify", "submit", "start"]

    def test_a_step_that_does_not_lead_on_names_those_that_do(self, verifier: ApiClient) -> None:
        claim = ClaimFactory.create()

        answer = verifier.send(f"/claims/{claim.pk}/transitions", {"step": "publish"})

        assert answer.status_code == 409
        assert answer.json()["allowed"] == ["start", "shelve"]

    def test_a_step_without_the_permission_names_it(self) -> None:
        checker = api_client("verification:write")
        claim = claim_in(ClaimState.IN_REVIEW)

        answer = checker.send(f"/claims/{claim.pk}/transitions", {"step": "verify"})

        assert answer.status_code == 403
        assert answer.json()["missing"] == {"permission": "claims.verify_claim"}

    def test_who_submitted_does_not_verify(self, verifier: ApiClient) -> None:
        claim = ready_claim()
        for name in ("start", "submit"):
            verifier.send(f"/claims/{claim.pk}/transitions", {"step": name})

        answer = verifier.send(f"/claims/{claim.pk}/transitions", {"step": "verify"})

        assert answer.status_code == 409
        assert "cannot be the one" in answer.json()["detail"]

    def test_a_missing_comment_is_422(self, verifier: ApiClient) -> None:
        claim = claim_in(ClaimState.IN_REVIEW)
        path = f"/claims/{claim.pk}/transitions"

        assert verifier.send(path, {"step": "return"}).status_code == 422
        assert verifier.send(path, {"step": "dance"}).status_code == 422


class TestEditing:
    def test_state_is_never_written(self, verifier: ApiClient) -> None:
        claim = ClaimFactory.create()

        answer = verifier.change(f"/claims/{claim.pk}", {"state": "published"})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "#/state"

    def test_what_is_signed_does_not_change(self, verifier: ApiClient) -> None:
        claim = claim_in(ClaimState.IN_REVIEW)
        evidence = {"stance": "context", "nature": "primary", "title": "Late"}

        edit = verifier.change(f"/claims/{claim.pk}", {"statement": "Else."})
        more = verifier.send(f"/claims/{claim.pk}/evidence", evidence)

        assert edit.status_code == more.status_code == 409
        assert "return" in edit.json()["allowed"]

    @pytest.mark.parametrize(
        "body", [{"rating": 999}, {"statement": " "}, {"kind": "tale"}, {"due": "soon"}]
    )
    def test_what_makes_no_sense_changes_nothing(
        self, verifier: ApiClient, body: dict[str, Any]
    ) -> None:
        claim = ClaimFactory.create()

        answer = verifier.change(f"/claims/{claim.pk}", body)

        assert answer.status_code == 422, answer.text
        assert Claim.objects.get(pk=claim.pk).version == claim.version

    def test_history_names_the_service_user_and_the_fields(self, verifier: ApiClient) -> None:
        claim = ClaimFactory.create()
        verifier.change(f"/claims/{claim.pk}", {"method": "By phone."})

        latest = verifier.read(f"/claims/{claim.pk}/history").json()["results"][0]

        assert latest["by"] == verifier.user.username
        assert latest["changes"]["method"] == ["", "By phone."]
        assert "statement" not in latest["changes"]


def test_a_role_of_somebody_else_is_refused_at_its_field(verifier: ApiClient) -> None:
    claim = ClaimFactory.create(speaker=SourceFactory.create())
    theirs, of_another = (
        AffiliationFactory.create(source=claim.speaker),
        AffiliationFactory.create(),
    )
    address = f"/claims/{claim.pk}"

    refused = verifier.change(address, {"affiliation": of_another.pk})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/affiliation"
    claim.refresh_from_db()
    assert claim.affiliation is None
    assert verifier.change(address, {"affiliation": theirs.pk}).status_code == 200
    other = SourceFactory.create()
    assert verifier.change(address, {"speaker": other.pk}).status_code == 422
    claim.refresh_from_db()
    assert (claim.speaker_id, claim.affiliation) == (theirs.source_id, theirs)


def test_evidence_of_a_source_is_shown_with_it(verifier: ApiClient) -> None:
    evidence = EvidenceFactory.create(source=SourceFactory.create(name="Port authority"))

    shown = verifier.read(f"/claims/{evidence.claim_id}/evidence").json()["results"]

    assert shown[0]["source"]["name"] == "Port authority"


@pytest.mark.parametrize(
    "values",
    [
        '["-id", Infinity]',
        '["-id", NaN]',
        '["-id", 1e999]',
        f'["-id", {10**400}]',
        '["-id", "\\ud800"]',
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(values: str, reader: ApiClient) -> None:
    cursor = urlsafe_b64encode(values.encode()).decode().rstrip("=")

    assert reader.read(f"/claims?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("address", ["/claims?limit=", "/articles?limit=", "/changes?wait="])
def test_leading_zeros_are_no_way_past_a_limit(address: str, reader: ApiClient) -> None:
    assert reader.read(f"{address}00000000099999").status_code == 422


def _now() -> str:
    return timezone.now().isoformat().replace("+00:00", "Z")


def _day(days: int) -> str:
    moment = timezone.now() + timedelta(days=days)
    return moment.isoformat().replace("+00:00", "Z")
