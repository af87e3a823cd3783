"""What an analyst can see of a future: series as their sources give them, steps on record, and what happens openly.

A series is read with its source's lag and the scatter that the scenario gives it, over windows of weeks: a stock by its
change, a flow by its mean. Steps of instruments, rungs, ends of bargains, closed theatres and turns of the calendar are
seen in the week in which they come; a step is seen where a level stands off that of the as-of date. What no source
counts (soldiers present, power, threat) is no observable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble, Layout
from tertius.errors import OptionError, UnknownName
from tertius.evidence import observation_models, weeks_late
from tertius.impact.chances import of_event, of_step
from tertius.impact.indicators import Signal, first_week
from tertius.impact.needed import is_open
from tertius.impact.recorded import Recorded
from tertius.world import Scenario

WINDOWS = (4, 13)
WAYS = ("up", "down")
WAR_ENDS = "war-ends"
CLOSES = "closes"


@dataclass(frozen=True)
class Target:
    """An event whose signs are sought.

    id       as it is asked for
    kind     war, step, rung, theatre or outcome
    name     id of the instrument, rung, theatre or outcome; empty for the war
    detail   up or down of a step, and of an outcome whether it lies above or below `value`
    value    threshold of an outcome, in its unit
    """

    id: str
    kind: str
    name: str
    detail: str = ""
    value: float = 0.0


def target_of(text: str, scenario: Scenario) -> Target:
    """Read a target: war-ends, INSTRUMENT, INSTRUMENT:up or :down, LADDER.RUNG, THEATRE:closes, OUTCOME>N or OUTCOME<N.

    Raises UnknownName for a name that the scenario has not, OptionError for a form that is none of these.
    """
    form = f"{WAR_ENDS}, INSTRUMENT[:up|:down], LADDER.RUNG, THEATRE:{CLOSES}, OUTCOME>NUMBER, OUTCOME<NUMBER"
    if text == WAR_ENDS:
        return Target(text, "war", "")
    for sign, detail in ((">", "above"), ("<", "below")):
        name, found, number = (part.strip() for part in text.partition(sign))
        if found:
            if name not in scenario.outcomes:
                raise UnknownName("outcome", name, scenario.outcomes)
            try:
                value = float(number)
            except ValueError:
                raise OptionError("TARGET", text, form, "write a number after the sign") from None
            if not np.isfinite(value):
                raise OptionError("TARGET", text, form, "write a finite number after the sign")
            return Target(text, "outcome", name, detail, value)
    name, _, detail = text.partition(":")
    if name in scenario.instruments and detail in ("", *WAYS):
        return Target(text, "step", name, detail or "up")
    if text in rungs(scenario):
        return Target(text, "rung", text)
    if name in scenario.theatres and detail == CLOSES and scenario.theatres[name].closes_at_zero:
        return Target(text, "theatre", name)
    if detail and name in scenario.instruments:
        raise OptionError("TARGET", text, form, f"ask for {name}:up")
    closing = [f"{name}:{CLOSES}" for name, told in scenario.theatres.items() if told.closes_at_zero]
    names = [WAR_ENDS, *scenario.instruments, *rungs(scenario), *closing, *scenario.outcomes]
    raise UnknownName("target", text, names, f"write one of these forms: {form}", called(scenario))


def called(scenario: Scenario) -> dict[str, str]:
    """What readers call the events that can be asked for, by name: the war's end, instruments, rungs, outcomes."""
    told = {WAR_ENDS: "The war ends"}
    told.update({name: one.name for name, one in scenario.instruments.items()})
    for ladder, one in scenario.ladders.items():
        told.update({f"{ladder}.{key}": rung.name for key, rung in one.rungs.items()})
    return told | {name: one.name for name, one in scenario.outcomes.items()}


def rungs(scenario: Scenario) -> dict[str, str]:
    """Every rung, LADDER.RUNG -> its path."""
    held = scenario.ladders.items()
    return {f"{ladder}.{key}": f"ladders.{ladder}.rungs.{key}" for ladder, told in held for key in told.rungs}


def outputs_read(scenario: Scenario) -> tuple[str, ...]:
    """Paths of the outputs that signals and targets read."""
    paths = [told.output for told in scenario.observations.values()]
    paths += [f"instruments.{name}.level" for name in scenario.instruments]
    paths += [f"{path}.reached" for path in rungs(scenario).values()]
    paths += [f"bargains.{name}.alive" for name in scenario.bargains]
    paths += [f"theatres.{name}.open" for name, told in scenario.theatres.items() if told.closes_at_zero]
    paths += [f"calendar.{name}.turns.{turn}.turned" for name, told in scenario.calendar.items() for turn in told.turns]
    return ("world.ended", *dict.fromkeys(paths))


def comes(ensemble: Ensemble, target: Target) -> NDArray[np.float64]:
    """First week in which the event is there in each future kept, inf where never; an outcome's is the last."""
    if target.kind == "outcome":
        last = ensemble.of(target.name)[: len(ensemble.everything), -1]
        return np.where(
            last > target.value if target.detail == "above" else last < target.value, ensemble.weeks, np.inf
        )
    if target.kind == "war":
        return first_week(ensemble.path("world.ended") > 0)
    if target.kind == "rung":
        return first_week(ensemble.path(f"{rungs(ensemble.layout.scenario)[target.name]}.reached") > 0)
    if target.kind == "theatre":
        return first_week(ensemble.path(f"theatres.{target.name}.open") == 0)
    return first_week(_stepped(ensemble, target.name, target.detail))


def chances_read(layout: Layout, target: Target) -> tuple[str, ...]:
    """Paths of the outputs that hold the weekly chances of a target, where the run gives them."""
    if target.kind == "step" and is_open(layout, target.name, target.detail):
        return (f"instruments.{target.name}.steps.{target.detail}.chance",)
    if (
        target.kind == "rung"
        and layout.scenario.ladders[target.name.partition(".")[0]].rungs[_key(target)].output is None
    ):
        return (f"{rungs(layout.scenario)[target.name]}.chance",)
    return ()


def news(ensemble: Ensemble, target: Target) -> NDArray[np.float64] | None:
    """Surprise of a target by each week, shape (future, week + 1); None where its weekly chances are not known."""
    read = chances_read(ensemble.layout, target)
    if not read or not set(read) <= set(ensemble.kept):
        return None
    recorded = Recorded(ensemble)
    if target.kind == "step":
        return of_step(recorded, target.name, target.detail)
    reached = recorded.output(f"{rungs(recorded.scenario)[target.name]}.reached")
    return of_event(recorded, np.maximum.accumulate(reached, axis=1), read[0])


def _key(target: Target) -> str:
    return target.name.partition(".")[2]


def _stepped(ensemble: Ensemble, name: str, way: str) -> NDArray[np.bool_]:
    levels = ensemble.path(f"instruments.{name}.level")
    return np.asarray(levels > levels[:, :1] if way == "up" else levels < levels[:, :1])


def signals(ensemble: Ensemble, target: Target) -> tuple[Signal, ...]:
    """All that can be seen of these futures, save what is the event itself."""
    return others(every_signal(ensemble), target)


def every_signal(ensemble: Ensemble) -> tuple[Signal, ...]:
    """All that can be seen of these futures."""
    return tuple(each_signal(ensemble))


def each_signal(ensemble: Ensemble) -> Iterator[Signal]:
    """The same one by one."""
    yield from _series(ensemble)
    yield from _open(ensemble)


def others(every: Iterable[Signal], target: Target) -> tuple[Signal, ...]:
    """What is not the event itself; a step back is no sign of one forward."""
    own = {"step": {f"{target.name}:{way}" for way in WAYS}, "rung": {target.name}}
    own["theatre"] = {f"{target.name}:{CLOSES}"}
    return tuple(signal for signal in every if signal.id not in own.get(target.kind, ()))


def _series(ensemble: Ensemble) -> Iterator[Signal]:
    for name in ensemble.layout.scenario.observations:
        for window in WINDOWS:
            if (found := series_signal(ensemble, name, window)) is not None:
                yield found


def series_signal(ensemble: Ensemble, name: str, window: int) -> Signal | None:
    """One observed series as its source would give it, read over a window of weeks; None where no reading fits in."""
    lag = weeks_late(ensemble.layout.scenario.observations[name].series)
    values = counted(ensemble, name)
    if window + lag >= values.shape[1]:
        return None
    flow = is_flow(ensemble, name)
    read = np.full(values.shape, np.nan)
    if flow:
        sums = np.cumsum(values[:, 1:], axis=1)
        whole = np.concatenate([sums[:, window - 1 : window], sums[:, window:] - sums[:, :-window]], axis=1)
        seen = whole / window
    else:
        seen = values[:, window:] - values[:, :-window]
    read[:, window + lag :] = seen[:, : values.shape[1] - window - lag]
    return Signal(name, window, read, flow)


def counted(ensemble: Ensemble, name: str) -> NDArray[np.float64]:
    """What an observed series says of each week, before its lag, shape (future, week + 1), in its unit.

    A count errs by the scatter that the scenario gives it, in log units; the level of a map by what its source's weekly
    changes err by, half of it at either end of a window.
    """
    told = ensemble.layout.scenario.observations[name]
    values = ensemble.path(told.output).astype(np.float64)
    luck = np.random.default_rng([ensemble.seed, *name.encode()]).standard_normal(values.shape)
    scatter, model = told.quantities.get("count_noise"), observation_models().get(told.series.partition(".")[0])
    if scatter is not None:
        return np.asarray(values * np.exp(scatter.central * luck))
    if model is None or model.noise is None or model.noise_unit != f"{told.unit} per week" or is_flow(ensemble, name):
        return values
    return np.asarray(values + model.noise / np.sqrt(2.0) * luck)


def is_flow(ensemble: Ensemble, name: str) -> bool:
    """Whether an observation is a flow, read as its mean a week, and not a stock, read as its change."""
    output = ensemble.layout.scenario.observations[name].output
    return "/week" in ensemble.layout.output(output)[2].unit


def _open(ensemble: Ensemble) -> Iterator[Signal]:
    scenario = ensemble.layout.scenario
    for name in scenario.instruments:
        for way in WAYS:
            yield _seen(f"{name}:{way}", _stepped(ensemble, name, way))
    for name, path in rungs(scenario).items():
        reached = ensemble.path(f"{path}.reached") > 0
        yield _seen(name, reached & ~reached[:, :1])
    for name in scenario.bargains:
        yield _seen(f"{name}:ends", ensemble.path(f"bargains.{name}.alive") == 0)
    for name, told in scenario.theatres.items():
        if told.closes_at_zero:
            yield _seen(f"{name}:{CLOSES}", ensemble.path(f"theatres.{name}.open") == 0)
    for name, occasion in scenario.calendar.items():
        for turn in occasion.turns:
            yield _seen(f"{name}:{turn}", ensemble.path(f"calendar.{name}.turns.{turn}.turned") > 0)


def _seen(name: str, there: NDArray[np.bool_]) -> Signal:
    """Seen once it has been there at the end of any week so far."""
    return Signal(name, 0, np.logical_or.accumulate(there, axis=1).astype(np.float64))
