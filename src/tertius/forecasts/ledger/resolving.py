"""Resolve: what came of sealed forecasts, by their own rule on data, or by hand with a source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

import numpy as np

from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Holdings
from tertius.forecasts.ledger.database import Ledger, Rows
from tertius.forecasts.ledger.entries import Entry
from tertius.forecasts.ledger.rows import Forecast, forecasts_of
from tertius.forecasts.questions.rule import Rule
from tertius.forecasts.questions.settling import Settled, Steps, Terms, settle

MOST_NAMED = 8  # forecasts in an error
TOLD_EVERY = 50  # forecasts
ALIKE = 0.85  # of two names, from which on one is taken for a slip of the other


@dataclass(frozen=True)
class Resolved:
    """What came of resolving.

    settled, void   ids of the questions with the entry that was sealed
    waiting         (entry, id, state, why) of those that are still open
    before          how many had been resolved before
    """

    settled: tuple[tuple[int, str], ...]
    void: tuple[tuple[int, str, str], ...]
    waiting: tuple[tuple[int, str, str, str], ...]
    before: int


@dataclass(frozen=True)
class Which:
    """Which forecasts of a question are meant: of a scenario, a deadline (YYYY-MM-DD), or one entry; empty: any."""

    scenario: str = ""
    deadline: str = ""
    entry: int = 0

    def holds(self, each: Forecast) -> bool:
        """Whether a forecast is meant."""
        told = each.told
        return (
            self.scenario in ("", told["scenario"])
            and self.deadline in ("", told["question"]["until"])
            and self.entry in (0, each.entry.seq)
        )


def outcome(
    forecast: Forecast, holdings: Holdings | None, records: Sequence[Steps], today: date
) -> dict[str, Any] | str:
    """What came of a forecast by its own rule: the body of a resolution; else "state: why" while it is open."""
    told = forecast.told
    own_names = {told["scenario"], *told.get("lineage", ())}
    own_records = [each for each in records if own_names & set(each.scenarios)]
    steps = max(own_records, key=lambda each: each.until, default=None)
    found = {name: settle(_terms(terms), holdings, steps, today) for name, terms in told["terms"].items()}
    open_ones = [each for each in found.values() if each.status not in ("settled", "void")]
    if open_ones:
        return f"{open_ones[0].status}: {open_ones[0].why}"
    own = found[""]
    rows = []
    for row in told["forecast"]:
        branch = found.get(row["branch"] or "", own)
        rows.append({"branch": row["branch"], "threshold": row["threshold"], "came": _came(told, row, own, branch)})
    is_void = all(row["came"] is None for row in rows)
    why = own.why if own.status == "void" or not is_void else "no condition of it came about"
    return {
        "seals": forecast.entry.seq,
        "question": forecast.name,
        "status": "void" if is_void else "settled",
        "value": own.value,
        "rows": rows,
        "by": "rule",
        "source": why,
    }


def _check(records: Sequence[Steps], every: Sequence[Forecast]) -> None:
    """Refuse a record whose name is nearly that of an instrument asked about, or whose level there is none of.

    A step under a misspelt name would be no step at all, and what is settled by rule stands.
    """
    for each in records:
        mine = [one.told for one in every if {one.told["scenario"], *one.told.get("lineage", ())} & set(each.scenarios)]
        tops = {
            terms["rule"]["instrument"]: int(terms["top"])
            for told in mine
            for terms in told["terms"].values()
            if terms["rule"].get("instrument")
        }
        named = {step.instrument for step in each.record.values()}
        for key, step in each.record.items():
            near = get_close_matches(step.instrument, [name for name in tops if name not in named], n=1, cutoff=ALIKE)
            if step.instrument not in tops and near:
                allowed = f"an instrument of the scenario, such as {near[0]}"
                raise DataError(f"{each.name}: record.{key}", step.instrument, allowed, f"write {near[0]}")
            top = tops.get(step.instrument)
            if top is not None and step.after is not None and not 0 <= step.after <= top:
                fix = "correct after, or leave it out"
                raise DataError(f"{each.name}: record.{key}", f"after: {step.after:g}", f"a level from 0 to {top}", fix)


def _came(told: dict[str, Any], row: dict[str, Any], own: Settled, branch: Settled) -> bool | None:
    """Whether a threshold was met; None where it is void."""
    if own.value is None:
        return None
    if row["branch"] is not None:
        condition = _terms(told["terms"][row["branch"]]).rule
        if branch.value is None or not _holds(condition, branch.value, condition.thresholds[0]):
            return None
    return _holds(_terms(told["terms"][""]).rule, own.value, float(row["threshold"]))


def _holds(rule: Rule, value: float, threshold: float) -> bool:
    return bool(rule.holds(np.array([value]), threshold)[0])


def _terms(told: dict[str, Any]) -> Terms:
    rule = {**told["rule"]}
    for name in ("above", "below", "at_least", "at_most"):
        if name in rule:
            rule[name] = tuple(rule[name])
    return Terms(Rule(**rule), date.fromisoformat(told["as_of"]), float(told["level"]), int(told["top"]))


def resolve(
    ledger: Ledger,
    holdings: Holdings | None,
    records: Sequence[Steps],
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Resolved:
    """Settle every open forecast whose rule runs to its end on what is known.

    today: the day on which it is judged, else that of this machine's clock; one that has not come is written down.
    progress: told how many forecasts are done.

    Raises:
        DataError: the database refuses.
    """
    now = datetime.now(UTC).date()
    day = today or now
    ahead = {"judged": day.isoformat()} if day > now else {}
    every = forecasts_of(ledger.entries(), day)
    _check(records, every)
    rows: list[tuple[str, str, Any]] = []
    settled, void, waiting = [], [], []
    for place, each in enumerate(every):
        if progress is not None and (place % TOLD_EVERY == 0 or place + 1 == len(every)):
            progress(place + 1, len(every))
        if each.result is not None:
            continue
        body = outcome(each, holdings, records, day)
        if isinstance(body, str):
            state, _, why = body.partition(": ")
            waiting.append((each.entry.seq, each.name, state, why))
            continue
        rows.append(("resolved", f"resolved:{each.entry.seq}:1", body | ahead))
        if body["status"] == "void":
            void.append((each.entry.seq, each.name, body["source"]))
        else:
            settled.append((each.entry.seq, each.name))
    ledger.append(rows)
    before = sum(each.result is not None for each in every)
    return Resolved(tuple(settled), tuple(void), tuple(waiting), before)


def resolve_by_hand(
    ledger: Ledger,
    question: str,
    source: str,
    value: float | None,
    is_void: bool,
    branches: Sequence[str] = (),
    which: Which | None = None,
) -> Resolved:
    """Settle a question by hand, with a source; a later word by hand counts in place of an earlier one by hand.

    All forecasts that measure the same are settled, of whatever kind. One that was resolved by rule stands.

    Args:
        ledger: where.
        question: its id.
        source: where it can be read.
        value: what was measured; None where it is void.
        is_void: that it can never be settled.
        branches: of a conditional question, those whose condition came about.
        which: which forecasts of that id, where several measure different things.

    Raises:
        UnknownName: no such question or branch. OptionError: no source, both or neither of value and void, or forecasts
            that measure different things. DataError: it was resolved by rule, or its window has not begun.
    """
    if not source.strip():
        raise OptionError(
            "--source", source, "where the answer can be read", "give an address or a title with its date"
        )
    if (value is None) != is_void or (value is not None and not np.isfinite(value)):
        given = "a value and void" if is_void else "no value" if value is None else f"{value}"
        raise OptionError("--value, --void", given, "exactly one, a finite number", "give one of the two")
    before = 0

    def rows(entries: list[Entry]) -> Rows:
        nonlocal before
        alike, chosen = _open_to_hand(entries, question, which or Which())
        before = len(alike) - len(chosen)
        counts = Counter(entry.told["seals"] for entry in entries if entry.kind == "resolved")
        return [
            (
                "resolved",
                f"resolved:{each.entry.seq}:{counts[each.entry.seq] + 1}",
                _by_hand(each, value, branches) | {"by": "hand", "source": source},
            )
            for each in chosen
        ]

    done = tuple((int(each.told["seals"]), question) for each in ledger.append(rows))
    told = tuple((seq, name, source) for seq, name in done)
    return Resolved(() if is_void else done, told if is_void else (), (), before)


def _open_to_hand(entries: list[Entry], question: str, which: Which) -> tuple[list[Forecast], list[Forecast]]:
    """The forecasts that are meant, and those of them that no rule has resolved."""
    today = datetime.now(UTC).date()
    alike = _alike(forecasts_of(entries, today), question, which)
    chosen = [each for each in alike if each.result is None or each.result["by"] == "hand"]
    if not chosen:
        given = f"{question}, resolved by its rule (entry {alike[0].entry.seq})"
        raise DataError("resolve", given, "a question that no rule has resolved", "leave it: what a rule found stands")
    early = [each for each in chosen if date.fromisoformat(each.told["starts"]) >= today]
    if early:
        given = f"{question}, whose window begins on {early[0].told['starts']}"
        raise DataError(
            "resolve", given, "a question whose window has begun", "wait, or seal none that is not asked yet"
        )
    return alike, chosen


def _alike(every: Sequence[Forecast], question: str, which: Which) -> list[Forecast]:
    """The forecasts of a question that are meant, all of which measure the same."""
    own = [each for each in every if each.name == question]
    if not own:
        raise UnknownName("sealed question", question, sorted({each.name for each in every}))
    chosen = [each for each in own if which.holds(each)]
    if len({_measures(each) for each in chosen}) == 1:
        return chosen
    named = [
        f"entry {each.entry.seq}: {each.told['scenario']}, {each.told['question']['until']}, {each.kind}, "
        f"as of {each.told['as_of']}"
        for each in chosen or own
    ]
    more = f"; and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    given = f"{question}, of which {'several forecasts measure different things' if chosen else 'none is meant'}"
    raise OptionError(
        "--scenario, --deadline, --entry", given, "; ".join(named[:MOST_NAMED]) + more, "name one by what sets it apart"
    )


def _measures(each: Forecast) -> tuple[str, ...]:
    """What is the same for forecasts that one value settles: the last week's value does not depend on the start."""
    told = each.told
    needs_start = told["terms"][""]["rule"]["take"] != "last" or len(told["terms"]) > 1
    return str(told["scenario"]), str(told["question"]["until"]), str(told["starts"]) if needs_start else ""


def _by_hand(each: Forecast, value: float | None, branches: Sequence[str]) -> dict[str, Any]:
    rule = _terms(each.told["terms"][""]).rule
    named = {row["branch"] for row in each.told["forecast"] if row["branch"] is not None}
    for name in branches:
        if name not in named:
            raise UnknownName("branch", name, sorted(named))
    rows = []
    for row in each.told["forecast"]:
        is_void = value is None or (row["branch"] is not None and row["branch"] not in branches)
        came = None if is_void or value is None else _holds(rule, value, float(row["threshold"]))
        rows.append({"branch": row["branch"], "threshold": row["threshold"], "came": came})
    status = "void" if all(row["came"] is None for row in rows) else "settled"
    return {"seals": each.entry.seq, "question": each.name, "status": status, "value": value, "rows": rows}
