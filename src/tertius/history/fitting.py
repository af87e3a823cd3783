"""`tertius history fit`: panel and dispute files -> the fitted reference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tertius.errors import DataError, OptionError
from tertius.history.ending import NAMES as ENDING_NAMES
from tertius.history.ending import fit_ending
from tertius.history.features import TERMS, raw_of
from tertius.history.joiners import joiners_data
from tertius.history.joining import PENALTY, SPREAD, Likelihood, covariance, posterior_rows
from tertius.history.panel import Floats, Panel, days_of, numbers, read_panel, read_table
from tertius.history.pool import Pool, fit_partners, fit_pool
from tertius.history.reference import VERSION, partners_data, rounded, specification
from tertius.history.shares import reference_classes
from tertius.history.timing import NAMES as TIMING_NAMES
from tertius.history.timing import WAR_LEVEL, Durations, Timing, durations, fit_timing, joins_by_age, spells_of

DISPUTES, WARS = "mid_disputes.parquet", "wars.parquet"
FIRST_ORIGIN = 1900  # of the decades whose level tells how it drifts
TOP = 10
Progress = Callable[[int, int], None]


def fit_reference(
    panel_path: Path, folder: Path, before: int, rows: int = 400, seed: int = 1, progress: Progress | None = None
) -> dict[str, Any]:
    """Fit weights, timing, ends of wars and reference classes on disputes that began before a year.

    Args:
        panel_path: the panel of disputes.
        folder: where the dispute file and the wars lie.
        before: first year that is not used.
        rows: draws of the posterior that are kept.
        seed: of the draws.
        progress: told (steps done, steps).

    Raises:
        DataError: a file is missing or cannot be used.
        OptionError: too few rows, no disputes before the year, or no scikit-learn.
    """
    if rows < 2:
        raise OptionError("--rows", rows, "2 or more", "keep a few hundred")
    panel = read_panel(panel_path).years(-10_000, before - 1)
    table, dispute_digest = read_disputes(folder)
    lasting = durations(panel, table, str(folder / DISPUTES))
    wars, war_digest = read_wars(folder)
    wars = {name: values[wars["year"] < before] for name, values in wars.items()}
    likelihood = Likelihood(panel)
    mode = likelihood.mode()
    spread = covariance(likelihood, mode)
    law, partners = likelihood.joining(mode), fit_partners(panel)
    # the law's chances: trees know the disputes that they were grown on, which would hide the pull of those who joined
    spells = spells_of(panel, _settled(law.probabilities(raw_of(panel))), lasting)
    timing_mode, timing_spread = fit_timing(*spells, len(panel.ids))
    ending_mode, ending_spread = fit_ending(wars["days"])
    classes = reference_classes(panel, lasting.war, wars)
    drift = level_by_decade(panel, before, progress)
    sizes = {"disputes": len(panel.ids), "rows": len(panel.outcome), "joins": int(panel.joined.sum())}
    digests = {"panel": panel.sha256, DISPUTES: dispute_digest, WARS: war_digest}
    return {
        "version": VERSION,
        "what": "Third states that join a dispute: weights, timing, ends of wars. Written by tertius history fit.",
        "made": {"before": before, **sizes, "wars": len(wars["days"]), "seed": seed, "files": digests},
        "specification": {**specification(), "spread": SPREAD, "penalty": PENALTY},
        "joining": {
            "terms": list(TERMS),
            "mean": rounded(likelihood.mean),
            "scale": rounded(likelihood.scale),
            "intercept": rounded(mode[0]),
            "weights": rounded(mode[1:]),
            "spread": SPREAD,
            **_drawn(mode, spread, rows, seed),
        },
        "pool": partners_data(*partners),
        "timing": {
            "names": list(TIMING_NAMES),
            "mode": rounded(timing_mode),
            **_drawn(timing_mode, timing_spread, rows, seed + 1),
        },
        "ending": {
            "names": list(ENDING_NAMES),
            "mode": rounded(ending_mode),
            **_drawn(ending_mode, ending_spread, rows, seed + 2),
        },
        "after_joiner": joiners_data(Timing(timing_mode), np.sqrt(np.diag(timing_spread))),
        "drift": drift,
        "ages": misfit_by_age(joins_by_age(*spells, Timing(timing_mode))),
        "rest": rounded(rest_of(panel, Pool(law, *partners).probabilities(raw_of(panel)), lasting)),
        "classes": {name: {"what": s.what, "hits": s.hits, "cases": s.cases} for name, s in classes.items()},
    }


def _drawn(mode: Floats, spread: Floats, rows: int, seed: int) -> dict[str, Any]:
    """Standard errors and rows of a posterior, for the file."""
    return {
        "errors": rounded(np.sqrt(np.diag(spread))),
        "rows": rounded(posterior_rows(mode, spread, rows, seed)),
    }


def _settled(values: Floats) -> Floats:
    """Values without their last digits, which hang on processor and threads and would move a search that follows."""
    digits = 8 - np.ceil(np.log10(np.maximum(np.abs(values), 1e-300)))
    scale = 10.0**digits
    return np.asarray(np.round(values * scale) / scale, dtype=np.float64)


def level_by_decade(panel: Panel, before: int, progress: Progress | None = None) -> dict[str, Any]:
    """Joins observed and expected by decade, each forecast from what came before it, and the spread of their ratio.

    The spread is that of log (observed / expected) beyond what clustered joins scatter by themselves.
    """
    decades = [year for year in range(FIRST_ORIGIN, before, 10) if (panel.year < year).any()]
    table: list[dict[str, Any]] = []
    beyond: list[float] = []
    for place, year in enumerate(decades):
        if progress is not None:
            progress(place, len(decades))
        try:
            trained, after = panel.years(-10_000, year - 1), panel.years(year, min(year + 9, before - 1))
        except OptionError:
            continue  # a decade without joins, or without disputes, has no ratio
        chances = fit_pool(trained).probabilities(raw_of(after)).sum(axis=0)
        observed = np.add.reduceat(after.joined.astype(np.float64), after.starts)
        expected = np.add.reduceat(chances, after.starts)
        scatter = float(((observed - expected) ** 2).sum() / expected.sum() ** 2)
        ratio = float(np.log(observed.sum() / expected.sum()))
        table.append({"from": year, "observed": int(observed.sum()), "expected": rounded(expected.sum())})
        beyond.append(ratio**2 - scatter)
    if progress is not None:
        progress(len(decades), len(decades))
    spread = float(np.sqrt(max(float(np.mean(beyond)) if beyond else 0.0, 0.1**2)))
    return {"sd": rounded(spread), "decades": table}


def misfit_by_age(rows: list[tuple[float, float, int, float]]) -> dict[str, Any]:
    """Joins observed and expected by age, and the root mean square of the log of their ratio, half a join added."""
    ratios = [np.log((observed + 0.5) / (expected + 0.5)) for _, _, observed, expected in rows]
    table = [
        {"from_day": start, "to_day": end, "observed": observed, "expected": rounded(expected)}
        for start, end, observed, expected in rows
    ]
    return {"sd": rounded(np.sqrt(np.mean(np.square(ratios)))), "ages": table}


def rest_of(panel: Panel, probabilities: Floats, lasting: Durations) -> float:
    """Expected joins of a war outside its ten likeliest states, on average."""
    chances = probabilities.sum(axis=0)
    totals = []
    for dispute in np.flatnonzero(lasting.war > 0):
        own = np.sort(chances[panel.dispute == dispute])[::-1]
        totals.append(own[TOP:].sum())
    return float(np.mean(totals)) if totals else 0.0


def read_disputes(folder: Path) -> tuple[dict[str, Floats], str]:
    """Disputes with start and end in days since 1970 and the hostility reached, and the file's sha256."""
    path = folder / DISPUTES
    table, digest = read_table(path, ["disp", "t0", "tend", "hostlev"])
    place = str(path)
    columns: dict[str, Floats] = {name: numbers(table[name], name, place) for name in ("disp", "hostlev")}
    for name in ("t0", "tend"):
        columns[name] = days_of(table[name], name, place).astype(np.float64)
    if (columns["hostlev"] > WAR_LEVEL).any():
        raise DataError(f"{place}, column hostlev", "a level above 5", "levels of hostility 1 to 5", "recode it")
    return columns, digest


def read_wars(folder: Path) -> tuple[dict[str, Floats], str]:
    """Wars: number, first year, start in days since 1970 and days lasted, and the file's sha256."""
    path = folder / WARS
    table, digest = read_table(path, ["disp", "t0", "tend", "njoin"])
    start, end = (days_of(table[name], name, str(path)).astype(np.float64) for name in ("t0", "tend"))
    if (end < start).any():
        raise DataError(
            f"{path}, column tend", "a war that ends before it starts", "an end not before t0", "correct it"
        )
    years = np.asarray(table["t0"], dtype="datetime64[Y]").astype(np.float64) + 1970
    return {
        "disp": numbers(table["disp"], "disp", str(path)),
        "njoin": numbers(table["njoin"], "njoin", str(path)),
        "start": start,
        "days": end - start + 1,
        "year": years,
    }, digest
