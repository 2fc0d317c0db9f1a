"""The processes of a demo: started together, watched, ended together."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from newsroom.runtime import guardian, logs
from newsroom.runtime.process_table import end_groups

# A child waits for one line before it becomes what it is to be. The guardian is told of it in
# between; were we killed before that, the child would read the end of the pipe, and end.
WAIT_FOR_GO = 'read -r go && exec "$@" </dev/null'


class ProcessDied(RuntimeError):
    """A process has ended that should still be running (or has failed at its one job)."""

    def __init__(self, name: str, exit_code: int, log_tail: str) -> None:
        self.name = name
        self.exit_code = exit_code
        self.log_tail = log_tail
        super().__init__(f"{name} {_in_words(exit_code)}. Its last lines:\n{log_tail or '(none)'}")


def _in_words(exit_code: int) -> str:
    if exit_code < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-exit_code).name}"
    return f"has ended with exit code {exit_code}"


@dataclass
class Process:
    name: str
    log_path: Path
    popen: subprocess.Popen[bytes] = field(repr=False)
    log_start: int = 0  # where in the log this run begins

    @property
    def pid(self) -> int:
        """Also the id of its process group."""
        return self.popen.pid

    @property
    def exit_code(self) -> int | None:
        return self.popen.poll()

    def log_tail(self, lines: int = 20) -> str:
        return logs.tail(self.log_path, lines, self.log_start)


class Supervisor:
    """Context manager; at its end, however it comes, nothing that it started is left."""

    def __init__(self, log_dir: Path, *, grace: float = 5.0) -> None:
        """`grace`: seconds from SIGTERM to SIGKILL."""
        self.log_dir = log_dir
        self.grace = grace
        self._guardian: Process | None = None
        self._children: list[Process] = []

    def __enter__(self) -> "Supervisor":
        with _open_log(self.log_dir / "guardian.log") as log:
            start = log.tell()
            popen = subprocess.Popen(
                guardian.command(self.grace),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._guardian = Process("guardian", self.log_dir / "guardian.log", popen, start)
        assert popen.stdout is not None
        with popen.stdout as answer:
            ready = answer.readline() == b"ready\n"
        if not ready:
            failed = self._guardian
            self.stop_all()
            raise ProcessDied("guardian", popen.wait(), failed.log_tail())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_all()

    def guard_postgres(self, data_dir: Path) -> None:
        """Have it stopped after the processes. To be called before it is acquired."""
        path = data_dir.expanduser().resolve()
        if "\n" in str(path):
            raise ValueError(f"A line break in the name of a folder: {path!r}")
        self._tell(f"postgres {path}")

    def start(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        log_path: Path | None = None,
        cwd: Path | None = None,
    ) -> Process:
        """Start a program in a process group of its own, which is to run until `stop_all`.

        `env` is the whole environment (default: ours). Output goes to `log_path`
        (default: `<log_dir>/<name>.log`), after what earlier runs have left there.
        """
        if self._guardian is None:
            raise RuntimeError("Use the supervisor as a context manager.")
        path = log_path or self.log_dir / f"{name}.log"
        with _open_log(path) as log:
            start = log.tell()
            popen = subprocess.Popen(
                ["/bin/sh", "-c", WAIT_FOR_GO, "sh", *argv],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
            )
        process = Process(name, path, popen, start)
        self._children.append(process)
        assert popen.stdin is not None
        with contextlib.suppress(BrokenPipeError), popen.stdin as go:
            self._tell(f"watch {process.pid}")
            go.write(b"go\n")
        return process

    def run(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        log_path: Path | None = None,
        cwd: Path | None = None,
        timeout: float | None = None,
    ) -> None:
        """Run a program to its end. `ProcessDied` if it fails, `TimeoutExpired` if it hangs."""
        process = self.start(name, argv, env, log_path, cwd)
        try:
            code = process.popen.wait(timeout)
        finally:
            self.stop(process)
        if code != 0:
            raise ProcessDied(name, code, process.log_tail())

    def check(self) -> None:
        """Raise `ProcessDied` if one of them has ended."""
        for process in [*self._children, *([self._guardian] if self._guardian else [])]:
            code = process.exit_code
            if code is not None:
                raise ProcessDied(process.name, code, process.log_tail())

    def stop(self, process: Process) -> None:
        """End one of them, with all that it has started."""
        end_groups([process.pid], self.grace)
        process.popen.wait()
        self._children.remove(process)
        self._tell(f"forget {process.pid}")

    def stop_all(self) -> None:
        """Close the pipe, and wait until the guardian has ended everything."""
        process, self._guardian = self._guardian, None
        if process is None:
            return
        assert process.popen.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.popen.stdin.close()
        # It may wait for each group, and then for PostgreSQL (postgres.STOPPING).
        deadline = time.monotonic() + self.grace + 60
        while process.exit_code is None and time.monotonic() < deadline:
            self._collect()
            time.sleep(0.02)
        if process.exit_code is None:
            process.popen.kill()
            process.popen.wait()
        # Usually nothing is left. Somebody may have killed the guardian, though.
        end_groups([child.pid for child in self._children], self.grace)
        for child in self._children:
            child.popen.wait()
        self._children.clear()

    def _collect(self) -> None:
        """Take the exit codes of those that have ended, so that they are no longer zombies."""
        for child in self._children:
            child.popen.poll()

    def _tell(self, line: str) -> None:
        if self._guardian is None:
            raise RuntimeError("Use the supervisor as a context manager.")
        assert self._guardian.popen.stdin is not None
        try:
            self._guardian.popen.stdin.write(os.fsencode(line) + b"\n")
            self._guardian.popen.stdin.flush()
        except BrokenPipeError:
            code = self._guardian.popen.wait()
            raise ProcessDied("guardian", code, self._guardian.log_tail()) from None


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    logs.limit(path)
    return path.open("ab")
