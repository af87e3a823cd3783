"""Estimates of several analysts: blind first, then shown, revised once and pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.calls import Watch, front
from tertius.api.war import Named, Names, Settings, War, opened, options_of
from tertius.defaults import FUTURES, SEED, THREADS

if TYPE_CHECKING:
    from tertius.api.result import Comparison
    from tertius.forecasts.estimates.pooling import Pool
    from tertius.forecasts.estimates.records import Question
    from tertius.forecasts.estimates.rounds import Seen, Table
    from tertius.world import Prior


@dataclass(frozen=True, repr=False)
class Estimates:
    """A round of estimates that lies in a folder. Nothing is kept in memory: others may work on it meanwhile.

    table  the folder and the scenario
    """

    table: Table

    def seen(self, analyst: str = "") -> Seen:
        """The round as an analyst may see it, by id from '1' on; without one, as whoever leads it.

        Before it opens nobody sees another's estimates, nor the program's numbers. Raises UnknownName, ArchiveError.
        """
        from tertius.forecasts.estimates.rounds import seen

        return seen(self.table.round, analyst)

    def hand_in(self, analyst: str, estimates: Mapping[str, Mapping[str, Any]], name: str | None = None) -> None:
        """Hand in estimates, question -> {'values': [...], 'reason': '...'}; once the round is open, the one revision.

        values: one chance, or what a quantity lies below in 5%, 50% and 95% of cases, in its unit. name: of the
        analyst, or a pseudonym. Raises UnknownName, OptionError, ArchiveError.
        """
        self.table.hand_in(analyst, estimates, name)

    def open(self, without_missing: bool = False) -> Seen:
        """Show everybody everything; who has not handed in takes no part. Raises OptionError, ArchiveError."""
        self.table.open(without_missing)
        return self.seen()

    def close(self) -> Seen:
        """Let nothing be changed any more. Raises OptionError, ArchiveError."""
        self.table.close()
        return self.seen()

    @property
    def pools(self) -> tuple[Pool, ...]:
        """What the estimates that count come to; none before the round opens. Raises ArchiveError."""
        return self.seen().pools

    @property
    def assumed(self) -> dict[str, Prior]:
        """The pooled quantities as priors, for `assume`: path -> prior. Raises OptionError, ArchiveError."""
        return self.table.assumed()

    def text(self) -> str:
        """The round in Markdown. Raises ArchiveError."""
        from tertius.report.estimates import estimates_text

        return estimates_text(self.table.round)

    def brief(self, found: Comparison) -> str:
        """A brief in Markdown with a section on what the analysts say. Raises OptionError before it opens."""
        from tertius.errors import OptionError
        from tertius.report.estimates import sections

        told = self.table.round
        if told.stage == "blind":
            raise OptionError("brief", "blind", "a round that has been open", "open it first")
        return f"{found.text().rstrip()}\n\n{sections([told])}\n"

    def __repr__(self) -> str:
        told = self.table.round
        handed = sum(bool(each.first) for each in told.analysts)
        return f"Estimates({told.scenario!r}, {handed} of {len(told.analysts)} handed in, {told.stage})"


@front
def begin_estimates(
    folder: str | Path,
    scenario: Named,
    events: Names = (),
    quantities: Names = (),
    questions: Names = (),
    assume: Settings | None = None,
    *,
    analysts: int = 3,
    names: Sequence[str] = (),
    futures: int = FUTURES,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Estimates:
    """Begin a round of estimates: each analyst estimates blind, then all is shown, revised once and pooled.

    Args:
        folder: where it is kept.
        scenario: a shipped name, a file, or a loaded scenario.
        events: events by the scenario's last week, as `inverse` takes them; each is a chance.
        quantities: paths of quantities with a prior; each is estimated by its 5%, 50% and 95% quantiles.
        questions: ids of the file of questions beside the scenario, those without a condition; each threshold is a
            chance of its own.
        assume: quantities set, path -> value.
        analysts: how many take part.
        names: of them, or pseudonyms; they can also name themselves.
        futures: how many the program's own chances are taken over.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        The round, ready for the blind estimates.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such event, quantity or question.
        OptionError: nothing is asked, or a value out of range. ArchiveError: the folder holds a round already.

    Example:
        >>> held = tertius.begin_estimates("my-round", "river-war", ["war-ends"], analysts=2, futures=200)
        >>> for analyst, chance in (("1", 0.2), ("2", 0.5)):
        ...     held.hand_in(analyst, {"war-ends": {"values": [chance], "reason": "It is young."}})
        >>> round(held.open().pools[0].values[0], 3)
        0.333
    """
    from tertius.forecasts.estimates.rounds import begin

    war = opened(scenario, assume)
    asked = questions_of(war, events, quantities, questions, futures, seed, threads, progress)
    return Estimates(begin(Path(folder), war.layout, asked, analysts, names))


def questions_of(
    war: War,
    events: Names,
    quantities: Names,
    questions: Names,
    futures: int,
    seed: int,
    threads: int,
    progress: Watch | None = None,
) -> list[Question]:
    """What is estimated, each with the program's own number, which takes a run. Raises as `begin_estimates` does."""
    if progress is not None:
        progress("futures", 0, 1)
    return [
        *_chances(war, _listed(events), futures, seed, threads),
        *_of_file(war, _listed(questions), futures, seed, threads, progress),
        *_quantities(war, _listed(quantities)),
    ]


@front
def open_estimates(folder: str | Path, scenario: Named, assume: Settings | None = None) -> Estimates:
    """Open a round of estimates that was begun before.

    Args:
        folder: where it is kept.
        scenario: the scenario that it is about.
        assume: quantities set when it was begun, path -> value.

    Returns:
        The round as it stands.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used.
        ArchiveError: there is none, it is damaged, or the scenario or the laws were changed since.

    Example:
        >>> held = tertius.begin_estimates("other-round", "river-war", ["war-ends"], futures=200)
        >>> tertius.open_estimates("other-round", "river-war").seen().stage
        'blind'
    """
    from tertius.forecasts.estimates.rounds import Table

    held = Estimates(Table(Path(folder), opened(scenario, assume).layout))
    _ = held.table.round  # read once, so that what is wrong is said now
    return held


def _listed(names: Names) -> list[str]:
    return list(dict.fromkeys([names] if isinstance(names, str) else names))


def _chances(war: War, events: list[str], futures: int, seed: int, threads: int) -> list[Question]:
    from tertius.calendar import day, week_ends
    from tertius.forecasts.estimates.records import Question
    from tertius.impact.moves import Bench, event_of
    from tertius.report.options import event_name

    targets = [event_of(name, war.record) for name in events]
    if not targets:
        return []
    options = options_of(war, futures, None, seed, threads)
    bench = Bench(war.layout, options)
    reading = bench.read()
    until = day(week_ends(war.record.as_of, options.weeks)[-1])
    return [
        Question(
            name, "chance", f"{event_name(target, war.record)} by {until}", "1",
            (float(bench.comes(reading, target).mean()),),
        )
        for name, target in zip(events, targets, strict=True)
    ]  # fmt: skip


def _of_file(war: War, ids: list[str], futures: int, seed: int, threads: int, progress: Watch | None) -> list[Question]:
    from tertius.api.questions import ask
    from tertius.errors import OptionError
    from tertius.forecasts.estimates.records import Question

    if not ids:
        return []
    found = []
    for asked in ask(war, only=ids, futures=futures, seed=seed, threads=threads, progress=progress).asked:
        told = asked.question
        if told.given:
            raise OptionError("questions", told.id, "a question without a condition", "choose another")
        rule = told.relation.replace("_", " ")
        for chance in asked.branches[0].chances:
            size = f"{rule} {chance.threshold:g}{'' if asked.unit == '1' else f' {asked.unit}'}"
            found.append(
                Question(f"{told.id}@{chance.threshold:g}", "chance", f"{told.text} ({size})", "1", (chance.chance,))
            )
    return found


def _quantities(war: War, paths: list[str]) -> list[Question]:
    from tertius.forecasts.estimates.rounds import quantity_question
    from tertius.report.phrases import quantity_name

    return [quantity_question(war.layout, path, quantity_name(war.record, path)) for path in paths]
