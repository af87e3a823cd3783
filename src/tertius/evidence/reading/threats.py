"""Threats that no single verb tells: "will be legitimate targets", "unless", "or face", and force under an "if"."""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.claimed import Context
from tertius.evidence.reading.coding import HOSTILE, Claim, as_threat, pairs_of
from tertius.evidence.reading.contexts import context_of
from tertius.evidence.reading.discourse import Actor
from tertius.evidence.reading.frames import agents, behind, datives, patients, surface_subject
from tertius.evidence.reading.phrases import Phrases
from tertius.evidence.reading.words import listed

Token = Any
SAYING = listed("threats-saying")
INVITING = frozenset({"invite", "draw", "trigger", "provoke", "bring", "prompt", "meet"})
ANSWERS = frozenset({"respond", "retaliate", "reply", "answer", "react", "avenge"})
IDLING = frozenset({"stand", "sit", "remain", "stay"})
IDLE = frozenset({"idle", "idly", "by", "aside", "silent", "indifferent", "passive"})
REPLIES = listed("threats-replies")
GRIM = listed("threats-grim")


def hardened(claim: Claim, phrases: Phrases) -> Claim:
    """A hostile act under a condition, or vowed, is a threat; so is a demand with "or face" or "unless"."""
    context = claim.context
    if claim.action in HOSTILE and claim.source is not None:
        future = context.mode == "announced"
        if claim.action == "ASSAULT" and context.is_vowed and claim.target is not None:
            return as_threat(claim, claim.target)
        if future and context.condition is not None:
            return as_threat(claim, _provoker(claim, phrases) or claim.target)
        if (
            claim.action == "ASSAULT"
            and context.mode == "announced"
            and (context.is_future or context.is_vowed)
            and context.said_by == claim.source.code
            and claim.target
        ):
            return as_threat(claim, claim.target)
    if claim.action == "REQUEST" and claim.target is not None and _or_else(claim.trigger):
        return as_threat(claim, claim.target)
    return claim


def _provoker(claim: Claim, phrases: Phrases) -> Actor | None:
    condition = claim.context.condition
    own = claim.source.code if claim.source else ""
    for token in surface_subject(condition):
        for actor in phrases.of(token):
            if actor.code != own:
                return actor
    return None


def _or_else(verb: Token) -> bool:
    words = [token.lower_ for token in verb.sent]
    text = " ".join(words)
    return "or face" in text or "or else" in text or "or find" in text or "or risk" in text or "unless" in words


def further(verb: Token, phrases: Phrases) -> list[Claim]:
    """Threats whose verb is none of the lexicon's: targets declared, deadlines with consequences, alternatives."""
    lemma = verb.lemma_.lower()
    future = any(c.lower_ in ("will", "would", "'ll", "’ll", "shall") for c in verb.children if c.dep_ == "aux")
    if lemma in ANSWERS and future and not any(c.dep_ == "neg" for c in verb.children):
        return _answer(verb, phrases)
    if lemma in INVITING and future and any(t.lemma_.lower() in REPLIES for t in verb.subtree):
        speaker = _speaker(verb, phrases) or [Actor(code, "pronoun") for code in phrases.discourse.voice]
        whom = _addressed(verb, phrases) or [a for t in surface_subject(verb) for a in phrases.of(t)]
        return _threats(speaker, whom, verb)
    if lemma in IDLING and _will_not_idle(verb):
        condition = context_of(verb, phrases).condition
        whom = [a for t in (surface_subject(condition) if condition is not None else ()) for a in phrases.of(t)]
        return _threats([a for t in agents(verb) for a in phrases.of(t)], whom[:1], verb)
    if lemma == "give" and _or_else(verb):
        whom = [actor for token in [*datives(verb), *_inner_subjects(verb)] for actor in phrases.of(token)]
        who = [actor for token in agents(verb) for actor in phrases.of(token)]
        return _threats(who, whom, verb)
    if lemma in ("be", "become", "consider", "regard", "treat", "remain", "view", "declare", "make"):
        grim = [
            t
            for t in verb.subtree
            if t.lemma_.lower() in ("target", "game")
            and any(c.lower_ in ("legitimate", "fair", "military", "lawful") for c in t.children)
        ]
        if grim and lemma == "declare" and verb.tag_ != "VBN":
            whom = [a for t in (*patients(verb), *_inner_subjects(verb)) for a in phrases.of(t)]
            return _threats([a for t in agents(verb) for a in phrases.of(t)], whom, verb)
        if grim and not any(t.dep_ == "relcl" for t in (verb, *grim[0].ancestors) if t.i > verb.i):
            return _declared(verb, phrases)
    if lemma in ("face", "suffer", "pay", "meet", "expect", "regret", "bear", "answer") and verb.dep_ in (
        "ROOT",
        "ccomp",
        "conj",
    ):
        grim_object = any(t.lemma_.lower() in GRIM for t in verb.subtree)
        if lemma == "answer":
            grim_object = bool(behind(verb, "for"))
        if lemma == "pay":
            grim_object |= bool(behind(verb, "for")) or any(c.lower_ in ("dearly", "heavily") for c in verb.children)
        if lemma == "meet":
            grim_object |= any(t.lemma_.lower() in ("end", "doom", "fate", "ruin") for t in verb.subtree)
        if future and grim_object:
            return _declared(verb, phrases)
    return []


def _will_not_idle(verb: Token) -> bool:
    """Of "will not stand by if B crosses the line"."""
    future = any(c.lower_ in ("will", "would", "shall", "wo", "'ll") for c in verb.children if c.dep_ == "aux")
    refused = any(c.dep_ == "neg" for c in verb.children)
    return future and refused and any(t.lower_ in IDLE for t in verb.children)


def _answer(verb: Token, phrases: Phrases) -> list[Claim]:
    """Of "We will respond at a time of our choosing": towards whom it answers, or who last acted against it."""
    who = [actor for token in agents(verb) for actor in phrases.of(token)]
    if context_of(verb, phrases).mode not in ("announced", "happened"):
        return []
    whom = [actor for token in behind(verb, "to", "against", "on") for actor in phrases.of(token)]
    if not whom and who:
        foe = phrases.discourse.foe({actor.code for actor in who})
        whom = [Actor(foe, "inferred")] if foe else []
    return _threats(who, whom, verb)


def _addressed(verb: Token, phrases: Phrases) -> list[Actor]:
    """Whom the one who says it says it to."""
    for above in verb.ancestors:
        if above.lemma_.lower() in SAYING:
            return [actor for c in above.children if c.dep_ in ("dobj", "dative") for actor in phrases.of(c)]
    return []


def _inner_subjects(verb: Token) -> list[Token]:
    return [
        token
        for child in verb.children
        if child.dep_ in ("ccomp", "xcomp", "dobj")
        for token in child.children
        if token.dep_ in ("nsubj", "nmod", "compound", "poss")
    ]


def _declared(verb: Token, phrases: Phrases) -> list[Claim]:
    speaker = _speaker(verb, phrases) or [Actor(code, "pronoun") for code in phrases.discourse.voice]
    if any(t.lower_ in ("your", "you") for one in surface_subject(verb) for t in one.subtree):
        return _threats(speaker, _addressed(verb, phrases), verb)
    whom = [actor for token in surface_subject(verb) for actor in phrases.of(token)]
    if not whom:
        whom = [actor for token in verb.children if token.dep_ in ("dobj", "nsubj") for actor in phrases.of(token)]
    return _threats(speaker, whom, verb)


def _speaker(verb: Token, phrases: Phrases) -> list[Actor]:
    for above in verb.ancestors:
        if above.lemma_.lower() in SAYING:
            found = [actor for token in agents(above) for actor in phrases.of(token)]
            if found:
                return found
    for child in verb.children:
        if child.dep_ == "parataxis" and child.lemma_.lower() in SAYING:
            return [actor for token in agents(child) for actor in phrases.of(token)]
    return []


def _threats(who: list[Actor], whom: list[Actor], verb: Token) -> list[Claim]:
    context = Context(mode="threatened")
    return [Claim(a, "THREATEN", b, verb, context) for a, b in pairs_of(who, whom)]


def deadline(sentence: Any, phrases: Phrases) -> list[Claim]:
    """Nothing yet found, but "ultimatum to B" hangs on "hand" or "give"."""
    found = []
    for token in sentence:
        if token.lemma_.lower() == "ultimatum" and token.dep_ == "dobj":
            verb = token.head
            whom = [a for t in [*datives(verb), *behind(verb, "to"), *behind(token, "to")] for a in phrases.of(t)]
            who = [a for t in agents(verb) for a in phrases.of(t)]
            found += _threats(who, whom, verb)
    return found
