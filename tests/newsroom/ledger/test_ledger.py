"""Sealing the history, and finding what was done to it since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from newsroom.ledger import sealing
from newsroom.ledger.heads import write_head
from newsroom.ledger.models import Seal, Watch
from newsroom.ledger.sealing import seal_history
from newsroom.ledger.verifying import verify_history
from sources.models import Source
from tests.database import Worker, refused_by
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db

TABLE = "sources_sourceevent"


@contextmanager
def past_every_rule() -> Iterator[None]:
    """As somebody does who owns the database: no trigger stands in the way."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def sql(statement: str, *parameters: object) -> None:
    with past_every_rule(), connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))


def event_ids() -> list[int]:
    events = Source.pgh_event_model  # type: ignore[attr-defined]
    return list(events.objects.order_by("pgh_id").values_list("pgh_id", flat=True))


@pytest.fixture
def sealed() -> list[int]:
    """Five sealed events, in seals of two."""
    for number in range(5):
        SourceFactory.create(name=f"Person {number}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "BATCH", 2)
        assert seal_history() == 5
    return event_ids()


def found(heads: Path | None = None) -> list[str]:
    return [str(finding) for finding in verify_history(heads=heads).findings]


def test_an_untouched_history_is_what_was_sealed(sealed: list[int]) -> None:
    told = verify_history()

    assert (told.rows, told.seals, told.unsealed, told.findings) == (5, 3, 0, [])
    assert told.head == bytes(Seal.objects.latest("number").hash).hex()


def test_sealing_again_seals_only_what_is_new(sealed: list[int]) -> None:
    assert seal_history() == 0
    SourceFactory.create()
    assert verify_history().unsealed == 1
    assert seal_history() == 1
    assert found() == []


def test_an_altered_row_is_found_and_named(sealed: list[int]) -> None:
    sql(f"UPDATE {TABLE} SET name = 'Somebody else' WHERE pgh_id = %s", sealed[2])

    assert found() == [f"altered: {TABLE} {sealed[2]} (seal 2)"]


def test_so_is_a_removed_one(sealed: list[int]) -> None:
    sql(f"DELETE FROM {TABLE} WHERE pgh_id = %s", sealed[4])

    assert found() == [f"removed: {TABLE} {sealed[4]} (seal 3)"]


def test_so_is_one_that_was_inserted_among_the_sealed(sealed: list[int]) -> None:
    sql(f"DELETE FROM {TABLE} WHERE pgh_id = %s", sealed[1])
    sql(
        f"INSERT INTO {TABLE} SELECT (jsonb_populate_record(e, jsonb_build_object("
        f"'pgh_id', %s::bigint, 'name', 'Invented'))).* FROM {TABLE} e WHERE pgh_id = %s",
        sealed[1],
        sealed[0],
    )
    assert found() == [f"altered: {TABLE} {sealed[1]} (seal 1)"]

    sql(
        f"INSERT INTO {TABLE} SELECT (jsonb_populate_record(e, jsonb_build_object("
        f"'pgh_id', -7))).* FROM {TABLE} e WHERE pgh_id = %s",
        sealed[0],
    )
    sql("DELETE FROM ledger_watch")  # as soon as nobody of then is still at work
    assert f"inserted: {TABLE} -7 (seal 1)" in found()


def test_a_row_that_claims_to_be_older_than_its_transaction_is_named(sealed: list[int]) -> None:
    sql("UPDATE ledger_seal SET snapshot = '1:1:'")  # whatever is written now began after that
    sql(
        f"INSERT INTO {TABLE} SELECT (jsonb_populate_record(e, jsonb_build_object("
        f"'pgh_id', %s::bigint, 'pgh_created_at', %s::timestamptz))).* FROM {TABLE} e "
        "WHERE pgh_id = %s",
        sealed[-1] + 1,
        timezone.now() - timedelta(days=3),
        sealed[0],
    )

    seal_history()

    latest = Seal.objects.latest("number")
    assert list(latest.backdated) == [sealed[-1] + 1]
    assert any("inserted, with a date before it was written" in one for one in found())


def test_a_seal_is_not_broken_or_forged(sealed: list[int]) -> None:
    with refused_by("seal_stands"):
        Seal.objects.update(ids=[])
    with refused_by("seal_stands"):
        Seal.objects.all().delete()
    forged = Seal.objects.latest("number")
    forged.number += 1
    with refused_by("seal_follows_the_last"):
        forged.save(force_insert=True)


def test_a_seal_changed_past_the_rules_is_found(sealed: list[int]) -> None:
    sql("UPDATE ledger_seal SET ids = ids[2:], hashes = substr(hashes, 33) WHERE number = 2")
    assert any(one.startswith("seal altered") for one in found())


def test_so_is_one_that_was_taken_out(sealed: list[int]) -> None:
    sql("DELETE FROM ledger_seal WHERE number = 2")
    assert "seal removed: ledger_seal (seal 2)" in found()


def test_a_rewritten_chain_does_not_agree_with_what_was_printed(
    sealed: list[int], tmp_path: Path
) -> None:
    heads = tmp_path / "heads.txt"
    assert write_head(path=heads, today=date(2026, 3, 1))
    assert not write_head(path=heads, today=date(2026, 3, 1))
    assert found(heads) == []
    sql(f"UPDATE {TABLE} SET name = 'Somebody else'")
    sql("DELETE FROM ledger_watch")
    sql("DELETE FROM ledger_seal")
    seal_history()

    assert found() == []
    assert found(heads) != []


def test_the_command_says_so_and_fails(
    sealed: list[int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    heads = tmp_path / "none"
    call_command("verify_history", heads=heads, seal=True)
    assert "The history is what was sealed." in capsys.readouterr().out
    sql(f"DELETE FROM {TABLE} WHERE pgh_id = %s", sealed[0])

    with pytest.raises(CommandError, match="not what was sealed: 1 findings"):
        call_command("verify_history", heads=heads)
    assert f"removed: {TABLE} {sealed[0]}" in capsys.readouterr().out


def test_a_column_that_is_added_later_changes_no_hash(sealed: list[int]) -> None:
    sql(f"ALTER TABLE {TABLE} ADD COLUMN later integer DEFAULT 7")
    assert found() == []
    sql(f"ALTER TABLE {TABLE} DROP COLUMN descriptor")
    assert found()[0].startswith("cannot be compared, columns are gone: descriptor")


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_sealed_late_and_no_finding() -> None:
    SourceFactory.create()
    with transaction.atomic():
        SourceFactory.create(name="Slow")  # its number is taken, and nobody else sees it
        other = Worker(lambda: (SourceFactory.create(name="Quick"), seal_history()))
        other.start()
        other.join(20)
        assert other.outcome[1] == 2
        assert Watch.objects.count() == 1

    assert found() == []
    assert seal_history() == 1
    assert (verify_history().rows, found()) == (3, [])
    seal_history()
    assert not Watch.objects.exists(), "whoever was running then has ended"
    late = Seal.objects.get(is_late=True)
    assert list(late.backdated) == []
    sql(f"UPDATE {TABLE} SET name = 'Changed' WHERE pgh_id = %s", late.ids[0])
    assert found() == [f"altered: {TABLE} {late.ids[0]} (seal {late.number})"]
