"""The form of a fit file: every key and its type, checked once when the file is read.

What a brief shows long after the fit was read (diagnostics, record, weights) is checked here too, so that a damaged
file is refused at once, by key, and not in the middle of a report.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tertius.world import Scenario

FORM = 1
LARGEST = 50_000_000  # bytes
LONGEST_NUMBER = 20  # digits of a whole number; a seed has at most that many
LONGEST_SHOWN = 60  # characters of a value in a message

Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Weeks = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Quantiles = Annotated[list[float], Field(min_length=3, max_length=3)]


class _Part(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class _Stamps(_Part):
    priors: Annotated[dict[str, dict[str, Any]], Field(min_length=1)]
    observations: Annotated[dict[str, dict[str, Any]], Field(min_length=1)]
    law: Digest
    data: Annotated[dict[str, Digest], Field(min_length=1)]


class _Structure(_Part):
    name: Text
    weight: Share
    rows: Annotated[list[list[float | None]], Field(min_length=1)]


class _Block(_Part):
    observation: Text
    columns: Annotated[list[Text], Field(min_length=1)]
    structures: Annotated[list[_Structure], Field(min_length=1)]


class _Apart(_Part):
    horizon: Weeks
    spread_of_means: float


class _Weights(_Part):
    series: Text
    weights: Annotated[dict[str, Share], Field(min_length=1)]
    disagreement: list[_Apart]


class _Parameter(_Part):
    structure: Text
    parameter: Text
    unit: str
    prior: Quantiles
    posterior: Quantiles
    width_left: float
    rhat: float | None
    updated: bool


class _Predictive(_Part):
    structure: Text
    statistic: Text
    observed: float | None
    simulated: Annotated[list[float | None], Field(min_length=3, max_length=3)]
    share_below: Share


class _Diagnostics(_Part):
    observation: Text
    weeks: Count
    parameters: list[_Parameter]
    predictive_checks: list[_Predictive]


class _Row(_Part):
    series: Text
    kind: Literal["weekly", "cumulative"]
    horizon: Weeks
    unit: Text
    crps: Annotated[float, Field(ge=0)]
    coverage80: Share
    origins: Count
    best_baseline: Text
    skill: float | None
    difference: float | None
    difference_error: float | None
    difference80: Annotated[list[float], Field(min_length=2, max_length=2)] | None
    stretches: float | None
    best_crps: Annotated[float, Field(ge=0)]
    power_off_crps: float
    without_laws_crps: float
    not_beaten: list[Text]


class _Record(_Part):
    first: Day
    last: Day
    rows: list[_Row]


class _File(_Part):
    tertius_fit: Literal[1]
    version: Text
    scenario: Text
    as_of: Day
    seed: int
    stamps: _Stamps
    blocks: Annotated[list[_Block], Field(min_length=1)]
    weights: list[_Weights]
    diagnostics: list[_Diagnostics]
    not_updated_by_data: list[Text]
    record: _Record
    notes: list[str]


class Malformed(ValueError):
    """A fit file is not of its form. given: key and value; allowed: what could stand there."""

    def __init__(self, given: str, allowed: str) -> None:
        self.given = given
        self.allowed = allowed
        super().__init__(given, allowed)


@dataclass(frozen=True, eq=False)
class Content:
    """What a fit file of the right form says; the same file, read again, gives the same object."""

    told: Mapping[str, Any]


def read_form(file: Path) -> Content:
    """The content of a fit file of the right form. Raises Malformed; OSError where the file cannot be read."""
    held = os.stat(file)
    if not stat.S_ISREG(held.st_mode):
        raise Malformed("no regular file", "a file that `tertius fit` wrote")
    if held.st_size > LARGEST:
        raise Malformed(f"{held.st_size} bytes", f"at most {LARGEST} bytes")
    try:
        return _content(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed(f"no JSON: {error}", "a file that `tertius fit` wrote") from None


@lru_cache(maxsize=2)
def _content(text: str) -> Content:
    """The content of a file's text: every layout of a scenario asks for the same."""
    try:
        told = json.loads(text, parse_constant=_constant, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed(f"no JSON: {error}", "a file that `tertius fit` wrote") from None
    if not isinstance(told, dict) or told.get("tertius_fit") != FORM or isinstance(told["tertius_fit"], bool):
        raise Malformed(f"no fit of form {FORM}", "a file that `tertius fit` wrote")
    try:
        _File.model_validate(told)
    except ValidationError as error:
        raise _first(error) from None
    except RecursionError:
        raise Malformed("lists in lists without end", "a file that `tertius fit` wrote") from None
    return Content(told)


def _constant(text: str) -> float:
    raise Malformed(text, "finite numbers")


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST_NUMBER:
        raise Malformed(f"a whole number of {len(text.lstrip('-'))} digits", f"at most {LONGEST_NUMBER} digits")
    return int(text)


def _first(error: ValidationError) -> Malformed:
    """The first problem, with its key; the others are counted."""
    problems = error.errors(include_url=False, include_context=False)
    first = problems[0]
    key = ".".join(plain(part) for part in first["loc"])
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if first["type"] == "missing":
        return Malformed(f"no {key}{more}", f"the key {key}")
    if first["type"] == "extra_forbidden":
        return Malformed(f"unknown key {key}{more}", "the keys that `tertius fit` writes")
    message = str(first["msg"]).removeprefix("Input should be ")
    return Malformed(f"{key}: {shown(first['input'])}{more}", plain(message))


def shown(value: object) -> str:
    """A value for a message: its kind where it is large, else its text in plain characters."""
    if isinstance(value, Mapping):
        return f"a mapping with {len(value)} keys"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a list of {len(value)}"
    return plain(repr(value))


def plain(value: object) -> str:
    """Text in plain characters, cut where it is long."""
    text = str(value).encode("ascii", "backslashreplace").decode()
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def misfits(told: Mapping[str, Any], scenario: Scenario) -> list[tuple[str, str]]:
    """What of a well-formed file does not hold together: (given, allowed) of each."""
    found: list[tuple[str, str]] = []
    stamps, blocks = told["stamps"], told["blocks"]
    for what, names in (
        ("block", [block["observation"] for block in blocks]),
        ("column", [path for block in blocks for path in block["columns"]]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        found += [(f"{what} {plain(name)} twice", f"each {what} once") for name in twice]
    for block in blocks:
        name = block["observation"]
        found += [
            (f"stamps.priors without {plain(path)}", "a prior for every column of the blocks")
            for path in block["columns"]
            if path not in stamps["priors"]
        ]
        if name not in stamps["observations"]:
            found.append((f"stamps.observations without {plain(name)}", "an observation for every block"))
        found += _of_scenario(block, stamps["data"], scenario)
        names = [structure["name"] for structure in block["structures"]]
        if len(set(names)) < len(names):
            found.append((f"structures of {plain(name)} of one name", "each structure once"))
    for row in told["record"]["rows"]:
        if row["skill"] is not None and not row["best_crps"] > 0:
            place = f"{row['series']} {row['kind']} {row['horizon']}"
            found.append((f"record: skill over a score of zero, {plain(place)}", "best_crps above 0, or skill null"))
    return found


def _of_scenario(block: Mapping[str, Any], data: Mapping[str, Any], scenario: Scenario) -> list[tuple[str, str]]:
    """What of a block does not belong to its observation in the scenario."""
    name = block["observation"]
    observation = scenario.observations.get(name)
    if observation is None:
        return [(f"a block of {plain(name)}, which the scenario does not observe", "observations of the scenario")]
    found = []
    record = observation.output.rpartition(".")[0]
    strange = [path for path in block["columns"] if path.rpartition(".")[0] != record]
    if strange:
        found.append((f"{plain(strange[0])} in the block of {name}", f"quantities of {record}"))
    if observation.series not in data:
        found.append((f"stamps.data without {observation.series}", "a digest of every block's series"))
    return found
