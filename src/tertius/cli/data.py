"""`tertius data`: add, pull, list and check what publishers put out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.errors import DataError, OptionError, TertiusError

if TYPE_CHECKING:
    from datetime import date

data_app = typer.Typer(help="Data of publishers: pull, add, list, check.", no_args_is_help=True, rich_markup_mode=None)

StoreFolder = Annotated[
    Path | None, typer.Option("--store", help="Folder of the store; else TERTIUS_DATA, else the user's data folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@data_app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A file of a source.")],
    source: Annotated[str, typer.Option("--as", help="Its source, such as deepstate.")],
    published: Annotated[str, typer.Option(help="Day it was published, YYYY-MM-DD; else it counts from today.")] = "",
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Check a file and keep it in the store; the same bytes are kept once."""
    from tertius.evidence import Store

    day = _day("--published", published) if published else None
    try:
        data = file.read_bytes()
    except OSError as error:
        given = f"it cannot be read ({error.strerror})"
        raise DataError(str(file), given, "a readable file", "check its name") from error
    kept = Store(store).add(data, source, file.name, str(file.resolve()), day)
    _told([kept], as_json)


@data_app.command()
def pull(
    source: Annotated[str, typer.Argument(help="A source; without it, all of them.")] = "",
    address: Annotated[str, typer.Option("--from", help="Another address than the publisher's.")] = "",
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Download from the publishers; a changed file is a new vintage, the old one is kept."""
    from tertius.evidence import Store, sources
    from tertius.evidence.download import pull as pull_source

    if address and not source:
        raise OptionError("--from", address, "an address together with a SOURCE", "name the source")
    if source:
        _told(pull_source(Store(store), source, address or None), as_json)
        return
    kept: list[Any] = []
    failed: list[TertiusError] = []
    for name in sources():
        try:
            kept += pull_source(Store(store), name)
        except DataError as error:
            failed.append(error)
    _told(kept, as_json)
    for failure in failed:
        typer.echo(f"error: {failure}", err=True)
    if failed:
        raise typer.Exit(DataError.exit_code)


@data_app.command()
def status(store: StoreFolder = None, as_json: AsJson = False) -> None:
    """List what the store holds: vintages, range, rows, age, damage."""
    from tertius.evidence import Store

    held = Store(store)
    rows = held.status()
    if as_json:
        _print_json({"store": str(held.folder), "warnings": list(held.warnings), "sources": rows})
        return
    typer.echo(f"store: {held.folder}")
    if not rows:
        typer.echo("empty. Next: tertius data pull, or: tertius data add FILE --as SOURCE")
    for row in rows:
        span = f"{row['first']} to {row['last']}" if row["first"] else "kept raw, not parsed"
        typer.echo(
            f"{row['source']:16} {row['vintages']} vintages  {span}  {row['rows']} rows  "
            f"retrieved {row['retrieved']} ({row['age_days']} days)  {row['sha256']}"
        )
        for damage in row["damage"]:
            typer.echo(f"  damaged: {damage}")
    for warning in held.warnings:
        typer.echo(f"warning: {warning}")


@data_app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A folder of files, or a store.")],
    known_by: Annotated[str, typer.Option(help="Show only what was known on this day, YYYY-MM-DD.")] = "",
    as_json: AsJson = False,
) -> None:
    """Read a folder or a store and list its series, their ranges and what was mended."""
    from tertius.evidence import read_data

    held = read_data(folder, _day("--known-by", known_by) if known_by else None)
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
        _print_json({"place": held.place, "notes": list(held.notes), "series": rows})
        return
    for one in found:
        span = f"{one.first} to {one.last}, {len(one)} weeks" if len(one) else "nothing known"
        typer.echo(f"{one.name:36} {one.kind:5} {one.unit:8} {span}")
    notes = dict.fromkeys([*held.notes, *(f"{one.name}: {note}" for one in found for note in one.notes)])
    for note in notes:
        typer.echo(f"note: {note}")


def _day(option: str, text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OptionError(option, text, "a day as YYYY-MM-DD", "such as 2024-11-03") from None


def _told(kept: list[Any], as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        _print_json([asdict(vintage) for vintage in kept])
        return
    for vintage in kept:
        span = f"{vintage.first} to {vintage.last}, {vintage.rows} rows" if vintage.usable else "kept raw, not parsed"
        typer.echo(f"{vintage.source}: {vintage.name}, {span}, sha256 {vintage.sha256[:12]}")


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
