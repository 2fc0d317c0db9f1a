"""Taking in stories: the one place where articles and revisions are written."""

from __future__ import annotations

import enum
import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.text import slugify

from newsroom.accounts.models import User
from newsroom.articles.extraction_queue import announce_on_commit, skip_reason
from newsroom.articles.models import Article, ArticleStatus, ExtractionState, Outlet, Revision
from newsroom.articles.writing import insert_articles, insert_revisions
from newsroom.history import acting
from newsroom.waking import wake

NOTES_TASK = "claims.read_editor_notes"
"""Holds changed notes to editors against the claims of their stories."""


@dataclass(frozen=True, slots=True)
class IncomingArticle:
    """A story as some format delivered it, checked for form but not yet compared with what is here.

    `text` holds no NUL, and is empty only where the outlet withholds or kills the story. What is
    empty or None was not stated; `versioned_at` is the outlet's own time of this version. `partial`
    says that the text is only a summary or a beginning.
    """

    external_id: str
    text: str
    url: str = ""
    original_url: str = ""
    slug: str = ""
    headline: str = ""
    byline: str = ""
    dateline: str = ""
    section: str = ""
    genre: str = ""
    language: str = ""
    wire_origin: str = ""
    rights: str = ""
    editor_note: str = ""
    status: str = ""
    published_at: datetime | None = None
    embargoed_until: datetime | None = None
    versioned_at: datetime | None = None
    partial: bool = False
    sha256: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Here, where a story is read, and once: not where it is compared and where it is written.
        object.__setattr__(self, "sha256", hashlib.sha256(self.text.encode()).hexdigest())


DETAILS = (
    "url",
    "original_url",
    "slug",
    "headline",
    "byline",
    "dateline",
    "section",
    "genre",
    "language",
    "wire_origin",
    "rights",
    "editor_note",
    "status",
    "published_at",
    "embargoed_until",
)
"""What a delivery says of an article besides its text."""


class Outcome(enum.StrEnum):
    CREATED = "created"  # a new article with its first revision
    REVISED = "revised"  # a known article with a new text
    UPDATED = "updated"  # the text is the latest one; headline, byline … changed
    UNCHANGED = "unchanged"  # nothing new
    STALE = "stale"  # a text not seen before, but older than the one that is here


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one incoming article. `revision` is set when one was written."""

    outcome: Outcome
    article: Article
    revision: Revision | None = None


def find_or_add_outlet(*, name: str, slug: str = "", url: str = "", by: User | None) -> Outlet:
    """The outlet with this name or slug; a new one if there is none. Raises `ValidationError`.

    Two callers that meet a new outlet at once get the same one.
    """
    name = name.strip()
    if not name.isprintable():
        raise ValidationError("A name holds no control characters and is valid UTF-8.")
    for _ in range(3):
        known = _find_outlet(name, slug or name)
        if known is not None:
            return known
        outlet = Outlet(name=name, slug=slug or _free_slug(name), url=url)
        try:
            outlet.full_clean()
            with transaction.atomic(), acting(by):
                outlet.save()
        except (ValidationError, IntegrityError):
            # Another one may have added it, or taken the slug, since we looked.
            if _find_outlet(name, slug or name) is None and _is_free(outlet.slug):
                raise
        else:
            return outlet
    raise ValidationError("The outlet could not be added; try again.")


def _find_outlet(name: str, slug: str) -> Outlet | None:
    """By name in any case, since “my paper” is “My Paper” mistyped; the exact one first."""
    known = Outlet.objects.filter(Q(name__iexact=name) | Q(slug=slug.lower()))
    return min(known, key=lambda outlet: (outlet.name != name, outlet.pk), default=None)


def _free_slug(name: str) -> str:
    """A slug that no outlet has, also for a name without a single Latin letter."""
    stem = slugify(name)[:70].strip("-_") or "outlet"
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    return next(filter(_is_free, itertools.chain([stem], numbered)))


def _is_free(slug: str) -> bool:
    return not Outlet.objects.filter(slug=slug).exists()


@transaction.atomic
def receive_articles(
    *, outlet: Outlet, items: Sequence[IncomingArticle], by: User | None
) -> list[Receipt]:
    """Take in stories of one outlet; returns a receipt for each item, in order.

    Receiving the same items again changes nothing. New revisions are announced to the workers when
    the transaction commits. A fixed number of queries, whatever the number of items; articles are
    locked in the order of their keys, so that two imports of the same stories wait, not deadlock.
    """
    here = _load_articles(outlet, items)
    changing = {
        item.external_id for item in items if not _brings_nothing(item, here.get(item.external_id))
    }
    with acting(by):
        new = _insert_missing_articles(outlet, items, changing - here.keys())
        # Nobody else sees the new ones yet, so they need no lock.
        known = _lock_articles(outlet, changing - new.keys())
        writer = _Writer(known | new, _load_versions(list(known.values())), set(new))
        receipts = [
            writer.take(item)
            if item.external_id in changing
            else Receipt(Outcome.UNCHANGED, here[item.external_id])
            for item in items
        ]
        writer.skip_what_is_not_extracted(outlet)
        if writer.has_new_notes:
            # Beside the row that a trigger writes: the message only saves the wait for the sweep.
            transaction.on_commit(lambda: wake(NOTES_TASK))
        if writer.changed:
            Article.objects.bulk_update(writer.changed.values(), DETAILS)
        insert_revisions(writer.revisions)
        if writer.completed:
            Revision.objects.filter(pk__in=writer.completed).update(is_partial=False)
    announce_on_commit(
        [revision.pk for revision in writer.revisions if not revision.extraction_skipped]
    )
    return receipts


@dataclass(slots=True)
class _Versions:
    """What is already here of one article."""

    latest: Revision | None = None
    before: Revision | None = None
    """The latest one when this delivery came."""
    latest_versioned_at: datetime | None = None
    known: set[str] = field(default_factory=set)

    def add(self, revision: Revision) -> None:
        self.latest = revision
        self.known.add(revision.sha256)
        if revision.versioned_at is not None:
            self.latest_versioned_at = max(
                revision.versioned_at, self.latest_versioned_at or revision.versioned_at
            )

    def precede(self, moment: datetime | None) -> bool:
        """Whether `moment` is certainly later than every version that is here."""
        return moment is not None and (
            self.latest_versioned_at is None or moment > self.latest_versioned_at
        )

    def follow(self, moment: datetime | None) -> bool:
        """Whether `moment` is certainly earlier than the latest version that is here."""
        return (
            moment is not None
            and self.latest_versioned_at is not None
            and moment < self.latest_versioned_at
        )


@dataclass(slots=True)
class _Writer:
    """Decides what each item is, and collects the rows to write."""

    articles: dict[str, Article]
    versions: dict[int, _Versions]
    new: set[str]
    """Identifiers of articles that this delivery made."""
    revisions: list[Revision] = field(default_factory=list)
    completed: list[int] = field(default_factory=list)
    changed: dict[int, Article] = field(default_factory=dict)
    has_new_notes: bool = False
    """Whether the note to editors of a known story has changed."""

    def take(self, item: IncomingArticle) -> Receipt:
        article = self.articles[item.external_id]
        versions = self.versions.setdefault(article.pk, _Versions())
        latest = versions.latest
        if latest is None and not item.text:
            return self._without_text(article, item)
        if latest is not None and _keeps_its_text(item, latest):
            if self._is_late_kill(article, item, versions):
                return Receipt(Outcome.STALE, article)
            return self._details_only(article, item, versions)
        digest = item.sha256
        if latest is not None and digest == latest.sha256:
            return self._same_text(article, item, versions, latest)
        # A text that was here before is an old delivery come again, unless it says that it is newer
        # than all the others: then an outlet has gone back to an earlier wording.
        if digest in versions.known and not versions.precede(item.versioned_at):
            return Receipt(Outcome.UNCHANGED, article)
        if versions.follow(item.versioned_at):
            return Receipt(Outcome.STALE, article)
        revision = Revision(
            article=article,
            number=1 if latest is None else latest.number + 1,
            text=item.text,
            sha256=digest,
            versioned_at=item.versioned_at,
            is_partial=item.partial,
            # By then the message sent on commit has reached a worker, or the sweep sends another.
            extraction_next_attempt_at=timezone.now() + settings.EXTRACTION_RESEND_AFTER,
        )
        versions.add(revision)
        self.revisions.append(revision)
        self._apply_details(article, item)
        outcome = Outcome.CREATED if revision.number == 1 else Outcome.REVISED
        return Receipt(outcome, article, revision)

    def skip_what_is_not_extracted(self, outlet: Outlet) -> None:
        """Once all is known: the story of a first item may be killed by the last."""
        before = {key: versions.before for key, versions in self.versions.items()}
        for revision in self.revisions:
            article = revision.article
            reason = skip_reason(article, outlet, latest=before.get(article.pk))
            if reason:
                revision.extraction_skipped = reason
                revision.extraction_state = ExtractionState.SKIPPED
                revision.extraction_next_attempt_at = None
                revision.extraction_finished_at = timezone.now()
            before[article.pk] = revision

    def _is_late_kill(self, article: Article, item: IncomingArticle, versions: _Versions) -> bool:
        """A kill of a version before the one that is here: a person has to look at it."""
        return (
            item.status == ArticleStatus.KILLED
            and article.status != ArticleStatus.KILLED
            and versions.follow(item.versioned_at)
        )

    def _without_text(self, article: Article, item: IncomingArticle) -> Receipt:
        """A story withheld or killed before any text of it came: the row keeps it so."""
        changed = self._apply_details(article, item)
        if article.external_id in self.new:
            self.new.discard(article.external_id)
            return Receipt(Outcome.CREATED, article)
        return Receipt(Outcome.UPDATED if changed else Outcome.UNCHANGED, article)

    def _same_text(
        self, article: Article, item: IncomingArticle, versions: _Versions, latest: Revision
    ) -> Receipt:
        receipt = self._details_only(article, item, versions)
        if latest.is_partial and not item.partial:
            # What was taken for a summary is the whole story.
            latest.is_partial = False
            if latest.pk is not None:
                self.completed.append(latest.pk)
            return Receipt(Outcome.UPDATED, article)
        return receipt

    def _details_only(
        self, article: Article, item: IncomingArticle, versions: _Versions
    ) -> Receipt:
        if versions.follow(item.versioned_at) or not self._apply_details(article, item):
            return Receipt(Outcome.UNCHANGED, article)
        return Receipt(Outcome.UPDATED, article)

    def _apply_details(self, article: Article, item: IncomingArticle) -> bool:
        """Take over what the item states and says differently; what it leaves out stays."""
        news = {
            name: value for name, value in _stated(item).items() if getattr(article, name) != value
        }
        if article.status == ArticleStatus.KILLED:
            # A kill holds for every version; only a person brings a killed story back.
            news.pop("status", None)
        for name, value in news.items():
            setattr(article, name, value)
        if news:
            self.changed[article.pk] = article
            self.has_new_notes |= "editor_note" in news
        return bool(news)


def _keeps_its_text(item: IncomingArticle, latest: Revision) -> bool:
    """Whether the text that is here stays although this one differs.

    A summary does not replace a fuller text, and what comes with a kill is the reason for it.
    """
    return (
        not item.text
        or item.status == ArticleStatus.KILLED
        or (item.partial and not latest.is_partial)
    )


def _stated(item: IncomingArticle) -> dict[str, Any]:
    """The details that this delivery says something of."""
    return {name: value for name in DETAILS if (value := getattr(item, name))}


def _load_articles(outlet: Outlet, items: Sequence[IncomingArticle]) -> dict[str, Article]:
    """The articles that are here, as they stand, each with what its latest revision is.

    Not locked: of most that comes again, nothing has changed, and nothing is written then.
    """
    latest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number")
    rows = Article.objects.filter(
        outlet=outlet, external_id__in=list({item.external_id for item in items})
    ).annotate(
        latest_sha256=Subquery(latest.values("sha256")[:1]),
        latest_is_partial=Subquery(latest.values("is_partial")[:1]),
    )
    return {article.external_id: article for article in rows.order_by()}


def _brings_nothing(item: IncomingArticle, article: Article | None) -> bool:
    """Whether an item says what is here already, word for word."""
    known: Any = article
    if known is None or not item.text or known.latest_sha256 != item.sha256:
        return False
    if known.latest_is_partial and not item.partial:
        return False
    return all(getattr(known, name) == value for name, value in _stated(item).items())


def _insert_missing_articles(
    outlet: Outlet, items: Sequence[IncomingArticle], missing: set[str]
) -> dict[str, Article]:
    """New articles by their identifiers; without those that somebody else has added since."""
    wanted: dict[str, IncomingArticle] = {}
    for item in items:
        if item.external_id in missing:
            wanted.setdefault(item.external_id, item)
    stated = {name: _stated(item) for name, item in wanted.items()}
    return {article.external_id: article for article in insert_articles(outlet, stated)}


def _lock_articles(outlet: Outlet, names: set[str]) -> dict[str, Article]:
    if not names:
        return {}
    locked = (
        Article.objects.select_for_update()
        .filter(outlet=outlet, external_id__in=names)
        .order_by("pk")
    )
    return {article.external_id: article for article in locked}


def _load_versions(articles: Sequence[Article]) -> dict[int, _Versions]:
    """The known versions of each article, without their texts."""
    versions: dict[int, _Versions] = {}
    if not articles:
        return versions
    rows = (
        Revision.objects.filter(article__in=articles)
        .order_by("article_id", "number")
        .only(
            *("article_id", "number", "sha256", "versioned_at", "is_partial"),
            "extraction_skipped",
        )
    )
    for revision in rows:
        known = versions.setdefault(revision.article_id, _Versions())
        known.add(revision)
        known.before = revision
    return versions
