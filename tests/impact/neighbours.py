"""The war of the levy with neighbours that decide, and its comparison."""

from functools import cache
from pathlib import Path

from tertius.engine import Layout, Options
from tertius.impact import Comparison, FirstMoves, Reaction, Reactions, compare, first_moves, reactions
from tertius.world import load_scenario

DECIDING = Path(__file__).parent / "deciding.yaml"
OPTIONS = Options(futures=2000, weeks=26, seed=3)
_FOUND: dict[int, tuple[Comparison, Reactions]] = {}
BASE_RATES = {"world.choice_precision": 0.0, "instruments.cordia-arms.restraint": 0.0}


def layout(**overrides: float) -> Layout:
    """The war; `world__choice_precision=0` sets a quantity."""
    return of({name.replace("__", "."): value for name, value in overrides.items()})


def of(settings: dict[str, float]) -> Layout:
    """The war with quantities set by path."""
    return Layout.of(load_scenario(str(DECIDING)), settings)


@cache
def watched() -> Comparison:
    """With and without the levy."""
    return compare(layout(), OPTIONS)


@cache
def moves() -> FirstMoves:
    """What first moves change."""
    found = first_moves(layout(), OPTIONS)
    assert found is not None
    return found


def found(comparison: Comparison) -> Reactions:
    """What all who decide do."""
    if id(comparison) not in _FOUND:
        told = reactions(comparison)
        assert told is not None
        _FOUND[id(comparison)] = comparison, told
    return _FOUND[id(comparison)][1]


def at(comparison: Comparison, instrument: str, week: int = 26) -> Reaction:
    """One instrument's reaction after a week."""
    return next(one for one in found(comparison).rows if (one.instrument, one.week) == (instrument, week))
