"""What a claim weighs beside its grade: its mode, an "if", the error of its numbers; one table of judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tertius.errors import DataError
from tertius.evidence.reading.gazetteer import DATA
from tertius.evidence.reading.records import MODES


@dataclass(frozen=True, slots=True)
class Strength:
    """Of a mode: the power to which the grade's ratio is raised, and the weeks in which the act may follow."""

    power: float
    within_weeks: int


@dataclass(frozen=True, slots=True)
class Strengths:
    """The table.

    modes           mode -> strength; `denied` weighs futures without the act
    conditional     factor on the power of what hangs on an "if"
    soldiers_error, ratio_error, rate_error   standard deviation of the log of a number
    without_number  what of a claim is true where soldiers were sent, but not so many
    """

    modes: Mapping[str, Strength]
    conditional: float
    soldiers_error: float
    without_number: float
    ratio_error: float
    rate_error: float


def read_strengths(file: Path | None = None) -> Strengths:
    """Return the shipped table, or one from a file of its form. Raises DataError."""
    place = str(file) if file else "strengths.yaml"
    try:
        shipped = resources.files(DATA) / "data" / "strengths.yaml"
        text = file.read_text(encoding="utf-8") if file else shipped.read_text(encoding="utf-8")
        table = YAML(typ="safe").load(text)
        modes = {
            mode: Strength(float(table["modes"][mode]["power"]), int(table["modes"][mode]["within_weeks"]))
            for mode in MODES
        }
        numbers = table["numbers"]
        found = Strengths(
            modes,
            float(table["conditional"]),
            float(numbers["soldiers"]["log_error"]),
            float(numbers["soldiers"]["without_number"]),
            float(numbers["ratio"]["log_error"]),
            float(numbers["rate"]["log_error"]),
        )
    except (OSError, UnicodeError, YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        fix = "write modes, conditional and numbers as in the shipped strengths.yaml"
        raise DataError(place, f"a table that cannot be used ({error!r})", "numbers for every mode", fix) from error
    shares = (found.conditional, found.without_number, *(one.power for one in found.modes.values()))
    errors = (found.soldiers_error, found.ratio_error, found.rate_error)
    weeks = [one.within_weeks for one in found.modes.values()]
    if not all(0 <= share <= 1 for share in shares) or not all(0 < error <= 5 for error in errors) or min(weeks) < 0:
        allowed = "powers and shares from 0 to 1, errors above 0 up to 5, weeks from 0"
        raise DataError(place, "a number out of range", allowed, "correct it")
    return found
