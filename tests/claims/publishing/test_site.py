"""The pages that readers see, and the forms in which machines read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import feedparser
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from pyld import jsonld

from claims.publishing.models import FactCheck, Severity
from claims.publishing.presentation import page_context
from claims.publishing.services import Wording, correct, findings_on, withdraw
from claims.publishing.serving import fresh, rendered
from claims.verification.services import take_step
from tests.claims.publishing.published import WORDING, boss, published
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    RatingFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE = "/checks/traffic-2024/"
WORDING_OF_OTHER = replace(WORDING, headline="Did the ferry sink?", slug="ferry")
JSON_LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _nothing_rendered_before(settings: Any) -> Iterator[None]:
    settings.SITE_FRESH_SECONDS = 0
    rendered.forget()
    yield
    rendered.forget()
    fresh.forget()


def markup(page: str) -> dict:  # type: ignore[type-arg]
    (block,) = JSON_LD.findall(page)
    return json.loads(block)  # type: ignore[no-any-return]


class TestPage:
    def test_it_shows_claim_speaker_and_role_evidence_rating_and_people(
        self, client: Client
    ) -> None:
        role = AffiliationFactory.create(title="Minister of Ports", party="Centre Union")
        published(speaker=role.source, affiliation=role, method="We asked.", as_of="2026-01-02")

        page = client.get(PAGE).text

        for words in (
            WORDING.headline,
            "Minister of Ports (Centre Union)",
            "Mostly false",
            "Evidence against the claim",
            "Port statistics 2024",
            "The port&#x27;s own figures.",
            "We asked.",
            "Written by",
            "Verified by",
            "2 Jan 2026",
        ):
            assert words in page

    def test_it_needs_no_script_and_two_requests_and_is_small(self, client: Client) -> None:
        published()

        response = client.get(PAGE)

        page = response.text
        assert len(response.content) < 60 * 1024
        assert re.findall(r"<script(?![^>]*ld\+json)", page) == []
        assert re.findall(r'\s(?:style|on\w+)="', page) == []
        assert re.findall(r'(?:src|<link rel="stylesheet" href)="([^"]+)"', page) == [
            "/static/publishing/site.css"
        ]
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not response.cookies

    def test_nothing_that_was_typed_becomes_markup(self, client: Client) -> None:
        nasty = "</script><script>alert(1)</script><b>&amp;"
        published(Wording("What?", "He said so", nasty, "nasty"), statement=nasty, rationale=nasty)

        page = client.get("/checks/nasty/").text

        assert "<script>alert" not in page
        assert "<b>&amp;" not in page
        assert markup(page)["itemReviewed"]["text"] == nasty

    def test_links_to_one_origin_are_told_as_one(self) -> None:
        fact_check = published()
        (piece,) = fact_check.body["evidence"]
        fact_check.body["evidence"] = [
            piece | {"title": title, "url": f"https://{host}.example/{title}"}
            for title, host in (("report", "port"), ("press", "port"), ("law", "law"))
        ]

        page = render_to_string("publishing/check.html", page_context(fact_check, {}))

        assert "3 pieces of evidence, 2 origins" in page
        assert re.findall("One origin: (.*?)</small>", page) == [
            "<bdi>report</bdi>; <bdi>press</bdi>"
        ]

    def test_who_has_it_already_is_told_so_until_it_changes(self, client: Client) -> None:
        fact_check = published()
        first = client.get(PAGE)
        again = client.get(PAGE, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "stale-while-revalidate" in first["Cache-Control"]

        correct(claim_id=fact_check.claim_id, text="Oh.", severity=Severity.MINOR, by=boss())

        assert client.get(PAGE, headers={"if-none-match": first["ETag"]}).status_code == 200

    @pytest.mark.parametrize("path", [PAGE, "/", "/feed.atom", "/corrections/"])
    def test_one_copy_in_a_cache_serves_all_readers(self, client: Client, path: str) -> None:
        published()

        answer = client.get(path)

        assert answer.status_code == 200
        assert answer["Cache-Control"].startswith("public")
        assert "cookie" not in answer.get("Vary", "").lower()

    def test_it_asks_the_database_once_when_rendered_before(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        published()
        client.get(PAGE)
        with django_assert_max_num_queries(1):  # type: ignore[operator]
            client.get(PAGE)

    def test_within_a_second_the_database_is_not_asked_again(
        self, client: Client, settings: Any, django_assert_max_num_queries: object
    ) -> None:
        settings.SITE_FRESH_SECONDS = 60
        published()
        client.get(PAGE)
        with django_assert_max_num_queries(0):  # type: ignore[operator]
            assert client.get(PAGE).status_code == 200

    def test_work_on_the_claim_shows_only_as_a_notice(self, client: Client) -> None:
        fact_check = published()
        take_step(claim_id=fact_check.claim_id, step="recheck", by=boss(), comment="News.")

        page = client.get(PAGE).text

        assert "We are checking this again" in page
        assert "Mostly false" in page

    def test_an_unnamed_speaker_is_called_as_in_the_story_and_led_nowhere(
        self, client: Client
    ) -> None:
        clerk = SourceFactory.create(kind="unnamed", name="", descriptor="a clerk in the port")
        role = AffiliationFactory.create(source=clerk, title="Clerk of the third quay")
        published(speaker=clerk, affiliation=role)

        for address in (PAGE, "/", f"{PAGE}card/"):
            page = client.get(address).text
            assert "a clerk in the port" in page, address
            assert "third quay" not in page, address
            assert "/speakers/" not in page, address
        assert "author" not in markup(client.get(PAGE).text)["itemReviewed"]

    @pytest.mark.parametrize("address", ["/checks/nothing/", "/speakers/0/", "/elsewhere"])
    def test_what_is_not_there_leads_back_to_the_checks(self, client: Client, address: str) -> None:
        page = client.get(address)
        assert page.status_code == 404
        assert "There is no such page" in page.text
        assert "script-src" not in page["Content-Security-Policy"]

    @pytest.mark.parametrize("address", ["/api/nothing", "/static/nothing.css"])
    def test_where_no_reader_comes_the_plain_answer_is_enough(
        self, client: Client, address: str
    ) -> None:
        page = client.get(address)
        assert page.status_code == 404
        assert "There is no such page" not in page.text


class TestCorrections:
    def test_they_stand_on_page_log_feeds_and_markup(self, client: Client) -> None:
        fact_check = published()
        correct(
            claim_id=fact_check.claim_id,
            text="The table was misread.",
            severity=Severity.MAJOR,
            changes={"rating": RatingFactory.create(label="Half true", value=3)},
            by=UserFactory.create(is_superuser=True, first_name="Ida", last_name="Berg"),
        )

        page = client.get(PAGE).text

        assert "rating changed from “Mostly false” to “Half true”" in page
        comment = markup(page)["correction"][0]
        assert (comment["@type"], comment["text"]) == (
            "CorrectionComment",
            "The table was misread.",
        )
        assert comment["author"] == {"@type": "Person", "name": "Ida Berg"}
        assert "· major · Ida Berg · rating changed" in page
        for address in ("/corrections/", "/feed.atom", "/feed.json", "/claimreview.json"):
            told = b"".join(client.get(address))
            assert b"The table was misread." in told, address
            assert b"Ida Berg" in told, address

    def test_a_withdrawn_check_leaves_its_page_with_the_reason_and_410_for_machines(
        self, client: Client
    ) -> None:
        fact_check = published()
        withdraw(claim_id=fact_check.claim_id, reason="The recording was false.", by=boss())

        page = client.get(PAGE)
        gone = client.get(f"{PAGE}claimreview.json")

        assert page.status_code == 200
        assert "The recording was false." in page.text
        assert "Mostly false" not in page.text
        assert JSON_LD.findall(page.text) == []
        assert (gone.status_code, gone.json()["reason"]) == (410, "The recording was false.")
        assert "The recording was false." in client.get("/corrections/").text
        assert PAGE not in client.get("/").text
        assert PAGE not in client.get("/sitemap.xml").text
        address = f"{settings.SITE_URL}{PAGE}"
        assert client.get("/oembed", {"url": address}).status_code == 410


class TestList:
    def test_search_and_filters_find_what_they_say(self, client: Client) -> None:
        published()
        other = RatingFactory.create(label="True", value=5, slug="true")
        published(
            Wording("Are there more gulls?", "Gulls doubled", "", "gulls"),
            rating=other,
            statement="The number of gulls doubled.",
        )

        def slugs(**query: str) -> list[str]:
            return re.findall(r'<a href="/checks/([\w-]+)/"', client.get("/", query).text)

        assert slugs() == ["gulls", "traffic-2024"]
        assert slugs(q="gull") == ["gulls"]
        assert slugs(q="GULLS doub") == ["gulls"]
        assert slugs(q="figures show") == ["traffic-2024"]
        assert slugs(rating="true") == ["gulls"]
        assert slugs(year="1999") == []
        assert slugs(q="&|!:*") == []

    @pytest.mark.parametrize("query", ["q=%27%3B&page=9999", "year=٢٠٢٤", "rating=%FF", "page=-1"])
    def test_no_address_is_an_error(self, client: Client, query: str) -> None:
        published()
        assert client.get(f"/?{query}").status_code == 200

    def test_more_checks_ask_no_more_queries(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        for number in range(6):
            published(Wording(slug=f"check-no-{number}", headline="Why?", short_claim="So it is"))
        with django_assert_max_num_queries(5):  # type: ignore[operator]
            client.get("/")


def test_lists_say_of_a_check_that_it_is_made_again(client: Client) -> None:
    person = SourceFactory.create(name="Ana Lund")
    fact_check = published(speaker=person)
    lists = ("/", "/?q=traffic", f"/speakers/{person.pk}/")
    for address in lists:
        assert "Being checked again" not in client.get(address).text

    take_step(claim_id=fact_check.claim_id, step="recheck", by=boss(), comment="News.")

    for address in lists:
        assert "Being checked again" in client.get(address).text


@pytest.mark.parametrize("address", ["/", "/?q=traffic", "/corrections/", "/claimreview.json"])
def test_who_has_a_list_already_is_not_sent_it_again_until_it_changes(
    client: Client, address: str
) -> None:
    etag = client.get(address)["ETag"]
    same = client.get(address, headers={"if-none-match": etag})
    assert (same.status_code, b"".join(same)) == (304, b"")
    assert same["Cache-Control"].startswith("public")

    fact_check = published()
    correct(claim_id=fact_check.claim_id, text="Oh.", severity=Severity.MINOR, by=boss())

    later = client.get(address, headers={"if-none-match": etag})
    assert (later.status_code, later["ETag"] != etag) == (200, True)


@pytest.mark.parametrize(
    "address", [f"{PAGE}claimreview.json", f"{PAGE}card/", f"/oembed?url={settings.SITE_URL}{PAGE}"]
)
def test_nor_the_forms_of_one_check(client: Client, address: str) -> None:
    fact_check = published()
    etag = client.get(address)["ETag"]

    same = client.get(address, headers={"if-none-match": etag})
    changes = {"rating": RatingFactory.create(label="Half true", value=3)}
    correct(
        claim_id=fact_check.claim_id,
        text="Oh.",
        severity=Severity.MAJOR,
        changes=changes,
        by=boss(),
    )

    assert (same.status_code, same.content) == (304, b"")
    assert same["Cache-Control"].startswith("public")
    later = client.get(address, headers={"if-none-match": etag})
    assert later.status_code == (304 if "oembed" in address else 200)


def test_the_speaker_s_page_lists_everything_and_counts_nothing(client: Client) -> None:
    person = SourceFactory.create(name="Ana Lund")
    published(speaker=person)

    page = client.get(f"/speakers/{person.pk}/").text

    assert PAGE in page
    assert client.get(f"/speakers/{SourceFactory.create().pk}/").status_code == 404


def test_the_methodology_names_every_rating_and_how_we_correct(client: Client) -> None:
    published()
    page = client.get("/methodology/").text
    assert "Mostly false" in page
    assert 'id="corrections"' in page


class TestMarkup:
    def test_a_json_ld_library_reads_it_and_the_lint_finds_nothing(self, client: Client) -> None:
        role = AffiliationFactory.create(title="Minister")
        fact_check = published(speaker=role.source, affiliation=role)
        appearance = AppearanceFactory.create(claim=fact_check.claim)
        assert appearance.pk

        block = markup(client.get(PAGE).text)
        block["@context"] = {"@vocab": "https://schema.org/"}  # the same words, without the network
        (node,) = jsonld.expand(block)

        assert node["@type"] == ["https://schema.org/ClaimReview"]
        assert node["https://schema.org/claimReviewed"][0]["@value"] == WORDING.short_claim
        assert findings_on(FactCheck.objects.get(pk=fact_check.pk)) == []

    def test_a_verdict_on_no_line_has_no_number(self, client: Client) -> None:
        published(rating=RatingFactory.create(label="Unproven", value=None))

        assert markup(client.get(PAGE).text)["reviewRating"] == {
            "@type": "Rating",
            "alternateName": "Unproven",
            "ratingExplanation": WORDING.summary,
        }

    def test_the_data_feed_holds_all(self, client: Client) -> None:
        published()
        feed = json.loads(b"".join(client.get("/claimreview.json")))
        assert feed["@type"] == "DataFeed"
        (element,) = feed["dataFeedElement"]
        assert element["item"][0]["url"] == f"{settings.SITE_URL}{PAGE}"


def test_the_feeds_are_well_formed(client: Client) -> None:
    published()
    atom = feedparser.parse(client.get("/feed.atom").content)
    assert not atom.bozo
    assert [entry.link for entry in atom.entries] == [f"{settings.SITE_URL}{PAGE}"]
    feed = client.get("/feed.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["title"] == f"Mostly false: {WORDING.headline}"


def test_the_feeds_tell_that_a_check_is_made_again(client: Client) -> None:
    fact_check = published()
    published(WORDING_OF_OTHER)
    tags = {path: client.get(path)["ETag"] for path in ("/feed.atom", "/feed.json")}

    take_step(claim_id=fact_check.claim_id, step="recheck", by=boss(), comment="News.")

    for path, tag in tags.items():
        answer = client.get(path, headers={"if-none-match": tag})
        assert answer.status_code == 200, "what they have does not say it"
        assert answer.text.count("(being checked again)") == 1
        assert f"Mostly false (being checked again): {WORDING.headline}" in answer.text
        assert answer.text.count("We are checking this again.") == 1


def test_a_feed_says_nothing_of_the_verdict_of_what_is_withdrawn(client: Client) -> None:
    fact_check = published()
    withdraw(claim_id=fact_check.claim_id, reason="The recording was false.", by=boss())

    for path in ("/feed.atom", "/feed.json"):
        told = client.get(path).text
        assert "The recording was false." in told
        assert "Mostly false" not in told
        assert WORDING.summary not in told
        assert "being checked again" not in told


class TestEmbedding:
    def test_only_the_card_may_stand_in_a_frame(self, client: Client) -> None:
        published()
        card = client.get(f"{PAGE}card/")
        assert "frame-ancestors *" in card["Content-Security-Policy"]
        assert "X-Frame-Options" not in card
        assert client.get(PAGE)["X-Frame-Options"] == "DENY"

    def test_the_card_tells_that_a_check_is_made_again(self, client: Client) -> None:
        fact_check = published()
        assert "being checked again" not in client.get(f"{PAGE}card/").text

        take_step(claim_id=fact_check.claim_id, step="recheck", by=boss(), comment="News.")

        assert "being checked again" in client.get(f"{PAGE}card/").text

    def test_oembed_answers_for_our_checks_alone(self, client: Client) -> None:
        published()
        answer = client.get("/oembed", {"url": f"{settings.SITE_URL}{PAGE}", "maxwidth": "300"})
        assert answer.json()["width"] == 300
        assert f"{settings.SITE_URL}{PAGE}card/" in answer.json()["html"]
        for url in (
            "https://elsewhere.org/checks/traffic-2024/",
            f"{settings.SITE_URL}/",
            "",
            "x:[",
        ):
            assert client.get("/oembed", {"url": url}).status_code == 404
