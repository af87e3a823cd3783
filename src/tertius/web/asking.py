"""What every resource and page takes: the desk, the queue and the settings of the server that is asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from tertius.web.desk import Desk
from tertius.web.jobs import Queue
from tertius.web.settings import Settings


def desk_of(request: Request) -> Desk:
    """The desk of the server."""
    held: Desk = request.app.state.desk
    return held


def queue_of(request: Request) -> Queue:
    """The queue of jobs of the server."""
    held: Queue = request.app.state.queue
    return held


def settings_of(request: Request) -> Settings:
    """The settings of the server."""
    held: Settings = request.app.state.settings
    return held


TheDesk = Annotated[Desk, Depends(desk_of)]
TheQueue = Annotated[Queue, Depends(queue_of)]
TheSettings = Annotated[Settings, Depends(settings_of)]
