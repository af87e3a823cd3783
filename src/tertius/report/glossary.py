"""Terms that the page explains where they stand: what a reader who is no statistician may want to look up."""

from __future__ import annotations

from typing import Final

GLOSSARY: Final = {
    "paired futures": "Each future is run twice, with the entry and without it, with the same luck in both.",
    "Monte Carlo error": "How far a number may lie off because only so many futures were run.",
    "expected effect": "What the entry changes on average over luck. Its interval is over what we do not know.",
    "80% interval": "The range in which the number lies with a chance of eight in ten, by what we know.",
    "materiality band": "The change below which the scenario says that a difference does not matter.",
    "base rate": "How often such a step was taken in the past, whatever the state's reasons now.",
    "CRPS": "Continuous ranked probability score: how far a forecast as a whole lay from what came. Smaller is better.",
    "skill": "One less our score over the other's: above zero is better than the simple rule, below zero worse.",
    "stated prior": "A rate that rests on judgement, since there is no record to learn it from.",
    "rung": "A step of escalation. A ladder is a row of them by gravity.",
    "endurance": "What a side can still bear of losses, cost and loss of will; one at the as-of date.",
    "Shapley": "A way to share a total over its parts: each gets what it adds on average over all orders.",
    "rank correlation": "How far two things rise together, from -1 to 1, whatever their shape.",
    "coupled": "How luck is shared by the two worlds. Means do not depend on it; shares of futures that differ do.",
    "†": "In so many futures what we do not know cannot be told from chance. More futures may widen this range.",
    "too weak to see": "Less than matters, within twice its error, or of unknown sign. It need not be nothing.",
    "(80%": "The range in which the number lies with a chance of eight in ten, by what we know.",
    "±": "One standard error: how far the number may lie off because only so many futures were run.",
    "both worlds": "The world with the entry, and the same without it.",
    "a rough range": "So few futures cannot tell luck from what is not known. More may widen the range.",
    "assumptions move it": "Luck aside: how far the answer moves as uncertain numbers go from low to high.",
    "points": "Percentage points: from 11% to 14% are three.",
    "smaller changes": "Seen to change, by less than the ones above.",
    "direction unknown": "More than luck, but whether up or down turns on what is not known.",
    "no link is modelled": "Nothing in the scenario ties this state's steps to what the entry changes.",
    "exactly no change": "In not one future does it do anything else.",
    "simple rule": "The best of some plain forecasts, such as no change, or that the last weeks go on.",
    "judgement": "A range without a source: what whoever wrote the scenario holds likely.",
    "Admiralty": "A to F says how reliable the source is, 1 to 6 how credible the claim.",
}
"""Term as it is written -> what it means, in one or two sentences."""
