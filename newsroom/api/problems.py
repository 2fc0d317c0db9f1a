"""Errors in one shape: problem details (RFC 9457), each kind with a type that stays.

400 is for what cannot be read, 422 for what can be read and is not acceptable; see docs/adr/0018.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError
from django.http import Http404
from rest_framework import exceptions, views
from rest_framework.response import Response

from newsroom.triggers import violation_message

CONTENT_TYPE = "application/problem+json"
TYPES = "/api/problems/"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    status: int
    title: str
    meaning: str


KINDS: dict[str, Kind] = {
    "unreadable": Kind(400, "Not readable", "The body or the address cannot be parsed."),
    "not-authenticated": Kind(
        401, "Not signed in", "Send “Authorization: Bearer TOKEN”, with a token that is valid."
    ),
    "not-permitted": Kind(
        403, "Not permitted", "`missing` names the scope of the token or the permission to get."
    ),
    "not-found": Kind(404, "Not found", "There is no such record, or none that you may see."),
    "method-not-allowed": Kind(405, "Method not allowed", "The address knows other methods."),
    "not-acceptable": Kind(406, "Not acceptable", "Answers are JSON."),
    "conflict": Kind(
        409,
        "Not possible now",
        "The record is in a state that does not allow it. `allowed` names what is possible now.",
    ),
    "in-progress": Kind(
        409, "Still in progress", "The same request is being worked on; ask again in a moment."
    ),
    "changed-meanwhile": Kind(
        412, "Changed meanwhile", "The record is not what If-Match names; read it again first."
    ),
    "gone": Kind(
        410, "Withdrawn", "It was published and is no longer stood by; `detail` is the reason."
    ),
    "too-large": Kind(413, "Too large", "The body is larger than is taken in at once."),
    "unsupported-media-type": Kind(415, "Unsupported media type", "Send JSON."),
    "invalid": Kind(
        422,
        "Not acceptable as it is",
        "`errors` says what is wrong, and where: `pointer` into the body, or `parameter`.",
    ),
    "throttled": Kind(429, "Too many requests", "Wait for as many seconds as Retry-After says."),
    "unexpected": Kind(
        500, "Something went wrong here", "Tell us the `reference`: it finds the log entry."
    ),
}


class Problem(exceptions.APIException):
    """Raised anywhere below a view; becomes the answer."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.kind = kind
        self.status_code = KINDS[kind].status
        self.members = members
        self.headers = dict(headers or {})
        super().__init__(detail)


def invalid(message: str, *, parameter: str = "", pointer: str | None = None) -> Problem:
    """One thing that is wrong with a parameter, or with a place in the body."""
    where = {"parameter": parameter} if parameter else {"pointer": pointer or "#"}
    return Problem("invalid", message, errors=[{"detail": message, **where}])


def problem_response(
    kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    known = KINDS[kind]
    body = {"type": TYPES + kind, "title": known.title, "status": known.status, "detail": detail}
    return Response(
        {**body, **members}, status=known.status, headers=headers, content_type=CONTENT_TYPE
    )


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: every error that leaves a view goes through here."""
    views.set_rollback()
    if isinstance(error, Problem):
        return problem_response(
            error.kind, str(error.detail), headers=error.headers, **error.members
        )
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flattened(error.detail, "#"))
        return problem_response("invalid", _summary(errors), errors=errors)
    if isinstance(error, ValidationError):
        errors = list(_from_model(error))
        return problem_response("invalid", _summary(errors), errors=errors)
    if isinstance(error, IntegrityError | DataError):
        # A rule of the database that no function has put into words of its own.
        message = violation_message(error)
        return problem_response("invalid", message, errors=[{"detail": message, "pointer": "#"}])
    if isinstance(error, Http404):
        return problem_response("not-found", "There is no such record, or none that you may see.")
    if isinstance(error, PermissionDenied):
        return problem_response("not-permitted", "You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return problem_response("too-large", "The body is larger than is taken in at once.")
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return _unexpected(error)


def _of_framework(error: exceptions.APIException) -> Response:
    kinds: tuple[tuple[type[exceptions.APIException], str], ...] = (
        (exceptions.ParseError, "unreadable"),
        (exceptions.NotAuthenticated, "not-authenticated"),
        (exceptions.AuthenticationFailed, "not-authenticated"),
        (exceptions.PermissionDenied, "not-permitted"),
        (exceptions.NotFound, "not-found"),
        (exceptions.MethodNotAllowed, "method-not-allowed"),
        (exceptions.NotAcceptable, "not-acceptable"),
        (exceptions.UnsupportedMediaType, "unsupported-media-type"),
        (exceptions.Throttled, "throttled"),
    )
    kind = next((kind for known, kind in kinds if isinstance(error, known)), None)
    if kind is None:
        return _unexpected(error)
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return problem_response(kind, str(error.detail), headers=headers)


def _unexpected(error: Exception) -> Response:
    """No internals leave; the log has them under the reference."""
    reference = uuid.uuid4().hex[:12]
    logger.error("unexpected error %s in the API", reference, exc_info=error)
    return problem_response(
        "unexpected",
        "Something went wrong here; nothing was changed. The reference finds it in the log.",
        reference=reference,
    )


def _flattened(detail: Any, pointer: str) -> Iterable[dict[str, str]]:
    """What DRF nests, as a list of places (JSON Pointer as URI fragment) and messages."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else "/" + _escaped(str(name))
            yield from _flattened(inner, pointer + step)
    elif isinstance(detail, list | tuple):
        nested = any(isinstance(one, Mapping | list | tuple) for one in detail)
        for number, inner in enumerate(detail):
            if inner:
                yield from _flattened(inner, f"{pointer}/{number}" if nested else pointer)
    else:
        yield {"detail": str(detail), "pointer": pointer}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _from_model(error: ValidationError) -> Iterable[dict[str, str]]:
    if hasattr(error, "error_dict"):
        for name, messages in error.message_dict.items():
            pointer = "#" if name == "__all__" else f"#/{name}"
            yield from ({"detail": message, "pointer": pointer} for message in messages)
    else:
        yield from ({"detail": message, "pointer": "#"} for message in error.messages)


def _summary(errors: list[dict[str, str]]) -> str:
    if len(errors) == 1:
        return errors[0]["detail"]
    return f"{len(errors)} things are wrong; see `errors`."
