"""What a brief's answer rests on: causes, key assumptions, inert quantities, confidence. All of it computed."""

from __future__ import annotations

import numpy as np

from tertius.impact import Movement, Sensitivity, SwitchOff
from tertius.impact.channels import BACKGROUND
from tertius.report.made import Brief
from tertius.report.record import record
from tertius.report.words import interval, number, percent, plain, with_unit
from tertius.world import Quantity, Scenario

KEY_ASSUMPTIONS = 12


def drivers(brief: Brief) -> list[dict[str, str]]:
    """For each law that changes a headline difference when switched off: the change, with its standard error."""
    found = brief.sensitivity
    places = {name: found.outcomes.index(name) for name in brief.headlines}
    rows = [
        {"law": "all laws on", **{name: number(float(found.mean[place]), sign=True) for name, place in places.items()}}
    ]
    for off in found.switch_offs:
        if _undone(off, found):
            continue
        cells = {
            name: f"{number(float(off.mean[place]), sign=True)} (change {number(float(off.change[place]), sign=True)} "
            f"±{number(float(off.error[place]))})"
            for name, place in places.items()
        }
        rows.append({"law": f"off: {off.title}", **cells})
    return rows


def _undone(off: SwitchOff, found: Sensitivity) -> bool:
    """Whether nothing is left to compare without the law: every difference is exactly 0, as for the event itself."""
    return bool((off.mean == 0).all()) and bool((found.mean != 0).any())


def why(brief: Brief) -> list[str]:
    """A sentence a headline outcome: the two laws whose absence changes the difference most, beyond twice the error."""
    found = brief.sensitivity
    sentences = []
    for name in brief.headlines:
        place = found.outcomes.index(name)
        told = brief.scenario.outcomes[name]
        clear = [
            off
            for off in found.switch_offs
            if off.law not in BACKGROUND and off.mean[place] != 0 and abs(off.change[place]) > 2 * off.error[place] > 0
        ]
        clear.sort(key=lambda off: -abs(float(off.change[place])))
        parts = [
            f"with the law of *{off.law.replace('_', ' ')}* off, {number(float(off.mean[place]), sign=True)} "
            f"{plain(told.unit)} (a change of {number(float(off.change[place]), sign=True)} "
            f"±{number(float(off.error[place]))})"
            for off in clear[:2]
        ]
        if parts:
            lead = f"What carries the difference in {plain(told.name)}"
            on = f"{number(float(found.mean[place]), sign=True)} {plain(told.unit)} with all laws on"
            lead += f" ({found.futures_off:,} futures, so means differ from those above by chance)"
            sentences.append(f"{lead}: {on}; {'; '.join(parts)}.")
    return sentences


def inert(brief: Brief) -> tuple[str, ...]:
    """Quantities that move nothing beyond its band and are not among the key assumptions."""
    key = {movement.path for movement in ranked(brief)[:KEY_ASSUMPTIONS]}
    return tuple(path for path in brief.sensitivity.inert if path not in key)


def key_assumptions(brief: Brief) -> list[dict[str, str]]:
    """The quantities that move the headline differences most, in units of materiality bands."""
    found = brief.sensitivity
    rows = []
    for movement in ranked(brief)[:KEY_ASSUMPTIONS]:
        quantity = _quantity(brief, movement.path)
        cells = []
        for name in brief.headlines:
            place = found.outcomes.index(name)
            told = brief.scenario.outcomes[name]
            low, high = float(movement.at_low[place]), float(movement.at_high[place])
            if low == high:
                cells.append(f"{plain(told.name)}: not at all")
                continue
            flips = " (sign turns)" if movement.turns(place) else "" if movement.clear(place) else " (within chance)"
            error = float(movement.gap_error[place])
            gap = f", their gap ±{number(error)}" if np.isfinite(error) else ""
            change = f"{number(low, sign=True)} to {number(high, sign=True)} {plain(told.unit)}{gap}"
            cells.append(f"{plain(told.name)}: {change}{flips}")
        rows.append(
            {
                "path": movement.path,
                "range": with_unit(interval(movement.low, movement.high), quantity.unit),
                "basis": _basis(brief, movement.path),
                "sources": ", ".join(quantity.source_ids) or _basis(brief, movement.path),
                "moves": "; ".join(cells),
                "if_wrong": plain(quantity.if_wrong or ""),
                "note": plain(quantity.note or ""),
            }
        )
    return rows


def assumptions_base(brief: Brief) -> str:
    """What the movements are to be held against: the mean differences over all of the same futures."""
    found, parts = brief.sensitivity, []
    for name in brief.headlines:
        told = brief.scenario.outcomes[name]
        mean = brief.seen.at(name, brief.last).mean if found.read else float(found.mean[found.outcomes.index(name)])
        parts.append(f"{plain(told.name)} {number(mean, sign=True)} {plain(told.unit)}")
    return "; ".join(parts)


def ranked(brief: Brief) -> list[Movement]:
    """Movements by how far they move any headline difference, less chance, in materiality bands, the furthest first."""
    found = brief.sensitivity
    places = [found.outcomes.index(name) for name in brief.headlines]
    bands = [max(brief.scenario.outcomes[name].material.central, 1e-12) for name in brief.headlines]

    def weight(movement: Movement) -> float:
        return max(movement.net(place) / band for place, band in zip(places, bands, strict=True))

    return sorted(found.movements, key=lambda movement: (-weight(movement), movement.path))


def _quantity(brief: Brief, path: str) -> Quantity:
    return next(column.quantity for column in brief.comparison.base.layout.columns if column.path == path)


def _basis(brief: Brief, path: str) -> str:
    layout = brief.comparison.base.layout
    return layout.basis(next(column for column in layout.columns if column.path == path))


def confidence(brief: Brief) -> tuple[str, list[str]]:
    """Confidence in the answer, apart from any likelihood, and its reasons, all computed."""
    found = brief.sensitivity
    first = brief.headlines[0]
    place = found.outcomes.index(first)
    clear = [movement for movement in found.movements if movement.clear(place)]
    total = sum(movement.net(place) for movement in clear)
    share = sum(m.net(place) for m in clear if _basis(brief, m.path) == "judgement") / total if total > 0 else 0.0
    flips = sum(m.turns(place) for m in found.movements)
    one = brief.comparison.at(first, brief.last)
    level = "low" if share > 0.5 or flips or one.error is None else "moderate"
    chance_part = abs((one.error or 0.0) / one.mean) if one.mean else 0.0
    traced = " that leave a trace" if found.unmoved else ""
    past = record(brief.comparison.base.layout)
    scored = (
        "no forecast of this scenario has been scored yet, which caps confidence at moderate"
        if past is None
        else f"its laws were scored at past dates from {past['first']} to {past['last']}; no entry like this one was "
        "among them, which caps confidence at moderate"
    )
    return level, [
        f"{percent(share)} of the movement that assumptions can give the first headline rests on judgement alone"
        if clear
        else "no single assumption moves the first headline beyond chance",
        f"{flips} of {len(found.movements)} uncertain quantities{traced} turn its sign, beyond twice their error, "
        "within their 10-90% range",
        "so few futures have no Monte Carlo error"
        if one.error is None
        else f"the Monte Carlo error is {_of(chance_part)} its mean",
        scored,
    ]


def _of(ratio: float) -> str:
    """A ratio before 'its mean': '12% of', '4.5 times'."""
    return f"{percent(ratio)} of" if ratio <= 1.0 else f"{number(ratio)} times"


def facts(scenario: Scenario) -> list[dict[str, str]]:
    """The dated statements in order of date, with their sources' grades; a fact where a source is A or B and 1 or 2."""
    rows = []
    for told in sorted(scenario.facts.values(), key=lambda fact: (fact.date, fact.id)):
        grades = {name: scenario.sources[name].grade if name in scenario.sources else name for name in told.source}
        good = any(grade[0] in "AB" and grade[1:] in ("1", "2") for grade in grades.values())
        rows.append(
            {
                "date": told.date.isoformat(),
                "text": told.text,
                "standing": "fact" if good else "reported",
                "sources": ", ".join(f"{name} {grade}" for name, grade in grades.items()),
            }
        )
    return rows
