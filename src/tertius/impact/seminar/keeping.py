"""Where a seminar is kept: one file, written whole at every turn, and refused where it was cut off or edited."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from tertius.engine import Layout
from tertius.engine.compiled import law_hash
from tertius.errors import ArchiveError
from tertius.evidence.lock import locked
from tertius.impact.seminar.records import Game

FILE = "seminar.json"
FORM = 1


def digest_of(layout: Layout) -> str:
    """Hash of what a seminar is played on: the scenario, what is set by hand in it, and the laws."""
    told = [f"{path}={quantity!r}" for path, quantity in sorted(layout.overrides.items())]
    return sha256("\0".join([layout.scenario.digest, law_hash(), *told]).encode()).hexdigest()


@cache
def _form() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Game)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Let nobody else change the seminar meanwhile, in this process or another. Raises ArchiveError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / "seminar.lock"):
            yield
    except OSError as error:
        raise ArchiveError(f"cannot write {folder}: {error.strerror or error}; choose another folder") from error


def write(folder: Path, game: Game) -> None:
    """Write the seminar whole or not at all, safe against the loss of power. Raises OSError."""
    body = _form().dump_python(game, mode="json")
    text = json.dumps({"sha256": _hash(body), "seminar": body}, ensure_ascii=False)
    scratch = folder / f".{FILE}.{os.getpid()}.part"
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(folder / FILE)
    finally:
        scratch.unlink(missing_ok=True)


def read(folder: Path) -> Game:
    """Read a seminar. Raises ArchiveError where there is none, or it is damaged."""
    file = folder / FILE
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["sha256"] != _hash(told["seminar"]):
            raise ValueError("it was cut off or edited")
        if told["seminar"]["form"] != FORM:
            raise ValueError(f"it has form {told['seminar']['form']}, this version reads form {FORM}")
        game: Game = _form().validate_python(told["seminar"])
    except FileNotFoundError:
        raise ArchiveError(
            f"{folder} holds no seminar: there is no {FILE}; begin one, or name another folder"
        ) from None
    except OSError as error:
        raise ArchiveError(f"{file}: {error.strerror or error}; name another folder") from error
    except (ValueError, KeyError, TypeError) as error:
        why = "it was cut off or edited" if isinstance(error, json.JSONDecodeError) else str(error).splitlines()[0]
        raise ArchiveError(f"{file} is damaged ({why}); put back a copy of it, or begin another seminar") from None
    return game


def check(game: Game, layout: Layout) -> None:
    """Refuse a scenario, or laws, that are not those on which the seminar was begun. Raises ArchiveError."""
    if game.scenario != layout.scenario.name:
        raise ArchiveError(
            f"this seminar plays the scenario {game.scenario}, not {layout.scenario.name}; open it with {game.scenario}"
        )
    if game.digest != digest_of(layout):
        raise ArchiveError(
            f"the scenario {game.scenario}, or the laws, were changed since this seminar began, so that its past "
            "cannot be played again; put back what it was begun with, or begin another seminar"
        )


def _hash(body: Any) -> str:
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
