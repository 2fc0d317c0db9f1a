"""The rules for unnamed sources, as warnings. Pure: they ask no database and refuse nothing.

Material from an unnamed source is used only if it is information and not opinion, if it cannot be
had otherwise, if the source is in a position to know, and if an editor has agreed. The story then
says as much about the source as it can, and why the name is kept back.
"""

from __future__ import annotations

import re

from sources.models import Offer, Source, SourceKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_A_PERSON = _words(
    """
    academy agency airport alliance army assembly association authority bank bay board bureau
    cabinet centre center chamber city club coast college command commission committee company
    confederation congress council county court department directorate district division embassy
    exchange factory faction federation fund government group guard hall harbor harbour hospital
    house institute islands island ministry museum office organisation organization parliament
    party police port prefecture press province region republic river school secretariat
    security senate service society sound state station street times union university war
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday north south east west northern southern
    eastern western central new national european american british french german russian chinese
    supreme high federal royal united general public human
    """
)
"""Words that make two capitalised words the name of something else: in whole, or in part."""

_OPENERS = _words(
    """
    a an the he she it they we i you this that these those his her their our my in on at by for
    from with as but and or if when while after before because since who what where knows works
    worked told said asked met has had is was speaks heard saw read former senior
    """
)
"""Words that begin a sentence in front of a name."""

TITLES = r"(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Sir|Dame|Lord|Lady)"
_WORD = r"[A-ZÀ-ÖØ-ÞŠŽČĆŁ][\w’'-]*[a-zà-öø-ÿ][\w’'-]*"
_WITH_TITLE = re.compile(rf"\b{TITLES}\.?\s+({_WORD}(?:\s+{_WORD})*)")
_CAPITALISED = re.compile(rf"{_WORD}(?:\s+(?:[A-Z]\.\s+)?{_WORD})+")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n]\s*)$")

VAGUE = re.compile(
    r"^(?:an?\s+|the\s+|some\s+)?(?:unnamed\s+|anonymous\s+)?sources?\W*$", re.IGNORECASE
)


def names_in(text: str) -> list[str]:
    """What looks like the name of a person, in order. It errs on the side of asking."""
    found = [match.group(0).strip() for match in _WITH_TITLE.finditer(text)]
    for match in _CAPITALISED.finditer(text):
        words = match.group(0).split()
        # The first word of a sentence is written large for another reason.
        if words[0].lower() in _OPENERS and _SENTENCE_START.search(text[: match.start()]):
            words = words[1:]
        if len(words) < 2 or any(word.strip("’'").lower() in NOT_A_PERSON for word in words):
            continue
        name = " ".join(words)
        if not any(name in known for known in found):
            found.append(name)
    return found


def warnings_about(source: Source) -> list[str]:
    """What is missing or doubtful in the record of an unnamed source; nothing for another one."""
    if source.kind != SourceKind.UNNAMED:
        return []
    warnings = []
    if VAGUE.match(source.descriptor.strip()):
        warnings.append(
            f"“{source.descriptor.strip()}” tells the reader nothing: say as much about the source "
            "as can be said."
        )
    if not source.anonymity_reason.strip():
        warnings.append("The reason why the name is kept back is not given.")
    if not source.basis_of_knowledge.strip():
        warnings.append("How the source knows what it says is not given.")
    if not source.offers:
        warnings.append("Whether it gives information or opinion is not said.")
    if source.offers == Offer.OPINION:
        warnings.append("It gives opinion: that is no reason to keep a name back.")
    if source.approved_by_id is None:
        warnings.append("No editor has approved its use.")
    written = (
        source.description,
        source.descriptor,
        source.anonymity_reason,
        source.basis_of_knowledge,
    )
    if names := list(dict.fromkeys(name for text in written for name in names_in(text))):
        warnings.append(
            "This looks like a name: "
            + ", ".join(f"“{name}”" for name in names[:3])
            + ". What identifies the source is not written down here."
        )
    return warnings
