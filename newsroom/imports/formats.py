"""Which format a file has: told from how it begins, and from its name where that says nothing.

Names lie: feeds are saved as `.txt`, and anything is called `.xml` or `.json`. What begins like a
page or a feed is one. Text, Markdown, CSV and JSON Lines look alike, so there the name decides.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from newsroom.imports.items import REQUIRED
from newsroom.imports.readers.csv import DELIMITERS

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".rdf": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".json": "jsonl",
}
"""What to take a file for whose beginning says nothing; and which files a folder's stories are."""

ROOTS = {
    "rss": "feed",
    "RDF": "feed",
    "feed": "feed",
    "newsItem": "newsml",
    "newsMessage": "newsml",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "html": "html",
}

# What may stand before the first element of a document.
_prologue = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype\b[^\[>]*(?:\[.*?\]\s*)?>\s*)*",
    re.DOTALL | re.IGNORECASE,
)
_root = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_page = re.compile(r"\s*<!doctype\s+html|\s*<(?:html|head|body)\b", re.IGNORECASE)
_address = re.compile(r"https?://\S+", re.IGNORECASE)
_key = re.compile(r'"((?:[^"\\]|\\.){1,40})"\s*:')

# Names that only that format has, in this order: a WordPress post also has an "id" and a "title".
_KEYS = (
    ("jsonfeed", {"items", "version"}),
    ("ninjs", {"uri"}),
    ("wordpress", {"id", "date_gmt"}),
    ("wordpress", {"id", "guid"}),
)


def format_of(origin: str, beginning: bytes) -> str:
    """The name of the reader for a file, from its name and its first bytes."""
    text = _as_text(beginning)
    named = SUFFIXES.get(PurePath(origin).suffix.lower())
    start = text.lstrip()
    if start.startswith("<") and (found := _of_markup(start)):
        return found
    if named not in ("jsonl", "csv", "markdown") or origin.lower().endswith(".json"):
        if start.startswith(("{", "[")) and (found := _of_json(start)):
            return found
        if _is_list_of_addresses(start):
            return "urls"
    if named:
        return named
    if start.startswith("{"):
        return "jsonl"
    if start.startswith("---"):
        return "markdown"
    return "csv" if _is_header(start) else "text"


def _as_text(beginning: bytes) -> str:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return beginning.decode("utf-16", errors="replace")
    return beginning.decode("utf-8", errors="replace").removeprefix("\ufeff")


def _of_markup(start: str) -> str:
    if _page.match(start):
        return "html"
    prologue = _prologue.match(start)
    root = _root.match(start, prologue.end() if prologue else 0)
    return ROOTS.get(root.group(1), "") if root else ""


def _of_json(start: str) -> str:
    # JSON Lines has whole objects a line; of a document only the beginning is here.
    keys = set(_key.findall(start))
    first_line = start.partition("\n")[0]
    if set(REQUIRED) <= set(_key.findall(first_line)):
        return "jsonl"
    if "jsonfeed.org" in start[:1000]:
        return "jsonfeed"
    return next((name for name, wanted in _KEYS if wanted <= keys), "")


def _is_list_of_addresses(start: str) -> bool:
    lines = [line.strip() for line in start.split("\n")]
    if len(lines) > 1:
        lines.pop()  # it may be cut
    stated = [line for line in lines if line and not line.startswith("#")]
    return bool(stated) and all(_address.fullmatch(line) for line in stated)


def _is_header(start: str) -> bool:
    first = start.partition("\n")[0].lower()
    return any(
        set(REQUIRED) <= {name.strip(' "\r') for name in first.split(delimiter)}
        for delimiter in DELIMITERS
    )
