"""Which stories a reader of the API may know of."""

from __future__ import annotations

from django.db.models import Q

from newsroom.api.shapes import Shape
from newsroom.articles.visibility import open_stories


def stories_for(shape: Shape, prefix: str = "") -> Q:
    return Q() if shape.held_stories else open_stories(prefix)
