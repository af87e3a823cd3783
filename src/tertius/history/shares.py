"""Reference classes: how often something followed, counted over past wars."""

from __future__ import annotations

import numpy as np

from tertius.history.panel import Floats, Panel
from tertius.history.reference import Share

HALF_YEAR = 182  # days, 26 weeks
YEAR = 365  # days
AGES = (0, 1, 2, 3)  # years
OLD = (2, 3)  # years of age that one class of old wars holds
MODERN = 1946


def reference_classes(panel: Panel, war: Floats, wars: dict[str, Floats]) -> dict[str, Share]:
    """Shares by name.

    Args:
        panel: disputes.
        war: whether each of its disputes became a war, (d,).
        wars: inter-state wars, of `fitting.read_wars`.
    """
    rows = _followers(panel, war)
    shares: dict[str, Share] = {}
    since = f" since {MODERN}"
    for suffix, words, kept in (("", "", rows), ("_since_1946", since, [r for r in rows if r["year"] >= MODERN])):
        told = {
            "another": "wars with a joiner that got another",
            "another_same_side": "wars with a joiner that got another on its side",
            "other_side": "wars with a joiner that got one on the other side",
            "other_side_26_weeks": "wars with a joiner that got one on the other side within 26 weeks of the first",
        }
        for name, what in told.items():
            shares[name + suffix] = Share(what + words, int(sum(row[name] for row in kept)), len(kept))
    shares["widens"] = Share(
        "inter-state wars that a third state joined", int((wars["njoin"] > 0).sum()), len(wars["njoin"])
    )
    for age in AGES:
        alive = wars["days"] > age * YEAR
        ended = alive & (wars["days"] <= (age + 1) * YEAR)
        what = f"wars {age} years old that ended within a year" if age else "wars that ended within a year"
        shares[f"ends_within_a_year_at_{age}"] = Share(what, int(ended.sum()), int(alive.sum()))
    by_age = [shares[f"ends_within_a_year_at_{age}"] for age in OLD]
    what = "years that wars spent two or three years old in which they ended"
    shares["ends_within_a_year_old"] = Share(what, sum(s.hits for s in by_age), sum(s.cases for s in by_age))
    return {name: share for name, share in shares.items() if share.cases}


def _followers(panel: Panel, war: Floats) -> list[dict[str, float]]:
    """For each war with a joiner: its year, and which kinds of joiner followed the first."""
    found = []
    for dispute in np.flatnonzero(war > 0):
        rows = np.flatnonzero((panel.dispute == dispute) & panel.joined)
        if not len(rows):
            continue
        days = np.where(np.isnan(panel.days[rows]), np.inf, panel.days[rows])
        order = np.argsort(days, kind="stable")
        days, sides = days[order], panel.outcome[rows][order]
        across, beside = (sides[1:] != sides[0]), (sides[1:] == sides[0])
        found.append(
            {
                "year": float(panel.year[rows[0]]),
                "another": float(len(rows) > 1),
                "another_same_side": float(beside.any()),
                "other_side": float(across.any()),
                "other_side_26_weeks": float((across & (days[1:] - days[0] <= HALF_YEAR)).any()),
            }
        )
    return found
