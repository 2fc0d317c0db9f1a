"""Train the tagger.

python -m training.train DATA --out FOLDER [--epochs 8] [--seed 13]
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from rich.progress import Progress
from tokenizers import Tokenizer

from claims.extraction.linking import LinkBiases
from claims.extraction.tagger import SIZE
from training.base import base_model, base_tokenizer
from training.batches import (
    Window,
    by_length,
    collate,
    hide_words,
    sentence_windows,
    story_windows,
)
from training.data import Sentences, Story, cut_debates, read_stories
from training.evaluate import evaluate_classes, evaluate_stories
from training.losses import class_loss, link_loss, tag_loss, words_of
from training.model import Tagger
from training.precision import as_this_processor_likes
from training.restore import restored

WARM_SHARE = 1 / 16
LINK_WEIGHT, CLASS_WEIGHT = 0.4, 0.3
HIDDEN = 0.05
"""The share of words of a story that are masked."""
DEBATE_EPOCHS = 4
"""In how many epochs the debates are read once; the stories are read in each."""
AVERAGING = 0.998
"""How much of the averaged weights stays at each step."""
SMALL_LOOK = (30, 800)
"""Stories and sentences to look at after an epoch; after the last, all."""

Step = tuple[str, list[Window]]


@dataclass
class Data:
    """What is trained and looked at."""

    train: list[Story]
    dev: list[Story]
    held: list[Sentences]
    claims: Path
    tokenizer: Tokenizer


def read_data(folder: Path, limit: int | None) -> Data:
    """Read and encode everything."""
    tokenizer = base_tokenizer()
    claims = folder / "checkworthiness/claimbuster.train.jsonl.gz"
    rng = random.Random(1)  # noqa: S311
    return Data(
        read_stories(folder / "attribution/polnear.train.jsonl.gz", tokenizer, limit),
        read_stories(folder / "attribution/polnear.dev.jsonl.gz", tokenizer, limit),
        cut_debates(claims, tokenizer, held=True, rng=rng, single=1.0),
        claims,
        tokenizer,
    )


def parameter_groups(model: Tagger, encoder: float, heads: float) -> list[dict[str, object]]:
    """Slower for what is already trained, no decay for norms and biases."""
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        slow = name.startswith(("words", "positions", "norm", "layers"))
        rate = encoder if slow else heads
        if name in {"transitions", *LinkBiases._fields}:
            rate = heads * 10  # a few numbers that have far to go
        decay = 0.01 if parameter.ndim > 1 and name != "transitions" else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": group, "lr": rate, "weight_decay": decay}
        for (rate, decay), group in groups.items()
    ]


def plan_epochs(
    data: Data, epochs: int, budget: int, rng: random.Random, limit: int | None
) -> list[list[Step]]:
    """The batches of every epoch: all stories, and a part of the debates."""
    plan: list[list[Step]] = []
    parts: list[list[list[Window]]] = []
    for _ in range(epochs):
        windows = story_windows(data.train, SIZE, rng)
        steps: list[Step] = [("story", one) for one in by_length(windows, budget, rng)]
        if not parts:
            runs = cut_debates(data.claims, data.tokenizer, held=False, rng=rng)[:limit]
            every = by_length(sentence_windows(runs, SIZE), budget // 2, rng)
            parts = [every[part::DEBATE_EPOCHS] for part in range(min(DEBATE_EPOCHS, epochs))]
        now = parts.pop()
        steps += [("sentences", one) for one in now]
        rng.shuffle(steps)
        plan.append(steps)
    return plan


@dataclass
class Trainer:
    """The model, its running average, and how far the training is."""

    model: Tagger
    total: int
    rate: float
    minutes: float | None
    seed: int
    done: int = 0
    losses: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.averaged = copy.deepcopy(self.model)
        groups = parameter_groups(self.model, self.rate, self.rate * 5)
        self.optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
        self.peaks = [group["lr"] for group in self.optimiser.param_groups]
        self.began = time.monotonic()
        self.chance = np.random.default_rng(self.seed)

    @property
    def past(self) -> float:
        """The share of the training that is over, in steps or in time."""
        share = self.done / self.total
        if self.minutes:
            share = max(share, (time.monotonic() - self.began) / (60 * self.minutes))
        return share

    def step(self, kind: str, windows: list[Window]) -> None:
        """One batch."""
        self.done += 1
        rising = self.done / max(1.0, self.total * WARM_SHARE)
        factor = max(0.0, min(rising, (1 - self.past) / (1 - WARM_SHARE)))
        for group, peak in zip(self.optimiser.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        loss = self._loss(kind, windows)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        keep = min(AVERAGING, self.done / (self.done + 10))
        pairs = zip(self.averaged.parameters(), self.model.parameters(), strict=True)
        with torch.no_grad():
            for mean, now in pairs:
                mean.lerp_(now, 1 - keep)

    def _loss(self, kind: str, windows: list[Window]) -> torch.Tensor:
        batch = collate(windows)
        if kind == "story":
            hide_words(batch, HIDDEN, self.chance)
        with as_this_processor_likes():
            tags, classes, links = self.model(batch.ids, batch.features, batch.mask)
        if kind == "sentences":
            of_class = class_loss(classes.float(), batch)
            self._note("class", of_class)
            return CLASS_WEIGHT * of_class
        tag = tag_loss(self.model, words_of(tags.float(), batch.first), batch)
        link = link_loss(self.model, words_of(links.float(), batch.first), batch)
        self._note("tag", tag)
        self._note("link", link)
        return tag + LINK_WEIGHT * link

    def _note(self, name: str, loss: torch.Tensor) -> None:
        self.losses.setdefault(name, []).append(float(loss.detach()))

    def report(self) -> str:
        """The losses of late."""
        means = {name: round(float(np.mean(last[-50:])), 3) for name, last in self.losses.items()}
        return f"{self.done}/{self.total} {time.monotonic() - self.began:.0f} s {means}"


def train(trainer: Trainer, plan: list[list[Step]], data: Data, out: Path) -> None:
    """All epochs, with a look at the development data after each."""
    figures: dict[str, float] = {}
    with Progress() as progress:
        task = progress.add_task("training", total=1.0)
        for epoch, steps in enumerate(plan):
            trainer.model.train()
            for kind, windows in steps:
                if trainer.past >= 1 and trainer.minutes:
                    break
                trainer.step(kind, windows)
                progress.update(task, completed=trainer.past)
                if trainer.done % 50 == 0:
                    progress.console.print(trainer.report(), highlight=False, soft_wrap=True)
            last = epoch + 1 == len(plan) or trainer.past >= 1
            stories, sentences = (None, None) if last else SMALL_LOOK
            state = {k: v for k, v in trainer.averaged.state_dict().items() if k != "allowed"}
            torch.save(state, out / "averaged.pt")
            figures = evaluate_stories(trainer.averaged, data.dev[:stories])
            figures |= evaluate_classes(trainer.averaged, data.held[:sentences])
            progress.console.print(
                f"epoch {epoch + 1}", json.dumps(figures), highlight=False, soft_wrap=True
            )
            if last:
                break
    seconds = round(time.monotonic() - trainer.began)
    summary = {"seconds": seconds, "steps": trainer.done, "figures": figures}
    (out / "training.json").write_text(json.dumps(summary), encoding="utf-8")


def start_from(weights: Path) -> dict[str, torch.Tensor]:
    """The weights to go on from."""
    if weights.suffix == ".onnx":
        return restored(weights)
    state: dict[str, torch.Tensor] = torch.load(weights, weights_only=True)
    return state


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--budget", type=int, default=2560, help="word pieces in a batch")
    parser.add_argument(
        "--minutes", type=float, default=None, help="end by then, the rates falling in time"
    )
    parser.add_argument(
        "--start", type=Path, default=None, help="go on from averaged.pt or the shipped tagger.onnx"
    )
    parser.add_argument("--limit", type=int, default=None, help="stories to read, for a trial")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    data = read_data(options.data, options.limit)
    model = Tagger()
    if options.start:
        model.load_state_dict(start_from(options.start), strict=False)
    else:
        model.load_bert(base_model() / "model.safetensors")
    rng = random.Random(options.seed)  # noqa: S311
    plan = plan_epochs(data, options.epochs, options.budget, rng, options.limit)
    total = sum(len(steps) for steps in plan)
    trainer = Trainer(model, total, options.rate, options.minutes, options.seed)
    train(trainer, plan, data, options.out)


if __name__ == "__main__":
    main()
