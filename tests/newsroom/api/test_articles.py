"""Stories over HTTP: pushed once however often they are sent, and shown to who may see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from newsroom.api.tokens import issue_token
from newsroom.articles.models import Article, ArticleStatus
from newsroom.imports.batches import resend_batches, take_batch
from newsroom.imports.models import Batch, ImportRun, ImportState, Rejection
from tests.factories import ArticleFactory, OutletFactory, RejectionFactory, RevisionFactory
from tests.newsroom.api.clients import ApiClient, api_client

pytestmark = pytest.mark.django_db

ONE = {
    "external_id": "a1",
    "text": "Ferry traffic rose by 9 percent in 2025.",
    "headline": "Ferries",
}
NINJS = {
    "uri": "urn:ferry",
    "versionCreated": "2026-04-02T08:00:00Z",
    "headlines": [{"role": "main", "value": "Ferries"}],
    "bodies": [{"role": "main", "contentType": "text/plain", "value": "Ferries run again."}],
}


@pytest.fixture
def wire() -> ApiClient:
    OutletFactory.create(slug="post", name="The Post")
    return api_client("articles:write")


@pytest.mark.parametrize("kind", ["application/json", "application/ninjs+json"])
def test_an_empty_body_is_refused(kind: str, wire: ApiClient) -> None:
    answer = wire.send("/articles?outlet=post", b"", **{"Content-Type": kind})

    assert answer.status_code in (400, 422)
    assert not ImportRun.objects.exists()


def batch(*items: Any) -> dict[str, Any]:
    return {"outlet": "post", "items": list(items)}


class TestPushing:
    def test_each_item_has_a_result(self, wire: ApiClient) -> None:
        answer = wire.send("/articles", batch(ONE, {"external_id": "a2", "text": " "}, "no story"))

        assert answer.status_code == 200
        body = answer.json()
        assert [item["outcome"] for item in body["items"]] == ["created", "rejected", "rejected"]
        assert body["items"][0]["article"] == Article.objects.get().pk
        assert [item["reason"] for item in body["items"]] == ["", "empty", "malformed"]
        assert body["counts"]["created"] == 1
        assert Rejection.objects.count() == 2
        run = ImportRun.objects.get(pk=body["run"])
        assert (run.trigger, run.started_by) == ("api", wire.user)

    def test_again_changes_nothing_and_a_new_text_is_a_revision(self, wire: ApiClient) -> None:
        wire.send("/articles", batch(ONE))

        again = wire.send("/articles", batch(ONE)).json()["items"][0]
        revised = wire.send("/articles", batch({**ONE, "text": "By 8 percent."})).json()["items"][0]

        assert again["outcome"] == "unchanged"
        assert (revised["outcome"], revised["revision"]) == ("revised", 2)
        assert Article.objects.count() == 1

    def test_a_single_story_needs_no_list(self, wire: ApiClient) -> None:
        assert wire.send("/articles", {"outlet": "post", **ONE}).json()["counts"]["created"] == 1
        assert wire.send("/articles?outlet=post", [ONE]).json()["counts"]["unchanged"] == 1

    @pytest.mark.parametrize("kind", ["application/ninjs+json", "application/json; profile=ninjs"])
    def test_ninjs_is_taken_as_it_is(self, wire: ApiClient, kind: str) -> None:
        answer = wire.send("/articles?outlet=post", NINJS, Content_Type=kind)

        assert answer.json()["items"][0]["external_id"] == "urn:ferry"
        assert Article.objects.get().headline == "Ferries"

    def test_the_same_key_is_answered_as_before(self, wire: ApiClient) -> None:
        first = wire.send("/articles", batch(ONE), Idempotency_Key="k1")
        second = wire.send("/articles", batch(ONE), Idempotency_Key="k1")
        other = wire.send("/articles", batch({**ONE, "text": "Else."}), Idempotency_Key="k1")

        assert second.json() == first.json()
        assert second["Idempotency-Replayed"] == "true"
        assert ImportRun.objects.count() == 1
        assert other.status_code == 422
        assert other.json()["errors"][0]["parameter"] == "Idempotency-Key"

    def test_an_answer_is_not_given_again_to_a_token_that_may_see_less(
        self, wire: ApiClient
    ) -> None:
        wire.send("/articles", batch(ONE), Idempotency_Key="k1")
        tomorrow = timezone.now() + timedelta(days=1)
        issued = issue_token(
            user=wire.user,
            name="other",
            scopes=["articles:write", "read"],
            expires_at=tomorrow,
            by=None,
        )
        other = ApiClient(issued.secret, wire.user)

        answer = other.send("/articles", batch(ONE), Idempotency_Key="k1")

        assert answer.status_code == 422
        assert "Idempotency-Replayed" not in answer

    def test_an_answer_that_says_where_to_look_says_so_again(self, wire: ApiClient) -> None:
        later = {"Idempotency_Key": "k1", "Prefer": "respond-async"}
        first = wire.send("/articles", batch(ONE), **later)
        second = wire.send("/articles", batch(ONE), **later)

        assert (first.status_code, second.status_code) == (202, 202)
        assert second["Idempotency-Replayed"] == "true"
        assert second["Location"] == first["Location"]
        assert ImportRun.objects.count() == 1

    def test_what_speaks_of_an_embargo_in_a_way_not_understood_is_refused(
        self, wire: ApiClient
    ) -> None:
        slip = {**ONE, "embargo_until": "2099-01-01T00:00:00Z"}

        (item,) = wire.send("/articles", batch(slip)).json()["items"]

        assert item["outcome"] == "rejected"
        assert "“embargo_until” is not understood" in item["message"]
        assert not Article.objects.exists()

    def test_what_failed_may_be_tried_again_with_its_key(self, wire: ApiClient) -> None:
        wrong = wire.send("/articles", {"outlet": "nobody", **ONE}, Idempotency_Key="k1")
        right = wire.send("/articles", batch(ONE), Idempotency_Key="k1")

        assert (wrong.status_code, right.status_code) == (422, 200)

    def test_an_unknown_outlet_or_too_many_stories_are_refused(self, wire: ApiClient) -> None:
        unknown = wire.send("/articles", {"outlet": "other", **ONE})
        many = wire.send("/articles", batch(*[ONE] * 501))

        assert unknown.status_code == many.status_code == 422
        assert unknown.json()["errors"][0]["pointer"] == "#/outlet"
        assert many.json()["errors"][0]["pointer"] == "#/items"
        assert not Article.objects.exists()

    @pytest.mark.parametrize(
        ("body", "status"),
        [(b"{", 400), (b'{"text": NaN}', 400), (b"\xff", 400), (b'"\\ud800"', 400), (b"[]", 422)],
    )
    def test_400_is_for_what_cannot_be_read(
        self, wire: ApiClient, body: bytes, status: int
    ) -> None:
        assert wire.send("/articles?outlet=post", body).status_code == status

    def test_too_large_is_413_and_another_type_415(self, wire: ApiClient, settings: Any) -> None:
        from newsroom.imports.api.views import ArticleViewSet

        limit, ArticleViewSet.max_body_bytes = ArticleViewSet.max_body_bytes, 10
        try:
            assert wire.send("/articles", batch(ONE)).status_code == 413
        finally:
            ArticleViewSet.max_body_bytes = limit
        assert wire.send("/articles", batch(ONE), Content_Type="text/csv").status_code == 415

    def test_a_large_batch_is_left_to_a_worker(self, wire: ApiClient) -> None:
        answer = wire.send("/articles", batch(ONE), Prefer="respond-async")

        assert answer.status_code == 202
        run = ImportRun.objects.get()
        assert answer["Location"].endswith(f"/api/v1/import-runs/{run.pk}")
        assert wire.read(f"/import-runs/{run.pk}").json()["state"] == "running"
        take_batch(run_id=run.pk)
        take_batch(run_id=run.pk)
        assert wire.read(f"/import-runs/{run.pk}").json()["created"] == 1
        assert not Batch.objects.exists()

    def test_a_batch_whose_message_was_lost_is_sent_again(self, wire: ApiClient) -> None:
        wire.send("/articles", batch(ONE), Prefer="respond-async")
        assert resend_batches() == 0

        ImportRun.objects.update(started_at=timezone.now() - timedelta(minutes=5))

        assert resend_batches() == 1
        assert ImportRun.objects.get().state == ImportState.RUNNING

    def test_a_token_that_reads_pushes_nothing(self, reader: ApiClient) -> None:
        answer = reader.send("/articles", batch(ONE))

        assert answer.status_code == 403
        assert answer.json()["missing"]["scope"] == ["articles:write", "admin"]
        assert answer.json()["missing"]["permission"] == "imports.add_importrun"


class TestReading:
    def test_held_stories_are_for_those_who_may(self, reader: ApiClient) -> None:
        tomorrow = timezone.now() + timedelta(days=1)
        RevisionFactory.create(article=ArticleFactory.create(external_id="live"))
        for fields in (
            {"embargoed_until": tomorrow},
            {"status": ArticleStatus.WITHHELD},
            {"status": ArticleStatus.KILLED},
        ):
            RevisionFactory.create(article=ArticleFactory.create(**fields))
        held = Article.objects.exclude(external_id="live")

        shown = reader.read("/articles").json()["results"]
        assert [one["external_id"] for one in shown] == ["live"]
        for article in held:
            for part in ("", "/text", "/revisions", "/appearances"):
                assert reader.read(f"/articles/{article.pk}{part}").status_code == 404
        assert len(api_client("articles:write").read("/articles").json()["results"]) == 4

    def test_the_text_of_any_version(self, reader: ApiClient) -> None:
        article = ArticleFactory.create()
        RevisionFactory.create(article=article, text="One.")
        RevisionFactory.create(article=article, text="Two.", number=2)

        assert reader.read(f"/articles/{article.pk}/text").json()["text"] == "Two."
        assert reader.read(f"/articles/{article.pk}/text?revision=1").json()["text"] == "One."
        assert reader.read(f"/articles/{article.pk}/text?revision=3").status_code == 404
        assert reader.read(f"/articles/{article.pk}/text?revision=x").status_code == 422
        endless = "0000000001" + "9" * 30
        assert reader.read(f"/articles/{article.pk}/text?revision={endless}").status_code == 422
        versions = reader.read(f"/articles/{article.pk}/revisions").json()["results"]
        assert [one["number"] for one in versions] == [2, 1]
        assert "text" not in versions[0]

    def test_pages_hold_still_while_stories_come_in(self, reader: ApiClient) -> None:
        first = [ArticleFactory.create().pk for _ in range(5)]

        page = reader.read("/articles?limit=2").json()
        ArticleFactory.create_batch(3)
        seen = [one["id"] for one in page["results"]]
        while page["next"]:
            page = reader.get(page["next"]).json()
            seen += [one["id"] for one in page["results"]]

        assert seen == first[::-1]

    def test_a_page_costs_the_same_whatever_it_holds(
        self, reader: ApiClient, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(12):
            RevisionFactory.create()
        reader.read("/me")

        with django_assert_max_num_queries(3):
            body = reader.read("/articles?include=revisions&limit=12").json()
        assert len(body["results"][0]["revisions"]) == 1

    def test_only_the_fields_asked_for(self, reader: ApiClient) -> None:
        article = ArticleFactory.create()

        body = reader.read(f"/articles/{article.pk}?fields=id,headline").json()
        wrong = reader.read("/articles?fields=id,body")

        assert body == {"id": article.pk, "headline": article.headline}
        assert wrong.json()["errors"][0]["parameter"] == "fields"

    @pytest.mark.parametrize(
        "query",
        [
            *("cursor=x", "cursor=W10", "limit=0", "limit=999", "limit=²", "ordering=text"),
            *("published_after=soon", "status=no", "outlets=post"),
            "cursor=WyItaWQiLDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
        ],
    )
    def test_what_makes_no_sense_is_named(self, reader: ApiClient, query: str) -> None:
        answer = reader.read(f"/articles?{query}")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]

    def test_a_page_that_is_known_is_not_sent_again(self, reader: ApiClient) -> None:
        ArticleFactory.create()
        first = reader.read("/articles")

        assert reader.read("/articles", If_None_Match=first["ETag"]).status_code == 304
        ArticleFactory.create()
        assert reader.read("/articles", If_None_Match=first["ETag"]).status_code == 200


def test_rejections_keep_the_bytes(wire: ApiClient) -> None:
    rejection = RejectionFactory.create(payload=b"{")

    body = wire.read(f"/rejections/{rejection.pk}?include=payload").json()

    assert (body["payload"], body["reason"]) == ("ew==", "malformed")
    assert "payload" not in wire.read("/rejections").json()["results"][0]
    of_run = wire.read(f"/import-runs/{rejection.run_id}/rejections").json()["results"]
    assert [one["id"] for one in of_run] == [rejection.pk]


def test_outlets_are_read(reader: ApiClient) -> None:
    outlet = OutletFactory.create()

    assert reader.read(f"/outlets/{outlet.pk}").json()["slug"] == outlet.slug
    assert reader.read(f"/outlets/{2**70}").status_code == 404
