"""What comparing gives: the answer, its words and figures, and the two worlds that it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from tertius.units import unit_after
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

    def to_pandas(self, table: str = "outcomes") -> pd.DataFrame:
        """A table of the answer as a pandas.DataFrame: every outcome at every horizon, or another of `tables`.

        Numbers are numbers; the column unit gives their units, and the table "columns" what every column holds.
        Raises UnknownName; MissingExtra where pandas is not installed.
        """
        from tertius.report.tables import to_pandas

        return to_pandas(self.answer, self.scenario, table)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that the answer has rows for; `to_pandas` gives each."""
        from tertius.report.tables import filled

        return tuple(filled(self.answer, self.scenario))

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
        """The answer in words, as Markdown: a brief, what other states do, or the table of differences.

        Of a brief with the parts of its first page alone (`whole=False`), that page as plain text.
        """
        from tertius.report.render import markdown, reactions_text
        from tertius.report.terminal import page_text

        if self._whole:
            return markdown(self.answer, self.scenario)
        if "battlefield" in self.answer.asked:
            return page_text(self.answer, self.scenario)
        if "reasons" in self.answer.asked:
            return reactions_text(self.answer, self.scenario)
        lines = [" | ".join(row) for row in (COLUMNS, ("---",) * len(COLUMNS), *self._rows())]
        return "\n".join(f"| {line} |" for line in lines) + "\n"

    def save(self, folder: str | Path, formats: str | Sequence[str] = ()) -> Path:
        """Write it; see `tertius.save`."""
        from tertius.impact.archive import save_answer
        from tertius.report.archive import save_brief, save_outputs
        from tertius.report.formats import chosen_formats

        names = (formats,) if isinstance(formats, str) else formats
        target = Path(folder)
        check_folder("--out", target)
        if not self._whole:
            return save_answer(Made(self.answer, self.held), target)
        chosen = chosen_formats(names)
        if self.worlds is None:
            return save_outputs(self.answer, self.scenario, target, chosen)
        return save_brief(Made(self.answer, self.worlds), target, chosen)

    @property
    def _whole(self) -> bool:
        """Whether it has all the chapters of a brief."""
        return {"battlefield", "reasons"} <= set(self.answer.asked)

    def _check(self, outcome: str) -> None:
        known = [told.id for told in self.answer.outcomes]
        if outcome not in known:
            raise UnknownName("outcome", outcome, known)

    def _rows(self) -> list[Sequence[str]]:
        units = {told.id: unit_after(told.unit) for told in self.answer.outcomes}
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


@dataclass(frozen=True, repr=False)
class Shares:
    """A difference shared out, so that the parts add up to it in every future.

    answer     the comparison, and in its `causes` the splits
    scenario   the record of the scenario as it stands
    """

    answer: Answer
    scenario: Record

    @property
    def causes(self) -> Causes:
        """The splits, by outcome."""
        assert self.answer.causes is not None  # see api.asking.causes
        return self.answer.causes[0]

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
        return replace(self, answer=replace(self.answer, causes=(self.causes.of(outcomes),)))

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
