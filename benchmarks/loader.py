"""A newsroom of any size, written by COPY: what the benchmarks measure with.

    from benchmarks.loader import Amounts, load
    load(url, Amounts(candidates=1_000_000, claims=100_000))

The database must be migrated and empty. The same amounts give the same rows, except that their
times end at the present. CHECK constraints and unique keys hold for every row; triggers and foreign
keys are off while it loads, or a million rows would take an hour: so there are no history rows, and
what triggers fill in (a candidate's outlet) is filled in here. It needs a superuser, as the private
server has one.

Columns that are not named here and have no default get the empty value of their type, so that a new
column does not break the benchmarks of others.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.stories import story
from claims.fingerprints import fingerprint

PIECE = 20_000
SECTIONS = ("politics", "economy", "health", "science", "sports", "world", "local", "")
OUTLETS = 12
PEOPLE = 20
SOURCES = 2_000
RATINGS = ("True", "Mostly true", "Half true", "Mostly false", "False")
EDITOR = 1
"""The key of the first user, a superuser called “editor”."""

STATES = (
    *("new", "new", "new", "new", "checking", "checking", "checking", "checking"),
    *("in_review", "in_review", "verified", "verified"),
    *("published", "published", "published", "published", "published"),
    *("needs_recheck", "corrected", "shelved"),
)
"""The state of claim N is the N-th of these, round and round."""

SUBMITTED = ("in_review", "verified", "published", "corrected")
VERIFIED = ("verified", "published", "corrected")
OPEN = ("new", "checking", "in_review", "needs_recheck")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is loaded. `claims` are those of as many accepted candidates; three in ten of the
    others are rejected, unless all of them are to be `pending`."""

    candidates: int
    claims: int = 0
    per_story: int = 20
    all_pending: bool = False

    @property
    def stories(self) -> int:
        return max(1, -(-self.candidates // self.per_story))

    def claim_of(self, candidate: int) -> int | None:
        """The claim that candidate 1, 2 … became; None for most of them. Spread evenly."""
        number = candidate * self.claims // self.candidates
        before = (candidate - 1) * self.claims // self.candidates
        return number if number > before else None

    def state_of(self, candidate: int) -> str:
        if self.claim_of(candidate) is not None:
            return "accepted"
        if not self.all_pending and candidate * 7 % 10 < 3:
            return "rejected"
        return "pending"


def load(url: str, amounts: Amounts) -> float:
    """Write it all; returns the seconds it took."""
    started = time.monotonic()
    now = datetime.now(UTC)
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        _people(connection)
        _stories(connection, amounts, now)
        _candidates(connection, amounts, now)
        if amounts.claims:
            _claims(connection, amounts, now)
    finish(url)
    return time.monotonic() - started


def copy(connection: psycopg.Connection, table: str, columns: str, rows: Iterable[Any]) -> None:
    """COPY `rows` into `table`, filling in what `columns` leaves out. Commits now and then."""
    named = columns.split()
    blanks = _blanks(connection, table, named)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, [*named, *blanks]))
    )
    rest = iter(rows)
    while piece := list(islice(rest, PIECE)):
        with connection.cursor() as cursor, cursor.copy(statement) as target:
            for row in piece:
                target.write_row((*row, *blanks.values()))
        connection.commit()


def finish(url: str) -> None:
    """Let keys be counted on from where they are, and let the planner know the tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'id' AND is_identity = 'YES'"
        ).fetchall()
        for (table,) in tables:
            name = sql.Identifier(table)
            connection.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {} "
                    "HAVING max(id) IS NOT NULL"
                ).format(sql.Literal(f'"{table}"'), name)
            )
        connection.execute("VACUUM ANALYZE")


EMPTY = {"boolean": False, "ARRAY": "{}", "jsonb": "{}", "text": "", "character varying": ""}


def _blanks(connection: psycopg.Connection, table: str, columns: list[str]) -> dict[str, object]:
    missing = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO' "
        "AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'",
        [table],
    ).fetchall()
    return {name: EMPTY.get(kind, 0) for name, kind in missing if name not in columns}


def _people(connection: psycopg.Connection) -> None:
    copy(
        connection,
        "accounts_user",
        "id username password email is_superuser is_staff is_active date_joined",
        (
            (
                *(key, f"person{key}" if key > EDITOR else "editor", "!", f"p{key}@example.org"),
                *(key == EDITOR, True, True, "2026-01-01T00:00:00+00:00"),
            )
            for key in range(EDITOR, EDITOR + PEOPLE)
        ),
    )
    copy(
        connection,
        "articles_outlet",
        "id name slug",
        ((key, f"Outlet {key}", f"outlet-{key}") for key in range(1, OUTLETS + 1)),
    )
    copy(
        connection,
        "sources_source",
        "id kind name",
        ((key, "person", f"Person {key}") for key in range(1, SOURCES + 1)),
    )
    copy(connection, "claims_ratingscale", "id name", [(1, "Benchmark")])
    copy(
        connection,
        "claims_rating",
        "id scale_id label slug value best worst position",
        (
            (key, 1, label, f"rating-{key}", 6 - key, 5, 1, key)
            for key, label in enumerate(RATINGS, start=1)
        ),
    )


def outlet_of(story_key: int) -> int:
    return 1 + story_key % OUTLETS


def _stories(connection: psycopg.Connection, amounts: Amounts, now: datetime) -> None:
    def articles() -> Iterator[tuple[object, ...]]:
        for key in range(1, amounts.stories + 1):
            one = story(key, paragraphs=1)
            at = _ago(now, key, amounts.stories)
            section = SECTIONS[key % len(SECTIONS)]
            yield (
                key,
                outlet_of(key),
                one["external_id"],
                one["headline"],
                section,
                "en",
                "live",
                at,
            )

    def revisions() -> Iterator[tuple[object, ...]]:
        for key in range(1, amounts.stories + 1):
            text = text_of(key, amounts)
            at = _ago(now, key, amounts.stories)
            sha = hashlib.sha256(text.encode()).hexdigest()
            yield (key, key, 1, text, sha, at, "done", 1, None, at, "bench", "1")

    copy(
        connection,
        "articles_article",
        "id outlet_id external_id headline section language status published_at",
        articles(),
    )
    copy(
        connection,
        "articles_revision",
        "id article_id number text sha256 received_at extraction_state extraction_attempts "
        "extraction_next_attempt_at extraction_finished_at extractor extractor_version",
        revisions(),
    )


def text_of(story_key: int, amounts: Amounts) -> str:
    return story(story_key, paragraphs=amounts.per_story)["text"]


def passages(story_key: int, amounts: Amounts) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of each paragraph: a candidate each."""
    start = 0
    for paragraph in text_of(story_key, amounts).split("\n\n"):
        yield start, start + len(paragraph), paragraph
        start += len(paragraph) + 2


def _candidates(connection: psycopg.Connection, amounts: Amounts, now: datetime) -> None:
    columns = (
        "id revision_id start end exact statement kind score explanation form sourcing speaker_id "
        "speaker_name extractor extractor_version fingerprint outlet_id state decided_by_id "
        "decided_at decision_reason claim_id source_spans cue_spans content_spans"
    )
    copy(connection, "claims_candidate", columns, _candidate_rows(amounts, now))


REASON = {"accepted": "worth_checking", "rejected": "not_worth_it", "pending": ""}


def _candidate_rows(amounts: Amounts, now: datetime) -> Iterator[tuple[object, ...]]:
    key = 0
    for story_key in range(1, amounts.stories + 1):
        for start, end, words in passages(story_key, amounts):
            key += 1
            if key > amounts.candidates:
                return
            state = amounts.state_of(key)
            decided = state != "pending"
            # Spread evenly, so that neighbours in a queue are in different stories.
            score = key * 7919 % 1_000_003 / 1_000_003
            yield (
                *(key, story_key, start, end, words, words, ("quantity", "fact")[key % 2], score),
                *("a share or a sum", "direct", "on_the_record", _source(key), "Ana Lund", "bench"),
                *(str(1 + key % 3), fingerprint(words), outlet_of(story_key), state),
                2 + key % (PEOPLE - 1) if decided else None,
                _ago(now, key, amounts.candidates) if decided else None,
                *(REASON[state], amounts.claim_of(key), "{}", "{}", "{}"),
            )


def _claims(connection: psycopg.Connection, amounts: Amounts, now: datetime) -> None:
    columns = (
        "id statement kind language speaker_id state rating_id rationale assignee_id due "
        "submitted_by_id submitted_at verified_by_id verified_at version created_by_id created_at"
    )
    keys = range(1, amounts.claims + 1)
    copy(connection, "claims_claim", columns, (_claim(key, amounts, now) for key in keys))
    copy(
        connection,
        "claims_appearance",
        "claim_id revision_id start end exact speaker_id speaker_name sourcing anchor_state",
        _appearances(amounts),
    )
    copy(
        connection,
        "claims_evidence",
        "claim_id stance nature title url quotation added_by_id",
        (
            (key, stance, "primary", f"Table {key}", f"https://example.org/{key}", "As printed.", 2)
            for key in keys
            for stance in ("refutes", "context")
        ),
    )
    copy(
        connection,
        "claims_claimtransition",
        "claim_id name from_state to_state by_id",
        ((key, "start", "new", "checking", 2) for key in keys if STATES[key % 20] != "new"),
    )
    copy(
        connection,
        "claims_comment",
        "claim_id author_id text",
        ((key, 2 + key % 9, f"Which table is this from? ({key})") for key in keys),
    )


def _claim(key: int, amounts: Amounts, now: datetime) -> tuple[object, ...]:
    state = STATES[key % len(STATES)]
    made = _ago(now, key, amounts.claims)
    submitted, verified = state in SUBMITTED, state in VERIFIED
    due = now + timedelta(days=key % 40 - 10) if state in OPEN and key % 10 < 7 else None
    return (
        *(key, _statement(key), "quantity", "en", _source(key), state),
        *((1 + key % 5, "The table says otherwise.") if submitted else (None, "")),
        1 + key % PEOPLE if key % 10 < 6 else None,
        due.isoformat() if due else None,
        *((2, made) if submitted else (None, None)),
        *((3, made) if verified else (None, None)),
        *(1, 2, made),
    )


def _statement(key: int) -> str:
    return f"The harbour handled {key % 997} percent more freight in {2000 + key % 26} than before."


def _appearances(amounts: Amounts) -> Iterator[tuple[object, ...]]:
    """Each where its candidate stands."""
    key = 0
    for story_key in range(1, amounts.stories + 1):
        for start, end, words in passages(story_key, amounts):
            key += 1
            if key > amounts.candidates:
                return
            claim = amounts.claim_of(key)
            if claim is not None:
                yield (
                    *(claim, story_key, start, end, words, _source(key), "Ana Lund"),
                    *("on_the_record", "anchored"),
                )


def _source(key: int) -> int:
    return 1 + key * 31 % SOURCES


def _ago(now: datetime, number: int, of: int) -> str:
    """Row `number` of `of`, the last of which is of this moment and the first 90 days old."""
    return (now - timedelta(days=90) * (1 - number / of)).isoformat()


def add_story(url: str, amounts: Amounts, *, candidates: int) -> int:
    """One story more, the last, with so many pending candidates; returns its key."""
    key = amounts.stories + 1
    large = Amounts(candidates=candidates, per_story=candidates)
    text = text_of(key, large)
    now = datetime.now(UTC).isoformat()
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        copy(
            connection,
            "articles_article",
            "id outlet_id external_id headline language status published_at",
            [(key, 1, f"bench-{key}", "A very long story", "en", "live", now)],
        )
        sha = hashlib.sha256(text.encode()).hexdigest()
        copy(
            connection,
            "articles_revision",
            "id article_id number text sha256 extraction_state extraction_attempts "
            "extraction_next_attempt_at extraction_finished_at extractor extractor_version",
            [(key, key, 1, text, sha, "done", 1, None, now, "bench", "1")],
        )
        columns = "id revision_id start end exact statement kind score extractor fingerprint "
        copy(
            connection,
            "claims_candidate",
            columns + "outlet_id state source_spans cue_spans content_spans",
            (
                (
                    *(amounts.candidates + number, key, start, end, words, words, "fact", 0.5),
                    *("bench", fingerprint(words), 1, "pending", "{}", "{}", "{}"),
                )
                for number, (start, end, words) in enumerate(passages(key, large), start=1)
            ),
        )
    finish(url)
    return key
