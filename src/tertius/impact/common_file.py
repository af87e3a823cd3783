"""What several people work on at once: one file, written whole at every change, refused where it was cut off or edited.

It holds secrets and is readable by its owner alone.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from tertius.engine import Layout
from tertius.engine.compiled import law_hash
from tertius.errors import ArchiveError, OptionError
from tertius.evidence.lock import locked
from tertius.nested import read_json

LONGEST_NAME = 60
LONGEST_TEXT = 2000


class Record(Protocol):
    """A frozen dataclass that says which form it has, and what it was made on."""

    @property
    def form(self) -> int:
        """Version of what is written."""

    @property
    def scenario(self) -> str:
        """Name of the scenario."""

    @property
    def digest(self) -> str:
        """What `digest_of` gave for it."""


R = TypeVar("R", bound=Record)
MOST_READ = 16
_READ: OrderedDict[Path, tuple[tuple[int, ...], Any]] = OrderedDict()
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Kept(Generic[R]):
    """How records of one kind are kept: the word for one, and its type."""

    word: str
    kind: type[R]
    form: int

    @property
    def file(self) -> str:
        """Name of the file in its folder."""
        return f"{self.word}.json"

    @contextmanager
    def held(self, folder: Path) -> Iterator[None]:
        """Let nobody else change it meanwhile, in this process or another. Raises ArchiveError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with locked(folder / f"{self.word}.lock"):
                yield
        except OSError as error:
            raise ArchiveError(f"cannot write {folder}: {error.strerror or error}; choose another folder") from error

    def write(self, folder: Path, record: R) -> None:
        """Write it whole or not at all, safe against the loss of power. Raises OSError."""
        body = _form(self.kind).dump_python(record, mode="json")
        text = json.dumps({"sha256": _hash(body), self.word: body}, ensure_ascii=False)
        scratch = folder / f".{self.file}.{os.getpid()}.part"
        try:
            opened = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(folder / self.file)
        finally:
            scratch.unlink(missing_ok=True)

    def read(self, folder: Path, layout: Layout) -> R:
        """Read what is kept in a folder. Raises ArchiveError where there is none, it is damaged, or of another war."""
        file = folder / self.file
        record = self._read_before(file)
        if record is None:
            record = self._read_now(file)
        self._check(record, layout)
        return record

    def _read_before(self, file: Path) -> R | None:
        """The record, where this process has read the file as it now stands."""
        with _LOCK:
            held = _READ.get(file)
            return held[1] if held is not None and held[0] == _stands(file) else None

    def _read_now(self, file: Path) -> R:
        stands = _stands(file)
        try:
            told = read_json(file.read_text(encoding="utf-8"))
            if told["sha256"] != _hash(told[self.word]):
                raise ValueError("it was cut off or edited")
            if told[self.word]["form"] != self.form:
                raise ValueError(f"it has form {told[self.word]['form']}, this version reads form {self.form}")
            record: R = _form(self.kind).validate_python(told[self.word])
        except FileNotFoundError:
            told_so = f"{file.parent} holds no {self.word}: there is no {self.file}; begin one, or name another folder"
            raise ArchiveError(told_so) from None
        except OSError as error:
            raise ArchiveError(f"{file}: {error.strerror or error}; name another folder") from error
        except (ValueError, KeyError, TypeError) as error:
            unread = isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
            why = "it was cut off or edited" if unread else str(error).splitlines()[0]
            raise ArchiveError(f"{file} is damaged ({why}); put back a copy of it, or begin another") from None
        with _LOCK:
            _READ[file] = (stands, record)
            _READ.move_to_end(file)
            while len(_READ) > MOST_READ:
                _READ.popitem(last=False)
        return record

    def _check(self, record: R, layout: Layout) -> None:
        name = layout.scenario.name
        if record.scenario != name:
            raise ArchiveError(f"this {self.word} is of the scenario {record.scenario}, not {name}; open it with that")
        if record.digest != digest_of(layout):
            raise ArchiveError(
                f"the scenario {name}, or the laws, were changed since this {self.word} began; put back what it was "
                "begun with, or begin another"
            )


def digest_of(layout: Layout) -> str:
    """Hash of the scenario, of what is set by hand in it, and of the laws."""
    told = [f"{path}={quantity!r}" for path, quantity in sorted(layout.overrides.items())]
    return sha256("\0".join([layout.scenario.digest, law_hash(), *told]).encode()).hexdigest()


def one_line(option: str, text: str, longest: int = LONGEST_NAME) -> str:
    """A text as it is kept: one line, without control characters. Raises OptionError for one that is too long."""
    told = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(told) > longest:
        raise OptionError(option, told[:LONGEST_NAME] + "…", f"{longest} signs at most", "shorten it")
    return told


def _stands(file: Path) -> tuple[int, ...]:
    """What tells a file from what it was before: every change makes another file. Empty for none."""
    try:
        told = file.stat()
    except OSError:
        return ()
    return told.st_ino, told.st_mtime_ns, told.st_size


@cache
def _form(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _hash(body: Any) -> str:
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
