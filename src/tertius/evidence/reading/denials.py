"""What verbs, adjectives and nouns above a clause make of it where they judge it: false, dismissed, planned, feared."""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.claimed import Context
from tertius.evidence.reading.clauses import marks_of, phrases_of
from tertius.evidence.reading.frames import agents, behind, is_passive, is_told_beside, lemma_of
from tertius.evidence.reading.lexicon import lexicon
from tertius.evidence.reading.phrases import Phrases
from tertius.evidence.reading.uninvolved import involved, is_called_false, is_negated, is_untrue

Token = Any


def judged(place: Token, above: Token, found: Context, phrases: Phrases) -> None:
    """Of "Reports that A sent arms are untrue", "were dismissed by A"."""
    words = lexicon().contexts
    told = words["claim_nouns"] | words["maybe_nouns"]
    if place.pos_ == "NOUN" and place.lemma_.lower() in words["plan_nouns"] and is_passive(above):
        told |= {place.lemma_.lower()} if lemma_of(above) in words["drop"] | words["deny"] else set()
    if place.pos_ == "NOUN" and place.lemma_.lower() not in told:
        return
    said = [child for child in above.children if child.dep_ in ("acomp", "attr", "oprd")]
    if above.lemma_ in ("be", "prove", "sound") and (
        any(t.lemma_.lower() in words["deny_words"] for one in said for t in (one, *one.children))
        or is_called_false(above, place)
    ):
        if not is_negated(above):
            found.deny()
    elif is_negated(above) and lemma_of(above) in words["hold_true"]:
        found.mode = "denied"  # "the report does not hold"
    elif is_passive(above) and lemma_of(above) in words["deny"] | words["dismiss"] | words["undo"] | words["drop"]:
        if not is_negated(above):
            found.deny()
        makers = agents(above) or behind(above, "in")  # "was denied in Tehran"
        found.said_by = phrases_of(makers, phrases) or found.said_by


def has_no_part(place: Token, above: Token, found: Context, phrases: Phrases) -> bool:
    """Of "had no part in the raid", "there is no truth in the report": denied."""
    who, none = involved(place, above)
    if not who and not is_untrue(above):
        return False
    found.mode = "denied" if none or is_untrue(above) else found.mode
    found.by = phrases_of(who, phrases) or found.by
    return True


def under_noun(place: Token, noun: Token, found: Context, phrases: Phrases) -> None:
    """Of "a plan to attack", "fears that", "a denial that": announced, predicted, denied."""
    lemma = noun.lemma_.lower()
    words = lexicon().contexts
    if _is_closed(place, noun):
        found.mode = "denied"  # "has no wish to", "is in no position to"
    elif noun.dep_ == "attr" and place.dep_ == "acl" and lemma in words["deny_words"] | words["true_words"]:
        is_not = is_negated(noun.head)
        if is_not == (lemma in words["true_words"]):
            found.deny()  # "it is a lie that", "it is not the case that"
        return
    elif lemma in words["deny_nouns"]:
        found.deny()
        owners = [child for child in noun.children if child.dep_ == "poss"] or behind(noun, "by", "from")
        owners = owners or (agents(noun.head) if noun.head.pos_ == "VERB" else [])
        found.said_by = phrases_of(owners, phrases) or found.said_by
    elif lemma in words["refusal_nouns"] and place.dep_ == "acl":
        found.mode, found.is_settled = "denied", True  # "its refusal to send"
        return
    elif lemma in words["plan_nouns"] or _is_undone(noun, place):
        refused = any(child.lower_ == "no" for child in noun.children)
        found.mode = "denied" if refused else "announced" if found.mode == "happened" else found.mode
    elif lemma in words["maybe_nouns"]:
        found.mode = "considered"
    elif lemma in words["fear_nouns"]:
        found.mode = "predicted"
    elif lemma in words["ongoing_nouns"]:
        found.mode = "ongoing" if found.mode == "happened" else found.mode
    elif lemma in words["claim_nouns"] and any(child.lower_ == "no" for child in noun.children):
        found.mode = "denied"  # "found no proof that"
    elif lemma in words["claim_nouns"]:
        found.hedged = True
    elif place.dep_ in ("acl", "relcl"):
        # "B, accusing A of ..., did": as claimed as the sentence.
        apart = place.tag_ == "VBG" and place.i > 0 and place.nbor(-1).text == ","
        has = place.tag_ == "VBG" and noun.dep_ == "dobj" and noun.head.lemma_ == "have"
        found.mode = "ongoing" if has and found.mode == "happened" else found.mode  # "has troops fighting B"
        found.is_claimed &= apart or has or is_told_beside(place)
    has = any(child.dep_ in ("aux", "mark") for child in place.children)
    if place.dep_ == "acl" and place.tag_ == "VBN" and not has and not is_told_beside(place):
        found.is_claimed = False
    if lemma == "question" and noun.head.lower_ == "of" and noun.head.head.lower_ == "out":
        found.mode, found.is_settled = "denied", True  # "out of the question"
    if lemma == "order" and noun.head.lower_ == "in":
        found.is_claimed = False  # a purpose


def _is_closed(place: Token, noun: Token) -> bool:
    """Whether a noun with "no" says that nobody will, can or wants to do what its infinitive tells."""
    if (
        place.dep_ not in ("acl", "relcl")
        or place.tag_ != "VB"
        or noun.lemma_.lower() in lexicon().contexts["open_nouns"]
    ):
        return False
    helping = [child for child in place.children if child.dep_ in ("aux", "neg")]
    to = any(child.lower_ == "to" for child in helping) and not any(child.dep_ == "neg" for child in helping)
    return to and any(child.lower_ == "no" and child.dep_ == "det" for child in noun.children)


def _is_undone(noun: Token, place: Token) -> bool:
    """Of "ruled out any move to send", "took no step to send": a deed that is denied."""
    words = lexicon().contexts
    if noun.lemma_.lower() not in words["deed_nouns"] or place.dep_ != "acl":
        return False
    denied = lemma_of(noun.head) in words["deny"] | words["drop"] | words["dismiss"]
    return denied or any(child.lower_ == "no" for child in noun.children)


def inclined(place: Token, above: Token, found: Context) -> None:
    """Of "is ready to send", "is unwilling to send": what an adjective makes of what hangs on it."""
    words = lexicon().contexts
    lemma = above.lemma_.lower()
    is_not = any(child.dep_ == "neg" for child in above.children) or (
        above.dep_ == "acomp" and above.head.lemma_ in ("be", "seem", "feel", "appear") and is_negated(above.head)
    )
    if lemma in words["unable_words"]:
        found.mode = "denied"
        found.is_claimed &= not is_not
    elif lemma in words["loath_words"]:
        found.is_claimed = False
    elif lemma in words["predict_words"]:
        found.mode = "predicted"
        found.is_claimed &= not is_not
    elif lemma in words["announce_words"]:
        found.mode = "denied" if is_not else "announced" if found.mode == "happened" else found.mode
    elif lemma in words["consider_words"]:
        found.mode = "denied" if is_not else "considered"
        # "makes it possible for A to attack" tells no attack.
        found.is_claimed &= not any(c.lower_ == "for" or c.dep_ == "nsubj" for c in place.children)


def denied_by(place: Token, above: Token, lemma: str, local: Context, found: Context, phrases: Phrases) -> bool:
    """Whether a verb denies, dismisses or calls false what stands below it; whoever refuses to deny leaves it."""
    words = lexicon().contexts
    if any(child.lower_ in words["false_words"] for child in above.children if child.dep_ == "advmod"):
        found.mode = "denied"
        return True
    if _is_noun_denied(place, above, lemma, local) or _is_clause_denied(place, above, lemma):
        _deny(above, local, found, phrases)
        return True
    if _is_never(place, above, lemma, local, found):
        found.mode = "denied"
        return True
    if _is_said_false(place, above):
        if local.mode != "denied":
            found.deny()
        return True
    if lemma not in words["deny"]:
        return False
    if above.dep_ == "xcomp" and above.head.lemma_.lower() in ("decline", "refuse", "fail"):
        found.mode = "considered" if lemma == "rule_out" else found.mode
        found.is_settled = True
    elif _is_left_open(above):
        found.is_claimed = False
    elif lemma == "rule_out" and local.mode == "denied":
        found.mode = "considered"  # "has not ruled out sending"
    else:
        _deny(above, local, found, phrases)
    return True


def _deny(above: Token, local: Context, found: Context, phrases: Phrases) -> None:
    """Deny what stands below a verb that is not negated itself; its subject says so."""
    if local.mode != "denied":
        found.deny()
    found.said_by = phrases_of(agents(above), phrases) or found.said_by


def _is_noun_denied(place: Token, above: Token, lemma: str, local: Context) -> bool:
    """Of "scrapped plans to send", "called the claim that it had sent a lie", "dismissed any transfer"."""
    words = lexicon().contexts
    is_claim = place.pos_ == "NOUN" and place.lemma_.lower() in words["claim_nouns"]
    is_plan = place.pos_ == "NOUN" and place.lemma_.lower() in words["plan_nouns"] | words["deed_nouns"]
    if (is_plan and lemma in words["drop"]) or (is_claim and lemma in words["undo"] | words["dismiss"]):
        return True
    named = lemma.split("_")[0] in words["name"] and is_called_false(above, place)
    return (is_claim and named) or (lemma in words["dismiss"] and _is_any(place))


def _is_clause_denied(place: Token, above: Token, lemma: str) -> bool:
    """Of "rejected sending troops", "rejected as baseless claims that", which is parsed as a clause of the verb."""
    if lemma not in lexicon().contexts["dismiss"]:
        return False
    return _is_told_whole(place) or (is_called_false(above, place) and "that" in marks_of(place))


def _is_never(place: Token, above: Token, lemma: str, local: Context, found: Context) -> bool:
    """Of "it is not our policy to send", "could not substantiate the claim that", "have yet to send"."""
    words = lexicon().contexts
    noun = place.lemma_.lower() if place.pos_ == "NOUN" else ""
    if local.mode == "denied":
        plan = noun in words["plan_nouns"] | words["deed_nouns"] and place.dep_ == "attr" and above.lemma_ == "be"
        claim = noun in words["claim_nouns"] and lemma in words["bear_out"]
        policy = place.dep_ == "csubj" and above.lemma_ == "be" and _is_policy(above)
        if plan or claim or policy:
            return True
    yet = lemma == "have" and place.dep_ == "xcomp" and any(child.lower_ == "yet" for child in above.children)
    return yet and not found.hedged


def _is_said_false(place: Token, above: Token) -> bool:
    """Of "it is fabricated that", "it is a lie that"."""
    words = lexicon().contexts["deny_words"]
    if place.dep_ == "ccomp" and above.lower_ in words and is_passive(above):
        return True
    said = [child for child in above.children if child.dep_ in ("acomp", "attr")]
    return (
        above.lemma_ == "be" and place.dep_ in ("ccomp", "csubj") and any(one.lemma_.lower() in words for one in said)
    )


def _is_any(noun: Token) -> bool:
    """Of "rejected any transfer of shells": whatever act of the kind there was."""
    return noun.dep_ == "dobj" and any(child.lower_ == "any" and child.dep_ == "det" for child in noun.children)


def _is_told_whole(place: Token) -> bool:
    """Whether a clause is what is rejected: a gerund, or what "that" tells."""
    gerund = place.tag_ == "VBG" or any(child.lower_ == "having" for child in place.children)
    return place.dep_ in ("xcomp", "ccomp") and (gerund or "that" in marks_of(place))


def _is_policy(verb: Token) -> bool:
    """Of "is our policy", "is in our plans", "is an option": whether it says that something is meant to be done."""
    words = lexicon().contexts
    meant = [child for child in verb.children if child.dep_ == "attr"] + behind(verb, "in", "on")
    kinds = words["plan_nouns"] | words["maybe_nouns"] | words["open_nouns"] | words["deed_nouns"]
    return any(noun.lemma_.lower() in kinds | {"table", "agenda"} for noun in meant)


def _is_left_open(verb: Token) -> bool:
    """Of "neither confirmed nor denied that": nothing is said."""
    first = verb.head
    if verb.dep_ != "conj" or first.lemma_.lower() not in lexicon().contexts["report"]:
        return False
    joined = any(child.dep_ == "cc" and child.lower_ in ("or", "nor") for child in (*first.children, *verb.children))
    return joined and (is_negated(first) or any(child.lower_ == "neither" for child in first.children))
