"""Made-up ladders, red lines, bargains and ties of a world, and what the tests do to all links between records."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tertius.engine.entries import DRIVING
from tertius.kernel.fields import ENTITIES, fields

if TYPE_CHECKING:
    from tests.mechanisms.worlds import World

MEASURING = ("driver", "rung", "red_line")
STRIKING = ("weapon", "aim", "defence", "interception", "target")
TURNED = ("contingent", "supply", "event", "rung", "red_line", "bargain", "tie", *STRIKING)  # whose order is reversed


def counts_of(rng: np.random.Generator, actors: int) -> dict[str, int]:
    """How many records of each kind; a tie needs two actors."""
    counts = {"rung": int(rng.integers(0, 5)), "red_line": int(rng.integers(0, 4)), "bargain": int(rng.integers(0, 3))}
    occasions = int(rng.integers(0, 4))
    counts |= {"occasion": occasions, "turn": int(rng.integers(0, 4)) if occasions else 0}
    counts |= {"push": int(rng.integers(0, 4)) if occasions and actors else 0}
    return counts | {"tie": int(rng.integers(0, 3)) if actors > 1 else 0}


def outputs_of(rng: np.random.Generator, counts: dict[str, int], number: int, but: str = "") -> dict[str, list[int]]:
    """Outputs that so many records may name; a spell may not be one, so that its law can be tested alone."""
    known = [entity for entity in DRIVING if counts[entity] and entity != but]
    chosen = [known[int(rng.integers(0, len(known)))] for _ in range(number)]
    free = {e: [int(f) for f in fields("state", e) if f.name not in ("activity", "shock_scale")] for e in known}
    return {
        "output_entity": [ENTITIES.index(entity) for entity in chosen],
        "output_slot": [int(rng.integers(0, counts[entity])) for entity in chosen],
        "output_field": [int(rng.choice(free[entity])) for entity in chosen],
    }


def systems(rng: np.random.Generator, counts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Links of rungs, red lines, bargains and ties by name."""
    rungs, lines, ties = counts["rung"], counts["red_line"], counts["tie"]
    ladder = np.sort(rng.integers(0, 2, rungs))
    outputs = outputs_of(rng, counts, rungs, but="rung")
    defined = rng.random(rungs) < 0.4
    outputs["output_entity"] = list(np.where(defined, outputs["output_entity"], -1))
    some = lambda entity, count: rng.integers(-1, counts[entity], count)  # noqa: E731
    first = rng.integers(0, max(1, counts["actor"]), ties)
    return {
        "rung": {
            "ladder": ladder,
            "below": [r - 1 if r and ladder[r - 1] == ladder[r] else -1 for r in range(rungs)],
            "stake": some("stake", rungs),
            **outputs,
        },
        "red_line": {
            **{role: some("instrument", lines) for role in ("signal", "answer", "deters")},
            "answer_contingent": some("contingent", lines),
            **outputs_of(rng, counts, lines, but="red_line"),
        },
        "bargain": {"payment": some("instrument", counts["bargain"])},
        "tie": {"first": first, "second": (first + 1) % max(1, counts["actor"])},
        **calendar(rng, counts),
    }


def calendar(rng: np.random.Generator, counts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Links of occasions, their turns and what they move; a move hangs on a turn of its own occasion, or on none."""
    turns = rng.integers(0, max(1, counts["occasion"]), counts["turn"])
    occasion = rng.integers(0, max(1, counts["occasion"]), counts["push"])
    own = [[-1, *np.flatnonzero(turns == held)] for held in occasion]
    return {
        "occasion": {"who": rng.integers(0, 2 ** max(1, counts["actor"]), counts["occasion"])},
        "turn": {"occasion": turns},
        "push": {
            "occasion": occasion,
            "turn": [int(rng.choice(each)) for each in own],
            "instrument": rng.integers(0, max(1, counts["instrument"]), counts["push"]),
        },
    }


def mirror_outputs(world: "World") -> None:
    """Exchange sides A and B wherever a record names an output of theirs."""
    for entity in MEASURING:
        named, slots = (link(world, entity, name) for name in ("output_entity", "output_slot"))
        slots[:] = np.where(named == ENTITIES.index("side"), 1 - slots, slots)
        slots[:] = np.where(named == ENTITIES.index("force"), slots ^ 1, slots)


def turned(world: "World") -> "World":
    """Return the world with its records in the opposite order, and every link to them as before."""
    other = world.copy()
    last = {entity: world.count(entity) - 1 for entity in TURNED}
    for entity in TURNED:
        for held in (other.state, other.params):
            getattr(held, entity)[:] = getattr(held, entity)[::-1].copy()
        table = getattr(other.params, f"{entity}_links", None)
        if table is not None:
            table[:] = table[::-1].copy()
    for entity, name, target in (
        ("rung", "below", "rung"),
        ("contingent", "bargain", "bargain"),
        ("supply", "bargain", "bargain"),
        ("red_line", "answer_contingent", "contingent"),
        *(("supply", name, name) for name in ("weapon", "defence")),
        *((entity, "at", "target") for entity in ("supply", "weapon", "defence")),
        *(("aim", name, name) for name in ("weapon", "target")),
        *(("interception", name, name) for name in ("defence", "weapon")),
    ):
        slots = link(other, entity, name)
        slots[:] = np.where(slots < 0, slots, last[target] - slots)
    for entity in MEASURING:
        named, slots = (link(other, entity, name) for name in ("output_entity", "output_slot"))
        for target in TURNED:
            slots[:] = np.where(named == ENTITIES.index(target), last[target] - slots, slots)
    struck = ("weapon", "defence")
    targets = {
        "event": ("contingent", "contingent", None, "supply", *struck),
        "lever": ("supply", "contingent", None, *struck),
    }
    for entity, by_kind in targets.items():
        kinds, slots = (link(other, entity, name) for name in ("kind", "target"))
        for kind, target in enumerate(by_kind):
            if target is not None:
                slots[:] = np.where(kinds == kind, last[target] - slots, slots)
    other.names = {n: v[::-1].copy() if n in TURNED else v for n, v in world.names.items()}
    return other


def link(world: "World", entity: str, name: str) -> np.ndarray:
    """Return all slots of a link, as a view."""
    field = next(f for f in fields("link", entity) if f.name == name)
    return getattr(world.params, f"{entity}_links")[:, field]
