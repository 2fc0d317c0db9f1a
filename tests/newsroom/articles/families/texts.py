"""Stories long enough to be told apart, and copies of them with a known share of edits."""

from __future__ import annotations

import random

WIRE = (
    "Transport Minister Ana Lund said on Monday that the harbour at Brennick will be dredged to "
    "14 metres by 2027, at a cost of 210 million euros.\n\n"
    "Lund told reporters in Corvale that traffic had risen by 9 percent since 2019 and that "
    "the port could no longer take the largest ships of the Northern Line.\n\n"
    "The opposition called the plan reckless. Tomas Brandt, the mayor of Brennick, said the city "
    "had not been asked, and that the quay walls of 1962 would not bear the deeper water.\n\n"
    "An expert opinion published by the University of Corvale in March put the risk at 3 percent "
    "a year. Parliament votes on the plan on 12 May."
)
OTHER = (
    "The hospital board of Ostmark elected Ida Morrow as its chair on Friday, by 11 votes to 4.\n\n"
    "Morrow, who has led the emergency ward since 2015, said that waiting times were to be halved "
    "within two years. Nurses would get 300 euros more a month from September.\n\n"
    "Her predecessor Jonas Weil resigned in January after auditors from Delling and Partners found "
    "that 40 invoices had been paid twice. Weil denies having known of it."
)
_FILLER = [
    "steady",
    "quiet",
    "amber",
    "willow",
    "report",
    "later",
    "early",
    "nearby",
    "often",
    "simple",
    "broad",
    "review",
]


def edited(text: str, share: float, *, seed: int = 0) -> str:
    """`text` with this share of its words replaced, left out, or preceded by another one."""
    chance = random.Random(seed)
    words = text.split(" ")
    for at in chance.sample(range(len(words)), round(share * len(words))):
        new = chance.choice(_FILLER)
        words[at] = chance.choice((new, "", f"{new} {words[at]}"))
    return " ".join(filter(None, words))
