"""Whether what a file says can be: by range, step, its earlier version, the files beside it and other sources.

The limits are data: `Source.plausible`. A value outside its range, or one that leaps away and back, is left out as a
bad row is. A break that stays is held back with its reason, until somebody lets it in (`tertius data accept`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tertius.errors import DataError
from tertius.evidence.events import EventRecord
from tertius.evidence.observations import Note, Observations, Parsed, Plausible
from tertius.evidence.registry import Source
from tertius.evidence.tables import SAME, left_out, number_of

WEEK = 7
MONTH = 31
GAP = 3
"""Times the usual distance of a series' days beyond which a gap is told."""
UNITS = (
    "check the column and its unit (km2 or m2, EUR or billions); where it is right, tell us: the range is too narrow"
)
Point = tuple[date, float]


@dataclass(frozen=True)
class Beside:
    """What is held already, for comparison with a file that comes."""

    before: Parsed | None = None
    """The version of the same file that it follows."""
    neighbours: tuple[Parsed, ...] = ()
    """Files of the same source that end before it begins, or begin after it ends."""
    others: Mapping[str, Mapping[date, float]] | None = None
    """Values by day of other sources' series."""


def limits(owner: Source, series: str) -> Plausible | None:
    """Return the limits of a series: its own, else those of the family that names it most closely."""
    if series in owner.plausible:
        return owner.plausible[series]
    families = [name for name in owner.plausible if name.endswith(".*") and series.startswith(name[:-1])]
    return owner.plausible[max(families, key=len)] if families else None


def possible(parsed: Parsed, owner: Source, name: str, had: date) -> Parsed:
    """Return what a file says without values that cannot be, and notes on those and on gaps.

    had: the day on which the file was there. What it says of days ahead of it cannot have been observed; a day is left
    for time zones, a month for what is told by month.

    Raises:
        DataError: more than the stated share of a series' values cannot be.
    """
    kept, notes = [], list(parsed.notes)
    for found in parsed.observations:
        found, said = _come(found, had, MONTH if owner.monthly else 1, name)
        notes += said
        rule = limits(owner, found.name)
        if rule is not None:
            found, said = _within(found, rule, owner, name)
            notes += said
        kept.append(found)
        notes += _gaps(found, name)
    return replace(parsed, observations=tuple(kept), notes=tuple(dict.fromkeys(notes)))


def _come(found: Observations, had: date, slack: int, name: str) -> tuple[Observations, tuple[Note, ...]]:
    """A series up to the day on which the file was there."""
    ahead = [day for day, _ in found.points if (day - had).days > slack]
    if not ahead:
        return found, ()
    place, fix = f"{name}, series {found.name}", "check the file and its name, and this machine's clock"
    errors = [DataError(place, f"a value on {day}", f"days up to {had}, when the file was read", fix) for day in ahead]
    notes = left_out(errors, len(found.points), name, f"values of {found.name}")
    return replace(found, points=tuple(point for point in found.points if point[0] not in ahead)), notes


def _within(found: Observations, rule: Plausible, owner: Source, name: str) -> tuple[Observations, tuple[Note, ...]]:
    known = [(day, value) for day, value in found.points if value == value]
    top = float("inf") if found.cadence == "cumulative" else rule.high
    bad = {day: f"{rule.low:g} to {top:g} {found.unit}" for day, value in known if not rule.low <= value <= top}
    last: Point | None = None
    good = [point for point in known if point[0] not in bad]
    for at, point in enumerate(good):
        following = good[at + 1] if at + 1 < len(good) else None
        if (
            last
            and following
            and _leap(last, point, found, rule, owner)
            and not _leap(last, following, found, rule, owner)
        ):
            bad[point[0]] = f"a value near {last[1]:g} and {following[1]:g}, on the days beside it"
        else:
            last = point
    place = f"{name}, series {found.name}"
    values = dict(known)
    errors = [
        DataError(place, f"{values[day]:g} on {day}", f"{allowed}: {rule.why}", UNITS) for day, allowed in bad.items()
    ]
    notes = left_out(errors, len(known), name, f"values of {found.name}")
    return replace(found, points=tuple(point for point in found.points if point[0] not in bad)), notes


def _leap(one: Point, other: Point, found: Observations, rule: Plausible, owner: Source) -> str:
    """Why a later value cannot follow an earlier one; "" where it can."""
    days = (other[0] - one[0]).days
    change = other[1] - one[1]
    if found.cadence == "cumulative":
        most = rule.high * max(1.0, days / WEEK)
        if change < -rule.fall * one[1]:
            return f"the total falls from {one[1]:,.0f} on {one[0]} to {other[1]:,.0f} on {other[0]}"
    elif found.kind == "level" and rule.steps:
        most = rule.step(other[0]) * max(1.0, days / WEEK)
        if any(
            _is_redrawn(step.series, found.name) and step.first <= other[0] and step.last > one[0]
            for step in owner.model.redrawn
        ):
            return ""
    else:
        return ""
    if abs(change) <= most:
        return ""
    return (
        f"{one[1]:,.0f} on {one[0]}, then {other[1]:,.0f} on {other[0]} ({found.unit}), a step of at most {most:,.0f}"
    )


def _is_redrawn(series: Sequence[str], name: str) -> bool:
    return not series or name in series


def _gaps(found: Observations, name: str) -> list[Note]:
    if found.cadence not in ("day", "cumulative"):
        return []
    days = [day for day, value in found.points if value == value]
    apart = [(after - before).days for before, after in pairwise(days)]
    if len(apart) < GAP:
        return []
    usual = Counter(apart).most_common(1)[0][0]
    wide = [at for at, days_apart in enumerate(apart) if days_apart > GAP * usual]
    if not wide:
        return []
    first = f"from {days[wide[0]]} to {days[wide[0] + 1]}"
    return [Note("missing", name, f"{number_of(len(wide), 'gap')} in {found.name}, the first {first}")]


def breaks(parsed: Parsed, owner: Source, beside: Beside) -> tuple[str, ...]:
    """Return why a file has to be held back, series by series; empty where nothing speaks against it."""
    reasons = []
    for found in parsed.observations:
        rule = limits(owner, found.name)
        known = [(day, value) for day, value in found.points if value == value]
        if rule is None or not known:
            continue
        path = [*_ends(beside.neighbours, found, before=known[0][0]), *known]
        path += _ends(beside.neighbours, found, after=known[-1][0])
        leaps = [leap for one, other in pairwise(path) if (leap := _leap(one, other, found, rule, owner))]
        reasons += [f"{found.name}: {told}" for told in _first(leaps)]
        reasons += [f"{found.name}: {told}" for told in _first(_unlike(known, found, rule, beside.before))]
        reasons += [f"{found.name}: {told}" for told in _first(_apart(known, found, rule, beside.others or {}))]
    return tuple(dict.fromkeys(reasons))


def _first(reasons: Sequence[str]) -> list[str]:
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return [f"{reasons[0]}{more}"] if reasons else []


def _ends(
    files: Iterable[Parsed], found: Observations, before: date | None = None, after: date | None = None
) -> list[Point]:
    """The nearest point of other files before a day, or after one."""
    points = [
        point
        for file in files
        for other in file.observations
        if (other.name, other.cadence) == (found.name, found.cadence)
        for point in other.points
        if point[1] == point[1] and ((before and point[0] < before) or (after and point[0] > after))
    ]
    if not points:
        return []
    return [max(points) if before else min(points)]


def _unlike(known: Sequence[Point], found: Observations, rule: Plausible, before: Parsed | None) -> list[str]:
    """Where a version differs from the one that it follows by more than a week can bring."""
    held = _points(before, found)
    return [
        f"{value:,.0f} on {day}, but {held[day]:,.0f} in the version before"
        for day, value in known
        if day in held and abs(value - held[day]) > (rule.step(day) if found.kind == "level" else rule.high)
    ]


def _apart(
    known: Sequence[Point], found: Observations, rule: Plausible, others: Mapping[str, Mapping[date, float]]
) -> list[str]:
    """Where the source that measures the same says something else."""
    values = others.get(rule.sibling, {})
    least, most = rule.apart
    return [
        f"{value:,.0f} on {day}, but {values[day]:,.0f} in {rule.sibling} ({least:,.0f} to {most:,.0f} apart is usual)"
        for day, value in known
        if day >= rule.since and day in values and not least <= values[day] - value <= most
    ]


def _points(parsed: Parsed | None, found: Observations) -> dict[date, float]:
    if parsed is None:
        return {}
    return {
        day: value
        for other in parsed.observations
        if (other.name, other.cadence) == (found.name, found.cadence)
        for day, value in other.points
        if value == value
    }


def revised(parsed: Parsed, before: Parsed, name: str, known: date) -> tuple[Note, ...]:
    """Return a note on what an earlier version of a file, known from a day, said otherwise; both are kept."""
    changed: list[str] = []
    for found in parsed.observations:
        held = _points(before, found)
        values = {day: value for day, value in found.points if value == value}
        for day, old in held.items():
            new = values.get(day, float("nan"))
            if not abs(new - old) <= SAME * abs(old):
                changed.append(f"{found.name} on {day}: {old:,.6g}, now {new:,.6g}")
    events: dict[str, EventRecord] = {one.cluster: one for one in parsed.events}
    changed += [
        f"event {one.cluster}: {'other' if one.cluster in events else 'gone'}"
        for one in before.events
        if events.get(one.cluster) != one
    ]
    if not changed:
        return ()
    said = f"{number_of(len(changed), 'value')} of the version known from {known} revised, the first: {changed[0]}"
    return (Note("revised", name, said),)
