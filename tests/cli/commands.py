"""The command line in this process: what it returns and prints."""

import contextlib
import io
import json
import sys
from typing import Any, NamedTuple
from unittest import mock

from tertius.cli import main


class Told(NamedTuple):
    """Exit code and what was printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def tertius(*words: object) -> Told:
    """Run `tertius WORDS`."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", ["tertius", *map(str, words)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return Told(code, out.getvalue(), err.getvalue())
