"""Watch: what to look for, what has tripped, what would have to change."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.defaults import FUTURES
from tertius.web.asked import asked
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.rendering import page
from tertius.web.resources.watching import events, steps
from tertius.web.series import data_of, files, names

router = APIRouter()


@router.get("/case/{case}/watch")
def watch(
    request: Request,
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    event: str = "",
    other: str = "",
    day: str = "",
    wanted: str = "",
    above: str = "",
    below: str = "",
    futures: str = "",
) -> HTMLResponse:
    """The page.

    event, other: for what signs are sought, chosen or written. day: of the watch; else today.
    wanted, above, below: the event of the inverse question and the chance, %. futures: of signs and watch.
    """
    from tertius.report.indicators import RATES

    count = int(futures) if futures.isascii() and futures.isdecimal() and len(futures) < 8 else FUTURES
    targets = [name[:200] for name in (event.strip(), other.strip()) if name]
    signs = asked(desk, queue, case, "indicators", {"targets": targets, "futures": count})
    seen = asked(
        desk, queue, case, "watch", {"targets": targets, "futures": count, "evidence": True, "as_of": day or None}
    )
    record = desk.scenario(case).record
    inverse: dict[str, Any] = {"event": wanted.strip()[:200]}
    inverse |= {name: _share(text) for name, text in (("above", above), ("below", below)) if text}
    return page(
        request,
        "watch",
        desk,
        case,
        events=events(desk, case),
        signs=signs,
        seen=seen,
        inverse=asked(desk, queue, case, "inverse", inverse),
        heads=RATES,
        steps=steps(desk, case),
        hypotheses=asked(desk, queue, case, "hypotheses", {}) if len(record.variants) > 1 else None,
        has_data=data_of(desk, case) is not None,
        files=files(desk, case),
        names=names(),
        outcomes=list(record.outcomes),
        given={
            "event": event, "other": other, "day": day, "wanted": wanted, "above": above, "below": below,
            "futures": futures,
        },
        address=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    )  # fmt: skip


def _share(text: str) -> Any:
    """A percentage as a share; what is none stays, and is told where it is checked."""
    try:
        return float(text.strip().removesuffix("%")) / 100
    except ValueError:
        return text[:40]
