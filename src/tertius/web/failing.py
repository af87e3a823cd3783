"""Errors as data: the place, the value, what is allowed, the fix; as JSON under /api, as a page elsewhere."""

from __future__ import annotations

import logging
import os
from errno import ENOSPC
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from tertius.errors import ArchiveError, DataError, MissingExtra, OptionError, ScenarioError, TertiusError, UnknownName
from tertius.web.guard import GONE, PUT_BACK, loggable
from tertius.web.jobs import failure_of
from tertius.web.jobs.failures import told as failed
from tertius.web.jobs.failures import unexpected

LOG = logging.getLogger("tertius.web")
STATUS: tuple[tuple[type[TertiusError], int], ...] = (
    (UnknownName, 404),
    (OptionError, 422),
    (ScenarioError, 422),
    (DataError, 422),
    (MissingExtra, 501),
    (ArchiveError, 409),
)


class Told(BaseModel):
    """What is wrong; what an error does not say is left out or empty."""

    model_config = ConfigDict(extra="allow")

    message: str = Field("", description="all of it, for a reader")
    place: str = Field("", description="where: an argument, or a file with its line and key path")
    value: str = Field("", description="what was given")
    allowed: str = Field("", description="what is allowed")
    fix: str = Field("", description="how to put it right")


class Refusal(BaseModel):
    """The body of every answer that is an error."""

    error: Told


REFUSALS: dict[int | str, dict[str, Any]] = {
    422: {"model": Refusal, "description": "An argument that cannot be used"},
    503: {"model": Refusal, "description": "The data folder is not there any more"},
    507: {"model": Refusal, "description": "The data folder has no room for more"},
    "4XX": {"model": Refusal, "description": "Something that is not there, or not allowed, or damaged"},
}
"""What every resource may answer beside what it is asked for."""


def data_of(error: TertiusError) -> dict[str, Any]:
    """An error of ours as JSON data."""
    return {"kind": type(error).__name__, **failure_of(error)}


def status_of(error: TertiusError) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def add_handlers(app: FastAPI) -> None:
    """Make an app tell every error as data."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, TertiusError)
        folder = f"{request.app.state.settings.folder}{os.sep}"  # where it lies is nobody's business who only looks in
        told = data_of(error)
        told |= {name: text.replace(folder, "") for name, text in told.items() if isinstance(text, str)}
        return _told(request, status_of(error), told)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        told = {
            "kind": "OptionError",
            "place": place,
            "message": f"{place}: {first['msg']}",
            "allowed": first["msg"],
            "fix": "see /api/v1/openapi.json",
        }
        return _told(request, 422, told)

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _told(request, error.status_code, {"kind": "HTTPException", "message": str(error.detail)})

    async def fault(request: Request, error: Exception) -> Response:
        if not request.app.state.settings.folder.is_dir():  # it went while the request was answered
            return _told(request, 503, {"kind": "fault", **failed("data folder", GONE, "the folder", PUT_BACK)})
        if isinstance(error, OSError) and error.errno == ENOSPC:
            return _told(request, 507, {"kind": "fault", **unexpected("data folder", error)})
        LOG.error("a fault of ours at %s", loggable(request.url.path), exc_info=error)
        told = {"kind": "fault", "message": "This is a fault of ours; the server's log holds the trace."}
        return _told(request, 500, told)

    app.add_exception_handler(TertiusError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, fault)


def _told(request: Request, status: int, told: dict[str, Any]) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": told}, status)
    from tertius.web.rendering import render

    return render(request, "error.html", {"status": status, "error": told, "name": "error"}, status)
