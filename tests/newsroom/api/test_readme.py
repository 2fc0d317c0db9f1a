"""The lines of the README that speak to the API do what they say."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsroom.articles.models import Article
from tests.factories import CandidateFactory, OutletFactory
from tests.newsroom.api.clients import api_client

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> list[str]:
    found = re.search(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].splitlines()


@pytest.mark.django_db(transaction=True)
def test_five_lines_of_curl_and_five_of_python(live_server: Any) -> None:
    OutletFactory.create(slug="harbour-post")
    CandidateFactory.create()
    client = api_client("articles:write", "decisions:write", "verification:write")
    environment = {**os.environ, "TOKEN": client.secret, "TRACKER": live_server.url}
    environment.pop("HTTP_PROXY", None)
    curl, python = block("bash"), block("python")
    assert len(curl) == len(ast.parse("\n".join(python)).body) == 5

    for line in curl:
        done = subprocess.run(
            line,
            shell=True,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stdout}"
        json.loads(done.stdout)
    said = subprocess.run(
        [sys.executable, "-c", "\n".join(python)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert said.stdout.strip() == "checking", said.stderr
    assert Article.objects.filter(external_id="quay-1").exists()
