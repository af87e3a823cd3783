"""What-ifs in words: what each changes, beside the scenario as it stands, and how each is named.

A change is told the way a reader asks for it: the other world less the one that stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tertius.calendar import day
from tertius.engine import Intervention, Layout, parse_intervention
from tertius.errors import OptionError, UnknownName
from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.impact.moves import move_of
from tertius.impact.question import assumed_in
from tertius.report.asked import undone
from tertius.report.contexts import shows
from tertius.report.differences import EXACTLY_0, NONE_SEEN, mean_and_range, plus_minus
from tertius.report.options import move_words
from tertius.report.phrases import chance_name, quantity_name
from tertius.report.tables import cell
from tertius.report.words import UNRESOLVED, UNRESOLVED_TOLD, few_futures, interval, number, percent, plain, with_unit
from tertius.units import unit_after
from tertius.world import Scenario

MOVED, SMALL, SET = "moved", "less than matters", "set by it"
LETTERS = "ABCD"
MOST_STEPS = 3
UNTOLD = "–"


@dataclass(frozen=True)
class Cell:
    """What one what-if comes to in one row."""

    level: str = shows("its value in that world: median and 80% of futures, or a chance")
    change: str = shows("what it changes: mean and 80% interval of the expected effect")
    error: str = shows("the Monte Carlo error of the change")
    told: str = shows("moved, less than matters, too weak to see, 0 exactly, or set by the what-if itself")
    moved: bool = shows("whether it lies beyond its band and beyond chance")


@dataclass(frozen=True)
class Row:
    """An outcome or a chance, in every world."""

    name: str = shows("what it is, with its unit")
    headline: bool = shows("whether it is a headline")
    stands: str = shows("as the scenario stands")
    cells: tuple[Cell | None, ...] = shows("a cell for each what-if; null where it does not tell")


@dataclass(frozen=True)
class Beside:
    """The table of what-ifs after some weeks."""

    week: int = shows("weeks after the as-of date")
    by: str = shows("the end of that week, in words")
    outcomes: tuple[Row, ...] = shows("outcomes, the headlines first")
    chances: tuple[Row, ...] = shows("chances of ends, steps and rungs")
    notes: tuple[str, ...] = shows("what the reader of the table should know")


def table(answers: Sequence[Answer], scenario: Scenario, week: int, present: Answer | None = None) -> Beside:
    """What-ifs side by side, as each lies beside the scenario as it stands, which the last that leaves it so tells.

    present: the case's answer, whose headline chances are looked at first, where there is one. A what-if of other
    futures than the last, or that changes both worlds, says from where it moves.
    """
    last = standing(answers, scenario)
    names = sorted(scenario.outcomes, key=lambda name: name not in scenario.headlines)
    rows = []
    for name in names:
        told = scenario.outcomes[name]
        unit = unit_after(told.unit)
        cells = tuple(_cell(answer.at(name, week), _same(answer, last)) for answer in answers)
        stands = UNTOLD if last is None else _level(last.at(name, week).base)
        rows.append(Row(f"{told.name}{unit}", name in scenario.headlines, stands, cells))
    return Beside(
        week=week,
        by=day(answers[-1].run.dates[week]),
        outcomes=tuple(rows),
        chances=tuple(_chances(answers, scenario, week, present, last)),
        notes=tuple(_notes(answers, rows, scenario)),
    )


def standing(answers: Sequence[Answer], scenario: Scenario) -> Answer | None:
    """The last answer of them whose first world is the scenario as it stands; None where there is none."""
    own = set(assumed_in(scenario, ()))
    return next((one for one in reversed(answers) if {each.path for each in one.question.assume} <= own), None)


def _same(one: Answer, other: Answer | None) -> bool:
    """Whether two answers stand on the same futures of the same world."""
    if other is None:
        return False
    return (one.run.futures, one.run.seed, one.question.assume) == (
        other.run.futures,
        other.run.seed,
        other.question.assume,
    )


def numbers(answers: Mapping[str, Answer], scenario: Scenario) -> list[dict[str, str | float | bool | None]]:
    """A row for each what-if, outcome and horizon, numbers in the outcome's unit. answers: what-if -> its answer."""
    return [
        {
            "what_if": text,
            "outcome": found.outcome,
            "unit": scenario.outcomes[found.outcome].unit,
            "week": found.week,
            "futures": answer.run.futures,
            **{f"stands_{name}": value for name, value in zip(("q10", "q50", "q90"), found.base, strict=True)},
            **{f"other_{name}": value for name, value in zip(("q10", "q50", "q90"), found.other, strict=True)},
            "change_mean": found.turned.mean,
            "change_low": found.turned.interval[0],
            "change_high": found.turned.interval[1],
            "change_error": found.error,
            "band": found.band,
            "moved": not found.same and found.detectable,
        }
        for text, answer in answers.items()
        for found in answer.differences
    ]


def as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as CSV (RFC 4180), as `cell` of the report's tables writes each; no rows, no text."""
    text = io.StringIO(newline="")
    if rows:
        writer = csv.writer(text)
        writer.writerow(rows[0])
        writer.writerows([cell(value) for value in row.values()] for row in rows)
    return text.getvalue()


def named(
    layout: Layout, without: Sequence[str], steps: Sequence[str], settings: Mapping[str, float], weeks: int
) -> tuple[str, ...]:
    """What a what-if changes in the other world alone, a line each, as Markdown. Raises UnknownName, OptionError."""
    scenario = layout.scenario
    lines = [undone(_known(text, scenario), scenario) for text in without]
    return tuple(_capital(line) for line in (*lines, *_set(layout, steps, settings, weeks)))


def in_both(
    layout: Layout, steps: Sequence[str], settings: Mapping[str, float], weeks: int, apart: bool
) -> tuple[str, ...]:
    """What a what-if changes in both worlds, a line each, as Markdown.

    apart: whether anything else tells the worlds apart; else the scenario's own comparison does, and is named.
    Raises UnknownName; OptionError, also where nothing tells the worlds apart.
    """
    scenario, lines = layout.scenario, [f"In both worlds: {line}" for line in _set(layout, steps, settings, weeks)]
    if apart:
        return tuple(lines)
    own = scenario.comparison
    if own is None:
        fix = "change something in the other world alone too"
        raise OptionError("what-if", "changes of both worlds alone", "two worlds that differ", fix)
    return (_capital(undone(Intervention(own.without, own.mode), scenario)), *lines)


def _capital(line: str) -> str:
    return f"{line[:1].upper()}{line[1:]}"


def _set(layout: Layout, steps: Sequence[str], settings: Mapping[str, float], weeks: int) -> list[str]:
    """Steps that are forced and quantities that are set, a line each."""
    scenario = layout.scenario
    lines = [move_words(move_of(text, layout, weeks, "steps"), scenario) for text in steps]
    for path, value in settings.items():
        column = layout.by_path.get(path)
        if column is None:
            raise UnknownName("quantity", path, layout.by_path)
        lines.append(f"{plain(quantity_name(scenario, path))} is {with_unit(number(value, 3), column.quantity.unit)}")
    return lines


def _known(text: str, scenario: Scenario) -> Intervention:
    item = parse_intervention(text)
    if item.event not in scenario.events and item.event not in scenario.instruments:
        raise UnknownName("event", item.event, [*scenario.events, *scenario.instruments])
    return item


def _cell(found: Difference, same: bool) -> Cell:
    turned = found.turned
    return Cell(
        level=_level(turned.base) if same else f"from {number(turned.other[1], 3)} to {_level(turned.base)}",
        change=EXACTLY_0 if turned.same else mean_and_range(turned),
        error="" if turned.same else plus_minus(turned),
        told=_told(turned),
        moved=not turned.same and turned.detectable,
    )


def _level(three: tuple[float, float, float]) -> str:
    return f"{number(three[1], 3)} ({interval(three[0], three[2], 3)})"


def _told(found: Difference) -> str:
    if found.same or found.detectable:
        return EXACTLY_0 if found.same else MOVED
    return SMALL if found.clear and not found.material else NONE_SEEN


def _chances(
    answers: Sequence[Answer], scenario: Scenario, week: int, present: Answer | None, last: Answer | None
) -> Iterator[Row]:
    """The present answer's headline chances, then the steps that a what-if changes most."""
    summary = present is not None and present.summary
    wanted = [one.what for one in summary.chances] if summary else ["end:over"]
    for answer in answers:
        changed = answer.reactions.changed if answer.reactions is not None else ()
        wanted += [f"step:{one.instrument}:{one.direction}" for one in changed[:MOST_STEPS]]
    for what in dict.fromkeys(wanted):
        cells = [_chance(answer, what, week) for answer in answers]
        if not any(cells):
            continue
        held = None if last is None else _chance(last, what, week)
        if last is not None and held is None:
            continue
        same = (_same(answer, last) for answer in answers)
        told = tuple(None if cell is None else _from(*cell, one) for cell, one in zip(cells, same, strict=True))
        yield Row(chance_name(scenario, what), True, UNTOLD if held is None else held[0], told)


def _from(stands: str, cell: Cell, same: bool) -> Cell:
    return cell if same else replace(cell, level=f"from {stands} to {cell.level}")


def _chance(answer: Answer, what: str, week: int) -> tuple[str, Cell] | None:
    """A chance by the last week that is told of up to `week`: as it stands, and the what-if's cell; None for none."""
    kind, _, name = what.partition(":")
    if kind == "step" and answer.reactions is not None:
        instrument, _, direction = name.rpartition(":")
        rows = [one for one in answer.reactions.rows if one.instrument == instrument and one.week <= week]
        if not rows:
            return None
        row = max(rows, key=lambda one: one.week)
        step = row.step(direction)
        return percent(step.with_it), _of_chance(step.without, step.found.turned, row.imposed)
    if answer.system is None or kind not in ("end", "rung"):
        return None
    held = answer.system.ends if kind == "end" else answer.system.rungs
    told = [one for one in held if one.what == what and one.week <= week]
    if not told:
        return None
    last = max(told, key=lambda one: one.week)
    return percent(last.with_it), _of_chance(last.without, last.found.turned)


def _of_chance(share: float, found: Difference, imposed: bool = False) -> Cell:
    if imposed:
        return Cell(percent(share), SET, "", SET, False)
    change = EXACTLY_0 if found.same else f"{mean_and_range(found, 100)} points"
    error = "" if found.same else plus_minus(found, 100)
    return Cell(percent(share), change, error, _told(found), not found.same and found.detectable)


def _notes(answers: Sequence[Answer], rows: Sequence[Row], scenario: Scenario) -> Iterator[str]:
    counts = sorted({answer.run.futures for answer in answers})
    many = " and ".join(f"{count:,}" for count in counts)
    yield f"Over {many} futures, each with the same luck as in the scenario as it stands. Brackets hold 80%."
    yield "A change is the other world less the one that stands."
    if any(standing([answer], scenario) is None for answer in answers):
        yield "A change of both worlds moves the one that stands too, so its column says from where to where."
    few = few_futures(counts[0]).removesuffix(" (--futures).")
    if few:
        yield few if few.endswith(".") else f"{few}."
    if any(UNRESOLVED in cell.change for row in rows for cell in row.cells if cell is not None):
        yield UNRESOLVED_TOLD
