"""Markdown with front matter: one story a file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsroom.imports.readers.markdown import FRONT_MATTER_MAX
from tests.newsroom.imports.reading import accepted, refused


def with_front_matter(front_matter: str, body: str = "Body.") -> str:
    return f"---\n{front_matter}\n---\n\n{body}\n"


def text(markdown: str) -> str:
    return accepted("markdown", markdown).text


# ----------------------------------------------------------------------------- front matter


def test_front_matter_gives_the_fields() -> None:
    article = accepted(
        "markdown",
        with_front_matter(
            "external_id: harbour-1\n"
            "headline: 'Dredged: at last'\n"
            "byline: Ana Lund\n"
            "url: https://post.example/1\n"
            "published_at: 2026-03-04T09:30:00+01:00\n"
            "versioned_at: 2026-03-04\n"
            "colour: red"
        ),
    )
    assert (article.external_id, article.headline, article.byline, article.text) == (
        "harbour-1",
        "Dredged: at last",
        "Ana Lund",
        "Body.",
    )
    assert article.published_at == datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
    assert article.versioned_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_without_front_matter_the_file_names_the_story() -> None:
    article = accepted("markdown", "Only a body.", "in/harbour.v2.md")
    assert (article.external_id, article.text) == ("harbour.v2", "Only a body.")


@pytest.mark.parametrize("front_matter", ["", "# only a comment", "external_id:\nheadline: ''"])
def test_empty_front_matter_says_nothing(front_matter: str) -> None:
    article = accepted("markdown", with_front_matter(front_matter), "harbour.md")
    assert (article.external_id, article.headline) == ("harbour", "")


def test_values_are_what_stands_there() -> None:
    """YAML takes no for false, 0123 for 83 and 1_000 for a thousand; a newsroom does not."""
    article = accepted(
        "markdown",
        with_front_matter(
            "language: no\nexternal_id: 0123\nsection: 1_000\nheadline: yes\nbyline: ~"
        ),
    )
    assert (article.language, article.external_id, article.section) == ("no", "0123", "1_000")
    assert (article.headline, article.byline) == ("yes", "~")


def test_the_text_is_the_body_whatever_the_front_matter_says() -> None:
    assert text(with_front_matter("text: Something else")) == "Body."


def test_the_mark_and_windows_line_ends_make_no_difference() -> None:
    plain = with_front_matter("headline: H\nlanguage: de", "One.\n\nTwo.")
    assert accepted("markdown", b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode()) == accepted(
        "markdown", plain
    )


@pytest.mark.parametrize("source", ["---\nheadline: H\n\nBody.", "---", "---\n--\n", "\n\n---\nx"])
def test_front_matter_that_is_not_closed_is_refused(source: str) -> None:
    assert refused("markdown", source) == (
        "malformed",
        "The front matter is not closed by a line of three dashes.",
    )


@pytest.mark.parametrize(
    "front_matter",
    ["just words", "- a\n- list", "!!python/object/apply:os.getcwd []", '"a text"', "[]", "42"],
)
def test_front_matter_that_names_no_values_is_refused(front_matter: str) -> None:
    assert refused("markdown", with_front_matter(front_matter)) == (
        "malformed",
        "The front matter is not a list of “name: value” lines.",
    )


@pytest.mark.parametrize(
    ("front_matter", "where"),
    [
        ("headline: 'not closed", " in line 2"),
        ("byline: Ana\nheadline: a: b", " in line 3"),
        ("headline: *nobody", " in line 2"),
        ("headline: &a [*a]", " in line 2"),
        ("? [a, b]\n: unhashable", " in line 2"),
        ("\theadline: tab", " in line 2"),
        ("headline: \x07", ""),
        ('headline: "\\UFFFFFFFF"', ""),  # beyond Unicode
        ("%YAML 1." + "1" * 5000, ""),
        ("a: " + "[" * 2000, ""),
        ("- " * 5000, ""),
    ],
)
def test_front_matter_that_is_not_yaml_is_refused_with_the_line(
    front_matter: str, where: str
) -> None:
    assert refused("markdown", with_front_matter(front_matter)) == (
        "malformed",
        f"The front matter is not YAML{where}.",
    )


def test_tags_build_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    article = accepted(
        "markdown",
        with_front_matter(
            "headline: !!python/name:os.system ''\n"
            "byline: !!python/object/new:str ab\n"
            "x: !!python/object/apply:os.system ['echo from-front-matter']\n"
            "y: !!int not-a-number\nz: !own thing"
        ),
    )
    assert (article.headline, article.byline) == ("", "ab")
    assert "from-front-matter" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(("value", "kind"), [("[A, B]", "a list"), ("{a: b}", "an object")])
def test_nested_values_are_refused_where_a_text_is_wanted(value: str, kind: str) -> None:
    assert refused("markdown", with_front_matter(f"byline: {value}")) == (
        "bad_value",
        f"The field “byline” is not a text but {kind}.",
    )


def test_names_that_are_no_texts_are_passed_over() -> None:
    article = accepted("markdown", with_front_matter("1: a\ntrue: b\n~: c\nheadline: H"))
    assert article.headline == "H"


def test_aliases_do_not_multiply() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)
    )
    assert accepted("markdown", with_front_matter(bomb + "headline: H")).headline == "H"
    assert refused("markdown", with_front_matter(bomb + "byline: *a59"))[0] == "bad_value"
    empty = bomb.replace("[x, x]", "['', '']")
    assert accepted("markdown", with_front_matter(f"{empty}embargo: *a59\nheadline: H")).headline


def test_front_matter_over_the_limit_is_refused() -> None:
    assert refused("markdown", with_front_matter("x: " + "y" * FRONT_MATTER_MAX)) == (
        "too_large",
        "The front matter has 20,003 characters; at most 20,000.",
    )


def test_half_a_surrogate_in_front_matter_is_refused() -> None:
    assert refused("markdown", with_front_matter('headline: "\\ud800"')) == (
        "not_utf8",
        "The field “headline” holds half of a surrogate pair.",
    )


# ---------------------------------------------------------------------------------- headline


def test_a_heading_at_the_beginning_is_the_headline_and_not_text() -> None:
    article = accepted("markdown", "# Harbour *dredged*\n\nIt was.")
    assert (article.headline, article.text) == ("Harbour dredged", "It was.")


def test_a_heading_that_repeats_the_headline_is_not_text() -> None:
    article = accepted("markdown", with_front_matter("headline: H", "# H\n\nBody."))
    assert (article.headline, article.text) == ("H", "Body.")


def test_a_heading_that_says_something_else_stays_in_the_text() -> None:
    article = accepted("markdown", with_front_matter("headline: H", "# Other\n\nBody."))
    assert (article.headline, article.text) == ("H", "Other\n\nBody.")


def test_only_the_first_heading_of_the_first_rank_is_a_headline() -> None:
    assert accepted("markdown", "## Sub\n\nBody.").headline == ""
    later = accepted("markdown", "Body.\n\n# Later\n\nMore.")
    assert (later.headline, later.text) == ("", "Body.\n\nLater\n\nMore.")
    twice = accepted("markdown", "# One\n\n# Two\n\nBody.")
    assert (twice.headline, twice.text) == ("One", "Two\n\nBody.")


# ------------------------------------------------------------------------------------- body


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ("a [link](https://post.example 'title') and <https://post.example/>", None),
        ("*a* **b** _c_ `d` ***e***", "a b c d e"),
        ("![a *port*](port.png)", "a port"),
        ("One line\nof text  \nand a break", "One line of text\nand a break"),
        ("- one\n- two\n\n1. three\n2. four", "one\n\ntwo\n\nthree\n\nfour"),
        ("> quoted\n> words\n\nafter", "quoted words\n\nafter"),
        ("Fish &amp; chips &lt;b&gt; &#8364;", "Fish & chips <b> €"),
        (r"2 \* 3 = 6\.", "2 * 3 = 6."),
        ("    indented\n", "indented"),
        ("```\ncode\n```\n", "code"),
        ("a\n\n***\n\nb", "a\n\nb"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a <b>tag</b>", "a <b>tag</b>"),
        ("1986\\. A great year.", "1986. A great year."),
    ],
)
def test_the_body_is_rendered_to_plain_text(body: str, plain: str | None) -> None:
    assert text(body) == (plain or "a link and https://post.example/")


@pytest.mark.parametrize(
    "body",
    [
        "“Nobody expected that,” she said — ‘nobody’.",
        "\"Straight,\" he said. 'Single.' It's... 1/2 -- (c) (tm)",
        "»Gegen« „unten“ «à droite»",
        "👩‍🚒 e\u0301 𝔘 \u00a0non-breaking\u2009thin",
    ],
)
def test_marks_and_letters_stay_as_they_are(body: str) -> None:
    assert text(body) == body


def test_a_story_of_nothing_but_a_headline_is_empty() -> None:
    assert refused("markdown", "# Head") == ("empty", "There is no text in this story.")
    assert refused("markdown", with_front_matter("headline: H", ""))[0] == "empty"
    assert refused("markdown", "")[0] == "empty"
    assert refused("markdown", "[a]: /only-a-definition")[0] == "empty"


def test_a_nul_is_refused_and_not_replaced() -> None:
    assert refused("markdown", b"Body.\x00")[0] == "malformed"


@pytest.mark.parametrize(
    "body", ["> " * 5000 + "a", "- " * 5000 + "a", "[" * 50_000, "![" * 20_000, "*a _b " * 10_000]
)
def test_deep_nesting_ends_soon(body: str) -> None:
    try:
        accepted("markdown", body)
    except AssertionError:
        assert refused("markdown", body)[0] == "empty"
