"""Parses mended where the small model is known to go wrong: gerunds and perfect gerunds read as adjectives.

denied supplying shells        "supplying" hangs on "denied", "shells" on "supplying"
denied having massed troops    "massed" hangs on "denied", "troops" on "massed"
"""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.words import listed

TAKING = listed("repairs-taking")


def mended(doc: Any) -> Any:
    """Return the document with such verbs hung where they belong."""
    for token in doc:
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
