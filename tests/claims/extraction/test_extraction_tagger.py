"""The trained part: how text becomes windows, how scores become spans and links."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from claims.extraction.decoding import TAGS, Found, by_kind, chain, choose
from claims.extraction.encoding import Encoded
from claims.extraction.fusion import fuse
from claims.extraction.linking import (
    LINK,
    LINK_PARTS,
    LinkBiases,
    Linker,
    distance_bucket,
    link,
)
from claims.extraction.passage import Raw
from claims.extraction.quotes import find_quotes
from claims.extraction.schema import Span
from claims.extraction.sentences import paragraphs, sentences_of
from claims.extraction.spans import completed
from claims.extraction.tagger import SHA256, WEIGHTS, Tagger, UnknownWeights, read, tagger

ROOT = Path(__file__).resolve().parents[3]
LARGEST = 30 * 1024 * 1024


def encode(text: str) -> Encoded:
    parts = paragraphs(text)
    sentences = [span for part in parts for span in sentences_of(text, part)]
    return Encoded(text, sentences, parts, find_quotes(text, parts), tagger().tokenizer)


def scores(*tags: str, sure: float = 6.0) -> np.ndarray:
    """Emissions that speak for one sequence of tags."""
    table = np.zeros((len(tags), len(TAGS)), np.float32)
    for word, tag in enumerate(tags):
        table[word, TAGS.index(tag)] = sure
    return table


def moves() -> np.ndarray:
    """Every legal step alike, every other one forbidden."""
    table = np.full((len(TAGS), len(TAGS)), -1e4, np.float32)
    for i, one in enumerate(TAGS):
        for j, other in enumerate(TAGS):
            goes_on = other[0] in "IE"
            if (one[0] in "BI") == goes_on and (not goes_on or one[2:] == other[2:]):
                table[i, j] = 0
    return table


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
    assert len(windows) > 3
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


def test_the_chance_of_a_span_is_that_of_all_readings_which_hold_it() -> None:
    emissions = scores("B-source", "E-source", "S-cue", "O", "B-content", "E-content", sure=1.0)
    table = moves()
    legal = {}
    for reading in product(range(len(TAGS)), repeat=3):
        opens, closes = TAGS[reading[0]][0] in "OBS", TAGS[reading[-1]][0] in "OES"
        if opens and closes:
            weight = sum(emissions[word, tag] for word, tag in enumerate(reading))
            weight += sum(table[a, b] for a, b in pairwise(reading))
            legal[reading] = float(np.exp(max(weight, -500)))
    found = chain(emissions[:3], table, np.zeros(3, np.int64)).spans(0.01)
    wanted = next(one for one in found if (one.start, one.end, one.kind) == (0, 2, "source"))
    names = [TAGS.index("B-source"), TAGS.index("E-source")]
    holding = sum(value for reading, value in legal.items() if list(reading[:2]) == names)
    assert wanted.chance == pytest.approx(holding / sum(legal.values()), rel=1e-6)


def test_paragraphs_are_read_alike_whether_alone_or_side_by_side() -> None:
    generator = np.random.default_rng(3)
    emissions = generator.normal(size=(40, len(TAGS))).astype(np.float32)
    group = np.array([0] * 7 + [1] * 1 + [4] * 20 + [5] * 12)
    together = chain(emissions, moves(), group)
    for number in (0, 1, 4, 5):
        here = group == number
        alone = chain(emissions[here], moves(), group[here])
        assert np.allclose(together.tags[here], alone.tags)
        assert np.allclose(alone.tags.sum(axis=1), 1)
    spans = together.spans(1e-6)
    assert spans
    assert all(group[one.start] == group[one.end - 1] for one in spans)


def test_no_words_have_no_spans() -> None:
    nothing = chain(np.zeros((0, len(TAGS)), np.float32), moves(), np.zeros(0, np.int64))
    assert nothing.spans(0.1) == []


def test_of_overlapping_spans_those_stay_that_add_up_to_most() -> None:
    long, left, right = (
        Found(0, 9, "content", 0.7),
        Found(0, 4, "cue", 0.6),
        Found(4, 9, "cue", 0.5),
    )
    doubtful = Found(9, 10, "source", 0.2)
    assert choose([right, doubtful, long, left], 0.3) == [left, right]
    assert choose([right, doubtful, long, left], 0.45) == [long]
    assert by_kind([right, left]) == {"source": [], "cue": [(0, 4), (4, 9)], "content": []}


def test_a_cue_without_words_gets_the_likeliest_that_fit() -> None:
    zeros = np.zeros((12, len(LINK_PARTS), LINK), np.float32)
    flat, nobody = np.full(25, 3.0), np.zeros(LINK)
    biases = LinkBiases(flat, flat, np.zeros(7), np.zeros(7), nobody, nobody)
    linker = Linker(zeros, biases, [0] * 12, [0] * 12)
    cue = Found(2, 3, "cue", 0.9)
    poor, better, taken = (
        Found(3, 6, "content", 0.2),
        Found(4, 8, "content", 0.3),
        Found(2, 9, "content", 0.35),
    )
    found = completed([cue], [cue, poor, better, taken], linker, 0.1)
    assert found == [cue, better]
    assert completed([cue], [cue, poor, better, taken], linker, 0.4) == [cue]


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
        Linker(zeros, biases, [0] * 10, [0] * 10),
    )
    assert [(one.cue, one.content) for one in found] == [((1, 2), []), (None, [(2, 9)])]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    other = tmp_path / WEIGHTS.name
    other.write_bytes(b"not the model")
    with pytest.raises(UnknownWeights):
        Tagger(other)


def test_weights_are_pinned_and_small() -> None:
    assert set(SHA256) == {"tagger.onnx", "tokenizer.json", "spans.json"}
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
