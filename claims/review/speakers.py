"""From a speaker as printed to a source that is known from then on."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from claims.errors import DomainError
from claims.models import Candidate
from claims.models.choices import SourcingTerms
from newsroom.accounts.models import User
from sources.models import Source, SourceKind
from sources.services import Role, add_source, resolve_names


def source_of_speaker(*, candidate: Candidate, by: User) -> Source:
    """The source of this name, or a new one with the role that the story gives.

    Taken for a person: the extractor names people and offices, and the kind can be changed. Raises
    `DomainError` for a speaker without a name, and for a name that no source may have.
    """
    name = candidate.speaker_name
    if candidate.sourcing != SourcingTerms.ON_THE_RECORD or not name:
        raise DomainError("The story names no speaker here.")
    known = resolve_names([name]).get(name)
    if known is not None:
        return known
    role = Role(
        title=candidate.speaker_title,
        role=candidate.speaker_role,
        organisation=candidate.speaker_organisation,
        party=candidate.speaker_party,
        seat=candidate.speaker_seat,
    )
    try:
        return add_source(
            kind=SourceKind.PERSON, name=name, roles=[role] if role != Role() else [], by=by
        )
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
