"""What stands where a result is to be written: said when it is replaced, and refused where more would be lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tertius.engine.folders import LIST, listed
from tertius.errors import ArchiveError, OptionError
from tertius.nested import read_json

MAIN = {
    "brief": "comparison.json",
    "comparison": "comparison.json",
    "run": "run.json",
    "causes": "causes.json",
    "options": "options.json",
}
TOLD_IN = ("brief.", "slides.", "figures/", "tables/")
"""How the names of files begin that a format made; their endings are the formats' names."""


def check_standing(option: str, folder: Path | None, kind: str, formats: Sequence[str] = ()) -> str:
    """Say before the work what of an earlier result would be lost; return what will be replaced, in words.

    Args:
        option: the option that names the folder.
        folder: where the result is to go.
        kind: what is to be written: brief, comparison, run, causes or options.
        formats: of a brief, those that are to be written.

    Returns:
        What stands there, such as "a brief of river-war (400 futures, 26 weeks, seed 1)"; empty for nothing of ours.

    Raises:
        OptionError: others' files alone stand there, a result of another kind, or one in formats not asked for now.
    """
    held = _held(folder)
    if folder is not None and folder.is_dir() and not (folder / LIST).exists() and any(folder.iterdir()):
        allowed = "a new folder, an empty one, or one that Tertius wrote: what is here is others'"
        raise OptionError(option, str(folder), allowed, f"name one in it, such as {option} {folder / f'my-{kind}'}")
    if folder is None or not held:
        return ""
    here = next((name for name, file in MAIN.items() if file in held), "")
    if here and MAIN[here] != MAIN[kind]:
        allowed = f"a folder without another result: {folder} holds a {_kind(here, held)}, which would be lost"
        raise OptionError(option, str(folder), allowed, "name another folder, or remove that one")
    told = sorted({Path(name).suffix[1:] for name in held if name.startswith(TOLD_IN)} - {""})
    lost = [name for name in told if name not in formats]
    if lost:
        allowed = f"a folder whose formats are asked for again: {folder} holds {', '.join(lost)}, which would be lost"
        again = f"add --format {','.join(told)}, or name" if kind == "brief" else "name"
        raise OptionError(option, str(folder), allowed, f"{again} another folder")
    return _words(folder, here, held)


def _held(folder: Path | None) -> dict[str, str]:
    """The files of ours in a folder; none where their list is damaged, which writing there then refuses."""
    if folder is None:
        return {}
    try:
        return listed(folder) or {}
    except ArchiveError:
        return {}


def _kind(here: str, held: dict[str, str]) -> str:
    if here in ("brief", "comparison"):
        return "brief" if any(name.startswith(TOLD_IN) for name in held) else "comparison"
    return {"causes": "result of causes", "options": "result of options"}.get(here, here)


def _words(folder: Path, here: str, held: dict[str, str]) -> str:
    if not here:
        return "what was written there before"
    try:
        told = read_json((folder / MAIN[here]).read_text(encoding="utf-8"))
        futures = told["futures_done"] if "futures_done" in told else told["futures"]
        weeks = told["weeks"] if "weeks" in told else told["week"]
        run = f"{told['scenario']} ({futures:,} futures, {weeks} weeks, seed {told['seed']})"
    except (OSError, ValueError, KeyError, TypeError):
        return f"a {_kind(here, held)} that cannot be read"
    return f"a {_kind(here, held)} of {run}"
