"""What comparing gives: the answer, its words and figures, and the two worlds that it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.places import check_folder
from tertius.engine import Ensemble
from tertius.errors import OptionError, UnknownName
from tertius.impact import Causes, Difference, Split
from tertius.impact import Comparison as Worlds
from tertius.impact.answer import Answer
from tertius.impact.making import Made
from tertius.world import Scenario as Record

if TYPE_CHECKING:
    import pandas as pd

    from tertius.impact.reactions import Reactions

COLUMNS = ("outcome", "week", "as it stands", "other world", "difference", "low", "high", "error")


@dataclass(frozen=True, repr=False)
class Comparison:
    """A scenario as it stands beside another world, on the same futures with the same luck.

    Every difference is the scenario as it stands less the other world.

    answer     all numbers, frozen; `tertius.schema()` says what each means
    scenario   the record of the scenario as it stands
    worlds     the futures of both worlds; None for a result opened without them
    """

    answer: Answer
    scenario: Record
    worlds: Worlds | None = None

    @classmethod
    def of(cls, made: Made) -> Comparison:
        """The result of an answer that was just made."""
        return cls(made.answer, made.comparison.base.layout.scenario, made.comparison)

    @property
    def held(self) -> Worlds:
        """The futures of both worlds. Raises OptionError where it was opened without them."""
        if self.worlds is None:
            raise OptionError("worlds", None, "a result with its futures", "open it with show(folder, worlds=True)")
        return self.worlds

    @property
    def base(self) -> Ensemble:
        """The futures of the scenario as it stands."""
        return self.held.base

    @property
    def other(self) -> Ensemble:
        """The same futures in the other world."""
        return self.held.other

    @property
    def complete(self) -> bool:
        """Whether every future asked for was run."""
        return self.answer.run.complete

    @property
    def last(self) -> int:
        """The last week of the run."""
        return self.answer.last

    @property
    def reactions(self) -> Reactions | None:
        """What all who decide do in either world; None where nobody does."""
        return self.answer.reactions

    @property
    def interventions(self) -> tuple[str, ...]:
        """What the other world changes, in words."""
        return self.answer.question.labels

    def at(self, outcome: str, week: int) -> Difference:
        """The difference of one outcome after a week: any of the run, or a horizon where no futures are held.

        Raises UnknownName, OptionError.
        """
        if self.worlds is not None:
            return self.worlds.at(outcome, week)
        self._check(outcome)
        if week not in self.answer.run.horizons:
            allowed = ", ".join(map(str, self.answer.run.horizons))
            raise OptionError("week", week, allowed, "choose one of them, or open it with show(folder, worlds=True)")
        return self.answer.at(outcome, week)

    def table(self) -> tuple[Difference, ...]:
        """Every outcome at every horizon."""
        return self.answer.differences

    def to_pandas(self) -> pd.DataFrame:
        """Every outcome at every horizon as a pandas.DataFrame, a row each, numbers in the outcome's unit.

        Raises MissingExtra where pandas is not installed.
        """
        from tertius.engine.ensemble import needs

        units = {told.id: told.unit for told in self.answer.outcomes}
        rows = []
        for found in self.answer.differences:
            row = asdict(found)
            for name, parts in (("interval", ("low", "high")), *((n, ("q10", "q50", "q90")) for n in QUANTILES)):
                values = row.pop(name)
                row |= {f"{name}_{part}": value for part, value in zip(parts, values, strict=True)}
            rows.append({"outcome": row.pop("outcome"), "week": row.pop("week"), "unit": units[found.outcome], **row})
        return needs("pandas").DataFrame(rows)

    def plot(self, outcome: str, difference: bool = False) -> Any:
        """Draw an outcome week by week: median, 50% and 80% of futures in both worlds, or of their difference.

        Returns an Altair chart, which a notebook shows and `.save(file)` writes. Raises UnknownName; OptionError where
        neither the weeks nor the futures are held.
        """
        from tertius.impact.series import Series, fans, start_of
        from tertius.report.figures import difference_fan, fan

        self._check(outcome)
        drawn = self.answer
        if drawn.series is None or outcome not in drawn.series.outcomes:
            both = {outcome: fans(self.base.of(outcome), self.other.of(outcome))}
            drawn = replace(drawn, series=Series(both, {outcome: start_of(self.base, outcome)}, {}, {}, ()))
        return (difference_fan if difference else fan)(drawn, self.scenario, outcome)

    def text(self) -> str:
        """The answer in words, as Markdown: a brief, what other states do, or the table of differences."""
        from tertius.report.render import markdown, reactions_text

        if "battlefield" in self.answer.asked:
            return markdown(self.answer, self.scenario)
        if "reasons" in self.answer.asked:
            return reactions_text(self.answer, self.scenario)
        lines = [" | ".join(row) for row in (COLUMNS, ("---",) * len(COLUMNS), *self._rows())]
        return "\n".join(f"| {line} |" for line in lines) + "\n"

    def save(self, folder: str | Path) -> Path:
        """Write it; see `tertius.save`."""
        from tertius.impact.archive import save_answer
        from tertius.report.archive import save_brief

        target = Path(folder)
        check_folder("--out", target)
        keep = save_brief if "battlefield" in self.answer.asked else save_answer
        return keep(Made(self.answer, self.held), target)

    def _check(self, outcome: str) -> None:
        known = [told.id for told in self.answer.outcomes]
        if outcome not in known:
            raise UnknownName("outcome", outcome, known)

    def _rows(self) -> list[Sequence[str]]:
        units = {told.id: "" if told.unit == "1" else f", {told.unit}" for told in self.answer.outcomes}
        return [
            (
                f"{found.outcome}{units[found.outcome]}",
                str(found.week),
                f"{found.base[1]:.4g}",
                f"{found.other[1]:.4g}",
                f"{found.mean:+.3g}",
                f"{found.interval[0]:+.3g}",
                f"{found.interval[1]:+.3g}",
                "" if found.error is None else f"{found.error:.2g}",
            )
            for found in self.answer.differences
        ]

    def __repr__(self) -> str:
        run = self.answer.run
        less = "; ".join(self.interventions)
        return f"Comparison({run.scenario!r}, less {less!r}, {run.futures:,} pairs of futures, {run.weeks} weeks)"

    def _repr_html_(self) -> str:
        run = self.answer.run
        head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self._rows())
        less = escape("; ".join(self.interventions))
        title = f"{escape(run.title)}: as it stands, less {less}; {run.futures:,} pairs of futures"
        return f"<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


QUANTILES = ("base", "other", "paired")


@dataclass(frozen=True, repr=False)
class Shares:
    """A difference shared out, so that the parts add up to it in every future.

    causes     the splits, by outcome
    scenario   the record of the scenario as it stands
    """

    causes: Causes
    scenario: Record

    @property
    def by(self) -> str:
        """What it is shared out over: mechanisms or actors."""
        return self.causes.by

    @property
    def splits(self) -> dict[str, Split]:
        """Outcome -> its split: the direct effect, the parts, the whole."""
        return self.causes.splits

    def of(self, outcomes: Sequence[str]) -> Shares:
        """The splits of some outcomes alone."""
        return replace(self, causes=self.causes.of(outcomes))

    def plot(self, outcome: str) -> Any:
        """Draw the parts of one outcome's difference, each from where the last ended. Raises UnknownName."""
        from tertius.report.figures import waterfall

        if outcome not in self.splits:
            raise UnknownName("outcome", outcome, self.splits)
        return waterfall(self.causes, self.scenario, outcome)

    def text(self) -> str:
        """The splits in words, as Markdown."""
        from tertius.report.render import causes_text

        return causes_text(self.causes, self.scenario)

    def __repr__(self) -> str:
        return f"Shares({self.scenario.name!r}, by {self.by}, {len(self.splits)} outcomes)"
