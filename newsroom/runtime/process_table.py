"""What runs on this machine, and how to end a group of processes. Standard library only."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Row:
    pid: int
    group: int
    ended: bool  # a zombie: it has ended, and nobody has asked for its exit code yet
    command: str


def processes() -> Iterator[Row]:
    return _from_proc() if (PROC / "self" / "stat").exists() else _from_ps()


def _from_proc() -> Iterator[Row]:
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_bytes()
            command = (folder / "cmdline").read_bytes()
        except OSError:  # it ended while we looked
            continue
        # pid (name) state parent group …; the name may hold anything, also ")".
        state, _, group = stat.rpartition(b")")[2].split()[:3]
        yield Row(
            pid=int(folder.name),
            group=int(group),
            ended=state in (b"Z", b"X"),
            command=os.fsdecode(command.rstrip(b"\0").replace(b"\0", b" ")),
        )


def _from_ps() -> Iterator[Row]:
    listing = subprocess.run(
        ["/bin/ps", "-axww", "-o", "pid=,pgid=,stat=,command="], capture_output=True, check=True
    ).stdout
    for line in os.fsdecode(listing).splitlines():
        fields = line.split(None, 3)
        if len(fields) >= 3:
            yield Row(
                pid=int(fields[0]),
                group=int(fields[1]),
                ended=fields[2].startswith("Z"),
                command=fields[3] if len(fields) == 4 else "",
            )


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group that has only zombies left
        pass
    # A zombie counts for killpg, and stays one for ever where process 1 collects no orphans
    # (many containers).
    return any(row.group == group and not row.ended for row in processes())


def end_groups(groups: Iterable[int], grace: float) -> None:
    """End process groups in good order, and by SIGKILL what is left after `grace` seconds.

    SIGTERM goes to the leader alone at first, which knows how to end its own children: a Celery
    worker whose processes get it, too, believes that they have crashed. Those that outlive their
    leader get it then.
    """
    remaining = {group for group in groups if group_is_alive(group)}
    leaderless = {group for group in remaining if not _is_running(group)}
    for group in remaining - leaderless:
        _send(os.kill, group, signal.SIGTERM)
    for group in leaderless:
        _send(os.killpg, group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while remaining and time.monotonic() < deadline:
        time.sleep(0.02)
        remaining = {group for group in remaining if group_is_alive(group)}
        for group in remaining - leaderless:
            if not _is_running(group):
                leaderless.add(group)
                _send(os.killpg, group, signal.SIGTERM)
    for group in remaining:
        _send(os.killpg, group, signal.SIGKILL)
    deadline = time.monotonic() + 5.0
    while any(group_is_alive(group) for group in remaining) and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    return any(row.pid == pid and not row.ended for row in processes())


def _send(send: Callable[[int, int], None], subject: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        send(subject, number)
