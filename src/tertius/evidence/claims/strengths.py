"""What a claim weighs beside its grade: its mode, an "if", the error of its numbers; one table of judgements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tertius.errors import DataError
from tertius.evidence.files import LARGEST_TABLE, read_regular
from tertius.evidence.reading.records import MODES
from tertius.evidence.reading.words import checked


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
    detail          specific, plain, vague -> power
    vague           words that make a claim vague
    kinds           kind of instrument, or other -> power
    further_origin  power of each further independent origin on one act
    values          power of a claim on a value
    """

    modes: Mapping[str, Strength]
    conditional: float
    soldiers_error: float
    without_number: float
    ratio_error: float
    rate_error: float
    detail: Mapping[str, float]
    vague: re.Pattern[str]
    kinds: Mapping[str, float]
    further_origin: float
    values: float

    def power(self, said: Mapping[str, object], kind: str | None) -> float:
        """The power of a claim that says as much as this of an act of a kind."""
        quote = str(said.get("quote", "")).lower()
        detail = "vague" if self.vague.search(quote) else "specific" if said.get("numbers") else "plain"
        return self.detail[detail] * self.kinds.get(kind or "other", self.kinds["other"])


DETAILS = ("specific", "plain", "vague")
KEYS = ("modes", "conditional", "detail", "vague", "kinds", "further_origin", "values", "numbers")


def _forms(text: str) -> re.Pattern[str]:
    forms = [re.escape(form.strip().lower()) for form in text.split("|") if form.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")


def read_strengths(file: Path | None = None) -> Strengths:
    """Return the shipped table, or one from a file of its form. Raises DataError."""
    place = str(file) if file else "strengths.yaml"
    try:
        shipped = resources.files(__package__) / "data" / "strengths.yaml"
        text = read_regular(file, LARGEST_TABLE).decode("utf-8") if file else shipped.read_text(encoding="utf-8")
        table = checked(YAML(typ="safe").load(text), KEYS, place)
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
            {name: float(table["detail"][name]) for name in DETAILS},
            _forms(str(table["vague"])),
            {str(kind): float(factor) for kind, factor in {"other": table["kinds"]["other"], **table["kinds"]}.items()},
            float(table["further_origin"]),
            float(table["values"]),
        )
    except DataError:
        raise
    except (
        UnicodeError,
        YAMLError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        fix = "write modes, conditional and numbers as in the shipped strengths.yaml"
        raise DataError(place, f"a table that cannot be used ({error!r})", "numbers for every mode", fix) from error
    shares = (
        found.conditional,
        found.without_number,
        found.further_origin,
        found.values,
        *(one.power for one in found.modes.values()),
        *found.detail.values(),
        *found.kinds.values(),
    )
    errors = (found.soldiers_error, found.ratio_error, found.rate_error)
    weeks = [one.within_weeks for one in found.modes.values()]
    if not all(0 <= share <= 1 for share in shares) or not all(0 < error <= 5 for error in errors) or min(weeks) < 0:
        allowed = "powers and shares from 0 to 1, errors above 0 up to 5, weeks from 0"
        raise DataError(place, "a number out of range", allowed, "correct it")
    return found
