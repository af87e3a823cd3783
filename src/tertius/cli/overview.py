"""The commands: one file each in `commands/`, whose first line says what the command does."""

from __future__ import annotations

import shutil
import textwrap
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "commands"
OPTIONS = (
    ("--version", "Print the version."),
    ("--install-completion", "Install completion for the current shell."),
    ("--show-completion", "Show completion for the current shell, to copy it or customise the installation."),
    ("-h, --help", "Show this message and exit."),
)
AFTERWARDS = "tertius COMMAND --help says more of one. Most print JSON with --json."


@cache
def commands() -> dict[str, str]:
    """Every command and what it does, by name."""
    files = sorted(file for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))
    return {file.stem.replace("_", "-"): _first_line(file) for file in files}


def _first_line(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return lines.readline().strip().strip('"')


def overview() -> str:
    """What `tertius --help` prints."""
    width = min(shutil.get_terminal_size().columns, 120)
    parts = [
        "Usage: tertius [OPTIONS] COMMAND [ARGS]...",
        "\n".join(textwrap.wrap("What it changes when a new partner enters a war.", width - 2, initial_indent="  ")),
        "Options:\n" + _rows(OPTIONS, width),
        "Commands:\n" + _rows(tuple(commands().items()), width),
        "\n".join(textwrap.wrap(AFTERWARDS, width)),
    ]
    return "\n\n".join(parts)


def _rows(rows: tuple[tuple[str, str], ...], width: int) -> str:
    left = max(len(name) for name, _ in rows) + 4
    told = []
    for name, text in rows:
        lead = f"  {name}".ljust(left)
        lines = textwrap.wrap(
            text, max(width, left + 20), initial_indent=lead, subsequent_indent=" " * left, break_on_hyphens=False
        )
        told += lines
    return "\n".join(told)
