"""Answers kept in the server's folder, so that a part of one can be looked at later, and nothing is run twice."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tertius.api.places import write_whole
from tertius.errors import ArchiveError, OptionError, UnknownName
from tertius.nested import read_json

ID = re.compile(r"[0-9a-f]{16}")
MOST = 200
"""Answers that are kept; the oldest go."""
SIZE = 40_000
"""Characters of JSON or text that one look gives."""
DATA, TEXT, HEAD = ".json", ".md", ".head.json"


def name_of(asked: Mapping[str, Any]) -> str:
    """The id of an answer: a hash of all that it depends on, so that the same question has the same one."""
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def address(name: str) -> str:
    """Where a client reads the whole answer as JSON; `/text` after it gives the words."""
    return f"tertius://answers/{name}"


@dataclass(frozen=True)
class Kept:
    """The answers of one folder: NAME.json whole, NAME.md in words, NAME.head.json what the call gave."""

    folder: Path

    def put(self, name: str, head: dict[str, Any], data: str, text: str) -> None:
        """Keep an answer, and let the oldest go. data: JSON text. Raises ArchiveError."""
        write_whole(self.folder / f"{name}{DATA}", data, option="--folder")
        write_whole(self.folder / f"{name}{TEXT}", text, option="--folder")
        write_whole(self.folder / f"{name}{HEAD}", json.dumps(head, ensure_ascii=False), option="--folder")
        held = sorted(self.folder.glob(f"*{HEAD}"), key=lambda path: path.stat().st_mtime)
        for old in held[:-MOST]:
            for ending in (HEAD, TEXT, DATA):
                with suppress(OSError):
                    old.with_name(old.name.removesuffix(HEAD) + ending).unlink(missing_ok=True)

    def head(self, name: str) -> dict[str, Any] | None:
        """What the call gave, where all of the answer is still there."""
        try:
            found = read_json((self.folder / f"{name}{HEAD}").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        whole = isinstance(found, dict) and all((self.folder / f"{name}{end}").is_file() for end in (DATA, TEXT))
        return found if whole else None

    def text(self, name: str) -> str:
        """An answer in words. Raises UnknownName, ArchiveError."""
        return self._read(name, TEXT)

    def json(self, name: str) -> str:
        """An answer as JSON text. Raises UnknownName, ArchiveError."""
        return self._read(name, DATA)

    def _read(self, name: str, ending: str) -> str:
        path = self.folder / f"{name}{ending}"
        if not ID.fullmatch(name) or not path.is_file():
            known = sorted(each.name.removesuffix(HEAD) for each in self.folder.glob(f"*{HEAD}"))
            raise UnknownName("answer", name, known, "use the id that brief, compare or watch gave")
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise ArchiveError(f"the answer {name} cannot be read ({error.strerror}); ask again") from error

    def look(self, name: str, path: str, first: int) -> dict[str, Any]:
        """What stands at a path of an answer, as much as one look gives.

        path   keys and places in lists with dots between, such as reactions.rows.3; empty for the whole; `text` is the
               answer in words
        first  from which item of a list, or sign of a text, on

        Returns `found`; of a list or a text `first` and `of`, how many there are; of what is too large `keys` with the
        characters that each takes. Raises UnknownName, OptionError.
        """
        if first < 0:
            raise OptionError("first", first, "0 or more", "leave it out")
        if path == "text":
            return _slice(self.text(name), path, first)
        found: Any = read_json(self.json(name))
        for step in path.split(".") if path else ():
            found = _below(found, step, path)
        return _slice(found, path, first)


def _below(found: Any, step: str, path: str) -> Any:
    if isinstance(found, dict) and step in found:
        return found[step]
    if isinstance(found, list) and step.isascii() and step.isdigit() and int(step) < len(found):
        return found[int(step)]
    known = found if isinstance(found, dict) else [f"0 to {len(found) - 1}"] if isinstance(found, list) else ()
    raise UnknownName("part", step, map(str, known), f"change {path}, or look at what stands above it")


def _slice(found: Any, path: str, first: int) -> dict[str, Any]:
    if isinstance(found, str):
        return {"path": path, "first": first, "of": len(found), "found": found[first : first + SIZE]}
    if isinstance(found, list):
        room = SIZE - len("[]")
        items: list[Any] = []
        for item in found[first:]:
            room -= _size(item) + len(", ")
            if items and room < 0:
                break
            items.append(item)
        return {"path": path, "first": first, "of": len(found), "found": items}
    if isinstance(found, dict) and _size(found) > SIZE:
        return {"path": path, "keys": {key: _size(value) for key, value in found.items()}}
    return {"path": path, "found": found}


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))
