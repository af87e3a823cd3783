"""Dissent between structures: who spoke is found again by the fit's own rows; gaps known beforehand are told."""

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.impact.bounds import bound

from tertius.engine import Layout, Options
from tertius.impact import Comparison, compare, dissent
from tertius.impact.dissent import FEWEST_ROWS, correlation_ratio
from tertius.world import load_scenario, shipped_scenarios

pytestmark = pytest.mark.usefixtures("compiled")
LAND = "front-gain"


@cache
def fitted() -> Comparison:
    return compare(Layout.of(load_scenario("ukraine-2024")), Options(futures=800, weeks=13, seed=4))


def spoken(comparison: Comparison, observation: str) -> NDArray[np.int64]:
    """Structure of each future, found by looking its quantities up among the rows of the fit."""
    posterior = comparison.base.layout.posterior
    assert posterior is not None
    block = next(block for block in posterior.blocks if block.observation == observation)
    drawn = np.stack([comparison.base.parameters[path] for path in block.columns], axis=1)
    found = np.full(len(drawn), -1)
    for place, structure in enumerate(block.structures):
        heard = ~np.isnan(structure.rows[0])
        same = (drawn[:, None, heard] == structure.rows[None][:, :, heard]).all(axis=2).any(axis=1)
        assert (found[same] == -1).all()
        found[same] = place
    assert (found >= 0).all()
    return found


def answering(stands: NDArray[np.float64], changes: NDArray[np.float64]) -> Comparison:
    """The comparison with other answers at the last week: with the entry, and what it changes."""
    place = fitted().base.outcomes.index(LAND)
    base, other = fitted().base.samples.copy(), fitted().other.samples.copy()
    base[:, -1, place], other[:, -1, place] = stands, stands - changes
    return replace(
        fitted(), base=replace(fitted().base, samples=base), other=replace(fitted().other, samples=other)
    )  # fmt: skip


@pytest.mark.parametrize("observation", ["front-area", "kursk-area", "claimed-losses"])
def test_each_structure_answers_on_its_own_futures(observation: str) -> None:
    found = next(one for one in dissent(fitted(), (LAND,)) if one.observation == observation)
    which = spoken(fitted(), observation)
    stands = fitted().base.of(LAND)[:, -1]
    changes = stands - fitted().other.of(LAND)[:, -1]
    heard = [place for place in np.unique(which) if (which == place).sum() >= 4 * FEWEST_ROWS]
    assert len(found.voices) == len(heard) > 1
    for place, voice in zip(heard, found.voices, strict=True):
        mine = which == place
        assert voice.share == pytest.approx(mine.mean())
        assert voice.rows == mine.sum() / 4
        assert voice.mean == pytest.approx(stands[mine].mean())
        assert voice.changes == pytest.approx(changes[mine].mean())
        assert voice.stands == pytest.approx(tuple(np.quantile(stands[mine], (0.1, 0.5, 0.9))))
    means = [voice.mean for voice in found.voices]
    assert found.stand.gap == pytest.approx(max(means) - min(means))


def test_structures_that_answer_apart_are_told_apart_and_others_are_not() -> None:
    which = spoken(fitted(), "front-area")
    luck = np.random.default_rng(1).normal(size=len(which))
    told = dissent(answering(100.0 * which + luck, luck), (LAND,))[0]
    assert told.between > 0.99
    assert told.stand.beyond_chance
    assert told.stand.gap == pytest.approx(100.0 * (which.max() - which.min()), rel=0.02)
    assert not told.change.beyond_chance
    other = dissent(answering(luck, 50.0 * which + luck), (LAND,))[0]
    assert other.between < 0.05
    assert not other.stand.beyond_chance
    assert other.change.beyond_chance


def test_without_a_fit_nobody_dissents() -> None:
    assert dissent(bound(), ("land",)) == ()


def test_a_block_whose_quantities_are_all_set_by_hand_is_silent() -> None:
    posterior = fitted().base.layout.posterior
    assert posterior is not None
    block = next(block for block in posterior.blocks if block.observation == "kursk-area")
    layout = Layout.of(load_scenario("ukraine-2024"))
    held = {path: layout.by_path[path].quantity.central for path in block.columns}
    set_here = Layout.of(load_scenario("ukraine-2024"), held)
    assert not any(set_here.fitted(path) for path in block.columns)
    found = dissent(replace(fitted(), base=replace(fitted().base, layout=set_here)), (LAND,))
    named = {one.observation for one in found}
    assert named >= {"front-area", "claimed-losses"}
    assert "kursk-area" not in named


def test_a_correlation_ratio_is_one_for_groups_and_nought_for_noise() -> None:
    groups = np.arange(3000) % 3
    noise = np.random.default_rng(2).normal(size=3000)
    assert correlation_ratio(groups.astype(float), groups) == 1.0
    assert correlation_ratio(noise, groups) < 0.005
    # variance of the groups' means 2/3 beside noise of variance 1
    assert correlation_ratio(groups + noise, groups) == pytest.approx(0.4, abs=0.03)
    assert correlation_ratio(np.ones(3000), groups) == 0.0


def test_a_structure_with_few_draws_is_named_as_unheard(tmp_path: Path) -> None:
    """A third structure of a small weight, made of a tenth of the rows of the second."""
    path = shipped_scenarios()["ukraine-2024"].with_name("ukraine-2024.fit.json")
    told = json.loads(path.read_text())
    structures = told["blocks"][0]["structures"]
    rows, weight = structures[1]["rows"], structures[1]["weight"]
    structures[1] |= {"rows": rows[:360], "weight": weight - 0.04}
    structures.append({"name": "seldom", "weight": 0.04, "rows": rows[360:]})
    (tmp_path / path.name).write_text(json.dumps(told))
    shutil.copy(path.with_name("ukraine-2024.yaml"), tmp_path)
    few = compare(Layout.of(load_scenario(tmp_path / "ukraine-2024.yaml")), Options(futures=200, weeks=2, seed=4))
    counts = np.bincount(spoken(few, "front-area"), minlength=3)
    assert counts[2] < 4 * FEWEST_ROWS <= min(counts[:2])
    found = next(one for one in dissent(few, (LAND,)) if one.observation == "front-area")
    assert found.unheard == ("seldom",)
    assert {voice.structure for voice in found.voices} == {"moving-level", "power-driven"}
