"""Made-up panels of aid: months in a row, donors by name, amounts by a planted habit."""

from datetime import date

import numpy as np

from tertius.inference.aid.panel import Panel, after

FIRST = date(2020, 1, 1)


def panel_of(amounts: np.ndarray, blocs: dict[str, tuple[int, ...]] | None = None) -> Panel:
    """Amounts (donor, month) as a panel with donors d0, d1, ... and blocs after them."""
    blocs = blocs or {}
    sums = [amounts[list(members)].sum(axis=0) for members in blocs.values()]
    names = (*(f"d{row}" for row in range(len(amounts))), *blocs)
    months = tuple(after(FIRST, month) for month in range(amounts.shape[1]))
    return Panel(months, names, np.vstack([amounts, *sums]), blocs, {name: names.index(name) for name in blocs})


def made_up(donors: int, months: int, seed: int = 1) -> np.ndarray:
    """Amounts of donors of many sizes and habits, EUR."""
    rng = np.random.default_rng(seed)
    size = 10 ** rng.uniform(5, 9, donors)[:, None]
    gives = rng.random((donors, months)) < rng.uniform(0.2, 0.9, donors)[:, None]
    return np.where(gives, size * np.exp(rng.normal(0, 1.2, (donors, months))), 0.0)
