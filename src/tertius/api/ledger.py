"""The ledger of forecasts: sealed, settled, scored, checked, exported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.calls import Watch, front
from tertius.api.questions import ask, held_data
from tertius.api.war import Named, Settings
from tertius.defaults import FUTURES, SEED, THREADS

if TYPE_CHECKING:
    from tertius.forecasts.backtest import Backtest
    from tertius.forecasts.ledger.resolving import Resolved
    from tertius.forecasts.ledger.scoring import Group
    from tertius.forecasts.ledger.sealing import Sealed
    from tertius.forecasts.ledger.stamping import Stamp
    from tertius.forecasts.ledger.verifying import Verified


@front
def seal(
    scenario: Named,
    file: str | Path | None = None,
    assume: Settings | None = None,
    *,
    ledger: str = "",
    data: str | Path | None = None,
    only: Sequence[str] = (),
    chances: str | Path | None = None,
    kind: str = "",
    futures: int = FUTURES,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Sealed:
    """Ask the questions about a scenario and seal the answers in a ledger.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        file: a file of questions; else NAME.questions.yaml beside the scenario.
        assume: quantities set in every world, path -> value.
        ledger: address of the database; else the user's own. It is made where it is missing.
        data: folder of data files or a store; a question whose rule does not run on it today is not sealed.
        only: ids of the questions; all of the file where none are named.
        chances: a CSV file (question, branch, threshold, chance) of a forecast made by hand, sealed in place of ours.
        kind: live or backtest; else by the clock.
        futures: how many. seed: same seed, same numbers. threads: how many work at it. progress: as of `ask`.

    Returns:
        `added` entries, questions `known` from before and `left` out with the reason, the last entry's hash (`head`).

    Raises:
        DataError: nothing can be sealed, a question changed under its name, or the database refuses.
        OptionError: a live forecast of what is over. What `ask` raises.

    Example:
        >>> told = tertius.seal("river-war", ledger="sqlite:///seal-example.sqlite", futures=400, only=["sanctions"])
        >>> told.kinds
        {'sanctions': 'live'}
    """
    from contextlib import closing

    from tertius.errors import OptionError
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.ledger.prices import check_hand, read_prices
    from tertius.forecasts.ledger.sealing import seal as seal_answers

    if kind not in ("", "live", "backtest"):
        raise OptionError("--kind", kind, "live or backtest", "leave it out, and the clock decides")
    hand = None if chances is None else read_prices(Path(chances))
    with closing(Ledger(ledger, create=True)) as held:
        answers = ask(
            scenario, file, assume, data=data, only=only, futures=futures, seed=seed, threads=threads, progress=progress
        )
        if hand is not None:
            answers = check_hand(answers, hand)
        return seal_answers(held, answers, hand, kind)


@front
def seal_backtest(found: Backtest, *, ledger: str = "") -> int:
    """Seal the forecasts of a backtest of series in a ledger, as what they are; `resolve` settles them on its data.

    Args:
        found: of `backtest`.
        ledger: address of the database; else the user's own. It is made where it is missing.

    Returns:
        How many were added; the same backtest again adds nothing.

    Raises:
        DataError: the database refuses.

    Example:
        tertius.seal_backtest(tertius.backtest("my-war.yaml", "my-data"))
    """
    from contextlib import closing

    from tertius.forecasts.ledger.backtests import seal_backtest as sealed
    from tertius.forecasts.ledger.database import Ledger

    with closing(Ledger(ledger, create=True)) as held:
        return sealed(held, found)


@front
def resolve(
    *,
    ledger: str = "",
    data: str | Path | None = None,
    records: Sequence[str | Path] = (),
    question: str = "",
    scenario: str = "",
    deadline: str = "",
    entry: int = 0,
    value: float | None = None,
    void: bool = False,
    branches: Sequence[str] = (),
    source: str = "",
    today: str = "",
) -> Resolved:
    """Settle sealed forecasts: all that are open by their own rules, or one question by hand with a source.

    Args:
        ledger: address of the database; else the user's own.
        data: folder of data files or a store with what came.
        records: records of states' steps: files with `scenario`, `until` and `record`, or scenarios of a later date.
        question: id of a question to settle by hand. What was resolved by rule stands.
        scenario: by hand, where forecasts of that id measure different things: the name of the scenario.
        deadline: likewise: the last day that counts, YYYY-MM-DD.
        entry: likewise: the number of the forecast's entry.
        value: what was measured, in the question's unit.
        void: that it can never be settled.
        branches: of a conditional question settled by hand, those whose condition came about.
        source: where the answer by hand can be read.
        today: YYYY-MM-DD, the day on which rules are judged, else the clock's: for a made-up war. A week that
            ends later settles nothing. A day ahead of the clock is written into the entry.

    Returns:
        `settled`, `void` and `waiting` forecasts, these with state (pending, overdue) and reason.

    Raises:
        DataError: no ledger, one that is not as written, or data that cannot be read.
        ScenarioError: a record that cannot be read.
        UnknownName: no such question. OptionError: by hand without a source, or of several forecasts that differ.

    Example:
        tertius.resolve(data="my-data", records=["my-record.yaml"]).settled
    """
    from contextlib import closing

    from tertius.api.days import day_option
    from tertius.errors import OptionError
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.ledger.resolving import Which, resolve_by_hand
    from tertius.forecasts.ledger.resolving import resolve as by_rule
    from tertius.forecasts.ledger.verifying import check_chain
    from tertius.forecasts.questions.settling import read_steps

    if not question and (value is not None or void or source or branches or scenario or deadline or entry):
        raise OptionError(
            "--question", "nothing", "the id of a question settled by hand", "name it, or leave the rest out"
        )
    day = day_option("--today", today or None)
    with closing(Ledger(ledger)) as held:
        check_chain(held)
        if question:
            return resolve_by_hand(held, question, source, value, void, branches, Which(scenario, deadline, entry))
        return by_rule(held, held_data(data), [read_steps(each) for each in records], day)


@front
def score(*, ledger: str = "", crowd: str | Path | None = None) -> tuple[Group, ...]:
    """Scores of the settled forecasts beside base rate, persistence and crowd prices, by kind and methodology.

    Args:
        ledger: address of the database; else the user's own.
        crowd: a CSV file (question, branch, threshold, chance, date) of a crowd's prices. The last one up to the as-of
            date counts. Columns `scenario` and `deadline` tell questions of the same id apart.

    Returns:
        One `Group` for each kind, scenario and methodology version: counts by state, Brier and log scores, rivals,
        CRPS, reliability, scores over time and by topic.

    Raises:
        DataError: no ledger, one that is not as written, or prices that cannot be read.

    Example:
        [(each.kind, each.brier) for each in tertius.score()]
    """
    from contextlib import closing
    from datetime import UTC, datetime

    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.ledger.prices import read_crowd
    from tertius.forecasts.ledger.rows import forecasts_of
    from tertius.forecasts.ledger.scoring import score as scored
    from tertius.forecasts.ledger.verifying import check_chain

    prices = None if crowd is None else read_crowd(Path(crowd))
    with closing(Ledger(ledger)) as held:
        check_chain(held)
        return scored(forecasts_of(held.entries(), datetime.now(UTC).date()), prices)


@front
def stamp(*, ledger: str = "", authority: str = "", roots: str | Path | None = None) -> Stamp | None:
    """Have an outside authority stamp the last entry, and with it all before, with its time (RFC 3161).

    Args:
        ledger: address of the database; else the user's own.
        authority: address of a time-stamp authority, http or https; else a public one. It sees a hash and no more.
        roots: PEM file of the authorities that you trust; a stamp of another is then refused.

    Returns:
        The stamp: `authority`, `time`, `covers`, `state`. None where this authority vouches for every entry already.

    Raises:
        DataError: no ledger, no answer, a refusal, or a stamp of something else. MissingExtra: without the extra.

    Example:
        tertius.stamp(roots="my-roots.pem")
    """
    from contextlib import closing

    from tertius.forecasts.ledger.authority import AUTHORITY
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.ledger.stamping import read_roots
    from tertius.forecasts.ledger.stamping import stamp as stamped
    from tertius.forecasts.ledger.verifying import check_chain

    trusted = None if roots is None else read_roots(roots)
    with closing(Ledger(ledger)) as held:
        check_chain(held)
        return stamped(held, authority or AUTHORITY, trusted)[1]


@front
def verify(
    *,
    ledger: str = "",
    data: str | Path | None = None,
    records: Sequence[str | Path] = (),
    head: str = "",
    roots: str | Path | None = None,
) -> Verified:
    """Check a ledger layer by layer: content, order, time, outcome; and say what is not shown.

    Args:
        ledger: address of the database; else the user's own.
        data: folder of data files or a store, on which resolutions are run anew.
        records: as of `resolve`.
        head: a hash that was kept, or its first letters, at least eight.
        roots: PEM file of the authorities whose time stamps you trust; else no stamp is verified.

    Returns:
        `layers` with what is shown, what is not and the faults; `stamps`; `is_sound`; the last entry's hash (`head`).

    Raises:
        DataError: no ledger, or roots that cannot be read. OptionError: a hash of fewer than eight letters.
        MissingExtra: roots without the extra 'stamps'.

    Example:
        tertius.verify().is_sound
    """
    from contextlib import closing

    from tertius.errors import OptionError
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.ledger.stamping import read_roots
    from tertius.forecasts.ledger.verifying import verify as verified
    from tertius.forecasts.questions.settling import read_steps

    if head and len(head) < 8:
        raise OptionError("--head", head, "a hash, or at least its first eight letters", "give more of it")
    trusted = None if roots is None else read_roots(roots)
    with closing(Ledger(ledger)) as held:
        return verified(held, held_data(data), [read_steps(each) for each in records], head, trusted)


@front
def ledger_entries(*, ledger: str = "") -> list[dict[str, Any]]:
    """Every entry of a ledger as plain data, in order, with its hashes.

    Args:
        ledger: address of the database; else the user's own.

    Returns:
        Entries with seq, kind, recorded, identity, body, previous, hash.

    Raises:
        DataError: no ledger.

    Example:
        [each["kind"] for each in tertius.ledger_entries()]
    """
    from contextlib import closing

    from tertius.forecasts.ledger.database import Ledger

    with closing(Ledger(ledger)) as held:
        return [{**each.__dict__, "body": each.told} for each in held.entries()]
