"""How past wars ended: planted shares and breaks are recovered, the shipped file is reproduced."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tertius.errors import DataError
from tertius.history.ends import (
    KINDS,
    SHIPPED,
    Ceasefire,
    PastEnd,
    breaks_data,
    fit_ends,
    fit_kinds,
    kind_shares,
    shipped_ends,
)
from tertius.history.reference import text_of


def test_planted_kinds_are_recovered() -> None:
    rng = np.random.default_rng(4)
    true = np.array([[-0.5, 0.4, 0.6, 0.3], [-0.8, 0.2, 0.9, -0.3], [-1.0, -0.2, 0.5, 0.8]])
    terms = np.column_stack([np.ones(6000), *(rng.integers(0, 2, 6000) for _ in range(3))]).astype(float)
    kind = (rng.random((6000, 1)) > np.cumsum(kind_shares(true.ravel(), terms), axis=1)).sum(axis=1)
    past = [PastEnd(int(k), 1.0 + 2 * row[1], row[2], row[3]) for k, row in zip(kind, terms, strict=True)]
    assert [one.terms for one in past] == [tuple(row) for row in terms]
    mode, spread = fit_kinds(past)
    assert (np.abs(mode - true.ravel()) < 4 * np.sqrt(np.diag(spread))).all()
    np.testing.assert_allclose(kind_shares(mode, terms[:9]).sum(axis=1), 1.0)


def test_ceasefires_are_counted_while_they_are_followed() -> None:
    held = [Ceasefire(20.0, False, True)] * 6 + [Ceasefire(3.0, False, True)] * 2
    told = breaks_data([*held, Ceasefire(1.5, True, True), Ceasefire(8.0, True, False)])
    assert [row["ceasefires"] for row in told["ages"]] == [10, 10, 9, 7]
    assert [row["broke"] for row in told["ages"]] == [0, 1, 0, 1]
    assert told["ages"][1]["years"] == pytest.approx(9.5)
    # two that nobody followed for five years say nothing of them
    assert told["within_5"] == {"hits": 1, "cases": 8}
    rates = [row["per_year"] for row in told["ages"]]
    assert rates[1] > rates[2] > 0  # pooled: none broke in the third stretch, and the rate is not nought


def test_the_shipped_file_is_reproduced_and_says_what_was_counted() -> None:
    data = Path(__file__).parents[2].parent / "shared" / "data"
    if not data.is_dir():
        pytest.skip(f"reference data absent: {data}")
    told = fit_ends(data / "history", data / "entries")
    shipped = json.loads(Path(str(files("tertius.history").joinpath(SHIPPED))).read_text(encoding="utf-8"))
    assert json.loads(text_of(told)) == _near(shipped)
    assert all(row["low"] <= row["ended"] <= row["high"] for row in told["stretches"])
    assert told["test"]["log_loss"] < told["test"]["log_loss_of_the_share"]


def _near(told: object) -> object:
    """A tree that equals another with numbers alike to a thousandth: the last digits hang on the processor."""
    if isinstance(told, dict):
        return {name: _near(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_near(value) for value in told]
    return pytest.approx(told, rel=1e-3, abs=1e-3) if isinstance(told, float) else told


def test_shares_of_the_shipped_file_are_shares() -> None:
    past = shipped_ends()
    for shares in past.shares.values():
        assert sum(mean for mean, _, _ in shares.values()) == pytest.approx(1.0, abs=1e-4)
        assert tuple(shares) == KINDS
        assert all(low < mean < high for mean, low, high in shares.values())
    assert 0 < past.breaks.value < 0.5


def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path) -> None:
    wars = {"disp": [1.0], "t0": [np.datetime64("1900-01-01", "ns")], "tend": [np.datetime64("1901-01-01", "ns")]}
    pyarrow.parquet.write_table(pa.table(wars | {"njoin": [0.0]}), tmp_path / "wars.parquet")
    with pytest.raises(DataError, match=r"cow_interstate\.parquet"):
        fit_ends(tmp_path, tmp_path)
