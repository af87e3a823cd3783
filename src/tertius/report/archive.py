"""The archive of a comparison: both arms as archives of their own, and comparison.json; a brief adds its files.

comparison.json   interventions, horizons, differences
with/, without/   the two arms, each an archive of a run
brief.html, brief.md, figures/   where it is a brief
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tertius.engine import read_run
from tertius.engine.archive import manifest, place_for, read_manifest, write_run
from tertius.engine.folders import FORM, LIST, listed, plain_reason, write_folder
from tertius.errors import ArchiveError
from tertius.impact import Comparison
from tertius.report.made import Brief
from tertius.report.render import write_brief


def save_comparison(comparison: Comparison, folder: Path) -> Path:
    """Write the archive of a comparison and return its folder. Raises ArchiveError when it cannot be written."""
    return write_folder(place_for(comparison.base, folder), lambda scratch: _write(comparison, scratch))


def save_brief(brief: Brief, folder: Path) -> Path:
    """Write the archive of a brief: its comparison, brief.html, brief.md and figures. Raises ArchiveError."""

    def write(scratch: Path) -> None:
        _write(brief.comparison, scratch)
        write_brief(brief, scratch)

    return write_folder(place_for(brief.comparison.base, folder), write)


def read_comparison(folder: Path) -> Comparison:
    """Read an archived comparison or brief. Raises ArchiveError."""
    told = read_manifest(folder)
    if listed(folder) is None:
        raise ArchiveError(f"{folder / LIST} is missing, so nothing says that the two arms are whole; run it again")
    try:
        interventions, horizons = tuple(told["interventions"]), tuple(told["horizons"])
        if not all(isinstance(told_of, str) for told_of in interventions):
            raise ValueError(f"interventions {interventions!r}")
        if not all(isinstance(week, int) and 0 <= week <= told["weeks"] for week in horizons):
            raise ValueError(f"horizons {horizons!r}")
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(
            f"{folder / 'comparison.json'} is damaged ({plain_reason(error)}); run the command again"
        ) from error
    base, other = read_run(folder / "with", part=True), read_run(folder / "without", part=True)
    if (base.seed, base.weeks, base.replicates) != (other.seed, other.weeks, other.replicates):
        raise ArchiveError(f"{folder}: its two arms are not of one comparison; run the command again")
    return Comparison(base, other, interventions, horizons)


def _write(comparison: Comparison, folder: Path) -> None:
    with ThreadPoolExecutor(2) as arms:
        written = [
            arms.submit(write_run, arm, folder / name)
            for name, arm in (("with", comparison.base), ("without", comparison.other))
        ]
        for arm_written in written:
            arm_written.result()
    told = {
        **manifest(comparison.base),
        "tertius_archive": FORM,
        "kind": "comparison",
        "interventions": list(comparison.interventions),
        "horizons": list(comparison.horizons),
    }
    (folder / "comparison.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
