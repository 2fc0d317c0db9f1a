"""Whether an item speaks of an embargo anywhere, in whatever words its format or a slip has for it.

Pure; what is to become of such an item, `items.py` says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from xml.etree.ElementTree import Element

WORDS = ("embargo", "embargoed")
ALIKE = 0.8
"""As `difflib` has it: “embago”, “embragoed” and “imbargo” are, “embedded” and “embark” are not."""

NOTHING = frozenset({"", "0", "false", "no", "none", "null", "nil"})
"""What says that there is no embargo."""

_part = re.compile("[A-Z]?[a-z]+|[A-Z]+")


@lru_cache(maxsize=4096)
def speaks_of_embargo(name: str) -> bool:
    plain = unicodedata.normalize("NFKC", name)
    if "embargo" in plain.lower():
        return True
    parts = (part.lower() for part in _part.findall(plain) if 5 <= len(part) <= 10)
    return any(get_close_matches(part, WORDS, 1, ALIKE) for part in parts)


def embargo_in(
    fields: Mapping[str, object], *, known: Collection[str] = (), others: Collection[str] = ()
) -> str | None:
    """The first name at any depth that speaks of an embargo and says something.

    Not those that are `known`, and nothing in fields that are of `others`; both only at the top.
    """
    passed_over = {*known, *others}
    top = {name: value for name, value in fields.items() if name not in passed_over}
    for value in _each(top):
        if isinstance(value, Mapping):
            for name, inner in value.items():
                if speaks_of_embargo(str(name)[:100]) and _says_something(inner):
                    return str(name)
    return None


def embargo_in_xml(item: Element, *, known: Element | None = None) -> str | None:
    """The first element or attribute in `item` that speaks of an embargo and says something."""
    for element in item.iter():
        if element is known:
            continue
        if (name := _spoken_of(element.tag)) and _has_content(element):
            return name
        for attribute, value in element.attrib.items():
            if (name := _spoken_of(attribute)) and _says_something(value):
                return name
    return None


def _spoken_of(tag: str) -> str | None:
    """The name without its namespace, where it speaks of an embargo."""
    name = tag.rpartition("}")[2]
    return name if speaks_of_embargo(name[:100]) else None


def _has_content(element: Element) -> bool:
    texts = [
        *element.itertext(),
        *(value for one in element.iter() for value in one.attrib.values()),
    ]
    return any(_says_something(text) for text in texts)


def _says_something(value: object) -> bool:
    for one in _each(value):
        if isinstance(one, str):
            if one.strip().lower() not in NOTHING:
                return True
        elif one and not isinstance(one, Mapping | list):
            return True
    return False


def _each(value: object) -> Iterator[object]:
    """It, and all that it holds at any depth, each once.

    Once, since YAML's aliases let one list stand in many places, which stand in many more.
    """
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
