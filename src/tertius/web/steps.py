"""What came after a case's date: steps of states that were seen.

They are told on the page and lie in `steps.yaml` in the folder of their case.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tertius.api.places import write_whole
from tertius.errors import OptionError, ScenarioError

if TYPE_CHECKING:
    from tertius.web.desk import Desk

FILE = "steps.yaml"
KEYS = ("tertius", "scenario", "until", "record", "events")
LARGEST = 200_000
_WRITING = threading.Lock()


def records_of(desk: Desk, case: str) -> tuple[Path, ...]:
    """The file of steps that were seen of a case, if any. Raises UnknownName."""
    file = desk.folder / "cases" / desk.case(case).id / FILE
    return (file,) if file.is_file() else ()


def text_of(desk: Desk, case: str) -> str:
    """The steps as they are written; of none yet what to fill in."""
    files = records_of(desk, case)
    if files:
        return files[0].read_text(encoding="utf-8")
    found, record = desk.case(case), desk.scenario(case).record
    first = next(iter(record.instruments), "INSTRUMENT")
    return (
        f"tertius: 1\nscenario: {found.id}\nuntil: {found.as_of}   # nothing that was seen later is missing\nrecord:\n"
        f"  # first: {{instrument: {first}, date: {found.as_of}, step: up, "
        "text: what was seen, source: where it can be read}\n"
    )


def keep(desk: Desk, case: str, text: str, was: str) -> None:
    """Write the steps, if they can be read and nobody changed them since. Raises ScenarioError, OptionError."""
    from tertius.forecasts.questions.settling import read_steps
    from tertius.web.questions import edition
    from tertius.world.fitting import unknown_key
    from tertius.world.yaml_source import read_text, read_yaml

    with _WRITING:
        now = edition(text_of(desk, case))
        if was != now:
            raise OptionError("was", was[:40], f"the steps as they stand, {now}", "look at the page again")
        scratch = desk.place(case) / f".{uuid.uuid4().hex}.part"
        try:
            scratch.write_bytes(text.encode("utf-8", "replace"))
            root, problems = read_yaml(read_text(scratch), FILE)
            # A whole scenario may stand for steps in a file of one's own; of a page it could name any file.
            problems += [
                unknown_key(child, key, key, KEYS) for key, child in root.children().items() if key not in KEYS
            ]
            if problems:
                raise ScenarioError(problems)
            told = read_steps(scratch)
        except ScenarioError as error:
            raise ScenarioError(replace(problem, file=FILE) for problem in error.problems) from None
        finally:
            scratch.unlink(missing_ok=True)
        if desk.case(case).id not in told.scenarios:
            raise OptionError("scenario", ", ".join(told.scenarios), desk.case(case).id, "name this case")
        write_whole(desk.place(case) / FILE, text, option="--folder")
