"""The trained part: how text becomes windows, how scores become spans and links."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from claims.extraction.decoding import TAGS, best_path, spans_of
from claims.extraction.encoding import Encoded
from claims.extraction.fusion import fuse
from claims.extraction.linking import LINK, LINK_PARTS, LinkBiases, distance_bucket, link
from claims.extraction.passage import Raw
from claims.extraction.quotes import find_quotes
from claims.extraction.schema import Span
from claims.extraction.sentences import paragraphs, sentences_of
from claims.extraction.tagger import SHA256, WEIGHTS, Tagger, UnknownWeights, read, tagger

ROOT = Path(__file__).resolve().parents[3]
LARGEST = 30 * 1024 * 1024


def encode(text: str) -> Encoded:
    parts = paragraphs(text)
    sentences = [span for part in parts for span in sentences_of(text, part)]
    return Encoded(text, sentences, parts, find_quotes(text, parts), tagger().tokenizer)


def path(*tags: str) -> np.ndarray:
    return np.array([TAGS.index(tag) for tag in tags])


def test_words_stand_where_the_text_has_them() -> None:
    text = "“Caf\u00e9s aren’t open,”\u00a0Ida Berg said.\n\nOslo\u202e is unbelievably quiet."
    encoded = encode(text)
    words = [text[a:b] for a, b in zip(encoded.starts, encoded.ends, strict=True)]
    assert words[:6] == ["“", "Caf\u00e9s", "aren", "’", "t", "open"]
    assert "unbelievably" in words
    assert encoded.starts == sorted(encoded.starts)


def test_a_number_is_read_like_any_other_of_its_size() -> None:
    one, other = encode("It cost $3 million in 1998."), encode("It cost $4 million in 2011.")
    assert one.ids.tolist() == other.ids.tolist()


def test_windows_cover_every_word_and_begin_with_sentences() -> None:
    encoded = encode("The bridge closed on Monday. Nobody said why it had to close. " * 60)
    windows = encoded.windows(120, 30)
    heads = {low for low, _ in encoded.sentences}
    assert windows[0][0] == 0
    assert windows[-1][1] == encoded.words
    assert all(low in heads for low, _ in windows)
    for (_, end), (start, _) in pairwise(windows):
        assert start <= end
    for low, high in windows:
        assert encoded.pieces(high) - encoded.pieces(low) <= 120


@pytest.mark.parametrize("size", [1, 2, 7, 50])
def test_windows_of_any_size_come_to_an_end(size: int) -> None:
    encoded = encode("The bridge closed. " * 5 + "and so on " * 40)
    windows = encoded.windows(size, 10)
    assert windows[0][0] == 0
    assert windows[-1][1] == encoded.words
    assert all(a < b for a, b in windows)


def test_every_word_is_read_once_whatever_the_windows() -> None:
    encoded = encode("The bridge closed on Monday. Nobody said why it had to close. " * 20)
    seen = []

    def forward(ids: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        seen.append(ids.shape)
        length = ids.shape[1]
        values = ids[..., None].astype(np.float32)
        return (
            np.repeat(values, len(TAGS), axis=2),
            np.repeat(values, 3, axis=2),
            np.zeros((1, length, LINK * len(LINK_PARTS)), np.float32),
        )

    reading = read(encoded, forward, 60, 15)
    assert len(seen) > 3
    assert reading.tags[:, 0].tolist() == encoded.ids[encoded.first].tolist()
    assert reading.classes[:, 0].tolist() == encoded.ids.tolist()


def test_best_path_obeys_the_transitions() -> None:
    transitions = np.full((len(TAGS), len(TAGS)), -1e4)
    transitions[0, :] = 0
    transitions[:, 0] = 0
    emissions = np.zeros((3, len(TAGS)))
    emissions[:, 5] = 2
    emissions[1, 0] = 1.5
    assert best_path(emissions, transitions).tolist() == [5, 0, 5]


def test_spans_are_read_from_whole_and_from_broken_paths() -> None:
    found = spans_of(path("B-source", "E-source", "S-cue", "O", "B-content", "I-content"))
    assert found == {"source": [(0, 2)], "cue": [(2, 3)], "content": [(4, 6)]}
    assert spans_of(path("I-cue", "E-cue", "S-cue"))["cue"] == [(0, 2), (2, 3)]


def test_distance_has_a_sign_and_a_ceiling() -> None:
    after, before = distance_bucket((0, 2), (5, 6)), distance_bucket((5, 6), (0, 2))
    assert after > 12 > before
    assert distance_bucket((0, 1), (900, 901)) == 24


def test_a_content_may_have_no_cue() -> None:
    zeros = np.zeros((10, len(LINK_PARTS), LINK), np.float32)
    far = np.full(25, -9.0)
    flat = np.zeros(7)
    nobody = np.zeros(LINK)
    biases = LinkBiases(far, far, flat, flat, nobody, nobody)
    found = link(
        {"source": [(0, 1)], "cue": [(1, 2)], "content": [(2, 9)]},
        zeros,
        biases,
        [0] * 10,
        [0] * 10,
    )
    assert [(one.cue, one.content) for one in found] == [((1, 2), []), (None, [(2, 9)])]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    other = tmp_path / WEIGHTS.name
    other.write_bytes(b"not the model")
    with pytest.raises(UnknownWeights):
        Tagger(other)


def test_weights_are_pinned_and_small() -> None:
    assert set(SHA256) == {"tagger.onnx", "tokenizer.json"}
    assert all(len(pinned) == 64 for pinned in SHA256.values())
    assert WEIGHTS.stat().st_size < LARGEST


def test_a_rule_at_a_quotation_mark_is_believed_before_the_tagger() -> None:
    rule = Raw(0, Span(20, 23), Span(24, 28), [Span(0, 18)], "say", 0.95)
    same = Raw(0, Span(20, 23), Span(24, 28), [Span(0, 15), Span(30, 40)], "say", 0.7)
    other = Raw(0, Span(50, 53), Span(54, 58), [Span(60, 70)], "add", 0.7)
    found = fuse([rule], [same, other])
    assert found == [rule, other]
    assert rule.content == [Span(0, 18), Span(30, 40)]


def test_nothing_of_the_training_is_loaded_at_run_time() -> None:
    code = (
        "import sys; from claims.extraction import extract; extract('He said so.'); "
        "print(sorted({'torch', 'training', 'benchmarks', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_no_session_before_the_first_story() -> None:
    code = (
        "import claims.extraction, claims.extraction.tagger as t; "
        "print(t.tagger.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0"
