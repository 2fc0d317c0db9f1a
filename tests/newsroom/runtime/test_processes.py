import os
import signal
import subprocess

import pytest

from newsroom.runtime.process_table import group_is_alive
from newsroom.runtime.processes import ProcessDied, Supervisor

# Makes the processes of this run different from those of another one.
ME = os.getpid()


@pytest.fixture
def supervisor(tmp_path):
    with Supervisor(tmp_path / "log", grace=1.0) as supervisor:
        yield supervisor


def test_children_run_in_groups_of_their_own_and_write_to_their_logs(
    supervisor, tmp_path, wait_until
):
    child = supervisor.start(
        "child",
        ["/bin/sh", "-c", "echo $NAME; echo oops >&2; exec sleep 600"],
        env={"NAME": "some name", "PATH": os.environ["PATH"]},
    )
    assert os.getpgid(child.pid) == child.pid
    wait_until(lambda: "oops" in child.log_tail())
    assert (tmp_path / "log" / "child.log").read_text() == "some name\noops\n"
    supervisor.check()
    supervisor.stop_all()
    assert not group_is_alive(child.pid)
    assert child.exit_code == -signal.SIGTERM


def test_a_child_that_dies_is_reported_with_the_end_of_its_log(supervisor, wait_until):
    supervisor.start("good", ["sleep", "600"])
    script = "for i in $(seq 40); do echo line $i; done; exit 3"
    child = supervisor.start("web", ["/bin/sh", "-c", script])
    wait_until(lambda: child.exit_code is not None)
    with pytest.raises(ProcessDied, match="web has ended with exit code 3") as caught:
        supervisor.check()
    assert caught.value.name == "web"
    assert caught.value.exit_code == 3
    assert caught.value.log_tail.splitlines()[-1] == "line 40"
    assert len(caught.value.log_tail.splitlines()) == 20


def test_the_log_of_an_earlier_run_is_kept_but_not_quoted(supervisor, tmp_path):
    log = tmp_path / "elsewhere" / "job.log"
    for word in ("first", "second"):
        with pytest.raises(ProcessDied) as caught:
            supervisor.run("job", ["/bin/sh", "-c", f"echo {word}; exit 1"], log_path=log)
        assert caught.value.log_tail == word
    assert log.read_text() == "first\nsecond\n"


def test_a_program_that_does_not_exist_is_reported(supervisor):
    with pytest.raises(ProcessDied, match="exit code 127"):
        supervisor.run("job", ["no-such-program"])


def test_a_killed_child_is_reported_by_the_name_of_the_signal(supervisor, wait_until):
    child = supervisor.start("worker", ["sleep", "600"])
    os.kill(child.pid, signal.SIGKILL)
    wait_until(lambda: child.exit_code is not None)
    with pytest.raises(ProcessDied, match="worker was ended by SIGKILL"):
        supervisor.check()


def test_a_job_is_run_to_its_end_with_all_that_it_started(supervisor, mentioning):
    supervisor.run("job", ["/bin/sh", "-c", f"sleep 603.{ME} & echo done"])
    supervisor.check()
    assert not mentioning(f"sleep 603.{ME}")


def test_a_job_that_hangs_is_ended(supervisor, mentioning):
    with pytest.raises(subprocess.TimeoutExpired):
        supervisor.run("job", ["sleep", f"604.{ME}"], timeout=0.2)
    supervisor.check()
    assert not mentioning(f"sleep 604.{ME}")


def test_an_error_inside_ends_all(tmp_path):
    children = []

    def fail() -> None:
        with Supervisor(tmp_path) as supervisor:
            children.append(supervisor.start("child", ["sleep", "600"]))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not group_is_alive(children[0].pid)


def test_without_its_guardian_the_supervisor_ends_all_itself(tmp_path, wait_until, mentioning):
    with Supervisor(tmp_path) as supervisor:
        child = supervisor.start("child", ["sleep", "600"])
        guardian = supervisor._guardian
        os.kill(guardian.pid, signal.SIGKILL)
        wait_until(lambda: guardian.exit_code is not None)
        with pytest.raises(ProcessDied, match="guardian was ended by SIGKILL"):
            supervisor.check()
        with pytest.raises(ProcessDied, match="guardian"):
            supervisor.start("late", ["sleep", f"605.{ME}"])
    assert not group_is_alive(child.pid)
    assert not mentioning(f"sleep 605.{ME}")


def test_a_child_ends_if_its_starter_is_killed_before_the_guardian_knows_of_it(
    tmp_path, start_script, wait_until, mentioning
):
    # The guardian is never told; the child waits for a word that does not come.
    demo = start_script(
        """
import sys, time
from pathlib import Path
from newsroom.runtime.processes import Supervisor

with Supervisor(Path(sys.argv[1])) as supervisor:
    def tell(line):
        print("in between", flush=True)
        time.sleep(600)

    supervisor._tell = tell
    supervisor.start("child", ["sleep", f"606 {sys.argv[1]}"])
""",
        tmp_path,
    )
    assert demo.stdout.readline() == "in between\n"
    wait_until(lambda: mentioning(f"sleep 606 {tmp_path}"))
    demo.kill()
    wait_until(lambda: not mentioning(f"sleep 606 {tmp_path}"))
