"""Do the lock files hold exact versions with hashes, agree with each other, and name no index?"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")))


def required(extras: tuple[str, ...]) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    names = (re.split(r"[\[<>=~! ]", line, maxsplit=1)[0] for line in wanted)
    return {name.lower().replace("_", "-") for name in names}


def problems() -> list[str]:
    found = []
    everything = pins("dev")
    for name, extras in {"base": (), "local": ("local",), "dev": ("local", "dev")}.items():
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        if "://" in text or "--index" in text:
            found.append(f"requirements/{name}.txt names an address")
        if text.count("--hash=") < len(pins(name)):
            found.append(f"requirements/{name}.txt lacks hashes")
        missing = required(extras) - pins(name).keys()
        if missing:
            found.append(f"requirements/{name}.txt lacks {', '.join(sorted(missing))}: make lock")
        different = [one for one, version in pins(name).items() if everything.get(one) != version]
        if different:
            found.append(f"requirements/{name}.txt differs from dev.txt in {', '.join(different)}")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or 0)
