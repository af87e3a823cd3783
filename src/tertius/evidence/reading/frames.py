"""Verbs and their arguments: who, whom, and behind which preposition, in actives, passives and what hangs on other
verbs.

A subject that is not written is taken from where grammar has it: from the verb before "and", from the verb that a
clause
hangs on ("agreed to send"), from that verb's object where it orders or helps ("told Asmara to withdraw"), from the
noun that
a relative clause describes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tertius.evidence.reading.words import listed

Token = Any
SUBJECTS = ("nsubj", "nsubjpass")
OBJECT_CONTROL = listed("frames-object-control")
BLAMING = listed("frames-blaming")
NO_PLACE = listed("frames-no-place")
DEEPEST = 8
USING = frozenset({"use", "employ"})
PARTICLES = listed("frames-particles")
CHARGES = listed("frames-charges")
"""What is said of whoever answers it."""


def lemma_of(verb: Token) -> str:
    """The lemma, with its particle ("shoot_down")."""
    lemma = str(verb.lemma_.lower())
    for child in verb.children:
        if child.dep_ == "prt" or (child.dep_ == "advmod" and child.lower_ in PARTICLES and 0 < child.i - verb.i <= 5):
            return f"{lemma}_{child.lower_}"
        if child.dep_ == "prep" and child.lower_ == "out" and any(below.lower_ == "of" for below in child.children):
            return f"{lemma}_out"
    return lemma


def is_passive(verb: Token) -> bool:
    """Whether a verb form is passive."""
    kinds = {child.dep_ for child in verb.children}
    if "auxpass" in kinds or "nsubjpass" in kinds:
        return True
    if verb.tag_ != "VBN":
        return False
    if verb.dep_ == "ROOT" and not kinds & {"aux", "dobj", "oprd"} and verb.i > 0:
        return True  # a headline's "Two soldiers killed in raid"
    if verb.dep_ in ("acl", "advcl", "amod") and not any(
        child.lemma_ in ("have", "be") or child.lower_ == "having" for child in verb.children if child.dep_ == "aux"
    ):
        return True
    return (
        verb.dep_ == "conj"
        and "aux" not in kinds
        and "nsubj" not in kinds
        and verb.head.pos_ == "VERB"
        and is_passive(verb.head)
    )


def is_there(verb: Token) -> bool:
    """Of "there are troops": a verb that says that something is there."""
    return any(child.dep_ == "expl" and child.lower_ == "there" for child in verb.children)


def is_told_beside(verb: Token) -> bool:
    """Of "A, pressed by B, gave way": a participle that tells what was done, not one that describes its noun."""
    by = any(child.lower_ == "by" and child.dep_ in ("agent", "prep") for child in verb.children)
    return by and verb.i > 0 and verb.nbor(-1).text == "," and verb.head.pos_ == "PROPN"


def children(token: Token, *kinds: str) -> list[Token]:
    """Children by dependency."""
    return [child for child in token.children if child.dep_ in kinds]


def surface_subject(verb: Token, depth: int = 0) -> list[Token]:
    """The grammatical subject, inherited where it is not written."""
    own = children(verb, *SUBJECTS)
    if not own and not depth and is_there(verb):
        return children(verb, "attr")
    if not own:
        # "A did not, whatever is said, send": the subject hangs on "did".
        own = [one for child in children(verb, "aux") for one in children(child, *SUBJECTS)]
    if own:
        marked = verb.dep_ == "ROOT" and any(c.dep_ == "mark" and c.i < own[0].i for c in verb.children)
        stray = [t for t in own[0].subtree if t.dep_ == "appos" and t.i > own[0].i] if marked else []
        return stray[-1:] or own  # "After A's attack on B, C did": C is no other name of B
    if depth > DEEPEST:
        return []
    head = verb.head
    has = any(child.lemma_ == "have" for child in verb.children if child.dep_ == "aux")
    if verb.tag_ in ("VBD", "VBZ", "VBP") or (verb.tag_ == "VBN" and has):
        # A name that the parser took for an adverbial.
        stray = [
            child for child in children(verb, "npadvmod", "dep", "nmod") if child.pos_ == "PROPN" and child.i < verb.i
        ]
        if stray and stray[-1].ent_type_ not in ("DATE", "TIME"):
            return stray[-1:]
    if verb.dep_ in ("conj", "dep") and head.pos_ in ("VERB", "AUX"):
        return surface_subject(head, depth + 1)
    if verb.dep_ in ("advcl", "xcomp") and head.lemma_.lower() in USING and is_passive(head):
        return agents(head)  # "was used by A to attack"
    if verb.dep_ == "xcomp" and head.lemma_ == "be":
        owners = [one for noun in children(head, "attr") for one in children(noun, "poss")]
        if owners and any(one.lower_ == "it" for one in children(head, "nsubj")):
            return owners  # "it is not our policy to arm B"
    if verb.dep_ in ("xcomp", "ccomp") and head.pos_ in ("VERB", "AUX", "ADJ"):
        if head.pos_ == "ADJ":
            return surface_subject(head.head, depth + 1)
        if head.lemma_.lower() in OBJECT_CONTROL and not is_passive(head) and not is_there(verb):
            whom = children(head, "dobj", "dative")
            if whom:
                return [one if one.dep_ == "dobj" else next(iter(children(one, "pobj")), one) for one in whom][:1]
        if verb.dep_ == "ccomp" and any(child.dep_ == "mark" for child in verb.children):
            return []
        return surface_subject(head, depth + 1)
    if verb.dep_ in ("advcl", "parataxis") and head.pos_ in ("VERB", "AUX"):
        return surface_subject(head, depth + 1)
    if verb.dep_ == "acl":
        return _noun_subject(verb, head, depth)
    if verb.dep_ == "csubj" and head.lemma_ == "be":
        # "sending arms to B is not our policy"
        return [one for noun in children(head, "attr") for one in children(noun, "poss")]
    if verb.dep_ == "relcl":
        to = verb.tag_ == "VB" and any(child.lower_ == "to" for child in children(verb, "aux"))
        return _noun_subject(verb, head, depth) if to else []  # "had nothing to do with"
    if verb.dep_ == "pcomp":
        return _after_preposition(head, depth)
    if verb.dep_ in ("aux", "auxpass") and head.pos_ in ("VERB", "AUX"):
        return surface_subject(head, depth + 1)
    return []


def _noun_subject(verb: Token, noun: Token, depth: int) -> list[Token]:
    if verb.tag_ == "VBG" and noun.dep_ == "dobj" and noun.head.lemma_.lower() in ("have", "keep"):
        return surface_subject(noun.head, depth + 1)  # "has two divisions fighting B"
    if verb.tag_ in ("VBG", "VBN") and not children(verb, "mark"):
        return [noun]
    owner = children(noun, "poss")
    if owner:
        return owner
    governor = noun
    while governor.head != governor and governor.pos_ not in ("VERB", "AUX"):
        governor = governor.head
    return surface_subject(governor, depth + 1) if governor.pos_ in ("VERB", "AUX") else []


def _after_preposition(preposition: Token, depth: int) -> list[Token]:
    above = preposition.head
    while (above.dep_ in ("prep", "pcomp") or above.pos_ in ("ADV", "ADJ", "ADP")) and above.head != above:
        above = above.head
    if above.pos_ in ("VERB", "AUX"):
        if above.lemma_.lower() in BLAMING and preposition.lower_ in ("of", "for", "with", "from", "over"):
            if is_passive(above):
                return surface_subject(above, depth + 1)
            whom = children(above, "dobj")
            if whom:
                return whom
        return surface_subject(above, depth + 1)
    if above.pos_ in ("NOUN", "PROPN"):
        if above.dep_ == "dobj" and above.head.lemma_.lower() in BLAMING:
            return [above]
        if above.dep_ == "dobj" and above.head.lemma_.lower() == "have":
            return surface_subject(above.head, depth + 1)  # "has no intention of"
        owner = children(above, "poss")
        if not owner and above.dep_ == "dobj" and above.lemma_.lower() in CHARGES:
            return surface_subject(above.head, depth + 1)  # "denied accusations of arming B"
        return owner or [above]
    return []


def agents(verb: Token) -> list[Token]:
    """Who acts: the subject of an active verb, the "by" phrase of a passive one."""
    if not is_passive(verb):
        return surface_subject(verb)
    found = [
        noun
        for child in verb.children
        if child.dep_ in ("agent", "prep") and child.lower_ == "by"
        for noun in children(child, "pobj")
    ]
    if not found:
        for after in children(verb, "conj"):
            found += agents(after) if is_passive(after) and not children(after, *SUBJECTS) else []
    return found


def patients(verb: Token) -> list[Token]:
    """Who or what is acted on: the object of an active verb, the subject of a passive one."""
    if is_passive(verb):
        if verb.dep_ == "acl" and verb.tag_ == "VBN" and not children(verb, *SUBJECTS):
            return [verb.head]
        return children(verb, "dobj") or surface_subject(verb)
    found = children(verb, "dobj", "attr") if verb.lemma_ != "be" or is_there(verb) else []
    if verb.dep_ == "relcl":
        found = [verb.head if one.lower_ in ("that", "which", "whom") else one for one in found]
    own = [one.lower_ for one in children(verb, *SUBJECTS)]
    if not found and verb.dep_ == "relcl" and own and not set(own) & {"that", "which", "who"}:
        whom = [child for child in verb.children if child.lower_ in ("which", "that", "whom") and child.dep_ == "dobj"]
        has_preposition = any(child.dep_ == "prep" and not list(child.children) for child in verb.children)
        if not whom and not has_preposition:
            found = [verb.head]
    if not found:
        # "seized and burned the ship": the object stands at the last verb.
        after = [child for child in children(verb, "conj") if child.pos_ == "VERB" and not children(child, *SUBJECTS)]
        if after and after[0].i - verb.i <= 3 and not any(child.dep_ == "prep" for child in verb.children):
            found = children(after[0], "dobj")
    # "so much as a bullet"
    much = [child for child in verb.children if child.lower_ == "much" and child.dep_ in ("advmod", "dobj")]
    found = [noun for child in much for noun in behind(child, "as")] or found
    if not found and verb.i + 1 < len(verb.doc):
        # A name right behind the verb that the parser took for an adverbial.
        near = verb.nbor(1)
        stray = near.head == verb and near.dep_ == "npadvmod" and near.pos_ == "PROPN"
        found = [near] if stray and near.ent_type_ not in ("DATE", "TIME") else []
    return found


def datives(verb: Token) -> list[Token]:
    """Whom something is given to, without a preposition."""
    found = []
    for child in children(verb, "dative"):
        found += children(child, "pobj") if child.pos_ == "ADP" else [child]
    objects = children(verb, "dobj")
    if len(objects) > 1:
        found += objects[:1]
    if objects and is_passive(verb):
        found += surface_subject(verb)  # "B was given tanks"
    return found


def behind(token: Token, *prepositions: str) -> list[Token]:
    """Nouns behind a preposition that hangs on a word; "close_to" stands for two words."""
    found = []
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative", "prt", "advmod", "aux") or child.pos_ == "ADP":
            word = child.lower_
            if word in NO_PLACE:
                continue
            if word in prepositions:
                found += children(child, "pobj", "pcomp")
            for below in child.children:
                if below.dep_ == "prep" and (
                    f"{word}_{below.lower_}" in prepositions
                    or (below.lower_ in prepositions and child.dep_ in ("prep", "advmod"))
                ):
                    found += children(below, "pobj")
    return [one for one in found if one.pos_ != "VERB"]


def prepositions(*tokens: Token) -> set[str]:
    """The prepositions that hang on words."""
    return {
        child.lower_
        for token in tokens
        for child in token.children
        if child.dep_ in ("prep", "agent", "dative", "prt") or child.pos_ == "ADP"
    }


def complements(verb: Token) -> list[Token]:
    """Verbs of the clauses that complete a verb."""
    return [
        child for child in verb.children if child.dep_ in ("xcomp", "ccomp") and child.pos_ in ("VERB", "AUX", "ADJ")
    ]


def governors(token: Token) -> Iterator[Token]:
    """Yield the words above a word, nearest first."""
    while token.head != token:
        token = token.head
        yield token
