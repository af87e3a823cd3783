"""What the tests of inference share: the shipped scenario without its fit, and small folders of data."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tertius.engine import Layout
from tertius.evidence import Holdings, read_folder
from tertius.inference.measuring import Target, targets
from tertius.world import load_scenario

AREA_COLUMNS = (
    "week_start,week_end,ru_occupied_ukraine_km2,occupied_since_20220224_km2,grey_zone_ukraine_km2,"
    "ua_held_russian_territory_km2,grey_zone_russian_territory_km2,change_km2,ua_held_russia_change_km2,"
    "n_observed_days,isw_km2,isw_change_km2"
)
Area = Callable[..., Holdings]


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout.of(replace(load_scenario("ukraine-2024"), fit=None))


@pytest.fixture(scope="session")
def named_targets(layout: Layout) -> dict[str, Target]:
    return {target.name: target for target in targets(layout)}


@pytest.fixture(scope="session")
def front(named_targets: dict[str, Target]) -> Target:
    return named_targets["front-area"]


@pytest.fixture(scope="session")
def claimed(named_targets: dict[str, Target]) -> Target:
    return named_targets["claimed-losses"]


def cell(value: float | None) -> str:
    return "" if value is None or np.isnan(value) else f"{value:.2f}"


@pytest.fixture
def area(tmp_path: Path) -> Area:
    """Write tables of areas (and of aid by month) from the Sunday `first` on, and read them as holdings."""

    def write(
        first: date,
        occupied: Sequence[float],
        second: Sequence[float] | None = None,
        aid: Sequence[tuple[str, float]] | None = None,
        folder: str = "data",
    ) -> Holdings:
        place = tmp_path / folder
        place.mkdir()
        lines = [AREA_COLUMNS]
        for week, value in enumerate(occupied):
            end = first + timedelta(weeks=week)
            other = None if second is None else second[week]
            lines.append(f"{end - timedelta(days=6)},{end},{cell(value)},,,,,,,7,{cell(other)},")
        (place / "deepstate_area_weekly.csv").write_text("\n".join(lines) + "\n")
        if aid is not None:
            rows = [f"{month},Avria,Military,Allocation,{eur}" for month, eur in aid]
            text = "\n".join(["month,donor,aid_type,measure,eur", *rows]) + "\n"
            (place / "aid_monthly_by_donor.csv").write_text(text)
        return read_folder(place)

    return write
