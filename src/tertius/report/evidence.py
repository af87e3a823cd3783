"""What an article says and what it moves: claims that count, weighed on the brief's futures, and those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.evidence.reading.bearings import Value, Weighable
from tertius.impact import Comparison, compare
from tertius.inference.conditioning import Floats, Moved, Weighed, quantiles
from tertius.inference.enough import LEAST_SHARE, Attempt, Rows, drawn_by, resampled, run_until_enough
from tertius.report.words import counted

WITHIN = 26
"""Weeks within which a step of an instrument is reported."""
LEVELS = (0.1, 0.5, 0.9)
CHANCE_BAND = 0.02


@dataclass(frozen=True)
class Evidence:
    """Claims weighed on a comparison.

    whole      the comparison on all futures that were run, before weighing
    weighed    the claims and the weights
    attempts   runs made until enough futures counted
    asked      futures that the brief asked for
    """

    whole: Comparison
    weighed: Weighed
    attempts: tuple[Attempt, ...]
    asked: int

    @property
    def enough(self) -> bool:
        """Whether the effective number of futures reaches the share that is stated."""
        return self.weighed.size >= LEAST_SHARE * self.asked

    @cached_property
    def data(self) -> dict[str, Any]:
        """All of it as JSON data."""
        weighed = self.weighed
        claims = [self._claim(place, one) for place, one in enumerate(weighed.claims)]
        return {
            "futures": len(weighed.weights),
            "asked": self.asked,
            "effective": weighed.size,
            "least_effective": LEAST_SHARE * self.asked,
            "enough": self.enough,
            "moves": weighed.moves,
            "attempts": [{"futures": one.futures, "effective": one.size} for one in self.attempts],
            "claims": claims,
            "outcomes": self._outcomes(),
            "effects": self._effects(),
            "steps": self._steps(weighed.base, weighed.weights),
            "usable": self._usable(weighed.base, weighed.weights),
            "values": self._values(),
        }

    def _claim(self, place: int, one: Weighable) -> dict[str, Any]:
        told = {
            "number": place + 1,
            "key": one.claim.key,
            "kind": one.claim.kind,
            "inbox": one.claim.number,
            "says": _says(one),
            "quote": one.claim.quote,
            "article": one.claim.article,
            "origin": one.claim.origin,
            "grade": one.claim.grade,
            "standing": one.standing,
            "reason": one.reason,
        }
        if not one.counts:
            return told
        weighed = self.weighed
        others = weighed.without(place)
        truths = weighed.truths[weighed.counting.index(place)]
        moves = {name: _moved(weighed.moved(values, others, weighed.weights)) for name, values in self._last().items()}
        return {
            **told,
            "ratio": one.ratio,
            "against": one.against,
            "truth": _moved(weighed.moved(truths, others, weighed.weights)),
            "outcomes": moves,
            "steps": self._steps(others, weighed.weights),
            "usable": self._usable(others, weighed.weights),
        }

    def _last(self) -> dict[str, Floats]:
        base = self.whole.base
        return {name: base.of(name)[:, -1] for name in base.outcomes}

    def _outcomes(self) -> list[dict[str, Any]]:
        rows = []
        base = self.whole.base
        for week in self.whole.horizons:
            for name in base.outcomes:
                values = base.of(name)[:, week]
                first, second = self.weighed.base, self.weighed.weights
                row = _moved(self.weighed.moved(values, first, second))
                spans = {"without": quantiles(values, first, LEVELS), "with": quantiles(values, second, LEVELS)}
                rows.append({"outcome": name, "week": week, **row, "quantiles": spans})
        return rows

    def _effects(self) -> list[dict[str, Any]]:
        """Mean difference that the entry makes, without the evidence and with it, at the last week."""
        base, other = self.whole.base, self.whole.other
        first, second = self.weighed.base, self.weighed.weights
        return [
            {"outcome": name, "week": base.weeks, **_moved(self.weighed.moved(apart, first, second))}
            for name in base.outcomes
            for apart in ((base.of(name) - other.of(name))[:, -1],)
        ]

    @cached_property
    def _stepped(self) -> dict[tuple[str, str], Floats]:
        return stepped(self.whole.base, WITHIN)

    def _steps(self, before: Floats, after: Floats) -> list[dict[str, Any]]:
        """Chances of steps within some weeks that move detectably, the furthest first."""
        rows = []
        for (name, direction), took in self._stepped.items():
            found = self.weighed.moved(took, before, after)
            if found.detectable and abs(found.by) > CHANCE_BAND:
                rows.append({"instrument": name, "direction": direction, **_moved(found)})
        return sorted(rows, key=lambda row: -abs(row["by"]))

    @cached_property
    def _strengths(self) -> dict[str, tuple[Floats, Floats]]:
        """Weeks of soldiers that could be used, and weeks of soldiers, of each contingent in each future."""
        base = self.whole.base
        found = {}
        for name in base.layout.scenario.contingents:
            paths = (f"contingents.{name}.usable", f"contingents.{name}.troops")
            usable, troops = (base.path(path).sum(axis=1, dtype=np.float64) for path in paths)
            found[name] = (usable, troops)
        return found

    def _usable(self, before: Floats, after: Floats) -> list[dict[str, Any]]:
        """Share of each contingent's strength that can be used, over all weeks in which it is there."""
        rows = []
        for name, (usable, troops) in self._strengths.items():
            found = self.weighed.moved_share(usable, troops, before, after)
            if found is not None:
                rows.append({"contingent": name, **_moved(found)})
        return rows

    def _values(self) -> list[dict[str, Any]]:
        """Quantities that claims measure: before, after, and the numbers of the claims that they rest on."""
        drawn = self.whole.base.parameters
        rows: dict[str, dict[str, Any]] = {}
        for place in self.weighed.counting:
            observed = self.weighed.claims[place].observed
            if not isinstance(observed, Value) or observed.path not in drawn:
                continue
            spans = [quantiles(drawn[observed.path], one, LEVELS) for one in (self.weighed.base, self.weighed.weights)]
            row = rows.setdefault(
                observed.path, {"path": observed.path, "without": spans[0], "with": spans[1], "claims": []}
            )
            row["claims"].append(place + 1)
        return list(rows.values())


def _moved(found: Moved) -> dict[str, Any]:
    return {
        "without": found.before,
        "with": found.after,
        "by": found.by,
        "error": found.error,
        "detectable": found.detectable,
    }


def _says(one: Weighable) -> str:
    said = one.claim.record
    if one.claim.kind == "event":
        return f"{said['source']} {said['action']} {said['target'] or '-'} ({said['mode']})"
    if one.claim.kind == "stance":
        return f"{said['actor']} {said['stance']}: {said['object']}"
    per = f" for {counted(said['per'], said['per_what'])}" if said["per"] else ""
    return f"{counted(said['value'], said['what'])}{per}"


def stepped(ensemble: Ensemble, within: int) -> dict[tuple[str, str], Floats]:
    """Whether each instrument stands above (up) or below its as-of level at the end of some week, 1 or 0."""
    week = min(within, ensemble.weeks)
    found: dict[tuple[str, str], Floats] = {}
    for name in ensemble.layout.scenario.instruments:
        level = ensemble.path(f"instruments.{name}.level")[:, : week + 1]
        change = level - level[:, :1]
        found[name, "up"] = np.asarray((change > 0).any(axis=1), dtype=np.float64)
        found[name, "down"] = np.asarray((change < 0).any(axis=1), dtype=np.float64)
    return found


def compare_by(
    layout: Layout, options: Options, claims: Sequence[Weighable], progress: Progress | None = None
) -> tuple[Comparison, Evidence]:
    """The scenario's own comparison on futures drawn by the claims' weights, and what the claims did.

    The other world keeps the same futures: what is learnt of a future's luck and parameters holds in both. Where the
    claims move nothing, the comparison is the one without them, bit for bit.
    """
    made: list[Comparison] = []

    def run(chosen: Options, rows: Rows | None) -> list[Ensemble]:
        made[:] = [compare(layout, chosen, progress=progress, rows=rows)]
        return [made[0].base, made[0].other]

    _, weighed, attempts = run_until_enough(run, layout, options, claims)
    whole = made[0]
    evidence = Evidence(whole, weighed, attempts, options.futures)
    if not weighed.moves:
        return whole, evidence
    places = drawn_by(weighed.weights, min(options.futures, len(weighed.weights)))
    drawn = replace(whole, base=resampled(whole.base, places), other=resampled(whole.other, places))
    return drawn, evidence
