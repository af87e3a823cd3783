"""What a joiner does to the rate of others: the function, the shipped entry, and the law say the same."""

import json
from importlib.resources import files

import numpy as np
import pytest

from tertius.errors import OptionError
from tertius.history import after_joiner, shipped_reference
from tertius.history.reference import SHIPPED


def test_a_joiner_draws_others_to_its_own_side_and_hardly_to_the_other() -> None:
    own, other = after_joiner("own"), after_joiner("other")
    assert own[0] == pytest.approx(5.06, abs=0.05)
    assert other[0] == pytest.approx(1.36, abs=0.03)
    assert own[0] - 3 * own[1] > other[0] + 3 * other[1]
    assert abs(other[0] - 1) < 2 * other[1]  # on the other side nothing is shown


@pytest.mark.parametrize(("side", "joined"), [("own", (1, 0)), ("other", (0, 1))])
def test_it_is_the_law_of_timing(side: str, joined: tuple[int, int]) -> None:
    law = shipped_reference().timing
    for age in (0.0, 900.0):
        ratio = law.rate(age, *joined, 1) / law.rate(age, 0, 0, 1)
        assert after_joiner(side)[0] == pytest.approx(float(ratio), rel=1e-12)


def test_more_joiners_draw_more_and_less_each() -> None:
    logs = [np.log(after_joiner("own", joined)[0]) for joined in range(6)]
    assert logs[0] == 0
    assert after_joiner("own", 0)[1] == 0
    steps = np.diff(logs)
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


def test_the_shipped_file_says_the_same() -> None:
    told = json.loads(files("tertius.history").joinpath(SHIPPED).read_bytes())["after_joiner"]
    for side in ("own", "other"):
        multiplier, error = after_joiner(side)
        assert told[side]["multiplier"] == pytest.approx(multiplier, rel=1e-4)
        assert told[side]["error"] == pytest.approx(error, rel=0.15)  # 400 rows against the covariance itself


def test_another_side_and_fewer_than_none_are_refused() -> None:
    with pytest.raises(OptionError, match="own, other"):
        after_joiner("A")
    with pytest.raises(OptionError, match="0 or more"):
        after_joiner("own", -1)
