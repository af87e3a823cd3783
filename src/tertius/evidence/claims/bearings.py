"""What a claim says about a scenario: an act of an instrument by a week, soldiers sent, or the value of a quantity.

Each claim counts, or is told with the reason why it moves nothing:

    counts         it is an observation on the futures
    used           the scenario's value rests on it already, or on sources that its analyst had; evidence counts once
    repeats        another claim here says the same, in the same words or by the same origin; that one counts
    in-force       it tells what stands at the as-of date
    outside        the model has no place for it
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from tertius.evidence.claims.accepted import Claim, repeated
from tertius.evidence.claims.instruments import SOLDIERS, found_for, kinds_of, level_told
from tertius.evidence.claims.quantities import size_of, step_words, value_of
from tertius.evidence.claims.strengths import Strengths
from tertius.evidence.claims.used import used
from tertius.world import Instrument, Scenario

Standing: TypeAlias = Literal["counts", "used", "repeats", "in-force", "outside"]
TOLD_AS_DONE: Final = ("happened", "ongoing", "denied")


@dataclass(frozen=True, slots=True)
class Act:
    """An instrument stands above (or below) its as-of level, or a contingent has been sent, at the end of some week.

    Within the weeks up to that of `by` and `within_weeks` more; up to the run's last where `by` is None. `soldiers`, if
    given, is how many were sent by then, with the standard deviation of its log and the part of the claim that is true
    where soldiers were sent, but not so many.
    """

    instrument: str | None
    direction: int
    by: date | None
    within_weeks: int
    contingent: str | None = None
    level: int | None = None
    """The level that the words describe, which it stands at or beyond; None where they tell no more than a step."""
    soldiers: float | None = None
    log_error: float = 0.0
    without_number: float = 1.0

    @property
    def subject(self) -> str:
        """What it is about; two claims by one origin with the same subject are one."""
        return f"{self.instrument or self.contingent} {'up' if self.direction > 0 else 'down'}"


@dataclass(frozen=True, slots=True)
class Value:
    """A quantity of the scenario (over another, where `per` is given) is `value`, with an error of its log."""

    path: str
    per: str | None
    value: float
    log_error: float

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.path


@dataclass(frozen=True, slots=True)
class Weighable:
    """A claim as it stands to the scenario.

    observed   what it says of the futures; None where it says nothing
    ratio      weight of a future in which that is so, against 1 (against: of one in which it is not)
    power      to which the grade's ratio was raised for it
    against    whether it denies, so that the others gain
    reason     why it moves nothing, or how it was taken
    """

    claim: Claim
    standing: Standing
    reason: str
    observed: Act | Value | None = None
    ratio: float = 1.0
    against: bool = False
    power: float = 1.0

    @property
    def counts(self) -> bool:
        """Whether it is an observation."""
        return self.standing == "counts"


def weighable(
    claims: Sequence[Claim],
    scenario: Scenario,
    ratios: Mapping[str, float],
    strengths: Strengths,
    fitted: Iterable[str] = (),
) -> list[Weighable]:
    """Return every claim as it stands to the scenario, in the order given.

    Args:
        claims: what was accepted, or all of an article.
        scenario: what it bears on.
        ratios: grade -> likelihood ratio.
        strengths: the table of modes and errors.
        fitted: paths of quantities that vary because they were fitted, beside those with a prior.
    """
    claims = list(claims)
    found: list[Weighable] = []
    strongest: dict[tuple[str, str, bool], int] = {}
    for place, (claim, first) in enumerate(zip(claims, repeated(claims), strict=True)):
        if first is not None:
            found.append(Weighable(claim, "repeats", f"told by claim {first + 1} already; it counts once"))
            continue
        one = _bearing(claim, scenario, ratios[claim.grade], strengths, frozenset(fitted))
        found.append(one)
        if one.counts and one.observed is not None:
            _once(found, place, strongest)
    return _shared(found, strengths)


def _shared(found: list[Weighable], strengths: Strengths) -> list[Weighable]:
    """Further origins on one subject weigh less each: reporters read each other."""
    told: Counter[tuple[str, bool]] = Counter()
    kept = []
    for one in found:
        if one.counts and isinstance(one.observed, Act):
            key = (one.observed.subject, one.against)
            told[key] += 1
            if told[key] > 1:
                power = one.power * strengths.further_origin
                reason = f"{one.reason}; origin {told[key]} on it, so by a root"
                one = replace(one, ratio=one.ratio**strengths.further_origin, power=power, reason=reason)
        kept.append(one)
    return kept


def _once(found: list[Weighable], place: int, strongest: dict[tuple[str, str, bool], int]) -> None:
    """Of claims by one origin on one subject let the strongest count: its word on it is one word."""
    one = found[place]
    assert one.observed is not None  # it counts
    subject = (str(one.claim.record.get("said_by") or one.claim.origin).casefold(), one.observed.subject, one.against)
    before = strongest.setdefault(subject, place)
    if before == place:
        return
    kept, dropped = (place, before) if _firmness(one) > _firmness(found[before]) else (before, place)
    strongest[subject] = kept
    reason = f"the same origin says as much, and more firmly, in claim {kept + 1}; its word counts once"
    found[dropped] = replace(found[dropped], standing="repeats", reason=reason, ratio=1.0)


def _firmness(one: Weighable) -> tuple[float, bool]:
    """By what one word of an origin is preferred to another: how surely it tells of an act, then a number."""
    return one.power, isinstance(one.observed, Act) and one.observed.soldiers is not None


def _bearing(claim: Claim, scenario: Scenario, ratio: float, strengths: Strengths, fitted: frozenset[str]) -> Weighable:
    if claim.kind == "event":
        return _of_event(claim, scenario, ratio, strengths)
    if claim.kind == "quantity":
        return _of_quantity(claim, scenario, ratio, strengths, fitted)
    actor = scenario.actors.get(str(claim.record["actor"]))
    if actor is None or not actor.interests:
        return Weighable(claim, "outside", "A stance of one that has no interests in the scenario")
    told = ", ".join(actor.interests)
    return Weighable(claim, "outside", f"A stance has no size; the interests stay as they are ({told})")


def _of_event(claim: Claim, scenario: Scenario, ratio: float, strengths: Strengths) -> Weighable:
    said = claim.record
    about = found_for(said, scenario)
    name = about.name if about is not None else None
    contingent = _contingent(said, scenario, name)
    if name is None and contingent is None:
        way = f" in the way of {said['kind']}" if said.get("kind") else f", coded {said['action']}"
        what = f"{said['source']}{way} towards {said['target'] or 'nobody named'}"
        return Weighable(claim, "outside", f"no instrument of the scenario is {what}")
    mode = str(said["mode"])
    instrument = scenario.instruments[name] if name is not None else None
    if instrument is not None and instrument.kind == "warning" and mode == "threatened":
        mode = "happened"  # a warning is made by saying it
    strength = strengths.modes[mode]
    is_hung = said.get("condition") and mode not in TOLD_AS_DONE
    power = strength.power * (strengths.conditional if is_hung else 1.0) * (about.weight if about is not None else 1.0)
    power *= strengths.power(said, instrument.kind if instrument is not None else "troops")
    day = last_day(said["date"]) or claim.published
    path = f"instruments.{name}.level" if name is not None else f"contingents.{contingent}.troops"
    before = used(claim, scenario, [path])
    if before:
        return Weighable(claim, "used", before)
    if mode in TOLD_AS_DONE and day is not None and day <= scenario.as_of:
        return Weighable(claim, "in-force", f"dated {day}, by the as-of date: what stood then is where the run starts")
    late = day is not None and day + timedelta(weeks=strength.within_weeks) <= scenario.as_of
    if mode not in TOLD_AS_DONE and late:
        return Weighable(claim, "in-force", f"told {day}; what it led to by the as-of date is where the run starts")
    direction = _direction(said, instrument, mode)
    level = _level(said, instrument, direction)
    if level is not None and direction == 0:
        direction = 1
    standing = _held(instrument, direction)
    if standing is not None:
        return Weighable(claim, "in-force", standing)
    soldiers = size_of(said) if contingent is not None and direction > 0 else None
    act = Act(
        name,
        direction,
        day,
        strength.within_weeks,
        contingent,
        level,
        soldiers,
        strengths.soldiers_error,
        strengths.without_number if soldiers is not None else 1.0,
    )
    return Weighable(claim, "counts", _told(act, instrument, mode, day), act, ratio**power, mode == "denied", power)


def _level(said: Mapping[str, object], instrument: Instrument | None, direction: int) -> int | None:
    """The level beyond the one in force that the words describe, for a step up."""
    if instrument is None or direction < 0:
        return None
    level = level_told(str(said["quote"]), instrument.levels)
    return level if level is not None and level > int(instrument.level.central) + 1 else None


def _contingent(said: Mapping[str, object], scenario: Scenario, instrument: str | None) -> str | None:
    """The contingent that an act sends: by the instrument's lever, else by who sends whose soldiers to whom."""
    if instrument is not None:
        levers = scenario.instruments[instrument].levers.values()
        return next((lever.contingent for lever in levers if lever.contingent is not None), None)
    if "troops" not in kinds_of(said):
        return None
    mine = [
        name
        for name, one in scenario.contingents.items()
        if one.actor == said["source"] and said["target"] in (one.host, *scenario.sides[one.side].members)
    ]
    return mine[0] if len(mine) == 1 else None


def _direction(said: Mapping[str, object], instrument: Instrument | None, mode: str) -> int:
    """1 for a step up, -1 for one down, 0 where the words say no more than that the level in force holds."""
    words = set(re.findall(r"[a-z]+", str(said["quote"]).lower()))
    if str(said["trigger"]) in step_words("less") and said["action"] != "SANCTION":
        return -1
    if instrument is None or instrument.level.central == 0 or words & step_words("more"):
        return 1
    return 0 if mode in TOLD_AS_DONE else 1


def _held(instrument: Instrument | None, direction: int) -> str | None:
    """Why a step cannot be told from the level in force; None where it can."""
    if instrument is None:
        return None
    level = int(instrument.level.central)
    if direction == 0:
        return f"it tells the level in force: {instrument.levels[level]!r}"
    if not 0 <= level + direction < len(instrument.levels):
        return f"the level in force is the last that way: {instrument.levels[level]!r}"
    return None


def _told(act: Act, instrument: Instrument | None, mode: str, day: date | None) -> str:
    step = "above" if act.direction > 0 else "below"
    if act.level is not None and instrument is not None:
        step = f"at or beyond {instrument.levels[act.level]!r}, above"
    what = (
        f"{instrument.name}: {step} the level in force"
        if instrument is not None
        else f"{act.contingent}: soldiers sent"
    )
    until = f"by {day}" if day is not None else "within the run (no day of publication is known)"
    if act.within_weeks:
        until = f"within {act.within_weeks} weeks of {day}" if day is not None else "within the run"
    size = f", {act.soldiers:,.0f} soldiers" if act.soldiers is not None else ""
    return f"{what} {until}{size} ({mode})"


def _of_quantity(
    claim: Claim, scenario: Scenario, ratio: float, strengths: Strengths, fitted: frozenset[str]
) -> Weighable:
    said = claim.record
    size = None if said["per"] else size_of(said)
    if size is not None:
        senders = [name for name, one in scenario.contingents.items() if one.actor in said["about"]]
        if len(senders) == 1:
            return _of_size(claim, scenario, ratio, strengths, senders[0], size)
    found = value_of(said, scenario, strengths)
    if found is None:
        return Weighable(claim, "outside", f"no quantity of the scenario is {said['what']} in this measure")
    path, per, value, error = found
    paths = [path] if per is None else [path, per]
    before = used(claim, scenario, paths)
    if before:
        return Weighable(claim, "used", before)
    held = scenario.quantities()
    if all(one not in fitted and (one not in held or held[one].prior is None) for one in paths):
        return Weighable(
            claim, "used", f"the scenario has a fixed value ({held[path].describe()}), which nothing moves"
        )
    of = f"{path} over {per}" if per else path
    ratio = ratio**strengths.values
    return Weighable(claim, "counts", f"{of} is {value:.3g}", Value(path, per, value, error), ratio)


def _of_size(
    claim: Claim, scenario: Scenario, ratio: float, strengths: Strengths, contingent: str, size: float
) -> Weighable:
    before = used(claim, scenario, [f"contingents.{contingent}.troops"])
    if before:
        return Weighable(claim, "used", before)
    if claim.published is not None and claim.published <= scenario.as_of:
        return Weighable(claim, "in-force", "published by the as-of date: what stood then is where the run starts")
    levers = {name: {lever.contingent for lever in one.levers.values()} for name, one in scenario.instruments.items()}
    name = next((name for name, sends in levers.items() if contingent in sends), None)
    instrument = scenario.instruments[name] if name is not None else None
    ratio **= strengths.power({"quote": claim.record["quote"], "numbers": True}, "troops")
    act = Act(name, 1, claim.published, 0, contingent, None, size, strengths.soldiers_error, strengths.without_number)
    return Weighable(claim, "counts", _told(act, instrument, "ongoing", claim.published), act, ratio)


def last_day(text: object) -> date | None:
    """The last day that a claim's date allows: of a day, a week, a month or a year; None for anything else."""
    written = str(text or "")
    try:
        if re.fullmatch(r"\d{4}-W\d{2}", written):
            return date.fromisocalendar(int(written[:4]), int(written[6:]), 7)
        if re.fullmatch(r"\d{4}-\d{2}", written):
            first = date(int(written[:4]), int(written[5:]), 1)
            return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if re.fullmatch(r"\d{4}", written):
            return date(int(written), 12, 31)
        return date.fromisoformat(written)
    except (ValueError, OverflowError):
        return None


__all__ = ["SOLDIERS", "Act", "Standing", "Value", "Weighable", "last_day", "weighable"]
