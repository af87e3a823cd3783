"""One job as it stands: what was asked, how far it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
STATES: Final = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)
OVER: Final = (DONE, FAILED, CANCELLED)
"""States that a job does not leave."""


@dataclass(frozen=True)
class Job:
    """A job, as it stood when it was read.

    id         32 letters and digits, never given twice
    kind       name of a kind, such as what-if
    case       id of the case that is asked
    arguments  what is asked, as JSON data
    edition    edition of the case that is asked: another scenario or other evidence has another
    state      queued, running, done, failed or cancelled
    stage      what is being done; empty before the first word of progress
    done       how many of the stage's parts are done
    of         how many parts the stage has; 0 before the first word of progress
    ahead      jobs that are taken before it; 0 for one that is not queued
    submitted  when it was asked, UTC, as YYYY-MM-DDTHH:MM:SS.mmmZ
    started    when a worker took it, last; null before
    ended      when it was done, failed or was cancelled; null before
    tries      how often a worker has taken it
    error      why it failed: place, value, allowed, fix, message; null for any other state
    change     counts the changes of this job, so that a reader knows what it has seen
    """

    id: str
    kind: str
    case: str
    arguments: dict[str, Any]
    edition: str
    state: str
    stage: str
    done: int
    of: int
    ahead: int
    submitted: str
    started: str | None
    ended: str | None
    tries: int
    error: dict[str, Any] | None
    change: int

    @property
    def is_over(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.state in OVER
