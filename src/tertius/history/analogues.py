"""Past disputes and entries most like a scenario's war, and what happened next.

Two searches over the panel at hand, both by distance between features over their spread:

    wars      disputes that lasted longer than this war has so far, by: joiners on each side by that age, strength of
              each side, whether it was a war
    entries   joins of third states, by the terms of `features.py` of the state for the side it joined, each term
              weighted by the size of its fitted weight

Only disputes that began before the war and were over by the as-of date count, so that a past war is not its own
analogue and nothing that came later is told. Sides are compared as they stand, the one that began as A. What happened
next is read after this war's age, or after the entry. A dispute is called after the two states that are missing among
its third states. The data are not shipped; only counts over all past wars are (`reference.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.errors import DataError, OptionError
from tertius.history.features import TERMS, design, raw_of
from tertius.history.fitting import DISPUTES, read_disputes
from tertius.history.panel import JOINED_A, SIDES, Floats, Integers, Panel, numbers, read_panel, read_table
from tertius.history.reference import Reference, Share, shipped_reference
from tertius.history.relations import Relations, read_relations
from tertius.history.shares import HALF_YEAR, YEAR
from tertius.history.timing import Durations, durations
from tertius.world import Scenario

PANEL, PARTICIPANTS = "panel_mid.parquet", "cow_interstate_war_participants.parquet"
WAR_FEATURES = ("joiners A", "joiners B", "strength A", "strength B", "war")
_SHOWN = 4
_UNIX = date(1970, 1, 1)


@dataclass(frozen=True)
class Analogue:
    """A past dispute or entry: what it is called, how far it lies, its features over their spread, what came next."""

    name: str
    distance: float
    features: Mapping[str, tuple[float, float]]
    """Feature -> (its value, the case's), both in spreads from the average."""
    next: Mapping[str, Any]


@dataclass(frozen=True)
class Analogues:
    """Past wars and entries most like the case, shares among them, shares over all past wars."""

    wars: tuple[Analogue, ...]
    entries: tuple[Analogue, ...]
    entry: str
    among_wars: Mapping[str, Share]
    among_entries: Mapping[str, Share]


class Past:
    """Data of a folder. Raises DataError where a file is missing or cannot be used."""

    def __init__(self, folder: Path) -> None:
        for name in (PANEL, DISPUTES, PARTICIPANTS):
            if not (folder / name).is_file():
                allowed = f"a folder with {PANEL}, {DISPUTES} and {PARTICIPANTS}"
                raise DataError(str(folder / name), "no such file", allowed, "name the folder of the history data")
        self.panel: Panel = read_panel(folder / PANEL)
        table, _ = read_disputes(folder)
        self.lasting: Durations = durations(self.panel, table, str(folder / DISPUTES))
        start = {int(name): float(day) for name, day in zip(table["disp"], table["t0"], strict=True)}
        self.start = np.array([start[int(name)] for name in self.panel.ids])
        states, _ = read_table(folder / PARTICIPANTS, ["ccode", "StateName"])
        codes = numbers(states["ccode"], "ccode", str(folder / PARTICIPANTS))
        self.states = {int(code): str(name) for code, name in zip(codes, states["StateName"], strict=True)}

    def name(self, dispute: int) -> str:
        """The two states that began a dispute, and its first day; its number where they cannot be told."""
        day = (_UNIX + timedelta(days=int(self.start[dispute]))).isoformat()
        panel = self.panel
        rows = slice(*np.searchsorted(panel.dispute, [dispute, dispute + 1]))
        same_year = np.unique(panel.state[panel.year == panel.year[rows][0]])
        fought = [self.called(int(code)) for code in np.setdiff1d(same_year, panel.state[rows])]
        return f"{' and '.join(fought)}, {day}" if len(fought) == 2 else f"dispute {panel.ids[dispute]} of {day}"

    def called(self, code: int) -> str:
        """A state's name, or its code where it fought in no inter-state war."""
        return self.states.get(code, f"state {code}")

    def state(self, row: int) -> str:
        """A third state's name."""
        return self.called(int(self.panel.state[row]))

    def over_by(self, relations: Relations) -> NDArray[np.bool_]:
        """Which disputes an analyst could have looked back on: begun before the war, over by the as-of date."""
        began, as_of = (float((day - _UNIX).days) for day in (relations.began, relations.scenario.as_of))
        return (self.start < began) & (self.start + self.lasting.days <= as_of)

    def joins(self, dispute: int) -> Integers:
        """Rows of the joiners of a dispute with a known day, in the order of their days."""
        rows = np.flatnonzero((self.panel.dispute == dispute) & self.panel.joined & np.isfinite(self.panel.days))
        return rows[np.argsort(self.panel.days[rows], kind="stable")].astype(np.int64)


def find_analogues(scenario: Scenario, folder: Path, count: int = 10, reference: Reference | None = None) -> Analogues:
    """Analogues of a scenario in the data of a folder, among disputes that were over by its as-of date.

    Args:
        scenario: with relations; its entry is the first member of a side that is not its lead, else the likeliest.
        folder: of the history data.
        count: how many of each.
        reference: whose weights weigh the terms of an entry; by default the shipped one.

    Raises:
        ScenarioError: the relations cannot be used.
        DataError: a file is missing or cannot be used.
        OptionError: fewer than one asked for.
    """
    if count < 1:
        raise OptionError("--count", count, "1 or more", "ask for 10")
    relations = read_relations(scenario)
    fitted = reference or shipped_reference()
    past = Past(folder)
    wars = _like_wars(past, relations, count)
    entry, entries = _like_entries(past, relations, fitted, count)
    return Analogues(
        wars=wars,
        entries=entries,
        entry=entry,
        among_wars=_shares(
            wars,
            {
                "ended_within_a_year": "of these ended within a year",
                "joined_in_26_weeks": "of these were joined within 26 weeks",
            },
        ),
        among_entries=_shares(
            entries,
            {
                "other_side_in_26_weeks": "of these were followed by a joiner on the other side within 26 weeks",
                "same_side_in_26_weeks": "of these were followed by another on the same side within 26 weeks",
                "ended_within_a_year": "of these disputes ended within a year of the entry",
            },
        ),
    )


def _shares(found: tuple[Analogue, ...], told: Mapping[str, str]) -> dict[str, Share]:
    return {name: Share(what, sum(bool(row.next[name]) for row in found), len(found)) for name, what in told.items()}


def _nearest(values: Floats, case: Floats, weights: Floats, count: int) -> tuple[Integers, Floats, Floats, Floats]:
    """Places of the nearest rows, their distances, and values and case over the spread; (rows, features)."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    shown, own = (values - mean) / spread, (case - mean) / spread
    distances = np.sqrt((((shown - own) * weights) ** 2).sum(axis=1))
    order = np.argsort(distances, kind="stable")[:count].astype(np.int64)
    return order, distances[order], shown[order], own


def _like_wars(past: Past, relations: Relations, count: int) -> tuple[Analogue, ...]:
    age, panel = float(relations.age), past.panel
    old = np.flatnonzero((past.lasting.days > age) & past.over_by(relations))
    if not len(old):
        return ()
    joined = np.zeros((len(old), 2))
    for place, reaching in enumerate(old):
        rows = past.joins(int(reaching))
        rows = rows[panel.days[rows] <= age]
        sides = panel.outcome[rows] - JOINED_A
        joined[place] = np.bincount(sides, minlength=2)
    power = np.log(np.maximum(panel.sides["cinc"][:, panel.starts[old]].T, 1e-4))
    values = np.column_stack([np.log1p(joined), power, past.lasting.war[old]])
    raw = relations.raw(1)
    case = np.r_[
        np.log1p(relations.joined),
        np.log(np.maximum(raw.side["capability_share"][:, 0], 1e-4)),
        1.0,
    ]
    order, distances, shown, own = _nearest(values, case, np.ones(len(case)), count)
    found = []
    for place, distance, row in zip(order, distances, shown, strict=True):
        dispute = int(old[place])
        after = [r for r in past.joins(dispute) if panel.days[r] > age]
        soon = [r for r in after if panel.days[r] <= age + HALF_YEAR]
        left = float(past.lasting.days[dispute]) - age
        found.append(
            Analogue(
                name=past.name(dispute),
                distance=float(distance),
                features={n: (float(v), float(c)) for n, v, c in zip(WAR_FEATURES, row, own, strict=True)},
                next={
                    "lasted_on_days": int(left),
                    "ended_within_a_year": left <= YEAR,
                    "joined_in_26_weeks": bool(soon),
                    "joiners_after": [f"{past.state(r)} {SIDES[panel.outcome[r] - JOINED_A]}" for r in after],
                },
            )
        )
    return tuple(found)


def _entry_of(relations: Relations, fitted: Reference) -> tuple[int, int]:
    """Actor's place and side of the entry that analogues are sought for."""
    for place, actor in enumerate(relations.actors):
        member = relations.member_of(actor)
        if member is not None:
            return place, SIDES.index(member)
    chances = fitted.pool.probabilities(relations.raw(1))
    best = divmod(int(chances.argmax()), chances.shape[1])
    return best[1], best[0]


def _like_entries(past: Past, relations: Relations, fitted: Reference, count: int) -> tuple[str, tuple[Analogue, ...]]:
    panel = past.panel
    place, side = _entry_of(relations, fitted)
    case = design(relations.raw(1))[side, place]
    told = f"{relations.actors[place]} for {SIDES[side]}"
    rows = np.flatnonzero(panel.joined & np.isfinite(panel.days) & past.over_by(relations)[panel.dispute])
    if not len(rows):
        return told, ()
    sides = panel.outcome[rows] - JOINED_A
    values = design(raw_of(panel))[sides, rows]
    weights = np.abs(fitted.joining.weights)
    order, distances, shown, own = _nearest(values, case, weights / weights.max(), count)
    found = []
    strongest = np.argsort(-weights, kind="stable")[:_SHOWN]
    for which, distance, spreads in zip(order, distances, shown, strict=True):
        entry, joined = int(rows[which]), int(sides[which])
        dispute, day = int(panel.dispute[entry]), float(panel.days[entry])
        later = [r for r in past.joins(dispute) if r != entry and day <= panel.days[r] <= day + HALF_YEAR]
        across = [r for r in later if panel.outcome[r] - JOINED_A != joined]
        left = float(past.lasting.days[dispute]) - day
        found.append(
            Analogue(
                name=f"{past.state(entry)} for {SIDES[joined]} in {past.name(dispute)}",
                distance=float(distance),
                features={TERMS[t]: (float(spreads[t]), float(own[t])) for t in strongest},
                next={
                    "day": int(day),
                    "other_side_in_26_weeks": bool(across),
                    "same_side_in_26_weeks": len(later) > len(across),
                    "ended_within_a_year": left <= YEAR,
                    "lasted_on_days": int(left),
                },
            )
        )
    return told, tuple(found)


def shares_data(shares: Mapping[str, Share]) -> dict[str, Any]:
    """Shares with 80% intervals as JSON data."""
    return {
        name: {
            "what": share.what,
            "hits": share.hits,
            "cases": share.cases,
            "share": share.value,
            "interval80": list(share.interval()),
        }
        for name, share in shares.items()
        if share.cases
    }


def analogues_data(found: Analogues) -> dict[str, Any]:
    """Everything as JSON data."""

    def rows(analogues: tuple[Analogue, ...]) -> list[dict[str, Any]]:
        return [
            {
                "name": row.name,
                "distance": row.distance,
                "features": {n: {"value": v, "case": c} for n, (v, c) in row.features.items()},
                "next": dict(row.next),
            }
            for row in analogues
        ]

    return {
        "entry": found.entry,
        "wars": rows(found.wars),
        "entries": rows(found.entries),
        "among_wars": shares_data(found.among_wars),
        "among_entries": shares_data(found.among_entries),
    }
