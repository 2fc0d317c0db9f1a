"""Measure the extractor against people, published systems and plain baselines.

    python -m benchmarks.extraction DATA [--json FILE]

DATA is the folder with attribution/, checkworthiness/ and segmentation/; nothing of it is kept.
Figures are of the development stories and of debates held out from training.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measures import (
    average_precision,
    calibration_error,
    class_figures,
    class_scores,
    f1_of,
    softmax,
    tagger_figures,
)
from claims.extraction import extract
from claims.extraction.kinds import kind_of
from claims.extraction.schema import Kind
from claims.extraction.scoring import score
from claims.extraction.sentences import paragraphs, sentences_of
from claims.extraction.tagger import SPANS, read, tagger
from training.data import (
    CLASSES,
    Story,
    cut_whole_debates,
    debates,
    held_out,
    join_sentences,
    read_rows,
    read_stories,
)

ATTRIBUTION = "attribution/polnear.dev.jsonl.gz"
CLAIMS = "checkworthiness/claimbuster.train.jsonl.gz"
GOLDEN = "segmentation/golden.jsonl.gz"
# measure: (plain baseline, best published, people), as named in the model card
YARDSTICKS = {
    "exact source F1": (".805", ".832", ".779"),
    "exact cue F1": (".734", ".753", ".706"),
    "exact content F1": (".639", ".729", ".684"),
    "token F1": (".884", ".86", ".884"),
    "linked F1": (".70", "–", ".754"),
}
CHECKABLE = frozenset({Kind.FACT, Kind.QUANTITY, Kind.COMPARISON, Kind.LAW, Kind.DENIAL})
LABELS = ("exact source F1", "exact cue F1", "exact content F1", "token F1", "linked F1")
_COLD = """
import time
began = time.perf_counter()
def resident():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
before = resident()
from claims.extraction import extract
extract("He said it cost $2 million.")
print(time.perf_counter() - began, (resident() - before) / 1024)
"""


def attribution(stories: list[Story]) -> dict[str, dict[str, float]]:
    """The tagger by itself, and the whole extraction, on the same stories."""
    model = tagger()
    alone = tagger_figures(stories, model.forward, model.transitions, model.biases)
    rows = []
    for story in stories:
        found = [a for a in extract(story.row["text"]).attributions if a.within is None]
        spans = [{"source": a.source, "cue": a.cue, "content": a.content} for a in found]
        rows.append({"id": story.row["id"], "attributions": spans})
    return {"tagger": alone, "extraction": f1_of([one.row for one in stories], rows)}


def check_worthiness(folder: Path) -> dict[str, dict[str, float]]:
    """Sentences of held-out debates, in their debate and each by itself."""
    model = tagger()
    found = {}
    for name, alone in (("in context", False), ("alone", True)):
        runs = cut_whole_debates(folder / CLAIMS, model.tokenizer, held=True, alone=alone)
        gold, scores = class_scores(model.forward, runs)
        found[name] = class_figures(gold, softmax(scores / model.temperature))
    baseline = word_baseline(folder)
    if baseline:
        found["tf-idf + svm"] = baseline
    return found


def candidate_scores(folder: Path) -> dict[str, float]:
    """How far the score a candidate would get is from what people say, on held-out debates."""
    model = tagger()
    right: list[bool] = []
    scores: list[float] = []
    checkable: list[bool] = []
    for name, rows in debates(folder / CLAIMS):
        if not held_out(name):
            continue
        run = join_sentences(rows, model.tokenizer)
        reading = read(run.encoded, model.forward)
        bodies = [body for row in rows if (body := " ".join(row["text"].split()))]
        for body, (low, high), label in zip(bodies, run.encoded.sentences, run.labels, strict=True):
            if low == high:
                continue
            begin, end = run.encoded.starts[low], run.encoded.ends[high - 1]
            kind = kind_of(body)
            chance = reading.worth(begin, end, model.temperature)
            scores.append(score(body, kind, attributed=True, chance=chance)[0])
            right.append(CLASSES[label] == "CFS")
            checkable.append(kind in CHECKABLE)
    worth, value, some = np.array(right), np.array(scores), np.array(checkable)
    return {
        "all": round(calibration_error(worth, value), 4),
        "checkable kinds": round(calibration_error(worth[some], value[some]), 4),
        "other kinds, called worth checking by people": round(float(worth[~some].mean()), 4),
        "average precision": round(average_precision(worth, value), 4),
    }


def word_baseline(folder: Path) -> dict[str, float]:
    """TF-IDF and a linear support vector machine on the same split, where scikit-learn is."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC
    except ImportError:
        return {}
    rows = read_rows(folder / CLAIMS)
    sides: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for row in rows:
        sides[held_out(row["meta"]["doc"])].append(row)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    known = words.fit_transform([row["text"] for row in sides[False]])
    machine = LinearSVC(C=0.5).fit(known, [CLASSES.index(r["label_name"]) for r in sides[False]])
    scores = machine.decision_function(words.transform([row["text"] for row in sides[True]]))
    gold = np.array([CLASSES.index(row["label_name"]) for row in sides[True]])
    found = class_figures(gold, softmax(scores))
    found.pop("ece")
    return found


def segmentation(folder: Path) -> dict[str, int]:
    """How many of the golden rules for sentence ends hold."""
    rows = read_rows(folder / GOLDEN)
    right = 0
    for row in rows:
        text = row["text"]
        spans = [s for part in paragraphs(text) for s in sentences_of(text, part)]
        printed = [" ".join(text[a:b].split()) for a, b in spans]
        right += printed == [" ".join(one.split()) for one in row["sentences"]]
    return {"right": right, "of": len(rows)}


def speed(stories: list[Story]) -> dict[str, float]:
    """Sentences a second of processor time, and how the whole compares with the encoder alone."""
    model = tagger()
    some = stories[:40]
    began = time.process_time()
    for story in some:
        read(story.encoded, model.forward)
    encoder = time.process_time() - began
    began = time.process_time()
    sentences = sum(len(extract(story.row["text"]).sentences) for story in some)
    whole = time.process_time() - began
    return {
        "sentences_per_second": round(sentences / whole, 1),
        "whole_over_encoder": round(whole / encoder, 2),
    }


def growth(stories: list[Story]) -> dict[str, float]:
    """Seconds for texts from 1 KB to 1 MB."""
    whole = "\n\n".join(story.row["text"] for story in stories)
    found = {}
    for size in (1_000, 10_000, 100_000, 1_000_000):
        text = (whole * (size // len(whole) + 1))[:size]
        began = time.perf_counter()
        extract(text)
        found[f"seconds_{size // 1000}_kb"] = round(time.perf_counter() - began, 3)
    return found


def cold() -> dict[str, float]:
    """Seconds from import to the first extraction in a fresh process, and the memory it takes."""
    answer = subprocess.run(
        [sys.executable, "-c", _COLD], capture_output=True, text=True, check=True
    ).stdout.split()
    return {"cold_seconds": round(float(answer[0]), 2), "memory_mib": round(float(answer[1]))}


def table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    lines = ["| measure | this | plain fine-tune | best published | people |"]
    lines.append("| --- | --- | --- | --- | --- |")
    whole, alone = figures["attribution"]["extraction"], figures["attribution"]["tagger"]
    for label, name in zip(LABELS, whole, strict=True):
        base, best, people = YARDSTICKS[label]
        lines.append(
            f"| PolNeAR dev {label} | {alone[name]:.3f} (assembled {whole[name]:.3f}) "
            f"| {base} | {best} | {people} |"
        )
    claims = figures["check_worthiness"]
    words = claims.get("tf-idf + svm", {})
    for name, label in (("cfs_f1", "F1"), ("cfs_ap", "average precision"), ("ece", "ECE")):
        own = f"{claims['in context'][name]:.3f} (alone {claims['alone'][name]:.3f})"
        base = f"{words[name]:.3f} (TF-IDF + SVM)" if name in words else "–"
        lines.append(f"| ClaimBuster, held-out debates, {label} | {own} | {base} | – | – |")
    candidates = figures["candidate_scores"]
    lines.append(
        f"| candidate score, ECE of checkable kinds | {candidates['checkable kinds']:.3f} "
        f"(all kinds {candidates['all']:.3f}) | – | – | – |"
    )
    left_out = ", ".join(f"{kind} {value:.3f}" for kind, value in figures["left_out"].items())
    lines.append(f"| spans, dev stories left out of their fit | {left_out} | – | – | – |")
    golden = figures["segmentation"]
    lines.append(f"| sentence golden rules | {golden['right']} of {golden['of']} | – | 47 | – |")
    for name, value in {**figures["speed"], **figures["cold"], **figures["growth"]}.items():
        lines.append(f"| {name.replace('_', ' ')} | {value} | – | – | – |")
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    stories = read_stories(options.data / ATTRIBUTION, tagger().tokenizer)
    figures = {
        "attribution": attribution(stories),
        "check_worthiness": check_worthiness(options.data),
        "candidate_scores": candidate_scores(options.data),
        "left_out": json.loads(SPANS.read_text(encoding="utf-8"))["left out"],
        "segmentation": segmentation(options.data),
        "speed": speed(stories),
        "cold": cold(),
        "growth": growth(stories),
        "peak_mib_of_this_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(table(figures))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
