"""The demo as a new user runs it: a real process with a real database, worker and web server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import pytest

from newsroom.runtime.process_table import processes

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 400
"""Seconds after which a demo hangs, also on a slow machine that does other things."""

pytestmark = pytest.mark.xdist_group("demo")


def environment(var: Path) -> dict[str, str]:
    unset = {"DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return {**kept, "NEWSROOM_VAR": str(var)}


def demo(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *arguments],
        cwd=ROOT,
        env=environment(var),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def started_under(var: Path) -> list[str]:
    """The commands of all processes that still run for the installation in `var`."""
    return [
        row.command
        for row in processes()
        if str(var) in row.command and "demo" not in row.command and not row.ended
    ]


@contextmanager
def serving(var: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A demo that serves, and what it has printed until then."""
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demo", *arguments],
        cwd=ROOT,
        env=environment(var),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl-C stops everything" in line:
                break
        assert "Ctrl-C stops everything" in printed, printed
        yield process, printed
    finally:
        process.kill()
        process.communicate()
        wait_until_gone(var)


def wait_until_gone(var: Path) -> None:
    deadline = time.monotonic() + 30
    while started_under(var) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert started_under(var) == []


def admin_address(printed: str) -> str:
    found = re.search(r"Admin:\s+(http://\S+)", printed)
    assert found, printed
    return found[1]


def sign_in(address: str, username: str, password: str) -> str:
    """What the admin shows after signing in with these."""
    jar = CookieJar()
    browser: OpenerDirector = build_opener(HTTPCookieProcessor(jar))
    with browser.open(f"{address}login/?next=/admin/") as page:
        page.read()
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    form = {"csrfmiddlewaretoken": token, "username": username, "password": password}
    with browser.open(f"{address}login/?next=/admin/", urlencode(form).encode()) as page:
        return page.read().decode()


@pytest.fixture(scope="session")
def first_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A new installation, and what its first demo printed."""
    var = tmp_path_factory.mktemp("installation")
    return var, demo(var, "--once")


@pytest.fixture
def var(first_run: tuple[Path, subprocess.CompletedProcess[str]]) -> Path:
    return first_run[0]


def test_the_first_run_extracts_the_seeds_and_prints_a_table_for_each_story(
    first_run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    var, ended = first_run

    assert ended.returncode == 0, ended.stderr
    assert "16 created, 1 revised." in ended.stdout
    assert "17 of 17 stories" in ended.stdout
    for heading in ("Passage", "Speaker", "Kind", "Score"):
        assert ended.stdout.count(heading) >= 16  # one of the 17 is an earlier version
    assert started_under(var) == []


def test_a_second_run_changes_nothing(var: Path) -> None:
    ended = demo(var, "--once")

    assert ended.returncode == 0, ended.stderr
    assert "17 unchanged." in ended.stdout
    assert " created" not in ended.stdout.split("\n\n")[0]


def test_the_login_is_kept_where_only_its_owner_can_read_it(var: Path) -> None:
    path = var / "login.json"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(json.loads(path.read_text())) == {"username", "password"}


def test_it_serves_an_admin_that_the_printed_login_opens_and_ctrl_c_ends_all(var: Path) -> None:
    with serving(var, "--port", "0") as (process, printed):
        password = re.search(r"Password: (\S+)", printed)
        assert password
        page = sign_in(admin_address(printed), "editor", password[1])
        assert "Log out" in page or "logout" in page
        for colleague in ("checker", "second"):
            assert f"Also:     {colleague} (" in printed
            page = sign_in(admin_address(printed), colleague, password[1])
            assert "Log out" in page or "logout" in page
        site = admin_address(printed).removesuffix("admin/")
        with urlopen(f"{site}feed.atom", timeout=20) as feed:
            assert f'href="{site}checks/' in feed.read().decode(), "links lead to this demo"

        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)

        assert process.returncode == 0
        assert "Stopped." in rest
        assert "Traceback" not in rest
        assert started_under(var) == []


def test_killed_half_way_it_leaves_nothing_running(var: Path) -> None:
    with serving(var, "--port", "0") as (process, _):
        assert started_under(var)

        process.kill()
        process.wait()

        wait_until_gone(var)


def test_a_taken_port_is_replaced_by_a_free_one_and_it_says_so(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(var, "--port", str(port)) as (_, printed):
            assert f"Port {port} is taken" in printed
            assert f":{port}/" not in admin_address(printed)


def test_own_stories_take_the_place_of_the_seeds(tmp_path: Path, var: Path) -> None:
    story = tmp_path / "council.txt"
    story.write_text("Council raises fees\n\n“Fees rise by 4 percent,” said Mayor Ann Poe.\n")

    ended = demo(var, "--once", str(story))

    assert ended.returncode == 0, ended.stderr
    assert "Fees rise by 4 percent" in ended.stdout
    assert "Ann Poe" in ended.stdout
    assert "Harbour Post" not in ended.stdout


def test_a_story_that_cannot_be_taken_in_is_named_and_the_exit_code_tells(
    tmp_path: Path, var: Path
) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9 prices rose")

    ended = demo(
        var, "--once", str(tmp_path / "empty.txt"), str(tmp_path / "latin.txt"), "gone.txt"
    )

    assert ended.returncode == 1
    assert "empty.txt" in ended.stderr
    assert "Not UTF-8" in ended.stderr
    assert "gone.txt" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_database_that_dies_ends_the_demo_with_a_word(var: Path) -> None:
    with serving(var, "--port", "0") as (process, _):
        server = (var / "postgres" / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(server), signal.SIGKILL)

        rest, _ = process.communicate(timeout=60)

        assert process.returncode == 1
        assert "PostgreSQL has ended" in rest
        assert "Traceback" not in rest


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"HTTPS": "Yess"}, "HTTPS=Yess is neither True nor False"),
        ({"SWEEP_SECONDS": "abc"}, "SWEEP_SECONDS=abc is not a whole number"),
        ({"TIME_ZONE": "Mars/Base"}, "TIME_ZONE=Mars/Base is no time zone"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL=loud"),
        ({"DATABASE_URL": "postgresql://x@db.example:abc/y"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/y", "SECRET_KEY": "x"}, "The database"),
        ({"NEWSROOM_VAR": "/proc/none"}, "none"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_a_sentence(
    setting: dict[str, str], said: str, var: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=ROOT,
        env={**environment(var), **setting},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
