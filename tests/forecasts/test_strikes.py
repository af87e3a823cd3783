"""Backtest and fit of strikes: scores by scoringrules, no look ahead, kinds missing, longer files, bad ones by name."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tertius.errors import DataError, OptionError
from tertius.evidence import read_data
from tertius.forecasts import strikes, strikes_fitting
from tertius.forecasts.strikes import ENGINE, LAUNCHES, LEAK, OURS, TOTAL, StrikePlan, run_strike_backtest
from tertius.forecasts.strikes_baselines import launch_baselines, leak_baselines
from tertius.forecasts.strikes_fitting import fit_strikes, strike_fit_text
from tertius.forecasts.strikes_table import strike_rows
from tertius.inference.strikes import LAUNCHING, LEAKING, read_strikes

FIRST = date(2022, 10, 3)  # a Monday
PLAN = StrikePlan(horizons=(1, 4), paths=50, automatic=False, every=3)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the form that returns to a mean, whose grid is a hundred times that of the others."""
    for module in (strikes, strikes_fitting):
        monkeypatch.setattr(module, "LAUNCHING", LAUNCHING[1:])
        monkeypatch.setattr(module, "LEAKING", LEAKING[1:])


def table(weeks: int, kinds: tuple[str, ...] = ("shahed", "missile_other"), seed: int = 1) -> str:
    """Days of a made-up air war."""
    generator = np.random.default_rng(seed)
    rows = [
        "date," + ",".join(f"{fate}_{kind}" for kind in kinds for fate in ("launched", "destroyed", "not_reach_goal"))
    ]
    for day in range(7 * weeks):
        cells = [str(FIRST + timedelta(days=day))]
        for _ in kinds:
            launched = int(generator.poisson(8 * generator.gamma(1.0)))
            lost = int(generator.binomial(launched, 0.1))
            cells += [str(launched), str(int(generator.binomial(launched - lost, 0.8))), str(lost)]
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def folder(place: Path, text: str) -> Path:
    place.mkdir(exist_ok=True)
    (place / "air_attacks_daily.csv").write_text(text)
    return place


def test_scores_are_those_of_scoringrules_on_the_same_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import scoringrules  # it compiles for seconds: other tests do not wait for it

    seen = []
    measured = strikes._measured

    def keep(ways, came, horizons, logs):  # type: ignore[no-untyped-def]
        found = measured(ways, came, horizons, logs)
        seen.append((ways, came, horizons, found))
        return found

    monkeypatch.setattr(strikes, "_measured", keep)
    found = run_strike_backtest(folder(tmp_path / "d", table(32)), PLAN)
    assert len(seen) == len(found.origins) * 5  # two kinds, the total, two leaks
    for ways, came, horizons, scores in seen:
        for place, horizon in enumerate(horizons):
            for one, name in enumerate(strikes.KINDS):
                actual = came[one][horizon - 1]
                if np.isfinite(actual):
                    expected = scoringrules.crps_ensemble(actual, ways[OURS][one][:, horizon - 1], estimator="fair")
                    assert scores[OURS, name, "crps"][place] == pytest.approx(expected, rel=1e-9)


def test_a_forecast_does_not_know_what_came_after_it(tmp_path: Path) -> None:
    plan = StrikePlan(last=FIRST + timedelta(days=7 * 29 - 1), horizons=(1, 4), paths=50, automatic=False)
    text = table(36, ("shahed",)).splitlines(keepends=True)
    other = "".join(text[: 1 + 7 * 33]) + "".join(line.replace(",", ",1", 1) for line in text[1 + 7 * 33 :])
    one = run_strike_backtest(folder(tmp_path / "a", "".join(text)), plan)
    two = run_strike_backtest(folder(tmp_path / "b", other), plan)
    assert one.digest != two.digest
    for key, values in one.scores.items():
        assert np.array_equal(values, two.scores[key], equal_nan=True), key


def test_a_longer_file_without_a_kind_is_scored_from_a_day(tmp_path: Path) -> None:
    data = folder(tmp_path / "d", table(40, ("shahed",)))
    start = FIRST + timedelta(days=7 * 36)
    found = run_strike_backtest(data, StrikePlan(first=start, horizons=(1, 26), paths=50, automatic=False))
    assert found.origins[0] >= start
    assert {key[1] for key in found.scores} == {"drones", TOTAL}
    assert any("no column of missiles" in note for note in found.notes)
    rows = strike_rows(found)
    assert {row["horizon"] for row in rows} == {1}  # nothing of 26 weeks ahead is known yet
    ours = next(row for row in rows if row["model"] == OURS)
    assert ours["best_simple"] != OURS
    assert any(row["model"] == ENGINE for row in rows)


def test_leak_is_what_was_neither_downed_nor_lost(tmp_path: Path) -> None:
    text = "date,launched_shahed,destroyed_shahed,not_reach_goal_shahed\n"
    text += "".join(f"{date(2024, 7, 1) + timedelta(days=at)},10,6,{at % 2}\n" for at in range(14))
    panel = read_strikes(read_data(folder(tmp_path / "d", text)))
    assert panel.launched["drones"].tolist() == [70, 70]
    assert panel.leaked["drones"].tolist() == [70 - 42 - 3, 70 - 42 - 4]
    assert panel.total.tolist() == [70, 70]


def test_simple_forecasters_hold_no_less_than_nothing_and_take_weeks_of_nothing() -> None:
    known = np.array([0.0, 3.0, np.nan, *np.tile([0.0, 40.0, 7.0], 8)])
    for drawn in launch_baselines(known, 6, 60, 1, automatic=False).values():
        assert drawn.shape[1] == 6
        assert (drawn >= 0).all()
        assert np.isfinite(drawn).all()
    for weekly, total in leak_baselines(known, known // 3, 6, 60, 1, automatic=False).values():
        assert ((weekly >= 0) & (weekly <= 1) & (total >= 0) & (total <= 1)).all()


def test_a_fit_holds_rows_of_every_form_and_nothing_later(tmp_path: Path) -> None:
    data = folder(tmp_path / "d", table(40, ("shahed",)))
    day = FIRST + timedelta(days=7 * 32 - 1)
    told = json.loads(strike_fit_text(fit_strikes(data, day, rows=60)))
    assert told["weeks"][1] == day.isoformat()
    for what in (LAUNCHES, LEAK):
        held = told["arms"]["drones"][what]
        assert len(held["rows"]) == 60
        assert sum(held["weights"].values()) == pytest.approx(1.0)
        assert all(len(row) == len(held["columns"]) for row in held["rows"])
    launched = told["arms"]["drones"]["summary"]["launched_a_week"]
    assert launched["p10"] < 56 < launched["p90"]
    shorter = folder(tmp_path / "s", table(32, ("shahed",)))
    again = fit_strikes(shorter, None, rows=60)
    assert again["arms"]["drones"]["summary"] == told["arms"]["drones"]["summary"]


def test_what_cannot_be_scored_is_refused_by_name(tmp_path: Path) -> None:
    short = folder(tmp_path / "s", table(10))
    with pytest.raises(DataError, match="no Sunday with 26 weeks before"):
        run_strike_backtest(short, PLAN)
    with pytest.raises(DataError, match="28 or more"):
        fit_strikes(short, None)
    with pytest.raises(OptionError, match="--paths"):
        StrikePlan(paths=1)
    with pytest.raises(OptionError, match="--horizons"):
        StrikePlan(horizons=(4, 1))
    with pytest.raises(OptionError, match="--rows"):
        fit_strikes(short, None, rows=3)
    days = folder(tmp_path / "n", "date,launched_shahed\n2024-01-01,3\n2024-01-02,4\n")
    with pytest.raises(DataError, match="no whole week"):
        fit_strikes(days, None)
    bad = folder(tmp_path / "b", "date,launched_rockets\n2024-01-01,3\n")
    with pytest.raises(DataError, match="no column of launches"):
        read_data(bad)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda rows: rows[:1] + rows[3:], "less than seven days taken as unknown"),
        (lambda rows: [*rows[:5], rows[5].split(",")[0] + ",4,9,0", *rows[6:]], "more stopped than launched on 1 day"),
        (lambda rows: [*rows[:5], rows[5].split(",")[0] + ",-4,0,0", *rows[6:]], "1 of 210 rows left out"),
    ],
    ids=["partial week", "more stopped", "negative"],
)
def test_odd_rows_are_counted_and_named(tmp_path: Path, change, note: str) -> None:  # type: ignore[no-untyped-def]
    text = "\n".join(change(table(30, ("shahed",)).splitlines())) + "\n"
    holdings = read_data(folder(tmp_path / "d", text))
    series = holdings.series("air-attacks.launched.drones")
    assert any(note in said for said in series.notes), series.notes
    assert np.isfinite(series.values).sum() >= 28
