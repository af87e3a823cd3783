"""Rounds of estimates of a case: begun, handed in blind, opened, revised once, closed, pooled.

Each analyst, and whoever leads the round, has an address with a secret part. What others estimated, and the program's
own numbers, are told to nobody before the round opens.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from tertius.errors import ArchiveError, OptionError
from tertius.forecasts.estimates.records import Analyst, Round
from tertius.secret import hashed, new_secret, opens
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Job, Queue
from tertius.web.keeping import Kept
from tertius.web.resources.exports import kinds_of
from tertius.web.resources.jobs import job_data, submit
from tertius.web.tables import folder_of, fresh, layout_of, named, stranger

if TYPE_CHECKING:
    from tertius.engine import Layout
    from tertius.forecasts.estimates.rounds import Table

router = APIRouter(tags=["estimates"])
KIND = "estimates"
CHOICES: Kept[dict[str, list[dict[str, str]]]] = Kept(6)
Short = Annotated[str, Field(max_length=200)]
Several = Annotated[list[Short], Field(max_length=50)]


class Beginning(BaseModel):
    """A round to begin: what is estimated, and by how many."""

    events: Several = []
    quantities: Several = []
    questions: Several = []
    analysts: Annotated[int, Field(ge=1, le=50)] = 3
    names: Several = []


class Told(BaseModel):
    """An estimate: a chance, or 5%, 50% and 95% quantiles; and why."""

    values: Annotated[list[float], Field(max_length=3)]
    reason: Annotated[str, Field(max_length=2000)] = ""


class HandingIn(BaseModel):
    """Estimates of an analyst by question; and the analyst's name or pseudonym, where it is to be changed."""

    estimates: Annotated[dict[Short, Told], Field(max_length=50)]
    name: Short | None = None


class Opening(BaseModel):
    """Whether those who have not handed in are left out."""

    without_missing: bool = False


def rounds(desk: Desk, case: str) -> list[dict[str, Any]]:
    """The rounds of a case: id, stage, how many questions, how many have handed in. Raises UnknownName."""
    from tertius.forecasts.estimates.rounds import Table

    layout = layout_of(desk, case)
    return [{"id": name, **_public(Table(folder, layout))} for name, folder in named(desk, case, KIND).items()]


def opened_rounds(desk: Desk, case: str) -> list[Round]:
    """The rounds of a case that everybody may see, the oldest first; one that cannot be read is left out.

    Raises UnknownName.
    """
    from tertius.forecasts.estimates.rounds import Table

    found, layout = [], layout_of(desk, case)
    for folder in named(desk, case, KIND).values():
        with suppress(ArchiveError):
            found.append(Table(folder, layout).round)
    return [one for one in found if one.stage != "blind"]


def _public(table: Table) -> dict[str, Any]:
    try:
        told = table.round
    except ArchiveError as error:
        return {"problem": str(error).replace(str(table.folder), table.folder.name)}
    handed = sum(bool(each.first) for each in told.analysts)
    return {
        "problem": "",
        "stage": told.stage,
        "questions": len(told.questions),
        "analysts": len(told.analysts),
        "handed": handed,
    }


def table_of(desk: Desk, case: str, name: str) -> Table:
    """A round of a case. Raises UnknownName."""
    from tertius.forecasts.estimates.rounds import Table

    return Table(folder_of(desk, case, KIND, name), layout_of(desk, case))


def admitted(table: Table, secret: str) -> tuple[Round, Analyst | None]:
    """The round, and the analyst whom a secret lets in; none for whoever leads. Raises HTTPException for a stranger."""
    from tertius.forecasts.estimates.rounds import leads, let_in

    told = table.round
    analyst = let_in(told, secret)
    if analyst is None and not leads(told, secret):
        raise stranger()
    return told, analyst


def view(desk: Desk, queue: Queue, case: str, name: str, secret: str) -> dict[str, Any]:
    """A round as the holder of an address may see it. Raises UnknownName, ArchiveError; HTTPException.

    While it begins only its leader's address is there: `stage` is then begins, and `job` says how far it is.
    """
    from tertius.forecasts.estimates.rounds import seen
    from tertius.impact.written import plain_data

    if name not in named(desk, case, KIND):
        job = _beginning(desk, queue, case, name, secret)
        if job is not None:
            return {"id": name, "leads": True, "stage": "begins", "job": job_data(job)}
    table = table_of(desk, case, name)
    told, analyst = admitted(table, secret)
    data: dict[str, Any] = plain_data(seen(told, analyst.id if analyst else ""))
    data |= {"id": name, "leads": analyst is None, "assumed": {}}
    if analyst is None:
        data["addresses"] = {each.id: each.token for each in told.analysts}
    if told.stage != "blind":
        data["assumed"] = {
            path: {prior.family: {key: value for key, value in prior.parameters().items() if value is not None}}
            for path, prior in table.assumed().items()
        }
    return data


@router.get("/cases/{case}/estimates")
def get_rounds(desk: TheDesk, case: str) -> list[dict[str, Any]]:
    """The rounds of a case."""
    return rounds(desk, case)


@router.post("/cases/{case}/estimates", status_code=202)
def post_round(desk: TheDesk, queue: TheQueue, case: str, asked: Beginning) -> dict[str, Any]:
    """Begin a round: a job works out the program's own numbers, and then the round is there.

    The secret of whoever leads it is told here, once. Their address tells those of the analysts.
    """
    _check(layout_of(desk, case), asked)
    name, lead = fresh(desk, case, KIND).name, new_secret()
    job = submit(desk, queue, case, "estimates", {**asked.model_dump(), "round": name, "lead": hashed(lead)})
    return {"id": name, "lead": lead, "job": job_data(job)}


def _check(layout: Layout, asked: Beginning) -> None:
    """Refuse before it waits what cannot be estimated. Raises UnknownName, OptionError, ScenarioError."""
    from tertius.forecasts.estimates.rounds import called_of, quantity_question
    from tertius.forecasts.questions.reading import read_questions
    from tertius.impact.moves import event_of

    called_of(len({*asked.events, *asked.quantities, *asked.questions}), asked.analysts, asked.names)
    for name in asked.events:
        event_of(name, layout.scenario)
    for path in asked.quantities:
        quantity_question(layout, path, path)
    if asked.questions:
        held = read_questions(layout)
        for name in asked.questions:
            held.of(name)


def _beginning(desk: Desk, queue: Queue, case: str, name: str, brought: str) -> Job | None:
    """The job that begins a round, for whoever leads it; None for a stranger, and where there is none."""
    for job in queue.list(desk.case(case).id):
        told = job.arguments
        if job.kind == "estimates" and told["round"] == name and opens(told["lead"], brought):
            return job
    return None


@router.get("/cases/{case}/estimates/{name}/{secret}")
def get_view(desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str) -> dict[str, Any]:
    """What the holder of an address may see."""
    return view(desk, queue, case, name, secret)


@router.get("/cases/{case}/estimates/{name}/{secret}/pulse")
def get_pulse(desk: TheDesk, case: str, name: str, secret: str) -> dict[str, Any]:
    """The stage, and who has handed in, to be looked at every few seconds."""
    told, _ = admitted(table_of(desk, case, name), secret)
    handed = [each.id for each in told.analysts if each.first]
    return {"stage": told.stage, "handed": handed, "revised": [e.id for e in told.analysts if e.revised is not None]}


@router.post("/cases/{case}/estimates/{name}/{secret}/hand-in")
def post_hand_in(desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str, asked: HandingIn) -> dict[str, Any]:
    """Hand in one's estimates, blind; once the round is open, the one revision."""
    table = table_of(desk, case, name)
    _, analyst = admitted(table, secret)
    if analyst is None:
        raise OptionError("estimates", "the address of whoever leads", "an analyst's own address", "use that")
    table.hand_in(analyst.id, {key: each.model_dump() for key, each in asked.estimates.items()}, asked.name)
    return view(desk, queue, case, name, secret)


@router.post("/cases/{case}/estimates/{name}/{secret}/open")
def post_open(desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str, asked: Opening) -> dict[str, Any]:
    """Show everybody everything; for whoever leads the round."""
    _led(desk, case, name, secret).open(asked.without_missing)
    return view(desk, queue, case, name, secret)


@router.post("/cases/{case}/estimates/{name}/{secret}/close")
def post_close(desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str) -> dict[str, Any]:
    """Let nothing be changed any more; for whoever leads the round."""
    _led(desk, case, name, secret).close()
    return view(desk, queue, case, name, secret)


def report(desk: Desk, case: str, name: str, secret: str) -> str:
    """The round in Markdown; before it opens nothing of what was handed in. Raises as `view` does."""
    from tertius.report.estimates import estimates_text

    told, _ = admitted(table_of(desk, case, name), secret)
    return estimates_text(told)


@router.get("/cases/{case}/estimates/{name}/{secret}/report", responses=kinds_of("text/markdown; charset=utf-8"))
def get_report(desk: TheDesk, case: str, name: str, secret: str) -> Response:
    """The round in Markdown; before it opens nothing of what was handed in."""
    headers = {"Content-Disposition": f'attachment; filename="estimates-{name}.md"'}
    text = report(desk, case, name, secret)
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


def _led(desk: Desk, case: str, name: str, secret: str) -> Table:
    """A round, for the one who leads it. Raises HTTPException for anybody else."""
    from tertius.forecasts.estimates.rounds import leads

    table = table_of(desk, case, name)
    if not leads(table.round, secret):
        raise stranger()
    return table


def choices(desk: Desk, case: str) -> dict[str, list[dict[str, str]]]:
    """What can be estimated of a case: events, questions of its file, quantities with a prior, each with its words."""
    layout = layout_of(desk, case)
    return CHOICES.of((case, layout.scenario.digest), lambda: _choices(layout))


def _choices(layout: Layout) -> dict[str, list[dict[str, str]]]:
    from tertius.errors import ScenarioError
    from tertius.forecasts.questions.reading import read_questions
    from tertius.impact.moves import event_of
    from tertius.impact.observables import WAYS, rungs
    from tertius.report.options import event_name
    from tertius.report.phrases import quantity_name

    scenario = layout.scenario
    events = ["war-ends", "ceasefire", "settlement", *rungs(scenario)]
    for name, told in scenario.instruments.items():
        level, top = int(told.level.central), len(told.levels) - 1
        events += [f"{name}:{way}" for way in WAYS if (level < top if way == "up" else level > 0)]
    try:
        questions = [one for one in read_questions(layout).questions if not one.given]
    except (OptionError, ScenarioError):
        questions = []
    drawn = [one.path for one in layout.columns if one.quantity.prior is not None or layout.fitted(one.path)]
    return {
        "events": [{"id": name, "text": event_name(event_of(name, scenario), scenario)} for name in events],
        "questions": [{"id": one.id, "text": one.text} for one in questions],
        "quantities": [{"id": path, "text": quantity_name(scenario, path)} for path in drawn],
    }
