"""Reading other publishers' ClaimReview markup. Pure Python; whatever it holds, it is only data.

Old and new shapes are taken: `Claim` and `CreativeWork`, a single object or a list anywhere,
`@graph`, data feeds, texts where objects are due, nulls, and ratings in odd places. What cannot be
used at all is `Unusable`, with the reason; what is odd but usable is told in the notes.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

LONGEST_CLAIM = 10_000
LONGEST_URL = 2000
APPEARANCES = 50
MAX_NODES = 2_000_000
"""Objects of one document that are looked at."""

_TAG = re.compile(r"<[^<>]{0,2000}>")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOST = re.compile(r"[a-z0-9.-]{1,253}")


class Unusable(Exception):
    """Nothing can be made of a review; the message says why."""


@dataclass(frozen=True, slots=True)
class Review:
    """What one ClaimReview says."""

    url: str
    publisher: str
    publisher_host: str
    claim_reviewed: str
    title: str
    claimant: str
    claimed_on: date | None
    published_on: date | None
    language: str
    appearances: tuple[str, ...]
    rating_label: str
    rating_value: float | None
    rating_best: float | None
    rating_worst: float | None
    notes: tuple[str, ...]


def reviews_in(document: object) -> Iterator[Mapping[str, object]]:
    """All ClaimReviews of a document, in lists, graphs and feeds, each once; nulls are passed."""
    waiting, left = [document], MAX_NODES
    while waiting and left:
        node = waiting.pop()
        left -= 1
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            if _is_a(node, "ClaimReview"):
                yield node
                continue
            waiting += [
                node[name]
                for name in ("claimReviews", "itemListElement", "item", "dataFeedElement", "@graph")
                if isinstance(node.get(name), list | dict)
            ]


def parse(node: Mapping[str, object]) -> Review:
    """One review. Raises `Unusable`."""
    notes: list[str] = []
    claim = _text(node.get("claimReviewed"))
    about = _first_object(node.get("itemReviewed"))
    if not claim:
        claim = _text(about.get("text")) or _text(about.get("name"))
        if claim:
            notes.append("The claim stands in itemReviewed.")
    if not claim:
        raise Unusable("It does not say which claim was checked (claimReviewed).")
    url = _url(node.get("url")) or _url(node.get("mainEntityOfPage")) or _url(node.get("@id"))
    if not url:
        raise Unusable("It has no http or https address (url).")
    author = _first_object(node.get("author")) or _first_object(node.get("publisher"))
    name = _text(author.get("name")) or _text(node.get("author"))
    host = _host(_url(author.get("url"))) or _host(url)
    label, value, best, worst = _rating(node.get("reviewRating"), notes)
    return Review(
        url=url,
        publisher=(name or host)[:300],
        publisher_host=host,
        claim_reviewed=claim[:LONGEST_CLAIM],
        title=(_text(node.get("headline")) or _text(node.get("name")))[:1000],
        claimant=_names(about.get("author"))[:500],
        claimed_on=_day(about.get("datePublished"), "itemReviewed.datePublished", notes),
        published_on=_day(node.get("datePublished"), "datePublished", notes),
        language=_text(node.get("inLanguage"))[:35],
        appearances=_appearances(about),
        rating_label=label[:300],
        rating_value=value,
        rating_best=best,
        rating_worst=worst,
        notes=tuple(notes),
    )


def _rating(
    value: object, notes: list[str]
) -> tuple[str, float | None, float | None, float | None]:
    """Their words, and number, best and worst where these make sense together."""
    rating = _first_object(value)
    label = (
        _text(rating.get("alternateName"))
        or _text(rating.get("name"))
        or _text(rating.get("ratingExplanation"))[:300]
        or _text(value)
    )
    number = _number(rating.get("ratingValue"))
    if number is None:
        shown = _text(rating.get("ratingValue"))
        if shown and not label:
            label = shown
        if not label:
            notes.append("No verdict is given.")
        return label, None, None, None
    best = _number(rating.get("bestRating"))
    worst = _number(rating.get("worstRating"))
    best, worst = 5.0 if best is None else best, 1.0 if worst is None else worst
    if not label:
        label = f"{number:g} of {worst:g}–{best:g}"
    if not (worst < best and worst <= number <= best):
        notes.append(f"The rating {number:g} lies off its scale, {worst:g} to {best:g}.")
        return label, None, None, None
    return label, number, best, worst


def _appearances(about: Mapping[str, object]) -> tuple[str, ...]:
    found: list[str] = []
    for name in ("firstAppearance", "appearance", "sameAs"):
        value = about.get(name)
        found += filter(None, map(_url, value if isinstance(value, list) else [value]))
    return tuple(dict.fromkeys(found))[:APPEARANCES]


def _is_a(node: Mapping[str, object], kind: str) -> bool:
    types = node.get("@type")
    return any(
        str(one).rpartition("/")[2] == kind
        for one in (types if isinstance(types, list) else [types])
    )


def _first_object(value: object) -> Mapping[str, object]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            return one
    return {}


def _names(value: object) -> str:
    people = value if isinstance(value, list) else [value]
    names = (_text(one.get("name") if isinstance(one, dict) else one) for one in people)
    return ", ".join(dict.fromkeys(filter(None, names)))


def _text(value: object) -> str:
    """A text or number as one line, without tags and what cannot be stored."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    plain = html.unescape(_TAG.sub(" ", str(value)[: 2 * LONGEST_CLAIM])).replace("\x00", "")
    return " ".join(plain.encode(errors="ignore").decode().split())


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(str(value).strip().replace(",", ".")[:40])
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) < 1e9 else None


def _url(value: object) -> str:
    for one in value if isinstance(value, list) else [value]:
        text = one.get("url") or one.get("@id") if isinstance(one, dict) else one
        if not isinstance(text, str):
            continue
        text = text.strip()
        if len(text) <= LONGEST_URL and text.isprintable() and " " not in text and _host(text):
            return text
    return ""


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and "." in host and _HOST.fullmatch(host)
    return host if usable else ""


def _day(value: object, name: str, notes: list[str]) -> date | None:
    text = _text(value)
    if not text:
        return None
    found = _DATE.match(text)
    try:
        if found:
            return date.fromisoformat(found[0])
    except ValueError:
        pass
    notes.append(f"“{text[:40]}” in {name} is not a date.")
    return None
