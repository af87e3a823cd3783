"""Open a result again: a run, a comparison, a brief or a run in pieces.

What the command printed that wrote it is printed. Nothing is run. With --out a brief is told anew in other formats.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, Formats, Out, Slides, formats_of


def show(
    archive: Annotated[Path, typer.Argument(help="A folder that --out wrote.")],
    full: Annotated[bool, typer.Option("--full", help="Print the whole of a brief, not only its first part.")] = False,
    out: Out = None,
    formats: Formats = None,
    slides: Slides = False,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.places import check_folder
    from tertius.cli.output import print_json
    from tertius.cli.pieced_output import print_pieced
    from tertius.cli.printing import print_run, run_data, say_written, show_answer
    from tertius.engine import Ensemble
    from tertius.errors import OptionError
    from tertius.impact.pieced import Pieced
    from tertius.impact.written import plain_data

    check_folder("--out", out)
    chosen = formats_of(formats, slides, out)
    made = tertius.show(archive, worlds=False)
    if out is not None and (not isinstance(made, tertius.Comparison) or "battlefield" not in made.answer.asked):
        raise OptionError("--out", str(out), "with the folder of a brief", f"leave it out; {archive} holds no brief")
    written = None
    if out is not None and isinstance(made, tertius.Comparison):
        written = tertius.save(made, out, chosen)
    if isinstance(made, Ensemble):
        print_json(run_data(made)) if as_json else print_run(made)
    elif isinstance(made, Pieced):
        print_json(made.data()) if as_json else print_pieced(made)
    elif as_json:
        print_json(plain_data(made.answer))
    else:
        show_answer(made.answer, made.scenario, full)
    if written is not None and not as_json:
        say_written(written, chosen)
