"""Save what was made, open it again, and see what changed between two of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tertius.api.calls import Watch, front, stage
from tertius.api.places import check_folder, write_whole
from tertius.api.result import Comparison, Shares
from tertius.api.war import War
from tertius.defaults import THREADS
from tertius.engine import Ensemble
from tertius.errors import OptionError, UnknownName

if TYPE_CHECKING:
    from tertius.impact import Attribution, Differences
    from tertius.impact.pieced import Pieced
    from tertius.impact.sweep import Sweep

    Savable: TypeAlias = War | Ensemble | Comparison | Shares | Sweep

TABLES = (".csv", ".parquet", ".json")


@front
def save(made: Savable, place: str | Path, formats: str | Sequence[str] = ()) -> Path:
    """Write what was made, whole or not at all.

    Args:
        made: a scenario (one YAML file, with what was set), a run, a comparison, a brief or causes (a folder each),
            or a sweep (.csv, .parquet or .json, by the file's ending).
        place: the folder or file. Files in a folder that are not ours are left alone.
        formats: of a brief, what it is told in: 'html', 'md', 'pdf', 'csv', 'parquet', 'svg', 'png', 'pptx', several of
            them, or 'all'; else those that cost little. A brief opened without its worlds is told in them alone.

    Returns:
        Where it was written; `show` opens a run, a comparison or a brief again, `load` a scenario.

    Raises:
        OptionError: a place or ending that cannot be used. ArchiveError: it cannot be written. UnknownName: no such
        format. MissingExtra: a format needs an extra that is not installed.

    Example:
        >>> folder = tertius.save(tertius.run("river-war", futures=40, weeks=4), "my-run")
        >>> tertius.show(folder).complete
        True
    """
    from tertius.engine import save_run
    from tertius.impact.sweep import Sweep
    from tertius.report.causes import save_causes

    target = Path(place)
    match made:
        case War():
            return _save_scenario(made, target)
        case Sweep():
            return _save_table(made, target)
    check_folder("--out", target)
    match made:
        case Ensemble():
            return save_run(made, target)
        case Comparison():
            return made.save(target, formats)
        case Shares():
            return save_causes(made.causes, made.scenario, target)
    allowed = "a scenario, a run, a comparison, a brief, causes or a sweep"
    raise OptionError("made", type(made).__name__, allowed, "save what a function of tertius returned")


def _save_scenario(war: War, target: Path) -> Path:
    from tertius.world import with_overrides

    if target.suffix not in (".yaml", ".yml"):
        raise OptionError("place", str(target), "a file that ends in .yaml", "name one, such as my-war.yaml")
    record = with_overrides(war.record, war.layout.overrides) if war.settings else war.record
    write_whole(target, record.to_yaml(), option="place")
    return target


def check_table(option: str, target: Path) -> None:
    """Say before the work that a table cannot be written there. Raises OptionError."""
    if target.suffix not in TABLES or target.is_dir():
        allowed = f"a file that ends in {', '.join(TABLES)}"
        raise OptionError(option, str(target), allowed, "name one, such as my-sweep.csv")
    check_folder(option, target.parent, own=False)


def _save_table(sweep: Sweep, target: Path) -> Path:
    check_table("--out", target)
    rows = sweep.rows()
    if target.suffix == ".parquet":
        import pyarrow
        from pyarrow import parquet

        sink = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_pylist(rows), sink)
        write_whole(target, sink.getvalue())
    elif target.suffix == ".json":
        import json

        write_whole(target, json.dumps(sweep_data(sweep), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        text = io.StringIO()
        table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        write_whole(target, text.getvalue())
    return target


def sweep_data(sweep: Sweep) -> dict[str, Any]:
    """A sweep as JSON data."""
    return {
        "scenario": sweep.scenario,
        "contrast": "as the scenario stands less the other world",
        "question": list(sweep.question),
        "axes": [{"path": axis.path, "values": list(axis.values)} for axis in sweep.axes],
        "futures": sweep.futures,
        "seed": sweep.seed,
        "weeks": sweep.weeks,
        "points": sweep.asked,
        "points_done": sweep.done,
        "complete": sweep.complete,
        "cells": sweep.rows(),
    }


@front
def show(folder: str | Path, worlds: bool = True) -> Ensemble | Comparison | Pieced:
    """Open what was saved: a run, a comparison, a brief or a run in pieces. Nothing is run.

    Args:
        folder: a folder that `save`, `stream`, or `--out` of a command, wrote.
        worlds: read the futures of a comparison too; without them its answer alone is there, sooner.

    Returns:
        The run; of a comparison or a brief its answer, equal to the one that was saved; of a run in pieces its numbers.

    Raises:
        ArchiveError: it is missing, damaged or of another version.

    Example:
        >>> folder = tertius.save(tertius.run("river-war", futures=40, weeks=4), "my-run")
        >>> tertius.show(folder).weeks
        4
    """
    from tertius.engine import read_run
    from tertius.engine.archive import read_manifest
    from tertius.engine.runs import PLAN, planned
    from tertius.impact.archive import read_answer, read_comparison
    from tertius.impact.pieced import Pieced

    place = Path(folder)
    if (place / PLAN).is_file():
        return Pieced.read(planned(place))
    if read_manifest(place).get("kind") == "run":
        return read_run(place)
    return Comparison.of(read_comparison(place)) if worlds else Comparison(*read_answer(place))


@front
def schema(of: str = "answer") -> dict[str, Any]:
    """The JSON schema of what commands print with --json.

    Every field has its meaning; numbers are numbers, days are YYYY-MM-DD, what does not exist is null.

    Args:
        of: 'answer', which brief, compare, causes, reactions and show print; 'watch', 'storylines', 'options' or
            'inverse', what these print.

    Raises:
        UnknownName: another name; the nearest is named.

    Example:
        >>> tertius.schema()["title"]
        'Tertius answer'
    """
    from tertius.forecasts.watch.watched import FORM as WATCHED
    from tertius.forecasts.watch.watched import Watch as Watched
    from tertius.impact.answer import FORM, Answer
    from tertius.impact.inverse import Inverse
    from tertius.impact.options import Choices
    from tertius.impact.storylines import Storylines
    from tertius.impact.written import schema as schema_of

    kinds: dict[str, tuple[type, int]] = {
        "answer": (Answer, FORM),
        "watch": (Watched, WATCHED),
        "storylines": (Storylines, FORM),
        "options": (Choices, FORM),
        "inverse": (Inverse, FORM),
    }
    if of not in kinds:
        raise UnknownName("schema", of, kinds)
    return schema_of(*kinds[of])


@dataclass(frozen=True)
class Changed:
    """What changed between two runs.

    found   what they were given, what they answer, and how far the answers lie apart (the later less the earlier)
    why     which change of what was given made how much of it
    """

    found: Differences
    why: Attribution


@front
def diff(
    before: str | Path,
    after: str | Path,
    by: str = "",
    *,
    week: int = 0,
    futures: int | None = None,
    weeks: int | None = None,
    seed: int | None = None,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Changed:
    """What changed between two runs: in what they were given, in what they answer, and which change made how much.

    Every change is the later run less the earlier one; effects in both are as the scenario stands less the other world.

    Args:
        before, after: folders that `save` wrote, or scenarios, which are run now; a scenario beside a folder is run as
            that was.
        by: groups of changes: value, record or section; else the finest that makes few.
        week: after how many weeks answers are compared; 0 is the last that both have.
        futures: of scenarios (else 4,000), and of the runs anew (else as many as the earlier has).
        weeks, seed: of a scenario; else as the other, or as usual.
        threads, progress: as of `compare`.

    Raises:
        ArchiveError: a damaged folder. OptionError: neither a folder nor a scenario, or two different wars.

    Example:
        >>> found = tertius.diff("river-war", "river-war", futures=40, weeks=4)
        >>> found.found.week
        4
    """
    from tertius.impact import attribute, differences
    from tertius.impact.opening import Wanted, open_editions

    if futures is not None and futures < 1:
        raise OptionError("--futures", futures, "1 or more", "leave it out, or choose more")
    wanted = Wanted(futures, weeks, seed, threads)
    editions = open_editions(str(before), str(after), wanted, stage(progress, "futures"))
    found = differences(*editions, week=week)
    return Changed(found, attribute(found, by, futures or 0, threads, stage(progress, "versions")))
