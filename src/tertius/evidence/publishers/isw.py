"""ISW: the area that the Institute for the Study of War assesses as controlled, in km2.

The daily figure is published by github TheEconomist/the-economist-ukraine-war-dead-and-wounded-estimates, in m2, as
area_assessed_as_controlled_by_russia.csv; the form was read from the stored repository. isw_area_daily.csv is the same
in km2. Not checked against the live address, for want of a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tertius.evidence.observations import ObservationModel, Observations, Parsed, Plausible
from tertius.evidence.registry import Source
from tertius.evidence.tables import columns_by_day, header_of, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

FILE = "area_assessed_as_controlled_by_russia.csv"
ADDRESS = (
    "https://raw.githubusercontent.com/TheEconomist/the-economist-ukraine-war-dead-and-wounded-estimates/main/"
    f"source-data/deaths-and-casualties-data/{FILE}"
)
AREA = "isw_russia_controlled_km2"
PUBLISHED_AREA = "area_assessed_as_russia_controlled"
SQUARE_METRES = 1e6  # in a km2

MODEL = ObservationModel(
    bias="Assessed advances and claims are kept apart; control is given late and taken back late; the level is some "
    "4,000 km2 above the other map's, by the line of coast and border",
    noise=65.0,
    noise_unit="km2 per week",
    noise_source="judgement, from the two maps side by side: from January 2023 to November 2024 their weekly changes "
    "differ with a standard deviation of 72 km2 and correlate .65 (.57 over other spans); this one moves twice as much",
    lag_days=1,
    redrawn=(),
    grade="B",
)


PLAUSIBLE = Plausible(
    low=1_000.0,
    high=250_000.0,
    why="the daily table to November 2024: 43,679 to 166,336 km2; in a week at most 79,046 to May 2022, 8,422 to the "
    "end of 2022, 647 after. Its level lies 3,498 to 4,219 km2 above the other map's from 2023 on",
    steps=((date(2022, 5, 31), 120_000.0), (date(2022, 12, 31), 15_000.0), (date.max, 2_500.0)),
    sibling="deepstate.occupied",
    apart=(-12_000.0, 4_000.0),
    since=date(2023, 1, 1),
)


def parse(data: bytes, name: str) -> Parsed:
    """Read the daily table, in km2 or as published in m2. Raises DataError."""
    column, size = (PUBLISHED_AREA, SQUARE_METRES) if PUBLISHED_AREA in header_of(data) else (AREA, 1.0)
    table = read_table(data, name, ("date", column))
    points, notes = columns_by_day(table, lambda row: row.day("date"), [column])
    areas = tuple((day, value / size) for day, value in points[column])
    return Parsed((Observations("isw.controlled", "level", "km2", "day", areas),), len(table.rows), notes=notes)


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the daily table."""
    return [client.get(address, SOURCE.name_for(address, FILE), SOURCE.limit)]


SOURCE = Source(
    name="isw",
    title="Institute for the Study of War, assessed control",
    address=ADDRESS,
    files=("isw_area_daily.csv", FILE),
    series=("isw.controlled",),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="see the repository",
    plausible={"isw.controlled": PLAUSIBLE},
)
