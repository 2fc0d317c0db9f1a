"""Taking in other publishers' checks: records of theirs, a run, and a row for what failed."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from claims.matching.search import find
from claims.models import Claim, OtherCheck, OtherRating
from newsroom.imports.models import ImportRun, Rejection
from tests.factories import RatingFactory
from tests.matching import settle

pytestmark = pytest.mark.django_db

REVIEW: dict[str, Any] = {
    "@type": "ClaimReview",
    "url": "https://checks.example/harbour",
    "claimReviewed": "The harbour was dredged to 14 metres in 2024.",
    "author": {"name": "Checks"},
    "reviewRating": {"alternateName": "Mostly False!", "ratingValue": 9, "bestRating": 5},
}


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def run(path: Path) -> str:
    output = StringIO()
    call_command("import_checks", path, outlet="Data Feed", stdout=output, stderr=StringIO())
    return output.getvalue().partition(": ")[2].strip()


def test_a_feed_becomes_records_that_are_never_ours(tmp_path: Path) -> None:
    path = write(tmp_path / "data.json", {"dataFeedElement": [{"item": [REVIEW]}, None]})

    assert run(path) == "1 seen, 1 created, 0 updated, 0 unchanged, 0 rejected."
    assert run(path) == "1 seen, 0 created, 0 updated, 1 unchanged, 0 rejected."

    check = OtherCheck.objects.get()
    assert (check.publisher, check.rating_label) == ("Checks", "Mostly False!")
    assert check.raw == REVIEW
    assert check.rating_value is None
    assert "off its scale" in check.notes
    assert check.import_run == ImportRun.objects.order_by("pk").first()
    assert not Claim.objects.exists()


def test_a_new_verdict_brings_the_record_up_to_date_and_keeps_the_old_one(tmp_path: Path) -> None:
    run(write(tmp_path / "a.json", REVIEW))
    rated = {**REVIEW, "reviewRating": {"alternateName": "True"}}

    assert "1 updated" in run(write(tmp_path / "b.json", rated))

    check = OtherCheck.objects.get()
    assert (check.rating_label, check.raw) == ("True", rated)
    labels = check.events.order_by("pgh_id").values_list("rating_label", flat=True)  # type: ignore[attr-defined]
    assert list(labels) == ["Mostly False!", "True"]


def test_verdicts_are_unmapped_until_somebody_maps_them(tmp_path: Path) -> None:
    run(write(tmp_path / "a.json", REVIEW))
    row = OtherRating.objects.get()
    assert (row.publisher, row.key, row.rating) == ("checks.example", "mostly false", None)
    assert OtherCheck.objects.get().our_rating is None

    row.rating = RatingFactory.create()
    row.save()

    assert OtherCheck.objects.get().our_rating == row.rating


def test_a_row_for_any_publisher_holds_where_there_is_none_of_their_own(tmp_path: Path) -> None:
    everywhere = OtherRating.objects.create(label="mostly false", rating=RatingFactory.create())

    run(write(tmp_path / "a.json", REVIEW))

    assert OtherCheck.objects.get().our_rating == everywhere.rating
    assert OtherRating.objects.count() == 1


def test_a_page_is_read_for_its_markup(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><script type='application/ld+json'>{broken</script>"
        f"<script type='application/ld+json'>{json.dumps({'@graph': [REVIEW]})}</script></html>"
    )

    assert run(page) == "1 seen, 1 created, 0 updated, 0 unchanged, 0 rejected."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "{", "It is not JSON"),
        ("a.json", "[" * 100_000, "It is not JSON"),
        ("a.json", "{}", "There is no ClaimReview in it."),
        ("a.jsonl", '{"@type": "ClaimReview"}', "which claim was checked"),
        ("a.html", "<p>Nothing</p>", "There is no ClaimReview in it."),
        ("a.json", "", "It is not JSON"),
    ],
)
def test_what_cannot_be_taken_in_is_a_row(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(SystemExit):
        run(path)

    rejection = Rejection.objects.get()
    assert message in rejection.message
    assert ImportRun.objects.get().rejected == 1


def test_one_bad_review_costs_no_other(tmp_path: Path) -> None:
    bad = {**REVIEW, "url": None}
    nul = {**REVIEW, "url": "https://checks.example/nul", "headline": "a\x00b"}

    with pytest.raises(SystemExit):
        run(write(tmp_path / "a.json", [bad, REVIEW, nul]))

    assert OtherCheck.objects.count() == 2
    assert json.loads(bytes(Rejection.objects.get().payload)) == bad


def test_a_file_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run(Path("nowhere.json"))


def test_they_are_found_beside_our_claims(tmp_path: Path) -> None:
    run(write(tmp_path / "a.json", REVIEW))
    settle()

    (found,) = find("In 2024 the harbour was dredged to a depth of 14 metres.")

    assert found.entry.other_check == OtherCheck.objects.get().pk
    assert found.score > 0.5


def test_what_a_terminal_takes_for_a_command_is_not_written_to_it(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9\x1b.json")
    write(path, {**REVIEW, "url": ""})
    errors = StringIO()

    with pytest.raises(SystemExit):
        call_command("import_checks", path, outlet="Data Feed", stdout=StringIO(), stderr=errors)

    assert "caf\\xe9" in errors.getvalue()
    assert "\x1b" not in errors.getvalue()
    assert Rejection.objects.get().origin.endswith("caf\\xe9\x1b.json")
    assert "caf\\xe9" in ImportRun.objects.get().origin
