"""Who was asked about a claim, and what they answered: the right of reply, on record."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from claims.models.claims import Claim
from newsroom.triggers import refusal, refuse
from sources.models import Source


class Channel(models.TextChoices):
    PHONE = "phone", "phone"
    EMAIL = "email", "e-mail"
    IN_PERSON = "in_person", "in person"
    MESSAGE = "message", "message"
    LETTER = "letter", "letter"
    OTHER = "other", "other"


class Outcome(models.TextChoices):
    ANSWERED = "answered", "answered"
    DECLINED = "declined", "declined to comment"
    NO_ANSWER = "no_answer", "did not answer"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Contact(models.Model):
    """Somebody was asked about a claim. The entry stays; only the outcome is added, once."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="contacts")
    whom = models.CharField(
        "whom", max_length=300, help_text="The person or office that was asked."
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    question = models.TextField(blank=True, help_text="What was asked, and for what.")
    asked_at = models.DateTimeField()
    deadline = models.DateTimeField(
        null=True, blank=True, help_text="Until when they were given to answer."
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True, help_text="What they said, in their words.")
    answered_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(whom__regex=r"\S"), name="contact_has_whom"),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="contact_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(deadline__isnull=True) | Q(deadline__gte=F("asked_at")),
                name="contact_deadline_after_asking",
                violation_error_message="The deadline is before they were asked.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_at=None, recorded_by=None)
                | Q(
                    outcome__in=Outcome.values,
                    answered_at__isnull=False,
                    recorded_by__isnull=False,
                ),
                name="contact_outcome_recorded_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")),
                name="contact_answer_after_asking",
                violation_error_message="The answer is from before they were asked.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.ANSWERED) | Q(answer__regex=r"\S"),
                name="contact_answer_has_words",
                violation_error_message="Write down what they answered.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="contact_is_only_answered",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "IF OLD.outcome <> '' OR (NEW.claim_id, NEW.whom, NEW.source_id, NEW.channel, "
                    "NEW.question, NEW.asked_at, NEW.deadline, NEW.asked_by_id, NEW.created_at) "
                    "IS DISTINCT FROM (OLD.claim_id, OLD.whom, OLD.source_id, OLD.channel, "
                    "OLD.question, OLD.asked_at, OLD.deadline, OLD.asked_by_id, OLD.created_at) "
                    "THEN "
                    + refusal(
                        constraint="contact_is_only_answered",
                        message="What was logged stays as it is; log another entry instead.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            refuse(
                name="contact_stays_on_record",
                operation=pgtrigger.Delete,
                message="What was logged stays on record.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whom}, {self.get_channel_display()}"
