"""Train the tagger.

    python -m training.train DATA --out FOLDER [--epochs 8] [--seed 13]
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from pathlib import Path

import numpy as np
import torch

from claims.extraction.linking import LinkBiases
from claims.extraction.tagger import SIZE
from training.base import base_model, base_tokenizer
from training.batches import by_length, collate, sentence_windows, story_windows
from training.data import cut_debates, read_stories
from training.evaluate import evaluate_classes, evaluate_stories
from training.losses import class_loss, link_loss, tag_loss, words_of
from training.model import Tagger



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


def main() -> None:
    """Read the data, train, keep the averaged weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--budget", type=int, default=2560)
    parser.add_argument(
        "--minutes", type=float, default=None, help="end by then, the rates falling in time"
    )
    parser.add_argument("--limit", type=int, default=None, help="stories to read, for a trial")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    rng = random.Random(arguments.seed)

    tokenizer = base_tokenizer()
    began = time.monotonic()
    folder = arguments.data
    train = read_stories(
        folder / "attribution/polnear.train.jsonl.gz", tokenizer, arguments.limit
    )
    dev = read_stories(folder / "attribution/polnear.dev.jsonl.gz", tokenizer, arguments.limit)
    claims = folder / "checkworthiness/claimbuster.train.jsonl.gz"
    held = cut_debates(claims, tokenizer, held=True, rng=random.Random(1), single=1.0)
    print(f"data read in {time.monotonic() - began:.0f} s", flush=True)

    model = Tagger()
    model.load_bert(base_model() / "model.safetensors")
    averaged = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(
        parameter_groups(model, arguments.rate, arguments.rate * 5), betas=(0.9, 0.98)
    )
    plan = []
    for epoch in range(arguments.epochs):
        windows = story_windows(train, SIZE, rng)
        steps = [("story", one) for one in by_length(windows, arguments.budget, rng)]
        if epoch % 2 == 0 or epoch == arguments.epochs - 1:
            runs = cut_debates(claims, tokenizer, held=False, rng=rng)
            if arguments.limit:
                runs = runs[: arguments.limit]
            sentences = sentence_windows(runs, SIZE)
            batches = by_length(sentences, arguments.budget // 2, rng)
            half = len(batches) // 2
            shared = batches if epoch == arguments.epochs - 1 else batches[:half]
            later = [] if epoch == arguments.epochs - 1 else batches[half:]
        else:
            shared = later
        steps += [("sentences", one) for one in shared]
        rng.shuffle(steps)
        plan.append(steps)
    total = sum(len(steps) for steps in plan)
    warm = total // 16
    print(f"{total} steps, {arguments.epochs} epochs", flush=True)
    done = 0
    began = time.monotonic()
    for epoch, steps in enumerate(plan):
        model.train()
        sums: dict[str, list[float]] = {}
        for kind, windows in steps:
            done += 1
            past = done / total
            if arguments.minutes:
                past = max(past, (time.monotonic() - began) / (60 * arguments.minutes))
            if past > 1:
                break
            factor = min(done / max(1, warm), (1 - past) / (1 - 1 / 16))
            for group in optimiser.param_groups:
                group.setdefault("peak", group["lr"])
                group["lr"] = group["peak"] * max(0.0, factor)
            batch = collate(windows)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                tags, classes, links = model(batch.ids, batch.features, batch.mask)
            if kind == "story":
                emissions = words_of(tags.float(), batch.first)
                tag = tag_loss(model, emissions, batch)
                link = link_loss(model, words_of(links.float(), batch.first), batch)
                loss = tag + 0.4 * link
                sums.setdefault("tag", []).append(float(tag.detach()))
                sums.setdefault("link", []).append(float(link.detach()))
            else:
                loss = 0.3 * class_loss(classes.float(), batch)
                sums.setdefault("class", []).append(float(loss.detach()))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            decay = min(0.998, done / (done + 10))
            with torch.no_grad():
                for mean, now in zip(averaged.parameters(), model.parameters(), strict=True):
                    mean.lerp_(now, 1 - decay)
            if done % 50 == 0:
                spent = time.monotonic() - began
                means = {k: round(float(np.mean(v[-50:])), 4) for k, v in sums.items()}
                left = spent / done * (total - done)
                if arguments.minutes:
                    left = min(left, 60 * arguments.minutes - spent)
                print(f"{done}/{total} {spent:.0f}s left {left:.0f}s {means}", flush=True)
        if not sums:
            break
        state = {k: v for k, v in averaged.state_dict().items() if k != "allowed"}
        torch.save(state, arguments.out / "averaged.pt")
        figures = evaluate_stories(averaged, dev[: 30 if epoch + 1 < arguments.epochs else None])
        figures |= evaluate_classes(averaged, held[: 800 if epoch + 1 < arguments.epochs else None])
        print(f"epoch {epoch + 1} {time.monotonic() - began:.0f}s", json.dumps(figures), flush=True)
    (arguments.out / "training.json").write_text(
        json.dumps({"seconds": round(time.monotonic() - began), "figures": figures}),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
