"""The archive of a comparison: both arms as archives of their own, and the answer; a brief adds its files.

comparison.json   what was run
answer.json       the answer: every number of it, as `tertius schema` describes it
with/, without/   the two arms, each an archive of a run
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

from tertius.engine import read_run
from tertius.engine.archive import manifest, place_for, read_manifest, write_run
from tertius.engine.beside import beside
from tertius.engine.folders import FORM, LIST, About, Described, listed, plain_reason, write_folder
from tertius.errors import ArchiveError, TertiusError
from tertius.impact.answer import Answer
from tertius.impact.comparison import Comparison
from tertius.impact.making import Made
from tertius.impact.written import read, written
from tertius.world import Scenario, load_scenario

ANSWER = "answer.json"


def save_answer(made: Made, folder: Path, add: Callable[[Path], Described] | None = None) -> Path:
    """Write the archive of an answer with its two worlds, and return its folder. Raises ArchiveError.

    add: writes more files into the folder before it is put in place, and says what they are.
    """

    def write(scratch: Path) -> Described:
        with beside(lambda stop: _write_worlds(made.comparison, scratch, stop)) as worlds:
            told = {**_write_answer(made, scratch), **(add(scratch) if add is not None else {})}
            return {**worlds(), **told}

    return write_folder(place_for(made.comparison.base, folder), write)


def read_answer(folder: Path) -> tuple[Answer, Scenario]:
    """The answer of an archive and the scenario that it is about; nothing is run. Raises ArchiveError."""
    read_manifest(folder)
    answer = _answer(folder)
    try:
        scenario = replace(load_scenario(str(folder / "with" / "scenario.yaml")), name=answer.run.scenario)
    except TertiusError as error:
        told = f"{folder} is damaged or of another version: {plain_reason(error)}; run the command again"
        raise ArchiveError(told) from error
    return answer, scenario


def read_comparison(folder: Path) -> Made:
    """An archived answer with its two worlds. Raises ArchiveError."""
    read_manifest(folder)
    if listed(folder) is None:
        raise ArchiveError(f"{folder / LIST} is missing, so nothing says that the two arms are whole; run it again")
    answer = _answer(folder)
    base, other = read_run(folder / "with", part=True), read_run(folder / "without", part=True)
    if (base.seed, base.weeks, base.replicates) != (other.seed, other.weeks, other.replicates):
        raise ArchiveError(f"{folder}: its two arms are not of one comparison; run the command again")
    return Made(answer, Comparison(base, other, answer.question, answer.run.horizons))


def _answer(folder: Path) -> Answer:
    file = folder / ANSWER
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{file} is damaged ({plain_reason(error)}); run the command again") from error
    return read(text, str(file))


def _write_worlds(comparison: Comparison, folder: Path, stop: Event) -> dict[str, About]:
    about: dict[str, About] = {}
    # One after the other: each runs futures again, on every processor, and holds all that they do while it writes.
    for name, arm in (("with", comparison.base), ("without", comparison.other)):
        if not stop.is_set():
            about |= {f"{name}/{file}": told for file, told in write_run(arm, folder / name).items()}
    return about


def _write_answer(made: Made, folder: Path) -> dict[str, About]:
    told = {**manifest(made.comparison.base), "tertius_archive": FORM, "kind": "comparison"}
    (folder / "comparison.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (folder / ANSWER).write_text(written(made.answer) + "\n", encoding="utf-8")
    by = f"computed by tertius {made.answer.run.version} from with/ and without/"
    return {
        "comparison.json": About("What was compared: version, scenario, hashes, seed, options", by),
        ANSWER: About("The answer: every number of it, as `tertius schema` describes it", by),
    }
