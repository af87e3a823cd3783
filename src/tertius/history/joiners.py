"""What those who have joined a war do to the rate at which others join it.

    multiplier = exp(pull k / (1 + k)),   k joiners so far, pull `same` or `opposite` of `timing.py`

Source:   the shipped fit (`joining.json`, section `after_joiner`): joins of third states in militarized disputes before
          1990, by age of the dispute, with each state's own chance to join held.
Limits:   an association. What draws one state in may draw in the next, without the first one's doing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tertius.errors import OptionError
from tertius.history.panel import Floats
from tertius.history.reference import Reference, rounded, shipped_reference
from tertius.history.timing import NAMES, Timing

SIDES_OF_A_JOINER = ("own", "other")


def after_joiner(side: str, joined: int = 1, reference: Reference | None = None) -> tuple[float, float]:
    """How many times as often others join once states have joined, at the same age of the war: (multiplier, error).

    Args:
        side: "own" for others who join the joiner's side, "other" for those who join its enemy's.
        joined: states that have joined, from 0.
        reference: the fit; by default the shipped one.

    Returns:
        The multiplier at the mode, and its standard error by the posterior's rows.

    Raises:
        OptionError: another side, or fewer than no joiners.
    """
    if side not in SIDES_OF_A_JOINER:
        raise OptionError("side", side, ", ".join(SIDES_OF_A_JOINER), "name the side as the joiner sees it")
    if joined < 0:
        raise OptionError("joined", joined, "0 or more", "count the states that have joined")
    fitted = reference or shipped_reference()
    multiplier = float(_multiplier(fitted.timing, side, joined))
    return multiplier, multiplier * float(np.log(_multiplier(Timing(fitted.timing_rows), side, joined)).std())


def _multiplier(law: Timing, side: str, joined: int) -> Floats:
    """Of a point of the law, (), or of rows of it, (draws,)."""
    own, other = (joined, 0) if side == "own" else (0, joined)
    return np.asarray(law.level(own, other, 1.0) / law.level(0, 0, 1.0), dtype=np.float64)


def joiners_data(law: Timing, errors: Floats) -> dict[str, dict[str, Any]]:
    """A first joiner's multipliers for the shipped file: of a point of the law and its parameters' errors, (6,)."""
    told = {"own": "a first joiner's own side", "other": "the side against a first joiner"}
    names = dict(zip(SIDES_OF_A_JOINER, ("same", "opposite"), strict=True))
    found = {}
    for side, words in told.items():
        multiplier = float(_multiplier(law, side, 1))
        error = multiplier * float(errors[NAMES.index(names[side])]) / 2  # one joiner weighs 1 / (1 + 1)
        what = f"how many times as often others join {words}, at the same age of the dispute"
        found[side] = {"what": what, "multiplier": rounded(multiplier), "error": rounded(error)}
    return found
