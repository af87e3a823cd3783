"""The war of the levy with all that is around it, and its comparison."""

from functools import cache
from pathlib import Path

from tertius.engine import Layout, Options
from tertius.impact import Comparison, Hypotheses, System, compare, hypotheses, system
from tertius.world import load_scenario

BOUND = Path(__file__).parent / "bound.yaml"
OPTIONS = Options(futures=1600, weeks=26, seed=5)


def layout(**overrides: float) -> Layout:
    """The war; `world__choice_precision=0` sets a quantity."""
    settings = {name.replace("__", "."): value for name, value in overrides.items()}
    return Layout.of(load_scenario(str(BOUND)), settings)


@cache
def bound() -> Comparison:
    """With and without the levy."""
    return compare(layout(), OPTIONS)


@cache
def found() -> System:
    """What the two worlds hold of the system."""
    told = system(bound())
    assert told is not None
    return told


@cache
def rivals() -> Hypotheses:
    """The two hypotheses."""
    told = hypotheses(bound(), OPTIONS)
    assert told is not None
    return told
