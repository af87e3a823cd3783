"""Backtest of aid on a made-up file: baselines by hand, nothing known later is used, halves add up."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.world.conftest import EXAMPLE, changed

from tertius.forecasts import aid
from tertius.forecasts.aid import AidBacktest, AidPlan, run_aid_backtest
from tertius.forecasts.aid_baselines import AID_BASELINES, Ask
from tertius.forecasts.aid_table import aid_rows
from tertius.inference.aid import Panel
from tertius.inference.aid.panel import after
from tertius.world import load_scenario

MONTHS = tuple(after(date(2022, 1, 1), count) for count in range(20))
DONORS = "  borland: {name: Borland, donors: [Dovia]}"


def _backtest(folder: Path, factor: float, since: date, plan: AidPlan) -> AidBacktest:
    folder.mkdir()
    lines = ["month,donor,aid_type,measure,eur"]
    for place, month in enumerate(MONTHS):
        by = factor if month >= since else 1
        lines += [f"{month},Dovia,Military,Allocation,{1e6 * by * (100 + 37 * place % 90)}"]
        lines += [f"{month},Elmia,Financial,Allocation,{1e6 * by * (50 + 11 * place % 70)}"]
    (folder / "aid_monthly_by_donor.csv").write_text("\n".join(lines) + "\n")
    file = folder / "case.yaml"
    file.write_text(changed("  borland: {name: Borland}", DONORS, EXAMPLE))
    return run_aid_backtest(load_scenario(file), folder, plan)


def test_point_baselines_by_hand() -> None:
    amounts = np.array([[0.0, 0, *range(1, 13)]])
    panel = Panel(MONTHS[:14], ("Dovia",), amounts, {}, {})
    for name, value in (("same as last month", 12), ("last 3 months' mean", 11), ("last year's mean", 6.5)):
        told = AID_BASELINES[name](Ask(panel, 2, 50, 1)).amounts
        assert told is not None
        assert np.array_equal(told, np.full((2, 1, 2), float(value)))


def test_what_was_not_known_at_an_origin_changes_no_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, aid.Forecast]] = []
    real = aid._forecasts

    def spy(*args):  # type: ignore[no-untyped-def]
        seen.append(dict(real(*args)))
        return iter(seen[-1].items())

    monkeypatch.setattr(aid, "_forecasts", spy)
    plan = AidPlan(date(2023, 3, 31), date(2023, 3, 31), (1, 2), paths=50)
    # 60 days before 31 March is 30 January: December is the last known month
    for name, factor, since in (("a", 1, MONTHS[0]), ("later", 9, date(2023, 1, 1)), ("known", 9, date(2022, 12, 1))):
        _backtest(tmp_path / name, factor, since, plan)
    plain, later, known = seen
    for model, forecast in plain.items():
        assert np.array_equal(forecast.level, later[model].level), model
        if forecast.amounts is not None:
            assert np.array_equal(forecast.amounts, later[model].amounts), model
            assert not np.array_equal(forecast.amounts, known[model].amounts), model


def test_halves_add_up_and_not_beaten_is_computed(tmp_path: Path) -> None:
    found = _backtest(tmp_path / "a", 1, MONTHS[0], AidPlan(date(2023, 1, 1), date(2023, 5, 31), (1, 2), paths=50))
    rows = {tuple(row[k] for k in ("part", "series", "score", "horizon", "model")): row for row in aid_rows(found)}
    whole = {key: row for key, row in rows.items() if key[0] == "all"}
    assert whole
    for key, row in whole.items():
        halves = [rows[part, *key[1:]] for part in ("first half", "second half")]
        assert sum(half["origins"] for half in halves) == row["origins"]
        total = sum(half["origins"] * half["mean"] for half in halves)
        assert total == pytest.approx(row["origins"] * row["mean"], rel=1e-4)
        if "not_beaten" in row:
            means = {name: whole[(*key[:4], name)]["mean"] for name in row["against"]}
            assert row["not_beaten"] == [name for name, mean in means.items() if not mean > row["mean"]]
