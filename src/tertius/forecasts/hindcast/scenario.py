"""A past war as a scenario: both sides, everybody who might join either, how it may end, what it costs.

Rates of joining fall with the war's age; the calendar's law carries that as one occasion of the past whose moves cover
a stretch of weeks each. The base rate stands for e^4 times the last stretch, as far as the law of deliberation can go
down, so that the pull of joiners (bounded at e^4 up) has room above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import exp, log
from typing import Any, Final

import numpy as np

from tertius.builder.text import yaml_of
from tertius.builder.written import Written, about, believed, chosen, known
from tertius.forecasts.hindcast.cases import Case, Wars
from tertius.forecasts.hindcast.learning import Learnt, aims_terms, joined_of, ratio_of
from tertius.history.ending import Ending
from tertius.history.panel import Floats
from tertius.world import Scenario
from tertius.world.loader import build
from tertius.world.yaml_source import read_yaml

WEEKS: Final = 261  # five years
BANDS: Final = ((0, 1), (1, 4), (4, 13), (13, 52), (52, WEEKS))
NAMED: Final = 8
"""Likeliest third states that are actors of their own; the others join as one for each side."""
OTHERS: Final = "others"
FACTOR_DOWN: Final = 4.0
THEATRE: Final = "front"
SOLDIERS: Final = 1000.0
YEAR_OF_WEEKS: Final = 365.25 / 7
CLASS: Final = "past-wars"


@dataclass(frozen=True)
class Joiner:
    """An instrument of a scenario: a state, or the others, that may join a side; `row` -1 for the others.

    ever   expected joins while a dispute lasts
    """

    key: str
    side: int
    row: int
    ever: float

    @property
    def name(self) -> str:
        """Id of its instrument."""
        return f"{self.key}-{'AB'[self.side]}".lower()


def _key(wars: Wars, row: Any) -> str:
    """A state's id: its code, so that its luck does not hang on its place in a file."""
    return f"c{int(wars.panel.state[row])}"


def joiners(case: Case, wars: Wars, ever: Floats) -> tuple[Joiner, ...]:
    """Who may join: the likeliest by name, the rest together; `ever` (2, rows of the panel)."""
    rows = case.outside
    order = rows[np.argsort(-ever[:, rows].sum(axis=0), kind="stable")]
    found = [
        Joiner(_key(wars, row), side, int(row), float(ever[side, row])) for row in order[:NAMED] for side in (0, 1)
    ]
    rest = ever[:, order[NAMED:]].sum(axis=1)
    return (*found, *(Joiner(OTHERS, side, -1, float(rest[side])) for side in (0, 1) if rest[side] > 0))


def text_of(case: Case, wars: Wars, learnt: Learnt, ever: Floats) -> str:
    """The scenario's file of a case, as text."""
    return yaml_of(tree_of(case, wars, learnt, ever))


def scenario_of(text: str, name: str) -> Scenario:
    """The scenario of such a text. Raises ScenarioError only where this module is wrong."""
    root, problems = read_yaml(text, f"{name}.yaml")
    return build(root, name, problems)


def tree_of(case: Case, wars: Wars, learnt: Learnt, ever: Floats) -> Written:
    """The scenario's file as a tree."""
    may = joiners(case, wars, ever)
    came = [(row, int(side), False) for row, side in zip(case.inside, wars.side(case.inside), strict=True)]
    came += [(row, int(side), True) for row, side in zip(case.entrants, wars.side(case.entrants), strict=True)]
    keys = [_key(wars, row) for row, _, _ in came]
    names = {"a": "Side A", "b": "Side B"}
    names |= {each.key: each.key for each in may} | {key: key for key in keys}
    past = case.as_of - timedelta(days=8)
    return {
        "tertius": 1,
        "title": f"{case.war.name} as of {case.as_of}",
        "description": "A past war, made from what was known on the day.",
        "as_of": case.as_of.isoformat(),
        "weeks": WEEKS,
        "sources": {
            CLASS: {
                "title": f"Wars and disputes that were over before {learnt.before}",
                "publisher": "Own fit (tertius hindcast)",
                "date": case.as_of.isoformat(),
                "grade": "B3",
            }
        },
        "actors": {key: {"name": name} for key, name in names.items()},
        "sides": {side: _side(case, wars, learnt, place, keys, came) for place, side in enumerate("AB")},
        "world": _world(case, wars, learnt),
        "theatres": {THEATRE: _theatre()},
        "contingents": {
            **{each.name: _contingent(each.key, each.side, 0.0) for each in may},
            **{
                f"{key}-came": _contingent(key, side, 0.0 if new else SOLDIERS)
                for key, (_, side, new) in zip(keys, came, strict=True)
            },
        },
        "instruments": {each.name: _instrument(each, case, wars, learnt) for each in may},
        "calendar": {"age": _ageing(may, case, learnt, past.isoformat())} if may else {},
        "events": {f"{key}-comes": _entry(key) for key, (_, _, new) in zip(keys, came, strict=True) if new},
        "outcomes": _outcomes(),
    }


def _side(case: Case, wars: Wars, learnt: Learnt, place: int, keys: list[str], came: list[Any]) -> Written:
    dead, sd = learnt.dead_a_week(wars.power(case))
    members = [key for key, (_, side, new) in zip(keys, came, strict=True) if side == place and not new]
    wins = learnt.wins(aims_terms(wars, case))
    none = {name: chosen(0, "1") for name in ("fungible", "officers_lendable", "leadership_cost", "permanent_share")}
    return {
        "name": f"Side {'AB'[place]}",
        "lead": "ab"[place],
        "members": ["ab"[place], *members],
        "loss_level": about(float(dead[place]), float(dead[place] * exp(1.2815515655 * sd)), "persons/week", CLASS),
        "loss_persistence": chosen(0, "1", "No week differs from the mean: nothing tells of weeks in past wars."),
        "loss_shock": chosen(0, "1"),
        "loss_mass": chosen(0, "1"),
        "recruitment": chosen(0, "persons/week"),
        "aims_share": known(float(wins[1 + place]), "1", CLASS),
        "shells": chosen(0, "rounds"),
        "equipment": chosen(0, "vehicles"),
        "fire_demand": chosen(0, "rounds/week"),
        "officer_pool": chosen(1, "persons"),
        "reserve_cap": chosen(0, "persons/week"),
        **none,
    }


def _world(case: Case, wars: Wars, learnt: Learnt) -> Written:
    rows = Ending(learnt.ending_rows)
    factor = learnt.end_factor(ratio_of(wars, case), joined_of(case)) * 7.0
    told: Written = {}
    for name, values in (
        ("quick_end_rate", rows.quick),
        ("slow_end_rate", rows.slow),
        ("old_end_rate", rows.old),
        ("very_old_end_rate", rows.very_old),
    ):
        middle, high = np.quantile(values * factor, [0.5, 0.9])
        told[name] = about(float(middle), float(max(high, 1.01 * middle)), "1/week", CLASS)
    mean, variance = float(rows.quick_share.mean()), float(rows.quick_share.var())
    size = max(mean * (1 - mean) / variance - 1, 1.0)
    told["quick_share"] = believed("beta", "1", CLASS, a=mean * size, b=(1 - mean) * size)
    wins = learnt.wins(aims_terms(wars, case))
    return {
        **told,
        "war_age": chosen(round(case.age / 7, 3), "week"),
        "settlement_share": known(float(wins[0]), "1", CLASS, "Every end without aims reached."),
        "overlap_response": chosen(1, "1", "What a joiner does to the hazard of an end stands in its lever."),
        "calendar_weight": chosen(1, "1"),
        "interests_weight": chosen(0, "1"),
        "joined_own": known(float(learnt.timing.part("same")), "1", CLASS),
        "joined_other": known(float(learnt.timing.part("opposite")), "1", CLASS),
        "joiners_doing": chosen(1, "1", "A forecast takes the association as it is, whoever's doing."),
        "fire_exponent": chosen(0, "1"),
        "equipment_exponent": chosen(0, "1"),
    }


def _theatre() -> Written:
    """A front that does not move: nothing here tells of land."""
    still = {name: chosen(0, "km2/week") for name in ("tempo", "long_run_tempo", "tempo_shock", "power_response")}
    troops = {side: {"troops": chosen(1e6, "persons", "Many, so that losses are never bounded.")} for side in "AB"}
    return {
        "name": "The front",
        "holder": "A",
        "area_label": "Land",
        "area": chosen(1, "km2"),
        "area_ceiling": chosen(2, "km2"),
        "persistence": chosen(0, "1"),
        "area_noise": chosen(0, "km2"),
        **still,
        "forces": troops,
    }


def _contingent(key: str, side: int, troops: float) -> Written:
    told: Written = {
        "name": f"Soldiers of {key}",
        "actor": key,
        "side": "AB"[side],
        "theatre": THEATRE,
        "host": "ab"[side],
        "troops": chosen(troops, "persons"),
    }
    for name, value, unit in (
        ("quality", 1, "1"),
        ("interpreter_pool", 1e5, "persons"),
        ("soldiers_per_group", 30, "persons"),
        ("interpreters_per_group", 0, "persons"),
        ("officers_per_group", 0, "persons"),
        ("alone", 1, "1"),
        ("fluency_exponent", 1, "1"),
        ("discord", 0, "1"),
        ("learning_weeks", 1, "week"),
        ("exposure", 1, "1"),
        ("vulnerability", 0, "1"),
        ("troops_ceiling", SOLDIERS, "persons"),
    ):
        told[name] = chosen(value, unit)
    return told


def rates(each: Joiner, case: Case, wars: Wars | None, learnt: Learnt) -> list[float]:
    """Joins a year in each stretch of weeks, while the war lasts and nobody else joins."""
    timing = learnt.timing
    held = np.zeros(2)
    if wars is not None:
        np.add.at(held, wars.side(case.inside), 1.0)
    level = float(timing.level(held[each.side], held[1 - each.side], 1.0)) * each.ever
    return [
        level * float(timing.days(case.age + 7.0 * a, case.age + 7.0 * b)) / (b - a) * YEAR_OF_WEEKS for a, b in BANDS
    ]


def _instrument(each: Joiner, case: Case, wars: Wars, learnt: Learnt) -> Written:
    last = rates(each, case, wars, learnt)[-1]
    return {
        "name": f"{each.key} joins {'AB'[each.side]}",
        "actor": each.key,
        "kind": "troops",
        "towards": "ab"[each.side],
        "levels": ["outside", "in the war"] if each.row >= 0 else ["none", "one", "two", "three"],
        "level": chosen(0, "1"),
        "steps": {"up": {"rate": known(last * exp(FACTOR_DOWN), "1/year", CLASS)}},
        "levers": {
            "soldiers": {
                "contingent": each.name,
                "soldiers": chosen(SOLDIERS, "persons"),
                "opens": chosen(1, "1"),
            },
            "ends": {
                "side": "AB"[each.side],
                "settlement": known(float(learnt.response[2]), "1", CLASS, "On the hazard of an end."),
            },
        },
    }


def _ageing(may: tuple[Joiner, ...], case: Case, learnt: Learnt, day: str) -> Written:
    """The fall of the rates with age, the same for all."""
    moves: Written = {}
    unit = rates(Joiner("one", 0, -1, 1.0), case, None, learnt)
    for each in may:
        for (start, end), rate in zip(BANDS, unit, strict=True):
            factor = log(rate / unit[-1]) - FACTOR_DOWN
            moves[f"{each.name}-{start}"] = {
                "instrument": each.name,
                "log_factor": chosen(factor, "1"),
                "delay": chosen(start + 1, "week"),
                "lasting": chosen(end - start, "week"),
            }
    return {
        "name": "The war grows older",
        "date": day,
        "known_since": day,
        "kind": "anniversary",
        "who": [may[0].key],
        "source": CLASS,
        "moves": moves,
    }


def _entry(key: str) -> Written:
    return {
        "name": f"{key} enters",
        "kind": "arrival",
        "contingent": f"{key}-came",
        "status": "assumed",
        "week": chosen(0, "week"),
        "probability": chosen(1, "1"),
        "troops": chosen(SOLDIERS, "persons"),
    }


def _outcomes() -> Written:
    """What the run keeps beside levels: only dead are reported; the rest is read from what is kept."""
    found: Written = {}
    for side in "AB":
        found[f"dead-{side.lower()}"] = {
            "name": f"Dead of {side}",
            "output": f"sides.{side}.cumulative_losses",
            "measure": "total",
            "unit": "persons",
            "material": chosen(1, "persons"),
        }
    return found
