"""The encoder (BERT, six layers of 384) and its heads, in plain PyTorch."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from claims.extraction.decoding import TAGS
from claims.extraction.encoding import FEATURE_SIZES
from claims.extraction.linking import DISTANCES, LINK, LINK_PARTS, SENTENCE_STEPS
from training.data import CLASSES

HIDDEN, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS = 384, 6, 12, 1536, 30522, 512
FORBIDDEN = -1e4


class Layer(nn.Module):
    """One transformer layer, norm after each half as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        size, length, _ = x.shape
        parts = self.qkv(x).view(size, length, 3, HEADS, HIDDEN // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(size, length, HIDDEN)
        x = self.norm1(x + self.dropout(self.out(seen)))
        return self.norm2(x + self.dropout(self.outer(functional.gelu(self.inner(x)))))


class Tagger(nn.Module):
    """Pieces in; tag scores, class scores and link vectors for every piece out."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.features = nn.ModuleList(nn.Embedding(size, HIDDEN) for size in FEATURE_SIZES)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.tag = nn.Linear(HIDDEN, len(TAGS))
        self.classes = nn.Sequential(
            nn.Linear(HIDDEN, 128), nn.GELU(), nn.Linear(128, len(CLASSES))
        )
        self.link = nn.Linear(HIDDEN, LINK * len(LINK_PARTS))
        # Crosses and biases of the link scores; in numpy at run time.
        near = -0.4 * (torch.arange(DISTANCES) - DISTANCES // 2).abs().float()
        self.content_cue = nn.Parameter(near.clone())
        self.cue_source = nn.Parameter(near.clone())
        self.content_cue_sentence = nn.Parameter(torch.zeros(SENTENCE_STEPS))
        self.cue_source_sentence = nn.Parameter(torch.zeros(SENTENCE_STEPS))
        self.nobody_cue = nn.Parameter(torch.zeros(LINK))
        self.nobody_source = nn.Parameter(torch.zeros(LINK))
        self.transitions = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.register_buffer("allowed", allowed_transitions())
        for table in self.features:
            nn.init.zeros_(table.weight)
        nn.init.normal_(self.nobody_cue, std=0.1)
        nn.init.normal_(self.nobody_source, std=0.1)

    def forward(
        self, ids: Tensor, features: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        x = self.words(ids) + self.positions.weight[: ids.shape[1]]
        for number, table in enumerate(self.features):
            x = x + table(features[..., number])
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask)
        return self.tag(self.dropout(x)), self.classes(self.dropout(x)), self.link(x)

    def load_bert(self, path: Path) -> None:
        """Start from the weights of a BERT encoder of this size."""
        state = load_file(str(path))
        with torch.no_grad():
            self.words.weight.copy_(state["embeddings.word_embeddings.weight"])
            self.positions.weight.copy_(
                state["embeddings.position_embeddings.weight"]
                + state["embeddings.token_type_embeddings.weight"][0]
            )
            _copy(self.norm, state, "embeddings.LayerNorm")
            for number, layer in enumerate(self.layers):
                here = f"encoder.layer.{number}."
                for kind in ("weight", "bias"):
                    three = [
                        state[f"{here}attention.self.{part}.{kind}"]
                        for part in ("query", "key", "value")
                    ]
                    getattr(layer.qkv, kind).copy_(torch.cat(three))
                _copy(layer.out, state, f"{here}attention.output.dense")
                _copy(layer.norm1, state, f"{here}attention.output.LayerNorm")
                _copy(layer.inner, state, f"{here}intermediate.dense")
                _copy(layer.outer, state, f"{here}output.dense")
                _copy(layer.norm2, state, f"{here}output.LayerNorm")


def _copy(module: nn.Module, state: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(state[f"{name}.weight"])  # type: ignore[operator,union-attr]
    module.bias.copy_(state[f"{name}.bias"])  # type: ignore[operator,union-attr]


def allowed_transitions() -> Tensor:
    """0 where one tag may follow another, very low where it may not."""
    table = torch.full((len(TAGS), len(TAGS)), FORBIDDEN)
    for i, before in enumerate(TAGS):
        for j, after in enumerate(TAGS):
            is_open = before[0] in "BI"
            goes_on = after[0] in "IE"
            if is_open == goes_on and (not is_open or before[2:] == after[2:]):
                table[i, j] = 0.0
    return table


def crf_loss(emissions: Tensor, tags: Tensor, lengths: Tensor, table: Tensor) -> Tensor:
    """Negative log-likelihood of the tag sequences, summed; sequences may start and end open."""
    steps = emissions.shape[1]
    inside = torch.arange(steps)[None] < lengths[:, None]
    gold = emissions.gather(2, tags[..., None]).squeeze(2)
    score = (gold * inside).sum() + (table[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]).sum()
    alpha = emissions[:, 0]
    for step in range(1, steps):
        new = torch.logsumexp(alpha[:, :, None] + table[None], dim=1) + emissions[:, step]
        alpha = torch.where(inside[:, step, None], new, alpha)
    return torch.logsumexp(alpha, dim=1).sum() - score
