"""Late entries: the nearest by hand, the comparison on made-up conflicts, the shipped file reproduced."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tertius.errors import DataError
from tertius.history.effects import SHIPPED, fit_effects, shipped_effects, shipped_entries
from tertius.history.late import LateEntry, bound, comparisons, ended_within, most_like
from tertius.history.reference import text_of


def entry(war: str, age: float, ratio: float | None, between: bool = True, on: float | None = 1.0) -> LateEntry:
    return LateEntry(war, ("X",), 1950, between, age, ratio, on, "won")


def test_the_nearest_come_first_and_no_war_more_than_twice() -> None:
    found = [
        entry("far", 30.0, 4.0),
        entry("near", 2.0, -1.0),
        entry("near", 2.1, -1.0),
        entry("near", 2.2, -1.1),
        entry("within", 2.0, -1.0, between=False),
        entry("unknown", 2.0, None),
    ]
    nearest = most_like(found, True, 2.0, -1.0, 5)
    assert [one.war for one in nearest] == ["near", "near", "within", "unknown", "far"]
    assert most_like(found, True, 2.0, -1.0, 2) == nearest[:2]
    assert most_like([], True, 2.0, -1.0) == []
    assert ended_within([entry("a", 1, 0, on=0.5), entry("b", 1, 0, on=3.0), entry("c", 1, 0, on=None)], 1) == 1


def test_a_planted_difference_is_found_and_a_planted_selection_shows_in_the_control() -> None:
    rng, years, rows = np.random.default_rng(3), {}, []
    for conflict in range(300):
        start = 1950 + int(rng.integers(0, 20))
        entered, war = conflict % 2 == 0, bool(rng.random() < (0.8 if conflict % 2 == 0 else 0.4))
        end = start + (2 if rng.random() < (0.2 if entered else 0.6) else 9)
        for year in range(start, end + 1):
            years[conflict, year] = {"internal": True, "war": war, "start": start, "end": end}
        if entered:
            rows.append({"conflict_id": conflict, "first_year": start + 1, "last_year": start + 9, "late_episode": 1})
    told = comparisons(rows, years)
    assert told["entries"] == 150
    first = told["same_kind_and_age"][0]
    assert first["entered"] == pytest.approx(0.2, abs=0.1)
    assert first["beside"] == pytest.approx(0.6, abs=0.1)
    gap, low, high = first["difference"]
    assert low < gap < high < 0
    assert told["war_the_year_before"]["difference"][1] > 0


def test_the_bound_is_that_of_the_risk_ratio() -> None:
    assert bound(0.3, 0.3) == 1.0
    assert bound(0.4, 0.2) == pytest.approx(2 + np.sqrt(2))
    assert bound(0.2, 0.4) == bound(0.4, 0.2)


def test_the_shipped_file_is_reproduced() -> None:
    data = Path(__file__).parents[2].parent / "shared" / "data"
    if not data.is_dir():
        pytest.skip(f"reference data absent: {data}")
    told = json.loads(text_of(fit_effects(data)))
    assert told == near(json.loads(Path(str(files("tertius.history").joinpath(SHIPPED))).read_text(encoding="utf-8")))


def near(told: Any) -> Any:
    """A tree that equals another with numbers alike to a hundredth: the last digits hang on the processor."""
    if isinstance(told, dict):
        return {name: near(value) for name, value in told.items()}
    if isinstance(told, list):
        return [near(value) for value in told]
    return pytest.approx(told, rel=1e-2, abs=1e-3) if isinstance(told, float) else told


def test_the_page_says_what_the_file_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "entries.md").read_text(encoding="utf-8")
    told = shipped_effects()
    for row in told["entering"]["scores"]:
        for value in (row["with_entry"], row["without"]):
            assert f"| {value:.3f} |".replace("0.", ".") in page, row
    for name in ("same_kind_and_age", "same_size_too"):
        for row in told["late"]["comparisons"][name]:
            assert f"| {row['entered']:.0%} | {row['beside']:.0%} |" in page, row
    for era in told["battles"]["responses"]["advance"]["eras"]:
        assert f"{era['response']:+.2f}" in page
    assert len(shipped_entries()) == len(told["late"]["entries"]) > 40


def test_a_folder_that_lacks_a_part_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    with pytest.raises(DataError, match="entries"):
        fit_effects(tmp_path)
