"""Conditional requests: 304 for what a client has already, 412 for what is not what it saw."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.problems import Problem, invalid
from newsroom.api.shapes import Shape
from newsroom.numbers import number_in

_tag = re.compile(r'(?:W/)?"([^"]*)"')


class NotModified(Exception):
    """The client has it already."""

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.etag = etag

    def response(self) -> Response:
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": self.etag})


def etag_of(version: int | None, *parts: Any, shape: Shape) -> str:
    """A version, for If-Match, and a digest of all that the answer depends on besides."""
    digest = hashlib.sha256(repr((parts, shape)).encode()).hexdigest()[:20]
    return f'"{version}-{digest}"' if version is not None else f'"{digest}"'


def raise_if_known(request: Request, etag: str) -> None:
    """Raises `NotModified` when `If-None-Match` names this one."""
    stated = request.headers.get("If-None-Match")
    if stated is None:
        return
    known = _tag.findall(stated)
    if stated.strip() == "*" or etag.strip('"') in known:
        raise NotModified(etag)


def expected_version(request: Request) -> int | None:
    """The version that `If-Match` names; None where there is no such header, or it is `*`.

    Only the version is compared: an answer without some fields, or with an appearance more, is
    still of the same version of the record.
    """
    stated = request.headers.get("If-Match")
    if stated is None or stated.strip() == "*":
        return None
    tags = _tag.findall(stated)
    if len(tags) != 1:
        raise invalid("If-Match takes one ETag as this API gave it.", parameter="If-Match")
    version = number_in(tags[0].partition("-")[0], digits=9)
    if version is None:
        raise Problem("changed-meanwhile", "The record is not what If-Match names.")
    return version
