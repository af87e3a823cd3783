"""Cases of one's own: checked, saved, copied, drafted. A text from a browser names no file of this machine.

A copy of a shipped case takes its fitted posterior along, which is checked against the text at every load: a text whose
priors were changed is refused until its `fit` is left out.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.places import write_whole
from tertius.errors import OptionError, Problem, ScenarioError
from tertius.shipped import shipped_heads, shipped_scenarios
from tertius.web.desk import ID
from tertius.web.questions import edition, file_of, text_of

if TYPE_CHECKING:
    from tertius.web.desk import Case, Desk

QUESTIONS = "questions.yaml"
MOST_CASES = 500
"""Cases of one folder: every page looks at the head of each."""
_WRITING = threading.Lock()


def checked(desk: Desk, case: str, text: str) -> dict[str, Any]:
    """What `tertius.check` finds in a text for a case. Raises ScenarioError with every problem and its line."""
    return asdict(_found(text, desk.case(case).id, _beside(desk, case)))


def _beside(desk: Desk, case: str) -> Path:
    """The folder in which the file of a case lies, with its fit."""
    found = desk.case(case)
    shipped = next((one.file.parent for one in shipped_heads() if one.name == found.id), None)
    return shipped or desk.folder / "cases" / found.id


def _found(text: str, name: str, beside: Path) -> Any:
    from tempfile import TemporaryDirectory

    from tertius.api.scenario import check

    with TemporaryDirectory(prefix="tertius-") as folder:
        file = Path(folder) / f"{name}.yaml"
        file.write_bytes(text.encode("utf-8", "replace"))
        try:
            fit = _refused(file)
            if fit and (beside / fit).is_file():
                shutil.copyfile(beside / fit, file.with_name(fit))
            return check(file)
        except ScenarioError as error:
            raise ScenarioError(replace(one, file=Path(one.file).name) for one in error.problems) from None


def _refused(file: Path) -> str:
    """The name of the fit beside a text. Raises ScenarioError for a parent that is no shipped scenario."""
    from tertius.world.yaml_source import read_text, read_yaml

    root, problems = read_yaml(read_text(file), str(file))
    rows = root.children()
    parent, fit = rows.get("extends"), rows.get("fit")
    if parent is not None and (not isinstance(parent.value, str) or parent.value not in shipped_scenarios()):
        allowed = ", ".join(shipped_scenarios())
        told = repr(parent.plain())[:80]
        problem = Problem(str(file), parent.line, "extends", told, allowed, None, "extend a shipped scenario, or none")
        raise ScenarioError([*problems, problem])
    name = fit.value if fit is not None else None
    return name if isinstance(name, str) and Path(name).name == name and name.endswith(".fit.json") else ""


def save(desk: Desk, case: str, text: str, was: str) -> Case:
    """Save the scenario of a case of one's own, if it can be used and nobody saved it since.

    Raises ScenarioError with every problem; OptionError for a shipped case, or a newer edition.
    """
    found = desk.case(case)
    if found.shipped:
        fix = "copy it under a name of your own, and change the copy"
        raise OptionError("case", found.id, "a case of your own", fix)
    with _WRITING:
        now = edition(desk.text(case))
        if was != now:
            fix = "nothing was written; look at what stands there, and write yours into it"
            raise OptionError("was", was[:40], f"the scenario as it stands, {now}", fix)
        _found(text, found.id, _beside(desk, case))
        return desk.keep(found.id, text)


def copy(desk: Desk, case: str, name: str, text: str | None = None) -> Case:
    """Make a case of one's own out of another, with its fit and questions. text: changed already; else as it stands.

    Raises OptionError for a name that cannot be or is taken; ScenarioError.
    """
    source = _beside(desk, case)
    held = desk.text(case) if text is None else text
    with _WRITING:
        check_name(desk, name)
        _found(held, name, source)
        scratch = desk.folder / "cases" / f".{uuid.uuid4().hex}"
        scratch.mkdir()
        try:
            (scratch / "scenario.yaml").write_bytes(held.encode("utf-8", "replace"))
            fit = _refused(scratch / "scenario.yaml")
            if fit and (source / fit).is_file():
                shutil.copyfile(source / fit, scratch / fit)
            asked = _questions(desk, case)
            if asked:
                (scratch / QUESTIONS).write_text(asked, encoding="utf-8")
            return _placed(desk, scratch, name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _questions(desk: Desk, case: str) -> str:
    if file_of(desk, case) is None:
        return ""
    lines = text_of(desk, case).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("scenario:"))


def check_name(desk: Desk, name: str) -> None:
    """Refuse a name that no new case can have. Raises OptionError."""
    if not ID.fullmatch(name):
        fix = "choose a plain name such as my-war"
        raise OptionError("name", name[:80], "lower-case letters, digits and -, at most 64", fix)
    held = {one.id for one in desk.cases()}
    if name in held:
        raise OptionError("name", name, "a name that no case has", "choose another")
    if len(held) >= MOST_CASES:
        raise OptionError("name", name, f"{MOST_CASES} cases at most", "remove some from the data folder")


def _placed(desk: Desk, scratch: Path, name: str) -> Case:
    """Put a folder in place as a case."""
    target = desk.folder / "cases" / name
    if target.exists():  # of a case that was taken away; what it kept goes with the new one
        raise OptionError("name", name, "a name that no case has or had", "choose another")
    scratch.rename(target)
    return desk.case(name)


def add(desk: Desk, name: str, text: str) -> Case:
    """A new case out of a text. Raises OptionError, ScenarioError."""
    with _WRITING:
        check_name(desk, name)
        _found(text, name, desk.folder)
        scratch = desk.folder / "cases" / f".{uuid.uuid4().hex}"
        write_whole(scratch / "scenario.yaml", text, option="--folder")
        try:
            return _placed(desk, scratch, name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
