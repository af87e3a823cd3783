"""The fitted reference: weights, timing, ends of wars, reference classes; written and read as one small file.

Everything in it is a parameter, a count or a share; no row of the data.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from tertius.errors import DataError
from tertius.history.columns import NAMES as COLUMNS
from tertius.history.columns import OF_A_SIDE, OF_A_STATE, Usual
from tertius.history.ending import NAMES as ENDING_NAMES
from tertius.history.ending import Ending
from tertius.history.features import TERMS
from tertius.history.joining import Joining
from tertius.history.panel import Floats
from tertius.history.pool import WEIGHTS, Pool
from tertius.history.sided import Sided
from tertius.history.timing import NAMES as TIMING_NAMES
from tertius.history.timing import Timing
from tertius.history.trees import Trees
from tertius.nested import read_json

VERSION = 2
SHIPPED = "joining.json"
DIGITS = 6  # significant; so that the last bits of a processor do not matter


@dataclass(frozen=True)
class Share:
    """`hits` of `cases`; the interval is Jeffreys' (Beta(1/2, 1/2) prior)."""

    what: str
    hits: int
    cases: int

    @property
    def value(self) -> float:
        """Hits over cases."""
        return self.hits / self.cases

    def interval(self, level: float = 0.8) -> tuple[float, float]:
        """Central interval of the share."""
        from scipy.special import betaincinv  # the beta distribution of scipy.stats takes a second to load

        tail = (1 - level) / 2
        low, high = betaincinv(self.hits + 0.5, self.cases - self.hits + 0.5, [tail, 1 - tail])
        return float(low), float(high)


@dataclass(frozen=True)
class Reference:
    """What past disputes teach.

    pool      who joins: the law's weights at the mode, the sided logit, the trees
    weight_rows  (draws, 1 + terms) the posterior of the law's weights, intercept first
    timing    at the mode; `timing_rows` (draws, 6)
    ending    at the mode; `ending_rows` (draws, 3)
    drift     spread of the log of observed over expected joins from one decade to the next
    misfit    spread of the log of observed over expected joins from one age of a dispute to another
    rest      expected joins of a war outside its ten likeliest states
    classes   shares by name
    made      of what it was fitted
    """

    pool: Pool
    weight_rows: Floats
    timing: Timing
    timing_rows: Floats
    ending: Ending
    ending_rows: Floats
    drift: float
    misfit: float
    rest: float
    classes: dict[str, Share]
    made: dict[str, Any]
    sha256: str

    @property
    def joining(self) -> Joining:
        """Our law, a member of the pool, at the mode."""
        return self.pool.law

    @property
    def before(self) -> int:
        """The year before which the disputes began that it was fitted on."""
        return int(self.made["before"])


def specification() -> dict[str, Any]:
    """What defines the model besides data: terms and laws, by the text of their modules."""
    folder = files("tertius.history")
    names = ("ageing", "columns", "ending", "features", "joining", "pool", "sided", "timing", "trees")
    digest = hashlib.sha256()
    for name in names:
        digest.update(folder.joinpath(f"{name}.py").read_bytes())
    return {"terms": list(TERMS), "laws": list(names), "sha256": digest.hexdigest()}


def rounded(values: Any) -> Any:
    """Numbers with six significant digits, in lists."""
    if isinstance(values, np.ndarray):
        return rounded(values.tolist())
    if isinstance(values, list):
        return [rounded(value) for value in values]
    return float(f"{values:.{DIGITS}g}")


def text_of(told: dict[str, Any]) -> str:
    """The file's text; rows of draws stand on one line each."""
    plain = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False)
    lines: list[str] = []
    open_row = ""
    for line in plain.splitlines():
        stripped = line.strip()
        if open_row:
            open_row += stripped
            if stripped.startswith("]"):
                lines.append(open_row)
                open_row = ""
        elif stripped == "[" or (stripped.endswith("[") and '"rows"' not in stripped):
            open_row = line
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def read_reference(path: Path) -> Reference:
    """Read a file that `tertius history fit` wrote. Raises DataError where it cannot be used."""
    try:
        data = path.read_bytes()
    except OSError as error:
        given = f"it cannot be read ({error.strerror or error})"
        raise DataError(str(path), given, "a file of `tertius history fit`", "check the path") from error
    return _parsed(data, str(path))


@cache
def shipped_reference() -> Reference:
    """The reference that comes with the package, fitted on disputes before 1990."""
    return _parsed(files("tertius.history").joinpath(SHIPPED).read_bytes(), SHIPPED)


def partners_data(sided: Sided, trees: Trees, usual: Usual) -> dict[str, Any]:
    """The law's partners for the file."""
    return {
        "weights": {name: rounded(weight) for name, weight in WEIGHTS.items()},
        "logit": {
            "columns": list(COLUMNS),
            "mean": rounded(sided.mean),
            "scale": rounded(sided.scale),
            "intercept": rounded(sided.intercept),
            "weights": rounded(sided.weights),
        },
        "trees": {"start": trees.start, "rows": trees.rows()},
        "usual": {
            "side": {"rows": rounded(usual.side)},
            "side_range": {"rows": rounded(usual.side_range)},
            "state": {"rows": rounded(usual.state)},
            "state_range": {"rows": rounded(usual.state_range)},
        },
    }


def _partners(told: dict[str, Any]) -> tuple[Sided, Trees, Usual]:
    """The law's partners of the file. Raises ValueError where they are of other columns or shapes."""
    logit, trees, usual = told["pool"]["logit"], told["pool"]["trees"], told["pool"]["usual"]
    if logit["columns"] != list(COLUMNS):
        raise ValueError("a logit of other columns")
    mean, scale, weights = (np.asarray(logit[name], dtype=np.float64) for name in ("mean", "scale", "weights"))
    if not mean.shape == scale.shape == weights.shape == (len(COLUMNS),):
        raise ValueError("a logit of another length")
    parts = {name: np.asarray(part["rows"], dtype=np.float64) for name, part in usual.items()}
    seen = 2 * len(OF_A_SIDE) + len(OF_A_STATE) + 1  # columns of `by_state`
    return (
        Sided(mean, scale, weights, float(logit["intercept"])),
        Trees.of_rows(trees["start"], trees["rows"], seen),
        Usual(parts["side"], parts["state"], parts["side_range"], parts["state_range"]),
    )


def _parsed(data: bytes, place: str) -> Reference:
    fix = "fit it again: tertius history fit PANEL"
    try:
        told = read_json(data)
        if told["version"] != VERSION or told["specification"]["terms"] != list(TERMS):
            raise DataError(place, "a fit of another version or of other terms", f"version {VERSION}, our terms", fix)
        weights, timing, ending = told["joining"], told["timing"], told["ending"]
        if timing["names"] != list(TIMING_NAMES) or ending["names"] != list(ENDING_NAMES):
            raise DataError(place, "a fit of other laws", f"{TIMING_NAMES}, {ENDING_NAMES}", fix)
        array = np.asarray
        joining = Joining(
            mean=array(weights["mean"], dtype=np.float64),
            scale=array(weights["scale"], dtype=np.float64),
            weights=array(weights["weights"], dtype=np.float64),
            intercept=float(weights["intercept"]),
            spread=float(weights["spread"]),
        )
        found = Reference(
            pool=Pool(joining, *_partners(told)),
            weight_rows=array(weights["rows"], dtype=np.float64),
            timing=Timing(array(timing["mode"], dtype=np.float64)),
            timing_rows=array(timing["rows"], dtype=np.float64),
            ending=Ending(array(ending["mode"], dtype=np.float64)),
            ending_rows=array(ending["rows"], dtype=np.float64),
            drift=float(told["drift"]["sd"]),
            misfit=float(told["ages"]["sd"]),
            rest=float(told["rest"]),
            classes={
                name: Share(row["what"], int(row["hits"]), int(row["cases"])) for name, row in told["classes"].items()
            },
            made=told["made"],
            sha256=hashlib.sha256(data).hexdigest(),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        given = f"not a fit ({type(error).__name__}: {error})"
        raise DataError(place, given, "a file of `tertius history fit`", fix) from None
    shapes = [(found.weight_rows, 1 + len(TERMS)), (found.timing_rows, len(TIMING_NAMES))]
    shapes.append((found.ending_rows, len(ENDING_NAMES)))
    if any(rows.ndim != 2 or rows.shape[1] != width or not np.isfinite(rows).all() for rows, width in shapes):
        raise DataError(place, "rows of another shape", "a number for each parameter in each row", fix)
    return found
