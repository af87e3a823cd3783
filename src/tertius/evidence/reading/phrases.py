"""Phrases to actors: whose troops, whose capital, whose word.

A phrase's actor is, in this order: a name that is its head; a name before it ("Russian troops", "a neighbour's
navy"); a name behind "of", "from", or, for offices, "in"; a reference back ("they", "the regime", "both sides"),
which `discourse` resolves. Joined phrases give several actors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from tertius.evidence.reading.bearers import is_borne, noun_classes
from tertius.evidence.reading.discourse import ROLES, Actor, Discourse
from tertius.evidence.reading.gazetteer import Mention
from tertius.evidence.reading.lexicon import lexicon
from tertius.evidence.reading.parsing import Paragraph
from tertius.evidence.reading.words import listed

Token = Any
MODIFIERS = frozenset({"poss", "amod", "compound", "nmod", "npadvmod", "appos", "nummod"})
RELATIVES = frozenset({"who", "which", "that", "whom", "whose"})
FORMER = frozenset({"former", "ex", "late", "then", "ousted", "exiled", "deposed"})
PEOPLE = listed("phrases-people")
BORDERS = frozenset({"border", "frontier", "boundary"})
SPEAKING = frozenset({"ministry", "government", "embassy", "department", "presidency", "undersigned"})
DEEPEST = 6
APPOSED = 12
"""Tokens behind a noun in which a name beside it is looked for."""


class Phrases:
    """The actors of one paragraph's phrases."""

    def __init__(self, paragraph: Paragraph, discourse: Discourse, published: date | None) -> None:
        self.paragraph = paragraph
        self.doc = paragraph.doc
        self.discourse = discourse
        self.published = published
        self.mention_at: dict[int, Mention] = {}
        self.heads: dict[int, Mention] = {}
        self._cache: dict[int, tuple[Actor, ...]] = {}
        for named in paragraph.mentions:
            mention = (
                named.on(year_in(paragraph.text) or published)
                if len(named.names) > 1 or named.names[0].since
                else named
            )
            span = self.doc.char_span(mention.start, mention.end, alignment_mode="expand")
            if span is None or not self._counts(mention, span):
                continue
            for token in span:
                self.mention_at[token.i] = mention
            self.heads[span.root.i] = mention

    def _counts(self, mention: Mention, span: Any) -> bool:
        """Whether a name is used as one: a leader in office, a country that is not a person."""
        if mention.kind == "leader":
            before = self.doc[max(0, span.start - 4) : span.start]
            if any(token.lower_ in FORMER for token in before):
                return False
            day = year_in(span.sent.text) or self.published
            return any(name.in_office(day) for name in mention.names)
        form = span.text
        if mention.kind == "seat" and span.root.dep_ in ("nsubj", "nsubjpass") and self._is_person(span):
            return False
        if mention.kind == "place" and is_borne(span):
            return False
        if mention.kind in ("state", "seat", "place"):
            if form in self.discourse.namesakes:
                return False
            entity: Any = next(
                (each for each in self.doc.ents if each.start <= span.start and span.end <= each.end), None
            )
            is_person = entity is not None and entity.label_ == "PERSON" and len(entity) > len(span)
            first_alone = is_person and entity.start == span.start and mention.kind != "seat"
            return not (is_person and not first_alone and entity.end == span.end and form.isalpha())
        return True

    def _is_person(self, span: Any) -> bool:
        """Of "Paris threatened to sue over photos of her dog": a seat that a "her" can only refer back to."""
        words = {token.lower_ for token in span.sent}
        if not words & {"her", "his", "he", "she", "herself", "himself"}:
            return False
        others = [entity for entity in self.doc.ents if entity.label_ == "PERSON" and entity.text != span.text]
        leaders = [one for one in self.paragraph.mentions if one.kind == "leader"]
        roles = any(token.lemma_.lower() in ROLES or token.lemma_.lower() in PEOPLE for token in self.doc)
        return not others and not leaders and not roles and not self.discourse.has_person()

    def of(self, token: Token, depth: int = 0) -> tuple[Actor, ...]:
        """Return the actors of the phrase whose head is `token`, joined phrases included."""
        if depth > DEEPEST:
            return ()
        found = list(self.one(token, depth))
        for other in joined(token):
            found += self.one(other, depth + 1)
        return distinct(found)

    def one(self, token: Token, depth: int = 0) -> tuple[Actor, ...]:
        """Return the actors of one phrase, without those joined to it."""
        if token.lemma_.lower() in noun_classes()["things"] and token.i not in self.mention_at:
            return ()
        if token.i not in self._cache:
            self._cache[token.i] = ()  # a phrase that leads back to itself stands for nobody
            self._cache[token.i] = self._resolve(token, depth)
        return self._cache[token.i]

    def _resolve(self, token: Token, depth: int) -> tuple[Actor, ...]:
        if depth > DEEPEST:
            return ()
        mention = self._direct(token)
        if mention is not None:
            return (Actor(mention.code, "name"), *self._dyad(token, mention))
        if token.lower_ in RELATIVES and token.pos_ in ("PRON", "DET", "SCONJ"):
            head = antecedent(token)
            return self.of(head, depth + 1) if head is not None else ()
        counted = token.lemma_.lower() in noun_classes()["measures"] and any(c.lower_ == "of" for c in token.children)
        if (token.pos_ == "PRON" and not counted) or token.tag_ == "PRP$":
            return self._pronoun(token)
        classes = noun_classes()
        lemma = token.lemma_.lower()
        if lemma in BORDERS:
            beyond = [
                a for p in token.children if p.lower_ == "with" for n in objects_of(p) for a in self.of(n, depth + 1)
            ]
            if beyond:
                return distinct(Actor(actor.code, "complement") for actor in beyond)
        reference = self._pair(token)
        if reference:
            return reference
        if lemma in classes["relational"] and self._possessed(token):
            return self._relation(token, depth)
        if lemma not in classes["measures"]:
            modified = self._modifier(token, depth)
            if modified:
                return modified
        complement = self._complement(token, depth)
        if complement:
            return complement
        if lemma in classes["measures"]:
            modified = self._modifier(token, depth)
            if modified:
                return modified
        if lemma == "peacekeeper" and not any(child.dep_ == "amod" for child in token.children):
            return tuple(Actor(code, "reference") for code in classes["peacekeeping"])
        if token.ent_type_ == "PERSON" and self._holds_office(token):
            code = self.discourse.last("state", token)
            return (Actor(code, "reference"),) if code else ()
        return self._reference(token)

    def _holds_office(self, token: Token) -> bool:
        """Of "Kim Hong-kyun, a vice foreign minister": a person whose office is told without its state."""
        near = [child for child in token.children if child.dep_ in ("appos", "compound")]
        return any(child.lemma_.lower() in ROLES for child in near)

    def _direct(self, token: Token) -> Mention | None:
        mention = self.heads.get(token.i) or self.mention_at.get(token.i)
        if mention is not None and token.i not in self.heads:
            return mention if token.dep_ not in ("compound", "amod", "poss") else None
        return mention

    def _dyad(self, token: Token, mention: Mention) -> list[Actor]:
        """The other half of "A-B exercises"."""
        text = self.paragraph.text
        found = []
        for other in self.paragraph.mentions:
            close = other.end + 1 == mention.start or mention.end + 1 == other.start
            between = min(other.end, mention.end)
            if close and text[between] in "-–/" and token.dep_ in ("compound", "amod", "nmod"):
                found.append(Actor(other.code, "modifier"))
        return found

    def _modifier(self, token: Token, depth: int) -> tuple[Actor, ...]:
        """Actors named before a noun, or beside it."""
        found: list[Actor] = []
        for child in token.children:
            if child.dep_ not in MODIFIERS or (child.dep_ == "appos" and not self._is_apposed(token, child)):
                continue
            if child.dep_ == "poss" and child.pos_ != "PROPN" and child.i not in self.mention_at:
                found += [Actor(actor.code, "modifier") for actor in self.of(child, depth + 1)]
                continue
            for one in (child, *joined(child)):
                mention = self.mention_at.get(one.i)
                if mention is not None:
                    found += [Actor(mention.code, "modifier"), *self._dyad(one, mention)]
                elif one.dep_ in ("compound", "nmod", "poss", "appos", "amod"):
                    found += [Actor(actor.code, "modifier") for actor in self._named_below(one, depth + 1)]
        states = [actor for actor in found if actor.code]
        return distinct(self._narrowed(token, states))

    def _is_apposed(self, token: Token, name: Token) -> bool:
        """Whether a name behind a noun may tell whose it is: near, no deed's, and in brackets only where none is."""
        if name.i > token.i + APPOSED or token.lemma_.lower() in lexicon().nouns:
            return False
        bracketed = any(child.text == "(" for child in (*name.lefts, self.doc[max(name.i - 1, 0)]))
        return not (bracketed and any(child.i in self.mention_at for child in token.lefts))

    def _narrowed(self, token: Token, actors: list[Actor]) -> list[Actor]:
        """Of two names before a noun the possessor, if there is one."""
        if len({actor.code for actor in actors}) < 2:
            return actors
        owners = [child for child in token.children if child.dep_ == "poss" and child.pos_ != "PRON"]
        if not owners and any(child.dep_ == "poss" for child in token.children):
            named = [self.mention_at[child.i] for child in token.children if child.i in self.mention_at]
            return [Actor(one.code, "modifier") for one in named] or actors
        for owner in owners:
            codes = {actor.code for actor in self.of(owner)}
            if codes:
                return [Actor(code, "modifier") for code in sorted(codes)]
        return actors

    def _named_below(self, token: Token, depth: int) -> list[Actor]:
        """Names among the modifiers of a modifier ("the Russian defence ministry spokesman")."""
        if depth > DEEPEST or token.lemma_.lower() in noun_classes()["relational"]:
            return []
        found = []
        for child in token.children:
            if child.dep_ in MODIFIERS:
                mention = self.mention_at.get(child.i)
                if mention is not None:
                    found.append(Actor(mention.code, "modifier"))
                else:
                    found += self._named_below(child, depth + 1)
        return found

    def _complement(self, token: Token, depth: int) -> tuple[Actor, ...]:
        """Actors behind "of", "from", "for", and for offices "in"."""
        classes = noun_classes()
        lemma = token.lemma_.lower()
        wanted = ["of", "from", "like"]
        if lemma in classes["relational"] and lemma not in classes["measures"]:
            return ()
        if lemma in ("spokesman", "spokeswoman", "spokesperson", "minister", "secretary", "ministry"):
            wanted.append("for")
        if lemma in classes["offices"]:
            wanted += ["in", "to"]
        if lemma in ("among", "between"):
            wanted.append("among")
        for preposition in (child for child in token.children if child.dep_ == "prep"):
            if preposition.lower_ in wanted:
                for noun in objects_of(preposition):
                    found = self.of(noun, depth + 1)
                    if found:
                        return distinct(Actor(actor.code, "complement") for actor in found)
        return ()

    def place(self, token: Token) -> tuple[Actor, ...]:
        """Actors on whose soil a phrase lies: "targets in Syria", "the town near Aleppo"."""
        for preposition in (child for child in token.children if child.dep_ == "prep"):
            if preposition.lower_ in (
                "in",
                "inside",
                "outside",
                "within",
                "near",
                "at",
                "on",
                "across",
                "around",
                "over",
                "of",
            ):
                for noun in objects_of(preposition):
                    found = self.of(noun)
                    if found:
                        return tuple(Actor(actor.code, "place") for actor in found)
        return ()

    def _possessed(self, token: Token) -> bool:
        return any(child.dep_ == "poss" for child in token.children) or any(
            child.dep_ == "prep" and child.lower_ == "of" for child in token.children
        )

    def _relation(self, token: Token, depth: int) -> tuple[Actor, ...]:
        """Of "Its neighbour": who is named beside it, else the other actor last spoken of."""
        for child in token.children:
            if child.dep_ in ("appos", "compound") and child.i in self.mention_at:
                return (Actor(self.mention_at[child.i].code, "name"),)
        owners: set[str] = set()
        for child in token.children:
            if child.dep_ == "poss":
                owners |= {actor.code for actor in self.of(child, depth + 1)}
            if child.dep_ == "prep" and child.lower_ == "of":
                return ()
            if child.dep_ == "prep" and child.lower_ in ("from", "in"):
                named = [a for noun in objects_of(child) for a in self.of(noun, depth + 1) if noun.i in self.mention_at]
                if named:
                    return distinct(named)  # "his counterpart from B"
        if not owners:
            return ()
        before = [one for child in token.children if child.dep_ == "amod" for one in (child, *joined(child))]
        adjectives = [one for one in before if one.i in self.mention_at]
        if adjectives:
            return distinct(Actor(self.mention_at[one.i].code, "modifier") for one in adjectives)
        if token.tag_ == "NNS":
            return ()
        other = self.discourse.other_than(owners, token)
        return (Actor(other, "reference"),) if other else ()

    def _pronoun(self, token: Token) -> tuple[Actor, ...]:
        return tuple(Actor(code, "pronoun") for code in self.discourse.pronoun(token))

    def _pair(self, token: Token) -> tuple[Actor, ...]:
        """Of "Both sides", "the two countries", "each other" is left to the caller."""
        two = token.lower_ == "two" and token.dep_ in ("nsubj", "nsubjpass") and token.tag_ == "CD"
        if two and any(one.lower_ == "two" and one.dep_ == "nummod" for one in token.doc[: token.i]):
            return ()  # "sent two tanks. The two were destroyed"
        if not two and (token.lemma_.lower() not in noun_classes()["pairs"] or token.tag_ not in ("NNS", "NNPS", "NN")):
            return ()
        words = {
            child.lower_
            for child in token.children
            if child.dep_ in ("det", "nummod", "amod", "predet", "cc", "preconj")
        }
        named = any(child.i in self.mention_at for child in token.subtree)
        words |= {"two"} if two and "the" in words else set()
        if named or not words & {"both", "two", "neither", "either", "warring", "rival", "these", "those", "each"}:
            return ()
        codes = self.discourse.pair(token)
        self.discourse.note(token, codes)
        return tuple(Actor(code, "reference") for code in codes)

    def _reference(self, token: Token) -> tuple[Actor, ...]:
        """A definite phrase without a name: "the regime", "the alliance"."""
        classes = noun_classes()
        lemma = token.lemma_.lower()
        if self.discourse.voice and lemma in SPEAKING and not any(c.dep_ == "poss" for c in token.children):
            return tuple(Actor(code, "reference") for code in self.discourse.voice)
        definite = {child.lower_ for child in token.children if child.dep_ in ("det", "predet")} & {
            "the",
            "this",
            "that",
        }
        if not definite or any(child.dep_ in ("prep", "relcl", "compound", "nmod") for child in token.children):
            return ()
        if any(child.lower_ in classes["lesser"] for child in token.children):
            return ()
        kind = "body" if lemma in classes["bodies"] else "state" if lemma in classes["states"] else None
        if lemma == "island":
            kind = "island"
        code = self.discourse.last(kind, token, classes["islands"]) if kind else None
        return (Actor(code, "reference"),) if code else ()


def joined(token: Token) -> Iterator[Token]:
    """Yield the phrases that "and", "or", "nor" or commas join to a phrase, below it."""
    stop = any(child.dep_ == "neg" or child.lower_ == "not" for child in token.children if child.i > token.i)
    for child in token.children:
        if child.dep_ == "conj" and not stop and child.pos_ in ("NOUN", "PROPN", "ADJ", "PRON", "NUM"):
            yield child
            yield from joined(child)


def objects_of(preposition: Token) -> Iterator[Token]:
    """Yield the nouns that a preposition governs."""
    for child in preposition.children:
        if child.dep_ in ("pobj", "pcomp") and child.pos_ != "VERB":
            yield child


def antecedent(token: Token) -> Token | None:
    """The noun that a relative pronoun stands for."""
    place = token
    while place.dep_ not in ("relcl", "ROOT") and place.head != place:
        place = place.head
    if place.dep_ == "relcl" and place.head.pos_ in ("NOUN", "PROPN", "PRON"):
        return place.head
    # "It was A that ...": the clause hangs on the verb.
    above = token.head.head
    attributes = [child for child in above.children if child.dep_ == "attr"] if above.lemma_ == "be" else []
    return attributes[0] if attributes else None


def distinct(actors: Any) -> tuple[Actor, ...]:
    """Actors without repeats, in their order; of one actor the first way of naming counts."""
    found: dict[str, Actor] = {}
    for actor in actors:
        found.setdefault(actor.code, actor)
    return tuple(found.values())


def year_in(text: str) -> date | None:
    """The middle of the first year that a sentence names, if any."""
    match = re.search(r"\b(1[789]\d\d|20\d\d)\b", text)
    return date(int(match[1]), 7, 1) if match else None
