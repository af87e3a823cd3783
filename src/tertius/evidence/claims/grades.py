"""Source grades (NATO Admiralty: reliability A-F, credibility 1-6) as likelihood ratios, by a model of reporting.

    R = P(reported in its week | it happened) / P(reported in a week | it did not)          (1)

Both chances are editable judgements, in data/grades.yaml; `strengths` has what a claim's words add.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tertius.errors import DataError, OptionError
from tertius.evidence.files import LARGEST_TABLE, read_regular
from tertius.evidence.reading.words import checked

LETTERS = "ABCDEF"
DIGITS = "123456"
LEAST, MOST = 0.01, 1000.0


def check_grade(grade: str) -> str:
    """Return the grade in capitals. Raises OptionError."""
    written = grade.strip().upper()
    if len(written) != 2 or written[0] not in LETTERS or written[1] not in DIGITS:
        raise OptionError(
            "--grade", grade, "a letter A to F and a digit 1 to 6", "such as B2; F6 where it cannot be judged"
        )
    return written


def likelihood_ratios(file: Path | None = None) -> dict[str, float]:
    """Return the 36 ratios, from the shipped table or from a file of its form. Raises DataError."""
    place = str(file) if file else "grades.yaml"
    try:
        text = (
            read_regular(file, LARGEST_TABLE).decode("utf-8")
            if file
            else (resources.files(__package__) / "data" / "grades.yaml").read_text("utf-8")
        )
        table = YAML(typ="safe").load(text)
        table = checked(table, ("reported", "invented", "credibility", "least", "cells"), place)
        reported, invented = _parts(table, "reported", LETTERS), _parts(table, "invented", LETTERS)
        credible, least = _parts(table, "credibility", DIGITS), float(table["least"])
        found = {
            a + b: round(max(least, reported[a] / min(1.0, invented[a] * credible[b])), 2)
            for a in LETTERS
            for b in DIGITS
        }
        for cell, ratio in (table.get("cells") or {}).items():
            found[check_grade(str(cell))] = float(ratio)
    except DataError:
        raise
    except (
        UnicodeError,
        YAMLError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OptionError,
        RecursionError,
        OverflowError,
    ) as error:
        fix = "write reported A-F, invented A-F, credibility 1-6, least and cells as in the shipped grades.yaml"
        raise DataError(place, f"a table of grades that cannot be used ({error})", "chances and cells", fix) from error
    wrong = [cell for cell, ratio in found.items() if not LEAST <= ratio <= MOST]
    if wrong:
        raise DataError(
            f"{place}, {wrong[0]}", f"{found[wrong[0]]:g}", f"a ratio from {LEAST:g} to {MOST:g}", "correct the cell"
        )
    return found


def _parts(table: Any, key: str, names: str) -> dict[str, float]:
    written = {str(name): float(value) for name, value in table[key].items()}
    return {name: written[name] for name in names}
