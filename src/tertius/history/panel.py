"""The panel of disputes: one row for each (dispute, third state), as arrays, with every check of a file.

Only what was known before a dispute began becomes a feature. `joined`, `side` and `days` are what is forecast;
`rev` is coded afterwards and is never read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.errors import DataError, OptionError, listed, nearest

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SIDES = ("A", "B")
NONE, JOINED_A, JOINED_B = 0, 1, 2

# column of a feature -> what stands in for a gap of the publisher; "median" of the column where no value is neutral
OWN_COLUMNS: Mapping[str, float | str] = {"major": 0.0, "cinc": 0.0001, "mids10": 0.0}
SIDE_COLUMNS: Mapping[str, float | str] = {
    "def": 0.0,
    "land": 0.0,
    "cont400": 0.0,
    "riv": 0.0,
    "capdist": "median",
    "host10": 0.0,
    "same10": 0.0,
    "cinc": 0.0001,
}
# columns of quantities that a scenario need not tell, and `ally`, which only a table of `rivals.py` reads; gaps of any
# number
OPTIONAL_OWN_COLUMNS: Mapping[str, float | str] = {"euds": "median", "busy": 0.0}
OPTIONAL_SIDE_COLUMNS: Mapping[str, float | str] = {
    **dict.fromkeys(("ally", "off", "neu", "nag", "con", "maj", "trsh"), 0.0),
    "n": 1.0,
    "regdiff": "median",
    "igo": "median",
}
MOST_GAPS = 0.05  # share of a column's rows; beyond it the column says too little
ATTACKED = "attacked"  # of a side: 1 for B, the target, as A is the initiator; no column of the file
_LABELS = ("disp", "t0", "year", "ccode", "joined", "side", "days")


@dataclass(frozen=True)
class Panel:
    """Rows (dispute, third state), sorted by both; r rows, d disputes.

    own     column of the third state -> (r,)
    sides   column of a side -> (2, r), side A first
    outcome 0 stayed out, 1 joined A, 2 joined B; (r,)
    days    from the dispute's start to joining, nan where it did not join or the day is unknown; (r,)
    count   third states in the row's dispute; (r,)
    dispute place of the row's dispute among `ids`, rising; (r,)
    """

    own: Mapping[str, Floats]
    sides: Mapping[str, Floats]
    outcome: Integers
    days: Floats
    year: Integers
    state: Integers
    count: Floats
    dispute: Integers
    ids: Integers
    filled: Mapping[str, int]
    """Column -> gaps that were filled."""
    sha256: str
    place: str

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether the row's state joined; (r,)."""
        return self.outcome > NONE

    @property
    def starts(self) -> Integers:
        """First row of each dispute; (d,)."""
        return np.flatnonzero(np.r_[True, np.diff(self.dispute) > 0]).astype(np.int64)

    def years(self, first: int, last: int) -> Panel:
        """The disputes that began in `first` ... `last`, both included.

        Raises OptionError where there are none, or none of their third states joined or stayed out.
        """
        keep = (self.year >= first) & (self.year <= last)
        told = f"{first} to {last}" if first >= 0 else f"up to {last}"
        if not keep.any():
            span = f"years from {self.year.min()} to {self.year.max()}"
            raise OptionError("years", told, span, "choose years in which disputes of the panel began")
        if not 0 < int((self.outcome[keep] > NONE).sum()) < int(keep.sum()):
            raise OptionError("years", told, "years with joiners and others", "choose a longer span")
        return self.rows(np.flatnonzero(keep))

    def rows(self, places: NDArray[np.int64]) -> Panel:
        """Whole disputes by their rows, which rise."""
        codes = self.dispute[places]
        kept, again = np.unique(codes, return_inverse=True)
        return Panel(
            own={name: values[places] for name, values in self.own.items()},
            sides={name: values[:, places] for name, values in self.sides.items()},
            outcome=self.outcome[places],
            days=self.days[places],
            year=self.year[places],
            state=self.state[places],
            count=self.count[places],
            dispute=again.astype(np.int64),
            ids=self.ids[kept],
            filled=self.filled,
            sha256=self.sha256,
            place=self.place,
        )

    def swapped(self) -> Panel:
        """The same panel with sides A and B renamed."""
        outcome = np.array([NONE, JOINED_B, JOINED_A])[self.outcome]
        sides = {name: values[::-1] for name, values in self.sides.items()}
        changed = {**self.__dict__, "sides": sides, "outcome": outcome}
        return Panel(**changed)


def read_panel(path: Path) -> Panel:
    """Read a Parquet file with the columns of the panel.

    Raises DataError: no such file, not Parquet, a column missing, a gap or a value that cannot be, a state twice in
    a dispute, joiners without a side.
    """
    of_sides = [*SIDE_COLUMNS, *OPTIONAL_SIDE_COLUMNS]
    columns = [
        *_LABELS,
        *OWN_COLUMNS,
        *OPTIONAL_OWN_COLUMNS,
        *(f"{side}_{name}" for side in SIDES for name in of_sides),
    ]
    table, digest = read_table(path, columns)
    return _panel(table, digest, str(path))


def read_table(path: Path, columns: Sequence[str]) -> tuple[dict[str, NDArray[Any]], str]:
    """Columns of a Parquet file as arrays, and the file's sha256. Raises DataError."""
    import io

    import pyarrow
    import pyarrow.parquet

    try:
        data = path.read_bytes()
    except OSError as error:
        given = f"it cannot be read ({error.strerror or error})"
        raise DataError(str(path), given, "a readable Parquet file", "check the path") from error
    try:
        stored = pyarrow.parquet.ParquetFile(io.BytesIO(data))
        names = stored.schema_arrow.names
        missing = [name for name in columns if name not in names]
        if missing:
            near = nearest(missing[0], [name for name in names if name not in columns])
            hint = f"; is {near!r} meant?" if near else ""
            given = f"no column {listed(missing)}"
            raise DataError(str(path), given, f"the columns {listed(columns)}", f"add what is missing{hint}")
        table = stored.read(columns=list(columns))
        arrays = {name: table.column(name).to_numpy(zero_copy_only=False) for name in columns}
    except (pyarrow.ArrowException, OSError) as error:
        given = f"not a Parquet file that can be read ({str(error).splitlines()[0]})"
        raise DataError(str(path), given, "Parquet", "fetch the file again") from error
    if not len(next(iter(arrays.values()))):
        raise DataError(str(path), "no rows", "at least one row", "give a file with rows")
    return arrays, hashlib.sha256(data).hexdigest()


def numbers(values: NDArray[Any], name: str, place: str, finite: bool = True) -> Floats:
    """A column as floats. Raises DataError for text and, where it must be `finite`, for gaps and infinities."""
    try:
        floats = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{place}, column {name}", "text", "numbers", "store the column as numbers") from None
    if finite and not np.isfinite(floats).all():
        row = int(np.flatnonzero(~np.isfinite(floats))[0])
        given = f"{int((~np.isfinite(floats)).sum())} gaps or infinities, the first in row {row}"
        raise DataError(f"{place}, column {name}", given, "a finite number in each row", "fill it or drop the rows")
    return floats


def days_of(values: NDArray[Any], name: str, place: str) -> Integers:
    """A column of dates as days since 1970. Raises DataError."""
    try:
        dates = np.asarray(values, dtype="datetime64[D]")
    except (TypeError, ValueError):
        raise DataError(f"{place}, column {name}", "no dates", "dates", "store the column as dates") from None
    if np.isnat(dates).any():
        row = int(np.flatnonzero(np.isnat(dates))[0])
        raise DataError(f"{place}, column {name}", f"no date in row {row}", "a date in each row", "fill it")
    return dates.astype(np.int64)


def _panel(table: Mapping[str, NDArray[Any]], digest: str, place: str) -> Panel:
    keys = {name: numbers(table[name], name, place).astype(np.int64) for name in ("disp", "year", "ccode", "joined")}
    if (keys["year"] < 1).any():
        row = int(np.flatnonzero(keys["year"] < 1)[0])
        given = f"{keys['year'][row]} in row {row}"
        raise DataError(f"{place}, column year", given, "a year of our era, 1 or later", "correct it")
    days_of(table["t0"], "t0", place)
    order = np.lexsort((keys["ccode"], keys["disp"]))
    dispute, state = keys["disp"][order], keys["ccode"][order]
    twice = (np.diff(dispute) == 0) & (np.diff(state) == 0)
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        given = f"state {state[row]} twice in dispute {dispute[row]}"
        raise DataError(place, given, "one row for each dispute and third state", "remove the repeat")
    outcome = _outcome(keys["joined"][order], np.asarray(table["side"])[order], place)
    days = numbers(table["days"], "days", place, finite=False)[order]
    if (days[outcome > NONE] < 0).any():
        raise DataError(f"{place}, column days", "a negative number of days", "0 or more", "correct it")
    read = {
        name: _column(table, name, gap, order, place) for name, gap in {**OWN_COLUMNS, **OPTIONAL_OWN_COLUMNS}.items()
    }
    own = {name: values for name, (values, _) in read.items()}
    sides: dict[str, Floats] = {ATTACKED: np.stack([np.zeros(len(order)), np.ones(len(order))])}
    for name, gap in {**SIDE_COLUMNS, **OPTIONAL_SIDE_COLUMNS}.items():
        both = [_column(table, f"{side}_{name}", gap, order, place) for side in SIDES]
        sides[name] = np.stack([values for values, _ in both])
        read |= {f"{side}_{name}": found for side, found in zip(SIDES, both, strict=True)}
    ids, codes, count = np.unique(dispute, return_inverse=True, return_counts=True)
    return Panel(
        own=own,
        sides=sides,
        outcome=outcome,
        days=np.where(outcome > NONE, days, np.nan),
        year=keys["year"][order],
        state=state,
        count=count[codes].astype(np.float64),
        dispute=codes.astype(np.int64),
        ids=ids.astype(np.int64),
        filled={name: gaps for name, (_, gaps) in read.items() if gaps},
        sha256=digest,
        place=place,
    )


def _column(
    table: Mapping[str, NDArray[Any]], name: str, gap: float | str, order: Integers, place: str
) -> tuple[Floats, int]:
    """A feature's column with its gaps filled, and how many there were. Raises DataError."""
    values = numbers(table[name], name, place, finite=False)[order]
    gaps = np.isnan(values)
    where = f"{place}, column {name}"
    is_feature = name in OWN_COLUMNS or name[2:] in SIDE_COLUMNS
    if gaps.all() or (is_feature and gaps.mean() > MOST_GAPS):
        given = f"{int(gaps.sum()):,} gaps in {len(values):,} rows"
        raise DataError(where, given, f"gaps in at most {MOST_GAPS:.0%} of the rows", "fill it, or drop the rows")
    values = np.where(gaps, np.median(values[~gaps]) if gap == "median" else float(gap), values)
    wrong = np.isinf(values) | ((values < 0) & (name != "euds"))  # the regime score alone has both signs
    if wrong.any():
        given = f"{values[wrong][0]:g}"
        raise DataError(where, given, "0 or more and finite", "code gaps as gaps, not as a number")
    return values, int(gaps.sum())


def _outcome(joined: Integers, side: NDArray[Any], place: str) -> Integers:
    outcome = np.select([side == "A", side == "B"], [JOINED_A, JOINED_B], NONE).astype(np.int64)
    # a gap is how some writers store "none"
    unknown = sorted({str(value) for value in np.unique(side.astype(str))} - {"A", "B", "none", "None", "nan"})
    if unknown:
        raise DataError(f"{place}, column side", listed(unknown), "A, B, none", "recode it")
    if not np.isin(joined, (0, 1)).all():
        raise DataError(f"{place}, column joined", "other numbers than 0 and 1", "0 or 1", "recode it")
    wrong = (joined == 1) != (outcome > NONE)
    if wrong.any():
        given = f"{int(wrong.sum())} rows in which joined and side disagree"
        raise DataError(place, given, "a side for each joiner and for nobody else", "correct them")
    return outcome
