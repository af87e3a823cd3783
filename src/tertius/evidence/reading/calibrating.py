"""Confidence fitted on judged events; `scoring.reliability` shows how well it is calibrated.

An event is judged right where it matches the gold, wrong where it is false; what is optional is not judged. The fit
is a logistic regression with a ridge on all coefficients but b0, by Newton's method; the ridge is a normal prior of
standard deviation PRIOR_SD on each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tertius.evidence.reading.confidence import FEATURES
from tertius.evidence.reading.records import Event
from tertius.evidence.reading.scoring import compare, events_of

PRIOR_SD = 1.0
STEPS = 50
Judged = tuple[Event, bool]


def judged(gold: Sequence[dict[str, Any]]) -> list[Judged]:
    """Return the events read in a gold set's texts, each with whether it is right; optional ones are left out."""
    found = []
    for record in gold:
        events = events_of(record)
        compared = compare(record["events"], events, record.get("optional", ()))
        right = {id(event) for _, event in compared.matched}
        wrong = set(compared.false)
        for event in events:
            if id(event) in right:
                found.append((event, True))
            elif (event.source, event.action, event.target) in wrong:
                found.append((event, False))
    return found


def fit(events: Sequence[Judged]) -> dict[str, float]:
    """Return coefficients, `always` first."""
    rows = np.array([[1.0, *(name in event.inferred for name in FEATURES)] for event, _ in events])
    right = np.array([is_right for _, is_right in events], dtype=float)
    ridge = np.diag([0.0, *[1.0 / PRIOR_SD**2] * len(FEATURES)])
    found = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-rows @ found))
        slope = rows.T @ (right - chance) - ridge @ found
        bend = (rows.T * (chance * (1.0 - chance))) @ rows + ridge
        found = found + np.linalg.solve(bend, slope)
    return {name: round(float(value), 3) for name, value in zip(("always", *FEATURES), found, strict=True)}
