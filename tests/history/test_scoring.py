"""The measured record: the pool beside its members and rivals, on one split and on small panels."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tertius.errors import OptionError
from tertius.history import trees
from tertius.history.panel import Panel, read_panel
from tertius.history.rivals import RIVALS, rival
from tertius.history.scoring import Split, score_panel, scored_data

from .conftest import Columns, joined_by, made_columns


@pytest.fixture
def small(store: Callable[[Columns], Path]) -> Panel:
    columns = made_columns(300, 15, 9)
    return read_panel(store(joined_by(columns, np.full((2, 4500), -4.0), np.zeros(4500), 2)))


def test_the_pool_is_close_to_its_best_member_in_each_measure(real_panel: Panel) -> None:
    found = score_panel(real_panel, Split(1950, 1950, 1989), draws=40)
    pool, law, logit = (found.values[name] for name in ("tertius", "law", "logit"))
    # what is measured and printed in docs/history.md, so that a worse model does not pass unseen
    assert pool["skill"] == pytest.approx(0.230, abs=0.005)
    assert pool["auc"] == pytest.approx(0.920, abs=0.003)
    assert pool["auc_pr"] == pytest.approx(0.039, abs=0.004)
    assert pool["side_accuracy"] == pytest.approx(0.83, abs=0.02)
    assert 1 / 1.5 < pool["observed_over_expected"] < 1.5
    assert law["skill"] == pytest.approx(0.236, abs=0.005)
    assert law["auc_pr"] == pytest.approx(0.055, abs=0.004)
    for member in (law, logit, found.values["trees"], found.values["logit-trees"]):
        for measure in ("skill", "auc", "side_accuracy"):
            assert pool[measure] > member[measure] - found.errors["tertius"][measure], measure
    # better than the plain mean of logit and trees beyond what drawing other disputes would do
    assert found.differences["logit-trees"]["skill"][1] > 0
    # the members are as strong as the record to be matched, so that keeping up with them means something
    assert logit["skill"] > 0.205
    assert logit["auc"] > 0.913
    assert found.values["table"]["skill"] == pytest.approx(0.072, abs=0.01)


def test_json_has_every_model_and_no_value_that_is_not_a_number(small: Panel) -> None:
    told = scored_data(score_panel(small, Split(1950, 1950, None), draws=20))
    assert set(told["models"]) >= {
        "tertius", "law", "logit", "trees", "logit-trees", "constant", "joins-per-dispute", "table"
    }  # fmt: skip
    assert told["split"]["members"] == dict.fromkeys(("law", "logit", "trees"), 1 / 3)
    assert all(values["errors"]["log_loss"] > 0 for values in told["models"].values())
    for values in told["models"].values():
        assert {"skill", "auc", "auc_pr", "side_accuracy", "observed_over_expected"} <= set(values)
    assert told["models"]["constant"]["calibration_slope"] is None
    assert told["split"]["test"]["disputes"] == len(np.unique(small.dispute[small.year >= 1950]))
    assert sum(row["observed"] for row in told["decades"]) == told["split"]["test"]["joins"]


def test_a_panel_without_signal_shows_no_skill(small: Panel) -> None:
    found = score_panel(small, Split(1950, 1950, None), draws=100)
    low, _ = found.intervals["tertius"]["auc"]
    assert low < 0.5 + 0.05
    assert found.intervals["tertius"]["skill"][0] < 0.02


def test_the_same_seed_gives_the_same_intervals(small: Panel) -> None:
    first, again, other = (score_panel(small, Split(), draws=20, seed=seed) for seed in (1, 1, 2))
    assert first.intervals["tertius"]["skill"] == again.intervals["tertius"]["skill"]
    assert first.intervals["tertius"]["skill"] != other.intervals["tertius"]["skill"]


def test_without_the_extra_it_says_what_to_install(small: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "trees_are_there", lambda: False)
    with pytest.raises(OptionError, match="pip install"):
        score_panel(small, Split(), draws=10)


def test_a_later_test_runs_to_the_end_of_the_panel(store: Callable[[Columns], Path]) -> None:
    columns = made_columns(300, 15, 9)
    columns["year"] = columns["year"] + 30
    panel = read_panel(store(joined_by(columns, np.full((2, 4500), -4.0), np.zeros(4500), 2)))
    assert score_panel(panel, Split(1990, 1990), draws=10).split["test_to"] == panel.year.max() > 1989


@pytest.mark.parametrize(
    ("split", "told"),
    [
        (Split(1960, 1950), "--train-before"),
        (Split(1950, 1960, 1955), "--test-to"),
        (Split(1800, 1800), "years"),
        (Split(1990, 1990), "--test-to"),
    ],
)
def test_a_split_that_cannot_be_is_refused(small: Panel, split: Split, told: str) -> None:
    with pytest.raises(OptionError, match=told):
        score_panel(small, split, draws=10)


def test_too_few_draws_and_unknown_rivals_are_refused(small: Panel) -> None:
    with pytest.raises(OptionError, match="--draws"):
        score_panel(small, Split(), draws=3)
    with pytest.raises(OptionError, match="constant"):
        rival("oracle", small, small)


@pytest.mark.parametrize("name", RIVALS)
def test_rivals_give_probabilities_that_swap_with_the_sides(small: Panel, name: str) -> None:
    trained, after = Split(1950, 1950, None).panels(small)
    sides = rival(name, trained, after)
    assert sides.shape == (2, len(after.outcome))
    assert ((sides > 0) & (sides.sum(axis=0) < 1)).all()
    swapped = rival(name, trained.swapped(), after.swapped())
    np.testing.assert_allclose(swapped, sides[::-1], rtol=2e-3, atol=1e-6)
