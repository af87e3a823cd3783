"""Chances from a file: a crowd's prices, or a forecast made by hand."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from tertius.errors import DataError
from tertius.evidence.files import read_regular
from tertius.forecasts.ledger.crowd import Price
from tertius.forecasts.questions.asking import Answers

COLUMNS = ("question", "branch", "threshold", "chance")
LARGEST = 10_000_000  # bytes


def read_prices(file: Path) -> dict[tuple[str, str | None, float], float]:
    """Read a CSV file with the columns question, branch (may be empty), threshold, chance (0 to 1).

    Raises:
        DataError: it cannot be read, lacks a column, or a row is no chance; with its line.
    """
    found: dict[tuple[str, str | None, float], float] = {}
    for place, key, chance, _ in _rows(file, COLUMNS):
        if key in found:
            raise _twice(place, key)
        found[key] = chance
    return found


def read_crowd(file: Path) -> dict[tuple[str, str | None, float], list[Price]]:
    """Read a crowd's prices: the columns of `read_prices`, date, and where the id does not tell, scenario and deadline.

    Raises:
        DataError: what `read_prices` raises, a day that is none, or a price given twice.
    """
    found: dict[tuple[str, str | None, float], list[Price]] = {}
    for place, key, chance, row in _rows(file, (*COLUMNS, "date")):
        written, deadline = row["date"] or "", row.get("deadline") or ""
        try:
            day = date.fromisoformat(written)
            deadline = deadline and date.fromisoformat(deadline).isoformat()
        except ValueError:
            given = f"date {written!r}, deadline {deadline!r}"
            raise DataError(place, given, "days as YYYY-MM-DD, the deadline or none", "correct the row") from None
        price = Price(day, chance, row.get("scenario") or "", deadline)
        held = found.setdefault(key, [])
        if any(replace(price, chance=each.chance) == each for each in held):
            raise _twice(place, key)
        held.append(price)
    return found


def _twice(place: str, key: tuple[str, str | None, float]) -> DataError:
    return DataError(place, f"{key[0]} at {key[2]:g} a second time", "each once", "remove one of the two")


def _rows(
    file: Path, columns: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, str | None, float], float, dict[str, str | None]]]:
    """Place, (question, branch, threshold), chance and the row itself of each row."""
    try:
        text = read_regular(file, LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            str(file), f"byte {error.start} is not UTF-8", "a CSV file in UTF-8", "save it as UTF-8"
        ) from error
    rows = csv.DictReader(io.StringIO(text))
    lacking = [name for name in columns if name != "branch" and name not in (rows.fieldnames or ())]
    if lacking:
        given = f"no column {', '.join(lacking)}"
        raise DataError(str(file), given, f"the columns {', '.join(columns)}", "name them in the first line")
    is_empty = True
    for row in rows:
        is_empty = False
        place = f"{file}, line {rows.line_num}"
        try:
            threshold, chance = float(row["threshold"]), float(row["chance"])
        except (TypeError, ValueError):
            given = f"threshold {row['threshold']!r}, chance {row['chance']!r}"
            raise DataError(place, given, "two numbers", "correct the row") from None
        if not (math.isfinite(threshold) and 0.0 <= chance <= 1.0):
            raise DataError(place, f"chance {chance:g} at {threshold:g}", "a chance from 0 to 1", "correct the row")
        yield place, (row["question"], row.get("branch") or None, threshold), chance, row
    if is_empty:
        raise DataError(str(file), "no row", "a row for each chance", "add one")


def check_hand(answers: Answers, hand: Mapping[tuple[str, str | None, float], float]) -> Answers:
    """The answers to those questions that a forecast by hand is about. Raises DataError where it is not whole."""
    names = {name for name, _, _ in hand}
    known = {asked.question.id for asked in answers.asked}
    if names - known:
        given = f"chances of {', '.join(sorted(names - known))}"
        raise DataError("--chances", given, f"questions that are asked: {', '.join(sorted(known))}", "correct the ids")
    chosen = tuple(asked for asked in answers.asked if asked.question.id in names)
    wanted = {
        (asked.question.id, branch.name, chance.threshold)
        for asked in chosen
        for branch in asked.branches
        for chance in branch.chances
    }
    if wanted != set(hand):
        odd = sorted(wanted ^ set(hand), key=str)[0]
        given = f"{odd[0]}{f' given {odd[1]}' if odd[1] else ''} at {odd[2]:g}"
        raise DataError("--chances", given, "a chance for each threshold and branch, and no other", "add or remove it")
    return replace(answers, asked=chosen)
