"""Cases: their list, one of them, its scenario file."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from tertius.errors import TertiusError
from tertius.visible import visible
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.resources.answers import first_page

router = APIRouter(tags=["cases"])


def cases(desk: Desk) -> list[dict[str, Any]]:
    """Every case."""
    return [asdict(one) for one in desk.cases()]


def told_cases(desk: Desk) -> list[dict[str, Any]]:
    """Every case with the sentence that its latest answer opens with; empty where it has none."""
    found = sorted(cases(desk), key=lambda one: not one["answered"])  # those with an answer first
    return [{**one, "headline": _headline(desk, one["id"]) if one["answered"] else ""} for one in found]


def _headline(desk: Desk, case: str) -> str:
    try:
        told: str = first_page(desk, case)["headline"][0]
    except TertiusError as error:  # one damaged result hides no other case
        why = visible(str(error)).replace(str(desk.folder) + os.sep, "")
        return f"Its latest result cannot be opened: {why}"
    return told


@router.get("/cases")
def get_cases(desk: TheDesk) -> list[dict[str, Any]]:
    """Every case: id, title, as-of date, whether it is shipped, whether it has an answer."""
    return cases(desk)


@router.get("/cases/{case}")
def get_case(desk: TheDesk, case: str) -> dict[str, Any]:
    """One case, with the ids of its kept results, the oldest first."""
    return {**asdict(desk.case(case)), "results": list(desk.results(case))}
