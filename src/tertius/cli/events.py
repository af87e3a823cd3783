"""`tertius data events` and `tertius evidence add-data`: what data sets of events hold, and its way into the inbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.api.days import day_option
from tertius.cli.options import AsJson, Database, KnownBy
from tertius.cli.output import print_json
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.evidence import Events

MOST = 500
"""Events that are filed at once: somebody has to accept them one by one."""

Folder = Annotated[
    Path | None, typer.Option("--data", help="A folder of files, or a store; else the store (TERTIUS_DATA).")
]
First = Annotated[str | None, typer.Option("--from", help="First day of the events, YYYY-MM-DD.")]
Last = Annotated[str | None, typer.Option("--to", help="Last day of the events, YYYY-MM-DD.")]
Actors = Annotated[str, typer.Option(help="Only events between these, such as POL,NATO; of one, those with it.")]


def show_events(
    source: Annotated[str | None, typer.Argument(help="A source of events; without it, all of them.")] = None,
    data: Folder = None,
    first: First = None,
    last: Last = None,
    actors: Actors = "",
    known_by: KnownBy = None,
    as_json: AsJson = False,
) -> None:
    """List the events of data sets in the form that `tertius read` gives; repeats are one event."""
    from datetime import date

    found = _events(source, data, first, last, actors, day_option("--known-by", known_by))
    if as_json:
        rows = [{**record.data(), "data_set": name} for name, record in found.records]
        day: date | None = found.known_by
        print_json(
            {"place": found.place, "known_by": str(day) if day else None, "notes": list(found.notes), "events": rows}
        )
        return
    for name, record in found.records:
        typer.echo(f"{name}: {record.event().quote}; {record.mode}, sure {record.confidence:.2f}, known {record.known}")
    if not found.records:
        typer.echo("no events fit")
    for note in found.notes:
        typer.echo(f"note: {note}")


def file_events(
    source: Annotated[str, typer.Argument(help="A source of events, such as gdelt.")],
    scenario: Annotated[str, typer.Option(help="The scenario that the claims bear on.")],
    data: Folder = None,
    first: First = None,
    last: Last = None,
    actors: Actors = "",
    known_by: Annotated[
        str | None, typer.Option(help="Only what was known on this day, YYYY-MM-DD; else the scenario's as-of day.")
    ] = None,
    grade: Annotated[str, typer.Option(help="Another Admiralty grade than the source's own.")] = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """File events of a data set as claims; the source is their origin, so that what it repeats counts once."""
    from contextlib import closing

    from tertius.evidence.claims.inbox import Inbox
    from tertius.evidence.claims.instruments import with_instruments
    from tertius.evidence.registry import event_sources, sources
    from tertius.world import load_scenario

    event_sources(source)
    loaded = load_scenario(scenario)
    known = day_option("--known-by", known_by) or loaded.as_of
    found = _events(source, data, first, last, actors, known)
    if not 0 < len(found) <= MOST:
        fix = "narrow them: --from, --to, --actors" if len(found) else "see: tertius data events"
        raise OptionError("the selection", f"{len(found)} events known on {known}", f"1 to {MOST} events", fix)
    reading = with_instruments(found.reading(), loaded)
    days = sorted(record.first for _, record in found.records)
    name = f"{source}, events from {days[0]} to {days[-1]}, known on {known}"
    with closing(Inbox(database or None)) as inbox:
        told = inbox.add(reading, name, loaded.name, grade or sources()[source].admiralty, source, reading.published)
    if as_json:
        print_json({**told, "known_by": str(known), "notes": list(found.notes)})
        return
    for note in found.notes:
        typer.echo(f"note: {note}")
    if told["is_new"]:
        repeats = f"{told['repeats']} of them repeats that count once"
        typer.echo(f"{name}: article {told['article']}, {told['claims']} claims, {repeats}")
    else:
        typer.echo(f"{name}: filed before as article {told['article']}; nothing was added, and it counts once")


def _events(
    source: str | None, data: Path | None, first: str | None, last: str | None, actors: str, known_by: Any
) -> Events:
    from tertius.evidence import Store, read_events

    since, until = day_option("--from", first), day_option("--to", last)
    if since and until and until < since:
        raise OptionError("--to", last, f"a day from {first} on", "swap them")
    named = [each.strip().upper() for each in actors.split(",") if each.strip()]
    found = Store().events(known_by, source) if data is None else read_events(data, known_by, source)
    return found.between(since, until).among(named) if named else found.between(since, until)
