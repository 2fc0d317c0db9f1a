"""Who works with the tracker."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """A person or a service that signs in.

    A model of our own from the first migration on: exchanging Django's later is a rewrite of every
    foreign key (docs/adr/0005-own-user-model.md).
    """

    is_service = models.BooleanField(
        "service",
        default=False,
        help_text="A program, not a person: it signs in with API tokens only.",
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "user"
        verbose_name_plural = "users"
        constraints = [
            models.CheckConstraint(
                condition=~Q(is_service=True) | Q(is_staff=False, is_superuser=False),
                name="user_service_is_no_staff",
                violation_error_message="A service user is neither staff nor superuser.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()
