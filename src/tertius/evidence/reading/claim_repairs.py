"""Parses mended around claims: what a claim tells is hung on it, and what judges it on who judges.

claims of A arming B are false     "arming" hangs on "of", "claims" is what is false
called claims that A hit B lies    "lies" is what the claims are called, "B" what was hit
A, its minister said, held back    "held" is what A did, and does not describe A
"""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.lexicon import governors

FINITE = frozenset({"VBD", "VBZ", "VBP"})


def told_of(noun: Any) -> None:
    """Mend "claims of A arming B", "reports of shells being sent to B": what they tell hangs on "of".

    The parser has the claims arming B, or the shells described.
    """
    of = noun.nbor(1) if noun.i + 1 < len(noun.doc) else noun
    if noun.lemma_.lower() not in governors()["claim_nouns"] or of.lower_ != "of" or of.head != noun:
        return
    who = next((child for child in of.children if child.dep_ == "pobj"), None)
    ahead = noun.doc[who.i + 1 : who.i + 3] if who is not None else []
    verb = next((t for t in ahead if t.tag_ in ("VBG", "VBN") and t.lower_ != "being"), None)
    if who is None or verb is None or (verb.tag_ == "VBN") != (verb.i == who.i + 2) or who.nbor(1).tag_ != "VBG":
        return
    if verb.head not in (noun, who, of) and noun.head != verb:
        return
    if noun.head == verb:
        _judged_beside(noun, verb)
    if noun.head == verb:
        return
    verb.head, verb.dep_, verb.pos_ = of, "pcomp", "VERB"
    who.head, who.dep_ = verb, "nsubj" if verb.tag_ == "VBG" else "nsubjpass"


def _judged_beside(noun: Any, verb: Any) -> None:
    """Give a claim that the parser has do what it tells to the verb that judges it: "claims of ... are false"."""
    judging = next((c for c in verb.children if c.i > verb.i and c.tag_ in FINITE and c.lemma_ == "be"), None)
    if judging is None:
        if verb.head == verb or verb.dep_ not in ("csubj", "csubjpass", "ccomp"):
            return
        kinds = {"csubj": "nsubj", "csubjpass": "nsubjpass", "ccomp": "dobj"}
        noun.dep_ = kinds[verb.dep_] if verb.head.i > noun.i or verb.dep_ == "ccomp" else "nsubj"
        noun.head = verb.head
        return
    if verb.head == verb:
        return
    judging.head, judging.dep_, judging.pos_ = verb.head, verb.dep_, "AUX"
    noun.head, noun.dep_ = judging, "nsubj"


def aside(verb: Any) -> None:
    """Mend "A, its minister said, refrained from": what A did, where the parser has it describe A."""
    name = verb.head
    if verb.dep_ != "acl" or verb.tag_ not in ("VBN", "VBD") or name.dep_ != "ROOT" or name.pos_ != "PROPN":
        return
    if (
        verb.i < 2
        or verb.nbor(-1).text != ","
        or not any(c.dep_ == "parataxis" for c in (*name.children, *verb.children))
    ):
        return
    verb.head, verb.dep_, verb.tag_ = verb, "ROOT", "VBD"
    name.head, name.dep_ = verb, "nsubj"
    for child in list(name.children):
        if child.i > verb.i:
            child.head = verb


def called(word: Any) -> None:
    """Mend "called claims that A shelled B's posts nonsense": the claims are, where the parser has it shelled too."""
    told = governors()
    if word.lower_ not in told["deny_words"] or word.head == word or word.dep_ in ("attr", "acomp", "oprd"):
        return
    own = next((child for child in word.children if child.dep_ in ("nsubj", "compound")), None)
    above = next((one for one in word.ancestors if one.lemma_.lower() in told["name"]), None)
    nouns = [c for c in (above.children if above is not None else ()) if c.dep_ == "dobj"]
    verb = next((c for noun in nouns[:1] for c in noun.children if c.dep_ == "acl" and c.i < word.i), None)
    if verb is None or own is None or nouns[0].lemma_.lower() not in told["claim_nouns"]:
        return
    # "to Somalia untrue": the noun goes where the word stood
    place, kind = (word.head, "pobj") if word.dep_ == "pobj" else (verb, "dobj")
    if kind == "dobj" and any(child.dep_ == "dobj" for child in verb.children):
        return
    word.head, word.dep_ = above, "oprd"
    own.head, own.dep_ = place, kind
