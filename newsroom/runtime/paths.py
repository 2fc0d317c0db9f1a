"""Where an installation keeps what it makes itself: data, logs, messages, its login."""

import os
from pathlib import Path


def project_root() -> Path:
    """The folder that holds `manage.py`."""
    return Path(__file__).resolve().parent.parent.parent


def var_dir() -> Path:
    """`$NEWSROOM_VAR` when set, else `var` in the project. The folder need not exist yet."""
    configured = os.environ.get("NEWSROOM_VAR", "")
    return Path(configured).expanduser().absolute() if configured else project_root() / "var"
