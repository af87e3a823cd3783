"""Scenarios of cases: read, checked, saved, copied; what a quantity means, and which assumptions move the answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from tertius.errors import OptionError, ScenarioError
from tertius.web import drafts, inboxes
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.jobs import failure_of
from tertius.web.questions import edition

router = APIRouter(tags=["scenarios"])
LARGEST = 1_000_000
"""Characters of a scenario, as of its file."""
YAML = Annotated[str, Field(max_length=LARGEST)]
Short = Annotated[str, Field(max_length=200)]
MOST_RANKED = 60


class Draft(BaseModel):
    """A scenario as it is written."""

    model_config = ConfigDict(extra="forbid")

    text: YAML


class Saved(Draft):
    """The same to be saved over the edition that was seen."""

    was: Short = Field(description="`edition` of the scenario that was seen; a newer one is not written over")


class Copy(BaseModel):
    """A case of one's own, out of another."""

    model_config = ConfigDict(extra="forbid")

    name: Short
    source: Short = Field(description="id of the case that is copied")
    text: YAML | None = Field(None, description="its scenario, changed already; else as it stands")


def scenario(desk: Desk, case: str) -> dict[str, Any]:
    """The scenario file of a case as it is written, and its edition. Raises UnknownName."""
    found = desk.case(case)
    text = desk.text(case)
    return {"case": found.id, "shipped": found.shipped, "text": text, "edition": edition(text)}


def assumptions(desk: Desk, case: str) -> dict[str, Any] | None:
    """Assumptions by how far each moves the first headline's difference; None without an answer that was so moved."""
    from tertius.impact.sensitivity import stands_out
    from tertius.report.phrases import quantity_name
    from tertius.report.watch import ends
    from tertius.report.words import number, with_unit

    found = desk.answer(case)
    held = None if found is None else found.answer.sensitivity
    if found is None or held is None:
        return None
    first, war, layout = found.answer.headlines[0], found.scenario, desk.layout(case)
    ranked = held.ranked(first)
    rows = []
    for one in ranked[:MOST_RANKED]:
        moved, told = one.outcomes[first], layout.by_path.get(one.path)
        unit = "1" if told is None else told.quantity.unit
        rows.append(
            {
                "path": one.path,
                "name": quantity_name(war, one.path),
                "range": with_unit(f"{number(one.low)} to {number(one.high)}", unit),
                "moves": ends(moved, war.outcomes[first]),
                "span": moved.span,
                "stands_out": stands_out(moved.span, moved.gap_error, len(ranked)),
                "basis": "no longer in the scenario" if told is None else layout.basis(told),
            }
        )
    return {"outcome": war.outcomes[first].name, "rows": rows, "of": len(ranked), "futures": held.futures}


def explanation(desk: Desk, case: str, path: str) -> dict[str, Any]:
    """What a name of a case's scenario means. Raises UnknownName."""
    import tertius
    from tertius.report.explained import explained

    told = tertius.explain(path[:300], desk.scenario(case))
    return {**asdict(told), "rows": [list(row) for row in explained(told)]}


@router.get("/cases/{case}/scenario")
def get_scenario(desk: TheDesk, case: str) -> dict[str, Any]:
    """The scenario file of a case as it is written."""
    return scenario(desk, case)


@router.put("/cases/{case}/scenario")
def put_scenario(desk: TheDesk, case: str, asked: Saved) -> dict[str, Any]:
    """Save the scenario of a case of one's own; every problem is told with its line, and then nothing is written."""
    drafts.save(desk, case, asked.text, asked.was)
    return scenario(desk, case)


@router.post("/cases/{case}/check")
def post_check(desk: TheDesk, case: str, asked: Draft) -> dict[str, Any]:
    """Check a text as the scenario of a case: what is in it, or every problem with its line; nothing is written."""
    try:
        return {"usable": True, "problems": [], **drafts.checked(desk, case, asked.text)}
    except ScenarioError as error:
        return {"usable": False, "problems": failure_of(error)["problems"]}


@router.post("/cases", status_code=201)
def post_case(desk: TheDesk, asked: Copy) -> dict[str, Any]:
    """Make a case of one's own out of another."""
    made = drafts.copy(desk, asked.source, asked.name.strip(), asked.text)
    return {"case": made.id}


@router.post("/cases/{case}/uploads", status_code=201)
def post_upload(desk: TheDesk, case: str, file: UploadFile) -> dict[str, Any]:
    """Send an article that a draft of a war is made of; its hash is an argument of the job `new`."""
    from tertius.evidence.reading.documents import LIMIT

    data = file.file.read(LIMIT + 1)
    if not data or len(data) > LIMIT:
        allowed = f"a text, HTML or PDF file of at most {LIMIT >> 20} MB"
        raise OptionError("file", f"{len(data):,} bytes", allowed, "choose another")
    return {"upload": inboxes.put(desk, case, data)}


@router.get("/cases/{case}/assumptions")
def get_assumptions(desk: TheDesk, case: str) -> dict[str, Any] | None:
    """Assumptions by how far each moves the answer; null for a case without one."""
    return assumptions(desk, case)


@router.get("/cases/{case}/explain/{path}")
def get_explanation(desk: TheDesk, case: str, path: str) -> dict[str, Any]:
    """What a quantity, a record, a section or a law means here, and what it rests on."""
    return explanation(desk, case, path)
