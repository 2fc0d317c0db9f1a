"""From the fields of any format to an incoming article, or to the reason why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.utils import timezone as django_timezone

from newsroom.imports.items import Unacceptable, article_from, decoded

FIELDS = {"external_id": "harbour", "text": "The harbour was dredged."}


def why_not(fields: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(Unacceptable) as caught:
        article_from({**FIELDS, **fields})
    return caught.value.reason.value, caught.value.message


# ------------------------------------------------------------------------------------ bytes


def test_bytes_are_utf8_with_or_without_a_mark() -> None:
    assert decoded("Übermut 👩‍🚒 e\u0301".encode()) == "Übermut 👩‍🚒 e\u0301"
    assert decoded(b"\xef\xbb\xbfHello") == "Hello"
    assert decoded(b"a\xef\xbb\xbfb") == "a\ufeffb"
    assert decoded(b"") == ""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_made_plain(end: str) -> None:
    assert decoded(f"a{end}{end}b{end}".encode()) == "a\n\nb\n"


@pytest.mark.parametrize(
    ("payload", "byte"),
    [
        (b"abc\xff", 4),
        (b"\xef\xbb\xbfabc\xff", 7),
        ("Übermut".encode("latin-1"), 1),
        ("Übermut".encode("utf-16"), 1),
        (b"\x1f\x8b\x08", 2),
        (b"\xed\xa0\x80", 1),  # half of a surrogate pair
        (b"\xc0\x80", 1),  # NUL, written too long
        ("ü".encode()[:1], 1),
    ],
)
def test_what_is_not_utf8_is_refused_with_the_place(payload: bytes, byte: int) -> None:
    with pytest.raises(Unacceptable) as caught:
        decoded(payload)
    assert caught.value.reason == "not_utf8"
    assert caught.value.message == (
        f"Not UTF-8: byte {byte} cannot be read. Convert the file to UTF-8."
    )


@pytest.mark.parametrize("payload", [b"ab\x00", b"\xef\xbb\xbf\x00", "ab".encode("utf-16-le")])
def test_a_nul_is_refused_with_the_place(payload: bytes) -> None:
    with pytest.raises(Unacceptable) as caught:
        decoded(payload)
    assert caught.value.reason == "malformed"
    assert caught.value.message.startswith(f"Not a text: byte {payload.index(0) + 1} is NUL")


# ----------------------------------------------------------------------------------- fields


def test_values_are_trimmed_and_the_text_is_not() -> None:
    article = article_from({"external_id": " a ", "text": "\n\n  Text \n\n", "headline": "\th "})
    assert (article.external_id, article.headline) == ("a", "h")
    assert article.text == "  Text "


def test_unknown_fields_are_passed_over() -> None:
    assert article_from({**FIELDS, "colour": ["red"], "": None, "mood": "calm"}) == (
        article_from(FIELDS)
    )


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_what_is_missing_is_not_filled_in(value: str | None) -> None:
    names = ("url", "headline", "byline", "language", "published_at", "versioned_at")
    article = article_from({**FIELDS, **dict.fromkeys(names, value)})
    assert (article.url, article.headline, article.byline, article.language) == ("",) * 4
    assert (article.published_at, article.versioned_at) == (None, None)


@pytest.mark.parametrize("name", ["external_id", "text"])
def test_what_is_needed_is_missed(name: str) -> None:
    expected = ("missing_field", f"The field “{name}” is missing.")
    assert why_not({name: None}) == expected
    with pytest.raises(Unacceptable, match=f"“{name}” is missing"):
        article_from({key: value for key, value in FIELDS.items() if key != name})


def test_an_empty_identifier_is_a_missing_one() -> None:
    assert why_not({"external_id": " \t"}) == (
        "missing_field",
        "The field “external_id” is missing.",
    )


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\t \u00a0\u2003", "\r\n\r\n"])
def test_a_story_without_text_is_refused(text: str) -> None:
    assert why_not({"text": text}) == ("empty", "There is no text in this story.")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7, "a number"),
        (0, "a number"),
        (1.5, "a number"),
        (True, "true or false"),
        (False, "true or false"),
        ([], "a list"),
        (["a"], "a list"),
        ({}, "an object"),
    ],
)
@pytest.mark.parametrize("name", ["external_id", "text", "headline", "published_at"])
def test_a_value_that_is_no_text_is_refused(name: str, value: object, kind: str) -> None:
    assert why_not({name: value}) == ("bad_value", f"The field “{name}” is not a text but {kind}.")


@pytest.mark.parametrize("name", ["external_id", "text", "byline", "versioned_at"])
def test_nul_and_half_surrogates_are_refused_in_every_field(name: str) -> None:
    assert why_not({name: "a\x00b"}) == ("bad_value", f"The field “{name}” holds a NUL character.")
    assert why_not({name: "a\ud800b"}) == (
        "not_utf8",
        f"The field “{name}” holds half of a surrogate pair.",
    )


@pytest.mark.parametrize(
    ("name", "limit"),
    [("external_id", 500), ("headline", 1000), ("byline", 500), ("dateline", 200), ("genre", 50)],
)
def test_a_value_that_does_not_fit_is_refused_and_not_cut(name: str, limit: int) -> None:
    assert getattr(article_from({**FIELDS, name: "𝔘" * limit}), name) == "𝔘" * limit
    assert why_not({name: "𝔘" * (limit + 1)}) == (
        "bad_value",
        f"The field “{name}” has {limit + 1:,} characters; at most {limit:,} fit.",
    )


def test_a_text_over_the_limit_is_refused_and_not_cut(settings: LazySettings) -> None:
    settings.IMPORT_MAX_ARTICLE_BYTES = 10
    assert article_from({**FIELDS, "text": "üüüüü"}).text == "üüüüü"
    assert why_not({"text": "üüüüü."}) == (
        "too_large",
        "The text has 11 bytes; at most 10 are taken in (IMPORT_MAX_ARTICLE_BYTES).",
    )


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_are_made_plain_in_values_too(end: str) -> None:
    """JSON writes them as escapes. A story is the same story, whatever its editor's machine."""
    assert article_from({**FIELDS, "text": f"One.{end}{end}Two.{end}"}).text == "One.\n\nTwo."


# -------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "url",
    ["https://post.example/a?b=c", "http://127.0.0.1:8000/x", "https://xn--bse-sna.example/%C3%BC"],
)
def test_an_address_is_http_or_https(url: str) -> None:
    article = article_from({**FIELDS, "url": url})
    assert (article.url, article.original_url) == (url, "")


def test_an_address_comes_into_one_form_and_the_given_one_is_kept() -> None:
    given = "https://Böse.example/ü?utm_source=a#b"
    article = article_from({**FIELDS, "url": given})
    assert article.url == "https://xn--bse-sna.example/%C3%BC"
    assert article.original_url == given


@pytest.mark.parametrize("status", ["killed", "withheld"])
def test_a_story_that_is_held_back_needs_no_text(status: str) -> None:
    article = article_from({**FIELDS, "text": "", "status": status})
    assert (article.text, article.status) == ("", status)


@pytest.mark.parametrize("fields", [{"status": "spiked"}, {"partial": "some"}, {"partial": 1}])
def test_values_that_mean_nothing_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(Unacceptable) as caught:
        article_from({**FIELDS, **fields})
    assert caught.value.reason == "bad_value"


@pytest.mark.parametrize("value", [True, "true", " TRUE "])
def test_partial_is_said_in_json_and_in_csv(value: object) -> None:
    assert article_from({**FIELDS, "partial": value}).partial
    assert not article_from({**FIELDS, "partial": "false"}).partial
    assert not article_from({**FIELDS, "partial": ""}).partial


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://post.example/%0aalert(1)",
        "data:text/html,x",
        "ftp://post.example/a",
        "file:///etc/passwd",
        "//post.example/a",
        "/a",
        "post.example",
        "https://",
        "https://[::1",
        "https://post.example/a b",
        "https://post.example/\na",
        "https://post .example",
        "https://post.example:port/",
    ],
)
def test_what_is_no_such_address_is_refused(url: str) -> None:
    assert why_not({"url": url}) == ("bad_value", f"“{url}” is not an http or https address.")


def test_an_address_that_is_too_long_is_refused() -> None:
    url = "https://post.example/" + "a" * 2000
    assert why_not({"url": url}) == (
        "bad_value",
        "The field “url” has 2,021 characters; at most 2,000 fit.",
    )


@pytest.mark.parametrize("tag", ["en", "no", "pt-BR", "zh-Hant-TW", "de-1996"])
def test_a_language_is_a_tag(tag: str) -> None:
    assert article_from({**FIELDS, "language": tag}).language == tag


@pytest.mark.parametrize("tag", ["e", "English, mostly", "en_GB", "en-", "12", "ен", "en\n"])
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    if tag.strip() == "en":
        assert article_from({**FIELDS, "language": tag}).language == "en"
        return
    assert why_not({"language": tag}) == (
        "bad_value",
        f"“{tag}” is not a language tag such as en or pt-BR.",
    )


# ------------------------------------------------------------------------------------ dates


def moment(value: str) -> datetime | None:
    return article_from({**FIELDS, "published_at": value}).published_at


HALF_PAST_NINE = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-04T09:30:00Z",
        "2026-03-04T09:30Z",
        "2026-03-04 09:30:00+00:00",
        "2026-03-04T10:30:00+01:00",
        "2026-03-04T10:30:00+0100",
        "2026-03-03T23:30:00-10:00",
        "2026-03-05T05:30:00+20:00",  # an offset that PostgreSQL refuses
        "20260304T093000Z",
        "Wed, 04 Mar 2026 09:30:00 GMT",
        "Wed, 04 Mar 2026 09:30:00 +0000",
        "Wed, 04 Mar 2026 09:30:00 -0000",
        "4 Mar 2026 10:30:00 +0100",
        "Wed, 04 Mar 2026 04:30:00 EST",
        "  2026-03-04T09:30:00Z\n",
    ],
)
def test_a_date_is_iso_8601_or_rfc_5322(value: str) -> None:
    with django_timezone.override(ZoneInfo("Asia/Tokyo")):  # of no importance here
        assert moment(value) == HALF_PAST_NINE


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-03-04T09:30:00", (9, 30)),
        ("Wed, 04 Mar 2026 09:30:00", (9, 30)),
        ("2026-03-04", (0, 0)),
        ("20260304", (0, 0)),
    ],
)
def test_without_an_offset_a_date_is_in_our_time_zone(value: str, at: tuple[int, int]) -> None:
    assert moment(value) == datetime(2026, 3, 4, *at, tzinfo=UTC)
    with django_timezone.override(ZoneInfo("Asia/Tokyo")):
        assert moment(value) == datetime(2026, 3, 4, *at, tzinfo=timezone(timedelta(hours=9)))


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026",
        "2026-03",
        "2026-13-04",
        "2026-02-30",
        "2026-03-04T25:00:00",
        "04.03.2026",
        "3/4/2026",
        "1772616600",
        "Wed, 04 Mar",
        "Wed, 99 Mar 2026 09:30:00 GMT",
        "Wed, 04 Foo 2026 09:30:00 GMT",
        "Wed, 04 Mar 2026 09:30:00 CET",  # which Python would read as ours
        "Wed, 04 Mar 2026 09:30:00 Europe/Berlin",
        "Wed, 04 Mar 2026 09:30:00 +99999999999999",
        "0026-03-04",
        "0000-01-01",
        "0001-01-01T00:00:00+14:00",  # before the first day that there is
        "9999-12-31T23:59:59-12:00",  # after the last
        "1599-12-31",
        "2200-01-01",
        "20260-01-01",
        "٢٠٢٦-٠٣-٠٤",
        "🗓",
        "x" * 10_000,
    ],
)
@pytest.mark.parametrize("name", ["published_at", "versioned_at"])
def test_what_is_no_date_is_refused(name: str, value: str) -> None:
    assert why_not({name: value}) == (
        "bad_date",
        f"“{value[:60]}” in “{name}” is not a date such as 2026-03-04T09:30:00+01:00.",
    )


@pytest.mark.parametrize(
    "name",
    [
        "embargo",
        "embargo_until",
        "Embargoed_Until",
        "embargoed",
        "embago",
        "embragoedUntil",
        "imbargo-until",
        "\uff25\uff4d\uff42\uff41\uff52\uff47\uff4f",
    ],
)
def test_a_slip_in_the_name_of_an_embargo_does_not_let_the_story_out(name: str) -> None:
    reason, message = why_not({name: "2099-01-01"})
    assert reason == "bad_value"
    assert message == f"“{name}” is not understood; an embargo stands in “embargoed_until”."
    assert article_from({**FIELDS, name: ""}).embargoed_until is None, "it says that there is none"


def test_an_embargo_is_seen_at_any_depth_but_nothing_is_where_none_is_stated() -> None:
    deep: object = {"embargoed_until": "2099-01-01"}
    for _ in range(5_000):
        deep = [{"meta": deep}]
    assert why_not({"meta": deep})[0] == "bad_value"
    for nothing in (None, False, 0, "no", "FALSE", "", [], {}, {"until": None, "why": [""]}):
        article_from({**FIELDS, "embargo": nothing, "meta": {"embargoed": nothing}})


@pytest.mark.parametrize("name", ["embedded", "embark", "cargo", "barge", "gender", "_embed"])
def test_other_words_are_none_for_an_embargo(name: str) -> None:
    article_from({**FIELDS, name: "2099-01-01"})
