"""What can be wrong with a request to change a candidate or a claim. Each says what to do."""

from __future__ import annotations


class DomainError(Exception):
    """The change is not possible as things stand; the message is meant for the person asking."""


class AlreadyDecided(DomainError):
    """Somebody decided on this candidate meanwhile."""


class HeldByAnother(DomainError):
    """Somebody else has this candidate on their desk right now."""


class TransitionNotAllowed(DomainError):
    """The claim is in a state from which this step does not lead."""


class GateClosed(DomainError):
    """Something is missing before the claim may go on, or a rule of the database forbids it."""


class NotPermitted(DomainError):
    """This person may not do this."""


class ChangedMeanwhile(DomainError):
    """Somebody else changed the claim since it was read."""
