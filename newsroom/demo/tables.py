"""What the extractor found, as tables for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from claims.models import Candidate, CandidateState
from newsroom.articles.models import ExtractionState, Revision


def story_table(
    revision: Revision, candidates: Sequence[Candidate], *, at_most: int | None
) -> Table:
    """The candidates of one story, the most check-worthy first; all if `at_most` is None."""
    ranked = sorted(candidates, key=lambda one: (-one.score, one.start))
    shown = ranked if at_most is None else ranked[:at_most]
    article = revision.article
    table = Table(
        title=Text(printable(f"{article.outlet} · {article} · revision {revision.number}")),
        title_justify="left",
        title_style="bold",
        caption=_caption(revision, len(ranked), len(shown)),
        caption_justify="left",
        expand=True,
    )
    table.add_column("Passage", ratio=5)
    table.add_column("Speaker", ratio=3)
    table.add_column("Kind", no_wrap=True)
    table.add_column("Score", justify="right", no_wrap=True)
    for candidate in shown:
        table.add_row(
            Text(printable(candidate.exact)),
            Text(printable(speaker(candidate))),
            Text(candidate.get_kind_display() + _decision(candidate)),
            Text(f"{candidate.score:.2f}"),
        )
    return table


def speaker(candidate: Candidate) -> str:
    """“Sen. Dana Whitlock, chair of … (D-Ore.)”, or a descriptor with the reason for anonymity."""
    if not candidate.speaker_name:
        return "speaker not found" if candidate.form else "—"
    told = candidate.speaker_line
    return f"{told} [{candidate.anonymity_reason}]" if candidate.anonymity_reason else told


def printable(text: str) -> str:
    """`text` on one line and without anything that moves a terminal's cursor or turns its text."""
    line = " ".join(text.split())
    return "".join(char if unicodedata.category(char)[0] != "C" else "�" for char in line)


def _caption(revision: Revision, total: int, shown: int) -> str | None:
    if revision.extraction_state == ExtractionState.FAILED:
        return f"Extraction failed: {printable(revision.extraction_error)}"
    if revision.extraction_notes:
        return printable(revision.extraction_notes)
    if total == 0:
        return "Nothing found in this story."
    return f"{total - shown} more in the admin." if total > shown else None


def _decision(candidate: Candidate) -> str:
    if candidate.state == CandidateState.PENDING:
        return ""
    return f" ({candidate.get_state_display()})"
