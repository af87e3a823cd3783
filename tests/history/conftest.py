"""The reference data where they are, and a small panel made from a known law."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tertius.history.panel import OPTIONAL_SIDE_COLUMNS, SIDE_COLUMNS, Panel, read_panel

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "history"

Columns = dict[str, np.ndarray]


@pytest.fixture(scope="session")
def real() -> Path:
    if not REAL.is_dir():
        pytest.skip(f"reference data absent: {REAL}")
    return REAL


@pytest.fixture(scope="session")
def real_panel(real: Path) -> Panel:
    return read_panel(real / "panel_mid.parquet")


def made_columns(disputes: int, states: int, seed: int) -> Columns:
    """Columns of a panel in which nobody has joined yet."""
    rng = np.random.default_rng(seed)
    rows = disputes * states
    dispute = np.repeat(np.arange(disputes), states)
    year = 1900 + dispute * 80 // disputes
    columns: Columns = {
        "disp": dispute + 1,
        "t0": (np.datetime64("1900-01-01") + (year - 1900) * 365).astype("datetime64[ns]"),
        "year": year,
        "ccode": np.tile(np.arange(states) + 2, disputes),
        "joined": np.zeros(rows, dtype=np.int64),
        "side": np.full(rows, "none", dtype=object),
        "days": np.full(rows, np.nan),
        "major": (rng.random(rows) < 0.1).astype(float),
        "cinc": rng.lognormal(-5, 1, rows),
        "mids10": rng.poisson(2, rows),
        "euds": rng.normal(size=rows),
        "busy": (rng.random(rows) < 0.3).astype(float),
    }
    for side in "AB":
        columns[f"{side}_cinc"] = np.repeat(rng.lognormal(-4, 1, disputes), states)
        columns[f"{side}_capdist"] = rng.lognormal(8, 0.7, rows).clip(50, 19_000)
        for name in ("def", "land", "cont400", "riv", "ally", "off", "neu", "nag", "con", "maj"):
            columns[f"{side}_{name}"] = (rng.random(rows) < 0.15).astype(float)
        for name in ("host10", "same10"):
            columns[f"{side}_{name}"] = rng.poisson(0.4, rows)
        columns[f"{side}_n"] = np.ones(rows)
        columns[f"{side}_trsh"] = rng.random(rows) * 0.1
        columns[f"{side}_regdiff"] = rng.random(rows)
        columns[f"{side}_igo"] = rng.poisson(20, rows)
        assert {f"{side}_{name}" for name in (*SIDE_COLUMNS, *OPTIONAL_SIDE_COLUMNS)} <= set(columns)
    return columns


def write(columns: Columns, path: Path) -> Path:
    pyarrow.parquet.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Callable[[Columns], Path]:
    return lambda columns: write(columns, tmp_path / "panel.parquet")


def joined_by(columns: Columns, scores: np.ndarray, effect: np.ndarray, seed: int) -> Columns:
    """The columns with joiners drawn from scores (2, rows) and an effect of each row's dispute (rows,)."""
    rng = np.random.default_rng(seed)
    odds = np.exp(scores + effect)
    shares = np.concatenate([np.ones((1, odds.shape[1])), odds]) / (1 + odds.sum(axis=0))
    outcome = (rng.random(odds.shape[1]) > np.cumsum(shares, axis=0)[:2]).sum(axis=0)
    told: dict[str, Any] = dict(columns)
    told["joined"] = (outcome > 0).astype(np.int64)
    told["side"] = np.array(["none", "A", "B"], dtype=object)[outcome]
    told["days"] = np.where(outcome > 0, rng.integers(0, 400, len(outcome)), np.nan)
    return told
