"""A text to a reading: paragraph by paragraph, sentence by sentence, claims to events, stances and quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from time import monotonic
from typing import Any, TypeVar

from tertius.evidence.reading.amounts import numbers_in, quantities_in
from tertius.evidence.reading.clauses import clause_span
from tertius.evidence.reading.coding import LACKING, Claim, Coder
from tertius.evidence.reading.confidence import confidence, inferred
from tertius.evidence.reading.dating import day_of
from tertius.evidence.reading.discourse import Actor, Discourse
from tertius.evidence.reading.disowning import disowned
from tertius.evidence.reading.gazetteer import namesakes
from tertius.evidence.reading.lexicon import is_of, lexicon
from tertius.evidence.reading.mapping import instrument_kind
from tertius.evidence.reading.nominal import Namer
from tertius.evidence.reading.parsing import Paragraph, Watch, check_language, paragraphs
from tertius.evidence.reading.phrases import Phrases
from tertius.evidence.reading.rebuttals import Told, rebutted
from tertius.evidence.reading.records import Amount, Dropped, Event, Quantity, Reading, Stance
from tertius.evidence.reading.sequels import followed, halted, once_refused
from tertius.evidence.reading.stances import stances_in
from tertius.evidence.reading.threats import deadline, further, hardened
from tertius.evidence.reading.voices import title_voice, voice_of
from tertius.evidence.reading.words import read_table
from tertius.visible import visible

LONGEST_SENTENCE = 300
"""Words; beyond it a sentence is a list or a table."""
AGENTLESS = frozenset({"ASSAULT", "COERCE", "SANCTION"})
GRIM = frozenset({"missile", "rocket", "mortar", "warhead", "airstrike", "shelling"})
Placed = TypeVar("Placed", Amount, Quantity, Stance)

RESULT = re.compile(r"\b[A-Z]\w+ \d{1,2}, (?:[A-Z]\w+ ){1,3}\d{1,2}\b|\b[A-Z]\w+ \d{1,2}[-–]\d{1,2} [A-Z]\w+")
ROLE = re.compile(r"(?:official )?spokes(?:person|man|woman)$", re.I)
"""A speaker by office alone, who is the body's whose text it is."""
FIGURATIVE = frozenset({"ASSAULT", "COERCE", "PROTEST"})


@cache
def topic(name: str) -> frozenset[str]:
    """Words of one row of topics.yaml."""
    return frozenset(str(read_table("topics.yaml", TOPICS)[name]).split())


@cache
def _topics() -> frozenset[str]:
    return frozenset().union(*(topic(name) for name in TOPICS if name != "metaphor"))


def read_text(
    text: str,
    published: date | None = None,
    place: str = "text",
    watch: Watch | None = None,
    seconds: float | None = None,
) -> Reading:
    """Return what a text claims.

    Args:
        text: English prose.
        published: the day that "last week" and the like count from.
        place: what to call it in messages.
        watch: told how many characters were made clean and read, of how many.
        seconds: stop after so many, counted from the first line; a note says how far it came.

    Raises:
        DataError: a text in another language.
        MissingExtra: the extra `read` is not installed.
    """
    if not text.strip():
        return Reading(visible(text), (), (), (), published, (f"{place}: empty; nothing to read",))
    told, text = text, visible(text)
    check_language(told, place)
    reader, began = Reader(text, published), 0.0
    notes: tuple[str, ...] = ()
    for paragraph in paragraphs(told.encode("utf-8", "replace").decode(), watch):
        began = began or monotonic()
        reader.read(paragraph)
        done = paragraph.span(0, len(paragraph.text))[1]
        if watch is not None:
            watch("characters read", done, len(text))
        if seconds is not None and monotonic() - began > seconds:
            notes = (f"{place}: stopped after {seconds:g} s; {done} of {len(text)} characters were read",)
            break
    if reader.skipped:
        notes += (f"{place}: {reader.skipped} sentences of more than {LONGEST_SENTENCE} words were not read",)
    found = (tuple(reader.events), tuple(reader.stances), tuple(reader.quantities))
    return Reading(text, *found, published, notes, tuple(reader.dropped))


class Reader:
    """The events of one text as it is read from top to bottom."""

    def __init__(self, text: str, published: date | None) -> None:
        self.text = text
        self.published = published
        self.discourse = Discourse()
        self.events: list[Event] = []
        self.discourse.acts = self.events
        self.sporting = False
        """Whether a table of results was read: what follows tells force only where arms or forces are named."""
        self.stances: list[Stance] = []
        self.quantities: list[Quantity] = []
        self.dropped: list[Dropped] = []
        self._seen: set[tuple[str | None, ...]] = set()
        self._acts: set[tuple[str | None, ...]] = set()
        self._last_subject: str | None = None
        self._asked: list[Told] = []
        self._asked_at = 0
        """Acts that the last question asked about, and its sentence."""
        self.skipped = 0
        """Sentences that were too long to be prose."""

    def read(self, paragraph: Paragraph) -> None:
        """Read one paragraph."""
        people = [entity.text for entity in paragraph.doc.ents if entity.label_ == "PERSON"]
        self.discourse.namesakes |= namesakes(people)
        phrases = Phrases(paragraph, self.discourse, self.published)
        line = paragraph.line
        if line.is_entry:
            self.discourse.forget()
            self._last_subject = None
        self.sporting |= RESULT.search(line.words.text) is not None
        if line.kind == "title":
            self.discourse.voice = self.discourse.body = title_voice(paragraph.text, paragraph.mentions)
            return
        if line.kind == "question":
            for sentence in paragraph.doc.sents:
                if len(sentence) <= LONGEST_SENTENCE:
                    self.discourse.enter(sentence, phrases)
                    self._ask(sentence, phrases)
            return
        named = voice_of(line.voice, self.published) if line.voice else ()
        unnamed = not line.voice or ROLE.match(line.voice) is not None
        self.discourse.voice = named or (self.discourse.body if unnamed else ())
        for sentence in paragraph.doc.sents:
            if len(sentence) > LONGEST_SENTENCE:
                self.skipped += 1
                continue
            self.discourse.enter(sentence, phrases)
            self._sentence(sentence, phrases, paragraph)

    def _sentence(self, sentence: Any, phrases: Phrases, paragraph: Paragraph) -> None:
        beside = len(self.stances) + len(self.quantities)
        self.quantities += [self._placed(one, paragraph) for one in quantities_in(sentence, phrases, 0, paragraph.text)]
        reason = passed_over(sentence)
        if self.discourse.sentence - self._asked_at > ANSWERED:
            self._asked = []
        if reason == QUESTION:
            self._ask(sentence, phrases)
        if reason:
            self._drop("sentence", reason, sentence, phrases, paragraph)
            return
        coder = Coder(phrases)
        claims: list[Claim] = []
        namer = Namer(coder)
        for token in sentence:
            if token.pos_ in ("VERB", "AUX"):
                made = halted(token, coder.verb(token), phrases) or further(token, phrases) or coder.predicate(token)
                made = made or followed(token, coder, claims, self.events[-1:])
                denied = rebutted(token, coder, [*claims, *made], [*self._told(), *self._asked])
                # "A, it says, armed B, which A rejects": a denial, no refusal.
                claims += [one for one in made if not denied or one.action != "REJECT"] + denied
            elif token.pos_ in ("NOUN", "PROPN"):
                claims += namer.noun(token)
        claims = once_refused(claims)
        claims += disowned(sentence, coder, claims)
        if not any(claim.action == "THREATEN" for claim in claims):
            claims += deadline(sentence, phrases)
        claims = [self._completed(hardened(claim, phrases), claims) for claim in claims]
        before = len(self.events)
        refused: dict[str, str] = {}
        for claim in claims:
            why = self._keep(claim, phrases, paragraph)
            if why:
                refused.setdefault(said_of(claim), why)
        told = {said_in_short(event) for event in self.events[before:]}
        for what, why in refused.items():
            if what not in told:
                stage = "repeat" if why == TOLD_BEFORE else "claim"
                self._drop(stage, why, sentence, phrases, paragraph, what)
        self.stances += [self._placed(one, paragraph) for one in stances_in(sentence, phrases, 0, paragraph.text)]
        if not told and TOLD_BEFORE not in refused.values() and len(self.stances) + len(self.quantities) == beside:
            reason = "; ".join(dict.fromkeys(refused.values())) or "no word of the table links them"
            self._drop("unread", reason, sentence, phrases, paragraph)
        for token in sentence:
            if token.dep_ in ("nsubj", "agent") and token.head.dep_ == "ROOT":
                actors = coder.acting(token)
                self._last_subject = actors[0].code if actors else self._last_subject

    def _told(self) -> list[Told]:
        """Acts told so far."""
        return [(event.source, event.action, event.target) for event in self.events]

    def _ask(self, sentence: Any, phrases: Phrases) -> None:
        """Keep in mind what a question asks about: "Did A arm B? A says it did not"."""
        coder = Coder(phrases)
        made = [claim for token in sentence if token.pos_ == "VERB" for claim in coder.verb(token)]
        found = [(one.source.code, one.action, one.target.code) for one in made if one.source and one.target]
        self._asked = found or self._asked
        self._asked_at = self.discourse.sentence if found else self._asked_at

    def _drop(
        self, stage: str, reason: str, sentence: Any, phrases: Phrases, paragraph: Paragraph, what: str = ""
    ) -> None:
        """Note what gives no event; a sentence only where it names two actors."""
        places = range(sentence.start, sentence.end)
        named = [phrases.heads[place] for place in places if place in phrases.heads]
        actors = tuple(dict.fromkeys(mention.code for mention in named if mention.code and mention.kind != "place"))
        if what or len(actors) > 1:
            span = paragraph.span(sentence.start_char, sentence.end_char)
            self.dropped.append(Dropped(stage, reason, what, actors, span, self.text[slice(*span)].strip()))

    def _placed(self, record: Placed, paragraph: Paragraph) -> Placed:
        """The record with its span and quote in the original text."""
        span = paragraph.span(*record.span)
        return replace(record, span=span, quote=self.text[slice(*span)])

    def _completed(self, claim: Claim, others: Iterable[Claim]) -> Claim:
        """A passive without agent, or a retreat without target, takes what the text has told."""
        if claim.source is None and claim.target is not None and claim.action in AGENTLESS:
            before = self._last_subject
            if before and before != claim.target.code:
                return replace(claim, source=Actor(before, "inferred"))
        if claim.action in LACKING and claim.target is None and claim.source is not None:
            meant = [one for one in (*self._told(), *self._asked) if one[:2] == (claim.source.code, claim.action)]
            return replace(claim, target=Actor(meant[-1][2], "inferred")) if meant else claim
        if claim.action == "RETREAT" and claim.source is not None:
            own = claim.source.code
            for other in others:
                if other.action == "ASSAULT" and other.source and other.source.code != own:
                    return replace(claim, target=other.source)
        if claim.action == "RETREAT" and claim.target is None and claim.source is not None:
            for event in reversed(self.events):
                if event.action in ("ASSAULT", "COERCE") and event.source == own:
                    return replace(claim, target=Actor(event.target, "inferred"))
        return claim

    def _is_figure(self, claim: Claim) -> bool:
        """Whether force is a figure of speech here: sport, trade, taste, and no arms or forces named."""
        sentence = claim.trigger.sent
        figurative = claim.action in FIGURATIVE and (self.sporting or is_figurative(sentence))
        return figurative and not is_armed(sentence)

    def _keep(self, claim: Claim, phrases: Phrases, paragraph: Paragraph) -> str | None:
        """Make an event of a claim, or return why it is none."""
        context = claim.context
        if claim.source is None:
            return "nobody is named who does it"
        if not context.is_claimed:
            return "not claimed: asked for, wished, refused, a purpose, or under an if"
        if claim.target is None and claim.action not in ("MOBILIZE", "RETREAT"):
            return "nobody is named whom it is done to"
        action, source = claim.action, claim.source.code
        target = claim.target.code if claim.target else None
        if target == source:
            return "both parties are one"
        mode = "threatened" if action == "THREATEN" and context.mode != "denied" else context.mode
        told_by = context.said_by or next(iter(self.discourse.voice), None)
        said_by = None if action == "THREATEN" or (told_by == source and action in SPOKEN) else told_by
        if action == "REJECT" and context.mode == "happened" and is_charged(claim):
            return "a charge rejected is a denial, not a refusal"
        if self._is_figure(claim):
            return "a figure of speech: sport, trade, taste"
        key = (source, action, target, mode, said_by)
        act = (source, action, target)
        if key in self._seen or (context.is_accusation and act in self._acts):
            return TOLD_BEFORE
        self._seen.add(key)
        self._acts.add(act)
        start, end = clause_span(claim.trigger)
        numbers = numbers_in(claim.trigger, start, end, 0, paragraph.text)
        place = next((m.form for m in _places(claim.trigger.sent, phrases)), None)
        condition = context.condition
        if condition is None and action == "THREATEN":
            ifs = (
                t
                for t in claim.trigger.subtree
                if t.dep_ == "advcl" and any(c.lower_ in ("if", "unless") for c in t.children)
            )
            condition = next(ifs, None)
        grounds = inferred(claim, mode, headline=paragraph.line.kind == "headline")
        self.events.append(
            Event(
                source=source,
                action=action,
                target=target or "",
                mode=mode,
                date=day_of(claim.trigger, self.published, mode),
                numbers=tuple(self._placed(one, paragraph) for one in numbers),
                place=place,
                span=paragraph.span(start, end),
                quote=self.text[slice(*paragraph.span(start, end))],
                said_by=said_by,
                confidence=confidence(grounds),
                inferred=grounds,
                trigger=claim.trigger.lemma_.lower(),
                kind=instrument_kind(action, [*claim.objects, claim.trigger]),
                condition=" ".join(t.text for t in condition.subtree) if condition is not None else None,
            )
        )
        return None


TOLD_BEFORE = "told before"
QUESTION = "a question"
ANSWERED = 2
"""Sentences after a question in which an answer is looked for."""
TOPICS = ("sport", "culture", "science", "economy", "metaphor")
SPOKEN = frozenset({"ACCUSE", "REJECT", "REQUEST", "THREATEN"})


def is_charged(claim: Claim) -> bool:
    """Whether what is rejected is a charge: a denial, no refusal."""
    verb = claim.trigger
    things = [child for child in verb.children if child.dep_ in ("dobj", "nsubjpass")] + (
        [verb.head] if verb.dep_ == "relcl" else []
    )
    return any(is_of(thing, ("charges",)) for thing in things)


def said_of(claim: Claim) -> str:
    """What a claim says, in short; ? for whom it does not name."""
    who, whom = (actor.code if actor is not None else "?" for actor in (claim.source, claim.target))
    return f"{who} {claim.action} {whom} ({claim.context.mode})"


def said_in_short(event: Event) -> str:
    """What an event says, as `said_of` writes a claim."""
    return f"{event.source} {event.action} {event.target or '?'} ({event.mode})"


def passed_over(sentence: Any) -> str | None:
    """Why a sentence is passed over whole; None where it is read."""
    if off_topic(sentence):
        return "sport, culture, weather or markets"
    return QUESTION if is_question(sentence) else None


def _places(sentence: Any, phrases: Phrases) -> list[Any]:
    found = []
    for token in sentence:
        mention = phrases.heads.get(token.i)
        if (
            mention is not None
            and token.dep_ == "pobj"
            and token.head.lower_ in ("in", "near", "at", "on", "over", "off", "outside", "around")
        ):
            found.append(mention.names[0])
    return found


def is_figurative(sentence: Any) -> bool:
    """Whether a sentence speaks of trade or taste, in which "bombard" and "invade" are figures."""
    return any(token.lower_ in topic("metaphor") for token in sentence)


def is_armed(sentence: Any) -> bool:
    """Whether a sentence names arms or forces."""
    kept = lexicon().classes
    armed = kept["troops"] | kept["projectiles"] | kept["arms"]
    return any(token.lemma_.lower() in armed for token in sentence if token.pos_ in ("NOUN", "PROPN"))


def is_question(sentence: Any) -> bool:
    """Whether a sentence asks: what it says is not claimed."""
    return re.search(r"\?[\"'”’)]*\s*$", sentence.text) is not None


def off_topic(sentence: Any) -> bool:
    """Whether a sentence is about sport, culture, weather or markets."""
    words = [token.lower_ for token in sentence]
    pairs = [f"{one}-{other}" for one, other in pairwise(words)]
    hits = sum(word in _topics() for word in (*words, *pairs))
    score = any(token.like_num and "-" in token.text and len(token.text) <= 5 for token in sentence)
    forces = any(
        token.lemma_.lower() in lexicon().classes["troops"] | GRIM for token in sentence if token.pos_ == "NOUN"
    )
    return (hits > 0 and not forces) or (score and hits > 0) or hits > 1
