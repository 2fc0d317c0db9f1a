"""Tokens, how often they were used lately, and requests that may be repeated."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from newsroom.api.scopes import Scope
from newsroom.triggers import refusal, refuse, update_of


@pghistory.track(
    pghistory.InsertEvent(),
    # Not for each use: who made, renamed and revoked it is what one looks for.
    pghistory.UpdateEvent(
        condition=pgtrigger.AnyChange("name", "scopes", "expires_at", "revoked_at", "revoked_by")
    ),
    exclude=["digest", "last_used_at"],
)
class ApiToken(models.Model):
    """What a program signs in with. Only the hash of the secret is kept; it is shown once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="api_tokens",
        help_text="A service user: history names it for all that is done with this token.",
    )
    name = models.CharField(max_length=100, help_text="Which program holds it, and where.")
    prefix = models.CharField(
        max_length=8, unique=True, editable=False, help_text="Begins the token; not secret."
    )
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=30, choices=[(one.value, one.value) for one in Scope])
    )
    expires_at = models.DateTimeField("expires")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(
        "last used", null=True, editable=False, help_text="To within five minutes."
    )
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = "API token"
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[one.value for one in Scope])
                & Q(scopes__len__gte=1),
                name="apitoken_scopes_known",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="apitoken_digest_is_hash"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="apitoken_expires_later",
                violation_error_message="A token expires after it is made.",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False),
                name="apitoken_revoked_by_and_at",
            ),
        ]
        triggers = [
            refuse(
                name="apitoken_is_not_exchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("user", "prefix", "digest", "created_at"),
                message="A token stays with its user; make another one instead.",
            ),
            refuse(
                name="apitoken_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.revoked_at IS NOT NULL AND (OLD.revoked_at, OLD.scopes, OLD.expires_at) "
                    "IS DISTINCT FROM (NEW.revoked_at, NEW.scopes, NEW.expires_at)"
                ),
                message="A revoked token stays revoked; make another one instead.",
            ),
            refuse(
                name="apitoken_is_never_deleted",
                operation=pgtrigger.Delete,
                message="A token is revoked, not deleted: what was done with it stays on record.",
            ),
            pgtrigger.Trigger(
                name="apitoken_is_of_a_service",
                operation=pgtrigger.Insert | update_of("user_id"),
                when=pgtrigger.Before,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM accounts_user WHERE id = NEW.user_id "
                    "AND is_service) THEN "
                    + refusal(
                        constraint="apitoken_is_of_a_service",
                        message="A token belongs to a service user, not to a person.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Usage(models.Model):
    """How often somebody asked within the current window. Not worth a disk write (see migration).

    One row for each who and what, counted in one statement, so that all web processes agree.
    """

    key = models.CharField(max_length=120, primary_key=True)
    window = models.BigIntegerField(help_text="Which stretch of time, counted from 1970.")
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"


class IdempotentRequest(models.Model):
    """A request with an `Idempotency-Key`, and what was answered, to answer the same again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="Of method, address and body.")
    started_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty while it is being done.")
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict, help_text="Those that belong to the answer.")

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "key", name="idempotent_request_once"),
        ]
        # Used by the sweep, which forgets them after a day.
        indexes = [models.Index("started_at", name="idempotent_by_start")]

    def __str__(self) -> str:
        return self.key
