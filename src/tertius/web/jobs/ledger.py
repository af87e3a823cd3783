"""Jobs on the ledger: seal the answers to a case's questions, check what was sealed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.api.calls import Watch
    from tertius.web.desk import Desk


def seal(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Ask the questions of a case and seal the answers. Returns entries added, known, and left out with the reason."""
    import tertius
    from tertius.web.questions import file_of, ledger

    told = tertius.seal(desk.scenario(case), file_of(desk, case), **arguments, ledger=ledger(desk), progress=progress)
    return {
        "added": [
            {"entry": each.seq, "hash": each.hash, "question": each.told["question"]["id"]} for each in told.added
        ],
        "known": list(told.known),
        "left": told.left,
        "kinds": told.kinds,
        "methodology": told.number,
        "head": told.head,
    }


def verify(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Check the ledger layer by layer."""
    import tertius
    from tertius.web.questions import ledger

    told = tertius.verify(ledger=ledger(desk), head=arguments["head"])
    return {"is_sound": told.is_sound, **asdict(told)}
