"""Serve the workbench until it is stopped."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType

from tertius.api.places import check_folder
from tertius.errors import MissingExtra, OptionError
from tertius.secret import new_secret
from tertius.web.settings import Settings

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")
LEAST_SIGNS = 8
"""Different signs of a token: one letter sixteen times can be guessed."""
VARIABLE = "TERTIUS_TOKEN"
LONGEST_FILE = 4096
"""Bytes of a file that holds a token."""
LEAST_MEMORY = 1.0
"""GiB of a worker: what a brief of a shipped war takes, with the laws and the program themselves."""
MOST_MEMORY = 1_000_000
"""GiB."""
MOST_SPACE = 1_000_000
"""GB."""
HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
LAST = 5
"""Seconds in which requests under way are finished once the server is told to end."""
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
    if not 0 <= settings.memory <= MOST_MEMORY or 0 < settings.memory < LEAST_MEMORY * settings.workers:
        allowed = f"at least {LEAST_MEMORY:g} for each of {settings.workers} workers, or 0 for 80% of the machine's"
        raise OptionError("--memory", settings.memory, allowed, "give more, or ask for fewer --workers")
    if not 0 < settings.space <= MOST_SPACE:
        raise OptionError("--space", settings.space, "more than 0 GB", "say how much the data folder may hold")
    if settings.token and (not TOKEN.fullmatch(settings.token) or len(set(settings.token)) < LEAST_SIGNS):
        allowed = f"16 to 200 letters, digits, - and _, {LEAST_SIGNS} different ones at least"
        raise OptionError("token", f"one of {len(settings.token)} signs", allowed, "leave it out, and one is made")
    for name in settings.hosts:
        if not HOST.fullmatch(name) or ":" in name:
            raise OptionError("--name", name, "a host name without port", "write it as in the browser's address")
    check_folder("--folder", settings.folder)
    if settings.open_to_others and not settings.token:
        return replace(settings, token=new_secret())
    return settings


def token_of(file: Path | None) -> str:
    """The token in a file, else in the environment; empty where there is none. Raises OptionError.

    Options of a command line can be read by every user of a machine, so no option holds it.
    """
    if file is None:
        return os.environ.get(VARIABLE, "")
    try:
        told = _signs(file).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        fix = f"name another, or set {VARIABLE} ({reason})"
        raise OptionError("--token-file", str(file), "a text file that can be read", fix) from error
    if not told:
        raise OptionError("--token-file", str(file), "a file that holds a token", "write one of 16 letters or more")
    return told


def _signs(file: Path) -> str:
    """What stands in a file, or comes through a pipe; no more than a token and what may lie around it. Raises OSError,
    UnicodeDecodeError.
    """
    import stat

    # A pipe into which nobody writes would be waited for; the shell's own, as of `<(...)`, is no name in a folder.
    if stat.S_ISFIFO(file.stat().st_mode) and stat.S_ISFIFO(file.lstat().st_mode):
        raise OSError(0, "it is a named pipe")
    with file.open("rb") as opened:
        held = opened.read(LONGEST_FILE + 1)
    if len(held) > LONGEST_FILE:
        raise OSError(0, f"it holds more than {LONGEST_FILE:,} bytes")
    return held.decode()


def address(settings: Settings, case: str = "") -> str:
    """The address to open, of a case or of the first page; with the token, where there is one."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.token:
        page = f"/?token={settings.token}{f'&case={case}' if case else ''}"
    else:
        page = f"/case/{case}/today" if case else "/"
    return f"http://{host}:{settings.port}{page}"


def serve(settings: Settings, ready: Callable[[str], None], case: str = "") -> None:
    """Serve until interrupted. ready: told the address once it listens. case: the case whose page it is.

    Raises UnknownName for a case that is not there; OptionError where the port is taken or the folder cannot be used.
    """
    import socket

    import uvicorn

    from tertius.web.ahead import open_ahead
    from tertius.web.app import create_app
    from tertius.web.hurry import Hurried

    app = create_app(settings)
    opens = app.state.desk.case(case).id if case else ""
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
    ready(address(settings, opens))
    config = uvicorn.Config(
        app,
        http=Hurried,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who asks is who connects, whatever a header says
        limit_concurrency=MOST_OPEN,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=LAST,
    )
    app.state.ends = open_ahead(app)  # streams look at it, too

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.ends.set()
            super().handle_exit(sig, frame)

    try:
        with listening:
            Server(config).run(sockets=[listening])
    finally:
        app.state.ends.set()
