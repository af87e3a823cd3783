"""The brief: what a comparison says, as data for a template; every number in it comes from the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.engine import Layout, Options, Progress, law_hash
from tertius.errors import OptionError
from tertius.impact import Comparison, Difference, Movement, Sensitivity, compare, sensitivity
from tertius.report.words import chance, interval, number, percent, plain
from tertius.world import Outcome, Quantity, Scenario

KEY_ASSUMPTIONS = 12
BASES = ("fact", "assumption", "judgement", "choice")


@dataclass(frozen=True)
class Brief:
    """A comparison, what it rests on, and the words for it."""

    comparison: Comparison
    sensitivity: Sensitivity

    @property
    def scenario(self) -> Scenario:
        """The scenario as loaded."""
        return self.comparison.base.layout.scenario

    @property
    def label(self) -> str:
        """What is compared: the scenario's label for its own comparison, else the interventions."""
        told = self.scenario.comparison
        own = told is not None and self.comparison.interventions == (f"without {told.without} ({told.mode})",)
        return (
            plain(told.label)
            if told is not None and own
            else f"the scenario as it stands (against: {plain('; '.join(self.comparison.interventions))})"
        )

    @property
    def headlines(self) -> list[str]:
        """Names of the headline outcomes; all outcomes where none is marked."""
        marked = [name for name, outcome in self.scenario.outcomes.items() if outcome.headline]
        return marked or list(self.scenario.outcomes)

    @property
    def last(self) -> int:
        """The last week of the run."""
        return self.comparison.base.weeks

    def date(self, week: int) -> str:
        """The end of a week, as text."""
        return f"{self.comparison.base.dates[week]:%-d %B %Y}"


def make_brief(
    layout: Layout, options: Options, progress: Progress | None = None, assumptions: Progress | None = None
) -> Brief:
    """Run the scenario's own comparison and its sensitivity.

    Raises OptionError when the scenario has no comparison or no outcomes.
    """
    if not layout.scenario.outcomes:
        raise OptionError("scenario", layout.scenario.name, "a scenario with outcomes", "add an outcomes section")
    comparison = compare(layout, options, progress=progress)
    return Brief(comparison, sensitivity(layout, comparison.other.layout, options, progress=assumptions))


def bottom_line(brief: Brief) -> list[str]:
    """One sentence a headline outcome: what the entry changes by the last week, and how likely that matters."""
    return [_headline(brief, name) for name in brief.headlines]


def _headline(brief: Brief, name: str) -> str:
    told = brief.scenario.outcomes[name]
    title, unit = plain(told.name), plain(told.unit)
    found = brief.comparison.at(name, brief.last)
    by = f"by {brief.date(brief.last)}"
    if found.same:
        return f"**{title}**: with {brief.label} it is the same {by}, exactly."
    low, high = found.interval
    size = f"{number(abs(found.mean))} {unit} {'higher' if found.mean > 0 else 'lower'} on average"
    span = f"80% interval of the expected effect {interval(low, high, sign=True)}"
    if not found.directed:
        lead = f"no detectable direction; with {brief.label} it is {size} {by} ({span}, which holds zero)"
    else:
        lead = f"with {brief.label} it is {size} {by} ({span}){_favoured(brief.scenario, told, found)}"
    more, less = (found.larger, found.smaller) if found.mean > 0 else (found.smaller, found.larger)
    band = f"{number(found.band)} {unit}"
    way = "higher" if found.mean > 0 else "lower"
    tail = f"more than {band} {way} is {chance(more)}, more than that the other way {chance(less)}"
    return f"**{title}**: {lead}; {tail}."


def _favoured(scenario: Scenario, told: Outcome, found: Difference) -> str:
    if not found.directed:
        return " (no detectable direction)"
    if told.favours == "none":
        return ""
    side = told.favours if found.mean > 0 else ("B" if told.favours == "A" else "A")
    return f", which favours {plain(scenario.sides[side].name)}"


def verdict(brief: Brief) -> str:
    """The first sentence: does the entry decide anything, and for whom does it work."""
    found = [brief.comparison.at(name, brief.last) for name in brief.headlines]
    outcomes = [brief.scenario.outcomes[name] for name in brief.headlines]
    material = [(told, one) for told, one in zip(outcomes, found, strict=True) if one.material]
    if all(one.same for one in found):
        return f"With {brief.label}, every headline outcome is the same by {brief.date(brief.last)}, exactly."
    if not material:
        most = max(max(one.larger, one.smaller) for one in found)
        return (
            f"With {brief.label}, no headline outcome moves on average by more than its materiality band by "
            f"{brief.date(brief.last)}; in a single future, a material move of any one of them in either direction "
            f"is at most {chance(most)}."
        )
    parts = [
        f"{plain(told.name)} by {number(one.mean, sign=True)} {plain(told.unit)}{_favoured(brief.scenario, told, one)}"
        for told, one in material
    ]
    return f"With {brief.label}, what moves materially on average by {brief.date(brief.last)} is {'; '.join(parts)}."


def outlook(brief: Brief) -> list[str]:
    """Where each headline outcome stands with the entry at each horizon."""
    rows = []
    for name in brief.headlines:
        told = brief.scenario.outcomes[name]
        parts = []
        for week in brief.comparison.horizons:
            found = brief.comparison.at(name, week)
            parts.append(
                f"{number(found.base[1], 3)} by {brief.date(week)} ({interval(found.base[0], found.base[2], 3)})"
            )
        rows.append(f"{plain(told.name)}, {plain(told.unit)}: {'; '.join(parts)}.")
    return rows


def table(brief: Brief, horizons: tuple[int, ...]) -> list[dict[str, str]]:
    """Rows of the table of outcomes: every outcome at each of the horizons, as text."""
    rows = []
    for found in (brief.comparison.at(name, week) for name in brief.comparison.base.outcomes for week in horizons):
        told = brief.scenario.outcomes[found.outcome]
        rows.append(
            {
                "outcome": plain(told.name),
                "unit": plain(told.unit),
                "week": str(found.week),
                "with": f"{number(found.base[1], 3)} ({interval(found.base[0], found.base[2])})",
                "without": f"{number(found.other[1], 3)} ({interval(found.other[0], found.other[2])})",
                "difference": _difference(found),
                "shares": f"{percent(found.larger)} / {percent(found.smaller)} / {percent(found.immaterial)}",
                "band": number(found.band),
            }
        )
    return rows


def _difference(found: Difference) -> str:
    if found.same:
        return "0 exactly"
    return f"{number(found.mean, sign=True)} ({interval(*found.interval, sign=True)}); ±{number(found.error)}"


def contingents(brief: Brief) -> list[str]:
    """A sentence a contingent: how much of it can be used, and what the rest is lost to."""
    sentences = []
    base = brief.comparison.base
    for name, record in brief.scenario.contingents.items():
        path = f"contingents.{name}"
        troops = base.path(f"{path}.troops").mean(axis=0)
        if troops.max() <= 0:
            continue
        for week in brief.comparison.horizons:
            if troops[week] <= 0:
                continue
            lost = [
                (float(base.path(f"{path}.{field}")[:, week].mean()) / troops[week], title)
                for field, title in (
                    ("lost_to_interpreters", "too few interpreters"),
                    ("lost_to_officers", "too few lent officers"),
                    ("lost_to_discord", "discord"),
                    ("lost_to_dilution", "newcomers' dilution of experience"),
                )
            ]
            usable = float(base.path(f"{path}.usable")[:, week].mean()) / troops[week]
            parts = ", ".join(f"{percent(share)} to {title}" for share, title in sorted(lost, reverse=True))
            sentences.append(
                f"{plain(record.name)}, {brief.date(week)}: {number(float(troops[week]))} present on average, "
                f"{percent(usable)} of their strength usable; lost: {parts}."
            )
    return sentences


def freed(brief: Brief) -> list[str]:
    """A sentence a theatre and side whose own troops the entry moves."""
    sentences = []
    for theatre, record in brief.scenario.theatres.items():
        for side, told in brief.scenario.sides.items():
            path = f"theatres.{theatre}.forces.{side}.troops"
            change = (brief.comparison.base.path(path) - brief.comparison.other.path(path))[:, brief.last]
            if np.any(change):
                low, high = np.quantile(change, (0.1, 0.9))
                place = f"{plain(told.name)}, {plain(record.name)}"
                sentences.append(
                    f"{place}: {number(float(change.mean()), sign=True)} own soldiers on average by "
                    f"{brief.date(brief.last)} (80% of futures {interval(float(low), float(high), sign=True)})."
                )
    return sentences


def drivers(brief: Brief) -> list[dict[str, str]]:
    """For each law: the mean difference of the headline outcomes with the law switched off."""
    found = brief.sensitivity
    places = [found.outcomes.index(name) for name in brief.headlines]
    rows = [
        {
            "law": "all laws on",
            **{brief.headlines[i]: number(float(found.mean[p]), sign=True) for i, p in enumerate(places)},
        }
    ]
    for off in found.switch_offs:
        cells = {brief.headlines[i]: number(float(off.mean[p]), sign=True) for i, p in enumerate(places)}
        rows.append({"law": f"{off.title} off", **cells})
    return rows


def key_assumptions(brief: Brief) -> list[dict[str, str]]:
    """The quantities that move the headline differences most, in units of materiality bands."""
    found = brief.sensitivity
    rows = []
    for movement in _ranked(brief)[:KEY_ASSUMPTIONS]:
        quantity = _quantity(brief, movement.path)
        cells = []
        for name in brief.headlines:
            place = found.outcomes.index(name)
            told = brief.scenario.outcomes[name]
            low, high = float(movement.at_low[place]), float(movement.at_high[place])
            flips = " (sign turns)" if low * high < 0 else ""
            change = f"{number(low, sign=True)} to {number(high, sign=True)} {plain(told.unit)}"
            cells.append(f"{plain(told.name)}: {change}{flips}")
        rows.append(
            {
                "path": movement.path,
                "range": f"{interval(movement.low, movement.high)} {plain(quantity.unit)}",
                "basis": quantity.basis,
                "sources": ", ".join(quantity.source_ids) or quantity.basis,
                "moves": "; ".join(cells),
                "if_wrong": plain(quantity.if_wrong or ""),
                "note": plain(quantity.note or ""),
            }
        )
    return rows


def _ranked(brief: Brief) -> list[Movement]:
    found = brief.sensitivity
    places = [found.outcomes.index(name) for name in brief.headlines]
    bands = [max(brief.scenario.outcomes[name].material.central, 1e-12) for name in brief.headlines]

    def weight(movement: Movement) -> float:
        return max(movement.span(place) / band for place, band in zip(places, bands, strict=True))

    return sorted(found.movements, key=lambda movement: (-weight(movement), movement.path))


def _quantity(brief: Brief, path: str) -> Quantity:
    return next(column.quantity for column in brief.comparison.base.layout.columns if column.path == path)


def confidence(brief: Brief) -> tuple[str, list[str]]:
    """Confidence in the answer, apart from any likelihood, and its reasons, all computed."""
    found = brief.sensitivity
    first = brief.headlines[0]
    place = found.outcomes.index(first)
    total = sum(movement.span(place) for movement in found.movements)
    judged = sum(m.span(place) for m in found.movements if _quantity(brief, m.path).basis == "judgement")
    share = judged / total if total > 0 else 0.0
    flips = sum(float(m.at_low[place]) * float(m.at_high[place]) < 0 for m in found.movements)
    level = "low" if share > 0.5 or flips else "moderate"
    one = brief.comparison.at(first, brief.last)
    chance_part = abs(one.error / one.mean) if one.mean else 0.0
    return level, [
        f"{percent(share)} of the movement that assumptions can give the first headline rests on judgement alone",
        f"{flips} of {len(found.movements)} uncertain quantities can turn its sign within their 10-90% range",
        f"the Monte Carlo error is {percent(min(1.0, chance_part))} of its mean",
        "no forecast of this scenario has been scored yet, which caps confidence at moderate",
    ]


def basis_counts(brief: Brief) -> dict[str, int]:
    """How many of the scenario's quantities are fact, assumption, judgement, choice (defaults left out)."""
    given = brief.scenario.quantities().values()
    return {basis: sum(quantity.basis == basis for quantity in given) for basis in BASES}


def context(brief: Brief) -> dict[str, Any]:
    """Everything the template prints."""
    base = brief.comparison.base
    level, reasons = confidence(brief)
    return {
        "scenario": brief.scenario,
        "label": brief.label,
        "as_of": brief.date(0),
        "verdict": verdict(brief),
        "bottom_line": bottom_line(brief),
        "outlook": outlook(brief),
        "confidence": level,
        "reasons": reasons,
        "table": table(brief, (brief.last,)),
        "annex": table(brief, brief.comparison.horizons[:-1]),
        "contingents": contingents(brief),
        "freed": freed(brief),
        "drivers": drivers(brief),
        "headlines": {name: brief.scenario.outcomes[name] for name in brief.headlines},
        "assumptions": key_assumptions(brief),
        "movements": len(brief.sensitivity.movements),
        "sensitivity_futures": brief.sensitivity.futures,
        "inert": brief.sensitivity.inert,
        "counts": basis_counts(brief),
        "facts": sorted(brief.scenario.facts.values(), key=lambda fact: (fact.date, fact.id)),
        "interventions": brief.comparison.interventions,
        "settings": dict(base.layout.overrides),
        "futures": f"{len(base.trajectories):,}",
        "asked": f"{base.asked:,}",
        "complete": base.complete,
        "rows": f"{len(set((base.trajectories // base.replicates).tolist())):,}",
        "weeks": base.weeks,
        "seed": base.seed,
        "digest": brief.scenario.digest[:16],
        "laws": law_hash(),
    }
