"""What is wrong with the settings is told by id, all at once, by `manage.py check`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as project
from django.core.checks import registry

MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
SOUND: dict[str, Any] = {
    "SECRET_KEY": "long and random",
    "DATABASE_URL": "postgresql://db.example/newsroom",
    "IMPORT_MAX_ARTICLE_BYTES": 100,
    "IMPORT_MAX_KEPT_BYTES": 100,
    "EXTRACTION_LEASE": timedelta(seconds=1),
    "EXTRACTION_MAX_ATTEMPTS": 1,
    "CELERY_BROKER_URL": "redis://broker.example",
    "STORAGES": {"staticfiles": {"BACKEND": MANIFEST}},
    "EMAIL_HOST": "mail.example",
    "SITE_URL": "https://facts.example",
}


def found(settings: LazySettings, **wrong: Any) -> list[str]:
    """The ids of what our own checks have to say, those for deployment included."""
    for name, value in {**SOUND, **wrong}.items():
        setattr(settings, name, value)
    ours = [
        check
        for check in registry.registry.get_checks(include_deployment_checks=True)
        if check.__module__ == "newsroom.checks"
    ]
    assert len(ours) >= 6
    return [str(message.id) for check in ours for message in check(app_configs=None)]


def test_sound_settings_are_not_complained_of(settings: LazySettings) -> None:
    assert found(settings) == []


@pytest.mark.parametrize(
    ("wrong", "ids"),
    [
        ({"SECRET_KEY": ""}, ["newsroom.E001"]),
        ({"DATABASE_URL": ""}, ["newsroom.E002"]),
        ({"IMPORT_MAX_KEPT_BYTES": 99}, ["newsroom.E004"]),
        ({"IMPORT_MAX_ARTICLE_BYTES": 0}, ["newsroom.E004"]),
        ({"IMPORT_MAX_ARTICLE_BYTES": -1, "IMPORT_MAX_KEPT_BYTES": -1}, ["newsroom.E004"]),
        ({"EXTRACTION_LEASE": timedelta(0)}, ["newsroom.E005"]),
        ({"EXTRACTION_MAX_ATTEMPTS": 0}, ["newsroom.E005"]),
        ({"CELERY_BROKER_URL": "filesystem://"}, ["newsroom.W001"]),
        (
            {
                "STORAGES": {
                    "staticfiles": {
                        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
                    }
                }
            },
            ["newsroom.W002"],
        ),
        ({"EMAIL_HOST": ""}, ["newsroom.W010"]),
        ({"SITE_URL": ""}, ["newsroom.W004"]),
        ({"SITE_URL": "http://facts.example"}, ["newsroom.W004"]),
        ({"SITE_URL": "https://localhost:8000"}, ["newsroom.W004"]),
        ({"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True}, ["newsroom.E010"]),
    ],
)
def test_each_slip_is_told_by_its_id(
    settings: LazySettings, wrong: dict[str, Any], ids: list[str]
) -> None:
    assert found(settings, **wrong) == ids


# ------------------------------------------------------------------ as somebody runs the command


def check(*arguments: str, **environment: str) -> tuple[int, list[str], str]:
    """(exit code, ids in the order told, everything printed)"""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", *arguments],
        cwd=project.BASE_DIR,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    printed = done.stdout + done.stderr
    assert "Traceback" not in printed, printed
    return done.returncode, re.findall(r"\((\w+\.[EWC]\d+)\)", printed), printed


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """What a deployment sets: the whole of it."""
    return {
        "SECRET_KEY": "4fJq0cXw8vT1bN6zKpR3sYdL9mGh2uEoWiA7xQ5nVtBrCjZkPy",
        "ALLOWED_HOSTS": "facts.example",
        "HTTPS": "True",
        "DATABASE_URL": "postgresql://newsroom@db.example/newsroom",
        "CELERY_BROKER_URL": "redis://broker.example:6379/0",
        "STATICFILES_STORAGE": MANIFEST,
        "EMAIL_HOST": "mail.example",
        "SITE_URL": "https://facts.example",
        "NEWSROOM_VAR": str(tmp_path),
    }


def test_a_deployment_that_sets_what_it_should_has_nothing_to_fear(
    production: dict[str, str],
) -> None:
    code, ids, printed = check("--deploy", "--fail-level=WARNING", **production)
    assert (code, ids) == (0, []), printed
    assert "no issues (0 silenced)" in printed


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("SECRET_KEY", ["newsroom.E001", "security.W009"]),
        ("DATABASE_URL", ["newsroom.E002"]),
        ("CELERY_BROKER_URL", ["newsroom.W001"]),
        ("STATICFILES_STORAGE", ["newsroom.W002"]),
        ("ALLOWED_HOSTS", ["newsroom.W003"]),
        ("EMAIL_HOST", ["newsroom.W010"]),
        ("SITE_URL", ["newsroom.W004"]),
        ("HTTPS", ["security.W004", "security.W008", "security.W012", "security.W016"]),
    ],
)
def test_a_deployment_that_forgets_one_is_told_which(
    production: dict[str, str], name: str, ids: list[str]
) -> None:
    del production[name]
    code, told, printed = check("--deploy", "--fail-level=WARNING", **production)
    assert (code, sorted(told)) == (1, ids), printed


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    code, ids, printed = check(
        "--deploy",
        DATABASE_URL="mysql://root:secret@db.example/newsroom",
        IMPORT_MAX_KEPT_BYTES="1",
        EXTRACTION_MAX_ATTEMPTS="0",
        NEWSROOM_VAR=str(tmp_path),
    )
    assert code == 1
    ours = {one for one in ids if one.startswith("newsroom.")}
    named = ("E001", "E003", "E004", "E005", "W001", "W002", "W003", "W004", "W010")
    assert ours == {f"newsroom.{one}" for one in named}
    assert "secret" not in printed.replace("SECRET", "")


@pytest.mark.parametrize("url", ["sqlite:///x.db", "nonsense", "oracle://x/y", "unheard-of://x"])
def test_a_database_that_is_not_postgresql_is_told_without_loading_it(
    tmp_path: Path, url: str
) -> None:
    code, ids, _ = check(DATABASE_URL=url, SECRET_KEY="x", NEWSROOM_VAR=str(tmp_path))
    assert (code, ids) == (1, ["newsroom.E003"])
