"""A result as a static site: asked for, and taken."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from tertius.errors import OptionError
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.resources.exports import kinds_of
from tertius.web.resources.jobs import job_data, submit

router = APIRouter(tags=["exports"])


@router.post("/cases/{case}/bundle", status_code=202)
def post_bundle(desk: TheDesk, queue: TheQueue, case: str, result: str = "") -> dict[str, Any]:
    """Ask for a result, the latest unless one is named, as a static site: the job that makes it."""
    from tertius.web.bundling import zip_place

    return job_data(submit(desk, queue, case, "bundle", {"result": zip_place(desk, case, result).stem}))


@router.get("/cases/{case}/bundle", responses=kinds_of("application/zip"))
def get_bundle(desk: TheDesk, case: str, result: str = "") -> Response:
    """The static site of a result, as a ZIP, once the job that makes it is done."""
    from tertius.web.bundling import zip_place

    place = zip_place(desk, case, result)
    if not place.is_file():
        raise OptionError("result", place.stem, "a result that was bundled", "ask for it first, by POST")
    named = f'attachment; filename="{desk.case(case).id}-{place.stem}.zip"'
    return FileResponse(place, media_type="application/zip", headers={"Content-Disposition": named})
