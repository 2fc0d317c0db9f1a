"""Anchors: where a passage stands in a revision.

An anchor holds both selectors of the W3C Web Annotation model: TextPosition (start and end, in
code points of `Revision.text`, end-exclusive) and TextQuote (the exact words with a little of what
stands before and after), so that the passage can be found again when the text around it changes.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from newsroom.articles.models import Revision
from newsroom.articles.selectors import CONTEXT, Anchor, anchor_at
from newsroom.triggers import refusal, update_of

__all__ = ["CONTEXT", "Anchor", "Anchored", "anchor_at"]


class Anchored(models.Model):
    """The columns of an anchor. The database refuses one that does not fit its revision's text."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="%(class)ss")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField("passage")
    prefix = models.CharField(max_length=CONTEXT, blank=True)
    suffix = models.CharField(max_length=CONTEXT, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="%(class)s_passage_not_empty"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="anchor_fits_text",
                operation=pgtrigger.Insert | update_of("revision_id", "start", "end", "exact"),
                when=pgtrigger.Before,
                # The length, because substring() cuts a passage that runs beyond the text's end.
                func=(
                    'IF length(NEW.exact) <> NEW."end" - NEW.start OR NEW.exact IS DISTINCT FROM '
                    '(SELECT substring(text FROM NEW.start + 1 FOR NEW."end" - NEW.start) '
                    "FROM articles_revision WHERE id = NEW.revision_id) THEN "
                    + refusal(
                        constraint="anchor_fits_text",
                        message="The passage is not what stands there in the revision.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
        ]
