"""A replay of a watch: scores of toys worked out by hand, nothing of later in a rule, and the stretch of one war."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import tertius
from tertius.errors import DataError, OptionError
from tertius.forecasts.watch import replay as module
from tertius.forecasts.watch.replay import WEEKS, Forecast, _at, _scores
from tertius.impact.indicators import Indicator

UKRAINE = Path(__file__).parents[3] / "shared" / "data" / "ukraine"
ORIGIN = date(2024, 1, 7)
RULE = Indicator("front", 4, False, True, 100.0, 8, 600, 0.3, 0.6, 0.1, 0.03, 0.7, 0.2, 3.5, 18.0, 0.1)


def forecast(chance: float, plain: float, came: bool, origin: date = ORIGIN) -> Forecast:
    return Forecast("front", origin, True, 500.0, RULE, 120.0, True, plain, chance, came)


def test_scores_are_those_worked_out_by_hand() -> None:
    rows = [forecast(0.8, 0.25, came=True), forecast(0.4, 0.25, came=False, origin=ORIGIN + timedelta(weeks=4))]
    found = _scores("tripped", rows)
    assert found.brier == pytest.approx((0.04 + 0.16) / 2)
    assert found.plain == pytest.approx((0.5625 + 0.0625) / 2)
    assert found.better == pytest.approx(found.plain - found.brier)
    assert found.log == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    gains = np.array([0.5225, -0.0975])
    assert found.error == pytest.approx(gains.std(ddof=1) / np.sqrt(2))
    assert (found.forecasts, found.origins) == (2, 2)


def toy(monkeypatch: pytest.MonkeyPatch, actual: float) -> list[Forecast]:
    """Futures that gain the same every week, from 0 to 100 km2, and a war that gains `actual`."""
    ahead = np.repeat(np.linspace(0.0, 100.0, 1200)[:, None], WEEKS, axis=1)
    ahead = np.random.default_rng(1).permutation(ahead)
    monkeypatch.setattr(module, "_ahead", lambda *given: ahead)
    monkeypatch.setattr(module, "_actual", lambda *given: np.full(WEEKS, actual))
    target = SimpleNamespace(name="front", kind="level", observation=SimpleNamespace(series="deepstate.occupied"))
    return list(_at(None, None, target, ORIGIN, 1))  # type: ignore[arg-type]


def test_a_reading_that_tells_all_is_nearly_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = toy(monkeypatch, 90.0)
    upper = [one for one in rows if one.above]
    assert {one.rule.week for one in upper} == {8, 13}
    for one in upper:
        assert one.threshold == pytest.approx(75.0 * WEEKS, rel=0.01)
        assert one.plain == pytest.approx(0.25, abs=0.03)
        assert one.reading == 360.0
        assert one.tripped
        assert one.came
        assert one.chance > 0.8
    lower = [one for one in rows if not one.above]
    assert lower
    assert not any(one.came or one.tripped for one in lower)
    assert _scores("read", rows).better > 0.1


def test_what_never_can_be_known_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert toy(monkeypatch, float("nan")) == []


def test_what_cannot_be_replayed_is_refused() -> None:
    with pytest.raises(OptionError, match="observations"):
        tertius.replay_watch("river-war", ".")
    with pytest.raises(DataError):
        tertius.replay_watch("ukraine-2024", "nowhere")


@pytest.mark.skipif(not UKRAINE.is_dir(), reason="needs the weekly series beside the checkout")
def test_tripped_rules_beat_the_chance_without_them() -> None:
    """Of every second origin of the stretch from October 2023; nothing of it was used to choose anything."""
    found = tertius.replay_watch("ukraine-2024", UKRAINE, date(2023, 10, 1), every=8)
    read, tripped = found.scores
    assert read.forecasts >= 20
    assert read.better > 0
    assert tripped.better > 0
    assert all(one.origin + timedelta(weeks=WEEKS) <= date(2024, 11, 3) for one in found.forecasts)
