"""What is kept of a week stands where it belongs, and the first output out of bounds is the one that is told."""

import numpy as np
import pytest

import tertius.mechanisms  # noqa: F401  (registers the fields)
from tertius.kernel.fields import ENTITIES, fields, outputs
from tertius.kernel.recording import LARGEST, keep, recorded_at

FUTURES, WEEKS = 3, 4
ROWS = {"world": 1, "theatre": 2, "side": 2, "force": 4, "instrument": 5, "option": 10}
SHAPES = tuple((ROWS.get(entity, 0), len(fields("state", entity))) for entity in ENTITIES)
OF_SIDES = len(outputs("world")) + 2 * len(outputs("theatre"))
"""Place of the sides' first output among all."""


class Kept:
    """A state with a different number in each place, and what `keep` has written of it."""

    def __init__(self, named: int) -> None:
        self.state = [1000.0 * number + np.arange(np.prod(shape)).reshape(shape) for number, shape in enumerate(SHAPES)]
        self.where = recorded_at(SHAPES)
        self.places = np.random.default_rng(5).permutation(len(self.where))[:named]
        self.named = np.zeros((FUTURES, WEEKS, named))
        self.kept = np.zeros((2, FUTURES, WEEKS), dtype=np.float32)
        self.fault = np.zeros(4)

    def expected(self) -> np.ndarray:
        """All outputs, shape (output,), slot by slot and field by field."""
        found = [
            table[:, [int(field) for field in outputs(entity)]].ravel()
            for entity, table in zip(ENTITIES, self.state, strict=True)
        ]
        return np.concatenate(found)

    def keep(self, trajectory: int, week: int) -> None:
        memory = np.concatenate([table.ravel() for table in self.state])
        places, wanted = self.where[self.places], self.where[[-1, 0]]
        keep(memory, trajectory, week, self.where, places, self.named, wanted, self.kept, 1, self.fault)

    def spoil(self, entity: str, slot: int, field: int, value: float) -> None:
        self.state[ENTITIES.index(entity)][slot, field] = value


@pytest.mark.parametrize("named", [0, 1, 3, 4, 5, 8, 23])
def test_outputs_stand_where_they_belong(named: int) -> None:
    kept = Kept(named)
    every = kept.expected()
    kept.keep(1, 2)
    expected = np.zeros_like(kept.named)
    expected[1, 2] = every[kept.places]
    assert kept.named.tolist() == expected.tolist()
    assert kept.kept[:, 2, 2].tolist() == [np.float32(every[-1]), np.float32(every[0])]
    assert np.count_nonzero(kept.kept[:, 2]) == np.count_nonzero(kept.kept)
    assert kept.fault.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_what_has_no_room_is_not_kept() -> None:
    kept = Kept(2)
    kept.keep(FUTURES - 1, 0)
    assert kept.named[FUTURES - 1, 0].all()
    assert not kept.kept.any()


@pytest.mark.parametrize("value", [2 * LARGEST, -2 * LARGEST, np.inf, np.nan])
def test_the_first_output_out_of_bounds_is_told(value: float) -> None:
    kept = Kept(1)
    kept.keep(0, 0)
    kept.spoil("side", 1, int(outputs("side")[1]), value)
    kept.spoil("force", 0, int(outputs("force")[0]), value)
    kept.keep(0, 1)
    told = [0, 1, OF_SIDES + len(outputs("side")) + 1, value]
    np.testing.assert_equal(kept.fault, told)
    kept.spoil("world", 0, int(outputs("world")[0]), value)
    kept.keep(0, 2)
    np.testing.assert_equal(kept.fault, told)


def test_what_no_run_keeps_may_be_of_any_size() -> None:
    unseen = next(field for field in fields("state", "option") if not field.recorded)
    kept = Kept(1)
    kept.spoil("option", 3, int(unseen), np.inf)
    kept.keep(0, 0)
    assert kept.fault.tolist() == [0.0, 0.0, 0.0, 0.0]
