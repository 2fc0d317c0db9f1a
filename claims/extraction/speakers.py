"""From the words that name a source to the speaker, or to nobody.

The rule throughout: where the story leaves two readings, there is no speaker. An editor fills
a gap in a second, but a wrong name travels on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from claims.extraction.cast import Cast
from claims.extraction.names import (
    NOT_NAMES,
    ORG_NOUNS,
    ORG_WORDS,
    PERSON_NOUNS,
    PLACES,
    REGIONS,
    TITLE,
    TITLE_ALONE,
)
from claims.extraction.passage import Raw
from claims.extraction.people import People, Person, gender_of
from claims.extraction.pronouns import GENDERS, Turns
from claims.extraction.schema import Span, Speaker
from claims.extraction.units import Atom, AtomKind, Unit
from claims.extraction.words import DETERMINERS, PREPOSITIONS, TEMPORAL

_DEFINITE = frozenset(["the", "this", "that", "these", "those", "both"])
_GROUPS = frozenset({"republicans", "democrats", "americans"})
_TITLE_LENGTH = 24
_LONGEST_NAME = 4
_STATUS = re.compile(r"['’]s?$")


def _names_people(noun: str) -> bool:
    """Whether a common noun is what people are called: a word we know, or by its ending."""
    endings = ("ers", "ors", "ists", "ians", "men", "women", "man", "woman", "ist", "ian")
    if noun in PERSON_NOUNS or noun.removesuffix("s") in PERSON_NOUNS:
        return True
    return noun not in ORG_NOUNS and noun.endswith(endings)


def _is_in_name(head: Sequence[Atom], index: int) -> bool:
    """Whether a preposition belongs to a name: the Ministry *of* Defence, the Office *for* …"""
    if head[index].is_cap:
        return True  # Doctors Without Borders
    owned = head[0].low == "the" or any(atom.low.endswith("'s") for atom in head[:index])
    if not owned or not head[index - 1].is_cap:
        return False
    if head[index].low == "of":
        return True
    following = head[index + 1] if index + 1 < len(head) else None
    official = head[index - 1].low in ORG_WORDS | ORG_NOUNS
    named = following is not None and following.is_cap and following.low not in TEMPORAL
    return head[index].low in {"for", "on"} and official and named


def _is_office_with_preposition(core: Sequence[Atom]) -> bool:
    """ "the Archbishop of Canterbury", who is a person though no name is given."""
    inside = range(1, len(core) - 1)
    return any(core[i].low == "of" and TITLE_ALONE.fullmatch(core[i - 1].text) for i in inside)


def _is_name_with_preposition(core: Sequence[Atom]) -> bool:
    """ "Doctors Without Borders", "Joint Chiefs of Staff", which are no person's name."""
    inside = range(1, len(core) - 1)
    return any(core[i].low in PREPOSITIONS and core[i - 1].is_cap for i in inside)


def _is_share(head: Sequence[Atom]) -> bool:
    """ "one of the officials", "some of those people"."""
    return (
        len(head) > 2
        and head[1].low == "of"
        and head[0].low in DETERMINERS | {"most"}
        and _names_people(head[-1].low)
    )


class Resolver:
    """Resolves the sources of one story in the order they stand."""

    def __init__(
        self, text: str, units: Sequence[Unit], people: People, raws: Sequence[Raw]
    ) -> None:
        self._text = text
        self._units = units
        self._people = people
        self._turns = Turns(text, units, people, raws)
        self._cast = Cast(text, units, people)
        self._mention_starts = [mention[0] for mention in people.mentions]
        self._by_first_name: dict[str, list[Person]] = defaultdict(list)
        for person in people.by_name.values():
            self._by_first_name[person.name.split()[0]].append(person)

    def resolve(self, raw: Raw) -> tuple[Speaker, ...]:
        """The speakers of an attribution; empty where the text does not decide."""
        if raw.source is None:
            return ()
        speakers = self._speakers(raw.atoms, raw.unit)
        self._turns.learn(raw.atoms, speakers)
        self._turns.add(raw.unit, raw.source.start, speakers)
        return speakers

    def quoted(self, raw: Raw) -> tuple[Speaker, ...]:
        """The speakers of an inner layer, who take no turn in the story themselves."""
        return self._speakers(raw.atoms, raw.unit)

    def continue_turn(self, raw: Raw, speakers: tuple[Speaker, ...]) -> None:
        """Note that ``speakers`` go on speaking in a quotation without a cue."""
        self._turns.add(raw.unit, raw.start, speakers)

    def _speakers(self, atoms: Sequence[Atom], unit: int) -> tuple[Speaker, ...]:
        words = [atom for atom in atoms if atom.kind is AtomKind.WORD]
        if not words:
            return ()
        first = words[0].low
        if len(words) == 1 and first in GENDERS:
            return self._turns.singular(words[0], unit)
        if len(words) == 1 and first in {"they", "it"}:
            return self._turns.plural(unit) if first == "they" else self._turns.neuter(unit)
        if len(words) == 1 and first in {"we", "i", "you"}:
            return ()
        if first in {"who", "which"}:
            return self._turns.relative(words[0])
        joint = self._joint(atoms, unit)
        return joint if joint is not None else self._single(atoms, unit)

    def _joint(self, atoms: Sequence[Atom], unit: int) -> tuple[Speaker, ...] | None:
        """A and B, each of them a speaker in his own right; None when it is one phrase."""
        splits = [i for i, atom in enumerate(atoms) if atom.low == "and"]
        if len(splits) != 1:
            return None
        at = splits[0]
        left, right = atoms[:at], atoms[at + 1 :]
        pieces: list[Sequence[Atom]] = []
        begin = 0
        for index, atom in enumerate(left):
            if atom.text == ",":
                pieces.append(left[begin:index])
                begin = index + 1
        pieces = [piece for piece in [*pieces, left[begin:], right] if piece]
        stands_alone = [self._stands_alone(piece) for piece in pieces]
        if len(pieces) < 2 or not stands_alone[0] or not stands_alone[-1]:
            return None
        found: list[Speaker] = []
        for piece, alone in zip(pieces, stands_alone, strict=True):
            if not alone:
                continue
            speakers = self._single(piece, unit)
            if not speakers:
                return ()
            found.extend(speaker for speaker in speakers if speaker not in found)
        return tuple(found)

    def _stands_alone(self, atoms: Sequence[Atom]) -> bool:
        words = [atom for atom in atoms if atom.kind is AtomKind.WORD]
        if not words:
            return False
        span = Span(words[0].start, words[-1].end)
        if self._person_in(span) is not None or TITLE.match(self._text, span.start, span.end):
            return True
        if len(words) == 1 and (words[0].text in self._people.by_surname or words[0].low in PLACES):
            return True
        return words[0].low in DETERMINERS and any(w.low in PERSON_NOUNS | ORG_NOUNS for w in words)

    def _single(self, atoms: Sequence[Atom], unit: int) -> tuple[Speaker, ...]:
        cut = next((i for i, a in enumerate(atoms) if a.text == "," and i), len(atoms))
        head = [a for a in atoms[:cut] if a.kind is AtomKind.WORD]
        relative = next((i for i, a in enumerate(head) if i and a.low in ("who", "whose")), None)
        head = head[:relative]
        if not head:
            return ()
        span = Span(head[0].start, head[-1].end)
        core = self._core(head)
        noun = core[-1]
        apposed = self._apposed(core, atoms[cut:], whole=len(core) == len(head))
        if apposed is not None:
            return (apposed,)
        if noun.is_cap and not self._is_common(core, noun.low):
            named = self._named(span, core, unit)
            if named is not None:
                return named
        if _is_share(head):
            return self._share(head, span, unit)
        if _names_people(noun.low):
            return self._described(core, span, unit)
        if noun.low in ORG_NOUNS or noun.low.removesuffix("s") in ORG_NOUNS:
            return (self._cast.organisation(core),)
        person = self._person_in(Span(core[0].start, core[-1].end))
        return (person.speaker(),) if person is not None and noun.is_cap else ()

    def _is_common(self, core: Sequence[Atom], noun: str) -> bool:
        """Whether a capitalised noun only opens its sentence ("Farmers said")."""
        alone = len(core) == 1
        if alone and core[0].text in self._people.by_surname:
            return False
        if not alone and noun in ORG_WORDS and core[-2].is_cap:
            return False  # Cumbria Police
        if noun in PERSON_NOUNS - _GROUPS:
            return True
        return alone and noun not in _GROUPS and _names_people(noun)

    def _apposed(
        self, core: Sequence[Atom], rest: Sequence[Atom], *, whole: bool
    ) -> Speaker | None:
        """Who is named behind the comma of "its lawyer, Ada Moss" or "the company, Aqualine".

        ``whole``: no preposition follows the noun; "a nurse in Leeds, Yorkshire" is nobody's name.
        """
        words = [atom for atom in rest if atom.kind is AtomKind.WORD]
        if not words or self._person_in(Span(core[0].start, core[-1].end)) is not None:
            return None
        person = self._person_at(words[0].start, words[-1].end)
        if person is not None:
            return person.speaker()
        stop = next((i for i, atom in enumerate(rest) if i and atom.text == ","), len(rest))
        name = [atom for atom in rest[:stop] if atom.text != ","]
        if not whole or not name or not all(atom.is_cap for atom in name):
            return None
        if any(a.low in PLACES | NOT_NAMES for a in name) or core[-1].is_cap:
            return None
        if core[-1].low in ORG_NOUNS or name[-1].low.rstrip(".") in ORG_WORDS:
            return self._cast.organisation(name)
        if core[-1].low not in PERSON_NOUNS or len(name) > _LONGEST_NAME:
            return None
        span = Span(name[0].start, name[-1].end)
        return Person(self._text[span.start : span.end], span, role=core[-1].low).speaker()

    @staticmethod
    def _core(head: Sequence[Atom]) -> Sequence[Atom]:
        """The phrase up to its first preposition: "a spokesman", not "for the ministry"."""
        for index, atom in enumerate(head):
            if not index:
                continue
            before = head[index - 1]
            if atom.low in PREPOSITIONS | {"familiar", "close", "briefed", "involved"}:
                if not _is_in_name(head, index):
                    return head[:index]
            elif (
                atom.low.endswith("ed")
                and not atom.is_cap
                and before.low in ORG_NOUNS | PERSON_NOUNS
            ):
                return head[:index]  # a study published in the journal
        return head

    def _person_in(self, span: Span) -> Person | None:
        """The last person mentioned inside the span."""
        index = bisect_left(self._mention_starts, span.end) - 1
        if index >= 0:
            start, end, person = self._people.mentions[index]
            possessive = self._text[end : end + 2] in {"'s", "’s"}
            if start >= span.start and end <= span.end + 1 and not possessive:
                return person
        return None

    def _person_at(self, start: int, end: int) -> Person | None:
        """The person whose name (after a title at most) begins at this place."""
        index = bisect_left(self._mention_starts, start)
        if index < len(self._mention_starts):
            begin, after, person = self._people.mentions[index]
            if self._text[after : after + 2] in {"'s", "’s"}:
                return None
            title = self._text[start:begin].split()
            if (
                begin < end
                and begin - start <= _TITLE_LENGTH
                and all(word[:1].isupper() for word in title)
            ):
                return person
        return None

    def _share(self, head: Sequence[Atom], span: Span, unit: int) -> tuple[Speaker, ...]:
        """ "one of the officials": unnamed like the officials, and for their reason."""
        speaker = self._cast.described(span, unit)
        group = self._described(self._core(head[2:]), span, unit)
        if len(group) == 1 and not speaker.anonymity_reason:
            speaker = replace(speaker, anonymity_reason=group[0].anonymity_reason)
        return (speaker,)

    def _described(self, core: Sequence[Atom], span: Span, unit: int) -> tuple[Speaker, ...]:
        """ "the senator", "a European official", "two people familiar with the matter"."""
        if core[0].low in _DEFINITE or core[0].low.endswith("'s"):
            since = self._turns.paragraph_start(unit, self._units[unit].paragraph)
            known = self._cast.referred(core, since)
            if known is not None:
                return known
        return (self._cast.described(span, unit),)

    def _named(self, span: Span, core: Sequence[Atom], unit: int) -> tuple[Speaker, ...] | None:
        """A phrase that ends in a name; None when it names nobody."""
        within = Span(core[0].start, core[-1].end)
        person = self._person_in(within)
        official = core[0].low == "the" and (
            core[-1].low in ORG_WORDS or any(atom.low in PREPOSITIONS for atom in core)
        )
        if person is not None and not official:
            return (person.speaker(),)
        run = [a for a in core if a.is_cap and a.low != "the"]
        last = core[-1]
        surname = _STATUS.sub("", last.text)
        people = self._people.by_surname.get(surname, [])
        lead = core[:-1]
        if len(people) > 1 and all(a.is_cap for a in lead):
            return self._which_of(people, lead)
        if last.low in _GROUPS and len(run) == 1:
            return (self._cast.described(span, unit),)
        if any(a.low in PERSON_NOUNS and not a.is_cap for a in lead):
            return self._newcomer(core)  # Home Office minister Lord Hale
        if _is_office_with_preposition(core):
            office = self._text[within.start : within.end]
            printed = office[0].lower() + office[1:] if core[0].low == "the" else office
            return (Person(printed, within).speaker(),)
        if core[0].low in REGIONS and last.low.endswith("s") and len(core) == 2:
            return (self._cast.described(span, unit),)  # New Yorkers, South Koreans
        is_org = (
            core[0].low == "the"
            or "&" in self._text[within.start : within.end]
            or _is_name_with_preposition(core)
            or last.low in _GROUPS
            or any(a.low.rstrip(".") in ORG_WORDS or a.low in PLACES for a in run)
            or (len(last.text) > 1 and last.text.isupper())
        )
        if is_org:
            return (self._cast.organisation(core),)
        if last.low in NOT_NAMES or last.low.endswith("'s"):
            return None
        return self._newcomer(core)

    def _newcomer(self, core: Sequence[Atom]) -> tuple[Speaker, ...] | None:
        """Somebody not met before, by the name that ends the phrase: "pupil Maya Roe"."""
        begin = len(core) - 1
        while begin and core[begin - 1].is_cap and core[begin - 1].low not in PERSON_NOUNS:
            begin -= 1
        lead, name = core[:begin], core[begin:]
        if any(atom.low in {"and", "&"} for atom in core):
            return ()  # several people, or a firm: which, the words do not tell
        if lead and lead[-1].low in ORG_NOUNS:
            return (self._cast.organisation(name),)  # victims' group SafeHaven
        if len(name) == 1 and len(name[0].text) == 1:
            return ()  # the Q of questions and answers
        title = TITLE.match(self._text, name[0].start, name[-1].end)
        if lead and not _names_people(lead[-1].low):
            return None
        if title is None and core[0].low in DETERMINERS and not lead:
            return None
        begin_name = title.end() + 1 if title else name[0].start
        span = Span(begin_name, name[-1].end)
        printed = re.sub(r"\s+", " ", self._text[span.start : span.end])
        known = self._first_named(printed)
        if known is not None:
            return (known.speaker(),)
        firm = self._cast.shortened(printed)
        if firm is not None:
            return (firm,)
        if lead and lead[0].low in DETERMINERS:
            lead = lead[1:]
        role = re.sub(r"\s+", " ", self._text[lead[0].start : lead[-1].end]) if lead else ""
        new = Person(printed, span, title.group() if title else "", role)
        return (new.speaker(),)

    def _first_named(self, name: str) -> Person | None:
        """Whom a first name alone means, if one person of the story has it."""
        people = self._by_first_name.get(name, [])
        return people[0] if len(people) == 1 else None

    @staticmethod
    def _which_of(people: Sequence[Person], lead: Sequence[Atom]) -> tuple[Speaker, ...]:
        """Which of several people of one surname, by the title or first name before it."""
        matching = list(people)
        for atom in lead:
            word = atom.text.rstrip(".")
            if word in {"Mr", "Mrs", "Ms", "Miss"}:
                gender = "m" if word == "Mr" else "f"
                matching = [p for p in matching if gender_of(p) == gender]
            else:
                matching = [
                    p for p in matching if word in f"{p.title} {p.name}".replace(".", "").split()
                ]
        return (matching[0].speaker(),) if len(matching) == 1 and lead else ()
