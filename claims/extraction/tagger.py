"""The trained encoder: who speaks, which words, and what is worth checking, in one pass.

The session is opened on first use, so never in the parent of a forking worker, and runs on
one thread. The file's hash is pinned: other weights are refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from claims.extraction.decoding import TAGS, Array
from claims.extraction.encoding import Encoded
from claims.extraction.linking import LINK, LINK_PARTS, LinkBiases
from claims.extraction.spans import read_weights

FOLDER = Path(__file__).parent / "model"
WEIGHTS = FOLDER / "tagger.onnx"
VOCABULARY = FOLDER / "tokenizer.json"
SPANS = FOLDER / "spans.json"
SHA256 = {
    "tagger.onnx": "54e1cad5a7aff5375a0549e0186eb22dbf1194a81a5a660e11d12ce3895f9f37",
    "tokenizer.json": "9114256b104cca80e04367526f03f46aa3c443c2ed174904142a73bbf13b9fbb",
    "spans.json": "361f7bf5737f58439c19ba16344a0aae01e4ea376228f134818cff51c15364fd",
}
CLASSES = ("non-factual", "unimportant", "check-worthy")
SIZE, OVERLAP = 318, 64
"""Pieces in a window, and how many of them the window before has seen."""
_START, _END = 101, 102

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads do not survive a fork

Forward = Callable[[Array, Array], tuple[Array, Array, Array]]
"""Pieces and features of one window in; tags, classes and vectors of each piece out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder says of a text."""

    tags: Array  # of each word
    vectors: Array  # of each word: (words, parts, LINK)
    classes: Array  # of each piece
    encoded: Encoded

    def worth(self, start: int, end: int, temperature: float = 1.0) -> float:
        """The chance that a stretch of the text is worth checking."""
        low, high = self.encoded.covering(start, end)
        begin, stop = self.encoded.pieces(low), self.encoded.pieces(high)
        if begin >= stop:
            return 0.0
        scores = self.classes[begin:stop].mean(axis=0) / temperature
        powers = np.exp(scores - scores.max())
        return float(powers[-1] / powers.sum())


def read(encoded: Encoded, forward: Forward, size: int = SIZE, overlap: int = OVERLAP) -> Reading:
    """Read a text window by window; where two have seen a word, the one that saw more decides."""
    windows = encoded.windows(size, overlap)
    tags = np.zeros((encoded.words, len(TAGS)), dtype=np.float32)
    vectors = np.zeros((encoded.words, len(LINK_PARTS), LINK), dtype=np.float16)
    classes = np.zeros((len(encoded.ids), len(CLASSES)), dtype=np.float32)
    done = 0
    for number, (low, high) in enumerate(windows):
        begin, end = encoded.pieces(low), min(encoded.pieces(high), encoded.pieces(low) + 510)
        ids = np.concatenate([[_START], encoded.ids[begin:end], [_END]])[None]
        features = np.zeros((1, end - begin + 2, encoded.features.shape[1]), dtype=np.int64)
        features[0, 1:-1] = encoded.features[begin:end]
        tag, of_class, vector = forward(ids, features)
        last = number + 1 == len(windows)
        upto = high if last else (windows[number + 1][0] + high + 1) // 2
        first = np.minimum(encoded.first[done:upto] - begin + 1, end - begin)
        tags[done:upto] = tag[0, first]
        vectors[done:upto] = vector[0, first].reshape(-1, len(LINK_PARTS), LINK)
        here, there = encoded.pieces(done), min(encoded.pieces(upto), end)
        classes[here:there] = of_class[0, here - begin + 1 : there - begin + 1]
        done = upto
    return Reading(tags, vectors, classes, encoded)


class Tagger:
    """The shipped model with its vocabulary."""

    def __init__(
        self,
        weights: Path = WEIGHTS,
        vocabulary: Path = VOCABULARY,
        spans: Path | None = SPANS,
    ) -> None:
        for path in (weights, vocabulary, spans):
            if path is not None:
                check_hash(path)
        self.spans = read_weights(spans)
        self.tokenizer = Tokenizer.from_file(str(vocabulary))
        self._session = open_session(str(weights))
        notes = self._session.get_modelmeta().custom_metadata_map
        self.transitions: Array = np.array(json.loads(notes["transitions"]), dtype=np.float32)
        self.temperature = float(notes.get("temperature", 1))
        self.biases = LinkBiases(
            *(np.array(json.loads(notes[name]), dtype=np.float32) for name in LinkBiases._fields)
        )

    def forward(self, ids: Array, features: Array) -> tuple[Array, Array, Array]:
        """One window through the encoder."""
        found: Any = self._session.run(
            ["tags", "classes", "links"], {"ids": ids, "features": features}
        )
        return found[0], found[1], found[2]

    def read(self, encoded: Encoded) -> Reading:
        """Read a text."""
        return read(encoded, self.forward)


def open_session(weights: str | bytes) -> onnxruntime.InferenceSession:
    """The weights, ready to run on one thread: workers are processes, and there is one a core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


class UnknownWeights(RuntimeError):
    """A model file is not the one this version was measured with."""


def check_hash(path: Path) -> None:
    """Refuse a file that is not the pinned one."""
    pinned = SHA256.get(path.name)
    if pinned and hashlib.sha256(path.read_bytes()).hexdigest() != pinned:
        raise UnknownWeights(f"{path.name} is not the model that belongs to this version.")


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The one tagger of this process."""
    return Tagger()


def sentence_numbers(encoded: Encoded) -> Sequence[int]:
    """The sentence of each word."""
    numbers = [0] * encoded.words
    for number, (low, high) in enumerate(encoded.sentences):
        numbers[low:high] = [number] * (high - low)
    return numbers
