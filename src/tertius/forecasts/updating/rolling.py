"""Questions of a replay: at every date the same, about what is observed and on record, from what was known then.

series   how far it moves (a level), or what it sums to (a flow). Thresholds are the quartiles of what weeks drawn
         from the last 52 known come to
record   whether an instrument takes a step up, or down, where its level leaves room for one
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from tertius.calendar import DAYS
from tertius.engine import Layout
from tertius.errors import DataError, UnknownName
from tertius.evidence import Holdings
from tertius.forecasts.questions.rule import Question
from tertius.inference.fit import FEWEST_WEEKS
from tertius.inference.measuring import targets

HORIZONS = (4, 13, 26)
QUARTILES = (0.25, 0.5, 0.75)
LAST = 52
DRAWS = 2000


def rolling(layout: Layout, holdings: Holdings | None, horizons: Sequence[int] = HORIZONS) -> list[Question]:
    """The questions as of a case's date, over so many weeks each."""
    return [*_of_series(layout, holdings, horizons), *_of_record(layout, horizons)]


def _of_series(layout: Layout, holdings: Holdings | None, horizons: Sequence[int]) -> Iterator[Question]:
    day = layout.scenario.as_of
    for target in targets(layout):
        observation = target.observation
        try:
            series = None if holdings is None else holdings.series(observation.series).between(observation.start, day)
        except (DataError, UnknownName):
            continue
        changes = np.zeros(0) if series is None else series.changes()
        known = changes[np.isfinite(changes)][-LAST:]
        if len(known) < FEWEST_WEEKS:
            continue
        generator = np.random.Generator(np.random.Philox(key=day.toordinal()))
        for weeks in horizons:
            sums = generator.choice(known, (DRAWS, weeks)).sum(axis=1)
            thresholds = tuple(dict.fromkeys(float(f"{each:.4g}") for each in np.quantile(sums, QUARTILES)))
            yield Question(
                id=f"{target.name}-{weeks}w",
                text=f"{observation.name}: how much over {weeks} weeks?",
                about=target.name,
                output=observation.output,
                series=observation.series,
                take="sum" if target.kind == "flow" else "change",
                since=day,
                until=day + timedelta(days=DAYS * weeks),
                above=tuple(sorted(thresholds)),
            )


def _of_record(layout: Layout, horizons: Sequence[int]) -> Iterator[Question]:
    scenario = layout.scenario
    for name, told in scenario.instruments.items():
        if told.recorded_since is None or (scenario.as_of - told.recorded_since).days < DAYS * max(horizons):
            continue
        level, top = float(told.level.central), len(told.levels) - 1
        for direction, room in (("up", level < top), ("down", level > 0)):
            for weeks in horizons if room else ():
                yield Question(
                    id=f"{name}-{direction}-{weeks}w",
                    text=f"{told.name}: a step {direction} within {weeks} weeks?",
                    about=told.kind,
                    instrument=name,
                    take="steps-up" if direction == "up" else "steps-down",
                    since=scenario.as_of,
                    until=scenario.as_of + timedelta(days=DAYS * weeks),
                    at_least=(1.0,),
                )
