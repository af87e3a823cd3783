"""A server of its own process and Debian's chromium over it, for walks; what is missing is said."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
MAIN = "from tertius.cli import main; main()"
SERVED_BY = os.environ.get("TERTIUS_SERVED_BY")
"""The command of another environment that serves what is walked through (scripts/elsewhere.py); else these sources."""
PATIENCE = 120_000  # milliseconds; a busy machine may take twenty times as long


def axe_file() -> str:
    """axe-core, out of a package that brings it; empty where it is not installed."""
    found = importlib.util.find_spec("axe_playwright_python")
    return str(Path(found.origin).with_name("axe.min.js")) if found is not None and found.origin else ""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serving() -> list[str]:
    """The command line, of these sources unless another environment is named."""
    return [SERVED_BY] if SERVED_BY else [sys.executable, "-c", MAIN]


def surroundings() -> dict[str, Any]:
    """The folder and the variables of the server; an environment that is named shares nothing with the tests."""
    if not SERVED_BY:
        return {}
    told = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "TERTIUS_", "PYTEST"))}
    libraries = os.environ.get("TERTIUS_SERVED_WITH", "")
    return {"cwd": os.environ.get("TERTIUS_SERVED_FROM"), "env": {**told, "LD_LIBRARY_PATH": libraries}}


@contextmanager
def served(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`tertius serve` over a folder, once it answers."""
    command = [*serving(), "serve", "--folder", str(folder), "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **surroundings())
    try:
        end = time.monotonic() + PATIENCE / 1000
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/static/icon.svg", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, "the server ended"
                assert time.monotonic() < end, "the server never answered"
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium; skips where it or playwright is not installed."""
    why = "playwright is not installed (pip install playwright)"
    playwright = pytest.importorskip("playwright.sync_api", reason=why)
    if CHROMIUM is None:
        pytest.skip("no chromium here (apt install chromium, or name one in $CHROMIUM)")
    with playwright.sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@contextmanager
def tab(found: Any, port: int, troubles: list[str], **view: Any) -> Iterator[Any]:
    """A page whose requests to anywhere but the server are aborted; what goes wrong in it is added to the troubles."""
    context = found.new_context(base_url=f"http://127.0.0.1:{port}", **view)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def only_ours(route: Any) -> None:
        if route.request.url.startswith(f"http://127.0.0.1:{port}/"):
            route.continue_()
        else:
            troubles.append(f"asked elsewhere: {route.request.url}")
            route.abort()

    page.route("**/*", only_ours)
    page.on("console", lambda told: troubles.append(f"console: {told.text}") if told.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    yield page
    context.close()
