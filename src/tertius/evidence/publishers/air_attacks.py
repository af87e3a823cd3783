"""Missiles and drones launched and shot down, by kind and week, as the Air Force of Ukraine claims them.

Reads air_attacks_daily.csv: one row a day, with columns launched_K, destroyed_K and not_reach_goal_K for kinds K of a
public table of the Air Force's posts (Kaggle, "Massive missile attacks on Ukraine"). A kind whose columns a file lacks
has no series. Days are summed over whole ISO weeks; a week that the file covers in part is unknown.

    kind            columns                           what it is
    drones          shahed                            one-way attack drones (and, from mid 2024, decoys among them)
    missiles        missile_other                     cruise missiles, guided air missiles, air defence missiles at land
    ballistic       ballistic + ballistic_incl_kn23   ballistic missiles, all
    kn23            ballistic_incl_kn23               the part of them posted as Iskander-M or KN-23, either
    reconnaissance  other_uav                         other drones; nearly all are counted because they were shot down
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tertius.calendar import DAYS, week_end
from tertius.errors import DataError
from tertius.evidence.observations import Note, ObservationModel, Observations, Parsed, Plausible
from tertius.evidence.registry import Source
from tertius.evidence.tables import Points, Row, Table, columns_by_day, days_named, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

FILE = "air_attacks_daily.csv"
KINDS = {
    "drones": ("shahed",),
    "missiles": ("missile_other",),
    "ballistic": ("ballistic", "ballistic_incl_kn23"),
    "kn23": ("ballistic_incl_kn23",),
    "reconnaissance": ("other_uav",),
}
FATES = {
    "launched": ("launched",),
    "downed": ("destroyed",),
    "lost": ("not_reach_goal",),
    "stopped": ("destroyed", "not_reach_goal"),
}
"""What a series counts, and its columns' names: lost is what fell short or vanished from radar."""

MODEL = ObservationModel(
    bias="The defender's claims. Launches: items that slip by unseen are missing (few drones, some ballistic "
    "missiles), decoys count as drones. Downed: too high by an unknown share, least checked for ballistic "
    "missiles. Lost: counted only since July 2024, so what was not downed before then leaked at most",
    noise=0.1,
    noise_unit="share of the week's value, around its own slowly moving bias",
    noise_source="judgement",
    lag_days=1,
    redrawn=(),
    grade="C",
)

PLAUSIBLE = {
    f"air-attacks.*.{kind}": Plausible(low=0.0, high=most, why=f"to November 2024 at most {seen} launched in a week")
    for kind, most, seen in (
        ("drones", 10_000.0, "541"),
        ("missiles", 1_000.0, "129"),
        ("ballistic", 500.0, "52"),
        ("kn23", 500.0, "19"),
        ("reconnaissance", 1_000.0, "55"),
    )
}
PLAUSIBLE = {name.replace("*", fate): rule for name, rule in PLAUSIBLE.items() for fate in FATES}


def parse(data: bytes, name: str) -> Parsed:
    """Read the table by day. Raises DataError."""
    table = read_table(data, name, ("date",))
    kinds = [kind for kind, parts in KINDS.items() if all(f"launched_{part}" in table.columns for part in parts)]
    if not kinds:
        raise DataError(
            f"{name}, line 1",
            "no column of launches",
            "date and launched_K, destroyed_K, not_reach_goal_K, K one of shahed, missile_other, ballistic, "
            "ballistic_incl_kn23, other_uav",
            "docs/strikes.md has the layout; save the table in it",
        )
    wanted = [(kind, fate) for kind in kinds for fate in FATES if set(_columns(kind, fate)) & set(table.columns)]
    columns = list(dict.fromkeys(column for kind, fate in wanted for column in _columns(kind, fate)))
    columns = [column for column in columns if column in table.columns]
    points, notes = columns_by_day(table, lambda row: row.day("date"), columns)
    given = {column: dict(points[column]) for column in columns}
    partial: set[date] = set()
    observations = tuple(
        Observations(f"air-attacks.{fate}.{kind}", "flow", "items", "week", _weeks(given, kind, fate, partial))
        for kind, fate in wanted
    )
    notes += (*_odd(table, kinds), *_partial(table.file, partial))
    days = [day for day, _ in points[columns[0]]]
    return Parsed(observations, len(table.rows), notes=tuple(dict.fromkeys(notes)), written=max(days, default=None))


def _columns(kind: str, fate: str) -> list[str]:
    return [f"{column}_{part}" for column in FATES[fate] for part in KINDS[kind]]


def _weeks(given: dict[str, dict[date, float]], kind: str, fate: str, partial: set[date]) -> Points:
    """Sums over ISO weeks; NaN where a day is missing."""
    days: dict[date, list[float]] = defaultdict(list)
    columns = [given[column] for column in _columns(kind, fate) if column in given]
    for day in columns[0]:
        days[week_end(day)].append(sum(column.get(day, float("nan")) for column in columns))
    partial |= {week for week, values in days.items() if len(values) < DAYS}
    return tuple((week, sum(days[week]) if len(days[week]) == DAYS else float("nan")) for week in sorted(days))


def _partial(file: str, partial: set[date]) -> tuple[Note, ...]:
    if not partial:
        return ()
    told = f"{len(partial)} weeks of less than seven days taken as unknown: {days_named(sorted(partial))}"
    return (Note("missing", file, told),)


def _odd(table: Table, kinds: Sequence[str]) -> tuple[Note, ...]:
    """A note on days on which more was stopped than launched: such claims are kept, and leave no leak."""
    parts = dict.fromkeys(part for kind in kinds for part in KINDS[kind])
    odd = [row.cells["date"].strip()[:10] for row in table.rows if any(_stopped_more(row, part) for part in parts)]
    if not odd:
        return ()
    named = ", ".join(odd[:3])
    return (Note("doubtful", table.file, f"more stopped than launched on {len(odd)} days: {named}"),)


def _stopped_more(row: Row, part: str) -> bool:
    try:
        launched, downed, lost = (row.number(f"{column[0]}_{part}") for column in list(FATES.values())[:3])
    except DataError:
        return False  # the row is left out, with a note
    return downed + (lost if lost == lost else 0.0) > launched


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Refuse: the table is got with the user's own account."""
    fix = f"get the table with your own account, save it as {FILE}, and run: tertius data add {FILE} --as air-attacks"
    raise DataError("source air-attacks", "nothing to download", "a file of your own", fix)


SOURCE = Source(
    name="air-attacks",
    title="Missiles and drones launched and shot down, as the Air Force of Ukraine claims",
    address="",
    files=(FILE,),
    series=tuple(f"air-attacks.{fate}.{kind}" for kind in KINDS for fate in FATES),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="public statements; the collection on Kaggle names its own terms",
    plausible=PLAUSIBLE,
)
