"""Slots: where the lexicon's entries look for the parties of a verb, and which phrases may act or be acted on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tertius.evidence.reading.bearers import noun_classes
from tertius.evidence.reading.discourse import Actor
from tertius.evidence.reading.frames import agents, behind, complements, datives, lemma_of, patients, surface_subject
from tertius.evidence.reading.lexicon import Entry, is_of, lexicon
from tertius.evidence.reading.phrases import Phrases, distinct, joined
from tertius.evidence.reading.words import listed

Token = Any
STRIKING = (
    "troops",
    "strikers",
    "projectiles",
    "arms",
    "people",
    "vessels",
    "visitors",
    "diplomats",
    "crowds",
    "bombing",
    "fighters",
)
STRIKING_NOUNS = ("offices", "states", "bodies", "pairs", "measures", "relational")
DOWNING = frozenset({"shoot_down", "down", "bring_down", "intercept"})
BIDDING = frozenset({"request", "behest", "urging", "insistence"})
EVENT_NOUNS = listed("coding-event-nouns")


class Slots:
    """The parties of one paragraph's verbs, by the slots that an entry names."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def _named_before(self, objects: list[Token]) -> list[Actor]:
        """Of "send Peru Mirage jets", read as one phrase: the country named before the thing."""
        found = []
        for one in objects:
            for child in one.children:
                mention = self.phrases.heads.get(child.i)
                if mention is None or child.dep_ not in ("compound", "nmod", "npadvmod") or child.i > one.i:
                    continue
                if mention.kind in ("state", "seat", "organisation") and child.pos_ == "PROPN":
                    found.append(Actor(mention.code, "name"))
        return found

    def _near(self, verb: Token, slot: str) -> list[Token]:
        """Nouns behind a preposition of the verb, of its objects, or of what stands behind "under"."""
        found = [noun for one in (verb, *patients(verb)) for noun in behind(one, slot)]
        return found or [noun for one in behind(verb, "under") for noun in behind(one, slot)]

    def acting(self, token: Token) -> tuple[Actor, ...]:
        """Actors of a phrase that acts: no place, no painter, no newspaper."""
        kept: list[Actor] = []
        for one in (token, *joined(token)):
            head = self.phrases.heads.get(one.i)
            if head is not None and head.kind == "place":
                continue
            if one.lemma_.lower() in noun_classes()["idle"] and not (is_of(one, ("crowds",))):
                continue
            kept += self.phrases.one(one)
        return distinct(kept)

    def _plain_agent(self, verb: Token, entry: Entry) -> tuple[Actor, ...]:
        """Of "American destroyers will be delivered", "killed in an Israeli raid": the agent in an adjective.

        Whose drone is shot down over a country has not shot: that country has.
        """
        for noun in behind(verb, "in", "by", "during", "with"):
            if noun.lemma_.lower() in EVENT_NOUNS or is_of(noun, ("bombing", "projectiles")):
                found = self.phrases.one(noun)
                if found:
                    return found
        if entry.action == "ASSAULT" and entry.target[:1] == ("object",):
            over = self._of(behind(verb, "over", "off")) if lemma_of(verb) in DOWNING else ()
            return distinct(actor for actor in over)
        if lexicon().verbs.get(verb.lemma_.lower()) and any(
            is_of(one, ("arms", "money", "goods", "troops")) for one in patients(verb)
        ):
            return distinct(actor for one in patients(verb) for actor in self.phrases.one(one))
        return ()

    def _can_strike(self, token: Token) -> bool:
        """Whether what acts can use force: a name or a noun of forces, arms, people, offices; not "French cheese"."""
        if token.pos_ != "NOUN" or token.i in self.phrases.mention_at:
            return True
        kinds = noun_classes()
        able = lexicon().classes
        lemma = token.lemma_.lower()
        return any(lemma in kinds[name] for name in STRIKING_NOUNS) or any(lemma in able[name] for name in STRIKING)

    def _slot(self, verb: Token, slot: str, entry: Entry) -> Iterable[Actor]:
        objects = patients(verb)
        if slot == "object":
            return self._acted_on(verb, objects, entry)
        if slot == "dative":
            return self._of(datives(verb)) or self._named_before(objects)
        if slot == "conj":
            above = verb.head if verb.dep_ == "conj" else verb
            return self._of(behind(above, "on", "with", "against", "to", "over")) if above != verb else []
        if slot == "deep":
            return self._of(
                [t for one in objects for p in one.subtree if p.lower_ in ("on", "against") for t in p.children]
            )
        if slot == "subject":
            return self._of(surface_subject(verb))
        if slot == "inner":
            return self._inner(verb)
        if slot == "inner-object":
            return self._inner_object(verb)
        if slot == "maker":
            return [actor for one in objects for actor in self.maker(one)]
        if slot == "purpose":
            return self._purpose(verb)
        if slot == "host":
            return self._of([*objects, *behind(verb, "to", "in", "at")])
        if slot == "place":
            places = behind(verb, "in", "near", "at", "over", "across", "off", "on", "inside", "around", "outside")
            return [*self._of(places), *(actor for one in objects for actor in self.phrases.place(one))]
        # "at A's request": A is not where it happens.
        found = self._of([noun for noun in behind(verb, slot) if slot != "at" or noun.lemma_.lower() not in BIDDING])
        near = [each for one in objects for each in (one, *joined(one))]
        found = found or self._of([noun for one in near for noun in behind(one, slot)])
        below = [noun for one in near for noun in behind(one, "of", "on", "in", "over")]
        below += behind(verb, "of", "into", "toward", "towards", *entry.with_)
        found = found or self._of([noun for one in below for noun in behind(one, slot)])
        if not found and entry.object_complement:
            found = self._of([noun for one in verb.subtree for noun in behind(one, slot)])  # "made jets available to B"
        return found

    def _of(self, tokens: Iterable[Token]) -> list[Actor]:
        return [actor for token in tokens for actor in self.phrases.of(token)]

    def _acted_on(self, verb: Token, objects: list[Token], entry: Entry) -> list[Actor]:
        """Actors of an object: its name or owner, else whose soil it lies on; a described holder counts."""
        found: list[Actor] = []
        for one in objects:
            if entry.action == "ACCUSE" and (one.lemma_.lower() in EVENT_NOUNS or is_of(one, ("bombing",))):
                found += self.maker(one)
                continue
            if entry.action == "ACCUSE" and behind(one, "by") and one.lemma_.lower() in lexicon().nouns:
                found += self._of(behind(one, "by"))  # "condemned the seizure of B's ship by A"
                continue
            named = self.phrases.of(one)
            found += named or [actor for other in (one, *joined(one)) for actor in self.phrases.place(other)]
            for clause in (c for each in (one, *joined(one)) for c in each.children):
                if (
                    clause.dep_ == "acl"
                    and clause.lemma_.lower()
                    in ("hold", "tie", "link", "belong", "control", "base", "register", "locate")
                    and not named
                ):
                    found += self._of(behind(clause, "by", "to", "with", "in"))
                if (
                    clause.dep_ == "relcl"
                    and not named
                    and clause.lemma_.lower() in ("lead", "command", "head", "rule")
                ):
                    found += self._of(patients(clause))
        return found

    def maker(self, noun: Token) -> tuple[Actor, ...]:
        """Whose offer, whose attack: owner or adjective, "from", "by", else who accepts or makes it in a relative
        clause.
        """
        before = [
            actor for actor in self.phrases.one(noun) if actor.how in ("modifier", "name", "pronoun", "reference")
        ]
        if before:
            return distinct(before)
        for preposition in ("from", "by"):
            found = self._of(behind(noun, preposition))
            if found:
                return distinct(found)
        if noun.lemma_.lower() not in EVENT_NOUNS or noun.lemma_.lower() in ("plan", "offer", "proposal"):
            for clause in noun.children:
                if clause.dep_ in ("relcl", "acl"):
                    found = self._of(agents(clause))
                    if found:
                        return distinct(found)
        return ()

    def _purpose(self, verb: Token) -> list[Actor]:
        """Whom troops are sent to help: "to support B", "to fight alongside B"."""
        found: list[Actor] = []
        for clause in verb.subtree:
            if (
                clause.pos_ != "VERB"
                or clause.dep_ not in ("advcl", "xcomp", "acl", "relcl", "ccomp")
                or clause.i < verb.i
            ):
                continue
            if clause.lemma_.lower() in ("support", "help", "aid", "assist", "defend", "protect", "back", "reinforce"):
                found += self._of(patients(clause))
            elif clause.lemma_.lower() in ("fight", "serve"):
                found += self._of(behind(clause, "alongside", "beside", "for", "with"))
        return found

    def _inner(self, verb: Token) -> list[Actor]:
        found: list[Actor] = []
        for complement in complements(verb):
            subjects = [child for child in complement.children if child.dep_ in ("nsubj", "nsubjpass")]
            found += self._of(subjects)
            if not found and verb.lemma_ != "want" and complement.lemma_.lower() in lexicon().verbs:
                found += self._of([*patients(complement), *behind(complement, "on", "against", "at", "to")])
        return found

    def _inner_object(self, verb: Token) -> list[Actor]:
        found: list[Actor] = []
        for complement in complements(verb):
            found += self._of([*patients(complement), *datives(complement), *behind(complement, "to", "with", "for")])
            for inner in complements(complement):
                found += self._of([child for child in inner.children if child.dep_ == "nsubj"])
            found += [actor for one in patients(complement) for actor in self.maker(one)]
        return found
