"""A real browser for the tests in this folder.

Chromium is looked for on this machine, never downloaded. Where there is none the tests are skipped,
visibly; with CI set in the environment that is a failure, so that they cannot get lost there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from newsroom.accounts.models import User

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
PASSWORD = "a long enough password"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For this folder only: its event loop must be gone when other tests use the database."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing = f"No Chromium here: none of {', '.join(NAMES)} is on the path."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            yield chromium
            chromium.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A window of its own; the test fails if a page reported an error or broke the policy."""
    # Violations of the content security policy are reported on the console, as errors.
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type}: {message.text}")

    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    # Browsers ask for it unbidden, and report its absence like an error of the page.
    window = context.new_page()
    window.on("console", listen)
    window.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    yield window
    context.close()
    assert complaints == []


@pytest.fixture
def sign_in(page: Page, editor: User) -> Callable[[], None]:
    """Sign the editor in, by the form as a person would."""
    editor.set_password(PASSWORD)
    editor.save()

    def sign_in() -> None:
        page.goto("/admin/login/")
        page.get_by_label("Username").fill(editor.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")

    return sign_in
