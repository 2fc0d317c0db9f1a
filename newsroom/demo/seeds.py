"""Loading the demo newsroom from `seeds/`. Loading it again changes nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from claims.ratings import add_rating_scale
from newsroom.articles.models import Outlet
from newsroom.articles.services import find_or_add_outlet
from sources.models import Source, SourceKind
from sources.services import Role, add_source


def seeds_dir() -> Path:
    return Path(settings.BASE_DIR) / "seeds"


def load_ratings() -> None:
    record = read_seed("ratings.json")
    add_rating_scale(
        name=record["name"],
        description=record["description"],
        ratings=record["ratings"],
        by=None,
    )


def load_outlets() -> dict[str, Outlet]:
    """The outlets of the demo by the folder below `seeds/stories` that holds their stories."""
    return {
        record["slug"]: find_or_add_outlet(
            name=record["name"], slug=record["slug"], url=record["url"], by=None
        )
        for record in read_seed("outlets.json")
    }


def load_sources() -> None:
    for record in read_seed("sources.json"):
        kind = SourceKind(record["kind"])
        if Source.objects.filter(kind=kind, name=record["name"]).exists():
            continue
        add_source(
            kind=kind,
            name=record["name"],
            aliases=record["aliases"],
            roles=[_role(role) for role in record["affiliations"]],
            by=None,
        )


def _role(record: dict[str, str]) -> Role:
    return Role(
        title=record["title"],
        role=record["role"],
        organisation=record["organisation"],
        party=record["party"],
        seat=record["seat"],
        start=date.fromisoformat(record["start"]) if record["start"] else None,
        end=date.fromisoformat(record["end"]) if record["end"] else None,
    )


def read_seed(name: str) -> Any:
    return json.loads((seeds_dir() / name).read_text(encoding="utf-8"))
