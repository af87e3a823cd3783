"""What `update` prints, as text and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from tertius.forecasts.ledger.scoring import Group
    from tertius.forecasts.updating.replay import Replayed
    from tertius.forecasts.updating.updating import Updated

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
    known = sum(each.known for each in weeks)
    if known:
        typer.echo(f"{known:,} forecasts were sealed before and are scored as they were; another --ledger begins anew")
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


def update_data(told: Updated) -> dict[str, Any]:
    """An update as plain data."""
    from tertius.cli.ledger_output import sealed_data

    return {
        "day": told.day.isoformat(),
        "before": told.before.isoformat(),
        "file": str(told.file),
        "changed": list(told.changed),
        "passed": [asdict(each) for each in told.passed],
        "notes": list(told.notes),
        "over": list(told.over),
        "left": told.left,
        "changes": [asdict(each) for each in told.changes],
        "record": told.record,
        "sealed": sealed_data(told.sealed) if told.sealed is not None else None,
    }


def print_update(told: Updated) -> None:
    """Print the brief of changes."""
    from tertius.report.updates import HEADS, TITLES, explained, headline, rows
    from tertius.units import unit_name

    for line in headline(told):
        typer.echo(line)
    for kind, title in TITLES.items():
        found = rows(told, kind)
        if not found:
            continue
        units = sorted({unit_name(each.now.unit) for each in told.changes if each.now.kind == kind} - {""})
        typer.echo(f"\n{title}{f', {units[0]}' if len(units) == 1 else ''}")
        table = [HEADS, *found]
        keep = [n for n in range(len(HEADS)) if any(row[n] not in ("", "-") for row in found)]
        widths = {n: max(len(row[n]) for row in table) for n in keep}
        for row in table:
            cells = [row[n].ljust(widths[n]) if n in (0, 8, 9) else row[n].rjust(widths[n]) for n in keep]
            typer.echo(f"  {'  '.join(cells).rstrip()}")
    typer.echo(f"\n{explained(told)}")
    typer.echo(f"written: {told.file}")
