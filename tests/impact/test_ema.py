"""A scenario as a model of the EMA workbench: its own experiments, PRIM and robust search run on it."""

import pickle
from typing import Any

import numpy as np
import pytest

import tertius

ema: Any = pytest.importorskip("ema_workbench", reason="the extra 'ema' is not installed", exc_type=ImportError)
pytestmark = pytest.mark.filterwarnings("ignore")  # the workbench's own
DISCORD, POOL, SOLDIERS = "contingents.legion.discord", "contingents.legion.interpreter_pool", "events.entry.troops"
WORDS = {"futures": 40, "weeks": 8}


@pytest.fixture(scope="module")
def model(compiled: None) -> Any:
    return tertius.ema_model("river-war", [DISCORD], {POOL: (0, 200)}, **WORDS)  # type: ignore[arg-type]


def test_an_experiment_is_the_comparison_with_these_values(model: Any) -> None:
    told = model.function(contingents__legion__discord=0.3, contingents__legion__interpreter_pool=50.0)
    found = tertius.compare("river-war", assume={DISCORD: 0.3, POOL: 50.0}, **WORDS)  # type: ignore[arg-type]
    assert told["usable_difference"] == pytest.approx(found.at("usable", 8).mean)
    assert told["land"] == pytest.approx(found.base.of("land")[:, -1].mean())
    again = pickle.loads(pickle.dumps(model.function))
    assert again(contingents__legion__discord=0.3, contingents__legion__interpreter_pool=50.0) == told


def test_prim_finds_what_makes_many_usable_soldiers(model: Any) -> None:
    from ema_workbench.analysis import prim

    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=30, policies=4)
    many = outcomes["usable_difference"]
    assert len(many) == 120
    drawn = experiments[["contingents__legion__discord", "contingents__legion__interpreter_pool"]]
    box = prim.Prim(drawn, many > np.quantile(many, 0.7), threshold=0.5).find_box()
    limits = box.box_lims[-1]["contingents__legion__interpreter_pool"]
    assert limits[0] > drawn["contingents__legion__interpreter_pool"].min(), "many interpreters make many usable"


def test_a_robust_search_over_the_levers_runs(model: Any) -> None:
    names = {"kind": ema.ScalarOutcome.MAXIMIZE, "variable_name": "usable_difference"}
    worst = ema.ScalarOutcome("worst", function=np.min, expected_range=(0, 5000), **names)
    scenarios = ema.em_framework.samplers.sample_uncertainties(model, 4)
    with ema.SequentialEvaluator(model) as evaluator:
        found = evaluator.robust_optimize([worst], scenarios, nfe=12, epsilons=[1.0], population_size=4)
    assert found["contingents__legion__interpreter_pool"].between(0, 200).all()


@pytest.mark.parametrize(
    ("uncertainties", "error"),
    [
        (["contingents.legion.discrd"], tertius.UnknownName),
        ({DISCORD: (0.9, 0.1)}, tertius.OptionError),
        ({DISCORD: (0.1, 7.0)}, tertius.ScenarioError),
        ({SOLDIERS: (1.0, 5000.0)}, tertius.OptionError),
    ],
)
def test_ranges_that_cannot_be_are_refused(uncertainties: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tertius.ema_model("river-war", uncertainties)
