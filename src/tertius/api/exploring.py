"""A scenario as a model of the EMA workbench, for its experiments, scenario discovery and robust search."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tertius.api.calls import front
from tertius.api.war import Named, Names, Settings, chosen_of, compared, options_of
from tertius.defaults import SEED
from tertius.errors import MissingExtra, OptionError, UnknownName

if TYPE_CHECKING:
    from tertius.engine import Layout, Sampled

Ranges: TypeAlias = Mapping[str, tuple[float, float]] | Sequence[str]
"""Quantities and their lowest and highest values; or paths alone, for the inner 90% of their priors."""
ENDS = (0.05, 0.95)


@front
def ema_model(
    scenario: Named,
    uncertainties: Ranges,
    levers: Ranges = (),
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    futures: int = 200,
    weeks: int | None = None,
    seed: int = SEED,
) -> Any:
    """Make a scenario a model of the EMA workbench (ema-workbench), which then draws, runs and searches.

    An experiment sets the quantities in both worlds and runs both on the same futures with the same luck. Names are
    paths with `__` for dots and `_` for hyphens. Outcomes are means over futures after the last week: `NAME` as the
    scenario stands, and `NAME_difference`, as it stands less the other world.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        uncertainties: what is not known: path -> (low, high); or paths, for the inner 90% of their priors.
        levers: the same for what somebody may choose.
        without, settings, mode, assume: the two worlds, as of `compare`.
        futures: of each world in every experiment.
        weeks, seed: as of `compare`.

    Returns:
        An `ema_workbench.Model`, for `perform_experiments` and the rest; it can be sent to other processes.

    Raises:
        As `compare` does; MissingExtra: ema-workbench is not installed. OptionError: a range that is none, or a
        quantity that the question sets itself.

    Example:
        model = tertius.ema_model("river-war", ["contingents.legion.discord"])
    """
    try:
        import ema_workbench as ema
    except ImportError:
        raise MissingExtra("ema", "ema-workbench", "a model of the EMA workbench") from None
    from tertius.engine.sampling import Sampled
    from tertius.impact.question import other_of, question_of

    war = compared(scenario, assume)
    layout = war.layout
    options = options_of(war, futures, weeks, seed, 1)
    other = other_of(layout, question_of(layout, chosen_of(war, without, mode, settings), settings))
    unknown, chosen = _ranges(layout, uncertainties), _ranges(layout, levers)
    taken = [path for path in (*unknown, *chosen) if path in other.overrides]
    if taken or set(unknown) & set(chosen):
        given = ", ".join(taken or sorted(set(unknown) & set(chosen)))
        fix = "leave it out here, or ask another question"
        raise OptionError("uncertainties", given, "each quantity once, and none that the question sets", fix)
    paths = {_identifier(path): path for path in (*unknown, *chosen)}
    names = tuple(_identifier(name) for name in layout.scenario.outcomes)
    run = _Experiment(Sampled(layout, options), Sampled(other, options), paths, names)
    model = ema.Model(re.sub(r"\W|_", "", layout.scenario.name) or "war", function=run)
    model.uncertainties = [ema.RealParameter(_identifier(path), *ends) for path, ends in unknown.items()]
    model.levers = [ema.RealParameter(_identifier(path), *ends) for path, ends in chosen.items()]
    model.outcomes = [ema.ScalarOutcome(name) for name in (*names, *(f"{name}_difference" for name in names))]
    return model


@dataclass(frozen=True)
class _Experiment:
    """Both worlds on the same futures, with quantities at values: what the workbench calls."""

    base: Sampled
    other: Sampled
    paths: Mapping[str, str]
    outcomes: tuple[str, ...]

    def __call__(self, **values: float) -> dict[str, float]:
        preset = {self.paths[name]: float(value) for name, value in values.items()}
        means = [world.outcomes(preset)[:, -1].mean(axis=0) for world in (self.base, self.other)]
        found = dict(zip(self.outcomes, means[0].tolist(), strict=True))
        apart = (means[0] - means[1]).tolist()
        return found | {f"{name}_difference": value for name, value in zip(self.outcomes, apart, strict=True)}


def _identifier(path: str) -> str:
    return re.sub(r"\W", "_", path.replace(".", "__"))


def _ranges(layout: Layout, asked: Ranges) -> dict[str, tuple[float, float]]:
    """Path -> lowest and highest value. Raises UnknownName, OptionError, LayoutError for a value that is refused."""
    from tertius.engine import Layout

    given = dict(asked) if isinstance(asked, Mapping) else dict.fromkeys([asked] if isinstance(asked, str) else asked)
    found: dict[str, tuple[float, float]] = {}
    for path, ends in given.items():
        if path not in layout.by_path:
            raise UnknownName("quantity", path, layout.by_path)
        if ends is None:
            import numpy as np

            quantity = layout.by_path[path].quantity
            if quantity.prior is None:
                fix = f"give a range: {{{path!r}: (low, high)}}"
                raise OptionError("uncertainties", path, "a quantity with a prior, or a range", fix)
            low, high = quantity.quantile(np.array(ENDS)).tolist()
        else:
            low, high = (float(end) for end in ends)
        if not low < high:
            told = f"{path}: {low:g} to {high:g}"
            raise OptionError("uncertainties", told, "a low end below the high one", "swap them")
        for end in (low, high):
            Layout.of(layout.scenario, {**layout.overrides, path: end})  # refuses what is out of range
        found[path] = (low, high)
    return found
