"""Who works with the tracker."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person or a service that signs in.

    A model of our own from the first migration on: exchanging Django's later is a rewrite of every
    foreign key (docs/adr/0005-own-user-model.md).
    """

    class Meta(AbstractUser.Meta):
        verbose_name = "user"
        verbose_name_plural = "users"

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()
