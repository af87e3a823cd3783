"""Serve the workbench until it is stopped."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tertius.api.places import check_folder
from tertius.errors import MissingExtra, OptionError
from tertius.web.settings import Settings

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")
HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
MOST_OPEN = 512
"""Connections at once; more are told to come later."""


def default_folder() -> Path:
    """The data folder of this user."""
    from platformdirs import user_data_path

    return user_data_path("tertius") / "workbench"


def checked(settings: Settings) -> Settings:
    """Settings that may be served: who listens to other machines has a token. Raises OptionError, MissingExtra."""
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtra("web", str(error.name), "the workbench") from error
    if not 1 <= settings.port <= 65535:
        raise OptionError("--port", settings.port, "1 to 65535", "choose another")
    if not 0 <= settings.workers <= 64:
        raise OptionError("--workers", settings.workers, "0 to 64", "choose another")
    if settings.token and not TOKEN.fullmatch(settings.token):
        fix = "leave it out, and one is made"
        raise OptionError("--token", "*" * len(settings.token), "16 to 200 letters, digits, - and _", fix)
    for name in settings.hosts:
        if not HOST.fullmatch(name) or ":" in name:
            raise OptionError("--name", name, "a host name without port", "write it as in the browser's address")
    check_folder("--folder", settings.folder)
    if settings.open_to_others and not settings.token:
        return replace(settings, token=secrets.token_urlsafe(24))
    return settings


def address(settings: Settings, page: str = "/") -> str:
    """The address to open; with the token, where there is one."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}{f'/?token={settings.token}' if settings.token else page}"


def serve(settings: Settings, ready: Callable[[str], None], case: str = "") -> None:
    """Serve until interrupted. ready: told the address once it listens. case: the case whose page it is.

    Raises UnknownName for a case that is not there; OptionError where the port is taken or the folder cannot be used.
    """
    import socket

    import uvicorn

    from tertius.web.app import create_app
    from tertius.web.hurry import Hurried

    app = create_app(settings)
    page = f"/case/{app.state.desk.case(case).id}/today" if case else "/"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        given = f"{settings.host}:{settings.port}"
        fix = f"choose another with --port, or stop what listens there ({reason})"
        raise OptionError("--port", given, "an address and port that are free", fix) from error
    listening.listen(128)
    ready(address(settings, page))
    config = uvicorn.Config(
        app,
        http=Hurried,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who asks is who connects, whatever a header says
        limit_concurrency=MOST_OPEN,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=1,
    )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])
