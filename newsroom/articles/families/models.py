"""Stories that are one story, and what finds them."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from newsroom.articles.models import Article, Revision
from newsroom.triggers import refusal, refuse, update_of


class Signature(models.Model):
    """What a story is found by among all others. Derived: can be computed again at any time."""

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="signature"
    )
    revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="+", help_text="The text that was compared."
    )
    bands: ArrayField[list[int], list[int]] = ArrayField(models.IntegerField(), default=list)
    leads = models.BooleanField(
        default=True,
        help_text="Whether others are compared with it: it is the first of its family, or alone.",
    )
    engine = models.CharField(max_length=30)

    class Meta:
        indexes = [
            # Of a family only the first is in it, so that a story at a hundred outlets is one hit.
            GinIndex(fields=["bands"], condition=Q(leads=True), name="signature_bands"),
        ]

    def __str__(self) -> str:
        return f"signature of article {self.article_id}"


class Failure(models.Model):
    """A text that could not be compared, and when that is tried again."""

    revision = models.OneToOneField(Revision, models.CASCADE, primary_key=True, related_name="+")
    attempts = models.PositiveIntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"revision {self.revision_id} could not be compared"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Family(models.Model):
    """One story at several outlets. The first that came in stands for it."""

    first = models.OneToOneField(Article, models.PROTECT, related_name="leads_family")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "families"
        triggers = [
            refuse(
                name="family_first_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("first"),
                message="A family keeps the story that it began with.",
            )
        ]

    def __str__(self) -> str:
        return f"family {self.pk}"


_NO_FAMILY_OF_ITS_OWN = (
    "IF EXISTS (SELECT FROM families_family WHERE first_id = NEW.article_id) "
    "THEN "
    + refusal(
        constraint="family_member_leads_none",
        message="The first story of a family is in no other one.",
    )
    + " END IF; RETURN NEW;"
)


_NOT_REFUSED = (
    "IF EXISTS (SELECT FROM families_notacopy refused "
    "JOIN families_family family ON family.first_id = refused.of_id "
    "WHERE refused.article_id = NEW.article_id AND family.id = NEW.family_id) "
    "THEN "
    + refusal(
        constraint="family_member_was_not_refused",
        message="Somebody said that this is not a copy of that story.",
    )
    + " END IF; RETURN NEW;"
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["follow_attempts", "follow_next_at", "follow_error"],
)
class FamilyMember(models.Model):
    """A later story that is the same as the first one of its family.

    Compared with the first one only: a copy of a copy of a copy may be another story.
    """

    article = models.OneToOneField(Article, models.PROTECT, related_name="family_member")
    family = models.ForeignKey(Family, models.PROTECT, related_name="members")
    revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="+", help_text="The text that was compared."
    )
    similarity = models.FloatField(help_text="How much of the words is the same, 0 to 1.")
    engine = models.CharField(max_length=30)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)
    followed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When decisions on its siblings were last taken over. Empty: still to be done.",
    )

    follow_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    follow_next_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="Not tried before, where it is still to be done.",
    )
    follow_error = models.TextField(
        blank=True, editable=False, help_text="Why it could not be done at the last attempt."
    )

    class Meta:
        indexes = [
            models.Index(
                "follow_next_at", condition=Q(followed_at=None), name="family_member_to_follow"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(similarity__gte=0) & Q(similarity__lte=1),
                name="family_member_similarity_0_to_1",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="family_member_leads_none",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=_NO_FAMILY_OF_ITS_OWN,
            ),
            pgtrigger.Trigger(
                name="family_member_was_not_refused",
                operation=pgtrigger.Insert | update_of("article_id", "family_id"),
                when=pgtrigger.Before,
                func=_NOT_REFUSED,
            ),
        ]

    def __str__(self) -> str:
        return f"article {self.article_id} in {self.family_id}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class NotACopy(models.Model):
    """A person's word that a story is not the same as another, however like it looks."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="no_copy_of")
    of = models.ForeignKey(Article, models.PROTECT, related_name="+")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "refused copy"
        verbose_name_plural = "refused copies"
        constraints = [
            models.UniqueConstraint("article", "of", name="not_a_copy_once"),
            models.CheckConstraint(condition=~Q(article=F("of")), name="not_a_copy_of_another"),
        ]

    def __str__(self) -> str:
        return f"article {self.article_id} is no copy of {self.of_id}"
