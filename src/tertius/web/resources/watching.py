"""What a case is watched by: events that can be asked about, and steps of states that were seen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from tertius.web import inboxes, series
from tertius.web import steps as held
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.questions import edition
from tertius.web.resources.jobs import job_data, submit

router = APIRouter(tags=["watch"])


class Written(BaseModel):
    """The steps as they are written."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=held.LARGEST)]
    was: Annotated[str, Field(max_length=200)] = Field(description="`edition` of the steps that were seen")


def events(desk: Desk, case: str) -> list[dict[str, str]]:
    """Every event that can be watched for: its id, and in words."""
    from tertius.impact.observables import CLOSES, WAR_ENDS, rungs, target_of
    from tertius.report.indicators import event

    record = desk.scenario(case).record
    ways = [f"{name}:{way}" for name in record.instruments for way in ("up", "down")]
    closing = [f"{name}:{CLOSES}" for name, one in record.theatres.items() if one.closes_at_zero]
    names = [WAR_ENDS, *rungs(record), *ways, *closing]
    return [{"id": name, "name": event(target_of(name, record), record)} for name in names]


def steps(desk: Desk, case: str) -> dict[str, Any]:
    """The steps that were seen, as they are written."""
    text = held.text_of(desk, case)
    return {"text": text, "edition": edition(text), "kept": bool(held.records_of(desk, case))}


@router.get("/cases/{case}/events")
def get_events(desk: TheDesk, case: str) -> list[dict[str, str]]:
    """Events that can be watched for; beside them OUTCOME>NUMBER and OUTCOME<NUMBER."""
    return events(desk, case)


@router.get("/cases/{case}/steps")
def get_steps(desk: TheDesk, case: str) -> dict[str, Any]:
    """Steps of states that were seen since the case's date."""
    return steps(desk, case)


@router.put("/cases/{case}/steps")
def put_steps(desk: TheDesk, case: str, asked: Written) -> dict[str, Any]:
    """Write the steps that were seen."""
    held.keep(desk, case, asked.text, asked.was)
    return steps(desk, case)


@router.get("/cases/{case}/data")
def get_data(desk: TheDesk, case: str) -> list[dict[str, Any]]:
    """Files of series that were sent for a case."""
    return series.files(desk, case)


@router.post("/cases/{case}/data", status_code=202)
def post_data(desk: TheDesk, queue: TheQueue, case: str, file: UploadFile) -> dict[str, Any]:
    """Send a file of a series, as `tertius watch --data` reads it; one of the same name is replaced. A job reads it."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    data = file.file.read(series.LARGEST + 1)
    series.check(desk, case, name, len(data))
    return job_data(submit(desk, queue, case, "data", {"name": name, "upload": inboxes.put(desk, case, data)}))


@router.delete("/cases/{case}/data/{name}")
def delete_data(desk: TheDesk, case: str, name: str) -> list[dict[str, Any]]:
    """Take out a file that was sent."""
    series.take_out(desk, case, name)
    return series.files(desk, case)
