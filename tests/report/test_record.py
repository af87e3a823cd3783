"""The brief's box on past forecasts says what the fit's record holds, and nothing without one."""

import copy
from dataclasses import replace
from typing import Any

import vl_convert

from tertius.engine import Layout
from tertius.impact.record import record
from tertius.report.record import RecordContext, _share, record_context
from tertius.report.scores import SCORE_FIGURES
from tertius.world import load_scenario


def layout(change: Any = None) -> Layout:
    found = Layout.of(load_scenario("ukraine-2024"))
    assert found.posterior is not None
    told = copy.deepcopy(dict(found.posterior.told))
    if change is not None:
        change(told)
    return replace(found, posterior=replace(found.posterior, told=told))


def box(found: Layout) -> RecordContext:
    held = record(found)
    assert held is not None
    return record_context(found.scenario, held)


def test_every_cumulative_row_of_the_record_is_shown() -> None:
    found = layout()
    told = box(found)
    assert found.posterior is not None
    rows = [row for row in found.posterior.told["record"]["rows"] if row["kind"] == "cumulative"]
    assert [row.weeks for row in told.rows] == [str(row["horizon"]) for row in rows]
    for shown, row in zip(told.rows, rows, strict=True):
        assert row["best_baseline"] in shown.best
        assert str(row["origins"]) in shown.origins
        if row["not_beaten"]:
            name = found.scenario.observations[row["series"]].name
            line = next(line for line in told.not_beaten if line.startswith(name))
            assert all(model in line for model in row["not_beaten"])


def test_what_is_beaten_everywhere_and_what_is_scarce_is_said() -> None:
    def change(told: dict[str, Any]) -> None:
        row = told["record"]["rows"][0]
        told["record"]["rows"] = [{**row, "kind": "cumulative", "not_beaten": [], "skill": None, "stretches": 1.0}]

    told = box(layout(change))
    assert "every simple forecaster was beaten" in told.not_beaten[0]
    assert told.rows[0].skill == "too few origins"
    assert "few separate stretches" in told.rows[0].origins


def test_failing_checks_weeks_and_missing_intervals_are_said() -> None:
    def change(told: dict[str, Any]) -> None:
        row = {**told["record"]["rows"][0], "kind": "cumulative", "not_beaten": ["local level"], "horizon": 1}
        told["record"]["rows"] = [{**row, "stretches": 1.5, "difference80": None, "difference_error": None}]
        checks = told["diagnostics"][0]["predictive_checks"]
        told["diagnostics"] = [told["diagnostics"][0] | {"predictive_checks": checks[:1]}]
        checks[0]["share_below"] = 0.999

    told = box(layout(change))
    assert "too few separate stretches" in told.rows[0].skill
    assert "at 1 week local level" in told.not_beaten[0]
    assert len(told.unlike) == 1
    assert "sd of weekly differences is larger" in told.unlike[0]
    assert "moving-level" in told.unlike[0]


def test_without_a_fit_there_is_no_box() -> None:
    assert record(Layout.of(load_scenario("ukraine-2024").without_fit())) is None
    assert record(layout(lambda told: told.pop("record"))) is None


def test_the_score_figures_can_be_drawn() -> None:
    row = {"series": "front", "model": "tertius", "crps": 10.0, "difference": -1.0, "difference80": [-2.0, 0.5]}
    more = {"skill": 0.09, "coverage80": 0.8, "pit": [1] * 10}
    rows = [{**row, **more, "kind": kind, "horizon": h} for kind in ("weekly", "cumulative") for h in (1, 4)]
    for make in SCORE_FIGURES.values():
        assert vl_convert.vegalite_to_svg(make(rows).to_dict()).startswith("<svg")


def test_a_skill_that_rounds_to_nothing_has_no_sign() -> None:
    assert [_share(value) for value in (-0.004, 0.004, -0.016, 0.2)] == ["0%", "0%", "−2%", "+20%"]
