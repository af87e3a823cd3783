"""What to collect: toys of which it is known how much of the variance a reading tells."""

from __future__ import annotations

import numpy as np
import pytest

import tertius
from tertius.engine import Ensemble
from tertius.impact.collecting import QUANTITY, READING, chance, level, told
from tertius.impact.observables import outputs_read, target_of
from tertius.report.collected import row, title

WEEKS, COUNT = 26, 4000


def test_the_share_told_is_that_of_the_variance() -> None:
    rng = np.random.default_rng(1)
    known, noise = rng.normal(size=(2, 20_000))
    assert told(known + noise, known) == pytest.approx(0.5 * 0.93, abs=0.03)  # eight groups tell 93% of a normal one
    seen = (rng.random(20_000) < 0.5).astype(float)
    assert told(2.0 * seen + noise, seen) == pytest.approx(0.5, abs=0.02)
    assert told(seen, seen) == 1.0


def test_noise_tells_nothing() -> None:
    """Of 400 candidates of noise about one in a hundred passes for something; tested together, hardly any."""
    rng = np.random.default_rng(2)
    values, noise = rng.normal(size=500), rng.normal(size=(400, 500))
    assert sum(told(values, each) > 0.0 for each in noise) <= 12
    assert sum(told(values, each, 400) > 0.0 for each in noise) <= 1


def test_too_few_cases_tell_nothing() -> None:
    assert told(np.arange(40.0), np.arange(40.0)) == 0.0
    assert told(np.arange(40.0), np.zeros(40)) == 0.0


def toy() -> Ensemble:
    """Half of the variance of the land gained lies in the front's change of weeks 9 to 12, half in luck."""
    layout = tertius.load("ukraine-2024").layout
    scenario = layout.scenario
    rng = np.random.default_rng(3)
    shown, luck = 1000.0 * rng.normal(size=(2, COUNT))
    kept = outputs_read(scenario)
    states = np.zeros((COUNT, WEEKS + 1, len(kept)), dtype=np.float32)
    states[:, 12:, kept.index("theatres.front.area")] = shown[:, None]
    samples = np.zeros((COUNT, WEEKS + 1, len(scenario.outcomes)))
    samples[:, -1, list(scenario.outcomes).index("front-gain")] = shown + luck
    return Ensemble("toy", layout, 1, WEEKS, 4, COUNT, np.arange(COUNT), samples, kept, states)


def test_the_reading_that_tells_half_comes_first_with_what_it_saves() -> None:
    ensemble = toy()
    found = level(ensemble, "front-gain")
    best = found.rows[0]
    assert (best.kind, best.what, best.week) == (READING, "front-area", 13)
    assert best.share == pytest.approx(0.465, abs=0.03)
    width = found.interval[1] - found.interval[0]
    assert width == pytest.approx(2 * 1.2816 * 1000 * np.sqrt(2), rel=0.05)
    assert best.worth == pytest.approx(width * (1 - np.sqrt(1 - best.share)))
    assert [one.what for one in found.rows].count("front-area") == 1
    assert not any(one.kind == QUANTITY for one in found.rows)
    assert "km²" in title(found, ensemble.layout.scenario)
    assert "narrower" in row(best, found, ensemble.layout.scenario)


def test_a_chance_moves_as_far_as_its_sign_moves_it() -> None:
    """The land gained is above 1,000 km2 nearly only where the front has moved: the chance of each group is known."""
    ensemble = toy()
    target = target_of("front-gain>1000", ensemble.layout.scenario)
    found = chance(ensemble, target)
    best = found.rows[0]
    values = ensemble.of("front-gain")[:, -1] > 1000
    shown = ensemble.path("theatres.front.area")[:, -1]
    order = np.argsort(shown).reshape(8, -1)
    expected = np.sqrt(np.mean((values[order].mean(axis=1) - values.mean()) ** 2))
    assert (best.kind, best.what) == (READING, "front-area")
    assert best.worth == pytest.approx(expected, rel=0.05)
    assert "points" in row(best, found, ensemble.layout.scenario)


@pytest.mark.usefixtures("compiled")
def test_headlines_are_asked_of_as_effects_and_as_they_stand() -> None:
    found = tertius.collect("ukraine-2024", futures=800, weeks=26)
    told_of = [(one.about, one.name) for one in found]
    assert told_of == [(about, name) for about in ("effect", "level") for name in ("front-gain", "kursk-salient")]
    first = found[2].rows[0]
    assert first.what == "front-area"
    for one in found:
        for each in one.rows:
            assert 0.0 < each.share <= 1.0
            assert 0.0 < each.worth <= one.interval[1] - one.interval[0]
