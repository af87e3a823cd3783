"""The table of a hindcast as plain data: scores beside the best baseline, reliability, misses, every case."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tertius.forecasts.hindcast.baselines import NAMES, SAYS
from tertius.forecasts.hindcast.cases import Case
from tertius.forecasts.hindcast.hindcasting import OURS, Hindcast
from tertius.forecasts.hindcast.running import LEVELS
from tertius.forecasts.hindcast.scores import Said, Table, bins, chances, misses, reliability, scored
from tertius.forecasts.hindcast.stamps import hindcast_digest, laws_digest
from tertius.history.reference import rounded

EVERYTHING: Final = ("join", "who", "side", "end", "wins", "dead")
WINNERS: Final = ("neither", "A", "B")


def table_of(found: Hindcast) -> dict[str, Any]:
    """The whole table, its numbers with six digits."""
    seed = found.settings.seed
    ids = [war.id for war in found.wars]
    items = {
        name: [
            item
            for forecast, case, came in zip(told, found.cases, found.came, strict=True)
            for item in scored(forecast, case, came, SAYS.get(name, EVERYTHING))
        ]
        for name, told in found.forecasts.items()
    }
    table = Table(items, ids, seed)
    said = _said(found, OURS[0])
    return {
        "what": "Past wars made from what was known, run and scored. Written by tertius hindcast.",
        "made": {
            "train_before": found.settings.train_before,
            "to": found.settings.to,
            "first": min(war.year for war in found.wars),
            "last": max(war.year for war in found.wars),
            "learnt_from": found.learnt_from,
            "wars": len(found.wars),
            "cases": len(found.cases),
            "futures": found.settings.futures,
            "seed": seed,
            "code": hindcast_digest(),
            "laws": laws_digest(),
            "files": found.digests,
        },
        "scores": {name: _plain(table.against_best(name, NAMES)) for name in OURS},
        "reliability": _plain(reliability(said, seed)),
        "bins": _plain(bins(said)),
        "misses": _plain(misses(said, _winners(found, OURS[0]))),
        "wars": [
            {"id": case.id, "war": case.war.name, "as_of": case.as_of.isoformat(), **_of_case(found, place)}
            for place, case in enumerate(found.cases)
        ],
    }


def _said(found: Hindcast, name: str) -> list[Said]:
    told = zip(found.forecasts[name], found.cases, found.came, strict=True)
    return [each for forecast, case, came in told for each in chances(forecast, case, came)]


def _winners(found: Hindcast, name: str) -> list[tuple[Case, str, float]]:
    """Who won where that was known, with the chance that it was given."""
    told = zip(found.forecasts[name], found.cases, found.came, strict=True)
    return [
        (case, f"wins {WINNERS[came['winner']]}", float(forecast.wins[came["winner"]]))
        for forecast, case, came in told
        if came["winner"] is not None
    ]


def _of_case(found: Hindcast, place: int) -> dict[str, Any]:
    """A case's forecasts by the program and what came, in few digits."""
    told, came = found.forecasts[OURS[0]][place], found.came[place]
    assert told.dead is not None
    return {
        "join": np.round(told.join, 3).tolist(),
        "end": np.round(told.end, 3).tolist(),
        "wins": np.round(told.wins, 3).tolist(),
        "dead": round(float(10 ** np.interp(0.5, LEVELS, told.dead))),
        "joined": min((round(at, 2) for _, _, at in came["joins"]), default=None),
        "lasted": round(came["lasts"], 2),
        "won": None if came["winner"] is None else WINNERS[came["winner"]],
        "died": came["deaths"],
    }


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with six digits in each number."""
    return [{name: _digits(value) for name, value in row.items()} for row in rows]


def _digits(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _digits(each) for name, each in value.items()}
    return rounded(value) if isinstance(value, float) else value
