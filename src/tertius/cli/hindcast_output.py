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
from tertius.report.words import percent

MOST_MISSES = 12


def refuse_folder(out: Path | None) -> None:
    """Raise OptionError where a file is to be written over a folder; before anything is computed."""
    if out is not None and out.is_dir():
        raise OptionError("--out", str(out), "a file", "name one, such as hindcast.json")


def write_hindcast(told: Mapping[str, Any], out: Path) -> None:
    """The table as a file. Raises ArchiveError where it cannot be written."""
    from tertius.history.reference import text_of

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text_of(dict(told)), encoding="utf-8")
    except OSError as error:
        raise ArchiveError(f"cannot write {out}: {error.strerror or error}; name another --out") from error


def print_hindcast(told: Mapping[str, Any]) -> None:
    """Scores beside the best of the baselines, whether chances came true, and what was missed."""
    console = Console()
    made = told["made"]
    span = f"{made['wars']} wars begun {made['first']} to {made['last']}, as of {made['cases']} days"
    console.print(f"{span}; learnt from {made['learnt_from']} wars that were over before {made['train_before']}.")
    table = _table("scores beside the best baseline", "score", "n", "ours", "plain", "best", "its", "better", "error")
    plain = {row["score"]: row for row in told["scores"]["tertius-plain"]}
    for row in told["scores"]["tertius"]:
        table.add_row(
            row["score"],
            str(row["items"]),
            _short(row["ours"]),
            _short(plain[row["score"]]["ours"]),
            row["best"],
            _short(row["best_score"]),
            f"{-row['worse_by']:+.3f}",
            _short(row["error"]),
        )
    console.print(table)
    table = _table("chances of tertius, and what came", "chance", "cases", "said", "came", "error")
    for row in told["reliability"]:
        table.add_row(row["question"], str(row["cases"]), *(percent(row[key]) for key in ("said", "came", "error")))
    for row in told["bins"]:
        name = f"{100 * row['from']:.0f}% to {100 * row['to']:.0f}%"
        table.add_row(name, str(row["cases"]), percent(row["said"]), percent(row["came"]), "")
    console.print(table)
    shown = told["misses"][:MOST_MISSES]
    if shown:
        console.print(f"Came against a chance under a tenth: {len(told['misses'])}. The most surprising first:")
        table = _table("", "war", "as of", "what came", "chance")
        for row in shown:
            table.add_row(escape(row["war"]), row["as_of"], row["what"], percent(row["chance"]))
        console.print(table)
    console.print(standing_sentence(told))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=escape(title) or None)
    for place, column in enumerate(columns):
        words = not place or column in ("best", "what came")
        table.add_column(column, justify="left" if words else "right", overflow="fold", no_wrap=words)
    return table


def _short(value: float) -> str:
    return f"{value:.3f}"
