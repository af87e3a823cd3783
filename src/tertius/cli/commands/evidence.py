"""Claims read from texts: file, list, edit, accept, reject, undo, export."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from tertius.cli.events import file_events
from tertius.cli.mending import add_claim, changes, edit, undo
from tertius.cli.options import AsJson, Database, Grades, Published
from tertius.cli.output import print_json
from tertius.errors import OptionError
from tertius.visible import visible

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)
app.command("add-data")(file_events)
app.command("add-claim")(add_claim)
app.command()(edit)
app.command()(undo)
app.command()(changes)

Scenario = Annotated[str, typer.Option(help="The scenario that the claims bear on.")]
Numbers = Annotated[list[int], typer.Argument(help="Numbers of claims; see `tertius evidence list`.")]


@app.command()
def add(
    file: Annotated[str, typer.Argument(help="Text, HTML or PDF; - for standard input.")],
    scenario: Scenario,
    grade: Annotated[str, typer.Option(help="Admiralty grade: reliability A-F, credibility 1-6, such as B2.")],
    published: Published = None,
    origin: Annotated[
        str, typer.Option(help="Who first told it; claims of one origin count once. Else the file's name.")
    ] = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Read a text and file its claims; the same text again is not filed again, the same claim counts once."""
    from tertius.api.claims import file_bytes, read_file
    from tertius.api.days import day_option
    from tertius.evidence.claims.grades import check_grade
    from tertius.evidence.claims.inbox import Inbox
    from tertius.evidence.claims.instruments import with_instruments
    from tertius.evidence.reading.documents import LIMIT
    from tertius.world import load_scenario

    check_grade(grade)
    loaded = load_scenario(scenario)
    day = day_option("--published", published)
    _, reading = read_file(file, file_bytes(file, LIMIT), day)
    name = "standard input" if file == "-" else visible(Path(file).name)
    with closing(Inbox(database or None)) as inbox:
        told = inbox.add(with_instruments(reading, loaded), name, loaded.name, grade, origin, reading.published)
    if as_json:
        print_json({**told, "notes": list(reading.notes)})
        return
    for note in reading.notes:
        typer.echo(f"note: {note}")
    if not told["is_new"]:
        typer.echo(f"{name}: filed before as article {told['article']}; nothing was added, and it counts once")
        return
    typer.echo(
        f"{name}: article {told['article']}, {told['claims']} claims, {told['repeats']} of them repeats that count once"
    )


@app.command("list")
def list_claims(
    scenario: Annotated[str, typer.Option(help="Only this scenario's.")] = "",
    state: Annotated[str, typer.Option(help="Only new, accepted or rejected ones.")] = "",
    grades: Grades = None,
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """List the claims with grade, likelihood ratio, state, repeats and conflicts."""
    rows = _rows(scenario, state, grades, database)
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo("no claims. Next: tertius evidence add FILE --scenario NAME --grade B2")
    for row in rows:
        marks = f" repeats {row['repeats']}" if row["repeats"] else ""
        marks += f" contradicts {', '.join(map(str, row['conflicts']))}" if row.get("conflicts") else ""
        typer.echo(f"{row['id']:5} {row['state']:8} {row['grade']} x{row['likelihood_ratio']:<5g} {_told(row)}{marks}")
        typer.echo(f"      {row['record']['quote']}  [{row['origin']}; key {row['key']}]")


@app.command()
def accept(numbers: Numbers, database: Database = "", as_json: AsJson = False) -> None:
    """Accept claims: they may move the forecast."""
    _decide(numbers, "accepted", database, as_json)


@app.command()
def reject(numbers: Numbers, database: Database = "", as_json: AsJson = False) -> None:
    """Reject claims: they move nothing."""
    _decide(numbers, "rejected", database, as_json)


@app.command()
def export(
    scenario: Annotated[str, typer.Option(help="Only this scenario's.")] = "",
    state: Annotated[str, typer.Option(help="Only new, accepted or rejected ones.")] = "accepted",
    grades: Grades = None,
    database: Database = "",
) -> None:
    """Print claims that count as JSON lines; repeats are left out."""
    for row in _rows(scenario, state, grades, database):
        if row["repeats"] is None:
            typer.echo(json.dumps(row, ensure_ascii=False, allow_nan=False))


def _rows(scenario: str, state: str, grades: Path | None, database: str) -> list[dict[str, Any]]:
    from tertius.evidence.claims.accepted import claim_of
    from tertius.evidence.claims.grades import likelihood_ratios
    from tertius.evidence.claims.inbox import STATES, Inbox

    if state and state not in STATES:
        raise OptionError("--state", state, ", ".join(STATES), "use one of them")
    ratios = likelihood_ratios(grades)
    with closing(Inbox(database or None, make=not database)) as inbox:
        rows = inbox.rows(scenario, state)
    return [{**row, "key": claim_of(row).key, "likelihood_ratio": ratios[row["grade"]]} for row in rows]


def _decide(numbers: list[int], state: str, database: str, as_json: bool) -> None:
    from tertius.evidence.claims.inbox import Inbox

    with closing(Inbox(database or None, make=not database)) as inbox:
        decided = inbox.decide(numbers, state)
    if as_json:
        print_json({"state": state, "claims": decided})
        return
    typer.echo(f"{state}: {', '.join(map(str, decided))}")


def _told(row: dict[str, Any]) -> str:
    one = row["record"]
    if row["kind"] == "event":
        day = f", {one['date']}" if one["date"] else ""
        return f"{one['source']} {one['action']} {one['target'] or '-'} ({one['mode']}{day})"
    if row["kind"] == "stance":
        return f"{one['actor']} {one['stance']}: {one['object']}"
    per = f" for {one['per']:g} {one['per_what']}" if one["per"] else ""
    return f"{one['value']:g} {one['what']}{per}"
