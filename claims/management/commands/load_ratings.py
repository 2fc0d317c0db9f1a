"""`manage.py load_ratings FILE`: a rating scale from a JSON file, such as seeds/ratings.json."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from claims.ratings import add_rating_scale


class Command(BaseCommand):
    help = "Load a rating scale from a JSON file; ratings that are there already stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="such as seeds/ratings.json")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            scale = add_rating_scale(
                name=record["name"],
                description=record.get("description", ""),
                ratings=record["ratings"],
                by=None,
            )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path} does not hold a rating scale: {error}") from error
        except ValidationError as error:
            raise CommandError(f"{path}: {' '.join(error.messages)}") from error
        self.stdout.write(f"{scale}: {scale.ratings.count()} ratings.")
