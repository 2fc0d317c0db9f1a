"""Bodies: JSON of bounded size and depth, strictly read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from newsroom.api.problems import Problem


class BoundedJSONParser(BaseParser):
    """`application/json`. The bytes stay with the request: some endpoints keep them as they are."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        context = parser_context or {}
        limit = getattr(context.get("view"), "max_body_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise Problem("too-large", f"A body may have {limit:,} bytes here.")
        if request := context.get("request"):
            request.raw_body = raw
        return parsed(raw)


class NinjsParser(BoundedJSONParser):
    """IPTC's own name for its JSON; the same bytes."""

    media_type = "application/ninjs+json"


def parsed(raw: bytes) -> Any:
    """Raises `ParseError`; NaN and Infinity are no JSON, and halves of surrogates no text."""
    try:
        text = raw.decode()
        value = json.loads(text, parse_constant=_no_number)
        # Escapes may spell what UTF-8 cannot hold.
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ParseError("The JSON holds half of a surrogate pair.") from error
    except UnicodeDecodeError as error:
        raise ParseError(f"The body is not UTF-8: byte {error.start + 1}.") from error
    except RecursionError as error:
        raise ParseError("The JSON is nested too deeply.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ParseError(f"The body is not JSON: {error.msg} ({where}).") from error
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}.") from error
    return value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
