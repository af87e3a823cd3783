"""Jobs on evidence: read a text into the inbox of its case, and keep the futures that claims are weighed on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from tertius.errors import DataError
from tertius.web import inboxes

if TYPE_CHECKING:
    from tertius.api.calls import Watch
    from tertius.web.desk import Desk

MOST_CHARACTERS: Final = 200_000
"""Of a text: some hundred pages."""
LONGEST: Final = 120
"""Seconds that reading may take."""
MOST_BESIDE: Final = 300


def read(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Read a text that was sent, and file its claims. Returns the article, and how many claims and repeats."""
    from tertius.api.claims import read_file
    from tertius.api.days import day_option
    from tertius.evidence.claims.instruments import with_instruments

    file = inboxes.taken(desk, case, arguments["upload"])
    progress("reading", 0, 1)
    name = arguments["name"] or "text"
    with within(name, LONGEST):
        data = file.read_bytes()
        _, reading = read_file(name, data, day_option("published", arguments["published"] or None), _reader)
    if not reading.text.strip():
        raise DataError(name, "an empty text", "an article with words", "send one that holds the text")
    progress("filing", 0, 1)
    reading = with_instruments(reading, desk.scenario(case).record)
    with inboxes.opened(desk, case) as inbox:
        told = inbox.add(
            reading,
            name,
            desk.case(case).id,
            arguments["grade"],
            arguments["origin"],
            by=arguments["by"] or "workbench",
        )
    unread = [asdict(one) for one in reading.unread[:MOST_BESIDE]]
    dropped = [asdict(one) for one in reading.dropped if one.stage in ("claim", "repeat")][:MOST_BESIDE]
    inboxes.put_beside(
        desk, case, told["article"], {"notes": list(reading.notes), "unread": unread, "dropped": dropped}
    )
    file.unlink(missing_ok=True)
    inboxes.keep_futures(desk, case, progress)
    return told


def _reader(text: str, published: Any, place: str) -> Any:
    from tertius.evidence.reading import read_text

    if len(text) > MOST_CHARACTERS:
        allowed = f"at most {MOST_CHARACTERS:,} characters"
        raise DataError(place, f"{len(text):,} characters", allowed, "send it in parts")
    return read_text(text, published, place)


def data(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Read a file of series that was sent, and keep it with its case. Returns its name."""
    from tertius.web import series

    name, upload = arguments["name"], arguments["upload"]
    progress("reading", 0, 1)
    if series.is_put(desk, case, name, upload):  # its worker was killed when it had been kept; or it is sent again
        inboxes.forget(desk, case, upload)
        return {"name": name}
    file = inboxes.taken(desk, case, upload)
    with within(name, LONGEST):
        series.put(desk, case, name, file.read_bytes())
    inboxes.forget(desk, case, upload)
    return {"name": name}


def weigh(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Keep the futures that claims are weighed on. Returns how many there are."""
    inboxes.keep_futures(desk, case, progress)
    found = inboxes.kept(desk, case)
    return {"futures": 0 if found is None else len(found.worlds.base.trajectories)}


@contextmanager
def within(name: str, seconds: int) -> Iterator[None]:
    """End what takes longer. Only the main thread of a system with alarms can: elsewhere a job is cancelled by hand."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> None:
        allowed = f"a text that is read within {seconds} s"
        raise DataError(name, "a text that takes longer to read", allowed, "send it in parts")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
