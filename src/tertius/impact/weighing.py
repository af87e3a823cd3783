"""How options are weighed against each other and under rival laws: means, regret, the worst tenth, what an effect
hangs on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tertius.engine.rivals import Rivals
from tertius.impact.comparison import SURE

Floats = NDArray[np.float64]
TENTH = 0.1
INNER = 1.2815515655446004  # standard errors on either side of an 80% interval
FEWEST_UNDER = 20  # futures of a law below which its mean says nothing


@dataclass(frozen=True)
class Estimate:
    """A mean over paired futures.

    mean      in the unit of what it is of
    error     its standard error
    interval  80% interval that the number of futures gives
    """

    mean: float
    error: float
    interval: tuple[float, float]

    @property
    def clear(self) -> bool:
        """Whether it lies beyond chance."""
        return self.error > 0 and abs(self.mean) > SURE * self.error


@dataclass(frozen=True)
class UnderLaw:
    """What an option is worth to the actor in the futures that go by one of the rival laws.

    block   what the laws are rivals in: id of an observation, or decisions
    law     name of the law
    share   share of futures that go by it
    worth   its effect on the actor's own stakes there
    """

    block: str
    law: str
    share: float
    worth: Estimate


def estimate(values: Floats) -> Estimate:
    """The mean of a number of each future, shape (future,); futures have a draw each."""
    mean = float(values.mean())
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    return Estimate(mean, error, (mean - INNER * error, mean + INNER * error))


def worst_tenth(values: Floats) -> float:
    """Mean over the tenth of the futures in which a number is least; at least one of them."""
    count = max(1, int(TENTH * len(values)))
    return float(np.partition(values, count - 1)[:count].mean())


def regrets(worths: Floats) -> Floats:
    """Mean of what the best option of each future would have had more, shape (option,); worths (option, future)."""
    return np.asarray((worths.max(axis=0) - worths).mean(axis=1))


def law_regrets(worths: Floats, rivals: Sequence[Rivals]) -> list[tuple[float, str]]:
    """Of each option the largest mean shortfall against the option best under a rival law, and that law, BLOCK:LAW."""
    found = [(0.0, "")] * len(worths)
    for rival, place, mine in _laws(rivals):
        means = worths[:, mine].mean(axis=1)
        for option, short in enumerate((means.max() - means).tolist()):
            if not found[option][1] or short > found[option][0]:
                found[option] = (short, f"{rival.block}:{rival.laws[place]}")
    return found


def under_laws(effect: Floats, rivals: Sequence[Rivals]) -> tuple[UnderLaw, ...]:
    """An effect, shape (future,), in the futures of each rival law."""
    return tuple(
        UnderLaw(rival.block, rival.laws[place], float(mine.mean()), estimate(effect[mine]))
        for rival, place, mine in _laws(rivals)
    )


def is_robust(whole: Estimate, laws: Sequence[UnderLaw]) -> bool:
    """Whether an effect is beyond chance, and on one side under every rival law."""
    return whole.clear and all(one.worth.mean * whole.mean > 0 for one in laws)


def hangs_on(effect: Floats, rivals: Sequence[Rivals]) -> tuple[str, ...]:
    """Rival laws, BLOCK:LAW, without whose futures less than half of a clear effect is left; the gap beyond chance."""
    whole = estimate(effect)
    held = list(_laws(rivals))
    bound = float(ndtri(1 - 0.025 / max(1, len(held))))
    found = []
    for rival, place, mine in held:
        inside, rest = estimate(effect[mine]), estimate(effect[~mine])
        gap, error = inside.mean - rest.mean, float(np.hypot(inside.error, rest.error))
        if whole.clear and rest.mean * np.sign(whole.mean) < abs(whole.mean) / 2 and abs(gap) > bound * error:
            found.append(f"{rival.block}:{rival.laws[place]}")
    return tuple(found)


def _laws(rivals: Sequence[Rivals]) -> list[tuple[Rivals, int, NDArray[np.bool_]]]:
    """Each law of which there are enough futures, and as many of others."""
    return [
        (rival, place, rival.which == place)
        for rival in rivals
        for place in range(len(rival.laws))
        if FEWEST_UNDER <= int((rival.which == place).sum()) <= len(rival.which) - FEWEST_UNDER
    ]


def beaten_by(worths: Floats, stakes: Floats) -> list[int | None]:
    """For each option the place of one that is no worse in any stake and in the worst tenth, and better beyond chance.

    Of several the one with the most worth; null where there is none. worths: shape (option, future); stakes: means of
    the actor's stakes, turned so that more is what it wants, shape (option, stake).
    """
    means = worths.mean(axis=1)
    worst = np.array([worst_tenth(values) for values in worths])
    found: list[int | None] = []
    for mine in range(len(worths)):
        better = [
            other
            for other in np.flatnonzero(
                (stakes >= stakes[mine]).all(axis=1) & (worst >= worst[mine]) & (means > means[mine])
            )
            if estimate(worths[other] - worths[mine]).clear
        ]
        found.append(int(max(better, key=lambda other: means[other])) if better else None)
    return found
