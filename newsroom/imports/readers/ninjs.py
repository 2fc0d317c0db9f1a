"""IPTC ninjs 1.x, 2.x and 3.x: a document is a story, a list of them, or one after the other.

The branches differ in three ways: 3.x writes `versionCreated` where the others write
`versioncreated`; 2.x and 3.x have lists (`headlines`, `bodies`) where 1.x has one value a name
(`headline`, `body_text`, `body_html`); some names are plural. So names are compared in lower case,
and the list is asked first. Other properties, which feeds add although the schema forbids it, are
passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from newsroom.imports.items import (
    Item,
    Refused,
    Unacceptable,
    item_from,
    language_tag,
    refuse_unknown_embargo,
)
from newsroom.imports.models import RejectionReason
from newsroom.imports.parsing.html_text import body_to_text, html_to_text
from newsroom.imports.parsing.json_access import joined_names, objects_of, text_of
from newsroom.imports.parsing.json_values import json_items

STORIES = ("", "text", "composite")
STATUSES = {"": "", "usable": "live", "withheld": "withheld", "canceled": "killed"}
EMBARGO = ("embargoed", "embargoeduntil", "embargoedreason")
OTHERS = ("associations",)
"""Items that go with this one, each with an embargo of its own; none of them is taken in."""
INCOMPLETE = ("incomplete", "partial")


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, one after the other, in constant memory."""
    for found in json_items(stream, origin):
        if isinstance(found, Refused):
            yield found
            continue
        item = {name.lower(): value for name, value in found.fields.items()}
        yield item_from(found.raw, partial(_fields, item))


def status_of(code: str) -> str:
    """What IPTC's publishing status means here. Raises `Unacceptable` for one that is none.

    Not taken for usable: it may be a kill that we fail to understand.
    """
    status = STATUSES.get(code.strip().lower().replace("cancelled", "canceled"))
    if status is None:
        raise Unacceptable(
            RejectionReason.BAD_VALUE,
            f"“{code[:40]}” is not a publishing status: usable, withheld or canceled.",
        )
    return status


def _fields(item: Mapping[str, object]) -> Mapping[str, object]:
    refuse_unknown_embargo(item, known=EMBARGO, others=OTHERS)
    if text_of(item, "type") not in STORIES:
        raise Unacceptable(
            RejectionReason.BAD_VALUE, f"A {text_of(item, 'type')[:40]}, not a text."
        )
    body = _main_text(item, "bodies") or _scalar_text(item, "body")
    summary = _main_text(item, "descriptions") or _scalar_text(item, "description")
    return {
        "external_id": text_of(item, "uri"),
        "slug": text_of(item, "slugline"),
        "headline": _main_text(item, "headlines") or _scalar_text(item, "headline"),
        "text": body or summary,
        "partial": not body or text_of(item, "representationtype") in INCOMPLETE,
        "byline": text_of(item, "by") or text_of(item, "byline"),
        "dateline": text_of(item, "located"),
        "genre": _genre(item),
        "language": language_tag(text_of(item, "language")),
        "wire_origin": joined_names(item.get("infosources", item.get("infosource"))),
        "rights": _rights(item),
        "editor_note": text_of(item, "ednote"),
        "status": status_of(text_of(item, "pubstatus")),
        "published_at": text_of(item, "firstcreated"),
        "embargoed_until": text_of(item, "embargoeduntil") or text_of(item, "embargoed"),
        "versioned_at": text_of(item, "versioncreated"),
    }


def _main_text(item: Mapping[str, object], name: str) -> str:
    """Of several texts the one of the main role, plain before HTML."""
    ranked = sorted(
        (_lower(one) for one in objects_of(item, name) if text_of(_lower(one), "value").strip()),
        key=lambda one: (_role_rank(one), text_of(one, "contenttype") not in ("", "text/plain")),
    )
    if not ranked:
        return ""
    value = text_of(ranked[0], "value")
    return value if text_of(ranked[0], "contenttype") == "text/plain" else body_to_text(value)


def _role_rank(one: Mapping[str, object]) -> int:
    role = text_of(one, "role").lower()
    return 0 if role == "main" else 1 if not role else 2


def _scalar_text(item: Mapping[str, object], name: str) -> str:
    """`body_text`, else `body_html` or whatever else 1.x allows: the name and any ending."""
    for plain in (f"{name}_text", name):
        if value := text_of(item, plain):
            return value
    for markup in sorted(one for one in item if one.startswith(f"{name}_")):
        if value := text_of(item, markup):
            return html_to_text(value) if markup.endswith("html") else body_to_text(value)
    return ""


def _genre(item: Mapping[str, object]) -> str:
    for one in (*objects_of(item, "genres"), *objects_of(item, "genre")):
        if name := text_of(one, "name") or text_of(one, "code") or text_of(one, "literal"):
            return name
    return ""


def _rights(item: Mapping[str, object]) -> str:
    stated = (text_of(item, name) for name in ("usageterms", "copyrightnotice", "copyrightholder"))
    return "\n".join(filter(None, (one.strip() for one in stated)))


def _lower(fields: Mapping[str, object]) -> dict[str, object]:
    return {name.lower(): value for name, value in fields.items()}
