"""Accepted claims as steps: what an analyst has let in as done counts as on record until the record tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tertius.calendar import DAYS
from tertius.evidence.claims.bearings import TOLD_AS_DONE, Act, Weighable
from tertius.forecasts.questions.settling import Steps
from tertius.world import Scenario
from tertius.world.recorded import RecordedStep


def steps_of_claims(scenario: Scenario, claims: Sequence[Weighable], records: Sequence[Steps], day: date) -> Steps:
    """Steps that claims tell of instruments on record, after the scenario's date and up to a day.

    A claim of a step that a record has within a week, that another claim tells too, or that is denied, is none.
    """
    known = [step for each in records for step in each.record.values()]
    found: dict[str, RecordedStep] = {}
    for one in claims:
        act, told = one.observed, one.claim.record
        when = one.claim.published if not isinstance(act, Act) or act.by is None else act.by
        if not one.counts or one.against or not isinstance(act, Act) or act.instrument is None or when is None:
            continue
        if told.get("mode", "happened") not in TOLD_AS_DONE or not scenario.as_of < when <= day:
            continue
        alike = [
            step
            for step in [*known, *found.values()]
            if step.instrument == act.instrument and abs(step.date - when) <= timedelta(days=DAYS)
        ]
        if alike or scenario.instruments[act.instrument].recorded_since is None:
            continue
        found[f"claim-{one.claim.key}"] = RecordedStep(
            id=f"claim-{one.claim.key}",
            date=when,
            instrument=act.instrument,
            step="up" if act.direction > 0 else "down",
            after=act.level,
            text=one.claim.quote[:400],
            source=("judgement",),
        )
    return Steps(found, day, "accepted claims", (scenario.name,))
