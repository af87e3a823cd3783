"""Backtests that know what came: states' steps from past dates, and past wars, sealed as what they are and settled.

Neither comes from the futures of a scenario as it stands, so each is a kind of its own and shares no score: `decisions`
by the laws of decision alone, `hindcast` by wars made from their start. What came was read by the backtest itself, with
its own days, so the ledger settles it by the backtest's word and names what that was read from. A forecast and its
settlement are written together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from tertius.forecasts.ledger.database import Ledger, Rows
from tertius.forecasts.ledger.entries import Entry, digest
from tertius.forecasts.ledger.methodology import code_digest, version_of
from tertius.world import Scenario

if TYPE_CHECKING:
    from tertius.forecasts.decisions import Forecasts
    from tertius.forecasts.hindcast.hindcasting import Hindcast

DECISIONS, HINDCAST = "decisions", "hindcast"
SURE = 1_000_000  # futures that count for a chance by a formula: the log score takes it as it is


@dataclass(frozen=True)
class _Item:
    """A chance and what came: id, text and topic of the question, its dates, rivals' chances."""

    name: str
    text: str
    about: str
    as_of: date
    ends: date
    chance: float
    base: float | None
    persistence: float | None
    came: bool
    rule: dict[str, Any]


def seal_decisions(ledger: Ledger, scenario: Scenario, told: Forecasts) -> int:
    """Seal and settle a backtest of decisions; how many forecasts were added. Raises DataError."""
    items = []
    for row in range(len(told.came)):
        weeks, as_of = int(told.horizon[row]), told.origins[told.origin[row]]
        name, direction = str(told.instrument[row]), str(told.direction[row])
        ends = as_of + timedelta(weeks=weeks)
        take = "steps-up" if direction == "up" else "steps-down"
        rule = {"instrument": name, "take": take, "at_least": [1.0], "since": as_of, "until": ends}
        items.append(
            _Item(
                name=f"{name}-{direction}-{weeks}w-by-record",
                text=f"{scenario.instruments[name].name}: a step {direction} within {weeks} weeks?",
                about=str(told.kind[row]),
                as_of=as_of,
                ends=ends,
                chance=float(told.chances["pool"][row]),
                base=float(told.chances["own rate"][row]),
                persistence=float(told.chances["status quo"][row]),
                came=bool(told.came[row]),
                rule={key: value.isoformat() if isinstance(value, date) else value for key, value in rule.items()},
            )
        )

    def shared(entries: list[Entry]) -> tuple[dict[str, Any], Rows]:
        method = version_of(entries, scenario, {}, datetime.now(UTC).date())
        head = {"scenario": scenario.name, "scenario_digest": scenario.digest, "methodology": method.number}
        return head, method.opening

    return _append(ledger, DECISIONS, items, shared, f"record of {scenario.name}, up to {scenario.as_of}")


def seal_hindcast(ledger: Ledger, found: Hindcast) -> int:
    """Seal and settle a hindcast's chances of joining and ending; how many were added. Raises DataError."""
    from tertius.forecasts.hindcast.baselines import NAMES, SAYS
    from tertius.forecasts.hindcast.hindcasting import OURS
    from tertius.forecasts.hindcast.scores import chances
    from tertius.forecasts.hindcast.stamps import hindcast_digest, laws_digest

    items = []
    for place, (case, came) in enumerate(zip(found.cases, found.came, strict=True)):
        rivals = [
            {said.question: said.chance for said in chances(found.forecasts[name][place], case, came)}
            for name in NAMES
            if {"join", "end"} <= set(SAYS[name]) and name in found.forecasts
        ]
        for said in chances(found.forecasts[OURS[0]][place], case, came):
            what, _, years = said.question.partition("-")
            text = "does another state join" if what == "join" else "is the war over"
            items.append(
                _Item(
                    name=f"{case.id}-{said.question}",
                    text=f"{case.war.name}, as of {case.as_of}: {text} within {years} years?",
                    about=what,
                    as_of=case.as_of,
                    ends=case.as_of + timedelta(days=round(365.25 * float(years))),
                    chance=said.chance,
                    base=rivals[0][said.question] if rivals else None,
                    persistence=None,
                    came=said.came,
                    rule={},
                )
            )
    settings = found.settings
    told = [hindcast_digest(), laws_digest(), settings.train_before, settings.seed, settings.futures, found.digests]

    def shared(entries: list[Entry]) -> tuple[dict[str, Any], Rows]:
        code = digest(told)
        known = {
            each.told["code"]: each.told["methodology"] for each in entries if each.identity.startswith("hindcast:")
        }
        number = known.get(code, max(known.values(), default=0) + 1)
        return {"scenario": "past wars", "scenario_digest": code, "methodology": number, "code": code}, ()

    return _append(ledger, HINDCAST, items, shared, "the files of past wars")


def _append(ledger: Ledger, kind: str, items: Sequence[_Item], shared: Any, source: str) -> int:
    """Write forecasts that do not stand yet, each with its settlement; how many."""

    def rows(entries: list[Entry]) -> Rows:
        head, opening = shared(entries)
        stand = {each.identity for each in entries}
        new: list[tuple[str, str, Any]] = list(opening)
        seq = entries[-1].seq + len(new)
        for item in items:
            number = head["methodology"]
            identity = f"{kind}:{head['scenario']}:{item.name}:{item.ends}:{item.as_of}:methodology-{number}"
            if identity in stand:
                continue
            seq += 1
            new.append(("sealed", identity, _body(kind, item) | {"code": code_digest()} | head))
            new.append(("resolved", f"resolved:{seq}:1", _result(seq, item, source)))
            seq += 1
        return new if len(new) > len(opening) else []

    return sum(each.kind == "sealed" for each in ledger.append(rows))


def _body(kind: str, item: _Item) -> dict[str, Any]:
    question = {"id": item.name, "text": item.text, "about": item.about, "until": item.ends.isoformat(), **item.rule}
    terms = {"rule": item.rule, "as_of": item.as_of.isoformat(), "level": 0.0, "top": 0}
    row = {
        "branch": None,
        "threshold": 1.0,
        "chance": float(np.clip(item.chance, 0.0, 1.0)),
        "base": item.base,
        "persistence": item.persistence,
        "futures": SURE,
    }
    return {
        "kind": kind,
        "as_of": item.as_of.isoformat(),
        "assumed": {},
        "question": question,
        "question_digest": digest(question),
        "starts": item.as_of.isoformat(),
        "ends": item.ends.isoformat(),
        "unit": "1",
        "terms": {"": terms},
        "forecast": [row],
        "quantiles": None,
        "past_quantiles": None,
        "past_last": None,
        "data": {},
        "version": version("tertius"),
        "seed": None,
        "futures": None,
    }


def _result(seq: int, item: _Item, source: str) -> dict[str, Any]:
    return {
        "seals": seq,
        "question": item.name,
        "status": "settled",
        "value": float(item.came),
        "rows": [{"branch": None, "threshold": 1.0, "came": item.came}],
        "by": "backtest",
        "source": source,
    }
