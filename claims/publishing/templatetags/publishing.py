"""Small things that the public templates need."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.publishing.presentation import as_date

register = template.Library()

_ESCAPED = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


@register.simple_tag
def json_ld(value: Any) -> SafeString:
    """A block of JSON-LD out of which no text can break: `</script>` in a quotation stays text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return SafeString(f'<script type="application/ld+json">{text}</script>')


@register.filter
def day(text: str) -> date | None:
    return as_date(text)


@register.simple_tag
def querystring_with(request: Any, **changes: Any) -> SafeString:
    """The address of this list with some of its parameters changed."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return format_html("?{}", query.urlencode())
