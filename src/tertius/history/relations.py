"""The `relations` of a scenario as raw quantities, with every check that needs the features.

Four kinds of record, by what they name:

    actor and side   what the actor is to the side         the pair quantities of `features.py`, for A and for B
    actor            what the actor is by itself           capability_share, major_power, disputes_10y...
    side             what the side is                      capability_share, attacked...
    neither          the war                               began (a date), third_states

Quantities that `features.py` calls optional may be left out.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from tertius.errors import Problem, ScenarioError, nearest
from tertius.history.features import ACTOR_RAW, PAIR_RAW, SIDE_RAW, WAR_RAW, Raw, RawArrays
from tertius.history.panel import SIDES, Floats
from tertius.world import Quantity, Relation, Scenario


@dataclass(frozen=True)
class Relations:
    """Relations of a scenario that can be used.

    actors   third states, in the order of the file
    began    first day of the war
    joined   third states on each side by now: members other than the lead, (2,)
    """

    scenario: Scenario
    actors: tuple[str, ...]
    began: date
    joined: Floats
    records: Mapping[tuple[str | None, str | None], tuple[str, Relation]]

    @property
    def age(self) -> int:
        """Days from the war's first day to the as-of date."""
        return (self.scenario.as_of - self.began).days

    def member_of(self, actor: str) -> str | None:
        """The side that an actor fights on already."""
        for side in SIDES:
            if actor in self.scenario.sides[side].members:
                return side
        return None

    def raw(self, draws: int, seed: int = 1) -> RawArrays:
        """Raw quantities of every actor, drawn from their priors; row = actor x draws + draw.

        The draws of a quantity hang on (seed, its path) alone. With draws = 1 the central values are taken. An optional
        quantity that is not told is nan.
        """
        spread = len(self.actors) * draws

        def of(key: tuple[str | None, str | None], raw: Raw) -> Floats:
            path, record = self.records[key]
            quantity = record.quantities.get(raw.name)
            if quantity is None:
                return np.full(draws, np.nan)
            if draws == 1 or quantity.prior is None:
                return np.full(draws, quantity.central)
            digest = hashlib.sha256(f"{path}.{raw.name}".encode()).digest()
            key_words = [seed, int.from_bytes(digest[:8], "little")]
            return quantity.quantile(np.random.Generator(np.random.Philox(key=key_words)).random(draws))

        def by_actor(side: str | None, raw: Raw) -> Floats:
            return np.concatenate([of((actor, side), raw) for actor in self.actors])

        def by_side(raw: Raw) -> Floats:
            return np.stack([np.tile(of((None, side), raw), len(self.actors)) for side in SIDES])

        return RawArrays(
            actor={raw.name: by_actor(None, raw) for raw in ACTOR_RAW},
            side={raw.name: by_side(raw) for raw in SIDE_RAW},
            pair={raw.name: np.stack([by_actor(side, raw) for side in SIDES]) for raw in PAIR_RAW},
            third_states=np.tile(of((None, None), WAR_RAW[0]), len(self.actors)).reshape(spread),
        )


def read_relations(scenario: Scenario) -> Relations:
    """The relations of a scenario.

    Raises ScenarioError with every problem: no relations, no war, a record or quantity that is missing, unknown, in
    another unit or out of range.
    """
    if not scenario.relations:
        fix = "add `relations:`; docs/history.md shows one"
        raise ScenarioError([_problem(scenario, "relations", "nothing", "a section of relations", None, fix)])
    records: dict[tuple[str | None, str | None], tuple[str, Relation]]
    records = {(r.actor, r.side): (f"relations.{key}", r) for key, r in scenario.relations.items()}
    actors = tuple(dict.fromkeys(r.actor for r in scenario.relations.values() if r.actor is not None))
    problems = [problem for path, record in records.values() for problem in _quantity_problems(scenario, path, record)]
    wanted: list[tuple[str | None, str | None]] = [(None, None), *((None, side) for side in SIDES)]
    wanted += [(actor, side) for actor in actors for side in (None, *SIDES)]
    problems += [_missing(scenario, *key) for key in wanted if key not in records]
    for actor in actors:
        if actor in (scenario.sides["A"].lead, scenario.sides["B"].lead):
            where = next(path for (name, _), (path, _) in records.items() if name == actor)
            allowed = "a third state; what a side's lead is stands in the record of the side"
            problems.append(_problem(scenario, f"{where}.actor", actor, allowed, None, "remove its relations"))
    if not actors:
        problems.append(_problem(scenario, "relations", "no actor", "at least one third state", None, "add one"))
    if problems:
        raise ScenarioError(problems)
    war = records[(None, None)][1]
    assert war.began is not None  # a record of neither actor nor side has it
    joined = np.array([len(set(scenario.sides[side].members) - {scenario.sides[side].lead}) for side in SIDES])
    return Relations(scenario, actors, war.began, joined.astype(np.float64), records)


def _known(record: Relation) -> tuple[Raw, ...]:
    if record.actor is not None:
        return ACTOR_RAW if record.side is None else PAIR_RAW
    return WAR_RAW if record.side is None else SIDE_RAW


def _quantity_problems(scenario: Scenario, path: str, record: Relation) -> list[Problem]:
    known = {raw.name: raw for raw in _known(record)}
    problems = []
    for name, quantity in record.quantities.items():
        place = f"{path}.{name}"
        if name not in known:
            close = nearest(name, known)
            fix = f"write {close}, or remove it" if close else "remove it"
            problems.append(_problem(scenario, place, name, ", ".join(known), close, fix))
            continue
        problems += _value_problems(scenario, place, quantity, known[name])
    for name, raw in known.items():
        if name not in record.quantities and not raw.optional:
            allowed = f"{raw.meaning}; {raw.unit}, {_range(raw)}"
            fix = f"add {name}: {{value or prior, unit: {raw.unit!r}, source}}"
            problems.append(_problem(scenario, f"{path}.{name}", "nothing", allowed, None, fix))
    return problems


def _value_problems(scenario: Scenario, place: str, quantity: Quantity, raw: Raw) -> list[Problem]:
    problems = []
    if quantity.unit != raw.unit:
        allowed = f"{raw.unit} ({raw.meaning})"
        fix = f"convert the number and write unit: {raw.unit!r}"
        problems.append(_problem(scenario, place, f"unit {quantity.unit}", allowed, raw.unit, fix))
    low, high = quantity.prior.support if quantity.prior else (quantity.central, quantity.central)
    if low < raw.low or high > raw.high:
        fix = "truncate the prior with low and high, or choose another family" if quantity.prior else "correct it"
        problems.append(_problem(scenario, place, f"{low:g} to {high:g}", f"{_range(raw)} {raw.unit}", None, fix))
    return problems


def _range(raw: Raw) -> str:
    return f"{raw.low:g} or more" if math.isinf(raw.high) else f"{raw.low:g} to {raw.high:g}"


def _missing(scenario: Scenario, actor: str | None, side: str | None) -> Problem:
    told = {
        (False, False): "a record of the war: began, third_states",
        (False, True): f"a record of side {side}: capability_share, attacked",
        (True, False): f"a record of actor {actor} by itself",
        (True, True): f"a record of actor {actor} and side {side}",
    }[(actor is not None, side is not None)]
    return _problem(scenario, "relations", f"no such record (actor {actor}, side {side})", told, None, "add it")


def _problem(scenario: Scenario, path: str, given: str, allowed: str, close: str | None, fix: str) -> Problem:
    parts = path.split(".")
    place = None
    while place is None and parts:
        place = scenario.where(".".join(parts))
        parts.pop()
    file, line = place if place else (scenario.name, None)
    return Problem(file, line, path, given, allowed, close, fix)
