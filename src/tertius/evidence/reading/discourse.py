"""References back: pronouns, "the regime", "both sides", "its neighbour".

Each name that was read is a candidate. The nearer sentence counts more (3 points a sentence), then a subject (3),
then the
subject of the main clause (1); what is another argument of the same verb is no candidate. The weights only rank
candidates; they follow the usual order of salience (recency, subject before object), and no result hangs on their size
beyond that order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from tertius.evidence.reading.gazetteer import Mention
from tertius.evidence.reading.records import Event
from tertius.evidence.reading.words import listed

Token = Any
SPEAKERS = listed("discourse-speakers")
PERSONS = listed("discourse-persons")
THINGS = frozenset({"it", "its", "itself"})
MANY = frozenset({"they", "them", "their", "theirs", "themselves"})
OWN = listed("discourse-own")
CLIMBED = frozenset({"compound", "amod", "poss", "nmod", "appos", "npadvmod"})
SUBJECTS = frozenset({"nsubj", "nsubjpass"})
# Many that a later "they" may mean though they are no actor of ours.
OTHERS = listed("discourse-others")
ROLES = listed("discourse-roles")
BODIES = listed("discourse-bodies")
REASONS = listed("discourse-reasons")
FORCE = frozenset({"ASSAULT", "COERCE", "MOBILIZE"})
HOSTILE = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "SANCTION", "THREATEN", "ACCUSE"})
KEPT_SENTENCES = 4
PER_SENTENCE, SUBJECT, MAIN = 3.0, 3.0, 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that a later word may mean."""

    code: str
    """Empty for people who are no actor."""
    sentence: int
    place: int
    is_subject: bool
    is_main: bool
    is_person: bool
    is_plural: bool
    kind: str
    head: Any
    group: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor that a phrase stands for, and by what: name, modifier, complement, pronoun or reference."""

    code: str
    how: str


class Read(Protocol):
    """A sentence's phrases: the names in it by the place of their head and of each word, and whom a phrase means."""

    heads: dict[int, Mention]
    mention_at: dict[int, Mention]

    def of(self, token: Token) -> tuple[Actor, ...]:
        """Return the actors of the phrase of a word."""


class Discourse:
    """What a text has spoken of so far."""

    def __init__(self, namesakes: frozenset[str] = frozenset()) -> None:
        self.namesakes = namesakes
        self.sentence = 0
        self.voice: tuple[str, ...] = ()
        """Who speaks the present line; nobody for the narrator."""
        self.acts: Sequence[Event] = ()
        """What was read so far."""
        self.body: tuple[str, ...] = ()
        """Whose statement the text is."""
        self.named: set[str] = set()
        """Whom the text has named so far."""
        self._past: list[Candidate] = []
        self._here: list[Candidate] = []
        self._phrases: Read | None = None

    def has_person(self) -> bool:
        """Whether anybody was spoken of."""
        return any(one.is_person for one in (*self._past, *self._here))

    def forget(self) -> None:
        """Begin an entry of its own: what went before is not referred back to."""
        self._past, self._here = [], []

    def enter(self, sentence: Any, phrases: Read) -> None:
        """Begin a sentence: its names become candidates."""
        self._past = [one for one in (*self._past, *self._here) if self.sentence - one.sentence < KEPT_SENTENCES]
        self.sentence += 1
        self._phrases = phrases
        self._here = []
        for token in sentence:
            mention = phrases.heads.get(token.i)
            if mention is not None:
                self.named.add(mention.code)
                self._here.append(self._candidate(token, mention.code, mention.kind))
            elif token.lemma_.lower() in OTHERS and not any(child.i in phrases.mention_at for child in token.subtree):
                self._here.append(self._candidate(token, "", "others"))

        for token in sentence:
            if token.tag_ == "NNS" and any(
                child.lower_ in ("these", "those", "both", "two") for child in token.children
            ):
                phrases.of(token)

    def note(self, token: Token, codes: tuple[str, ...]) -> None:
        """Keep in mind what "these countries" stands for."""
        if len(codes) > 1:
            subject = token.dep_ in SUBJECTS
            self._here.append(
                Candidate(codes[0], self.sentence, token.i, subject, False, False, True, "state", token, codes)
            )

    def _candidate(self, token: Token, code: str, kind: str) -> Candidate:
        head = token
        while (
            head.dep_ in CLIMBED
            and head.lemma_.lower() not in ROLES
            and head.head != head
            and head.head.pos_ in ("NOUN", "PROPN")
        ):
            head = head.head  # "the Chilean commander's claim": the commander
        if head.dep_ == "pobj" and head.head.lower_ == "of" and head.head.head.lemma_.lower() in BODIES:
            head = head.head.head  # "the parliament of Peru"
        top = head
        while top.dep_ == "conj" and top.head.pos_ in ("NOUN", "PROPN"):
            top = top.head
        members = [top, *top.conjuncts] if self._phrases is not None else [top]
        group = [self._phrases.heads[one.i].code for one in members if self._phrases and one.i in self._phrases.heads]
        is_subject = top.dep_ in SUBJECTS
        role = head.lemma_.lower() in ROLES
        return Candidate(
            code=code,
            sentence=self.sentence,
            place=token.i,
            is_subject=is_subject,
            is_main=is_subject and top.head.dep_ == "ROOT",
            is_person=(kind == "leader") or role,
            is_plural=len(set(group)) > 1 or head.tag_ in ("NNS", "NNPS") or kind == "others" or len(members) > 1,
            kind=kind,
            head=top,
            group=tuple(dict.fromkeys(group)) if len(set(group)) > 1 else (),
        )

    def _ranked(self, token: Token, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Candidates before a word, best first."""

        def points(one: Candidate) -> tuple[float, int]:
            score = -PER_SENTENCE * (self.sentence - one.sentence)
            score += SUBJECT * one.is_subject + MAIN * one.is_main
            return score, one.place if one.sentence == self.sentence else one.place - 100_000

        own = token.lower_ in OWN
        before = [one for one in candidates if one.sentence < self.sentence or one.place < token.i]
        allowed = [one for one in before if own or not self._same_verb(token, one)]
        return sorted(allowed, key=points, reverse=True)

    def _same_verb(self, token: Token, one: Candidate) -> bool:
        """Whether a candidate is another argument of the verb that the word belongs to."""
        if one.sentence != self.sentence:
            return False
        if token.dep_ == "poss":
            return False
        return _verb(one.head) in (_verb(token), _sharing(token) if one.is_subject else -1)

    def pronoun(self, token: Token) -> tuple[str, ...]:
        """Return the codes that a pronoun stands for; none where that is unclear."""
        word = token.lower_
        if word in SPEAKERS:
            return self._speaker(token)
        if word in ("both", "neither"):
            return self.pair(token)
        if word in ("its", "their") and token.dep_ == "poss":
            blamed = self._blamed(token)
            if blamed:
                return (blamed,)
        ahead = self._ahead(token) or (() if word in PERSONS else self._charged(token) or self._saying(token))
        if ahead:
            return ahead
        every = [*self._past, *self._here]
        if word in PERSONS:
            fit = [one for one in every if one.is_person and one.code]
        elif word in THINGS:
            fit = [one for one in every if not one.is_person and one.kind not in ("people", "place", "others")]
            fit = fit or [one for one in every if one.code and one.kind != "place"]
        elif word in MANY:
            many = [one for one in every if one.is_plural or one.group]
            fit = many or [one for one in every if not one.is_person and one.kind != "place"]
        else:
            return ()
        ranked = self._ranked(token, fit)
        if not ranked:
            return ()
        best = ranked[0]
        codes = best.group if word in MANY and best.group else (best.code,) if best.code else ()
        self._repeat(token, best, codes)
        return codes

    def _ahead(self, token: Token) -> tuple[str, ...]:
        """Of "Denying that it had bombed B, A left": who "it" is stands behind, as the subject of the main clause."""
        place = token
        while place.head != place and not (place.dep_ == "advcl" and place.tag_ == "VBG"):
            place = place.head
        before = place.head != place and place.i < place.head.i and token.i > place.i
        if not before or self._phrases is None or any(child.dep_ in SUBJECTS for child in place.children):
            return ()
        behind = [child for child in place.head.children if child.dep_ == "nsubj" and child.i > token.i]
        return tuple(actor.code for child in behind[:1] if child.pos_ != "PRON" for actor in self._phrases.of(child))

    def _saying(self, token: Token) -> tuple[str, ...]:
        """Of "the navy of A said it had laid no mines": a body that says what "it" did."""
        verb = token.head
        if token.dep_ != "nsubj" or verb.dep_ != "ccomp" or self._phrases is None:
            return ()
        who = [one for one in verb.head.children if one.dep_ == "nsubj" and one.lemma_.lower() in BODIES | {"navy"}]
        return tuple(actor.code for one in who[:1] for actor in self._phrases.of(one))[:1]

    def _charged(self, token: Token) -> tuple[str, ...]:
        """Of "A rejected B's charge that it had done so": "it" is A, who answers the charge, not B, who makes it."""
        place = token
        while place.head != place and not (place.dep_ == "acl" and place.head.pos_ == "NOUN"):
            place = place.head
        noun, verb = place.head, place.head.head
        if place.head == place or self._phrases is None or noun.lemma_.lower() not in charging():
            return ()
        if noun.dep_ not in ("dobj", "nsubjpass") or verb.lemma_.lower() not in answering():
            return ()
        makers = {actor.code for actor in self._phrases.of(noun)}
        kinds = ("nsubj",) if noun.dep_ == "dobj" else ("agent",)
        behind = [child for child in verb.children if child.dep_ in kinds]
        who = [one for child in behind for one in (child.children if child.dep_ == "agent" else (child,))]
        found = [actor.code for one in who if one.pos_ != "PRON" for actor in self._phrases.of(one)]
        return tuple(found[:1]) if makers and found and found[0] not in makers else ()

    def _repeat(self, token: Token, best: Candidate, codes: tuple[str, ...]) -> None:
        """A pronoun keeps what it stands for in mind."""
        if token.dep_ in SUBJECTS and codes:
            self._here.append(
                Candidate(codes[0], self.sentence, token.i, True, token.head.dep_ == "ROOT", best.is_person,
                          best.is_plural, best.kind, token, codes if len(codes) > 1 else ())
            )  # fmt: skip

    def _speaker(self, token: Token) -> tuple[str, ...]:
        """The subject of the verb that reports the words of "we"."""
        place = token
        while place.head != place:
            place = place.head
            if place.pos_ not in ("VERB", "AUX") or place.lemma_.lower() not in telling():
                continue
            for child in place.children:
                if child.dep_ == "nsubj" and child.lower_ not in SPEAKERS and self._phrases is not None:
                    found = self._phrases.of(child)
                    if found and token not in child.subtree:
                        return tuple(actor.code for actor in found)
        if self.voice:
            return self.voice
        ranked = [one for one in self._ranked(token, self._past) if one.is_subject and one.code]
        return (ranked[0].code,) if ranked and self.sentence - ranked[0].sentence <= 1 else ()

    def foe(self, codes: set[str]) -> str | None:
        """Return who last acted against these, or whom they last acted against; else who last used force on anybody."""
        for event in reversed(self.acts):
            if event.mode == "denied" or event.action not in HOSTILE:
                continue
            if event.target in codes and event.source not in codes:
                return event.source
            if event.source in codes and event.target and event.target not in codes:
                return event.target
        return self.assailant(codes)

    def assailant(self, codes: set[str]) -> str | None:
        """Return who last used force or moved forces, if it is none of these."""
        for event in reversed(self.acts):
            if event.action in FORCE and event.mode in ("happened", "ongoing") and event.source not in codes:
                return event.source
        return None

    def _blamed(self, token: Token) -> str | None:
        """Of "sanctioned B over its invasion": the one named between the verb and the pronoun, not the subject."""
        verb = token.head
        through = False
        while verb.head != verb and verb.pos_ not in ("VERB", "AUX"):
            through |= verb.dep_ in ("pobj", "pcomp") and verb.head.lower_ in REASONS
            verb = verb.head
        if not through:
            return None
        between = [
            one
            for one in self._here
            if one.code and not one.is_subject and verb.i < one.place < token.i and one.kind != "place"
        ]
        return max(between, key=lambda one: one.place).code if between else None

    def pair(self, token: Token) -> tuple[str, ...]:
        """Return the last two actors: a joined pair if there is one near, else the two named last."""
        every = [one for one in (*self._past, *self._here) if one.sentence < self.sentence or one.place < token.i]
        if token.lemma_.lower() in ROLES:
            people = [one for one in every if one.is_person]
            every = people if len({one.code for one in people}) > 1 else every
        for one in reversed(every):
            if len(one.group) == 2 and self.sentence - one.sentence <= KEPT_SENTENCES:
                return one.group
        found: list[str] = []
        for one in reversed(every):
            if one.code and one.kind != "place" and one.code not in found:
                found.append(one.code)
            if len(found) == 2:
                return tuple(reversed(found))
        return ()

    def last(self, kind: str, token: Token, islands: frozenset[str] = frozenset()) -> str | None:
        """Return the state ("state") or organisation ("body") that a definite phrase stands for."""
        every = (*self._past, *self._here)
        if kind == "island":
            fit = [one for one in every if one.code in islands]
        elif kind == "body":
            fit = [one for one in every if one.kind == "organisation"]
        else:
            fit = [one for one in every if one.kind in ("state", "seat", "people", "leader")]
        ranked = self._ranked(token, fit)
        if kind == "island" and ranked:
            told = Counter(one.code for one in ranked)
            return max(ranked, key=lambda one: told[one.code]).code
        same = [one for one in ranked if one.head.lemma_.lower() == token.lemma_.lower() and one.code]
        return (same or ranked)[0].code or None if ranked else None

    def other_than(self, codes: set[str], token: Token) -> str | None:
        """Return the actor last spoken of that is none of these."""
        every = [
            one for one in (*self._past, *self._here) if one.code and one.code not in codes and one.kind != "place"
        ]
        ranked = self._ranked(token, every)
        return ranked[0].code if ranked else None


@cache
def telling() -> frozenset[str]:
    """Verbs whose subject speaks."""
    from tertius.evidence.reading.lexicon import governors

    told = governors()
    return (
        told["report"]
        | told["announce"]
        | told["deny"]
        | told["predict"]
        | {"warn", "urge", "demand", "vow", "threaten", "call"}
    )


@cache
def charging() -> frozenset[str]:
    """Nouns of charges and reports."""
    from tertius.evidence.reading.lexicon import governors

    return governors()["claim_nouns"]


@cache
def answering() -> frozenset[str]:
    """Verbs that deny or dismiss."""
    from tertius.evidence.reading.lexicon import governors

    return governors()["deny"] | governors()["dismiss"]


def _sharing(token: Token) -> int:
    """The verb whose subject a word's verb shares: "A has no designs on B and has moved no troops toward it"."""
    place = token.doc[_verb(token)]
    while place.dep_ == "conj" and not any(child.dep_ in SUBJECTS for child in place.children):
        place = place.head
    return int(place.i)


def _verb(token: Token) -> int:
    """The verb that a word is an argument of."""
    place = token
    while place.head != place:
        place = place.head
        if place.pos_ in ("VERB", "AUX"):
            return int(place.i)
    return int(place.i)
