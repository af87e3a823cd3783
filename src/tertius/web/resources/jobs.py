"""Jobs: what can be asked, asking it, how far it is, cancelling it, what it gave."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from tertius import __version__
from tertius.errors import UnknownName
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Job, Queue
from tertius.web.jobs.kinds import KINDS, checked, kind_of

router = APIRouter(tags=["jobs"])
PUBLIC = {name: kind for name, kind in KINDS.items() if not kind.hidden}
MOST_LISTED = 200
LOOKS = 0.15  # seconds between two looks at a job that is followed
BREATH = 15.0  # seconds after which a silent stream says that it is there
LONGEST = 600.0  # seconds of one stream; a reader comes back with the last change that it has seen


class Submission(BaseModel):
    """A job to ask for."""

    kind: str = Field(max_length=40, description="a kind that /kinds lists")
    arguments: dict[str, Any] = Field(default_factory=dict, description="by the schema of the kind")


def job_data(job: Job) -> dict[str, Any]:
    """A job as JSON data; what a hidden one was asked is not told."""
    hidden = is_hidden(job)
    return {**asdict(job), "arguments": {} if hidden else job.arguments, "hidden": hidden, "is_over": job.is_over}


def is_hidden(job: Job) -> bool:
    """Whether what it gave is told at an address of its own alone."""
    return job.kind in KINDS and KINDS[job.kind].hidden


def edition(desk: Desk, case: str) -> str:
    """Which edition of a case is asked: its scenario and questions, the program, its laws. Raises UnknownName."""
    from tertius.engine import law_hash

    beside = (desk.folder / "cases" / desk.case(case).id).glob("*.yaml")
    held = [desk.text(case), __version__, law_hash()]
    held += [file.read_text(encoding="utf-8", errors="replace") for file in sorted(beside)]
    return hashlib.sha256("\0".join(held).encode("utf-8", "replace")).hexdigest()[:32]


def submit(desk: Desk, queue: Queue, case: str, kind: str, arguments: dict[str, Any]) -> Job:
    """Ask for a job; the same of the same edition is not done twice. Raises UnknownName, OptionError."""
    found = desk.case(case)
    told = checked(kind, arguments)
    return queue.get(queue.submit(kind, found.id, told, edition(desk, found.id), kind_of(kind).lasting))


def running(desk: Desk, queue: Queue) -> list[dict[str, Any]]:
    """Jobs of any case that are not over, the newest first, with the title of their case."""
    titles = {one.id: one.title for one in desk.cases()}
    jobs = (job for job in queue.list(most=MOST_LISTED) if not job.is_over)
    return [{**job_data(job), "title": titles.get(job.case, job.case)} for job in jobs]


@router.get("/jobs")
def get_running(desk: TheDesk, queue: TheQueue) -> list[dict[str, Any]]:
    """What runs or waits, of all cases."""
    return running(desk, queue)


@router.get("/kinds")
def get_kinds() -> list[dict[str, Any]]:
    """Every kind of job: what it does, and the JSON schema of its arguments."""
    return [
        {"kind": name, "what": kind.what, "arguments": kind.arguments.model_json_schema()}
        for name, kind in PUBLIC.items()
    ]


@router.get("/cases/{case}/jobs")
def get_jobs(
    desk: TheDesk, queue: TheQueue, case: str, most: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[dict[str, Any]]:
    """The jobs of a case, the newest first."""
    return [job_data(job) for job in queue.list(desk.case(case).id, most)]


@router.post("/cases/{case}/jobs", status_code=202)
def post_job(desk: TheDesk, queue: TheQueue, case: str, asked: Submission) -> dict[str, Any]:
    """Ask for a job. The same question of an unchanged case gives the job that answers it already."""
    if asked.kind not in PUBLIC:
        raise UnknownName("kind of job", asked.kind, PUBLIC)
    return job_data(submit(desk, queue, case, asked.kind, asked.arguments))


@router.get("/jobs/{job}")
def get_job(queue: TheQueue, job: str) -> dict[str, Any]:
    """A job as it stands."""
    return job_data(queue.get(job))


@router.get("/jobs/{job}/result")
def get_result(queue: TheQueue, job: str) -> Any:
    """What a job that is done gave; null while it is not, and for one that is told at an address of its own."""
    return None if is_hidden(queue.get(job)) else queue.result(job)


@router.delete("/jobs/{job}")
def delete_job(queue: TheQueue, job: str) -> dict[str, Any]:
    """Cancel a job; one that is over stays as it is."""
    return job_data(queue.cancel(job))


@router.get("/jobs/{job}/events", response_class=StreamingResponse, responses={204: {"description": "nothing is new"}})
async def get_events(
    request: Request, queue: TheQueue, job: str, last_event_id: Annotated[str, Header(max_length=40)] = ""
) -> Response:
    """A job as it changes, as server-sent events `job`; the last one is that it is over.

    A reader who comes back with Last-Event-ID is told what came since, and 204 where nothing more will.
    """
    seen = int(last_event_id) if last_event_id.isascii() and last_event_id.isdecimal() else -1
    first = await run_in_threadpool(queue.get, job)
    if first.is_over and first.change <= seen:
        return Response(status_code=204)
    return StreamingResponse(
        _events(request, queue, job, seen), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _events(request: Request, queue: Queue, name: str, seen: int) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    began = spoke = clock()
    yield "retry: 1000\n\n"
    ends = request.app.state.ends  # with the server: a reader comes back to the next one
    while clock() - began < LONGEST and not ends.is_set() and not await request.is_disconnected():
        job = await run_in_threadpool(queue.get, name)
        if job.change > seen:
            seen, spoke = job.change, clock()
            yield f"id: {job.change}\nevent: job\ndata: {json.dumps(job_data(job))}\n\n"
        if job.is_over:
            return
        if clock() - spoke > BREATH:
            spoke = clock()
            yield ": here\n\n"
        await asyncio.sleep(LOOKS)
