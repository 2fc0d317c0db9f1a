"""Putting stories into families.

Which texts are still to be compared is written in their rows (`Revision.compared_by`), so nothing
is lost with a message; the broker only wakes a worker, and the sweep looks again. What fails is put
off (`Failure`), longer each time, so that it does not stand first in the queue for ever.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.articles.families.likeness import VERSION, Text, bands, likeness, read
from newsroom.articles.families.models import Failure, Family, FamilyMember, NotACopy, Signature
from newsroom.articles.models import Revision
from newsroom.history import acting
from newsroom.waking import wake

FIND_TASK = "families.find"
FOLLOW_TASK = "claims.follow_family"

BATCH = 200
"""Stories compared in one turn of a worker."""
TURN_SECONDS = 60
"""After so long a turn ends before the next story, so that only a single one can take too long."""
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(days=1)
LOOKED_UP = 1000
"""Stories that share a band are counted up to this many; more is boilerplate."""
COMPARED = 12
"""So many of them, with the most bands in common, are compared word by word."""

_LOCK = 0x46414D494C59

logger = logging.getLogger(__name__)


def uncompared() -> QuerySet[Revision]:
    """Texts that were never compared. Served by a partial index."""
    return Revision.objects.filter(compared_by="").order_by("pk")


def due() -> QuerySet[Revision]:
    """Those to be compared now: all but what has failed and is put off."""
    put_off = Failure.objects.filter(next_attempt_at__gt=Now())
    return uncompared().exclude(pk__in=put_off.values("revision"))


def find_due(*, limit: int = BATCH) -> int:
    """Compare what is due, oldest first; returns how many were. Any number may run at once."""
    end = time.monotonic() + TURN_SECONDS
    keys = list(due().values_list("pk", flat=True)[:limit])
    done = 0
    for key in keys:
        if time.monotonic() > end:
            break
        try:
            find_family(revision_id=key)
        except SoftTimeLimitExceeded:
            _put_off(key)
            raise
        except Exception:
            # The text of one outlet must not keep those of all others from being compared.
            logger.exception("revision %d could not be compared", key)
            _put_off(key)
        else:
            done += 1
    return done


def _put_off(revision_id: int) -> None:
    failure, _ = Failure.objects.get_or_create(revision_id=revision_id)
    wait = min(FIRST_WAIT * 4 ** min(failure.attempts, 6), LONGEST_WAIT)
    Failure.objects.filter(pk=failure.pk).update(
        attempts=F("attempts") + 1, next_attempt_at=timezone.now() + wait
    )


def announce() -> None:
    """Ask for a turn. A broker that cannot be reached is no error: the sweep asks again."""
    wake(FIND_TASK)


def sweep() -> None:
    """Ask for a turn if anything is due. Safe to run at any time and twice at once."""
    if due().exists():
        announce()


def find_family(*, revision_id: int) -> FamilyMember | None:
    """Compare a text with all stories; returns its membership if it is the same as an earlier one.

    Safe to call any number of times: a text is compared once. Only the latest text of a story
    counts. A story that has others in its family stays its first whatever becomes of its text; a
    later one that is no longer the same leaves.
    """
    revision = Revision.objects.get(pk=revision_id)
    if revision.compared_by == VERSION:
        return _membership(revision)
    text = read(revision.text)
    found = bands(text)
    with transaction.atomic(), acting(None, rule=VERSION):
        _one_at_a_time()
        mine = Revision.objects.filter(pk=revision.pk).exclude(compared_by=VERSION)
        if not mine.update(compared_by=VERSION):
            return _membership(revision)  # another worker was at it, too
        newer = Signature.objects.filter(
            article=revision.article_id, revision__number__gt=revision.number
        )
        if newer.exists():
            return None
        leads = Family.objects.filter(first=revision.article_id).exists()
        match = None if leads else _match(revision, text, found)
        Signature.objects.update_or_create(
            article_id=revision.article_id,
            defaults={
                "revision": revision,
                "bands": found,
                "leads": match is None,
                "engine": VERSION,
            },
        )
        member = _place(revision, match)
        if member is not None:
            transaction.on_commit(lambda: wake(FOLLOW_TASK, revision.article_id))
    return member


def _one_at_a_time() -> None:
    """Of two copies that come at once, the second has to see the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _membership(revision: Revision) -> FamilyMember | None:
    return FamilyMember.objects.filter(article=revision.article_id).first()


@dataclass(frozen=True, slots=True)
class _Match:
    first: int
    similarity: float


def _match(revision: Revision, text: Text, found: list[int]) -> _Match | None:
    """The story that this one is most like; the family that it is in already comes first."""
    present = FamilyMember.objects.filter(article=revision.article_id).values_list(
        "family__first", flat=True
    )
    refused = NotACopy.objects.filter(article=revision.article_id).values("of")
    for candidates in (list(present), _candidates(revision.article_id, found)):
        texts = (
            Signature.objects.filter(article__in=candidates)
            .exclude(article__in=refused)
            .select_related("revision")
        )
        compared = [
            _Match(one.article_id, score)
            for one in texts.order_by("article")
            if (score := likeness(read(one.revision.text), text)) is not None
        ]
        if compared:
            return max(compared, key=lambda one: (one.similarity, -one.first))
    return None


def _candidates(article_id: int, found: list[int]) -> list[int]:
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT article_id FROM (SELECT article_id, bands FROM families_signature "
            "WHERE leads AND bands && %s AND article_id <> %s LIMIT %s) AS near "
            "ORDER BY (SELECT count(*) FROM unnest(near.bands) AS band WHERE band = ANY(%s)) DESC, "
            "article_id LIMIT %s",
            [found, article_id, LOOKED_UP, found, COMPARED],
        )
        return [key for (key,) in cursor.fetchall()]


def _place(revision: Revision, match: _Match | None) -> FamilyMember | None:
    """Write the membership, or take it away. Call under the lock."""
    present = _membership(revision)
    if match is None:
        if present is not None:
            present.delete()
        return None
    family, _ = Family.objects.get_or_create(first_id=match.first)
    member = present or FamilyMember(article_id=revision.article_id)
    member.family = family
    member.revision = revision
    member.similarity = match.similarity
    member.engine = VERSION
    member.followed_at = None
    member.follow_attempts, member.follow_error = 0, ""
    member.follow_next_at = timezone.now()
    member.save()
    return member


def hold(article_ids: Collection[int]) -> None:
    """Have nobody take these stories out of their families until the transaction ends."""
    held = FamilyMember.objects.filter(article__in=article_ids).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def take_out(*, article_id: int, by: User) -> set[int]:
    """Say that a story is not a copy; it leaves its family and does not come back to it.

    Returns the stories of the family that it left. Raises `FamilyMember.DoesNotExist` for one that
    is in none, or that came first: others are copies of it.
    """
    with acting(by, decision="not a copy"):
        _one_at_a_time()
        member = FamilyMember.objects.select_related("family").get(article=article_id)
        family = member.family
        NotACopy.objects.get_or_create(
            article_id=article_id, of_id=family.first_id, defaults={"said_by": by}
        )
        member.delete()
        # By itself now, it may be the first of others.
        Signature.objects.filter(article=article_id).update(leads=True)
        rest = family.members.values_list("article", flat=True)
        return {family.first_id, *rest}


@transaction.atomic
def compare_again(*, article_id: int, by: User) -> FamilyMember | None:
    """Take back all that was said of a story not being a copy, and compare its latest text again.

    Returns its membership, if it is the same as an earlier story. Raises `NotACopy.DoesNotExist`
    where nothing of the kind was said.
    """
    with acting(by, decision="perhaps a copy"):
        _one_at_a_time()
        if not NotACopy.objects.filter(article=article_id).delete()[0]:
            raise NotACopy.DoesNotExist
    latest = Revision.objects.filter(article=article_id).latest("number")
    Revision.objects.filter(pk=latest.pk).update(compared_by="")
    return find_family(revision_id=latest.pk)
