"""What the heads are trained on."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from claims.extraction.linking import LINK, LINK_PARTS, Words, distance_bucket, sentence_bucket
from training.batches import Batch, Window, inside
from training.model import Tagger, crf_loss

SMOOTHING = 0.1
_SCALE = LINK**0.5
_PART = {name: index for index, name in enumerate(LINK_PARTS)}


def words_of(pieces: Tensor, first: Tensor) -> Tensor:
    """The first piece of each word."""
    return pieces.gather(1, first[..., None].expand(-1, -1, pieces.shape[2]))


def tag_loss(model: Tagger, emissions: Tensor, batch: Batch) -> Tensor:
    """Likelihood of the sequences, and of each tag by itself, a word."""
    gold = torch.zeros(emissions.shape[:2], dtype=torch.long)
    for row, window in enumerate(batch.windows):
        assert window.story is not None
        tags = window.story.tags[window.low : window.high]
        gold[row, : len(tags)] = torch.tensor(tags)
    table = model.transitions + model.allowed
    words = batch.lengths.sum()
    sequence = crf_loss(emissions, gold, batch.lengths, table) / words
    real = torch.arange(gold.shape[1])[None] < batch.lengths[:, None]
    single = functional.cross_entropy(emissions[real], gold[real], label_smoothing=SMOOTHING)
    return sequence + 0.3 * single


class _Links:
    """The vectors of one window, and the spans to be told apart in it."""

    def __init__(self, window: Window, vectors: Tensor) -> None:
        assert window.story is not None
        story = window.story
        self._own = vectors.view(-1, len(LINK_PARTS), LINK)
        self._total = torch.cat([self._own.new_zeros(1, *self._own.shape[1:]), self._own.cumsum(0)])
        sentence_of = [0] * window.encoded.words
        for number, (low, high) in enumerate(window.encoded.sentences):
            sentence_of[low:high] = [number] * (high - low)
        self._sentence_of = sentence_of[window.low :]
        self.cue_of = _choices(story.content_links, window)
        self.source_of = _choices(story.cue_links, window)
        cues = {cue for _, cue in self.cue_of if cue} | {cue for cue, _ in self.source_of}
        self.cues = sorted(cues)
        self.sources = sorted({source for _, source in self.source_of if source})

    def mean(self, spans: Sequence[Words], name: str) -> Tensor:
        """The mean of a part over each span."""
        low = torch.tensor([a for a, _ in spans])
        high = torch.tensor([b for _, b in spans])
        part = self._total[:, _PART[name]]
        return (part[high] - part[low]) / (high - low)[:, None]

    def edge(self, spans: Sequence[Words], name: str, *, last: bool) -> Tensor:
        """A part of the first or last word of each span."""
        at = torch.tensor([b - 1 if last else a for a, b in spans])
        return self._own[at, _PART[name]]

    def biases(
        self, asking: Sequence[Words], asked: Sequence[Words], distance: Tensor, step: Tensor
    ) -> Tensor:
        """What the distances in words and in sentences add."""
        near = [[distance_bucket(x, y) for y in asked] for x in asking]
        of = self._sentence_of
        steps = [[sentence_bucket(of[x[0]], of[y[0]]) for y in asked] for x in asking]
        return distance[torch.tensor(near)] + step[torch.tensor(steps)]


def _choices(
    links: Sequence[tuple[Words, Words | None]], window: Window
) -> list[tuple[Words, Words | None]]:
    """The links with both ends in the window, in its count of words."""
    found = []
    for asking, asked in links:
        here, there = inside(asking, window), inside(asked, window)
        if here and (asked is None or there):
            found.append((here, there))
    return found


def _choose(
    scores: Tensor, nobody: Tensor, right: Sequence[Words | None], asked: list[Words]
) -> Tensor:
    every = torch.cat([scores, nobody[:, None]], 1)
    gold = torch.tensor([asked.index(one) if one else len(asked) for one in right])
    return functional.cross_entropy(every, gold, reduction="sum")


def link_loss(model: Tagger, vectors: Tensor, batch: Batch) -> Tensor:
    """Choosing the right cue for a content and the right source for a cue, or none."""
    losses: list[Tensor] = []
    for row, window in enumerate(batch.windows):
        here = _Links(window, vectors[row])
        if here.cue_of and here.cues:
            asking = [content for content, _ in here.cue_of]
            query = (
                here.edge(asking, "content_first", last=False)
                + here.edge(asking, "content_last", last=True)
                + here.mean(asking, "content_mean")
            )
            scores = query @ here.mean(here.cues, "cue_of_content").T / _SCALE
            scores = scores + here.biases(
                asking, here.cues, model.content_cue, model.content_cue_sentence
            )
            nobody = query @ model.nobody_cue / _SCALE
            losses.append(_choose(scores, nobody, [cue for _, cue in here.cue_of], here.cues))
        if here.source_of and here.sources:
            asking = [cue for cue, _ in here.source_of]
            query = here.mean(asking, "cue")
            keys = here.edge(here.sources, "source_first", last=False)
            keys = keys + here.edge(here.sources, "source_last", last=True)
            scores = query @ keys.T / _SCALE
            scores = scores + here.biases(
                asking, here.sources, model.cue_source, model.cue_source_sentence
            )
            nobody = query @ model.nobody_source / _SCALE
            right = [source for _, source in here.source_of]
            losses.append(_choose(scores, nobody, right, here.sources))
    if not losses:
        return vectors.sum() * 0
    return torch.stack(losses).sum() / (8 * len(batch.windows))


def class_loss(classes: Tensor, batch: Batch) -> Tensor:
    """The class of each sentence, from the mean over its pieces."""
    rows: list[Tensor] = []
    gold: list[int] = []
    for row, window in enumerate(batch.windows):
        assert window.labels is not None
        for (low, high), label in zip(window.encoded.sentences, window.labels, strict=True):
            if low < high <= window.high:
                a, b = window.encoded.pieces(low) + 1, window.encoded.pieces(high) + 1
                rows.append(classes[row, a:b].mean(0))
                gold.append(label)
    if not rows:
        return classes.sum() * 0
    return functional.cross_entropy(torch.stack(rows), torch.tensor(gold), label_smoothing=0.05)
