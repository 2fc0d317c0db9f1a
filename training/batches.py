"""Windows of stories and runs of debate sentences as tensors."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from claims.extraction.encoding import Encoded
from claims.extraction.linking import Words
from training.data import Sentences, Story

CLS, SEP, PAD, MASK = 101, 102, 0, 103


@dataclass
class Window:
    """A stretch of the words of a text."""

    encoded: Encoded
    low: int
    high: int
    story: Story | None = None
    labels: list[int] | None = None

    @property
    def pieces(self) -> tuple[int, int]:
        """The pieces of the window."""
        return self.encoded.pieces(self.low), self.encoded.pieces(self.high)


def story_windows(stories: Sequence[Story], size: int, rng: random.Random) -> list[Window]:
    """Every story cut once, each time in other places."""
    found: list[Window] = []
    for story in stories:
        encoded = story.encoded
        heads = [low for low, high in encoded.sentences if low < high]
        start = 0
        limit = encoded.pieces(0) + rng.randint(size // 3, size)
        while start < encoded.words:
            end = encoded.words
            if len(encoded.ids) > limit:
                end = int(np.searchsorted(encoded.first, limit, side="right")) - 1
                cut = [head for head in heads if start < head <= end]
                end = cut[-1] if cut else max(end, start + 1)
            found.append(Window(encoded, start, end, story))
            start = end
            limit = encoded.pieces(start) + size
    return found


def sentence_windows(runs: Sequence[Sentences], size: int) -> list[Window]:
    """Each run of debate sentences, cut off at the size of a window."""
    found = []
    for run in runs:
        high = run.encoded.words
        while run.encoded.pieces(high) > size:
            high -= 1
        if high:
            found.append(Window(run.encoded, 0, high, labels=run.labels))
    return found


@dataclass
class Batch:
    """Padded pieces and where the words begin in them."""

    windows: list[Window]
    ids: Tensor
    features: Tensor
    mask: Tensor | None
    first: Tensor  # piece of each word, padded with 0
    lengths: Tensor  # words of each window


def collate(windows: list[Window]) -> Batch:
    """Put windows side by side."""
    counts = [b - a for a, b in (w.pieces for w in windows)]
    longest = max(counts) + 2
    words = max(w.high - w.low for w in windows)
    ids = np.full((len(windows), longest), PAD, dtype=np.int64)
    features = np.zeros((len(windows), longest, windows[0].encoded.features.shape[1]), np.int64)
    first = np.zeros((len(windows), words), dtype=np.int64)
    for row, window in enumerate(windows):
        a, b = window.pieces
        ids[row, 0] = CLS
        ids[row, 1 : b - a + 1] = window.encoded.ids[a:b]
        ids[row, b - a + 1] = SEP
        features[row, 1 : b - a + 1] = window.encoded.features[a:b]
        first[row, : window.high - window.low] = (
            window.encoded.first[window.low : window.high] - a + 1
        )
    mask = None
    if min(counts) + 2 < longest:
        mask = torch.from_numpy(np.arange(longest)[None] < np.array(counts)[:, None] + 2)
        mask = mask[:, None, None, :]
    return Batch(
        windows,
        torch.from_numpy(ids),
        torch.from_numpy(features),
        mask,
        torch.from_numpy(first),
        torch.tensor([w.high - w.low for w in windows]),
    )


def hide_words(batch: Batch, share: float, chance: np.random.Generator) -> None:
    """Put the mask over some words, so that no story is learnt by its names and figures."""
    for row, window in enumerate(batch.windows):
        a, b = window.pieces
        starts = window.encoded.first[window.low : window.high] - a
        hidden = chance.random(len(starts)) < share
        pieces = np.repeat(hidden, np.diff(starts, append=b - a))
        batch.ids[row, 1 : b - a + 1][torch.from_numpy(pieces)] = MASK


def by_length(windows: list[Window], budget: int, rng: random.Random) -> list[list[Window]]:
    """Batches of about ``budget`` pieces, of windows of like length, in random order."""
    ordered = sorted(windows, key=lambda w: w.pieces[1] - w.pieces[0] + rng.random() * 20)
    batches: list[list[Window]] = [[]]
    longest = 0
    for window in ordered:
        length = window.pieces[1] - window.pieces[0] + 2
        if batches[-1] and max(longest, length) * (len(batches[-1]) + 1) > budget:
            batches.append([])
            longest = 0
        batches[-1].append(window)
        longest = max(longest, length)
    rng.shuffle(batches)
    return batches


def inside(span: Words | None, window: Window) -> Words | None:
    """A span in the window's own count of words, if it lies in it."""
    if span is None or span[0] < window.low or span[1] > window.high:
        return None
    return span[0] - window.low, span[1] - window.low
