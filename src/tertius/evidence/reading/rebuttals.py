"""Denials of what was told before: "Peru denied it", "a charge that Peru rejects", "Lima called this a lie"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tertius.evidence.reading.claimed import Context
from tertius.evidence.reading.coding import Claim, Coder
from tertius.evidence.reading.discourse import Actor
from tertius.evidence.reading.frames import agents, behind, is_passive, lemma_of, surface_subject
from tertius.evidence.reading.lexicon import is_of, lexicon
from tertius.evidence.reading.uninvolved import is_called_false, is_negated, is_untrue

Token = Any
BACK = frozenset({"it", "this", "that", "them", "these", "so"})
THE = frozenset({"the", "this", "that", "these", "those", "such", "all", "any"})
SAID = ("intj", "dobj", "ccomp", "oprd", "acomp")
SPEAKING = frozenset({"ACCUSE", "REJECT"})
Told = tuple[str, str, str]
"""An act: source, action, target."""
RECENT = 6
"""Acts back that a denial may mean."""


def rebutted(verb: Token, coder: Coder, before: Sequence[Claim], told: Sequence[Told]) -> list[Claim]:
    """What was just claimed, denied by whom the verb says; nothing where the verb denies nothing told before.

    Args:
        verb: the verb that may deny.
        coder: of the verb's paragraph.
        before: claims of the sentence so far, those that are not asserted included.
        told: acts told or asked about in the sentences before, newest last.
    """
    who = _deniers(verb, coder)
    if not who:
        return []
    pending = _pending(before, told)
    # The one accused denies his act; else the one it was done to, or who else is spoken of, says that it was not.
    mine = [event for event in pending if event[0] in who]
    if not _is_of_all(verb) or lemma_of(verb) in lexicon().contexts["deny"]:
        # Only his own act does he deny by "which": who rejects another's offer denies nothing.
        mine = mine or [event for event in pending if event[2] in who]
    said = mine[0][0] if mine and mine[0][0] in who else who[0]
    return [
        Claim(Actor(one, "reference"), action, Actor(other, "reference"), verb, Context("denied", said))
        for one, action, other in mine[:1]
    ]


def _deniers(verb: Token, coder: Coder) -> list[str]:
    """Who denies what was told before."""
    words = lexicon().contexts
    lemmas = {verb.lemma_.lower(), lemma_of(verb)}
    things = [child for child in verb.children if child.dep_ in ("dobj", "ccomp", "nsubjpass")]
    if verb.dep_ == "relcl":
        things.append(verb.head)
    if lemmas & (words["deny"] | words["dismiss"]) and not is_negated(verb):
        charged = any(
            is_of(t, ("charges",)) or t.lower_ in BACK for thing in things for t in (thing, *thing.children)
        ) or any(t.lemma_.lower() in ("place", "happen", "occur") for thing in things for t in thing.subtree)
        # "denied having done so"
        charged |= any(
            c.dep_ in ("xcomp", "ccomp") and any(t.lower_ == "so" for t in c.children) for c in verb.children
        )
        # "was accused of arming B, which it denies"
        charged |= _is_of_all(verb) or (bool(lemmas & words["deny"]) and any(t.lower_ == "which" for t in things))
        return _codes(agents(verb), coder) if charged else []
    if lemmas & (words["report"] | {"answer"}) and any(t.lower_ == "no" and t.dep_ in SAID for t in verb.children):
        return _codes(agents(verb), coder)  # "asked whether A would, it said no"
    if _is_cut_short(verb):
        return _codes([child for child in verb.children if child.dep_ == "nsubj"], coder)
    if verb.lemma_ == "do" and any(
        t.lemma_ == "thing" and {"no", "such"} <= {c.lower_ for c in t.children} for t in things
    ):
        return _codes(agents(verb), coder)
    if lemmas & words["name"] and is_called_false(verb, verb) and not is_negated(verb):
        meant = [t for t in verb.subtree if t.dep_ in ("dobj", "nsubj") and t.i > verb.i]
        back = any(t.lower_ in BACK or is_of(t, ("charges",)) for t in meant) and not _has_clause(verb)
        return _codes(agents(verb), coder) if back or _is_of_all(verb) else []
    if is_passive(verb) and verb.lower_ in words["deny_words"] and not is_negated(verb):
        # "the report is fabricated"
        return _speakers(verb, coder) if _points_back(surface_subject(verb)) and not _has_clause(verb) else []
    if verb.lemma_ == "be" and _says_false(verb) and not is_negated(verb):
        subject = [child for child in verb.children if child.dep_ == "nsubj"]
        return _speakers(verb, coder) if _points_back(subject) and not _has_clause(verb) else []
    if _is_nothing(verb) and not _has_clause(verb):
        return _speakers(verb, coder)
    if lemmas & words["hold_true"] and is_negated(verb):
        subject = [child for child in verb.children if child.dep_ == "nsubj"]
        return _speakers(verb, coder) if _points_back(subject) else []  # "the charge did not hold water"
    return []


def _is_of_all(verb: Token) -> bool:
    """Of "says A armed B, which B calls a lie": what "which" means is all that was told, not the name before it."""
    which = any(child.lower_ == "which" and child.dep_ == "dobj" for child in verb.children)
    return which and verb.dep_ == "relcl" and verb.head.pos_ in ("NOUN", "PROPN")


def _speakers(verb: Token, coder: Coder) -> list[str]:
    """Who says what a verb tells."""
    return _codes(agents(verb.head), coder) if verb.dep_ == "ccomp" else []


def _points_back(tokens: Sequence[Token]) -> bool:
    """Whether a phrase means what was told: "this", "the allegation"."""
    told = lexicon().contexts["claim_nouns"]
    return any(
        t.lower_ in BACK or (t.lemma_.lower() in told and any(c.lower_ in THE for c in t.children) and not _names(t))
        for t in tokens
    )


def _names(noun: Token) -> bool:
    """Whether a noun says itself what it is about: "the report of shells for B"."""
    return any(child.dep_ in ("prep", "acl", "relcl") for child in noun.children)


def _is_nothing(verb: Token) -> bool:
    """Of "nothing of the kind happened", "there was no truth in it"."""
    if verb.lemma_.lower() in ("happen", "occur"):
        nothing = [child for child in verb.children if child.dep_ == "nsubj"]
        return any(t.lower_ == "nothing" or any(c.lower_ == "such" for c in t.children) for t in nothing)
    if verb.lemma_ != "be":
        return False
    truths = [c for c in verb.children if c.dep_ in ("attr", "nsubj") and is_untrue(c)]
    meant = [t for one in (verb, *truths) for t in behind(one, "in", "to", "behind")]
    return bool(truths) and _points_back(meant)


def _is_cut_short(verb: Token) -> bool:
    """Of "Asked whether A had, it said that it had not": a negated auxiliary with nothing behind it."""
    if verb.lemma_ not in ("have", "do", "be") or not any(child.dep_ == "neg" for child in verb.children):
        return False
    if verb.dep_ not in ("ccomp", "ROOT", "conj", "parataxis"):
        return False
    return all(child.dep_ in ("nsubj", "neg", "mark", "punct", "cc", "aux") for child in verb.children)


def _says_false(verb: Token) -> bool:
    words = lexicon().contexts["deny_words"]
    return any(
        t.lemma_.lower() in words or t.lower_ in words
        for child in verb.children
        if child.dep_ in ("attr", "acomp")
        for t in (child, *child.children)
    )


def _has_clause(verb: Token) -> bool:
    """Whether what is called false is told right there: "It is false that ..."."""
    return any(
        child.dep_ in ("ccomp", "csubj", "acl", "relcl") and any(c.lower_ == "that" for c in child.children)
        for child in verb.subtree
        if child is not verb
    )


def _codes(tokens: Sequence[Token], coder: Coder) -> list[str]:
    return list(dict.fromkeys(actor.code for token in tokens for actor in coder.phrases.of(token)))


def _pending(before: Sequence[Claim], told: Sequence[Told]) -> list[Told]:
    """Acts claimed before the denial, in this sentence or the last ones, newest first."""
    here = [
        (claim.source.code, claim.action, claim.target.code)
        for claim in before
        if claim.source and claim.target and claim.action not in SPEAKING
    ]
    past = [one for one in reversed(told[-RECENT:]) if one[1] != "ACCUSE" and one[2]]
    # Who denies it tells somebody so: a talk comes last.
    return sorted([*reversed(here), *past], key=lambda one: one[1] == "CONSULT")
