"""Jobs for those who play or estimate together; what they give is told at the addresses of seats and leaders alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.api.calls import Watch
    from tertius.impact.seminar.records import Branch
    from tertius.impact.seminar.table import Table
    from tertius.web.desk import Desk


def prospects(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """What each step that a played state can take would change. Returns `steps`, each change in words too."""
    from tertius.api.calls import stage
    from tertius.web.resources.seminar import prospect_data, table_of

    table = table_of(desk, case, arguments["seminar"])
    branch = _standing(table, arguments["branch"], arguments["turn"])
    found = table.prospects(arguments["state"], branch.name, stage(progress, "futures"))
    return {"steps": [prospect_data(each) for each in found]}


def courses(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Where branches lie among the program's futures. Returns for each its outcomes, the headlines with a figure."""
    from tertius.web.resources.seminar import course_data, table_of

    table = table_of(desk, case, arguments["seminar"])
    found = {}
    for place, (name, turns) in enumerate(arguments["turns"].items()):
        progress("futures", place, len(arguments["turns"]))
        branch = _standing(table, name, turns)
        found[name] = [course_data(each, table) for each in table.courses(branch.name)]
    return found


def _standing(table: Table, name: str, turns: int) -> Branch:
    """A branch that stands where it stood when it was asked. Raises UnknownName, OptionError, ArchiveError."""
    from tertius.impact.seminar.table import branch_of

    branch = branch_of(table.game, name)
    if len(branch.turns) != turns:
        allowed = f"the turn at which the branch stands, {len(branch.turns)}"
        raise OptionError("turn", turns, allowed, "look at where it stands, and ask again")
    return branch


def estimates(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Begin a round of estimates, with the program's own numbers. Returns its id."""
    from tertius.api.estimates import questions_of
    from tertius.defaults import THREADS
    from tertius.forecasts.estimates.rounds import Table, begin
    from tertius.secret import is_same
    from tertius.web.resources.estimates import KIND
    from tertius.web.tables import layout_of, named

    name, lead = arguments["round"], arguments["lead"]
    there = named(desk, case, KIND).get(name)
    if there is not None and is_same(Table(there, layout_of(desk, case)).round.lead, lead):
        return {"id": name}  # its worker was killed when the round had begun
    asked = questions_of(
        desk.scenario(case), arguments["events"], arguments["quantities"], arguments["questions"],
        arguments["futures"], arguments["seed"], THREADS, progress,
    )  # fmt: skip
    folder = desk.place(case) / KIND / name
    begin(folder, layout_of(desk, case), asked, arguments["analysts"], arguments["names"], lead)
    return {"id": name}
