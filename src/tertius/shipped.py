"""The scenarios that come with the package: their files, and the heads of the files, read without loading them."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "scenarios"
_HEAD: Final = re.compile(r"^(title|as_of|extends): *(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Shipped:
    """A shipped scenario: the name that commands take, its title, its as-of date and its file."""

    name: str
    title: str
    as_of: date
    file: Path


def shipped_scenarios() -> dict[str, Path]:
    """Return the scenarios that come with the package: name -> file, by name."""
    files = (path for path in FOLDER.glob("*.yaml") if "." not in path.stem)  # NAME.questions.yaml is none
    return {path.stem: path for path in sorted(files, key=lambda path: path.stem)}


def shipped_heads() -> tuple[Shipped, ...]:
    """Return the head of every shipped scenario, by name; what a file leaves out is its parent's."""
    files = shipped_scenarios()
    return tuple(_head(name, files) for name in files)


@lru_cache(maxsize=256)
def _keys(file: Path, changed: int) -> dict[str, str]:
    """Keys of a head as they stand in one file; read again once it was changed."""
    return {key: value.strip("\"'") for key, value in _HEAD.findall(file.read_text(encoding="utf-8"))}


def _head(name: str, files: dict[str, Path]) -> Shipped:
    told: dict[str, str] = {}
    layer: str | None = name
    while layer is not None:
        own = _keys(files[layer], files[layer].stat().st_mtime_ns)
        told = {**own, **told}
        layer = own.get("extends")
    return Shipped(name, told["title"], date.fromisoformat(told["as_of"]), files[name])
