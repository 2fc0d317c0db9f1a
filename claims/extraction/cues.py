"""The words that tie a passage to a speaker.

One lexicon, by what the verb does to its sentence. Forms are inflected from the base form,
so that the lists stay readable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from claims.extraction.words import listed


class Use(StrEnum):
    """How a reporting verb takes its content."""

    SPEECH = "speech"  # quotations, clauses with and without "that"; may be inverted
    ADDRESSED = "addressed"  # tell: names the listener before the content
    THOUGHT = "thought"  # believe, hope, plan: clauses and infinitives
    STANCE = "stance"  # criticise, support: an object, sometimes with quoted words
    LABEL = "label"  # call, describe: quoted words for somebody or something
    QUOTED = "quoted"  # laugh, charge: reports only with quotation marks beside it
    REFUSAL = "refusal"  # decline, refuse: says that nothing was said


@dataclass(frozen=True, slots=True)
class Cue:
    """One form of a reporting verb."""

    lemma: str
    use: Use
    finite: bool  # a past or third-person form; bare and -ing forms need more evidence
    participle: bool  # -ing


_VERBS = {
    Use.SPEECH: """say add note write argue tweet warn insist explain claim state reply respond
        recall report announce suggest acknowledge declare conclude reveal reiterate
        concede assert admit confirm contend predict emphasize emphasise stress remark
        joke quip boast complain lament observe caution allege deny shout yell tout retweet
        testify echo repeat underline underscore point indicate estimate hint imply ask
        wonder mention signal vow pledge promise forecast recount confide counter retort cite
        comment reason disclose affirm stipulate grumble muse whisper mutter lecture jest
        cry specify exclaim propose""",
    Use.QUOTED: """continue charge begin sigh laugh snap thunder scream plead sneer intone
        recite shrug smile read deadpan implore gush shoot finish interject post email chant
        answer rule press go fire""",
    Use.ADDRESSED: "tell inform remind assure notify advise convince urge ask",
    Use.THOUGHT: """believe think hope fear expect want agree plan realize realise suspect worry
        seek decide feel consider intend refuse threaten offer doubt wish learn find show""",
    Use.STANCE: """criticize criticise accuse praise defend reject dismiss blame blast condemn
        denounce decry mock question attack oppose endorse applaud champion slam endorse
        express describe highlight list support voice recommend thank demand liken ridicule
        reference invoke pan lambast hail welcome back assail deride rebuke rail discuss
        favor favour encourage order portray prefer""",
    Use.LABEL: "call describe dub label brand characterize characterise term deem",
    Use.REFUSAL: "decline refuse",
}
_IRREGULAR = {
    "say": ("says", "said", "said", "saying"),
    "tell": ("tells", "told", "told", "telling"),
    "write": ("writes", "wrote", "written", "writing"),
    "think": ("thinks", "thought", "thought", "thinking"),
    "seek": ("seeks", "sought", "sought", "seeking"),
    "feel": ("feels", "felt", "felt", "feeling"),
    "find": ("finds", "found", "found", "finding"),
    "show": ("shows", "showed", "shown", "showing"),
    "admit": ("admits", "admitted", "admitted", "admitting"),
    "quip": ("quips", "quipped", "quipped", "quipping"),
    "plan": ("plans", "planned", "planned", "planning"),
    "pan": ("pans", "panned", "panned", "panning"),
    "slam": ("slams", "slammed", "slammed", "slamming"),
    "go": ("goes", "went", "gone", "going"),
    "read": ("reads", "read", "read", "reading"),
    "begin": ("begins", "began", "begun", "beginning"),
    "shoot": ("shoots", "shot", "shot", "shooting"),
    "forecast": ("forecasts", "forecast", "forecast", "forecasting"),
}
_VOWELS = "aeiou"


def _inflect(verb: str) -> tuple[str, str, str, str]:
    """Third person, past, past participle, -ing."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb[:-1]}ied", f"{verb}ing"
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s"
    return third, f"{verb}ed", f"{verb}ed", f"{verb}ing"


def _build() -> dict[str, Cue]:
    forms: dict[str, Cue] = {}
    for use, verbs in _VERBS.items():
        for lemma in verbs.split():
            third, past, past_participle, ing = _inflect(lemma)
            for form in (third, past, past_participle):
                forms.setdefault(form, Cue(lemma, use, finite=True, participle=False))
            forms.setdefault(ing, Cue(lemma, use, finite=False, participle=True))
            forms.setdefault(lemma, Cue(lemma, use, finite=False, participle=False))
    return forms


CUES = _build()
"""Every form of every reporting verb."""

# Verbs that can follow a quotation before their subject ("…," said the mayor).
INVERTING = frozenset(cue.lemma for cue in CUES.values() if cue.use in (Use.SPEECH, Use.QUOTED))
AUXILIARIES = listed(
    """
    has have had is are was were be been being will would could can may might must shall should
    do does did 's 've 'd 'll isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't
    didn't won't wouldn't can't cannot couldn't shouldn't
    """
)
# Forms that are nouns at least as often; verbs only where their neighbours say so.
NOUN_FORMS = listed(
    """
    states state attacks attack plans plan reports report emails email comments comment points
    point claims claim calls call questions question remarks remark rules rule tweets tweet back
    support supports posts post requests request offers offer demands demand hopes hope fears fear
    doubts doubt worries worry wishes wish answers answer promises promise pledges pledge vows vow
    estimates estimate forecasts forecast shows show finds find lists list notes note jokes joke
    boasts hints hint signals signal cries praise blame reasons reason favors favor voices voice
    orders order
    """
)
MODALS = listed(
    """
    will would could can may might must shall should 'll won't wouldn't can't cannot couldn't
    shouldn't do does don't doesn't didn't to not never let let's
    """
)
ADVERBS = listed(
    """
    also later then repeatedly previously often once now still only just recently reportedly
    publicly privately falsely earlier already again simply even first further always never long
    explicitly openly quickly immediately initially specifically clearly strongly bluntly flatly
    famously similarly not all both each largely consistently
    """
)
NO_COMMENT = re.compile(
    r"\b(?P<verb>(?:has |have |had )?(?:declined|refused|would not|wouldn['’]t|was not available|"
    r"were not available|was unavailable|(?:could|can)(?: ?not|n['’]t) (?:immediately )?be reached|"
    r"did(?: not|n['’]t)(?: immediately)? (?:respond|reply|return|answer)|"
    r"(?:has|have|had)(?: not|n['’]t)(?: yet)? (?:responded|replied|commented)|"
    r"(?:had|has|offered) no (?:immediate )?comment))\b"
)
COMMENT_OBJECT = re.compile(
    r"(?:to (?:comment|say|discuss|respond|answer|elaborate|speak)|for comment|comment)\b"
)
