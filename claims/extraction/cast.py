"""Everybody in the story who has no name: unnamed sources, and organisations.

"The official" means the official introduced before, with the reason for anonymity given
there, as long as only one fits.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from claims.extraction.anonymity import find_reason, refers_back
from claims.extraction.names import ORG_NOUNS, PERSON_NOUNS, TITLE_NOUNS
from claims.extraction.people import People, Person
from claims.extraction.schema import Span, Speaker, SpeakerKind
from claims.extraction.units import Atom, Unit
from claims.extraction.words import DETERMINERS, PREPOSITIONS

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_LOWERED = frozenset(
    ["A", "An", "The", "Two", "Three", "One", "Some", "Several", "Many", "Its", "His", "Her"]
) | {"Their"}
_PROPER = frozenset({"republicans", "democrats", "americans", "conservatives", "liberals"})
_LOOK_BACK = 50
_ROLE_WORDS = 5


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


class Cast:
    """The unnamed sources and organisations met so far."""

    def __init__(self, text: str, units: Sequence[Unit], people: People) -> None:
        self._text = text
        self._units = units
        self._unnamed: dict[str, list[Speaker]] = defaultdict(list)  # by each word of it
        self._by_place: dict[Span, Speaker] = {}
        self._organisations: dict[str, Speaker] = {}
        self._by_noun: dict[str, set[str]] = defaultdict(set)  # "ministry" -> names ending in it
        self._firms = people.firms
        self._by_first: dict[str, list[str]] = defaultdict(list)  # "orbis" -> ["orbis inc"]
        self._roles: dict[str, list[Person]] = defaultdict(list)  # persons by word of their role
        for person in sorted(people.by_name.values(), key=lambda one: one.mention):
            for word in _role_words(person):
                self._roles[word].append(person)

    def organisation(self, core: Sequence[Atom]) -> Speaker:
        """The organisation a phrase names; "the ministry" is the one ministry met before."""
        name = _squeezed(self._text[core[0].start : core[-1].end])
        noun = core[-1].low
        if core[0].low == "the" and noun in ORG_NOUNS and len(core) == 2:
            known = self._by_noun.get(noun, set())
            if len(known) == 1:
                return self._organisations[next(iter(known))]
        key = _ARTICLE.sub("", name).lower()
        if core[0].text in _LOWERED and len(core) > 1:
            name = name[0].lower() + name[1:]
        if key not in self._organisations:
            mention = Span(core[0].start, core[-1].end)
            self._organisations[key] = Speaker(SpeakerKind.ORGANISATION, name, mention)
            self._by_first[key.split()[0]].append(key)
            for word in {noun, *_head_noun(core)}:
                self._by_noun[word].add(key)
        return self._organisations[key]

    def shortened(self, name: str) -> Speaker | None:
        """The one organisation whose name begins with these words: "Orbis" of "Orbis Inc."."""
        keys = self._by_first.get(name.lower(), [])
        if keys:
            return self._organisations[keys[0]] if len(keys) == 1 else None
        firms = self._firms.get(name, {})
        if len(firms) != 1:
            return None
        ((full, mention),) = firms.items()
        return Speaker(SpeakerKind.ORGANISATION, full, mention)

    def described(self, span: Span, unit: int) -> Speaker:
        """The unnamed source introduced at this place."""
        if span not in self._by_place:
            descriptor = _squeezed(self._text[span.start : span.end])
            first = descriptor.split()[0]
            if first in _LOWERED or first.lower() in PERSON_NOUNS - _PROPER:
                descriptor = descriptor[0].lower() + descriptor[1:]
            office = _is_office(descriptor)
            speaker = Speaker(
                SpeakerKind.PERSON if office else SpeakerKind.UNNAMED,
                descriptor,
                span,
                anonymity_reason="" if office else self._reason(unit, span),
            )
            self._by_place[span] = speaker
            for word in sorted(set(_plain(descriptor))):
                self._unnamed[word].append(speaker)
        return self._by_place[span]

    def _reason(self, number: int, span: Span) -> str:
        """The reason given in the same unit, or in the next one about the same source."""
        unit = self._units[number]
        found = find_reason(self._text, span.end, unit.end) or find_reason(
            self._text, unit.start, span.start
        )
        if found is None and number + 1 < len(self._units):
            following = self._units[number + 1]
            if refers_back(self._text, following.start, following.end):
                found = find_reason(self._text, following.start, following.end)
        return found or ""

    def referred(self, core: Sequence[Atom], since: int) -> tuple[Speaker, ...] | None:
        """Whom "the …" takes up: () where several fit, None where nobody does.

        Of several, one introduced after ``since`` (in the same paragraph) is meant.
        """
        wanted = [a.low for a in core if a.low not in DETERMINERS and not a.low.endswith("'s")]
        if not wanted:
            return None
        before = core[0].start
        matching = [
            speaker
            for speaker in self._unnamed.get(wanted[-1], [])[-_LOOK_BACK:]
            if speaker.mention.end <= before and set(wanted) <= set(_plain(speaker.name))
        ]
        people = self._roles.get(wanted[-1], [])
        met = bisect_left(people, before, key=lambda person: person.mention.end)
        matching.extend(
            person.speaker()
            for person in people[max(0, met - _LOOK_BACK) : met]
            if set(wanted) <= _role_words(person)
        )
        if not matching and len(people) == 1 and set(wanted) <= _role_words(people[0]):
            matching = [people[0].speaker()]  # named only further down, but nobody else fits
        if len(matching) > 1:
            matching = [speaker for speaker in matching if speaker.mention.start >= since]
            return tuple(matching) if len(matching) == 1 else ()
        return tuple(matching) or None


def _head_noun(core: Sequence[Atom]) -> set[str]:
    """ "department" of the Department for Education."""
    places = (i for i, atom in enumerate(core) if i and atom.low in PREPOSITIONS)
    at = next(places, None)
    return {core[at - 1].low} if at is not None else set()


def _is_office(descriptor: str) -> bool:
    """ "the prime minister", "its defence minister": without a name, yet everybody knows who."""
    words = _plain(descriptor)
    definite = words[0] in {"the", "its", "his", "her", "their", "our"} or "'s" in words[0]
    return definite and (words[-1] in TITLE_NOUNS or words[-2:] == ["chief", "executive"])


def _plain(descriptor: str) -> list[str]:
    return descriptor.lower().replace("’", "'").split()


def _role_words(person: Person) -> set[str]:
    """The common nouns a person can be called by."""
    title = person.title.lower().replace(".", "").split()
    nouns = {noun for noun, titles in TITLE_NOUNS.items() if any(t in titles for t in title)}
    return nouns | set(re.findall(r"[\w-]+", person.role.lower())[:_ROLE_WORDS])
