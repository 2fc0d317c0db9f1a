"""What would be wrong with the markup of a fact check, said before it is published.

The findings are the errors of the publish form: each names the field that mends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from claims.publishing.models import SHORT

VERDICTS = ("true", "false", "untrue", "fake", "hoax", "misleading", "debunked", "fact check")
"""Words that say what was found out, in whatever scale."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` is one of the publish form, or empty where no field of it mends this."""

    field: str
    message: str


def lint(
    review: Mapping[str, Any], *, site_url: str, verdicts: Iterable[str], said: Iterable[str] = ()
) -> list[Finding]:
    """The findings on a ClaimReview.

    `verdicts` are the labels of the rating's scale. A verdict word that the speaker used (`said`)
    is part of the claim, and no finding.
    """
    return [
        *_address(str(review.get("url") or ""), site_url),
        *_short("headline", "headline", review.get("headline")),
        *_short("short_claim", "short claim", review.get("claimReviewed")),
        *_verdicts(str(review.get("claimReviewed") or ""), verdicts, " ".join(said)),
        *_rating(review.get("reviewRating")),
        *_author(review),
    ]


def _address(url: str, site_url: str) -> Iterator[Finding]:
    page, site = urlsplit(url), urlsplit(site_url)
    if page.scheme not in ("http", "https") or not page.hostname:
        yield Finding("slug", "The page has no address.")
    elif page.hostname != site.hostname and not page.hostname.endswith(f".{site.hostname}"):
        yield Finding("slug", f"The address is not on our domain, {site.hostname}.")


def _short(field: str, name: str, value: object) -> Iterator[Finding]:
    text = str(value or "").strip()
    if not text:
        yield Finding(field, f"The {name} is missing.")
    elif len(text) > SHORT:
        yield Finding(
            field, f"The {name} has {len(text)} characters; machines cut it after {SHORT}."
        )


def _verdicts(claim: str, labels: Iterable[str], said: str) -> Iterator[Finding]:
    for word in sorted({*VERDICTS, *(label.lower() for label in labels)}, key=len, reverse=True):
        pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        if pattern.search(claim) and not pattern.search(said):
            yield Finding(
                "short_claim",
                f"“{word}” is a verdict. The short claim says what was claimed, and not whether "
                "it holds.",
            )
            return


def _rating(rating: object) -> Iterator[Finding]:
    if not isinstance(rating, Mapping) or not rating.get("alternateName"):
        yield Finding("", "There is no rating with a name.")
        return
    name = str(rating["alternateName"])
    if len(name) > SHORT:
        yield Finding("", f"The rating’s name has {len(name)} characters; {SHORT} are shown.")
    value, best, worst = (rating.get(one) for one in ("ratingValue", "bestRating", "worstRating"))
    if value is None:
        if best is not None or worst is not None:
            yield Finding("", f"“{name}” lies on no line, and yet names the ends of one.")
    elif best is None or worst is None or not worst < best or not worst <= value <= best:
        yield Finding("", f"The value {value} of “{name}” is not inside its scale.")


def _author(review: Mapping[str, Any]) -> Iterator[Finding]:
    author = review.get("author")
    if not isinstance(author, Mapping) or not author.get("name") or not author.get("url"):
        yield Finding("", "The publisher has no name or address: NEWSROOM_NAME, SITE_URL.")
    item = review.get("itemReviewed")
    if isinstance(item, Mapping) and "author" in item and not item["author"].get("name"):
        yield Finding("", "The speaker has no name.")
