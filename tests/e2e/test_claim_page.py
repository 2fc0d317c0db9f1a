"""A claim goes through review by two people, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Claim, ClaimState
from newsroom.accounts.models import User
from newsroom.accounts.roles import Role
from newsroom.history import acting
from tests.e2e.conftest import PASSWORD
from tests.factories import AppearanceFactory, ClaimFactory, EvidenceFactory, RatingFactory
from tests.roles import member_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claim() -> Claim:
    claim: Claim = ClaimFactory.create(statement="Traffic rose by 9 percent in 2024.")
    AppearanceFactory.create(claim=claim)
    RatingFactory.create(label="Mostly false")
    return claim


@pytest.fixture
def as_(page: Page) -> Callable[[User], None]:
    """Sign somebody in, and whoever was there before out."""

    def sign_in(user: User) -> None:
        user.set_password(PASSWORD)
        user.save()
        page.context.clear_cookies()
        page.goto("/admin/login/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")

    return sign_in


def open_claim(page: Page, claim: Claim) -> None:
    page.goto(f"/admin/claims/claim/{claim.pk}/change/")


def take(page: Page, step: str, comment: str = "") -> None:
    """Open the step's form by its button, and send it."""
    steps = page.locator("#steps")
    steps.locator("summary", has_text=step).click()
    if comment:
        steps.locator("details[open] textarea").first.fill(comment)
    steps.locator("details[open]").get_by_role("button", name=step).click()


def test_two_people_take_a_claim_to_verified_and_nobody_does_alone(
    page: Page, claim: Claim, as_: Callable[[User], None]
) -> None:
    # An editor may verify, but not what they submitted themselves.
    first = member_of(Role.EDITOR, username="first")
    second = member_of(Role.EDITOR, username="second")
    as_(first)
    open_claim(page, claim)
    take(page, "Start checking")
    expect(page.locator(".claim-kicker")).to_contain_text("checking")
    expect(page.locator("#steps")).to_contain_text("at least one piece of evidence")

    page.locator("#evidence summary").click()
    page.get_by_label("Title").fill("Port statistics 2024")
    page.get_by_label("Stance").select_option("refutes")
    page.get_by_label("Nature").select_option("primary")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#evidence")).to_contain_text("Port statistics 2024")
    page.locator("#id_rating").select_option(label="Mostly false")
    page.locator("#id_rationale").fill("The port counts 5 percent.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    take(page, "Submit for review")

    expect(page.locator(".claim-kicker")).to_contain_text("in review")
    expect(page.locator("#steps")).to_contain_text(
        "Whoever submitted a check cannot be the one to verify it."
    )
    expect(page.locator("#steps summary", has_text="Verify")).to_have_count(0)
    page.goto(f"/admin/claims/claim/{claim.pk}/do/verify/")
    expect(page.get_by_role("alert")).to_contain_text("cannot be the one to verify it")

    as_(second)
    open_claim(page, claim)
    take(page, "Return with a comment", "Which year?")
    expect(page.locator("#timeline")).to_contain_text("Which year?")
    as_(first)
    open_claim(page, claim)
    take(page, "Submit for review")
    as_(second)
    open_claim(page, claim)
    take(page, "Verify")
    expect(page.locator(".claim-kicker")).to_contain_text("verified")
    claim.refresh_from_db()
    assert (claim.state, claim.submitted_by, claim.verified_by) == (
        ClaimState.VERIFIED,
        first,
        second,
    )


def test_who_loses_a_race_sees_the_difference_and_keeps_their_text(
    page: Page, claim: Claim, as_: Callable[[User], None]
) -> None:
    EvidenceFactory.create(claim=claim)
    as_(member_of(Role.CHECKER, username="slow"))
    open_claim(page, claim)
    page.locator("#id_rationale").fill("My long reasoning.")
    page.locator("#id_method").fill("By hand.")
    with acting(member_of(Role.CHECKER, username="quick")):
        Claim.objects.filter(pk=claim.pk).update(rationale="A quick one.", language="de")

    page.get_by_role("button", name="Save", exact=True).first.click()

    differences = page.locator(".claim-differences")
    expect(differences).to_contain_text("Somebody changed this claim while you were working on it")
    expect(differences).to_contain_text("quick")
    expect(differences.locator("fieldset", has_text="Rationale")).to_contain_text("A quick one.")
    expect(page.locator("#id_rationale")).to_have_value("My long reasoning.")
    expect(page.locator("#id_method")).to_have_value("By hand.")
    expect(page.locator("#id_language")).to_have_value("de")
    claim.refresh_from_db()
    assert (claim.rationale, claim.method) == ("A quick one.", ""), "nothing was written over"

    differences.get_by_label("Theirs").check()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#id_rationale")).to_have_value("A quick one.")
    claim.refresh_from_db()
    assert (claim.rationale, claim.method, claim.language) == ("A quick one.", "By hand.", "de")


def test_what_is_known_already_comes_by_itself(
    page: Page, claim: Claim, as_: Callable[[User], None]
) -> None:
    as_(member_of(Role.CHECKER, username="checker"))

    open_claim(page, claim)

    known = page.locator(".known")
    expect(known.get_by_role("heading", name="Similar claims")).to_be_visible(timeout=30_000)
    expect(known).to_have_count(1)
    expect(known).not_to_contain_text("Looking for")
