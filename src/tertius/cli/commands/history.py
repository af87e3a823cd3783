"""Past wars: fit who joins, score it, rates for a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tertius.cli.options import AsJson, ScenarioName, Seed
from tertius.defaults import SEED
from tertius.errors import ArchiveError, OptionError

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)

PanelFile = Annotated[Path, typer.Argument(help="Parquet file with the columns of the panel of disputes.")]


def _refuse_folder(out: Path, example: str) -> None:
    if out.is_dir():
        raise OptionError("--out", str(out), "a file", f"name one, such as {example}")


def _write(told: dict[str, Any], out: Path, example: str) -> None:
    from tertius.history.reference import text_of

    _refuse_folder(out, example)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text_of(told), encoding="utf-8")
    except OSError as error:
        raise ArchiveError(f"cannot write {out}: {error.strerror or error}; name another --out") from error


@app.command("fit")
def fit_history(
    panel: PanelFile,
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("joining.json"),
    before: Annotated[int, typer.Option(help="Use disputes that began before this year.")] = 1990,
    data: Annotated[
        Path | None, typer.Option(help="Folder of mid_disputes.parquet and wars.parquet; by default the panel's.")
    ] = None,
    rows: Annotated[int, typer.Option(help="Draws of the posterior to keep.")] = 400,
    seed: Seed = SEED,
) -> None:
    """Fit who joins a dispute, when, and how wars end; write it as one small file, the same bytes for the same data."""
    from tertius.api.calls import stage
    from tertius.cli.history_output import print_fit
    from tertius.cli.output import watching
    from tertius.history.fitting import fit_reference

    _refuse_folder(out, "joining.json")
    with watching(quiet=False, laws=False) as watch:
        told = fit_reference(panel, data or panel.parent, before, rows, seed, stage(watch, "decades"))
    _write(told, out, "joining.json")
    print_fit(told)
    typer.echo(f"written: {out}")


@app.command("ends")
def fit_ends_of_wars(
    history: Annotated[Path, typer.Argument(help="Folder of wars.parquet.")],
    entries: Annotated[Path, typer.Argument(help="Folder of cow_interstate.parquet and ucdp_termination.parquet.")],
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("ends.json"),
    before: Annotated[int, typer.Option(help="Use wars before this year.")] = 1990,
    seed: Seed = SEED,
) -> None:
    """Fit how past wars ended: by age, kind and side, and how long ceasefires held; write it as one small file."""
    from tertius.cli.history_output import print_ends
    from tertius.history.ends import fit_ends

    told = fit_ends(history, entries, before, seed)
    _write(told, out, "ends.json")
    print_ends(told)
    typer.echo(f"written: {out}")


@app.command("effects")
def fit_effects_of_entries(
    data: Annotated[Path, typer.Argument(help="Folder that holds history, entries, battles and countries.")],
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("effects.json"),
) -> None:
    """Fit what entries have done: force in battles, ends and outcomes after an entry; write it as one small file."""
    from tertius.cli.effects_output import print_effects
    from tertius.history.effects import fit_effects

    told = fit_effects(data)
    _write(told, out, "effects.json")
    print_effects(told)
    typer.echo(f"written: {out}")


@app.command("score")
def score_history(
    panel: PanelFile,
    train_before: Annotated[int, typer.Option(help="Train on disputes that began before this year.")] = 1950,
    test_from: Annotated[int, typer.Option(help="First year of the test.")] = 1950,
    test_to: Annotated[
        int | None,
        typer.Option(help="Last year of the test; by default 1989, or the panel's last if the test is later."),
    ] = None,
    draws: Annotated[int, typer.Option(help="Drawings of disputes for the intervals.")] = 300,
    seed: Seed = SEED,
    as_json: AsJson = False,
) -> None:
    """Score who joins: the pool, its three members, and simple forecasters on the same disputes; errors by dispute."""
    from tertius.api.calls import stage
    from tertius.cli.history_output import print_history_scores
    from tertius.cli.output import print_json, watching
    from tertius.history.panel import read_panel
    from tertius.history.scoring import Split, score_panel, scored_data

    split = Split(train_before, test_from, test_to)
    with watching(quiet=as_json, laws=False) as watch:
        told = scored_data(score_panel(read_panel(panel), split, draws, seed, stage(watch, "models")))
    if as_json:
        print_json(told)
    else:
        print_history_scores(told)


@app.command("rates")
def rates(
    scenario: ScenarioName,
    weeks: Annotated[int, typer.Option(help="Weeks ahead.")] = 26,
    reference: Annotated[
        Path | None, typer.Option(help="A file of `tertius history fit` in place of the shipped one.")
    ] = None,
    seed: Seed = SEED,
    as_json: AsJson = False,
) -> None:
    """Chance that each third state joins the war on each side, as past wars have it, and why."""
    from tertius.cli.history_output import print_rates
    from tertius.cli.output import print_json
    from tertius.history.rates import joining_rates, rates_data
    from tertius.history.reference import read_reference
    from tertius.world import load_scenario

    loaded = load_scenario(scenario)
    fitted = None if reference is None else read_reference(reference)
    told = rates_data(joining_rates(loaded, weeks, fitted, seed))
    if as_json:
        print_json(told)
    else:
        print_rates(told, {name: actor.name for name, actor in loaded.actors.items()})
