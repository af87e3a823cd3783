"""Watch a war: find the rules as of the scenario's date, hold them against what was seen by a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from tertius.defaults import LEAST_RATIO, QUIET_WEEKS
from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.forecasts.watch.checking import Futures, ahead, check, ended, openly, readings, tells, too_rare
from tertius.forecasts.watch.memory import fresh
from tertius.forecasts.watch.own import Own
from tertius.forecasts.watch.seen import Seen
from tertius.forecasts.watch.watched import FORM, Watch, Watched, came_key
from tertius.impact.indicators import grid
from tertius.impact.needed import claim_outputs
from tertius.impact.watching import Watchlist, futures_of, lists_of
from tertius.inference.conditioning import weigh

if TYPE_CHECKING:
    from tertius.evidence.claims.bearings import Weighable

MOST_TIMES = 4
"""As many times more futures at most are run where what was seen is rare in them."""


def watch(
    layout: Layout,
    options: Options,
    seen: Seen,
    targets: Sequence[str] = (),
    own: Own | None = None,
    claims: Sequence[Weighable] = (),
    told: Mapping[str, date] | None = None,
    quiet: int = QUIET_WEEKS,
    least: float = LEAST_RATIO,
    progress: Progress | None = None,
) -> Watch:
    """Run the futures, find the rules, and say how they stand.

    Args:
        layout: the scenario as the kernel sees it.
        options: futures, weeks, seed and threads. Where what was seen openly is rare in so many futures, up to
            MOST_TIMES as many are run.
        seen: what was known on the day of the watch.
        targets: events, as `target_of` reads them; else those neither sure nor nearly ruled out, and those that the
            analyst's own rules name.
        own: an analyst's own rules.
        claims: accepted claims as they stand to the scenario.
        told: keys of what was told before, with the day of that.
        quiet: weeks within which a trip is not told again.
        least: likelihood ratio, or its inverse, from which on a trip is told as new.
        progress: of the futures.

    Raises UnknownName and OptionError as `futures_of` does.
    """
    own = own or Own()
    named = tuple(dict.fromkeys(event for rule in own.rules for event in rule.events))
    outputs = claim_outputs(layout) if claims else ()
    ensemble = futures_of(layout, options, (*targets, *named), outputs, progress)
    lists = _lists(ensemble, seen, targets, named)
    rare = too_rare(Futures(ensemble, np.ones(len(ensemble.trajectories)), seen), lists)
    if rare and min(rare.values()) <= MOST_TIMES * options.futures:
        more = max(count for count in rare.values() if count <= MOST_TIMES * options.futures)
        ensemble = futures_of(layout, replace(options, futures=more), (*targets, *named), outputs, progress)
        lists = _lists(ensemble, seen, targets, named)
    weights = weigh(ensemble, claims).weights if claims else np.ones(len(ensemble.trajectories))
    futures = Futures(ensemble, weights, seen)
    rare = too_rare(futures, lists)
    notes = [f"{name}: seen, and in too few futures to say what it tells: ask for {rare[name]:,}" for name in rare]
    events = check(futures, lists, own.rules)
    tripped = [rule.key for event in events for rule in event.rules if tells(rule, least)]
    tripped += [came_key(event.target) for event in events if event.came is not None]
    new = fresh(tripped, told or {}, seen.day, quiet)
    marked = tuple(_marked(event, new) for event in events)
    return _watch(ensemble, futures, marked, claims, quiet, (*seen.notes, *notes))


def _lists(ensemble: Ensemble, seen: Seen, targets: Sequence[str], named: Sequence[str]) -> tuple[Watchlist, ...]:
    """Rules of the targets, and of the events that the analyst's own rules name."""
    latest = {seen.week} if 0 < seen.week < ensemble.weeks else set()
    days = sorted({*grid(ensemble.weeks), *latest})
    lists = lists_of(ensemble, targets, days)
    extra = [name for name in named if name not in {one.target.id for one in lists}]
    return (*lists, *(lists_of(ensemble, extra, days) if extra else ()))


def _marked(event: Watched, new: set[str]) -> Watched:
    rules = tuple(replace(rule, fresh=rule.key in new) for rule in event.rules)
    return replace(event, rules=rules, fresh=came_key(event.target) in new)


def _watch(
    ensemble: Ensemble,
    futures: Futures,
    events: tuple[Watched, ...],
    claims: Sequence[Weighable],
    quiet: int,
    notes: tuple[str, ...],
) -> Watch:
    scenario, seen = ensemble.layout.scenario, futures.seen
    return Watch(
        form=FORM,
        scenario=scenario.name,
        title=scenario.title,
        as_of=scenario.as_of,
        day=seen.day,
        week=seen.week,
        last=ensemble.weeks,
        ended=ended(seen),
        futures=len(ensemble.trajectories),
        seed=ensemble.seed,
        quiet=quiet,
        claims=sum(one.counts for one in claims),
        events=events,
        readings=tuple(readings(futures)),
        openly=openly(futures),
        ahead=ahead(scenario, seen),
        notes=notes,
    )
