"""Ten thousand pairs of statements that differ in one thing: none may be joined.

The statements are generated, and so is the change: another number, name, negation, date or place.
Each original is stored as a claim of the speaker who says the changed one; the search has to find
it and suggest it, and the matcher must not join the two.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

PAIRS = 10_000
STORED = 2500
"""Originals; each is changed in four ways."""

NAMES = (
    "Ana Lund", "Per Moe", "Jane Roe", "Olaf Berg", "Mia Strand", "Nora Falk", "Ivan Petrov",
    "Liam Doyle", "Sara Holm", "Tomas Vik", "Eva Krantz", "Hugo Lind",
)  # fmt: skip
PLACES = (
    "Kellosund", "North Quay", "Harbour South", "Meridian", "Ostvik", "Lindholm", "Fjordby",
    "Sandnes", "Westport", "Graybridge", "Millhaven", "Port Ellis",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
VERBS = (
    "spent", "received", "lost", "saved", "collected", "borrowed", "promised", "repaid", "wasted",
    "invested",
)  # fmt: skip
THINGS = (
    "euros on dredging the harbour", "tonnes of herring from the quota", "crowns in ferry fees",
    "jobs at the shipyard", "hours of overtime in the hospital", "litres of diesel for the fleet",
    "complaints about the night trains", "applications for the housing grant",
    "votes in the second round", "metres of pipe for the waterworks",
)  # fmt: skip
TEMPLATES = (
    "{name} said that the city of {place} {not}{verb} {number} {thing} in {month} {year}.",
    "In {month} {year}, the council of {place} under {name} {not}{verb} {number} {thing}.",
    "According to {name}, {place} has {not}{verb} more than {number} {thing} since {month} {year}.",
    "The office of {name} in {place} {not}{verb} {number} {thing} between {month} and {year}.",
)

Parts = dict[str, str]


def parts(rng: random.Random) -> Parts:
    return {
        "template": rng.choice(TEMPLATES),
        "name": rng.choice(NAMES),
        "place": rng.choice(PLACES),
        "not": "",
        "verb": rng.choice(VERBS),
        "number": f"{rng.choice((3, 12, 45, 118, 250, 999, 1200, 5400, 18_000, 76_500)):,}",
        "thing": rng.choice(THINGS),
        "month": rng.choice(MONTHS),
        "year": str(rng.randint(2015, 2026)),
    }


def written(given: Parts) -> str:
    return given["template"].format(**given)


def _other(choices: tuple[str, ...], name: str) -> Callable[[random.Random, Parts], Parts]:
    def change(rng: random.Random, given: Parts) -> Parts:
        return {**given, name: rng.choice([one for one in choices if one != given[name]])}

    return change


def _number(rng: random.Random, given: Parts) -> Parts:
    value = int(given["number"].replace(",", ""))
    new = rng.choice((value + 1, value * 10, value + 7, max(1, value - 2), value * 2))
    return {**given, "number": rng.choice((f"{new:,}", str(new), f"{new}.5"))}


def _negation(rng: random.Random, given: Parts) -> Parts:
    return {**given, "not": rng.choice(("never ", "not ", "hardly "))}


def _year(rng: random.Random, given: Parts) -> Parts:
    return {**given, "year": str(int(given["year"]) + rng.choice((-1, 1, 10)))}


CHANGES: dict[str, Callable[[random.Random, Parts], Parts]] = {
    "number": _number,
    "name": _other(NAMES, "name"),
    "negation": _negation,
    "date (month)": _other(MONTHS, "month"),
    "date (year)": _year,
    "place": _other(PLACES, "place"),
}


def measure(pairs: int = PAIRS) -> dict[str, object]:
    """Store the originals, search each changed statement, and try to join what is found."""
    from django.contrib.auth import get_user_model

    from claims.matching.guard import Said, differences
    from claims.matching.index import embed_due, install_models
    from claims.matching.ranking import scorer
    from claims.matching.search import Filters, find
    from claims.models import Claim

    assert get_user_model()
    install_models()
    rng = random.Random(2026)
    kept: dict[str, Parts] = {}
    while len(kept) < max(1, pairs // 4):
        one = parts(rng)
        kept.setdefault(written(one), one)
    claims = Claim.objects.bulk_create(
        [Claim(statement=text, kind="quantity") for text in kept], batch_size=1000
    )
    while embed_due(limit=1000):
        pass
    by_text = {claim.statement: claim.pk for claim in claims}
    counts: dict[str, Counter[str]] = {name: Counter() for name in CHANGES}
    names = list(CHANGES)
    for number in range(pairs):
        text, given = list(kept.items())[number % len(kept)]
        name = names[number % len(names)] if pairs >= len(names) else names[0]
        changed = written(CHANGES[name](rng, given))
        if changed in kept:
            continue
        count = counts[name]
        count["pairs"] += 1
        found = {
            one.entry.claim: one.score
            for one in find(changed, filters=Filters(other_checks=False), limit=20)
            if one.score >= scorer().suggest
        }
        count["suggested"] += by_text[text] in found
        apart = differences(Said(changed, 1), Said(text, 1))
        score = found.get(by_text[text], 0.0)
        count["over the join threshold"] += score >= scorer().join
        count["joined"] += score >= scorer().join and not apart
    total = sum(counts.values(), Counter())
    return {
        **{name: dict(count) for name, count in counts.items()},
        "all": dict(total),
        "suggested_share": round(total["suggested"] / total["pairs"], 4),
        "joined": total["joined"],
    }
