import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest

import newsroom
from newsroom.runtime.local import database_url_if_needed, needs_database, postgres_dir
from newsroom.runtime.paths import project_root, var_dir
from newsroom.runtime.ports import choose_port
from newsroom.runtime.postgres import PrivatePostgres

MANAGE = Path(newsroom.__file__).resolve().parent.parent / "manage.py"
MIGRATE = ["manage.py", "migrate"]


@pytest.fixture
def clean(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSROOM_VAR", str(tmp_path / "var"))
    for name in ("DATABASE_URL", "SECRET_KEY"):
        # Twice: what the code under test sets itself is then undone, too.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path


def test_var_is_in_the_project_unless_named(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSROOM_VAR", str(tmp_path))
    assert var_dir() == tmp_path
    monkeypatch.setenv("NEWSROOM_VAR", "")
    assert var_dir() == project_root() / "var"
    assert (project_root() / "newsroom" / "runtime").is_dir()


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ("", False),
        ("help", False),
        ("--help", False),
        ("--version", False),
        ("version", False),
        ("help migrate", False),
        ("migrate --help", False),
        ("check", False),
        ("check --deploy", False),
        ("check --database default", True),
        ("check --database=default", True),
        ("makemigrations --check", True),
        ("collectstatic --noinput", False),
        ("migrate", True),
        ("runserver 8000", True),
        ("shell", True),
    ],
)
def test_which_commands_need_a_database(arguments, needed):
    assert needs_database(["manage.py", *arguments.split()]) is needed


def test_the_private_server_serves_for_the_time_of_the_command(clean):
    with database_url_if_needed(MIGRATE, root=clean):
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        key = os.environ["SECRET_KEY"]
        # The reloader's child does the same again, with this environment.
        with database_url_if_needed(MIGRATE, root=clean):
            pass
        assert PrivatePostgres(postgres_dir()).is_running()
    assert "DATABASE_URL" not in os.environ
    assert not PrivatePostgres(postgres_dir()).is_running()
    assert len(key) >= 50


def test_a_failing_command_releases_it_too(clean):
    with pytest.raises(SystemExit), database_url_if_needed(MIGRATE, root=clean):
        sys.exit(1)
    assert not PrivatePostgres(postgres_dir()).is_running()


@pytest.mark.parametrize("named_in", ["environment", "file"])
def test_a_database_that_was_named_is_used(clean, named_in, monkeypatch):
    if named_in == "environment":
        monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/newsroom")
    else:
        (clean / ".env").write_text("DATABASE_URL=postgresql://db.example/newsroom\n")
    with database_url_if_needed(MIGRATE, root=clean):
        assert os.environ["DATABASE_URL"] == "postgresql://db.example/newsroom"
        # Who names a database names a key as well: nothing is made up for them.
        assert "SECRET_KEY" not in os.environ
    assert not var_dir().exists()


def test_no_server_is_started_where_none_is_needed(clean):
    with database_url_if_needed(["manage.py", "check"], root=clean):
        assert "DATABASE_URL" not in os.environ
        assert os.environ["SECRET_KEY"]
    assert not postgres_dir().exists()


def test_an_empty_name_is_none(clean, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    with database_url_if_needed(MIGRATE, root=clean):
        assert os.environ["DATABASE_URL"].startswith("postgresql://")


# ------------------------------------------------------------------------ manage.py itself

SETTINGS = """
import os
import environ
DEBUG = True
SECRET_KEY = os.environ["SECRET_KEY"]
DATABASES = {"default": environ.Env.db_url_config(os.environ["DATABASE_URL"])}
ROOT_URLCONF = "tiny_urls"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = []
"""
URLS = """
from django.db import connection
from django.http import HttpResponse
from django.urls import path

def answer(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return HttpResponse(cursor.fetchone()[0])

urlpatterns = [path("", answer)]
"""


@pytest.fixture
def environment(tmp_path):
    (tmp_path / "tiny_settings.py").write_text(SETTINGS)
    (tmp_path / "tiny_urls.py").write_text(URLS)
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tiny_settings",
        "PYTHONPATH": str(tmp_path),
        "NEWSROOM_VAR": str(tmp_path / "var"),
        # Set, so that a developer's own .env says nothing.
        "DATABASE_URL": "",
        "SECRET_KEY": "",
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_runserver_and_its_reloader_share_one_server(number, environment, tmp_path, wait_until):
    port = choose_port(0)
    url = f"http://127.0.0.1:{port}/"
    log = tmp_path / "log"
    with log.open("wb") as output:
        manage = subprocess.Popen(
            [sys.executable, str(MANAGE), "runserver", f"127.0.0.1:{port}"],
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def answer() -> bytes:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                content: bytes = response.read()
                return content
        except OSError:
            assert manage.poll() is None, log.read_text()
            return b""

    server = PrivatePostgres(tmp_path / "var" / "postgres")
    try:
        wait_until(lambda: answer() == b"newsroom")
        wait_until(lambda: len(server._server_pids()) == 1)
    finally:
        os.killpg(manage.pid, number)
        manage.wait(20)
    assert not server.is_running()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_told_to_end_releases_the_server(
    number, environment, tmp_path, wait_until
):
    server = PrivatePostgres(tmp_path / "var" / "postgres")
    code = f"open({str(tmp_path / 'begun')!r}, 'w'); import time; time.sleep(600)"
    manage = subprocess.Popen([sys.executable, str(MANAGE), "shell", "-c", code], env=environment)
    wait_until((tmp_path / "begun").exists)
    assert server.is_running()
    manage.send_signal(number)
    assert manage.wait(20) == 128 + number
    assert not server.is_running()


def test_help_starts_nothing(environment, tmp_path):
    ended = subprocess.run(
        [sys.executable, str(MANAGE), "version"],
        env={**environment, "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.startswith("5.")
    assert not (tmp_path / "var" / "postgres").exists()


def test_without_the_wheel_manage_says_what_to_do(environment, tmp_path):
    program = f"""
import runpy, sys
from newsroom.runtime import postgres_programs
postgres_programs.WHEEL = "no_such_wheel"
sys.argv = ["manage.py", "migrate"]
runpy.run_path({str(MANAGE)!r}, run_name="__main__")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "PYTHONPATH": f"{MANAGE.parent}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("manage.py: There is no database: DATABASE_URL is not set")
    assert "Traceback" not in ended.stderr
