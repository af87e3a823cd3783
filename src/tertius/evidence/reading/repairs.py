"""Parses mended where the small model is known to go wrong: gerunds and perfect gerunds read as adjectives.

denied supplying shells        "supplying" hangs on "denied", "shells" on "supplying"
denied having massed troops    "massed" hangs on "denied", "troops" on "massed"
denied bombing Peru            "bombing" is a verb, "Peru" its object
the charge that it armed B     "armed" is what the charge says, not which charge
denied it and accused B        "accused" is beside "denied", not beside a gerund under it
"""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.lexicon import governors, lexicon
from tertius.evidence.reading.words import listed

TAKING = listed("repairs-taking")


FINITE = frozenset({"VBD", "VBZ", "VBP"})


def mended(doc: Any) -> Any:
    """Return the document with such verbs hung where they belong."""
    for token in doc:
        _content(token)
        _beside(token)
        _gerund(token)
        if token.i == 0 or token.dep_ not in ("amod", "compound") or token.tag_ not in ("VBG", "VBN"):
            continue
        before = token.nbor(-1)
        noun = token.head
        perfect = before.lower_ == "having" and token.tag_ == "VBN"
        verb = before.head if perfect else before
        if verb.lemma_.lower() not in TAKING or verb.pos_ not in ("VERB", "AUX") or noun.i <= token.i:
            continue
        if noun.head not in (verb, before):
            continue
        token.head, token.dep_, token.pos_ = verb, "xcomp", "VERB"
        noun.head, noun.dep_ = token, "dobj"
        if perfect:
            before.head, before.dep_ = token, "aux"
        for child in list(verb.children):
            if child.dep_ in ("prep", "dative") and child.i > noun.i:
                child.head = token
    return doc


def _content(verb: Any) -> None:
    """A clause with "that" and a subject of its own behind "charge", "report", "denial" is what that noun says."""
    noun = verb.head
    if verb.dep_ != "relcl" or verb.pos_ not in ("VERB", "AUX") or noun.i + 1 >= len(verb.doc):
        return
    told = governors()
    if noun.lemma_.lower() not in told["claim_nouns"] | told["deny_nouns"] or noun.nbor(1).lower_ != "that":
        return
    that = noun.nbor(1)
    own = any(child.dep_ in ("nsubj", "nsubjpass") and child is not that for child in verb.children)
    full = any(child.dep_ in ("dobj", "prep", "dative") and child.i > verb.i for child in verb.children)
    if own and full:
        verb.dep_ = "acl"
        that.dep_ = "mark"


def _beside(verb: Any) -> None:
    """A finite verb joined to a gerund or an infinitive belongs beside the finite verb above it."""
    below = verb.head
    if verb.dep_ != "conj" or verb.tag_ not in FINITE or below.tag_ not in ("VBG", "VB"):
        return
    if below.dep_ not in ("xcomp", "pcomp") or any(
        child.dep_ == "aux" and child.lower_ != "to" for child in below.children
    ):
        return
    if any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children):
        return
    above = below.head
    while above.head != above and above.tag_ not in FINITE:
        above = above.head
    if above.tag_ in FINITE and above.pos_ in ("VERB", "AUX"):
        verb.head = above


def _gerund(token: Any) -> None:
    """Of "denied bombing Peru": a verb with its object, where the parser has a compound noun."""
    name = token.head
    if token.dep_ != "compound" or token.tag_ != "NN" or not token.lower_.endswith("ing") or token.i == 0:
        return
    verb = token.nbor(-1)
    if name.pos_ != "PROPN" or verb.lemma_.lower() not in TAKING or verb.pos_ not in ("VERB", "AUX"):
        return
    base = next((form for form in _bases(token.lower_) if form in lexicon().verbs), None)
    if base is None or name.head != verb:
        return
    token.head, token.dep_, token.pos_, token.tag_, token.lemma_ = verb, "xcomp", "VERB", "VBG", base
    name.head, name.dep_ = token, "dobj"


def _bases(gerund: str) -> tuple[str, ...]:
    stem = gerund[:-3]
    return (stem, stem + "e", stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem)
