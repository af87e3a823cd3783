"""What pages need is loaded and drawn once the server listens, so that no reader waits for it.

A thread opens each page of the cases that have an answer, as a reader would. It begins a little after the server does,
so that whoever opens the first page at once is served first, and rests as long as it works.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tertius.errors import TertiusError

if TYPE_CHECKING:
    from fastapi import FastAPI

AFTER: Final = 1.0
"""Seconds after the server has begun."""
MOST: Final = 2
"""Cases that are opened; each needs memory."""
LONGEST_REST: Final = 2.0
"""Seconds between two pages."""
log = logging.getLogger("tertius.web")


def open_ahead(app: FastAPI, after: float = AFTER) -> threading.Event:
    """Open the pages of answered cases in a thread. Returns the event that ends it."""
    ends = threading.Event()

    def opens() -> None:
        if ends.wait(after):
            return
        from tertius.web.own import got

        for address in addresses(app):
            began = time.monotonic()
            try:
                got(app, address, app.state.settings.token)
            except Exception:
                log.exception("cannot open %s ahead of its readers", address)
            if ends.wait(min(time.monotonic() - began, LONGEST_REST)):
                return

    threading.Thread(target=opens, name="ahead", daemon=True).start()
    return ends


def addresses(app: FastAPI) -> Iterator[str]:
    """The pages of the first answered cases, and every outcome of these."""
    desk = app.state.desk
    cases = [one.id for one in desk.cases() if one.answered][:MOST]
    for case in cases:
        yield from (f"/case/{case}/{page}" for page in app.state.pages)
    for case in cases:
        with suppress(TertiusError):  # the page itself tells what is wrong
            yield from (f"/case/{case}/futures?outcome={quote(name)}" for name in desk.scenario(case).record.outcomes)
