"""Attacks that somebody says were none of theirs: whose act it is not is told, and whom it was done to.

A had no hand in the B oil attack               B was attacked
A had no part in the crash that killed B's king B was attacked
the sinking of B's ship has nothing to do with us, A said
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tertius.evidence.reading.coding import Claim, Coder
from tertius.evidence.reading.contexts import context_of
from tertius.evidence.reading.discourse import SPEAKERS, Actor
from tertius.evidence.reading.frames import behind, patients, surface_subject
from tertius.evidence.reading.lexicon import is_of, lexicon
from tertius.evidence.reading.phrases import distinct
from tertius.evidence.reading.uninvolved import HAVING, involved, shunned

Token = Any
STRUCK = ("on", "against", "at", "into", "of")
FOUGHT = frozenset({"operation", "action", "strike", "campaign", "offensive", "intervention", "incursion"})
"""Attacks where "military" stands before them; a budget, a parade or a coup is none."""
WHERE = ("in", "inside", "outside", "near", "over", "off", "around")


def disowned(sentence: Any, coder: Coder, before: list[Claim]) -> list[Claim]:
    """Return an attack that a sentence disowns, if no other rule has read a denied one in it.

    Args:
        sentence: the words.
        coder: of the sentence's paragraph.
        before: the claims of the sentence so far.
    """
    attacks = [one for one in before if one.action == "ASSAULT" and one.context.mode == "denied" and one.target]
    told = {one.source.code for one in attacks if one.source}
    for word in sentence:
        for who, act in _parts(word) if word.dep_ == "prep" else _kept_out(word):
            doers = distinct(actor for token in who for actor in coder.acting(token))
            victims = _suffering(act, coder, {actor.code for actor in doers}) if doers and _is_attack(act) else ()
            if victims and (not told or told & {actor.code for actor in doers}):
                context = replace(context_of(_verb(word), coder.phrases), mode="denied")
                return [
                    Claim(one, "ASSAULT", victims[0], act, context, (act,)) for one in doers if one.code not in told
                ]
    return []


def _parts(preposition: Token) -> list[tuple[list[Token], Token]]:
    """Who is said to have no part in what stands behind a preposition: the words of both."""
    who, none = involved(preposition, preposition.head)
    acts = [child for child in preposition.children if child.dep_ == "pobj"] if none else []
    turned = [([act], one) for act in acts if act.lower_ in SPEAKERS or act.ent_type_ for one in who]
    return [(who, act) for act in acts] + turned  # "the sinking has nothing to do with us"


def _kept_out(verb: Token) -> list[tuple[list[Token], Token]]:
    """Who sat out the raids on B, and what."""
    return [(surface_subject(verb), act) for act in shunned(verb)]


def _verb(word: Token) -> Token:
    """The verb that has or takes the part, or shuns it."""
    if word.pos_ in ("VERB", "AUX"):
        return word
    return next((one for one in word.ancestors if one.lemma_.lower() in HAVING), word.head)


def _is_attack(act: Token) -> bool:
    """Whether a noun names an attack, or something that killed or hit."""
    entries = lexicon().nouns.get(act.lemma_.lower(), ())
    if any(entry.action == "ASSAULT" for entry in entries) or is_of(act, ("bombing",)):
        return True
    if act.lemma_ == "war" or (
        act.lemma_.lower() in FOUGHT and any(child.lower_ == "military" for child in act.children)
    ):
        return True
    return any(_hits(clause) for clause in act.children if clause.dep_ == "relcl")


def _hits(verb: Token) -> bool:
    return any(entry.action == "ASSAULT" for entry in lexicon().verbs.get(verb.lemma_.lower(), ()))


def _suffering(act: Token, coder: Coder, own: set[str]) -> tuple[Actor, ...]:
    """Whom an attack was done to: behind its preposition, where it was, whom it killed, whose oil it hit."""
    phrases = coder.phrases
    struck = behind(act, *STRUCK)
    places = [noun for one in (act, *struck) for noun in behind(one, *WHERE)]
    clauses = [clause for clause in act.children if clause.dep_ == "relcl"]
    hit = [noun for clause in clauses for noun in (*patients(clause), *behind(clause, "on", *WHERE))]
    hit += [noun for one in hit for noun in behind(one, *WHERE)]
    for tokens in (struck, places, hit):
        found = distinct(a for token in tokens for a in phrases.of(token) if a.code not in own)
        if found:
            return found
    if any(act in shunned(one) for one in act.ancestors):
        lands = [c for c in act.children if c.dep_ == "compound" and c.i in phrases.mention_at]
        return distinct(a for a in phrases.one(act) if lands and a.code not in own)  # "sat out the Libya raids"
    things = [c for c in act.children if c.dep_ == "compound" and c.i not in phrases.mention_at]
    named = distinct(a for a in phrases.one(act) if a.how == "modifier" and a.code not in own)
    return named if things and not struck else ()
