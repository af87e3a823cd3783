"""What `tertius history` and `tertius analogues` print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.report.words import number, percent

_COLUMNS = {
    "skill": "skill",
    "log_loss": "log loss",
    "brier": "Brier",
    "auc": "AUC",
    "auc_pr": "AUC-PR",
    "calibration_slope": "slope",
    "observed_over_expected": "obs/exp",
    "side_accuracy": "side right",
    "side_auc": "side AUC",
    "hits_in_best_five": "in best five",
}
_TABLES = {
    "probabilities": ("skill", "log_loss", "brier", "calibration_slope", "observed_over_expected"),
    "ranking and side": ("auc", "auc_pr", "side_accuracy", "side_auc", "hits_in_best_five"),
}
_REASONS = 2
YEAR = 365
_COMPARED = ("log_loss", "skill", "auc", "auc_pr", "side_accuracy", "hits_in_best_five")


def _table(title: str, *columns: str, short: bool = False) -> Table:
    """A table whose first column, where its texts are `short`, is kept on one line."""
    table = Table(title=escape(title))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold", no_wrap=place == 0 and short)
    return table


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else number(value, digits)


def print_fit(told: Mapping[str, Any]) -> None:
    """Weights with errors, timing, ends, and how the level drifted."""
    console = Console()
    made = told["made"]
    title = f"{made['joins']} joins, {made['disputes']:,} disputes, {made['wars']} wars before {made['before']}"
    table = _table(title, "term", "weight", "error")
    names = ["level", *told["joining"]["terms"]]
    values = [told["joining"]["intercept"], *told["joining"]["weights"]]
    rows = list(zip(names, values, told["joining"]["errors"], strict=True))
    for law in ("timing", "ending"):
        block = told[law]
        rows += [(f"{law}: {n}", v, e) for n, v, e in zip(block["names"], block["mode"], block["errors"], strict=True)]
    for name, value, error in rows:
        table.add_row(escape(name), number(value, 3), number(error, 2))
    console.print(table)
    level = _table("level, forecast decade by decade", "from", "observed", "expected")
    for row in told["drift"]["decades"]:
        level.add_row(str(row["from"]), str(row["observed"]), number(row["expected"], 3))
    console.print(level)
    ages = _table("joins by age of the dispute", "days", "observed", "expected")
    for row in told["ages"]["ages"]:
        ages.add_row(f"{row['from_day']:g}-{row['to_day']:g}", str(row["observed"]), number(row["expected"], 3))
    console.print(ages)


def print_ends(told: Mapping[str, Any]) -> None:
    """Ends by age beside what is simulated, kinds, sides, ceasefires, the test on later wars."""
    console = Console()
    ages = _table("wars that ended, by age", "years", "wars", "ended", "80% of simulated counts")
    for row in told["stretches"]:
        span = f"{row['low']} to {row['high']}"
        ages.add_row(f"{row['from_year']}-{row['to_year']}", str(row["wars"]), str(row["ended"]), span)
    console.print(ages)
    test = told["test"]
    if test["years"]:
        console.print(
            f"fitted before {test['from']}, tested on {test['wars']} wars after ({test['years']} years at risk): "
            f"log loss of ending within the year {number(test['log_loss'], 3)}, by the share of all years "
            f"{number(test['log_loss_of_the_share'], 3)}"
        )
    kinds = _table("kinds of end (80%)", "wars", "counted", *told["kinds"]["cells"][0]["shares"])
    for cell in told["kinds"]["cells"]:
        name = f"{'two years and more' if cell['old'] else 'under two years'}, "
        name += "since 1946" if cell["modern"] else "before 1946"
        shares = [f"{percent(s['mean'])} ({percent(s['q10'])} to {percent(s['q90'])})" for s in cell["shares"].values()]
        kinds.add_row(name, ", ".join(str(count) for count in cell["counts"].values()), *shares)
    console.print(kinds)
    for row in told["initiator"]:
        share = row["share"]
        console.print(
            f"the initiator's aims in {row['won']} of {row['decided']} decided wars "
            f"{'of two years and more' if row['old'] else 'under two years'}: {percent(share['mean'])} "
            f"({percent(share['q10'])} to {percent(share['q90'])})"
        )
    gone = told["collapses"]
    console.print(f"a side gone: {gone['actor_gone']} of {gone['wars_between_states']} conflicts between states")
    breaks = _table("ceasefires, by age", "years", "ceasefires", "broke", "a year")
    for row in told["breaks"]["ages"]:
        span = f"{row['from_year']}-{row['to_year']}"
        breaks.add_row(span, str(row["ceasefires"]), str(row["broke"]), f"{row['per_year']:.1%}")
    console.print(breaks)
    console.print("One that broke within its first year is not among them, so these are the least.")


def print_history_scores(told: Mapping[str, Any]) -> None:
    """Measures of every model with their errors, the pool minus each, level by decade."""
    console = Console()
    split = told["split"]
    test = split["test"]
    title = f"before {split['train_before']}, tested on {split['test_from']}-{split['test_to']}: "
    title += f"{test['rows']:,} rows, {test['joins']} joins, {test['disputes']} disputes"
    console.print(escape(title))
    for name, measures in _TABLES.items():
        table = _table(name, "model", *(_COLUMNS[m] for m in measures), short=True)
        for model, values in told["models"].items():
            table.add_row(escape(model), *(_number(values[measure]) for measure in measures))
            errors = (values["errors"][measure] for measure in measures)
            table.add_row("", *("" if error is None else f"±{number(error, 2)}" for error in errors), style="dim")
        console.print(table)
    members = ", ".join(f"{name} {number(weight, 2)}" for name, weight in split["members"].items())
    console.print(f"{split['ours']} pools in log odds: {members}. Errors (±) are of drawing disputes anew.")
    heading = f"{split['ours']} minus each ({split['level']:.0%} by dispute)"
    minus = _table(heading, "model", *(_COLUMNS[m] for m in _COMPARED), short=True)
    for name, rows in told["differences"].items():
        cells = []
        for measure in _COMPARED:
            found = rows[measure]
            low, high = found["interval"]
            cells.append(f"{_number(found['difference'], 2)} ({_number(low, 2)} to {_number(high, 2)})")
        minus.add_row(escape(name), *cells)
    console.print(minus)
    level = _table(f"{split['ours']} by decade", "from", "observed", "expected", "ratio", "interval")
    for row in told["decades"]:
        low, high = row["interval"]
        span = f"{number(low, 2)} to {number(high, 2)}"
        level.add_row(str(row["from"]), str(row["observed"]), number(row["expected"], 3), number(row["ratio"], 2), span)
    console.print(level)
    wide = told["widening"]
    low, high = wide["auc_interval"]
    console.print(
        f"whether anyone joins: {percent(wide['observed'])} of disputes, {percent(wide['expected'])} expected; "
        f"AUC {number(wide['auc'], 2)} ({number(low, 2)} to {number(high, 2)}); Brier {number(wide['brier'], 3)}, "
        f"{number(wide['brier_of_the_share'], 3)} for the share in training"
    )
    for note in told["notes"]:
        console.print(escape(f"note: {note}"))


def print_rates(told: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Chances of joining with 80% intervals and reasons."""
    console = Console()
    weeks = told["weeks"]
    title = f"joining the war within {weeks} weeks while it lasts, on day {told['age_days']:,} (80%)"
    table = _table(title, "state", "side", f"{weeks} weeks", "a week", "raised by", "lowered by")
    for row in told["rates"]:
        chance = f"fights for {row['member_of']}" if row["within"] is None else _chance(row["within"])
        weekly = "" if row["per_week"] is None else f"{row['per_week']['mean']:.1e}"
        reasons = (
            "; ".join(f"{term} x{factor:.1f}" for term, factor in [*row[which].items()][:_REASONS])
            for which in ("raises", "lowers")
        )
        table.add_row(escape(names.get(row["actor"], row["actor"])), row["side"], chance, weekly, *map(escape, reasons))
    console.print(table)
    late = "; few joins came this late in a war" if told["age_days"] > YEAR else ""
    console.print(f"any of these: {_chance(told['anyone_listed'])}; any other state: {_chance(told['anyone_else'])}")
    console.print(f"the war ends within {weeks} weeks, by its age alone: {_chance(told['war_ends'])}")
    console.print(
        f"Base rates of militarized disputes before {told['before']}{late}. Factors are against the average third "
        "state. Sending arms or money is another event."
    )
    if told["knows_later"]:
        console.print(
            "Among these disputes are some that began after the scenario's as-of date, so this is no forecast that "
            "could have been made then. One that could: tertius history fit PANEL --before YEAR, then --reference FILE."
        )


def _chance(band: Mapping[str, float]) -> str:
    return f"{_share(band['mean'])} ({_share(band['q10'])} to {_share(band['q90'])})"


def _share(value: float) -> str:
    return percent(value) if value >= 0.1 else f"{100 * value:.2g}%"


def print_analogues(told: Mapping[str, Any]) -> None:
    """Past wars and entries like the case, and shares."""
    console = Console()
    if "wars" in told:
        _print_like(console, "past disputes most like this war", told["wars"])
        _print_shares(console, "among these", told["among_wars"])
        _print_like(console, f"past entries most like {told['entry']}", told["entries"])
        _print_shares(console, "among these", told["among_entries"])
    _print_shares(console, "over all past wars", told["classes"])
    if told["knows_later"]:
        console.print("The counts over all past wars hold wars that came after the scenario's as-of date.")
    if "wars" not in told:
        console.print("With --data FOLDER of the history data, also the past wars and entries themselves.")


def _print_like(console: Console, title: str, rows: list[Mapping[str, Any]]) -> None:
    table = _table(title, "what", "distance", "features: its value / the case's, in spreads", "what came next")
    for row in rows:
        features = "; ".join(f"{n} {f['value']:+.1f}/{f['case']:+.1f}" for n, f in row["features"].items())
        table.add_row(escape(row["name"]), f"{row['distance']:.2f}", escape(features), escape(_next(row["next"])))
    console.print(table)


def _next(told: Mapping[str, Any]) -> str:
    parts = [f"lasted {told['lasted_on_days']:,} days more"]
    if told.get("joiners_after"):
        parts.append("joined by " + ", ".join(told["joiners_after"][:4]))
    if told.get("other_side_in_26_weeks"):
        parts.append("a joiner on the other side within 26 weeks")
    if told.get("same_side_in_26_weeks"):
        parts.append("another on its side within 26 weeks")
    return "; ".join(parts)


def _print_shares(console: Console, title: str, shares: Mapping[str, Any]) -> None:
    table = _table(title, "what", "count", "share (80%)")
    for share in shares.values():
        low, high = share["interval80"]
        count = f"{share['hits']} of {share['cases']}"
        table.add_row(escape(share["what"]), count, f"{percent(share['share'])} ({percent(low)} to {percent(high)})")
    console.print(table)
