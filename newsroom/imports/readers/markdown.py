"""Markdown with front matter: one story a file.

The front matter is YAML between two lines of three dashes, with plain values only. All values are
read as the text that stands there: `no` is the language Norwegian and not false, and a date is
parsed by the rules that hold for every format. The body is rendered to plain text, paragraphs apart
by an empty line, because spans count the characters that an editor sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsroom.imports.items import Item, Unacceptable
from newsroom.imports.models import RejectionReason
from newsroom.imports.readers.text import file_id
from newsroom.imports.readers.whole_file import read_one

FENCE = "---"
FRONT_MATTER_MAX = 20_000

# Not "typographer": the words and marks of a story stay as they are.
_markdown = MarkdownIt("commonmark", {"html": False})


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The story in `stream`; without an `external_id` it is known by the name of its file."""
    return read_one(stream, origin, _fields)


def _fields(text: str, origin: str) -> Mapping[str, object]:
    front_matter, body = _split(text)
    fields = _parse_front_matter(front_matter)
    fields.setdefault("external_id", file_id(origin, text))
    heading, plain = _render(body)
    fields.setdefault("headline", heading)
    # A heading that only repeats the headline is not part of the story's text.
    if heading and heading != fields["headline"]:
        plain = f"{heading}\n\n{plain}"
    return {**fields, "text": plain}


def _split(text: str) -> tuple[str, str]:
    lines = text.lstrip("\n").split("\n")
    if lines[0].strip() != FENCE:
        return "", text
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    raise Unacceptable(
        RejectionReason.MALFORMED, "The front matter is not closed by a line of three dashes."
    )


def _parse_front_matter(source: str) -> dict[str, object]:
    if len(source) > FRONT_MATTER_MAX:
        raise Unacceptable(
            RejectionReason.TOO_LARGE,
            f"The front matter has {len(source):,} characters; at most {FRONT_MATTER_MAX:,}.",
        )
    try:
        # BaseLoader builds nothing but texts, lists and dicts, whatever tags the source names.
        parsed = yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # PyYAML lets pass what Python says of "\UFFFFFFFF" and of a version with 5,000 digits.
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" in line {line + 2}" if line is not None else ""
        raise Unacceptable(
            RejectionReason.MALFORMED, f"The front matter is not YAML{where}."
        ) from error
    if parsed is None or parsed == "":
        return {}
    if not isinstance(parsed, dict):
        raise Unacceptable(
            RejectionReason.MALFORMED, "The front matter is not a list of “name: value” lines."
        )
    # An empty value means the same as none.
    return {str(name): value for name, value in parsed.items() if value != ""}


def _render(body: str) -> tuple[str, str]:
    """(the heading that the body opens with, the rest as plain text)."""
    heading = ""
    blocks: list[str] = []
    tokens = _markdown.parse(body)
    for index, token in enumerate(tokens):
        if token.type == "inline":
            plain = _plain(token)
            opens = tokens[index - 1]
            if opens.type == "heading_open" and opens.tag == "h1" and not blocks and not heading:
                heading = plain
            else:
                blocks.append(plain)
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
    return heading, "\n\n".join(block for block in blocks if block.strip())


def _plain(inline: Token) -> str:
    parts = []
    for token in inline.children or ():
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n" if token.type == "hardbreak" else " ")
        elif token.type == "image":
            parts.append(_plain(token))
        else:
            parts.append(token.content)
    return "".join(parts).strip()
