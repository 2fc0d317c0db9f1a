"""Words around a passage are shown whole."""

from __future__ import annotations

from claims.models import Candidate
from claims.templatetags.story import lead_in, run_out
from newsroom.articles.selectors import anchor_at

TEXT = (
    "The authority counted 400 ships last year. Traffic rose by 9 percent, said the harbour master."
)


def passage(exact: str, text: str = TEXT) -> Candidate:
    start = text.index(exact)
    anchor = anchor_at(text, start, start + len(exact))
    return Candidate(
        start=anchor.start,
        end=anchor.end,
        exact=exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
    )


def test_no_word_is_cut_on_either_side() -> None:
    found = passage("9 percent")
    assert lead_in(found) == "… last year. Traffic rose by "
    assert run_out(passage("authority")) == " counted 400 ships last year. …"


def test_the_beginning_and_the_end_of_the_story_are_shown_without_dots() -> None:
    assert lead_in(passage("counted 400")) == "The authority "
    assert run_out(passage("harbour")) == " master."


def test_a_text_without_spaces_is_cut_where_it_is_cut() -> None:
    found = passage("丙", "甲" * 50 + "丙" + "乙" * 50)
    assert lead_in(found) == "… " + "甲" * 32
    assert run_out(found) == "乙" * 32 + " …"
