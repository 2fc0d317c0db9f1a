"""Who or what speaks or is cited, in which role and when; and archived copies of what they said."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pghistory
import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.base import ModelBase
from django.db.models.functions import Now

from newsroom.triggers import refusal, update_of
from sources.names import normalise


class SourceKind(models.TextChoices):
    PERSON = "person", "person"
    ORGANISATION = "organisation", "organisation"
    PUBLICATION = "publication", "publication"
    DOCUMENT = "document", "document"
    DATASET = "dataset", "dataset"
    UNNAMED = "unnamed", "unnamed source"


class Offer(models.TextChoices):
    """What an unnamed source gives: opinion and speculation are no reason to keep a name back."""

    INFORMATION = "information", "information"
    OPINION = "opinion", "opinion or speculation"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Source(models.Model):
    """A person, organisation, publication, document, dataset, or an unnamed source.

    An unnamed source has a descriptor instead of a name, and there is no field for its identity:
    what is not stored cannot leak.
    """

    kind = models.CharField(max_length=15, choices=SourceKind.choices)
    name = models.CharField(max_length=300, blank=True, help_text="Empty for an unnamed source.")
    description = models.TextField(blank=True)
    url = models.URLField("URL", max_length=2000, blank=True)

    descriptor = models.CharField(
        max_length=300,
        blank=True,
        help_text="How the story calls an unnamed source: “a European official”.",
    )
    anonymity_reason = models.CharField(
        "reason for anonymity",
        max_length=500,
        blank=True,
        help_text="As stated in the story: “not authorised to speak to the press”.",
    )
    basis_of_knowledge = models.CharField(
        max_length=500, blank=True, help_text="How the unnamed source knows what it says."
    )
    offers = models.CharField(
        "gives",
        max_length=15,
        choices=Offer.choices,
        blank=True,
        help_text="Whether the unnamed source gives information, or opinion.",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="approving editor",
        help_text="Who agreed to use the unnamed source.",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text="The source that stands for this one since the two were found to be one.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name", "descriptor"]
        permissions = [("approve_unnamed", "Can approve the use of an unnamed source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (~Q(kind=SourceKind.UNNAMED) & ~Q(merged_into=F("id"))),
                name="source_merged_into_another",
                violation_error_message="A named source is merged into another one.",
            ),
            models.CheckConstraint(
                condition=Q(offers__in=["", *Offer.values]), name="source_offer_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SourceKind.values), name="source_kind_known"
            ),
            models.CheckConstraint(
                condition=(Q(kind=SourceKind.UNNAMED, name="") & ~Q(descriptor=""))
                | (
                    ~Q(kind=SourceKind.UNNAMED)
                    & ~Q(name="")
                    & Q(
                        descriptor="",
                        anonymity_reason="",
                        basis_of_knowledge="",
                        offers="",
                        approved_by__isnull=True,
                    )
                ),
                name="source_named_or_described",
                violation_error_message=(
                    "An unnamed source has a descriptor and no name; any other source has a name "
                    "and none of the fields of an unnamed one."
                ),
            ),
        ]
        indexes = [models.Index("kind", "name", name="source_by_kind")]
        triggers = [
            pgtrigger.Trigger(
                name="source_with_alias_is_named",
                operation=update_of("kind"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__kind=SourceKind.UNNAMED.value),
                func=(
                    "IF EXISTS (SELECT 1 FROM sources_alias WHERE source_id = NEW.id) THEN "
                    + refusal(
                        constraint="source_with_alias_is_named",
                        message="Remove the names of this source first: an unnamed one has none.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.descriptor


def _not_of_a_merged_source(what: str) -> pgtrigger.Trigger:
    """Refuses rows for a source that another one stands for: nobody would find them there."""
    constraint = f"merged_source_has_no_{what}"
    return pgtrigger.Trigger(
        name=constraint,
        operation=pgtrigger.Insert | update_of("source_id"),
        when=pgtrigger.Before,
        func=(
            # Locked first and then looked at, so that no merge goes on meanwhile.
            "PERFORM 1 FROM sources_source WHERE id = NEW.source_id FOR SHARE; "
            "IF EXISTS (SELECT 1 FROM sources_source WHERE id = NEW.source_id "
            "AND merged_into_id IS NOT NULL) THEN "
            + refusal(constraint=constraint, message=MERGED_AWAY)
            + " END IF; RETURN NEW;"
        ),
    )


MERGED_AWAY = "This source was merged into another one: add it there."


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Alias(models.Model):
    """A name under which a source is printed. Names are compared in their normalised form."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    normalised = models.CharField(max_length=300, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint("source", "normalised", name="alias_once_per_source"),
            models.CheckConstraint(condition=~Q(normalised=""), name="alias_not_empty"),
        ]
        # Used to resolve the speakers of a story: one query for all its names.
        indexes = [models.Index("normalised", name="alias_by_name")]
        triggers = [
            _not_of_a_merged_source("alias"),
            pgtrigger.Trigger(
                name="unnamed_source_has_no_alias",
                operation=pgtrigger.Insert | update_of("source_id"),
                when=pgtrigger.Before,
                func=(
                    "PERFORM 1 FROM sources_source WHERE id = NEW.source_id "
                    f"AND kind = '{SourceKind.UNNAMED.value}' FOR SHARE; IF FOUND THEN "
                    + refusal(
                        constraint="unnamed_source_has_no_alias",
                        message="An unnamed source has no names.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Say in words what the constraints refuse: forms skip them, `normalised` being no field
        of theirs."""
        self.normalised = normalise(self.name)
        if not 0 < len(self.normalised) <= 300:
            raise ValidationError({"name": "A name has at least one letter and no more than 300."})
        if not self.source_id:
            return  # the source itself is still being entered
        if self.source.kind == SourceKind.UNNAMED:
            raise ValidationError({"name": "An unnamed source has no names."})
        same = Alias.objects.filter(source=self.source_id, normalised=self.normalised)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError({"name": "The source has this name already."})

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self.normalised = normalise(self.name)
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "normalised"}
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Affiliation(models.Model):
    """A dated role of a source, as printed: title, organisation, party, seat."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="affiliations")
    title = models.CharField(max_length=200, blank=True, help_text="“Sen.”, “Minister of Ports”")
    role = models.CharField(max_length=300, blank=True, help_text="“chair of the Budget Committee”")
    organisation = models.CharField(max_length=300, blank=True)
    party = models.CharField(max_length=100, blank=True)
    seat = models.CharField(max_length=100, blank=True, help_text="“N.C.”, “Harbour South”")
    as_printed = models.CharField(max_length=500, blank=True)
    start = models.DateField(null=True, blank=True, help_text="Empty when not known.")
    end = models.DateField(null=True, blank=True, help_text="Empty while the role is held.")

    class Meta:
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("start")),
                name="affiliation_ends_after_start",
                violation_error_message="The role ends before it starts.",
            ),
            models.CheckConstraint(
                condition=~Q(title="", role="", organisation="", party="", seat=""),
                name="affiliation_says_something",
                violation_error_message="Give at least a title, role, organisation, party or seat.",
            ),
        ]
        triggers = [
            _not_of_a_merged_source("affiliation"),
            # At the end of the transaction: a merge moves the roles before it says that it is one.
            pgtrigger.Trigger(
                name="affiliation_stays_with_its_source",
                operation=update_of("source_id"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=(
                    "IF EXISTS (SELECT 1 FROM sources_affiliation a "
                    "WHERE a.id = NEW.id AND a.source_id <> OLD.source_id AND NOT EXISTS "
                    "(SELECT 1 FROM sources_source s "
                    "WHERE s.id = OLD.source_id AND s.merged_into_id = a.source_id)) THEN "
                    + refusal(
                        constraint="affiliation_stays_with_its_source",
                        message="A role stays with its source, or goes to the one that stands for "
                        "it after a merge.",
                    )
                    + " END IF; RETURN NULL;"
                ),
            ),
        ]

    def is_of(self, source: Source | None) -> bool:
        """Whether it is a role of that source, or of the one that stands for it since a merge."""
        return source is not None and self.source_id in (source.pk, source.merged_into_id)

    def __str__(self) -> str:
        role = ""
        for part in (self.title, self.role, self.organisation):
            # “Defence Minister, minister” says the same twice.
            if part and not re.search(rf"(?<!\w){re.escape(part)}(?!\w)", role, re.IGNORECASE):
                role = ", ".join(filter(None, (role, part)))
        party = "-".join(part for part in (self.party, self.seat) if part)
        return f"{role} ({party})" if role and party else role or party


class SnapshotState(models.TextChoices):
    PENDING = "pending", "pending"
    KEPT = "kept", "kept"
    FAILED = "failed", "failed"


class Snapshot(models.Model):
    """The archived copy of a page, file or post at one moment."""

    url = models.URLField("URL", max_length=2000)
    state = models.CharField(
        max_length=10, choices=SnapshotState.choices, default=SnapshotState.PENDING
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    file = models.FileField(upload_to="snapshots/%Y/%m/", blank=True)
    error = models.TextField(blank=True, help_text="Of the latest attempt.")
    attempts = models.PositiveSmallIntegerField(db_default=0, editable=False)
    next_attempt_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # Used by the worker: of all copies only the pending ones are in it.
            models.Index("id", condition=Q(state=SnapshotState.PENDING), name="snapshot_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state=SnapshotState.KEPT, taken_at__isnull=False)
                    & ~Q(sha256="")
                    & ~Q(file="")
                )
                | Q(
                    state__in=(SnapshotState.PENDING, SnapshotState.FAILED),
                    taken_at__isnull=True,
                    sha256="",
                    file="",
                ),
                name="snapshot_kept_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class OutsideState(models.TextChoices):
    PENDING = "pending", "to be asked for"
    REQUESTED = "requested", "asked for"
    ARCHIVED = "archived", "archived"
    FAILED = "failed", "failed"


class OutsideCopy(models.Model):
    """A second copy of the same page, in an archive outside where everybody can look at it."""

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, related_name="outside")
    archive = models.CharField(max_length=100)
    state = models.CharField(
        max_length=10, choices=OutsideState.choices, default=OutsideState.PENDING
    )
    job = models.CharField(max_length=100, blank=True, help_text="How the archive names the order.")
    url = models.URLField("URL", max_length=2100, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="Of the latest attempt.")
    attempts = models.PositiveSmallIntegerField(db_default=0, editable=False)
    next_attempt_at = models.DateTimeField(db_default=Now(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "outside copies"
        indexes = [
            # Used by the worker: only what waits for something is in it.
            models.Index(
                "next_attempt_at",
                condition=Q(state__in=["pending", "requested"]),
                name="outside_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="archived", taken_at__isnull=False) & ~Q(url=""))
                | (Q(state__in=["pending", "requested", "failed"], taken_at__isnull=True, url="")),
                name="outside_archived_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(state="requested") | ~Q(job=""), name="outside_requested_has_job"
            ),
        ]

    def __str__(self) -> str:
        return self.url or f"{self.snapshot_id} at {self.archive}"
