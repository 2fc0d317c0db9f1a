"""What the heads are trained on."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from claims.extraction.linking import LINK, LINK_PARTS, Words, distance_bucket, sentence_bucket
from training.batches import Batch, Window, inside
from training.model import Tagger, crf_loss

SMOOTHING = 0.1


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


def _span_sets(window: Window) -> tuple[list[Words], list[Words], list[int]]:
    assert window.story is not None
    story = window.story
    cues = {s for _, c in story.content_links if (s := inside(c, window))}
    cues |= {s for c, _ in story.cue_links if (s := inside(c, window))}
    sources = {s for _, c in story.cue_links if (s := inside(c, window))}
    sentence_of = [0] * window.encoded.words
    for number, (low, high) in enumerate(window.encoded.sentences):
        sentence_of[low:high] = [number] * (high - low)
    return sorted(cues), sorted(sources), sentence_of[window.low : window.high]


def link_loss(model: Tagger, vectors: Tensor, batch: Batch) -> Tensor:
    """Choosing the right cue for a content and the right source for a cue, or none."""
    losses: list[Tensor] = []
    part = {name: index for index, name in enumerate(LINK_PARTS)}
    for row, window in enumerate(batch.windows):
        assert window.story is not None
        own = vectors[row].view(-1, len(LINK_PARTS), LINK)
        cues, sources, sentence_of = _span_sets(window)
        if not cues:
            continue
        total = torch.cat([own.new_zeros(1, *own.shape[1:]), own.cumsum(0)])

        def mean(spans: list[Words], name: str) -> Tensor:
            low = torch.tensor([a for a, _ in spans])
            high = torch.tensor([b for _, b in spans])
            size = (high - low)[:, None]
            return (total[high, part[name]] - total[low, part[name]]) / size  # noqa: B023

        def edge(spans: list[Words], name: str, last: bool) -> Tensor:
            at = torch.tensor([b - 1 if last else a for a, b in spans])
            return own[at, part[name]]  # noqa: B023

        def biases(
            asking: list[Words], asked: list[Words], distance: Tensor, step: Tensor
        ) -> Tensor:
            near = torch.tensor([[distance_bucket(x, y) for y in asked] for x in asking])
            rows = torch.tensor(
                [[sentence_bucket(sentence_of[x[0]], sentence_of[y[0]]) for y in asked] for x in asking]  # noqa: B023, E501
            )
            return distance[near] + step[rows]

        scale = LINK**0.5
        pairs = [
            (here, inside(cue, window) if cue else None)
            for content, cue in window.story.content_links
            if (here := inside(content, window)) and (cue is None or inside(cue, window))
        ]
        if pairs:
            asking = [one for one, _ in pairs]
            query = (
                edge(asking, "content_first", last=False)
                + edge(asking, "content_last", last=True)
                + mean(asking, "content_mean")
            )
            scores = query @ mean(cues, "cue_of_content").T / scale
            scores = scores + biases(
                asking, cues, model.content_cue, model.content_cue_sentence
            )
            scores = torch.cat([scores, (query @ model.nobody_cue / scale)[:, None]], 1)
            gold = torch.tensor([cues.index(c) if c else len(cues) for _, c in pairs])
            losses.append(functional.cross_entropy(scores, gold, reduction="sum"))
        pairs = [
            (here, inside(source, window) if source else None)
            for cue, source in window.story.cue_links
            if (here := inside(cue, window)) and (source is None or inside(source, window))
        ]
        if pairs and sources:
            asking = [one for one, _ in pairs]
            query = mean(asking, "cue")
            keys = edge(sources, "source_first", last=False) + edge(
                sources, "source_last", last=True
            )
            scores = query @ keys.T / scale
            scores = scores + biases(
                asking, sources, model.cue_source, model.cue_source_sentence
            )
            scores = torch.cat([scores, (query @ model.nobody_source / scale)[:, None]], 1)
            gold = torch.tensor([sources.index(s) if s else len(sources) for _, s in pairs])
            losses.append(functional.cross_entropy(scores, gold, reduction="sum"))
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
