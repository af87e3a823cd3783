"""How surely a clause is claimed, and by whose word: negation, tense, "may", "plans to", "denied that", "said".

The words are climbed from the verb or noun of the claim to the top of its sentence. What lies in an "if", in the
content of
a request, a threat or a refusal, or under "must" is not claimed at all.
"""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.claimed import Context
from tertius.evidence.reading.clauses import (
    is_apart,
    is_denying,
    is_inverted,
    is_other,
    is_past,
    is_present,
    is_unreal,
    marks_of,
    phrases_of,
)
from tertius.evidence.reading.denials import denied_by, has_no_part, inclined, judged, under_noun
from tertius.evidence.reading.frames import USING, agents, behind, is_passive, lemma_of, surface_subject
from tertius.evidence.reading.lexicon import lexicon
from tertius.evidence.reading.phrases import Phrases
from tertius.evidence.reading.uninvolved import is_negated, is_outdone, refuses, shares_negation
from tertius.evidence.reading.words import listed

Token = Any
MAYBE = frozenset({"may", "might", "could", "can"})
WILL = frozenset({"will", "shall", "'ll", "would", "'d", "’ll", "wo"})
SWEARING = frozenset({"swear", "vow", "promise", "pledge", "assure"})
MUST = frozenset({"must", "should", "ought"})
CONDITIONS = frozenset({"if", "unless", "provided", "lest", "whether"})
TIMES = listed("contexts-times")
AHEAD = frozenset({"until", "till", "before", "once"})
"""With a present tense they tell what is to come: "until B's soldiers leave"."""
NEVER = listed("contexts-never")


def context_of(trigger: Token, phrases: Phrases) -> Context:
    """Climb from a verb or noun and return how it is claimed."""
    found = Context()
    if trigger.pos_ in ("VERB", "AUX"):
        _local(trigger, found)
    else:
        _noun(trigger, found)
    place = trigger
    for above in _above(trigger):
        if not found.is_claimed or found.is_settled:
            break
        apart = place.dep_ == "relcl" and not _is_meant(place) and not (found.by and found.mode == "denied")
        if apart or is_apart(place, above):
            break
        _step(place, above, found, phrases)
        place = above
    _beside(trigger, found, phrases)
    return found


def _is_meant(verb: Token) -> bool:
    """Of "48 hours to withdraw": an infinitive that describes its noun."""
    return verb.tag_ == "VB" and any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children)


def _above(token: Token) -> list[Token]:
    found = []
    while token.head != token:
        token = token.head
        found.append(token)
    return found


def _local(verb: Token, found: Context) -> None:
    """Auxiliaries, negation, adverbs and conditions at the verb itself."""
    words = lexicon().contexts
    chain = [verb]
    top = verb
    while (
        top.dep_ == "conj"
        and top.head.pos_ in ("VERB", "AUX")
        and not any(c.dep_ in ("nsubj", "nsubjpass") for c in top.children)
    ):
        has_aux = any(child.dep_ == "aux" for child in top.children)
        top = top.head
        if not has_aux:
            chain.append(top)
    auxiliaries = {child.lower_ for one in chain for child in one.children if child.dep_ in ("aux", "auxpass")}
    own = {child.lower_: child for child in verb.children if child.dep_ in ("neg", "det", "preconj", "cc", "advmod")}
    subject_words = {
        c.lower_ for s in surface_subject(verb) for c in [s, *s.children] if c.dep_ in ("det", "preconj", "cc", "nsubj")
    }
    if auxiliaries & MUST or is_unreal(verb, auxiliaries):
        found.is_claimed = False
    elif auxiliaries & MAYBE:
        found.mode = "considered"
    elif auxiliaries & WILL:
        found.mode, found.is_future = "announced", True
    elif verb.tag_ == "VBG" and any(child.dep_ == "aux" and child.lemma_ == "be" for child in verb.children):
        found.mode = "ongoing"
    elif "being" in auxiliaries:
        found.mode = "ongoing"  # "are being trained"
    if set(own) & words["false_words"]:
        found.mode = "denied"
    elif set(own) & words["predict_words"]:
        found.mode = "predicted"
    elif set(own) & words["consider_words"]:
        found.mode = "considered"
    if (
        subject_words & {"neither", "no", "nobody", "nor"}
        or "never" in own
        or is_negated(verb)
        or shares_negation(verb)
    ):
        found.mode, found.turned = "denied", True
    for child in verb.children:
        if child.dep_ == "advcl" and marks_of(child) & CONDITIONS:
            found.condition = child
        elif child.dep_ == "advcl" and is_inverted(child):
            found.is_claimed = False
    if verb.dep_ in ("advcl", "ccomp") and (marks_of(verb) & CONDITIONS or is_inverted(verb)):
        found.is_claimed = False


def _noun(noun: Token, found: Context) -> None:
    if any(
        child.dep_ in ("det", "neg") and child.lower_ in ("no", "any", "not") and not is_outdone(child)
        for child in noun.children
    ):
        found.mode = "denied"
    if any(child.lower_ in ("possible", "potential") for child in noun.children):
        found.mode = "considered"
    if any(child.lower_ in ("planned", "promised", "future", "coming") for child in noun.children):
        found.mode = "announced"


def _step(place: Token, above: Token, found: Context, phrases: Phrases) -> None:
    """One step up: what the word above does to the claim below it."""
    words = lexicon().contexts
    if place.dep_ == "advcl":
        marks = marks_of(place)
        if marks & CONDITIONS or "than" in marks or (marks & AHEAD and is_present(place)):
            found.is_claimed = False
        elif (
            not marks & TIMES
            and above.lemma_.lower() not in USING
            and place.tag_ == "VB"
            and any(c.dep_ == "aux" and c.lower_ == "to" for c in place.children)
        ):
            found.is_claimed = False  # a purpose
        elif not marks and place.tag_ == "VBG":
            _local_above(above, found)
            apart = (
                place.i > 0 and place.nbor(-1).text == ","
            )  # "disputed it, insisting that": it is not what is denied
            if lemma_of(above) in words["deny"] and not is_negated(above) and not apart:
                found.deny()
                found.said_by = phrases_of(agents(above), phrases) or found.said_by
        return
    if place.dep_ == "conj" and above.pos_ in ("VERB", "AUX", "NOUN"):
        return
    if above.pos_ == "ADJ" and place.dep_ in ("xcomp", "ccomp", "csubj", "advcl", "acl"):
        inclined(place, above, found)
        return
    if place.dep_ == "pcomp" and above.pos_ in ("ADP", "SCONJ"):
        outer = {above.lower_, above.head.lower_, *(c.lower_ for c in above.children if c.i < above.i)}
        verb = above.head if above.head.pos_ == "VERB" else above.head.head
        nowhere = above.lower_ == "near" and any(c.lower_ == "nowhere" for c in above.head.children)
        if nowhere or (outer & words["denied_prepositions"] and above.lower_ == "from"):
            found.mode, found.is_settled = "denied", True  # "far from supplying", "nowhere near"
            return
        if outer & words["unclaimed_prepositions"]:
            denied = is_denying(verb, above, words)
            found.mode = "denied" if denied else found.mode
            found.is_claimed, found.is_settled = denied, denied
            return
    if place.dep_ == "prep" and has_no_part(place, above, found, phrases):
        return
    if place.dep_ == "prep" and above.pos_ == "ADV" and above.head.pos_ == "VERB":
        _under_preposition(place, above.head, found, phrases)  # "held back from"
        return
    if place.dep_ in ("nsubj", "nsubjpass") and above.pos_ in ("VERB", "AUX"):
        judged(place, above, found, phrases)
        return
    if above.pos_ not in ("VERB", "AUX"):
        owned = words["plan_nouns"] | words["deny_nouns"]
        planned = place.dep_ == "prep" and above.lemma_.lower() in owned and place.lower_ == "of"
        if above.pos_ in ("NOUN", "PROPN") and (place.dep_ in ("acl", "pcomp", "relcl") or planned):
            under_noun(place, above, found, phrases)
        return
    if place.dep_ in ("pcomp", "prep", "agent"):
        _under_preposition(place, above, found, phrases)
        return
    if place.dep_ in ("ccomp", "xcomp", "csubj", "dobj", "nsubjpass", "acl", "attr", "parataxis", "oprd"):
        _under_verb(place, above, lemma_of(above), found, phrases)


def _local_above(above: Token, found: Context) -> None:
    upper = Context()
    _local(above, upper)
    if upper.mode != "happened" and found.mode in ("happened", "announced"):
        found.mode = upper.mode
    found.is_future |= upper.is_future
    found.condition = found.condition or upper.condition


def _is_to_be(place: Token, above: Token, plain: str, local: Context, found: Context) -> bool:
    """Of "is to send", "is yet to send", "insisted that B withdraw": what is to be, and is not yet."""
    words = lexicon().contexts
    if plain == "be" and place.dep_ == "xcomp" and _is_meant(place) and above.tag_ in ("VBZ", "VBP"):
        yet = any(child.lower_ == "yet" for child in above.children)
        found.mode = "denied" if yet else "announced" if local.mode == "happened" else local.mode
        return True
    helped = any(child.dep_ in ("aux", "auxpass") for child in place.children)
    if plain in words["report"] & words["request"] and place.tag_ == "VB" and not helped:
        found.is_claimed = False
        return True
    return False


def _under_preposition(place: Token, above: Token, found: Context, phrases: Phrases) -> None:
    preposition = place if place.dep_ == "prep" else place.head
    lemma = above.lemma_.lower()
    if (
        found.hedged
        and {lemma, lemma_of(above)} & lexicon().contexts["dismiss"]
        and preposition.lower_ in ("as", "at", "off", "on", "against")
    ):
        found.mode = "denied"
        found.said_by = phrases_of(agents(above), phrases) or found.said_by
    elif lemma in (
        "accuse",
        "blame",
        "condemn",
        "denounce",
        "criticise",
        "criticize",
        "charge",
        "suspect",
        "rebuke",
    ) and preposition.lower_ in ("of", "for", "with", "over"):
        who = phrases_of(agents(above), phrases)
        found.said_by = who or found.said_by
        found.is_accusation = True
    elif is_denying(above, preposition, lexicon().contexts) or lemma_of(above) in lexicon().contexts["deny"]:
        found.mode = "denied"
        found.said_by = phrases_of(agents(above), phrases) or found.said_by
    elif f"{lemma}_{preposition.lower_}" in lexicon().contexts["go_on"]:
        local = Context()
        _local(above, local)
        found.mode = "ongoing" if local.mode in ("happened", "ongoing") else local.mode  # "will go on sending"
    elif f"{lemma}_{preposition.lower_}" in lexicon().contexts["consider"]:
        found.mode = "considered"  # "is thinking about sending"
    elif preposition.lower_ in ("from", "against") or lemma in (
        "warn",
        "threaten",
        "call",
        "ask",
        "insist",
        "appeal",
        "refrain",
    ):
        gerund = place.dep_ == "pcomp" or any(child.dep_ == "pcomp" for child in place.children)
        found.is_claimed = False if gerund or lemma in ("call", "ask", "appeal") else found.is_claimed


def _under_verb(place: Token, above: Token, lemma: str, found: Context, phrases: Phrases) -> None:
    words = lexicon().contexts
    plain = lemma.split("_")[0]
    clausal = place.dep_ in ("ccomp", "xcomp", "csubj", "acl", "parataxis")
    local = Context()
    _local(above, local)
    if lemma in words["suppose"] and above.i == above.sent.start:
        found.is_claimed = False  # "Suppose A attacks B"
        return
    if denied_by(place, above, lemma, local, found, phrases) or lemma in words["factive"]:
        return
    if lemma in words["doubt"] and clausal:
        found.is_claimed &= local.mode == "denied"  # "nobody doubts that"
        return
    if (not clausal and place.dep_ != "dobj") or _is_to_be(place, above, plain, local, found):
        return
    if lemma in words["consider"]:
        found.mode = "denied" if local.mode == "denied" else "considered"
    elif lemma in words["predict"]:
        found.mode = "predicted"
        if not is_passive(above):
            found.said_by = phrases_of(agents(above), phrases) or found.said_by
    elif lemma in words["stop"] and local.mode != "denied":
        found.deny()
    elif lemma in words["stop"]:
        found.mode = "announced" if local.is_future else found.mode  # "did not fail to", "will not fail to"
    elif lemma in words["go_on"]:
        found.mode = "ongoing" if local.mode in ("happened", "ongoing") else local.mode
    elif lemma in words["announce"] and clausal and is_other(place, above, phrases):
        found.is_claimed = False  # "ordered B's troops to leave"
    elif lemma in words["announce"] and clausal and found.mode == "denied" and place.dep_ == "xcomp":
        found.is_claimed = lemma in words["decide"]  # "agreed not to attack" is none, "decided not to attack" is one
    elif plain in SWEARING and place.dep_ == "ccomp" and is_past(place):
        found.said_by = phrases_of(agents(above), phrases) or found.said_by
    elif lemma in words["announce"] and clausal and (place.dep_ == "xcomp" or found.is_future or plain != "announce"):
        found.mode = "announced" if found.mode in ("happened", "announced") else found.mode
        found.is_vowed |= plain in ("vow", "swear")
        if local.mode in ("denied", "considered"):
            found.mode = local.mode
        if plain == "announce":
            found.said_by = phrases_of(agents(above), phrases) or found.said_by
    elif lemma in words["attempt"] and clausal:
        _local_above(above, found)
    elif lemma in words["report"] or (plain in ("say", "tell", "warn") and place.dep_ == "ccomp"):
        if plain == "warn" or is_passive(above):
            found.hedged = True
            return
        found.said_by = phrases_of(agents(above), phrases) or found.said_by
        if plain == "tell" and place.dep_ == "xcomp":
            found.is_claimed = False
        if clausal and any(one.lower_ == "nothing" for one in surface_subject(above)):
            found.mode = "denied"  # "nothing shows that"
        elif local.mode == "denied" and clausal:
            found.is_claimed = False
    elif refuses(place, above):
        found.deny()
    elif plain in words["request"] and clausal:
        found.is_claimed = False
    elif clausal:
        _local_above(above, found)


def _beside(trigger: Token, found: Context, phrases: Phrases) -> None:
    """Of "According to X", and "X said" beside a sentence."""
    for word in [trigger, *_above(trigger)]:
        for child in word.children:
            if child.lower_ == "according":
                found.said_by = phrases_of(behind(child, "to"), phrases) or found.said_by
            if (
                child.dep_ == "parataxis"
                and child.lemma_ in lexicon().contexts["report"]
                and trigger not in child.subtree
            ):
                found.said_by = phrases_of(agents(child), phrases) or found.said_by
        if word.dep_ == "relcl":
            break
