"""Made-up worlds for laws: one trajectory's state, parameters and key, and what the tests do to them."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from tests.kernel import slow_draws
from tests.mechanisms.worlds_strikes import arms_of, strikes
from tests.mechanisms.worlds_system import counts_of, mirror_outputs, outputs_of, systems

import tertius.mechanisms  # noqa: F401  (registers the laws)
from tertius.engine.layout import Layout
from tertius.engine.parameters import fill
from tertius.kernel import Field, Key, Mechanism, Params, State, laws
from tertius.kernel.fields import ENTITIES, TABLE, fields

SEEDS = st.integers(0, 2**32 if "TERTIUS_RANDOM" in os.environ else 299)
"""Of random worlds: each is made once for all laws and tests, and each of these tries a hundred of them."""

# A typical size for each unit. A unit that is missing here is an error, so no new field goes untested.
SIZE = {
    "persons": 1e4,
    "persons/week": 1e3,
    "km2": 500.0,
    "km2/week": 50.0,
    "rounds": 1e5,
    "rounds/week": 3e4,
    "vehicles": 1e3,
    "vehicles/person": 0.02,
    "items": 1e3,
    "items/week": 1e3,
    "1/item": 1e-3,
    "persons/item": 0.5,
    "week": 8.0,
    "week/km2": 1e-3,
    "1": 0.6,
    "1/week": 0.03,
    "1/year": 1.0,
    "output": 100.0,
    "USD": 1e8,
    "USD/week": 1e7,
    "USD/person/week": 300.0,
    "USD/person": 1e4,
    "USD/item": 1e3,
}
KINDS = ("contingent", "contingent", "side", "supply", "weapon", "defence")
LEVERS = ("supply", "contingent", "side", "weapon", "defence")
ZERO_OR_ONE = {
    "instrument.level",
    "instrument.reference_level",
    "instrument.held",
    "instrument.capped",
    "contingent.came",
    "contingent.came_before",
    "rung.reached",
    "rung.reached_before",
    "rung.reference_reached",
    "red_line.crossed",
    "red_line.waiting",
    "bargain.alive",
    "theatre.open",
}


@dataclass
class World:
    """One trajectory, and where it stands in time; `seed` and `number` name its luck."""

    state: State
    params: Params
    names: dict[str, np.ndarray]
    seed: int = 1
    number: int = 0
    week: int = 0

    @property
    def key(self) -> Key:
        word = slow_draws.trajectory(self.seed, self.number)
        now = np.uint64(slow_draws.week(word, self.week))
        return Key(np.uint64(word), now, self.week, *(self.names[e] for e in Key._fields[3:]))

    def copy(self) -> "World":
        state, params = State(*(a.copy() for a in self.state)), Params(*(a.copy() for a in self.params))
        return World(state, params, self.names, self.seed, self.number, self.week)

    def array(self, field: Field) -> np.ndarray:
        """Return all slots of a field, as a view."""
        if field.kind == "link":
            return getattr(self.params, f"{field.entity}_links")[:, field]
        return getattr(self.state if field.kind == "state" else self.params, field.entity)[:, field]

    def value(self, path: str, slot: int = 0) -> float:
        """Return one number by name, 'contingent.troops': without the constants that the laws use."""
        return float(self.array(field_of(path))[slot])

    def put(self, path: str, value: Any) -> "World":
        self.array(field_of(path))[:] = value
        return self

    def count(self, entity: str) -> int:
        return len(getattr(self.state, entity))

    def after(self, law: Mechanism) -> "World":
        """Return the world after one law; this one stays as it is."""
        moved = self.copy()
        law.function(moved.state, moved.params, moved.key)
        return moved


@cache
def field_of(path: str) -> Field:
    entity, _, name = path.partition(".")
    found = [f for (_, e, n), f in TABLE.items() if e == entity and n == name]
    assert len(found) == 1, f"{len(found)} fields are named {path}"
    return found[0]


@cache
def law(name: str) -> Mechanism:
    return {law.name: law for law in laws()}[name]


Draw = Callable[[np.random.Generator, int], Any]
SPECIAL: dict[str, Draw] = {
    "parameter contingent.learning_weeks": lambda rng, count: rng.uniform(0.5, 40, count),
    "parameter contingent.fluency_exponent": lambda rng, count: rng.uniform(0.2, 3, count),
    "parameter contingent.soldiers_per_group": lambda rng, count: rng.uniform(1, 60, count),
    "parameter event.week": lambda rng, count: rng.integers(-1, 5, count) + rng.uniform(0, 1, count),
    "parameter occasion.week": lambda rng, count: rng.integers(-2, 5, count) + rng.uniform(0, 1, count),
    "parameter push.delay": lambda rng, count: rng.integers(0, 2, count),
    "parameter push.lasting": lambda rng, count: rng.integers(0, 6, count),
    "parameter driver.scale": lambda rng, count: rng.choice([-1.0, 1.0], count) * rng.uniform(50, 500, count),
    "parameter instrument.forced_week": lambda rng, count: np.where(
        rng.random(count) < 0.8, 1e9, rng.integers(0, 5, count)
    ),
    "parameter instrument.forced_step": lambda rng, count: rng.integers(-1, 2, count),
    "state world.decision_law": lambda rng, count: rng.choice([52.0, 70.0, 71.0, 72.0], count),
    "state instrument.step": lambda rng, count: rng.integers(-1, 2, count),
    "parameter contingent.withdrawn_from_week": lambda rng, count: np.where(rng.random(count) < 0.8, 1e9, 3.0),
    "state world.ended": lambda rng, count: np.zeros(count),
    "state world.settled": lambda rng, count: np.zeros(count),
    "state world.ceasefire": lambda rng, count: np.zeros(count),
    "state world.faded": lambda rng, count: np.zeros(count),
    "state side.aims_met": lambda rng, count: np.zeros(count),
    "state side.collapsed": lambda rng, count: np.zeros(count),
}
"""How fields are drawn whose range alone would make worlds in which nothing happens."""


def number(rng: np.random.Generator, field: Field, count: int) -> np.ndarray:
    """Return numbers in the field's range, one in six at an edge of it."""
    if field.path in ZERO_OR_ONE:
        return rng.integers(0, 2, count).astype(float)
    special = SPECIAL.get(f"{field.kind} {field.path}")
    if special is not None:
        return np.asarray(special(rng, count), dtype=float)
    size = SIZE[field.unit]
    if np.isfinite(field.low) and np.isfinite(field.high):
        drawn, edge = rng.uniform(field.low, field.high, count), rng.choice([field.low, field.high], count)
    elif np.isfinite(field.low):
        drawn, edge = field.low + size * rng.lognormal(0, 1, count), np.full(count, field.low)
    else:
        drawn, edge = size * rng.normal(0, 1, count), np.zeros(count)
    return np.where(rng.random(count) < 1 / 6, edge, drawn)


def random_world(seed: int, *, mid_war: bool = True, off: Iterable[tuple[Field, float]] = ()) -> World:
    """Return a world with every number random within its range, save those in `off`.

    Not `mid_war`: only what a scenario gives is set, and the laws have filled in the as-of state.
    """
    world = _of_seed(seed, mid_war).copy()
    if mid_war:
        return world
    for field, value in off:
        world.array(field)[:] = value
    return begin(world)


@lru_cache(maxsize=1000)
def _of_seed(seed: int, mid_war: bool) -> World:
    """Return the world that is copied; not `mid_war`, before the laws have filled anything in."""
    rng = np.random.default_rng(seed)
    counts = {"world": 1, "theatre": int(rng.integers(1, 4)), "side": 2, "contingent": int(rng.integers(0, 4))}
    counts |= {"force": 2 * counts["theatre"], "supply": int(rng.integers(0, 4)), "event": int(rng.integers(0, 4))}
    counts |= arms_of(rng)
    deciding = deciders(rng, counts)
    counts |= {entity: len(table) for entity, table in deciding.items()}
    counts |= {"option": 2 * counts["instrument"], "stake": int(deciding.pop("stake").shape[0])}
    arrays: dict[tuple[str, str], np.ndarray] = {}
    for entity in ENTITIES:
        for kind in ("state", "parameter"):
            table = np.zeros((counts[entity], len(fields(kind, entity))))
            for field in fields(kind, entity):
                if mid_war or field.given:
                    table[:, field] = number(rng, field, counts[entity])
            arrays[kind, entity] = table
    two = lambda entity: rng.integers(0, 2, counts[entity])  # noqa: E731
    kinds = rng.integers(0, len(KINDS), counts["event"])
    kinds = np.where([counts[KINDS[kind]] > 0 for kind in kinds], kinds, 2).astype(np.int64)
    links = {
        "theatre": {"holder": two("theatre"), "closes_at_zero": two("theatre"), "contact_at_bounds": two("theatre")},
        "contingent": {
            "side": two("contingent"),
            "theatre": rng.integers(0, counts["theatre"], counts["contingent"]),
            "actor": rng.integers(-1, counts["actor"], counts["contingent"]),
            "command": rng.integers(0, 3, counts["contingent"]),
        },
        "supply": {"side": two("supply"), "own": two("supply")},
        "event": {"kind": kinds, "target": [int(rng.integers(0, counts[KINDS[kind]])) for kind in kinds]},
    }
    whose = 2 * rng.integers(0, 2, counts["contingent"]) + links["contingent"]["side"]  # two senders a side
    links["contingent"]["sender"] = [int(np.flatnonzero(whose == one)[0]) for one in whose]
    for entity in ("contingent", "supply"):
        links[entity]["bargain"] = rng.integers(-1, counts["bargain"], counts[entity])
    links |= systems(rng, counts)
    for entity, held in strikes(rng, counts).items():
        links[entity] = {**links.get(entity, {}), **held}
    tables = deciding
    for entity, held in links.items():
        tables[entity] = np.zeros((counts[entity], len(fields("link", entity))), dtype=np.int64)
        for field in fields("link", entity):
            tables[entity][:, field] = held[field.name]
    state = State(*(arrays["state", e] for e in ENTITIES))
    parameters = {e: arrays["parameter", e] for e in ENTITIES}
    params = Params(**parameters, **{f"{e}_links": t for e, t in tables.items()})
    names = {e: rng.integers(0, 2**63, counts[e]).astype(np.uint64) for e in Key._fields[3:]}
    world = World(state, params, names, seed=seed, week=int(rng.integers(0, 5)))
    if mid_war:
        world.put("contingent.location", rng.integers(-1, counts["theatre"], counts["contingent"]))
        share = world.array(field_of("force.reference_share")).reshape(-1, 2)
        world.put("force.reference_share", (share / np.maximum(share.sum(axis=0), 1e-9)).ravel())
        news = np.minimum(world.array(field_of("contingent.newcomers")), world.array(field_of("contingent.troops")))
        world.put("contingent.newcomers", news)
    return world


def deciders(rng: np.random.Generator, counts: dict[str, int]) -> dict[str, np.ndarray]:
    """Return link tables of actors, instruments and the rest, and one row a stake; count what these tie to."""
    stakes = int(rng.integers(1, 4))
    owners = np.repeat(np.arange(int(rng.integers(0, 4))), 2)[int(rng.integers(0, 2)) :]
    alike = [int(rng.integers(0, i + 1)) for i in range(len(owners))]
    effects = [sorted(rng.choice(stakes, int(rng.integers(0, stakes + 1)), replace=False)) for _ in owners]
    ends = np.cumsum([len(each) for each in effects], dtype=np.int64)
    rows: dict[str, dict[str, Any]] = {
        "actor": {
            "first_instrument": [int(np.flatnonzero(owners == a)[0]) for a in np.unique(owners)],
            "end_instrument": [int(np.flatnonzero(owners == a)[-1]) + 1 for a in np.unique(owners)],
        },
        "instrument": {
            "actor": owners,
            "favours": rng.integers(-1, 2, len(owners)),
            "joins": rng.integers(-1, 2, len(owners)),
            "towards": rng.integers(-1, len(np.unique(owners)), len(owners)),
            "group": [alike[i] if alike[alike[i]] == alike[i] else i for i in range(len(owners))],
            "top_level": rng.integers(1, 3, len(owners)),
            "first_consequence": ends - [len(each) for each in effects],
            "end_consequence": ends,
        },
        "consequence": {"stake": [int(x) for each in effects for x in each]},
    }
    actors = len(np.unique(owners))
    rows["interest"] = {"wants": rng.integers(-1, 2, actors * stakes)}
    counts.update({"actor": actors, "instrument": len(owners), **counts_of(rng, actors)})
    driven = int(rng.integers(0, 4))
    rows["driver"] = {"stake": rng.integers(0, stakes, driven), **outputs_of(rng, counts, driven)}
    kinds = [kind for kind in rng.integers(0, 5, 4 if len(owners) else 0) if counts[LEVERS[kind]]]
    rows["lever"] = {
        "instrument": rng.integers(0, max(1, len(owners)), len(kinds)),
        "kind": kinds,
        "target": [int(rng.integers(0, counts[LEVERS[kind]])) for kind in kinds],
    }
    tables: dict[str, np.ndarray] = {"stake": np.zeros((stakes, 0))}
    for entity, held in rows.items():
        length = len(next(iter(held.values())))
        tables[entity] = np.zeros((length, len(fields("link", entity))), dtype=np.int64)
        for field in fields("link", entity):
            tables[entity][:, field] = held[field.name]
    return tables


def begin(world: World) -> World:
    """Let the laws fill in the as-of state."""
    started = world.copy()
    started.week = -1
    for each in laws():
        if each.at_start:
            each.function(started.state, started.params, started.key)
    return started


def shipped(layout: Layout, seed: int, number: int) -> World:
    """Return one trajectory of a laid-out scenario at its as-of date, one draw of parameters a trajectory."""
    state, params = fill(layout, seed, np.array([number]))
    linked = [name.endswith("_links") for name in Params._fields]
    own = Params(*(a.copy() if link else a[0] for a, link in zip(params, linked, strict=True)))
    names = {entity: layout.names[entity] for entity in Key._fields[3:]}
    return begin(World(State(*(a[0] for a in state)), own, names, seed, number))


def weeks_of(world: World, weeks: int, around: Mechanism) -> Iterable[tuple[World, World]]:
    """Run on; yield the world before and after the law `around`, week by week; the next week uses both up."""
    world = world.copy()
    for week in range(weeks):
        world.week = week
        key = world.key
        for each in laws():
            if each.name == around.name:
                moved = world.after(each)
                yield world, moved
                world = moved
            else:
                each.function(world.state, world.params, key)


def mirrored(world: World) -> World:
    """Return the world with the labels A and B exchanged."""
    flipped = world.copy()
    for table in (flipped.state, flipped.params):
        table.side[:] = table.side[::-1].copy()
        table.force[:] = table.force[np.arange(len(table.force)) ^ 1]
    for path in ("theatre.holder", "contingent.side", "supply.side", "target.side"):
        flipped.put(path, 1 - flipped.array(field_of(path)))
    for path in ("instrument.favours", "instrument.joins"):
        flipped.put(path, -flipped.array(field_of(path)))
    kinds, targets = flipped.array(field_of("event.kind")), flipped.array(field_of("event.target"))
    targets[:] = np.where(kinds == 2, 1 - targets, targets)
    levers, moved = flipped.array(field_of("lever.kind")), flipped.array(field_of("lever.target"))
    moved[:] = np.where(levers == 2, 1 - moved, moved)
    mirror_outputs(flipped)
    flipped.names = {**world.names, "side": world.names["side"][::-1].copy()}
    return flipped


def same(left: World, right: World, *, but: Iterable[Field] = (), rtol: float = 0.0) -> None:
    """Fail unless all state variables agree, save those in `but`; exactly, unless a tolerance is given."""
    spared = {(f.entity, int(f)) for f in but}
    for entity in ENTITIES:
        for field in fields("state", entity):
            if (entity, int(field)) not in spared:
                a, b = left.array(field), right.array(field)
                if np.array_equal(a, b):
                    continue  # a hundred fields a world: what is equal needs no report on how far it is apart
                np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol, err_msg=field.path)
