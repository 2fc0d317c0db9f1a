"""Loading a rating scale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from claims.models import Rating, RatingScale

pytestmark = pytest.mark.django_db

SCALE = {
    "name": "Accuracy",
    "ratings": [
        {"slug": "true", "label": "True", "value": 5},
        {"slug": "unproven", "label": "Unproven", "value": None},
    ],
}


def load(path: Path, content: object) -> None:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    call_command("load_ratings", str(path))


def test_a_scale_is_loaded_in_order(tmp_path: Path) -> None:
    load(tmp_path / "scale.json", SCALE)

    assert list(Rating.objects.values_list("slug", "position", "value")) == [
        ("true", 1, 5),
        ("unproven", 2, None),
    ]


def test_loading_again_leaves_what_an_editor_has_changed(tmp_path: Path) -> None:
    load(tmp_path / "scale.json", SCALE)
    Rating.objects.filter(slug="true").update(label="Correct")

    load(tmp_path / "scale.json", SCALE)

    assert list(Rating.objects.values_list("label", flat=True)) == ["Correct", "Unproven"]


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        [],
        {"name": "Accuracy"},
        {"name": "Accuracy", "ratings": [{"slug": "true", "label": "True", "value": 9}]},
        {"name": "Accuracy", "ratings": [{"slug": "true", "label": "True", "mood": "good"}]},
    ],
)
def test_a_file_that_holds_no_scale_is_refused_whole(tmp_path: Path, content: object) -> None:
    with pytest.raises(CommandError):
        load(tmp_path / "scale.json", content)

    assert not RatingScale.objects.exists()


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_ratings", str(tmp_path / "none.json"))
