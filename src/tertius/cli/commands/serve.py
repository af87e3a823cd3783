"""Open the workbench: every page of the program in a browser, served from this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def serve(
    scenario: Annotated[
        str, typer.Argument(metavar="[CASE]", help="Case to open: a shipped name, or one of the folder.")
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Option(help="The one folder that keeps everything; else the user's.", show_default=False),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; others than loopback need a token.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8712,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="File that holds the secret that visitors bring; else $TERTIUS_TOKEN; else one is made.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="Further name under which browsers reach it; may be repeated.")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Nothing can be changed or run.")] = False,
    workers: Annotated[int, typer.Option(help="Processes that run jobs.")] = 2,
    memory: Annotated[float, typer.Option(help="GiB that they may use together; 0 for 80% of the machine's.")] = 0.0,
    space: Annotated[float, typer.Option(help="GB that the data folder may hold.")] = 20.0,
) -> None:
    from dataclasses import replace

    from tertius.web.serving import checked, default_folder, token_of
    from tertius.web.serving import serve as serving
    from tertius.web.settings import Settings

    token = token_of(token_file)
    asked = Settings(folder or default_folder(), host, port, token, read_only, workers, memory, tuple(name or ()))
    settings = checked(replace(asked, space=space))

    def ready(address: str) -> None:
        typer.echo(f"Tertius listens at {address}\ndata folder: {settings.folder}\nCtrl-C stops it")

    serving(settings, ready, scenario)
