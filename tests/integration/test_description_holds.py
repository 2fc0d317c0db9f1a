"""What the description says of the API holds for a real server, and a program made of it works."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stack import OUTLET, ROOT, Stack

pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.django_db]

PROGRAMS = Path(sys.executable).parent
SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "12"))
"""For all operations together. Set it, and SCHEMATHESIS_EXAMPLES, to look for longer."""
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "3"))


def test_no_request_that_can_be_made_of_the_description_breaks_it(
    served: Stack, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            *(
                str(PROGRAMS / "st"),
                "--config-file",
                str(Path(__file__).parent / "schemathesis.toml"),
            ),
            *("run", f"{served.url}/api/schema/", "--checks", "all", "--no-color"),
            *("-H", f"Authorization: Bearer {served.tokens['everything']}"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(SECONDS)),
            *("-n", str(EXAMPLES), "--seed", "1", "--generation-database", "none"),
            # How fast it answers, on a machine that does other things too, is measured elsewhere.
            *("--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS + 120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in served.logs()


@pytest.fixture
def client_made_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package that openapi-python-client has made of the committed description."""
    name = "tracker_client"
    done = subprocess.run(
        [
            *(str(PROGRAMS / "openapi-python-client"), "generate", "--meta", "none"),
            *("--path", str(ROOT / "docs" / "openapi.yaml"), "--fail-on-warning"),
            *("--output-path", str(tmp_path / name)),
        ],
        env={**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_a_generated_client_pushes_a_story_and_reads_it_back(
    served: Stack, client_made_of_it: str
) -> None:
    def part(name: str) -> Any:
        return importlib.import_module(f"{client_made_of_it}.{name}")

    models = part("models")
    client = part("client").AuthenticatedClient(served.url, served.tokens["desk"])
    batch = models.BatchRequest(
        outlet=OUTLET,
        items=[models.StoryRequest(external_id="generated-1", text="The bridge carries trams.")],
    )
    with client:
        pushed = part("api.articles.articles_create").sync(client=client, body=batch)
        (item,) = pushed.items
        story = part("api.articles.articles_retrieve").sync(client=client, id=item.article)
        refused = part("api.feeds.feeds_pause_create").sync_detailed(
            client=client, id=1, body=models.PauseInputRequest(reason="Not for this token.")
        )

    assert (item.outcome.value, story.external_id) == ("created", "generated-1")
    assert story.outlet.slug == OUTLET
    assert refused.status_code == 403
    assert refused.parsed.missing["scope"] == ["admin"]
