"""What the templates of the board and of the dashboard need."""

from __future__ import annotations

import json

from django import template
from django.utils.formats import date_format

from claims.progress import Progress

register = template.Library()


@register.filter
def as_json(value: object) -> str:
    """As JSON, for an attribute: escaped like any other text."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def decisions_chart(progress: Progress) -> str:
    """What the theme's bar chart draws."""
    days = progress.days
    return json.dumps(
        {
            "labels": [date_format(day.day, "j M") for day in days],
            "datasets": [
                {
                    "label": "accepted",
                    "data": [day.accepted for day in days],
                    "backgroundColor": "var(--color-primary-600)",
                    "stack": "decisions",
                    "displayYAxis": True,
                },
                {
                    "label": "rejected",
                    "data": [day.rejected for day in days],
                    "backgroundColor": "var(--color-base-400)",
                    "stack": "decisions",
                },
            ],
        }
    )
