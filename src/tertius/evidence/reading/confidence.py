"""Confidence of an event: the chance that it is read right, by what of it the words do not say outright.

    p = 1 / (1 + exp(-(b0 + sum of b over what holds of the event)))                       (1)

What may hold of an event (`inferred` lists it): its source or target was found by a pronoun or a reference back, or by
the place that was acted on; it was read from a noun, from hearsay, or from a headline; it tells no act done; its verb
stands far from its parties. The coefficients b are fitted on events judged right or wrong by a gold set that the rules
were not made with (`calibrating`), and are in data/confidence.yaml. It says nothing about whether the claim is true:
that is the source's grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import exp

from tertius.evidence.reading.coding import Claim
from tertius.evidence.reading.words import checked, read_table

INFERRED = {"pronoun": "reference", "reference": "reference", "inferred": "inferred", "place": "place"}
FAR = 12
"""Tokens between the word that an event was read from and the nearest word of the clause's edge."""
FEATURES = (
    "source-reference", "source-inferred", "target-reference", "target-inferred", "target-place", "noun", "hearsay",
    "headline", "not-done", "far",
)  # fmt: skip


@cache
def coefficients() -> Mapping[str, float]:
    """The fitted coefficients: `always` is b0."""
    table = read_table("confidence.yaml", ("fitted-on", "events", "wrong", "coefficients"))
    held = checked(table["coefficients"], ("always", *FEATURES), "confidence.yaml, coefficients")
    return {name: float(value) for name, value in held.items()}


def inferred(claim: Claim, mode: str, *, headline: bool = False) -> tuple[str, ...]:
    """What of a claim the words do not say outright."""
    found = []
    for role, actor in (("source", claim.source), ("target", claim.target)):
        how = INFERRED.get(actor.how) if actor is not None else None
        if how is not None and f"{role}-{how}" in FEATURES:
            found.append(f"{role}-{how}")
    trigger = claim.trigger
    if trigger.pos_ not in ("VERB", "AUX"):
        found.append("noun")
    if claim.context.hedged:
        found.append("hearsay")
    if headline:
        found.append("headline")
    if mode != "happened":
        found.append("not-done")
    if trigger.i - trigger.left_edge.i > FAR:
        found.append("far")
    return tuple(found)


def confidence(features: Iterable[str]) -> float:
    """Return the chance by (1) that an event with these features is right."""
    held = coefficients()
    return round(1.0 / (1.0 + exp(-(held["always"] + sum(held[name] for name in features)))), 3)
