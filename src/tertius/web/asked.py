"""What a page shows of a job: the question, whether it is answered, and the answer that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tertius.web.desk import Desk
from tertius.web.jobs import Queue
from tertius.web.jobs.kinds import checked
from tertius.web.resources.jobs import edition


@dataclass(frozen=True)
class Asked:
    """A question put to a case.

    kind       kind of the job
    arguments  what is asked
    state      state of its job; empty where nobody has asked
    result     what it gave; null while it is not done
    """

    kind: str
    arguments: dict[str, Any]
    state: str
    result: Any


def asked(desk: Desk, queue: Queue, case: str, kind: str, arguments: Mapping[str, Any]) -> Asked:
    """The job that answers a question, of the case as it stands; nothing is asked. Raises UnknownName, OptionError."""
    found = queue.find(kind, desk.case(case).id, checked(kind, arguments), edition(desk, case))
    given = dict(arguments)
    return Asked(kind, given, found.state if found else "", queue.result(found.id) if found else None)
