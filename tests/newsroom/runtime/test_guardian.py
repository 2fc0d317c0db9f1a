import os
import signal
import subprocess
import sys
import time

import pytest

from newsroom.runtime import guardian
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.process_table import group_is_alive

# A little demo: a database, and a child that has children.
DEMO = """
import sys, time
from pathlib import Path
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.processes import Supervisor

var = Path(sys.argv[1])
with Supervisor(var / "log", grace=1.0) as supervisor:
    supervisor.guard_postgres(var / "postgres")
    print("begun", flush=True)
    with PrivatePostgres(var / "postgres"):
        child = supervisor.start(
            "child", ["/bin/sh", "-c", f"sleep 601 & sleep 602 & echo {var} {var}; wait"]
        )
        print(child.pid, flush=True)
        print(supervisor._guardian.pid, flush=True)
        time.sleep(600)
"""


def start_guardian(*options: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [*guardian.command(grace=1.0), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def start_group(script: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        ["/bin/sh", "-c", script], start_new_session=True, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_all_ends_when_the_demo_is_ended(number, tmp_path, start_script, wait_until):
    demo = start_script(DEMO, tmp_path)
    assert demo.stdout.readline() == "begun\n"
    group = int(demo.stdout.readline())
    server = PrivatePostgres(tmp_path / "postgres")
    assert group_is_alive(group)
    assert server.is_running()

    demo.send_signal(number)
    wait_until(lambda: not group_is_alive(group))
    wait_until(lambda: not server.is_running())
    assert (tmp_path / "log" / "guardian.log").read_text() == ""


def test_ctrl_c_for_the_whole_group_and_its_guardian_ends_all(tmp_path, start_script):
    demo = start_script(DEMO, tmp_path)
    demo.stdout.readline()
    group, guardian_pid = int(demo.stdout.readline()), int(demo.stdout.readline())
    os.killpg(demo.pid, signal.SIGINT)
    os.kill(guardian_pid, signal.SIGINT)
    demo.wait()
    assert not group_is_alive(group)
    assert not PrivatePostgres(tmp_path / "postgres").is_running()


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2, 0.4])
def test_nothing_is_left_when_the_demo_is_killed_at_its_first_start(
    delay, tmp_path, start_script, wait_until, mentioning
):
    demo = start_script(DEMO, tmp_path)
    assert demo.stdout.readline() == "begun\n"
    time.sleep(delay)
    demo.kill()
    demo.wait()
    wait_until(lambda: not mentioning(tmp_path))
    time.sleep(0.3)
    assert not mentioning(tmp_path)


def test_another_user_keeps_the_database(tmp_path, start_script, wait_until):
    demo = start_script(DEMO, tmp_path)
    demo.stdout.readline()
    group = int(demo.stdout.readline())
    with PrivatePostgres(tmp_path / "postgres") as url:
        demo.kill()
        wait_until(lambda: not group_is_alive(group))
        time.sleep(0.5)
        with PrivatePostgres(tmp_path / "postgres") as same:
            assert same == url
    assert not PrivatePostgres(tmp_path / "postgres").is_running()


def test_who_ignores_sigterm_is_killed_after_the_grace_period():
    process = start_guardian()
    stubborn = start_group("trap '' TERM; echo ready; while :; do sleep 0.1; done")
    process.communicate(f"watch {stubborn.pid}\n".encode())
    assert process.returncode == 0
    assert not group_is_alive(stubborn.pid)
    stubborn.communicate()


def test_what_was_forgotten_and_half_a_line_are_left_alone():
    process = start_guardian()
    kept = [start_group("echo ready; exec sleep 600") for _ in range(2)]
    orders = f"watch {kept[0].pid}\nforget {kept[0].pid}\nwatch {kept[1].pid}"
    process.communicate(orders.encode())
    assert process.returncode == 0
    for group in kept:
        assert group_is_alive(group.pid)
        group.kill()
        group.communicate()


def test_a_wrong_order_is_reported_and_the_rest_done():
    process = start_guardian()
    group = start_group("echo ready; exec sleep 600")
    _, complaints = process.communicate(f"dance\nwatch x\nwatch 1\nwatch {group.pid}\n".encode())
    assert process.returncode == 1
    assert complaints.count(b"guardian: ") == 3
    assert not group_is_alive(group.pid)
    group.communicate()


def test_it_starts_without_django_and_celery():
    program = f"""
import runpy, sys
sys.argv = ["guardian"]
sys.stdin = open("/dev/null")
try:
    runpy.run_path({guardian.__file__!r}, run_name="__main__")
except SystemExit:
    pass
print([name for name in ("django", "celery", "psycopg") if name in sys.modules])
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "[]"
