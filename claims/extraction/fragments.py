"""Contents that say nothing without the rest of their sentence.

A candidate must be something that is so or is not so. An object ("a second front"), a
subordinate clause ("because it was late") or half of a clause cut in two by "she said" is
neither, and the sentence is proposed in its place. Without a parser a clause is known by its
finite verb; where the words do not tell, the content is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.extraction.cues import AUXILIARIES, CUES, Use
from claims.extraction.passage import Raw
from claims.extraction.words import DETERMINERS, PREPOSITIONS, listed

_CLAUSAL = (Use.SPEECH, Use.ADDRESSED, Use.THOUGHT)
_FRAGMENT_WORDS = 5
_SHORTEST = 3
_REQUESTS = frozenset({"ask", "urge", "demand", "propose", "recommend"})
_DIGITS = frozenset("0123456789$£€¥")
_OPENING = frozenset('"“‘«„')
_ENDS = frozenset(",.?!")
_NO_CLAUSE = frozenset({"about", "of", "for", "whether", "how", "what"})
_OBJECTS = frozenset({"him", "them", "me", "us", "himself", "herself", "themselves"})
_DEPENDENT = listed("because unless whether although though whereas so")
_CONDITIONS = listed("if when unless because until while whereas although though")
_LIMITERS = listed("only largely mainly partly mostly especially particularly just even")
_JOINING = frozenset({"and", "but", "or", "then"})
_BE = listed("is are was were be been being has had have")
# Verbs that take an object as readily as a clause: "forecasts 300 jobs", "suggested waiting".
_OBJECT_TOO = listed(
    """
    forecast estimate recommend suggest predict cite announce indicate point mention expect want
    plan seek consider offer favor propose hope show find learn repeat promise pledge
    """
)
_SUBJECTS = listed("i he she it we they you there who it's he's she's that's there's")
_SHORT_FORMS = ("n't", "'ll", "'re", "'ve", "'d", "'m")
_PAST = listed(
    """
    became began bought brought built came caught chose cost cut did drew drove fell felt flew
    found gave got grew had held hit kept knew led left lost made meant met paid put ran rose said
    sank saw sold sent set shrank shut spent stood struck sued took taught thought threw told tore
    went won wrote
    """
)
_BEFORE_NOUN = DETERMINERS | PREPOSITIONS
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def is_fragment(passage: str, raw: Raw, *, quoted: bool) -> bool:
    """Whether the content says nothing without its clause ("reckless", to resign)."""
    words = passage.split()
    cue = CUES.get(raw.lemma)
    if raw.lemma == "deny" or (raw.lemma in _REQUESTS and not quoted):
        return True  # without its verb the content would assert what is denied or asked for
    if words and words[0].lower() in _OBJECTS:
        return True  # him getting none of his wishes
    if quoted:
        complete = passage[:1].isupper() and passage.rstrip("’'”\"")[-1:] in _ENDS
        return (len(words) < _FRAGMENT_WORDS and not complete) or is_dependent(passage)
    if passage.startswith("to ") or len(words) < _SHORTEST or is_dependent(passage):
        return True
    if raw.lemma in {"according", ":", "—", ""}:
        return False
    if cue is not None and cue.use is Use.LABEL:
        return True  # called that "a fairy tale"
    if cue is None or cue.use not in _CLAUSAL or raw.confidence < 0.5:
        return not passage.startswith("that ")
    counted = words[0] == "about" and words[1][:1] in _DIGITS  # about 40 crates were lost
    if (words[0] in _NO_CLAUSE and not counted) or (
        words[0].endswith("ing") and not has_finite_verb(passage)
    ):
        return True
    if passage[:1] in _OPENING and not has_finite_verb(passage):
        return True  # noted "a clear bias" in the papers
    takes_object = raw.lemma in _OBJECT_TOO or cue.use is Use.THOUGHT
    return takes_object and not passage.startswith("that ") and not has_finite_verb(passage)


def is_argument_of(passage: str, printed: str, *, before: bool) -> bool:
    """Whether the content is only a part of what the cue says: *a ship* was expected.

    ``printed`` is the cue as it stands, ``before`` whether it follows the content at once.
    """
    words = printed.lower().split()
    if not words or has_finite_verb(passage):
        return False
    spoken_of = before and words[0] in _BE
    aimed_at = "according" not in words and words[-1] in PREPOSITIONS  # did not respond to …
    return spoken_of or aimed_at


def is_dependent(passage: str) -> bool:
    """Whether it is a subordinate clause alone, or a predicate whose subject is elsewhere."""
    low = _words(passage)
    while low and low[0] in _LIMITERS:
        low = low[1:]
    if not low:
        return False
    if low[0] in _CONDITIONS:
        return "," not in passage.rstrip(" ,") and " then " not in passage.lower()
    if low[0] in PREPOSITIONS:
        return not has_finite_verb(passage)
    while low and low[0] in _JOINING:
        low = low[1:]
    # "was added in the House", "and should not count on it", but not the question "Is it so?"
    predicate = bool(low) and low[0] in AUXILIARIES and not passage.rstrip("”’\"' ").endswith("?")
    return predicate and passage[:1].islower()


def _words(passage: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORDS.findall(passage)]


def has_finite_verb(passage: str) -> bool:
    """Whether some word can only be (or very likely is) the verb of a clause."""
    low = _words(passage)
    return any(_is_finite(low, index) for index in range(len(low)))


def _is_finite(low: Sequence[str], index: int) -> bool:
    word = low[index]
    if word in AUXILIARIES or word.endswith(_SHORT_FORMS) or word in _SUBJECTS:
        return True
    before = low[index - 1] if index else ""
    after = low[index + 1] if index + 1 < len(low) else ""
    if before in _BEFORE_NOUN or not before:
        return False
    if word in _PAST or (word.endswith("ed") and after != "by"):
        return True
    # A form in -s is a verb before what opens an object; else it may be a plural.
    return word.endswith("s") and (after in DETERMINERS or after == "to" or after.isdigit())
