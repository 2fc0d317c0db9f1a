"""An editor at work on a story, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Candidate, CandidateState, DecisionReason
from newsroom.articles.models import ExtractionState, Revision
from tests.factories import STORY, CandidateFactory, RevisionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(page: Page) -> list[Candidate]:
    """A story of some length with three candidates, in the order of its text."""
    revision: Revision = RevisionFactory.create(
        text=f"{STORY}\n\n" * 12,
        article__headline="Dredging <done>",
        extraction_state=ExtractionState.DONE,
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
    )
    length = len(STORY) + 2
    return [
        CandidateFactory.create(revision=revision, passage=(start * length, start * length + 70))
        for start in (0, 1, 11)
    ]


def address(story: list[Candidate]) -> str:
    return f"/admin/articles/article/{story[0].revision.article_id}/change/"


def test_an_editor_reads_a_story_and_decides_on_its_candidates(
    page: Page, sign_in: Callable[[], None], story: list[Candidate]
) -> None:
    first, second, third = story
    sign_in()
    page.goto(address(story))
    expect(page.get_by_role("heading", name="Dredging <done>", level=2)).to_be_visible()
    expect(page.locator(".story-body .passage--pending")).to_have_count(3)

    # A highlight leads to its card, and the text stays where it can be read.
    page.locator(".story-body .passage").first.click()
    expect(page.locator(f"#candidate-{first.pk}:target")).to_be_in_viewport()
    expect(page.locator(".story-body .passage").first).to_be_in_viewport()

    page.locator(f"#candidate-{first.pk}").get_by_role("button", name="Accept").click()
    expect(page.locator(f"#candidate-{second.pk}:target")).to_be_in_viewport()
    expect(page.get_by_text("Accepted as claim")).to_be_in_viewport()
    expect(page.locator(".story-body .passage--accepted")).to_have_count(1)

    card = page.locator(f"#candidate-{second.pk}")
    card.get_by_label("Reason for rejecting").select_option("too vague")
    card.get_by_label("Note").fill("When?")
    card.get_by_role("button", name="Reject").click()
    expect(page.locator(f"#candidate-{third.pk}:target")).to_be_in_viewport()
    # Its passage stands pages further down: both are in sight.
    expect(page.locator(f'[data-candidates="{third.pk}"]')).to_be_in_viewport()
    expect(page.locator(".story-body .passage--rejected")).to_have_count(1)

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == CandidateState.ACCEPTED
    assert second.state == CandidateState.REJECTED
    assert second.decision_reason == DecisionReason.TOO_VAGUE
    assert second.decision_note == "When?"


def test_a_story_can_be_worked_through_with_the_keyboard(
    page: Page, sign_in: Callable[[], None], story: list[Candidate]
) -> None:
    sign_in()
    page.goto(address(story))
    number = page.get_by_role("link", name="Candidate 1, pending")
    number.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#candidate-{story[0].pk}:target")).to_be_in_viewport()
    # From the card that was gone to: its number, then the first thing to do.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    accept = page.locator(f"#candidate-{story[0].pk}").get_by_role("button", name="Accept")
    expect(accept).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Accepted as claim")).to_be_in_viewport()


def test_a_story_fits_a_tablet(
    page: Page, sign_in: Callable[[], None], story: list[Candidate]
) -> None:
    page.set_viewport_size({"width": 820, "height": 1180})
    sign_in()
    page.goto(f"{address(story)}#candidate-{story[2].pk}")
    expect(page.locator(f"#candidate-{story[2].pk}")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 820


def test_a_story_works_without_javascript(
    browser: Browser,
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[], None],
    story: list[Candidate],
) -> None:
    sign_in()
    plain = browser.new_context(
        base_url=live_server.url,
        storage_state=page.context.storage_state(),
        java_script_enabled=False,
    )
    window = plain.new_page()
    window.goto(address(story))
    window.locator(".story-body .passage").first.click()
    expect(window.locator(f"#candidate-{story[0].pk}:target")).to_be_in_viewport()
    window.locator(f"#candidate-{story[0].pk}").get_by_role("button", name="Accept").click()
    expect(window.get_by_text("Accepted as claim")).to_be_in_viewport()
    plain.close()


def test_several_candidates_are_rejected_from_the_list(
    page: Page, sign_in: Callable[[], None], story: list[Candidate]
) -> None:
    sign_in()
    page.goto("/admin/claims/candidate/")
    for number in (0, 1):
        page.locator("tbody input.action-select").nth(number).check()
    page.get_by_label("Select action to run").select_option("reject_selected")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="Reject 2 candidates?")).to_be_visible()
    page.get_by_label("Reason for rejecting").select_option("not worth it")
    page.get_by_role("button", name="Reject 2 candidates").click()
    expect(page.get_by_text("2 rejected.")).to_be_visible()
    assert Candidate.objects.filter(state=CandidateState.REJECTED).count() == 2
