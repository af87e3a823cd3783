"""Explain a name of a scenario or of the laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tertius.api.calls import front
from tertius.api.war import Named, opened
from tertius.errors import OptionError, UnknownName
from tertius.shipped import shipped_scenarios

if TYPE_CHECKING:
    from tertius.engine.explanation import Explanation


@front
def explain(name: str, scenario: Named | None = None) -> Explanation:
    """Say what a quantity, an output, a record, a section or a law means, and what a scenario gives for it.

    Args:
        name: a path such as 'theatres.river.area', a section such as 'contingents', or a law such as 'ground'.
        scenario: a shipped name, a file, or a loaded scenario; else the first shipped one that has the name.

    Returns:
        Meaning, unit, range, default, value or prior with its source and note, the laws that read it and change it.

    Raises:
        UnknownName: nothing has this name; the nearest one that exists is in it. OptionError: a scenario stands where
        the name should. ScenarioError: as of `load`.

    Example:
        >>> tertius.explain("contingents.legion.interpreter_pool").unit
        'persons'
    """
    from tertius.engine.explanation import explain as explain_name

    swapped = isinstance(scenario, str) and _is_scenario(name) and not _is_scenario(scenario)
    if _is_scenario(name):
        fix = (
            f"write them the other way round: {scenario} {name}"
            if swapped
            else f"write a path first, such as world {name}"
        )
        raise OptionError("PATH", name, "a path, a section or a law; the scenario comes after it", fix)
    if scenario is not None:
        return explain_name(opened(scenario).layout, name)
    missed: list[UnknownName] = []
    for file in sorted(shipped_scenarios().values(), key=lambda file: file.stat().st_size):
        try:
            return explain_name(opened(file).layout, name)
        except UnknownName as error:
            missed.append(error)
    every = dict.fromkeys(known for error in missed for known in error.allowed)
    called = {path: words for error in missed for path, words in error.called.items()}
    raise UnknownName(missed[0].kind, name, every, called=called)


def _is_scenario(name: str) -> bool:
    """Whether a word is a shipped scenario's name, or a scenario file's."""
    return name in shipped_scenarios() or name.endswith((".yaml", ".yml"))
