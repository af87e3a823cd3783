"""A panel's file: what is read, and what is refused by name."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tertius.errors import DataError, OptionError
from tertius.history.features import design, raw_of
from tertius.history.panel import Panel, read_panel

from .conftest import Columns, joined_by, made_columns

Change = Callable[[Columns], Columns]


@pytest.fixture
def columns() -> Columns:
    made = made_columns(40, 15, 1)
    return joined_by(made, np.full((2, 600), -4.0), np.zeros(600), 2)


def _with(name: str, place: int, value: object) -> Change:
    def change(columns: Columns) -> Columns:
        values = columns[name].astype(str if isinstance(value, str) else float)
        values[place] = value
        return {**columns, name: values}

    return change


def _gaps(name: str, count: int) -> Change:
    def change(columns: Columns) -> Columns:
        values = np.array(columns[name], dtype=float)
        values[:count] = np.nan
        return {**columns, name: values}

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: {k: v for k, v in c.items() if k != "B_riv"}, "B_riv"),
        (lambda c: {k: v for k, v in c.items() if k != "side"}, "side"),
        (lambda c: {k: v[:0] for k, v in c.items()}, "no rows"),
        (_gaps("A_def", 100), "100 gaps in 600 rows"),
        (_gaps("year", 3), "3 gaps"),
        (_with("A_capdist", 7, np.inf), "A_capdist"),
        (_with("A_riv", 7, -9.0), "-9"),
        (_with("cinc", 0, "much"), "cinc"),
        (_with("side", 0, "C"), "A, B, none"),
        (_with("joined", 0, 3.0), "0 or 1"),
        (_with("ccode", 1, 2.0), "twice in dispute 1"),
        (lambda c: {**c, "joined": 1 - c["joined"]}, "disagree"),
        (lambda c: {**c, "days": -np.abs(c["days"]) - 1}, "0 or more"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    columns: Columns, store: Callable[[Columns], Path], change: Change, told: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_panel(store(change(columns)))
    assert told in str(caught.value)
    assert "fix:" in str(caught.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_panel(tmp_path / "absent.parquet")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="not a Parquet file"):
        read_panel(broken)


def test_few_gaps_are_filled_and_counted(columns: Columns, store: Callable[[Columns], Path]) -> None:
    panel = read_panel(store(_gaps("A_capdist", 6)(_gaps("A_trsh", 400)(columns))))
    assert panel.filled == {"A_capdist": 6, "A_trsh": 400}
    assert np.isfinite(design(raw_of(panel))).all()


def test_what_is_coded_afterwards_is_not_read(columns: Columns, store: Callable[[Columns], Path]) -> None:
    plain = design(raw_of(read_panel(store(columns))))
    later = {**columns, "rev": np.arange(600), "days": columns["days"] * 3}
    np.testing.assert_array_equal(design(raw_of(read_panel(store(later)))), plain)


def test_the_order_of_rows_does_not_matter(columns: Columns, store: Callable[[Columns], Path]) -> None:
    plain = read_panel(store(columns))
    mixed = np.random.default_rng(1).permutation(600)
    again = read_panel(store({name: values[mixed] for name, values in columns.items()}))
    np.testing.assert_array_equal(plain.outcome, again.outcome)
    np.testing.assert_array_equal(plain.sides["capdist"], again.sides["capdist"])


def test_years_keep_whole_disputes(columns: Columns, store: Callable[[Columns], Path]) -> None:
    panel = read_panel(store(columns))
    early = panel.years(1900, 1939)
    assert early.year.max() <= 1939
    assert set(np.bincount(early.dispute)) == {15}
    np.testing.assert_array_equal(early.ids, np.unique(panel.ids[panel.dispute[panel.year <= 1939]]))
    with pytest.raises(OptionError, match="1900"):
        panel.years(2100, 2200)


def test_real_panel_has_the_counts_that_are_known(real_panel: Panel) -> None:
    assert (len(real_panel.outcome), int(real_panel.joined.sum()), len(real_panel.ids)) == (152_958, 429, 1616)
    later = real_panel.years(1950, 1989)
    assert (len(later.outcome), int(later.joined.sum())) == (121_084, 197)
