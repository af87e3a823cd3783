"""Every option that more than one command has, declared once, so that a word means the same everywhere.

`--assume` sets a quantity in every world; `--set` in the other world alone. The other world is the scenario without
what `--without` names and with what `--set` says; differences are the scenario as it stands less the other world.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.cli.completing import (
    complete_event,
    complete_format,
    complete_instrument,
    complete_path,
    complete_scenario,
)
from tertius.defaults import MOST_AT_ONCE
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.world import Prior, Quantity


ScenarioName = Annotated[
    str,
    typer.Argument(
        help="A shipped scenario's name (tertius scenarios lists them) or a YAML file.",
        autocompletion=complete_scenario,
    ),
]
Given = Annotated[
    str,
    typer.Option(
        help="INSTRUMENT[:up|down]: what the others do given that it takes this step in the first week, and otherwise; "
        "in place of the rest.",
        autocompletion=complete_instrument,
        show_default=False,
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        help="EVENT[:MODE] undone in the other world; MODE is never, withdraw or no-further. Repeatable. "
        "Else the scenario's own comparison.",
        autocompletion=complete_event,
    ),
]
Mode = Annotated[str, typer.Option(help="Mode of every event undone that names none; else never.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="PATH=VALUE: a quantity of the other world alone. Repeatable.", autocompletion=complete_path
    ),
]
Assume = Annotated[
    list[str] | None,
    typer.Option("--assume", help="PATH=VALUE: a quantity of every world. Repeatable.", autocompletion=complete_path),
]
Futures = Annotated[int, typer.Option(help="Simulated courses of the war; more make chance smaller.")]
Weeks = Annotated[int | None, typer.Option(help="Horizon in weeks; else as the scenario says.", show_default=False)]
Seed = Annotated[int, typer.Option(help="Same seed, same numbers, bit for bit.")]
Threads = Annotated[int, typer.Option(help="How many work at it; 0: one for each processor. Changes no number.")]
Executor = Annotated[
    str,
    typer.Option(
        help="threads, processes, dask or dask:ADDRESS: run in pieces that --out keeps as they come (tertius resume). "
        f"Above {MOST_AT_ONCE:,} futures threads do so.",
        show_default=False,
    ),
]
Workers = Annotated[
    str, typer.Option("--executor", help="threads, processes, dask or dask:ADDRESS. Changes no number.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder to write the result to.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="What --out tells it in: html, md, pdf, csv, parquet, svg, png, pptx, or all; parted by commas. "
        "Else those that cost little.",
        autocompletion=complete_format,
    ),
]
Slides = Annotated[bool, typer.Option("--slides", help="Slides too (pptx).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Data = Annotated[Path, typer.Option("--data", help="Folder of data files, or a store of tertius data.")]
MaybeData = Annotated[
    Path | None, typer.Option("--data", help="Folder of data files, or a store of tertius data; not with --decisions.")
]
DecisionsOnly = Annotated[
    bool, typer.Option("--decisions", help="States' steps, from the scenario's own record, in place of series.")
]
SeriesData = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder of data files, or a store; else the store of tertius data.", show_default=False
    ),
]
QuestionFile = Annotated[
    Path | None,
    typer.Argument(help="File of questions; else NAME.questions.yaml beside the scenario.", show_default=False),
]
Only = Annotated[list[str] | None, typer.Option("--only", help="Id of a question to ask. Repeatable.")]
Records = Annotated[
    list[str] | None,
    typer.Option(
        "--record",
        help="Record of states' steps: a file with scenario, until and record, or a later scenario. Repeatable.",
    ),
]
Ledger = Annotated[
    str,
    typer.Option(
        "--ledger",
        help="Address such as sqlite:///FILE or postgresql://HOST/NAME; else in the user's data folder (TERTIUS_DATA).",
        callback=lambda context, value: _address(context, value),
    ),
]
Work = Annotated[Path | None, typer.Option("--work", help="Folder for pieces; an interrupted run goes on there.")]
Published = Annotated[str | None, typer.Option(help="Day of publication, YYYY-MM-DD.")]
KnownBy = Annotated[str | None, typer.Option(help="Only what was known on this day, YYYY-MM-DD.")]
Database = Annotated[
    str,
    typer.Option("--database", help="Address such as sqlite:///FILE; else in the user's data folder (TERTIUS_DATA)."),
]
Grades = Annotated[Path | None, typer.Option(help="Another table of grades than the shipped one.")]
FirstOrigin = Annotated[str | None, typer.Option("--from", help="First origin, YYYY-MM-DD.")]
LastOrigin = Annotated[str | None, typer.Option("--to", help="Last origin, YYYY-MM-DD.")]


def _address(context: typer.Context, value: str) -> str:
    """The address of a ledger; one that was typed and is empty is a slip, such as a variable that is not set."""
    source = context.get_parameter_source("ledger")
    if not value.strip() and source is not None and source.name == "COMMANDLINE":
        fix = "write one such as sqlite:///my-ledger.sqlite, or leave --ledger out for your own"
        raise OptionError("--ledger", repr(value), "an address", fix)
    return value


def in_pieces(futures: int, executor: str, out: Path | None) -> bool:
    """Whether a run is made in pieces. Raises OptionError where it is and has no folder."""
    if not executor and futures <= MOST_AT_ONCE:
        return False
    if out is None:
        asked = f"--executor {executor}" if executor else f"more than {MOST_AT_ONCE:,} futures"
        allowed = f"a new folder: with {asked} a run is made in pieces, which are kept there"
        raise OptionError("--out", "nothing", allowed, "add --out, such as --out my-run")
    return True


def settings_of(texts: list[str] | None, option: str) -> dict[str, Quantity | Prior | float]:
    """What an option sets: path -> value. Raises OptionError for a text of no such form, and for a path set twice."""
    if not texts:
        return {}
    from tertius.world import parse_override

    told: dict[str, Quantity | Prior | float] = {}
    for path, value in (parse_override(text, option) for text in texts):
        if path in told:
            raise OptionError(option, path, "each path once", "remove one of the two")
        told[path] = value
    return told


def question(
    without: list[str] | None, mode: str, settings: list[str] | None, assume: list[str] | None
) -> dict[str, Any]:
    """The options that say what the worlds are, as arguments of a function of the front. Raises OptionError."""
    return {
        "without": without or (),
        "mode": mode,
        "settings": settings_of(settings, "--set"),
        "assume": settings_of(assume, "--assume"),
    }


def given_step(text: str, asked: dict[str, Any]) -> tuple[str, str]:
    """Instrument and direction of `--given`. Raises OptionError where another world is asked for too."""
    for option, name in (("--without", "without"), ("--mode", "mode"), ("--set", "settings")):
        if asked[name]:
            raise OptionError(option, "together with --given", "one of the two", f"leave {option} out, or --given")
    name, _, direction = text.partition(":")
    return name, direction or "up"


def formats_of(names: list[str] | None, slides: bool, out: Path | None) -> tuple[str, ...]:
    """The names of the formats that options ask for; checked before anything is computed.

    Raises OptionError without a folder to write to; UnknownName, MissingExtra.
    """
    asked = "--format" if names else "--slides" if slides else ""
    if not asked and out is None:
        return ()
    if out is None:
        raise OptionError(
            asked, ",".join(names or ["pptx"]), "with --out, a folder", "add --out, such as --out my-brief"
        )
    from tertius.report.formats import chosen_formats

    chosen = [one.name for one in chosen_formats(names or ())]
    return tuple(one.name for one in chosen_formats([*chosen, "pptx"] if slides else chosen))


def whole_numbers(option: str, text: str, allowed: str) -> tuple[int, ...]:
    """Whole numbers parted by commas. Raises OptionError."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        given = text if len(text) <= 60 else f"{text[:57]}..."
        raise OptionError(option, given, allowed, "write numbers parted by commas, such as 1,4,13") from None
