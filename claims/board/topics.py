"""The topics of the board: the sections that stories came with."""

from __future__ import annotations

from django.db import connection

from newsroom.articles.models import Article

MOST = 100


def topics() -> list[str]:
    """The first hundred sections in the order of the alphabet.

    Leaps from one value to the next in the index on sections: it costs what there are sections, and
    not what there are stories. One query.
    """
    table = connection.ops.quote_name(Article._meta.db_table)
    following = f"SELECT min(section) FROM {table} WHERE section <> ''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE leap(section) AS (({following}) UNION ALL "
            f"SELECT ({following} AND section > leap.section) FROM leap "
            "WHERE leap.section IS NOT NULL) "
            "SELECT section FROM leap WHERE section IS NOT NULL LIMIT %s",
            [MOST],
        )
        return [section for (section,) in cursor.fetchall()]
