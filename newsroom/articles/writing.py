"""Writing stories by the hundred: few statements, and none that is put together row by row.

What the ORM's `bulk_create` takes most of its time for is to build a statement of thousands of
parameters. Triggers and constraints hold here as they do everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from newsroom.articles.models import Article, Outlet, Revision


def insert_articles(outlet: Outlet, stated: Mapping[str, Mapping[str, Any]]) -> list[Article]:
    """Articles by their external IDs, with what is stated of each; those that were not here yet.

    ON CONFLICT DO NOTHING: of two imports that meet a new story at once, one creates it. In the
    order of the identifiers, so that the other one waits, and never both for each other.
    """
    if not stated:
        return []
    fields = [
        field
        for field in Article._meta.concrete_fields
        if field.name not in ("id", "outlet", "created_at")
    ]
    columns = ", ".join(_quoted(str(field.column)) for field in fields)
    typed = ", ".join(f"{_quoted(str(field.column))} {_type_of(field)}" for field in fields)
    unstated = {field.attname: field.get_default() for field in fields}
    rows = [{**unstated, **stated[name], "external_id": name} for name in sorted(stated)]
    with connection.cursor() as cursor:
        # One value for all of it: arrays of as many columns take ten times as long to put together.
        cursor.execute(
            f"INSERT INTO {_quoted(Article._meta.db_table)} (outlet_id, {columns}) "
            f"SELECT %s, {columns} FROM json_to_recordset(%s) AS stated({typed}) "
            "ON CONFLICT (outlet_id, external_id) DO NOTHING RETURNING id, external_id, created_at",
            [outlet.pk, json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)],
        )
        made = {external_id: (key, at) for key, external_id, at in cursor.fetchall()}
    names = [field.attname for field in Article._meta.concrete_fields]
    articles = []
    for row in rows:
        if row["external_id"] in made:
            key, at = made[row["external_id"]]
            row |= {"id": key, "created_at": at, "outlet_id": outlet.pk}
            article = Article.from_db(connection.alias, names, [row[name] for name in names])
            article.outlet = outlet
            articles.append(article)
    return articles


def insert_revisions(revisions: Sequence[Revision]) -> None:
    """New revisions, by COPY; each gets its key."""
    if not revisions:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Revision._meta.db_table, len(revisions)],
        )
        for revision, (key,) in zip(revisions, cursor.fetchall(), strict=True):
            revision.pk = key
            revision._state.adding = False
            revision._state.db = connection.alias
    # All of one make: what is left to the database in one of them is so in all.
    fields = [
        field
        for field in Revision._meta.concrete_fields
        if not isinstance(getattr(revisions[0], field.attname), DatabaseDefault)
    ]
    copy_rows(
        Revision,
        [str(field.column) for field in fields],
        ([getattr(one, field.attname) for field in fields] for one in revisions),
    )


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """COPY rows into the table of `model`. Raises what a save would raise.

    In binary: neither side looks through a text for what to escape.
    """
    types = {str(field.column): _type_of(field) for field in model._meta.concrete_fields}
    names = ", ".join(map(_quoted, columns))
    statement = f"COPY {_quoted(model._meta.db_table)} ({names}) FROM STDIN (FORMAT BINARY)"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(statement) as target,
    ):
        target.set_types([types[column] for column in columns])
        for row in rows:
            target.write_row(row)


def _type_of(field: models.Field[Any, Any]) -> str:
    kind = field.db_type(connection)
    assert kind is not None
    # A longer value is to be refused by the column, and not cut by the cast.
    return kind.partition("(")[0]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
