"""Tertius from Python.

from tertius import Scenario
ensemble = Scenario.load("my-war.yaml").run(futures=400, weeks=26)
ensemble.to_pandas()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tertius.engine import Ensemble, Layout, Options, Progress, parse_intervention
from tertius.engine import run as run_layout
from tertius.evidence.reading.accepted import Claim
from tertius.evidence.reading.bearings import weighable
from tertius.evidence.reading.grades import likelihood_ratios
from tertius.evidence.reading.strengths import read_strengths
from tertius.impact import Comparison, compare
from tertius.impact.answer import Answer
from tertius.impact.making import make_answer
from tertius.impact.question import question_of
from tertius.world import Prior, Quantity, load_scenario
from tertius.world import Scenario as Record


@dataclass(frozen=True)
class Scenario:
    """A scenario ready to be run. `record` holds what the file says, `layout` how the kernel sees it."""

    record: Record
    settings: Mapping[str, Quantity | Prior | float] = field(default_factory=dict)

    @classmethod
    def load(cls, name_or_path: str) -> Scenario:
        """Load a shipped scenario by name or a file by path. Raises ScenarioError."""
        return cls(load_scenario(name_or_path))

    def assume(self, settings: Mapping[str, Quantity | Prior | float]) -> Scenario:
        """The same scenario with some quantities set, path -> number, prior or quantity."""
        return Scenario(self.record, {**self.settings, **settings})

    @property
    def layout(self) -> Layout:
        """How the kernel sees it. Raises LayoutError, UnknownName."""
        return Layout.of(self.record, self.settings)

    def run(self, *, progress: Progress | None = None, **options: Any) -> Ensemble:
        """Run an ensemble; options as of `tertius.engine.Options`, weeks as the scenario says. Raises OptionError."""
        return run_layout(self.layout, self._options(options), progress)

    def compare(
        self,
        without: Sequence[str] = (),
        settings: Mapping[str, Quantity | Prior | float] | None = None,
        *,
        horizons: Sequence[int] = (),
        progress: Progress | None = None,
        **options: Any,
    ) -> Comparison:
        """Compare with the same futures without events ('EVENT' or 'EVENT:MODE') or with other settings."""
        chosen = [parse_intervention(text) for text in without]
        return compare(self.layout, self._options(options), chosen, settings, horizons, progress)

    def brief(
        self, *, claims: Sequence[Claim] | None = None, progress: Progress | None = None, **options: Any
    ) -> Answer:
        """The scenario's own comparison with what it rests on; with claims, on futures weighed by them."""
        layout = self.layout
        told = None
        if claims is not None:
            fitted = [column.path for column in layout.columns if layout.fitted(column.path)]
            told = weighable(claims, layout.scenario, likelihood_ratios(), read_strengths(), fitted)
        watch = None if progress is None else lambda stage, done, total: progress(done, total)
        return make_answer(layout, question_of(layout), self._options(options), claims=told, watch=watch).answer

    def _options(self, options: dict[str, Any]) -> Options:
        return Options(**{"weeks": self.record.weeks, **options})
