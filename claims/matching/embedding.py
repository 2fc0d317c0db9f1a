"""What a statement means, as a vector: texts that say the same lie close together.

Loaded like the tagger: on first use, so never in the parent of a forking worker, on one thread,
and only if the file is the pinned one. Texts go through one at a time, which on one thread costs
nothing and makes the vector of a text the same whatever else was embedded beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from claims.extraction.tagger import VOCABULARY, UnknownWeights, check_hash, open_session

FOLDER = Path(__file__).parent / "model"
WEIGHTS = FOLDER / "embedding.onnx"
SHA256 = "195e4410cebef22d1986d3328b9fd24da64e1f1e9257eb41243ee21c27c203ad"
MODEL = "all-MiniLM-L6-v2 int8 1"
"""Stored beside every vector: those of different models are never compared."""
DIMENSIONS = 384
PIECES = 254
"""Pieces of a text that are read; the weights were trained on no more than 256 with the marks."""
_START, _END = 101, 102

Vector = npt.NDArray[np.float32]


class Embedder:
    """The shipped sentence encoder, with the vocabulary that it shares with the tagger."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        check_hash(VOCABULARY)
        body = weights.read_bytes()
        if SHA256 and hashlib.sha256(body).hexdigest() != SHA256:
            raise UnknownWeights(f"{weights.name} is not the model that belongs to this version.")
        self._tokenizer = Tokenizer.from_file(str(VOCABULARY))
        self._session = open_session(body)

    def pieces(self, text: str) -> npt.NDArray[np.int64]:
        """The numbers that stand for a text, between the marks of its start and its end."""
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids[:PIECES]
        return np.array([[_START, *ids, _END]], dtype=np.int64)

    def forward(self, ids: npt.NDArray[np.int64]) -> Vector:
        """Texts of one length through the encoder."""
        vectors: Vector = self._session.run(["vectors"], {"ids": ids})[0]
        return vectors

    def embed(self, texts: Iterable[str]) -> list[Vector]:
        """One vector of length 1 for every text, in their order."""
        return [self.forward(self.pieces(text))[0] for text in texts]


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    """The one of this process."""
    return Embedder()
