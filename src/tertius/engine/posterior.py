"""A posterior sample that stands in for the priors of what was fitted: read, checked, drawn from.

A fit learns blocks of quantities together (the front's tempo, persistence and shocks, say) under rival structures.
A draw takes a whole row of one structure, structures by their weights, so that correlations survive. Where a row is
silent (a structure without that term) the prior speaks. The file carries the priors, observations and laws under which
it was made, and is refused where any of them has changed since. `scenario` is a label: a renamed copy or an heir with
the same priors, observations, laws and date may use the file, as that is all that it rests on.

    tertius_fit    form of the file
    scenario       name; as_of: date; seed; version
    stamps         priors: path -> prior; observations: id -> series, start...; law: sha256; data: series -> sha256
    blocks         observation, columns (paths), structures: name, weight, rows (row x column, null: the prior)
    diagnostics    what the data said of each quantity; record: past scores (made by the fit, shown by the brief)
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.engine.posterior_form import Content, Malformed, misfits, plain, read_form
from tertius.errors import Problem
from tertius.kernel import laws, uniforms
from tertius.world import Quantity, Scenario
from tertius.world.kept import kept_hash

STAMPED = ("output", "series", "unit", "start", "beside", "balance", "balance_side")
_OF_CHANNELS = ("channel", "background", "by")  # what a law says of itself that moves no number
FARTHEST = 1000.0  # widths of the prior (0.1 to 99.9%) beyond which a value is damage


@dataclass(frozen=True)
class Structure:
    """One rival law's part of a block: weight in the pool and rows, shape (row, column), NaN where silent."""

    name: str
    weight: float
    rows: NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Quantities fitted together."""

    observation: str
    columns: tuple[str, ...]
    structures: tuple[Structure, ...]

    def draw(self, seed: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Rows of the posterior for parameter rows, shape (len(rows), column); NaN where the prior speaks."""
        u, which, edges = self._structures(seed, rows)
        drawn = np.empty((len(rows), len(self.columns)))
        for place, structure in enumerate(self.structures):
            mine = which == place
            start = edges[place] - structure.weight
            share = (u[mine] - start) / structure.weight if structure.weight > 0 else u[mine]
            index = np.minimum((share * len(structure.rows)).astype(np.int64), len(structure.rows) - 1)
            drawn[mine] = structure.rows[np.maximum(index, 0)]
        return drawn

    def which(self, seed: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Place among `structures` of the one that each parameter row is drawn from, shape (len(rows),)."""
        return self._structures(seed, rows)[1]

    def _structures(
        self, seed: int, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """Uniform number and structure of each row, and the upper edges of the structures' weights."""
        u = uniforms(seed, rows.astype(np.uint64), f"fit:{self.observation}")
        edges = np.cumsum([structure.weight for structure in self.structures])
        edges[-1] = 1.0
        which = np.searchsorted(edges, u, side="right").clip(0, len(edges) - 1)
        return u, which.astype(np.int64), edges

    def quantile(self, column: str, levels: NDArray[np.float64], prior: Quantity) -> NDArray[np.float64]:
        """Quantiles of one quantity over all structures by weight, shape of `levels`, in the quantity's unit."""
        place = self.columns.index(column)
        values, weights = [], []
        for structure in self.structures:
            held = structure.rows[:, place]
            silent = np.isnan(held)
            grid = (np.arange(silent.sum()) + 0.5) / max(1, silent.sum())
            values.append(np.where(silent, 0.0, held))
            values[-1][silent] = prior.quantile(grid)
            weights.append(np.full(len(held), structure.weight / len(held)))
        found, weight = np.concatenate(values), np.concatenate(weights)
        order = np.argsort(found, kind="stable")
        mass = np.cumsum(weight[order]) - 0.5 * weight[order]
        return np.interp(levels, mass, found[order])


@dataclass(frozen=True)
class Posterior:
    """What `tertius fit` wrote. `told` is the file's content; its diagnostics and record feed the brief."""

    file: str
    blocks: tuple[Block, ...]
    told: Mapping[str, Any]

    def block_of(self, path: str) -> Block | None:
        """The block that learns a quantity."""
        return next((block for block in self.blocks if path in block.columns), None)


def prior_stamp(quantity: Quantity) -> dict[str, Any]:
    """A quantity's number or prior with its unit, as JSON data; notes and sources do not count."""
    if quantity.prior is None:
        return {"value": quantity.central, "unit": quantity.unit}
    return {"prior": {quantity.prior.family: dict(quantity.prior.parameters())}, "unit": quantity.unit}


def observation_stamp(scenario: Scenario, name: str) -> dict[str, Any]:
    """What of an observation a fit rests on, as JSON data."""
    record = scenario.observations[name]
    held = {key: getattr(record, key) for key in STAMPED}
    own = {key: prior_stamp(value) for key, value in record.quantities.items()}
    return {key: str(value) for key, value in held.items() if value is not None} | own


def law_stamp(columns: Iterable[Any]) -> str:
    """Sha256 of the laws that read or move the fields given; comments, docstrings and channels do not count."""
    wanted = {id(field) for field in columns}
    modules = {law.module for law in laws() if wanted & {id(field) for field in (*law.reads, *law.writes)}}
    sources = {each: Path(str(sys.modules[each].__file__)).read_text(encoding="utf-8") for each in sorted(modules)}
    # To read them as trees takes longer than all else of a fit's check, so what they come to is kept.
    read_by = Path(__file__).read_text(encoding="utf-8")
    as_written = hashlib.sha256(json.dumps([sys.version, read_by, sources]).encode()).hexdigest()
    return kept_hash(as_written, lambda: _bare_hash(sources))


def _bare_hash(sources: Mapping[str, str]) -> str:
    """Sha256 of sources by the name of their modules, without what does not count."""
    whole = hashlib.sha256()
    for module, source in sources.items():
        whole.update(f"{module}\n{bare(source)}\n".encode())
    return whole.hexdigest()


@cache
def bare(source: str) -> str:
    """A source as a tree, without comments, docstrings of functions and module, and what laws say of channels."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mechanism":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg not in _OF_CHANNELS]
    return ast.dump(tree)


def read_posterior(scenario: Scenario, fields: Mapping[str, Any], given: Mapping[str, Quantity]) -> Posterior:
    """Read and check the file that the scenario names under `fit`.

    fields: path -> field of every quantity that the laws know; given: path -> quantity as the scenario has it.
    Raises FitMismatch with the problems found.
    """
    assert scenario.fit is not None
    check = _Check(scenario)
    content = check.read(scenario.fit)
    told = content.told
    check.whole(told)
    blocks = check.blocks(content, fields, given)
    check.stamps(told, given)
    if not check.problems:
        stamp = law_stamp(fields[path] for block in blocks for path in block.columns)
        if told["stamps"].get("law") != stamp:
            check.note("a fit under other laws of motion", "one under the laws of this version")
    if check.problems:
        raise FitMismatch(check.problems)
    return Posterior(str(scenario.fit), blocks, told)


class FitMismatch(Exception):
    """A fit that may not be used; holds the problems."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(problems)


class _Check:
    """Notes what stands between a fit and its scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.problems: list[Problem] = []

    def note(self, given: str, allowed: str, fix: str = "") -> None:
        name = self.scenario.name
        fix = fix or f"run `tertius fit {name} --data DIR`, or write `fit: null` to go without"
        file, line = self.scenario.where("fit") or (name, None)
        self.problems.append(Problem(file, line, "fit", given, allowed, None, fix))

    def read(self, file: Path) -> Content:
        try:
            return read_form(file)
        except Malformed as error:
            self.note(f"{file.name}: {error.given}", error.allowed)
        except OSError as error:
            self.note(f"{file.name}: {error.strerror or error}", "a file that `tertius fit` wrote")
        raise FitMismatch(self.problems)

    def whole(self, told: Mapping[str, Any]) -> None:
        for given, allowed in misfits(told, self.scenario):
            self.note(given, allowed)
        if self.problems:
            raise FitMismatch(self.problems)

    def blocks(self, content: Content, fields: Mapping[str, Any], given: Mapping[str, Quantity]) -> tuple[Block, ...]:
        try:
            found = _blocks(content)
        except ValueError as error:
            self.note(f"damaged: {error}", "a whole file that `tertius fit` wrote")
            raise FitMismatch(self.problems) from None
        for block in found:
            for structure in block.structures:
                if np.isnan(structure.rows).all():
                    where = f"{plain(structure.name)} of {plain(block.observation)}"
                    self.note(f"{where} is null in every column", "values in at least one column")
            for column, path in enumerate(block.columns):
                if path not in fields:
                    self.note(f"a fit of {plain(path)}, which the scenario has not", "quantities of the scenario")
                    continue
                self._column(block, column, path, fields[path], given.get(path))
        return found

    def _column(self, block: Block, column: int, path: str, field: Any, prior: Quantity | None) -> None:
        for structure in block.structures:
            gaps = int(np.isnan(structure.rows[:, column]).sum())
            if 0 < gaps < len(structure.rows):
                given = f"{path}: null in {gaps} of {len(structure.rows)} rows of {plain(structure.name)}"
                self.note(given, "a value in every row of a structure, or null in all")
        held = np.concatenate([structure.rows[:, column] for structure in block.structures])
        held = held[~np.isnan(held)]
        low, high = field.low, field.high
        if prior is not None and prior.prior is not None:
            # Where the law sets no bound, what lies a thousand widths from the prior is damage, not learning.
            edges = [float(q) for q in prior.quantile(np.array([0.001, 0.999]))]
            room = FARTHEST * (edges[1] - edges[0])
            low, high = max(low, edges[0] - room), min(high, edges[1] + room)
        if held.size and (held.min() < low or held.max() > high):
            self.note(f"{path} from {held.min():g} to {held.max():g}", f"{low:g} to {high:g}")

    def stamps(self, told: Mapping[str, Any], given: Mapping[str, Quantity]) -> None:
        stamps = told["stamps"]
        if told.get("as_of") != self.scenario.as_of.isoformat():
            self.note(f"a fit as of {told.get('as_of')}", f"one as of {self.scenario.as_of}")
        for path, stamp in stamps["priors"].items():
            now = prior_stamp(given[path]) if path in given else None
            if _plain(now) != _plain(stamp):
                told_now = "nothing" if now is None else json.dumps(now)
                self.note(f"{plain(path)} is {told_now}", f"as when it was fitted: {json.dumps(stamp)}")
        for name, stamp in stamps["observations"].items():
            now = observation_stamp(self.scenario, name) if name in self.scenario.observations else None
            if _plain(now) != _plain(stamp):
                self.note(f"observations.{plain(name)} has changed", f"as when it was fitted: {json.dumps(stamp)}")


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@lru_cache(maxsize=2)
def _blocks(content: Content) -> tuple[Block, ...]:
    """The blocks of a file. Raises ValueError for one that is damaged."""
    return tuple(_block(block) for block in content.told["blocks"])


def _block(told: Mapping[str, Any]) -> Block:
    columns = tuple(str(path) for path in told["columns"])
    structures = []
    for each in told["structures"]:
        lengths = sorted({len(row) for row in each["rows"]})
        if lengths != [len(columns)]:
            raise ValueError(f"rows of {plain(each['name'])} hold {lengths} values, not {len(columns)}, one a column")
        rows = np.array(
            [[np.nan if value is None else float(value) for value in row] for row in each["rows"]], dtype=np.float64
        )
        structures.append(Structure(str(each["name"]), float(each["weight"]), rows))
    total = sum(structure.weight for structure in structures)
    if abs(total - 1) > 1e-6:
        raise ValueError(f"weights of {plain(told['observation'])} add up to {total:g}, not 1")
    return Block(str(told["observation"]), columns, tuple(structures))
