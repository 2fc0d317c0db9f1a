"""Ends what the demo has started, in whatever way the demo itself ends.

It runs in a session of its own with a pipe from the demo on its standard input. The demo writes
lines; when the pipe ends (closed, or its only writer was killed), the guardian ends everything that
it was told of, and then itself. There is no second way to stop: a demo that ends normally closes
the pipe, too, and waits.

    watch <pid>             end this process group
    forget <pid>            it has been ended
    postgres <data folder>  keep this private PostgreSQL up until the groups have ended, then
                            release it

It answers `ready` when it listens.
"""

import argparse
import os
import signal
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsroom.runtime.postgres import PrivatePostgres

# Ctrl-C and a closed terminal reach everybody; what ends the guardian is the end of the pipe.
IGNORED = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT)


def command(grace: float) -> list[str]:
    """How to start it: by path, which spares it the import of Celery and Django (see below)."""
    return [sys.executable, str(Path(__file__).resolve()), "--grace", str(grace)]


def main() -> int:
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    parser = argparse.ArgumentParser(description="Ends what the demo has started.")
    parser.add_argument("--grace", type=float, default=5.0, metavar="SECONDS")
    grace: float = parser.parse_args().grace
    print("ready", flush=True)
    return _Guardian().serve(grace)


class _Guardian:
    def __init__(self) -> None:
        self.groups: list[int] = []
        self.servers: list[PrivatePostgres] = []
        self.failures = 0

    def serve(self, grace: float) -> int:
        from newsroom.runtime.process_table import end_groups

        for line in sys.stdin.buffer:
            # Half a line, from a writer that was killed, could name the wrong process.
            if line.endswith(b"\n"):
                self._obey(*os.fsdecode(line.rstrip(b"\n")).partition(" ")[::2])
        end_groups(self.groups, grace)
        for server in self.servers:
            try:
                server.release()
            except Exception as error:  # noqa: BLE001  (each server has its turn)
                self._complain(f"PostgreSQL in {server.data_dir} is not stopped: {error}")
        return 1 if self.failures else 0

    def _obey(self, order: str, subject: str) -> None:
        from newsroom.runtime.postgres import PrivatePostgres

        try:
            if order == "watch" and int(subject) > 1 and int(subject) != os.getpgrp():
                self.groups.append(int(subject))
            elif order == "forget":
                self.groups.remove(int(subject))
            elif order == "postgres":
                server = PrivatePostgres(Path(subject))
                self.servers.append(server)
                server.join()
            else:
                self._complain(f"not understood: {order} {subject}")
        except Exception as error:  # noqa: BLE001  (whatever it is, the rest has to be ended)
            self._complain(f"{order} {subject}: {error}")

    def _complain(self, text: str) -> None:
        self.failures += 1
        print(f"guardian: {text}", file=sys.stderr, flush=True)


def _stand_in_for_package() -> None:
    """Make `newsroom.runtime` importable without `newsroom/__init__.py`, which loads Celery."""
    here = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if entry != str(here)]
    package = types.ModuleType("newsroom")
    package.__path__ = [str(here.parent)]
    sys.modules["newsroom"] = package


if __name__ == "__main__":
    if not __package__:
        _stand_in_for_package()
    sys.exit(main())
