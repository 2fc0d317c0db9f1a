"""The command line: a table to read, JSON to keep, JSON Lines to measure with."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from claims.extraction.extractor import extract
from claims.extraction.schema import Attribution, Extraction, Span, Speaker

_PASSAGE_WIDTH = 64
_SPEAKER_WIDTH = 30


class BadInput(Exception):
    """Something about the input that its sender can put right."""


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 when everything was read, 1 with a message when not."""
    parser = argparse.ArgumentParser(
        prog="python -m claims.extraction", description="Find claims and speakers in a story."
    )
    parser.add_argument("file", nargs="?", help="a text file (UTF-8), or - for standard input")
    parser.add_argument("--headline", help="the headline, where the text repeats it")
    parser.add_argument("--language", default="en", help="language of the text (default: en)")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print everything as JSON")
    shape.add_argument(
        "--jsonl", action="store_true", help='read {"id", "text"} a line, write results a line'
    )
    options = parser.parse_args(arguments)
    try:
        if options.jsonl:
            _jsonl(_lines(options.file), options.language, sys.stdout)
            return 0
        if options.file is None:
            raise BadInput("name a file, or - for standard input")
        found_text = _read(options.file)
        found = extract(found_text, headline=options.headline, language=options.language)
        if options.json:
            _write(json.dumps(asdict(found), ensure_ascii=True, indent=2), sys.stdout)
        else:
            _write(table(found_text, found), sys.stdout)
    except BadInput as problem:
        print(f"claims.extraction: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    return 0


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8 (byte {error.start})") from error


def _read(name: str) -> str:
    if name == "-":
        return _decode(sys.stdin.buffer.read(), "standard input")
    try:
        return _decode(Path(name).read_bytes(), name)
    except OSError as error:
        raise BadInput(f"cannot read {name}: {error.strerror or error}") from error


def _lines(name: str | None) -> Iterable[str]:
    return _read(name or "-").split("\n")


def _write(line: str, out: TextIO) -> None:
    # Lone surrogates cannot be encoded; they are printed as an escape instead of failing.
    encoding = out.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), file=out)


def _jsonl(lines: Iterable[str], language: str, out: TextIO) -> None:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
            raise BadInput(f'line {number}: expected an object with "id" and a string "text"')
        found = extract(row["text"], language=language)
        _write(json.dumps({"id": row["id"], **as_row(found)}, ensure_ascii=True), out)


def _speaker(speaker: Speaker) -> dict[str, object]:
    return asdict(speaker)


def _spans(spans: Iterable[Span]) -> list[list[int]]:
    return [list(span) for span in spans]


def _attribution(found: Attribution) -> dict[str, object]:
    return {
        "source": _spans(found.source),
        "cue": _spans(found.cue),
        "content": _spans(found.content),
        "form": found.form,
        "sourcing": found.sourcing,
        "speaker": found.speaker.name if found.speaker else None,
        "speakers": [_speaker(speaker) for speaker in found.speakers],
        "reason": found.reason,
        "confidence": found.confidence,
    }


def as_row(found: Extraction) -> dict[str, object]:
    """The extraction in the shape that scorers and other programs read."""
    return {
        "sentences": [asdict(sentence) for sentence in found.sentences],
        "attributions": [_attribution(one) for one in found.attributions if one.within is None],
        # Kept apart because corpora mark one layer; candidates count on through both.
        "inner_attributions": [
            {**_attribution(one), "within": one.within}
            for one in found.attributions
            if one.within is not None
        ],
        "candidates": [asdict(candidate) for candidate in found.candidates],
    }


def _cut(text: str, width: int) -> str:
    flat = "".join(c if c.isprintable() else " " for c in text)
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"


def table(text: str, found: Extraction) -> str:
    """Candidates for reading: passage, speaker, kind and score."""
    head = f"{'score':>5}  {'kind':<11}  {'speaker':<{_SPEAKER_WIDTH}}  passage"
    lines = [head, "-" * len(head)]
    for candidate in found.candidates:
        speaker = "(reporter)"
        if candidate.attribution is not None:
            attribution = found.attributions[candidate.attribution]
            speaker = ", ".join(one.name for one in attribution.speakers) or "(not resolved)"
            if attribution.reason:
                speaker += " *"
        passage = _cut(text[candidate.start : candidate.end], _PASSAGE_WIDTH)
        lines.append(
            f"{candidate.score:5.2f}  {candidate.kind:<11}  "
            f"{_cut(speaker, _SPEAKER_WIDTH):<{_SPEAKER_WIDTH}}  {passage}"
        )
    reasons = {
        f"* {speaker.name}: {speaker.anonymity_reason}": None
        for attribution in found.attributions
        for speaker in attribution.speakers
        if speaker.anonymity_reason
    }
    return "\n".join([*lines, *reasons, *found.notes])
