"""Where one starts: the shipped scenarios, and a new one of one's own. Nothing heavy is imported for it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tertius.api.calls import front
from tertius.api.places import check_folder, write_whole
from tertius.errors import OptionError
from tertius.shipped import Shipped, shipped_heads

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
TEMPLATE = Path(__file__).parents[1] / "world" / "template.yaml"


@front
def scenarios() -> tuple[Shipped, ...]:
    """List the scenarios that come with the package, by name, with title, as-of date and file.

    Example:
        >>> "river-war" in [each.name for each in tertius.scenarios()]
        True
    """
    return shipped_heads()


@front
def new(name: str, folder: str | Path = ".") -> Path:
    """Write a commented scenario to start from, which passes `check` and runs.

    Args:
        name: of the scenario; the file is NAME.yaml.
        folder: where to write it; it must exist.

    Returns:
        The file. One that exists already is never written over.

    Raises:
        OptionError: a name or folder that cannot be used.
        ArchiveError: the file cannot be written.

    Example:
        >>> file = tertius.new("my-war")
        >>> tertius.check(file).name
        'my-war'
    """
    if not NAME.fullmatch(name):
        raise OptionError("NAME", name, "letters, digits, - and _", "choose a plain name such as my-war")
    place = Path(folder)
    target = place / (name if name.endswith(".yaml") else f"{name}.yaml")
    text = TEMPLATE.read_text(encoding="utf-8")
    if os.path.lexists(target):
        raise OptionError("NAME", str(target), "a file that does not exist yet", "choose another name")
    if not place.is_dir():
        raise OptionError("--folder", str(place), "a folder that exists", "make it first, or name another")
    check_folder("--folder", place, own=False)
    write_whole(target, text.replace("{title}", target.stem), option="--folder")
    return target
