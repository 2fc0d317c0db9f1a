"""What is wrong with the settings, each with an id, so that it can be looked up and silenced."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection
from kombu.utils.url import parse_url


@register(Tags.security)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    # Django refuses to give an empty key, even to whoever asks whether there is one.
    with suppress(ImproperlyConfigured):
        if settings.SECRET_KEY:
            return []
    return [
        Error(
            "SECRET_KEY is not set.",
            hint="Set it in the environment or in .env to a long random value. "
            "manage.py makes one for this installation when it is not set.",
            id="newsroom.E001",
        )
    ]


@register(Tags.database, deploy=True)
def check_database_url(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.DATABASE_URL:
        return []
    return [
        Error(
            "DATABASE_URL is not set.",
            hint="Set it to a PostgreSQL 15 or later with pgvector, or start the command with "
            "manage.py, which runs a private server when the “local” requirements are installed.",
            id="newsroom.E002",
        )
    ]


@register
def check_database_is_postgresql(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine == "django.db.backends.postgresql":
        return []
    scheme = settings.DATABASE_URL.partition(":")[0]
    return [
        Error(
            f"DATABASE_URL begins with “{scheme}”; the tracker needs PostgreSQL.",
            hint="Constraints, triggers and the queue are PostgreSQL's. "
            "Write postgresql://user:password@host/name.",
            id="newsroom.E003",
        )
    ]


@register
def check_limits(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if settings.IMPORT_MAX_KEPT_BYTES < settings.IMPORT_MAX_ARTICLE_BYTES:
        problems.append(
            Error(
                "IMPORT_MAX_KEPT_BYTES is smaller than IMPORT_MAX_ARTICLE_BYTES.",
                hint="An item has to be read whole before it can be taken in.",
                id="newsroom.E004",
            )
        )
    if settings.IMPORT_MAX_ARTICLE_BYTES < 1:
        problems.append(Error("IMPORT_MAX_ARTICLE_BYTES must be at least 1.", id="newsroom.E004"))
    least = {
        "EXTRACTION_LEASE_SECONDS": settings.EXTRACTION_LEASE.total_seconds(),
        "EXTRACTION_MAX_ATTEMPTS": settings.EXTRACTION_MAX_ATTEMPTS,
        "EXTRACTION_MAX_CANDIDATES": settings.EXTRACTION_MAX_CANDIDATES,
        "EXTRACTION_RESEND_SECONDS": settings.EXTRACTION_RESEND_AFTER.total_seconds(),
        "IMPORT_CHUNK_ITEMS": settings.IMPORT_CHUNK_ITEMS,
        "SWEEP_SECONDS": settings.SWEEP_EVERY.total_seconds(),
    }
    too_small = [name for name, value in least.items() if value < 1]
    if too_small:
        problems.append(Error(f"{' and '.join(too_small)} must be at least 1.", id="newsroom.E005"))
    return problems


@register
def check_broker_address(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    try:
        Connection(settings.CELERY_BROKER_URL).transport_cls  # noqa: B018 - looked up, not used
        parse_url(settings.CELERY_BROKER_URL)
    except (KeyError, ValueError, ImportError) as error:
        return [
            Error(
                f"CELERY_BROKER_URL cannot be read: {error}.",
                hint="Write redis://host:6379/0 or amqp://user:password@host:5672//.",
                id="newsroom.E006",
            )
        ]
    return []


@register(deploy=True)
def check_broker(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.CELERY_BROKER_URL.startswith("filesystem"):
        return []
    return [
        checks.Warning(
            "CELERY_BROKER_URL is not set: messages go through files on this machine.",
            hint="Set it to Redis or RabbitMQ, so that workers may run on other machines.",
            id="newsroom.W001",
        )
    ]


@register(deploy=True)
def check_static_files(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    if "Manifest" in settings.STORAGES["staticfiles"]["BACKEND"]:
        return []
    return [
        checks.Warning(
            "Static files have no hash in their names, so browsers may keep old ones.",
            hint="Set STATICFILES_STORAGE to "
            "whitenoise.storage.CompressedManifestStaticFilesStorage and run collectstatic.",
            id="newsroom.W002",
        )
    ]


@register
def check_mail_encryption(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    if not (settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL):
        return []
    return [
        Error(
            "EMAIL_USE_TLS and EMAIL_USE_SSL are both True.",
            hint="STARTTLS (port 587) wants the first, TLS from the start (port 465) the second.",
            id="newsroom.E010",
        )
    ]


@register(deploy=True)
def check_mail_server(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_HOST:
        return []
    return [
        checks.Warning(
            "EMAIL_HOST is not set: mails are printed where the worker runs, and reach nobody.",
            hint="Set EMAIL_HOST, DEFAULT_FROM_EMAIL and SITE_URL.",
            id="newsroom.W010",
        )
    ]


LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}


@register(deploy=True)
def check_allowed_hosts(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    if set(settings.ALLOWED_HOSTS) - LOCAL_NAMES:
        return []
    return [
        checks.Warning(
            "ALLOWED_HOSTS names this machine only, so nobody else is served.",
            hint="Set it to the names under which the tracker is reached.",
            id="newsroom.W003",
        )
    ]


@register(deploy=True)
def check_site_url(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    address = urlsplit(settings.SITE_URL)
    if address.scheme == "https" and f"{address.hostname}" not in LOCAL_NAMES:
        return []
    return [
        checks.Warning(
            f"SITE_URL is “{settings.SITE_URL}”, which is not the https address of a public site.",
            hint="It stands in feeds, in ClaimReview and in mails, where it has to lead readers "
            "to the checks. Write https://facts.example.",
            id="newsroom.W004",
        )
    ]
