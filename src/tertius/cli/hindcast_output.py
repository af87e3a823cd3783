"""What `tertius hindcast` prints and writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.errors import ArchiveError, OptionError
from tertius.report.hindcast import standing_sentence
from tertius.report.words import number, percent

MOST_MISSES = 12


def write_hindcast(told: Mapping[str, Any], out: Path) -> None:
    """The table as a file. Raises OptionError for a folder, ArchiveError where it cannot be written."""
    from tertius.history.reference import text_of

    if out.is_dir():
        raise OptionError("--out", str(out), "a file", "name one, such as hindcast.json")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text_of(dict(told)), encoding="utf-8")
    except OSError as error:
        raise ArchiveError(f"cannot write {out}: {error.strerror or error}; name another --out") from error


def print_hindcast(told: Mapping[str, Any]) -> None:
    """Scores beside the best of the baselines, whether chances came true, and what was missed."""
    console = Console()
    made = told["made"]
    span = f"{made['wars']} wars begun {made['first']} to {made['last']}, {made['cases']} dates"
    title = f"{span}; learnt from {made['learnt_from']} wars that were over before {made['train_before']}"
    table = _table(title, "score", "n", "tertius", "plain", "best baseline", "its score", "better by", "error")
    plain = {row["score"]: row for row in told["scores"]["tertius-plain"]}
    for row in told["scores"]["tertius"]:
        table.add_row(
            row["score"],
            str(row["items"]),
            _short(row["ours"]),
            _short(plain[row["score"]]["ours"]),
            row["best"],
            _short(row["best_score"]),
            _signed(-row["worse_by"]),
            _short(row["error"]),
        )
    console.print(table)
    table = _table("chances of tertius, and what came", "question", "cases", "said", "came", "error")
    for row in told["reliability"]:
        table.add_row(row["question"], str(row["cases"]), *(percent(row[key]) for key in ("said", "came", "error")))
    for row in told["bins"]:
        name = f"said {percent(row['from'])} to {percent(row['to'])}"
        table.add_row(name, str(row["cases"]), percent(row["said"]), percent(row["came"]), "")
    console.print(table)
    shown = told["misses"][:MOST_MISSES]
    if shown:
        title = f"came against a chance under a tenth: {len(told['misses'])}, the most surprising first"
        table = _table(title, "war", "as of", "what", "chance")
        for row in shown:
            table.add_row(escape(row["war"]), row["as_of"], row["what"], percent(row["chance"]))
        console.print(table)
    console.print(standing_sentence(told))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=escape(title))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold", no_wrap=not place)
    return table


def _short(value: float) -> str:
    return number(value, 3)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value, 2)}"
