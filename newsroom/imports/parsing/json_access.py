"""Taking values out of JSON that others wrote: of the right kind, or as if they were not there."""

from __future__ import annotations

from collections.abc import Mapping


def text_of(fields: Mapping[str, object], name: str) -> str:
    """The text or whole number in that field, else nothing."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    # Identifiers are numbers in some feeds.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def object_of(fields: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def objects_of(fields: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """The objects in that field, whether it holds a list of them or one."""
    value = fields.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict)]


def joined_names(value: object) -> str:
    """The names in a list of people, each a text or an object with a name."""
    people = value if isinstance(value, list) else [value]
    names = (
        one if isinstance(one, str) else text_of(one, "name") if isinstance(one, dict) else ""
        for one in people
    )
    return ", ".join(filter(None, (name.strip() for name in names)))
