"""Figures of a model under training on the development data."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from benchmarks.measures import class_figures, class_scores, softmax, tagger_figures
from claims.extraction.decoding import Array
from claims.extraction.linking import LinkBiases
from claims.extraction.tagger import Forward
from training.data import Sentences, Story
from training.model import Tagger
from training.precision import as_this_processor_likes


def forward_of(model: Tagger) -> Forward:
    """The model as a function of arrays."""

    def forward(ids: Array, features: Array) -> tuple[Array, Array, Array]:
        with torch.no_grad(), as_this_processor_likes():
            found = model(torch.from_numpy(ids), torch.from_numpy(features))
        tags, classes, links = (one.float().numpy() for one in found)
        return tags, classes, links

    return forward


def biases_of(model: Tagger) -> LinkBiases:
    """The link biases as arrays."""
    return LinkBiases(*(getattr(model, name).detach().numpy() for name in LinkBiases._fields))


def evaluate_stories(model: Tagger, stories: Sequence[Story]) -> dict[str, float]:
    """Exact, token and linked F1."""
    model.eval()
    table = (model.transitions + model.allowed).detach().numpy()
    return tagger_figures(stories, forward_of(model), table, biases_of(model))


def evaluate_classes(model: Tagger, runs: Sequence[Sentences]) -> dict[str, float]:
    """How well held-out debate sentences are told apart."""
    model.eval()
    gold, scores = class_scores(forward_of(model), runs)
    return class_figures(gold, softmax(scores))
