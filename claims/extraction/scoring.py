"""How much a sentence looks worth checking.

A logistic sum over a handful of features that an editor would name, so that every score can
say what drove it. The weights were fitted on debate sentences labelled by people
(ClaimBuster); the feature list was fixed first.
"""

from __future__ import annotations

import math
import re

from claims.extraction.kinds import COMPARISON, LAW, NUMBER, has_quantity, is_conditional
from claims.extraction.schema import Kind

_PERCENT_OR_MONEY = re.compile(
    r"[$£€]\s?\d|\d\s?%|\b(?:percent|per cent|dollars|million|billion|trillion)\b", re.IGNORECASE
)
_YEAR = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:years?|months|weeks|decades?) ago\b|\b(?:last"
    r"|past) (?:\w+ )?(?:year|month|decade|week)s?\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:increas|decreas|rose|risen|rising|fell|fallen|falling|drop|grew|grown|growth|declin"
    r"|doubl|tripl|cut|"
    r"rais|lost|gain|creat|reduc|spent|spend|cost|paid|pay|added|lower|higher)\w*\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|has|have|been|went|said|made|took|gave|got|came|won|sent|built|began|"
    r"became|met|left|led|wrote|ran|held|brought|met|opened|closed|signed|visited|arrived|"
    r"\w{3,}ed)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|I['’]m|I['’]ve|I['’]d)\b")
_BELIEF = re.compile(r"\b(?:think|believe|feel|hope|want|like|guess|wish|know)\b", re.IGNORECASE)
_MODAL = re.compile(
    r"\b(?:will|would|should|could|might|may|must|can|ought|going to|need to)\b|['’]ll\b",
    re.IGNORECASE,
)
_JUDGEMENT = re.compile(
    r"\b(?:great|good|bad|better|best|terrible|horrible|disaster\w*|wonderful|important|right"
    r"|wrong|"
    r"strong|weak|proud|sad|happy|sorry|thank\w*|reckless|credible|beautiful)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w.’'-]+")
_YOU = re.compile(r"\b(?:you|your|let|let['’]s|please)\b", re.IGNORECASE)
_RECORD = re.compile(
    r"\b(?:vot\w+|veto\w*|bill|law|budget|tax\w*|jobs?|deficit|debt|unemployment|rate|program"
    r"|treaty|oil|trade|crime|troops|weapons?|billion|income|insurance|wage\w*)\b",
    re.IGNORECASE,
)

_WEIGHTS = {
    "quantity": 0.57,
    "numbers": 1.09,
    "money": 1.54,
    "time": 0.47,
    "comparison": 0.98,
    "change": 0.52,
    "record": 0.81,
    "past": 1.39,
    "names": 1.01,
    "first_person": -0.84,
    "belief": -0.64,
    "modal": -0.84,
    "judgement": -0.63,
    "address": -0.3,
    "question": -2.07,
    "conditional": -0.46,
    "short": -0.04,
    "length": 0.51,
}
_BIAS = -2.12
# Its labels are not surer than that, so neither is the tagger believed to be.
_SUREST_NO, _SUREST_YES = 0.01, 0.97
_LABELS = {
    "quantity": "a number",
    "money": "a share or a sum",
    "time": "a date or period",
    "comparison": "a comparison",
    "change": "a change over time",
    "record": "a law, vote or public record",
    "past": "something that happened",
    "names": "named people or places",
}
# There is nothing to hold these against, so even the surest ranks below a fact that is even odds.
_NO_RECORD = (
    *(Kind.PROMISE, Kind.PREDICTION, Kind.OPINION),
    *(Kind.QUESTION, Kind.INSTRUCTION, Kind.NO_COMMENT),
)
_NO_RECORD_SHARE = 0.5
# What the kind adds: a fact can be held against a record today, a forecast cannot.
_BY_KIND = {
    Kind.QUANTITY: 0.8,
    Kind.COMPARISON: 0.8,
    Kind.LAW: 0.7,
    Kind.FACT: 0.4,
    Kind.DENIAL: 0.3,
    Kind.PROMISE: -0.6,
    Kind.PREDICTION: -0.8,
    Kind.OPINION: -0.9,
    Kind.QUESTION: -1.5,
    Kind.INSTRUCTION: -1.8,
    Kind.NO_COMMENT: -3.0,
}


def features(sentence: str) -> dict[str, float]:
    """What speaks for and against checking a sentence."""
    words = len(sentence.split())
    return {
        "quantity": float(has_quantity(sentence)),
        "numbers": min(3, len(NUMBER.findall(sentence))) / 3,
        "money": float(bool(_PERCENT_OR_MONEY.search(sentence))),
        "time": float(bool(_YEAR.search(sentence))),
        "comparison": float(bool(COMPARISON.search(sentence))),
        "change": float(bool(_CHANGE.search(sentence))),
        "record": float(bool(_RECORD.search(sentence) or LAW.search(sentence))),
        "past": min(3, len(_PAST.findall(sentence))) / 3,
        "names": min(3, len(_NAME.findall(sentence))) / 3,
        "first_person": float(bool(_FIRST_PERSON.search(sentence))),
        "belief": float(bool(_BELIEF.search(sentence))),
        "modal": float(bool(_MODAL.search(sentence))),
        "judgement": float(bool(_JUDGEMENT.search(sentence))),
        "address": float(bool(_YOU.search(sentence))),
        "question": float("?" in sentence),
        "conditional": float(is_conditional(sentence)),
        "short": float(words < 6),
        "length": min(words, 40) / 40,
    }


def check_worthiness(sentence: str) -> float:
    """0 (nothing to check) to 1 (surely something to check)."""
    return round(_logistic(_evidence(features(sentence))), 3)


def _evidence(found: dict[str, float]) -> float:
    return _BIAS + sum(_WEIGHTS[name] * value for name, value in found.items())


def _log_odds(chance: float) -> float:
    bounded = min(max(chance, _SUREST_NO), _SUREST_YES)
    return math.log(bounded / (1 - bounded))


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-total))


def score(
    passage: str, kind: Kind, *, attributed: bool, chance: float | None = None
) -> tuple[float, str]:
    """A candidate's score and the one line that explains it.

    ``chance`` is what the tagger thinks of the passage; without it the features decide alone.
    The kind only ever lowers a chance, so that it stays what it says for checkable facts.
    """
    found = features(passage)
    if chance is None:
        value = _logistic(_evidence(found) + _BY_KIND[kind])
    else:
        value = _logistic(_log_odds(chance) + min(0.0, _BY_KIND[kind]))
        if kind in _NO_RECORD:
            value *= _NO_RECORD_SHARE
    reasons = sorted(
        (name for name in _LABELS if found[name] and _WEIGHTS[name] > 0),
        key=lambda name: -_WEIGHTS[name] * found[name],
    )
    drivers = ", ".join(_LABELS[name] for name in reasons[:3]) or "nothing measurable in it"
    origin = "" if attributed else "; the reporter's own words"
    discount = f"; lowered as {kind.value.replace('_', ' ')}" if _BY_KIND[kind] < 0 else ""
    return round(value, 2 if chance is not None else 3), f"{drivers}{discount}{origin}"
