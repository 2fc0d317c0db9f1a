"""What sort of statement a passage is.

Order matters: what somebody refuses or denies comes before what the words in it look like,
and a forecast with a number in it is still a forecast.
"""

from __future__ import annotations

import re

from claims.extraction.schema import Kind

NUMBER = re.compile(
    r"(?:[$£€]\s?\d|\b\d[\d,.]*\s?(?:%|percent\b|per cent\b|million\b|billion\b|trillion\b|bn\b"
    r"|m\b)?"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|"
    r"half|halves|thirds?|quarters?|fifths?|doubled|tripled|twice|percent|per cent)\b)",
    re.IGNORECASE,
)
_ORDINARY_NUMBER = re.compile(
    r"\b(?:No\. ?\d+|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Dec)[a-z]*\.? \d{1,2}\b(?:, \d{4})?|"
    r"(?:in|since|by|until|of|from|late|early) (?:19|20)\d\d\b|(?:March|April|May|June"
    r"|July) \d{1,2}\b|"
    r"the (?:two|three|four|five|six|seven)\b"
    r"|(?:first|second|latter|other) half\b|half-time\b"
    r"|(?:first|second|third|fourth|last|this|next) quarter\b"
    r"|(?:the|his|her|its|their) (?:third|fifth) (?!of\b|as\b|more\b|less\b)[a-z]"
    r"|\d{1,2}(?::\d\d)? ?[ap]\.?m\b\.?|\bGroup of \d+"
    r"|9/11|24/7|['’]\d0s|\d{4}s)",
    re.IGNORECASE,
)
COMPARISON = re.compile(
    r"\b(?:more|less|fewer|higher|lower|larger|smaller|greater|better|worse|faster|slower|longer|"
    r"cheaper|stronger|weaker|older|younger|bigger)\b[^.;]{0,40}\bthan\b"
    r"(?!\s(?:an?\s)?(?:[$£€]?\d[\d,.]*|half|third|quarter|fifth|one|two|three|four|five|ten|twelve"
    r"|twenty|thirty|forty|fifty)\b)"
    r"|\b(?<!\bat )(?:highest|lowest|largest|smallest|biggest|greatest|worst|best|most|least"
    r"|fastest|longest|oldest|youngest|first|only|strongest|weakest|poorest|richest|deadliest)\b[^.;]{0,50}"
    r"\b(?:ever|in history|on record|of all|in the (?:world|country|nation|state|city|region|eu)|"
    r"since|in (?:europe|america|years|decades|a decade))\b"
    r"|\b(?:compared (?:with|to)|twice as|half as|as (?:many|much|high|low) as [^\d]|outpac\w+"
    r"|exceed\w*|"
    r"outnumber\w*|record (?:high|low)|times (?:as|more|higher))\b",
    re.IGNORECASE,
)
LAW = re.compile(
    r"\b(?:law|laws|bill|statute|constitution\w*|treaty|treaties|legislation|amendment|ruling"
    r"|ruled(?! out\b)|"
    r"voted|vetoed|sworn|convicted|sentenced|indicted|pleaded guilty|acquitted|sued|lawsuit|court|"
    r"signed into|ratified|repealed|outlawed|banned|illegal|legal|unlawful|regulation|ordinance|"
    r"Article \d+|Section \d+|memorandum|signed an? (?:order|agreement|pact))\b",
    re.IGNORECASE,
)
PREDICTION = re.compile(
    r"\b(?:(?-i:will)|won['’]t|shall|[a-z]+['’]ll"  # Will Howard is a man
    r"|(?:is|are|was|were) (?:widely )?(?:expected|likely|unlikely|set|poised|"
    r"bound|due|projected|forecast|slated|scheduled) to|(?:is|are)(?: not|n['’]t)? going to"
    r"|expects?|"
    r"predicts?|forecasts?|projects that|would (?:be|have|lead|cause|cost|mean|never|result"
    r"|likely)|"
    r"(?:could|might|may) (?:be|have|lead|cause|cost|become|rise|fall|reach|exceed|top|hit))\b",
    re.IGNORECASE,
)
PROMISE = re.compile(
    r"\b(?:I|we)(?: will|['’]ll| shall|['’]re going to| are going to|['’]m going to| am going to)\b"
    r"(?!\s+(?:see|be able|need|have to|probably|likely))"
    r"|\b(?:I|we) (?:promise|pledge|vow|commit|guarantee)\b",
    re.IGNORECASE,
)
OPINION = re.compile(
    r"\b(?:should|shouldn['’]t|ought|must|needs? to|I (?:think|believe|feel|hope|guess|suspect)|"
    r"we (?:think|believe|feel|hope)|in my (?:view|opinion)|disaster|disastrous|terrible|horrible|"
    r"great|wonderful|awful|reckless|shameful|disgrace\w*|ridiculous|absurd|outrageous|brilliant|"
    r"beautiful|amazing|fantastic|tremendous|wise|unwise|foolish|stupid|dangerous|irresponsible|"
    r"unacceptable|unfair|fair|wrong|cowardly|heroic|tragic|proud|sad|hypocri\w+|credible|"
    r"important|crucial|vital|welcome|complicated|embarrass\w*|incompetent|"
    r"good|bad|best|worst|better|strong|seems?|appears?|back to the future)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:whether|if|who|what|when|where|why|how|which)\b", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"^(?:[\"“'‘(]*)(?:please|do not|don['’]t|never|let['’]?s?|stop|go|get|call|vote|read|look"
    r"|remember|tell|"
    r"ask|keep|stay|leave|make|give|take|bring|join|ignore|listen|wait|help|click|see|send|"
    r"subscribe|follow|watch|consider|imagine|wear|avoid|check|write|speak|stand|think|come)\b"
    r"(?!\s+(?:is|was|are|were|has|had|have|who|said|came|went|began|rose|fell|got|grew|\w+ed)\b)",
    re.IGNORECASE,
)
# What did not happen is a reason there, not an answer to an accusation.
_NO_REASON = r"(?<!\bbecause )(?<!\bsince )(?<!\bif )(?<!\bwhen )"
_DENIAL = re.compile(
    rf"\b(?:{_NO_REASON}(?:I|we) (?:did(?: not|n['’]t)|(?:have )?never"
    r"(?! (?:seen|heard|been|had|know|thought))|deny|had nothing)|den(?:y|ies|ied|ying)|"
    r"(?:is|are|was|were) (?:completely |simply |totally |just )?(?:untrue|not true|false"
    r"|baseless|a lie)|"
    r"[a-z]['’]s (?:simply |just )?(?:a lie|false|untrue|not true)|"
    r"had nothing to do with|no truth)\b",
    re.IGNORECASE,
)
_NO_COMMENT = re.compile(
    r"\b(?:declined|refused) to (?:comment|say|discuss|answer|elaborate|respond|speak)|"
    r"\bdeclined to make \w+ available\b|\b(?:declined|refused) to be interviewed\b|"
    r"\bdeclined (?:an? )?(?:interviews?|(?:interview )?requests?)\b|"
    r"\bdid(?: not|n['’]t)(?: immediately)? (?:respond|reply|return|answer|comment)\b|"
    r"\b(?:not|n['’]t|un)\s?(?:immediately )?(?:be reached|available) for comment|"
    r"\bno (?:immediate )?comment\b|"
    r"\bwould(?: not|n['’]t) comment\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+")


def is_refusal(text: str) -> bool:
    """Whether all that a text says is that somebody would not comment."""
    sentences = [one for one in _SENTENCE_END.split(text) if re.search(r"\w", one)]
    return bool(sentences) and all(_NO_COMMENT.search(one) for one in sentences)


_PREFERENCE = re.compile(
    r"^(?:\W*)(?:he|she|they|it|I|we)(?:['’]d| would) (?:prefer|like|rather)\b", re.IGNORECASE
)
# "She said hospitals would stay open": what she said was that they will.
_TO_COME = re.compile(
    r"\bwould(?: not|n['’]t)?"
    r" (?!(?:have|like|rather|prefer|often|always|sometimes|usually)\b)[a-z]",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(r"^(?:[\"“'‘(]*)(?:if|unless|were|had|suppose|imagine)\b", re.IGNORECASE)


_ASKING = ("ask", "wonder")
_REQUESTING = ("ask", "urge", "demand")
_CUES = {
    Kind.DENIAL: ("deny",),
    Kind.NO_COMMENT: ("no comment",),
    Kind.PROMISE: ("promise", "pledge", "vow"),
    Kind.PREDICTION: ("predict", "forecast", "expect"),
    Kind.OPINION: (
        *("think", "believe", "hope", "fear", "wish"),
        *("suspect", "worry", "want", "prefer"),
    ),
}


def has_quantity(passage: str) -> bool:
    """Whether a number in the passage measures something (not a date or "No. 10")."""
    return NUMBER.search(_ORDINARY_NUMBER.sub(" ", passage)) is not None


def is_conditional(passage: str) -> bool:
    """Whether the passage only holds under a condition."""
    return _HYPOTHETICAL.match(passage) is not None


def _from_cue(lemma: str) -> Kind | None:
    """The kind that a reporting verb gives to whatever it reports."""
    return next((kind for kind, lemmas in _CUES.items() if lemma in lemmas), None)


def kind_of(passage: str, *, whole: str = "", lemma: str = "", quoted: bool = False) -> Kind:
    """The kind of ``passage``; ``whole`` is its sentence, ``lemma`` the verb reporting it."""
    if _NO_COMMENT.search(whole or passage) and lemma in {"", "decline", "refuse", "no comment"}:
        return Kind.NO_COMMENT
    reported = _from_cue(lemma)
    if reported in (Kind.DENIAL, Kind.NO_COMMENT):
        return reported
    bare = passage.rstrip("\"”'’» ,")
    # In the order of precedence; the first that holds decides.
    signs = (
        (Kind.QUESTION, bare.endswith("?") or (lemma in _ASKING and _ASKED.search(bare))),
        (Kind.INSTRUCTION, lemma in _REQUESTING or _INSTRUCTION.match(passage)),
        (Kind.PROMISE, reported is Kind.PROMISE or PROMISE.search(passage)),
        (Kind.DENIAL, _DENIAL.search(passage)),
        (Kind.PREDICTION, reported is Kind.PREDICTION or PREDICTION.search(passage)),
        (Kind.PREDICTION, is_conditional(passage)),
        (Kind.OPINION, _PREFERENCE.match(passage)),
        (Kind.COMPARISON, COMPARISON.search(passage)),
        (Kind.QUANTITY, has_quantity(passage)),
        (Kind.OPINION, reported is Kind.OPINION or OPINION.search(passage)),
        (Kind.PREDICTION, lemma and not quoted and _TO_COME.search(passage)),
        (Kind.LAW, LAW.search(passage)),
    )
    return next((kind for kind, sign in signs if sign), Kind.FACT)
