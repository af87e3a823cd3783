"""How the war of a draft may end: by its age, and how, as past wars did; between states, and within them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tertius.builder.request import Request
from tertius.builder.written import MISSING, Written, about, believed, chosen, known
from tertius.history.ending import Ending
from tertius.history.ends import shipped_ends
from tertius.history.reference import shipped_reference
from tertius.reference import chosen_priors, class_priors
from tertius.world import read_prior

USUAL_AGE = (4.0, 26.0, 200.0)
"""Weeks that a war has lasted when a partner comes in: 10%, middle, 90%; a third of late entries come after a year."""
YEAR = 52
OLD = 104.4
"""Weeks from which on a war is old: two years."""
CIVIL = "endings-within-states"


def first_day(request: Request) -> date:
    """The war's first day, or where it is not known the one of a war of the usual age."""
    return request.began or request.as_of - timedelta(weeks=USUAL_AGE[1])


def world(request: Request) -> Written:
    """The war as a whole: laws' weights, how wars end by age, and how."""
    war = {**_within_states(), **_kinds_within()} if _is_civil(request) else {**_between_states(), **_kinds(request)}
    if request.began is None:
        low, _, high = USUAL_AGE
        note = "Weeks since the war began; give --began, or write its age here and the day in relations.war.began."
        war["war_age"] = believed("loguniform", "week", MISSING, note, low=low, high=high)
    else:
        war["war_age"] = chosen(round(_weeks(request), 1), "week", f"From {request.began} to the as-of date.")
    return {**chosen_priors("world"), **war}


def aims_share(request: Request, side: str) -> Written:
    """How often such wars ended with this side's aims reached."""
    party = request.between[0 if side == "A" else 1]
    if _is_civil(request):
        held = class_priors("aims-within-states")["group" if party.group else "state"]
        return {**held, "source": "class-civil"}
    ends = shipped_ends()
    mean, _, high = ends.shares[_is_old(request), True]["aims"]
    part, least, most = ends.initiator[_is_old(request)]
    own, own_high = (part, most) if side == "A" else (1 - part, 1 - least)
    whose_aims = "The initiator's" if side == "A" else "The other's"
    return about(mean * own, high * own_high, "1", "class-ends", f"{whose_aims} aims, among ends of wars since 1946.")


def usual_offers(instruments: Written, side: str) -> Written:
    """What a draft's own offers add a week to a side's readiness to settle, so that only more than that counts.

    Of each instrument with a lever on it: its mean level over a year, by its rates' means, times what a level adds.
    """
    added = 0.0
    for told in instruments.values():
        for lever in told.get("levers", {}).values():
            if lever.get("side") == side and "settlement" in lever:
                up, down = (_mean(told["steps"][way]["rate"]) / YEAR for way in ("up", "down"))
                added += _mean(lever["settlement"]) * _mean_level(up, down, len(told["levels"]))
    note = "What the offers of this file add as usual; past wars had offers too, and end at the rate that they do."
    return known(added / (YEAR / 2), "1/week", "choice", note)


def _mean(quantity: Written) -> float:
    """Mean of a written lognormal or gamma."""
    prior = read_prior(quantity["prior"])
    return float(prior.quantile((np.arange(400) + 0.5) / 400).mean())


def _mean_level(up: float, down: float, levels: int) -> float:
    """Mean level over a year of an instrument that starts at 0, steps up and down at rates a week."""
    at = np.eye(levels)[0]
    gathered = 0.0
    for _ in range(YEAR):
        rise, fall = up * at[:-1], down * at[1:]
        at = at + np.concatenate([[0.0], rise]) - np.concatenate([rise, [0.0]])
        at = at + np.concatenate([fall, [0.0]]) - np.concatenate([[0.0], fall])
        gathered += float(at @ np.arange(levels)) / YEAR
    return gathered


def _is_civil(request: Request) -> bool:
    return any(each.group for each in request.between)


def _weeks(request: Request) -> float:
    return (request.as_of - first_day(request)).days / 7


def _is_old(request: Request) -> bool:
    return _weeks(request) >= OLD


def _within_states() -> Written:
    return {name: {**told, "source": "class-civil"} for name, told in class_priors(CIVIL).items()}


def _kinds_within() -> Written:
    return {name: {**told, "source": "class-civil"} for name, told in class_priors("ends-within-states").items()}


def _kinds(request: Request) -> Written:
    shares = shipped_ends().shares[_is_old(request), True]
    told = {"settlement": "a settlement", "line": "a ceasefire that leaves a line", "fading": "fading without a word"}
    return {
        f"{kind}_share": about(shares[kind][0], shares[kind][2], "1", "class-ends", f"Ends by {words}, since 1946.")
        for kind, words in told.items()
    }


def _between_states() -> Written:
    rows = Ending(shipped_reference().ending_rows)
    rates = {
        "quick_end_rate": (rows.quick, "Wars of the kind that ends soon."),
        "slow_end_rate": (rows.slow, "Wars that last, up to two years."),
        "old_end_rate": (rows.old, "Wars two and three years old."),
        "very_old_end_rate": (rows.very_old, "Wars of four years and more."),
    }
    war: Written = {name: _spread(values * 7.0, "1/week", note) for name, (values, note) in rates.items()}
    mean, variance = float(rows.quick_share.mean()), float(rows.quick_share.var())
    size = mean * (1 - mean) / variance - 1
    note = "Share of wars that end soon, as they begin."
    war["quick_share"] = believed("beta", "1", "class-endings", note, a=mean * size, b=(1 - mean) * size)
    return war


def _spread(values: np.ndarray, unit: str, note: str) -> Written:
    middle, high = np.quantile(values, [0.5, 0.9])
    return about(float(middle), float(high), unit, "class-endings", note)
