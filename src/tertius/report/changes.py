"""What changed since the last edition, and why: as Markdown and as JSON data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.engine import Change
from tertius.impact import EFFECT, Attribution, Differences
from tertius.impact.editions import Figure, Shifted, ShiftedChance, headline_chances
from tertius.report.contexts import shows
from tertius.report.phrases import chance_name
from tertius.report.system import ENDS
from tertius.report.words import few_futures, fine, interval, number, plain, points
from tertius.units import unit_after
from tertius.world import Scenario

KINDS = {EFFECT: "what the entry changes"}
MOST_WORDS = 12
MOST_NOTE = 100  # characters
ROUNDING = 1e-5  # of the answer's size: an archive holds 32-bit numbers


def changes_text(found: Differences, why: Attribution) -> str:
    """The whole answer in Markdown."""
    before, after = (plain(edition.name) for edition in (found.one, found.two))
    dates = [edition.base.dates for edition in (found.one, found.two)]
    head = f"# What changed: {before} (as of {dates[0][0]}) → {after} (as of {dates[1][0]})\n\n"
    if found.nothing:
        return head + changed_text(found)
    return "\n".join([head + changed_text(found), "## Why", "", *_why(found, why)]) + "\n"


def changed_text(found: Differences) -> str:
    """What changed, and not why, in Markdown: nothing has to be run for it."""
    if found.nothing:
        return "Nothing has changed: the same inputs, and the same answers to the last bit.\n"
    dates = [edition.base.dates for edition in (found.one, found.two)]
    lines = ["## Inputs", "", *_inputs(found), "", f"## Answers after {found.week} weeks", ""]
    ends = dates[0][found.week], dates[1][found.week]
    day = f"{ends[0]}" if ends[0] == ends[1] else f"{ends[0]} and {ends[1]}, not the same day"
    lines += [f"Week {found.week} ends on {day}. Mean, and 80% interval (of futures; of the expected effect).", ""]
    few = few_futures(min(len(edition.base.trajectories) for edition in (found.one, found.two)))
    lines += [few, ""] if few else []
    return "\n".join([*lines, *_answers(found), "", *_chances(found)])


@dataclass(frozen=True)
class ChangedChance:
    """A headline chance in two editions."""

    what: str = shows("what the chance is of")
    before: str = shows("chance with the entry, in the earlier edition; or that it was not told")
    after: str = shows("chance with the entry, in the later edition")
    change: str = shows("the change in points, with its error; that chance alone could make it; or that it is new")
    moved: bool = shows("whether it changed by more than chance could make")


def changed_chances(found: Differences) -> tuple[ChangedChance, ...]:
    """The headline chances then and now, in the order of the later edition; one that was not told then says so."""
    scenario = found.two.base.layout.scenario
    before = {(one.what, one.week): one for one in headline_chances(found)}
    answer = found.two.answer
    if not before or answer is None or answer.summary is None:
        return ()
    rows = []
    for each in answer.summary.chances:
        name, one = chance_name(scenario, each.what), before.get((each.what, each.week))
        if one is None:
            rows.append(ChangedChance(name, "not told", fine(each.with_it), "new", moved=False))
        else:
            rows.append(ChangedChance(name, fine(one.before), fine(one.after), _change(one), moved=one.beyond_chance))
    return tuple(rows)


def _change(one: ShiftedChance) -> str:
    if one.change == 0.0:
        return "unchanged"
    if not one.beyond_chance:
        return "no more than chance"
    return f"{points(one.change, sign=True)} points ±{points(one.error)}"


def _inputs(found: Differences) -> list[str]:
    moving = [change for change in found.changes if not change.silent]
    silent = [change for change in found.changes if change.silent]
    lines = [f"- {_moving(change)}" for change in moving]
    lines += [f"- option **{one.name}**: {plain(one.before)} → {plain(one.after)}" for one in found.settings]
    lines = lines or ["No change that moves a number."]
    if silent:
        lines += ["", "Words, sources and facts (they move no number):", ""]
        lines += [f"- {_silent(change)}" for change in silent[:MOST_WORDS]]
        if len(silent) > MOST_WORDS:
            lines.append(f"- and {len(silent) - MOST_WORDS} more, in --json")
    if found.left_out:
        lines += ["", f"Outcomes that only one has, or measures otherwise: {', '.join(found.left_out)}."]
    return lines


def _moving(change: Change) -> str:
    rests = f"{change.source}: {change.note}" if change.source and change.note else change.source or change.note
    rests = rests if len(rests) <= MOST_NOTE else f"{rests[: MOST_NOTE - 1]}…"
    ends = f"{plain(change.before) or 'nothing'} → {plain(change.after) or 'nothing'}"
    return f"{change.kind} **{plain(change.path)}**: {ends}" + (f" ({plain(rests)})" if rests else "")


def _silent(change: Change) -> str:
    told = f"`{change.path}`: {change.kind}"
    if change.before == change.after or not (change.before or change.after):
        return told
    return f"{told}, {plain(change.before) or 'nothing'} → {plain(change.after) or 'nothing'}"


def _answers(found: Differences) -> list[str]:
    """The headline answers, and of the others those that changed beyond chance."""
    others = [one for one in found.answers if not one.headline]
    moved = [one for one in others if one.beyond_chance]
    rows = ["| answer | before | after | change | beyond chance | beyond its band |", "|---|--:|--:|--:|---|---|"]
    for one in (*(one for one in found.answers if one.headline), *moved):
        change = "0 exactly" if one.change == 0 else _part(one, one.change, one.error)
        rows.append(
            f"| {_title(found, one)} | {_figure(one.before)} | {_figure(one.after)} | {change} | "
            f"{'yes' if one.beyond_chance else 'no'} | {'yes' if one.material else 'no'} ({number(one.band)}) |"
        )
    if len(moved) < len(others):
        left = len(others) - len(moved)
        more = "1 other answer has" if left == 1 else f"{left} other answers have"
        rows += ["", f"{more} not changed beyond chance; all of them are in --json."]
    return rows


def _title(found: Differences, one: Shifted) -> str:
    told = found.two.base.layout.scenario.outcomes[one.outcome]
    kind = f", {KINDS[one.kind]}" if one.kind in KINDS else ""
    return f"{plain(told.name)}{kind}" + plain(unit_after(one.unit))


def _chances(found: Differences) -> list[str]:
    """Steps of states, rungs and ends whose chance, or what the entry adds to it, changed beyond chance."""
    if not found.chances:
        return []
    moved = [one for one in found.chances if one.beyond_chance or one.adds_beyond_chance]
    lines = ["## Steps of states, rungs and ends", ""]
    if not moved:
        return [*lines, f"None of {len(found.chances)} chances has changed beyond chance; all are in --json.", ""]
    lines += [
        "Chance by the week with the entry, and what the entry adds in percentage points (* changed beyond chance).",
        "",
        "| what | week | before | after | entry added | entry adds |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    scenario = found.two.base.layout.scenario
    for one in sorted(moved, key=lambda one: -max(abs(one.change), abs(one.adds[1] - one.adds[0]))):
        marks = "*" if one.beyond_chance else "", "*" if one.adds_beyond_chance else ""
        lines.append(
            f"| {_what(scenario, one)} | {one.week} | {fine(one.before)} | {fine(one.after)}{marks[0]} | "
            f"{points(one.adds[0], sign=True)} | {points(one.adds[1], sign=True)}{marks[1]} |"
        )
    left = len(found.chances) - len(moved)
    return [*lines, "", f"{left} other chances have not changed beyond chance; all are in --json.", ""]


def _what(scenario: Scenario, one: ShiftedChance) -> str:
    """Whose step, which rung, bargain or end."""
    kind, _, rest = one.what.partition(":")
    if kind == "step":
        name, _, way = rest.partition(":")
        told = scenario.instruments[name]
        return f"{plain(scenario.actors[told.actor].name)}: {plain(told.name)}, a step {way}"
    if kind == "rung":
        ladder, key = rest.split(".")[1::2]
        held = scenario.ladders[ladder]
        return f"{plain(held.name)}: {plain(held.rungs[key].name)}"
    if kind == "bargain":
        return f"{plain(scenario.bargains[rest].name)}: ends"
    sides = {side: plain(told.name) for side, told in scenario.sides.items()}
    return f"the war ends: {ENDS[rest].format(**sides)}"


def _figure(figure: Figure) -> str:
    return f"{number(figure.mean, 3)} ({interval(figure.low, figure.high)})"


def _why(found: Differences, why: Attribution) -> list[str]:
    shown = [one for one in found.answers if one.headline]
    if not why.parts:
        return ["Nothing that moves a number has changed."]
    how = "all orders" if why.exact else "one order and its reverse"
    pair = "the same" if found.paired else "the earlier edition's"
    lines = [
        f"Change of each answer, split over groups of changes: {why.futures:,} futures run anew in {why.versions} "
        f"versions with {pair} luck, averaged over {how} of making the changes; ± Monte Carlo standard error.",
        "",
    ]
    for place, one in enumerate(shown):
        lines += [f"**{_title(found, one)}**: {number(one.change, sign=True)}", "", "| part | change |", "|---|--:|"]
        parts = sorted(why.parts, key=lambda part: -abs(float(part.mean[place])))
        for part in parts:
            told = _part(one, float(part.mean[place]), float(part.error[place]))
            lines.append(f"| {plain(part.name)} | {told} |")
        lines += [f"| remainder | {_remainder(why, place, one)} |", ""]
    return lines


def _part(one: Shifted, mean: float, error: float) -> str:
    if abs(mean) <= rounding(one):
        return "0"
    return f"{number(mean, sign=True)} ±{'0' if error <= rounding(one) else number(error)}"


def _remainder(why: Attribution, place: int, one: Shifted) -> str:
    left, error = float(why.remainder[place]), float(why.error[place])
    if abs(left) <= rounding(one):
        return "0"
    if explained(why, place, one):
        return f"{number(left, sign=True)} ±{number(error)} (within chance)"
    return f"{number(left, sign=True)} ±{number(error)}: **not explained**; the archive is not what this version runs"


def explained(why: Attribution, place: int, one: Shifted) -> bool:
    """Whether the remainder of an answer is no more than chance and the archive's 32-bit rounding."""
    return abs(float(why.remainder[place])) <= 3 * float(why.error[place]) + rounding(one)


def rounding(one: Shifted) -> float:
    """What 32-bit rounding can make of an answer, in its unit."""
    return ROUNDING * max(*(abs(x) for x in (one.before.low, one.before.high, one.after.low, one.after.high)), 1e-6)


def changes_data(found: Differences, why: Attribution) -> dict[str, Any]:
    """The whole answer as JSON data."""
    places = {key: place for place, key in enumerate(why.answers)}
    return {
        "before": _edition(found, 0),
        "after": _edition(found, 1),
        "week": found.week,
        "nothing": found.nothing,
        "changes": [
            {
                "kind": one.kind,
                "path": one.path,
                "before": one.before or None,
                "after": one.after or None,
                "source": one.source or None,
                "note": one.note or None,
                "moves_numbers": not one.silent,
            }
            for one in found.changes
        ],
        "options": [{"name": one.name, "before": one.before, "after": one.after} for one in found.settings],
        "outcomes_not_shared": list(found.left_out),
        "paired": found.paired,
        "chances": [
            {
                "what": one.what,
                "week": one.week,
                "before": one.before,
                "after": one.after,
                "change": one.change,
                "error": one.error,
                "beyond_chance": one.beyond_chance,
                "entry_adds": {"before": one.adds[0], "after": one.adds[1], "error": one.adds_error},
                "entry_adds_beyond_chance": one.adds_beyond_chance,
            }
            for one in found.chances
        ],
        "answers": [_answer_data(one, why, places.get((one.outcome, one.kind))) for one in found.answers],
        "futures_run_anew": why.futures,
        "orders": "all" if why.exact else "one and its reverse",
    }


def _edition(found: Differences, which: int) -> dict[str, Any]:
    edition = (found.one, found.two)[which]
    return {
        "run": edition.name,
        "scenario": edition.base.layout.scenario.name,
        "as_of": edition.base.dates[0].isoformat(),
        "week_end": edition.base.dates[found.week].isoformat(),
        "question": list(edition.question.labels if edition.question is not None else ()),
        "seed": edition.base.seed,
        "futures": len(edition.base.trajectories),
        "complete": edition.base.complete,
    }


def _answer_data(one: Shifted, why: Attribution, place: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "outcome": one.outcome,
        "kind": one.kind,
        "unit": one.unit,
        "headline": one.headline,
        "before": {"mean": one.before.mean, "interval80": [one.before.low, one.before.high]},
        "after": {"mean": one.after.mean, "interval80": [one.after.low, one.after.high]},
        "change": one.change,
        "error": _finite(one.error),
        "beyond_chance": one.beyond_chance,
        "band": one.band,
        "material": one.material,
    }
    if place is not None:
        told["parts"] = [
            {
                "part": part.name,
                "paths": list(part.paths),
                "change": float(part.mean[place]),
                "error": _finite(float(part.error[place])),
            }
            for part in why.parts
        ]
        told["remainder"] = float(why.remainder[place])
        told["remainder_error"] = _finite(float(why.error[place]))
        told["explained"] = explained(why, place, one)
    return told


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
