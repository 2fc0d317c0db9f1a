"""An editor at the desk, in a real browser: mostly by keyboard, as it is meant to be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Appearance, Candidate, CandidateState, Claim, DecisionReason, Lease
from claims.review.services import accept_candidate
from newsroom.accounts.models import User
from newsroom.articles.models import ExtractionState, Revision
from tests.e2e.conftest import PASSWORD, Traffic
from tests.factories import CandidateFactory, ClaimFactory, RevisionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENTENCES = 24
MISSED = "Nobody counted the \u202eboats, the mayor said."


def sentence(number: int) -> str:
    return f"Pier {number} handled {number * 11} ships in 2024, the port authority said."


@pytest.fixture
def story(page: Page) -> list[Candidate]:
    """Two dozen candidates of one story, best first in the order of the text, and a missed one."""
    sentences = [sentence(number) for number in range(1, SENTENCES + 1)]
    revision: Revision = RevisionFactory.create(
        text="\n\n".join([*sentences, MISSED]),
        article__headline="Piers <counted>",
        extraction_state=ExtractionState.DONE,
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
    )
    rows, start = [], 0
    for number, text in enumerate(sentences):
        rows.append(
            CandidateFactory.create(
                revision=revision,
                passage=(start, start + len(text)),
                statement=text,
                score=0.9 - number / 100,
            )
        )
        start += len(text) + 2
    return rows


def on_screen(page: Page, candidate: Candidate) -> None:
    expect(page.locator(f'#desk-panel [data-id="{candidate.pk}"]')).to_be_visible()
    expect(
        page.locator(f'#desk-story .is-current[data-candidates~="{candidate.pk}"]')
    ).to_be_in_viewport()


def sent(page: Page, text: str) -> None:
    """The server's answer to the latest decision has come."""
    expect(page.locator("#desk-last")).to_contain_text(text)


@pytest.fixture
def at_desk(page: Page, sign_in: Callable[[], None], story: list[Candidate]) -> Page:
    sign_in()
    page.goto("/admin/desk/")
    on_screen(page, story[0])
    return page


@pytest.fixture
def colleague(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A second editor's window, signed in."""
    other: User = UserFactory.create(
        username="mia", first_name="Mia", last_name="Holm", is_staff=True, is_superuser=True
    )
    other.set_password(PASSWORD)
    other.save()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    window = context.new_page()
    window.on("console", listen)
    traffic = Traffic(window)
    window.goto("/admin/login/")
    window.get_by_label("Username").fill("mia")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Log in").click()
    window.wait_for_url("**/admin/")
    yield window
    traffic.settle()
    context.close()
    assert complaints == []


def test_twenty_candidates_are_decided_by_keyboard_alone(
    at_desk: Page, story: list[Candidate], editor: User
) -> None:
    keys = ["a", "1", "2", "3", "4", "5", "6", "a", "x1", "a"] * 2
    for candidate, key in zip(story, keys, strict=False):
        on_screen(at_desk, candidate)
        for one in key:
            at_desk.keyboard.press(one)
    on_screen(at_desk, story[20])
    expect(at_desk.locator("#desk-today")).to_have_text("20")

    decided = Candidate.objects.filter(pk__in=[row.pk for row in story[:20]]).order_by("pk")
    assert {row.decided_by for row in decided} == {editor}
    reasons = [row.decision_reason for row in decided[:10]]
    assert reasons == [
        DecisionReason.WORTH_CHECKING,
        DecisionReason.OPINION,
        DecisionReason.PREDICTION,
        DecisionReason.TOO_VAGUE,
        DecisionReason.ALREADY_CHECKED,
        DecisionReason.NOT_WORTH_IT,
        DecisionReason.EXTRACTION_ERROR,
        DecisionReason.WORTH_CHECKING,
        DecisionReason.OPINION,
        DecisionReason.WORTH_CHECKING,
    ]
    assert Claim.objects.count() == 6
    assert Candidate.objects.filter(state=CandidateState.PENDING).count() == SENTENCES - 20


def test_decisions_are_undone_across_page_loads(at_desk: Page, story: list[Candidate]) -> None:
    at_desk.keyboard.press("a")
    on_screen(at_desk, story[1])
    at_desk.keyboard.press("2")
    sent(at_desk, "Rejected: prediction.")
    at_desk.reload()
    on_screen(at_desk, story[2])

    at_desk.keyboard.press("u")
    on_screen(at_desk, story[1])
    sent(at_desk, "Undone: it was rejected")
    at_desk.keyboard.press("u")
    on_screen(at_desk, story[0])
    sent(at_desk, "Undone: it was accepted")

    assert not Candidate.objects.exclude(state=CandidateState.PENDING).exists()
    assert Claim.objects.get().state == "shelved"
    assert not Appearance.objects.exists()


def test_undo_says_why_it_cannot(at_desk: Page, story: list[Candidate], editor: User) -> None:
    claim = accept_candidate(candidate_id=story[0].pk, by=editor)
    Claim.objects.filter(pk=claim.pk).update(rationale="Being worked on.")

    at_desk.keyboard.press("u")

    expect(at_desk.get_by_role("alert").first).to_contain_text("somebody edited it")
    story[0].refresh_from_db()
    assert story[0].state == CandidateState.ACCEPTED


def test_a_statement_is_edited_and_accepted_without_a_key_firing(
    at_desk: Page, story: list[Candidate]
) -> None:
    at_desk.keyboard.press("e")
    field = at_desk.get_by_label("Statement")
    expect(field).to_be_focused()
    field.press("Control+End")
    at_desk.keyboard.type(" asxfu 123 jk?")
    at_desk.keyboard.press("Control+Enter")
    on_screen(at_desk, story[1])
    sent(at_desk, "Accepted")

    assert Claim.objects.get().statement == f"{story[0].statement} asxfu 123 jk?"
    assert Candidate.objects.exclude(state=CandidateState.PENDING).count() == 1


def test_a_candidate_is_merged_by_searching_for_its_claim(
    at_desk: Page, story: list[Candidate]
) -> None:
    ClaimFactory.create(statement="The harbour froze over.")
    claim = ClaimFactory.create(statement="Pier one handled eleven ships.")
    at_desk.keyboard.press("m")
    at_desk.keyboard.type("elev pie")
    expect(at_desk.locator("#desk-claim-list").get_by_role("option")).to_have_count(1)
    at_desk.keyboard.press("Enter")
    on_screen(at_desk, story[1])
    sent(at_desk, f"Merged into claim {claim.pk}.")

    story[0].refresh_from_db()
    assert (story[0].state, story[0].claim) == (CandidateState.MERGED, claim)


def test_another_reason_needs_a_note(at_desk: Page, story: list[Candidate]) -> None:
    at_desk.keyboard.press("7")
    expect(at_desk.get_by_label("Note on the rejection")).to_be_focused()
    at_desk.keyboard.type("A caption.")
    at_desk.keyboard.press("Enter")
    on_screen(at_desk, story[1])
    sent(at_desk, "Rejected: other.")

    story[0].refresh_from_db()
    assert story[0].decision_note == "A caption."


def test_a_missed_passage_is_selected_and_becomes_a_candidate(
    at_desk: Page, story: list[Candidate], editor: User
) -> None:
    at_desk.evaluate(
        """() => {
            const last = [...document.querySelectorAll("#desk-story [data-start]")].pop();
            getSelection().selectAllChildren(last);
        }"""
    )
    at_desk.keyboard.press("n")
    expect(at_desk.locator("#desk-last")).to_contain_text("the passage is a candidate now")

    added = Candidate.objects.get(extractor="editor")
    assert added.exact == MISSED
    assert (added.created_by, added.state) == (editor, CandidateState.PENDING)
    on_screen(at_desk, added)
    at_desk.keyboard.press("a")
    on_screen(at_desk, story[0])
    sent(at_desk, "Accepted")
    assert Claim.objects.get().statement == MISSED


def test_a_passage_is_selected_and_added_by_mouse(at_desk: Page, story: list[Candidate]) -> None:
    piece = at_desk.locator("#desk-story .passage").nth(1)
    piece.dblclick(position={"x": 8, "y": 8})
    at_desk.get_by_role("button", name="Add selection").click()
    expect(at_desk.locator("#desk-last")).to_contain_text("the passage is a candidate now")

    assert Candidate.objects.get(extractor="editor").exact == "Pier"


def test_part_of_a_passage_is_anchored_exactly(at_desk: Page, story: list[Candidate]) -> None:
    """From the middle of one candidate to the middle of the next, over their numbers."""
    at_desk.evaluate(
        """() => {
            const [first, second] = document.querySelectorAll("#desk-story .passage");
            getSelection().setBaseAndExtent(first.firstChild, 5, second.firstChild, 4);
        }"""
    )
    at_desk.keyboard.press("n")
    expect(at_desk.locator("#desk-last")).to_contain_text("the passage is a candidate now")

    added = Candidate.objects.get(extractor="editor")
    assert added.exact == f"{sentence(1)[5:]}\n\nPier"


def test_skipping_and_going_back(at_desk: Page, story: list[Candidate]) -> None:
    at_desk.keyboard.press("s")
    on_screen(at_desk, story[1])
    sent(at_desk, "Skipped")
    at_desk.keyboard.press("j")
    on_screen(at_desk, story[2])
    at_desk.keyboard.press("k")
    on_screen(at_desk, story[1])
    at_desk.keyboard.press("k")
    on_screen(at_desk, story[0])
    at_desk.keyboard.press("a")
    sent(at_desk, "Accepted")

    assert [row.pk for row in Candidate.objects.filter(state="accepted")] == [story[0].pk]


def test_a_candidate_is_flagged_for_a_colleague(
    colleague: Page, at_desk: Page, story: list[Candidate]
) -> None:
    at_desk.keyboard.press("f")
    at_desk.keyboard.type("Do we know the pier?")
    at_desk.get_by_label("Colleague").select_option("Mia Holm")
    at_desk.get_by_role("button", name="Flag", exact=True).click()
    on_screen(at_desk, story[1])
    sent(at_desk, "Flagged for Mia Holm.")

    colleague.goto("/admin/desk/?queue=mine")
    on_screen(colleague, story[0])
    expect(colleague.get_by_text("Do we know the pier?")).to_be_visible()


def test_two_editors_are_never_given_the_same_candidate(
    at_desk: Page, colleague: Page, story: list[Candidate]
) -> None:
    colleague.goto("/admin/desk/")
    seen: dict[Page, list[str]] = {at_desk: [], colleague: []}
    for _ in range(8):
        for window, ids in seen.items():
            current = window.locator("#desk-panel [data-id]")
            expect(current).to_have_count(1)
            shown = current.get_attribute("data-id") or ""
            ids.append(shown)
            window.keyboard.press("5")
            expect(window.locator(f'#desk-panel [data-id="{shown}"]')).to_have_count(0)

    mine, theirs = seen.values()
    assert len({*mine, *theirs}) == 16
    expect(at_desk.locator("#desk-problems .notice")).to_have_count(0)
    expect(colleague.locator("#desk-problems .notice")).to_have_count(0)


def test_a_candidate_is_taken_over_and_the_other_editor_is_told(
    at_desk: Page, colleague: Page, story: list[Candidate]
) -> None:
    at_desk.keyboard.press("e")
    at_desk.keyboard.type("My wording. ")
    colleague.goto(f"/admin/desk/?candidate={story[0].pk}")
    expect(colleague.get_by_text("has this candidate until")).to_be_visible()
    colleague.get_by_role("button", name="Take over").click()
    expect(colleague.get_by_role("button", name="Accept")).to_be_visible()

    at_desk.keyboard.press("Control+Enter")
    problem = at_desk.get_by_role("alert").first
    expect(problem).to_contain_text("Mia Holm took this candidate over")
    assert not Claim.objects.exists()
    problem.get_by_role("button", name="Show it").click()
    expect(at_desk.get_by_text("You had typed:")).to_contain_text("My wording.")


def test_losing_a_race_is_said_and_nothing_is_lost(
    at_desk: Page, story: list[Candidate], editor: User
) -> None:
    other: User = UserFactory.create(username="night", is_superuser=True)
    accept_candidate(candidate_id=story[0].pk, by=other)

    at_desk.keyboard.press("1")
    on_screen(at_desk, story[1])
    problem = at_desk.get_by_role("alert").first
    expect(problem).to_contain_text("This candidate was accepted by night meanwhile.")
    problem.get_by_role("button", name="Show it").click()
    expect(at_desk.locator("#desk-panel").get_by_text("Accepted", exact=True)).to_be_visible()


def test_a_decision_that_does_not_reach_the_server_comes_back(
    at_desk: Page, story: list[Candidate]
) -> None:
    at_desk.route("**/decide/**", lambda route: route.fulfill(status=200, body="not JSON"))
    at_desk.keyboard.press("1")
    on_screen(at_desk, story[1])
    problem = at_desk.get_by_role("alert").first
    expect(problem).to_contain_text(story[0].statement)
    at_desk.unroute("**/decide/**")
    problem.get_by_role("button", name="Try again").click()
    sent(at_desk, "Rejected: opinion.")

    story[0].refresh_from_db()
    assert story[0].state == CandidateState.REJECTED


def test_everything_can_be_done_by_mouse(at_desk: Page, story: list[Candidate]) -> None:
    at_desk.get_by_role("button", name="Accept").click()
    on_screen(at_desk, story[1])
    at_desk.get_by_role("button", name="4 already checked").click()
    on_screen(at_desk, story[2])
    sent(at_desk, "Rejected: already checked.")
    at_desk.get_by_role("button", name="Undo").click()
    on_screen(at_desk, story[1])
    at_desk.locator("#desk-story .passage").nth(5).click()
    on_screen(at_desk, story[5])


def test_what_happened_is_announced_and_the_focus_goes_on(
    at_desk: Page, story: list[Candidate]
) -> None:
    at_desk.keyboard.press("a")
    expect(at_desk.get_by_role("status").last).to_contain_text("Accepted as claim")
    expect(at_desk.get_by_role("heading", name="Candidate 2 of 24")).to_be_focused()


def test_the_list_of_keys_opens_and_single_keys_can_be_turned_off(
    at_desk: Page, story: list[Candidate]
) -> None:
    at_desk.keyboard.press("?")
    expect(at_desk.get_by_role("heading", name="Keys of the desk")).to_be_visible()
    at_desk.get_by_label("Single keys decide").uncheck()
    at_desk.get_by_role("button", name="Close").click()
    at_desk.keyboard.press("a")
    at_desk.keyboard.press("1")
    on_screen(at_desk, story[0])
    assert Candidate.objects.filter(state=CandidateState.PENDING).count() == SENTENCES


def test_the_end_of_a_queue_says_so(
    page: Page, sign_in: Callable[[], None], story: list[Candidate]
) -> None:
    Candidate.objects.exclude(pk=story[0].pk).update(state=CandidateState.SUPERSEDED)
    sign_in()
    page.goto("/admin/desk/")
    on_screen(page, story[0])
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="Nothing left to decide")).to_be_visible()
    page.keyboard.press("u")
    on_screen(page, story[0])


def test_the_desk_is_one_click_away(
    page: Page, sign_in: Callable[[], None], story: list[Candidate]
) -> None:
    sign_in()
    page.locator("#content").get_by_role("link", name="Open the desk").click()
    on_screen(page, story[0])
    page.goto(f"/admin/articles/article/{story[0].revision.article_id}/change/")
    page.get_by_role("link", name="Decide at the desk").click()
    on_screen(page, story[0])
    expect(page.get_by_role("link", name="this story")).to_have_attribute("aria-current", "page")


def test_the_desk_works_without_javascript(
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
    window.goto("/admin/desk/")
    window.get_by_role("button", name="Accept").click()
    expect(window.get_by_text("Accepted as claim")).to_be_visible()
    window.get_by_role("button", name="opinion").click()
    expect(window.get_by_text("Rejected: opinion.")).to_be_visible()
    window.get_by_role("button", name="Undo").click()
    expect(window.get_by_text("Undone: it was rejected")).to_be_visible()
    window.get_by_role("button", name="Skip").click()
    expect(window.locator(f'[data-id="{story[2].pk}"]')).to_be_visible()
    plain.close()


def test_the_desk_fits_a_tablet(at_desk: Page, story: list[Candidate]) -> None:
    at_desk.set_viewport_size({"width": 820, "height": 1180})
    at_desk.keyboard.press("a")
    on_screen(at_desk, story[1])
    assert at_desk.evaluate("document.documentElement.scrollWidth") == 820


def test_leases_end_with_the_decision(at_desk: Page, story: list[Candidate]) -> None:
    at_desk.keyboard.press("1")
    sent(at_desk, "Rejected")
    assert not Lease.objects.filter(candidate=story[0]).exists()
