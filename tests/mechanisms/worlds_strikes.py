"""Made-up weapons, air defences and targets of a world."""

from itertools import product
from typing import Any

import numpy as np


def arms_of(rng: np.random.Generator) -> dict[str, int]:
    """How many of each; none of any in a third of the worlds."""
    if rng.random() < 1 / 3:
        return dict.fromkeys(("weapon", "aim", "defence", "interception", "target"), 0)
    weapons, defences, targets = (int(rng.integers(low, 4)) for low in (1, 0, 1))
    return {
        "weapon": weapons,
        "defence": defences,
        "target": targets,
        "aim": int(rng.integers(0, weapons * targets + 1)),
        "interception": int(rng.integers(0, weapons * defences + 1)),
    }


def strikes(rng: np.random.Generator, counts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Links of weapons, defences, targets, aims and interceptions by name, and those of supply lines to them."""
    some = lambda entity, count: rng.integers(-1, counts[entity], count)  # noqa: E731

    def pairs(one: str, two: str, count: int) -> np.ndarray:
        every = list(product(range(counts[one]), range(counts[two])))
        return rng.permutation(np.array(every, dtype=np.int64).reshape(-1, 2))[:count]

    aims = pairs("weapon", "target", counts["aim"])
    stops = pairs("defence", "weapon", counts["interception"])
    goods = rng.integers(-1, 2, counts["supply"])
    brought = rng.random(counts["supply"]) < 0.5
    return {
        "weapon": {"at": some("target", counts["weapon"])},
        "defence": {"at": some("target", counts["defence"]), "rank": rng.permutation(counts["defence"])},
        "target": {"side": rng.integers(0, 2, counts["target"])},
        "aim": {"weapon": aims[:, 0], "target": aims[:, 1]},
        "interception": {"defence": stops[:, 0], "weapon": stops[:, 1]},
        "supply": {
            "good": goods,
            "weapon": np.where((goods < 0) & brought, some("weapon", counts["supply"]), -1),
            "defence": np.where((goods < 0) & ~brought, some("defence", counts["supply"]), -1),
            "at": some("target", counts["supply"]),
        },
    }
