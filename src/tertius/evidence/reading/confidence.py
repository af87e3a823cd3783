"""Confidence of an event: how much of it the words say outright.

It starts at 1 and is multiplied for what the reader had to infer; the factors below are judgements about how often each
inference goes wrong in news text, of the size that the gold set's open half shows, and are meant to rank events, not
to be
read as probabilities. It says nothing about whether the claim is true: that is the source's grade.

    how source and target are named   name, adjective or owner 1; behind "of" .95; pronoun .85; "the regime" .8;
    inferred .6
    read from a noun                  .9
    hearsay ("reportedly", passive)   .9
"""

from __future__ import annotations

from tertius.evidence.reading.coding import Claim

NAMED = {
    "name": 1.0,
    "modifier": 1.0,
    "complement": 0.95,
    "place": 0.9,
    "pronoun": 0.85,
    "reference": 0.8,
    "inferred": 0.6,
}
FROM_NOUN = 0.9
HEARSAY = 0.9


def confidence(claim: Claim, mode: str, said_by: str | None) -> float:
    """Return the confidence of a claim, in (0, 1]."""
    value = 1.0
    for actor in (claim.source, claim.target):
        value *= NAMED.get(actor.how, 0.8) if actor is not None else 1.0
    if claim.trigger.pos_ not in ("VERB", "AUX"):
        value *= FROM_NOUN
    if claim.context.hedged:
        value *= HEARSAY
    return round(value, 3)
