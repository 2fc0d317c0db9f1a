"""From the fields of some format to an incoming article, or to the reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from newsroom.articles.models import Article
from newsroom.articles.services import IncomingArticle
from newsroom.imports.models import RejectionReason


class Unacceptable(Exception):
    """An item cannot be taken in; the message says what is wrong with it."""

    def __init__(self, reason: RejectionReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Raw:
    """An item as it came: its bytes (or their beginning), its whole size, and where it stood."""

    origin: str
    position: int
    payload: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """An item that a reader could make an article of."""

    article: IncomingArticle
    raw: Raw


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that a reader could make nothing of."""

    reason: RejectionReason
    message: str
    raw: Raw


Item = Accepted | Refused

REQUIRED = ("external_id", "text")
OPTIONAL = ("url", "headline", "byline", "dateline", "section", "genre", "language")
DATES = ("published_at", "versioned_at")

# A year outside of these is a slip of the keyboard, and some of them no database date can hold.
FIRST_YEAR, LAST_YEAR = 1600, 2199

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_http_url = URLValidator(schemes=["http", "https"])


def decoded(payload: bytes) -> str:
    """The text of `payload`, without byte order mark and with plain line ends.

    Raises `Unacceptable` for anything but UTF-8, and for NUL, which no database text can hold.
    """
    try:
        # Not "utf-8-sig", which counts the bytes from behind the mark.
        text = payload.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unacceptable(
            RejectionReason.NOT_UTF8,
            f"Not UTF-8: byte {error.start + 1} cannot be read. Convert the file to UTF-8.",
        ) from error
    if "\x00" in text:
        raise Unacceptable(
            RejectionReason.MALFORMED,
            f"Not a text: byte {payload.index(0) + 1} is NUL, as in binary files and UTF-16.",
        )
    return _with_plain_line_ends(text)


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def article_from(fields: Mapping[str, object]) -> IncomingArticle:
    """Check the fields of one item; unknown ones are ignored. Raises `Unacceptable`.

    Nothing is shortened, guessed or filled in: a date that is missing stays missing.
    """
    texts = {name: _text(fields, name) for name in (*REQUIRED, *OPTIONAL)}
    body = texts.pop("text").strip("\n")
    if not body.strip():
        raise Unacceptable(RejectionReason.EMPTY, "There is no text in this story.")
    _check_size(body)
    values = {name: value.strip() for name, value in texts.items() if value.strip()}
    if "external_id" not in values:
        raise Unacceptable(RejectionReason.MISSING_FIELD, "The field “external_id” is missing.")
    _check_lengths(values)
    if "url" in values:
        _check_url(values["url"])
    if "language" in values and not _LANGUAGE.fullmatch(values["language"]):
        raise Unacceptable(
            RejectionReason.BAD_VALUE,
            f"“{values['language'][:40]}” is not a language tag such as en or pt-BR.",
        )
    return IncomingArticle(
        text=body,
        published_at=_moment(fields, "published_at"),
        versioned_at=_moment(fields, "versioned_at"),
        **values,
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        if name in REQUIRED:
            raise Unacceptable(RejectionReason.MISSING_FIELD, f"The field “{name}” is missing.")
        return ""
    if not isinstance(value, str):
        raise Unacceptable(
            RejectionReason.BAD_VALUE,
            f"The field “{name}” is not a text but {_kind_of(value)}.",
        )
    if "\x00" in value:
        raise Unacceptable(RejectionReason.BAD_VALUE, f"The field “{name}” holds a NUL character.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Unacceptable(
            RejectionReason.NOT_UTF8, f"The field “{name}” holds half of a surrogate pair."
        ) from error
    return _with_plain_line_ends(value)


def _kind_of(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number"}
    return names.get(type(value), "a number")


def _check_size(text: str) -> None:
    size, limit = len(text.encode()), settings.IMPORT_MAX_ARTICLE_BYTES
    if size > limit:
        raise Unacceptable(
            RejectionReason.TOO_LARGE,
            f"The text has {size:,} bytes; at most {limit:,} are taken in "
            "(IMPORT_MAX_ARTICLE_BYTES).",
        )


def _check_lengths(values: Mapping[str, str]) -> None:
    for name, value in values.items():
        limit = getattr(Article._meta.get_field(name), "max_length", None)
        if limit is not None and len(value) > limit:
            raise Unacceptable(
                RejectionReason.BAD_VALUE,
                f"The field “{name}” has {len(value):,} characters; at most {limit:,} fit.",
            )


def _check_url(url: str) -> None:
    try:
        _http_url(url)
    except ValidationError as error:
        raise Unacceptable(
            RejectionReason.BAD_VALUE, f"“{url[:100]}” is not an http or https address."
        ) from error


def _moment(fields: Mapping[str, object], name: str) -> datetime | None:
    """ISO 8601 or RFC 5322. Without an offset it is in TIME_ZONE; a bare date is its midnight."""
    value = _text(fields, name).strip()
    if not value:
        return None
    try:
        moment = _parsed(value)
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(moment.year)
        # PostgreSQL refuses some of the offsets that Python takes.
        return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise Unacceptable(
            RejectionReason.BAD_DATE,
            f"“{value[:60]}” in “{name}” is not a date such as 2026-03-04T09:30:00+01:00.",
        ) from error


def _parsed(value: str) -> datetime:
    if value[:4].isdigit():
        if len(value) == len("2026-03-04"):
            return datetime.combine(date.fromisoformat(value), time())
        return datetime.fromisoformat(value)
    return _parsed_rfc_5322(value)


def _parsed_rfc_5322(value: str) -> datetime:
    moment = parsedate_to_datetime(value)
    if timezone.is_aware(moment):
        return moment
    # Python drops what it does not know: "CET" would be taken for our own time zone.
    zone = value.rsplit(maxsplit=1)[-1]
    if zone == "-0000":
        return moment.replace(tzinfo=UTC)
    if not zone[-1].isdigit():
        raise ValueError(zone)
    return moment
