"""Seminars of a case: begun, played turn by turn, branched, reported.

Each seat, and whoever leads the seminar, has an address with a secret part. A seat is told what its states would know
and nothing else; the seed, the hashes of the past and other seats' addresses are told to none but the leader, who needs
the addresses.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response

from tertius.errors import OptionError
from tertius.web.asked import asked as asked_job
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Queue
from tertius.web.resources.exports import kinds_of
from tertius.web.resources.jobs import job_data, submit
from tertius.web.seminar_bodies import Beginning, Branching, Comparing, Moves, Playing, Prospecting, Which
from tertius.web.tables import folder_of, fresh, layout_of, named, stranger

if TYPE_CHECKING:
    from tertius.impact.seminar.comparing import Course
    from tertius.impact.seminar.playing import Prospect
    from tertius.impact.seminar.records import Branch, Game, Position, Seat
    from tertius.impact.seminar.table import Table

router = APIRouter(tags=["seminars"])
KIND = "seminars"


def seminars(desk: Desk, case: str) -> list[dict[str, Any]]:
    """The seminars of a case: id, pace, who plays what, how far they are. Raises UnknownName; ArchiveError."""
    from tertius.impact.seminar.table import Table

    layout = layout_of(desk, case)
    return [{"id": name, **_public(Table(folder, layout))} for name, folder in named(desk, case, KIND).items()]


def _public(table: Table) -> dict[str, Any]:
    from tertius.errors import ArchiveError

    try:
        game = table.game
    except ArchiveError as error:
        return {"problem": str(error).replace(str(table.folder), table.folder.name), "seats": [], "turns": 0}
    return {
        "problem": "",
        "pace": game.pace,
        "seats": _seats(game, table),
        "turns": max(len(branch.turns) for branch in game.branches.values()),
        "branches": len(game.branches),
    }


def _seats(game: Game, table: Table) -> list[dict[str, Any]]:
    actors = table.layout.scenario.actors
    return [
        {"id": seat.id, "name": seat.name, "states": [{"id": one, "name": actors[one].name} for one in seat.states]}
        for seat in game.seats
    ]


def table_of(desk: Desk, case: str, name: str) -> Table:
    """A seminar of a case. Raises UnknownName."""
    from tertius.impact.seminar.table import Table

    return Table(folder_of(desk, case, KIND, name), layout_of(desk, case))


def admitted(table: Table, secret: str) -> tuple[Game, Seat | None]:
    """The seminar, and the seat that a secret opens; none for whoever leads it. Raises HTTPException for a stranger."""
    from tertius.impact.seminar.table import leads, seat_of

    game = table.game
    seat = seat_of(game, secret)
    if seat is None and not leads(game, secret):
        raise stranger()
    return game, seat


def view(desk: Desk, case: str, name: str, secret: str, branch: str = "") -> dict[str, Any]:
    """What a seat, or whoever leads the seminar, may see of a branch; the latest one unless it is named.

    Raises UnknownName, ArchiveError; HTTPException for a stranger.
    """
    from tertius.impact.seminar.table import branch_of, is_over, waited_for

    table = table_of(desk, case, name)
    game, seat = admitted(table, secret)
    standing = branch_of(game, branch) if branch else list(game.branches.values())[-1]
    states = game.states if seat is None else seat.states
    actors = table.layout.scenario.actors
    told: dict[str, Any] = {
        "id": name,
        "leads": seat is None,
        "you": None if seat is None else {"id": seat.id, "name": seat.name},
        "states": {state: actors[state].name for state in states},
        "pace": game.pace,
        "pace_weeks": game.turn,
        "weeks": game.weeks,
        "seats": _seats(game, table),
        "branches": [
            {"name": one.name, "parent": one.parent, "turns": len(one.turns)} for one in game.branches.values()
        ],
        "branch": standing.name,
        "turn": len(standing.turns),
        "is_over": is_over(game, standing.now),
        "handed_in": [state for state in game.states if state in standing.given],
        "waited_for": list(waited_for(game, standing)),
        "names": {state: one.name for state, one in actors.items()},
        "instruments": {key: one.name for key, one in table.layout.scenario.instruments.items()},
    }
    told |= _position(standing.now, () if seat is None else states)
    if seat is None:
        told["addresses"] = {each.id: each.token for each in game.seats}
    else:
        told["given"] = {state: plain_moves for state, plain_moves in standing.given.items() if state in states}
        told["past"] = _past(standing, states)
    return told


def _position(now: Position, states: tuple[str, ...]) -> dict[str, Any]:
    """A position without its hash, and of what is known to single states only these."""
    from tertius.impact.written import plain_data

    data: dict[str, Any] = plain_data(replace(now, own={state: now.own[state] for state in states}))
    data.pop("path")
    return data


def _past(branch: Branch, states: tuple[str, ...]) -> list[dict[str, Any]]:
    """What these states did turn by turn, and the program's chances then."""
    return [
        {
            "turn": number,
            "day": turn.position.known.day.isoformat(),
            "moves": {state: turn.moves[state] for state in states},
            "nothing": {state: turn.position.own[state].nothing for state in states},
            "chances": {
                choice.move: choice.chance
                for state in states
                for lever in turn.position.own[state].levers
                for choice in lever.choices
            },
        }
        for number, turn in enumerate(branch.turns)
    ]


@router.get("/cases/{case}/seminars")
def get_seminars(desk: TheDesk, case: str) -> list[dict[str, Any]]:
    """The seminars of a case."""
    return seminars(desk, case)


@router.post("/cases/{case}/seminars", status_code=201)
def post_seminar(desk: TheDesk, case: str, asked: Beginning) -> dict[str, Any]:
    """Begin a seminar; the secret of whoever leads it is told here, once, and with it those of the seats."""
    from tertius.impact.seminar.table import begin

    layout = layout_of(desk, case)
    folder = fresh(desk, case, KIND)
    weeks = layout.scenario.weeks if asked.weeks is None else asked.weeks
    game = begin(folder, layout, asked.seats, asked.pace, weeks, asked.names).game
    return {"id": folder.name, "lead": game.lead, "seats": {seat.id: seat.token for seat in game.seats}}


@router.get("/cases/{case}/seminars/{name}/{secret}")
def get_view(desk: TheDesk, case: str, name: str, secret: str, branch: str = "") -> dict[str, Any]:
    """What the holder of an address may see."""
    return view(desk, case, name, secret, branch)


@router.get("/cases/{case}/seminars/{name}/{secret}/pulse")
def get_pulse(desk: TheDesk, case: str, name: str, secret: str) -> dict[str, Any]:
    """How far each branch is and who has handed in, to be looked at every few seconds."""
    game, _ = admitted(table_of(desk, case, name), secret)
    return {one.name: {"turn": len(one.turns), "handed_in": sorted(one.given)} for one in game.branches.values()}


@router.post("/cases/{case}/seminars/{name}/{secret}/moves")
def post_moves(desk: TheDesk, case: str, name: str, secret: str, asked: Moves) -> dict[str, Any]:
    """Hand in what a state of one's own does; with the last of all states the turn is played."""
    from tertius.impact.seminar.table import branch_of, waited_for

    table = table_of(desk, case, name)
    _, seat = admitted(table, secret)
    if seat is None or asked.state not in seat.states:
        own = "nothing, as you lead" if seat is None else ", ".join(seat.states)
        raise OptionError("state", asked.state, f"states of your seat: {own}", "name one of them")
    game = table.hand_in(asked.state, asked.moves, asked.branch, asked.turn)
    standing = branch_of(game, asked.branch)
    if not waited_for(game, standing):
        table.play(asked.branch, turn=len(standing.turns))
    return view(desk, case, name, secret, asked.branch)


@router.post("/cases/{case}/seminars/{name}/{secret}/play")
def post_play(desk: TheDesk, case: str, name: str, secret: str, asked: Playing) -> dict[str, Any]:
    """Play a turn though some have not handed in; for whoever leads the seminar."""
    table = _led(desk, case, name, secret)
    table.play(asked.branch, asked.absent, asked.turn)
    return view(desk, case, name, secret, asked.branch)


@router.post("/cases/{case}/seminars/{name}/{secret}/branches")
def post_branch(desk: TheDesk, case: str, name: str, secret: str, asked: Branching) -> dict[str, Any]:
    """Take a branch; for whoever leads the seminar."""
    table = _led(desk, case, name, secret)
    table.branch(asked.name, asked.turn, asked.parent)
    return view(desk, case, name, secret, " ".join(asked.name.split()))


def _prospects(table: Table, secret: str, state: str, branch: str) -> dict[str, Any]:
    """The arguments of the job that says what steps would change. Raises OptionError for another's state."""
    from tertius.impact.seminar.table import branch_of

    game, seat = admitted(table, secret)
    if seat is None or state not in seat.states:
        raise OptionError("state", state, "a state of your own seat", "name one of them")
    return {
        "seminar": table.folder.name,
        "branch": branch,
        "turn": len(branch_of(game, branch).turns),
        "state": state,
    }


@router.get("/cases/{case}/seminars/{name}/{secret}/prospects")
def get_prospects(
    desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str, state: str, branch: Which
) -> dict[str, Any]:
    """What each step of a state of one's own would change by the last week: the job that works it out, its result."""
    return _told(desk, queue, case, "prospects", _prospects(table_of(desk, case, name), secret, state, branch))


@router.post("/cases/{case}/seminars/{name}/{secret}/prospects", status_code=202)
def post_prospects(
    desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str, asked: Prospecting
) -> dict[str, Any]:
    """Ask what each step would change; a GET of the same address tells it. Returns the job."""
    arguments = _prospects(table_of(desk, case, name), secret, asked.state, asked.branch)
    return job_data(submit(desk, queue, case, "prospects", arguments))


def _told(desk: Desk, queue: Queue, case: str, kind: str, arguments: dict[str, Any]) -> dict[str, Any]:
    held = asked_job(desk, queue, case, kind, arguments)
    return {"job": held["job"], "result": held["result"]}


def prospect_data(told: Prospect) -> dict[str, Any]:
    """What a step would change, each change in words too."""
    from tertius.impact.written import plain_data
    from tertius.report.seminar import change_told

    changes = [{**plain_data(each), "text": change_told(each.change)} for each in told.changes]
    return {"move": told.move, "changes": changes}


def _courses(table: Table, branch: str = "") -> dict[str, Any]:
    """The arguments of the job that lays a branch, else all, beside the program's futures. Raises UnknownName."""
    from tertius.impact.seminar.table import branch_of

    game = table.game
    chosen = [branch_of(game, branch)] if branch else game.branches.values()
    return {"seminar": table.folder.name, "turns": {each.name: len(each.turns) for each in chosen}}


@router.get("/cases/{case}/seminars/{name}/{secret}/courses")
def get_courses(desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str, branch: Which) -> dict[str, Any]:
    """Where what was played lies among the program's futures, up to now: the job, and its result by branch.

    For whoever leads the seminar. A headline has a figure too.
    """
    return _told(desk, queue, case, "courses", _courses(_led(desk, case, name, secret), branch))


@router.post("/cases/{case}/seminars/{name}/{secret}/courses", status_code=202)
def post_courses(desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str, asked: Comparing) -> dict[str, Any]:
    """Lay a branch, else all of them, beside the program's futures; for whoever leads. Returns the job."""
    return job_data(submit(desk, queue, case, "courses", _courses(_led(desk, case, name, secret), asked.branch)))


def course_data(told: Course, table: Table) -> dict[str, Any]:
    """Where an outcome lies, with its cells in words, and a figure of a headline."""
    from tertius.impact.written import plain_data
    from tertius.report.seminar import course_cells

    drawn = table.layout.scenario.outcomes[told.outcome].headline
    return {**plain_data(told), "cells": list(course_cells(told)), "figure": _figure(told, table) if drawn else None}


def _figure(told: Course, table: Table) -> dict[str, Any]:
    from tertius.report.figures_seminar import course, course_alternative
    from tertius.report.html import drawn
    from tertius.web.resources.figures import told as figure_data

    chart = drawn(course(told, table.layout.scenario))
    return figure_data(f"course-{told.outcome}", chart, course_alternative(told))


def report(desk: Desk, queue: Queue, case: str, name: str, secret: str) -> dict[str, Any]:
    """The report of all branches, for whoever leads: `job`, and `text` in Markdown, null until the job is done.

    Raises UnknownName, ArchiveError; HTTPException for anybody else.
    """
    from tertius.impact.seminar.comparing import Course
    from tertius.impact.written import read_data
    from tertius.report.seminar import seminar_text

    table = _led(desk, case, name, secret)
    game = table.game
    told = _told(desk, queue, case, "courses", _courses(table))
    if told["result"] is None:
        return {"job": told["job"], "text": None}
    names = [each.name for each in fields(Course)]
    rows = [
        (key, [read_data(Course, {each: row[each] for each in names}, "courses") for row in told["result"][key]])
        for key in game.branches
    ]
    return {"job": told["job"], "text": seminar_text(game, rows, table.layout.scenario)}


@router.get("/cases/{case}/seminars/{name}/{secret}/report", responses=kinds_of("text/markdown; charset=utf-8"))
def get_report(desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str) -> Response:
    """The report in Markdown, once a job `courses` of all branches is done; for whoever leads the seminar."""
    headers = {"Content-Disposition": f'attachment; filename="seminar-{name}.md"'}
    text = report(desk, queue, case, name, secret)["text"]
    if text is None:
        raise OptionError("report", "none yet", "a report that is worked out", 'POST {"branch": ""} to courses first')
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


def _led(desk: Desk, case: str, name: str, secret: str) -> Table:
    """A seminar, for the one who leads it. Raises HTTPException for anybody else."""
    from tertius.impact.seminar.table import leads

    table = table_of(desk, case, name)
    if not leads(table.game, secret):
        raise stranger()
    return table


def choices(desk: Desk, case: str) -> dict[str, Any]:
    """What a seminar of a case can be begun with: states that decide, paces, its last week. Raises UnknownName."""
    from tertius.impact.seminar.records import PACES

    scenario = layout_of(desk, case).scenario
    states = dict.fromkeys(one.actor for one in scenario.instruments.values())
    told = [{"id": state, "name": scenario.actors[state].name} for state in states]
    return {"states": told, "paces": dict(PACES), "weeks": scenario.weeks}
