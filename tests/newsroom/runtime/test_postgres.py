import os
import signal
import subprocess
import sys
from pathlib import Path

import environ
import psycopg
import pytest

from newsroom.runtime import postgres_programs
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.postgres_errors import PostgresNotInstalled, PrivatePostgresError
from newsroom.runtime.postgres_files import SOCKET_PATH_LIMIT, database_url

USER = """
import sys, time
from pathlib import Path
from newsroom.runtime.postgres import PrivatePostgres
print(PrivatePostgres(Path(sys.argv[1])).acquire(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def data_dir(tmp_path):
    path = tmp_path / "var" / "postgres"
    yield path
    PrivatePostgres(path).release()


def postmaster_pid(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().split()[0])


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_the_first_start_makes_the_database_and_the_second_finds_it(data_dir):
    with PrivatePostgres(data_dir) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert not PrivatePostgres(data_dir).is_running()

    with PrivatePostgres(data_dir) as url:
        assert value(url, "SELECT number FROM kept") == 7
        assert value(url, "SELECT current_database()") == "newsroom"
        assert value(url, "SHOW listen_addresses") == ""


def test_text_is_sorted_and_folded_alike_on_every_machine(data_dir):
    with PrivatePostgres(data_dir) as url:
        assert value(url, "SELECT lower('ÄÉŁ')") == "äéł"
        assert value(url, "SHOW server_encoding") == "UTF8"


def test_only_the_last_of_two_users_stops_it(data_dir):
    first, second = PrivatePostgres(data_dir), PrivatePostgres(data_dir)
    url = first.acquire()
    assert second.acquire() == url
    assert second.acquire() == url  # twice is once
    first.release()
    first.release()
    assert value(url, "SELECT 1") == 1
    second.release()
    assert not second.is_running()


def test_who_has_joined_keeps_it_up(data_dir):
    guard = PrivatePostgres(data_dir)
    guard.join()
    assert not guard.is_running()
    with PrivatePostgres(data_dir):
        pass
    assert guard.is_running()
    guard.release()
    assert not guard.is_running()


def test_users_that_come_at_the_same_moment_share_one_server(data_dir, start_script, wait_until):
    users = [start_script(USER, data_dir) for _ in range(4)]
    urls = {user.stdout.readline().strip() for user in users}
    assert len(urls) == 1
    assert value(urls.pop(), "SELECT 1") == 1
    # A session looks like a second server for a moment, until it has given itself a name.
    wait_until(lambda: len(PrivatePostgres(data_dir)._server_pids()) == 1)


def test_what_a_killed_user_leaves_is_used_and_then_stopped(data_dir, start_script):
    user = start_script(USER, data_dir)
    url = user.stdout.readline().strip()
    os.kill(user.pid, signal.SIGKILL)
    user.wait()
    left_over = postmaster_pid(data_dir)
    assert PrivatePostgres(data_dir).is_running()

    server = PrivatePostgres(data_dir)
    assert server.acquire() == url
    assert postmaster_pid(data_dir) == left_over
    server.release()
    assert not server.is_running()


def test_a_killed_server_is_started_again(data_dir):
    first, second = PrivatePostgres(data_dir), PrivatePostgres(data_dir)
    first.acquire()
    os.kill(postmaster_pid(data_dir), signal.SIGKILL)
    assert value(second.acquire(), "SELECT 1") == 1
    second.release()
    first.release()
    assert not first.is_running()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="of a process that is now another one"),
        pytest.param("", id="empty"),
        pytest.param("nonsense\n", id="nonsense"),
    ],
)
def test_a_stale_pid_file_is_no_obstacle(data_dir, content):
    with PrivatePostgres(data_dir):
        kept = (data_dir / "postmaster.pid").read_text()
    pid_file = data_dir / "postmaster.pid"
    # A stranger that PostgreSQL, too, has the right to signal: it would take it for a server.
    stranger = subprocess.Popen(
        ["sleep", "600"], **PrivatePostgresAccount.of(data_dir), stdin=subprocess.DEVNULL
    )
    try:
        rest = kept.partition("\n")[2]
        pid_file.write_text(f"{stranger.pid}\n{rest}" if content is None else content)
        owner = data_dir.stat()
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        with PrivatePostgres(data_dir) as url:
            assert value(url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


class PrivatePostgresAccount:
    @staticmethod
    def of(data_dir: Path) -> dict[str, int]:
        owner = data_dir.stat()
        return {"user": owner.st_uid} if owner.st_uid != os.geteuid() else {}


def test_an_interrupted_first_start_is_begun_anew(data_dir):
    half_made = data_dir.parent / "postgres.new-abc"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with PrivatePostgres(data_dir) as url:
        assert value(url, "SELECT 1") == 1
    assert not half_made.exists()


def test_a_long_path_with_spaces_gets_a_socket_elsewhere(tmp_path):
    data_dir = tmp_path / ("a long name, with spaces " * 5).strip() / "postgres"
    assert len(str(data_dir)) > SOCKET_PATH_LIMIT
    server = PrivatePostgres(data_dir)
    try:
        url = server.acquire()
        assert value(url, "SELECT 1") == 1
        socket_dir = Path(value(url, "SHOW unix_socket_directories"))
        assert socket_dir != data_dir
        assert socket_dir.stat().st_mode & 0o077 == 0
    finally:
        server.release()
    assert not socket_dir.exists()


def test_the_url_is_understood_by_django(data_dir):
    program = """
import django, environ, sys
from django.conf import settings
settings.configure(DATABASES={"default": environ.Env.db_url_config(sys.argv[1])})
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
    print(cursor.fetchone()[0])
"""
    with PrivatePostgres(data_dir) as url:
        ended = subprocess.run(
            [sys.executable, "-c", program, url], capture_output=True, text=True, check=True
        )
    assert ended.stdout.strip() == "newsroom"


def test_any_name_of_a_folder_survives_the_url():
    folder = Path("/tmp/Möhre & co/100%+x?y#z")
    parsed = environ.Env.db_url_config(database_url("postgres", "newsroom", folder))
    assert parsed["OPTIONS"] == {"host": str(folder)}
    assert (parsed["NAME"], parsed["USER"], parsed["HOST"]) == ("newsroom", "postgres", "")


def test_settings_reach_the_server(data_dir):
    with PrivatePostgres(data_dir, settings={"fsync": "off", "work_mem": "5MB"}) as url:
        assert value(url, "SHOW fsync") == "off"
        assert value(url, "SHOW work_mem") == "5MB"


def test_a_failing_start_quotes_the_servers_log_and_leaves_nothing(data_dir):
    server = PrivatePostgres(data_dir, settings={"no_such_setting": "1"})
    with pytest.raises(PrivatePostgresError, match="unrecognized configuration parameter"):
        server.acquire()
    assert not server.is_running()
    assert not server._using.held


def test_a_folder_that_holds_something_else_is_not_touched(data_dir):
    data_dir.mkdir(parents=True)
    (data_dir / "letter.txt").write_text("dear")
    with pytest.raises(PrivatePostgresError, match="holds something, but no database"):
        PrivatePostgres(data_dir).acquire()
    assert [path.name for path in data_dir.iterdir()] == ["letter.txt"]


def test_another_version_of_the_data_is_named(data_dir):
    data_dir.mkdir(parents=True)
    (data_dir / "PG_VERSION").write_text("16\n")
    with pytest.raises(PrivatePostgresError, match="made by PostgreSQL 16"):
        PrivatePostgres(data_dir).acquire()


def test_without_the_wheel_it_is_said_what_to_do(data_dir, monkeypatch):
    monkeypatch.setattr(postgres_programs, "WHEEL", "no_such_wheel")
    with pytest.raises(PostgresNotInstalled, match=r"DATABASE_URL.*local"):
        PrivatePostgres(data_dir).acquire()


def test_children_do_not_keep_the_lock(data_dir):
    with PrivatePostgres(data_dir):
        child = subprocess.Popen(["sleep", "600"])
    try:
        assert not PrivatePostgres(data_dir).is_running()
    finally:
        child.kill()
        child.wait()
