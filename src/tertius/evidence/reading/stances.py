"""Stances and interests: "A fears ...", "is a buffer between ...", "criticism and complaints from the military"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from tertius.evidence.reading.contexts import context_of
from tertius.evidence.reading.discourse import Actor
from tertius.evidence.reading.frames import agents, behind, surface_subject
from tertius.evidence.reading.phrases import Phrases, distinct
from tertius.evidence.reading.records import Stance
from tertius.evidence.reading.words import DATA

Token = Any


@cache
def _table() -> dict[str, dict[str, frozenset[str]]]:
    text = (resources.files(DATA) / "data" / "stances.yaml").read_text(encoding="utf-8")
    return {
        kind: {name: frozenset(words.split()) for name, words in rows.items()}
        for kind, rows in YAML(typ="safe").load(text).items()
    }


def stances_in(sentence: Any, phrases: Phrases, offset: int, text: str) -> list[Stance]:
    """Return the stances of a sentence."""
    found: dict[tuple[str, str, str], Stance] = {}
    span = (sentence.start_char + offset, sentence.end_char + offset)
    for actors, stance, rest, said_by, sure in _readings(sentence, phrases):
        words = _object(rest)
        about = distinct(
            a
            for token in rest
            for a in ((Actor(phrases.mention_at[token.i].code, "name"),) if token.i in phrases.mention_at else ())
        )
        for actor in actors:
            others = tuple(a.code for a in about if a.code != actor.code)
            made = Stance(actor.code, stance, words, others, span, text[span[0] : span[1]], said_by, sure)
            found.setdefault((actor.code, stance, words), made)
    return list(found.values())


def _object(tokens: list[Token]) -> str:
    ordered = sorted(tokens, key=lambda token: token.i)
    return "".join(token.text_with_ws for token in ordered).strip(" ,.;")


def _readings(
    sentence: Any, phrases: Phrases
) -> Iterator[tuple[tuple[Actor, ...], str, list[Token], str | None, float]]:
    table = _table()
    for token in sentence:
        lemma = token.lemma_.lower()
        if token.pos_ in ("VERB", "AUX"):
            yield from _of_verb(token, lemma, phrases)
        elif token.pos_ == "NOUN":
            for stance, nouns in table["nouns"].items():
                if lemma in nouns:
                    holders = _holders(token, phrases)
                    rest = [
                        t
                        for child in token.children
                        if child.dep_ in ("prep", "acl", "relcl", "appos")
                        for t in child.subtree
                    ]
                    if holders:
                        yield holders, stance, rest or list(token.subtree), None, 0.85
            if lemma in table["burdens"]["pressed"]:
                yield from _pressed(token, phrases)
        elif token.pos_ == "ADJ" and token.dep_ in ("acomp", "oprd"):
            for stance, adjectives in table["adjectives"].items():
                if lemma in adjectives:
                    holders = distinct(a for t in surface_subject(token.head) for a in phrases.of(t))
                    yield holders, stance, [t for child in token.children for t in child.subtree], None, 0.9


def _of_verb(
    verb: Token, lemma: str, phrases: Phrases
) -> Iterator[tuple[tuple[Actor, ...], str, list[Token], str | None, float]]:
    table = _table()
    negated = any(child.dep_ == "neg" for child in verb.children)
    context = context_of(verb, phrases)
    rest = [
        t
        for c in verb.children
        if c.dep_ in ("dobj", "xcomp", "ccomp", "prep", "attr", "oprd") and c.i > verb.i
        for t in c.subtree
    ]
    for stance, verbs in table["verbs"].items():
        if lemma in verbs and rest:
            holders = distinct(a for t in agents(verb) for a in phrases.of(t))
            turned = (
                {"wants": "opposes", "supports": "opposes", "opposes": "supports"}.get(stance, stance)
                if negated
                else stance
            )
            if holders:
                yield holders, turned, rest, context.said_by, 0.95
    for stance, verbs in table["felt"].items():
        if lemma in verbs:
            holders = distinct(
                a for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "dative") for a in phrases.of(c)
            )
            causes = [t for c in verb.children if c.dep_ in ("nsubj", "agent") for t in c.subtree]
            if holders and causes:
                yield holders, stance, causes, context.said_by, 0.9
    if lemma in ("warn", "caution") and behind_all(verb, "against", "about", "of"):
        holders = distinct(a for t in agents(verb) for a in phrases.of(t))
        yield (
            holders,
            "opposes" if behind_all(verb, "against") else "fears",
            behind_all(verb, "against", "about", "of"),
            context.said_by,
            0.95,
        )
    if lemma in ("put", "place", "leave") and any(
        t.lemma_.lower() in table["burdens"]["position"] for t in verb.subtree
    ):
        holders = distinct(a for c in verb.children if c.dep_ == "dobj" for a in phrases.of(c))
        yield (
            holders,
            "fears",
            [t for c in verb.children if c.dep_ in ("nsubj", "prep") for t in c.subtree],
            context.said_by,
            0.8,
        )
    if lemma in ("act", "serve", "be", "remain") and any(
        t.lemma_.lower() in ("buffer", "bulwark", "cushion", "lifeline") for t in verb.subtree
    ):
        holders = distinct(
            a
            for prep in verb.subtree
            if prep.lower_ in ("between", "for")
            for t in prep.children
            if t.dep_ == "pobj"
            for a in phrases.one(t)
        )
        yield holders[:1], "interest", list(verb.subtree), context.said_by, 0.85


def _pressed(noun: Token, phrases: Phrases) -> Iterator[tuple[tuple[Actor, ...], str, list[Token], str | None, float]]:
    """Of "With heavy sanctions and few resources, B's support gives relief": the one relieved is the other one spoken
    of.
    """
    place = noun
    while place.dep_ in ("conj", "pobj") and place.head.pos_ in ("NOUN", "ADP"):
        place = place.head
    if place.lower_ not in ("with", "under", "amid", "given") or place.head.pos_ not in ("VERB", "AUX"):
        return
    helpers = {a.code for t in surface_subject(place.head) for a in phrases.of(t)}
    other = phrases.discourse.other_than(helpers, place.head)
    if other and helpers:
        yield (Actor(other, "inferred"),), "interest", [*place.subtree], None, 0.6


def behind_all(verb: Token, *words: str) -> list[Token]:
    """Everything behind some prepositions of a verb."""
    return [t for c in verb.children if c.dep_ == "prep" and c.lower_ in words for t in c.subtree if t != c]


def _holders(noun: Token, phrases: Phrases) -> tuple[Actor, ...]:
    """Whose interest it is: owner, "from", or the subject of "have"."""
    owned = [a for c in noun.children if c.dep_ == "poss" for a in phrases.of(c)]
    owned += [
        a
        for c in noun.children
        if c.dep_ == "amod" and c.i in phrases.mention_at
        for a in (Actor(phrases.mention_at[c.i].code, "modifier"),)
    ]
    owned += [a for t in behind(noun, "from", "among") for a in phrases.of(t)]
    verb = noun.head
    while verb.dep_ == "conj" or (verb.pos_ == "NOUN" and noun.dep_ in ("conj",)):
        verb = verb.head
        if verb.head == verb:
            break
    if not owned and verb.lemma_.lower() in ("draw", "prompt", "trigger", "spark", "cause"):
        owned = [a for t in behind(verb, "from", "in", "among") for a in phrases.of(t)]
    if (
        not owned
        and noun.dep_ in ("dobj", "pobj")
        and verb.lemma_.lower() in ("have", "express", "voice", "view", "share", "raise", "harbour", "see", "with")
    ):
        owned = [a for t in surface_subject(verb) for a in phrases.of(t)]
    if not owned and noun.dep_ == "pobj" and verb.head.lemma_.lower() in ("view", "watch", "see", "regard"):
        owned = [a for t in surface_subject(verb.head) for a in phrases.of(t)]
    return distinct(owned)
