"""Answers of a case: the whole document, and its first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response

from tertius.errors import OptionError
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk

if TYPE_CHECKING:
    from tertius.api.result import Comparison

router = APIRouter(tags=["answers"])


def answered(desk: Desk, case: str, result: str = "") -> Comparison:
    """The answer of a case, the latest unless one is named. Raises UnknownName; OptionError where there is none."""
    found = desk.answer(case, result)
    if found is None:
        raise OptionError("case", case, "a case with a finished answer", "run it first")
    return found


def first_page(desk: Desk, case: str, result: str = "") -> dict[str, Any]:
    """What the first page says. Raises as `Desk.derived` does."""
    data: dict[str, Any] = desk.derived(case, result, "first-page", _first_page)
    return data


def headings() -> Mapping[str, str]:
    """Headings of the parts of the first page."""
    from tertius.report.page import HEADINGS

    return HEADINGS


def _first_page(held: Comparison) -> Any:
    from tertius.impact.written import plain_data
    from tertius.report.page import first_page as told

    return plain_data(told(held.answer, held.scenario))


@router.get("/cases/{case}/answer")
def get_answer(desk: TheDesk, case: str, result: str = "") -> Response:
    """The whole answer, by the schema of `tertius schema answer`."""
    from tertius.impact.written import written

    return Response(written(answered(desk, case, result).answer), media_type="application/json")


@router.get("/cases/{case}/first-page")
def get_first_page(desk: TheDesk, case: str, result: str = "") -> dict[str, Any]:
    """The answer as the first page of a brief tells it."""
    return first_page(desk, case, result)
