"""What a clause shows of how it is claimed: inversion, unreality, marks, who else is to act; and where it stands."""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.frames import agents
from tertius.evidence.reading.phrases import Phrases

Token = Any
NEAR = ("advmod", "acomp", "prt", "intj", "dobj", "det")
"""How a word that makes one verb with it hangs on a verb: "hold back", "say no"."""
INVERTING = frozenset({"had", "were", "should"})


def is_inverted(verb: Token) -> bool:
    """Whether a clause is a condition without "if": "Had A joined", "Were A to attack"."""
    before = [child for child in verb.children if child.dep_ in ("aux", "auxpass") and child.lower_ in INVERTING]
    subject = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")]
    return bool(before and subject) and before[0].i < subject[0].i


def is_unreal(verb: Token, auxiliaries: set[str]) -> bool:
    """Of "would have attacked", "would rather talk": what did not happen."""
    if "have" in auxiliaries and auxiliaries & {"would", "could", "'d", "should"}:
        return True
    rather = any(child.lower_ in ("rather", "sooner") and child.dep_ == "advmod" for child in verb.children)
    if rather and auxiliaries & {"would", "'d"}:
        return True
    return bool(auxiliaries & {"would", "might", "could"}) and any(
        child.dep_ == "advcl" and is_inverted(child) for child in verb.children
    )


def is_apart(place: Token, above: Token) -> bool:
    """Whether a semicolon stands between two words: they are two sentences."""
    first, last = sorted((place.i, above.i))
    return last - first < 60 and any(token.text == ";" for token in place.doc[first:last])


def marks_of(verb: Token) -> set[str]:
    """Words that open a clause: "if", "after", "when"."""
    return {child.lower_ for child in verb.children if child.dep_ in ("mark", "advmod") and child.i < verb.i}


def is_present(verb: Token) -> bool:
    """Whether a clause stands in the present or the present perfect."""
    first = min((verb, *(c for c in verb.children if c.dep_ in ("aux", "auxpass"))), key=lambda token: token.i)
    return first.tag_ in ("VBP", "VBZ")


def is_past(verb: Token) -> bool:
    """Whether a clause tells what was or has been."""
    helping = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    return verb.tag_ == "VBD" or any(child.lemma_ in ("have", "do") or child.tag_ == "VBD" for child in helping)


def is_denying(verb: Token, preposition: Token, words: dict[str, frozenset[str]]) -> bool:
    """Whether a verb with a preposition denies: "stop short of", "decide against"."""
    near = [child.lower_ for child in verb.children if child.dep_ in NEAR and child.i < preposition.i]
    lemma = verb.lemma_.lower()
    forms = {f"{lemma}_{preposition.lower_}", *(f"{lemma}_{word}_{preposition.lower_}" for word in near)}
    return bool(forms & words["deny"])


def is_other(place: Token, above: Token, phrases: Phrases) -> bool:
    """Whether who is to act is not who decides it."""
    whom = [child for child in above.children if child.dep_ == "dobj"]
    whom += [child for child in place.children if child.dep_ == "nsubj" and child.i > above.i]
    acting = {actor.code for token in whom[:1] for actor in phrases.of(token)}
    deciding = {actor.code for token in agents(above) for actor in phrases.of(token)}
    to = place.tag_ == "VB" and any(child.lower_ == "to" for child in place.children)
    return to and bool(acting) and bool(deciding) and not acting & deciding


def phrases_of(tokens: list[Token], phrases: Phrases) -> str | None:
    """The first actor that some phrases stand for."""
    for token in tokens:
        if token.lower_ in (
            "diplomat",
            "diplomats",
            "analyst",
            "analysts",
            "observers",
            "reporters",
            "traders",
            "aides-none",
        ):
            continue
        named = phrases.heads.get(token.i)
        if named is not None and named.kind == "place":
            continue  # seats alone speak for a state
        for actor in phrases.of(token):
            return actor.code
    return None


def clause_span(trigger: Any) -> tuple[int, int]:
    """Character offsets of the clause of a word: its subtree, without what hangs loosely on it."""
    verb = trigger
    while verb.pos_ not in ("VERB", "AUX") and verb.dep_ != "ROOT":
        verb = verb.head
    loose = {"parataxis", "cc", "punct", "dep"}
    kept = [verb]
    for child in verb.children:
        own = child.dep_ == "conj" and any(c.dep_ in ("nsubj", "nsubjpass") for c in child.children)
        if child.dep_ in loose or own:
            continue
        kept += list(child.subtree)
    if trigger not in kept:
        kept += list(trigger.subtree)
    if verb.dep_ in ("conj", "xcomp") and not any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
        top = verb.head
        kept += [t for c in top.children if c.dep_ in ("nsubj", "nsubjpass") for t in c.subtree]
    first, last = min(kept, key=lambda t: t.i), max(kept, key=lambda t: t.i)
    return first.idx, last.idx + len(last.text)
