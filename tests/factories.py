"""Rows for tests, valid as they are; a test names only what it is about."""

from __future__ import annotations

import hashlib
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from claims.fingerprints import fingerprint
from claims.models import (
    Appearance,
    Candidate,
    Claim,
    ClaimState,
    ClaimTransition,
    Evidence,
    EvidenceNature,
    OtherCheck,
    Rating,
    RatingScale,
    Stance,
)
from claims.models.choices import StatementKind
from claims.publishing.body import body_of
from claims.publishing.models import Correction, FactCheck, Severity
from newsroom.accounts.models import User
from newsroom.articles.anchors import anchor_at
from newsroom.articles.models import Article, Outlet, Revision
from newsroom.imports.models import (
    Delivery,
    Feed,
    ImportRun,
    ImportTrigger,
    Rejection,
    RejectionReason,
)
from sources.models import Affiliation, Alias, Snapshot, Source, SourceKind

STORY = (
    "The harbour was dredged to 14 metres in 2024, the port authority said.\n\n"
    "“Traffic rose by 9 percent,” said Minister Ana Lund. “Nobody expected that.”"
)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")


class OutletFactory(DjangoModelFactory[Outlet]):
    class Meta:
        model = Outlet

    name = factory.Sequence(lambda n: f"Outlet {n}")
    slug = factory.Sequence(lambda n: f"outlet-{n}")


class ArticleFactory(DjangoModelFactory[Article]):
    class Meta:
        model = Article

    outlet = factory.SubFactory(OutletFactory)
    external_id = factory.Sequence(lambda n: f"story-{n}")
    headline = factory.Sequence(lambda n: f"Harbour story {n}")


class RevisionFactory(DjangoModelFactory[Revision]):
    class Meta:
        model = Revision

    article = factory.SubFactory(ArticleFactory)
    number = 1
    text = STORY
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.text.encode()).hexdigest())
    extraction_next_attempt_at = factory.LazyFunction(timezone.now)


class SourceFactory(DjangoModelFactory[Source]):
    class Meta:
        model = Source

    kind = SourceKind.PERSON
    name = factory.Sequence(lambda n: f"Person {n}")


class AliasFactory(DjangoModelFactory[Alias]):
    class Meta:
        model = Alias

    source = factory.SubFactory(SourceFactory)
    name = factory.SelfAttribute("source.name")


class AffiliationFactory(DjangoModelFactory[Affiliation]):
    class Meta:
        model = Affiliation

    source = factory.SubFactory(SourceFactory)
    title = "Minister"


class CandidateFactory(DjangoModelFactory[Candidate]):
    """A candidate on the first sentence of its revision's text, or on `passage=(start, end)`."""

    class Meta:
        model = Candidate

    class Params:
        passage = (0, 70)

    revision = factory.SubFactory(RevisionFactory)
    statement = factory.Sequence(lambda n: f"The harbour was dredged to {n} metres in 2024.")
    kind = StatementKind.QUANTITY
    score = 0.8
    extractor = "rules"
    extractor_version = "1"

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        start, end = kwargs.pop("passage", (0, 70))
        if "exact" not in kwargs:
            anchor = anchor_at(kwargs["revision"].text, start, end)
            kwargs.update(
                start=anchor.start,
                end=anchor.end,
                exact=anchor.exact,
                prefix=anchor.prefix,
                suffix=anchor.suffix,
            )
        kwargs.setdefault("fingerprint", fingerprint(kwargs["exact"]))
        return kwargs


class RatingScaleFactory(DjangoModelFactory[RatingScale]):
    class Meta:
        model = RatingScale

    name = factory.Sequence(lambda n: f"Scale {n}")


class RatingFactory(DjangoModelFactory[Rating]):
    class Meta:
        model = Rating

    scale = factory.SubFactory(RatingScaleFactory)
    label = "Mostly false"
    slug = factory.Sequence(lambda n: f"rating-{n}")
    value = 2


class ClaimFactory(DjangoModelFactory[Claim]):
    class Meta:
        model = Claim

    statement = factory.Sequence(lambda n: f"Traffic rose by {n} percent in 2024.")
    kind = StatementKind.QUANTITY


class EvidenceFactory(DjangoModelFactory[Evidence]):
    class Meta:
        model = Evidence

    claim = factory.SubFactory(ClaimFactory)
    stance = Stance.REFUTES
    nature = EvidenceNature.PRIMARY
    title = "Port statistics 2024"


class FeedFactory(DjangoModelFactory[Feed]):
    class Meta:
        model = Feed

    outlet = factory.SubFactory(OutletFactory)
    name = factory.Sequence(lambda n: f"Feed {n}")
    url = factory.Sequence(lambda n: f"https://outlet.example/feed/{n}")


class ImportRunFactory(DjangoModelFactory[ImportRun]):
    class Meta:
        model = ImportRun

    outlet = factory.SubFactory(OutletFactory)
    trigger = ImportTrigger.COMMAND


class DeliveryFactory(DjangoModelFactory[Delivery]):
    class Meta:
        model = Delivery

    run = factory.SubFactory(ImportRunFactory)
    revision = factory.SubFactory(RevisionFactory)


class RejectionFactory(DjangoModelFactory[Rejection]):
    class Meta:
        model = Rejection

    run = factory.SubFactory(ImportRunFactory)
    reason = RejectionReason.MALFORMED
    message = "Not JSON."
    payload = b"{"
    size = factory.LazyAttribute(lambda row: len(row.payload))


class AppearanceFactory(DjangoModelFactory[Appearance]):
    """The first sentence of its revision's text."""

    class Meta:
        model = Appearance

    claim = factory.SubFactory(ClaimFactory)
    revision = factory.SubFactory(RevisionFactory)
    start = 0
    end = 70
    exact = factory.LazyAttribute(lambda row: row.revision.text[row.start : row.end])


class ClaimTransitionFactory(DjangoModelFactory[ClaimTransition]):
    class Meta:
        model = ClaimTransition

    claim = factory.SubFactory(ClaimFactory)
    name = "start"
    from_state = ClaimState.NEW
    to_state = ClaimState.CHECKING
    by = factory.SubFactory(UserFactory)


class SnapshotFactory(DjangoModelFactory[Snapshot]):
    class Meta:
        model = Snapshot

    url = factory.Sequence(lambda n: f"https://example.org/{n}")


class FactCheckFactory(DjangoModelFactory[FactCheck]):
    """The fact check of a verified claim, written just before the claim is published."""

    class Meta:
        model = FactCheck

    claim = factory.SubFactory(ClaimFactory)
    slug = factory.Sequence(lambda n: f"check-{n}")
    headline = factory.Sequence(lambda n: f"What the port’s figures say, part {n}")
    short_claim = "Traffic rose in 2024"
    body = factory.LazyAttribute(lambda row: body_of(row.claim).as_json())
    rating = factory.SelfAttribute("claim.rating")
    speaker = factory.SelfAttribute("claim.speaker")
    published_by = factory.SubFactory(UserFactory)


class CorrectionFactory(DjangoModelFactory[Correction]):
    class Meta:
        model = Correction

    fact_check = factory.SubFactory(FactCheckFactory)
    version = factory.LazyAttribute(lambda row: row.fact_check.version + 1)
    severity = Severity.MINOR
    text = "The year was 2024, not 2023."
    by = factory.SubFactory(UserFactory)
    # Of an earlier transaction than the test's: no licence for what the test changes.
    transaction = 1


class OtherCheckFactory(DjangoModelFactory[OtherCheck]):
    class Meta:
        model = OtherCheck

    url = factory.Sequence(lambda n: f"https://checks.example/{n}")
    url_key = factory.LazyAttribute(lambda row: hashlib.sha256(row.url.encode()).hexdigest())
    publisher = "Checks"
    publisher_host = "checks.example"
    claim_reviewed = factory.Sequence(lambda n: f"Traffic rose by {n} percent in 2024.")
    rating_label = "Mostly false"
    raw: dict[str, Any] = {}
