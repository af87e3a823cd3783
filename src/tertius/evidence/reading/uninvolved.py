"""Denied by its manner: who had no part in an act, was not behind it, refused to join it; what was never so.

had no part in the raid on B          the raid, denied
was not involved in the raid on B     the raid, denied
has nothing to do with the raid       the raid, denied
has refused to join the raid          the raid, denied: it is the act that is refused, nobody's demand
at no point did A shell B             the shelling, denied
"""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.frames import behind, is_passive, is_there, lemma_of, patients, surface_subject
from tertius.evidence.reading.lexicon import is_of, lexicon

Token = Any
REFUSING = frozenset({"refuse", "decline"})
HAVING = frozenset({"have", "take", "play", "bear", "be"})
INVOLVING = frozenset({"involve", "implicate"})
NEGATIVE = frozenset({"no", "not", "n't", "n’t", "never", "neither", "nor", "nobody", "none"})
SHUNNING = frozenset({"stay_out", "keep_out", "remain_out", "steer", "stay", "keep", "remain", "abstain"})
"""Verbs that keep somebody out of what stands behind them."""
OUTDONE = 6
"""Words behind a "not" in which a "but" is looked for."""
BEHIND = frozenset({"behind", "responsible", "guilty", "complicit", "party"})


def is_negated(verb: Token) -> bool:
    """Whether a verb is negated: by a word at it, at its subject, or before it ("under no circumstances")."""
    for child in verb.children:
        if child.lower_ == "longer" and any(c.lower_ in ("no", "not") for c in child.children):
            return True  # "no longer arms"
        if is_outdone(child):
            continue
        if child.dep_ == "neg" or (child.lower_ in NEGATIVE and child.dep_ in ("preconj", "cc", "advmod", "det")):
            return True
        if child.dep_ == "prep" and child.i < verb.i and any(_is_no(noun) for noun in child.children):
            return True
        if child.dep_ in ("nsubj", "nsubjpass") and (child.lower_ in NEGATIVE or _is_no(child) or _is_never(child)):
            return True
        if child.dep_ in ("aux", "auxpass") and any(c.dep_ == "neg" for c in child.children):
            return True  # "did not, whatever is said, send"
        if child.dep_ == "attr" and is_there(verb) and _is_no(child):
            return True
        if child.dep_ == "dobj" and any(c.lower_ == "no" and c.dep_ == "det" for c in child.children):
            return True  # "took no part in", "sends no weapons"
        if child.dep_ == "dobj" and _is_no(child) and any(c.lower_ in ("one", "single") for c in child.children):
            return True  # "sent not one soldier"
        if child.dep_ == "dobj" and child.lower_ in ("none", "nothing") and not _is_more(child):
            return True  # "shot down none of its jets"
    return _is_cleft(verb)


def _is_more(nothing: Token) -> bool:
    """Of "sent nothing but shells", "nothing less than tanks", "did nothing to stop": something is."""
    behind_it = {one.lower_ for one in nothing.doc[nothing.i + 1 : nothing.i + 3]}
    return nothing.head.lemma_ == "do" or not behind_it.isdisjoint({"but", "less", "more", "other", "short", "except"})


def _is_cleft(verb: Token) -> bool:
    """Of "it was not A that shelled B"; not of "it was not the first time that A shelled B", "not A alone that"."""
    subjects = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")]
    if verb.dep_ != "relcl" or any(child.lower_ not in ("that", "who", "which") for child in subjects):
        return False
    who = verb.head
    if any(child.lower_ in ("alone", "only", "just") for child in who.children):
        return False
    if who.pos_ not in ("PROPN", "PRON") and not is_of(who, ("troops", "fighters", "strikers", "vessels", "arms")):
        return False
    said = verb.head.head if verb.dep_ == "relcl" and verb.head.dep_ == "attr" else verb.head
    it = any(child.dep_ == "nsubj" and child.lower_ == "it" for child in said.children)
    is_not = any(child.dep_ == "neg" for child in said.children)
    return verb.dep_ == "relcl" and said.lemma_ == "be" and it and is_not


def shares_negation(verb: Token) -> bool:
    """Of "has not supplied, sold or given": "given" shares the auxiliary of "supplied", and so its "not"."""
    joining = [c for c in verb.head.children if c.dep_ == "cc" and verb.head.i < c.i < verb.i]
    if verb.dep_ == "conj" and joining and joining[-1].lower_ == "nor":
        return True  # "nor did it send"
    place = verb
    while place.dep_ == "conj" and place.head.pos_ in ("VERB", "AUX"):
        own = ("nsubj", "nsubjpass", "aux", "auxpass", "neg")
        if place.tag_ not in ("VB", "VBN", "VBG") or any(child.dep_ in own for child in place.children):
            return False
        if any(child.dep_ == "cc" and child.lower_ in ("but", "yet") for child in place.head.children):
            return False
        place = place.head
        if any(child.dep_ == "neg" or child.lower_ == "neither" for child in place.children):
            return any(child.dep_ in ("aux", "auxpass") for child in place.children)
    return False


def _is_never(subject: Token) -> bool:
    """Of "A under no circumstances will attack": a negation that hangs on the subject."""
    cases = lexicon().contexts["case_nouns"]
    behind = [noun for child in subject.children if child.dep_ == "prep" for noun in child.children]
    return any(noun.lemma_.lower() in cases and _is_no(noun) for noun in behind)


def _is_no(noun: Token) -> bool:
    kinds = ("det", "neg", "preconj")
    before = [c for child in noun.children for c in (child, *(child.children if child.dep_ == "nummod" else ()))]
    # "not one soldier"
    return any(c.lower_ in NEGATIVE and c.dep_ in kinds and c.i < noun.i and not is_outdone(c) for c in before)


def is_outdone(word: Token) -> bool:
    """Of "sent not one but two tanks", "not a single missile but 60 drones": its "not" denies the number alone."""
    behind_it = word.doc[word.i + 1 : min(word.i + 1 + OUTDONE, word.sent.end)]
    if word.lower_ != "not" or not any(one.lower_ in ("one", "single") for one in behind_it[:2]):
        return False
    but = next((one for one in behind_it if one.lower_ == "but"), None)
    return but is not None and but.head.pos_ not in ("VERB", "AUX")


def is_refused(verb: Token) -> bool:
    """Whether a verb hangs on one that refuses."""
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in REFUSING and not is_negated(verb.head)


def refuses(place: Token, above: Token) -> bool:
    """Of "has refused to arm B", "declined to take part in the raid": it is not done."""
    to = place.tag_ == "VB" and any(child.lower_ == "to" for child in place.children if child.dep_ == "aux")
    return to and is_refused(place)


def shunned(verb: Token) -> list[Token]:
    """What a verb says that somebody kept out of: "sat out the raids on B", "stayed out of the war on B"."""
    if verb.pos_ not in ("VERB", "AUX") or is_negated(verb):
        return []
    out = lemma_of(verb)
    if out == "sit_out":
        return patients(verb)
    if out not in SHUNNING or any(child.dep_ == "dobj" and not _is_own(child) for child in verb.children):
        return []  # "kept B out of the raids": what the keeper did is not told
    under = [noun for child in verb.children for noun in behind(child, "of", "from")]
    return under + list(behind(verb, "of", "from", "out_of"))


def _is_own(kept: Token) -> bool:
    """Of "kept itself out of", "kept its troops out of"."""
    owned = any(child.tag_ == "PRP$" for child in kept.children)
    return kept.lower_ in ("itself", "themselves", "himself", "herself") or (owned and is_of(kept, ("troops",)))


def takes_part(verb: Token) -> bool:
    """Whether a verb speaks of somebody's part: "takes part", "plays a role"."""
    parts = lexicon().contexts["part_nouns"]
    has = any(child.dep_ == "dobj" and child.lemma_.lower() in parts for child in verb.children)
    return has and verb.lemma_.lower() in HAVING


def involved(preposition: Token, above: Token) -> tuple[list[Token], bool]:
    """Whose part in what stands behind a preposition is spoken of, and whether right there it is said to be none.

    "A denied any role in the raid": A, and its verb says the rest. Nobody where the words speak of no part.
    """
    lemma = above.lemma_.lower()
    verb = above.head
    words = lexicon().contexts
    if above.pos_ == "NOUN" and lemma in words["part_nouns"] and above.dep_ in ("dobj", "attr", "nsubj"):
        if verb.lemma_.lower() in words["deny"]:
            return surface_subject(verb), False
        if verb.lemma_.lower() in HAVING and (_is_no(above) or is_negated(verb)):
            return surface_subject(verb), True
        return (surface_subject(verb), False) if verb.lemma_.lower() in HAVING else ([], False)
    if above.pos_ == "NOUN" and lemma in words["part_nouns"] and above.dep_ == "pobj":
        denial = above.head.head  # "A's denial of any hand in the raid"
        owners = [c for c in denial.children if c.dep_ == "poss"] if denial.lemma_ in words["deny_nouns"] else []
        return owners, False
    if takes_part(above) and preposition.lower_ in ("in", "with", "to"):
        return surface_subject(above), is_negated(above)
    if lemma == "do" and preposition.lower_ == "with" and verb.lower_ == "nothing":
        return surface_subject(verb.head), True
    if lemma == "do" and preposition.lower_ == "with" and verb.lower_ == "anything":
        having = verb.head  # "denied having anything to do with"
        return surface_subject(having), is_negated(having) or having.head.lemma_.lower() in words["deny"]
    if lemma in INVOLVING and preposition.lower_ in ("in", "with") and is_passive(above):
        return surface_subject(above), is_negated(above)
    if above.lemma_ == "be" and preposition.lower_ == "behind":
        return surface_subject(above), is_negated(above)
    if lemma in BEHIND and verb.lemma_ == "be":
        return surface_subject(verb), is_negated(verb)
    return [], False


def is_untrue(noun: Token) -> bool:
    """Whether a noun says that there is nothing in what it is about: "no truth in", "without foundation"."""
    return noun.lemma_.lower() in lexicon().contexts["truth_nouns"] and _is_no(noun)


def is_called_false(above: Token, place: Token) -> bool:
    """Whether what a verb says of something is that it is false: "rejected as baseless claims that ..."."""
    told = lexicon().contexts
    words = told["deny_words"]
    if lemma_of(above) in told["name"] and above.i + 1 < len(above.doc) and above.nbor().lower_ in words:
        return True  # "called baseless a report that"
    for child in (*above.children, *(one for one in place.children if one.lower_ == "as")):
        # "described as fabricated", "called fabricated"
        taken = child.dep_ in ("advcl", "conj") and (
            child.lower_ in words or any(c.lower_ == "as" for c in child.children)
        )
        if child is place or not (taken or child.dep_ in ("oprd", "ccomp", "prep", "attr", "acomp", "advmod")):
            continue
        if any({token.lemma_.lower(), token.lower_} & words for token in child.subtree):
            return True
        if any(f"{child.lower_}_{noun.lemma_.lower()}" in words for noun in child.children):
            return True
    if lemma_of(above) not in told["name"]:
        return False
    own = {token.i for token in place.subtree}
    # Behind what it is said of, or before it: "branded as a lie the claim that".
    beside = [token for token in above.subtree if token.i > place.i or (token.i > above.i and token.i not in own)]
    return any(
        {token.lemma_.lower(), token.lower_, f"{token.head.lower_}_{token.lemma_.lower()}"} & words for token in beside
    )
