"""What a split of the difference says: words and rows for a template, and its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tertius.calendar import day, week_ends
from tertius.engine.folders import write_folder
from tertius.errors import UnknownName
from tertius.impact import Causes, Part, Split
from tertius.impact.written import plain_data
from tertius.report.contexts import shows
from tertius.report.words import interval, number, plain, with_unit
from tertius.units import unit_after
from tertius.world import Scenario

HEADINGS = {"mechanisms": "Shared out over mechanisms", "actors": "Shared out over those who decide"}


@dataclass(frozen=True)
class PartRow:
    """A row of a split."""

    title: str = shows("the part")
    adds: str = shows("what it adds, in the outcome's unit")
    interval: str = shows("80% interval of that")
    error: str = shows("its Monte Carlo error")


@dataclass(frozen=True)
class SplitContext:
    """The split of one outcome."""

    name: str = shows("id of the outcome")
    title: str = shows("its name")
    unit: str = shows("its unit, after a comma; empty for a pure number")
    sentence: str = shows("what adds to the difference and what takes from it")
    rows: tuple[PartRow, ...] = shows("the direct effect, the parts by size, the whole")


@dataclass(frozen=True)
class CausesContext:
    """A split of the difference, of some outcomes."""

    by: str = shows("mechanisms or actors")
    heading: str = shows("the same as a heading")
    date: str = shows("the date by which the difference is taken")
    futures: str = shows("paired futures")
    orders: int = shows("orders drawn, each with its reverse; 0 where all sets were run")
    interventions: str = shows("what the other world changes")
    outcomes: tuple[SplitContext, ...] = shows("the split of each outcome")


def headlines_of(scenario: Scenario, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The outcomes asked for; else the headlines. Raises UnknownName."""
    for name in wanted:
        if name not in scenario.outcomes:
            raise UnknownName("outcome", name, scenario.outcomes)
    return tuple(wanted) or scenario.headlines


def causes_context(found: Causes, scenario: Scenario) -> CausesContext:
    """What the template prints of one split."""
    return CausesContext(
        by=found.by,
        heading=HEADINGS[found.by],
        date=day(week_ends(scenario.as_of, found.week)[-1]),
        futures=f"{found.futures:,}",
        orders=found.orders,
        interventions=plain("; ".join(found.question.labels)),
        outcomes=tuple(_split(split, scenario) for split in found.splits.values()),
    )


def _split(split: Split, scenario: Scenario) -> SplitContext:
    told = scenario.outcomes[split.outcome]
    return SplitContext(
        name=split.outcome,
        title=plain(told.name),
        unit=plain(unit_after(told.unit)),
        sentence=_sentence(split, told.unit),
        rows=tuple(_row(part) for part in (split.direct, *split.ranked, split.whole)),
    )


def _row(part: Part) -> PartRow:
    if part.mean == 0 and not part.error:
        return PartRow(plain(part.title), "0 exactly", "", "")
    span = interval(*part.interval, sign=True)
    return PartRow(plain(part.title), number(part.mean, sign=True), span, f"±{number(part.error)}")


def _sentence(split: Split, unit: str) -> str:
    """What adds to the difference and what takes from it, as far as it lies beyond twice the Monte Carlo error."""
    clear = [part for part in (*split.ranked, split.direct) if part.is_clear]
    clear.sort(key=lambda part: -abs(part.mean))
    parts = []
    for title, mine in (
        ("upwards", [part for part in clear if part.mean > 0]),
        ("downwards", [part for part in clear if part.mean < 0]),
    ):
        if mine:
            told = ", ".join(f"{plain(part.title)} ({number(part.mean, sign=True)})" for part in mine)
            parts.append(f"{title}: {told}")
    whole = f"{with_unit(number(split.whole.mean, sign=True), unit)} in all"
    return f"{whole}; {'; '.join(parts) or 'no part lies beyond twice its Monte Carlo error'}."


def save_causes(found: Causes, scenario: Scenario, folder: Path) -> Path:
    """Write causes.json and a figure an outcome; return the folder. Raises ArchiveError."""
    from tertius.report.figures import to_svg, waterfall  # loads Altair

    def write(scratch: Path) -> None:
        text = json.dumps(plain_data(found), indent=2, ensure_ascii=False, allow_nan=False)
        (scratch / "causes.json").write_text(text + "\n", encoding="utf-8")
        for name in found.splits:
            drawn = to_svg(waterfall(found, scenario, name))
            (scratch / f"{found.by}-{name}-causes.svg").write_text(drawn, encoding="utf-8")

    return write_folder(folder, write)
