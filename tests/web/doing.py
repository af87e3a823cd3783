"""Do what waits in the queue of an app, in this process: its workers are another matter (test_jobs)."""

from typing import Any

from fastapi import FastAPI

from tertius.web.jobs.kinds import KINDS
from tertius.web.jobs.worker import work


def do_all(app: FastAPI) -> dict[str, Any]:
    """Do every job that waits; the last one's state, error and result."""
    queue = app.state.queue
    last: dict[str, Any] = {}
    while (job := queue.take("test")) is not None:
        work(queue, job, "test", app.state.desk, KINDS)
        held = queue.get(job.id)
        last = {"state": held.state, "error": held.error, "result": queue.result(job.id)}
    return last
