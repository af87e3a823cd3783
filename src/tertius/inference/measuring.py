"""What was known on a day about an observation of the scenario: aligned weekly readings, masked and lagged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout
from tertius.errors import DataError, LayoutError, Problem, UnknownName
from tertius.evidence import WITHIN, Holdings, Series, known_on
from tertius.inference.structures import Measured
from tertius.world import Observation, Quantity, Scenario

BALANCE_WEEKS = 26
"""Material received over half a year stands for strength: our choice, from the lag of deliveries and training."""
NUISANCE = ("beside_bias", "beside_noise", "balance_elasticity", "count_noise")


@dataclass(frozen=True)
class Target:
    """An observation tied to its place in the layout.

    record      path of the record, such as 'theatres.front'
    output      name of the state variable
    quantities  the record's quantities by name, defaults included, and the observation's own
    closes      whether it ends at zero
    holder      side that holds the area
    """

    name: str
    observation: Observation
    record: str
    output: str
    quantities: dict[str, Quantity]
    closes: bool = False
    holder: str | None = None

    @property
    def kind(self) -> str:
        """'level' for land held, 'flow' for what is counted by week."""
        return "level" if self.output == "area" else "flow"


def striking_record(scenario: Scenario, name: str) -> bool:
    """Whether an observation is of launches or of what air defence stops, which `forecasts.strikes` forecasts."""
    return scenario.observations[name].output.partition(".")[0] in ("weapons", "defences")


def targets(layout: Layout) -> list[Target]:
    """Every observation of the scenario but those of strikes.

    Raises LayoutError for a wrong unit, an unknown or a lacking quantity.
    """
    scenario = layout.scenario
    found: list[Target] = []
    problems: list[Problem] = []
    for name, observation in scenario.observations.items():
        if striking_record(scenario, name):
            continue
        record, _, output = observation.output.rpartition(".")
        _, _, field = layout.output(observation.output)
        if observation.unit not in (field.unit, f"{field.unit}/week", field.unit.removesuffix("/week")):
            problems.append(_problem(layout, f"observations.{name}.unit", observation.unit, field.unit))
        for own in observation.quantities:
            if own not in NUISANCE:
                problems.append(_problem(layout, f"observations.{name}.{own}", own, ", ".join(NUISANCE)))
        needed = ["beside_noise"] * (observation.beside is not None) + ["count_noise"] * (output == "losses")
        for lacking in needed:
            if lacking not in observation.quantities:
                problems.append(_problem(layout, f"observations.{name}", f"no {lacking}", lacking))
        of_record = {
            column.path.rpartition(".")[2]: column.quantity
            for column in layout.columns
            if column.path.rpartition(".")[0] == record
        }
        section, _, key = record.partition(".")
        theatre = scenario.theatres[key] if section == "theatres" else None
        closes, holder = (theatre.closes_at_zero, theatre.holder) if theatre is not None else (False, None)
        own_too = of_record | dict(observation.quantities)
        found.append(Target(name, observation, record, output, own_too, closes, holder))
    if problems:
        raise LayoutError(problems)
    return found


def _problem(layout: Layout, path: str, given: str, allowed: str) -> Problem:
    file, line = layout.scenario.where(path) or (layout.scenario.name, None)
    return Problem(file, line, path, given, allowed, None, "correct or remove it")


def known_series(holdings: Holdings, target: Target) -> Series:
    """The observation's first series. Raises DataError where it is missing, holds nothing or is in another unit."""
    series = holdings.series(target.observation.series)
    if series.kind != target.kind:
        raise DataError(
            f"observations.{target.name}.series",
            f"{series.name}, a {series.kind}",
            f"a {target.kind}, as it measures {target.observation.output}",
            "name another series",
        )
    if not np.isfinite(series.values).any():
        raise DataError(
            f"{holdings.place}: series {series.name}", "no value", "some values", "add a file that has them"
        )
    return series


def measure(holdings: Holdings, target: Target, day: date, balance: bool = True) -> Measured:
    """Readings known on `day`, the end of a week, from the observation's start on.

    A second source, or the series that stands for the balance, that is missing is left out: the observation's first
    series suffices. What other sources publish later than in the week after is cut off and held at its last value.
    """
    first = known_series(holdings, target)
    held = first.until(day).between(target.observation.start, day)
    change = np.full((len(held), 2), np.nan)
    change[:, 0] = first.until(day).changes()[len(first.until(day)) - len(held) :]
    if target.observation.beside is not None:
        second = _optional(holdings, target.observation.beside)
        if second is not None:
            change[:, 1] = _aligned(known_on(second, day + WITHIN), held.weeks, changes=True)
    moved = _balance(holdings, target, held.weeks, day) if balance else None
    level = float(held.values[-1]) if target.kind == "level" and len(held) else None
    return Measured(change, start_of(target), moved, level)


def contradiction(holdings: Holdings, target: Target, day: date) -> DataError:
    """The error for readings that no draw of the prior can yield: the series and its most extreme change.

    A slipped digit makes two extreme changes in a row, so the value between them is shown.
    """
    found = []
    for name in (target.observation.series, target.observation.beside):
        series = None if name is None else _optional(holdings, name)
        if series is None:
            continue
        series = series.until(day).between(target.observation.start, day)
        readings = series.values
        steps = np.abs(np.diff(readings if series.kind == "level" else np.log(np.maximum(readings, 1e-300))))
        if not np.isfinite(steps).any():
            continue
        middle = float(np.nanmedian(steps))
        apart = np.where(np.isfinite(steps), steps, 0.0)
        place = int(apart.argmax())
        found.append((apart[place] / max(middle, 1e-300), series, place))
    model = f"observations.{target.name}, as known on {day}"
    if not found:
        return DataError(
            model, "readings that no draw of the priors can yield", "readings within the priors", "widen them"
        )
    _, series, place = max(found, key=lambda each: each[0])
    before, after = (series.weeks[place + at].astype("datetime64[D]").item() for at in (0, 1))
    return DataError(
        f"{', '.join(file for file, _ in series.files)}: series {series.name}, weeks {before} to {after}",
        f"{series.values[place]:.10g}, then {series.values[place + 1]:.10g} {series.unit}: the most extreme change, "
        f"and no draw of the priors of {target.name} can yield such readings",
        "changes that the priors of the scenario hold possible",
        "correct the value in the file if a digit slipped; else widen the priors of the observation's record",
    )


def _optional(holdings: Holdings, name: str) -> Series | None:
    try:
        return holdings.series(name)
    except (DataError, UnknownName):
        return None


def _aligned(series: Series, weeks: NDArray[np.datetime64], changes: bool) -> NDArray[np.float64]:
    """Values of the weeks asked for, NaN where the series has none; shape of `weeks`."""
    values = series.changes() if changes else series.values
    found = np.full(len(weeks), np.nan)
    place = np.searchsorted(series.weeks, weeks)
    inside = place < len(series)
    same = np.zeros(len(weeks), dtype=bool)
    same[inside] = series.weeks[place[inside]] == weeks[inside]
    found[same] = values[place[same]]
    return found


def _balance(
    holdings: Holdings, target: Target, weeks: NDArray[np.datetime64], day: date
) -> NDArray[np.float64] | None:
    """Log of material received over half a year, positive for the holder's side, shape of `weeks`; None: no data."""
    observation = target.observation
    series = None if observation.balance is None else _optional(holdings, observation.balance)
    if series is None or "balance_elasticity" not in target.quantities:
        return None
    series = known_on(series, day + WITHIN)
    flow = np.nan_to_num(series.values)
    if len(flow) < BALANCE_WEEKS:
        return None
    total = np.convolve(flow, np.ones(BALANCE_WEEKS))[BALANCE_WEEKS - 1 : len(flow)]
    if not (total > 0).all():
        return None
    ends = series.weeks[BALANCE_WEEKS - 1 :]
    place = np.clip(np.searchsorted(ends, weeks, side="right") - 1, 0, len(ends) - 1)
    sign = 1.0 if observation.balance_side == target.holder else -1.0
    return np.asarray(sign * np.log(total[place]))


def start_of(target: Target) -> tuple[float, float]:
    """Mean and standard deviation of the tempo (or of log losses) before the first week, from the prior."""
    if target.kind == "flow":
        return float(np.log(target.quantities["loss_level"].central)), 1.0
    low, middle, high = (float(q) for q in target.quantities["tempo"].quantile([0.1, 0.5, 0.9]))
    return middle, max((high - low) / 2.563, 1e-3)
