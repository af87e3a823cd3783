"""The brief of an answer as one page, and the names and findings of its chapters."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.resources.estimates import opened_rounds
from tertius.web.resources.figures import charts_of

if TYPE_CHECKING:
    from tertius.api.result import Comparison
    from tertius.report.html import Chapter

router = APIRouter(tags=["answers"])
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)"')


def brief(desk: Desk, case: str, result: str = "") -> str:
    """The brief as `tertius brief` writes it, one HTML text, with what the case's analysts say where a round was open.

    Raises as `Desk.derived` does.
    """
    said = _said(desk, case)
    name = f"brief-{hashlib.sha256(said.encode()).hexdigest()[:16]}" if said else "brief"
    text: str = desk.derived(case, result, name, lambda held: _brief(held, said))
    return text


def _said(desk: Desk, case: str) -> str:
    from tertius.report.estimates import sections

    return sections(opened_rounds(desk, case))


def _brief(held: Comparison, said: str) -> str:
    from tertius.report.render import html

    return html(held.answer, held.scenario, charts_of(held), said)


def policy_of(text: str) -> str:
    """The content policy that the page asks for: its own style and scripts, told by their hashes, and nothing else."""
    found = POLICY.search(text)
    assert found is not None  # every brief has one
    return found[1].replace("&#39;", "'").replace("&amp;", "&") + "; frame-ancestors 'none'"


def chapters_of(held: Comparison) -> tuple[Chapter, ...]:
    """The chapters of the brief of an answer, without their figures."""
    from tertius.report.html import page_context
    from tertius.report.render import chapters

    return page_context(held.answer, held.scenario, chapters(held.answer, held.scenario, ()), {}).chapters


def chapters(desk: Desk, case: str, result: str = "") -> list[dict[str, Any]]:
    """Id, title and finding (HTML) of each chapter of the brief. Raises as `Desk.derived` does."""
    made: list[dict[str, Any]] = desk.derived(case, result, "chapters", _chapters)
    return made


def _chapters(held: Comparison) -> list[dict[str, Any]]:
    return [{"id": one.id, "title": one.title, "finding": str(one.finding)} for one in chapters_of(held)]


@router.get("/cases/{case}/chapters")
def get_chapters(desk: TheDesk, case: str, result: str = "") -> list[dict[str, Any]]:
    """The chapters of the brief: id, title and finding."""
    return chapters(desk, case, result)
