"""Write requirements/*.txt from pyproject.toml: exact versions with hashes, no index addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXTRAS = {"base": (), "local": ("local",), "dev": ("local", "dev")}
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    # dev first: the smaller sets then take their versions from it, so that all three agree.
    for name in ("dev", "local", "base"):
        output = ROOT / "requirements" / f"{name}.txt"
        constraint = [] if name == "dev" else ["--constraint", str(ROOT / "requirements/dev.txt")]
        subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--upgrade"),
                *("--universal", "--python-version", "3.11", "--generate-hashes"),
                *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
                *("--custom-compile-command", "make lock"),
                *(flag for extra in EXTRAS[name] for flag in ("--extra", extra)),
                *constraint,
                *("--output-file", str(output)),
                str(ROOT / "pyproject.toml"),
            ],
            check=True,
        )


if __name__ == "__main__":
    main()
