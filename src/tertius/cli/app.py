"""Commands of the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.cli.aid import aid_app
from tertius.cli.causes import causes
from tertius.cli.chronicle import chronicle
from tertius.cli.data import data_app
from tertius.cli.diff import diff
from tertius.cli.events import file_events, show_events
from tertius.cli.evidence import evidence_app
from tertius.cli.forecast import backtest, fit
from tertius.cli.history import analogues, history_app
from tertius.cli.places import check_folder, write_whole
from tertius.cli.reactions import reactions
from tertius.cli.read import read
from tertius.cli.settings import settings_of
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.engine import Layout, Options

app = typer.Typer(
    help="Tertius: what it changes when a new partner enters a war.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
data_app.command("events")(show_events)
evidence_app.command("add-data")(file_events)
app.add_typer(data_app, name="data")
app.add_typer(evidence_app, name="evidence")
app.add_typer(history_app, name="history")
app.add_typer(aid_app, name="aid")

ScenarioName = Annotated[
    str, typer.Argument(help="A shipped scenario's name (see `tertius scenarios`) or a YAML file.")
]
Futures = Annotated[int, typer.Option(help="Trajectories.")]
Weeks = Annotated[int, typer.Option(help="Horizon in weeks; 0: as the scenario says.")]
Seed = Annotated[int, typer.Option(help="Same seed, same numbers, bit for bit.")]
Threads = Annotated[int, typer.Option(help="0: one per processor.")]
Out = Annotated[Path | None, typer.Option(help="Folder to write the archive to.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Assume = Annotated[
    list[str] | None,
    typer.Option("--assume", "--set", help="PATH=VALUE: set a quantity of the scenario. Repeatable."),
]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Tertius: what it changes when a new partner enters a war."""
    if version:
        from tertius import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.command()
def brief(
    scenario: ScenarioName,
    futures: Futures = 4000,
    weeks: Weeks = 0,
    seed: Seed = 1,
    threads: Threads = 0,
    out: Out = None,
    assume: Assume = None,
    shared: Annotated[
        bool, typer.Option("--causes", help="Share the difference out over mechanisms and actors too; some 40 s more.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Print the whole brief, not only its first part.")] = False,
    article: Annotated[
        list[str] | None, typer.Option(help="Text, HTML or PDF whose claims move the forecast. Repeatable.")
    ] = None,
    evidence: Annotated[
        str, typer.Option(help="Inbox whose accepted claims move the forecast: an address, or inbox.")
    ] = "",
    grade: Annotated[str, typer.Option(help="Admiralty grade of the articles; else by --origin, else B2.")] = "",
    published: Annotated[str | None, typer.Option(help="Day of the articles' publication, YYYY-MM-DD.")] = None,
    origin: Annotated[str, typer.Option(help="Who told it first, such as a source of the scenario.")] = "",
    grades: Annotated[Path | None, typer.Option(help="Another table of grades than the shipped one.")] = None,
    strengths: Annotated[Path | None, typer.Option(help="Another table of modes and errors.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the war with and without the entry, and say what it changes.

    Prints the brief; with --out also writes brief.html, brief.md, figures and the archive of both arms. With --article
    or --evidence also what the claims say, and how far which number moves because of which sentence.
    """
    from tertius.cli.article import brief_claims
    from tertius.cli.output import print_brief, stages
    from tertius.impact.causes import SPLITS
    from tertius.impact.making import FIRST_PAGE, WHOLE, make_answer
    from tertius.impact.question import question_of
    from tertius.impact.written import plain_data
    from tertius.report.archive import save_brief

    layout, options = _prepare(scenario, assume, futures, weeks, seed, threads)
    check_folder("--out", out)
    claims = brief_claims(layout, article or [], evidence, grade, published, origin, grades, strengths)
    parts = WHOLE if full or as_json or out is not None else FIRST_PAGE
    with stages(quiet=as_json) as watch:
        made = make_answer(
            layout,
            question_of(layout),
            options,
            parts=parts,
            splits=tuple(SPLITS) if shared else (),
            claims=claims,
            watch=watch,
        )
    written = save_brief(made, out) if out is not None else None
    if as_json:
        _print_json(plain_data(made.answer))
        return
    print_brief(made.answer, layout.scenario, full)
    if written is not None:
        typer.echo(f"written: {written / 'brief.html'}, brief.md, figures, and the archive (tertius show {written})")


@app.command()
def run(
    scenario: ScenarioName,
    futures: Futures = 4000,
    weeks: Weeks = 0,
    seed: Seed = 1,
    threads: Threads = 0,
    out: Out = None,
    assume: Assume = None,
    as_json: AsJson = False,
) -> None:
    """Run one ensemble; with --out write samples, quantiles and parameters."""
    from tertius.cli.output import print_run, progress_bars, run_data
    from tertius.engine import run as run_layout
    from tertius.engine import save_run

    layout, options = _prepare(scenario, assume, futures, weeks, seed, threads)
    check_folder("--out", out)
    with progress_bars(["futures"], quiet=as_json) as (bar,):
        ensemble = run_layout(layout, options, bar)
    if out is not None:
        out = save_run(ensemble, out)
    if as_json:
        _print_json(run_data(ensemble))
        return
    print_run(ensemble)
    if out is not None:
        typer.echo(f"written: {out} (tertius show {out})")


@app.command()
def compare(
    scenario: ScenarioName,
    without: Annotated[
        list[str] | None,
        typer.Option(help="EVENT or EVENT:MODE with MODE never, withdraw or no-further. Repeatable."),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="PATH=VALUE in the other arm alone. Repeatable.")
    ] = None,
    assume: Annotated[list[str] | None, typer.Option("--assume", help="PATH=VALUE in both arms. Repeatable.")] = None,
    mode: Annotated[str, typer.Option(help="Mode of every --without that names none; else never.")] = "",
    futures: Futures = 4000,
    weeks: Weeks = 0,
    seed: Seed = 1,
    threads: Threads = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compare the scenario with the same futures under all the interventions given, at once.

    With none given, the scenario's own comparison is made.
    """
    from tertius.cli.output import print_comparison, stages
    from tertius.engine import parse_intervention
    from tertius.impact.archive import save_answer
    from tertius.impact.making import COMPARISON, make_answer
    from tertius.impact.question import question_of
    from tertius.impact.written import plain_data

    layout, options = _prepare(scenario, assume, futures, weeks, seed, threads)
    check_folder("--out", out)
    named = list(without or [])
    if mode and not named and not settings and layout.scenario.comparison is not None:
        named = [layout.scenario.comparison.without]
    if mode and not named:
        raise OptionError("--mode", mode, "a mode of an event undone", "name the event with --without")
    chosen = [parse_intervention(text if ":" in text or not mode else f"{text}:{mode}") for text in named]
    question = question_of(layout, chosen, settings_of(settings))
    with stages(quiet=as_json) as watch:
        made = make_answer(layout, question, options, parts=COMPARISON, watch=watch)
    if out is not None:
        out = save_answer(made, out)
    if as_json:
        _print_json(plain_data(made.answer))
        return
    print_comparison(made.answer, layout.scenario)
    if out is not None:
        typer.echo(f"written: {out} (tertius show {out})")


@app.command()
def show(
    archive: Annotated[Path, typer.Argument(help="A folder that --out wrote.")],
    full: Annotated[bool, typer.Option("--full", help="Print the whole of a brief, not only its first part.")] = False,
    as_json: AsJson = False,
) -> None:
    """Reopen an archive, a run, a comparison or a brief, and print what the command printed that wrote it."""
    from tertius.cli.output import print_run, run_data, show_answer
    from tertius.engine import read_run
    from tertius.engine.archive import read_manifest
    from tertius.impact.archive import read_answer
    from tertius.impact.written import plain_data

    if read_manifest(archive).get("kind") == "run":
        ensemble = read_run(archive)
        _print_json(run_data(ensemble)) if as_json else print_run(ensemble)
        return
    answer, scenario = read_answer(archive)
    _print_json(plain_data(answer)) if as_json else show_answer(answer, scenario, full)


@app.command()
def schema() -> None:
    """Print the JSON schema of what brief, compare, reactions and show give with --json."""
    from tertius.impact.written import schema as schema_of_answer

    _print_json(schema_of_answer())


@app.command()
def check(file: ScenarioName, as_json: AsJson = False) -> None:
    """Check a scenario: every problem with its place, what is allowed, and the fix."""
    from tertius.engine import Layout
    from tertius.world import load_scenario

    loaded = load_scenario(file)
    layout = Layout.of(loaded)
    if loaded.relations:
        from tertius.history.relations import read_relations

        read_relations(loaded)
    bases: dict[str, int] = {}
    for quantity in loaded.quantities().values():
        bases[quantity.basis] = bases.get(quantity.basis, 0) + 1
    if as_json:
        warnings = [str(warning) for warning in loaded.warnings]
        _print_json({"scenario": loaded.name, "valid": True, "quantities": bases, "warnings": warnings})
        return
    counts = ", ".join(f"{count} {basis}" for basis, count in sorted(bases.items()))
    typer.echo(f"{loaded.name}: valid. As of {loaded.as_of}, {loaded.weeks} weeks; quantities: {counts or 'none'}.")
    records = ", ".join(f"{len(paths)} {entity}" for entity, paths in layout.slots.items() if entity != "world")
    typer.echo(f"records: {records}; outcomes: {', '.join(loaded.outcomes) or 'none'}")
    if not loaded.outcomes:
        typer.echo("warning: no outcomes: nothing can be run, compared or told until there are some")
    for warning in loaded.warnings:
        typer.echo(f"warning: {warning}")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the scenario; NAME.yaml is written.")],
    folder: Annotated[Path, typer.Option(help="Where to write it.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Write a commented starting scenario that passes `check` and runs."""
    import os
    import re
    from importlib import resources

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}", name):
        raise OptionError("NAME", name, "letters, digits, - and _", "choose a plain name such as my-war")
    target = folder / (name if name.endswith(".yaml") else f"{name}.yaml")
    text = (resources.files("tertius.world") / "template.yaml").read_text(encoding="utf-8")
    if os.path.lexists(target):
        raise OptionError("NAME", str(target), "a file that does not exist yet", "choose another name")
    if not folder.is_dir():
        raise OptionError("--folder", str(folder), "a folder that exists", "make it first, or name another")
    check_folder("--folder", folder, own=False)
    write_whole(target, text.replace("{title}", target.stem), option="--folder")
    if as_json:
        _print_json({"written": str(target)})
        return
    typer.echo(f"written: {target}. Next: tertius check {target}; tertius brief {target}")


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """List the shipped scenarios, and where their files lie."""
    import os

    from tertius.world import load_scenario, shipped_scenarios

    files = shipped_scenarios()
    rows = [load_scenario(name) for name in sorted(files)]
    if as_json:
        told = {row.name: {"title": row.title, "as_of": row.as_of.isoformat()} for row in rows}
        _print_json([{"name": name, **held, "file": str(files[name])} for name, held in told.items()])
        return
    for row in rows:
        typer.echo(f"{row.name:24} {row.as_of}  {row.title}")
    for folder in sorted({str(file.parent) for file in files.values()}):
        typer.echo(f"their files: {folder}{os.sep}NAME.yaml")


app.command()(read)
app.command()(fit)
app.command()(backtest)
app.command()(analogues)
app.command()(reactions)
app.command()(diff)
app.command()(chronicle)
app.command()(causes)


def _prepare(
    scenario: str, assume: list[str] | None, futures: int, weeks: int, seed: int, threads: int
) -> tuple[Layout, Options]:
    from tertius.engine import Layout, Options
    from tertius.world import load_scenario

    loaded = load_scenario(scenario)
    options = Options(futures=futures, weeks=weeks or loaded.weeks, seed=seed, threads=threads)
    return Layout.of(loaded, settings_of(assume, "--assume")), options


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
