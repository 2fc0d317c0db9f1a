"""A passage turned into a statement that stands alone, as far as that takes no guess."""

from __future__ import annotations

import re

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
