"""The sheets of a workbook, opened in a process of its own: a few bytes of it can ask for more memory than there is.

The process reads the workbook from its input and answers with the rows of each sheet; it ends with its input, and may
use so much memory and so many seconds. This file is what it runs, by itself.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from typing import Any

MOST_MEMORY = 1 << 30
"""Bytes."""
LONGEST_S = 60.0

Sheets = dict[str, list[list[Any]]]


class TooMuch(Exception):
    """A workbook whose opening asks for more memory or time than any has."""


def sheets_of(data: bytes, memory: int = MOST_MEMORY, seconds: float = LONGEST_S) -> Sheets:
    """Rows of cells by the name of their sheet. Raises TooMuch; ValueError for what is no workbook."""
    # Not -m: of this package's folder nothing must be found in place of what Python brings.
    command = [sys.executable, "-P", __file__, str(memory)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise TooMuch(f"more than {seconds:g} s") from error
    if done.returncode:
        raise TooMuch(f"more than {memory / 2**30:g} GiB of memory, or breaks what opens it")
    told = pickle.loads(done.stdout)  # what our own process wrote
    if isinstance(told, str):
        raise ValueError(told)
    sheets: Sheets = told
    return sheets


def opened(data: bytes) -> Sheets | str:
    """The sheets; why not, where it is no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {sheet: book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names}
    except (CalamineError, OSError, ValueError, EOFError) as error:
        return str(error)


if __name__ == "__main__":
    from tertius.memory import limit_memory

    limit_memory(int(sys.argv[1]))
    sys.stdout.buffer.write(pickle.dumps(opened(sys.stdin.buffer.read())))
