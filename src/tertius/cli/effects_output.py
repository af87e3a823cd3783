"""What `tertius history effects` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.report.words import number, percent

_OUTCOMES = {
    "advance": "advance (km a day)",
    "win": "the attacker wins (log odds)",
    "loss_a": "attacker's losses (log share)",
    "loss_d": "defender's losses (log share)",
}


def print_effects(told: Mapping[str, Any]) -> None:
    """Responses to force by era, entry terms with their test, the comparison of late entries."""
    console = Console()
    _print_battles(console, told["battles"])
    _print_entering(console, told["entering"])
    _print_late(console, told["late"])


def _table(title: str, *columns: str) -> Table:
    table = Table(title=escape(title))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold")
    return table


def _with_error(mean: float, error: float) -> str:
    return f"{mean:+.2f} \u00b1{number(error, 2)}"


def _print_battles(console: Console, told: Mapping[str, Any]) -> None:
    eras = [f"from {era['from']}" for era in told["responses"]["advance"]["eras"]]
    table = _table(f"response to a unit of log force, {told['battles']} battles", "what", *eras)
    for name, title in _OUTCOMES.items():
        rows = told["responses"][name]["eras"]
        table.add_row(title, *(_with_error(era["response"], era["error"]) for era in rows))
    console.print(table)
    law, friction = told["power_response"], told["friction"]
    low, high = (number(law[name], 2) for name in ("q10", "q90"))
    console.print(
        f"in the units of the law of ground: {low} to {high} km² a week (80%), above nought with "
        f"{percent(law['above_nought'])}. Attackers bring more where it is harder, so this is no effect of adding "
        "force, and the width that is attacked at once is not in the data: they cannot say how much land a stronger "
        "side gains."
    )
    console.print(
        f"sides of several nations ({friction['sides_of_several_nations']}): log odds of a win "
        f"{_with_error(*friction['log_odds_of_a_win'])}. The data cannot say whether coalitions fight worse."
    )


def _print_entering(console: Console, told: Mapping[str, Any]) -> None:
    train = told["train"]
    title = f"after an entry, {train['wars']} wars before {train['before']}, {train['entered']} of them entered"
    table = _table(title, "what", "entered", "added capability")
    for name, what in (("duration", "log rate of ending"), ("outcome", "log odds that the side joined wins")):
        table.add_row(what, *(_with_error(told[name][t]["mean"], told[name][t]["error"]) for t in ("entered", "added")))
    console.print(table)
    test = told["test"]
    title = f"log loss on {test['wars']} wars of {test['from']}-{test['to']}"
    scores = _table(title, "what", "cases", "with entry", "without", "difference")
    for row in told["scores"]:
        apart = _with_error(row["difference"], row["error"])
        scores.add_row(row["what"], str(row["cases"]), f"{row['with_entry']:.3f}", f"{row['without']:.3f}", apart)
    console.print(scores)
    for row in told["outcomes"]:
        console.print(f"first joiner: {row['first_joiner']}: the initiator won {row['initiator_won']} of {row['wars']}")


def _print_late(console: Console, told: Mapping[str, Any]) -> None:
    found = told["comparisons"]
    title = f"{found['entries']} late entries, beside {found['years_beside']} conflict-years that nobody entered"
    table = _table(title, "what", "entered", "beside", "difference (80%)", "bound")
    for name, what in (("same_kind_and_age", "same kind, age"), ("same_size_too", "and size")):
        for row in found[name]:
            _compare(table, f"ended within {row['years']}, {what}", row)
    _compare(table, "a war the year before (control)", found["war_the_year_before"])
    console.print(table)
    console.print("States enter hard wars: these are associations, no proof of an effect.")


def _compare(table: Table, what: str, row: Mapping[str, Any]) -> None:
    gap, low, high = (f"{100 * value:+.0f}" for value in row["difference"])
    table.add_row(
        what, percent(row["entered"]), percent(row["beside"]), f"{gap} ({low} to {high})", f"{row['bound']:.1f}"
    )
