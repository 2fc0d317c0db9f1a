"""What a page says of its story in schema.org's words, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from lxml import etree

from newsroom.imports.items import language_tag
from newsroom.imports.parsing.json_access import joined_names, object_of, objects_of, text_of

GENRES = {
    "AnalysisNewsArticle": "analysis",
    "OpinionNewsArticle": "opinion",
    "ReviewNewsArticle": "review",
    "AskPublicNewsArticle": "",
    "BackgroundNewsArticle": "background",
    "ReportageNewsArticle": "",
    "NewsArticle": "",
    "Article": "",
    "BlogPosting": "",
    "LiveBlogPosting": "",
    "Report": "",
}
"""The types that are stories, with the genre that the type itself states."""

MAX_MARKUP = 2_000_000
MAX_NODES = 1000


def article_markup(page: etree._Element) -> Mapping[str, object]:
    """The story among all that a page describes: the one with a text, else the first; or {}."""
    articles = [node for node in _nodes(page) if _type_of(node) is not None]
    with_text = (node for node in articles if text_of(node, "articleBody").strip())
    return next(with_text, articles[0] if articles else {})


def fields_of_markup(article: Mapping[str, object]) -> dict[str, object]:
    """Fields of a story, as `article_from` takes them; `partial` where access has to be paid."""
    return {
        "text": text_of(article, "articleBody"),
        "headline": text_of(article, "headline") or text_of(article, "name"),
        "byline": joined_names(article.get("author")),
        "dateline": text_of(article, "dateline"),
        "section": _first(article, "articleSection"),
        "genre": GENRES.get(_type_of(article) or "", "") or _first(article, "genre"),
        "language": language_tag(text_of(article, "inLanguage")),
        "rights": text_of(article, "copyrightNotice") or text_of(article, "license"),
        "editor_note": "\n".join(_corrections(article)),
        "published_at": text_of(article, "datePublished"),
        "versioned_at": text_of(article, "dateModified"),
        "url": text_of(article, "url") or text_of(object_of(article, "mainEntityOfPage"), "@id"),
        "partial": article.get("isAccessibleForFree") in (False, "False", "false"),
    }


def _nodes(page: etree._Element) -> Iterator[Mapping[str, object]]:
    """All objects that the page's scripts list, also in lists and graphs; not what is in them."""
    left = MAX_NODES
    for script in page.iter("script"):
        kind = (script.get("type") or "").split(";")[0].strip().lower()
        source = script.text or ""
        if kind != "application/ld+json" or len(source) > MAX_MARKUP:
            continue
        try:
            waiting = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):  # pages hold broken markup; it is as if there was none
            continue
        while waiting and left:
            node = waiting.pop(0)
            left -= 1
            if isinstance(node, list):
                waiting[:0] = node[:left]
            elif isinstance(node, dict):
                yield node
                waiting += objects_of(node, "@graph")


def _type_of(node: Mapping[str, object]) -> str | None:
    types = node.get("@type")
    for one in types if isinstance(types, list) else [types]:
        name = str(one).rpartition("/")[2]
        if name in GENRES:
            return name
    return None


def _first(article: Mapping[str, object], name: str) -> str:
    value = article.get(name)
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), "")
    return value if isinstance(value, str) else ""


def _corrections(article: Mapping[str, object]) -> Iterator[str]:
    if stated := text_of(article, "correction"):
        yield stated
    for one in objects_of(article, "correction"):
        if stated := text_of(one, "text"):
            yield stated
