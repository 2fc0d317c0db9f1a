"""Edits of a known kind to real stories, and what should become of a passage under each."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from claims.extraction.sentences import paragraphs, sentences_of
from newsroom.articles.reanchoring import Outcome, Relocation
from newsroom.articles.selectors import Anchor, anchor_at

SEEDS = Path(__file__).parent.parent / "seeds" / "stories"
_NUMBER = re.compile(r"\d+")
_VERB = re.compile(r"\b(?:is|are|was|were|would|will|has|have)\b(?! not)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """An old text with a passage, a new text, and what is right to say of the passage.

    `right` are the outcomes that are right; `at` is where the passage stands now, where it does.
    """

    kind: str
    old: str
    anchor: Anchor
    new: str
    right: frozenset[Outcome]
    at: tuple[int, int] | None

    def is_right(self, found: Relocation) -> bool:
        """The right outcome, at the right place, and a changed meaning noticed."""
        place = (found.proposal.start, found.proposal.end) if found.proposal else None
        noticed = found.outcome != Outcome.REWORDED or found.meaning_changed
        return found.outcome in self.right and self.at in (None, place) and noticed

    def is_silent_look_alike(self, found: Relocation) -> bool:
        """Carried over without asking anybody, to what is not the passage."""
        return found.outcome in KEPT and not self.is_right(found)


KEPT = frozenset({Outcome.UNCHANGED, Outcome.MOVED})
REWORDED = frozenset({Outcome.REWORDED})
GONE = frozenset({Outcome.VANISHED})
SEVERAL = frozenset({Outcome.AMBIGUOUS})


@dataclass(slots=True)
class Draft:
    """A story as paragraphs of sentences, one of which holds the passage."""

    paragraphs: list[list[str]]
    row: int
    column: int

    @property
    def sentence(self) -> str:
        return self.paragraphs[self.row][self.column]

    def text(self) -> str:
        return "\n\n".join(" ".join(one) for one in self.paragraphs if one)

    def start(self) -> int:
        before = [" ".join(one) for one in self.paragraphs[: self.row] if one]
        here = self.paragraphs[self.row][: self.column]
        return sum(len(one) + 2 for one in before) + sum(len(one) + 1 for one in here)

    def copy(self) -> Draft:
        return Draft([list(one) for one in self.paragraphs], self.row, self.column)


def load_paragraphs() -> list[list[str]]:
    """The sentences of all paragraphs of the demo stories."""
    found = []
    for path in sorted(SEEDS.rglob("*.md")):
        if ".v2" in path.name:
            continue
        body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
        found += [
            [body[one.start : one.end] for one in sentences_of(body, paragraph)]
            for paragraph in paragraphs(body)
            # Sentences are put beside each other: without a stop they would become one.
            if body[paragraph.end - 1] in ".!?”"
        ]
    return found


def draft(known: list[list[str]], rng: random.Random) -> Draft:
    """A story of about 1,000 words, with a sentence of at least eight words chosen in it."""
    while True:
        chosen = rng.sample(known, len(known))
        story: list[list[str]] = []
        for one in chosen:
            story.append(list(one))
            if sum(len(s.split()) for p in story for s in p) >= _WORDS:
                break
        places = [
            (row, column)
            for row, paragraph in enumerate(story)
            for column, sentence in enumerate(paragraph)
            if len(sentence.split()) >= 8
        ]
        if places:
            return Draft(story, *rng.choice(places))


def _replaced(draft: Draft, sentence: str) -> Draft:
    new = draft.copy()
    new.paragraphs[new.row][new.column] = sentence
    return new


Edited = tuple[Draft, frozenset[Outcome], str | None] | None
"""The new story, what is right, and the passage's sentence as it now is (None: gone)."""
Edit = Callable[[Draft, random.Random], Edited]


def untouched(draft: Draft, rng: random.Random) -> Edited:
    new = draft.copy()
    rows = [row for row in range(len(new.paragraphs)) if row != new.row]
    for row in rng.sample(rows, 3):
        new.paragraphs[row][0] = new.paragraphs[row][0].replace(" the ", " this ")
    return new, KEPT, draft.sentence


def moved(draft: Draft, rng: random.Random) -> Edited:
    new = draft.copy()
    paragraph = new.paragraphs.pop(new.row)
    new.row = rng.randrange(len(new.paragraphs))
    new.paragraphs.insert(new.row, paragraph)
    return new, KEPT, draft.sentence


def moved_alone(draft: Draft, rng: random.Random) -> Edited:
    new = draft.copy()
    sentence = new.paragraphs[new.row].pop(new.column)
    new.row = rng.randrange(len(new.paragraphs))
    new.column = rng.randrange(len(new.paragraphs[new.row]) + 1)
    new.paragraphs[new.row].insert(new.column, sentence)
    return new, KEPT, sentence


def punctuation(draft: Draft, rng: random.Random) -> Edited:
    words = draft.sentence.split(" ")
    at = rng.randrange(1, len(words) - 2)
    if not words[at][-1].isalnum() or words[at + 1][0].isdigit():
        return None
    words[at] += ","
    sentence = " ".join(words).replace("“", '"').replace("”", '"')
    return _replaced(draft, sentence), KEPT, sentence


def number(draft: Draft, rng: random.Random) -> Edited:
    found = list(_NUMBER.finditer(draft.sentence))
    if not found:
        return None
    match = rng.choice(found)
    other = str(int(match.group()) + rng.randrange(1, 9))
    sentence = draft.sentence[: match.start()] + other + draft.sentence[match.end() :]
    return _replaced(draft, sentence), REWORDED, sentence


def negation(draft: Draft, rng: random.Random) -> Edited:
    match = _VERB.search(draft.sentence)
    if match is None:
        return None
    sentence = draft.sentence[: match.end()] + " not" + draft.sentence[match.end() :]
    return _replaced(draft, sentence), REWORDED, sentence


def name(draft: Draft, rng: random.Random) -> Edited:
    found = list(_NAME.finditer(draft.sentence))
    if not found:
        return None
    match = rng.choice(found)
    sentence = draft.sentence[: match.start()] + "Brennick" + draft.sentence[match.end() :]
    return _replaced(draft, sentence), REWORDED, sentence


def modal(draft: Draft, rng: random.Random) -> Edited:
    match = re.search(r"\b(?:will|would|can)\b", draft.sentence)
    if match is None:
        return None
    sentence = draft.sentence[: match.start()] + "might" + draft.sentence[match.end() :]
    return _replaced(draft, sentence), REWORDED, sentence


def removed(draft: Draft, rng: random.Random) -> Edited:
    new = draft.copy()
    del new.paragraphs[new.row][new.column]
    return new, GONE, None


def duplicated_beside(draft: Draft, rng: random.Random) -> Edited:
    new = draft.copy()
    new.paragraphs[new.row].insert(new.column, draft.sentence)
    return new, SEVERAL, None


def duplicated_elsewhere(draft: Draft, rng: random.Random) -> Edited:
    new = draft.copy()
    rows = [row for row in range(len(new.paragraphs)) if abs(row - new.row) > 1]
    row = rng.choice(rows)
    if row < new.row:
        new.paragraphs[row].append(draft.sentence)
    else:
        new.paragraphs[row].insert(0, draft.sentence)
    return new, KEPT, draft.sentence


def _look_alike(sentence: str, rng: random.Random) -> str | None:
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    other = str(int(match.group()) + rng.randrange(1, 9))
    return sentence[: match.start()] + other + sentence[match.end() :]


def removed_beside_look_alike(draft: Draft, rng: random.Random) -> Edited:
    """The old text has the same sentence with another figure as well; only that one stays."""
    twin = _look_alike(draft.sentence, rng)
    if twin is None:
        return None
    draft.paragraphs[draft.row].append(twin)
    new = draft.copy()
    del new.paragraphs[new.row][new.column]
    return new, GONE, None


def look_alike_added(draft: Draft, rng: random.Random) -> Edited:
    twin = _look_alike(draft.sentence, rng)
    if twin is None:
        return None
    new = draft.copy()
    new.paragraphs[new.row].append(twin)
    return new, KEPT, draft.sentence


EDITS: dict[str, Edit] = {
    "elsewhere edited": untouched,
    "paragraph moved": moved,
    "sentence moved": moved_alone,
    "punctuation": punctuation,
    "number changed": number,
    "negation added": negation,
    "name changed": name,
    "modal changed": modal,
    "sentence removed": removed,
    "removed, look-alike stays": removed_beside_look_alike,
    "look-alike added": look_alike_added,
    "duplicated beside": duplicated_beside,
    "duplicated elsewhere": duplicated_elsewhere,
}


def cases(count: int, seed: int = 1) -> list[Case]:
    """`count` edits, all kinds alike; the same for the same seed."""
    rng = random.Random(seed)
    known = load_paragraphs()
    kinds = list(EDITS.items())
    found: list[Case] = []
    while len(found) < count:
        kind, edit = kinds[len(found) % len(kinds)]
        before = draft(known, rng)
        done = edit(before, rng)
        if done is None:
            continue
        after, right, sentence = done
        old, new = before.text(), after.text()
        if old.count(before.sentence) != 1:
            continue
        start = before.start()
        anchor = anchor_at(old, start, start + len(before.sentence))
        at = None
        if sentence is not None:
            at = (after.start(), after.start() + len(sentence))
        found.append(Case(kind, old, anchor, new, right, at))
    return found
