"""Cases: their list, one of them, its scenario file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from tertius.web.asking import TheDesk
from tertius.web.desk import Desk

router = APIRouter(tags=["cases"])


def cases(desk: Desk) -> list[dict[str, Any]]:
    """Every case."""
    return [asdict(one) for one in desk.cases()]


@router.get("/cases")
def get_cases(desk: TheDesk) -> list[dict[str, Any]]:
    """Every case: id, title, as-of date, whether it is shipped, whether it has an answer."""
    return cases(desk)


@router.get("/cases/{case}")
def get_case(desk: TheDesk, case: str) -> dict[str, Any]:
    """One case, with the ids of its kept results, the oldest first."""
    return {**asdict(desk.case(case)), "results": list(desk.results(case))}
