"""A run in pieces in numbers: levels of each world and, of two, what differs, from summaries that were merged.

Means, errors, intervals and shares are those of a comparison that holds every future (`impact.comparison`). Quantiles
are told within `QUANTILE_ERROR` of their size. What needs futures one by one is told of a sample of them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tertius.calendar import week_ends
from tertius.engine import LEVELS, Options, run_arms, save_run
from tertius.engine.pieces import Plan, Summary
from tertius.engine.runs import ARMS, SUMMARY, Planned, write_last
from tertius.engine.sketch import ERROR
from tertius.impact.comparison import QUANTILES, Difference, differs, expected, widened
from tertius.memory import give_back
from tertius.nested import read_json

if TYPE_CHECKING:
    import pandas as pd

FORM = 1
SAMPLE = 400
"""Futures that are kept whole, the first of the run."""
AT_ONCE = 300
"""State variables that are held together while the quantiles of the sample are told."""
QUANTILE_ERROR = ERROR
TABLE = "summary.parquet"


@dataclass(frozen=True)
class Level:
    """One outcome of one world after some weeks, in its unit; quantiles within QUANTILE_ERROR of their size.

    world      base, as the scenario stands, or other
    deviation  standard deviation over futures
    low, high  smallest and largest value
    low_at, high_at   numbers of the futures that have them at the last week; None at others
    """

    world: str
    outcome: str
    unit: str
    week: int
    mean: float
    deviation: float
    low: float
    high: float
    low_at: int | None
    high_at: int | None
    q05: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float
    q95: float


@dataclass(frozen=True)
class Pieced:
    """A run in pieces, in numbers.

    told         what was run, as plan.json has it
    title        of the scenario
    end          the last day of the run
    digest       hash of everything that was counted: the same for the same run, whoever computed it
    names        outcome -> its name for readers
    at_start     outcome -> its mean on the as-of date
    levels       of each world, outcome and horizon
    differences  of two worlds, as it stands less the other; empty for one
    """

    told: dict[str, Any]
    title: str
    end: str
    digest: str
    names: dict[str, str]
    at_start: dict[str, float]
    levels: tuple[Level, ...]
    differences: tuple[Difference, ...]

    @property
    def futures(self) -> int:
        """Futures of each world."""
        return int(self.told["futures"])

    def to_pandas(self) -> pd.DataFrame:
        """The levels as a pandas.DataFrame. Raises MissingExtra where pandas is not installed."""
        from tertius.engine.ensemble import needs

        return needs("pandas").DataFrame([asdict(level) for level in self.levels])

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "tertius_summary": FORM,
            "quantile_error": QUANTILE_ERROR,
            **{name: getattr(self, name) for name in ("title", "end", "digest", "names", "at_start")},
            "levels": [asdict(level) for level in self.levels],
            "differences": [asdict(difference) for difference in self.differences],
        }

    @classmethod
    def read(cls, run: Planned) -> Pieced:
        """What `finish` wrote. Raises ArchiveError."""
        from tertius.engine.folders import plain_reason
        from tertius.errors import ArchiveError

        if not run.whole:
            raise ArchiveError(f"{run.folder} is not whole yet; tertius resume {run.folder} goes on")
        try:
            held = read_json((run.folder / SUMMARY).read_text(encoding="utf-8"))
            if held["tertius_summary"] != FORM:
                raise ValueError("it is of another form")
            differences = []
            for each in held["differences"]:
                for name in ("interval", "base", "other", "paired"):
                    each[name] = tuple(each[name])
                differences.append(Difference(**each))
            levels = tuple(Level(**level) for level in held["levels"])
            own = {name: held[name] for name in ("title", "end", "digest", "names", "at_start")}
            return cls(run.told, **own, levels=levels, differences=tuple(differences))
        except (OSError, ValueError, KeyError, TypeError) as error:
            told = f"{run.folder / SUMMARY} is damaged ({plain_reason(error)})"
            raise ArchiveError(f"{told}; tertius resume {run.folder} writes it again") from error

    def __repr__(self) -> str:
        worlds = "pairs of futures" if self.differences else "futures"
        return f"Pieced({self.told['worlds'][0]['scenario']!r}, {self.futures:,} {worlds}, {self.told['weeks']} weeks)"


def finish(run: Planned, summary: Summary) -> Pieced:
    """Write what a whole run says, with its sample. Raises ArchiveError."""
    import pyarrow
    from pyarrow import parquet

    plan = run.plan
    made = tell(run, plan, summary)
    options = Options(min(SAMPLE, plan.futures), plan.weeks, plan.seed, replicates=plan.replicates, outputs=())
    for arm, ensemble in zip(ARMS, run_arms(plan.layouts, options, names=ARMS[: len(plan.layouts)])):
        give_back()
        save_run(ensemble, run.folder / "sample" / arm, AT_ONCE)
    table = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist([asdict(level) for level in made.levels]), table)
    write_last(run.folder / TABLE, table.getvalue())
    write_last(run.folder / SUMMARY, (json.dumps(made.data(), indent=1, ensure_ascii=False) + "\n").encode())
    return made


def tell(run: Planned, plan: Plan, summary: Summary) -> Pieced:
    """The numbers of a summary."""
    scenario = plan.layouts[0].scenario
    start = {
        name: float(summary.worlds[0].mean[0, place]) for place, name in enumerate(scenario.outcomes)
    }  # no chance has acted yet: what differs there is what is not known
    levels = [
        _level(plan, summary, world, place, week)
        for world in range(len(plan.layouts))
        for place in range(len(scenario.outcomes))
        for week in plan.horizons
    ]
    differences = [
        _difference(plan, summary, place, week)
        for place in range(len(scenario.outcomes))
        for week in (plan.horizons if len(plan.layouts) == 2 else ())
    ]
    end = week_ends(scenario.as_of, plan.weeks)[-1].isoformat()
    names = {name: outcome.name for name, outcome in scenario.outcomes.items()}
    return Pieced(run.told, scenario.title, end, summary.digest, names, start, tuple(levels), tuple(differences))


def _quantiles(
    plan: Plan, summary: Summary, sample: int, place: int, week: int, levels: Sequence[float]
) -> tuple[float, ...]:
    """Of one sample of `summary.worlds`."""
    outcomes = len(plan.layouts[0].scenario.outcomes)
    series = (sample * len(plan.horizons) + plan.horizons.index(week)) * outcomes + place
    held = summary.worlds[sample]
    return summary.sketch.quantiles(series, levels, float(held.low[week, place]), float(held.high[week, place]))


def _level(plan: Plan, summary: Summary, world: int, place: int, week: int) -> Level:
    name, outcome = list(plan.layouts[0].scenario.outcomes.items())[place]
    held, last = summary.worlds[world], week == plan.weeks
    return Level(
        ARMS[world],
        name,
        outcome.unit,
        week,
        float(held.mean[week, place]),
        float(np.sqrt(held.variance[week, place])),
        float(held.low[week, place]),
        float(held.high[week, place]),
        int(held.low_at[place]) if last else None,
        int(held.high_at[place]) if last else None,
        *_quantiles(plan, summary, world, place, week, LEVELS),
    )


def _difference(plan: Plan, summary: Summary, place: int, week: int) -> Difference:
    name, outcome = list(plan.layouts[0].scenario.outcomes.items())[place]
    paired, rows = summary.worlds[2], summary.worlds[3]
    assert summary.within is not None and summary.larger is not None  # noqa: PT018  of two worlds
    assert summary.smaller is not None and summary.apart is not None  # noqa: PT018
    count, mean = paired.count, float(paired.mean[week, place])
    within = float(summary.within[week, place])
    kept, error = expected(float(rows.variance[week, place]), within, count, rows.count, summary.uneven / rows.count)
    low, high = _quantiles(plan, summary, 3, place, week, (0.1, 0.9))
    larger, smaller = int(summary.larger[week, place]) / count, int(summary.smaller[week, place]) / count
    between = max(0.0, float(paired.squares[week, place]) - within)
    same = int(summary.apart[week, place]) == 0
    return Difference(
        outcome=name,
        week=week,
        band=outcome.material.central,
        mean=mean,
        error=None if np.isnan(error) else error,
        interval=widened(mean + kept * (low - mean), mean + kept * (high - mean), mean, error),
        base=_three(plan, summary, 0, place, week),
        other=_three(plan, summary, 1, place, week),
        paired=_three(plan, summary, 2, place, week),
        larger=larger,
        smaller=smaller,
        immaterial=max(0.0, 1.0 - larger - smaller),
        same=same,
        resolved=differs(between, within, rows.count, count),
    )


def _three(plan: Plan, summary: Summary, sample: int, place: int, week: int) -> tuple[float, float, float]:
    low, middle, high = _quantiles(plan, summary, sample, place, week, QUANTILES)
    return low, middle, high
