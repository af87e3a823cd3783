"""What `update` prints, as text and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from tertius.forecasts.ledger.scoring import Group
    from tertius.forecasts.updating.replay import Replayed

NAMES = {"base": "base rate", "persistence": "as last time"}


def replay_data(told: Replayed) -> dict[str, Any]:
    """A replay as plain data."""
    from tertius.cli.ledger_output import resolved_data, scores_data

    return {
        "weeks": [{**asdict(each), "day": each.day.isoformat()} for each in told.weeks],
        "resolved": resolved_data(told.resolved),
        "score": scores_data((told.score,))[0] if told.score is not None else None,
        "by_kind": {name: scores_data((group,))[0] for name, group in told.by_kind.items()},
    }


def print_replay(told: Replayed) -> None:
    """Say what was asked, what it cost, and how it scored beside its rivals."""
    from tertius.cli.ledger_output import print_scores

    weeks = told.weeks
    asked = sum(each.asked for each in weeks)
    spent = sum(each.seconds for each in weeks) / len(weeks)
    typer.echo(f"replayed {len(weeks)} dates, {weeks[0].day} to {weeks[-1].day}: {asked:,} thresholds asked")
    typer.echo(f"processors: {spent:.1f} s a date, {max(each.seconds for each in weeks):.1f} s the longest")
    for note in dict.fromkeys(note for each in (weeks[0], weeks[-1]) for note in each.notes):
        typer.echo(f"note: {note}")
    if told.score is None:
        typer.echo("no score: nothing was sealed")
        return
    print_scores((told.score,))
    typer.echo(f"  {'Brier by kind':22}{'thresholds':>11}{'ours':>8}{'base rate':>11}{'as last time':>14}")
    for name, group in told.by_kind.items():
        if group.brier is not None:
            typer.echo(
                f"  {name:22}{group.forecasts:11,}{group.brier:8.3f}{_rival(group, 'base'):>11}"
                f"{_rival(group, 'persistence'):>14}"
            )


def _rival(group: Group, name: str) -> str:
    """A rival's score with ours on the same forecasts, where these are fewer."""
    for each in group.rivals:
        if each.name == name:
            return f"{each.brier:.3f}"
    return "-"
