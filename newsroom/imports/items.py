"""From the fields of some format to an incoming article, or to the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from newsroom.articles.models import Article, ArticleStatus
from newsroom.articles.services import IncomingArticle
from newsroom.imports.addresses import canonical_url, is_canonical
from newsroom.imports.models import RejectionReason
from newsroom.imports.parsing.embargoes import embargo_in, embargo_in_xml


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
    format: str = ""
    """The reader that it went through, so that it can be tried again."""


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


@dataclass(frozen=True, slots=True)
class Discovered:
    """An address that a list of addresses gave: of a story to fetch, or of a further list.

    Whoever runs the import fetches it through the guarded client; a reader never does.
    """

    url: str
    raw: Raw
    lastmod: datetime | None = None
    title: str = ""
    is_list: bool = False


Item = Accepted | Refused | Discovered

REQUIRED = ("external_id", "text")
OPTIONAL = (
    "url",
    "slug",
    "headline",
    "byline",
    "dateline",
    "section",
    "genre",
    "language",
    "wire_origin",
    "rights",
    "editor_note",
    "status",
)
DATES = ("published_at", "embargoed_until", "versioned_at")
PARTIAL = "partial"

# A kill often comes without the story that it kills.
WITHOUT_TEXT = (ArticleStatus.WITHHELD, ArticleStatus.KILLED)

MOST_BYTES = 4
"""Of a code point in UTF-8."""

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
    if 0 in payload:
        raise Unacceptable(
            RejectionReason.MALFORMED,
            f"Not a text: byte {payload.index(0) + 1} is NUL, as in binary files and UTF-16.",
        )
    return _with_plain_line_ends(text)


def _with_plain_line_ends(text: str) -> str:
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def article_from(fields: Mapping[str, object]) -> IncomingArticle:
    """Check the fields of one item; unknown ones are ignored, except those that speak of an
    embargo. Raises `Unacceptable`.

    Nothing is shortened, guessed or filled in: a date that is missing stays missing.
    """
    refuse_unknown_embargo(fields, known=("embargoed_until",))
    texts = {name: _text(fields, name) for name in (*REQUIRED, *OPTIONAL)}
    body = texts.pop("text").strip("\n")
    _check_size(body)
    values = {name: value.strip() for name, value in texts.items() if value.strip()}
    _check_status(values.get("status", ""))
    if not body.strip():
        if values.get("status") not in WITHOUT_TEXT:
            raise Unacceptable(RejectionReason.EMPTY, "There is no text in this story.")
        body = ""
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
        partial=_flag(fields, PARTIAL),
        published_at=_moment(fields, "published_at"),
        embargoed_until=_moment(fields, "embargoed_until"),
        versioned_at=_moment(fields, "versioned_at"),
        **_with_canonical_url(values),
    )


def refuse_unknown_embargo(
    fields: Mapping[str, object], *, known: Sequence[str] = (), others: Sequence[str] = ()
) -> None:
    """Raises `Unacceptable` for a name that speaks of an embargo and that nothing would be made of,
    however deep it stands; not in fields that are of `others`.

    To pass over a slip of the keyboard would tell what was to be kept.
    """
    if name := embargo_in(fields, known=known, others=others):
        raise _not_understood(name, *known)


def refuse_unknown_embargo_in_xml(item: Element, *, known: Element | None = None) -> None:
    """As `refuse_unknown_embargo`, for elements and attributes."""
    if name := embargo_in_xml(item, known=known):
        raise _not_understood(name)


def _not_understood(name: str, *known: str) -> Unacceptable:
    where = f"an embargo stands in “{known[0]}”" if known else "this format has no such embargo"
    return Unacceptable(RejectionReason.BAD_VALUE, f"“{name[:60]}” is not understood; {where}.")


def item_from(raw: Raw, fields: Callable[[], Mapping[str, object]]) -> Accepted | Refused:
    """The item that `raw` is, if `fields`, which may raise `Unacceptable`, make an article."""
    try:
        return Accepted(article_from(fields()), raw)
    except Unacceptable as error:
        return Refused(error.reason, error.message, raw)


def discovered(
    url: str, raw: Raw, *, lastmod: str = "", title: str = "", is_list: bool = False
) -> Discovered:
    """The address that an entry of a list gives, in its canonical form. Raises `Unacceptable`."""
    fields = {"url": url.strip(), "lastmod": lastmod, "title": title}
    texts = {name: _text(fields, name).strip() for name in ("url", "title")}
    _check_lengths({"url": texts["url"], "headline": texts["title"]})
    _check_url(texts["url"])
    return Discovered(
        url=canonical_url(texts["url"]),
        raw=raw,
        lastmod=_moment(fields, "lastmod"),
        title=texts["title"],
        is_list=is_list,
    )


def language_tag(value: str) -> str:
    """`value` as a language tag, or nothing: what a feed says of all its stories may be sloppy."""
    tag = value.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""


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


def _flag(fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name)
    if isinstance(value, str):
        value = {"true": True, "false": False, "": None}.get(value.strip().lower(), value)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise Unacceptable(RejectionReason.BAD_VALUE, f"The field “{name}” is not true or false.")


def _check_status(status: str) -> None:
    if status and status not in ArticleStatus.values:
        raise Unacceptable(
            RejectionReason.BAD_VALUE,
            f"“{status[:40]}” is not a status; there are {', '.join(ArticleStatus.values)}.",
        )


def _with_canonical_url(values: dict[str, str]) -> dict[str, str]:
    given = values.get("url", "")
    url = canonical_url(given) if given else ""
    return {**values, "url": url, "original_url": given} if url != given else values


def _kind_of(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number"}
    return names.get(type(value), "a number")


def _check_size(text: str) -> None:
    limit = settings.IMPORT_MAX_ARTICLE_BYTES
    if len(text) * MOST_BYTES <= limit:
        return
    if (size := len(text.encode())) > limit:
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
    if is_canonical(url):
        return
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
