"""Read a text: who does what to whom, how surely, by whose word.

Also stances and quantities. All of it offline; every claim comes with the words that it rests on.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.cli.completing import complete_scenario
from tertius.cli.models import Address, ModelName, Reader, Timeout, disagreements, model_reader
from tertius.cli.options import AsJson, Published
from tertius.errors import DataError, OptionError
from tertius.visible import spelt, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tertius.evidence.reading import Reading
    from tertius.evidence.reading.scoring import ReadText


def read(
    file: Annotated[
        str, typer.Argument(help="Text, HTML, PDF, or JSON lines of {id, text, published}; - for standard input.")
    ] = "",
    published: Published = None,
    as_json: AsJson = False,
    scenario: Annotated[
        str,
        typer.Option(
            help="Name the instruments of this scenario that events are about.", autocompletion=complete_scenario
        ),
    ] = "",
    show_text: Annotated[
        bool, typer.Option("--text", help="Print the text that the offsets count in, and nothing else.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write a page: the text with its events marked, and what was dropped and why.")
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(help="Stop after so many seconds and say how far it came; 0: read to the end.", min=0),
    ] = 0.0,
    score: Annotated[Path | None, typer.Option(help="Compare with a gold set (JSON lines) instead.")] = None,
    reader: Reader = "rules",
    address: Address = "",
    model: ModelName = "",
    timeout: Timeout = 60.0,
) -> None:
    from tertius.api.claims import read_file
    from tertius.api.days import day_option
    from tertius.cli.output import print_json

    other = model_reader(reader, address, model, timeout)
    if score is not None:
        if reader == "both":
            raise OptionError("--reader", "both", "rules or model", "score one of them, then the other")
        _score(score, as_json, other)
        return
    if not file:
        raise OptionError(
            "FILE", "nothing", "a file, or - for standard input", "tertius read FILE, or --score GOLD.jsonl"
        )
    day = day_option("--published", published)
    finish = _finisher(scenario)
    data = _bytes(file)
    from tertius.evidence.reading.batch import is_lines

    if is_lines(file, data[:200]):
        if other is not None:
            raise OptionError("--reader", reader, "rules, for JSON lines", "give one text at a time")
        _lines(data, file, day, finish)
        return
    from tertius.cli.output import watching

    with watching(quiet=len(data) < LONG, laws=False, remaining=True) as watch:
        other_alone = other if reader == "model" else None
        document, reading = read_file(file, data, day, other_alone, watch, seconds or None)
    reading = finish(reading)
    apart: list[dict[str, Any]] | None = None
    if other is not None and reader == "both":
        told = other(document.text, reading.published, file)
        apart = disagreements(reading, told)
        reading = replace(reading, notes=(*reading.notes, *told.notes), dropped=(*reading.dropped, *told.dropped))
    if html is not None and file is not None and html.resolve() == Path(file).resolve():
        raise OptionError("--html", str(html), "another file than the text's own", "give the page a name of its own")
    if html is not None:
        from tertius.cli.pages import write_page

        write_page(html, reading, file, scenario)
        typer.echo(f"written: {html}", err=as_json)
    if show_text:
        typer.echo(visible(document.text))
    elif as_json:
        more: dict[str, Any] = {"text": visible(document.text)} if document.kind != "text" else {}
        more |= {"disagreements": apart} if apart is not None else {}
        print_json({**reading.data(), **more})
    else:
        _print(reading, apart)


def _bytes(name: str) -> bytes:
    from tertius.api.claims import file_bytes
    from tertius.evidence.reading.documents import LIMIT

    # Many texts may together be longer than one.
    return file_bytes(name, 50 * LIMIT)


def _finisher(scenario: str) -> Callable[[Reading], Reading]:
    if not scenario:
        return lambda reading: reading
    from tertius.evidence.claims.instruments import with_instruments
    from tertius.world import load_scenario

    loaded = load_scenario(scenario)
    return lambda reading: with_instruments(reading, loaded)


def _lines(data: bytes, name: str, published: date | None, finish: Callable[[Reading], Reading]) -> None:
    from tertius.evidence.reading.batch import read_lines
    from tertius.evidence.reading.documents import decoded

    text, _ = decoded(data, name)
    failed = 0
    for _, record, error in read_lines(text.split("\n"), name, published, finish):
        if record is not None:
            typer.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        if error is not None:
            failed += 1
            typer.echo(f"error: {spelt(str(error))}", err=True)
    if failed:
        raise typer.Exit(DataError.exit_code)


LONG = 1 << 20
"""Bytes from which a text takes so long that its reading shows how far it came."""
GOLD_LIMIT = 100 << 20
"""Bytes of a gold set."""
Table = tuple[str, list[str], list[list[str]]]
"""Title, heads, cells."""


def _tables(reading: Reading, apart: list[dict[str, Any]]) -> list[Table]:
    rows: list[Table] = [
        (
            "events",
            ["event", "mode", "date", "said by", "sure", "words"],
            [
                [
                    f"{e.source} {e.action} {e.target}",
                    e.mode,
                    e.date or "",
                    e.said_by or "",
                    f"{e.confidence:.2f}",
                    e.quote,
                ]
                for e in reading.events
            ],
        ),
        (
            "stances",
            ["actor", "stance", "about", "object"],
            [[s.actor, s.stance, " ".join(s.about), s.object] for s in reading.stances],
        ),
        (
            "quantities",
            ["what", "value", "per", "about", "words"],
            [
                [q.what, f"{q.value:g}", f"{q.per:g} {q.per_what}" if q.per else "", " ".join(q.about), q.quote]
                for q in reading.quantities
            ],
        ),
    ]
    unread = [[" ".join(one.actors), one.reason, one.quote] for one in reading.unread]
    rows.append(("read nothing here, though two actors are named", ["actors", "why", "words"], unread))
    models = [[one.what, one.reason, one.quote] for one in reading.dropped if one.stage == "model"]
    rows.append(("the model's events that the text does not bear out", ["event", "why", "words"], models))
    rows.append(("where the readers disagree", ["event", "rules", "model"], [list(one.values()) for one in apart]))
    return rows


def _print(reading: Reading, apart: list[dict[str, Any]] | None = None) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as Drawn

    console = Console()
    for note in reading.notes:
        console.print(f"note: {escape(spelt(note))}")
    if reading.text.strip() and not reading.events and not reading.stances and not reading.quantities:
        console.print("no event, stance or quantity between actors was found in this text")
    for title, heads, cells in _tables(reading, apart or []):
        if cells:
            table = Drawn(title=title, title_justify="left")
            for head in heads:
                table.add_column(head, overflow="fold", ratio=1 if head in ("words", "object") else None)
            for row in cells:
                table.add_row(*[escape(cell) for cell in row])
            console.print(table)
    if apart == []:
        console.print("the rules and the model agree on every event")
    if reading.stances:
        console.print("Stances move nothing in a forecast: a text gives them no size.")


def _score(file: Path, as_json: bool, other: ReadText | None) -> None:
    from tertius.api.claims import file_bytes
    from tertius.cli.output import print_json
    from tertius.evidence.reading.gold import read_gold
    from tertius.evidence.reading.scoring import by_rules, score

    data = file_bytes(str(file), GOLD_LIMIT)
    if len(data) > GOLD_LIMIT:
        allowed = f"up to {GOLD_LIMIT >> 20} MB of JSON lines"
        raise DataError(str(file), "a larger file", allowed, "check what it is, or score it in parts")
    text = data.decode("utf-8", "replace")
    found: dict[str, Any] = score(read_gold(text, str(file)), other or by_rules)
    if as_json:
        print_json(found)
        return

    def rate(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    def within(value: list[float] | None) -> str:
        return "" if value is None else f" ({value[0]:.2f} to {value[1]:.2f})"

    def line(name: str, row: dict[str, Any]) -> str:
        counts = f"{row['matched']} matched, {row['missed']} missed, {row['false']} false, {row['swapped']} swapped"
        precision = rate(row["precision"]) + within(row["precision_90"])
        return f"{name:20} precision {precision}  recall {rate(row['recall'])}{within(row['recall_90'])}  ({counts})"

    typer.echo(line("all", found) + f", {found['texts']} texts; intervals hold 90%")
    typer.echo(
        f"of the matched: mode right {rate(found['mode_right'])}, said by right {rate(found['said_by_right'])}; "
        f"denials right {rate(found['denials_right'])}"
    )
    for group in ("types", "conflicts", "actions", "tags"):
        if found[group]:
            typer.echo(f"\n{group}")
        for label, row in found[group].items():
            typer.echo(line(label, row))
    if found["reliability"]:
        typer.echo("\nconfidence, and the share that was right")
    for band in found["reliability"]:
        means = f"mean {band['mean']:.2f}, right {band['right']:.2f} of {band['events']}"
        typer.echo(f"{band['from']:.2f} to {band['to']:.2f}: {means}")
    if found["faults"]:
        typer.echo("\nkinds of fault")
    for fault, count in found["faults"].items():
        typer.echo(f"{count:5} {fault}")
