"""What the board's templates need."""

from __future__ import annotations

import json

from django import template

register = template.Library()


@register.filter
def as_json(value: object) -> str:
    """As JSON, for an attribute: escaped like any other text."""
    return json.dumps(value, ensure_ascii=False)
