"""A passage turned into a statement that stands alone, as far as that takes no guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.extraction.cues import AUXILIARIES
from claims.extraction.people import People, gender_of
from claims.extraction.pronouns import GENDERS
from claims.extraction.schema import Speaker

_THAT = re.compile(r"^that\s+(?=\S)")
_PRONOUN = re.compile(r"^(?P<word>he|she)\s+(?=\w)", re.IGNORECASE)
# A surname is filled out only before a verb: "Price rises" is no person.
_SURNAME = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen)s?\.?\s)?(?P<name>[A-Z][\w’'-]+)"
    rf"(?=\s(?:{'|'.join(sorted(AUXILIARIES))}|[a-z]+ed|said|told|says)\b)"
)

_OPEN = re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their|theirs)\b", re.IGNORECASE)
# Coal mines are nobody's: "mine" is a pronoun where it opens, or behind "of", "was" or "like".
_OWN = re.compile(
    r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|us|[Oo]urs?)\b|^Mine\b"
    r"|\b(?:of|is|was|are|were|like|not) (?P<mine>mine)\b"
)
_POINTS_BACK = re.compile(
    r"^(?:it|this|that|these|those)\b(?! (?:is|was) (?:\w+ ){0,2}(?:that|to)\b)", re.IGNORECASE
)
_NAMED = re.compile(r"\b[A-Z][\w’'-]+|\b(?:the|a|an|two|three|many|some|most) [a-z]+")
_MOST = 5


def stand_alone(passage: str, own: Speaker | None, people: People, *, quoted: bool) -> str:
    """The assertion itself; a referent is filled in only where there is exactly one reading.

    ``own`` is the speaker that "he" or "she" at the start of reported speech means.
    """
    statement = re.sub(r"\s+", " ", passage).strip()
    statement = _THAT.sub("", statement).rstrip(",;: ")
    statement = re.sub(r",([”\"’»]+)$", r"\1", statement)
    pronoun = _PRONOUN.match(statement)
    if own is not None and pronoun is not None and _own_pronoun(own, pronoun):
        statement = f"{own.name} {statement[pronoun.end() :]}"
    surname = _SURNAME.match(statement)
    if surname is not None:
        known = people.by_surname.get(surname.group("name"), [])
        if len(known) == 1:
            statement = known[0].name + statement[surname.end() :]
    if not quoted and statement[:1].islower() and not statement.startswith("to "):
        statement = statement[0].upper() + statement[1:]
    return statement or passage


def _own_pronoun(person: Speaker, pronoun: re.Match[str]) -> bool:
    """Whether the reported "he" can only be the speaker, by what title and name say."""
    return gender_of(person) == GENDERS[pronoun.group("word").lower()]


def said_by(
    statement: str,
    speakers: Sequence[Speaker],
    *,
    quoted: bool,
    told_by: Sequence[Speaker] | None = None,
) -> str:
    """That it was said, which can be true whatever the statement is; "" where nobody is known.

    ``told_by`` is who says that they said it, in *X said that Y said*; None where nobody does.
    """
    if not speakers:
        return ""
    names = _names(speakers)
    words = f"“{statement.strip('“”')}”" if quoted else statement
    said = f"{names[:1].upper()}{names[1:]} said"
    if told_by is not None:
        said += f", as told by {_names(told_by) or 'somebody the text leaves open'}"
    return f"{said}: {words}"


def _names(speakers: Sequence[Speaker]) -> str:
    return " and ".join(speaker.name for speaker in speakers)


def left_open(statement: str, *, known: bool) -> tuple[str, ...]:
    """The words whose referent nothing in the statement tells, in order, each once.

    ``known``: whether the speaker is, who is the one that "I" and "we" mean.
    """
    found: list[tuple[int, str]] = []
    if pointer := _POINTS_BACK.match(statement):
        found.append((0, pointer.group()))
    found.extend(
        (pronoun.start(), pronoun.group())
        for pronoun in _OPEN.finditer(statement)
        if not _NAMED.search(statement, 0, pronoun.start())
    )
    if not known:
        found.extend(
            (own.start(), own.group("mine") or own.group()) for own in _OWN.finditer(statement)
        )
    words = [word if word == "I" else word.lower() for _, word in sorted(found)]
    return tuple(dict.fromkeys(words))[:_MOST]
