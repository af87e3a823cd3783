"""The file that a hindcast goes on from: a line of what it belongs to, then a line for each case that was run.

A line is written whole or, where the process was killed in the middle of it, is the last one and is dropped: no case
but the one being run is lost.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tertius.errors import ArchiveError
from tertius.nested import read_json


class Kept:
    """Answers by a job's id, in a file or, where `path` is None, in memory alone.

    Raises ArchiveError: the file is of another program, version or settings, or no such file, or cannot be written.
    """

    def __init__(self, path: Path | None, stamp: dict[str, Any]) -> None:
        self.path = path
        self.answers: dict[str, dict[str, Any]] = {}
        if path is None:
            return
        try:
            if path.exists() and path.stat().st_size:
                self._read(path, stamp)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._append(stamp)
        except OSError as error:
            raise ArchiveError(f"cannot use {path}: {error.strerror or error}; name another --keep") from error

    def put(self, name: str, answer: dict[str, Any]) -> None:
        """Keep the answer of a job, on the disk before anything goes on."""
        self.answers[name] = answer
        if self.path is not None:
            self._append({"job": name, "answer": answer})

    def _read(self, path: Path, stamp: dict[str, Any]) -> None:
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        lines = data[:whole].splitlines()
        try:
            told = read_json(lines[0]) if lines else None
            rows = [read_json(line) for line in lines[1:]]
            held = {str(row["job"]): dict(row["answer"]) for row in rows}
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(
                f"{path} is no file of tertius hindcast ({type(error).__name__}); name another --keep, or remove it"
            ) from None
        if not isinstance(told, dict) or told.get("program") != stamp["program"]:
            raise ArchiveError(f"{path} is no file of tertius hindcast; name another --keep, or remove it")
        unlike = [name for name in stamp if told.get(name) != stamp[name]]
        if unlike:
            name = unlike[0]
            raise ArchiveError(
                f"{path} belongs to a run with another {name}: {told.get(name)!r}; this one has {stamp[name]!r}. "
                "Name another --keep, or remove the file"
            )
        if whole < len(data):
            os.truncate(path, whole)
        self.answers = held

    def _append(self, row: dict[str, Any]) -> None:
        assert self.path is not None
        try:
            with self.path.open("ab") as opened:
                opened.write((json.dumps(row, separators=(",", ":")) + "\n").encode())
                opened.flush()
                os.fsync(opened.fileno())
        except OSError as error:
            raise ArchiveError(f"cannot write {self.path}: {error.strerror or error}; name another --keep") from error
