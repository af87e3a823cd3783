"""Posteriors of strikes in a scenario's fit: their columns by the equations, their stamps, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.forecasts.test_strikes import folder, quick, table

import tertius
from tertius.engine import Layout
from tertius.engine.posterior import law_stamp
from tertius.errors import DataError
from tertius.forecasts import strikes_blocks
from tertius.forecasts.fitting import fit_text
from tertius.forecasts.strikes_blocks import add_strikes
from tertius.inference.strikes import LAUNCHING, LEAKING, Draws

WAR = Path(__file__).parents[1] / "engine" / "strikes-only.yaml"
OBSERVED = """
patterns:
  counted: {unit: items, start: 2022-10-03, source: survey}
observations:
  like: counted
  launched: {name: Drones launched, output: weapons.sudia-drones.launched, series: air-attacks.launched.drones}
  stopped:
    name: Drones stopped
    output: defences.nordia-lower.intercepts.sudia-drones.downed
    series: air-attacks.stopped.drones
"""
__all__ = ["quick"]


@pytest.fixture(autouse=True)
def few_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strikes_blocks, "LAUNCHING", LAUNCHING[1:])
    monkeypatch.setattr(strikes_blocks, "LEAKING", LEAKING[1:])


def empty() -> dict:  # type: ignore[type-arg]
    """A fit without a block."""
    return {
        "tertius_fit": 1, "version": "0", "scenario": "war", "as_of": "2031-03-03", "seed": 1,
        "stamps": {"priors": {}, "observations": {}, "law": law_stamp(()), "data": {}},
        "blocks": [], "weights": [], "diagnostics": [], "not_updated_by_data": [],
        "record": {"first": "2023-01-01", "last": "2023-02-05", "rows": []}, "notes": [],
    }  # fmt: skip


def layout_of(path: Path) -> Layout:
    war = tertius.load(path)
    return Layout.of(war.record.without_fit(), war.settings)


@pytest.fixture
def war(tmp_path: Path) -> Path:
    path = tmp_path / "war.yaml"
    path.write_text(WAR.read_text(encoding="utf-8") + OBSERVED, encoding="utf-8")
    return path


def test_a_scenario_takes_the_posteriors_that_it_is_given(war: Path, tmp_path: Path) -> None:
    data = folder(tmp_path / "d", table(36, ("shahed",)))
    told = add_strikes(empty(), layout_of(war), data, rows=60, seed=1)
    assert [block["observation"] for block in told["blocks"]] == ["launched", "stopped"]
    again = add_strikes(told, layout_of(war), data, rows=60, seed=1)
    assert fit_text(again) == fit_text(told)
    (tmp_path / "war.fit.json").write_text(fit_text(told), encoding="utf-8")
    text = war.read_text(encoding="utf-8").replace("weeks: 13", "weeks: 13\nfit: war.fit.json")
    war.write_text(text, encoding="utf-8")
    posterior = tertius.load(war).layout.posterior
    assert posterior is not None
    block = posterior.block_of("weapons.sudia-drones.launch_level")
    assert block is not None
    drawn = dict(zip(block.columns, block.draw(1, np.arange(500)).T, strict=True))
    weekly = drawn["weapons.sudia-drones.launch_level"] * np.exp(drawn["weapons.sudia-drones.burst"] ** 2 / 2)
    assert 30 < np.median(weekly) < 90  # 56 were launched a week
    chance = posterior.block_of("defences.nordia-lower.intercepts.sudia-drones.chance")
    assert chance is not None
    stopped = chance.draw(1, np.arange(500))[
        :, chance.columns.index("defences.nordia-lower.intercepts.sudia-drones.chance")
    ]
    assert np.median(stopped) == pytest.approx(0.1 + 0.9 * 0.8, abs=0.1)


def test_columns_are_the_equations() -> None:
    rows = Draws(
        {
            name: np.array([value])
            for name, value in (("mean", 3.0), ("persistence", 0.9), ("shock", 0.2), ("burst", 1.0))
        },
        np.array([3.5]),
    )
    found = strikes_blocks._launching(rows)
    assert found["burst"] == pytest.approx(np.sqrt(np.log(2.0)))
    at_once = found["launch_level"] * np.exp(found["launch_deviation"] + found["burst"] ** 2 / 2)
    assert at_once == pytest.approx(np.exp(3.5))  # the mean of a week that begins where the level stands
    assert found["launch_growth"] == 0.0
    stopping = strikes_blocks._stopping(rows)
    odds = np.log(stopping["chance"] / (1 - stopping["chance"])) + stopping["deviation"]
    assert odds == pytest.approx(-3.5)  # what is stopped is what does not leak


def test_what_cannot_be_joined_is_refused_by_name(war: Path, tmp_path: Path) -> None:
    data = folder(tmp_path / "d", table(36, ("shahed",)))
    with pytest.raises(DataError, match="no observation of strikes"):
        add_strikes(empty(), layout_of(WAR), data, rows=60, seed=1)
    written = war.read_text(encoding="utf-8")
    war.write_text(written.replace("air-attacks.launched.drones", "air-attacks.launched.kn23"), encoding="utf-8")
    with pytest.raises(DataError, match=r"launched\.kn23[\s\S]*one of air-attacks\.launched\.drones"):
        add_strikes(empty(), layout_of(war), data, rows=60, seed=1)
    war.write_text(written, encoding="utf-8")
    other = empty()
    other["stamps"]["law"] = "0" * 64
    with pytest.raises(DataError, match="one under other laws"):
        add_strikes(other, layout_of(war), data, rows=60, seed=1)
    war.write_text(war.read_text(encoding="utf-8").replace("  launched: {name", "  other: {name").replace(
        "weapons.sudia-drones.launched,", "weapons.sudia-missiles.launched,"), encoding="utf-8")  # fmt: skip
    with pytest.raises(DataError, match=r"an observation of weapons\.sudia-drones\.launched beside it"):
        add_strikes(empty(), layout_of(war), data, rows=60, seed=1)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(DataError, match="no fit that can be read"):
        strikes_blocks.read_fit(broken)
    assert json.loads(fit_text(empty()))["blocks"] == []
