"""Questions of a case that can be settled: asked, sealed, settled, scored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from tertius.errors import OptionError
from tertius.web import questions as held
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.series import data_of
from tertius.web.steps import records_of

router = APIRouter(tags=["questions"])
Short = Annotated[str, Field(max_length=200)]


class New(BaseModel):
    """A question to add: what is measured, over which weeks, against which thresholds (docs/ledger.md)."""

    model_config = ConfigDict(extra="forbid")

    id: Short
    text: Annotated[str, Field(max_length=2000)]
    about: Short = ""
    instrument: Short = ""
    output: Short = ""
    take: Short = "last"
    of: Short = ""
    line: FiniteFloat | None = None
    since: Short = ""
    until: Short
    relation: Literal["above", "below", "at_least", "at_most"]
    thresholds: Annotated[list[FiniteFloat], Field(min_length=1, max_length=20)]
    was: Short = Field(description="`edition` of the questions that were seen")


class Written(BaseModel):
    """All questions of a case as they are written."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=held.LARGEST)]
    was: Short = Field(description="`edition` of the questions that were seen")


class Settling(BaseModel):
    """What came of a sealed forecast, by hand; with no entry: all that are open, by their rules on the data at hand."""

    model_config = ConfigDict(extra="forbid")

    entry: Annotated[int, Field(ge=0)] = 0
    value: FiniteFloat | None = None
    void: bool = False
    source: Annotated[str, Field(max_length=2000)] = ""
    branches: Annotated[list[Short], Field(max_length=20)] = []
    today: Short = Field("", description="day on which rules are judged, YYYY-MM-DD: for a made-up war")


def questions(desk: Desk, case: str) -> dict[str, Any]:
    """The questions of a case, what was sealed of them, and their edition. Raises ScenarioError, DataError."""
    from tertius.forecasts.questions.plain import plain_question

    found = held.read(desk, case)
    text = held.text_of(desk, case)
    return {
        "questions": [] if found is None else [plain_question(each) for each in found.questions],
        "text": text,
        "edition": held.edition(text),
        "sealed": held.forecasts(desk, case),
    }


@router.get("/cases/{case}/questions")
def get_questions(desk: TheDesk, case: str) -> dict[str, Any]:
    """The questions of a case and what was sealed of them."""
    return questions(desk, case)


@router.post("/cases/{case}/questions", status_code=201)
def post_question(desk: TheDesk, case: str, asked: New) -> dict[str, Any]:
    """Add a question."""
    held.add(desk, case, asked.model_dump(exclude={"was"}), asked.was)
    return questions(desk, case)


@router.put("/cases/{case}/questions")
def put_questions(desk: TheDesk, case: str, asked: Written) -> dict[str, Any]:
    """Write all questions of a case anew."""
    held.keep(desk, case, asked.text, asked.was)
    return questions(desk, case)


@router.delete("/cases/{case}/questions/{name}")
def delete_question(desk: TheDesk, case: str, name: str, was: str) -> dict[str, Any]:
    """Take a question out; what was sealed of it stays in the ledger."""
    held.remove(desk, case, name, was)
    return questions(desk, case)


@router.post("/cases/{case}/ledger/settle")
def post_settling(desk: TheDesk, case: str, asked: Settling) -> dict[str, Any]:
    """Settle one sealed forecast by hand with a source, or all that are open by their rules."""
    import tertius

    if not held.is_sealed(desk):
        raise OptionError("entry", asked.entry, "a forecast that was sealed", "seal one first")
    mine = {row["entry"]: row for row in held.forecasts(desk, case)}
    if not asked.entry:
        told = tertius.resolve(
            ledger=held.ledger(desk), data=data_of(desk, case), records=records_of(desk, case), today=asked.today
        )
    else:
        if asked.entry not in mine:
            allowed = ", ".join(map(str, sorted(mine)[:20])) or "none: nothing of this case was sealed"
            raise OptionError("entry", asked.entry, allowed, "choose one of them")
        told = tertius.resolve(
            ledger=held.ledger(desk),
            question=mine[asked.entry]["question"],
            entry=asked.entry,
            value=None if asked.void else asked.value,
            void=asked.void,
            branches=tuple(asked.branches),
            source=asked.source,
        )
    return {
        "settled": [{"entry": entry, "question": name} for entry, name in told.settled],
        "void": [{"entry": entry, "question": name, "why": why} for entry, name, why in told.void],
        "waiting": [{"entry": e, "question": name, "state": state, "why": why} for e, name, state, why in told.waiting],
        "before": told.before,
    }


@router.get("/ledger")
def get_ledger(desk: TheDesk) -> list[dict[str, Any]]:
    """Every entry of the ledger, with the hashes that chain them."""
    import tertius

    return tertius.ledger_entries(ledger=held.ledger(desk)) if held.is_sealed(desk) else []
