"""Acts told by what becomes of them: stopped, refused, or done by another too.

A stopped shelling B           A gives way to B, where "shelled" alone would be an attack
A stopped sending B arms       A's sanction on B
A refused to meet B            A refuses B; that they did not meet is no event beside it
B followed suit                B does what was told last
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tertius.evidence.reading.coding import Claim, Coder
from tertius.evidence.reading.contexts import context_of
from tertius.evidence.reading.discourse import Actor
from tertius.evidence.reading.frames import agents
from tertius.evidence.reading.phrases import Phrases, distinct
from tertius.evidence.reading.records import Event
from tertius.evidence.reading.uninvolved import REFUSING

Token = Any
STOPS = frozenset({"stop", "cease", "halt", "quit"})
TURNED = {
    "ASSAULT": "CONCEDE", "COERCE": "CONCEDE", "SANCTION": "CONCEDE", "AID": "SANCTION", "COOPERATE": "SANCTION",
    "CONSULT": "REJECT",
}  # fmt: skip
"""What the end of an act is."""
SPOKEN = frozenset({"CONSULT", "CONCEDE", "SUPPORT", "AGREE"})


def halted(verb: Token, claims: list[Claim], phrases: Phrases) -> list[Claim]:
    """Return a verb's claims, or what their end is where the verb hangs on one that stops it.

    Args:
        verb: the verb of the claims.
        claims: what it tells by itself.
        phrases: of its paragraph.
    """
    above = verb.head
    stops = {"cease"} if verb.tag_ == "VB" else STOPS if verb.tag_ == "VBG" else set()  # "stopped to" is another thing
    if verb.dep_ != "xcomp" or above.lemma_.lower() not in stops:
        return claims
    context = context_of(above, phrases)
    if context.mode == "denied":
        return claims
    own = {actor.code for token in agents(above) for actor in phrases.of(token)}
    ended = []
    for claim in claims:
        if claim.action not in TURNED or claim.target is None or claim.source is None:
            continue
        # "A stopped buying B's arms": it is A that ends it, though B gave them.
        turned = claim.target.code in own and claim.source.code not in own
        source, target = (claim.target, claim.source) if turned else (claim.source, claim.target)
        ended.append(replace(claim, source=source, action=TURNED[claim.action], target=target, context=context))
    return ended


def once_refused(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims without what is only the other side of a refusal: "refused to meet B" tells no meeting."""
    refused = {
        (claim.trigger.i, claim.source.code, claim.target.code)
        for claim in claims
        if claim.action == "REJECT" and claim.source and claim.target
    }

    def is_other_side(claim: Claim) -> bool:
        verb = claim.trigger
        if claim.action not in SPOKEN or verb.dep_ != "xcomp" or verb.head.lemma_.lower() not in REFUSING:
            return False
        parties = (claim.source and claim.source.code, claim.target and claim.target.code)
        return claim.context.mode == "denied" and (verb.head.i, *parties) in refused

    return [claim for claim in claims if not is_other_side(claim)]


def followed(verb: Token, coder: Coder, claims: Sequence[Claim], told: Sequence[Event]) -> list[Claim]:
    """Return the act that "followed suit" repeats, with another source; nothing where it was denied.

    Args:
        verb: any verb.
        coder: of its paragraph.
        claims: of the sentence before the verb.
        told: the last event before its sentence, if any.
    """
    if verb.lemma_.lower() != "follow" or not any(c.dep_ == "dobj" and c.lower_ == "suit" for c in verb.children):
        return []
    before = [(one.source, one.action, one.target, one.mode) for one in told if one.target]
    here = [
        (one.source.code, one.action, one.target.code, one.context.mode) for one in claims if one.source and one.target
    ]
    last = [one for one in [*before, *here][-1:] if one[-1] != "denied"]
    context = context_of(verb, coder.phrases)
    who = distinct(actor for token in agents(verb) for actor in coder.acting(token))
    found = []
    for source, action, target, mode in last:
        # What was only planned is planned by the other too.
        own = replace(context, mode=mode) if context.mode == "happened" else context
        others = [one for one in who if one.code not in (source, target)]
        found += [Claim(one, action, Actor(target, "inferred"), verb, own) for one in others]
    return found
