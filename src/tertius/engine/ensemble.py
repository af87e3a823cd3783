"""What a run returns: labelled samples of the outcomes, the state variables kept, the parameters drawn."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.calendar import week_ends
from tertius.engine.arm import FIRST
from tertius.engine.courses import Courses
from tertius.engine.layout import Layout
from tertius.engine.parameters import Drawn, draw_columns
from tertius.errors import MissingExtra, OptionError, UnknownName
from tertius.units import unit_name
from tertius.world import Outcome

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
States: TypeAlias = "NDArray[np.float32] | Courses"


@dataclass(frozen=True)
class Further:
    """State variables of the first futures: their paths, and them, shape (trajectory, week + 1, path), float32."""

    kept: tuple[str, ...]
    everything: States


@dataclass(frozen=True, repr=False)
class Ensemble:
    """Many futures of one scenario.

    samples       outcomes, shape (trajectory, week + 1, outcome), float64; index 0 on the week axis is the as-of date
    kept          paths of the state variables that were kept, as the options asked
    everything    these, shape (trajectory, week + 1, kept), float32; for very large ensembles only the first
                  trajectories. From a run they are `Courses`: np.asarray makes an array of all
    trajectories  numbers of the trajectories present, shape (trajectory,)
    asked         trajectories asked for; more than are present when the run was interrupted
    chosen        whether they were drawn by what happens in them, so that their luck is no longer that of chance alone
    drawn         numbers of the parameter rows and what was drawn for them, where it is at hand
    further       what was kept of the first futures alone, where the options asked for it
    told          quantiles at LEVELS of every state variable over the first FIRST futures, shape (level, week + 1,
                  output), where they were read before the states were let go
    """

    label: str
    layout: Layout
    seed: int
    weeks: int
    replicates: int
    asked: int
    trajectories: NDArray[np.int64]
    samples: NDArray[np.float64]
    kept: tuple[str, ...]
    everything: States
    chosen: bool = False
    drawn: tuple[NDArray[np.int64], Drawn] | None = field(default=None, compare=False)
    further: Further | None = field(default=None, compare=False)
    told: NDArray[np.float32] | None = field(default=None, compare=False)

    @property
    def complete(self) -> bool:
        """Whether every trajectory asked for is present."""
        return len(self.trajectories) == self.asked

    def first(self, count: int) -> Ensemble | None:
        """Its first futures, as a run of so many has them; None where they are not here, or were chosen."""
        if self.chosen or not np.array_equal(self.trajectories[:count], np.arange(count)):
            return None
        return self.part(count)

    def part(self, count: int) -> Ensemble:
        """Its first futures, whichever these are."""
        part = slice(count)
        held = self.trajectories[part], self.samples[part], self.everything[part]
        more = None if self.further is None else replace(self.further, everything=self.further.everything[part])
        return replace(
            self, asked=count, trajectories=held[0], samples=held[1], everything=held[2], further=more, told=None
        )

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes, in the order of the last axis of `samples`."""
        return tuple(self.layout.scenario.outcomes)

    @property
    def dates(self) -> list[date]:
        """The as-of date and the end of each week, shape (week + 1,)."""
        as_of = self.layout.scenario.as_of
        return [as_of, *week_ends(as_of, self.weeks)]

    def of(self, outcome: str) -> NDArray[np.float64]:
        """One outcome, shape (trajectory, week + 1), in its unit. Raises UnknownName."""
        if outcome not in self.outcomes:
            raise UnknownName("outcome", outcome, self.outcomes)
        return np.asarray(self.samples[:, :, self.outcomes.index(outcome)])

    def path(self, output: str) -> NDArray[np.float32]:
        """One state variable by path, as 'theatres.front.area', shape (trajectory, week + 1).

        Raises UnknownName for a path that the scenario has not, OptionError for one that was not kept.
        """
        place = self._places.get(output)
        if place is None and output in self.here:
            assert self.further is not None  # what is here and not among those kept
            return np.asarray(self.further.everything[:, :, self.further.kept.index(output)])
        if place is None:
            paths = [path for path, _ in self.layout.outputs()]
            if output not in paths:
                raise UnknownName("output", output, paths)
            raise OptionError(
                "output",
                output,
                f"what this run kept ({len(self.kept)} of {len(paths)} state variables)",
                "run it again with the path among the outputs of its options, or with all of them",
            )
        return np.asarray(self.everything[:, :, place])

    @cached_property
    def here(self) -> frozenset[str]:
        """Paths of the state variables that `path` gives: what was kept of the first futures, where these are all."""
        more = self.further
        return frozenset((*self.kept, *(more.kept if more and len(more.everything) == len(self.everything) else ())))

    def of_first(self) -> NDArray[np.float32] | None:
        """`told` as read from what was kept, where it holds every state variable of the first futures."""
        few = self.part(min(FIRST, len(self.trajectories)))
        paths = [path for path, _ in self.layout.outputs()]
        if not few.here.issuperset(paths) or few.further is None or len(few.everything) < few.asked:
            return None
        found = np.empty((len(LEVELS), self.weeks + 1, len(paths)), dtype=np.float32)
        for kept, held in ((few.kept, few.everything), (few.further.kept, few.further.everything)):
            found[:, :, [paths.index(path) for path in kept]] = _quantiles(held)
        return found

    @cached_property
    def _places(self) -> dict[str, int]:
        return {path: place for place, path in enumerate(self.kept)}

    @cached_property
    def parameters(self) -> Mapping[str, NDArray[np.float64]]:
        """Drawn quantities of each trajectory: path -> shape (trajectory,)."""
        unique, inverse = np.unique(self.trajectories // self.replicates, return_inverse=True)
        if self.drawn is not None and np.isin(unique, self.drawn[0]).all():
            return _Drawn(self.drawn[1], np.searchsorted(self.drawn[0], unique)[inverse])
        return _Drawn(draw_columns(self.layout, self.seed, unique), inverse)

    @cached_property
    def quantiles(self) -> NDArray[np.float32]:
        """Quantiles at LEVELS of the state variables kept, shape (level, week + 1, kept)."""
        return _quantiles(self.everything)

    def __repr__(self) -> str:
        shown = f"{len(self.trajectories):,}" + ("" if self.complete else f" of {self.asked:,}")
        return f"Ensemble({self.layout.scenario.name!r}, {shown} futures, {self.weeks} weeks, seed {self.seed})"

    def _repr_html_(self) -> str:
        told = self.layout.scenario.outcomes
        cells = ["<tr><th>outcome</th><th>unit</th><th>10%</th><th>median</th><th>90%</th></tr>"]
        for name, values in zip(
            self.outcomes, np.quantile(self.samples[:, -1], (0.1, 0.5, 0.9), axis=0).T, strict=True
        ):
            row = (name, unit_name(told[name].unit), *(f"{value:.4g}" for value in values))
            cells.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>")
        title = f"{self.layout.scenario.title}, {self.dates[-1]}: {len(self.trajectories):,} futures"
        return f"<table><caption>{escape(title)}</caption>{''.join(cells)}</table>"

    def to_xarray(self) -> xr.DataArray:
        """The outcomes as an xarray.DataArray with dimensions (trajectory, week_end, outcome)."""
        xr = needs("xarray")
        coordinates: dict[str, Any] = {
            "trajectory": self.trajectories,
            "week_end": np.array(self.dates, dtype="datetime64[ns]"),
            "outcome": list(self.outcomes),
        }
        units = {name: outcome.unit for name, outcome in self.layout.scenario.outcomes.items()}
        return xr.DataArray(
            self.samples, coords=coordinates, dims=tuple(coordinates), name=self.label, attrs={"units": str(units)}
        )

    def to_pandas(self) -> pd.DataFrame:
        """The outcomes as a pandas.DataFrame indexed by (trajectory, week_end), one column per outcome."""
        pd = needs("pandas")
        index = pd.MultiIndex.from_product(
            [self.trajectories, pd.to_datetime(np.array(self.dates, dtype="datetime64[ns]"))],
            names=["trajectory", "week_end"],
        )
        return pd.DataFrame(self.samples.reshape(len(index), -1), index=index, columns=list(self.outcomes))


@dataclass(frozen=True)
class _Drawn(Mapping[str, NDArray[np.float64]]):
    """Quantities held once a row, shape (row,), and told for each trajectory, whose rows are given."""

    held: dict[str, NDArray[np.float64]]
    rows: NDArray[np.intp]

    def __getitem__(self, path: str) -> NDArray[np.float64]:
        return self.held[path][self.rows]

    def __contains__(self, path: object) -> bool:
        return path in self.held

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


def _quantiles(states: States) -> NDArray[np.float32]:
    """Quantiles at LEVELS over futures, shape (level, week + 1, output), of shape (trajectory, week + 1, output)."""
    place = np.array(LEVELS) * (len(states) - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, len(states) - 1)
    part = (place - low).astype(np.float32)[:, np.newaxis]
    found = np.empty((len(LEVELS), *states.shape[1:]), dtype=np.float32)
    for output in range(found.shape[-1]):
        ordered = np.sort(states[:, :, output].T, axis=-1).T  # (trajectory, week + 1)
        found[:, :, output] = ordered[low] * (1 - part) + ordered[high] * part
    return found


def needs(module: str) -> Any:
    """Import what the extra `analysis` brings. Raises MissingExtra where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MissingExtra("analysis", module, f"a table of {module}") from None


def measure(record: NDArray[np.float64], outcomes: Sequence[Outcome]) -> NDArray[np.float64]:
    """Turn recorded outputs, shape (trajectory, week + 1, outcome), in place into what each outcome measures."""
    for place, outcome in enumerate(outcomes):
        if outcome.measure == "change":
            record[:, :, place] -= record[:, :1, place].copy()
        if outcome.scale != 1.0:
            record[:, :, place] *= outcome.scale
    return record
