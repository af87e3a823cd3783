import numpy as np
import pytest

from tertius.impact.rows import classes_of, groups_of, quantiles


@pytest.mark.parametrize("count", [1, 2, 3, 10, 101, 4000])
def test_quantiles_are_those_of_numpy_to_the_bit(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    for sample in (values, np.round(values), np.zeros(count), values.reshape(-1, 1)[:, 0]):
        assert quantiles(sample, (0.0, 0.1, 0.5, 0.9, 1.0)) == tuple(np.quantile(sample, (0.0, 0.1, 0.5, 0.9, 1.0)))


@pytest.mark.parametrize("rows", [[0, 0, 1, 1, 5], [3, 3, 3], [7], [5, 1, 5, 0, 1]])
def test_groups_are_numbered_in_the_order_of_their_rows(rows: list[int]) -> None:
    group, counts = groups_of(np.array(rows))
    _, expected, sizes = np.unique(rows, return_inverse=True, return_counts=True)
    assert group.tolist() == expected.tolist()
    assert counts.tolist() == sizes.tolist()


@pytest.mark.parametrize("places", [[0, 2, 1, 1], [3, 0, 3, 5], [4], [0, 0]])
def test_classes_are_numbered_without_gaps(places: list[int]) -> None:
    group, counts = classes_of(np.array(places))
    _, expected, sizes = np.unique(places, return_inverse=True, return_counts=True)
    assert group.tolist() == expected.tolist()
    assert counts.tolist() == sizes.tolist()
