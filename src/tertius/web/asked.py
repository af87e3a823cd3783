"""What a page shows of a job: the one that answers its question, as it stands, with what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tertius.errors import OptionError
from tertius.web.desk import Desk
from tertius.web.jobs import Queue
from tertius.web.jobs.kinds import checked
from tertius.web.resources.jobs import edition, job_data


def asked(desk: Desk, queue: Queue, case: str, kind: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The job of a question, as far as it is, and its result; nothing is run.

    Returns:
        arguments, job and result (null where there is none), and `error`, which says which argument cannot be.
    """
    found = desk.case(case)
    try:
        told = checked(kind, dict(arguments))
    except OptionError as error:
        return {"arguments": dict(arguments), "job": None, "result": None, "error": error}
    job = queue.find(kind, found.id, told, edition(desk, found.id))
    return {
        "arguments": told,
        "job": None if job is None else job_data(job),
        "result": None if job is None else queue.result(job.id),
        "error": None,
    }


def last(queue: Queue, case: str, kind: str) -> dict[str, Any] | None:
    """The last job of a kind that is over, with what it gave; None where there is none."""
    job = next((each for each in queue.list(case) if each.kind == kind and each.is_over), None)
    return None if job is None else {"job": job_data(job), "result": queue.result(job.id)}
