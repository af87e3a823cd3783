"""Data of publishers: pull, add, list, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.api.days import day_option
from tertius.cli.events import show_events
from tertius.cli.options import AsJson, KnownBy
from tertius.cli.output import print_json
from tertius.errors import DataError, MissingExtra, OptionError, TertiusError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tertius.evidence import Kept, Series, Store

SHOWN_SERIES = 4
SHOWN_FILES = 12

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
    files: Annotated[list[Path], typer.Argument(help="Files of a source, or a folder of them.")],
    source: Annotated[str, typer.Option("--as", help="Their source, such as deepstate.")],
    published: Annotated[
        str | None, typer.Option(help="Day it was published, YYYY-MM-DD; else the one in its name, else today.")
    ] = None,
    shorter: Shorter = False,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Check files and keep them in the store; bytes that are the newest version already add nothing."""
    from tertius.evidence import Store
    from tertius.evidence.files import read_regular
    from tertius.evidence.registry import source_named

    day, owner = day_option("--published", published), source_named(source)
    every = [one for path in files for one in (sorted(path.iterdir()) if path.is_dir() else [path])]
    every = [one for one in every if one in files or owner.owns(one.name)]
    if not every:
        told = f"folders without a file of {source}: {', '.join(map(str, files))}"
        raise OptionError("FILES", told, "a folder with files that the source names so", "name the files themselves")
    if day is not None and len(every) > 1:
        raise OptionError("--published", str(day), "one file", "add files that came out on other days one by one")
    held = Store(store)
    kept: list[Kept] = []
    failed: list[DataError] = []
    for file in every:
        try:
            data = read_regular(file, owner.limit)
            kept.append(held.add(data, source, file.name, str(file.resolve()), day, shorter))
        except DataError as error:
            if len(every) == 1:
                raise
            failed.append(error)
    _told(kept, as_json)
    _refresh(held, [source], as_json)
    _end(kept, failed)


@app.command()
def accept(
    source: Annotated[str, typer.Argument(help="A source.")],
    name: Annotated[str | None, typer.Argument(help="One of its files; without it, all that wait.")] = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Let in what was held back because it breaks with what is held; it counts from the day it was known."""
    from dataclasses import asdict

    from tertius.evidence import Store

    held = Store(store)
    let_in = held.accept(source, name)
    if as_json:
        print_json([asdict(one) for one in let_in])
        return
    for one in let_in:
        typer.echo(f"{one.source}: {one.name}, sha256 {one.sha256[:12]}, is let in and counts from {one.known}")
    _refresh(held, [source], as_json)


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
        _refresh(Store(store), [source] if came else [], as_json)
        _end(came, [])
        if not came and not as_json:
            typer.echo(f"{source}: every file that was asked for is held; nothing was downloaded")
        return
    kept: list[Kept] = []
    failed: list[TertiusError] = []
    for name, each in sources().items():
        if not each.address:
            continue
        try:
            kept += pull_source(Store(store), name, shorter=shorter)
        except (DataError, MissingExtra) as error:
            failed.append(error)
    _told(kept, as_json)
    _refresh(Store(store), [one.vintage.source for one in kept], as_json)
    _end(kept, failed)


@app.command()
def tables(
    use: Annotated[str, typer.Option(help="Edition to take into use, such as package.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """List the editions of the tables of states: the package's, and those that pulls refreshed; one is in use."""
    from tertius.reference.states import edition, editions
    from tertius.reference.states import use as take

    found = take(use) if use else edition()
    names = editions()
    if as_json:
        days = {name: str(day) for name, day in found.refreshed.items()}
        print_json({"in_use": found.name, "editions": names, "refreshed": days, "note": found.note})
        return
    for name in names:
        typer.echo(f"{'*' if name == found.name else ' '} {name}")
    typer.echo(f"in use: {found.said}")
    if found.note:
        typer.echo(f"note: {found.note}")


@app.command()
def status(
    every: Annotated[bool, typer.Option("--all", help="A line for each file and note, also of many.")] = False,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """List what the store holds: files, versions, range, age, what was left out, held back or is stale.

    Damage is named, with exit code 3.
    """
    from tertius.evidence import Store
    from tertius.evidence.status import status as status_of

    held = Store(store)
    rows = status_of(held)
    if as_json:
        print_json({"store": str(held.folder), "warnings": list(held.warnings), "sources": rows})
    else:
        _print_status(held.folder, rows, every)
        for warning in held.warnings:
            typer.echo(f"warning: {warning}")
    if any(row["damage"] for row in rows):
        raise typer.Exit(DataError.exit_code)


def _print_status(folder: Path, rows: list[dict[str, Any]], every: bool) -> None:
    typer.echo(f"store: {folder}")
    if not rows:
        typer.echo("empty. Next: tertius data pull, or: tertius data add FILE --as SOURCE")
    for row in rows:
        typer.echo(row["source"] + ("" if row["is_known"] else ": not known to this version, not read"))
        shown = row["files"] if every or len(row["files"]) <= SHOWN_FILES else row["files"][-1:]
        if len(shown) < len(row["files"]):
            count = len(row["files"])
            typer.echo(f"  {count} files, {_span(row['first'], row['last'], row['rows'])}; --all lists them; the last:")
        for file in shown:
            count = file["vintages"]
            span = _span(file["first"], file["last"], file["rows"]) if file["usable"] else "kept raw"
            typer.echo(
                f"  {file['name']}: {span}; {count} {'version' if count == 1 else 'versions'}, "
                f"the newest known from {file['known']}, retrieved {file['retrieved']} ({file['age_days']} days ago), "
                f"sha256 {file['sha256'][:12]}"
            )
        _print_notes(row, every)


def _print_notes(row: dict[str, Any], every: bool) -> None:
    from tertius.evidence.observations import Note, folded

    notes = [Note(note["kind"], file["name"], note["text"]) for file in row["files"] for note in file["notes"]]
    for line in [f"{note.kind}, {note}" for note in notes] if every else folded(notes):
        typer.echo(f"  note: {line}")
    for held in row["held_back"]:
        typer.echo(f"  held back: {held['name']}, known from {held['known']}: {held['reason']}")
    if row["held_back"]:
        typer.echo(f"  to let it in: tertius data accept {row['source']} [FILE]")
    if row["stale"]:
        typer.echo(f"  stale: {row['stale']}")
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
        print_json([asdict(one.vintage) | {"added": one.is_new, "notes": list(map(str, one.notes))} for one in kept])
        return
    for one in kept:
        vintage = one.vintage
        span = _span(vintage.first, vintage.last, vintage.rows)
        line = f"{vintage.source}: {vintage.name}, {span}, sha256 {vintage.sha256[:12]}"
        typer.echo(line if one.is_new else f"{line}: nothing added, it is there, known from {vintage.known}")
        for note in one.notes:
            typer.echo(f"  note: {note}")


def _refresh(store: Store, came: Sequence[str], quiet: bool) -> None:
    """Build the tables of states anew where facts on states came. Raises DataError; what came is kept all the same."""
    from tertius.evidence import sources

    if not any(sources()[name].facts for name in came):
        return
    from tertius.api.refreshing import refresh_tables
    from tertius.defaults import data_folder

    made = refresh_tables(store)
    if made is None or quiet:
        return
    edition, notes = made
    for note in notes:
        typer.echo(f"note: {note}")
    typer.echo(f"states: {edition.said}. They are in use; back: tertius data tables --use package")
    if store.folder != data_folder():
        typer.echo(f"note: only where TERTIUS_DATA is {store.folder}")


def _end(kept: Sequence[Kept], failed: Sequence[TertiusError]) -> None:
    """Say what failed and what waits; both end with the exit code of data that cannot be used."""
    for failure in failed:
        typer.echo(f"error: {failure}", err=True)
    held = [one.vintage.name for one in kept if one.vintage.held is not None]
    if held:
        typer.echo(f"held back, not used: {', '.join(held)}; see tertius data status", err=True)
    if failed or held:
        raise typer.Exit(DataError.exit_code)


def _span(first: str | None, last: str | None, rows: int) -> str:
    return f"{first} to {last}, {rows} rows" if first else f"{rows} rows, none of use"
