"""`manage.py api_token NAME --scope read`: make a token on the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from newsroom.api.scopes import Scope
from newsroom.api.tokens import add_service_user, issue_token


class Command(BaseCommand):
    help = (
        "Make a token for a program, and its service user if it is new; prints the token, which is "
        "nowhere else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the service user: cms, wire-desk …")
        parser.add_argument(
            "--scope",
            action="append",
            choices=[one.value for one in Scope],
            required=True,
            help="may be given several times",
        )
        parser.add_argument("--days", type=int, default=365, help="until it expires")
        parser.add_argument(
            "--permission",
            action="append",
            default=[],
            metavar="APP.CODENAME",
            help="give the user one more, such as claims.verify_claim",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                self.stdout.write(_issued(options))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error


def _issued(options: dict[str, Any]) -> str:
    user = add_service_user(username=options["name"], scopes=options["scope"], by=None)
    for name in options["permission"]:
        app, _, codename = name.partition(".")
        found = Permission.objects.filter(content_type__app_label=app, codename=codename)
        if not found:
            raise CommandError(f"There is no permission “{name}”.")
        user.user_permissions.add(*found)
    return issue_token(
        user=user,
        name=options["name"],
        scopes=options["scope"],
        expires_at=timezone.now() + timedelta(days=options["days"]),
        by=None,
    ).secret
