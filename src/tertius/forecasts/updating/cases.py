"""A scenario and data as of a day -> the moved case: scenario, posterior, layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tertius.engine import Layout
from tertius.engine.layout import Overrides
from tertius.engine.posterior import Block, Posterior
from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Holdings, lag_of
from tertius.evidence.series import stale
from tertius.forecasts.ledger.sealing import lineage
from tertius.forecasts.questions.settling import Steps
from tertius.forecasts.updating.sequence import Carried, carried
from tertius.forecasts.updating.sequence import Sequence as Posteriors
from tertius.inference.measuring import striking_record
from tertius.world import Scenario
from tertius.world.moving import Moved, Told, moved, unmoved

NOT_CARRIED = "not carried on by update, make it anew with tertius strikes fit"


@dataclass(frozen=True)
class Case:
    """A case as of a day.

    moved     the scenario moved to it
    carried   its posterior; None where no observation could be read
    layout    what is run: the moved scenario with the posterior in place of the priors of what it learnt
    """

    moved: Moved
    carried: Carried | None
    layout: Layout
    notes: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day."""
        return self.moved.scenario.as_of

    @property
    def posteriors(self) -> Posteriors | None:
        """Where its posterior goes on from."""
        return self.carried.sequence if self.carried is not None else None


def case_of(
    base: Layout,
    holdings: Holdings | None,
    records: Sequence[Steps],
    day: date,
    before: Posteriors | None,
    seed: int,
) -> Case:
    """The case of a scenario as of a day, from what was known then.

    Args:
        base: the scenario as written, with what is assumed.
        holdings: what was known when the case was made; None: no series.
        records: records of states' steps.
        day: the day.
        before: the posterior of an earlier day.
        seed: names the random numbers.

    Raises:
        DataError: readings that no row can yield. ScenarioError: a record that does not fit. OptionError: a day before
            the war.
    """
    scenario = base.scenario
    found = moved(scenario, day, told_of(scenario, holdings, records, day))
    overrides: Overrides = dict(base.overrides)
    layout = Layout.of(found.scenario, overrides)
    notes = list(found.notes)
    stay = list(unmoved(found.scenario, found.overlay)) if day > scenario.as_of else []
    unrecorded = _unrecorded(scenario, records, day)
    notes += [unrecorded] if unrecorded else []
    if stay:
        like = {path.rpartition(".")[2]: path for path in reversed(stay)}  # the first of each kind
        again = f"{len(stay)} counts of soldiers, stocks and damage begin again as written"
        notes.append(f"{again}, and what that changes counts as data: {', '.join(sorted(like.values()))} and the like")
    if holdings is None or not scenario.observations:
        layout, said = _with_posterior(base, layout, ())
        notes += said or ["no series: the priors stand" if holdings is None else "no observations: the priors stand"]
        return Case(found, None, layout, tuple(notes))
    own_fit = base if before is None and base.posterior is not None and day > scenario.as_of else None
    went_on = carried(layout, holdings, day, before, seed, own_fit)
    notes += went_on.sequence.notes
    notes += [f"{name}: {said}" for name, said in staleness(scenario, holdings, day).items()]
    layout, said = _with_posterior(base, layout, went_on.blocks)
    return Case(found, went_on, layout, (*notes, *said))


def _with_posterior(base: Layout, layout: Layout, blocks: tuple[Block, ...]) -> tuple[Layout, list[str]]:
    """The layout with what was carried on; of what no series tells anew, the scenario's own fit stands."""
    told = {block.observation for block in blocks}
    old = base.posterior.blocks if base.posterior is not None and base.scenario.as_of <= layout.scenario.as_of else ()
    stand = tuple(b for b in old if b.observation not in told and b.observation in layout.scenario.observations)
    why = {name: NOT_CARRIED for name in base.scenario.observations if striking_record(base.scenario, name)}
    said = f"its fit of {base.scenario.as_of} stands"
    notes = [f"{name}: {why.get(name, 'no new series')}; {said}" for name in (block.observation for block in stand)]
    every = (*blocks, *stand)
    if every:
        layout = replace(layout, posterior=Posterior(f"sequence to {layout.scenario.as_of}", every, {}))
    return layout, notes


def check_records(scenario: Scenario, records: Sequence[Steps]) -> None:
    """Refuse a record of another war. Raises OptionError."""
    names = set(lineage(scenario))
    for each in records:
        if not names & set(each.scenarios):
            given = f"{each.name}, of {', '.join(each.scenarios)}"
            fix = "leave it out, or correct `scenario` in it"
            raise OptionError("--record", given, f"a record of {' or '.join(sorted(names))}", fix)


def _unrecorded(scenario: Scenario, records: Sequence[Steps], day: date) -> str:
    """What to say where no record of steps reaches the day; empty where one does, or nothing is on record."""
    if day <= scenario.as_of or not any(each.recorded_since for each in scenario.instruments.values()):
        return ""
    whole = max((each.until for each in records), default=scenario.as_of)
    return f"no record of steps after {whole}: levels stay as they were then" if whole < day else ""


def told_of(scenario: Scenario, holdings: Holdings | None, records: Sequence[Steps], day: date) -> Told:
    """What series and records say of the time up to a day."""
    names = set(lineage(scenario))
    own = [each for each in records if names & set(each.scenarios)]
    steps = {key: step for each in own for key, step in each.record.items()}
    areas = {}
    for observation in scenario.observations.values():
        section, _, rest = observation.output.partition(".")
        name, _, what = rest.partition(".")
        if holdings is None or (section, what) != ("theatres", "area"):
            continue
        value = _last(holdings, observation.series, day)
        if value is not None:
            areas[name] = (value, f"the series {observation.series}")
    return Told(steps, ", ".join(each.name for each in own), areas, events_by(own, day))


def events_by(records: Sequence[Steps], day: date) -> dict[str, date | None]:
    """What records tell of events by a day: what happened by then; what was called off, from the record's end on."""
    told = [(name, when, each.until) for each in records for name, when in each.events.items()]
    return {name: when for name, when, until in told if (when or until) <= day}


def _last(holdings: Holdings, name: str, day: date) -> float | None:
    """The last value up to a day; None where there is none."""
    try:
        series = holdings.series(name)
    except (DataError, UnknownName):
        return None
    known = series.until(day)
    finite = known.values[np.isfinite(known.values)]
    return float(finite[-1]) if len(finite) else None


def staleness(scenario: Scenario, holdings: Holdings, day: date) -> Mapping[str, str]:
    """Series of the scenario's observations that end longer before a day than is usual, and what to say of them."""
    found = {}
    for observation in scenario.observations.values():
        for name in (observation.series, observation.beside, observation.balance):
            if name is None:
                continue
            try:
                last = holdings.series(name).until(day).last
            except (DataError, UnknownName):
                found[name] = "no data"
                continue
            said = stale(last, day, lag_of(name)) if last is not None else "no data"
            if said:
                found[name] = said
    return found
