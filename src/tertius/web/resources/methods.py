"""How the numbers are made and how good they have been: laws, past scores, past wars, what an answer rests on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from tertius.web.asking import TheDesk
from tertius.web.desk import Desk

if TYPE_CHECKING:
    from tertius.api.result import Comparison

router = APIRouter(tags=["methods"])


def laws() -> list[dict[str, str]]:
    """Every law: name, title, sentence, text."""
    from tertius.report.law_texts import law_texts

    return [asdict(one) for one in law_texts()]


def methods(desk: Desk, case: str, result: str = "") -> dict[str, Any]:
    """Past scores, past wars, key assumptions and sources of an answer. Raises as `Desk.derived` does."""
    made: dict[str, Any] = desk.derived(case, result, "methods", _methods)
    return made


def _methods(held: Comparison) -> dict[str, Any]:
    from tertius.report.grounds import assumptions_base, key_assumptions
    from tertius.report.hindcast import standing_sentence
    from tertius.report.record import record_context
    from tertius.report.tables import rows

    answer, war = held.answer, held.scenario
    return {
        "run": {
            "as_of": answer.run.as_of.isoformat(),
            "futures": answer.run.futures,
            "weeks": answer.run.weeks,
            "seed": answer.run.seed,
            "version": answer.run.version,
            "laws": answer.run.laws,
            "digest": answer.run.digest,
        },
        "record": asdict(record_context(war, answer.record)) if answer.record is not None else None,
        "past_wars": standing_sentence(answer.past_wars) if answer.past_wars is not None else "",
        "base": assumptions_base(answer, war) if answer.grounds is not None and answer.sensitivity is not None else "",
        "assumptions": [asdict(row) for row in key_assumptions(answer, war)],
        "sources": [
            {name: None if value is None else str(value) for name, value in asdict(row).items()}
            for row in rows(answer, war, "sources")
        ],
    }


@router.get("/laws")
def get_laws() -> list[dict[str, str]]:
    """Every law: name, title, sentence, and its text with equations and sources."""
    return laws()


@router.get("/cases/{case}/methods")
def get_methods(desk: TheDesk, case: str, result: str = "") -> dict[str, Any]:
    """Past scores, past wars, key assumptions and sources of an answer."""
    return methods(desk, case, result)
