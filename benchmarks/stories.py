"""Made-up stories for measurements: any number, always the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

PEOPLE = (
    ("Minister", "Ana Lund", "the transport minister"),
    ("Sen.", "Dana Whitlock", "chair of the ports committee"),
    ("Mayor", "Tomas Brandt", "who took office in 2021"),
    ("Gen.", "Ida Morrow", "the coast guard's commander"),
)
THINGS = ("harbour", "tunnel", "ferry line", "power cable", "hospital", "rail bridge", "airport")
FIGURES = (
    "{n} percent",
    "{n} million euros",
    "{n},000 passengers",
    "nearly {n} jobs",
    "{n} metres",
)


def story(number: int, *, seed: int = 0, paragraphs: int = 12) -> dict[str, str]:
    """One story as a line of JSON Lines: about 120 characters a paragraph."""
    chance = random.Random(f"{seed}:{number}")
    body = "\n\n".join(_paragraph(chance, number) for _ in range(paragraphs))
    thing = chance.choice(THINGS)
    return {
        "external_id": f"bench-{number}",
        "headline": f"New figures on the {thing} ({number})",
        "text": body,
        "published_at": f"2026-0{1 + number % 9}-1{number % 10}T08:00:00+00:00",
    }


def stories(count: int, *, seed: int = 0, paragraphs: int = 12) -> Iterator[dict[str, str]]:
    return (story(number, seed=seed, paragraphs=paragraphs) for number in range(count))


def write_jsonl(path: Path, count: int, *, seed: int = 0, paragraphs: int = 12) -> None:
    with path.open("w", encoding="utf-8") as file:
        for one in stories(count, seed=seed, paragraphs=paragraphs):
            file.write(json.dumps(one, ensure_ascii=False) + "\n")


def _paragraph(chance: random.Random, number: int) -> str:
    title, name, role = chance.choice(PEOPLE)
    surname = name.split()[1]
    thing = chance.choice(THINGS)
    figure = chance.choice(FIGURES).format(n=chance.randint(2, 900))
    year = chance.randint(2012, 2025)
    openings = (
        f"“The {thing} has cost {figure} since {year},” said {title} {name}, {role}.",
        f"The {thing} was closed for {figure} in {year}, {surname} told reporters on Monday.",
        f"{title} {name} said the {thing} would reach {figure} by the end of {year + 5}.",
        f"A report published in {year} put the loss at {figure}, more than in any year before.",
        f"According to {title} {name}, {role}, every second visitor of the {thing} is a tourist.",
    )
    return f"{chance.choice(openings)} Nobody at the {thing} answered question {number}."
