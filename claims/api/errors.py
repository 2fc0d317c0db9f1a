"""What a domain function says, as a problem."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from claims.errors import (
    AlreadyDecided,
    ChangedMeanwhile,
    DomainError,
    GateClosed,
    HeldByAnother,
    NotPermitted,
    TransitionNotAllowed,
)
from claims.models import Candidate, Claim
from newsroom.api.problems import Problem

CONFLICTS = (AlreadyDecided, HeldByAnother, TransitionNotAllowed, GateClosed)


@contextmanager
def as_problems(
    *, allowed: tuple[str, ...] = (), permission: str = "", of_state: bool = False
) -> Iterator[None]:
    """`allowed` is what is possible instead; `permission` what a refusal is about; `of_state` says
    that any other refusal is one of the state, and not of what was sent."""
    try:
        yield
    except NotPermitted as error:
        missing = {"missing": {"permission": permission}} if permission else {}
        raise Problem("not-permitted", str(error), **missing) from error
    except ChangedMeanwhile as error:
        raise Problem("changed-meanwhile", str(error)) from error
    except CONFLICTS as error:
        raise Problem("conflict", str(error), allowed=list(allowed)) from error
    except DomainError as error:
        if of_state:
            raise Problem("conflict", str(error), allowed=list(allowed)) from error
        raise Problem(
            "invalid", str(error), errors=[{"detail": str(error), "pointer": "#"}]
        ) from error
    except (Candidate.DoesNotExist, Claim.DoesNotExist) as error:
        raise Problem("not-found", "There is no such record, or none that you may see.") from error
