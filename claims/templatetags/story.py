"""How foreign text is shown: escaped, and with what it hides made visible."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from claims.models import Candidate, CandidateState
from claims.models.choices import SourcingTerms
from claims.review.invisible import hides_something, pieces
from newsroom.articles.anchors import Anchored
from newsroom.articles.selectors import CONTEXT
from newsroom.shortening import shortened

register = template.Library()

MARKS = {
    CandidateState.PENDING: "",
    CandidateState.ACCEPTED: "✓",
    CandidateState.REJECTED: "✕",
    CandidateState.MERGED: "⇥",
    CandidateState.SUPERSEDED: "↻",
}


@register.filter
def reveal(text: object) -> SafeString:
    """Escape, and put a small named sign where a character cannot be seen.

    The character itself is left out, so that it can neither hide nor reorder what stands around it.
    """
    text = str(text)
    if not hides_something(text):
        return escape(text)
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html(
                    '<span class="unseen" role="img" title="{}" aria-label="{}">{}</span>',
                    piece.name,
                    piece.name,
                    piece.symbol,
                )
                if piece.name
                else piece.text,
            )
            for piece in pieces(text)
        ),
    )


@register.filter
def brief(text: object, limit: int) -> str:
    """At most so many characters of it, cut between words."""
    return shortened(str(text), limit)


@register.filter
def lead_in(passage: Anchored) -> str:
    """What stands before a passage, from the first whole word on."""
    if passage.start <= CONTEXT:
        return passage.prefix
    _, space, rest = passage.prefix.partition(" ")
    return f"… {rest if space else passage.prefix}"


@register.filter
def run_out(passage: Anchored) -> str:
    """What stands behind a passage, to the last whole word."""
    if len(passage.suffix) < CONTEXT:
        return passage.suffix
    rest, space, _ = passage.suffix.rpartition(" ")
    return f"{rest if space else passage.suffix} …"


@register.filter
def state_sign(state: str) -> str:
    """A sign for a decided state, for those who do not see the colour; none while it is pending."""
    return MARKS.get(CandidateState(state), "")


@register.filter
def state_label(state: str) -> str:
    return str(CandidateState(state).label)


@register.filter
def web_address(url: str) -> str:
    """The address if it is one of the web, else nothing: a feed could deliver `javascript:`."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    return url if scheme in ("http", "https") else ""


@register.filter
def percent(score: float) -> int:
    return round(score * 100)


@register.filter
def percent_same(similarity: float) -> int:
    """Rounded down: “100 % the same” is said of nothing that differs."""
    return int(similarity * 100)


@register.filter
def speaker_line(candidate: Candidate) -> str:
    """Title and full name, role and organisation, party and seat: what the story gives of them."""
    return candidate.speaker_line


@register.filter
def sourcing_line(candidate: Candidate) -> str:
    """On what terms the speaker is given to the reader; nothing when there is no speaker."""
    terms = candidate.get_sourcing_display() if candidate.sourcing else ""
    if candidate.sourcing == SourcingTerms.UNNAMED:
        return f"{terms}: {candidate.anonymity_reason or 'no reason given'}"
    return terms
