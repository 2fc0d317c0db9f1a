"""Type the commands of the README's `sh` blocks, in order, in this folder, and see that each works.

A command that serves is ended by Ctrl-C once it says that it serves. `make test` is left out, since
CI has just run it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ALREADY_RUN = {"make test"}
SERVES = {"make demo": "Ctrl-C stops everything"}
PATIENCE = 300


def commands() -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return [line for block in BLOCK.findall(readme) for line in block.splitlines() if line.strip()]


def run(command: str, environment: dict[str, str]) -> None:
    print(f"$ {command}", flush=True)
    started = time.monotonic()
    if command in SERVES:
        _serve(command, SERVES[command], environment)
    else:
        subprocess.run(command, shell=True, cwd=ROOT, env=environment, check=True, timeout=PATIENCE)
    print(f"  ({time.monotonic() - started:.1f} s)", flush=True)


def _serve(command: str, sign: str, environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if sign in line:
            os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does: the whole group gets it
            process.communicate(timeout=60)
            return
    sys.exit(f"{command} ended with {process.wait()} before it served")


def main() -> None:
    left_out = {"DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "CI"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    had_env_file = (ROOT / ".env").exists()
    with tempfile.TemporaryDirectory(prefix="readme-") as var:
        environment["NEWSROOM_VAR"] = var
        for command in commands():
            if command not in ALREADY_RUN:
                run(command, environment)
    if not had_env_file:
        (ROOT / ".env").unlink(missing_ok=True)
    print("Every command of the README works.")


if __name__ == "__main__":
    main()
