"""Who works at the desk in these tests, and how time passes there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from claims.models import Lease
from claims.review.leases import take_next
from claims.review.queues import Queue
from newsroom.accounts.models import User
from tests.factories import UserFactory


def editor(**fields: Any) -> User:
    """Somebody who may decide on candidates and nothing else."""
    user = UserFactory.create(**fields)
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="claims", codename="change_candidate")
    )
    return user


def next_one(by: User, queue: Queue | None = None, **more: Any) -> int | None:
    return next(iter(take_next(queue=queue or Queue(), count=1, by=by, **more)), None)


def run_out(*leases: Lease) -> None:
    Lease.objects.filter(pk__in=[one.pk for one in leases]).update(
        until=timezone.now() - timedelta(seconds=1)
    )
