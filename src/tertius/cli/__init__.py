"""The command line. It asks and shows; no number is computed here, and heavy imports come late."""

from __future__ import annotations

import os
import sys

import typer

from tertius.cli.app import app
from tertius.errors import TertiusError


def main() -> None:
    """Run the command line; a known error is printed plainly and sets the exit code, without a traceback."""
    try:
        app(standalone_mode=True)
    except TertiusError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone; not an error. Keep the interpreter's own flush quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(f"error: {place}{error.strerror or error}; check the path, its rights and the space there", err=True)
        sys.exit(3)
