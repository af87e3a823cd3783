"""Ask a scenario questions that can be settled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, Settings, opened, options_of
from tertius.defaults import FUTURES, SEED, THREADS

if TYPE_CHECKING:
    from tertius.evidence import Holdings
    from tertius.forecasts.questions.asking import Answers


@front
def ask(
    scenario: Named,
    file: str | Path | None = None,
    assume: Settings | None = None,
    *,
    data: str | Path | None = None,
    only: Sequence[str] = (),
    futures: int = FUTURES,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Answers:
    """Answer questions about a scenario: chances with intervals, base rates, what the entry adds, what moves them.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        file: a file of questions; else NAME.questions.yaml beside the scenario.
        assume: quantities set in every world, path -> value.
        data: folder of data files or a store, for base rates of series; else the store of `tertius data` where it
            holds anything.
        only: ids of the questions that are asked; all of the file where none are named.
        futures: how many; a branch with fewer than 200 of them is told no chance.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        `asked`, one answer for each question: `branches` with their `chances` (shares from 0 to 1, with 80% intervals),
        `rates` of the past, `reasons`, and `unsettled`, which says why nothing can settle it.

    Raises:
        ScenarioError: the file of questions cannot be used; every problem is in it, with its line.
        UnknownName: no such question. OptionError: too few futures, no file. DataError: data that cannot be read.

    Example:
        >>> told = tertius.ask("river-war", futures=400)
        >>> 0 <= told.asked[0].branches[0].chances[0].chance <= 1
        True
    """
    from tertius.forecasts.questions.asking import ask as answer
    from tertius.forecasts.questions.reading import read_questions

    war = opened(scenario, assume)
    layout = war.layout
    held = read_questions(layout, None if file is None else Path(file))
    chosen = [held.of(name) for name in only] if only else held.questions
    options = options_of(war, futures, None, seed, threads)
    return answer(layout, chosen, options, held_data(data), stage(progress, "futures"))


def held_data(data: str | Path | None) -> Holdings | None:
    """What a folder or store holds; without one, the user's store, or None where that is empty. Raises DataError."""
    from tertius.evidence import Store, read_data

    if data is not None:
        return read_data(Path(data))
    store = Store()
    return store.holdings() if store.vintages() else None
