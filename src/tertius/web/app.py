"""The app: its pages and its JSON API, behind the guard."""

from __future__ import annotations

import pkgutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module, resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from tertius import __version__
from tertius.memory import own_memory
from tertius.web import pages as page_files
from tertius.web import resources as resource_files
from tertius.web.desk import Desk
from tertius.web.failing import REFUSALS, add_handlers
from tertius.web.guard import Guard
from tertius.web.jobs import Crew, Queue
from tertius.web.loading import loaded
from tertius.web.settings import Settings

API = "/api/v1"
YEAR = "public, max-age=31536000, immutable"
SHARE = 0.8
"""Of the memory that may be used: what jobs may take where nothing is said."""


def create_app(settings: Settings) -> FastAPI:
    """The workbench over one data folder. Raises OptionError for a folder that cannot be used."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        if settings.read_only or not settings.workers:
            yield
            return
        memory = settings.memory * 2**30 or SHARE * own_memory()
        crew = await run_in_threadpool(Crew(settings.folder, settings.workers, memory=memory).start)
        try:
            yield
        finally:
            await run_in_threadpool(crew.stop)

    app = FastAPI(
        title="Tertius",
        version=__version__,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=running,
    )
    static = Path(str(resources.files("tertius.web") / "static"))
    app.state.settings = settings
    app.state.ends = threading.Event()  # set once the server is told to end
    app.state.frozen = False  # whether pages are made for a static site (bundling)
    app.state.desk = Desk(settings.folder)
    app.state.queue = Queue(settings.folder)
    app.state.scripts = frozenset(path.name.removesuffix(".js") for path in static.glob("*.js"))
    found = _modules(page_files)
    app.state.pages = tuple(name for name in page_files.NAMES if name.replace("-", "_") in found)
    add_handlers(app)
    app.router.routes.extend(_routes())
    _own_pages(app)
    app.mount("/static", StaticFiles(directory=static), name="static")
    if settings.open_to_others:
        app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)  # see docs/workbench/safety.md
    app.add_middleware(Guard, settings=settings)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """The routes of the API and of the pages, alike for every folder: an app finds its own by its request.

    Their parameters are worked out once in a process, which takes a third of a second.
    """
    whole, ready = APIRouter(), [Depends(loaded)]
    api = APIRouter(prefix=API, responses=REFUSALS, dependencies=ready)
    for name in _modules(resource_files):
        module = import_module(f"tertius.web.resources.{name}")
        if hasattr(module, "router"):
            api.include_router(module.router)
    whole.include_router(api)
    for name in _modules(page_files):
        router = import_module(f"tertius.web.pages.{name}").router
        whole.include_router(router, include_in_schema=False, dependencies=ready)
    return tuple(whole.routes)


def _modules(package: Any) -> list[str]:
    return sorted(each.name for each in pkgutil.iter_modules(package.__path__))


def _own_pages(app: FastAPI) -> None:
    @app.get("/case/{case}", include_in_schema=False)
    def of_case(case: str) -> Response:
        return RedirectResponse(f"/case/{app.state.desk.case(case).id}/today", 307)

    @app.get(f"/static/vega-{version('vl-convert-python')}.js", include_in_schema=False)
    def vega() -> Response:
        return Response(_vega(), media_type="text/javascript", headers={"Cache-Control": YEAR})


@cache
def _vega() -> str:
    from tertius.report.html import bundle

    return bundle()
