"""A story of many candidates is shown in parts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from claims.admin.addresses import story_address
from claims.models import Candidate, DecisionReason
from claims.review.services import reject_candidate
from claims.review.story import PART
from newsroom.accounts.models import User
from tests.claims.admin.test_story_page import story_url
from tests.factories import CandidateFactory, RevisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_story() -> list[Candidate]:
    """A paragraph and a candidate each, in three parts."""
    text = "".join(f"Paragraph {number} has a number.\n\n" for number in range(2 * PART + 5))
    revision = RevisionFactory.create(text=text)
    found = re.finditer(r"Paragraph \d+ has a number\.", text)
    return [CandidateFactory.create(revision=revision, passage=match.span()) for match in found]


def test_a_long_story_is_shown_in_parts_that_together_are_the_whole(
    editor_client: Client, long_story: list[Candidate]
) -> None:
    article = long_story[0].revision.article
    seen: list[str] = []
    for part, (first, last) in enumerate([(1, 40), (41, 80), (81, 85)], start=1):
        html = editor_client.get(story_url(article, f"?part={part}")).text
        assert f"Part {part} of 3: candidates {first} to {last}" in html
        assert "85 of 85 to decide" in html
        assert html.count('<article class="card') == last - first + 1
        seen += re.findall(r">(Paragraph \d+ has a number\.)</a>", html)
    assert seen == [candidate.exact for candidate in long_story]


def test_a_link_to_a_candidate_leads_to_its_part(
    editor_client: Client, long_story: list[Candidate]
) -> None:
    wanted = long_story[70]
    address = story_address(wanted)
    html = editor_client.get(address.partition("#")[0]).text
    assert f'id="candidate-{wanted.pk}"' in html
    assert f'id="passage-{wanted.pk}"' in html
    assert "Part 2 of 3" in html


@pytest.mark.parametrize("query", ["?part=0", "?part=99", "?part=x", "?at=7", "?at=²"])
def test_a_part_that_there_is_not_is_another(
    editor_client: Client, long_story: list[Candidate], query: str
) -> None:
    page = editor_client.get(story_url(long_story[0].revision.article, query))
    assert page.status_code == 200
    assert " of 3: candidates " in page.text


def test_parts_are_those_of_what_is_shown(
    editor_client: Client, editor: User, long_story: list[Candidate]
) -> None:
    for candidate in (long_story[3], long_story[80]):
        reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=editor)
    html = editor_client.get(story_url(long_story[0].revision.article, "?show=rejected")).text
    assert html.count('<article class="card') == 2
    assert "Part 1" not in html


def test_a_long_story_costs_one_query_more_than_a_short_one(
    editor_client: Client, long_story: list[Candidate], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        editor_client.get(story_url(long_story[0].revision.article, "?part=2"))
