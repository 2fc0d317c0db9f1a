"""The annotated texts, encoded, with their labels on words."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from claims.extraction.decoding import TAGS
from claims.extraction.encoding import Encoded
from claims.extraction.quotes import find_quotes
from claims.extraction.schema import Span
from claims.extraction.sentences import paragraphs, sentences_of, trimmed

CLASSES = ("NFS", "UFS", "CFS")
HELD_OUT_SHARE = 8
"""One debate in eight is kept back from training."""


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@dataclass
class Story:
    """A text with its attributions in words: spans per kind and the links between them."""

    row: dict[str, Any]
    encoded: Encoded
    tags: list[int]
    content_links: list[tuple[tuple[int, int], tuple[int, int] | None]] = field(
        default_factory=list
    )
    cue_links: list[tuple[tuple[int, int], tuple[int, int] | None]] = field(default_factory=list)


def encode(text: str, tokenizer: Tokenizer) -> Encoded:
    """The text cut the way the extractor cuts it."""
    parts = paragraphs(text)
    sentences = [span for part in parts for span in sentences_of(text, part)]
    return Encoded(text, sentences, parts, find_quotes(text, parts), tokenizer)


def tag_span(tags: list[int], low: int, high: int, kind: str) -> None:
    """Write one span in B-I-E-S tags, where nothing else stands yet."""
    if any(tags[low:high]):
        return
    base = TAGS.index(f"B-{kind}")
    if high - low == 1:
        tags[low] = base + 3
        return
    tags[low:high] = [base, *[base + 1] * (high - low - 2), base + 2]


def read_story(row: dict[str, Any], tokenizer: Tokenizer) -> Story:
    """Encode a row of PolNeAR."""
    text = row["text"]
    encoded = encode(text, tokenizer)
    story = Story(row, encoded, [0] * encoded.words)

    def words(span: tuple[int, int]) -> tuple[int, int] | None:
        low, high = encoded.covering(*trimmed(text, *span))
        return (low, high) if low < high else None

    for one in row["attributions"]:
        spans = {
            kind: [found for span in one.get(kind) or [] if (found := words(span))]
            for kind in ("source", "cue", "content")
        }
        for kind in ("cue", "source", "content"):
            for low, high in spans[kind]:
                tag_span(story.tags, low, high, kind)
        cue = spans["cue"][0] if spans["cue"] else None
        story.content_links.extend((piece, cue) for piece in spans["content"])
        if cue is not None:
            story.cue_links.append((cue, spans["source"][0] if spans["source"] else None))
    story.content_links = sorted(set(story.content_links), key=str)
    story.cue_links = sorted(set(story.cue_links), key=str)
    return story


def read_stories(path: Path, tokenizer: Tokenizer, limit: int | None = None) -> list[Story]:
    """All stories of a file."""
    return [read_story(row, tokenizer) for row in read_rows(path)[:limit]]


@dataclass
class Sentences:
    """Consecutive sentences of one debate with their classes."""

    encoded: Encoded
    labels: list[int]


def held_out(document: str) -> bool:
    """Whether a debate is kept back to measure check-worthiness."""
    return zlib.crc32(document.encode()) % HELD_OUT_SHARE == 0


def debates(path: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The sentences of every debate in order."""
    by_document: dict[str, list[dict[str, Any]]] = {}
    for row in read_rows(path):
        by_document.setdefault(row["meta"]["doc"], []).append(row)
    for name in sorted(by_document):
        yield name, sorted(by_document[name], key=lambda row: row["meta"]["line"])


def join_sentences(rows: list[dict[str, Any]], tokenizer: Tokenizer) -> Sentences:
    """Sentences that follow each other, as one text with a line for each change of speaker."""
    text = ""
    spans: list[Span] = []
    parts: list[Span] = []
    labels: list[int] = []
    speaker = None
    for row in rows:
        body = " ".join(row["text"].split())
        if not body:
            continue
        now = row["meta"]["speaker"]
        if text:
            text += " " if now == speaker else "\n"
        start = len(text)
        text += body
        spans.append(Span(start, len(text)))
        if now == speaker and parts:
            parts[-1] = Span(parts[-1].start, len(text))
        else:
            parts.append(spans[-1])
        speaker = now
        labels.append(CLASSES.index(row["label_name"]))
    return Sentences(Encoded(text, spans, parts, find_quotes(text, parts), tokenizer), labels)


def cut_debates(
    path: Path, tokenizer: Tokenizer, *, held: bool, rng: random.Random, single: float = 0.4
) -> list[Sentences]:
    """Debates in runs of sentences: some alone, as a reader meets a quotation, most in company."""
    found: list[Sentences] = []
    for name, rows in debates(path):
        if held_out(name) != held:
            continue
        start = 0
        while start < len(rows):
            run = 1 if rng.random() < single else rng.randint(2, 10)
            piece = join_sentences(rows[start : start + run], tokenizer)
            if piece.labels:
                found.append(piece)
            start += run
    return found


def cut_whole_debates(
    path: Path, tokenizer: Tokenizer, *, held: bool, alone: bool
) -> list[Sentences]:
    """Debates for measuring: whole, or every sentence by itself."""
    found: list[Sentences] = []
    for name, rows in debates(path):
        if held_out(name) == held:
            size = 1 if alone else len(rows)
            pieces = (rows[start : start + size] for start in range(0, len(rows), size))
            found.extend(join_sentences(piece, tokenizer) for piece in pieces)
    return [one for one in found if one.labels]
