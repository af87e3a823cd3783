"""`tertius evidence edit`, `add-claim`, `undo` and `changes`: claims mended and made by hand, and taken back."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tertius.cli.options import AsJson, Database, Published
from tertius.cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Collection

Action = Annotated[str, typer.Option(help="One of the sixteen actions, such as AID.")]
Target = Annotated[str, typer.Option(help="Whom it is done to, such as RUS; none for nobody named.")]
Object = Annotated[str, typer.Option(help="With what: the kind of instrument, such as troops or arms; none.")]
When = Annotated[str, typer.Option("--date", help="YYYY-MM-DD, YYYY-MM or YYYY; none.")]
Mode = Annotated[str, typer.Option("--told", help="Its mode: told as happened, announced, considered, denied.")]
Quantity = Annotated[str, typer.Option(help='A number and a unit, such as "10,000 soldiers"; none.')]
By = Annotated[str, typer.Option(help="Who does it; else the user of this machine.")]


def edit(
    number: Annotated[int, typer.Argument(help="Number of a claim; see `tertius evidence list`.")],
    why: Annotated[str, typer.Option(help="Why it is changed; kept with the change.")],
    actor: Annotated[str, typer.Option(help="Who does it, such as PRK.")] = "",
    action: Action = "",
    target: Target = "",
    object_: Annotated[str, typer.Option("--object", help="With what: the kind of instrument; none.")] = "",
    day: When = "",
    mode: Mode = "",
    quantity: Quantity = "",
    by: By = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Change what a claim says; who changed what, when and why is kept, and `evidence undo` takes it back."""
    from tertius.evidence.claims.inbox import Inbox

    fields = _given(actor=actor, action=action, target=target, object=object_, date=day, mode=mode, quantity=quantity)
    with closing(Inbox(database or None, make=not database)) as inbox:
        row = next((row for row in inbox.rows() if row["id"] == number), None)
        actors = _actors(row["scenario"]) if row is not None else ()
        record = inbox.edit(number, fields, by, why, actors)
        change = inbox.changes()[-1]
    if as_json:
        print_json({"claim": number, "record": record})
        return
    typer.echo(f"{change.told()}; by {change.by}. tertius evidence undo takes it back")


def add_claim(
    actor: Annotated[str, typer.Argument(help="Who does it, such as PRK.")],
    action: Annotated[str, typer.Argument(help="One of the sixteen actions, such as AID.")],
    target: Annotated[str, typer.Argument(help="Whom it is done to, such as RUS; none for nobody named.")],
    words: Annotated[str, typer.Option(help="The words that it rests on, or what was seen.")],
    scenario: Annotated[str, typer.Option(help="The scenario that it bears on.")],
    grade: Annotated[str, typer.Option(help="Admiralty grade: reliability A-F, credibility 1-6, such as B2.")],
    origin: Annotated[str, typer.Option(help="Who told it; claims of one origin count once.")],
    object_: Annotated[str, typer.Option("--object", help="With what: the kind of instrument, such as troops.")] = "",
    day: When = "",
    mode: Mode = "",
    quantity: Quantity = "",
    published: Published = None,
    why: Annotated[str, typer.Option(help="Why it is filed; kept with it.")] = "",
    by: By = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """File a claim by hand, with its source and grade, where no text holds it or the reader missed it."""
    from tertius.api.days import day_option
    from tertius.errors import OptionError
    from tertius.evidence.claims.editing import by_hand
    from tertius.evidence.claims.grades import check_grade
    from tertius.evidence.claims.inbox import Inbox
    from tertius.evidence.claims.instruments import with_instruments
    from tertius.world import load_scenario

    check_grade(grade)
    if not origin.strip():
        raise OptionError("--origin", "nothing", "who told it", "name the source; claims of one origin count once")
    loaded = load_scenario(scenario)
    fields = _given(actor=actor, action=action, target=target, object=object_, date=day, mode=mode, quantity=quantity)
    reading = by_hand(fields, words, day_option("--published", published), list(loaded.actors))
    with closing(Inbox(database or None)) as inbox:
        reading = with_instruments(reading, loaded)
        told = inbox.add(reading, f"by hand: {origin}", loaded.name, grade, origin, reading.published, by, why)
        number = inbox.rows()[-1]["id"] if told["is_new"] else None
    if as_json:
        print_json({**told, "claim": number})
    elif number is None:
        typer.echo(f"filed before as article {told['article']}; nothing was added, and it counts once")
    else:
        repeats = ", a repeat that counts once" if told["repeats"] else ""
        typer.echo(f"claim {number}{repeats}. Next: tertius evidence accept {number}")


def undo(
    last: Annotated[int, typer.Option(help="How many of the last changes to take back.")] = 1,
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Take back the last changes: what was filed, accepted, rejected or edited."""
    from tertius.evidence.claims.inbox import Inbox

    with closing(Inbox(database or None, make=not database)) as inbox:
        undone = inbox.undo(last)
    if as_json:
        print_json([asdict(change) for change in undone])
        return
    for change in undone:
        typer.echo(f"undone: {change.told()}")


def changes(database: Database = "", as_json: AsJson = False) -> None:
    """List what was done to the inbox: what, by whom, when and why."""
    from tertius.evidence.claims.inbox import Inbox

    with closing(Inbox(database or None, make=not database)) as inbox:
        found = inbox.changes()
    if as_json:
        print_json([asdict(change) for change in found])
        return
    if not found:
        typer.echo("no changes")
    for change in found:
        why = f": {change.why}" if change.why else ""
        mark = " (undone)" if change.undone else ""
        typer.echo(f"{change.id:5} {change.at[:16]} {change.by}: {change.told()}{why}{mark}")


def _given(**fields: str) -> dict[str, str]:
    """The fields that were named."""
    return {name: value for name, value in fields.items() if value}


def _actors(scenario: str) -> Collection[str]:
    """Names of a scenario's actors; none where it is a file that cannot be found by its name."""
    from tertius.errors import TertiusError
    from tertius.world import load_scenario

    try:
        return list(load_scenario(scenario).actors)
    except TertiusError:
        return ()
