"""From a story that is pushed to a check that others find: by REST only, on what really runs."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.integration.stack import OUTLET, Stack

# With a database so that it runs before tests that empty theirs: it is copied.
pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.django_db]

STORY = {
    "external_id": "ferry-2026-03",
    "headline": "Ferry traffic rises",
    "text": "Ferry traffic in Kellosund rose by 9 percent in 2025, Minister Ana Lund said. "
    "She did not name a source for the figure.",
}
PATIENCE = 60.0


def test_a_story_is_pushed_checked_by_two_published_and_found_through_the_compatible_search(
    stack: Stack,
) -> None:
    candidate = wait_for_candidate(stack, push(stack))
    claim = stack.ask(
        "desk",
        "POST",
        f"/api/v1/candidates/{candidate['id']}/accept",
        {"statement": "Ferry traffic in Kellosund rose by 9 percent in 2025."},
    )
    address = f"/api/v1/claims/{claim['id']}"
    assert not found(stack)

    step(stack, "reporter", address, "start")
    ratings = stack.ask("reporter", "GET", "/api/v1/ratings")["results"]
    rating = next(one for one in ratings if one["label"] == "False")
    evidence = {
        "stance": "refutes",
        "nature": "primary",
        "title": "Port statistics 2025, table 3",
        "quotation": "Passengers: 2 percent fewer than in 2024",
    }
    stack.ask("reporter", "POST", f"{address}/evidence", evidence)
    written = {"rating": rating["id"], "rationale": "The port counted 2 percent fewer passengers."}
    stack.ask("reporter", "PATCH", address, written)
    step(stack, "reporter", address, "submit")
    step(stack, "chief", address, "verify")
    assert not found(stack)  # verified is not published
    published = step(stack, "chief", address, "publish", headline="Ferry traffic fell in 2025")

    assert published["state"] == "published"
    (seen,) = found(stack)
    assert seen["text"] == "Ferry traffic in Kellosund rose by 9 percent in 2025."
    (review,) = seen["claimReview"]
    assert (review["title"], review["textualRating"]) == ("Ferry traffic fell in 2025", "False")
    taken = stack.ask("chief", "GET", f"{address}/transitions")["results"]
    assert [(one["to_state"], one["by"]) for one in reversed(taken)] == [
        ("checking", "reporter"),
        ("in_review", "reporter"),
        ("verified", "chief"),
        ("published", "chief"),
    ]


def push(stack: Stack) -> int:
    body = {"outlet": OUTLET, "items": [STORY]}
    (item,) = stack.ask("desk", "POST", "/api/v1/articles", body)["items"]
    assert item["outcome"] == "created"
    # A retry after a lost answer.
    (again,) = stack.ask("desk", "POST", "/api/v1/articles", body)["items"]
    assert (again["outcome"], again["article"]) == ("unchanged", item["article"])
    return int(item["article"])


def wait_for_candidate(stack: Stack, article: int) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        page = stack.ask("desk", "GET", f"/api/v1/candidates?article={article}&state=pending")
        if page["results"]:
            best: dict[str, Any] = page["results"][0]
            return best
        time.sleep(0.1)
    pytest.fail(f"The worker proposed nothing. It said: {stack.logs()}")


def step(stack: Stack, user: str, address: str, name: str, **more: str) -> Any:
    return stack.ask(user, "POST", f"{address}/transitions", {"step": name, **more})


def found(stack: Stack) -> Any:
    """What a client of Google's API finds that has only changed its base URL."""
    token = stack.tokens["cms"]
    address = f"/api/factchecktools/v1alpha1/claims:search?query=ferry+traffic&key={token}"
    return stack.ask("cms", "GET", address).get("claims", [])
