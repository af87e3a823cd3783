"""What is new: results one after the other, what changed between them, what tripped, what is likely when."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from tertius.errors import TertiusError
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Queue

if TYPE_CHECKING:
    from tertius.api.result import Comparison

router = APIRouter(tags=["answers"])
CHANGES = "changes"
MOST_LOOKED_AT = 200


def results(desk: Desk, case: str) -> list[dict[str, Any]]:
    """The kept results of a case, the latest first: id, number, and when it was kept. Raises UnknownName."""
    made = []
    for name in reversed(desk.results(case)):
        folder = desk.result_folder(case, name)
        assert folder is not None  # it is one of them
        at = datetime.fromtimestamp((folder / "answer.json").stat().st_mtime, UTC)
        made.append({"id": name, "number": int(name), "at": f"{at:%Y-%m-%d %H:%M} UTC"})
    return made


def compare_with_before(desk: Desk, case: str, result: str) -> None:
    """Keep what changed from the result before to this one, or why the two cannot be compared."""
    names = desk.results(case)
    place = names.index(result)
    if place == 0:
        return
    before, after = (str(desk.result_folder(case, name)) for name in (names[place - 1], result))

    def made(_: Comparison) -> dict[str, Any]:
        from tertius.impact import differences
        from tertius.impact.opening import open_editions
        from tertius.report.changes import changed_chances, changed_text

        told = {"before": names[place - 1], "text": "", "problem": "", "chances": []}
        try:
            found = differences(*open_editions(before, after))
            return {**told, "text": changed_text(found), "chances": [asdict(one) for one in changed_chances(found)]}
        except TertiusError as error:
            return {**told, "problem": str(error)}

    desk.derived(case, result, CHANGES, made)


def changes(desk: Desk, case: str, result: str = "") -> dict[str, Any] | None:
    """What changed since the result before: headline chances then and now, and all of it in Markdown.

    None where that was not looked at.
    """
    held: dict[str, Any] | None = desk.kept(case, result, CHANGES)
    return held if held is None else {"chances": [], **held}


def timeline(desk: Desk, case: str, result: str = "") -> list[dict[str, Any]]:
    """What is likely when, by median date. Raises as `Desk.derived` does."""
    rows: list[dict[str, Any]] = desk.derived(case, result, "timeline", _timeline)
    return rows


def _timeline(held: Comparison) -> list[dict[str, Any]]:
    from tertius.report.timeline import timeline as told

    return [asdict(row) for row in told(held.answer, held.scenario)]


def tripped(desk: Desk, queue: Queue, case: str) -> dict[str, Any] | None:
    """What the latest watch of a case found tripped, and as of when; None where there was none. Raises UnknownName.

    at: the day of the watch. rows: event and rule in words, those first that are new.
    """
    name = desk.case(case).id
    done = (job for job in queue.list(name, MOST_LOOKED_AT) if job.kind == "watch" and job.state == "done")
    latest = next(done, None)
    found = queue.result(latest.id) if latest is not None else None
    if latest is None or not isinstance(found, dict):
        return None
    rules = [rule for one in found.get("events", ()) for rule in one.get("rules", ())]
    told = found.get("told", {})
    rows = [
        {"event": one["title"].partition(":")[0], "text": rule["text"], "fresh": rule["fresh"]}
        for one in told.get("events", ())
        for rule in one["rules"]
        if rule["state"] == "tripped"
    ]
    return {
        "tripped": sum(rule.get("state") == "tripped" for rule in rules),
        "of": len(rules),
        "at": str(found.get("day") or (latest.ended or latest.submitted)[:10]),
        "headline": told.get("headline", ""),
        "rows": sorted(rows, key=lambda row: not row["fresh"]),
    }


@router.get("/cases/{case}/results")
def get_results(desk: TheDesk, case: str) -> list[dict[str, Any]]:
    """The kept results of a case, the latest first."""
    return results(desk, case)


@router.get("/cases/{case}/since")
def get_since(desk: TheDesk, case: str, result: str = "") -> dict[str, Any] | None:
    """What changed since the result before; null where that was not looked at."""
    return changes(desk, case, result)


@router.get("/cases/{case}/timeline")
def get_timeline(desk: TheDesk, case: str, result: str = "") -> list[dict[str, Any]]:
    """What is likely when."""
    return timeline(desk, case, result)


@router.get("/cases/{case}/tripped")
def get_tripped(desk: TheDesk, queue: TheQueue, case: str) -> dict[str, Any] | None:
    """What the latest watch found tripped; null where there was none."""
    return tripped(desk, queue, case)
