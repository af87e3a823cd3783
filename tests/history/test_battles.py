"""Force in battles: a planted response is recovered by era, what cannot be used is left out, units are the law's."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tertius.errors import DataError
from tertius.history.battles import (
    ACTIVE_WIDTH,
    DAYS_A_WEEK,
    ERAS,
    TERMS,
    Fights,
    fit_response,
    in_the_laws_units,
    read_fights,
)


def made(seed: int, count: int, slopes: tuple[float, ...]) -> Fights:
    rng = np.random.default_rng(seed)
    era = rng.integers(0, len(ERAS), count)
    force = rng.normal(0.4, 0.7, count)
    terms = np.column_stack([rng.integers(0, 2, count) for _ in TERMS]).astype(float)
    mean = 0.5 * era + np.array(slopes)[era] * force + terms @ np.linspace(-0.4, 0.4, len(TERMS))
    return Fights(
        force,
        era,
        terms,
        {
            "advance": mean + rng.standard_t(4, count) * np.array([0.5, 1.0, 1.5, 2.0])[era],
            "win": (rng.random(count) < 1 / (1 + np.exp(-mean))).astype(float),
        },
    )


@pytest.mark.parametrize("outcome", ["advance", "win"])
def test_planted_responses_are_recovered(outcome: str) -> None:
    slopes = (0.5, 0.8, 0.2, -0.3)
    mode, covariance = fit_response(made(2, 4000, slopes), outcome)
    for place, slope in enumerate(slopes):
        pick = np.zeros(len(mode))
        pick[[0, 1 + place]] = 1.0
        assert abs(mode @ pick - slope) < 4 * np.sqrt(pick @ covariance @ pick)
    found = mode[1 + 2 * len(ERAS) :][: len(TERMS)]
    errors = np.sqrt(np.diag(covariance))[1 + 2 * len(ERAS) :][: len(TERMS)]
    assert (np.abs(found - np.linspace(-0.4, 0.4, len(TERMS))) < 4 * errors).all()


def test_the_laws_units_are_a_weeks_advance_times_the_width() -> None:
    told = in_the_laws_units({"response": 2.0, "error": 0.0})
    middle = np.sqrt(np.prod(ACTIVE_WIDTH))
    assert told["q50"] == pytest.approx(DAYS_A_WEEK * 2.0 * middle, rel=0.03)
    assert DAYS_A_WEEK * 2.0 * ACTIVE_WIDTH[0] < told["q10"] < told["q90"] < DAYS_A_WEEK * 2.0 * ACTIVE_WIDTH[1]
    assert told["above_nought"] == 1.0
    assert in_the_laws_units({"response": 0.0, "error": 1.0})["above_nought"] == pytest.approx(0.5, abs=0.02)


def columns(count: int) -> dict[str, list[object]]:
    numbers = ("year", "force_ratio", "days_active", "wina", "advance_km_day", "casualties_a", "casualties_d")
    numbers += ("strength_a", "strength_d", "multinational_a", "multinational_d")
    table: dict[str, list[object]] = {name: [1.0] * count for name in numbers}
    return (
        table
        | {"year": [1700.0 + place for place in range(count)], "posture1": ["HD"] * count}
        | {
            "terrain1": ["RM0"] * count,
            "duplicate_of": [None] * count,
        }
    )


def test_duplicates_and_what_has_no_strength_are_left_out(tmp_path: Path) -> None:
    table = columns(70)
    table["duplicate_of"][0], table["force_ratio"][1], table["advance_km_day"][2] = 5.0, None, None
    table["casualties_a"][3], table["wina"][4], table["wina"][5] = 0.0, -1.0, None
    path = tmp_path / "battles.parquet"
    pyarrow.parquet.write_table(pa.table(table), path)
    fights, _ = read_fights(path)
    assert len(fights.force) == 68
    assert np.isnan(fights.outcomes["advance"]).sum() == 1
    assert np.isnan(fights.outcomes["loss_a"]).sum() == 1
    assert np.isnan(fights.outcomes["win"]).sum() == 1
    assert fights.outcomes["win"][2] == 0.0


def test_too_few_battles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "battles.parquet"
    pyarrow.parquet.write_table(pa.table(columns(20)), path)
    with pytest.raises(DataError, match="fifty or more"):
        read_fights(path)
