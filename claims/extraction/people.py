"""Who is introduced in a story, by full name, title, party and role."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from claims.extraction.cues import AUXILIARIES, CUES
from claims.extraction.names import (
    FEMALE,
    MALE,
    NOT_NAMES,
    ORG_WORDS,
    PERSON_NOUNS,
    PLACES,
    REGIONS,
    ROLE_MODIFIERS,
    SUFFIXES,
    TITLE,
    TITLE_ALONE,
)
from claims.extraction.schema import Span, Speaker, SpeakerKind
from claims.extraction.words import DETERMINERS, PREPOSITIONS, listed

_CAP = r"(?:Mc|Mac|O['’]|D['’]|al-|Al-)?[A-ZÀ-ÖØ-ÞĀŁŠŽ](?:[^\W\d_]|['’](?!s\b)(?=\w)|-(?=\w))*"
_NAME = re.compile(
    rf"(?<![\w.])(?:{_CAP}|[A-Z]\.)"
    rf"(?:[ \u00a0](?:(?:de|da|del|della|di|van|von|der|den|bin|al|el|la|le"
    rf"|ben)[ \u00a0])*(?:{_CAP}|[A-Z]\.)"
    r"|[ \u00a0](?:Jr|Sr)\.){0,6}"
)
_PARTY = re.compile(
    r"[ \u00a0]?\((?P<party>[A-Z]{1,4})[-–—](?P<seat>[^()]{2,30})\)"
    r"|,? (?P<p2>[RDI])-(?P<s2>[A-Z][\w.]+)"
)
_OF_SEAT = re.compile(r",? of (?P<seat>[A-Z][\w.]+(?: [A-Z][\w.]+)?)")
_APPOSITIVE = re.compile(
    r"(?:[ \u00a0]?,[ \u00a0]\d{1,3})?[ \u00a0]?,[ \u00a0]"  # an age may stand between
    r"(?P<role>(?:[^,.;:“”\"()—–\n]|(?<=[A-Z])\.(?=[A-Z ])){3,160})"
)
_ROLE_BEFORE = re.compile(
    r"\b(?P<role>(?:[A-Z][\w.&’'-]*[ \u00a0]|(?:former|acting|deputy|senior|chief|vice"
    r"|top)[ \u00a0]){0,6}"
    rf"(?:{'|'.join(sorted(PERSON_NOUNS, key=len, reverse=True))}))[ \u00a0]$"
)
_PERSON_NOUN_BEFORE = re.compile(
    rf"\b(?:{'|'.join(sorted(PERSON_NOUNS))})[ \u00a0]$", re.IGNORECASE
)
# "Fed Chair Louise Hartman": the noun opens with a capital like the name behind it.
_CAPITAL_ROLE = re.compile(
    r"(?:^|(?<=[\s“\"(]))(?P<role>(?:(?:[A-Z]\.)+[ \u00a0]|[A-Z][\w&’'-]*[ \u00a0]){0,6}"
    r"(?P<noun>[A-Z][\w-]*))[ \u00a0]$"
)
# "The council's finance director, Sunita Patel, …"
_ROLE_WITH_COMMA = re.compile(
    r"(?:^|[\s“\"(])(?:(?:[Aa]n?|[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)[ \u00a0]"
    r"|(?=[A-Z][\w-]*['’]s?[ \u00a0]))"  # Shaw's deputy
    r"(?P<role>(?:[\w&’'-]+[ \u00a0]){0,5}"
    rf"(?:{'|'.join(sorted(PERSON_NOUNS, key=len, reverse=True))})),[ \u00a0]$"
)
_ORG_IN_ROLE = re.compile(
    r"\b(?:of|at|for|to|with|in|on)[ \u00a0](?:the[ \u00a0])?(?:[a-z-]+[ \u00a0]){0,2}?"
    r"(?P<org>[A-Z][\w.&’'-]*(?:[ \u00a0](?:(?:of|for|on|and"
    r"|the)[ \u00a0]){0,2}[A-Z][\w.&’'-]*){0,6})"
)
_INSIDE_NAME = re.compile(r"\b(?:the|for|of)[ \u00a0]$", re.IGNORECASE)
_WHO_AFTER = re.compile(r",[ \u00a0]who\b")
_FIRST_NAMES = MALE | FEMALE
_NO_PERSON = ORG_WORDS | NOT_NAMES | PREPOSITIONS
_LEADS = NOT_NAMES | PREPOSITIONS | DETERMINERS
_FIRM = listed(
    """
    corp inc ltd llc plc co group holdings motors airlines airways pharma foods systems
    technologies industries therapeutics platforms partners
    """
)
_MALE_TITLES = frozenset({"Mr", "Sir", "Lord", "King", "Prince", "Congressman"})
_FEMALE_TITLES = frozenset({"Mrs", "Ms", "Miss", "Dame", "Lady", "Queen", "Congresswoman"})
_SEATED = re.compile(r"Sen|Rep|Gov|Congress|Del", re.IGNORECASE)


@dataclass(slots=True)
class Person:
    """A person under introduction; details are filled in as the story gives them."""

    name: str
    mention: Span
    title: str = ""
    role: str = ""
    organisation: str = ""
    party: str = ""
    seat: str = ""
    appositives: list[Span] = field(default_factory=list)

    @property
    def surname(self) -> str:
        """The last name, without "Jr."."""
        parts = [part for part in self.name.split() if part.lower() not in SUFFIXES]
        return parts[-1] if parts else self.name

    def speaker(self) -> Speaker:
        """The finished speaker."""
        return Speaker(
            kind=SpeakerKind.PERSON,
            name=self.name,
            mention=self.mention,
            title=self.title,
            role=self.role,
            organisation=self.organisation,
            party=self.party,
            seat=self.seat,
        )


def gender_of(someone: Person | Speaker) -> str:
    """ "m", "f" or "" as far as title and first name tell."""
    title, first = someone.title.rstrip("."), someone.name.split()[0].lower()
    if title in _MALE_TITLES or (title not in _FEMALE_TITLES and first in MALE):
        return "m"
    return "f" if title in _FEMALE_TITLES or first in FEMALE else ""


def is_role(phrase: str) -> bool:
    """Whether a phrase after a comma says what somebody is."""
    words = phrase.split()
    if not words:
        return False
    first = words[0].lower().replace("’", "'")
    if first in PREPOSITIONS or first in AUXILIARIES or first.endswith("ing"):
        return False
    if first in {"who", "whose", "which", "where"}:
        return False
    if first in CUES and first not in PERSON_NOUNS:
        return False
    lowered = {word.lower().strip("’'") for word in words[:9]}
    return first in {"a", "an", "the"} or (bool(lowered & PERSON_NOUNS) and first != "and")


def _with_modifiers(head: str, start: int) -> str:
    """The office that ends a text, from the words that narrow it: *White House press* secretary."""
    begin = start
    words = list(re.finditer(r"[^ \u00a0]+", head[:start]))
    while words and words[-1].group() in ROLE_MODIFIERS:
        begin = words.pop().start()
    if begin < start:
        while words and re.fullmatch(r"[A-Z][\w&’'-]*", words[-1].group()):
            low = words[-1].group().lower()
            if low in _LEADS and low not in ROLE_MODIFIERS:
                break
            begin = words.pop().start()
    return head[begin:]


def _without_lead(role: str) -> str:
    """The office without the word that only opens its sentence ("But Chief Executive")."""
    first, _, rest = role.partition(" ")
    lead = first.lower() in _LEADS and first.lower() != "former"
    return rest if lead and rest else role


def _closed(role: str) -> bool:
    """Whether the words before a noun are more than an office: "the night he met a friend"."""
    closed = PREPOSITIONS | DETERMINERS | AUXILIARIES
    return any(word in closed or word in CUES for word in role.lower().split()[:-1])


def _without_article(phrase: str) -> str:
    return re.sub(r"^(?:the|a|an)\s+", "", phrase, flags=re.IGNORECASE)


def organisation_in(role: str) -> str:
    """The organisation a role names ("" for none)."""
    match = _ORG_IN_ROLE.search(role)
    if match is None:
        return ""
    found = match.group("org").rstrip(".’'")
    return "" if TITLE.match(match.group("org") + " ") else re.sub(r"['’]s\b.*", "", found)


class People:
    """Every person introduced by name, found in one pass over the text."""

    def __init__(self, text: str, paragraphs: list[Span]) -> None:
        self._text = text
        self.by_name: dict[str, Person] = {}
        self.by_surname: dict[str, list[Person]] = defaultdict(list)
        self.mentions: list[tuple[int, int, Person]] = []
        self.firms: dict[str, dict[str, Span]] = defaultdict(dict)  # by the first word of the name
        self._runs: list[tuple[int, int, str, str]] = []
        for paragraph in paragraphs:
            self._scan(paragraph)
        self._promote()
        self._mention_surnames()

    def named_between(self, start: int, end: int) -> set[str]:
        """Everybody mentioned in a stretch of the text."""
        first = bisect_left(self.mentions, start, key=lambda mention: mention[0])
        last = bisect_left(self.mentions, end, key=lambda mention: mention[0])
        return {person.name for _, _, person in self.mentions[first:last]}

    def _scan(self, paragraph: Span) -> None:
        for match in _NAME.finditer(self._text, paragraph.start, paragraph.end):
            start, end = match.span()
            title = ""
            while found := TITLE.match(self._text, start, end):
                title = f"{title} {found.group()}".strip()
                start = found.end() + 1
            if start >= end:
                continue
            if not title:
                start, title = self._inner_title(start, end)
            if not title:
                title = self._title_before(start, paragraph.start)
            start = self._skip_lead(start, end)
            named = self._behind_role(start, end)
            if named > start and self._text.startswith(title, match.start()):
                title = ""  # the Chief of "Chief Fire Officer" is part of an office
            start = named
            if start >= end:
                continue
            name = self._text[start:end]
            self._note_firm(name, Span(start, end))
            self._runs.append((start, end, name, title))
            if self._is_person(name, title, start, end):
                self._introduce(start, end, name, title, paragraph)

    def _note_firm(self, name: str, span: Span) -> None:
        """Keep "Toyota Motor Corp." for the "Toyota" further down."""
        words = name.split()
        firm = len(words) > 1 and words[-1].lower().rstrip(".") in _FIRM
        if firm and words[0].lower() not in PLACES:
            self.firms[words[0]].setdefault(name, span)

    def _title_before(self, start: int, floor: int) -> str:
        """An abbreviated title, whose full stop ended the run of capitals before the name."""
        words = self._text[max(floor, start - 24) : start].split()
        for count in (2, 1):
            before = " ".join(words[-count:])
            if len(words) >= count and before.endswith(".") and TITLE_ALONE.fullmatch(before):
                return before
        return ""

    def _inner_title(self, start: int, end: int) -> tuple[int, str]:
        """Ukrainian President Olena Bilyk: the title stands inside the capitals."""
        first = self._text[start:end].split(maxsplit=1)[0].lower()
        if first in _FIRST_NAMES:
            return start, ""  # James Judge QC
        position = start
        while (space := self._text.find(" ", position, end)) != -1:
            position = space + 1
            found = TITLE.match(self._text, position, end)
            if found is not None and found.end() < end:
                return found.end() + 1, found.group()
        return start, ""

    def _skip_lead(self, start: int, end: int) -> int:
        """Past a sentence's first word ("But Anna Bell") and past nationality adjectives."""
        while True:
            word_end = self._text.find(" ", start, end)
            word = self._text[start : word_end if word_end != -1 else end]
            if word.lower() not in _LEADS:
                return start
            if word_end == -1:
                return end
            start = word_end + 1

    def _behind_role(self, start: int, end: int) -> int:
        """Past "Fed Chair" and "Chief Fire Officer", which open no name."""
        words = list(re.finditer(r"[^ \u00a0]+", self._text[start:end]))
        if words and words[0].group().lower() in _FIRST_NAMES:
            return start  # John Bishop Lane
        for word, following in reversed(list(pairwise(words))):
            if word.group().lower() in PERSON_NOUNS:
                return start + following.start()
        return start

    def _is_person(self, name: str, title: str, start: int, end: int) -> bool:
        words = [w.lower().rstrip(".") for w in name.replace("\u00a0", " ").split()]
        if not 2 <= len(words) <= 5 or (words[-1] in SUFFIXES and len(words) < 3):
            return False
        if not self._could_be_person(words):
            return False
        if title or words[0] in MALE or words[0] in FEMALE:
            return True
        if _PERSON_NOUN_BEFORE.search(self._text, max(0, start - 20), start):
            return True
        if name.isupper():
            return False
        tail = self._text[end : end + 200]
        if _PARTY.match(tail) or _WHO_AFTER.match(tail):
            return True
        appositive = _APPOSITIVE.match(tail)
        if appositive is not None and is_role(appositive.group("role")):
            return True
        following = re.match(
            r",?[ \u00a0](?:(?:has|have|had|also|later)[ \u00a0])?(?P<w>[a-z’']+)", tail
        )
        # The Red Cross said; the Institute for Fiscal Studies said.
        within = _INSIDE_NAME.search(self._text, max(0, start - 5), start)
        if following is not None and within is None:
            cue = CUES.get(following.group("w"))
            return cue is not None and cue.finite
        return False

    def _introduce(self, start: int, end: int, name: str, title: str, paragraph: Span) -> None:
        name = re.sub(r"\s+", " ", name)
        person = self.by_name.get(name)
        if person is None:
            person = Person(name, Span(start, end), title)
            self.by_name[name] = person
            self.by_surname[person.surname].append(person)
        self.mentions.append((start, end, person))
        self._details(person, start, end, title, paragraph)

    def _details(self, person: Person, start: int, end: int, title: str, paragraph: Span) -> None:
        """Add what stands around this mention to what is known."""
        person.title = person.title or title
        tail_end = min(paragraph.end, end + 320)
        tail = self._text[end:tail_end]
        offset = 0
        if party := _PARTY.match(tail):
            person.party = person.party or party.group("party") or party.group("p2")
            person.seat = person.seat or party.group("seat") or party.group("s2")
            offset = party.end()
        elif _SEATED.match(title) and (seat := _OF_SEAT.match(tail)):
            person.seat = person.seat or seat.group("seat")
            offset = seat.end()
        appositive = _APPOSITIVE.match(tail, offset)
        if appositive is not None and is_role(appositive.group("role")):
            role = re.split(
                r" (?:who|which|told|said|says)\b", appositive.group("role").strip(), maxsplit=1
            )[0]
            begin = end + appositive.start("role")
            person.appositives.append(Span(begin, begin + len(role)))
            person.role = person.role or _without_article(role)
        if not person.role:
            head = self._text[max(paragraph.start, start - 90) : start]
            before = _ROLE_BEFORE.search(head)
            untitled = head.removesuffix(f"{title} ") if title else head
            apart = _ROLE_WITH_COMMA.search(untitled) if tail.startswith(",") else None
            capital = None if title else _CAPITAL_ROLE.search(head)
            if before is not None and not title:
                person.role = _with_modifiers(head, before.start("role")).strip()
            elif apart is not None and not _closed(apart.group("role")):
                person.role = apart.group("role")
            elif capital is not None and capital.group("noun").lower() in PERSON_NOUNS:
                person.role = _without_lead(capital.group("role"))
            elif title:
                demonym = re.search(
                    r"((?:[A-Z][\w-]+ |former |acting )+)$", head.removesuffix(f"{title} ")
                )
                if demonym is not None and head.endswith(f"{title} "):
                    person.role = demonym.group(1).strip() + f" {title}"
        if not person.organisation:
            person.organisation = organisation_in(person.role) or self._leading_org(person.role)

    @staticmethod
    def _leading_org(role: str) -> str:
        """The organisation in "Harbour Council spokesperson"."""
        match = re.match(r"((?:[A-Z][\w.&’'-]*\s)+)[a-z]", role)
        found = match.group(1).strip() if match else ""
        return found if {w.lower() for w in found.split()} & ORG_WORDS else ""

    def _promote(self) -> None:
        """Take a full name for a person's when the story goes on with its surname alone."""
        full: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        alone = set()
        for start, end, name, _title in self._runs:
            words = name.replace("\u00a0", " ").split()
            if len(words) == 1:
                alone.add(re.sub(r"['’]s$", "", name))
            elif len(words) <= 4 and self._could_be_person(words):
                full[words[-1]].setdefault(" ".join(words), (start, end))
        for surname in sorted(alone & full.keys()):
            if surname not in self.by_surname and len(full[surname]) == 1:
                name, (start, end) = next(iter(full[surname].items()))
                paragraph = Span(max(0, start - 200), min(len(self._text), end + 200))
                self._introduce(start, end, name, "", paragraph)

    @staticmethod
    def _could_be_person(words: list[str]) -> bool:
        lowered = [word.lower().rstrip(".") for word in words]
        # … and "Doctors Without Borders" is nobody.
        known = any(word in _NO_PERSON for word in lowered)
        peoples = lowered[0] in REGIONS and lowered[-1].endswith("s")  # South Koreans
        return not known and not peoples and lowered[-1] not in PLACES

    def _mention_surnames(self) -> None:
        for start, end, name, _title in self._runs:
            people = self.by_surname.get(re.sub(r"['’]s$", "", name), ())
            if len(people) == 1:
                self.mentions.append((start, end, people[0]))
        self.mentions.sort(key=lambda mention: mention[0])
