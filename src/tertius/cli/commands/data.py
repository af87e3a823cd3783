"""Data of publishers: pull, add, list, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.api.days import day_option
from tertius.cli.events import show_events
from tertius.cli.options import AsJson, KnownBy
from tertius.cli.output import print_json
from tertius.errors import DataError, OptionError, TertiusError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tertius.evidence import Kept, Series

SHOWN_SERIES = 4

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)
app.command("events")(show_events)

StoreFolder = Annotated[
    Path | None, typer.Option("--store", help="Folder of the store; else TERTIUS_DATA, else the user's data folder.")
]
Shorter = Annotated[
    bool, typer.Option("--shorter", help="Take a file although it is shorter than the version before it.")
]


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A file of a source.")],
    source: Annotated[str, typer.Option("--as", help="Its source, such as deepstate.")],
    published: Annotated[
        str | None, typer.Option(help="Day it was published, YYYY-MM-DD; else it counts from today.")
    ] = None,
    shorter: Shorter = False,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Check a file and keep it in the store; bytes that are the newest version already add nothing."""
    from tertius.evidence import Store
    from tertius.evidence.files import read_regular
    from tertius.evidence.registry import source_named

    day = day_option("--published", published)
    data = read_regular(file, source_named(source).limit)
    kept = Store(store).add(data, source, file.name, str(file.resolve()), day, shorter)
    _told([kept], as_json)


@app.command()
def pull(
    source: Annotated[str | None, typer.Argument(help="A source; without it, all of them.")] = None,
    address: Annotated[str | None, typer.Option("--from", help="Another address than the publisher's.")] = None,
    since: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD, of a source with files by day.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD, of a source with files by day.")] = None,
    shorter: Shorter = False,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Download from the publishers; a changed file is a new vintage, the old one is kept."""
    from tertius.evidence import Store, sources
    from tertius.evidence.download import Client
    from tertius.evidence.pulling import pull as pull_source

    if source is None and (since is not None or until is not None):
        raise OptionError("--since, --until", "all sources", "days together with a SOURCE", "name the source")
    if address is not None and source is None:
        raise OptionError("--from", address, "an address together with a SOURCE", "name the source")
    if source is not None:
        first, last = day_option("--since", since), day_option("--until", until)
        client = Client(Store(store).folder / "incoming", since=first, until=last)
        came = pull_source(Store(store), source, address, client, shorter)
        _told(came, as_json)
        if not came and not as_json:
            typer.echo(f"{source}: every file that was asked for is held; nothing was downloaded")
        return
    kept: list[Kept] = []
    failed: list[TertiusError] = []
    for name in sources():
        try:
            kept += pull_source(Store(store), name, shorter=shorter)
        except DataError as error:
            failed.append(error)
    _told(kept, as_json)
    for failure in failed:
        typer.echo(f"error: {failure}", err=True)
    if failed:
        raise typer.Exit(DataError.exit_code)


@app.command()
def status(store: StoreFolder = None, as_json: AsJson = False) -> None:
    """List what the store holds: files, versions, range, rows, age. Damage is named, with exit code 3."""
    from tertius.evidence import Store

    held = Store(store)
    rows = held.status()
    if as_json:
        print_json({"store": str(held.folder), "warnings": list(held.warnings), "sources": rows})
    else:
        _print_status(held.folder, rows)
        for warning in held.warnings:
            typer.echo(f"warning: {warning}")
    if any(row["damage"] for row in rows):
        raise typer.Exit(DataError.exit_code)


def _print_status(folder: Path, rows: list[dict[str, Any]]) -> None:
    typer.echo(f"store: {folder}")
    if not rows:
        typer.echo("empty. Next: tertius data pull, or: tertius data add FILE --as SOURCE")
    for row in rows:
        typer.echo(row["source"] + ("" if row["is_known"] else ": not known to this version, not read"))
        for file in row["files"]:
            count = file["vintages"]
            span = _span(file["first"], file["last"], file["rows"]) if file["usable"] else "kept raw"
            typer.echo(
                f"  {file['name']}: {span}; {count} {'version' if count == 1 else 'versions'}, "
                f"the newest known from {file['known']}, retrieved {file['retrieved']} ({file['age_days']} days ago), "
                f"sha256 {file['sha256'][:12]}"
            )
        for damage in row["damage"]:
            typer.echo(f"  damaged: {damage}")


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A folder of files, or a store.")],
    known_by: KnownBy = None,
    every: Annotated[bool, typer.Option("--all", help="A line for each series, also of a family.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a folder or a store and list its series, their ranges and what was mended."""
    from tertius.evidence import read_data

    held = read_data(folder, day_option("--known-by", known_by))
    found = [held.series(name) for name in held.names()]
    if as_json:
        rows = [
            {
                "name": one.name,
                "kind": one.kind,
                "unit": one.unit,
                "weeks": len(one),
                "first": str(one.first) if len(one) else None,
                "last": str(one.last) if len(one) else None,
                "notes": list(one.notes),
            }
            for one in found
        ]
        print_json({"place": held.place, "notes": list(held.notes), "series": rows})
        return
    for name, members in _families(found, every).items():
        firsts, lasts = [one.first for one in members if one.first], [one.last for one in members if one.last]
        weeks = max(map(len, members))
        span = f"{min(firsts)} to {max(lasts)}, {weeks} weeks" if firsts else "nothing known"
        typer.echo(f"{name:36} {members[0].kind:5} {members[0].unit:8} {span}")
    for note in _notes(held.notes, found, every):
        typer.echo(f"note: {note}")


def _families(found: Sequence[Series], every: bool) -> dict[str, list[Series]]:
    """Series by the line that they stand in: those of one family, such as kiel.all.DONOR, share one."""
    lines: dict[str, list[Series]] = {}
    for one in found:
        lines.setdefault(one.name if every else _family(one.name), []).append(one)
    return {
        (f"{name} ({len(members)} series)" if name.endswith(".*") and not every else name): members
        for name, members in lines.items()
    }


def _family(name: str) -> str:
    stem, _, last = name.rpartition(".")
    return f"{stem}.*" if stem.count(".") and last else name


def _notes(held: Sequence[str], found: Sequence[Series], every: bool) -> list[str]:
    """Notes for a reader: what is said of several series stands once, and a family's own are counted."""
    said: dict[str, list[str]] = {}
    for one in found:
        for note in one.notes:
            said.setdefault(note, []).append(one.name)
    notes = list(held)
    folded: dict[str, set[str]] = {}
    for note, names in said.items():
        own = list(dict.fromkeys(names if every else map(_family, names)))
        if len(own) == 1 and own[0].endswith(".*") and not every:
            folded.setdefault(own[0], set()).update(names)
        else:
            more = f" and {len(own) - SHOWN_SERIES} more" if len(own) > SHOWN_SERIES else ""
            notes.append(f"{', '.join(own[:SHOWN_SERIES])}{more}: {note}")
    for family, members in folded.items():
        notes.append(f"{family}: notes on {len(members)} series; --all shows them")
    return list(dict.fromkeys(notes))


def _told(kept: Sequence[Kept], as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        print_json([asdict(one.vintage) | {"added": one.is_new, "notes": list(one.notes)} for one in kept])
        return
    for one in kept:
        vintage = one.vintage
        span = _span(vintage.first, vintage.last, vintage.rows) if vintage.usable else "kept raw, not parsed"
        line = f"{vintage.source}: {vintage.name}, {span}, sha256 {vintage.sha256[:12]}"
        typer.echo(line if one.is_new else f"{line}: nothing added, it is there, known from {vintage.known}")
        for note in one.notes:
            typer.echo(f"  note: {note}")


def _span(first: str | None, last: str | None, rows: int) -> str:
    return f"{first} to {last}, {rows} rows" if first else f"{rows} rows, none of use"
