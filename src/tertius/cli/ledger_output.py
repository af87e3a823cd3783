"""What the ledger's commands print, as text and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from tertius.forecasts.ledger.resolving import Resolved
    from tertius.forecasts.ledger.scoring import Group
    from tertius.forecasts.ledger.sealing import Sealed
    from tertius.forecasts.ledger.stamping import Stamp
    from tertius.forecasts.ledger.verifying import Verified

NAMES = {"base": "base rate", "persistence": "as last time", "crowd": "crowd"}
SHOWN = 12


def sealed_data(told: Sealed) -> dict[str, Any]:
    """What was sealed, as plain data."""
    return {
        "added": [{"seq": each.seq, "hash": each.hash, **each.told} for each in told.added],
        "known": list(told.known),
        "left": told.left,
        "kinds": told.kinds,
        "methodology": told.number,
        "head": told.head,
    }


def print_sealed(told: Sealed) -> None:
    """Say what was sealed and what was not."""
    from collections import Counter

    kinds = Counter(each.told["kind"] for each in told.added)
    words = ", ".join(f"{count} as {_kind(kind)}" for kind, count in sorted(kinds.items())) or "none"
    typer.echo(f"sealed {len(told.added)} forecasts ({words}), methodology {told.number}")
    if told.known:
        typer.echo(f"{len(told.known)} were sealed before from the same as-of date: nothing was added")
    for name, why in told.left.items():
        typer.echo(f"not sealed: {name}: {' '.join(why.split())}")
    if "backtest" in kinds:
        typer.echo("a backtest: the window was over, or the as-of date long past, when it was sealed")
    typer.echo(f"last entry: {told.head} (keep it: tertius ledger verify --head HASH)")


def _kind(kind: str) -> str:
    return {"hand": "forecasts by hand", "decisions": "backtest of decisions"}.get(kind, kind)


def resolved_data(told: Resolved) -> dict[str, Any]:
    """What was settled, as plain data."""
    return {
        "settled": [{"seq": seq, "question": name} for seq, name in told.settled],
        "void": [{"seq": seq, "question": name, "why": why} for seq, name, why in told.void],
        "waiting": [{"seq": s, "question": name, "state": state, "why": why} for s, name, state, why in told.waiting],
        "before": told.before,
    }


def print_resolved(told: Resolved) -> None:
    """Say what was settled and what waits."""
    states = [state for _, _, state, _ in told.waiting]
    typer.echo(
        f"settled {len(told.settled)}, void {len(told.void)}, pending {states.count('pending')}, "
        f"overdue {states.count('overdue')}; resolved before: {told.before}"
    )
    for seq, name, why in told.void:
        typer.echo(f"void: {name} (entry {seq}): {why}")
    for seq, name, state, why in told.waiting[:SHOWN]:
        typer.echo(f"{state}: {name} (entry {seq}): {why}")
    if len(told.waiting) > SHOWN:
        typer.echo(f"and {len(told.waiting) - SHOWN} more; --json tells all")


def scores_data(told: tuple[Group, ...]) -> list[dict[str, Any]]:
    """Scores as plain data."""
    rows = []
    for each in told:
        row = asdict(each)
        row["over_time"] = [[day.isoformat(), *rest] for day, *rest in row["over_time"]]
        rows.append(row)
    return rows


def print_scores(told: tuple[Group, ...]) -> None:
    """Print each group's score beside its rivals'."""
    if not told:
        typer.echo("no forecast was sealed; tertius ledger seal SCENARIO seals some")
    for place, each in enumerate(told):
        counts = ", ".join(f"{count} {state}" for state, count in each.counts.items())
        typer.echo(
            ("\n" if place else "") + f"{_kind(each.kind)}: {each.scenario}, methodology {each.methodology}: {counts}"
        )
        if each.brier is None or each.log is None:
            typer.echo("  no score yet: nothing is settled")
            continue
        typer.echo(f"  {each.forecasts} thresholds settled, {each.by_hand} resolved by hand; smaller is better")
        typer.echo(f"  {'':14}{'Brier':>8}{'log':>8}{'ours':>8}{'ours less it':>14}  80%")
        typer.echo(f"  {'ours':14}{each.brier:8.3f}{each.log:8.3f}")
        for rival in each.rivals:
            low, high = rival.interval or (None, None)
            interval = "too few questions" if low is None else f"{low:+.3f} to {high:+.3f}"
            name = f"  {NAMES[rival.name]:14}{rival.brier:8.3f}{rival.log:8.3f}{rival.ours_brier:8.3f}"
            typer.echo(f"{name}{rival.difference:+14.3f}  {interval}")
        if each.adjusted is not None:
            typer.echo(f"  adjusted for difficulty: {each.adjusted:.3f}")
        if each.spread is not None:
            spread = each.spread
            typer.echo(
                f"  CRPS of {spread.questions} numbers: {spread.ours:.2f}; past windows {spread.base:.2f}, "
                f"as last time {spread.persistence:.2f}"
            )
        if each.reliability is not None:
            found = each.reliability
            typer.echo(
                f"  reliability: {found.inside:.0%} of thresholds within the 90% band; miscalibration "
                f"{found.miscalibration:.3f}, discrimination {found.discrimination:.3f}"
            )


def verified_data(told: Verified) -> dict[str, Any]:
    """What is shown, as plain data."""
    return {"is_sound": told.is_sound, **asdict(told)}


def print_verified(told: Verified) -> None:
    """Say layer by layer what is shown and what is not."""
    for layer in told.layers:
        state = "FAULT" if layer.faults else "shown" if layer.shown else "not shown"
        typer.echo(f"{layer.name:8} {state}{': ' if layer.shown else ''}{layer.shown}")
        if layer.not_shown:
            typer.echo(f"         not shown: {layer.not_shown}")
        for fault in layer.faults[:SHOWN]:
            typer.echo(f"         fault: {fault}")
        for stamp in told.stamps if layer.name == "time" else ():
            typer.echo(f"         {_stamp(stamp)}")
    typer.echo(f"{told.entries} entries, last {told.head}")


def print_stamp(told: Stamp | None) -> None:
    """Say what was stamped."""
    if told is None:
        typer.echo("nothing was added: this authority vouches for every entry already")
        return
    typer.echo(f"stamped: {_stamp(told)}")


def _stamp(told: Stamp) -> str:
    who = f"{told.authority or 'an authority'} at {told.time or 'a time that cannot be read'}"
    return f"entries 1 to {told.covers}: {who}, {told.state}{f': {told.why}' if told.why else ''}"
