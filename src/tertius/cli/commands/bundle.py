"""Freeze a case, or a saved result, as a static site: pages, data and a manifest that open without the program.

The site works from a file or any web server, fetches nothing, and holds the same bytes for the same result.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def bundle(
    case: Annotated[str, typer.Argument(metavar="CASE|FOLDER", help="A case of the workbench, or a brief's folder.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the site.", show_default=False)],
    folder: Annotated[
        Path | None, typer.Option(help="Data folder of the workbench; else the user's.", show_default=False)
    ] = None,
) -> None:
    from tertius.api.places import check_folder
    from tertius.web.serving import checked, default_folder
    from tertius.web.settings import Settings

    check_folder("--out", out)
    settings = checked(Settings(folder or default_folder()))
    from tertius.web.bundling import bundle as bundled
    from tertius.web.bundling import desk_of
    from tertius.web.desk import Desk

    if (Path(case) / "answer.json").is_file():
        with desk_of(Path(case)) as (desk, name):
            bundled(desk, name, out)
    else:
        bundled(Desk(settings.folder), case, out)
    typer.echo(f"{out / 'index.html'}: open it in a browser, or put the folder on any web server")
